//! Text in cells: how it is written so that it reads back as it was, and lists of names.

use super::Fault;
use super::table::excerpt;

/// What makes a spreadsheet take a cell for a formula, or a reader for something else than the text.
///
/// The mark that takes the meaning from it is an apostrophe before it, as spreadsheets have it.
fn has_meaning(text: &str) -> bool {
    text.is_empty()
        || text == "null"
        || text.starts_with(['=', '+', '-', '@', '\''])
        || text.starts_with(char::is_whitespace)
}

/// A text as a cell holds it: with an apostrophe before what would have a meaning of its own.
///
/// An apostrophe that stands before anything else is part of the text.
pub(super) fn write(text: &str) -> String {
    let means = match text.strip_prefix('\'') {
        Some(rest) => has_meaning(rest),
        None => has_meaning(text),
    };
    if means { format!("'{text}") } else { text.to_owned() }
}

/// The text that a cell holds.
pub(super) fn read(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| has_meaning(text)).unwrap_or(cell)
}

/// A name as an element of a list: in quotes if it would not stand for itself.
pub(super) fn write_element(name: &str, separators: &[char]) -> String {
    let plain =
        !has_meaning(name) && name.trim() == name && !name.contains(separators) && !name.contains('"');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Gives each element of a list to `each`, without the blanks around it; the separator before it comes with it.
///
/// An element may stand in quotes, in which separators are text and a doubled quote is one.
pub(super) fn elements(
    cell: &str,
    separators: &[char],
    mut each: impl FnMut(Option<char>, &str),
) -> Result<(), Fault> {
    let malformed = || Fault::List { found: excerpt(cell) };
    let mut rest = cell;
    let mut before = None;
    loop {
        let start = rest.trim_start();
        let after = if let Some(quoted) = start.strip_prefix('"') {
            let mut text = String::new();
            let mut open = quoted;
            loop {
                let end = open.find('"').ok_or_else(malformed)?;
                text.push_str(&open[..end]);
                open = &open[end + 1..];
                match open.strip_prefix('"') {
                    Some(more) => {
                        text.push('"');
                        open = more;
                    }
                    None => break,
                }
            }
            each(before, &text);
            open.trim_start_matches(|c: char| c.is_whitespace() && !separators.contains(&c))
        } else {
            let end = rest.find(separators).unwrap_or(rest.len());
            let element = rest[..end].trim();
            if !element.is_empty() {
                each(before, element);
            }
            &rest[end..]
        };
        let mut chars = after.chars();
        match chars.next() {
            None => return Ok(()),
            Some(c) if separators.contains(&c) => before = Some(c),
            Some(_) => return Err(malformed()),
        }
        rest = chars.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(cell: &str) -> Result<Vec<String>, Fault> {
        let mut list = Vec::new();
        elements(cell, &[',', ';', '\n'], |_, element| list.push(element.to_owned()))?;
        Ok(list)
    }

    #[test]
    fn formulas_are_text() {
        assert_eq!(write("=1+1"), "'=1+1");
        assert_eq!(read("'=1+1"), "=1+1");
        for text in ["'s Avonds bellen", "5 - 3", "a=b", "null and void"] {
            assert_eq!((write(text).as_str(), read(text)), (text, text));
        }
        assert_eq!(write(""), "'");
    }

    #[test]
    fn lists_of_names() {
        assert_eq!(
            list("CX-1, CX-2;CX-3\n\"A, \"\"B\"\"\" ;;"),
            Ok(["CX-1", "CX-2", "CX-3", "A, \"B\""].map(String::from).to_vec())
        );
        assert_eq!(list("\"\""), Ok(vec![String::new()]));
        assert_eq!(list(" "), Ok(vec![]));
        for cell in ["\"A", "\"A\" B", "\"A\"\"B"] {
            assert!(list(cell).is_err(), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn text_reads_back(text in "[-=+@' \\ta-b\"\\r\\n]{0,5}|null|'null") {
            let cell = write(&text);
            prop_assert!(!cell.trim().is_empty());
            prop_assert_eq!(read(&cell), text.as_str());
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }

        #[test]
        fn names_read_back(names in prop::collection::vec("[-=+@', ;\"\\na-c]{0,4}|null", 0..4)) {
            let cells: Vec<String> = names.iter().map(|name| write_element(name, &[',', ';', '\n'])).collect();
            prop_assert_eq!(list(&cells.join(";")), Ok(names));
        }
    }
}
