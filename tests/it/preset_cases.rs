//! Published worked examples of the presets and the elicitation, read from the shared cases where they are there.

use cxrank::score::elicit::{AhpWeights, ComparisonMatrix, ThreePoint, given, rank_order_centroid, swing};
use cxrank::score::presets::*;
use cxrank::score::{Assessment, InputError, InputFault};
use serde_json::Value;

use crate::shared::shared;
use std::collections::BTreeMap;

/// The cases of a file by their id, or `None`, said aloud.
fn cases(file: &str) -> Option<BTreeMap<String, Value>> {
    let shared = shared()?;
    let text = std::fs::read_to_string(shared.join("cases").join(file)).unwrap();
    let Value::Array(cases) = serde_json::from_str(&text).unwrap() else { panic!("{file}: not a list") };
    Some(cases.into_iter().map(|case| (case["id"].as_str().unwrap().to_owned(), case)).collect())
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(rows: &Value) -> Vec<Vec<f64>> {
    rows.as_array().unwrap().iter().map(numbers).collect()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn items(case: &Value) -> &[Value] {
    case["items"].as_array().unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "found {found}, expected {expected}");
}

#[track_caller]
fn all_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        close(*found, *expected, tolerance);
    }
}

/// The scores by id, and the ids from best to worst, are those of the case.
#[track_caller]
fn expect_scores(case: &Value, tolerance: f64, score: impl Fn(&Value) -> f64) {
    let mut found: Vec<(&str, f64)> =
        items(case).iter().map(|item| (item["id"].as_str().unwrap(), score(item))).collect();
    for (id, score) in &found {
        close(*score, case["expected"]["scores"][id].as_f64().unwrap(), tolerance);
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let ranking: Vec<_> = found.iter().map(|(id, _)| *id).collect();
    assert_eq!(ranking, strings(&case["expected"]["ranking"]));
}

fn value<const N: usize>(preset: &impl Preset<N>) -> f64 {
    preset.score().unwrap().scored().unwrap().value()
}

fn wsjf(item: &Value) -> Wsjf {
    Wsjf {
        user_business_value: item["user_business_value"].as_f64(),
        time_criticality: item["time_criticality"].as_f64(),
        risk_reduction_opportunity: item["risk_reduction_opportunity"].as_f64(),
        job_size: item["job_size"].as_f64(),
    }
}

/// One check per case of `prioritization.json`.
#[test]
fn prioritization() {
    let Some(cases) = cases("prioritization.json") else { return };
    for (id, case) in &cases {
        match id.as_str() {
            "ahp_01_karlsson_ryan_1997" => karlsson_and_ryan(case),
            "ahp_03_not_reciprocal_must_reject" => not_reciprocal(case),
            "ahp_04_saaty_drinks" => drinks_by_pairs(case),
            "cd3_01_ice_cream" => ice_cream_stand(case),
            "cumulative_01_100_points" => hundred_points(case),
            "ice_01_klero" => ice(case),
            "jpd_02_rank_reversal_by_adding_an_idea" => rank_reversal(case),
            "kano_01_warwick_cable_reel" => cable_reel(case),
            "kano_04_evaluation_table" => evaluation_table(case),
            "moscow_01_dsdm_effort_guard" => effort_guard(case),
            "opportunity_01_b2b_analytics" | "opportunity_02_floor" => opportunity(case),
            "rice_01_intercom_mcbride" | "rice_02_noemacore" => rice(case),
            "weighted_01_pelin" => weighted(case),
            "wiegers_01_chemical_tracking" => chemical_tracking(case),
            "wsjf_01_beginpm_two" => two_tasks(case),
            "wsjf_03_yip_cod_sum" => unitless_sum(case),
            "wsjf_04_blank_and_zero" => blank_and_zero(case),
            other => panic!("no check for case {other}"),
        }
    }
    assert_eq!(cases.len(), 19);
}

fn karlsson_and_ryan(case: &Value) {
    let expected = &case["expected"];
    let matrix = ComparisonMatrix::new(&matrix(&expected["matrix"])).unwrap();
    let means = matrix.column_mean_weights();
    let percent: Vec<f64> = means.weights.as_slice().iter().map(|weight| 100.0 * weight).collect();
    all_close(means.weights.as_slice(), &numbers(&expected["column_mean_weights"]), 6e-5);
    all_close(&percent, &numbers(&expected["published_percent"]), 0.5);
    close(means.lambda_max, expected["lambda_max"].as_f64().unwrap(), 6e-5);
    close(means.consistency_index, expected["ci"].as_f64().unwrap(), 6e-5);
    close(means.consistency_ratio.unwrap(), expected["cr"].as_f64().unwrap(), 6e-5);
    assert!(means.warning.is_some());

    let eigen = matrix.eigenvector_weights();
    all_close(eigen.weights.as_slice(), &numbers(&expected["eigenvector_weights"]), 6e-5);
    close(eigen.lambda_max, expected["eigen_lambda_max"].as_f64().unwrap(), 6e-5);
    assert!(eigen.warning.is_some());
    for ahp in [means, eigen] {
        expect_ranking(&ahp, &["Req1", "Req2", "Req3", "Req4"], &strings(&expected["ranking"]));
    }
}

#[track_caller]
fn expect_ranking(ahp: &AhpWeights, names: &[&str], expected: &[&str]) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| ahp.weights.as_slice()[b].total_cmp(&ahp.weights.as_slice()[a]));
    let order: Vec<_> = order.into_iter().map(|i| names[i]).collect();
    assert_eq!(order, expected);
}

