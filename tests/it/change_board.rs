//! The change board as its users have it: every refusal and every finding, both rules of evidence, and the shipped year.

use std::collections::BTreeSet;

use cxrank::change_board::{EventLog, Minutes, State, replay};
use cxrank::policy::{Policy, Revision};
use cxrank::programme::{
    Charter, Criterion, Guardrail, Initiative, Measure, Programme, ProgrammeSpec, Stakeholder, Status,
};

/// One event a line, numbered.
fn log(events: &[(&str, &str)]) -> EventLog {
    let lines = (1..).zip(events).map(|(seq, (date, fields))| {
        format!(r#"{{"date": "{date}", "seq": {seq}, "event": {fields}}}"#) + "\n"
    });
    EventLog::from_jsonl(lines.collect::<String>().as_bytes()).unwrap()
}

/// A is ready to be decided, B lacks everything, C is planned, D under way, E done.
fn clinic() -> ProgrammeSpec {
    let initiative = |code: &str, status| {
        Initiative::new(code, "").benefit("ease", 5.0).effort("work", 10.0).status(status)
    };
    let mut a = initiative("A", Status::Qualified);
    a.charter = Some(Box::new(Charter {
        objectives: vec!["o".into()],
        benefits: vec!["b".into()],
        definition_of_done: Some("d".into()),
        phases: vec!["p".into()],
    }));
    (a.owner, a.owner_has_authority) = (Some("desk".into()), Some(true));
    ProgrammeSpec::new("Clinic")
        .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0))
        .initiative(a)
        .initiative(Initiative::new("B", ""))
        .initiative(initiative("C", Status::Planned))
        .initiative(initiative("D", Status::UnderWay))
        .initiative(initiative("E", Status::Done))
        .stakeholder(Stakeholder::new("desk"))
}

fn start(spec: ProgrammeSpec) -> State {
    State::new(&spec.build().unwrap()).unwrap()
}

