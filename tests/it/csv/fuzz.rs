//! Damaged tables: refused or read, never a panic, and within the limits that are declared.
//!
//! `PROPTEST_CASES` says how many are tried.

use std::io::Read;

use cxrank::formats::csv::{
    BallotTable, Column, DateOrder, DecimalMark, Form, InitiativeTable, Limits, Mapping, Rest,
};
use cxrank::programme::{Criterion, ProgrammeSpec, Stakeholder};
use proptest::prelude::*;

const SPREADSHEET: &str = include_str!("../../../examples/data/spreadsheet.csv");
const RANKS: &str = include_str!("../../../examples/data/spreadsheet_ballots.csv");
const OWN: &str = "code,name,domain,status,benefits.nps,benefits.ease,efforts.cash.low,efforts.cash,efforts.cash.high,efforts.cash.source,\
                   requires,requires,blocks,teams.it,earliest,charter.objectives,charter.definition_of_done,actions.1.text,actions.2.text,actual.date\n\
                   A,\"'=a\"\"b\nc\",x,done,1.5,L,1,2,3,\"x;y\",B;\"C, D\",,E,2,2026-01-01,o,null,do,,2026-02-02\n\
                   B,b,,under way,-2,null,,5.125,,,,,,,,,,,,\n\
                   \"C, D\",,,,,,,,,,,,,,,,,,,\nE,,,,,,,,,,,,,,,,,,,\n";
const TRACKER: &str = "Summary,Issue key,Status,Due Date,Outward issue link (Blocks),Outward issue link (Blocks),Inward issue link (Blocks),Cost\n\
                       \"a\nb\",A,To Do,31/Mar/26 12:00 AM,B,C,,\"1,5\"\nb,B,Done,,,,A,2 pm\nc,C,In Progress,,,,A,\"€ 1.200,50\"\n";
const BALLOTS: &str = "stakeholder,weight,date,unranked,1,2,3,points.A\nx,2,2026-01-01,ignored,A,B = \"C, D\",E,\ny,,,,B,,,\nz,,,,,,,1.5\n";
const RANKING: &str = "stakeholder\tranking\nx\tA > B = E\ny\t\"\"\"C, D\"\" > A\"\n";

fn frame() -> ProgrammeSpec {
    ProgrammeSpec::new("damaged")
        .criterion(Criterion::benefit("nps", 50.0, 0.0, 10.0).worst(-5.0))
        .criterion(Criterion::benefit_levels(
            "ease",
            30.0,
            [("none", 0.0), ("S", 1.0), ("M", 3.0), ("L", 6.0)],
        ))
        .criterion(Criterion::effort("cash", 1.0))
}

fn initiative_tables() -> Vec<(&'static str, InitiativeTable)> {
    let column = |field: &str| Column::new(field.parse().unwrap());
    let spreadsheet = InitiativeTable {
        skip_rows: 1,
        header_rows: Some(2),
        decimal: Some(DecimalMark::Comma),
        dates: Some(DateOrder::Dmy),
        missing: vec!["tbd".into()],
        rest: Some(Rest::Ignore),
        ..InitiativeTable::default()
    };
    let spreadsheet = spreadsheet
        .column("No.", column("code"))
        .column("Initiative", column("name"))
        .column("State", column("status").value("idea", "proposed".into()).value("agreed", "planned".into()))
        .column("Benefit / NPS effect", column("benefits.nps"))
        .column("Benefit / Ease", column("benefits.ease"))
        .column("Effort / Cost", column("efforts.cash").unit("€", 1.0))
        .column("Effort / Cost low", column("efforts.cash.low").unit("€", 1.0))
        .column("Dates / Deadline", column("deadline"))
        .column("Needs", column("requires"));
    let cost = column("efforts.cash").unit("", 1.0).unit("pm", 18.0).unit("€", 1.0);
    let tracker =
        InitiativeTable { dates: Some(DateOrder::Dmy), ..InitiativeTable::jira() }.column("Cost", cost);
    vec![(SPREADSHEET, spreadsheet), (OWN, InitiativeTable::default()), (TRACKER, tracker)]
}

