use std::collections::{BTreeMap, BTreeSet};

use super::quantities::{Draft, off_grid};
use super::{Ballot, CriterionKind, Estimate, Fault, Guardrail, Id, Likely, Named, ProgrammeSpec};
use crate::error::{Path, Problem, nearest};
use crate::exact::Grid;
use crate::graph::Rows;
use crate::policy::{Policy, QuadrantCuts, Revision};

/// A valid programme's numbers, and where each list's rows stand when sorted by id.
pub(super) struct Checked {
    pub(super) draft: Draft,
    pub(super) initiatives: Vec<u32>,
    pub(super) outcomes: Vec<u32>,
}

/// Checks everything; every problem, in the order of the input.
pub(super) fn validate(spec: &ProgrammeSpec) -> Result<Checked, Vec<Problem>> {
    let mut problems = Vec::new();
    let draft = Draft::of(spec, &mut problems);
    let mut check = Check {
        spec,
        problems,
        grid: draft.grid,
        initiatives: order(spec.initiatives.iter().map(|i| &i.code)),
    };
    check.criteria();
    check.initiatives();
    let outcomes = check.outcomes();
    check.stakeholders();
    check.strategy();
    check.readiness();
    check.policy(&spec.policy);
    if !check.problems.is_empty() {
        // In the order of the input, whichever check came first.
        check.problems.sort_by_cached_key(|p| (place(p.path()), p.path().clone()));
        return Err(check.problems);
    }
    Ok(Checked { draft, initiatives: check.initiatives, outcomes })
}

/// Where a field of the programme stands in its file.
fn place(path: &Path) -> usize {
    const FIELDS: [&str; 11] = [
        "name",
        "effort_unit",
        "period",
        "criteria",
        "initiatives",
        "outcomes",
        "stakeholders",
        "ballots",
        "strategy",
        "readiness",
        "policy",
    ];
    match path.segments().first() {
        Some(crate::error::Segment::Key(key)) => {
            FIELDS.iter().position(|field| field == key).unwrap_or(FIELDS.len())
        }
        _ => FIELDS.len(),
    }
}

fn order<'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<u32> {
    let ids: Vec<&Id> = ids.collect();
    let mut order: Vec<u32> = (0..u32::try_from(ids.len()).expect("fewer than 2³² rows")).collect();
    if !ids.is_sorted() {
        order.sort_by_key(|&i| ids[i as usize]);
    }
    order
}

struct Check<'a> {
    spec: &'a ProgrammeSpec,
    problems: Vec<Problem>,
    grid: Grid,
    /// Sorted by code.
    initiatives: Vec<u32>,
}

impl<'a> Check<'a> {
    fn problem(&mut self, path: Path, fault: Fault) {
        self.problems.push(Problem::new(path, fault));
    }

    fn criteria(&mut self) {
        let spec = self.spec;
        self.ids("criteria", "id", &order(spec.criteria.iter().map(|c| &c.id)), |i| &spec.criteria[i].id);
        let unit = spec.effort_unit.as_deref().unwrap_or("money");
        for (i, criterion) in spec.criteria.iter().enumerate() {
            let path = |field: &str| Path::of("criteria", i).key(field);
            // That they are finite was checked when they were quantised.
            for (field, x) in [("weight", criterion.weight), ("price", criterion.price)] {
                if let Some(found) = x.filter(|x| x.is_finite() && *x < 0.0) {
                    self.problem(path(field), Fault::Negative { found });
                }
            }
            match criterion.kind {
                None => self.problem(path("kind"), Fault::MissingField { expected: "`benefit` or `effort`" }),
                Some(CriterionKind::Benefit) if criterion.weight.is_none() => {
                    self.problem(
                        path("weight"),
                        Fault::MissingField { expected: "the points from `none` to `full`" },
                    );
                }
                Some(CriterionKind::Effort) => {
                    let same = criterion.unit.as_deref().is_none_or(|u| u == unit);
                    if criterion.price.is_none() && !same {
                        self.problem(
                            path("price"),
                            Fault::MissingField { expected: "the price of one unit in the effort unit" },
                        );
                    }
                    for (level, &found) in criterion.levels.iter().filter(|(_, x)| x.is_finite() && **x < 0.0)
                    {
                        self.problem(path("levels").key(level), Fault::Negative { found });
                    }
                }
                Some(CriterionKind::Benefit) => {}
            }
        }
        if !spec.criteria.iter().any(|c| c.is_benefit() && c.weight.is_some_and(|w| w > 0.0)) {
            self.problem(Path::root().key("criteria"), Fault::WeightsSumToZero);
        }
        if !spec.criteria.iter().any(|c| c.kind == Some(CriterionKind::Effort)) {
            self.problem(
                Path::root().key("criteria"),
                Fault::MissingField { expected: "at least one effort criterion" },
            );
        }
    }

