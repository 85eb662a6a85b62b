use cxrank::programme::{Programme, ProgrammeSpec};
use cxrank::rank::Ranking;
use proptest::prelude::*;

use crate::programmes::everything;

const SHIPPED: &str = include_str!("../../examples/data/retail_bank.json");

fn problems(text: &str) -> Vec<String> {
    Programme::from_json(text).unwrap_err().problems().iter().map(ToString::to_string).collect()
}

#[test]
fn the_shipped_programme_is_what_it_promises() {
    let programme = Programme::from_json(SHIPPED).unwrap();
    assert!(programme.initiatives().len() >= 36);
    assert_eq!(programme.domains().len(), 5);
    assert_eq!((programme.stakeholders().len(), programme.ballots().len()), (9, 9));
    assert!(!programme.outcomes().is_empty());
    let ranking = Ranking::new(&programme).unwrap();
    assert!(!ranking.unscored().is_empty());
    assert!(ranking.lines().any(|line| !line.stands_before.is_empty()));
    // Written and read again it is the same, and gives the same bytes.
    let again = Programme::from_json(&programme.to_json()).unwrap();
    assert_eq!(again, programme);
    assert_eq!(again.to_json(), programme.to_json());
}

#[test]
fn every_problem_of_a_file_comes_with_line_and_column() {
    let text = r#"{
  "name": "Clinic",
  "criteria": [
    {"id": "ease", "kind": "benefit", "weight": 10, "full": 10},
    {"id": "work", "kind": "efort"}
  ],
  "initiatives": [
    {"code": "A", "benefits": {"ease": 11}, "efforts": {"work": "x"}, "deadline": "2027-02-29"},
    {"code": "B", "benefts": {}, "efforts": {"work": [1, 2]}},
    7,
    ["C", "Call back"]
  ],
  "ballots": [{"stakeholder": "coo", "ranking": ["A"]}],
  "colour": "red"
}"#;
    assert_eq!(
        problems(text),
        [
            "5:28 criteria[1].kind: found \"efort\", expected `benefit` or `effort` (`effort`?) [programme.wrong-type]",
            "8:40 initiatives[0].benefits.ease: found 11, expected a value from 0 to 10, the declared scale of `ease` [programme.outside-scale]",
            "8:65 initiatives[0].efforts.work: found \"x\", expected a number: `work` has no levels [programme.wrong-type]",
            "8:83 initiatives[0].deadline: found string \"2027-02-29\", expected a date that exists, as 2027-09-30 [programme.wrong-type]",
            "9:30 initiatives[1].benefts: found field \"benefts\", expected `benefits`? [programme.unknown-field]",
            "9:54 initiatives[1].efforts.work: found invalid length 2, expected [low, likely, high] [programme.wrong-type]",
            "10:5 initiatives[2]: found integer `7`, expected an object [programme.wrong-type]",
            "11:5 initiatives[3]: found list, expected an object [programme.wrong-type]",
            "13:31 ballots[0].stakeholder: found \"coo\", expected the id of a stakeholder [programme.unknown-stakeholder]",
            "13:50 ballots[0].ranking[0]: found string \"A\", expected a list [programme.wrong-type]",
            "14:13 colour: found field \"colour\", expected one of name, effort_unit, period, criteria, initiatives, outcomes, stakeholders, ballots, strategy, readiness, policy [programme.unknown-field]",
        ]
    );
}

