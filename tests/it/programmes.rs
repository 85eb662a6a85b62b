//! Random programmes: small numbers with many ties, gaps, prerequisites, ballots.

use cxrank::policy::{Blend, LevelBand, Model, Policy, QuadrantCuts, Resolution, Revision, Rule, Strength};
use cxrank::programme::{
    ActionItem, Actual, Ballot, Capacities, Characteristic, Charter, Constraints, Criterion, Date, Detailed,
    Estimate, Goal, GoalFeed, Guardrail, Id, Initiative, Inputs, Likely, Measure, NeedsAny, Outcome,
    ProgrammeSpec, Readiness, Rhythm, ScaleKind, Spread, Stakeholder, Status, Step, Strategy as Limits,
    Unranked, Wins,
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

/// A valid programme in which any field of the file may be given.
pub(crate) fn everything() -> impl Strategy<Value = ProgrammeSpec> {
    (programme(), prop::collection::vec(any::<u16>(), 0..600)).prop_map(|(mut spec, choices)| {
        Fields { choices, next: 0 }.fill(&mut spec);
        spec
    })
}

/// Choices that are used one after the other; zeros after the last, which give nothing.
struct Fields {
    choices: Vec<u16>,
    next: usize,
}

impl Fields {
    /// Below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.next += 1;
        self.choices.get(self.next - 1).map_or(0, |&choice| usize::from(choice) % n)
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| value(self))
    }

    fn list<T>(&mut self, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(3)).map(|_| value(self)).collect()
    }

    fn text(&mut self) -> String {
        self.one(&[
            "x",
            "",
            "a \"quoted\"\nline \\",
            "\u{202e}\u{65e5}\u{672c}",
            "\u{1f600} <script>",
            "null",
            "growth",
        ])
        .to_owned()
    }

    fn id(&mut self) -> Id {
        self.one(&["it", "desk", "contact centre", "d\u{e9}p\u{f4}t"]).into()
    }

    /// Zero or more; thirds have no end in binary nor in decimals.
    fn amount(&mut self) -> f64 {
        self.below(5000) as f64 / 3.0
    }

    fn share(&mut self) -> f64 {
        (1 + self.below(98)) as f64 / 99.0
    }

    fn count(&mut self) -> u32 {
        1 + self.below(20) as u32
    }

    fn date(&mut self) -> Date {
        let first: Date = "2024-02-29".parse().unwrap();
        first.plus_days(self.below(3000) as i32).unwrap()
    }

    fn amounts(&mut self) -> std::collections::BTreeMap<Id, f64> {
        self.list(|f| (f.id(), f.amount())).into_iter().collect()
    }

    /// The estimate, perhaps with its evidence.
    fn detailed(&mut self, estimate: &mut Estimate) {
        if self.below(2) == 0 {
            return;
        }
        let (low, likely, high) = match estimate {
            Estimate::Missing => (None, Likely::Missing, None),
            Estimate::Number(x) => (None, Likely::Number(*x), None),
            Estimate::Level(level) => (None, Likely::Level(level.clone()), None),
            Estimate::Range(range) => (Some(range[0]), Likely::Number(range[1]), Some(range[2])),
            Estimate::Detailed(_) => return,
        };
        let spreads = [Spread::Pert, Spread::Triangular, Spread::Swanson, Spread::PearsonTukey];
        *estimate = Estimate::from(Detailed {
            low,
            likely,
            high,
            spread: self.maybe(|f| f.one(&spreads)),
            source: self.maybe(Self::text),
            date: self.maybe(Self::date),
            grade: self.maybe(Self::text),
            by: self.maybe(Self::text),
        });
    }

    fn effort(&mut self) -> Estimate {
        let x = self.amount();
        let mut estimate = match self.below(3) {
            0 => Estimate::Missing,
            1 => x.into(),
            _ => [x, x + 1.5, x + 7.0].into(),
        };
        self.detailed(&mut estimate);
        estimate
    }

    fn efforts(&mut self) -> Inputs {
        let mut inputs = Inputs::default();
        for criterion in ["cash", "work"] {
            if let Some(effort) = self.maybe(Self::effort) {
                inputs.insert(criterion, effort);
            }
        }
        inputs
    }

    fn goal(&mut self) -> Goal {
        let text = self.text();
        self.one(&[Goal::Growth, Goal::Margin, Goal::CostToServe, Goal::Own(text)])
    }

    fn fill(&mut self, spec: &mut ProgrammeSpec) {
        let codes: Vec<Id> = spec.initiatives.iter().map(|i| i.code.clone()).collect();
        let code = |f: &mut Self| f.one(&codes);
        spec.name = self.text();
        spec.effort_unit = self.maybe(Self::text);
        spec.period = self.maybe(Self::text);
        for criterion in &mut spec.criteria {
            criterion.name = self.text();
            criterion.scale =
                self.maybe(|f| f.one(&[ScaleKind::Ratio, ScaleKind::Interval, ScaleKind::Ordinal]));
            criterion.voice_of_customer = self.maybe(|f| f.below(2) == 0);
        }
        for initiative in &mut spec.initiatives {
            self.initiative(initiative);
        }
        for outcome in &mut spec.outcomes {
            outcome.lasts = self.maybe(Self::count);
            outcome.goals = self.list(|f| GoalFeed { goal: f.goal(), money: f.effort() });
        }
        let domain = spec.initiatives.iter().find_map(|i| i.domain.clone());
        for stakeholder in &mut spec.stakeholders {
            stakeholder.name = self.text();
            stakeholder.units = self.list(Self::id);
            stakeholder.delivers = self.list(code);
            stakeholder.delivers.extend(domain.clone());
            stakeholder.position_power = self.maybe(Self::share);
            stakeholder.credibility = self.maybe(Self::share);
            stakeholder.goals = self.list(Self::goal);
        }
        for ballot in &mut spec.ballots {
            ballot.date = self.maybe(Self::date);
        }
        spec.strategy = self.strategy(&codes);
        let step = self.one(&Step::ALL);
        let characteristic = self.one(&Characteristic::ALL);
        let (date, text) = (self.date(), format!("x{}", self.text()));
        if self.below(2) > 0 {
            spec.readiness.push(Readiness::step(step, date, text.clone()));
            let record = Readiness::characteristic(characteristic, date, text);
            let skipped = record.evidence.clone();
            spec.readiness.push(Readiness { evidence: None, skipped, ..record });
        }
        spec.policy = self.policy();
    }

    fn initiative(&mut self, initiative: &mut Initiative) {
        initiative.domain = self.maybe(Self::id);
        initiative.level = self.maybe(Self::id);
        initiative.journey_step = self.maybe(Self::id);
        initiative.not_doing_because = self.maybe(Self::text).map(Into::into);
        for inputs in [&mut initiative.benefits, &mut initiative.efforts] {
            let mut filled = Inputs::default();
            for (criterion, estimate) in inputs.iter() {
                let mut estimate = estimate.clone();
                self.detailed(&mut estimate);
                filled.insert(criterion, estimate);
            }
            *inputs = filled;
        }
        initiative.lasts = self.maybe(Self::count);
        initiative.remaining = self.efforts();
        initiative.expected_outcomes = self.list(Self::text);
        initiative.owner = self.maybe(Self::id);
        initiative.owner_has_authority = self.maybe(|f| f.below(2) == 0);
        initiative.units = self.list(Self::id);
        initiative.teams = self.amounts();
        initiative.teams_remaining = self.amounts();
        initiative.duration = self.maybe(Self::count);
        initiative.earliest = self.maybe(Self::date);
        initiative.deadline = self.maybe(Self::date);
        initiative.charter = self.maybe(|f| {
            Box::new(Charter {
                objectives: f.list(Self::text),
                benefits: f.list(Self::text),
                definition_of_done: f.maybe(Self::text),
                phases: f.list(Self::text),
            })
        });
        initiative.actions = self.list(|f| ActionItem {
            text: format!("x{}", f.text()),
            owner: f.maybe(Self::id),
            deadline: f.maybe(Self::date),
            week: f.maybe(Self::date),
            done: f.maybe(Self::date),
        });
        initiative.actual = self.maybe(|f| {
            let benefits = initiative.benefits.clone();
            Box::new(Actual { date: f.maybe(Self::date), benefits, efforts: f.efforts() })
        });
    }

    fn strategy(&mut self, codes: &[Id]) -> Limits {
        let code = |f: &mut Self| f.one(codes);
        let group = |f: &mut Self| (0..=f.below(3)).map(|_| code(f)).collect::<Vec<_>>();
        let measures = [Measure::Initiatives, Measure::Effort, Measure::EffortShare];
        let guardrail = |f: &mut Self, id: &str| Guardrail {
            id: id.into(),
            measure: f.one(&measures),
            domain: f.maybe(Self::id),
            unit: f.maybe(Self::id),
            owner: f.maybe(Self::id),
            status: f.list(|f| f.one(&[Status::Planned, Status::UnderWay, Status::Qualified])),
            at_least: f.maybe(Self::share),
            at_most: Some(1.0 + f.amount()),
        };
        let needs_any = self.list(|f| NeedsAny { initiative: code(f), of: group(f) });
        Limits {
            budget: self.maybe(Self::amount),
            benefit_price: self.maybe(Self::amount),
            horizon: self.maybe(Self::count),
            discount: self.maybe(Self::share),
            start: self.maybe(Self::date),
            capacities: Capacities {
                teams: self.amounts(),
                units: self.list(|f| (f.id(), f.count())).into_iter().collect(),
                cash: self.maybe(Self::amount),
            },
            guardrails: ["g", "h"].iter().filter_map(|id| self.maybe(|f| guardrail(f, id))).collect(),
            constraints: Constraints {
                mandatory: self.list(code),
                excluded: self.list(code),
                together: self.list(group),
                exactly_one: self.list(group),
                at_most_one: self.list(group),
                needs_any: needs_any
                    .into_iter()
                    .filter(|needs| !needs.of.contains(&needs.initiative))
                    .collect(),
            },
            horizons: self.maybe(|f| {
                let short = f.count();
                [short, short + f.count()]
            }),
            wins: self.maybe(|f| Wins { first_by: f.maybe(Self::count), longest_gap: f.maybe(Self::count) }),
            release_every: self.maybe(Self::count),
            rhythm: self
                .maybe(|f| Rhythm {
                    boards_at_least: f.count(),
                    boards_at_most: 20 + f.count(),
                    estimates_stale_after: f.count(),
                    ballots_stale_after: f.count(),
                })
                .unwrap_or_default(),
        }
    }

    fn policy(&mut self) -> Policy {
        use Rule::{Borda, Copeland, Kemeny, Llull, Minimax, Points, RankedPairs, Schulze};
        let (rule, strength) = self.one(&[
            (Kemeny, None),
            (Borda, None),
            (Copeland, None),
            (Llull, None),
            (Points, None),
            (RankedPairs, Some(Strength::Margin)),
            (Schulze, Some(Strength::Ratio)),
            (Minimax, Some(Strength::Opposition)),
            (Schulze, Some(Strength::Winning)),
        ]);
        let names = self.list(Self::text).len();
        Policy {
            model: self.one(&[Model::BenefitCost, Model::NetBenefit, Model::WeightedSum]),
            rule,
            strength,
            spread: self.one(&[Spread::Pert, Spread::Triangular, Spread::Swanson, Spread::PearsonTukey]),
            resolution: Resolution { decimals: self.one(&[6, 4, 5, 8]) },
            per: self.maybe(|f| 1.0 + f.amount()),
            levels: (0..names)
                .map(|i| LevelBand { name: format!("level {i}"), at_least: self.amount() - 99.0 })
                .collect(),
            quadrants: self.maybe(|f| {
                let (benefit, effort) = (f.amount() - 500.0, f.amount());
                f.one(&[QuadrantCuts::Median {}, QuadrantCuts::At { benefit, effort }])
            }),
            blend: self.maybe(|f| Blend { model_share: f.share() }),
            revision: self
                .maybe(|f| {
                    let share = f.share();
                    f.one(&[
                        Revision::ConjugateNormal { prior_strength: 50.0 + share },
                        Revision::ExponentiallyWeighted { newest: share },
                    ])
                })
                .unwrap_or_default(),
        }
    }
}