fn not_reciprocal(case: &Value) {
    let error = ComparisonMatrix::new(&matrix(&case["expected"]["matrix"])).unwrap_err();
    let diagonal: Vec<f64> = error
        .problems()
        .iter()
        .filter_map(|problem| match problem.fault() {
            InputFault::DiagonalNotOne { found } => Some(*found),
            _ => None,
        })
        .collect();
    assert_eq!(diagonal, [5.0, 7.0]);
    assert_eq!(error.problems().iter().filter(|problem| problem.code() == "score.not-reciprocal").count(), 6);
}

fn drinks_by_pairs(case: &Value) {
    let expected = &case["expected"];
    let names: Vec<_> = items(case).iter().map(|item| item["id"].as_str().unwrap()).collect();
    let place = |name: &Value| names.iter().position(|other| Some(*other) == name.as_str()).unwrap();
    // The pairs come in the order of the upper triangle.
    let pairs = expected["pairs"].as_array().unwrap();
    assert!(pairs.iter().map(|pair| (place(&pair[0]), place(&pair[1]))).is_sorted());
    let above: Vec<f64> = pairs.iter().map(|pair| pair[2].as_f64().unwrap()).collect();
    let ahp = ComparisonMatrix::from_upper(names.len(), &above).unwrap().eigenvector_weights();
    for (name, weight) in names.iter().zip(ahp.weights.as_slice()) {
        close(*weight, expected["scores"][name].as_f64().unwrap(), 6e-5);
        close(*weight, expected["published"][name].as_f64().unwrap(), 6e-4);
    }
    close(ahp.consistency_ratio.unwrap(), expected["cr"].as_f64().unwrap(), 6e-5);
    assert_eq!(ahp.warning, None);
    expect_ranking(&ahp, &names, &strings(&expected["ranking"]));
}

fn ice_cream_stand(case: &Value) {
    let cd3 = |item: &Value| Cd3 {
        cost_of_delay: item["value_per_week"].as_f64().map(MoneyPerTime),
        duration: item["duration_weeks"].as_f64(),
    };
    expect_scores(case, 1e-12, |item| value(&cd3(item)));
    let expected = &case["expected"];
    let horizon = expected["horizon_weeks"].as_f64().unwrap();
    let baseline = expected["baseline_per_week"].as_f64().unwrap() * horizon;
    for (order, total) in expected["schedule_totals"].as_object().unwrap() {
        let order: Vec<Cd3> = order
            .split(',')
            .map(|id| cd3(items(case).iter().find(|item| item["id"] == id).unwrap()))
            .collect();
        let gain = Cd3::gain_by(horizon, &order).unwrap().scored().unwrap();
        close(baseline + gain, total.as_f64().unwrap(), 1e-9);
    }
}

