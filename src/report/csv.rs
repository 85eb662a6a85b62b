//! CSV: every number in full, every text whole.

use super::{Cell, Report, Table};

impl Table {
    /// As CSV (RFC 4180 with LF): a line of titles, then the rows. Numbers stand in full and shares from 0 to 1, with a point and without
    /// groups; what is missing is an empty field.
    ///
    /// # Formulas
    ///
    /// Spreadsheets run a field that starts with `=`, `+`, `-`, `@` or white space as a formula, even in quotes. A *text* that starts so gets an
    /// apostrophe before it, which spreadsheets take for "this is text"; so does one that starts so after an apostrophe of its own, or with two, and no
    /// two texts come out the same. Tables of initiatives have the same rule. Numbers are left alone: `-3` is minus three.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        self.write_csv(&mut out);
        out
    }

    fn write_csv(&self, out: &mut String) {
        record(out, self.columns.iter().map(|column| guarded(&column.head())));
        for row in &self.rows {
            record(out, row.iter().map(field));
        }
    }
}

impl Report {
    /// As one CSV file for a spreadsheet: table after table, each after a line with its caption, with an empty line between them.
    ///
    /// For programs, [`Table::csv`] has one table and the JSON has all of them. What matters most comes first, as a table too.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        record(&mut out, [guarded(&self.title)]);
        record(&mut out, [guarded(&self.about)]);
        for headline in self.headlines() {
            record(&mut out, [headline.label, &headline.value, &headline.detail].map(guarded));
        }
        for table in self.sections.iter().flat_map(|section| &section.tables) {
            out.push('\n');
            record(&mut out, [guarded(&table.caption)]);
            table.write_csv(&mut out);
        }
        out
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
    let runs = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\'') || c.is_whitespace();
    let guard = text.strip_prefix('\'').unwrap_or(text).starts_with(runs);
    format!("{}{text}", if guard { "'" } else { "" })
}

fn record(out: &mut String, fields: impl IntoIterator<Item = String>) {
    let start = out.len();
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            out.extend(["\"", &field.replace('"', "\"\""), "\""]);
        } else {
            out.push_str(&field);
        }
    }
    // An empty line is no record.
    if out.len() == start {
        out.push_str("\"\"");
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn texts_come_back_whole_and_formulas_do_not_run() {
        let mut table =
            Table::new("t", "T", [Column::code("code"), Column::number("x"), Column::text("name")]);
        let names = [
            "a,b\n\"c\"",
            "=1+1",
            "'=1+1",
            "''=1",
            "''x",
            "+1",
            "'-1",
            "@x",
            "\tx",
            "'quoted",
            "'",
            "",
            &"x".repeat(10_000),
        ]
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
            let formula = name.contains(['=', '+', '-', '@', '\t']) || name.starts_with("''");
            assert_eq!(record[2], if formula { format!("'{name}") } else { name.clone() });
        }
        assert_eq!(read.len(), names.len() + 1);
        assert_eq!(read[names.len()].iter().collect::<Vec<_>>(), ["A", "", ""]);
        let mut table = Table::new("t", "T", [Column::name("name")]);
        table.push([Cell::Missing]);
        assert_eq!(table.csv(), "name\n\"\"\n", "a row without words is a row");
    }
}
