//! Uncertainty: what is found in closed form holds, and published runs are repeated.

use cxrank::policy::{Model, Policy};
use cxrank::programme::{Criterion, Estimate, Initiative, Programme, ProgrammeSpec};
use cxrank::rank::Ranking;
use cxrank::uncertainty::{
    GivenDraws, Input, Sensitivity, Values, WeightSpace, efficient_frontier, pareto_layers,
};
use proptest::prelude::*;

/// Three benefits and two efforts, scored at a fine resolution, so that rounding of inputs does not hide a hair.
fn spec(rows: &[[i32; 5]], model: Model) -> ProgrammeSpec {
    let mut spec = ProgrammeSpec::new("random")
        .policy(Policy { model, ..Policy::default() })
        .criterion(Criterion::benefit("a", 50.0, 0.0, 20.0).worst(-20.0))
        .criterion(Criterion::benefit("b", 30.0, 0.0, 10.0))
        .criterion(Criterion::benefit("c", 20.0, 10.0, 0.0))
        .criterion(Criterion { full: Some(50.0), weight: Some(40.0), ..Criterion::effort("e", 2.0) })
        .criterion(Criterion { full: Some(50.0), weight: Some(10.0), ..Criterion::effort("f", 3.0) });
    spec.strategy.benefit_price = Some(7.0);
    for (i, [a, b, c, e, f]) in rows.iter().enumerate() {
        spec = spec.initiative(
            Initiative::new(format!("I{i:02}"), "")
                .benefit("a", *a)
                .benefit("b", *b)
                .benefit("c", *c)
                .effort("e", *e)
                .effort("f", *f),
        );
    }
    spec
}

fn with(spec: &ProgrammeSpec, input: &Input, to: f64) -> ProgrammeSpec {
    let mut spec = spec.clone();
    match input {
        Input::Benefit { code, criterion } => {
            let initiative = spec.initiatives.iter_mut().find(|i| i.code == *code).unwrap();
            initiative.benefits.insert(criterion.clone(), Estimate::Number(to));
        }
        Input::Effort { code, criterion } => {
            let initiative = spec.initiatives.iter_mut().find(|i| i.code == *code).unwrap();
            initiative.efforts.insert(criterion.clone(), Estimate::Number(to));
        }
        Input::Weight { criterion } => {
            spec.criteria.iter_mut().find(|c| c.id == *criterion).unwrap().weight = Some(to);
        }
        Input::Price { criterion } => {
            spec.criteria.iter_mut().find(|c| c.id == *criterion).unwrap().price = Some(to);
        }
        other => panic!("{other:?}"),
    }
    spec
}

fn score(programme: &Programme, code: &str) -> f64 {
    Ranking::new(programme).unwrap().get(code).unwrap().score
}

fn rows() -> impl Strategy<Value = Vec<[i32; 5]>> {
    let row = (-20..=20i32, 0..=10i32, 0..=10i32, 1..=50i32, 1..=50i32);
    prop::collection::vec(row.prop_map(|(a, b, c, e, f)| [a, b, c, e, f]), 2..6)
}