fn ballot_tables() -> Vec<(&'static str, BallotTable)> {
    let ranks = BallotTable { skip_rows: 1, form: Form::Ranks, ..BallotTable::default() };
    let ranks = ranks.column("Department", "stakeholder".parse().unwrap());
    let turned = BallotTable { transposed: true, form: Form::Points, ..BallotTable::default() };
    vec![
        (BALLOTS, BallotTable::default()),
        (RANKING, BallotTable::default()),
        (RANKS, ranks),
        (",x,y\nA,1,2.5\nB,,3\n", turned),
    ]
}

/// Small, so that damaged tables come to them.
const LIMITS: Limits = Limits { row: 2000, columns: 40, rows: 20, problems: 15 };

type Damage = Vec<(prop::sample::Index, u8, Vec<u8>)>;

fn damage() -> impl Strategy<Value = Damage> {
    let tokens: Vec<&[u8]> = vec![
        b",",
        b";",
        b"\t",
        b"\"",
        b"\"\"",
        b"\n",
        b"\r\n",
        b"\r",
        b"'",
        b"=",
        b">",
        b"null",
        b"1,234",
        b"1e999",
        b"-",
        b"%",
        b"99999999999",
        b"\xff",
        b"\xff\xfe",
        b"\xe4",
        "é".as_bytes(),
        b"\0",
        b"03/04/2026",
        b"code",
        b"A",
        b"sep=;\n",
        b" ",
        "\u{feff}".as_bytes(),
        b".low",
        b"NaN",
        b"inf",
        b"0",
        b"[\"",
    ];
    let tokens: Vec<Vec<u8>> = tokens.into_iter().map(<[u8]>::to_vec).collect();
    let token = prop_oneof![
        4 => prop::sample::select(tokens),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), token), 0..8)
}

fn damaged(text: &str, damage: &Damage) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, how, token) in damage {
        let at = at.index(bytes.len() + 1);
        let end = bytes.len().min(at + usize::from(how / 8));
        match how % 8 {
            0..=2 => drop(bytes.splice(at..at, token.iter().copied())),
            3..=4 => drop(bytes.splice(at..end.min(at + token.len()), token.iter().copied())),
            5 => drop(bytes.drain(at..end)),
            6 => {
                let again = bytes[at..end].repeat(1 + token.len());
                bytes.splice(at..at, again);
            }
            _ => bytes.truncate(bytes.len().max(at)),
        }
    }
    bytes
}

/// What is refused is refused within the limits and with places that are in the text.
fn check(error: &cxrank::Error, texts: &[&[u8]]) -> Result<(), TestCaseError> {
    // One more says that there are more.
    prop_assert!((1..=LIMITS.problems + 1).contains(&error.problems().len()));
    let lines = 1 + texts.iter().map(|text| text.split(|&c| c == b'\n').count()).max().unwrap_or(0);
    for problem in error.problems() {
        if let Some(position) = problem.position() {
            prop_assert!((1..=lines).contains(&position.line) && position.column >= 1, "{problem}");
        }
        prop_assert!(problem.to_string().len() < 5000, "{problem}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn damaged_tables(table in 0..3usize, ballots in 0..4usize, first in damage(), second in damage(), listed in any::<bool>()) {
        let (text, table) = initiative_tables().swap_remove(table);
        let (votes, ballots) = ballot_tables().swap_remove(ballots);
        let (text, votes) = (damaged(text, &first), damaged(votes, &second));
        let mut frame = frame();
        if listed {
            frame = frame.stakeholder(Stakeholder::new("x").weight(3.0)).stakeholder(Stakeholder::new("y"));
        }
        let mapping = Mapping::new(frame).initiatives(table).ballots(ballots);
        match mapping.read(&mut &text[..], Some(&mut &votes[..]), &LIMITS) {
            Ok(import) => prop_assert!(import.programme.initiatives().len() <= LIMITS.rows),
            Err(error) => check(&error, &[&text, &votes])?,
        }
    }

    #[test]
    fn damaged_ballots_one_by_one(ballots in 0..4usize, damage in damage()) {
        let (votes, table) = ballot_tables().swap_remove(ballots);
        let votes = damaged(votes, &damage);
        let codes = ["A", "B", "C, D", "E", "P-01", "P-02", "P-03"];
        let mut seen = 0;
        let read = table.each(&votes[..], &codes, &LIMITS, |ballot| {
            seen += 1;
            assert!(ballot.groups().flatten().all(|&code| (code as usize) < codes.len()));
            assert!(ballot.points.iter().all(|(_, points)| *points >= 0.0));
            assert!(ballot.weight.is_none_or(|weight| weight > 0.0));
        });
        match read {
            Ok(count) => prop_assert_eq!(count, seen),
            Err(error) => check(&error, &[&votes])?,
        }
        if let Err(error) = table.tally(&votes[..], &codes, &LIMITS) {
            check(&error, &[&votes])?;
        }
    }

    /// The cells are those that another reader finds.
    #[test]
    fn another_reader_finds_the_same(rows in prop::collection::vec(prop::collection::vec("[a-c ,;\"\\n]{0,4}", 2), 1..5)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["code", "name"]).unwrap();
        for (i, row) in rows.iter().enumerate() {
            writer.write_record([format!("I{i}"), format!("{}x", row[1])]).unwrap();
        }
        let text = writer.into_inner().unwrap();
        let import = Mapping::new(frame()).read(&mut &text[..], None, &Limits::default()).unwrap();
        for (i, row) in rows.iter().enumerate() {
            let name = format!("{}x", row[1]);
            let found = &import.programme.initiative(&format!("I{i}")).unwrap().name;
            // Blanks around a cell without quotes say nothing.
            let quoted = name.contains([',', '"', '\n']);
            prop_assert_eq!(found.as_str(), if quoted { name.as_str() } else { name.trim() });
        }
    }
}