const DAY: &str = "2026-01-12";
const BOARD: (&str, &str) = (DAY, r#""board-held", "board": "January", "chair": "desk", "attended": []"#);
const DECIDED: (&str, &str) = (
    DAY,
    r#""decided", "code": "A", "rank": 1, "deadline": "2026-06-30", "resources": {"owner": "desk", "cash": 0, "teams": {}}"#,
);
const REQUEST: (&str, &str) =
    (DAY, r#""request-submitted", "code": "A", "by": "desk", "text": "t", "urgency": "market""#);

#[test]
fn what_does_not_fit_is_refused() {
    const NEW: &str = r#""request-submitted", "by": "desk", "text": "t", "#;
    let cases: [(&[(&str, &str)], &str); 23] = [
        (
            &[(DAY, r#""qualified", "code": "F", "by": "desk""#)],
            "1:1 events[0].code: found \"F\", expected the code of an initiative or an outcome [change-board.unknown-code]",
        ),
        (
            &[(DAY, r#""qualified", "code": "B", "by": "dsek""#)],
            "1:1 events[0].by: found \"dsek\", expected a stakeholder or an owner (`desk`?) [change-board.unknown-person]",
        ),
        (
            &[(DAY, r#""qualified", "code": "E", "by": "desk""#)],
            "1:1 events[0].code: found E, which is done, expected an open initiative [change-board.wrong-status]",
        ),
        (
            &[REQUEST, REQUEST],
            "2:1 events[1].code: found a request for A, expected an answer to the one of 2026-01-12 first [change-board.request-open]",
        ),
        (
            &[(DAY, r#""rejected", "code": "A", "by": "desk", "missing": ["owner"]"#)],
            "1:1 events[0].code: found no open request for A, expected one [change-board.no-request]",
        ),
        (
            &[REQUEST, (DAY, r#""rejected", "code": "A", "by": "desk", "missing": []"#)],
            "2:1 events[1].missing: found nothing, expected `missing` [change-board.missing-field]",
        ),
        (
            &[(DAY, &(NEW.to_owned() + r#""code": "A", "initiative": {"code": "A"}"#))],
            "1:1 events[0].code: found \"A\", expected a code that nothing has yet [change-board.code-taken]",
        ),
        (
            &[(
                DAY,
                &(NEW.to_owned()
                    + r#""code": "F", "initiative": {"code": "F", "benefits": {"ease": 11}, "requires": ["G", "F"]}"#),
            )],
            "1:1 events[0].initiative.benefits.ease: found 11, expected a value from 0 to 10, the declared scale of `ease` [programme.outside-scale]\n\
             1:1 events[0].initiative.requires[0]: found \"G\", expected the code of an initiative or an outcome [change-board.unknown-code]\n\
             1:1 events[0].initiative.requires[1]: found \"F\" among its own prerequisites, expected other initiatives [programme.self-requirement]",
        ),
        (
            &[BOARD, DECIDED, BOARD],
            "3:1 events[2].board: found a second board of one date, expected one board [programme.contradiction]",
        ),
        (
            &[BOARD, (DAY, r#""override", "code": "A", "rank": 1, "by": "desk", "why": "w""#)],
            "2:1 events[1]: found an override of A to rank 1, expected a decision of the same board with this rank [change-board.override-without-decision]",
        ),
        (
            &[(DAY, r#""override", "code": "A", "rank": 1, "by": "desk", "why": "w""#)],
            "1:1 events[0].date: found a decision of 2026-01-12, expected a `board-held` of the same date before it [change-board.no-board]",
        ),
        (
            &[(DAY, r#""status-changed", "code": "D", "status": "done""#)],
            "1:1 events[0].actual: found nothing, expected `actual` [change-board.missing-field]",
        ),
        (
            &[(DAY, r#""status-changed", "code": "C", "status": "cancelled""#)],
            "1:1 events[0].reason: found nothing, expected `reason` [change-board.missing-field]",
        ),
        (
            &[(DAY, r#""status-changed", "code": "A", "status": "planned""#)],
            "1:1 events[0].status: found A, which is qualified, expected under-way, done, cancelled or not-doing; the others come with a request or a decision [change-board.wrong-status]",
        ),
        (
            &[(DAY, r#""status-changed", "code": "A", "status": "under-way""#)],
            "1:1 events[0].status: found A, which is qualified, expected planned work, to start [change-board.wrong-status]",
        ),
        (
            &[(
                DAY,
                r#""estimate-updated", "code": "A", "part": "remaining", "criterion": "work", "estimate": 1, "by": "desk""#,
            )],
            "1:1 events[0].code: found A, which is qualified, expected an initiative that is under way [change-board.wrong-status]",
        ),
        (
            &[(
                DAY,
                r#""estimate-updated", "code": "A", "part": "efforts", "criterion": "wrok", "estimate": 1, "by": "desk""#,
            )],
            "1:1 events[0].criterion: found \"wrok\", expected the id of a criterion of this kind (`work`?) [programme.unknown-criterion]",
        ),
        (
            &[(
                DAY,
                r#""observation", "code": "A", "metric": "ease", "value": 11, "count": 5, "source": "s""#,
            )],
            "1:1 events[0].value: found 11, expected a value from 0 to 10, the declared scale of `ease` [programme.outside-scale]",
        ),
        (
            &[(
                DAY,
                r#""observation", "code": "A", "metric": "ease", "value": 1, "count": 0, "source": "s""#,
            )],
            "1:1 events[0].count: found no answers, expected the mean of one answer or more, on a scale that is not ordinal [change-board.not-a-mean]",
        ),
        (
            &[(DAY, r#""ballot-cast", "ballot": {"stakeholder": "dsek", "ranking": [["A", "Z"], ["A"]]}"#)],
            "1:1 events[0].ballot.stakeholder: found \"dsek\", expected the id of a stakeholder (`desk`?) [programme.unknown-stakeholder]\n\
             1:1 events[0].ballot.ranking: found \"Z\", expected the code of an initiative or an outcome [change-board.unknown-code]\n\
             1:1 events[0].ballot.ranking: found \"A\", expected every initiative at most once [ballot.duplicate-initiative]",
        ),
        (
            &[(
                DAY,
                r#""capacity-changed", "capacity": "unit", "id": "u", "per_period": 1.5, "from": "2026-02-01""#,
            )],
            "1:1 events[0].per_period: found 1.5, expected a whole number of changes at once [programme.wrong-type]",
        ),
        (
            &[(
                DAY,
                r#""capacity-changed", "capacity": "cash", "per_period": 1, "from": "2026-02-01", "until": "2026-02-01""#,
            )],
            "1:1 events[0].until: found from 2026-02-01 until 2026-02-01, expected from before until [programme.contradiction]",
        ),
        (
            &[(DAY, r#""policy-changed", "by": "desk", "why": "w", "policy": {"model": "net-benefit"}"#)],
            "1:1 events[0].strategy.benefit_price: found nothing, expected the price of a point of benefit, which net benefit needs [score.no-benefit-price]",
        ),
    ];
    for (events, expected) in cases {
        let error = replay(&start(clinic()), &log(events), None).unwrap_err();
        assert_eq!(error.to_string(), expected, "{events:?}");
    }
}

#[test]
fn a_committed_order_holds_what_a_board_decided_for() {
    let programme = clinic().build().unwrap();
    let error = State::with_committed(&programme, ["D", "A", "D", "Z"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "committed[1]: found A, which no board decided for, expected planned and running initiatives, each once [change-board.not-committable]\n\
         committed[2]: found D, there before, expected planned and running initiatives, each once [change-board.not-committable]\n\
         committed[3]: found \"Z\", expected the code of an initiative or an outcome [change-board.unknown-code]"
    );
    let state = State::with_committed(&programme, ["D", "C"]).unwrap();
    assert_eq!(state.committed().collect::<Vec<_>>(), ["D", "C"]);
}

/// Rejecting says what is missing; what may be asked for is what `missing` lists.
#[test]
fn what_a_qualification_lacks_is_listed() {
    let state = start(clinic());
    assert_eq!(state.missing("A"), [""; 0]);
    assert_eq!(
        state.missing("B"),
        [
            "benefits.ease",
            "efforts.work",
            "owner",
            "owner_has_authority",
            "charter.objectives",
            "charter.benefits",
            "charter.definition_of_done",
            "charter.phases",
        ]
    );
    let rejected = r#""rejected", "code": "B", "by": "desk", "missing": ["efforts.work"]"#;
    let asked = r#""request-submitted", "code": "B", "by": "desk", "text": "t""#;
    let end = replay(&state, &log(&[(DAY, asked), (DAY, rejected), ("2026-01-13", asked)]), None).unwrap();
    assert_eq!(end.open_requests().count(), 1);
    let stages = serde_json::to_value(end.requests()).unwrap();
    assert_eq!(stages[0]["stage"]["rejected"]["missing"][0], "efforts.work");
    assert_eq!(stages[1]["stage"], "submitted");
}

fn findings(spec: ProgrammeSpec, events: &[(&str, &str)], as_of: &str) -> Vec<String> {
    let state = replay(&start(spec), &log(events), Some(as_of.parse().unwrap())).unwrap();
    let lines = state.findings().unwrap();
    lines.iter().map(|f| format!("{} {}: {}", f.code, f.subject, f.message)).collect()
}

#[test]
fn every_finding() {
    let mut spec = clinic();
    let at =
        |spec: &mut ProgrammeSpec, code: &str| spec.initiatives.iter().position(|i| i.code == *code).unwrap();
    let (b, c, d) = (at(&mut spec, "B"), at(&mut spec, "C"), at(&mut spec, "D"));
    // C needs D and B, and stands before the one; D runs before B is there. B is qualified all the same.
    spec.initiatives[c].requires = vec!["B".into(), "D".into()];
    spec.initiatives[d].requires = vec!["B".into()];
    spec.initiatives[c].deadline = Some("2026-03-01".parse().unwrap());
    spec.initiatives[c].benefits.insert("ease", cxrank::Estimate::Missing);
    spec.initiatives[b].status = Status::Qualified;
    spec.strategy.guardrails = vec![Guardrail {
        id: "running".into(),
        measure: Measure::Initiatives,
        domain: None,
        unit: None,
        owner: None,
        status: vec![Status::UnderWay],
        at_least: None,
        at_most: Some(0.0),
    }];
    let board = r#""board-held", "board": "b", "chair": "desk", "attended": []"#;
    let waits = r#""request-submitted", "code": "C", "by": "desk", "text": "t""#;
    let events = [
        (DAY, board),
        ("2026-01-13", REQUEST.1),
        ("2026-01-13", r#""ballot-cast", "ballot": {"stakeholder": "desk", "ranking": [["A"]]}"#),
        (
            "2026-01-13",
            r#""estimate-updated", "code": "A", "part": "efforts", "criterion": "work", "estimate": 9, "by": "desk""#,
        ),
        ("2026-01-14", board),
        ("2026-03-20", board),
        ("2026-03-21", waits),
    ];
    let expected = [
        "board-overdue b: 438 days ago: more than 45",
        "boards-too-often b: 2 days after b: less than 21",
        "boards-too-rare b: 65 days after b: more than 45",
        "committed-before-prerequisite C: needs, and stands before, D",
        "deadline-passed C: was due on 2026-03-01",
        "guardrail running: 1: 1 more than the most, 0; defer C, D (no fewer will do)",
        "needs-what-is-not-done C: needs what is not committed: B",
        "needs-what-is-not-done D: needs what is not committed: B",
        "open-request C: of 2026-03-21 by desk: not judged",
        "qualified-with-gaps B: lacks benefits.ease, efforts.work, owner, owner_has_authority, charter.objectives, charter.benefits, charter.definition_of_done, charter.phases",
        "running-before-prerequisite D: is under way and needs what is not done: B",
        "stale-ballot ballots.desk: of 2026-01-13, 504 days old",
        "stale-input A.efforts.work: of 2026-01-13, 504 days old",
        "undated-inputs Clinic: 4 of 6 inputs have no date",
        "unscored C: committed at 1, and has no score",
        "urgent-request-waits A: of 2026-01-13 by desk, urgent (market): not judged, though the board b met",
    ];
    assert_eq!(findings(spec, &events, "2027-06-01"), expected);
}

/// (100·5 + 300·9)/400 = 8 by the conjugate rule; 0.75·5 + 0.25·9 = 6 by the weighted mean. Scores are benefit/effort: 80/10 and 60/10.
#[test]
fn a_stream_revises_by_the_rule_that_the_policy_names() {
    let seen =
        r#""observation", "code": "A", "metric": "ease", "value": 9, "count": 300, "source": "survey""#;
    for (revision, score) in [
        (Revision::ConjugateNormal { prior_strength: 100.0 }, 8.0),
        (Revision::ExponentiallyWeighted { newest: 0.25 }, 6.0),
    ] {
        let spec = clinic().policy(Policy { revision, ..Policy::default() });
        let state = replay(&start(spec), &log(&[(DAY, seen)]), None).unwrap();
        assert_eq!(state.score("A"), Some(score));
        assert_eq!(state.observations("A", "ease").len(), 1);
        assert_eq!(state.estimate_before_evidence("A", "ease"), Some(&5.0.into()));
        // What was observed is as fresh as the observation.
        let age = state.ages().into_iter().find(|age| age.input == "A.benefits.ease").unwrap();
        assert_eq!((age.date, age.days, age.stale), (Some(DAY.parse().unwrap()), Some(0), false));
        let later = replay(&state, &EventLog::default(), Some("2027-01-13".parse().unwrap())).unwrap();
        let age = later.ages().into_iter().find(|age| age.input == "A.benefits.ease").unwrap();
        assert_eq!((age.days, age.stale), (Some(366), true));
        // Another rule reads the same answers anew.
        let other = r#"{"date": "2026-01-13", "seq": 2, "event": "policy-changed", "by": "desk", "why": "w", "policy": {"revision": {"exponentially-weighted": {"newest": 1}}}}"#;
        let other = replay(&state, &EventLog::from_jsonl(other.as_bytes()).unwrap(), None).unwrap();
        assert_eq!(other.score("A"), Some(9.0));
    }
}

const OVERRIDE: (&str, &str) = (DAY, r#""override", "code": "A", "rank": 1, "by": "desk", "why": "w""#);

/// What is wrong with a board is said when it ends, and then the next day comes.
#[test]
fn a_board_that_ended_badly_is_reported_once() {
    let events = log(&[
        BOARD,
        OVERRIDE,
        ("2026-01-13", r#""qualified", "code": "A", "by": "nobody""#),
        ("2026-01-14", r#""qualified", "code": "A", "by": "desk""#),
    ]);
    let error = replay(&start(clinic()), &events, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2:1 events[1]: found an override of A to rank 1, expected a decision of the same board with this rank [change-board.override-without-decision]\n\
         3:1 events[2].by: found \"nobody\", expected a stakeholder or an owner [change-board.unknown-person]"
    );
    let mut state = start(clinic());
    let [board, given, _, later] = events.events() else { unreachable!() };
    state.apply(board).unwrap();
    state.apply(given).unwrap();
    assert_eq!(state.apply(later).unwrap_err().code(), "change-board.override-without-decision");
    state.apply(later).unwrap();
}

#[test]
fn a_second_board_hides_no_override() {
    let error = replay(&start(clinic()), &log(&[BOARD, OVERRIDE, BOARD]), None).unwrap_err();
    let codes: Vec<_> = error.problems().iter().map(cxrank::Problem::code).collect();
    assert_eq!(codes, ["change-board.override-without-decision", "programme.contradiction"]);
    assert!(replay(&start(clinic()), &log(&[BOARD, BOARD]), None).is_err());
}

fn refused(spec: ProgrammeSpec, events: &[(&str, &str)]) -> String {
    replay(&start(spec), &log(events), None).unwrap_err().to_string()
}

#[test]
fn an_override_says_why_and_is_said_once() {
    let silent = OVERRIDE.1.replace(r#""w""#, r#"" ""#);
    assert_eq!(
        refused(clinic(), &[BOARD, DECIDED, (DAY, &silent)]),
        "3:1 events[2].why: found nothing, expected `why` [change-board.missing-field]"
    );
    assert_eq!(
        refused(clinic(), &[BOARD, DECIDED, OVERRIDE, OVERRIDE]),
        "4:1 events[3].code: found a second override of A, expected one for each decision of a board [programme.contradiction]"
    );
}

/// A criterion of the event by its place there; what it makes invalid by its path in the programme.
#[test]
fn a_policy_that_does_not_fit_says_where() {
    let changed = |what: &str| (DAY, format!(r#""policy-changed", "by": "desk", "why": "w", {what}"#));
    let mut spec = clinic();
    spec.criteria[1].price = Some(0.3);
    let actual = r#""status-changed", "code": "D", "status": "done", "actual": {"benefits": {"ease": 9}}"#;
    for (what, expected) in [
        (
            r#""criteria": [{"id": "work", "kind": "effort", "price": -1}]"#,
            vec!["events[1].criteria[0].price: found -1"],
        ),
        (r#""policy": {"resolution": 0}"#, vec!["events[1].criteria.work.price: found 0.3"]),
        (r#""strategy": {"budget": -1}"#, vec!["events[1].strategy.budget: found -1"]),
        (
            r#""criteria": [{"id": "ease", "kind": "benefit", "weight": 1, "none": 0, "full": 4}]"#,
            vec![
                "events[1].initiatives[0].benefits.ease: found 5",
                "events[1].initiatives[2].benefits.ease: found 5",
                "events[1].initiatives[3].benefits.ease: found 5",
                "events[1].initiatives[3].actual.benefits.ease: found 9",
                "events[1].initiatives[4].benefits.ease: found 5",
            ],
        ),
    ] {
        let (day, fields) = changed(what);
        let text = refused(spec.clone(), &[(DAY, actual), (day, &fields)]);
        let lines: Vec<&str> = text.lines().map(|line| line.strip_prefix("2:1 ").unwrap()).collect();
        assert_eq!(lines.len(), expected.len(), "{text}");
        assert!(lines.iter().zip(expected).all(|(line, start)| line.starts_with(start)), "{text}");
    }
}

/// Who never met is late too, unless the first period has only begun.
#[test]
fn no_board_at_all_is_overdue() {
    let overdue = |first: Option<&str>| {
        let mut spec = clinic();
        spec.strategy.start = first.map(|date| date.parse().unwrap());
        let found = findings(spec, &[REQUEST], "2026-03-01");
        found.contains(&"board-overdue Clinic: no board has met".to_owned())
    };
    assert!(overdue(None) && overdue(Some("2026-01-01")) && !overdue(Some("2026-02-01")));
    assert!(State::findings(&start(clinic())).unwrap().iter().all(|f| f.code != "board-overdue"));
}

#[test]
fn a_snapshot_has_what_is_announced_of_capacities() {
    let change = |days: u32, rest: &str| {
        format!(r#""capacity-changed", "capacity": "team", "id": "it", "per_period": {days}, {rest}"#)
    };
    let (now, later) =
        (change(5, r#""from": "2026-01-01""#), change(3, r#""from": "2026-03-01", "until": "2026-04-01""#));
    let mut spec = clinic();
    spec.strategy.capacities.teams.insert("it".into(), 9.0);
    let state = replay(&start(spec), &log(&[(DAY, &now), (DAY, &later)]), None).unwrap();
    let json = serde_json::to_value(&state).unwrap();
    assert_eq!(json["programme"]["strategy"]["capacities"]["teams"]["it"], 5.0);
    assert_eq!(
        json["announced_capacities"],
        serde_json::json!({"2026-03-01": {"teams": {"it": 3.0}}, "2026-04-01": {"teams": {"it": 5.0}}})
    );
}

#[test]
fn replay_does_not_go_back() {
    let state = replay(&start(clinic()), &log(&[REQUEST]), None).unwrap();
    let back = replay(&state, &EventLog::default(), Some("2025-01-01".parse().unwrap())).unwrap();
    assert_eq!(back.as_of(), Some(DAY.parse().unwrap()));
}

/// A board decides about the order that it sees: what is finished later that day does not make a rank wrong.
#[test]
fn what_leaves_after_a_decision_moves_the_others_up() {
    let committed = |events: &[(&str, &str)]| {
        let state = replay(&start(clinic()), &log(events), None).map_err(|error| error.to_string())?;
        Ok::<_, String>(state.committed().map(ToString::to_string).collect::<Vec<_>>().concat())
    };
    let at = |rank: u32| DECIDED.1.replace(r#""rank": 1"#, &format!(r#""rank": {rank}"#));
    let leaves =
        |code: &str| format!(r#""status-changed", "code": "{code}", "status": "cancelled", "reason": "r""#);
    let (two, three, five) = (at(2), at(3), at(5));
    let (c, d) = (leaves("C"), leaves("D"));
    assert_eq!(committed(&[BOARD, (DAY, &three)]).unwrap(), "CDA");
    assert_eq!(committed(&[BOARD, (DAY, &three), (DAY, &c)]).unwrap(), "DA");
    assert_eq!(committed(&[BOARD, (DAY, &three), (DAY, &c), (DAY, &d)]).unwrap(), "A");
    // It stood before D, and does so when C is gone; what left before the decision was not there to be counted.
    assert_eq!(committed(&[BOARD, (DAY, &two), (DAY, &c)]).unwrap(), "AD");
    assert_eq!(committed(&[BOARD, (DAY, &c), (DAY, &two)]).unwrap(), "DA");
    // As it was decided.
    let refused = committed(&[BOARD, (DAY, &five), (DAY, &c)]).unwrap_err();
    assert!(
        refused.starts_with("2:1 events[1].rank: found rank 5 for A, expected a rank from 1 to 3"),
        "{refused}"
    );
}

/// The order that a decision makes, and how far it is from the recommended one.
#[test]
fn drift_is_counted_in_pairs() {
    let state = replay(&start(clinic()), &log(&[BOARD, DECIDED]), None).unwrap();
    assert_eq!(state.committed().collect::<Vec<_>>(), ["A", "C", "D"]);
    let drift = state.drift(&["D", "C", "A"].map(Into::into));
    assert_eq!((drift.inversions, drift.pairs), (3, 3));
    assert_eq!(drift.lines.iter().map(|line| line.shift).collect::<Vec<_>>(), [Some(-2), Some(0), Some(2)]);
    let drift = state.drift(&["B", "A", "C", "D", "E"].map(Into::into));
    assert_eq!((drift.inversions, drift.not_committed), (0, vec!["B".into()]));
}

#[test]
fn the_shipped_year_has_every_kind_of_event_and_its_minutes_say_it_all() {
    let programme = Programme::from_json(include_str!("../../examples/data/retail_bank.json")).unwrap();
    let text = include_str!("../../examples/data/retail_bank_events.jsonl");
    let events = EventLog::from_jsonl(text.as_bytes()).unwrap();
    let kinds: BTreeSet<String> = events
        .events()
        .iter()
        .map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.len(), 12);
    let minutes = Minutes::new(&State::new(&programme).unwrap(), &events, None).unwrap();
    let json = serde_json::to_value(&minutes).unwrap();
    for field in [
        "as_of",
        "policy_fingerprint",
        "recommended",
        "committed",
        "drift",
        "moves",
        "adoption",
        "board",
        "overrides",
        "requests",
        "violations",
        "executives",
        "estimators",
        "findings",
    ] {
        assert!(json[field].as_array().is_none_or(|list| !list.is_empty()), "{field}");
        assert!(!json[field].is_null(), "{field}");
    }
    for field in
        ["code", "old_rank", "new_rank", "score_change", "causes", "passed_by", "place_causes", "why"]
    {
        assert!(json["moves"][0].get(field).is_some(), "{field}");
    }
    // Twice the same minutes, byte for byte.
    let again = Minutes::new(&State::new(&programme).unwrap(), &events, None).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&minutes).unwrap());
    // Nothing that began, or that the board promised, goes out.
    let promised = replay(&State::new(&programme).unwrap(), &events, None).unwrap();
    let adopted = minutes.adoption.iter().flat_map(|point| &point.goes_out);
    let running =
        |code: &str| promised.programme().unwrap().initiative(code).unwrap().status == Status::UnderWay;
    assert!(adopted.into_iter().all(|code| !running(code)));
}
