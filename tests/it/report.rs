//! Reports: the same facts in every format, nothing of users' is markup, and the page in a real browser.

use std::collections::BTreeSet;

use cxrank::change_board::{EventLog, Minutes, State, replay};
use cxrank::policy::{Policy, QuadrantCuts};
use cxrank::programme::{
    Ballot, Capacities, Constraints, Criterion, Id, Initiative, Programme, ProgrammeSpec, Stakeholder,
    Strategy,
};
use cxrank::report::{Cell, Kind, Options, Part, Report, Table};
use cxrank::uncertainty::Sampling;
use proptest::prelude::*;
use proptest::strategy::Strategy as _;

use crate::browser;
use crate::programmes::{programme, shuffled};

#[path = "../../benches/shared/report_input.rs"]
mod report_input;
#[path = "../../benches/shared/scoring_input.rs"]
mod scoring_input;

fn bank() -> Programme {
    Programme::from_json(include_str!("../../examples/data/retail_bank.json")).unwrap()
}

/// The bank's programme after a year of its change board, with the minutes.
fn bank_after_a_year() -> (Programme, Minutes) {
    let log = EventLog::from_jsonl(include_bytes!("../../examples/data/retail_bank_events.jsonl")).unwrap();
    let start = State::new(&bank()).unwrap();
    let now = replay(&start, &log, None).unwrap();
    (now.programme().unwrap(), Minutes::new(&start, &log, None).unwrap())
}

/// Names as nobody should choose them, in every place where a name can stand.
fn hostile() -> Programme {
    let long = "x".repeat(10_000);
    let names = [
        "<script>alert(1)</script>",
        &long,
        "שיפור חוויית הלקוח",
        "👩‍🚀 👍🏽 電話",
        "\u{202e}evil | `tick` \"quote\" 'q' &amp; </td></table><img src=x onerror=alert(1)>",
        "=HYPERLINK(\"http://x\")",
        "a\nb\tc\u{0}d\u{1b}[31m",
        "]]> --> <!-- </style> {{x}} \\",
        "",
    ];
    let mut spec = ProgrammeSpec::new("<b>Böse</b> & Namen ".repeat(600))
        .effort_unit("<i>EUR</i>")
        .criterion(Criterion::benefit("ea<s>e", 100.0, 0.0, 10.0))
        .criterion(Criterion::effort("w\"ork", 1.0));
    for (i, name) in (1_i32..).zip(names) {
        let code = format!("<u>{i}</u>");
        let mut initiative = Initiative::new(code, name)
            .domain("<d>\"'&")
            .benefit("ea<s>e", [0.0, f64::from(i), 10.0])
            .effort("w\"ork", [10.0, 20.0, 30.0 + f64::from(i)]);
        initiative.owner = Some("<owner>".into());
        initiative.teams.insert("te&am<".into(), 10.0);
        spec = spec.initiative(initiative);
    }
    for who in ["<img src=x onerror=alert(1)>", "בעל עניין"] {
        let stakeholder = Stakeholder::new(who);
        spec =
            spec.stakeholder(stakeholder).ballot(Ballot::ranked(who, ["<u>1</u>", "<u>3</u>", "<u>2</u>"]));
    }
    let capacities = Capacities { teams: [("te&am<".into(), 30.0)].into(), ..Capacities::default() };
    let strategy = Strategy { budget: Some(60.0), horizon: Some(8), capacities, ..Strategy::default() };
    spec.strategy(strategy).build().unwrap()
}