    fn initiatives(&mut self) {
        let spec = self.spec;
        if spec.initiatives.is_empty() {
            self.problem(
                Path::root().key("initiatives"),
                Fault::MissingField { expected: "at least one initiative" },
            );
        }
        let order = std::mem::take(&mut self.initiatives);
        self.ids("initiatives", "code", &order, |i| &spec.initiatives[i].code);
        self.initiatives = order;

        let mut requires = Rows::with_capacity(spec.initiatives.len());
        let mut row = Vec::new();
        for (i, initiative) in spec.initiatives.iter().enumerate() {
            let path = |field: &str| Path::of("initiatives", i).key(field);
            row.clear();
            for (j, code) in initiative.requires.iter().enumerate() {
                if *code == initiative.code {
                    self.problem(path("requires").index(j), Fault::SelfRequirement { id: code.clone() });
                } else if let Some(at) = self.find(code, Named::Initiative, || path("requires").index(j)) {
                    row.push(at);
                }
            }
            requires.push(row.iter().copied());
            for (field, teams) in
                [("teams", &initiative.teams), ("teams_remaining", &initiative.teams_remaining)]
            {
                for (team, &days) in teams {
                    self.not_negative(days, || path(field).key(team.as_str()));
                }
            }
            if initiative.duration == Some(0) {
                self.problem(path("duration"), Fault::NotPositive { found: 0.0 });
            }
            if initiative.lasts == Some(0) {
                self.problem(path("lasts"), Fault::NotPositive { found: 0.0 });
            }
            for (j, action) in initiative.actions.iter().enumerate() {
                if action.text.trim().is_empty() {
                    self.problem(
                        path("actions").index(j).key("text"),
                        Fault::MissingField { expected: "what is to be done" },
                    );
                }
            }
        }
        for cycle in requires.cycles() {
            let path = Path::of("initiatives", cycle[0] as usize).key("requires");
            let cycle = cycle.iter().map(|&i| spec.initiatives[i as usize].code.clone()).collect();
            self.problem(path, Fault::Cycle { cycle });
        }
    }

    fn outcomes(&mut self) -> Vec<u32> {
        let spec = self.spec;
        let order = order(spec.outcomes.iter().map(|o| &o.id));
        self.ids("outcomes", "id", &order, |i| &spec.outcomes[i].id);
        for (i, outcome) in spec.outcomes.iter().enumerate() {
            let path = |field: &str| Path::of("outcomes", i).key(field);
            if let Some(at) = self.position(&outcome.id) {
                let first = format!("initiatives[{at}]");
                self.problem(path("id"), Fault::DuplicateId { id: outcome.id.clone(), first });
            }
            if outcome.requires.is_empty() {
                self.problem(path("requires"), Fault::MissingField { expected: "at least one initiative" });
            }
            for (j, code) in outcome.requires.iter().enumerate() {
                self.find(code, Named::Initiative, || path("requires").index(j));
            }
            if outcome.lasts == Some(0) {
                self.problem(path("lasts"), Fault::NotPositive { found: 0.0 });
            }
            for (j, feed) in outcome.goals.iter().enumerate() {
                self.money(&feed.money, &|| path("goals").index(j).key("money"));
            }
        }
        order
    }

