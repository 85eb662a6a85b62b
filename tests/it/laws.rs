use std::cmp::Ordering;

use cxrank::policy::{Blend, Model, Policy};
use cxrank::programme::{Estimate, Initiative, Programme, ProgrammeSpec, Status};
use cxrank::rank::Ranking;
use cxrank::score::{ScoringModel, named};
use proptest::prelude::*;

use crate::programmes::{frame, initiative, programme, shuffled};

fn ranked(programme: &Programme) -> Vec<(usize, String)> {
    let ranking = Ranking::new(programme).unwrap();
    ranking.lines().map(|line| (line.rank, line.code.to_string())).collect()
}

/// B and E of an initiative of [`frame`] as exact integers, by the formulas of the documentation and nothing of the library:
/// B in 1/36,000 points, E in 1/6 EUR. `None` if something is missing.
fn oracle(initiative: &Initiative) -> Option<(i128, i128)> {
    // Six times the mean, in tenths.
    let six_means = |estimate: &Estimate| -> Option<i128> {
        let tenths = |x: f64| (x * 10.0).round() as i128;
        match estimate {
            Estimate::Number(x) => Some(6 * tenths(*x)),
            Estimate::Range(range) => Some(tenths(range[0]) + 4 * tenths(range[1]) + tenths(range[2])),
            _ => None,
        }
    };
    let ease = match initiative.benefits.get("ease")? {
        Estimate::Level(level) => [("none", 0), ("some", 3), ("much", 10)].iter().find(|l| *level == l.0)?.1,
        _ => return None,
    };
    // 40/20 points for one of trust, 60 for the whole of ease.
    let benefit = six_means(initiative.benefits.get("trust")?)? * 2 * 600 + 60 * ease * 3600;
    let effort =
        six_means(initiative.efforts.get("cash")?)? + 650 * six_means(initiative.efforts.get("work")?)?;
    Some((benefit, effort))
}

fn by_oracle(spec: &ProgrammeSpec) -> Vec<(usize, String)> {
    let mut scored: Vec<_> = spec
        .initiatives
        .iter()
        .filter(|i| i.status.is_open())
        .filter_map(|i| oracle(i).map(|(b, e)| (b, e, i.code.to_string())))
        .filter(|(_, e, _)| *e > 0)
        .collect();
    let better = |a: &(i128, i128, String), b: &(i128, i128, String)| (b.0 * a.1).cmp(&(a.0 * b.1));
    scored.sort_by(|a, b| better(a, b).then(a.2.cmp(&b.2)));
    let rank = |k: usize| 1 + scored.iter().filter(|x| better(x, &scored[k]) == Ordering::Less).count();
    (0..scored.len()).map(|k| (rank(k), scored[k].2.clone())).collect()
}