/// The texts of a page, after a look at every tag: each that is opened is closed, in its turn, and each attribute has its quotes.
fn texts_of(page: &str) -> Vec<String> {
    const VOID: [&str; 2] = ["meta", "!doctype"];
    let (mut open, mut texts): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        if open.last().is_some_and(|tag| *tag == "style") {
            rest = &rest[rest.find("</style>").expect("the style ends")..];
        } else {
            let text = &rest[..start];
            assert!(!text.contains('>'), "a bare > in {text:?}");
            texts.push(unescaped(text));
            rest = &rest[start..];
        }
        let end = rest.find('>').expect("the tag ends");
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        assert!(!tag.contains('<'), "a tag in a tag: {tag}");
        assert_eq!(tag.matches('"').count() % 2, 0, "open quotes: {tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closes what is not open");
        } else {
            let name = tag.split([' ', '\n']).next().unwrap_or_default();
            let plain = |c: char| c.is_ascii_alphanumeric();
            assert!(
                VOID.contains(&name.to_lowercase().as_str()) || name.chars().all(plain),
                "a strange tag: {tag}"
            );
            if !VOID.contains(&name.to_lowercase().as_str()) && !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    texts
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// The rows of a plain text table, titles first; what goes on in the next line is joined by a space.
fn rows_of_text(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let rule = lines.iter().position(|line| line.iter().all(|c| matches!(c, '-' | ' '))).unwrap();
    let mut columns = Vec::new();
    let mut from = 0;
    for part in lines[rule].split(|c| *c == ' ').filter(|part| !part.is_empty()) {
        columns.push((from, from + part.len()));
        from += part.len() + 2;
    }
    let cells = |line: &Vec<char>| -> Vec<String> {
        let cell = |&(from, to): &(usize, usize)| {
            line[from.min(line.len())..to.min(line.len())].iter().collect::<String>()
        };
        columns.iter().map(|column| cell(column).trim().to_owned()).collect()
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (k, line) in lines.iter().enumerate().filter(|(k, _)| *k != rule) {
        let cells = cells(line);
        // The row head is in the first line of a row alone.
        let head = cells.iter().position(|cell| !cell.is_empty()).unwrap();
        if k > 0 && (k < rule || rows.last().is_some_and(|last| !last[0].is_empty()) && head > 0) {
            for (cell, more) in
                rows.last_mut().unwrap().iter_mut().zip(cells).filter(|(_, more)| !more.is_empty())
            {
                cell.extend([" ", more.as_str()]);
            }
        } else {
            rows.push(cells);
        }
    }
    rows
}

fn rows_of_markdown(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (k, line) in text.lines().enumerate() {
        let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
        for c in line.strip_prefix('|').unwrap().chars() {
            match c {
                '\\' if !escaped => escaped = true,
                '|' if !escaped => cells.push(unescaped(std::mem::take(&mut cell).trim())),
                c => {
                    cell.push(c);
                    escaped = false;
                }
            }
        }
        assert_eq!(cell, "");
        if k != 1 {
            rows.push(cells);
        }
    }
    rows
}

/// What people read in a table, titles first.
fn read(table: &Table) -> Vec<Vec<String>> {
    let heads = table.columns().iter().map(cxrank::report::Column::head).collect();
    let row = |row: &Vec<Cell>| row.iter().zip(table.columns()).map(|(cell, c)| cell.read(c.kind)).collect();
    std::iter::once(heads).chain(table.rows().iter().map(row)).collect()
}

fn tables(report: &Report) -> impl Iterator<Item = &Table> {
    report.sections.iter().flat_map(|section| &section.tables)
}

#[test]
fn every_part_of_the_bank_is_there_and_tells_its_facts() {
    let (programme, minutes) = bank_after_a_year();
    let options = Options { as_of: minutes.as_of, minutes: Some(&minutes), ..Options::default() };
    let report = Report::with(&programme, &options).unwrap();
    assert_eq!(report.left_out, []);
    assert_eq!(report.sections.iter().map(|section| section.id).collect::<Vec<_>>(), Part::ALL);
    for section in &report.sections {
        assert!((1..=3).contains(&section.summary.len()), "{:?}", section.summary);
        assert!(!section.tables.is_empty() && section.tables.iter().all(|table| !table.rows().is_empty()));
    }
    let pictured: Vec<Part> = report.sections.iter().filter(|s| s.picture.is_some()).map(|s| s.id).collect();
    assert_eq!(
        pictured,
        [Part::Map, Part::Batches, Part::Certainty, Part::Stakeholders, Part::Roadmap, Part::Changes]
    );
    let ids: BTreeSet<&str> = tables(&report).map(|table| table.id).collect();
    assert_eq!(ids.len(), tables(&report).count(), "ids of tables are unique");
    let labels: Vec<&str> = report.headlines().map(|headline| headline.label).collect();
    assert_eq!(
        labels,
        ["What first", "What it brings", "What it costs", "How sure", "Who disagrees", "When", "What moved"]
    );
}

#[test]
fn every_initiative_is_in_every_format() {
    let programme = bank();
    let report = Report::new(&programme).unwrap();
    let json = serde_json::to_string(&report).unwrap();
    let formats = [report.text(), report.markdown(), report.csv(), json, report.html()];
    for initiative in programme.initiatives() {
        for format in &formats {
            assert!(format.contains(initiative.code.as_str()) && format.contains(initiative.name.as_str()));
        }
    }
}

#[test]
fn json_has_the_facts_of_the_tables() {
    let report = Report::new(&bank()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    for (s, section) in report.sections.iter().enumerate() {
        assert_eq!(json["sections"][s]["id"], section.id.id());
        for (t, table) in section.tables.iter().enumerate() {
            let there = &json["sections"][s]["tables"][t];
            assert_eq!(there["caption"], table.caption.as_str());
            for (r, row) in table.rows().iter().enumerate() {
                for (c, cell) in row.iter().enumerate() {
                    let value = &there["rows"][r][c];
                    match cell {
                        Cell::Text(text) => assert_eq!(value.as_str(), Some(text.as_str())),
                        Cell::Count(count) => assert_eq!(value.as_i64(), Some(*count)),
                        Cell::Number(number) => assert_eq!(value.as_f64(), Some(*number)),
                        Cell::Missing => assert!(value.is_null()),
                    }
                }
            }
        }
    }
}

#[test]
fn tables_read_back_from_text_markdown_and_csv() {
    let (programme, minutes) = bank_after_a_year();
    let report =
        Report::with(&programme, &Options { minutes: Some(&minutes), ..Options::default() }).unwrap();
    for table in tables(&report) {
        let read = read(table);
        assert_eq!(rows_of_markdown(&table.markdown()), read, "{}", table.id);
        let unspaced = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
            rows.into_iter().map(|row| row.into_iter().map(|cell| cell.replace(' ', "")).collect()).collect()
        };
        // Where a long word is broken the space is not in the original.
        assert_eq!(unspaced(rows_of_text(&table.text())), unspaced(read), "{}", table.id);
        let text = table.csv();
        let records: Vec<csv::StringRecord> =
            csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
        assert_eq!(records.len(), table.rows().len());
        for (record, row) in records.iter().zip(table.rows()) {
            for ((field, cell), column) in record.iter().zip(row).zip(table.columns()) {
                match cell {
                    Cell::Text(text) => assert_eq!(field, text),
                    Cell::Missing => assert_eq!(field, ""),
                    Cell::Count(count) => assert_eq!(field.parse(), Ok(*count)),
                    Cell::Number(number) => assert_eq!(field.parse(), Ok(*number), "{:?}", column.kind),
                }
            }
        }
        // The report in one file has each table whole.
        assert!(report.csv().contains(&text));
    }
}

#[test]
fn what_cannot_be_made_is_left_out_and_said() {
    let clinic = |strategy: Strategy| {
        ProgrammeSpec::new("Clinic")
            .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
            .criterion(Criterion::effort("work", 1.0))
            .initiative(Initiative::new("A", "Online booking").benefit("ease", 6).effort("work", 20))
            .initiative(Initiative::new("B", "Call back").benefit("ease", 4).effort("work", 14))
            .strategy(strategy)
            .build()
            .unwrap()
    };
    let why = |programme: &Programme| -> Vec<(Part, String)> {
        let report = Report::new(programme).unwrap();
        texts_of(&report.html());
        report.left_out.into_iter().map(|left| (left.id, left.why)).collect()
    };
    assert_eq!(
        why(&clinic(Strategy::default())),
        [
            (Part::Plan, "the strategy states no budget".to_owned()),
            (Part::Stakeholders, "there are no ballots".to_owned()),
            (Part::Roadmap, "the strategy states no capacities".to_owned()),
            (Part::Changes, "no minutes of a change board are given".to_owned()),
            (Part::NotRanked, "every initiative is ranked".to_owned()),
        ]
    );
    let constraints = Constraints { mandatory: vec!["A".into()], ..Constraints::default() };
    let short = Strategy { budget: Some(5.0), constraints, ..Strategy::default() };
    let left = why(&clinic(short));
    assert!(left[0].0 == Part::Plan && left[0].1.contains("portfolio."), "{left:?}");
    // Nothing has a score.
    let bare = ProgrammeSpec::new("Nothing known")
        .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0))
        .initiative(Initiative::new("A", "Online booking"))
        .build()
        .unwrap();
    let left: Vec<Part> = why(&bare).into_iter().map(|(part, _)| part).collect();
    assert_eq!(left, Part::ALL[..Part::ALL.len() - 1]);
}

