//! The laws of the room, on the shipped year of boards and on logs that are made up.

use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::policy::{Model, Policy};
use crate::programme::{Criterion, Date, Id, Initiative, Programme, ProgrammeSpec, Stakeholder, Status};
use crate::rank::Ranking;

const BANK: &str = include_str!("../../examples/data/retail_bank.json");
const YEAR: &str = include_str!("../../examples/data/retail_bank_events.jsonl");

fn bank() -> (State, EventLog) {
    let programme = Programme::from_json(BANK).unwrap();
    (State::new(&programme).unwrap(), EventLog::from_jsonl(YEAR.as_bytes()).unwrap())
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(day: &str) -> State {
    let (start, log) = bank();
    replay(&start, &log, Some(date(day))).unwrap()
}

fn bytes(state: &State) -> String {
    serde_json::to_string(state).unwrap()
}

fn codes(error: &Error) -> Vec<&'static str> {
    error.problems().iter().map(crate::Problem::code).collect()
}

/// Committed orders and broken limits, as an independent replay in another language has them.
#[test]
fn the_year_of_the_bank() {
    for (day, committed, broken) in [
        ("2026-01-12", "PAY-03 DIG-05 SRV-02 SRV-03 DIG-02 SRV-05 ONB-01 DIG-07 PAY-05 DIG-03", ""),
        (
            "2026-02-09",
            "PAY-03 DIG-05 SRV-02 LEN-06 PAY-05 SRV-03 DIG-04 DIG-02 SRV-05 ONB-01 DIG-07 DIG-03",
            "digital-share",
        ),
        (
            "2026-05-13",
            "PAY-10 LEN-06 SRV-04 DIG-10 LEN-09 SRV-10 PAY-05 DIG-04 DIG-02 ONB-02 SRV-05 ONB-01 PAY-02 DIG-07 LEN-01 DIG-03",
            "",
        ),
        (
            "2026-06-08",
            "PAY-10 SRV-04 DIG-10 LEN-09 SRV-10 SRV-06 PAY-05 DIG-04 DIG-02 ONB-02 SRV-05 PAY-06 ONB-01 PAY-02 DIG-07 LEN-01 DIG-03",
            "committed-effort running-work",
        ),
        (
            "2026-09-14",
            "SRV-04 LEN-09 SRV-10 SRV-06 SRV-11 PAY-05 DIG-02 DIG-03 ONB-02 PAY-06 PAY-04 ONB-05 ONB-01 PAY-02 LEN-01",
            "committed-effort",
        ),
        (
            "2026-12-14",
            "SRV-13 SRV-10 SRV-06 ONB-08 SRV-11 DIG-03 DIG-09 PAY-06 PAY-04 ONB-05 LEN-02 LEN-05 PAY-02 LEN-01 LEN-03",
            "branch-changes committed-effort running-work",
        ),
    ] {
        let state = at(day);
        let order: Vec<&str> = state.committed().map(Id::as_str).collect();
        assert_eq!(order.join(" "), committed, "{day}");
        let violations = state.violations().unwrap();
        let ids: Vec<&str> = violations.iter().map(|v| v.guardrail.as_str()).collect();
        assert_eq!(ids.join(" "), broken, "{day}");
    }
    let effort = &at("2026-12-14").violations().unwrap()[1];
    assert!((effort.found - 8_082_760.0).abs() < 1e-3 && (effort.by - 882_760.0).abs() < 1e-3);
    let deferral = effort.defer.as_ref().unwrap();
    assert!(deferral.proven && deferral.codes == ["SRV-10"]);
}

#[test]
fn every_prefix_ranks_as_a_fresh_programme_does() {
    let (mut state, log) = bank();
    for event in log.events() {
        state.apply(event).unwrap();
        let programme = state.programme().unwrap();
        let ranking = Ranking::new(&programme).unwrap();
        let fresh: Vec<_> = ranking.lines().map(|l| (l.rank, l.code, l.score)).collect();
        let live: Vec<_> = state.merit().map(|l| (l.rank, l.code, l.score)).collect();
        assert_eq!(live, fresh, "after {} {}", event.date, event.seq);
    }
}

#[test]
fn replay_is_deterministic_and_can_go_on_from_any_date() {
    let (start, log) = bank();
    let whole = bytes(&replay(&start, &log, None).unwrap());
    assert_eq!(whole, bytes(&replay(&start, &log, None).unwrap()));
    for day in ["2026-01-01", "2026-03-09", "2026-05-12", "2026-08-31"].map(date) {
        let part = replay(&start, &log, Some(day)).unwrap();
        assert_eq!(bytes(&part), bytes(&replay(&start, &log, Some(day)).unwrap()));
        let rest = log.events().iter().filter(|e| e.date > day).cloned().collect();
        let rest = EventLog::new(rest).unwrap();
        assert_eq!(bytes(&replay(&part, &rest, None).unwrap()), whole);
    }
}

#[test]
fn nothing_but_a_decision_changes_the_committed_order() {
    let (mut state, log) = bank();
    for event in log.events() {
        let before: Vec<Id> = state.committed().cloned().collect();
        let decided = !state.pending.is_empty();
        state.apply(event).unwrap();
        let after: Vec<Id> = state.committed().cloned().collect();
        if !decided {
            // Members may leave with their work; the others stand as they stood.
            let stay: Vec<Id> = before.into_iter().filter(|code| after.contains(code)).collect();
            assert_eq!(stay, after, "after {} {}", event.date, event.seq);
        }
    }
}

