//! Sequence and portfolio: laws on random programmes, published optima, and what real cities funded.

use std::path::PathBuf;

use cxrank::formats::{nrp, pabulib};
use cxrank::portfolio::{
    BestValue, Budget, Candidates, Completion, EqualShares, Greedy, Order, Portfolio, Satisfaction,
    WhenTooBig, verify,
};
use cxrank::programme::{
    Constraints, Criterion, Id, Initiative, NeedsAny, Outcome, Programme, ProgrammeSpec, Status,
};
use cxrank::sequence::Sequence;
use proptest::prelude::*;
use serde_json::Value;

use crate::programmes::programme;

/// The folder of test inputs, or a message that it is not there.
fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CXRANK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(folder);
    if !path.exists() {
        println!("skipped: no {}", path.display());
    }
    path.exists().then_some(path)
}

fn json(path: PathBuf) -> Vec<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn shipped() -> Programme {
    Programme::from_json(include_str!("../../examples/data/retail_bank.json")).unwrap()
}

proptest! {
    #[test]
    fn a_sequence_keeps_what_it_promises(spec in programme(), factor in 1..5u32) {
        let programme = spec.clone().build().unwrap();
        let Ok(sequence) = Sequence::new(&programme) else { return Ok(()) };
        // Everything open is in the order or left out, once.
        let mut seen: Vec<&Id> = sequence.order().iter().chain(sequence.left_out().iter().map(|l| &l.id)).collect();
        seen.retain(|id| programme.initiative(id).is_some());
        seen.sort();
        prop_assert!(seen.into_iter().eq(programme.initiatives().iter().map(|i| &i.code)));
        // What is needed comes first.
        for (k, code) in sequence.order().iter().enumerate() {
            for needed in programme.prerequisites(code) {
                prop_assert!(needed.status == Status::Done || sequence.order()[..k].contains(&needed.code));
            }
        }
        // Density falls; the batches are the order; the bound holds.
        let batches = sequence.batches();
        let densities: Vec<f64> = batches.iter().map(|b| b.density.unwrap_or(if b.benefit >= 0.0 { f64::INFINITY } else { f64::NEG_INFINITY })).collect();
        prop_assert!(densities.windows(2).all(|d| d[0] > d[1] || (d[0] - d[1]).abs() < 1e-9 * d[0].abs()));
        prop_assert!(batches.iter().flat_map(|b| &b.initiatives).eq(sequence.order()));
        prop_assert!(sequence.lower_bound() <= sequence.cost() && sequence.proven() == (sequence.lower_bound() == sequence.cost()));
        // Written in another order, and in other units, it is the same.
        let mut turned = spec.clone();
        turned.initiatives.reverse();
        turned.outcomes.reverse();
        for criterion in &mut turned.criteria {
            criterion.price = criterion.price.map(|price| price * f64::from(factor));
        }
        let turned = turned.build().unwrap();
        let again = Sequence::new(&turned).unwrap();
        prop_assert_eq!(again.order(), sequence.order());
        prop_assert!(again.batches().iter().map(|b| &b.outcomes).eq(batches.iter().map(|b| &b.outcomes)));
    }

    #[test]
    fn every_portfolio_passes_the_check(spec in programme(), share in 0..=10u32) {
        let programme = spec.build().unwrap();
        let Ok(candidates) = Candidates::new(&programme) else { return Ok(()) };
        let budget = Budget::Ratio(format!("{}", f64::from(share) / 10.0));
        let best = candidates.select(BestValue::default(), &budget).unwrap();
        prop_assert!(best.proven);
        prop_assert_eq!(verify(&best, &programme), []);
        for rule in [Order::Benefit, Order::Density] {
            for when_too_big in [WhenTooBig::Skip, WhenTooBig::Stop] {
                let greedy = candidates.select(Greedy { order: rule, when_too_big, satisfaction: None }, &budget).unwrap();
                prop_assert_eq!(verify(&greedy, &programme), []);
                prop_assert!(greedy.benefit <= best.benefit && best.benefit <= greedy.upper_bound);
            }
        }
        if !programme.ballots().is_empty() {
            for satisfaction in [Satisfaction::Cost, Satisfaction::Cardinality, Satisfaction::Borda] {
                for completion in [Completion::None, Completion::Add1] {
                    let shares = candidates.select(EqualShares { satisfaction, completion }, &budget).unwrap();
                    prop_assert_eq!(verify(&shares, &programme), []);
                    // Nobody pays more than their share.
                    let total: f64 = programme.ballots().iter().map(|b| weight(&programme, &b.stakeholder)).sum();
                    for ballot in programme.ballots() {
                        let paid: f64 = shares.purchases.iter().flat_map(|p| &p.payments).filter(|p| p.stakeholder == ballot.stakeholder).map(|p| p.amount).sum();
                        let most = weight(&programme, &ballot.stakeholder) / total * shares.budget;
                        prop_assert!(completion == Completion::Add1 || paid <= most * (1.0 + 1e-9));
                    }
                }
            }
        }
        // At a corner of the frontier its batches are the best there is.
        let sequence = Sequence::new(&programme).unwrap();
        for corner in sequence.frontier().iter().take(3) {
            let there = candidates.select(BestValue::default(), &Budget::Amount(corner.budget)).unwrap();
            prop_assert!((there.benefit - corner.benefit).abs() <= 1e-9 * corner.benefit);
        }
    }
}

