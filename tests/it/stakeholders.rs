//! What the stakeholders of a programme say, together, by ids.

use cxrank::consensus::{Consensus, Rule, Share};
use cxrank::policy::{Policy, Rule as Named, Strength};
use cxrank::programme::{Ballot, Initiative, Programme, ProgrammeSpec, Stakeholder, Status};
use proptest::prelude::*;

use crate::programmes::{frame, programme, shuffled};

fn spec(ballots: &[(&str, &[&str])]) -> ProgrammeSpec {
    let mut spec = frame();
    for code in ["A", "B", "C", "D"] {
        spec = spec.initiative(Initiative::new(code, "").domain(if code < "C" { "left" } else { "right" }));
    }
    for (i, (who, ranking)) in ballots.iter().enumerate() {
        let mut stakeholder = Stakeholder::new(*who).delivers([if i == 0 { "left" } else { "right" }]);
        stakeholder.units = vec![if i == 0 { "north" } else { "south" }.into()];
        spec = spec.stakeholder(stakeholder).ballot(Ballot::ranked(*who, ranking.iter().copied()));
    }
    spec
}

fn groups(consensus: &Consensus<'_>) -> Vec<Vec<String>> {
    consensus.groups().map(|group| group.map(ToString::to_string).collect()).collect()
}

#[test]
fn buy_in_and_splits_name_the_stakeholders() {
    let programme = spec(&[("ann", &["A", "B", "C"]), ("bob", &["C", "B", "A"]), ("cid", &["A", "B", "C"])])
        .build()
        .unwrap();
    let consensus = Consensus::new(&programme).unwrap();
    assert_eq!(groups(&consensus), [["A"], ["B"], ["C"], ["D"]]);
    let buy_in = consensus.buy_in();
    let who: Vec<_> = buy_in.iter().map(|b| (b.stakeholder.to_string(), b.tau_b, b.lost)).collect();
    assert_eq!(
        who,
        [("bob".into(), Some(-1.0), 3), ("ann".into(), Some(1.0), 0), ("cid".into(), Some(1.0), 0)]
    );
    assert_eq!(buy_in[0].worst[0], ("C".into(), "A".into()));
    let splits = consensus.splits(Share::THIRD);
    assert!(splits.iter().all(|split| split.contested), "one third of each pair is opposed");
    let a = &splits[0];
    assert_eq!((a.below.join(" "), a.deliverers, a.all.unwrap() > 0.0), ("bob".into(), Some(1.0), true));
    let units = consensus.unit_buy_in();
    assert_eq!((units[0].unit.as_str(), units[0].tau_b), ("north", Some(1.0)));
    assert_eq!((units[1].unit.as_str(), units[1].tau_b), ("south", Some(0.0)));
}

#[test]
fn why_one_stands_above_the_other() {
    let programme = spec(&[("ann", &["A", "B", "C"]), ("bob", &["C", "B", "A"]), ("cid", &["A", "B", "C"])])
        .build()
        .unwrap();
    let reason =
        |rule| Consensus::by_rule(&programme, rule).unwrap().reason("C", "A").unwrap().unwrap().to_string();
    assert_eq!(
        reason(Rule::named("kemeny", None).unwrap()),
        "A stands above C by kemeny: with C above A the ballots would disagree by 2 more, ann, cid prefer A to C (weight 2), and bob prefers C to A (weight 1) (and one lesser cause)."
    );
    assert!(reason(Rule::named("schulze", None).unwrap()).contains("no way back is as strong as A over C"));
    assert!(reason(Rule::named("ranked-pairs", None).unwrap()).contains("the pairs A over C are locked"));
    assert!(reason(Rule::named("borda", None).unwrap()).contains("against"));
    assert!(Consensus::new(&programme).unwrap().reason("A", "D").unwrap().is_none());
}

#[test]
fn the_top_hangs_on_one_stakeholder() {
    let programme =
        spec(&[("ann", &["A", "B"]), ("bob", &["B", "A"]), ("cid", &["A", "B"])]).build().unwrap();
    let consensus = Consensus::new(&programme).unwrap();
    let dependence = consensus.dependence(1, 100).unwrap();
    let bob = dependence.iter().find(|d| d.stakeholder == "bob").unwrap();
    assert_eq!(bob.higher, Some((2.000_001, vec!["B".into()])));
    assert_eq!((&bob.absent, &bob.lower, bob.complete), (&None, &None, true));
    assert_eq!(consensus.by_all_rules().len(), Rule::ALL.len());
}

#[test]
fn prerequisites_can_bind_the_order_even_over_what_nobody_names() {
    let mut spec = spec(&[("ann", &["A", "C"]), ("bob", &["A", "C"])]);
    // A needs D, which nobody names, and D needs C.
    spec.initiatives[0].requires = vec!["D".into()];
    spec.initiatives[3].requires = vec!["C".into()];
    let programme = spec.build().unwrap();
    let bound = Consensus::new(&programme).unwrap().under_prerequisites().unwrap();
    assert_eq!(bound.ranking, [["C"], ["A"]]);
    assert_eq!((bound.cost, bound.proven), (Some(2.0), Some(true)));
}

#[test]
fn done_initiatives_are_not_ranked_and_signs_are_facts() {
    let mut spec = spec(&[("ann", &["A", "B", "C"])]);
    spec.initiatives[0].status = Status::Done;
    spec.ballots[0] = Ballot::points("ann", [("B", 10.0), ("C", 0.0)]);
    let programme = spec.build().unwrap();
    let consensus = Consensus::new(&programme).unwrap();
    assert_eq!(groups(&consensus), [["B"], ["C"], ["D"]]);
    assert_eq!(consensus.signs()[0].to_string(), "ann gave all points to B.");
    let coverage = consensus.coverage();
    assert_eq!((coverage.power_share, coverage.power_missing), (None, vec!["ann".into()]));
}

#[test]
fn a_rule_and_a_strength_that_do_not_go_together_are_refused() {
    let policy = Policy { rule: Named::Kemeny, strength: Some(Strength::Margin), ..Policy::default() };
    let error = spec(&[]).policy(policy).build().unwrap_err();
    assert_eq!(error.problems()[0].found(), "strength margin with the rule kemeny");
    let policy = Policy { rule: Named::Points, ..Policy::default() };
    let programme = spec(&[("ann", &["A"])]).policy(policy).build().unwrap();
    assert_eq!(Consensus::new(&programme).unwrap_err().code(), "consensus.no-points");
}

proptest! {
    #[test]
    fn the_order_of_writing_does_not_matter((spec, other) in programme().prop_flat_map(|s| { let t = shuffled(&s); (Just(s), t) })) {
        for rule in Rule::ALL.into_iter().filter(|rule| *rule != Rule::Points {}) {
            let bytes = |spec: &ProgrammeSpec| {
                let programme: Programme = spec.clone().build().unwrap();
                let consensus = Consensus::by_rule(&programme, rule).unwrap();
                serde_json::to_string(&consensus.summary()).unwrap()
            };
            prop_assert_eq!(bytes(&spec), bytes(&other));
        }
    }

    #[test]
    fn under_prerequisites_what_is_needed_comes_first(spec in programme()) {
        let programme = spec.build().unwrap();
        let order: Vec<String> = Consensus::new(&programme).unwrap().under_prerequisites().unwrap().ranking.iter().flatten().map(ToString::to_string).collect();
        for (place, code) in order.iter().enumerate() {
            for needed in programme.prerequisites(code) {
                let needed = order.iter().position(|other| needed.code == other.as_str());
                prop_assert!(needed.is_none_or(|needed| needed < place));
            }
        }
    }
}
