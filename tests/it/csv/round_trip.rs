//! What is written reads back equal, for any valid programme.

use cxrank::formats::csv::{Limits, Mapping, write_ballots, write_initiatives};
use cxrank::programme::{
    ActionItem, Actual, Ballot, Charter, Criterion, Detailed, Estimate, Id, Initiative, Inputs, Likely,
    Programme, ProgrammeSpec, Spread, Stakeholder, Status, Unranked,
};
use proptest::option;
use proptest::prelude::*;

use crate::programmes;

fn read_back(programme: &Programme) -> Result<Programme, cxrank::Error> {
    let frame = ProgrammeSpec { initiatives: Vec::new(), ballots: Vec::new(), ..programme.spec().clone() };
    let (initiatives, ballots) = (write_initiatives(programme), write_ballots(programme));
    let read = Mapping::new(frame).read(
        &mut initiatives.as_bytes(),
        Some(&mut ballots.as_bytes()),
        &Limits::default(),
    )?;
    assert_eq!((read.unread_columns.len(), read.unknown_links.len()), (0, 0));
    Ok(read.programme)
}

/// Text that spreadsheets and readers stumble over.
fn text() -> impl Strategy<Value = String> {
    let awkward = [
        "",
        " ",
        "=1+1",
        "+1",
        "-1",
        "@sum",
        "'",
        "''",
        "'=x",
        "'s Avonds",
        "null",
        "'null",
        "a\"b",
        "\"",
        "a,b;c\td|e",
        "a\nb",
        "a\r\nb",
        "\r",
        " a ",
        "a\u{a0}",
        "é – 日本語 🏦",
        "\u{202e}rtl",
        "1,234",
        "A = B > C",
        "it's",
        "\u{feff}x",
        "#N/A",
        "0",
    ];
    prop_oneof![
        3 => prop::sample::select(awkward.map(String::from).to_vec()),
        1 => "[-=+@'\" ,;\\n\\ra-cé]{0,6}",
        1 => any::<String>(),
    ]
}

/// Any text that can be an id in a programme.
fn id() -> impl Strategy<Value = Id> {
    text().prop_map(|text| {
        let text: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        let text = text.trim();
        if text.is_empty() { "x".into() } else { text.into() }
    })
}

/// Ids that nothing checks, such as those of teams.
fn free() -> impl Strategy<Value = Id> {
    text().prop_map(Id::from)
}

fn level_names() -> Vec<&'static str> {
    vec!["none", "some", "S", "null", "=x", "1", "2.0", "-3", " padded ", "1,234"]
}

fn frame() -> ProgrammeSpec {
    let levels = (0..).zip(level_names()).map(|(i, name)| (name, f64::from(i)));
    ProgrammeSpec::new("awkward")
        .criterion(Criterion::benefit("trust.low", 40.0, 0.0, 20.0).worst(-10.0))
        .criterion(Criterion::benefit_levels("ease", 60.0, levels))
        .criterion(Criterion::effort("a \"b\"]\\", 1.0))
        .criterion(Criterion::effort("cash", 1.0))
}

fn date() -> impl Strategy<Value = cxrank::programme::Date> {
    (0..10_000i32)
        .prop_map(|days| "2020-01-01".parse::<cxrank::programme::Date>().unwrap().plus_days(days).unwrap())
}

/// Numbers with all their digits.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![(0.001..20.0f64), (0..20_000i32).prop_map(|n| f64::from(n) / 1000.0), Just(0.0)]
}

fn evidence() -> impl Strategy<Value = Detailed> {
    let spread = option::of(prop::sample::select(vec![
        Spread::Pert,
        Spread::Triangular,
        Spread::Swanson,
        Spread::PearsonTukey,
    ]));
    (spread, option::of(text()), option::of(date()), option::of(text()), option::of(text())).prop_map(
        |(spread, source, date, grade, by)| Detailed {
            spread,
            source,
            date,
            grade,
            by,
            ..Detailed::default()
        },
    )
}

fn estimate(ordinal: bool) -> BoxedStrategy<Estimate> {
    let levels = level_names();
    let value = if ordinal {
        prop_oneof![
            prop::sample::select(levels.clone()).prop_map(|level| Likely::Level(level.into())),
            (0..levels.len()).prop_map(|i| Likely::Number(i as f64)),
        ]
        .boxed()
    } else {
        number().prop_map(Likely::Number).boxed()
    };
    let plain = value.clone().prop_map(|value| match value {
        Likely::Missing => Estimate::Missing,
        Likely::Number(x) => Estimate::Number(x),
        Likely::Level(level) => Estimate::Level(level),
    });
    let three = move || {
        prop::array::uniform3(number()).prop_map(move |mut three| {
            if ordinal {
                three = three.map(|x| (x / 3.0).floor());
            }
            three.sort_by(f64::total_cmp);
            three
        })
    };
    prop_oneof![
        1 => Just(Estimate::Missing),
        3 => plain,
        2 => three().prop_map(Estimate::from),
        2 => (value, evidence()).prop_map(|(likely, detail)| Detailed { likely, ..detail }.into()),
        1 => evidence().prop_map(Estimate::from),
        1 => (three(), evidence()).prop_map(|([low, likely, high], detail)| {
            Detailed { low: Some(low), likely: Likely::Number(likely), high: Some(high), ..detail }.into()
        }),
    ]
    .boxed()
}

