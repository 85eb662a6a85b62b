use cxrank::Error;
use cxrank::policy::{Blend, LevelBand, Model, Policy};
use cxrank::programme::{
    Ballot, Criterion, Detailed, Estimate, Initiative, Likely, NeedsAny, Outcome, ProgrammeSpec, Stakeholder,
};
use cxrank::score::{ScoringModel, named};

use crate::programmes::frame;

fn a() -> Initiative {
    Initiative::new("A", "First")
        .benefit("trust", 2)
        .benefit("ease", "some")
        .effort("cash", 10)
        .effort("work", 1)
        .domain("service")
}

fn valid() -> ProgrammeSpec {
    let b = Initiative { code: "B".into(), ..a() };
    frame()
        .initiative(a())
        .initiative(b)
        .stakeholder(Stakeholder::new("coo"))
        .ballot(Ballot::ranked("coo", ["A", "B"]))
}

fn refused(spec: ProgrammeSpec) -> String {
    spec.build().expect_err("should be refused").to_string()
}

/// Changes the valid programme and expects exactly these lines.
#[track_caller]
fn refuses(change: impl FnOnce(&mut ProgrammeSpec), expected: &str) {
    let mut spec = valid();
    change(&mut spec);
    assert_eq!(refused(spec), expected);
}

#[test]
fn the_frame_of_these_tests_is_valid() {
    valid().build().unwrap();
}

#[test]
fn numbers() {
    let set = |criterion: &'static str, estimate: Estimate| {
        move |spec: &mut ProgrammeSpec| {
            let inputs = &mut spec.initiatives[1];
            if criterion == "trust" || criterion == "ease" {
                inputs.benefits.insert(criterion, estimate);
            } else {
                inputs.efforts.insert(criterion, estimate);
            }
        }
    };
    refuses(
        set("trust", f64::NAN.into()),
        "initiatives[1].benefits.trust: found NaN, expected a finite number [programme.not-finite]",
    );
    refuses(
        set("cash", f64::INFINITY.into()),
        "initiatives[1].efforts.cash: found inf, expected a finite number [programme.not-finite]",
    );
    refuses(
        set("work", Estimate::from(-1)),
        "initiatives[1].efforts.work: found -1, expected zero or more [programme.negative]",
    );
    refuses(
        set("trust", Estimate::from(20.5)),
        "initiatives[1].benefits.trust: found 20.5, expected a value from -10 to 20, the declared scale of `trust` [programme.outside-scale]",
    );
    refuses(
        set("trust", Estimate::from([-11.0, 0.0, 21.0])),
        "initiatives[1].benefits.trust[0]: found -11, expected a value from -10 to 20, the declared scale of `trust` [programme.outside-scale]\n\
         initiatives[1].benefits.trust[2]: found 21, expected a value from -10 to 20, the declared scale of `trust` [programme.outside-scale]",
    );
    refuses(
        set("cash", Estimate::from([3.0, 2.0, 4.0])),
        "initiatives[1].efforts.cash: found low 3, likely 2, high 4, expected low ≤ likely ≤ high, all three or likely alone [programme.unordered-estimate]",
    );
    refuses(
        set("cash", Detailed { low: Some(1.0), likely: Likely::Number(2.0), ..Detailed::default() }.into()),
        "initiatives[1].efforts.cash: found low 1, likely 2, high nothing, expected low ≤ likely ≤ high, all three or likely alone [programme.unordered-estimate]",
    );
    refuses(
        set("cash", Estimate::from(1e-9)),
        "initiatives[1].efforts.cash: found 1e-9, expected zero, or a magnitude from 0.000001 to 570000000000 at 6 decimals [programme.beyond-resolution]",
    );
    refuses(
        set("cash", Estimate::from(1e15)),
        "initiatives[1].efforts.cash: found 1000000000000000, expected zero, or a magnitude from 0.000001 to 570000000000 at 6 decimals [programme.beyond-resolution]",
    );
    refuses(
        set("ease", Estimate::from("mucj")),
        "initiatives[1].benefits.ease: found \"mucj\", expected a level of the criterion's scale (`much`?) [programme.unknown-level]",
    );
    refuses(
        set("ease", Estimate::from(0.5)),
        "initiatives[1].benefits.ease: found 0.5, expected a level of `ease`: much (1), none (0), some (0.3) [programme.wrong-type]",
    );
    refuses(
        set("cash", Estimate::from("much")),
        "initiatives[1].efforts.cash: found \"much\", expected a number: `cash` has no levels [programme.wrong-type]",
    );
}