fn hundred_points(case: &Value) {
    let voters = ["A", "B", "C"]
        .map(|voter| items(case).iter().map(|item| item["votes"][voter].as_f64().unwrap()).collect());
    let counted = CumulativeVoting { points_each: 100.0, voters: voters.to_vec() }.count().unwrap();
    for (item, counted) in items(case).iter().zip(&counted) {
        let id = item["id"].as_str().unwrap();
        close(counted.total, case["expected"]["scores"][id].as_f64().unwrap(), 1e-9);
        close(counted.share, case["expected"]["share"][id].as_f64().unwrap(), 1e-12);
    }
    assert!(counted.is_sorted_by(|a, b| a.total >= b.total));
    let tied: Vec<_> =
        (1..5).filter(|&i| counted[i].total.total_cmp(&counted[i - 1].total).is_eq()).collect();
    assert_eq!(tied, [4], "R5 with R4");
    assert_eq!(counted[1].first_for, [1], "the second requirement is the first of voter B");
}

fn ice(case: &Value) {
    let ice = |item: &Value| Ice {
        impact: item["impact"].as_f64(),
        confidence: item["confidence"].as_f64(),
        ease: item["ease"].as_f64(),
    };
    expect_scores(case, 1e-9, |item| value(&ice(item)));
    let means: Vec<f64> = items(case).iter().map(|item| value(&IceMean(ice(item)))).collect();
    all_close(&means, &[7.0, 5.67, 6.67, 7.67], 5e-3);
}

fn rank_reversal(case: &Value) {
    let expected = &case["expected"];
    let weights =
        given(&[expected["weights"]["x"].as_f64().unwrap(), expected["weights"]["y"].as_f64().unwrap()])
            .unwrap();
    let score = |count: usize| {
        let rows =
            items(case)[..count].iter().map(|item| vec![item["x"].as_f64(), item["y"].as_f64()]).collect();
        WeightedSumSetRelative { weights: weights.clone(), items: rows }.score().unwrap()
    };
    let (before, after) = (score(2), score(3));
    for (scores, expected) in [(&before, &expected["before"]), (&after, &expected["after"])] {
        for (item, score) in items(case).iter().zip(&scores.items) {
            let score = score.clone().scored().unwrap().score.value();
            close(score, expected[item["id"].as_str().unwrap()].as_f64().unwrap(), 1e-12);
        }
    }
    // "Scale changed by C", not a change in B.
    let changes = after.scale_changes(&before);
    assert_eq!(changes.iter().map(|scale| (scale.criterion, scale.item)).collect::<Vec<_>>(), [(1, 2)]);
}

fn cable_reel(case: &Value) {
    let (item, expected) = (&items(case)[0], &case["expected"]);
    let count = |letter: &str| item[letter].as_f64().unwrap();
    let tally = KanoTally {
        must_be: count("M"),
        one_dimensional: count("O"),
        attractive: count("A"),
        indifferent: count("I"),
        reverse: count("R"),
        questionable: count("Q"),
        incomplete: 0,
    };
    let standard = tally.assess(KanoDenominator::WithoutReverseAndQuestionable).unwrap().scored().unwrap();
    assert_eq!(standard.class.to_string(), expected["category"].as_str().unwrap());
    close(standard.better.unwrap(), expected["better"].as_f64().unwrap(), 5e-5);
    close(standard.worse.unwrap(), expected["worse"].as_f64().unwrap(), 5e-5);
    let all = tally.assess(KanoDenominator::AllAnswers).unwrap().scored().unwrap();
    close(all.better.unwrap(), expected["better_total_denominator"].as_f64().unwrap(), 5e-4);
    close(all.worse.unwrap(), expected["worse_total_denominator"].as_f64().unwrap(), 5e-4);
}

fn evaluation_table(case: &Value) {
    let answer = |name: &str| match name {
        "like" => KanoAnswer::Like,
        "expect" => KanoAnswer::Expect,
        "neutral" => KanoAnswer::Neutral,
        "live_with" => KanoAnswer::LiveWith,
        "dislike" => KanoAnswer::Dislike,
        other => panic!("{other}"),
    };
    let mut cells = 0;
    for row in items(case) {
        for (dysfunctional, letter) in row["row"].as_object().unwrap() {
            let class = KanoClass::of(answer(row["functional"].as_str().unwrap()), answer(dysfunctional));
            assert_eq!(class.to_string(), letter.as_str().unwrap());
            cells += 1;
        }
    }
    assert_eq!(cells, 25);
    let tie_rule: Vec<_> = KanoClass::ALL[..4].iter().map(KanoClass::to_string).collect();
    assert_eq!(tie_rule.join(" > "), case["expected"]["tie_rule"].as_str().unwrap());
}