fn inputs(criteria: [(&'static str, bool); 2]) -> impl Strategy<Value = Inputs> {
    let [first, second] = criteria.map(|(_, ordinal)| option::of(estimate(ordinal)));
    (first, second).prop_map(move |(first, second)| {
        let mut inputs = Inputs::default();
        for ((criterion, _), estimate) in criteria.into_iter().zip([first, second]) {
            if let Some(estimate) = estimate {
                inputs.insert(criterion, estimate);
            }
        }
        inputs
    })
}

fn benefits() -> impl Strategy<Value = Inputs> {
    inputs([("trust.low", false), ("ease", true)])
}

fn efforts() -> impl Strategy<Value = Inputs> {
    inputs([("a \"b\"]\\", false), ("cash", false)])
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..3)
}

fn action() -> impl Strategy<Value = ActionItem> {
    let said = text().prop_map(|text| if text.trim().is_empty() { "do".into() } else { text });
    (said, option::of(free()), option::of(date()), option::of(date()), option::of(date()))
        .prop_map(|(text, owner, deadline, week, done)| ActionItem { text, owner, deadline, week, done })
}

fn initiative(code: Id) -> impl Strategy<Value = Initiative> {
    use Status::{Cancelled, Done, NotDoing, Planned, Proposed, Qualified, UnderWay};
    let status =
        prop::sample::select(vec![Proposed, Qualified, Planned, UnderWay, Done, Cancelled, NotDoing]);
    let teams = || prop::collection::btree_map(free(), number(), 0..3);
    let charter = option::of((texts(), texts(), option::of(text()), texts()).prop_map(
        |(objectives, benefits, done, phases)| {
            Box::new(Charter { objectives, benefits, definition_of_done: done, phases })
        },
    ));
    let actual = option::of(
        (option::of(date()), benefits(), efforts())
            .prop_map(|(date, benefits, efforts)| Box::new(Actual { date, benefits, efforts })),
    );
    let words =
        (text(), option::of(free()), option::of(free()), option::of(free()), status, option::of(text()));
    let numbers =
        (benefits(), option::of(1..9u32), efforts(), efforts(), teams(), teams(), option::of(1..9u32));
    let rest = (texts(), option::of(free()), option::of(any::<bool>()), prop::collection::vec(free(), 0..3));
    let dates =
        (option::of(date()), option::of(date()), charter, prop::collection::vec(action(), 0..3), actual);
    (words, numbers, rest, dates).prop_map(move |(words, numbers, rest, dates)| {
        let (name, domain, level, journey_step, status, because) = words;
        let (benefits, lasts, efforts, remaining, teams, teams_remaining, duration) = numbers;
        let (expected_outcomes, owner, owner_has_authority, units) = rest;
        let (earliest, deadline, charter, actions, actual) = dates;
        Initiative {
            code: code.clone(),
            name,
            domain,
            level,
            journey_step,
            status,
            not_doing_because: because.map(Into::into),
            benefits,
            lasts,
            efforts,
            remaining,
            requires: Vec::new(),
            expected_outcomes,
            owner,
            owner_has_authority,
            units,
            teams,
            teams_remaining,
            duration,
            earliest,
            deadline,
            charter,
            actions,
            actual,
        }
    })
}

fn ballot(stakeholder: Id, codes: Vec<Id>) -> impl Strategy<Value = Ballot> {
    let n = codes.len();
    let places = prop::collection::vec(option::of(0..n), n);
    let points = prop::collection::vec(option::of(number()), n);
    (places, points, 0..3u8, any::<bool>(), option::of(date())).prop_map(
        move |(places, points, kind, ignored, date)| {
            let group =
                |k| (0..n).filter(|&i| places[i] == Some(k)).map(|i| codes[i].clone()).collect::<Vec<_>>();
            let ranking = (0..n).map(group).filter(|group| !group.is_empty()).collect();
            let points = (0..n).filter_map(|i| Some((codes[i].clone(), points[i]?))).collect();
            let unranked = if ignored { Unranked::Ignored } else { Unranked::Last };
            let mut ballot = Ballot { stakeholder: stakeholder.clone(), unranked, date, ..Ballot::default() };
            match kind {
                0 => ballot.ranking = ranking,
                1 => ballot.points = points,
                _ => {}
            }
            ballot
        },
    )
}

fn awkward() -> impl Strategy<Value = ProgrammeSpec> {
    let codes = prop::collection::btree_set(id(), 1..6);
    let voters = prop::collection::btree_set(id(), 0..4);
    (codes, voters).prop_flat_map(|(codes, voters)| {
        let codes: Vec<Id> = codes.into_iter().collect();
        let initiatives: Vec<_> = codes.iter().cloned().map(initiative).collect();
        let needs =
            prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), codes.len());
        let ballots: Vec<_> = voters.into_iter().map(|voter| ballot(voter, codes.clone())).collect();
        (initiatives, needs, ballots).prop_map(move |(mut initiatives, needs, ballots)| {
            for (i, needs) in needs.into_iter().enumerate().skip(1) {
                initiatives[i].requires = needs.into_iter().map(|x| codes[x.index(i)].clone()).collect();
            }
            let stakeholders = ballots.iter().map(|ballot| Stakeholder::new(&ballot.stakeholder)).collect();
            ProgrammeSpec { initiatives, ballots, stakeholders, ..frame() }
        })
    })
}

proptest! {
    #[test]
    fn any_programme(spec in awkward()) {
        let programme = spec.build().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read = read_back(&programme).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read, programme);
    }

    #[test]
    fn everyday_programmes(spec in programmes::programme()) {
        let programme = spec.build().unwrap();
        let read = read_back(&programme).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read, programme);
    }

    /// No cell begins with what a spreadsheet takes for a formula, numbers apart.
    #[test]
    fn no_formulas(spec in awkward()) {
        let programme = spec.build().unwrap();
        for text in [write_initiatives(&programme), write_ballots(&programme)] {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            for record in reader.records() {
                for cell in &record.unwrap() {
                    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    prop_assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
                }
            }
        }
    }
}