#[test]
fn ids_and_references() {
    refuses(
        |s| s.initiatives.clear(),
        "initiatives: found nothing, expected at least one initiative [programme.missing-field]\nballots[0].ranking[0][0]: found \"A\", expected the code of an initiative [ballot.unknown-initiative]\nballots[0].ranking[1][0]: found \"B\", expected the code of an initiative [ballot.unknown-initiative]",
    );
    refuses(
        |s| s.initiatives.push(a()),
        "initiatives[2].code: found \"A\", expected an id of its own: initiatives[0] has this one [programme.duplicate-id]",
    );
    refuses(
        |s| s.initiatives.push(Initiative { code: " C".into(), ..a() }),
        "initiatives[2].code: found \" C\", expected at most 200 characters without control characters or spaces at either end [programme.malformed-id]",
    );
    refuses(
        |s| s.initiatives.push(Initiative { code: "".into(), ..a() }),
        "initiatives[2].code: found nothing, expected an id that nothing else has [programme.missing-field]",
    );
    refuses(
        |s| s.initiatives[0].requires = vec!["A".into()],
        "initiatives[0].requires[0]: found \"A\" among its own prerequisites, expected other initiatives [programme.self-requirement]",
    );
    refuses(
        |s| s.initiatives[0].requires = vec!["b".into()],
        "initiatives[0].requires[0]: found \"b\", expected the code of an initiative (`B`?) [programme.unknown-initiative]",
    );
    refuses(
        |s| {
            s.initiatives[0].requires = vec!["B".into()];
            s.initiatives[1].requires = vec!["A".into()];
        },
        "initiatives[0].requires: found a circle: A needs B needs A, expected prerequisites that come to an end [sequence.cycle]",
    );
    refuses(
        |s| drop(s.initiatives[1].benefits.insert("thrust", 1)),
        "initiatives[1].benefits.thrust: found \"thrust\", expected the id of a criterion of this kind (`trust`?) [programme.unknown-criterion]",
    );
    refuses(
        |s| drop(s.initiatives[1].benefits.insert("cash", 1)),
        "initiatives[1].benefits.cash: found \"cash\", expected the id of a criterion of this kind [programme.unknown-criterion]",
    );
    refuses(
        |s| s.outcomes.push(Outcome::new("O", "", Vec::<&str>::new())),
        "outcomes[0].requires: found nothing, expected at least one initiative [programme.missing-field]",
    );
    refuses(
        |s| s.outcomes.push(Outcome::new("A", "", ["B"])),
        "outcomes[0].id: found \"A\", expected an id of its own: initiatives[0] has this one [programme.duplicate-id]",
    );
}