    fn stakeholders(&mut self) {
        let spec = self.spec;
        let sorted = order(spec.stakeholders.iter().map(|s| &s.id));
        self.ids("stakeholders", "id", &sorted, |i| &spec.stakeholders[i].id);
        let domains: BTreeSet<&Id> = spec.initiatives.iter().filter_map(|i| i.domain.as_ref()).collect();
        for (i, stakeholder) in spec.stakeholders.iter().enumerate() {
            let path = |field: &str| Path::of("stakeholders", i).key(field);
            if let Some(weight) = stakeholder.weight {
                self.positive(weight, || path("weight"));
            }
            for (field, x) in
                [("position_power", stakeholder.position_power), ("credibility", stakeholder.credibility)]
            {
                if let Some(x) = x {
                    self.share(x, field, || path(field));
                }
            }
            for (j, what) in stakeholder.delivers.iter().enumerate() {
                if !domains.contains(what) && self.position(what).is_none() {
                    let nearest = nearest(what, domains.iter().map(|d| d.as_str()));
                    self.problem(
                        path("delivers").index(j),
                        Fault::UnknownId { what: Named::Domain, id: what.to_string(), nearest },
                    );
                }
            }
        }
        let known: BTreeSet<&Id> = spec.stakeholders.iter().map(|s| &s.id).collect();
        let mut first: BTreeMap<&Id, usize> = BTreeMap::new();
        for (i, ballot) in spec.ballots.iter().enumerate() {
            let path = |field: &str| Path::of("ballots", i).key(field);
            let who = &ballot.stakeholder;
            if !known.contains(who) {
                let nearest = nearest(who, spec.stakeholders.iter().map(|s| s.id.as_str()));
                self.problem(
                    path("stakeholder"),
                    Fault::UnknownId { what: Named::Stakeholder, id: who.to_string(), nearest },
                );
            } else if let Some(&at) = first.get(who) {
                let first = format!("ballots[{at}]");
                self.problem(path("stakeholder"), Fault::DuplicateId { id: who.clone(), first });
            } else {
                first.insert(who, i);
            }
            self.ballot(ballot, &path);
        }
    }

    fn ballot(&mut self, ballot: &'a Ballot, path: &dyn Fn(&str) -> Path) {
        if !ballot.ranking.is_empty() && !ballot.points.is_empty() {
            let found = "a ranking and points".to_owned();
            self.problem(path("points"), Fault::Contradiction { found, expected: "one of them" });
        }
        let mut seen = BTreeSet::new();
        for (g, group) in ballot.ranking.iter().enumerate() {
            for (j, code) in group.iter().enumerate() {
                let at = || path("ranking").index(g).index(j);
                if self.find(code, Named::OnBallot, at).is_some() && !seen.insert(code) {
                    self.problem(at(), Fault::BallotTwice { id: code.clone() });
                }
            }
        }
        for (code, &points) in &ballot.points {
            let at = || path("points").key(code.as_str());
            self.find(code, Named::OnBallot, at);
            self.not_negative(points, at);
        }
    }