fn weight(programme: &Programme, stakeholder: &str) -> f64 {
    programme.stakeholder(stakeholder).and_then(|s| s.weight).unwrap_or(1.0)
}

#[test]
fn the_shipped_programme_has_batches_prices_and_a_next_step() {
    let programme = shipped();
    let sequence = Sequence::new(&programme).unwrap();
    assert!(sequence.proven());
    assert!(sequence.batches().iter().any(|b| b.initiatives.len() >= 5 && !b.outcomes.is_empty()));
    let candidates = Candidates::new(&programme).unwrap();
    let best = candidates.select(BestValue::default(), &Budget::Declared).unwrap();
    assert!(best.proven && best.roi.is_some());
    assert_eq!(verify(&best, &programme), []);
    for price in candidates.prices(&best, BestValue::default()).unwrap() {
        // A price is what a selection that is made to decide so loses.
        let mut spec = programme.spec().clone();
        let constraints = &mut spec.strategy.constraints;
        let list = if price.selected { &mut constraints.excluded } else { &mut constraints.mandatory };
        list.push(price.code.clone());
        let forced = spec.build().unwrap();
        let forced = Candidates::new(&forced).unwrap().select(BestValue::default(), &Budget::Declared);
        match forced {
            Ok(forced) => assert!((best.benefit - forced.benefit - price.loss).abs() < 1e-6, "{price:?}"),
            Err(_) => assert!(!price.possible),
        }
    }
    let next = candidates.next(&best, 0.1, BestValue::default()).unwrap();
    assert!(next.gain > 0.0 && !next.added.is_empty());
    let baseline: Vec<Id> = programme
        .initiatives()
        .iter()
        .filter(|i| i.status == Status::UnderWay)
        .map(|i| i.code.clone())
        .collect();
    let near = candidates.near(&Budget::Declared, &baseline, 20, BestValue::default()).unwrap();
    assert!(near.windows(2).all(|n| n[0].changes < n[1].changes && n[0].benefit < n[1].benefit));
    assert!((near.last().unwrap().benefit - best.benefit).abs() < 1e-9);
}

/// Four initiatives of 5, 4, 3, 2 points at 10 each; B needs A.
fn four(constraints: Constraints) -> ProgrammeSpec {
    let mut spec = ProgrammeSpec::new("four")
        .criterion(Criterion::benefit("ease", 10.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0))
        .outcome(Outcome::new("O", "all", ["C", "D"]).benefit("ease", 1.0));
    for (code, points) in [("A", 5.0), ("B", 4.0), ("C", 3.0), ("D", 2.0)] {
        let initiative = Initiative::new(code, code).benefit("ease", points).effort("work", 10.0);
        spec = spec.initiative(if code == "B" { initiative.requires(["A"]) } else { initiative });
    }
    spec.strategy.constraints = constraints;
    spec
}

fn ids(codes: &[&str]) -> Vec<Id> {
    codes.iter().map(|&code| code.into()).collect()
}

fn best(constraints: Constraints, budget: f64) -> Result<Portfolio, cxrank::Error> {
    let programme = four(constraints).build()?;
    let portfolio = Candidates::new(&programme)?.select(BestValue::default(), &Budget::Amount(budget))?;
    assert_eq!(verify(&portfolio, &programme), []);
    Ok(portfolio)
}