#[test]
fn criteria() {
    refuses(
        |s| s.criteria[0].weight = Some(-1.0),
        "criteria[0].weight: found -1, expected zero or more [programme.negative]",
    );
    refuses(
        |s| s.criteria[2].price = Some(-2.0),
        "criteria[2].price: found -2, expected zero or more [programme.negative]",
    );
    refuses(
        |s| {
            s.criteria[0].weight = Some(0.0);
            s.criteria[1].weight = Some(0.0);
        },
        "criteria: found no benefit criterion with a weight above zero, expected at least one [programme.weights-sum-to-zero]",
    );
    refuses(
        |s| s.criteria[0].full = Some(0.0),
        "criteria[0]: found worst -10, none 0, full 0, expected `full` other than `none`, and `worst` not between them [programme.flat-scale]\n\
         initiatives[0].benefits.trust: found 2, expected a value from -10 to 0, the declared scale of `trust` [programme.outside-scale]\n\
         initiatives[1].benefits.trust: found 2, expected a value from -10 to 0, the declared scale of `trust` [programme.outside-scale]",
    );
    refuses(
        |s| s.criteria[3].price = None,
        "criteria[3].price: found nothing, expected the price of one unit in the effort unit [programme.missing-field]",
    );
    refuses(
        |s| s.criteria.push(Criterion { full: None, ..Criterion::benefit("speed", 1.0, 0.0, 1.0) }),
        "criteria[4].full: found nothing, expected the value worth 1: a scale that the list at hand decides would move others when an idea is added [programme.missing-field]",
    );
}

#[test]
fn stakeholders_and_ballots() {
    refuses(
        |s| s.stakeholders[0].weight = Some(0.0),
        "stakeholders[0].weight: found 0, expected more than zero [programme.not-positive]",
    );
    refuses(
        |s| s.stakeholders[0].delivers = vec!["servise".into()],
        "stakeholders[0].delivers[0]: found \"servise\", expected a domain or the code of an initiative (`service`?) [programme.unknown-domain]",
    );
    refuses(
        |s| s.stakeholders[0].credibility = Some(80.0),
        "stakeholders[0].credibility: found 80, expected a value from 0 to 1, the range of `credibility` [programme.outside-scale]",
    );
    refuses(
        |s| s.ballots[0] = Ballot::groups("coo", [vec!["A", "B"], vec!["A"]]),
        "ballots[0].ranking[1][0]: found \"A\", expected every initiative at most once [ballot.duplicate-initiative]",
    );
    refuses(
        |s| s.ballots[0] = Ballot::ranked("coo", ["A", "X"]),
        "ballots[0].ranking[1][0]: found \"X\", expected the code of an initiative [ballot.unknown-initiative]",
    );
    refuses(
        |s| s.ballots.push(Ballot::ranked("cop", ["A"])),
        "ballots[1].stakeholder: found \"cop\", expected the id of a stakeholder (`coo`?) [programme.unknown-stakeholder]",
    );
    refuses(
        |s| s.ballots.push(Ballot::ranked("coo", ["A"])),
        "ballots[1].stakeholder: found \"coo\", expected an id of its own: ballots[0] has this one [programme.duplicate-id]",
    );
    refuses(
        |s| s.ballots[0] = Ballot::points("coo", [("A", -3.0)]),
        "ballots[0].points.A: found -3, expected zero or more [programme.negative]",
    );
    refuses(
        |s| s.ballots[0].points = [("A".into(), 3.0)].into(),
        "ballots[0].points: found a ranking and points, expected one of them [programme.contradiction]",
    );
}

#[test]
fn strategy_and_policy() {
    refuses(
        |s| s.strategy.budget = Some(-1.0),
        "strategy.budget: found -1, expected zero or more [programme.negative]",
    );
    refuses(
        |s| s.strategy.budget = Some(f64::NAN),
        "strategy.budget: found NaN, expected a finite number [programme.not-finite]",
    );
    refuses(
        |s| s.policy.blend = Some(Blend { model_share: 1.0 }),
        "policy.blend.model_share: found 1, expected a value from 0 to 1, both ends excluded [programme.outside-scale]",
    );
    refuses(
        |s| s.policy.resolution.decimals = 10,
        "policy.resolution: found 10, expected a value from 0 to 9, the decimals that can count [programme.outside-scale]",
    );
    refuses(
        |s| {
            s.policy.levels = vec![
                LevelBand { name: "must".into(), at_least: 1.0 },
                LevelBand { name: "must".into(), at_least: 2.0 },
            ];
        },
        "policy.levels[1].name: found \"must\", expected an id of its own: a level before has this one [programme.duplicate-id]",
    );
}