    fn strategy(&mut self) {
        let spec = self.spec;
        let strategy = &spec.strategy;
        let path = |field: &str| Path::root().key("strategy").key(field);
        for (field, x) in [
            ("budget", strategy.budget),
            ("benefit_price", strategy.benefit_price),
            ("discount", strategy.discount),
        ] {
            if let Some(x) = x {
                self.not_negative(x, || path(field));
            }
        }
        for (field, x) in [("horizon", strategy.horizon), ("release_every", strategy.release_every)] {
            if x == Some(0) {
                self.problem(path(field), Fault::NotPositive { found: 0.0 });
            }
        }
        if let Some(wins) = strategy.wins {
            for (field, x) in [("first_by", wins.first_by), ("longest_gap", wins.longest_gap)] {
                if x == Some(0) {
                    self.problem(path("wins").key(field), Fault::NotPositive { found: 0.0 });
                }
            }
        }
        for (team, &days) in &strategy.capacities.teams {
            self.not_negative(days, || path("capacities").key("teams").key(team.as_str()));
        }
        if let Some(cash) = strategy.capacities.cash {
            self.not_negative(cash, || path("capacities").key("cash"));
        }
        if let Some([short, mid]) = strategy.horizons
            && (short == 0 || mid < short)
        {
            let found = format!("short term to period {short}, mid term to {mid}");
            self.problem(path("horizons"), Fault::Contradiction { found, expected: "1 ≤ short ≤ mid" });
        }
        let rhythm = strategy.rhythm;
        if rhythm.boards_at_least > rhythm.boards_at_most {
            let found = format!(
                "boards at least {}, at most {} days apart",
                rhythm.boards_at_least, rhythm.boards_at_most
            );
            self.problem(path("rhythm"), Fault::Contradiction { found, expected: "at least ≤ at most" });
        }
        self.ids("strategy.guardrails", "id", &order(strategy.guardrails.iter().map(|g| &g.id)), |i| {
            &strategy.guardrails[i].id
        });
        self.constraints();
        for (i, guardrail) in strategy.guardrails.iter().enumerate() {
            self.guardrail(guardrail, &|field: &str| path("guardrails").index(i).key(field));
        }
    }

    /// Codes that exist and groups that say something; whether they can be kept to is the selection's to find out.
    fn constraints(&mut self) {
        let constraints = &self.spec.strategy.constraints;
        let path = |field: &str| Path::root().key("strategy").key("constraints").key(field);
        for (field, codes) in [("mandatory", &constraints.mandatory), ("excluded", &constraints.excluded)] {
            for (i, code) in codes.iter().enumerate() {
                self.find(code, Named::Initiative, || path(field).index(i));
            }
        }
        let groups = [
            ("together", &constraints.together),
            ("exactly_one", &constraints.exactly_one),
            ("at_most_one", &constraints.at_most_one),
        ];
        for (field, groups) in groups {
            for (i, group) in groups.iter().enumerate() {
                if group.is_empty() {
                    self.problem(
                        path(field).index(i),
                        Fault::MissingField { expected: "at least one initiative" },
                    );
                }
                for (j, code) in group.iter().enumerate() {
                    self.find(code, Named::Initiative, || path(field).index(i).index(j));
                }
            }
        }
        for (i, needs) in constraints.needs_any.iter().enumerate() {
            let path = |field: &str| path("needs_any").index(i).key(field);
            self.find(&needs.initiative, Named::Initiative, || path("initiative"));
            if needs.of.is_empty() {
                self.problem(path("of"), Fault::MissingField { expected: "at least one initiative" });
            }
            for (j, code) in needs.of.iter().enumerate() {
                if *code == needs.initiative {
                    self.problem(path("of").index(j), Fault::SelfRequirement { id: code.clone() });
                } else {
                    self.find(code, Named::Initiative, || path("of").index(j));
                }
            }
        }
    }

    fn guardrail(&mut self, guardrail: &Guardrail, path: &dyn Fn(&str) -> Path) {
        for (field, x) in [("at_least", guardrail.at_least), ("at_most", guardrail.at_most)] {
            if let Some(x) = x {
                self.not_negative(x, || path(field));
            }
        }
        match (guardrail.at_least, guardrail.at_most) {
            (None, None) => self
                .problem(path("at_most"), Fault::MissingField { expected: "`at_least`, `at_most` or both" }),
            (Some(least), Some(most)) if least > most => {
                let found = format!("at least {least}, at most {most}");
                self.problem(path("at_most"), Fault::Contradiction { found, expected: "at least ≤ at most" });
            }
            _ => {}
        }
    }

