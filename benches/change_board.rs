//! What the change board costs in CPU time: replay of a long log, one more event, the recommended orders, attribution, the minutes.
//!
//! `cargo bench --bench change_board` measures; without `--bench`, as in tests, the same work runs once on small inputs.

use std::fmt::Write;

use cxrank::change_board::{Attribution, Event, EventLog, Minutes, Recommend, State, WithinLimits, replay};
use cxrank::programme::{Criterion, Initiative, ProgrammeSpec, Stakeholder, Status};

#[path = "shared/cpu_time.rs"]
mod cpu_time;

/// Small numbers without a dependency: a linear congruential generator (Knuth, MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn start(n: u64, status: Status) -> State {
    let mut random = Random(1);
    let mut spec = ProgrammeSpec::new("bench")
        .criterion(Criterion::benefit("trust", 40.0, 0.0, 20.0).worst(-10.0))
        .criterion(Criterion::benefit("ease", 30.0, 0.0, 10.0))
        .criterion(Criterion::benefit("time", 20.0, 0.0, -24.0).worst(8.0))
        .criterion(Criterion::benefit("reach", 10.0, 0.0, 1.0))
        .criterion(Criterion::effort("cash", 1.0))
        .criterion(Criterion::effort("work", 650.0))
        .criterion(Criterion::effort("floor", 38.0))
        .stakeholder(Stakeholder::new("desk"));
    // About half of it can be paid, over a year of fortnights.
    spec.strategy.budget = Some(n as f64 * 200_000.0);
    spec.strategy.horizon = Some(26);
    spec.strategy.capacities.teams = ["it", "desk"].map(|team| (team.into(), n as f64)).into();
    for i in 0..n {
        let mut number = |from: u64, to: u64| (from + random.below(to - from)) as f64;
        let mut initiative = Initiative::new(format!("I-{i:06}"), "An initiative")
            .benefit("trust", [number(0, 2), number(2, 4), number(4, 9)])
            .benefit("ease", number(0, 10))
            .benefit("time", [-number(5, 9), -number(2, 5), -number(0, 2)])
            .benefit("reach", number(0, 100) / 100.0)
            .effort("cash", [number(10, 100), number(100, 400), number(400, 900)])
            .effort("work", number(10, 900))
            .effort("floor", number(0, 900))
            .status(status);
        initiative.remaining.insert("cash", number(10, 100));
        let needs = (0..if i > 0 { 2 } else { 0 }).map(|_| format!("I-{:06}", random.below(i)));
        initiative = initiative.requires(needs);
        initiative.teams.insert(if i % 3 == 0 { "it" } else { "desk" }.into(), (i % 60 + 10) as f64);
        spec = spec.initiative(initiative);
    }
    State::new(&spec.build().expect("valid")).expect("scored")
}

