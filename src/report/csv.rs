//! CSV: every number in full, every text whole.

use super::{Cell, Report, Table};

impl Table {
    /// As CSV (RFC 4180 with LF): a line of titles, then the rows. Numbers stand in full and shares from 0 to 1, with a point and without
    /// groups; what is missing is an empty field.
    ///
    /// # Formulas
    ///
    /// Spreadsheets run a field that starts with `=`, `+`, `-`, `@`, a tab or a line break as a formula, even in quotes. A *text* that starts so
    /// gets an apostrophe before it, which spreadsheets take for "this is text". Numbers are left alone: `-3` is minus three. A program that
    /// needs texts byte for byte reads the JSON.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        self.write_csv(&mut writer);
        finish(writer)
    }

    fn write_csv(&self, writer: &mut csv::Writer<Vec<u8>>) {
        record(writer, self.columns.iter().map(|column| guarded(&column.head())));
        for row in &self.rows {
            record(writer, row.iter().map(field));
        }
    }
}

impl Report {
    /// As one CSV file for a spreadsheet: table after table, each after a line with its caption, with an empty line between them.
    ///
    /// For programs, [`Table::csv`] has one table and the JSON has all of them. What matters most comes first, as a table too.
    pub fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        record(&mut writer, [guarded(&self.title)].into_iter());
        record(&mut writer, [guarded(&self.about)].into_iter());
        for headline in self.headlines() {
            let fields = [&headline.label.to_owned(), &headline.value, &headline.detail];
            record(&mut writer, fields.into_iter().map(|text| guarded(text)));
        }
        for table in self.sections.iter().flat_map(|section| &section.tables) {
            let mut text = finish(writer);
            text.push('\n');
            writer = csv::WriterBuilder::new().flexible(true).from_writer(text.into_bytes());
            record(&mut writer, [guarded(&table.caption)].into_iter());
            table.write_csv(&mut writer);
        }
        finish(writer)
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Missing => String::new(),
    }
}

fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn record(writer: &mut csv::Writer<Vec<u8>>, fields: impl Iterator<Item = String>) {
    writer.write_record(fields).expect("a vector takes all, and rows are as long as their heads");
}

fn finish(writer: csv::Writer<Vec<u8>>) -> String {
    let bytes = writer.into_inner().expect("a vector takes all");
    String::from_utf8(bytes).expect("it was written from texts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn texts_come_back_whole_and_formulas_do_not_run() {
        let mut table =
            Table::new("t", "T", [Column::code("code"), Column::number("x"), Column::text("name")]);
        let names =
            ["a,b\n\"c\"", "=1+1", "+1", "-1", "@x", "\tx", "'quoted", "", "x".repeat(10_000).as_str()]
                .map(str::to_owned);
        for name in &names {
            table.push(["A".into(), Cell::Number(-1.25e-7), name.as_str().into()]);
        }
        table.push(["A".into(), Cell::Missing, Cell::Missing]);
        let text = table.csv();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        for (record, name) in read.iter().zip(&names) {
            assert_eq!(record[1].parse(), Ok(-1.25e-7));
            let formula = name.starts_with(['=', '+', '-', '@', '\t']);
            assert_eq!(record[2], if formula { format!("'{name}") } else { name.clone() });
        }
        assert_eq!(read.len(), names.len() + 1);
        assert_eq!(read[names.len()].iter().collect::<Vec<_>>(), ["A", "", ""]);
    }
}
