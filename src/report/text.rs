//! Plain text: tables in columns as a terminal shows them.

use std::fmt::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::table::{clean, isolated, plain, prose};
use super::{Report, Table};

/// A column of words is at most so wide; what is longer goes on in the next line.
const WIDEST: usize = 44;
/// The same for titles.
const HEAD: usize = 14;

impl Table {
    /// As plain text: columns two spaces apart under their titles and a rule, numbers to the right.
    ///
    /// Widths are those of a terminal: two for a wide character such as 漢 or an emoji, none for a combining mark. Words that need more than
    /// 44 columns, and titles of more than 14, go on in the lines below, in which columns that have ended are blank. Texts are shown as [`Cell::read`](super::Cell::read)
    /// says.
    pub fn text(&self) -> String {
        let heads: Vec<Vec<String>> =
            self.columns.iter().map(|column| wrapped(&plain(&column.head()), HEAD)).collect();
        let rows: Vec<Vec<Vec<String>>> = self
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .zip(&self.columns)
                    .map(|(cell, column)| wrapped(&cell.read(column.kind), WIDEST))
                    .collect()
            })
            .collect();
        let mut widths = vec![0; self.columns.len()];
        for row in std::iter::once(&heads).chain(&rows) {
            for (cell, width) in row.iter().zip(&mut widths) {
                *width = cell.iter().map(|line| line.width()).max().unwrap_or(0).max(*width);
            }
        }
        let rules: Vec<Vec<String>> = widths.iter().map(|&width| vec!["-".repeat(width)]).collect();

        let mut out = String::new();
        let mut line = |cells: &[&str]| {
            let mut line = String::new();
            for ((cell, column), &width) in cells.iter().zip(&self.columns).zip(&widths) {
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                let (before, after) =
                    if column.kind.is_number() { (gap.as_str(), "") } else { ("", gap.as_str()) };
                line.extend([before, cell, after, "  "]);
            }
            out.extend([line.trim_end(), "\n"]);
        };
        for row in [&heads, &rules].into_iter().chain(&rows) {
            for k in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
                line(&row.iter().map(|cell| cell.get(k).map_or("", String::as_str)).collect::<Vec<_>>());
            }
        }
        out
    }
}

/// A text in lines of at most so many columns, broken between words where that is possible; at least one line. In each line what runs from right to
/// left is isolated.
fn wrapped(text: &str, widest: usize) -> Vec<String> {
    if text.width() <= widest {
        return vec![isolated(text)];
    }
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        if used > 0 && used + 1 + width <= widest {
            lines.last_mut().expect("there is a line").extend([" ", word]);
            used += 1 + width;
            continue;
        }
        if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            let width = c.width().unwrap_or(0);
            if used + width > widest {
                lines.push(String::new());
                used = 0;
            }
            lines.last_mut().expect("there is a line").push(c);
            used += width;
        }
    }
    lines.iter().map(|line| isolated(line)).collect()
}

impl Report {
    /// As plain text: what matters most, then each section with its tables.
    pub fn text(&self) -> String {
        let mut out = String::new();
        write_text(self, &mut out).expect("writing to a string does not fail");
        out
    }
}

fn write_text(report: &Report, out: &mut String) -> fmt::Result {
    let under = |title: &str, mark: &str| format!("{title}\n{}\n", mark.repeat(title.width().max(1)));
    writeln!(out, "{}{}\n", under(&plain(&report.title), "="), prose(&report.about))?;
    for headline in report.headlines() {
        writeln!(out, "{}: {}", headline.label, prose(&headline.value))?;
        wrapped(&clean(&headline.detail), 100).iter().try_for_each(|line| writeln!(out, "    {line}"))?;
    }
    for section in &report.sections {
        writeln!(out, "\n\n{}", under(section.title, "-"))?;
        wrapped(&clean(&section.summary.join(" ")), 100)
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))?;
        for table in &section.tables {
            writeln!(out, "\n{}:\n\n{}", prose(&table.caption), table.text().trim_end())?;
        }
        for (k, note) in section.notes.iter().enumerate() {
            let lines = wrapped(&clean(note), 98);
            writeln!(out, "{}- {}", if k == 0 { "\n" } else { "" }, lines.join("\n  "))?;
        }
    }
    if !report.left_out.is_empty() {
        writeln!(out, "\n\n{}", under("Not in this report", "-"))?;
    }
    report.left_out.iter().try_for_each(|left| writeln!(out, "- {}: {}", left.title, prose(&left.why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Cell, Column};

    #[test]
    fn columns_stand_one_below_the_other_whatever_the_script() {
        let mut table =
            Table::new("t", "T", [Column::code("code"), Column::text("name"), Column::count("rank")]);
        table.push(["A".into(), "電話 👍 e\u{301}".into(), 1_usize.into()]);
        table.push(["B".into(), "plain".into(), 10_usize.into()]);
        assert_eq!(
            table.text(),
            "code  name       rank\n----  ---------  ----\nA     電話 👍 e\u{301}     1\nB     plain        10\n"
        );
    }

    #[test]
    fn long_words_and_sentences_go_on_below() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("漢漢漢", 4), ["漢漢", "漢"]);
        assert_eq!(wrapped("", 4), [""]);
        let mut table = Table::new("t", "T", [Column::text("why"), Column::count("n")]);
        table.push([("word ".repeat(20)).into(), Cell::Count(7)]);
        let text = table.text();
        assert_eq!(text.lines().count(), 2 + 3, "{text}");
        assert!(text.lines().nth(2).is_some_and(|line| line.ends_with('7')));
    }
}