#[test]
fn nothing_that_users_name_is_markup() {
    let programme = hostile();
    let report = Report::new(&programme).unwrap();
    assert!(
        report.left_out.iter().all(|left| matches!(left.id, Part::Changes | Part::NotRanked)),
        "{:?}",
        report.left_out
    );
    let page = report.html();
    let texts = texts_of(&page);
    for (name, shown) in [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\nb\tc\u{0}d\u{1b}[31m", "a b c\u{fffd}d\u{fffd}[31m"),
        ("=HYPERLINK(\"http://x\")", "=HYPERLINK(\"http://x\")"),
    ] {
        assert!(programme.initiatives().iter().any(|initiative| initiative.name == name));
        assert!(texts.iter().any(|text| text == shown), "{shown}");
    }
    for (id, initiative) in programme.initiatives().iter().map(|i| (&i.code, i)) {
        assert!(texts.iter().any(|text| text == id.as_str()), "{}", initiative.name);
    }
    for never in [
        "<script", "<img", "<b>", "<u>", "<i>", "<d>", "<owner>", "http://", "https://", "url(", "@import",
        "src=",
    ] {
        let there = page
            .replace("HYPERLINK(&quot;http://x", "")
            .replace("img src=x", "")
            .replace("http://www.w3.org/", "");
        assert!(!there.contains(never), "{never}");
    }
    assert!(page.len() < 300_000, "a name of 10,000 characters is shown in part: {}", page.len());
    assert!(
        report.csv().contains(&"x".repeat(10_000))
            && report.csv().contains("\"'=HYPERLINK(\"\"http://x\"\")\"")
    );
    assert!(report.markdown().contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!report.markdown().contains("<script") && !report.text().contains('\u{1b}'));
}

/// A clinic of some initiatives with their names; each needs the one before it, and the last is what all of them are done for.
fn chain(names: impl IntoIterator<Item = String>) -> ProgrammeSpec {
    let mut spec = ProgrammeSpec::new("Clinic")
        .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0));
    let names: Vec<String> = names.into_iter().collect();
    let last = names.len() - 1;
    for (i, name) in names.into_iter().enumerate() {
        let benefit = if i == last { 9.0 } else { 0.0 };
        let mut initiative =
            Initiative::new(format!("CX-{i:03}"), name).benefit("ease", benefit).effort("work", 10);
        if i > 0 {
            initiative = initiative.requires([format!("CX-{:03}", i - 1)]);
        }
        spec = spec.initiative(initiative);
    }
    spec
}