#[test]
fn causes_add_up_and_every_step_in_rank_is_accounted_for() {
    let (start, log) = bank();
    let boards = ["2026-01-12", "2026-04-13", "2026-06-08", "2026-10-12", "2026-12-14"];
    let states: Vec<State> = boards.map(|day| replay(&start, &log, Some(date(day))).unwrap()).into();
    let mut seen = std::collections::BTreeSet::new();
    for (k, after) in states.iter().enumerate() {
        for before in &states[..k] {
            for line in moves(before, after, &WithinLimits).unwrap() {
                if let Some(change) = line.score_change {
                    let sum: f64 = line.causes.iter().map(|c| c.amount).sum();
                    assert!((sum - change).abs() <= 1e-12 * change.abs().max(1.0), "{line:?}");
                    seen.extend(line.causes.iter().map(|c| c.cause));
                }
                if let (Some(old), Some(new)) = (line.old_rank, line.new_rank) {
                    let up = line.passed_by.len() + line.came_above.len();
                    let down = line.passed.len() + line.went_from_above.len();
                    assert_eq!(new + down, old + up, "{line:?}");
                }
                assert_eq!(line.old_place.is_some(), line.new_place.is_some());
                assert_eq!(line.place_causes.is_empty(), line.old_place == line.new_place, "{line:?}");
            }
        }
    }
    let expected = [Group::Benefits, Group::Efforts, Group::Progress, Group::Evidence, Group::Weights];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

fn letters(criterion: Criterion, benefit: f64, work: f64) -> State {
    let letters = Initiative::new("A", "Letters").benefit(criterion.id.clone(), benefit).effort("work", work);
    let spec = ProgrammeSpec::new("Clinic").criterion(criterion).criterion(Criterion::effort("work", 1.0));
    start(spec.initiative(letters).stakeholder(Stakeholder::new("desk")))
}

/// Evidence and a new weight of the same criterion: by hand, (45·2.75 − 40·2)/20 over an effort of 10 changes by 0.21875.
#[test]
fn a_change_by_hand() {
    let start = letters(Criterion::benefit("trust", 40.0, 0.0, 20.0).worst(-10.0), 2.0, 10.0);
    let end = after(
        &start,
        [
            r#""observation", "code": "A", "metric": "trust", "value": 3, "count": 300, "source": "s""#,
            r#""policy-changed", "by": "desk", "why": "w", "criteria": [{"id": "trust", "kind": "benefit", "weight": 45, "worst": -10, "none": 0, "full": 20}]"#,
        ],
    );
    let causes = Attribution::between(&start, &end).unwrap().causes("A").unwrap();
    // (100·2 + 300·3)/400 = 2.75. Evidence: 0.75/20 · (40 + 45)/2 / 10; weights: 5 · (2 + 2.75)/2 / 20 / 10.
    let amounts: Vec<_> = causes.iter().map(|c| (c.cause, (c.amount * 1e9).round() / 1e9)).collect();
    assert_eq!(amounts, [(Group::Evidence, 0.159_375), (Group::Weights, 0.059_375)]);
}

/// A price twice as high and a score for twice the effort: 0.05 before, 0.025 with the one, 0.1 with the other, 0.05 with both.
#[test]
fn prices_and_the_model_are_causes() {
    let start = letters(Criterion::benefit("ease", 1.0, 0.0, 10.0), 5.0, 10.0);
    let changed = |what: &str| format!(r#""policy-changed", "by": "desk", "why": "w", {what}"#);
    let dear = changed(r#""criteria": [{"id": "work", "kind": "effort", "price": 2}]"#);
    let per = changed(r#""policy": {"per": 2}"#);
    for (events, expected) in [
        (vec![&*dear], vec![(Group::Prices, -0.025)]),
        (vec![&*per], vec![(Group::Model, 0.05)]),
        (vec![&*dear, &*per], vec![(Group::Prices, -0.0375), (Group::Model, 0.0375)]),
    ] {
        let end = after(&start, events);
        let causes = Attribution::between(&start, &end).unwrap().causes("A").unwrap();
        let amounts: Vec<_> = causes.iter().map(|c| (c.cause, (c.amount * 1e9).round() / 1e9)).collect();
        assert_eq!(amounts, expected);
    }
}

/// A new scale and a new estimate that only fits the new one: the mixed state takes the old value.
#[test]
fn a_mixed_state_that_is_not_valid_takes_the_old_value() {
    let start = letters(Criterion::benefit("ease", 1.0, 0.0, 10.0), 5.0, 1.0);
    let end = after(
        &start,
        [
            r#""policy-changed", "by": "desk", "why": "w", "criteria": [{"id": "ease", "kind": "benefit", "weight": 1, "none": 0, "full": 40}]"#,
            r#""estimate-updated", "code": "A", "part": "benefits", "criterion": "ease", "estimate": 20, "by": "desk""#,
        ],
    );
    // Scores: .5 before, .5 with the estimate alone (refused, so as before), .125 with the scale alone, .5 now.
    let causes = Attribution::between(&start, &end).unwrap().causes("A").unwrap();
    assert_eq!(causes.len(), 2);
    assert_eq!((causes[0].cause, causes[0].amount), (Group::Benefits, 0.1875));
    assert_eq!((causes[1].cause, causes[1].amount), (Group::Scales, -0.1875));
}

#[test]
fn a_decision_needs_all_three_and_a_board() {
    let (start, _) = bank();
    let read = |line: &str| EventLog::from_jsonl(line.as_bytes());
    for (line, code) in [
        (
            r#"{"date":"2026-01-12","seq":1,"event":"decided","code":"PAY-03","rank":1,"deadline":"2026-02-28"}"#,
            "change-board.incomplete-decision",
        ),
        (
            r#"{"date":"2026-01-12","seq":1,"event":"decided","code":"PAY-03","rank":1,"resources":{"owner":"it","cash":1,"teams":{}}}"#,
            "change-board.incomplete-decision",
        ),
        (
            r#"{"date":"2026-01-12","seq":1,"event":"decided","code":"PAY-03","deadline":"2026-02-28","resources":{"owner":"it","cash":1,"teams":{}}}"#,
            "change-board.incomplete-decision",
        ),
        (
            r#"{"date":"2026-01-12","seq":1,"event":"qualified","code":"PAY-03"}"#,
            "change-board.missing-field",
        ),
        (
            r#"{"date":"2026-01-12","seq":1,"event":"qualified","code":"PAY-03","by":"it","rank":1}"#,
            "change-board.surplus-field",
        ),
        (
            r#"{"date":"2026-01-12","seq":1,"event":"qualified","coed":"PAY-03","by":"it"}"#,
            "change-board.unknown-field",
        ),
        (
            r#"{"date":"2026-13-12","seq":1,"event":"qualified","code":"PAY-03","by":"it"}"#,
            "change-board.syntax",
        ),
        (r"[1]", "change-board.syntax"),
    ] {
        assert_eq!(codes(&read(&format!("{line}\n")).unwrap_err()), [code], "{line}");
    }
    let board =
        r#"{"date":"2026-01-12","seq":1,"event":"board-held","board":"b","chair":"it","attended":[]}"#;
    let decided = |code: &str, rank: u32| {
        format!(
            r#"{{"date":"2026-01-12","seq":@,"event":"decided","code":"{code}","rank":{rank},"deadline":"2026-02-28","resources":{{"owner":"it","cash":1,"teams":{{}}}}}}"#
        )
    };
    let refused = |lines: &[String]| {
        let text: Vec<String> = lines.iter().zip(2..).map(|(l, n)| l.replace('@', &n.to_string())).collect();
        codes(&replay(&start, &read(&text.join("\n")).unwrap(), None).unwrap_err())
    };
    let teams_kept = |text: String| text.replace(r#""teams":{}"#, r#""teams":{"data": 1}"#);
    let (a, b) = (teams_kept(decided("SRV-03", 1)), teams_kept(decided("SRV-06", 1)));
    assert_eq!(refused(std::slice::from_ref(&a)), ["change-board.no-board"]);
    assert_eq!(refused(&[board.into(), a.clone(), b]), ["change-board.rank-taken"]);
    assert_eq!(refused(&[board.into(), teams_kept(decided("SRV-03", 40))]), ["change-board.rank-beyond-end"]);
    assert_eq!(refused(&[board.into(), teams_kept(decided("SRV-04", 1))]), ["change-board.wrong-status"]);
    assert_eq!(
        refused(&[board.into(), a.replace("2026-02-28", "2026-01-12")]),
        ["change-board.deadline-passed"]
    );
    assert_eq!(refused(&[board.into(), a.replace("data", "dota")]), ["change-board.unknown-team"]);
    let given =
        r#"{"date":"2026-01-12","seq":@,"event":"override","code":"SRV-03","rank":1,"by":"it","why":"w"}"#;
    assert_eq!(refused(&[board.into(), given.into()]), ["change-board.override-without-decision"]);
    let done = r#"{"date":"2026-01-12","seq":@,"event":"status-changed","code":"SRV-03","status":"done","actual":{}}"#;
    assert_eq!(refused(&[done.into()]), ["change-board.wrong-status"]);
    let ordinal = r#"{"date":"2026-01-12","seq":@,"event":"observation","code":"SRV-03","metric":"ease","value":1,"count":1,"source":"s"}"#;
    assert_eq!(refused(&[ordinal.into()]), ["change-board.not-a-mean"]);
}

/// The room scores one initiative at a time; the score room all at once.
#[test]
fn every_model_scores_as_the_score_room_does() {
    let mut spec = Programme::from_json(BANK).unwrap().into_spec();
    for criterion in spec.criteria.iter_mut().filter(|c| !c.is_benefit()) {
        (criterion.weight, criterion.full) = (Some(7.0), Some(900_000.0));
    }
    for model in [Model::BenefitCost, Model::NetBenefit, Model::WeightedSum] {
        let policy = Policy { model, ..spec.policy.clone() };
        let programme = spec.clone().policy(policy).build().unwrap();
        let ranking = Ranking::new(&programme).unwrap();
        let fresh: Vec<_> = ranking.lines().map(|l| (l.rank, l.code, l.score)).collect();
        let own: Vec<_> =
            State::new(&programme).unwrap().merit().map(|l| (l.rank, l.code, l.score)).collect();
        assert!(own.len() > 30);
        assert_eq!(own, fresh);
    }
}

/// A and B stand for themselves, D needs C.
fn four() -> ProgrammeSpec {
    let initiative =
        |code: &str, ease: f64| Initiative::new(code, "").benefit("ease", ease).effort("work", 1.0);
    ProgrammeSpec::new("Clinic")
        .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0))
        .initiative(initiative("A", 5.0))
        .initiative(initiative("B", 4.0))
        .initiative(initiative("C", 1.0))
        .initiative(initiative("D", 9.0).requires(["C"]))
        .stakeholder(Stakeholder::new("desk"))
        .ballot(crate::programme::Ballot::ranked("desk", ["A", "B", "C", "D"]))
}

fn start(spec: ProgrammeSpec) -> State {
    State::new(&spec.build().unwrap()).unwrap()
}

fn three(policy: &str) -> State {
    let mut spec = four();
    spec.policy = serde_json::from_str(policy).unwrap();
    start(spec)
}

/// The state after some events of these fields.
fn after<'a>(start: &State, events: impl IntoIterator<Item = &'a str>) -> State {
    let lines = (1..)
        .zip(events)
        .map(|(seq, fields)| format!(r#"{{"date": "2026-01-05", "seq": {seq}, "event": {fields}}}"#) + "\n");
    let text: String = lines.collect();
    replay(start, &EventLog::from_jsonl(text.as_bytes()).unwrap(), None).unwrap()
}

/// What moved in the recommended order, and why.
fn place_causes(before: &State, after: &State, by: &dyn Recommend) -> Vec<(String, Vec<OrderCause>)> {
    let moved = moves(before, after, by).unwrap().into_iter().filter(|m| m.old_place != m.new_place);
    moved.map(|m| (m.code.to_string(), m.place_causes)).collect()
}

/// The order of the usual recommendation.
fn recommended(state: &State) -> Vec<Id> {
    WithinLimits.order(&state.programme().unwrap()).unwrap()
}

const BALLOT: &str =
    r#""ballot-cast", "ballot": {"stakeholder": "desk", "ranking": [["D"], ["C"], ["B"], ["A"]]}"#;

/// With and without the model's say; a ballot moves an order only where the policy lets it.
#[test]
fn ballots_are_a_cause_where_the_policy_blends_them_in() {
    for by in [&WithinLimits as &dyn Recommend, &MeritWithPrerequisites] {
        for share in ["0.4", "0.01"] {
            let blended = three(&format!(r#"{{"blend": {{"model_share": {share}}}}}"#));
            let found = place_causes(&blended, &after(&blended, [BALLOT]), by);
            assert!(!found.is_empty());
            assert!(found.iter().all(|(_, c)| *c == [OrderCause::Ballots]), "{found:?}");
        }
        let plain = three("{}");
        assert_eq!(place_causes(&plain, &after(&plain, [BALLOT]), by), []);
    }
}

#[test]
fn scores_are_a_cause() {
    let plain = three("{}");
    let dear = r#""estimate-updated", "code": "A", "part": "efforts", "criterion": "work", "estimate": 3, "by": "desk""#;
    let found = place_causes(&plain, &after(&plain, [dear]), &WithinLimits);
    // A was first, and is last.
    assert!(found.len() == 4 && found.iter().all(|(_, c)| *c == [OrderCause::Merit]), "{found:?}");
}

#[test]
fn prerequisites_are_a_cause_when_they_come_go_or_end() {
    let plain = three("{}");
    assert_eq!(recommended(&plain), ["A", "C", "D", "B"]);
    assert_eq!(plain.recommended().unwrap(), ["C", "D", "A", "B"]);
    let both_ways = |a: &State, b: &State, by: &dyn Recommend, causes: &[OrderCause]| {
        for (before, after) in [(a, b), (b, a)] {
            let found = place_causes(before, after, by);
            assert!(!found.is_empty() && found.iter().all(|(_, c)| c == causes), "{found:?}");
        }
    };
    // B needs D now; D needs nothing any more.
    let with = |code: &str, needs: &[&str]| {
        let mut spec = four();
        let initiative = spec.initiatives.iter_mut().find(|i| i.code == *code).unwrap();
        initiative.requires = needs.iter().map(|&code| code.into()).collect();
        start(spec)
    };
    both_ways(&plain, &with("A", &["B"]), &WithinLimits, &[OrderCause::Prerequisites]);
    both_ways(&plain, &with("D", &[]), &WithinLimits, &[OrderCause::Prerequisites]);
    both_ways(&plain, &with("D", &[]), &MeritWithPrerequisites, &[OrderCause::Prerequisites]);

    // C is not done: D, which needs it, leaves; nobody else moves among those that stay.
    let not_done =
        |code: &str| format!(r#""status-changed", "code": "{code}", "status": "not-doing", "reason": "r""#);
    let end = after(&plain, [&*not_done("C")]);
    assert_eq!(
        (recommended(&end), place_causes(&plain, &end, &WithinLimits)),
        (vec!["A".into(), "B".into()], vec![])
    );
    // D is not done: C is no longer wanted for it.
    let found = place_causes(&plain, &after(&plain, [&*not_done("D")]), &WithinLimits);
    let by_itself = vec![OrderCause::Prerequisites];
    assert_eq!(found, [("B".into(), by_itself.clone()), ("C".into(), by_itself)]);
}

/// A newcomer moves nobody by merit; what it needs it pulls forward, and that is named.
#[test]
fn a_newcomer_that_needs_others_is_a_cause() {
    let plain = three("{}");
    let request = |needs: &str| {
        format!(
            r#""request-submitted", "code": "E", "by": "desk", "text": "t", "initiative": {{"code": "E", "benefits": {{"ease": 10}}, "efforts": {{"work": 1}}, "requires": [{needs}]}}"#
        )
    };
    assert_eq!(place_causes(&plain, &after(&plain, [&*request("")]), &WithinLimits), []);
    let found = place_causes(&plain, &after(&plain, [&*request(r#""B""#)]), &WithinLimits);
    let causes = [OrderCause::Prerequisites, OrderCause::Newcomers];
    assert!(found.len() == 4 && found.iter().all(|(_, c)| *c == causes), "{found:?}");
}

#[test]
fn the_budget_is_a_cause() {
    let dear = four().initiative(Initiative::new("E", "").benefit("ease", 10.0).effort("work", 1.5));
    let dear = |budget| {
        let mut spec = dear.clone();
        spec.strategy.budget = Some(budget);
        start(spec)
    };
    // E is the best, but 1 does not pay for it.
    assert_eq!(recommended(&dear(9.0)), ["E", "A", "C", "D", "B"]);
    let end = after(&dear(9.0), [r#""policy-changed", "by": "desk", "why": "w", "strategy": {"budget": 1}"#]);
    assert_eq!(recommended(&end), ["A", "E", "C", "D", "B"]);
    let found = place_causes(&dear(9.0), &end, &WithinLimits);
    assert!(found.len() == 2 && found.iter().all(|(_, c)| *c == [OrderCause::Budget]), "{found:?}");
}

#[test]
fn capacity_is_a_cause() {
    let mut spec = four();
    for initiative in spec.initiatives.iter_mut().filter(|i| i.code == "A" || i.code == "B") {
        initiative.teams.insert("it".into(), 10.0);
        initiative.units = vec!["ward".into()];
    }
    spec.strategy.capacities.teams.insert("it".into(), 30.0);
    spec.strategy.capacities.units.insert("ward".into(), 2);
    spec.strategy.horizon = Some(4);
    let start = start(spec);
    assert_eq!(recommended(&start), ["A", "C", "D", "B"]);
    for (change, order) in [
        // Neither A nor B has people, or a ward that takes them; what needs neither stands before them.
        (r#""capacity": "team", "id": "it", "per_period": 0"#, ["C", "D", "A", "B"]),
        (r#""capacity": "unit", "id": "ward", "per_period": 0"#, ["C", "D", "A", "B"]),
    ] {
        let end = after(&start, [&*format!(r#""capacity-changed", {change}, "from": "2026-01-01""#)]);
        assert_eq!(recommended(&end), order);
        let found = place_causes(&start, &end, &WithinLimits);
        assert!(!found.is_empty() && found.iter().all(|(_, c)| *c == [OrderCause::Capacity]), "{found:?}");
    }
}

/// Half of B is done: what remains brings as much for half the effort.
#[test]
fn progress_is_a_cause() {
    let mut spec = four();
    spec.initiatives[1].status = Status::Planned;
    let start = start(spec);
    let begun = r#""status-changed", "code": "B", "status": "under-way", "remaining": {"work": 0.5}"#;
    let end = after(&start, [begun]);
    assert_eq!(recommended(&start), ["A", "C", "D", "B"]);
    assert_eq!(recommended(&end), ["B", "A", "C", "D"]);
    let found = place_causes(&start, &end, &WithinLimits);
    assert!(found.len() == 4 && found.iter().all(|(_, c)| *c == [OrderCause::Progress]), "{found:?}");
    let causes = Attribution::between(&start, &end).unwrap().causes("B").unwrap();
    assert_eq!(causes, [Cause { cause: Group::Progress, amount: 0.4 }]);
}

/// A may begin in March: the first period if the programme begins then, the third if it began in January.
#[test]
fn dates_are_a_cause() {
    let mut spec = four();
    spec.strategy.capacities.teams.insert("it".into(), 30.0);
    spec.period = Some("month".into());
    (spec.strategy.horizon, spec.strategy.start) = (Some(6), Some(date("2026-03-01")));
    spec.initiatives[0].earliest = Some(date("2026-03-01"));
    let start = start(spec);
    let earlier = r#""policy-changed", "by": "desk", "why": "w", "strategy": {"capacities": {"teams": {"it": 30}}, "horizon": 6, "start": "2026-01-01"}"#;
    let end = after(&start, [earlier]);
    assert_eq!(recommended(&start), ["A", "C", "D", "B"]);
    assert_eq!(recommended(&end).last().unwrap(), "A");
    let found = place_causes(&start, &end, &WithinLimits);
    assert!(!found.is_empty() && found.iter().all(|(_, c)| *c == [OrderCause::Dates]), "{found:?}");
}

/// Neither of two changes alone would have moved anything: both are named.
#[test]
fn what_moved_has_a_cause_even_if_no_group_alone_was_enough() {
    // The caller's own way to recommend: backwards, if there is a budget or somebody ranks D first.
    let own = |programme: &Programme| -> Result<Vec<Id>, Error> {
        let mut codes: Vec<Id> = programme.initiatives().iter().map(|i| i.code.clone()).collect();
        if programme.strategy().budget.is_some() || programme.ballots()[0].ranking[0] == ["D"] {
            codes.reverse();
        }
        Ok(codes)
    };
    let plain = three("{}");
    let end =
        after(&plain, [BALLOT, r#""policy-changed", "by": "desk", "why": "w", "strategy": {"budget": 5}"#]);
    let found = place_causes(&plain, &end, &own);
    assert!(found.len() == 4 && found.iter().all(|(_, c)| *c == [OrderCause::Budget]), "{found:?}");
}

#[test]
fn a_policy_that_does_not_fit_changes_nothing() {
    let (start, log) = bank();
    let mut state = replay(&start, &log, Some(date("2026-06-01"))).unwrap();
    let before = bytes(&state);
    for change in [
        // Estimates lie outside.
        r#""criteria": [{"id": "trust", "kind": "benefit", "weight": 35, "none": 0, "full": 1}]"#,
        r#""criteria": [{"id": "trust", "kind": "effort"}]"#,
        r#""criteria": [{"id": "thrust", "kind": "benefit", "weight": 35, "none": 0, "full": 1}]"#,
        r#""policy": {"model": "weighted-sum"}"#,
        r#""policy": {"resolution": 12}"#,
        r#""policy": {"resolution": 1}"#,
        r#""strategy": {"budget": -1}"#,
        r#""policy": {"model": "net-benefit"}, "strategy": {"budget": 1}"#,
    ] {
        let text = format!(
            r#"{{"date": "2026-06-02", "seq": 900, "event": "policy-changed", "by": "it", "why": "w", {change}}}"#
        );
        assert!(state.apply(&serde_json::from_str(&text).unwrap()).is_err(), "{change}");
        assert_eq!(bytes(&state), before, "{change}");
    }
}

/// What only the door of a programme sees: points of a ballot that a coarser resolution cannot hold.
#[test]
fn a_resolution_that_loses_a_ballot_changes_nothing() {
    let mut state = three("{}");
    let event = |text: &str| serde_json::from_str::<Event>(text).unwrap();
    let ballot = r#"{"date": "2026-01-05", "seq": 1, "event": "ballot-cast", "ballot": {"stakeholder": "desk", "points": {"A": 0.3}}}"#;
    state.apply(&event(ballot)).unwrap();
    let before = bytes(&state);
    let policy = |policy: &str| {
        event(&format!(
            r#"{{"date": "2026-01-06", "seq": 2, "event": "policy-changed", "by": "desk", "why": "w", "policy": {policy}}}"#
        ))
    };
    let error = state.apply(&policy(r#"{"resolution": 0, "spread": "triangular"}"#)).unwrap_err();
    assert_eq!(codes(&error), ["programme.beyond-resolution"]);
    assert_eq!(bytes(&state), before);
    state.apply(&policy(r#"{"resolution": 1}"#)).unwrap();
}

#[test]
fn logs_that_disagree_say_where() {
    let (_, log) = bank();
    let mut events = log.events().to_vec();
    if let What::Override { rank, why, .. } =
        &mut events.iter_mut().find(|e| matches!(e.what, What::Override { .. })).unwrap().what
    {
        (*rank, *why) = (9, "another".into());
    }
    let other = EventLog::from_jsonl(EventLog::new(events).unwrap().to_jsonl().as_bytes()).unwrap();
    let error = log.merge(&other).unwrap_err();
    assert_eq!(codes(&error), ["change-board.conflict"]);
    let text = error.to_string();
    assert!(text.contains("rank, why differ") && text.contains("of the other log"), "{text}");
}

#[test]
fn executives_count_an_outcome_once() {
    let state = at("2026-12-14");
    for stakeholder in &state.spec.stakeholders {
        let view = state.executive(&stakeholder.id).unwrap();
        let mut sum = 0.0;
        for goal in &view.goals {
            let ahead = goal.outcomes.iter().filter(|o| o.blocked_by.is_empty() && !o.waits_for.is_empty());
            let ahead: f64 = ahead.map(|o| o.money.likely).sum();
            let shares: f64 = goal.initiatives.iter().map(|f| f.share.likely).sum();
            assert!((ahead - shares).abs() < 1e-6, "{goal:?}");
            assert_eq!(goal.money.is_some(), goal.outcomes.iter().any(|o| o.blocked_by.is_empty()));
            sum += goal.money.map_or(0.0, |money| money.likely);
        }
        let total = view.total.map_or(0.0, |total| total.likely);
        assert!(total <= sum + 1e-9);
        assert_eq!(view.counted_once.is_empty(), (total - sum).abs() < 1e-9);
    }
    assert!(state.executive("nobody").is_none());
}

#[test]
fn estimators_are_compared_with_what_came_out() {
    let estimators = at("2026-12-14").estimators();
    let lines: usize = estimators.iter().map(|e| e.lines.len()).sum();
    let compared: usize = estimators.iter().map(|e| e.efforts + e.benefits).sum();
    // An effort that was expected to be nothing has no ratio.
    let nothing =
        estimators.iter().flat_map(|e| &e.lines).filter(|l| l.criterion == "floor" && l.expected == 0.0);
    assert_eq!(lines, compared + nothing.count());
    let it = estimators.iter().find(|e| e.by.as_deref() == Some("it")).unwrap();
    // Information technology's offers for cash: every one of them came out dearer.
    assert!(it.effort_ratio.unwrap() > 1.0 && it.within <= it.with_spread);
}

#[test]
fn adopting_a_plan_keeps_frozen_work() {
    let state = at("2026-10-12");
    let best = crate::portfolio::BestValue::default();
    let free = state.adoption_curve(&best, &[], 20).unwrap();
    // Frozen by decision: whatever a point would give up.
    let frozen: Vec<Id> = free.iter().flat_map(|point| point.goes_out.clone()).collect();
    assert!(!frozen.is_empty());
    let curve = state.adoption_curve(&best, &frozen, 20).unwrap();
    assert!(curve.len() > 1 && curve[0].changes == 0);
    for point in free.iter().chain(&curve) {
        assert!(point.selection.proven && point.selection.benefit >= point.selection.upper_bound);
        assert!(
            !point
                .goes_out
                .iter()
                .any(|code| state.spec.initiatives[state.codes[code] as usize].status == Status::UnderWay)
        );
        assert!(point.changes == 0 || point.within_budget);
        assert_eq!(point.changes, point.comes_in.len() + point.goes_out.len());
    }
    assert!(curve.iter().all(|point| !point.goes_out.iter().any(|code| frozen.contains(code))));
    // Cut short, a point carries the bound that it is within.
    let best = free.last().unwrap().selection.benefit;
    let cut = state.adoption_curve(&crate::portfolio::BestValue { nodes: 0 }, &[], 20).unwrap();
    let last = &cut.last().unwrap().selection;
    assert!(last.benefit <= best && best <= last.upper_bound + 1e-9, "{last:?}");
    for pair in curve[1..].windows(2) {
        assert!(pair[0].changes < pair[1].changes && pair[0].selection.benefit < pair[1].selection.benefit);
    }
}

/// Work under way that costs more than the budget leaves no plan: the minutes say so, and are there all the same.
#[test]
fn no_plan_to_adopt_is_a_finding() {
    let mut spec = four().initiative(
        Initiative::new("E", "").benefit("ease", 1.0).effort("work", 9.0).status(Status::UnderWay),
    );
    spec.strategy.budget = Some(3.0);
    let minutes = Minutes::new(&start(spec), &EventLog::default(), None).unwrap();
    assert_eq!(minutes.adoption, []);
    let finding = minutes.findings.iter().find(|f| f.code == "no-plan-to-adopt").unwrap();
    assert!(finding.message.contains("6 above the budget"), "{}", finding.message);
}

#[test]
fn overrides_say_what_they_displace() {
    let state = at("2026-04-13");
    let costs = state.overrides(&recommended(&state));
    assert_eq!(costs.len(), 1);
    let line = &costs[0];
    assert_eq!((line.given.code.as_str(), line.given.by.as_str()), ("SRV-10", "branch-network"));
    assert_eq!(line.displaced.len(), line.recommended_rank.unwrap() - 5);
    assert!(line.delay > 0.0 && line.money.unwrap() > 0.0);
}

#[test]
fn events_are_written_as_they_are_read() {
    let (_, log) = bank();
    let again = EventLog::from_jsonl(log.to_jsonl().as_bytes()).unwrap();
    assert_eq!(again.events(), log.events());
    for (line, event) in YEAR.lines().zip(log.events()) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_value(event).unwrap()["event"], value["event"]);
    }
}

#[test]
fn a_log_that_breaks_off_anywhere_keeps_what_is_before() {
    let whole = EventLog::from_jsonl(YEAR.as_bytes()).unwrap();
    for cut in (0..YEAR.len()).step_by(97) {
        let log = EventLog::from_jsonl(&YEAR.as_bytes()[..cut]).unwrap();
        let lines = YEAR.as_bytes()[..cut].split(|b| *b == b'\n').count() - 1;
        assert!(log.events() == &whole.events()[..log.events().len()]);
        assert!(log.events().len() == lines || log.events().len() == lines + 1 && log.truncated().is_none());
        assert!(log.truncated().is_none_or(|line| line == lines + 1));
    }
}

/// Constraints name initiatives: a change of anything is checked against those that there are.
#[test]
fn a_programme_with_constraints_can_change_its_policy() {
    let mut spec = four();
    spec.strategy.constraints.mandatory = vec!["A".into()];
    let start = start(spec);
    let changed = |what: &str| format!(r#""policy-changed", "by": "desk", "why": "w", {what}"#);
    for what in [
        r#""criteria": [{"id": "ease", "kind": "benefit", "weight": 2, "none": 0, "full": 10}]"#,
        r#""policy": {"resolution": 4}"#,
        r#""strategy": {"constraints": {"mandatory": ["A", "D"], "at_most_one": [["B", "C"]]}}"#,
    ] {
        after(&start, [&*changed(what)]).programme().unwrap();
    }
    let unknown = changed(r#""strategy": {"constraints": {"excluded": ["Z"]}}"#);
    let text = format!(r#"{{"date": "2026-01-05", "seq": 1, "event": {unknown}}}"#);
    let error = replay(&start, &EventLog::from_jsonl(text.as_bytes()).unwrap(), None).unwrap_err();
    assert_eq!(codes(&error), ["programme.unknown-initiative"]);
    assert_eq!(error.problems()[0].path().to_string(), "events[0].strategy.constraints.excluded[0]");
    // One that a request brought is there too.
    let request =
        r#""request-submitted", "code": "E", "by": "desk", "text": "t", "initiative": {"code": "E"}"#;
    let end = after(&start, [request, &changed(r#""strategy": {"constraints": {"mandatory": ["E"]}}"#)]);
    assert_eq!(end.programme().unwrap().strategy().constraints.mandatory, ["E"]);
}

/// A day of the boards that are made up; months of 28 days.
fn on(day: usize) -> String {
    format!("2026-{:02}-{:02}", day / 28 + 1, day % 28 + 1)
}

/// A board at work on six initiatives, two of each status that it deals with.
fn six() -> State {
    let mut spec = ProgrammeSpec::new("Clinic")
        .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0))
        .stakeholder(Stakeholder::new("desk"));
    for (k, code) in ["A", "B", "C", "D", "E", "F"].into_iter().enumerate() {
        let status = [Status::Qualified, Status::Planned, Status::UnderWay][k / 2];
        let initiative =
            Initiative::new(code, "").benefit("ease", k as f64).effort("work", 1.0).status(status);
        spec = spec.initiative(initiative.requires((code == "D").then_some("C")));
    }
    spec.strategy.constraints.mandatory = vec!["A".into()];
    start(spec)
}

/// Some event; often one that is refused.
fn event((kind, code, rank): (usize, usize, u32), day: usize, seq: usize) -> Event {
    let code = ["A", "B", "C", "D", "E", "F"][code];
    let status = |rest: &str| format!(r#""status-changed", "code": "{code}", "status": {rest}"#);
    let fields = match kind {
        0 => r#""board-held", "board": "b", "chair": "desk", "attended": []"#.into(),
        1..4 => format!(
            r#""decided", "code": "{code}", "rank": {rank}, "deadline": "2027-01-01", "resources": {{"owner": "desk", "cash": 0, "teams": {{}}}}"#
        ),
        4 => format!(r#""override", "code": "{code}", "rank": {rank}, "by": "desk", "why": "w""#),
        5 => status(r#""under-way""#),
        6 => status(r#""done", "actual": {}"#),
        7 => status(r#""cancelled", "reason": "r""#),
        8 => format!(
            r#""estimate-updated", "code": "{code}", "part": "benefits", "criterion": "ease", "estimate": {rank}, "by": "desk""#
        ),
        9 => format!(
            r#""observation", "code": "{code}", "metric": "ease", "value": {rank}, "count": 50, "source": "s""#
        ),
        10 => format!(r#""ballot-cast", "ballot": {{"stakeholder": "desk", "ranking": [["{code}"]]}}"#),
        11 => format!(
            r#""policy-changed", "by": "desk", "why": "w", "criteria": [{{"id": "ease", "kind": "benefit", "weight": {rank}, "none": 0, "full": 1{rank}}}]"#
        ),
        12 => format!(
            r#""capacity-changed", "capacity": "team", "id": "it", "per_period": {rank}, "from": "2026-02-0{rank}""#
        ),
        _ => format!(r#""request-submitted", "code": "{code}", "by": "desk", "text": "t""#),
    };
    serde_json::from_str(&format!(r#"{{"date": "{}", "seq": {seq}, "event": {fields}}}"#, on(day))).unwrap()
}

proptest! {
    /// Whatever is tried: what is refused changes nothing, only a decision moves the committed order, and the log that remains gives
    /// the same bytes at once, again, and in two parts.
    #[test]
    fn any_log_is_followed(
        tries in prop::collection::vec((0u8..5, (0usize..14, 0usize..6, 1u32..6)), 1..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let start = six();
        let (mut state, mut log, mut day, mut at_end) = (start.clone(), Vec::new(), 0, Vec::new());
        for (seq, &(pause, what)) in tries.iter().enumerate() {
            day += usize::from(pause == 0);
            let event = event(what, day, seq);
            let mut before = state.clone();
            let mut applied = state.apply(&event);
            let ends = |error: &Error| {
                let of_the_end = ["change-board.rank-beyond-end", "change-board.override-without-decision"];
                codes(error).iter().all(|code| of_the_end.contains(code))
            };
            if let Err(error) = &applied && ends(error) {
                at_end.extend(codes(error));
                before = state.clone();
                applied = state.apply(&event);
                prop_assert!(!applied.as_ref().is_err_and(ends), "{}", applied.unwrap_err());
            }
            match applied {
                Ok(()) => log.push(event.clone()),
                Err(_) => {
                    before.end_before(event.date);
                    prop_assert_eq!(bytes(&state), bytes(&before));
                    continue;
                }
            }
            let committed = |state: &State| state.committed().cloned().collect::<Vec<_>>();
            let after = committed(&state);
            if before.pending.is_empty() || before.as_of == Some(event.date) {
                let stay: Vec<Id> = committed(&before).into_iter().filter(|code| after.contains(code)).collect();
                prop_assert_eq!(&stay, &after, "after {:?}", event);
            }
            prop_assert!(state.committed.iter().all(|&i| super::state::is_committed(state.spec.initiatives[i as usize].status)));
        }
        at_end.extend(state.end_board().iter().map(|(_, problem)| problem.code()));
        let log = EventLog::new(log).unwrap();
        match replay(&start, &log, None) {
            Err(error) => {
                // What may follow from another mistake with the same initiative is not said.
                prop_assert!(codes(&error).iter().all(|code| at_end.contains(code)), "{error} {at_end:?}");
                prop_assert_eq!(error.to_string(), replay(&start, &log, None).unwrap_err().to_string());
            }
            Ok(whole) => {
                prop_assert!(at_end.is_empty());
                prop_assert_eq!(bytes(&whole), bytes(&state));
                prop_assert_eq!(bytes(&whole), bytes(&replay(&start, &log, None).unwrap()));
                let (cut, end) = (date(&on(cut.index(day + 1))), Some(date(&on(day))));
                let part = replay(&start, &log, Some(cut)).unwrap();
                let rest = log.events().iter().filter(|e| e.date > cut).cloned().collect();
                let joined = replay(&part, &EventLog::new(rest).unwrap(), end).unwrap();
                prop_assert_eq!(bytes(&joined), bytes(&replay(&start, &log, end).unwrap()));
            }
        }
    }

    /// What leaves later on the day of a board leaves the order that the board made, as it would on the day after.
    #[test]
    fn leaving_on_the_day_of_a_board_is_leaving_the_day_after(
        decisions in prop::collection::vec((0usize..6, 1u32..7), 0..6),
        leave in prop::collection::vec(0usize..6, 0..4),
    ) {
        let states = [0, 1].map(|later| {
            let mut state = six();
            let held = std::iter::once((0, 0, 0)).chain(decisions.iter().map(|&(code, rank)| (1, code, rank)));
            let left = leave.iter().map(|&code| (7, code, 0));
            let mut found = Vec::new();
            for (seq, (what, day)) in held.map(|what| (what, 0)).chain(left.map(|what| (what, later))).enumerate() {
                let event = event(what, day, seq);
                if state.apply(&event).is_err_and(|error| { found.extend(codes(&error)); day == 1 }) {
                    let _ = state.apply(&event);
                }
            }
            state.end_board();
            state.committed().cloned().collect::<Vec<_>>()
        });
        prop_assert_eq!(&states[0], &states[1]);
    }

    #[test]
    fn merging_two_halves_in_any_split_is_the_whole(sides in prop::collection::vec(0u8..3, 171)) {
        let (_, log) = bank();
        let half = |side: u8| {
            let events = log.events().iter().zip(&sides).filter(|(_, s)| **s == side || **s == 2);
            EventLog::new(events.map(|(e, _)| e.clone()).collect()).unwrap()
        };
        let (a, b) = (half(0), half(1));
        prop_assert_eq!(a.merge(&b).unwrap(), EventLog::new(log.events().to_vec()).unwrap());
        prop_assert_eq!(b.merge(&a).unwrap(), EventLog::new(log.events().to_vec()).unwrap());
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Err(error) = EventLog::from_jsonl(&bytes) {
            prop_assert!(error.problems().iter().all(|p| p.position().is_some()));
        }
    }

    #[test]
    fn a_damaged_log_is_answered(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = YEAR.as_bytes().to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (start, _) = bank();
        let error = match EventLog::from_jsonl(&bytes) {
            Err(error) => Some(error),
            Ok(log) => replay(&start, &log, None).err(),
        };
        if let Some(error) = error {
            prop_assert!(error.problems().iter().all(|p| p.position().is_some()), "{error}");
        }
    }
}