    fn readiness(&mut self) {
        let spec = self.spec;
        let mut first: BTreeMap<_, usize> = BTreeMap::new();
        for (i, record) in spec.readiness.iter().enumerate() {
            let path = |field: &str| Path::of("readiness", i).key(field);
            match (record.step, record.characteristic) {
                (None, None) => self.problem(
                    path("step"),
                    Fault::MissingField { expected: "a `step` or a `characteristic`" },
                ),
                (Some(_), Some(_)) => {
                    let found = "a step and a characteristic".to_owned();
                    self.problem(
                        path("characteristic"),
                        Fault::Contradiction { found, expected: "one of them" },
                    );
                }
                _ => {}
            }
            if record.date.is_none() {
                self.problem(path("date"), Fault::MissingField { expected: "when this was so" });
            }
            let told = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
            match (told(&record.evidence), told(&record.skipped)) {
                (false, false) => self.problem(
                    path("evidence"),
                    Fault::MissingField { expected: "`evidence`, or why it is `skipped`" },
                ),
                (true, true) => {
                    let found = "evidence and a reason for skipping".to_owned();
                    self.problem(path("skipped"), Fault::Contradiction { found, expected: "one of them" });
                }
                _ => {}
            }
            if let Some(at) = first.insert(record.key(), i) {
                let found = format!("two records of the same thing and date, as `readiness[{at}]`");
                self.problem(
                    Path::of("readiness", i),
                    Fault::Contradiction { found, expected: "one record for each date" },
                );
            }
        }
    }

    fn policy(&mut self, policy: &Policy) {
        let path = |field: &str| Path::root().key("policy").key(field);
        if policy.resolution.decimals > 9 {
            let found = f64::from(policy.resolution.decimals);
            self.problem(
                path("resolution"),
                Fault::OutsideScale { found, from: 0.0, to: 9.0, of: "the decimals that can count".into() },
            );
        }
        if policy.rule().is_none() {
            let strength = policy.strength.map_or("", crate::policy::Strength::name);
            let found = format!("strength {strength} with the rule {}", policy.rule.name());
            let expected = "winning or margin for minimax, schulze and ranked-pairs; ratio for schulze; opposition for minimax";
            self.problem(path("strength"), Fault::Contradiction { found, expected });
        }
        if let Some(per) = policy.per {
            self.positive(per, || path("per"));
        }
        let mut names = BTreeSet::new();
        for (i, band) in policy.levels.iter().enumerate() {
            let path = |field: &str| path("levels").index(i).key(field);
            if band.name.trim().is_empty() {
                self.problem(path("name"), Fault::MissingField { expected: "the level's name" });
            } else if !names.insert(&band.name) {
                let id = band.name.as_str().into();
                self.problem(path("name"), Fault::DuplicateId { id, first: "a level before".into() });
            }
            self.number(band.at_least, || path("at_least"));
        }
        if let Some(QuadrantCuts::At { benefit, effort }) = policy.quadrants {
            self.number(benefit, || path("quadrants").key("at").key("benefit"));
            self.not_negative(effort, || path("quadrants").key("at").key("effort"));
        }
        match policy.revision {
            Revision::ConjugateNormal { prior_strength } => {
                self.positive(prior_strength, || {
                    path("revision").key("conjugate-normal").key("prior_strength")
                });
            }
            Revision::ExponentiallyWeighted { newest } => {
                self.positive(newest, || path("revision").key("exponentially-weighted").key("newest"));
                self.share(newest, "newest", || path("revision").key("exponentially-weighted").key("newest"));
            }
        }
        if let Some(blend) = policy.blend {
            let share = blend.model_share;
            let at = || path("blend").key("model_share");
            if self.number(share, at) && !(share > 0.0 && share < 1.0) {
                let of = "both ends excluded".into();
                self.problem(at(), Fault::OutsideScale { found: share, from: 0.0, to: 1.0, of });
            }
        }
    }