/// A report as each format that people read.
fn read_by_people(report: &Report) -> [String; 3] {
    let page = texts_of(&report.html()).join(" ");
    let text = report.text().split_whitespace().collect::<Vec<_>>().join(" ");
    [page, text, report.markdown().replace('\\', "")]
}

#[test]
fn a_long_name_does_not_cut_the_sentence_that_it_stands_in() {
    let report = Report::new(&chain(["x".repeat(395)]).build().unwrap()).unwrap();
    for shown in read_by_people(&report) {
        assert!(shown.contains("x… comes first with"), "{shown}");
    }
    let value = &report.headlines().next().unwrap().value;
    assert_eq!(*value, format!("CX-000 {}…", "x".repeat(79)));
}

#[test]
fn a_name_from_right_to_left_is_isolated_in_every_sentence() {
    let name = "שיפור חוויית הלקוח";
    let report = Report::new(&chain([name.to_owned()]).build().unwrap()).unwrap();
    for shown in read_by_people(&report) {
        assert!(shown.contains(&format!("CX-000 \u{2068}{name}\u{2069} comes first with")), "{shown}");
    }
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains('\u{2068}') && !report.csv().contains('\u{2068}'), "data is as it was written");
}

#[test]
fn lists_are_whole_however_long() {
    let programme = chain((0..90).map(|i| format!("Step {i}"))).build().unwrap();
    let report = Report::new(&programme).unwrap();
    let codes: Vec<String> = (0..90).map(|i| format!("CX-{i:03}")).collect();
    let batch = &report.section(Part::Batches).unwrap().tables[0];
    assert_eq!(batch.rows().len(), 1);
    assert_eq!(batch.rows()[0][1].read(Kind::Text), codes.join(", "));
    for shown in [batch.markdown(), batch.text(), texts_of(&report.html()).join(" ")] {
        assert!(codes.iter().all(|code| shown.contains(code.as_str())), "{shown}");
    }
}

