//! Every reader on files that were damaged: an answer within its limits, never a panic.
//!
//! `PROPTEST_CASES=100000 cargo test --release --all-features --test it fuzz::` looks longer.

use cxrank::change_board::EventLog;
use cxrank::programme::Programme;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

pub(crate) const EVERYTHING: &str = include_str!("data/everything.json");
pub(crate) const EVENTS: &str = include_str!("data/everything.jsonl");
const SHIPPED: &str = include_str!("../../examples/data/retail_bank.json");
const SHIPPED_EVENTS: &str = include_str!("../../examples/data/retail_bank_events.jsonl");

/// Few cases unless more are asked for.
fn config() -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { 48 };
    // A case is a whole file: what is found becomes a test of its own.
    ProptestConfig { cases, failure_persistence: None, ..config }
}

/// One thing that happens to a file.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Cut(Index, usize),
    Twice(Index, usize, usize),
    Truncate(Index),
    /// What comes after a place is that of another file.
    Splice(Index, Index, Index),
    Insert(Index, &'static [u8], usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    const PIECES: &[&[u8]] = &[
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc5",
        b"\"",
        b"'",
        b"\n",
        b"\r\n",
        b"\r",
        b"\t",
        b";",
        b",",
        b":",
        b"{",
        b"}",
        b"[",
        b"]",
        b"{\"a\":",
        b"#",
        b"# NUMBER ALTERNATIVES: 99999999999\n",
        b"# NUMBER VOTERS: -1\n",
        b"META\n",
        b"PROJECTS\n",
        b"VOTES\n",
        b"null",
        b"true",
        b"NaN",
        b"inf",
        b"1e999",
        b"-1",
        b"1e-320",
        b"0",
        b"-0.0",
        b"9",
        b"18446744073709551616",
        b"9223372036854775807",
        b"1.7976931348623157e308",
        b"2027-02-29",
        b"\\u0000",
        b"\\ud800",
        b"\xe2\x80\xae",
        b"A",
    ];
    let many = prop_oneof![8 => 1..4usize, 1 => 100..300usize, 1 => Just(70_000usize)];
    prop_oneof![
        3 => (any::<Index>(), 0..8u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        2 => (any::<Index>(), 1..40usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        2 => (any::<Index>(), 1..200usize, 1..6usize).prop_map(|(at, length, times)| Damage::Twice(at, length, times)),
        1 => any::<Index>().prop_map(Damage::Truncate),
        1 => any::<[Index; 3]>().prop_map(|[at, file, from]| Damage::Splice(at, file, from)),
        4 => (any::<Index>(), prop::sample::select(PIECES), many).prop_map(|(at, piece, times)| Damage::Insert(at, piece, times)),
    ]
}

impl Damage {
    fn apply(&self, text: &mut Vec<u8>, others: &[Vec<u8>]) {
        let place = |at: &Index, text: &[u8]| at.index(text.len() + 1);
        match self {
            Damage::Flip(at, bit) => {
                if let Some(byte) = {
                    let at = place(at, text);
                    text.get_mut(at)
                } {
                    *byte ^= 1 << bit;
                }
            }
            Damage::Cut(at, length) => {
                let at = place(at, text);
                text.drain(at..text.len().min(at + length));
            }
            Damage::Twice(at, length, times) => {
                let at = place(at, text);
                let piece = text[at..text.len().min(at + length)].repeat(*times);
                text.splice(at..at, piece);
            }
            Damage::Truncate(at) => text.truncate(place(at, text)),
            Damage::Splice(at, file, from) => {
                text.truncate(place(at, text));
                let other = &others[file.index(others.len())];
                text.extend_from_slice(&other[place(from, other)..]);
            }
            Damage::Insert(at, piece, times) => {
                let at = place(at, text);
                text.splice(at..at, piece.repeat(*times));
            }
        }
    }
}

/// The bytes of a file; shown as text.
#[derive(Clone)]
struct File(Vec<u8>);

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// One of the files, damaged some times.
fn damaged(files: Vec<Vec<u8>>) -> impl Strategy<Value = File> {
    (any::<Index>(), prop::collection::vec(damage(), 0..6)).prop_map(move |(file, damages)| {
        let mut text = files[file.index(files.len())].clone();
        damages.iter().for_each(|damage| damage.apply(&mut text, &files));
        File(text)
    })
}

/// A document in which some values are others, or gone, or in a list or an object of their own.
pub(crate) fn altered(documents: Vec<Value>) -> impl Strategy<Value = Value> {
    let values = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(7),
        json!(300),
        json!(1.5),
        json!(1e300),
        json!(1e-300),
        json!(""),
        json!("A"),
        json!("benefit"),
        json!("x"),
        json!("2026-02-30"),
        json!("2026-02-28"),
        json!([]),
        json!([1, 2, 3]),
        json!([3, 2, 1]),
        json!([null]),
        json!([["A"]]),
        json!(["A", "A"]),
        json!({}),
        json!({"A": 1}),
        json!({"benefit": null}),
        json!({"likely": 1}),
        json!({"low": 1}),
        json!({"median": {}}),
        json!({"at": [1, 2]}),
        json!("under way"),
        json!("ignore"),
    ];
    let change = (any::<Index>(), prop::sample::select(values), 0..8u8);
    (any::<Index>(), prop::collection::vec(change, 1..4)).prop_map(move |(document, changes)| {
        let mut document = documents[document.index(documents.len())].clone();
        for (at, value, how) in changes {
            let at = at.index(count(&document));
            alter(&mut document, at, &value, how);
        }
        document
    })
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(entries) => 1 + entries.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Changes the value at a place in the order of the text.
fn alter(value: &mut Value, mut at: usize, by: &Value, how: u8) {
    if at == 0 {
        *value = match how {
            0 => Value::Array(vec![value.take()]),
            1 => json!({"A": value.take()}),
            _ => by.clone(),
        };
        return;
    }
    at -= 1;
    let mut gone = None;
    let mut visit = |key: String, child: &mut Value| {
        let size = count(child);
        if at < size {
            if at == 0 && how == 2 {
                gone = Some(key);
            } else {
                alter(child, at, by, how);
            }
            return true;
        }
        at -= size;
        false
    };
    match value {
        Value::Array(items) => {
            items.iter_mut().enumerate().any(|(i, item)| visit(i.to_string(), item));
            if let Some(i) = gone {
                items.remove(i.parse().expect("an index"));
            }
        }
        Value::Object(entries) => {
            entries.iter_mut().any(|(key, entry)| visit(key.clone(), entry));
            if let Some(key) = gone {
                let entry = entries.remove(&key).expect("it is there");
                // Misspelt, or gone.
                if by.is_number() {
                    entries.insert(key + "s", entry);
                }
            }
        }
        _ => {}
    }
}

fn read_programme(text: &str) -> Result<(), TestCaseError> {
    match Programme::from_json(text) {
        Ok(programme) => prop_assert_eq!(&Programme::from_json(&programme.to_json()).unwrap(), &programme),
        Err(error) => {
            prop_assert!(!error.problems().is_empty());
            let lines = text.split('\n').count();
            for problem in error.problems() {
                let position = problem.position();
                prop_assert!(
                    position.is_some_and(|p| (1..=lines).contains(&p.line) && p.column >= 1),
                    "{}",
                    problem
                );
                prop_assert!(problem.code().contains('.') && problem.to_string().len() < 10_000);
            }
        }
    }
    Ok(())
}

fn read_events(text: &[u8]) -> Result<(), TestCaseError> {
    match EventLog::from_jsonl(text) {
        Ok(log) => {
            let again = EventLog::from_jsonl(log.to_jsonl().as_bytes()).unwrap();
            prop_assert_eq!(again.events(), log.events());
        }
        Err(error) => prop_assert!(error.problems().iter().all(|p| p.position().is_some())),
    }
    Ok(())
}

fn documents() -> Vec<Value> {
    [EVERYTHING, SHIPPED].map(|text| serde_json::from_str(text).expect("JSON")).to_vec()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn programme(File(text) in damaged(vec![EVERYTHING.into(), SHIPPED.into(), EVENTS.into()])) {
        read_programme(&String::from_utf8_lossy(&text))?;
    }

    #[test]
    fn programme_of_other_values(value in altered(documents())) {
        read_programme(&value.to_string())?;
    }

    #[test]
    fn events(File(text) in damaged(vec![EVENTS.into(), SHIPPED_EVENTS.into(), EVERYTHING.into()])) {
        read_events(&text)?;
    }

    #[test]
    fn events_of_other_values(values in prop::collection::vec(altered(lines(EVENTS)), 1..4)) {
        let text: Vec<String> = values.iter().map(Value::to_string).collect();
        read_events(text.join("\n").as_bytes())?;
    }
}

#[cfg(feature = "formats")]
mod formats {
    use cxrank::formats::{nrp, pabulib, preflib};

    use super::*;
    use crate::shared::shared;

    /// The samples, and the files of a shared folder that are not too long to be read many times.
    fn files(samples: &[&str], folder: &str) -> Vec<Vec<u8>> {
        let mut files: Vec<Vec<u8>> = samples.iter().map(|sample| sample.as_bytes().to_vec()).collect();
        let entries = shared().and_then(|root| std::fs::read_dir(root.join("data").join(folder)).ok());
        let mut paths: Vec<_> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        files.extend(
            paths.iter().filter_map(|path| std::fs::read(path).ok()).filter(|file| file.len() < 60_000),
        );
        files
    }

    const PREFLIB: [&str; 2] = [
        "# TITLE: t\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 4\n# NUMBER UNIQUE ORDERS: 2\n\
         # ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n# ALTERNATIVE NAME 3: c\n3: 2,{1,3}\n1: 3\n",
        "# NUMBER ALTERNATIVES: 3\n2: 1,2,3\n",
    ];
    const PABULIB: [&str; 2] = [
        "META\nkey;value\nbudget;100.5\nvote_type;cumulative\nnum_projects;2\nnum_votes;2\nrule;greedy\n\
         PROJECTS\nproject_id;name;cost;selected;votes;score\np2;\"a; \"\"b\"\"\nc\";40;1;1;2\np10;d;70,25;2;2;3\n\
         VOTES\nvoter_id;age;vote;points\nx;7;p2,p10;1,2.5\ny;8; p10 ;3\n",
        "META\nbudget;1\nvote_type;ordinal\nPROJECTS\nproject_id;cost\na;1\nb;2\nVOTES\nvoter_id;vote\n1;b,a\n2;a\n",
    ];
    const NRP: [&str; 2] =
        ["2\n2\n5 6\n1\n9\n2\n1 3\n2 3\n2\n10 2 3 1\n7 0\n", "1  3  5 2 4  1  1 3  2  10 1 3  7 2 1 2"];

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn rankings(File(text) in damaged(files(&PREFLIB, "preflib"))) {
            let limits = preflib::Limits { line: 10_000, header: 50_000, alternatives: 1000 };
            let mut reader = match preflib::Reader::with_limits(&text[..], limits) {
                Ok(reader) => reader,
                Err(error) => {
                    prop_assert!((1..=101).contains(&error.problems().len()));
                    prop_assert!(error.problems().iter().all(|p| p.position().is_some()));
                    return Ok(());
                }
            };
            let n = reader.header().names.len();
            let kept: usize = reader.header().metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
            prop_assert!(n <= 1000 && kept <= 50_000);
            let lines = text.split(|&byte| byte == b'\n').count();
            for _ in 0..=lines {
                match reader.next_order() {
                    Ok(None) => break,
                    Ok(Some(order)) => {
                        let mut items: Vec<u32> = order.groups().flatten().copied().collect();
                        prop_assert!(items.len() == order.len() && order.groups().all(|group| !group.is_empty()));
                        items.sort_unstable();
                        items.dedup();
                        prop_assert!(items.len() == order.len() && items.iter().all(|&item| (item as usize) < n));
                    }
                    Err(error) => prop_assert_eq!(error.problems().len(), 1),
                }
            }
            prop_assert!(reader.next_order().is_ok_and(|order| order.is_none()));
            prop_assert!(reader.differences().len() <= 5);
        }

        #[test]
        fn elections(File(text) in damaged(files(&PABULIB, "pabulib"))) {
            let limits = pabulib::Limits { record: 20_000, tables: 100_000, problems: 20 };
            let (mut tally, mut profile, mut ballots) = (pabulib::Tally::default(), pabulib::Profile::default(), 0);
            let read = pabulib::read(&text[..], &limits, |election, ballot| {
                ballots += 1;
                assert!(ballot.projects.iter().all(|&i| (i as usize) < election.projects.len()));
                assert!(ballot.points.is_empty() || ballot.points.len() == ballot.projects.len());
                tally.add(ballot);
                profile.add(election.vote_type, ballot);
            });
            match read {
                Ok(election) => {
                    prop_assert!(election.ballots == ballots && election.warnings.len() <= 20);
                    prop_assert_eq!(election.benefits(&tally).len(), election.projects.len());
                    prop_assert_eq!(profile.voters().iter().sum::<u64>(), ballots);
                }
                Err(error) => {
                    prop_assert!((1..=21).contains(&error.problems().len()));
                    prop_assert!(error.problems().iter().all(|p| p.position().is_some()));
                }
            }
        }

        #[test]
        fn releases(File(text) in damaged(files(&NRP, "nrp"))) {
            let limits = nrp::Limits { bytes: 200_000, problems: 20 };
            match nrp::read(&text[..], &limits) {
                Ok(problem) => {
                    let known = |i: &u32| (*i as usize) < problem.costs.len();
                    prop_assert!(problem.requires.iter().all(|(a, b)| known(a) && known(b) && a != b));
                    prop_assert!(problem.customers.iter().all(|customer| customer.requests.iter().all(known)));
                }
                Err(error) => prop_assert!((1..=21).contains(&error.problems().len())),
            }
        }
    }

    #[test]
    fn endless_streams_end_at_the_limits() {
        use std::io::{BufReader, Read};
        let endless =
            |start: &'static str, byte: u8| BufReader::new(start.as_bytes().chain(std::io::repeat(byte)));
        let code = |stream| preflib::Reader::new(stream).unwrap_err().code();
        assert_eq!(code(endless("# TITLE: ", b'x')), "formats.limit");
        let mut reader = preflib::Reader::new(endless("# NUMBER ALTERNATIVES: 2\n1: 1\n1: ", b' ')).unwrap();
        assert_eq!(reader.next_order().unwrap().unwrap().len(), 1);
        assert_eq!(reader.next_order().unwrap_err().code(), "formats.limit");
        assert!(reader.next_order().unwrap().is_none());
        let endless = std::io::repeat(b'1');
        assert_eq!(nrp::read(endless, &nrp::Limits::default()).unwrap_err().code(), "formats.limit");
    }
}