#[test]
fn constraints_are_kept() {
    let selected = |constraints, budget| best(constraints, budget).unwrap().selected;
    let none = Constraints::default;
    assert_eq!(selected(none(), 20.0), ids(&["A", "B"]));
    assert_eq!(selected(Constraints { mandatory: ids(&["D"]), ..none() }, 20.0), ids(&["A", "D"]));
    assert_eq!(selected(Constraints { excluded: ids(&["A"]), ..none() }, 20.0), ids(&["C", "D"]));
    assert_eq!(selected(Constraints { together: vec![ids(&["A", "C", "D"])], ..none() }, 20.0), ids(&[]));
    assert_eq!(
        selected(Constraints { exactly_one: vec![ids(&["C", "D"])], ..none() }, 20.0),
        ids(&["A", "C"])
    );
    assert_eq!(
        selected(Constraints { at_most_one: vec![ids(&["A", "C"])], ..none() }, 40.0),
        ids(&["A", "B", "D"])
    );
    let needs_any = vec![NeedsAny { initiative: "A".into(), of: ids(&["C", "D"]) }];
    assert_eq!(selected(Constraints { needs_any, ..none() }, 20.0), ids(&["A", "C"]));
}

#[test]
fn what_cannot_be_is_refused_with_code_and_path() {
    let refused = |constraints, budget| {
        let error = best(constraints, budget).unwrap_err();
        let problem = &error.problems()[0];
        (problem.code(), problem.path().to_string(), problem.found())
    };
    let none = Constraints::default;
    assert_eq!(refused(none(), -1.0), ("portfolio.negative-budget", "budget".into(), "-1".into()));
    assert_eq!(refused(none(), f64::NAN), ("portfolio.budget-not-finite", "budget".into(), "NaN".into()));
    assert_eq!(refused(none(), 1e300).0, "portfolio.budget-beyond-resolution");
    assert_eq!(refused(none(), 1e-300).0, "portfolio.budget-beyond-resolution");
    let both = Constraints { mandatory: ids(&["B", "C"]), excluded: ids(&["C"]), ..none() };
    assert_eq!(
        refused(both, 20.0),
        (
            "portfolio.contradiction",
            "strategy.constraints.mandatory[1]".into(),
            "C, both mandatory and excluded".into()
        )
    );
    let by_need = Constraints { mandatory: ids(&["B"]), excluded: ids(&["A"]), ..none() };
    assert_eq!(refused(by_need, 20.0).0, "portfolio.contradiction");
    assert_eq!(
        refused(Constraints { mandatory: ids(&["B"]), ..none() }, 15.0),
        (
            "portfolio.mandatory-too-dear",
            "strategy.constraints.mandatory".into(),
            "mandatory initiatives, with what they need, 5 above the budget".into()
        )
    );
    let programme = four(none()).build().unwrap();
    let candidates = Candidates::new(&programme).unwrap();
    let code = |rule: EqualShares, budget: Budget| candidates.select(rule, &budget).unwrap_err().code();
    assert_eq!(code(EqualShares::default(), Budget::Declared), "portfolio.no-budget");
    assert_eq!(code(EqualShares::default(), Budget::Amount(1.0)), "portfolio.no-ballots");
    assert_eq!(code(EqualShares::default(), Budget::Ratio("1.5".into())), "portfolio.ratio");
}

#[test]
fn published_orders_and_selections_are_exact() {
    let Some(path) = shared("cases/order_exact.json") else { return };
    for case in json(path) {
        let number = |list: &str, i: usize| case[list][i].as_f64().unwrap();
        let code = |i: usize| Id::from(format!("I{i:02}"));
        let n = case["n"].as_u64().unwrap() as usize;
        let mut spec = ProgrammeSpec::new("case")
            .criterion(Criterion::benefit("b", 100.0, 0.0, 100.0))
            .criterion(Criterion::effort("e", 1.0));
        for i in 0..n {
            let needs: Vec<Id> = case["requires"][i]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| code(p.as_u64().unwrap() as usize))
                .collect();
            let initiative =
                Initiative::new(code(i), "").benefit("b", number("weight", i)).effort("e", number("time", i));
            spec = spec.initiative(initiative.requires(needs));
        }
        let programme = spec.build().unwrap();
        let sequence = Sequence::new(&programme).unwrap();
        assert!(sequence.proven());
        assert!((sequence.cost() - case["opt_sum_wC"].as_f64().unwrap()).abs() < 1e-6, "{case}");
        let candidates = Candidates::new(&programme).unwrap();
        for selection in case["selection"].as_array().unwrap() {
            let budget = Budget::Amount(selection["budget"].as_f64().unwrap());
            let best = candidates.select(BestValue::default(), &budget).unwrap();
            assert!(best.proven && (best.benefit - selection["best_benefit"].as_f64().unwrap()).abs() < 1e-9);
        }
    }
}

