//! What the examples share: arguments, files, and a table on the terminal.
#![allow(dead_code, unreachable_pub, unused_imports, unused_macros)] // each example uses its part

use std::process::exit;

use cxrank::programme::Programme;

/// Prints to stdout; a reader that has gone away (`| head`) is no error.
pub fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a line as `println!` does, but takes no offence at a reader that has gone away.
macro_rules! say {
    ($($line:tt)*) => {
        common::print(&(format!($($line)*) + "\n"))
    };
}
pub(crate) use say;

/// Ends the example with a message on stderr and status 2.
pub fn fail(message: impl std::fmt::Display) -> ! {
    eprintln!("{message}");
    exit(2)
}

/// The arguments: flags that stand alone, options with a value, and the rest.
pub struct Arguments {
    rest: Vec<String>,
    usage: &'static str,
}

impl Arguments {
    pub fn new(usage: &'static str) -> Self {
        let rest: Vec<String> = std::env::args_os()
            .skip(1)
            .map(|argument| {
                argument.into_string().unwrap_or_else(|bad| fail(format!("not a text: {}", bad.display())))
            })
            .collect();
        if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
            print(&format!("{usage}\n"));
            exit(0);
        }
        Arguments { rest, usage }
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() < before
    }

    pub fn option(&mut self, name: &str) -> Option<String> {
        let at = self.rest.iter().position(|argument| argument == name)?;
        if at + 1 == self.rest.len() {
            fail(format!("{name} needs a value\n{}", self.usage));
        }
        self.rest.remove(at);
        Some(self.rest.remove(at))
    }

    pub fn number<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let text = self.option(name)?;
        Some(
            text.parse().unwrap_or_else(|_| {
                fail(format!("{name}: found {text:?}, expected a number\n{}", self.usage))
            }),
        )
    }

    /// Which of several words an option has.
    pub fn choice<const N: usize>(&mut self, name: &str, known: [&str; N]) -> Option<usize> {
        let text = self.option(name)?;
        let place = known.iter().position(|&word| word == text);
        Some(place.unwrap_or_else(|| {
            fail(format!("{name}: found {text:?}, expected one of {}\n{}", known.join(", "), self.usage))
        }))
    }

    /// The arguments without a name; fails if there are fewer than `least` or more than `most`.
    pub fn files(self, least: usize, most: usize) -> Vec<String> {
        if let Some(unknown) = self.rest.iter().find(|argument| argument.starts_with("--")) {
            fail(format!("unknown option {unknown}\n{}", self.usage));
        }
        if self.rest.len() < least || self.rest.len() > most {
            fail(self.usage);
        }
        self.rest
    }
}

/// The text of a file, or the end of the example.
pub fn read(path: &str) -> String {
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.split(|&byte| byte == b'\n').count();
            fail(format!(
                "{path}:{line}: found a byte that is not UTF-8, expected UTF-8: the file may be in Latin-1, Windows-1252 or UTF-16"
            ))
        }
        Err(error) => fail(format!("{path}: {error}")),
    }
}

/// The programme in a file, the shipped one without a file, or every problem and the end of the example.
pub fn programme(path: Option<&str>) -> Programme {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/retail_bank.json");
    let path = path.unwrap_or(shipped);
    Programme::from_json(&read(path)).unwrap_or_else(|error| refuse(path, &error))
}

/// Ends the example with every problem of a file, one a line.
pub fn refuse(path: &str, error: &cxrank::Error) -> ! {
    fail(problems(error, |_| path))
}

/// Every problem with the file that it is in, and how many there are.
pub fn problems<'f>(error: &cxrank::Error, file: impl Fn(&cxrank::Problem) -> &'f str) -> String {
    let lines: Vec<String> = error.problems().iter().map(|p| format!("{}:{p}", file(p))).collect();
    let count = if lines.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", lines.len()) };
    format!(
        "{}
{count}",
        lines.join(
            "
"
        )
    )
}

/// Ends the example as [`fail`] does if there is an error.
pub fn ok<T>(result: Result<T, cxrank::Error>) -> T {
    result.unwrap_or_else(|error| fail(error))
}

/// Prints a value as JSON.
pub fn print_json(value: &impl serde::Serialize) {
    print(&(serde_json::to_string_pretty(value).expect("results are plain data") + "\n"));
}

/// Rows in aligned columns; a column whose head starts with `>` is set to the right.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let width = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = heads.iter().map(|head| width(head.trim_start_matches('>'))).collect();
    for row in rows {
        widths.iter_mut().zip(row).for_each(|(w, cell)| *w = (*w).max(width(cell)));
    }
    let mut text = String::new();
    let mut add = |cells: Vec<&str>| {
        let mut line = String::new();
        for ((cell, head), w) in cells.iter().zip(heads).zip(&widths) {
            let gap = " ".repeat(w - width(cell));
            let (before, after) = if head.starts_with('>') { (gap.as_str(), "") } else { ("", gap.as_str()) };
            line.extend([before, cell, after, "  "]);
        }
        text.extend([line.trim_end(), "\n"]);
    };
    let rules: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
    add(heads.iter().map(|head| head.trim_start_matches('>')).collect());
    add(rules.iter().map(String::as_str).collect());
    rows.iter().for_each(|row| add(row.iter().map(String::as_str).collect()));
    text
}

/// At most so many characters.
pub fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        text.chars().take(most - 1).chain(['…']).collect()
    }
}

/// The text, or a dash for nothing.
pub fn or_dash(text: Option<impl ToString>) -> String {
    text.map_or_else(|| "-".into(), |text| text.to_string())
}

/// Ids side by side.
pub fn list(ids: &[cxrank::programme::Id]) -> String {
    if ids.is_empty() {
        "-".into()
    } else {
        ids.iter().map(cxrank::programme::Id::as_str).collect::<Vec<_>>().join(" ")
    }
}