fn effort_guard(case: &Value) {
    let plan = items(case).iter().map(|item| MoscowItem {
        category: match item["category"].as_str().unwrap() {
            "Must" => Moscow::Must,
            "Should" => Moscow::Should,
            "Could" => Moscow::Could,
            other => panic!("{other}"),
        },
        effort: item["effort"].as_i64(),
    });
    let shares = MoscowGuard { items: plan.collect() }.check().unwrap().scored().unwrap();
    close(shares.must_share(), case["expected"]["must_share"].as_f64().unwrap(), 1e-12);
    assert_eq!(shares.holds(), case["expected"]["violations"].as_array().unwrap().is_empty());
}

fn opportunity(case: &Value) {
    expect_scores(case, 1e-12, |item| {
        value(&Opportunity {
            importance: item["importance"].as_f64(),
            satisfaction: item["satisfaction"].as_f64(),
        })
    });
}

fn rice(case: &Value) {
    expect_scores(case, 1e-9, |item| {
        value(&Rice {
            reach: item["reach"].as_f64(),
            impact: item["impact"].as_f64(),
            confidence: item["confidence"].as_f64(),
            effort: item["effort"].as_f64(),
        })
    });
}

fn weighted(case: &Value) {
    let names = ["customer_value", "strategic_fit", "feasibility", "revenue_impact"];
    let weights = names.map(|name| case["expected"]["weights"][name].as_f64().unwrap());
    let sum = WeightedSum { weights: given(&weights).unwrap(), scales: vec![Scale::Points; names.len()] };
    expect_scores(case, 1e-9, |item| {
        sum.score(&names.map(|name| item[name].as_f64())).unwrap().scored().unwrap().score.value()
    });
}

fn chemical_tracking(case: &Value) {
    let expected = &case["expected"];
    let weight = |name: &str| expected["weights"][name].as_f64().unwrap();
    let list = WiegersSetRelative {
        weights: WiegersWeights {
            benefit: weight("benefit"),
            penalty: weight("penalty"),
            cost: weight("cost"),
            risk: weight("risk"),
        },
        items: items(case)
            .iter()
            .map(|item| WiegersItem {
                benefit: item["benefit"].as_f64(),
                penalty: item["penalty"].as_f64(),
                cost: item["cost"].as_f64(),
                risk: item["risk"].as_f64(),
            })
            .collect(),
    };
    let rows: Vec<WiegersScore> =
        list.score().unwrap().into_iter().map(|row| row.scored().unwrap()).collect();
    let place = |id: &Value| items(case).iter().position(|item| item["id"] == *id).unwrap();
    expect_scores(case, 1e-6, |item| rows[place(&item["id"])].priority.value());
    close(rows.iter().map(|row| row.value).sum(), expected["totals"]["value"].as_f64().unwrap(), 1e-9);
    let published = &expected["published"]["Print a material safety data sheet"];
    close(rows[0].value, published["total_value"].as_f64().unwrap(), 1e-12);
    close(rows[0].value_percent, published["value_pct"].as_f64().unwrap(), 5e-4);
    close(rows[0].cost_percent, published["cost_pct"].as_f64().unwrap(), 5e-4);
    close(rows[0].risk_percent, published["risk_pct"].as_f64().unwrap(), 5e-4);
    close(rows[0].priority.value(), published["priority"].as_f64().unwrap(), 5e-4);
}

fn two_tasks(case: &Value) {
    expect_scores(case, 1e-12, |item| value(&wsjf(item)));
    for item in items(case) {
        let expected = case["expected"]["cost_of_delay"][item["id"].as_str().unwrap()].as_f64().unwrap();
        assert_eq!(wsjf(item).cost_of_delay().unwrap().scored(), Some(RelativeCostOfDelay(expected)));
    }
}

fn unitless_sum(case: &Value) {
    let x = wsjf(&items(case)[0]);
    let expected = case["expected"]["cost_of_delay"]["X"].as_f64().unwrap();
    assert_eq!(x.cost_of_delay().unwrap().scored(), Some(RelativeCostOfDelay(expected)));
}

