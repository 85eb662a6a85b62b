//! Laws of the presets, of the elicitation and of the comparison of models.

use cxrank::score::elicit::{ComparisonMatrix, ThreePoint, given, rank_order_centroid, rank_sum, swing};
use cxrank::score::presets::*;
use cxrank::score::{ModelRanking, compare};
use proptest::prelude::*;
use proptest::sample::select;

fn value<const N: usize>(preset: &impl Preset<N>) -> f64 {
    preset.score().unwrap().scored().unwrap().value()
}

fn rice([reach, impact, confidence, effort]: [f64; 4]) -> Rice {
    Rice { reach: Some(reach), impact: Some(impact), confidence: Some(confidence), effort: Some(effort) }
}

fn ice([impact, confidence, ease]: [f64; 3]) -> Ice {
    Ice { impact: Some(impact), confidence: Some(confidence), ease: Some(ease) }
}

fn wsjf([value, time, risk, size]: [f64; 4]) -> Wsjf {
    Wsjf {
        user_business_value: Some(value),
        time_criticality: Some(time),
        risk_reduction_opportunity: Some(risk),
        job_size: Some(size),
    }
}

fn cd3([cost_of_delay, duration]: [f64; 2]) -> Cd3 {
    Cd3 { cost_of_delay: Some(MoneyPerTime(cost_of_delay)), duration: Some(duration) }
}

fn opportunity([importance, satisfaction]: [f64; 2]) -> Opportunity {
    Opportunity { importance: Some(importance), satisfaction: Some(satisfaction) }
}

/// Raising one input moves the score the way its sign says, or not at all.
fn monotone<const N: usize, P: Preset<N>>(
    make: impl Fn([f64; N]) -> P,
    at: [f64; N],
    up: [f64; N],
    signs: [f64; N],
) {
    for i in 0..N {
        let (mut low, mut high) = (at, at);
        low[i] = at[i].min(up[i]);
        high[i] = at[i].max(up[i]);
        assert!(signs[i] * (value(&make(high)) - value(&make(low))) >= 0.0, "input {i} of {}", P::NAME);
    }
}

/// The terms add up to the difference, turn their sign with the sides, and are 0 for what is the same.
fn additive<const N: usize, P: Preset<N>>(make: impl Fn([f64; N]) -> P, a: [f64; N], b: [f64; N]) {
    let terms = make(a).terms_against(&make(b)).unwrap().scored().unwrap();
    let back = make(b).terms_against(&make(a)).unwrap().scored().unwrap();
    // Mixtures of the two items may be far greater than both: rounding is measured by the greatest term.
    let size = terms.iter().fold(1.0_f64, |size, term| size.max(term.abs()));
    let difference = value(&make(a)) - value(&make(b));
    assert!((terms.iter().sum::<f64>() - difference).abs() <= 1e-9 * size.max(difference.abs()));
    for i in 0..N {
        assert!((terms[i] + back[i]).abs() <= 1e-9 * size);
        let mut same = b;
        same[i] = a[i];
        assert!(make(a).terms_against(&make(same)).unwrap().scored().unwrap()[i].abs() <= 0.0);
    }
}

fn quantity() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.0..1e3, 0.0..1e15]
}

fn denominator() -> impl Strategy<Value = f64> {
    prop_oneof![1e-3..1e3, 1e-15..1e15]
}

fn rice_inputs() -> impl Strategy<Value = [f64; 4]> {
    let impact = select(vec![3.0, 2.0, 1.0, 0.5, 0.25]);
    (quantity(), impact, 0.0..=1.0, denominator()).prop_map(|(a, b, c, d)| [a, b, c, d])
}

fn wsjf_inputs() -> impl Strategy<Value = [f64; 4]> {
    (quantity(), quantity(), quantity(), denominator()).prop_map(|(a, b, c, d)| [a, b, c, d])
}

/// Any number, the hostile ones often.
fn anything() -> impl Strategy<Value = Option<f64>> {
    let hostile = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        -0.0,
        0.0,
        -1.0,
        1.0,
        1e15,
        1e-15,
        80.0,
    ];
    prop_oneof![
        Just(None),
        select(hostile.to_vec()).prop_map(Some),
        any::<f64>().prop_map(Some),
        (0.0..10.0).prop_map(Some)
    ]
}