#[test]
fn constraints_and_outcomes() {
    refuses(
        |s| s.strategy.constraints.mandatory = vec!["X".into()],
        "strategy.constraints.mandatory[0]: found \"X\", expected the code of an initiative [programme.unknown-initiative]",
    );
    refuses(
        |s| s.strategy.constraints.at_most_one = vec![vec![]],
        "strategy.constraints.at_most_one[0]: found nothing, expected at least one initiative [programme.missing-field]",
    );
    refuses(
        |s| {
            s.strategy.constraints.needs_any =
                vec![NeedsAny { initiative: "A".into(), of: vec!["A".into(), "C".into()] }];
        },
        "strategy.constraints.needs_any[0].of[0]: found \"A\" among its own prerequisites, expected other initiatives [programme.self-requirement]\n\
         strategy.constraints.needs_any[0].of[1]: found \"C\", expected the code of an initiative [programme.unknown-initiative]",
    );
    refuses(
        |s| s.outcomes.push(Outcome::new("O", "", ["A"]).benefit("trust", -1)),
        "outcomes[0].benefits.trust: found -1, expected a value from 0 to 20, the declared scale of `trust` [programme.outside-scale]",
    );
}

#[test]
fn every_problem_is_reported_at_once_in_the_order_of_the_input() {
    let mut spec = valid();
    spec.policy.per = Some(0.0);
    spec.ballots[0].ranking.push(vec!["B".into()]);
    spec.initiatives[1].efforts.insert("cash", -1);
    spec.initiatives[0].benefits.insert("trust", 99);
    spec.criteria[2].price = Some(f64::NAN);
    let error: Error = spec.build().unwrap_err();
    let paths: Vec<_> = error.problems().iter().map(|p| p.path().to_string()).collect();
    assert_eq!(
        paths,
        [
            "criteria[2].price",
            "initiatives[0].benefits.trust",
            "initiatives[1].efforts.cash",
            "ballots[0].ranking[2][0]",
            "policy.per"
        ]
    );
    assert!(error.has("programme.not-positive") && !error.has("programme.cycle"));
    assert_eq!(error.code(), "programme.not-finite");
}

#[test]
fn models_say_what_they_need() {
    let programme = valid().build().unwrap();
    let error = ScoringModel::bind(Model::NetBenefit, &programme).unwrap_err();
    assert_eq!(
        error.to_string(),
        "strategy.benefit_price: found nothing, expected the price of a point of benefit, which net benefit needs [score.no-benefit-price]"
    );
    let error = ScoringModel::bind(Model::WeightedSum, &programme).unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert_eq!(error.code(), "score.no-effort-scale");
    let broken = named("broken", |facts| Some(if facts.initiative().code == "B" { f64::NAN } else { 1.0 }));
    let error = ScoringModel::custom(&broken, &programme).scores().unwrap_err();
    assert_eq!(
        error.to_string(),
        "initiatives[1]: found NaN for B from the model `broken`, expected a finite number, or none [score.not-finite]"
    );
}

#[test]
fn sums_that_would_not_be_exact_are_refused() {
    let policy = Policy { resolution: cxrank::policy::Resolution { decimals: 9 }, ..Policy::default() };
    let mut spec = valid().policy(policy);
    spec.strategy.benefit_price = Some(123_456_789.123_456_79);
    spec.criteria[0].weight = Some(234_567_891.234_567_89);
    spec.criteria[2].price = Some(5e8);
    spec.initiatives[0].efforts.insert("cash", 5e8);
    let programme = spec.build().unwrap();
    assert!(ScoringModel::new(&programme).unwrap().scores().is_ok());
    let error = ScoringModel::bind(Model::NetBenefit, &programme).unwrap().scores().unwrap_err();
    assert_eq!(error.code(), "score.overflow");
}
