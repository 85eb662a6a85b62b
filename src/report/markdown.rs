//! Markdown: GitHub's tables, in which nothing that users wrote is markup.

use std::fmt::{self, Write};

use super::table::{plain, prose};
use super::{Report, Table};

impl Table {
    /// As a table of GitHub Flavored Markdown; every character that means something there is escaped.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = String>| {
            out.push('|');
            cells.for_each(|cell| out.extend([" ", cell.as_str(), " |"]));
            out.push('\n');
        };
        line(&mut self.columns.iter().map(|column| escape(&plain(&column.head()))));
        line(&mut self.columns.iter().map(|c| if c.kind.is_number() { "---:" } else { "---" }.to_owned()));
        for row in &self.rows {
            line(&mut row.iter().zip(&self.columns).map(|(cell, column)| escape(&cell.read(column.kind))));
        }
        out
    }
}

impl Report {
    /// As Markdown: what matters most as a list, then each section under its heading.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        write_markdown(self, &mut out).expect("writing to a string does not fail");
        out
    }
}

fn write_markdown(report: &Report, out: &mut String) -> fmt::Result {
    writeln!(out, "# {}\n\n{}\n", escape(&plain(&report.title)), escape(&report.about))?;
    for headline in report.headlines() {
        let detail =
            if headline.detail.is_empty() { String::new() } else { format!(", {}", headline.detail) };
        writeln!(out, "- **{}: {}**{}", headline.label, escape(&headline.value), escape(&detail))?;
    }
    for section in &report.sections {
        writeln!(out, "\n## {}\n\n{}", escape(section.title), escape(&section.summary.join(" ")))?;
        for table in &section.tables {
            writeln!(out, "\n### {}\n\n{}", escape(&table.caption), table.markdown().trim_end())?;
        }
        for (k, note) in section.notes.iter().enumerate() {
            writeln!(out, "{}- {}", if k == 0 { "\n" } else { "" }, escape(note))?;
        }
    }
    if !report.left_out.is_empty() {
        writeln!(out, "\n## Not in this report\n")?;
    }
    report.left_out.iter().try_for_each(|left| writeln!(out, "- {}: {}", left.title, escape(&left.why)))
}

/// A text of which nothing is markup. Backslashes do for all but `<`, `>` and `&`, which some readers take for HTML even so.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in prose(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Cell, Column};

    #[test]
    fn what_users_wrote_is_no_markup() {
        let mut table = Table::new("t", "T", [Column::code("a|b"), Column::share("p")]);
        table.push(["`x` <b>*&*</b>\n| [y](z) \\".into(), Cell::Number(0.25)]);
        assert_eq!(
            table.markdown(),
            "| a\\|b | p |\n| --- | ---: |\n| \\`x\\` &lt;b&gt;\\*&amp;\\*&lt;/b&gt; \\| \\[y\\](z) \\\\ | 25 % |\n"
        );
    }
}