fn model() -> impl Strategy<Value = Model> {
    prop::sample::select(vec![Model::BenefitCost, Model::NetBenefit, Model::WeightedSum])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_swap_really_swaps_and_a_hair_less_does_not(rows in rows(), model in model()) {
        let spec = spec(&rows, model);
        let programme = spec.clone().build().unwrap();
        let ranking = Ranking::new(&programme).unwrap();
        let codes: Vec<_> = ranking.codes().cloned().collect();
        let sensitivity = Sensitivity::new(&programme).unwrap();
        for (k, upper) in codes.iter().enumerate() {
            for lower in &codes[k + 1..] {
                if score(&programme, upper) == score(&programme, lower) {
                    continue;
                }
                for change in sensitivity.swaps(lower, upper).unwrap() {
                    // Inputs are rounded to six decimals, so a hair is more than that, and what is less than two hairs away is not tried.
                    let hair = 4e-6 * change.to.abs().max(1.0);
                    let (from, to) = (change.from, change.to);
                    if (to - from).abs() < 2.0 * hair || to > 1e8 {
                        continue;
                    }
                    let step = if to > from { hair } else { -hair };
                    let less = with(&spec, &change.input, to - step).build().unwrap();
                    prop_assert!(score(&less, upper) > score(&less, lower), "{change:?}");
                    // Beyond the end of a scale nothing can be.
                    if let Ok(more) = with(&spec, &change.input, to + step).build() {
                        prop_assert!(score(&more, upper) < score(&more, lower), "{change:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_top_is_the_same_inside_its_interval_and_another_outside(rows in rows(), model in model(), top in 1usize..5) {
        let spec = spec(&rows, model);
        let programme = spec.clone().build().unwrap();
        let n = programme.initiatives().len();
        let top = top.min(n);
        let first = |programme: &Programme| {
            let ranking = Ranking::new(programme).unwrap();
            let mut set: Vec<_> = ranking.codes().take(top).cloned().collect();
            set.sort();
            // A tie at the border has no one set.
            let lines: Vec<_> = ranking.lines().collect();
            (set, top == n || lines[top - 1].rank != lines[top].rank)
        };
        let (set, clear) = first(&programme);
        prop_assume!(clear);
        let whole: f64 = spec.criteria.iter().filter(|c| c.is_benefit() || model == Model::WeightedSum).filter_map(|c| c.weight).sum();
        for interval in Sensitivity::new(&programme).unwrap().weight_stability(top).unwrap() {
            // Away from the ends by what inputs are rounded to; the price of benefit counts the sum of weights under net benefit, so there others stay.
            let criterion = programme.criterion(&interval.criterion).unwrap().clone();
            let price = criterion.price.is_some() && model != Model::WeightedSum;
            let at = |share: f64| {
                let rest = whole - criterion.weight.unwrap_or(0.0);
                if price { share } else { share * rest / (1.0 - share) }
            };
            let input = if price { Input::Price { criterion: criterion.id.clone() } } else { Input::Weight { criterion: criterion.id.clone() } };
            for (end, other, exchange) in [(interval.low, -1.0, &interval.at_low), (interval.high, 1.0, &interval.at_high)] {
                if exchange.is_none() || at(end) > 1e6 {
                    continue;
                }
                let hair = 4e-6 * at(end).max(1.0) * other;
                let inside = with(&spec, &input, at(end) - hair);
                let beyond = with(&spec, &input, at(end) + hair);
                if (at(end) - at(interval.share)).abs() > 3.0 * hair.abs() {
                    prop_assert_eq!(&first(&inside.build().unwrap()).0, &set, "{:?}", interval);
                }
                if let Ok(beyond) = beyond.build() {
                    prop_assert_ne!(&first(&beyond).0, &set, "{:?}", interval);
                }
            }
        }
    }

    #[test]
    fn what_is_surely_above_is_above_in_every_admissible_case(rows in rows(), spreads in prop::collection::vec((0..4i32, 0..4i32), 6), points in prop::collection::vec(0.0f64..1.0, 40)) {
        let mut spec = spec(&rows, Model::BenefitCost);
        for (initiative, (less, more)) in spec.initiatives.iter_mut().zip(&spreads) {
            let Some(Estimate::Number(e)) = initiative.efforts.get("e").cloned() else { panic!() };
            initiative.efforts.insert("e", [(e - f64::from(*less)).max(1.0), e, e + f64::from(*more)]);
        }
        let programme = spec.clone().build().unwrap();
        let sensitivity = Sensitivity::new(&programme).unwrap();
        let mut points = points.into_iter().cycle();
        // A case inside: any effort in its range, any weights.
        let mut case = spec.clone();
        for initiative in &mut case.initiatives {
            if let Some(Estimate::Range(range)) = initiative.efforts.get("e").cloned() {
                let x = range[0] + (range[2] - range[0]) * points.next().unwrap();
                initiative.efforts.insert("e", x);
            }
        }
        for criterion in case.criteria.iter_mut().filter(|c| c.is_benefit()) {
            criterion.weight = Some(0.01 + points.next().unwrap());
        }
        let case = case.build().unwrap();
        for a in programme.initiatives() {
            for b in programme.initiatives() {
                if sensitivity.surely_above(&a.code, &b.code, &WeightSpace::Simplex).unwrap() {
                    prop_assert!(score(&case, &a.code) > score(&case, &b.code));
                }
            }
        }
    }
}

/// The published cases, where they are there.
fn cases() -> Option<(serde_json::Value, std::path::PathBuf)> {
    let shared = std::env::var_os("CXRANK_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        std::path::PathBuf::from,
    );
    let folder = shared.join("cases");
    match std::fs::read_to_string(folder.join("value_and_uncertainty.json")) {
        Ok(text) => Some((serde_json::from_str(&text).unwrap(), folder)),
        Err(_) => {
            println!("skipped: no shared cases");
            None
        }
    }
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    match value.as_array() {
        Some(list) => list.iter().flat_map(numbers).collect(),
        None => value.as_f64().into_iter().collect(),
    }
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (x, y) in found.iter().zip(expected) {
        assert!((x - y).abs() <= tolerance, "{found:?} {expected:?}");
    }
}

fn read_doubles(path: &std::path::Path) -> Vec<f64> {
    let bytes = std::fs::read(path).unwrap();
    bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect()
}

#[test]
fn published_runs_frontier_and_dominance() {
    let Some((cases, folder)) = cases() else { return };
    let mut seen = 0;
    for case in cases.as_array().unwrap() {
        let field = |name: &str| numbers(&case[name]);
        let tolerance = case["tolerance"].as_f64().unwrap();
        let pairs = || field("matrix").chunks_exact(2).map(|p| [p[1], p[0]]).collect::<Vec<_>>();
        match case["name"].as_str().unwrap() {
            "smaa_thrombo_nopref" => {
                let weights = read_doubles(&folder.join("data/thrombo_weights.f64le"));
                let values = read_doubles(&folder.join("data/thrombo_meas.f64le"));
                let draws = GivenDraws { items: 2, criteria: 3, weights: &weights, values: Values::PerDraw(&values) };
                let found = draws.acceptability().unwrap();
                let ranks: Vec<f64> = (0..2).flat_map(|i| [1, 2].map(|r| found.rank(i, r))).collect();
                close(&ranks, &field("expected_scores"), tolerance);
                let central: Vec<f64> = (0..2).flat_map(|i| found.central_weights(i).unwrap().to_vec()).collect();
                close(&central, &numbers(&case["rederived"]["cw"]), 1e-9);
                let confidence: Vec<f64> = (0..2).map(|i| found.confidence(i).unwrap()).collect();
                close(&confidence, &field("expected_confidence_factors"), 1e-9);
                let winning = [found.winning(0, 1).unwrap(), found.winning(1, 0).unwrap()];
                close(&winning, &[0.3504, 0.6496], 1e-9);
                close(&[draws.ranking_entropy().unwrap()], &[case["rederived"]["entropy"].as_f64().unwrap()], 1e-9);
            }
            "smaa_never_first_na" => {
                let third = 1.0 / 3.0;
                let found = GivenDraws { items: 2, criteria: 3, weights: &[third; 3], values: Values::Fixed(&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]) };
                let found = found.acceptability().unwrap();
                close(found.central_weights(0).unwrap(), &[third; 3], tolerance);
                assert_eq!((found.confidence(0), found.central_weights(1), found.confidence(1)), (Some(1.0), None, None));
            }
            "smaa_pwi_tiny" => {
                let mut values = [1.0, 0.0].repeat(9);
                values.extend([0.0, 1.0]);
                let found = GivenDraws { items: 2, criteria: 1, weights: &[1.0; 10], values: Values::PerDraw(&values) };
                let found = found.acceptability().unwrap();
                close(&[found.winning(0, 1).unwrap(), found.winning(1, 0).unwrap()], &[0.9, 0.1], tolerance);
            }
            "pareto_duplicates_kept" => {
                let points: Vec<[f64; 2]> = field("matrix").chunks_exact(2).map(|p| [-p[0], p[1]]).collect();
                let layers = pareto_layers(&points);
                let all: Vec<f64> = layers.iter().map(|&l| f64::from(u8::from(l == 0))).collect();
                close(&all, &field("expected_scores_keep_duplicates"), tolerance);
                let once: Vec<f64> = (0..6).map(|i| if points[..i].contains(&points[i]) { 0.0 } else { all[i] }).collect();
                close(&once, &field("expected_scores"), tolerance);
            }
            "efficient_frontier_va_herc" => {
                let frontier = efficient_frontier(&pairs());
                let names: Vec<_> = frontier.iter().map(|&(i, _)| case["alternatives"][i].clone()).collect();
                assert_eq!(names, *case["expected_frontier"].as_array().unwrap());
                let ratios: Vec<f64> = frontier.iter().filter_map(|x| x.1).collect();
                close(&ratios, &field("expected_incremental_ratio"), tolerance);
                let layers = pareto_layers(&pairs());
                let status = |i: usize| {
                    if layers[i] > 0 { "D" } else if frontier.iter().any(|x| x.0 == i) { "ND" } else { "ED" }
                };
                let status: Vec<_> = (0..6).map(status).collect();
                assert_eq!(serde_json::json!(status), case["expected_status"]);
            }
            "bcr_vs_knapsack_autocase2016" => {
                let ratios: Vec<f64> = pairs().iter().map(|[cost, benefit]| benefit / cost).collect();
                close(&ratios, &field("expected_scores"), tolerance);
            }
            _ => continue,
        }
        seen += 1;
    }
    assert_eq!(seen, 6);
}
