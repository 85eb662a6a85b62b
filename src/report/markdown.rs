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
        writeln!(out, "\n## {}\n\n{}", escape(section.title), paragraph(&section.summary.join(" ")))?;
        for table in &section.tables {
            writeln!(out, "\n### {}\n\n{}", escape(&table.caption), table.markdown().trim_end())?;
        }
        for (k, note) in section.notes.iter().enumerate() {
            writeln!(out, "{}- {}", if k == 0 { "\n" } else { "" }, paragraph(note))?;
        }
    }
    if !report.left_out.is_empty() {
        writeln!(out, "\n## Not in this report\n")?;
    }
    report.left_out.iter().try_for_each(|left| writeln!(out, "- {}: {}", left.title, escape(&left.why)))
}

/// A text of which nothing is markup. Backslashes do for all but `<`, `>` and `&`, which some readers take for HTML even so.
///
/// An address is broken after its scheme or its `www`, or GitHub would make a link of it; a mail address is the one thing of which it makes a link
/// whatever is done.
fn escape(text: &str) -> String {
    let text = prose(text);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let before = &text.as_bytes()[..at];
        match c {
            '/' if before.ends_with(b":") => out.push_str("\\/"),
            '.' if before.len() >= 3 && before[at - 3..].eq_ignore_ascii_case(b"www") => out.push_str("\\."),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// The same at the beginning of a line, where `-`, `+`, `1.` or `1)` and a space would begin a list.
fn paragraph(text: &str) -> String {
    let mut out = escape(text.trim_start());
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    let marks = if digits == 0 { ['-', '+'] } else { ['.', ')'] };
    let after = out[digits..].strip_prefix(marks);
    if after.is_some_and(|after| after.is_empty() || after.starts_with(' ')) {
        out.insert(digits, '\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Cell, Column};

    #[test]
    fn what_users_wrote_is_neither_a_list_nor_a_link() {
        for (text, escaped) in [
            ("1. first", "1\\. first"),
            ("12) first", "12\\) first"),
            ("- a - b", "\\- a - b"),
            ("+", "\\+"),
            ("\n    4.5 -x", "4.5 -x"),
            (". and )", ". and )"),
            ("see https://evil.example/a/b", "see https:\\//evil.example/a/b"),
            ("HTTP://evil ftp://evil", "HTTP:\\//evil ftp:\\//evil"),
            ("(www.evil.example)", "(www\\.evil.example)"),
            ("WWW.evil a/b e.g. é.", "WWW\\.evil a/b e.g. é."),
            ("", ""),
        ] {
            assert_eq!(paragraph(text), escaped);
        }
    }

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