#[test]
fn what_takes_no_effort_is_in_no_quadrant_of_the_map_and_none_of_the_page() {
    let spec = chain(["One", "Two"].map(str::to_owned))
        .initiative(Initiative::new("FREE", "Costs nothing").benefit("ease", 9.0).effort("work", 0));
    let policy =
        Policy { quadrants: Some(QuadrantCuts::At { benefit: 50.0, effort: 15.0 }), ..Policy::default() };
    let report = Report::new(&spec.policy(policy).build().unwrap()).unwrap();
    let map = report.section(Part::Map).unwrap();
    assert_eq!(map.summary, ["1 quick win, 0 big bets, 1 fill-in and 0 time sinks."]);
    let picture = map.picture.as_ref().unwrap().describe();
    assert!(
        picture.starts_with(
            "3 initiatives by benefit and effort: Quick wins 1, Big bets 0, Fill-ins 1, Time sinks 0."
        ),
        "{picture}"
    );
}

#[test]
fn draws_and_minutes_of_something_else_are_not_shown() {
    let (now, minutes) = bank_after_a_year();
    let other = chain(["One", "Two"].map(str::to_owned)).build().unwrap();
    let run = Sampling { draws: 100, ..Sampling::default() }.run(&now).unwrap();
    let options = Options { run: Some(&run), minutes: Some(&minutes), ..Options::default() };
    let left = |programme: &Programme| -> Vec<(Part, String)> {
        let report = Report::with(programme, &options).unwrap();
        report.left_out.into_iter().map(|left| (left.id, left.why)).collect()
    };
    assert_eq!(left(&now), []);
    let left = left(&other);
    let why = |part| &left.iter().find(|(left, _)| *left == part).unwrap().1;
    assert!(why(Part::Certainty).starts_with("the draws that are given are of other initiatives"));
    assert!(why(Part::Changes).starts_with("the minutes that are given were made with policy "));
    // The same policy, and other initiatives.
    let named = |code: &str| {
        let mut spec = chain(["One".to_owned()]);
        spec.initiatives[0].code = code.into();
        spec
    };
    let state = State::new(&named("A").build().unwrap()).unwrap();
    let minutes = Minutes::new(&state, &EventLog::default(), None).unwrap();
    let options = Options { minutes: Some(&minutes), ..Options::default() };
    let report = Report::with(&named("B").build().unwrap(), &options).unwrap();
    let left = report.left_out.iter().find(|left| left.id == Part::Changes).unwrap();
    assert_eq!(left.why, "the minutes that are given name A, which is not in it");
}

#[test]
fn a_code_or_an_address_is_no_markdown() {
    let mut spec = chain(["see https://www.evil.example".to_owned()]);
    spec.initiatives[0].code = "1.".into();
    let markdown = Report::new(&spec.build().unwrap()).unwrap().markdown();
    assert!(markdown.contains("\n1\\. see https:\\//www\\.evil.example comes first"), "{markdown}");
}

#[test]
fn a_part_that_is_asked_for_twice_is_there_once() {
    let options = Options { parts: vec![Part::Map, Part::Priorities, Part::Map], ..Options::default() };
    let report = Report::with(&bank(), &options).unwrap();
    let parts: Vec<Part> = report.sections.iter().map(|section| section.id).collect();
    assert_eq!(parts, [Part::Map, Part::Priorities]);
    assert_eq!(report.html().matches("id=\"map\"").count(), 1);
}

#[test]
fn five_thousand_initiatives_are_all_in_the_tables_and_the_pictures_summarise() {
    let programme = report_input::programme(5_000).build().unwrap();
    let report = Report::new(&programme).unwrap();
    let left: Vec<Part> = report.left_out.iter().map(|left| left.id).collect();
    assert_eq!(left, [Part::Certainty, Part::Changes]);
    let codes = |part, table: &str| -> BTreeSet<String> {
        let table = report.section(part).unwrap().tables.iter().find(|t| t.id == table).unwrap();
        let column = table.columns().iter().position(|column| column.kind == Kind::Code).unwrap();
        let code =
            |row: &Vec<Cell>| if let Cell::Text(code) = &row[column] { code.clone() } else { unreachable!() };
        table.rows().iter().map(code).collect()
    };
    let mut there = codes(Part::Priorities, "priorities");
    there.extend(codes(Part::NotRanked, "unscored"));
    assert_eq!(there.len(), 5_000);
    for section in &report.sections {
        if let Some(picture) = &section.picture {
            assert!(picture.svg().len() < 400_000, "{:?}: {}", section.id, picture.svg().len());
        }
    }
    let page = report.html();
    assert!(there.iter().all(|code| page.contains(code.as_str())));
}