#[test]
fn release_problems_reach_their_optima() {
    let Some(folder) = shared("data/nrp") else { return };
    for case in json(folder.join("optima.json")) {
        let file = std::fs::File::open(folder.join(case["file"].as_str().unwrap())).unwrap();
        let candidates = Candidates::of_release(&nrp::read(file, &nrp::Limits::default()).unwrap()).unwrap();
        let ratio = Budget::Ratio(case["ratio"].to_string());
        let best = candidates.select(BestValue::default(), &ratio).unwrap();
        assert_eq!(Some(best.budget), case["budget"].as_f64(), "{case}");
        assert_eq!((Some(best.benefit), best.proven), (case["optimum"].as_f64(), true), "{case}");
    }
}

struct City {
    file: String,
    election: pabulib::Election,
    candidates: Candidates<'static>,
}

impl City {
    fn read(path: &std::path::Path) -> City {
        let (mut tally, mut profile) = (pabulib::Tally::default(), pabulib::Profile::default());
        let file = std::fs::File::open(path).unwrap();
        let election = pabulib::read(file, &pabulib::Limits::default(), |election, ballot| {
            tally.add(ballot);
            profile.add(election.vote_type, ballot);
        });
        let election = election.unwrap();
        let candidates = Candidates::of_election(&election, &tally, &profile).unwrap();
        City { file: path.file_name().unwrap().to_string_lossy().into_owned(), election, candidates }
    }
}

#[test]
fn real_elections_come_out_as_the_cities_and_pabutools_have_them() {
    let Some(folder) = shared("data/pabulib") else { return };
    let (mut by_city, mut by_pabutools) = (0, 0);
    for case in json(folder.join("pabutools.json")) {
        let city = City::read(&folder.join(case["file"].as_str().unwrap()));
        let select =
            |rule: cxrank::portfolio::Rule| city.candidates.select(rule, &Budget::Declared).unwrap().selected;
        let projects = &city.election.projects;
        if let (Some(rule), true) = (city.election.city_rule(), projects.iter().any(|p| p.selected.is_some()))
        {
            let greedy =
                Greedy { order: Order::Benefit, when_too_big: rule.when_too_big, satisfaction: None };
            let funded = projects.iter().filter(|p| p.selected == Some(1)).map(|p| Id::from(p.id.as_str()));
            assert_eq!(select(greedy.into()), funded.collect::<Vec<_>>(), "{}", city.file);
            by_city += 1;
        }
        for (name, satisfaction) in [
            ("cost", Satisfaction::Cost),
            ("cardinality", Satisfaction::Cardinality),
            ("points", Satisfaction::Points),
            ("borda", Satisfaction::Borda),
        ] {
            let expected = |rule: &str| -> Option<Vec<Id>> {
                let list = case.get(format!("{rule}_{name}"))?.as_array()?;
                Some(list.iter().map(|id| id.as_str().unwrap().into()).collect())
            };
            if let Some(expected) = expected("greedy") {
                let greedy = Greedy { satisfaction: Some(satisfaction), ..Greedy::default() };
                assert_eq!(select(greedy.into()), expected, "greedy {} {name}", city.file);
            }
            if let Some(expected) = expected("equal_shares") {
                let shares = EqualShares { satisfaction, completion: Completion::None };
                assert_eq!(select(shares.into()), expected, "{} {name}", city.file);
                by_pabutools += 1;
            }
        }
    }
    println!("{by_city} as the cities, {by_pabutools} as pabutools");
    assert!(by_city > 0 && by_pabutools > 0);
}