    /// Reports ids that are empty, malformed or there twice. `order` is sorted by id, so that equals are neighbours.
    fn ids(&mut self, list: &str, field: &str, order: &[u32], id: impl Fn(usize) -> &'a Id) {
        let at = |i: usize| {
            let root = list.split('.').fold(Path::root(), Path::key);
            root.index(i).key(field)
        };
        let mut first = 0;
        for (k, &i) in order.iter().enumerate() {
            let (i, this) = (i as usize, id(i as usize));
            if this.is_empty() {
                self.problem(at(i), Fault::MissingField { expected: "an id that nothing else has" });
            } else if this.trim() != this.as_str()
                || this.chars().any(char::is_control)
                || this.chars().count() > 200
            {
                self.problem(at(i), Fault::MalformedId { id: this.clone() });
            }
            if k > 0 && !this.is_empty() && *this == *id(order[first] as usize) {
                let first = format!("{list}[{}]", order[first]);
                self.problem(at(i), Fault::DuplicateId { id: this.clone(), first });
            } else {
                first = k;
            }
        }
    }

    /// The index of an initiative in the order of the input.
    fn position(&self, code: &Id) -> Option<u32> {
        let list = &self.spec.initiatives;
        let at = self.initiatives.partition_point(|&i| list[i as usize].code < *code);
        self.initiatives.get(at).copied().filter(|&i| list[i as usize].code == *code)
    }

    fn find(&mut self, code: &Id, what: Named, path: impl Fn() -> Path) -> Option<u32> {
        let at = self.position(code);
        if at.is_none() {
            let nearest = nearest(code, self.spec.initiatives.iter().map(|i| i.code.as_str()));
            self.problem(path(), Fault::UnknownId { what, id: code.to_string(), nearest });
        }
        at
    }

    /// Money, in the effort unit: numbers only, zero or more.
    fn money(&mut self, estimate: &Estimate, path: &dyn Fn() -> Path) {
        let numbers: Vec<f64> = match estimate {
            Estimate::Missing => return,
            Estimate::Number(x) => vec![*x],
            Estimate::Range(range) => range.to_vec(),
            Estimate::Detailed(detailed) if !matches!(detailed.likely, Likely::Level(_)) => {
                let likely = if let Likely::Number(x) = detailed.likely { Some(x) } else { None };
                [detailed.low, likely, detailed.high].into_iter().flatten().collect()
            }
            Estimate::Level(_) | Estimate::Detailed(_) => {
                self.problem(path(), Fault::WrongType { found: "a level".into(), expected: "money".into() });
                return;
            }
        };
        for &x in &numbers {
            self.not_negative(x, path);
        }
        if numbers.len() == 2
            || !numbers.windows(2).all(|pair| pair[0] <= pair[1] || pair.iter().any(|x| x.is_nan()))
        {
            let mut found = [None; 3];
            for (slot, x) in found.iter_mut().zip(&numbers) {
                *slot = Some(*x);
            }
            self.problem(path(), Fault::Unordered { found });
        }
    }

    /// Whether the number is finite and on the grid.
    fn number(&mut self, x: f64, path: impl Fn() -> Path) -> bool {
        match self.grid.quantise(x) {
            Ok(_) => true,
            Err(off) => {
                self.problem(path(), off_grid(off, x, self.grid));
                false
            }
        }
    }

    fn not_negative(&mut self, x: f64, path: impl Fn() -> Path) {
        if x < 0.0 {
            self.problem(path(), Fault::Negative { found: x });
        } else {
            self.number(x, path);
        }
    }

    fn positive(&mut self, x: f64, path: impl Fn() -> Path) {
        if x <= 0.0 {
            self.problem(path(), Fault::NotPositive { found: x });
        } else {
            self.number(x, path);
        }
    }

    fn share(&mut self, x: f64, of: &str, path: impl Fn() -> Path) {
        if self.number(x, &path) && !(0.0..=1.0).contains(&x) {
            let of = format!("the range of `{of}`");
            self.problem(path(), Fault::OutsideScale { found: x, from: 0.0, to: 1.0, of });
        }
    }
}
