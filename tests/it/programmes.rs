//! Random programmes: small numbers with many ties, gaps, prerequisites, ballots.

use cxrank::programme::{
    Ballot, Criterion, Estimate, Initiative, Outcome, ProgrammeSpec, Stakeholder, Status, Unranked,
};
use proptest::prelude::*;

/// Two benefit criteria (a span of 20 with values below zero; three levels) and two efforts with prices.
pub(crate) fn frame() -> ProgrammeSpec {
    ProgrammeSpec::new("random")
        .effort_unit("EUR")
        .criterion(Criterion::benefit("trust", 40.0, 0.0, 20.0).worst(-10.0).unit("NPS points"))
        .criterion(Criterion::benefit_levels("ease", 60.0, [("none", 0.0), ("some", 0.3), ("much", 1.0)]))
        .criterion(Criterion::effort("cash", 1.0).unit("EUR"))
        .criterion(Criterion::effort("work", 650.0).unit("person-day"))
}

fn trust() -> impl Strategy<Value = Estimate> {
    prop_oneof![
        1 => Just(Estimate::Missing),
        6 => (-10..=20).prop_map(Estimate::from),
        2 => prop::array::uniform3(-100..=200i32).prop_map(|mut x| { x.sort_unstable(); Estimate::from(x.map(|x| f64::from(x) / 10.0)) }),
    ]
}

fn ease() -> impl Strategy<Value = Estimate> {
    prop::sample::select(vec!["none", "some", "some", "much", ""]).prop_map(|level| match level {
        "" => Estimate::Missing,
        level => level.into(),
    })
}

/// Multiples of four, so that a quarter is exact too.
fn effort() -> impl Strategy<Value = Estimate> {
    prop_oneof![
        1 => Just(Estimate::Missing),
        1 => Just(Estimate::Number(0.0)),
        6 => (0..=9).prop_map(|x| Estimate::Number(f64::from(x) * 4.0)),
        2 => prop::array::uniform3(0..=20i32).prop_map(|mut x| { x.sort_unstable(); Estimate::from(x.map(|x| f64::from(x) * 4.0)) }),
    ]
}

fn status() -> impl Strategy<Value = Status> {
    use Status::{Cancelled, Done, NotDoing, Planned, Proposed, UnderWay};
    prop_oneof![8 => Just(Proposed), 1 => Just(Planned), 1 => Just(UnderWay), 1 => Just(Done), 1 => Just(Cancelled), 1 => Just(NotDoing)]
}

/// An initiative without prerequisites.
pub(crate) fn initiative(code: String) -> impl Strategy<Value = Initiative> {
    (trust(), ease(), effort(), effort(), status()).prop_map(move |(trust, ease, cash, work, status)| {
        Initiative::new(code.as_str(), format!("Initiative {code}"))
            .benefit("trust", trust)
            .benefit("ease", ease)
            .effort("cash", cash)
            .effort("work", work)
            .status(status)
    })
}

fn ballot(stakeholder: String, n: usize) -> impl Strategy<Value = Ballot> {
    let place = prop::option::weighted(0.7, 0..n);
    (prop::collection::vec(place, n), any::<bool>(), any::<bool>()).prop_map(
        move |(places, ignored, points)| {
            let listed = |k: usize| (0..n).filter(|&i| places[i] == Some(k)).map(code).collect::<Vec<_>>();
            let mut ballot = if points {
                let points = (0..n).filter_map(|i| Some((code(i), places[i]? as f64)));
                Ballot::points(stakeholder.as_str(), points.collect::<Vec<_>>())
            } else {
                Ballot::groups(
                    stakeholder.as_str(),
                    (0..n).map(listed).filter(|group| !group.is_empty()).collect::<Vec<_>>(),
                )
            };
            ballot.unranked = if ignored { Unranked::Ignored } else { Unranked::Last };
            ballot
        },
    )
}

fn code(i: usize) -> String {
    format!("I{i:02}")
}

/// A valid programme of 1 to 9 initiatives; each may need those with lower codes.
pub(crate) fn programme() -> impl Strategy<Value = ProgrammeSpec> {
    (1..10usize, 0..4usize).prop_flat_map(|(n, voters)| {
        let initiatives: Vec<_> = (0..n).map(|i| initiative(code(i))).collect();
        let needs = prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), n);
        let ballots: Vec<_> = (0..voters).map(|v| ballot(format!("S{v}"), n)).collect();
        let weights = prop::collection::vec(1..5u8, voters);
        (initiatives, needs, ballots, weights).prop_map(|(initiatives, needs, ballots, weights)| {
            let mut spec = frame();
            for (i, (initiative, needs)) in initiatives.into_iter().zip(needs).enumerate() {
                let needs =
                    if i == 0 { vec![] } else { needs.into_iter().map(|x| code(x.index(i))).collect() };
                spec = spec.initiative(initiative.requires(needs));
            }
            if spec.initiatives.len() > 2 {
                spec = spec.outcome(Outcome::new("O-1", "Repaired", [code(0), code(2)]).benefit("trust", 5));
            }
            for (ballot, weight) in ballots.into_iter().zip(weights) {
                spec = spec
                    .stakeholder(Stakeholder::new(&ballot.stakeholder).weight(f64::from(weight)))
                    .ballot(ballot);
            }
            spec
        })
    })
}

/// The same programme written in another order.
pub(crate) fn shuffled(spec: &ProgrammeSpec) -> impl Strategy<Value = ProgrammeSpec> + use<> {
    let spec = spec.clone();
    (
        Just(spec.initiatives.clone()).prop_shuffle(),
        Just(spec.criteria.clone()).prop_shuffle(),
        Just(spec.stakeholders.clone()).prop_shuffle(),
        Just(spec.ballots.clone()).prop_shuffle(),
    )
        .prop_map(move |(initiatives, criteria, stakeholders, ballots)| {
            let mut other = ProgrammeSpec { initiatives, criteria, stakeholders, ballots, ..spec.clone() };
            other.initiatives.iter_mut().for_each(|i| i.requires.reverse());
            other.ballots.iter_mut().flat_map(|b| &mut b.ranking).for_each(|group| group.reverse());
            other
        })
}