/// A stream without an end is given up where the limit is.
#[test]
fn streams_without_end() {
    for byte in [b'"', b'a', b',', b'\xff'] {
        let error = Mapping::new(frame())
            .read(&mut std::io::repeat(byte), Some(&mut std::io::repeat(byte)), &Limits::default())
            .unwrap_err();
        let places: Vec<_> =
            error.problems().iter().map(|p| p.position().map(|at| (at.line, at.column))).collect();
        assert!(places.contains(&Some((1, 1))), "{error}");
    }
}

/// A text many times, with a number in place of `#`.
fn many(times: u32, text: &str) -> String {
    (0..times).map(|i| text.replace('#', &i.to_string())).collect::<Vec<_>>().concat()
}

/// Few bytes that would take much room, were it not for what is bounded.
#[test]
fn what_would_grow() {
    let limits = Limits::default();
    let mapping = Mapping::new(frame());
    // A merged cell over many columns.
    let table = InitiativeTable { header_rows: Some(2), ..InitiativeTable::default() };
    let wide = Mapping::new(frame()).initiatives(table);
    let text = format!("{}{}\ncode\n", "x".repeat(500_000), ",".repeat(10_000));
    assert_eq!(wide.read(&mut text.as_bytes(), None, &limits).unwrap_err().code(), "csv.too-long");
    // Many columns and short rows; the thousandth action.
    let (teams, rows) = (many(10_000, ",teams.t#"), many(10_000, "\nI#,x"));
    let text = format!("code,actions.1000.text{teams}{rows}");
    let import = mapping.read(&mut text.as_bytes(), None, &limits).unwrap();
    assert_eq!(import.programme.initiatives()[0].actions.len(), 1);
    // Many links to nothing in one row.
    let text = format!("code,requires\nA,{}\n", many(100_000, "B#;"));
    let error = mapping.read(&mut text.as_bytes(), None, &limits).unwrap_err();
    assert_eq!((error.problems().len(), error.code()), (limits.problems + 1, "csv.unknown-link"));
    // Many rows that all block one.
    let rows = many(20_000, "I#,A\n");
    assert!(mapping.read(&mut format!("code,blocks\nA,\n{rows}").as_bytes(), None, &limits).is_ok());
    // A ballot of unknown codes.
    let text = format!("stakeholder,1\nx,{}\n", many(100_000, "B# = "));
    let error = BallotTable::default().each(text.as_bytes(), &["A"], &limits, |_| ()).unwrap_err();
    assert_eq!(error.problems().len(), 1);
}