#[test]
fn text_that_is_no_json_is_refused_with_its_place() {
    let cases = [
        ("", "1:1 found an empty file, expected a JSON object [programme.syntax]"),
        ("{\n \"name\": }", "2:10 found \"}\", expected a value [programme.syntax]"),
        (
            "{\n \"name\": \"a\",\n}",
            "3:1 found nothing after a comma, expected another value, or no comma [programme.syntax]",
        ),
        (
            "{\n \"criteria\": [{\"id\": \"a\"}\n",
            "3:1 found the end of the file inside a list, expected what closes it: a bracket or a quote [programme.syntax]",
        ),
        (
            "{\"name\": \"é\" \"period\": 1}",
            "1:14 found \"\\\"period\\\": 1}\", expected `,` or `}` [programme.syntax]",
        ),
        (
            "{name: 1}",
            "1:2 found \"name: 1}\", expected the name of a field in double quotes [programme.syntax]",
        ),
        ("{} {}", "1:4 found \"{}\", expected the end of the file [programme.syntax]"),
        (
            "Code;Name\nA;First\n",
            "1:1 found \"Code;Name\", expected JSON, which starts with `{` [programme.syntax]",
        ),
        (
            "{\0\"\0n\0",
            "1:2 found a NUL byte: the file may be UTF-16, not UTF-8, expected the name of a field in double quotes [programme.syntax]",
        ),
        (
            "{\"name\": \"a\nb\"}",
            "2:1 found a line break or another control character inside a text, expected a closing quote before it, or `\\n` in its place [programme.syntax]",
        ),
        ("[1, 2]", "1:1 found list, expected an object [programme.wrong-type]"),
        (
            "{\"name\": \"a\",\n\"name\": \"b\"}",
            "2:6 found the key \"name\" twice in one object, expected JSON [programme.syntax]",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(text)[0], expected);
    }
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(
        problems(&deep)[0]
            .contains("found lists or objects more than 127 deep in one another, expected fewer levels")
    );
    assert!(problems(r#"{"strategy": {"budget": 1e999}}"#)[0].contains("number out of range"));
}

#[test]
fn values_of_a_wrong_shape_are_counted_up_to_a_limit() {
    let many = format!("{{\"initiatives\": [{}7]}}", "7,".repeat(100_000));
    let problems = problems(&many);
    assert!(problems.len() < 110);
    assert!(problems.iter().any(|p| p.ends_with("found more than 100 values that do not fit, expected fewer: the rest was not looked at [programme.too-many]")));
}

#[test]
fn messages_stay_short_however_long_the_text_is() {
    let long = "x".repeat(100_000);
    for text in [
        format!(r#"{{"{long}": 1}}"#),
        format!(r#"{{"strategy": {{"{long}": 1}}}}"#),
        format!(r#"{{"strategy": "{long}"}}"#),
        format!(r#"{{"policy": {{"rule": "{long}"}}}}"#),
        format!(r#"{{"initiatives": [{{"code": "{long}", "benefits": {{"{long}": "{long}"}}}}]}}"#),
    ] {
        assert!(problems(&text).iter().all(|problem| problem.len() < 500));
    }
}

#[test]
fn a_list_is_no_object_and_an_object_no_name() {
    let text = r#"{"strategy": [1], "policy": {"rule": {"borda": null}, "blend": [0.5], "quadrants": {"median": []}}}"#;
    assert_eq!(
        problems(text)[3..],
        [
            "1:14 strategy: found list, expected an object [programme.wrong-type]",
            "1:48 policy.rule.borda: found object, expected a name [programme.wrong-type]",
            "1:64 policy.blend: found list, expected an object [programme.wrong-type]",
            "1:95 policy.quadrants.median: found list, expected an object [programme.wrong-type]",
        ]
    );
}

#[test]
fn a_byte_order_mark_is_no_problem() {
    assert!(Programme::from_json(&format!("\u{feff}{SHIPPED}")).is_ok());
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(spec in everything()) {
        let programme = spec.build().unwrap();
        prop_assert_eq!(&Programme::from_json(&programme.to_json()).unwrap(), &programme);
        let spec: ProgrammeSpec = serde_json::from_str(&programme.to_json()).unwrap();
        prop_assert_eq!(&spec, programme.spec());
    }

    #[test]
    fn a_damaged_file_gives_problems_and_never_a_panic(cuts in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}\",:0-9a-z.-]{0,3}"), 1..4)) {
        let mut text = SHIPPED.to_owned();
        for (at, with) in cuts {
            let start = at.index(text.len() - 8);
            text.replace_range(start..start + with.len(), &with);
        }
        if let Err(error) = Programme::from_json(&text) {
            prop_assert!(!error.problems().is_empty());
        }
    }
}
