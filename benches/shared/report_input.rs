//! The programmes that reports are measured and looked at with: of any size, with everything that a report can show.

use cxrank::policy::{LevelBand, Policy, QuadrantCuts};
use cxrank::programme::{
    Ballot, Capacities, Criterion, Initiative, Outcome, ProgrammeSpec, Stakeholder, Status, Strategy,
};

use super::scoring_input::SplitMix64;

const DOMAINS: [&str; 6] = ["onboarding", "payments", "lending", "service", "digital", "complaints"];
const TEAMS: [&str; 5] = ["channels", "core", "data", "change", "design"];
const WHAT: [&str; 8] =
    ["Shorter", "Clearer", "Guided", "Automatic", "Personal", "Faster", "Repaired", "Single"];
const WHERE: [&str; 8] =
    ["forms", "letters", "call-back", "sign-in", "decisions", "mobile search", "branch visits", "statements"];

/// So many initiatives, eight stakeholders who rank forty of them each, five teams, twelve quarters, and half of the money that is asked for.
pub(crate) fn programme(n: u64) -> ProgrammeSpec {
    let mut random = SplitMix64(5);
    let mut spec = ProgrammeSpec::new(format!("A programme of {n} initiatives"))
        .effort_unit("EUR")
        .criterion(Criterion::benefit("trust", 40.0, 0.0, 20.0).name("Trust").unit("NPS points"))
        .criterion(Criterion::benefit("ease", 60.0, 0.0, 10.0).name("Ease"))
        .criterion(Criterion::effort("cash", 1.0).unit("EUR"))
        .criterion(Criterion::effort("work", 650.0).unit("person-day"));
    spec.period = Some("quarter".into());
    let code = |i: u64| format!("CX-{i:04}");
    let mut worth = Vec::new();
    let mut money = 0.0;
    let mut days = [0.0; TEAMS.len()];
    for i in 0..n {
        let (trust, ease) = (random.below(150) as f64 / 10.0, random.below(60) as f64 / 10.0);
        let (cash, work) = (5.0 + random.below(300) as f64, 10.0 + random.below(200) as f64);
        worth.push(((trust * 2.0 + ease * 6.0) * 10.0) as u64);
        let pick = |list: &[&'static str], x: u64| list[(x % list.len() as u64) as usize];
        let mut initiative = Initiative::new(
            code(i),
            format!("{} {}, {i}", pick(&WHAT, random.below(8)), pick(&WHERE, random.below(8))),
        )
        .domain(pick(&DOMAINS, i))
        .benefit("trust", [trust * 0.5, trust, trust + 3.0])
        .benefit("ease", [ease * 0.7, ease, ease + 2.0])
        .effort("cash", [cash * 800.0, cash * 1000.0, cash * 1900.0])
        .effort("work", work);
        if i % 29 == 28 {
            initiative.efforts.remove("cash");
        } else {
            money += cash * 1100.0 + work * 650.0;
        }
        let team = (i % TEAMS.len() as u64) as usize;
        initiative.teams.insert(TEAMS[team].into(), work);
        days[team] += work;
        initiative.owner = Some(pick(&DOMAINS, i + 1).into());
        if i > 0 && random.below(4) == 0 {
            initiative = initiative.requires([code(random.below(i))]);
        }
        if i % 23 == 5 {
            initiative = initiative.status(Status::UnderWay);
        }
        spec = spec.initiative(initiative);
    }
    if n >= 10 {
        for o in 0..n.div_ceil(20) {
            let needs = [code(random.below(n / 2)), code(n / 2 + random.below(n - n / 2))];
            spec = spec.outcome(
                Outcome::new(format!("O-{o:03}"), format!("Journey {o} repaired"), needs)
                    .benefit("ease", 4.0),
            );
        }
    }
    for s in 0..8_u32 {
        let id = format!("stakeholder-{s}");
        // They know what is good, each with an eye of their own.
        let mut listed: Vec<(u64, u64)> =
            (0..n).map(|i| (worth[i as usize] + random.below(400), i)).collect();
        listed.sort_unstable_by(|a, b| b.cmp(a));
        listed.truncate(40);
        spec = spec
            .stakeholder(Stakeholder::new(id.as_str()).weight(1.0 + f64::from(s)))
            .ballot(Ballot::ranked(id.as_str(), listed.into_iter().map(|(_, i)| code(i))));
    }
    let band = |name: &str, at_least| LevelBand { name: name.into(), at_least };
    spec.strategy(Strategy {
        budget: Some((money / 2.0).round()),
        horizon: Some(12),
        capacities: Capacities {
            teams: TEAMS.iter().zip(days).map(|(team, days)| ((*team).into(), days / 14.0)).collect(),
            ..Capacities::default()
        },
        ..Strategy::default()
    })
    .policy(Policy {
        per: Some(100_000.0),
        levels: vec![band("must", 20.0), band("should", 10.0), band("could", 5.0), band("not now", -1e9)],
        quadrants: Some(QuadrantCuts::At { benefit: 30.0, effort: 250_000.0 }),
        ..Policy::default()
    })
}