fn blank_and_zero(case: &Value) {
    let [blank, zero] = items(case) else { panic!("two items") };
    assert_eq!(
        wsjf(blank).score().unwrap(),
        Assessment::Unscored {
            missing: ["user_business_value", "time_criticality", "risk_reduction_opportunity", "job_size"]
                .map(String::from)
                .to_vec()
        }
    );
    let error: InputError = wsjf(zero).score().unwrap_err();
    assert_eq!(error.problems().len(), 1);
    assert_eq!(error.problems()[0].fault(), &InputFault::NonPositiveDenominator { found: 0.0 });
}

/// The cases of `value_and_uncertainty.json` that are about weights, estimates and fixed scales.
#[test]
fn weights_and_estimates() {
    let Some(cases) = cases("value_and_uncertainty.json") else { return };

    for id in ["ahp_consistent_3x3", "ahp_saaty2008_drinks"] {
        let case = &cases[id];
        let ahp = ComparisonMatrix::new(&matrix(&case["matrix"])).unwrap().eigenvector_weights();
        all_close(
            ahp.weights.as_slice(),
            &numbers(&case["expected_scores"]),
            case["tolerance"].as_f64().unwrap(),
        );
        let tolerance = case["cr_tolerance"].as_f64().unwrap_or(1e-9);
        close(ahp.consistency_ratio.unwrap(), case["expected_cr"].as_f64().unwrap(), tolerance);
        if let Some(rederived) = case["rederived_cr"].as_f64() {
            close(ahp.consistency_ratio.unwrap(), rederived, 1e-10);
        }
    }
    let consistent = ComparisonMatrix::new(&matrix(&cases["ahp_consistent_3x3"]["matrix"])).unwrap();
    all_close(
        consistent.column_mean_weights().weights.as_slice(),
        &numbers(&cases["ahp_consistent_3x3"]["expected_scores"]),
        1e-9,
    );

    for id in ["weights_roc_n2", "weights_roc_n4"] {
        let expected = numbers(&cases[id]["expected_scores"]);
        let ranks: Vec<u32> = (1..).take(expected.len()).collect();
        all_close(rank_order_centroid(&ranks).unwrap().as_slice(), &expected, 6e-5);
    }

    let case = &cases["weights_swing_4"];
    all_close(
        swing(&matrix(&case["matrix"])[0]).unwrap().as_slice(),
        &numbers(&case["expected_scores"]),
        6e-5,
    );

    let case = &cases["pert_wikipedia_tasks"];
    for (i, row) in matrix(&case["matrix"]).iter().enumerate() {
        let estimate = ThreePoint { low: Some(row[0]), likely: Some(row[1]), high: Some(row[2]) };
        let moments = estimate.moments().unwrap().scored().unwrap();
        close(moments.pert_mean, numbers(&case["expected_scores"])[i], 6e-3);
        close(moments.pert_deviation, numbers(&case["beta_pert_sd"])[i], 1e-12);
        close(moments.classic_pert_deviation, numbers(&case["classic_pert_sd"])[i], 1e-12);
        let (alpha, beta) = moments.pert_shape.unwrap();
        all_close(&[alpha, beta], &matrix(&case["beta_pert_alpha_beta"])[i], 1e-12);
        let triangular = [moments.triangular_mean, moments.triangular_deviation];
        all_close(&triangular, &matrix(&case["triangular_mean_sd"])[i], 1e-12);
    }

    let case = &cases["fixedrange_wsum_dezert2020"];
    let criteria = case["criteria"].as_array().unwrap();
    let weights: Vec<f64> = criteria.iter().map(|criterion| criterion["weight"].as_f64().unwrap()).collect();
    let scale = |criterion: &Value| {
        let bounds = numbers(&criterion["bounds"]);
        match criterion["direction"].as_str().unwrap() {
            "max" => Scale::Range { worst: bounds[0], best: bounds[1] },
            "min" => Scale::Range { worst: bounds[1], best: bounds[0] },
            other => panic!("{other}"),
        }
    };
    let sum = WeightedSum { weights: given(&weights).unwrap(), scales: criteria.iter().map(scale).collect() };
    for (row, distance) in matrix(&case["matrix"]).iter().zip(numbers(&case["expected_scores"])) {
        let row: Vec<_> = row.iter().copied().map(Some).collect();
        close(1.0 - sum.score(&row).unwrap().scored().unwrap().score.value(), distance, 6e-5);
    }
}