/// Every kind of event that can come at any time, a board with a decision in every hundred and new weights in every thousand.
fn log(events: u64, n: u64) -> String {
    let mut random = Random(2);
    let mut text = String::new();
    for seq in 0..events {
        // A hundred events in three days; a board and its decision on one of them.
        let day = seq * 3 / 100;
        let (year, month, day) = (2026 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
        let head = format!(r#"{{"date": "{year}-{month:02}-{day:02}", "seq": {seq}, "event": "#);
        let code = format!(r#""code": "I-{:06}""#, random.below(n));
        let x = random.below(90);
        let rest = match seq % 100 {
            0 => r#""board-held", "board": "b", "chair": "desk", "attended": ["desk"]"#.to_owned(),
            1 => format!(
                r#""decided", {code}, "rank": {}, "deadline": "2099-01-01", "resources": {{"owner": "desk", "cash": 1, "teams": {{}}}}"#,
                x + 1
            ),
            51 if seq % 1000 == 51 => format!(
                r#""policy-changed", "by": "desk", "why": "w", "criteria": [{{"id": "ease", "kind": "benefit", "weight": {}, "none": 0, "full": 10}}]"#,
                x + 1
            ),
            50 => format!(
                r#""capacity-changed", "capacity": "team", "id": "it", "per_period": {x}, "from": "2027-01-01""#
            ),
            k if k % 4 == 0 => format!(
                r#""observation", {code}, "metric": "trust", "value": {}, "count": {}, "source": "s""#,
                x / 9,
                x + 1
            ),
            k if k % 4 == 1 => format!(
                r#""estimate-updated", {code}, "part": "benefits", "criterion": "ease", "estimate": {}, "by": "desk""#,
                x / 10
            ),
            k if k % 4 == 2 => format!(
                r#""estimate-updated", {code}, "part": "efforts", "criterion": "work", "estimate": [{x}, {}, {}], "by": "desk", "why": "w""#,
                x + 9,
                x + 99
            ),
            _ => format!(r#""status-changed", {code}, "status": "under-way", "remaining": {{"cash": {x}}}"#),
        };
        writeln!(text, "{head}{rest}}}").expect("a string grows");
    }
    text
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (many, n, most) = if measured { (100_000, 1_000, 10_000) } else { (2_000, 100, 100) };
    let report = |name: &str, times: f64, work: &mut dyn FnMut()| {
        if measured {
            println!("{name}: {:.4} ms", cpu_time::milliseconds(work) / times);
        } else {
            work();
        }
    };

    let text = log(many, n);
    let events = EventLog::from_jsonl(text.as_bytes()).expect("events");
    let state = start(n, Status::Planned);
    report(&format!("read {many} events"), 1.0, &mut || {
        EventLog::from_jsonl(text.as_bytes()).expect("events");
    });
    report(&format!("replay {many} events"), 1.0, &mut || drop(replay(&state, &events, None).expect("fits")));
    report(&format!("minutes of {n} initiatives, three boards"), 1.0, &mut || {
        let first = events.events().iter().take(250).cloned().collect();
        Minutes::new(&state, &EventLog::new(first).expect("in order"), None).expect("minutes");
    });

    let mut state = start(most, Status::Planned);
    let mut random = Random(3);
    let updates: Vec<Event> = (1..=1_000)
        .map(|seq| {
            let text = format!(
                r#"{{"date": "2026-01-01", "seq": {seq}, "event": "estimate-updated", "code": "I-{:06}", "part": "efforts", "criterion": "work", "estimate": {}, "by": "desk"}}"#,
                random.below(most),
                random.below(900) + 1,
            );
            serde_json::from_str(&text).expect("an event")
        })
        .collect();
    let mut seq = 0;
    report(&format!("one more event re-ranks {most}"), updates.len() as f64, &mut || {
        for event in &updates {
            seq += 1;
            state.apply(&Event { seq, ..event.clone() }).expect("fits");
        }
    });
    report(&format!("recommended order of {most} with prerequisites"), 1.0, &mut || {
        state.recommended().expect("no blend");
    });
    let programme = state.programme().expect("valid");
    report(&format!("recommended order of {most} within limits"), 1.0, &mut || {
        WithinLimits.order(&programme).expect("an order");
    });

    let before = start(n, Status::UnderWay);
    let after = replay(&before, &everything(n), None).expect("fits");
    report(&format!("attribution of {n} over 8 groups"), 1.0, &mut || {
        let attribution = Attribution::between(&before, &after).expect("the same criteria");
        for i in 0..n {
            attribution.causes(&format!("I-{i:06}")).expect("scored");
        }
    });
}

/// Changes every group of inputs of every initiative.
fn everything(n: u64) -> EventLog {
    let mut text = String::new();
    let mut seq = 0;
    let mut add = |rest: String| {
        seq += 1;
        writeln!(text, r#"{{"date": "2026-01-01", "seq": {seq}, "event": {rest}}}"#).expect("a string grows");
    };
    for i in 0..n {
        let code = format!(r#""code": "I-{i:06}""#);
        add(format!(
            r#""estimate-updated", {code}, "part": "benefits", "criterion": "ease", "estimate": 4.5, "by": "desk""#
        ));
        add(format!(
            r#""estimate-updated", {code}, "part": "efforts", "criterion": "work", "estimate": 950, "by": "desk""#
        ));
        add(format!(
            r#""estimate-updated", {code}, "part": "remaining", "criterion": "cash", "estimate": 150, "by": "desk""#
        ));
        add(format!(r#""observation", {code}, "metric": "trust", "value": 9.5, "count": 50, "source": "s""#));
    }
    add(r#""policy-changed", "by": "desk", "why": "w", "policy": {"per": 1000}, "criteria": [{"id": "trust", "kind": "benefit", "weight": 50, "worst": -10, "none": 0, "full": 25}, {"id": "work", "kind": "effort", "price": 700}]"#.to_owned());
    EventLog::from_jsonl(text.as_bytes()).expect("events")
}