/// What a text means is found at once, however many texts there are.
#[test]
fn many_values() {
    let levels: Vec<(String, f64)> = (0..5000).map(|i| (format!("Level {i}"), f64::from(i))).collect();
    let frame = ProgrammeSpec::new("many")
        .criterion(Criterion::benefit_levels(
            "ease",
            1.0,
            levels.iter().map(|(level, worth)| (level.as_str(), *worth)),
        ))
        .criterion(Criterion::effort("cash", 1.0));
    let cost = (0..5000).fold(Column::new("efforts.cash".parse().unwrap()), |column, i| {
        column.value(format!("Size {i}"), f64::from(i).into())
    });
    let mapping = Mapping::new(frame).initiatives(InitiativeTable::default().column("Cost", cost));
    let text = format!("code,Cost,benefits.ease\n{}", many(5000, "I#,SIZE  #,level #\n"));
    let import = mapping.read(&mut text.as_bytes(), None, &Limits::default()).unwrap();
    let last = import.programme.initiative("I4999").unwrap();
    assert_eq!(last.efforts.get("cash"), Some(&4999.0.into()));
    assert_eq!(last.benefits.get("ease"), Some(&"Level 4999".into()));
}

/// Problems are listed up to the limit, whoever finds them, and a last one says that there are more.
#[test]
fn problems_end_at_their_limit() {
    let limits = Limits::default();
    let ends = |error: cxrank::Error, code: &str| {
        let problems = error.problems();
        assert_eq!((problems.len(), problems[0].code()), (limits.problems + 1, code), "{}", problems[0]);
        let last = problems.last().unwrap().to_string();
        assert!(last.contains("more than 1000 problems") && last.ends_with("[csv.too-many]"), "{last}");
    };
    let mapping = Mapping::new(frame());
    let read = |table: &str, votes: &str| {
        mapping.read(&mut table.as_bytes(), Some(&mut votes.as_bytes()), &limits).unwrap_err()
    };
    let teams = many(16_000, ",teams.t#");
    // Found by the programme, each in the column of its own.
    let text = format!("code{teams}\nA{}\nB{}\n", ",-1".repeat(16_000), ",-1".repeat(16_000));
    let error = read(&text, "stakeholder,1\nx,A\n");
    for problem in error.problems() {
        let team = (problem.position().unwrap().column - 3) / 3;
        assert_eq!(problem.path().to_string(), format!("initiatives[\"teams.t{team}\"]"));
    }
    ends(error, "programme.negative");
    // Found in the cells of one row.
    ends(
        read(&format!("code{teams}\nA{}\n", ",x".repeat(16_000)), "stakeholder,1\nx,A\n"),
        "csv.not-a-number",
    );
    // In both tables, each with fewer than are listed.
    let (rows, votes) = (many(600, "I#,x\n"), many(600, "s#,J\n"));
    ends(read(&format!("code,lasts\n{rows}"), &format!("stakeholder,1\n{votes}")), "csv.not-a-number");
    // In a turned table, in the head and in the cells.
    let turned = BallotTable { transposed: true, form: Form::Ranks, ..BallotTable::default() };
    let text = format!(",{}\nA{}\n", many(16_000, "v#,"), ",x".repeat(16_000));
    ends(turned.each(text.as_bytes(), &["A"], &limits, |_| ()).unwrap_err(), "csv.not-a-number");
    // As many as are listed are no more.
    let rows = many(1000, "I#,x\n");
    assert_eq!(read(&format!("code,lasts\n{rows}"), "stakeholder,1\nx,I1\n").problems().len(), 1000);
    // A ballot whose problem is not listed is not handed over.
    let none = Limits { problems: 0, ..limits };
    let each = BallotTable::default().each(&b"1\nX\n"[..], &["A"], &none, |_| panic!("it is wrong"));
    assert_eq!(each.unwrap_err().code(), "csv.too-many");
}

/// Ballots are read in the memory of a row, whatever their number.
#[test]
fn many_ballots() {
    struct Endless {
        left: usize,
        row: &'static [u8],
        at: usize,
    }
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let mut n = 0;
            while n < buffer.len() && self.left > 0 {
                let take = (buffer.len() - n).min(self.row.len() - self.at);
                buffer[n..n + take].copy_from_slice(&self.row[self.at..self.at + take]);
                (n, self.at) = (n + take, self.at + take);
                if self.at == self.row.len() {
                    (self.at, self.left) = (0, self.left - 1);
                }
            }
            Ok(n)
        }
    }
    let header: &[u8] = b"1,2,3\n";
    let rows = Endless { left: 100_000, row: b"B,A = C,D\r\n", at: 0 };
    let tally =
        BallotTable::default().tally(header.chain(rows), &["A", "B", "C", "D"], &Limits::default()).unwrap();
    assert_eq!((tally.ballots(), tally.prefer(1, 0)), (100_000, 100_000_000_000));
}