proptest! {
    #[test]
    fn the_order_is_that_of_exact_fractions(spec in programme()) {
        prop_assert_eq!(ranked(&spec.clone().build().unwrap()), by_oracle(&spec));
    }

    #[test]
    fn law_1_missing_is_listed_and_never_ranked(spec in programme()) {
        let programme = spec.clone().build().unwrap();
        let ranking = Ranking::new(&programme).unwrap();
        let (unscored, closed) = (ranking.unscored(), ranking.not_ranked());
        prop_assert_eq!(ranking.len() + unscored.len() + closed.len(), spec.initiatives.len());
        for initiative in spec.initiatives.iter().filter(|i| i.status.is_open()) {
            let estimates = initiative.benefits.iter().chain(initiative.efforts.iter());
            let lacks: Vec<String> = estimates.filter(|(_, e)| e.is_missing()).map(|(id, _)| id.to_string()).collect();
            let listed = unscored.iter().find(|u| u.code == initiative.code);
            for lack in &lacks {
                let missing = serde_json::to_string(&listed.unwrap().missing).unwrap();
                prop_assert!(missing.contains(lack.as_str()), "{} {}", missing, lack);
            }
            if lacks.is_empty() && listed.is_some() {
                prop_assert_eq!(ranking.scores().get(&initiative.code).unwrap().effort(), Some(0.0));
            }
        }
    }

    #[test]
    fn law_2_a_newcomer_moves_nobody_else(spec in programme(), new in initiative("I045".into())) {
        for model in [Model::BenefitCost, Model::NetBenefit] {
            let mut spec = spec.clone().policy(Policy { model, ..Policy::default() });
            spec.strategy.benefit_price = Some(35.5);
            let before = ranked(&spec.clone().build().unwrap());
            let after = ranked(&spec.initiative(new.clone()).build().unwrap());
            let newcomer = after.iter().position(|(_, code)| code == "I045");
            let others: Vec<_> = after.iter().filter(|(_, code)| code != "I045").collect();
            prop_assert_eq!(others.len(), before.len());
            for ((old_rank, old), (new_rank, new)) in before.iter().zip(others) {
                prop_assert_eq!(old, new);
                let pushed = newcomer.is_some_and(|k| after[k].0 < *new_rank);
                prop_assert_eq!(*new_rank, old_rank + usize::from(pushed));
            }
        }
    }

    #[test]
    fn law_3_the_unit_of_effort_does_not_matter(spec in programme(), factor in prop::sample::select(vec![0.25, 0.5, 3.0, 7.0, 1000.0, 31.75])) {
        let mut scaled = spec.clone();
        for initiative in &mut scaled.initiatives {
            for criterion in ["cash", "work"] {
                let times = match initiative.efforts.get(criterion).unwrap() {
                    Estimate::Number(x) => Estimate::Number(x * factor),
                    Estimate::Range(range) => Estimate::from(range.map(|x| x * factor)),
                    other => other.clone(),
                };
                initiative.efforts.insert(criterion, times);
            }
        }
        prop_assert_eq!(ranked(&spec.build().unwrap()), ranked(&scaled.build().unwrap()));
    }

    #[test]
    fn law_4_the_order_of_writing_does_not_matter((spec, other) in programme().prop_flat_map(|s| { let t = shuffled(&s); (Just(s), t) }), blend in any::<bool>()) {
        let policy = Policy { blend: blend.then_some(Blend { model_share: 0.35 }), ..Policy::default() };
        let [one, two] = [spec, other].map(|spec| spec.policy(policy.clone()).build().unwrap());
        let bytes = |p: &Programme| serde_json::to_string(&Ranking::new(p).unwrap()).unwrap();
        prop_assert_eq!(bytes(&one), bytes(&two));
        prop_assert_eq!(one.to_json(), two.to_json());
        prop_assert_eq!(one, two);
    }

    #[test]
    fn law_6_terms_add_up(spec in programme()) {
        for model in [Model::BenefitCost, Model::NetBenefit, Model::WeightedSum] {
            let mut spec = spec.clone();
            spec.strategy.benefit_price = Some(120.0);
            for criterion in spec.criteria.iter_mut().filter(|c| !c.is_benefit()) {
                (criterion.weight, criterion.full) = (Some(25.0), Some(100.0));
            }
            let programme = spec.build().unwrap();
            let scores = ScoringModel::bind(model, &programme).unwrap().scores().unwrap();
            let close = |a: f64, b: f64, size: f64| (a - b).abs() <= 1e-12 * size.max(1.0);
            for score in scores.iter().filter(cxrank::score::Score::is_scored) {
                let terms = score.terms();
                let sum: f64 = terms.iter().map(|t| t.amount).sum();
                let size: f64 = terms.iter().map(|t| t.amount.abs()).sum();
                prop_assert!(close(sum, score.value().unwrap(), size), "{:?}", score);
                let efforts: f64 = score.effort_terms().iter().map(|t| t.amount).sum();
                prop_assert!(close(efforts, score.effort().unwrap(), efforts));
            }
            let ranking = Ranking::of(scores, None).unwrap();
            let lines: Vec<_> = ranking.lines().collect();
            for pair in lines.windows(2) {
                let terms = ranking.gap_terms(&pair[0].code, &pair[1].code).unwrap();
                let (sum, size) = terms.iter().fold((0.0, 0.0), |(sum, size), t| (sum + t.amount, size + t.amount.abs()));
                let size = f64::max(size, pair[0].score.abs() + pair[1].score.abs());
                prop_assert!(close(sum, pair[0].score - pair[1].score, size));
            }
        }
    }

    #[test]
    fn a_callers_model_is_ordered_by_its_numbers(values in prop::collection::vec(prop::option::of(-5i8..5), 1..12)) {
        let mut spec = frame();
        for i in 0..values.len() {
            spec = spec.initiative(Initiative::new(format!("I{i:02}"), ""));
        }
        let programme = spec.build().unwrap();
        let model = named("given", |facts| {
            let i: usize = facts.initiative().code[1..].parse().unwrap();
            // Zero of either sign is one score.
            values[i].map(|x| if x == 0 && i.is_multiple_of(2) { -0.0 } else { f64::from(x) })
        });
        let ranking = Ranking::of(ScoringModel::custom(&model, &programme).scores().unwrap(), None).unwrap();
        let mut expected: Vec<(i8, usize)> = values.iter().enumerate().filter_map(|(i, x)| Some((-(*x)?, i))).collect();
        expected.sort_unstable();
        let order: Vec<usize> = ranking.codes().map(|code| code[1..].parse().unwrap()).collect();
        prop_assert_eq!(order, expected.iter().map(|x| x.1).collect::<Vec<_>>());
        prop_assert_eq!(ranking.unscored().len(), values.len() - expected.len());
    }

    #[test]
    fn law_10_any_numbers_give_a_result_or_a_refusal(x in any::<f64>(), y in any::<f64>(), z in any::<f64>(), weight in any::<f64>(), price in any::<f64>(), decimals in any::<u8>()) {
        let mut spec = frame()
            .initiative(Initiative::new("A", "").benefit("trust", [x, y, z]).benefit("ease", "much").effort("cash", y).effort("work", z))
            .initiative(Initiative::new("B", "").benefit("trust", 1).benefit("ease", "some").effort("cash", 1).effort("work", 1));
        spec.criteria[0].weight = Some(weight);
        spec.criteria[3].price = Some(price);
        spec.policy.resolution.decimals = decimals;
        if let Ok(programme) = spec.build()
            && let Ok(ranking) = Ranking::new(&programme)
        {
            prop_assert!(ranking.lines().all(|line| line.score.is_finite()));
        }
    }

    #[test]
    fn a_blend_with_a_great_share_is_the_model_and_with_a_small_one_the_stakeholders(spec in programme()) {
        prop_assume!(!spec.ballots.is_empty());
        let by = |share: f64| {
            let policy = Policy { blend: Some(Blend { model_share: share }), ..Policy::default() };
            let programme = spec.clone().policy(policy).build().unwrap();
            let ranking = Ranking::new(&programme).unwrap();
            let lines: Vec<_> = ranking.lines().map(|l| (l.code.to_string(), l.model_rank.unwrap())).collect();
            lines
        };
        let model: Vec<usize> = by(0.999_99).iter().map(|l| l.1).collect();
        prop_assert!(model.is_sorted(), "{:?}", model);
    }
}