/// The page of a programme, checked at two widths, light and dark.
fn look_at(name: &str, report: &Report, codes: &[Id]) {
    let Some(chromium) = browser::chromium() else { return };
    let page = report.html();
    for (width, dark) in [(360, false), (1280, false), (360, true)] {
        let found = browser::look(&chromium, name, &page, width, dark);
        assert_eq!((found.dark, found.width), (dark, width));
        assert!(found.scroll <= width, "{name} is {} wide in {width}", found.scroll);
        assert_eq!(found.faults, [""; 0], "{name}");
        assert_eq!(found.console, [""; 0], "{name}");
        assert_eq!(found.requests, [""; 0], "{name}");
        assert_eq!(found.sent, [""; 0], "{name}");
        assert!(found.texts > 50);
        assert_eq!(found.faint, [""; 0], "{name} {dark}");
        for code in codes {
            assert!(found.codes.iter().any(|there| there == code.as_str()), "{code} is in no table");
        }
    }
}

fn codes(programme: &Programme) -> Vec<Id> {
    programme.initiatives().iter().map(|initiative| initiative.code.clone()).collect()
}

#[test]
fn a_browser_shows_the_bank_as_it_should() {
    let (programme, minutes) = bank_after_a_year();
    let options = Options { as_of: minutes.as_of, minutes: Some(&minutes), ..Options::default() };
    look_at("bank", &Report::with(&programme, &options).unwrap(), &codes(&programme));
}

#[test]
fn a_browser_shows_hostile_names_as_names() {
    let programme = hostile();
    look_at("hostile", &Report::new(&programme).unwrap(), &codes(&programme));
}

#[test]
fn a_browser_would_find_what_is_wrong() {
    let Some(chromium) = browser::chromium() else { return };
    let page = "<!doctype html><meta name=viewport content='width=device-width'><h3>x</h3><table><tr><th>a</table>\
        <p style='color:#aaa;background:#fff'>faint</p><div style='width:900px'>wide</div><a href='#nowhere'>x</a>\
        <img src='https://example.org/x.png'><script>console.error('loud')</script>";
    let found = browser::look(&chromium, "wrong", page, 360, false);
    assert!(found.scroll >= 900 && found.codes.is_empty());
    assert_eq!(found.requests, ["https://example.org/x.png"]);
    assert!(found.sent.iter().any(|url| url.starts_with("https://example.org/")), "{:?}", found.sent);
    assert!(found.console.iter().any(|line| line.contains("loud")), "{:?}", found.console);
    assert!(found.faint.iter().any(|text| text.ends_with("faint")), "{:?}", found.faint);
    for fault in ["no language", "0 h1", "no caption", "no scope", "leads nowhere", "outgrows", "runs"] {
        assert!(found.faults.iter().any(|found| found.contains(fault)), "{fault}: {:?}", found.faults);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn pages_are_well_formed_whatever_the_names(spec in programme(), names in prop::collection::vec("\\PC{0,30}|[<>&\"'/ =!a-z-]{0,20}", 10)) {
        let mut spec = spec;
        let mut names = names.into_iter().cycle();
        for initiative in &mut spec.initiatives {
            initiative.name = names.next().unwrap();
        }
        let programme = spec.build().unwrap();
        let options = Options { draws: Some(200), ..Options::default() };
        let report = Report::with(&programme, &options).unwrap();
        let texts = texts_of(&report.html());
        for initiative in programme.initiatives() {
            let shown = Cell::from(initiative.name.as_str()).read(Kind::Name);
            prop_assert!(texts.contains(&shown), "{shown:?}");
            prop_assert!(texts.iter().any(|text| text == initiative.code.as_str()));
        }
        for picture in report.sections.iter().filter_map(|section| section.picture.as_ref()) {
            texts_of(&picture.svg());
        }
        for table in tables(&report) {
            prop_assert_eq!(rows_of_markdown(&table.markdown()).len(), table.rows().len() + 1);
            prop_assert!(table.rows().iter().all(|row| row.len() == table.columns().len()));
        }
    }

    #[test]
    fn the_order_in_which_things_were_written_does_not_matter((spec, other) in programme().prop_flat_map(|spec| (Just(spec.clone()), shuffled(&spec)))) {
        let (spec, other) = (spec.build().unwrap(), other.build().unwrap());
        let of = |programme: &Programme| {
            let options = Options { draws: Some(200), ..Options::default() };
            let report = Report::with(programme, &options).unwrap();
            [report.html(), report.text(), report.markdown(), report.csv(), serde_json::to_string(&report).unwrap()]
        };
        prop_assert_eq!(of(&spec), of(&other));
    }
}