fn never_nan<const N: usize>(preset: &impl Preset<N>) {
    if let Ok(Some(score)) = preset.score().map(cxrank::score::Assessment::scored) {
        assert!(score.value().is_finite() && (score.value() != 0.0 || score.value().is_sign_positive()));
    }
}

/// A complete weak order of `n` criteria as competition ranks.
fn ranks() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..6_u8, 1..12).prop_map(|levels| {
        levels
            .iter()
            .map(|level| 1 + u32::try_from(levels.iter().filter(|other| *other < level).count()).unwrap())
            .collect()
    })
}

proptest! {
    #[test]
    fn presets_are_monotone(a in rice_inputs(), b in rice_inputs(), c in wsjf_inputs(), d in wsjf_inputs(),
        e in prop::array::uniform3(1.0..=10.0), f in prop::array::uniform3(1.0..=10.0),
        g in prop::array::uniform2(0.0..=10.0), h in prop::array::uniform2(0.0..=10.0)) {
        monotone(rice, a, b, [1.0, 1.0, 1.0, -1.0]);
        monotone(wsjf, c, d, [1.0, 1.0, 1.0, -1.0]);
        monotone(cd3, [c[0], c[3]], [d[0], d[3]], [1.0, -1.0]);
        monotone(ice, e, f, [1.0; 3]);
        monotone(|inputs| IceMean(ice(inputs)), e, f, [1.0; 3]);
        monotone(opportunity, g, h, [1.0, -1.0]);
    }

    #[test]
    fn terms_explain_the_difference_of_two_items(a in rice_inputs(), b in rice_inputs(), c in wsjf_inputs(), d in wsjf_inputs(),
        e in prop::array::uniform3(1.0..=10.0), f in prop::array::uniform3(1.0..=10.0)) {
        additive(rice, a, b);
        additive(wsjf, c, d);
        additive(cd3, [c[0], c[3]], [d[0], d[3]]);
        additive(ice, e, f);
        additive(|inputs| IceMean(ice(inputs)), e, f);
        additive(opportunity, [e[0], e[1]], [f[0], f[1]]);
    }

    /// All effort multiplied by a power of two changes no order, not even of items a rounding apart.
    #[test]
    fn units_of_effort_do_not_matter(a in rice_inputs(), b in rice_inputs(), exponent in -8..=8_i32) {
        let unit = 2.0_f64.powi(exponent);
        let order = |unit: f64| {
            let score = |mut inputs: [f64; 4]| { inputs[3] = (inputs[3] * unit).clamp(1e-15, 1e15); rice(inputs).score().unwrap().scored().unwrap() };
            (a[3] > 1e-12 && a[3] < 1e12 && b[3] > 1e-12 && b[3] < 1e12).then(|| score(a).cmp(&score(b)))
        };
        prop_assert_eq!(order(1.0), order(unit));
    }

    #[test]
    fn nothing_gives_a_nan(x in prop::array::uniform4(anything()), weights in prop::array::uniform4(anything()), horizon: u32, lasts: Option<u32>) {
        let [a, b, c, d] = x;
        never_nan(&Rice { reach: a, impact: b, confidence: c, effort: d });
        never_nan(&Ice { impact: a, confidence: b, ease: c });
        never_nan(&IceMean(Ice { impact: a, confidence: b, ease: c }));
        never_nan(&Wsjf { user_business_value: a, time_criticality: b, risk_reduction_opportunity: c, job_size: d });
        never_nan(&Cd3 { cost_of_delay: a.map(MoneyPerTime), duration: b });
        never_nan(&Opportunity { importance: a, satisfaction: b });
        if let Ok(Some(result)) = (ThreePoint { low: a, likely: b, high: c }).moments().map(cxrank::score::Assessment::scored) {
            prop_assert!(result.pert_deviation >= 0.0 && result.triangular_deviation >= 0.0);
            prop_assert!(result.pert_mean >= a.unwrap() && result.pert_mean <= c.unwrap());
            prop_assert!(result.triangular_mean >= a.unwrap() && result.triangular_mean <= c.unwrap());
        }
        let case = BusinessCase { benefit: a, price: b, effort: c, rate: d, horizon: horizon % 20_000, lasts };
        if let Ok(Some(result)) = case.assess().map(cxrank::score::Assessment::scored) {
            prop_assert!(result.net_present_value.is_finite());
            prop_assert!(result.payback_periods.is_none_or(|periods| periods <= case.horizon));
        }
        let plain: Vec<f64> = x.iter().flatten().copied().collect();
        for weights in [given(&plain), swing(&plain)].into_iter().flatten() {
            prop_assert!(weights.as_slice().iter().all(|weight| (0.0..=1.0).contains(weight)));
        }
        let [benefit, penalty, cost, risk] = weights.map(|weight| weight.unwrap_or(1.0));
        let list = WiegersSetRelative {
            weights: WiegersWeights { benefit, penalty, cost, risk },
            items: vec![WiegersItem { benefit: a, penalty: b, cost: c, risk: d }, WiegersItem::default()],
        };
        if let Ok(rows) = list.score() {
            for row in rows.into_iter().filter_map(cxrank::score::Assessment::scored) {
                prop_assert!(row.priority.value() > 0.0 || row.value <= 0.0);
            }
        }
        let tally = KanoTally { must_be: plain.first().copied().unwrap_or(0.0), attractive: plain.get(1).copied().unwrap_or(0.0), ..KanoTally::default() };
        if let Ok(Some(result)) = tally.assess(KanoDenominator::default()).map(cxrank::score::Assessment::scored) {
            prop_assert!(result.better.is_none_or(|better| (0.0..=1.0).contains(&better)));
            prop_assert!(result.worse.is_none_or(|worse| (-1.0..=0.0).contains(&worse)));
        }
    }

    #[test]
    fn weights_by_rank_add_up_and_follow_the_order(ranks in ranks()) {
        for weights in [rank_order_centroid(&ranks).unwrap(), rank_sum(&ranks).unwrap()] {
            let weights = weights.as_slice();
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            for i in 0..ranks.len() {
                for j in 0..ranks.len() {
                    prop_assert_eq!(ranks[i].cmp(&ranks[j]), weights[j].total_cmp(&weights[i]));
                }
            }
        }
    }

    #[test]
    fn weights_add_up_in_any_unit(points in prop::collection::vec(0.0..1e6_f64, 1..20), unit in 1e-6..1e6_f64) {
        prop_assume!(points.iter().any(|point| *point > 0.0));
        let weights = given(&points).unwrap();
        prop_assert!((weights.as_slice().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let scaled: Vec<f64> = points.iter().map(|point| point * unit).collect();
        for (a, b) in weights.as_slice().iter().zip(swing(&scaled).unwrap().as_slice()) {
            prop_assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn a_consistent_matrix_gives_its_weights_back(points in prop::collection::vec(1.0..9.0_f64, 1..12)) {
        let rows: Vec<Vec<f64>> = points.iter().map(|a| points.iter().map(|b| a / b).collect()).collect();
        let matrix = ComparisonMatrix::new(&rows).unwrap();
        let weights = given(&points).unwrap();
        for ahp in [matrix.eigenvector_weights(), matrix.column_mean_weights()] {
            for (a, b) in ahp.weights.as_slice().iter().zip(weights.as_slice()) {
                prop_assert!((a - b).abs() < 1e-10);
            }
            prop_assert!(ahp.consistency_index < 1e-10 && ahp.warning.is_none());
        }
    }

    /// Any judgements at all: the eigenvector is one, the index is not negative, and a third opinion agrees on the eigenvalue.
    #[test]
    fn the_eigenvector_is_one(n in 1..9_usize, judgements in prop::collection::vec(1..=17_u8, 36)) {
        let above: Vec<f64> = judgements[..n * (n - 1) / 2]
            .iter()
            .map(|&judgement| if judgement <= 9 { f64::from(judgement) } else { 1.0 / f64::from(judgement - 8) })
            .collect();
        let mut rows = vec![vec![1.0; n]; n];
        let places = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        for ((i, j), judgement) in places.zip(&above) {
            rows[i][j] = *judgement;
            rows[j][i] = 1.0 / judgement;
        }
        let matrix = ComparisonMatrix::from_upper(n, &above).unwrap();
        prop_assert_eq!(&matrix, &ComparisonMatrix::new(&rows).unwrap());
        let ahp = matrix.eigenvector_weights();
        let weights = ahp.weights.as_slice();
        prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(ahp.lambda_max >= n as f64 && ahp.consistency_index >= 0.0);
        for (row, weight) in rows.iter().zip(weights) {
            let product: f64 = row.iter().zip(weights).map(|(cell, weight)| cell * weight).sum();
            prop_assert!((product / weight - ahp.lambda_max).abs() < 1e-9);
        }
        // The warning names a triad that is indeed the worst.
        if let Some(warning) = ahp.warning {
            let factor = |direct: f64, implied: f64| f64::max(direct / implied, implied / direct);
            let worst = factor(warning.direct, warning.implied);
            for i in 0..n {
                for j in 0..n {
                    for k in 0..n {
                        prop_assert!(factor(rows[i][k], rows[i][j] * rows[j][k]) <= worst * (1.0 + 1e-12));
                    }
                }
            }
        }
    }

    #[test]
    fn on_declared_scales_an_item_moves_nobody(rows in prop::collection::vec(prop::array::uniform2(0.0..=1.0), 2..6)) {
        let sum = WeightedSum {
            weights: given(&[2.0, 1.0]).unwrap(),
            scales: vec![Scale::Range { worst: 0.0, best: 1.0 }, Scale::Range { worst: 1.0, best: 0.0 }],
        };
        for row in rows {
            let scored = sum.score(&row.map(Some)).unwrap().scored().unwrap();
            prop_assert!((0.0..=1.0).contains(&scored.score.value()));
            prop_assert!((scored.terms.iter().sum::<f64>() - scored.score.value()).abs() < 1e-12);
        }
    }

    #[test]
    fn discounting_takes_away_and_horizon_adds(benefit in 0.0..1e6_f64, effort in 1e-3..1e6_f64, rate in 0.0..1.0_f64, horizon in 1..200_u32) {
        let case = BusinessCase { benefit: Some(benefit), price: Some(1.0), effort: Some(effort), rate: Some(rate), horizon, lasts: None };
        let assess = |case: BusinessCase| case.assess().unwrap().scored().unwrap();
        let (here, plain, longer) = (assess(case), assess(BusinessCase { rate: Some(0.0), ..case }), assess(BusinessCase { horizon: horizon + 1, ..case }));
        prop_assert!(here.present_benefit <= plain.present_benefit * (1.0 + 1e-12));
        prop_assert!(here.present_benefit <= longer.present_benefit);
        // What pays back within the horizon pays back in the same period of a longer one, and has a value that is not negative.
        if here.payback_periods.is_some() {
            prop_assert_eq!(here.payback_periods, longer.payback_periods);
            prop_assert!(here.net_present_value >= -1e-9 * effort);
        } else {
            prop_assert!(here.net_present_value < 0.0);
        }
    }

    /// Smith's rule: no swap of neighbours in the order of CD3 gains, as long as the horizon ends nothing early.
    #[test]
    fn the_order_by_cd3_gains_most(items in prop::collection::vec(prop::array::uniform2(1.0..100.0_f64), 1..7)) {
        let horizon: f64 = items.iter().map(|item| item[1]).sum();
        let mut order: Vec<Cd3> = items.into_iter().map(cd3).collect();
        order.sort_by_key(|item| std::cmp::Reverse(item.score().unwrap().scored()));
        let gain = |order: &[Cd3]| Cd3::gain_by(horizon, order).unwrap().scored().unwrap();
        let best = gain(&order);
        for i in 1..order.len() {
            let mut swapped = order.clone();
            swapped.swap(i - 1, i);
            prop_assert!(gain(&swapped) <= best * (1.0 + 1e-9) + 1e-9);
        }
    }

    /// A new item that sets no scale moves nobody even where scales are the list's; one that does is named.
    #[test]
    fn scale_changes_name_the_newcomer(rows in prop::collection::vec(prop::array::uniform2(1.0..100.0_f64), 1..6), newcomer in prop::array::uniform2(1.0..200.0_f64)) {
        let score = |rows: &[[f64; 2]]| {
            let items = rows.iter().map(|row| row.map(Some).to_vec()).collect();
            WeightedSumSetRelative { weights: given(&[1.0, 1.0]).unwrap(), items }.score().unwrap()
        };
        let before = score(&rows);
        let after = score(&[rows.as_slice(), &[newcomer]].concat());
        let changes = after.scale_changes(&before);
        prop_assert!(changes.iter().all(|scale| scale.item == rows.len()));
        if changes.is_empty() {
            prop_assert_eq!(&before.items[..], &after.items[..rows.len()]);
        }
    }

    #[test]
    fn comparisons_agree_with_the_ranks(scores in prop::collection::vec((prop::array::uniform2(-9..=9_i8), prop::array::uniform2(-9..=9_i8), any::<bool>(), any::<bool>()), 0..12), unit in 1e-3..1e3_f64, shift in -100.0..100.0_f64) {
        let n = scores.len();
        let ranks = |score: &dyn Fn(usize) -> i32, scored: &dyn Fn(usize) -> bool| -> Vec<Option<u32>> {
            (0..n)
                .map(|i| scored(i).then(|| 1 + u32::try_from((0..n).filter(|&j| scored(j) && score(j) > score(i)).count()).unwrap()))
                .collect()
        };
        let sum = |terms: [i8; 2]| i32::from(terms[0]) + i32::from(terms[1]);
        let first_ranks = ranks(&|i| sum(scores[i].0), &|i| scores[i].2);
        let second_ranks = ranks(&|i| sum(scores[i].1), &|i| scores[i].3);
        let first_terms: Vec<f64> = scores.iter().flat_map(|score| score.0).map(f64::from).collect();
        let second_terms: Vec<f64> = scores.iter().flat_map(|score| score.1).map(f64::from).collect();
        let first = ModelRanking { ranks: &first_ranks, inputs: &["a", "b"], terms: &first_terms };
        let second = ModelRanking { ranks: &second_ranks, inputs: &["b", "c"], terms: &second_terms };
        let comparison = compare(first, second).unwrap();
        prop_assert!(comparison.moves.is_sorted_by_key(|moved| (std::cmp::Reverse(moved.first.abs_diff(moved.second)), moved.item)));
        for moved in &comparison.moves {
            prop_assert!(moved.first != moved.second);
            if let Some(cause) = moved.cause {
                prop_assert!((cause.amount > 0.0) == (moved.second < moved.first));
            }
        }
        // Backwards it is the same with the signs turned.
        let back = compare(second, first).unwrap();
        prop_assert_eq!(back.moves.len(), comparison.moves.len());
        for (a, b) in comparison.moves.iter().zip(&back.moves) {
            prop_assert_eq!((a.item, a.first, a.second), (b.item, b.second, b.first));
            prop_assert_eq!(a.cause.map(|cause| (cause.input, -cause.amount)), b.cause.map(|cause| (cause.input, cause.amount)));
        }
        // Another unit and another zero of a model change neither moves nor causes.
        let other: Vec<f64> = second_terms.iter().enumerate().map(|(i, term)| unit * (term + if i % 2 == 0 { shift } else { 0.0 })).collect();
        let rescaled = compare(first, ModelRanking { terms: &other, ..second }).unwrap();
        for (a, b) in comparison.moves.iter().zip(&rescaled.moves) {
            prop_assert_eq!((a.item, a.first, a.second), (b.item, b.first, b.second));
            if let (Some(a), Some(b)) = (a.cause, b.cause) {
                prop_assert!((a.amount - b.amount).abs() < 1e-6 && (a.of - b.of).abs() < 1e-6);
            }
        }
    }
}