#[test]
fn a_done_prerequisite_is_satisfied_and_a_dead_one_blocks_what_needs_it_at_any_depth() {
    let item = |code: &str, benefit: i32, status: Status| {
        Initiative::new(code, "")
            .benefit("trust", benefit)
            .benefit("ease", "none")
            .effort("cash", 4)
            .effort("work", 0)
            .status(status)
    };
    let programme = frame()
        .initiative(item("A", 9, Status::Proposed).requires(["B", "C"]))
        .initiative(item("B", 1, Status::Proposed))
        .initiative(item("C", 1, Status::Done))
        .initiative(item("D", 5, Status::Proposed).requires(["E"]))
        .initiative(item("E", 6, Status::Proposed).requires(["F"]))
        .initiative(item("F", 1, Status::NotDoing))
        .build()
        .unwrap();
    let ranking = Ranking::new(&programme).unwrap();
    let flags: Vec<_> =
        ranking.lines().map(|l| (l.code.to_string(), l.stands_before, l.blocked_by)).collect();
    let ids = |codes: &[&str]| codes.iter().map(|c| (*c).into()).collect::<Vec<_>>();
    assert_eq!(
        flags,
        [
            ("A".into(), ids(&["B"]), ids(&[])),
            ("E".into(), ids(&[]), ids(&["F"])),
            ("D".into(), ids(&[]), ids(&["E"])),
            ("B".into(), ids(&[]), ids(&[])),
        ]
    );
}

#[test]
fn the_work_that_remains_is_what_counts() {
    let mut spec = frame().initiative(
        Initiative::new("A", "")
            .benefit("trust", 10)
            .benefit("ease", "none")
            .effort("cash", 100)
            .effort("work", 0)
            .status(Status::UnderWay),
    );
    spec.initiatives[0].remaining.insert("cash", 40);
    let score =
        |spec: &ProgrammeSpec| Ranking::new(&spec.clone().build().unwrap()).unwrap().get("A").unwrap().score;
    assert_eq!(score(&spec), 0.5);
    spec.initiatives[0].status = Status::Planned;
    assert_eq!(score(&spec), 0.2);
}

#[test]
fn levels_are_decided_exactly_at_their_edges() {
    use cxrank::policy::LevelBand;
    // 3 · 0.1 is not 0.3 in doubles; in the declared decimals it is.
    let band = |name: &str, at_least: f64| LevelBand { name: name.into(), at_least };
    let policy = Policy { levels: vec![band("could", 0.0), band("must", 0.3)], ..Policy::default() };
    let item = |code: &str, trust: f64| {
        Initiative::new(code, "")
            .benefit("trust", trust)
            .benefit("ease", "none")
            .effort("cash", 20)
            .effort("work", 0)
    };
    let spec = frame()
        .initiative(item("A", 3.0))
        .initiative(item("B", 2.999_99))
        .initiative(item("C", -0.000_01))
        .policy(policy);
    let programme = spec.build().unwrap();
    let ranking = Ranking::new(&programme).unwrap();
    let levels: Vec<_> = ranking.lines().map(|l| l.level).collect();
    assert_eq!(levels, [Some("must".to_owned()), Some("could".to_owned()), None]);
}
