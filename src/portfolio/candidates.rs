//! What there is to choose from, whatever file it came from, as integers.

#[cfg(feature = "formats")]
use super::Satisfaction;
use super::best_value::{AnyOf, Rules};
use super::{Budget, Fault};
use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::{Grid, OffGrid, gcd};
use crate::graph::Rows;
use crate::programme::{Ballot, Constraints, Id, Programme, Status};
use crate::sequence::{InPlay, LeftOut};

/// What there is to choose from: initiatives with cost and benefit, outcomes that follow from them, prerequisites, constraints, voters.
///
/// Made from a programme ([`new`](Candidates::new)), and with the feature `formats` from an election or a release problem.
#[derive(Debug, Clone)]
pub struct Candidates<'p> {
    /// The programme and what of it is in play, if it was made from one.
    pub(super) play: Option<InPlay<'p>>,
    /// Initiatives in order, then outcomes in order.
    pub(super) ids: Vec<Id>,
    /// How many are initiatives.
    pub(super) initiatives: usize,
    /// `None` if not known: an enabler only.
    pub(super) benefit: Vec<Option<i64>>,
    pub(super) cost: Vec<i64>,
    pub(super) requires: Rows,
    pub(super) rules: Rules,
    /// What one unit of benefit is worth in points.
    pub(super) point: f64,
    /// Quanta of cost in one unit of cost, and in one of the effort unit.
    pub(super) cost_unit: i128,
    pub(super) quanta: i128,
    pub(super) grid: Grid,
    /// In quanta.
    pub(super) own_budget: Option<i128>,
    /// Greedy takes nothing of less benefit for its own sake.
    pub(super) least_benefit: i64,
    pub(super) voters: Voters,
}

/// Who supports what.
#[derive(Debug, Clone, Default)]
pub(super) struct Voters {
    /// The stakeholders; empty where ballots are anonymous.
    pub(super) ids: Vec<Id>,
    pub(super) offsets: Vec<usize>,
    pub(super) items: Vec<u32>,
    pub(super) weights: Vec<u64>,
    /// One number per entry; `None` if a ballot has none.
    pub(super) points: Option<Vec<u64>>,
    pub(super) borda: Vec<u64>,
    /// What one voter more or less weighs.
    pub(super) one: u64,
}

impl<'p> Candidates<'p> {
    /// What of a programme can be selected, with the constraints of its strategy.
    ///
    /// What is done satisfies constraints as it satisfies prerequisites; what is otherwise not in play cannot be selected.
    ///
    /// # Errors
    ///
    /// `sequence.overflow`; `portfolio.contradiction` for an initiative that is both mandatory and excluded, or mandatory and not in play, with the
    /// path in the strategy.
    pub fn new(programme: &'p Programme) -> Result<Self, Error> {
        let play = InPlay::new(programme)?;
        let quantities = programme.quantities();
        let (grid, steps) = (quantities.grid, i128::from(quantities.grid.steps()));
        let quanta = steps * steps * i128::from(crate::exact::MEAN);
        let mut problems = Vec::new();
        let rules = rules(&play, &programme.strategy().constraints, &mut problems);
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        let own_budget = programme.strategy().budget.map(|b| amount(b, grid, quanta)).transpose();
        let at = || Path::root().key("strategy").key("budget");
        let own_budget = own_budget.map_err(|fault| Error::new(vec![Problem::new(at(), fault)]))?;
        Ok(Candidates {
            ids: (0..play.len() as u32).map(|node| play.id(node).clone()).collect(),
            initiatives: play.initiatives,
            benefit: play.benefit.iter().map(|&b| Some(b)).collect(),
            cost: play.effort.clone(),
            requires: play.requires.clone(),
            rules,
            point: play.benefit_unit as f64 * quantities.point(),
            cost_unit: play.effort_unit,
            quanta,
            grid,
            own_budget,
            least_benefit: i64::MIN,
            voters: voters(&play),
            play: Some(play),
        })
    }

    /// What a Pabulib election has to choose from. Voters support what they name; greedy keeps to the threshold that `META` asks for.
    ///
    /// # Errors
    ///
    /// `portfolio.overflow`.
    #[cfg(feature = "formats")]
    pub fn of_election(
        election: &crate::formats::pabulib::Election,
        tally: &crate::formats::pabulib::Tally,
        profile: &crate::formats::pabulib::Profile,
    ) -> Result<Self, Error> {
        use crate::formats::RESOLUTION;
        use crate::formats::pabulib::Utility;
        let projects = &election.projects;
        let benefit = election.benefits(tally);
        let costs: Vec<i64> = projects.iter().map(|p| p.cost).collect();
        let entries = |satisfaction| match profile.utility(satisfaction, election) {
            Utility::PerEntry(entries) | Utility::PerItem(entries) => entries,
        };
        let voters = Voters {
            ids: Vec::new(),
            offsets: profile.offsets().to_vec(),
            items: profile.projects().to_vec(),
            weights: profile.voters().to_vec(),
            points: Some(entries(Satisfaction::Points)).filter(|points| points.iter().any(|&p| p > 0)),
            borda: entries(Satisfaction::Borda),
            one: 1,
        };
        let mut requires = Rows::with_capacity(projects.len());
        projects.iter().for_each(|_| requires.push([]));
        let ids = projects.iter().map(|p| Id::from(p.id.as_str())).collect();
        let mut candidates = Self::plain(ids, projects.len(), benefit, &costs, requires, RESOLUTION)?;
        candidates.point = 1.0 / RESOLUTION as f64;
        candidates.own_budget = Some(i128::from(election.budget));
        candidates.least_benefit = election.threshold();
        candidates.voters = voters;
        Ok(candidates)
    }

    /// What a release problem has to choose from: requirements `r1`, `r2`, … are initiatives, customers `c1`, `c2`, … outcomes.
    ///
    /// # Errors
    ///
    /// `portfolio.overflow`; `portfolio.infeasible` where requirements need one another in a circle.
    #[cfg(feature = "formats")]
    pub fn of_release(problem: &crate::formats::nrp::Problem) -> Result<Self, Error> {
        let n = problem.costs.len();
        let mut rows = vec![Vec::new(); n];
        for &(item, needs) in &problem.requires {
            rows[item as usize].push(needs);
        }
        rows.extend(problem.customers.iter().map(|customer| customer.requests.clone()));
        let mut requires = Rows::with_capacity(rows.len());
        rows.into_iter().for_each(|row| requires.push(row));
        let named = |letter: &'static str, count| (1..=count).map(move |k| Id::from(format!("{letter}{k}")));
        let ids = named("r", n).chain(named("c", problem.customers.len())).collect();
        let profits = problem.customers.iter().map(|customer| Some(customer.profit));
        let benefit = std::iter::repeat_n(Some(0), n).chain(profits).collect();
        let mut costs = problem.costs.clone();
        costs.resize(n + problem.customers.len(), 0);
        Self::plain(ids, n, benefit, &costs, requires, 1)
    }

    #[cfg(feature = "formats")]
    fn plain(
        ids: Vec<Id>,
        initiatives: usize,
        benefit: Vec<Option<i64>>,
        costs: &[i64],
        requires: Rows,
        quanta: i64,
    ) -> Result<Self, Error> {
        let sum =
            |values: &mut dyn Iterator<Item = i64>| -> i128 { values.map(|x| i128::from(x).abs()).sum() };
        let limit = i128::from(super::best_value::GREATEST_TOTAL);
        if sum(&mut costs.iter().copied()) > limit || sum(&mut benefit.iter().flatten().copied()) > limit {
            return Err(refused(Path::root(), Fault::Overflow));
        }
        if requires.topological_order().is_none() {
            return Err(refused(Path::root(), Fault::Infeasible));
        }
        let unit = costs.iter().fold(0, |unit, &c| gcd(unit, c.unsigned_abs().into())).max(1) as i64;
        Ok(Candidates {
            play: None,
            ids,
            initiatives,
            benefit,
            cost: costs.iter().map(|c| c / unit).collect(),
            requires,
            rules: Rules::default(),
            point: 1.0,
            cost_unit: unit.into(),
            quanta: quanta.into(),
            grid: Grid::new(6),
            own_budget: None,
            least_benefit: i64::MIN,
            voters: Voters::default(),
        })
    }

    /// The programme, if the candidates are of one.
    pub fn programme(&self) -> Option<&'p Programme> {
        self.play.as_ref().map(|play| play.programme)
    }

    /// The codes of the initiatives that can be selected.
    pub fn initiatives(&self) -> &[Id] {
        &self.ids[..self.initiatives]
    }

    /// The ids of the outcomes that can follow.
    pub fn outcomes(&self) -> &[Id] {
        &self.ids[self.initiatives..]
    }

    /// What of the programme cannot be selected, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        self.play.as_ref().map_or(&[], |play| &play.left_out)
    }

    /// What all initiatives together cost, in the effort unit.
    pub fn total_cost(&self) -> f64 {
        self.money(self.cost.iter().sum())
    }

    /// A budget in quanta.
    pub(super) fn budget(&self, budget: &Budget) -> Result<i128, Error> {
        let at = || Path::root().key("budget");
        match budget {
            Budget::Declared => self
                .own_budget
                .ok_or_else(|| refused(Path::root().key("strategy").key("budget"), Fault::NoBudget)),
            Budget::Unlimited => Ok(self.cost.iter().map(|&c| i128::from(c)).sum::<i128>() * self.cost_unit),
            Budget::Amount(found) => amount(*found, self.grid, self.quanta).map_err(|f| refused(at(), f)),
            Budget::Ratio(text) => {
                let (share, whole) =
                    ratio(text).ok_or_else(|| refused(at(), Fault::Ratio { found: text.clone() }))?;
                let total: i128 = self.cost.iter().map(|&c| i128::from(c)).sum();
                // floor(R · total) in whole effort units, without the product of all: what is below one unit is floored by itself.
                let total = total * self.cost_unit;
                let (units, rest) = (total / self.quanta, total % self.quanta);
                let part = units
                    .checked_mul(share)
                    .and_then(|x| Some((x + rest.checked_mul(share)? / self.quanta) / whole));
                part.map(|units| units * self.quanta).ok_or_else(|| refused(at(), Fault::Overflow))
            }
        }
    }

    /// Whole units of cost within an amount in quanta.
    pub(super) fn units(&self, quanta: i128) -> i64 {
        i64::try_from(quanta / self.cost_unit).unwrap_or(i64::MAX)
    }

    /// Units of cost in the effort unit.
    pub(super) fn money(&self, units: i64) -> f64 {
        self.money_of(i128::from(units) * self.cost_unit)
    }

    pub(super) fn money_of(&self, quanta: i128) -> f64 {
        quanta as f64 / self.quanta as f64 + 0.0
    }

    pub(super) fn points(&self, units: i64) -> f64 {
        units as f64 * self.point + 0.0
    }

    /// The index of an initiative by its code.
    pub(super) fn find(&self, code: &Id) -> Result<u32, Error> {
        let place = self.initiatives().iter().position(|id| id == code);
        let refuse = || refused(Path::root(), Fault::UnknownInitiative { code: code.clone() });
        place.map(|i| i as u32).ok_or_else(refuse)
    }
}

pub(super) fn refused(path: Path, fault: Fault) -> Error {
    Error::new(vec![Problem::new(path, fault)])
}

/// An amount in quanta.
fn amount(found: f64, grid: Grid, quanta: i128) -> Result<i128, Fault> {
    if found < 0.0 {
        return Err(Fault::NegativeBudget { found });
    }
    let steps = grid.quantise(found).map_err(|off| match off {
        OffGrid::NotFinite => Fault::BudgetNotFinite { found },
        OffGrid::TooLarge | OffGrid::TooSmall => Fault::BudgetBeyondResolution { found },
    })?;
    // Below 2⁵⁹ steps of at most 6 · 10¹⁸ quanta each.
    Ok(i128::from(steps) * quanta / i128::from(grid.steps()))
}

/// A decimal from 0 to 1 as a fraction.
fn ratio(text: &str) -> Option<(i128, i128)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !digits(whole) || !digits(decimals) || decimals.len() > 15
    {
        return None;
    }
    let denominator = 10_i128.pow(decimals.len() as u32);
    let read = |part: &str| if part.is_empty() { Some(0) } else { part.parse::<i64>().ok().map(i128::from) };
    let numerator = read(whole)?.checked_mul(denominator)? + read(decimals)?;
    (numerator <= denominator).then_some((numerator, denominator))
}

/// How an initiative stands before anything is selected.
enum Stands {
    Done,
    Open(u32),
    Out(String),
}

/// The constraints of a strategy among what is in play.
fn rules(play: &InPlay<'_>, constraints: &Constraints, problems: &mut Vec<Problem>) -> Rules {
    let programme = play.programme;
    let path = |field: &str, i: usize| Path::root().key("strategy").key("constraints").key(field).index(i);
    let stands = |code: &Id| {
        let i = programme.index_of(code);
        match i.map(|i| (programme.initiatives()[i].status, play.node(i))) {
            Some((Status::Done, _)) => Stands::Done,
            Some((_, Some(node))) => Stands::Open(node),
            _ => {
                let left_out = play.left_out.iter().find(|l| l.id == *code);
                Stands::Out(left_out.map_or_else(String::new, |l| l.reason.to_string()))
            }
        }
    };
    let mut rules = Rules::default();
    for (i, code) in constraints.mandatory.iter().enumerate() {
        let because = match stands(code) {
            _ if constraints.excluded.contains(code) => "both mandatory and excluded".to_owned(),
            Stands::Done => continue,
            Stands::Open(node) => {
                rules.mandatory.push(node);
                continue;
            }
            Stands::Out(reason) => {
                format!("mandatory, but it cannot be selected: {}", reason.trim_end_matches('.'))
            }
        };
        let fault = Fault::Contradiction { code: code.clone(), because };
        problems.push(Problem::new(path("mandatory", i), fault));
    }
    let open = |codes: &[Id]| -> (bool, bool, Vec<u32>) {
        let (mut done, mut out, mut nodes) = (false, false, Vec::new());
        for code in codes {
            match stands(code) {
                Stands::Done => done = true,
                Stands::Open(node) => nodes.push(node),
                Stands::Out(_) => out = true,
            }
        }
        (done, out, nodes)
    };
    rules.excluded = open(&constraints.excluded).2;
    for (i, group) in constraints.together.iter().enumerate() {
        match open(group) {
            (true, true, nodes) if !nodes.is_empty() => {
                let because = "which must be done together with what is done and what cannot be".to_owned();
                let fault = Fault::Contradiction { code: play.id(nodes[0]).clone(), because };
                problems.push(Problem::new(path("together", i), fault));
            }
            (true, _, nodes) => rules.mandatory.extend(nodes),
            (false, true, nodes) => rules.excluded.extend(nodes),
            (false, false, nodes) => rules.together.push(nodes),
        }
    }
    for (exactly, groups) in [(true, &constraints.exactly_one), (false, &constraints.at_most_one)] {
        for (i, group) in groups.iter().enumerate() {
            match (open(group), exactly) {
                ((true, _, nodes), _) => rules.excluded.extend(nodes),
                ((false, _, nodes), true) if nodes.is_empty() => {
                    let because = "none of whose group can be selected, though exactly one must".to_owned();
                    let fault = Fault::Contradiction { code: group[0].clone(), because };
                    problems.push(Problem::new(path("exactly_one", i), fault));
                }
                ((false, _, nodes), true) => rules.exactly_one.push(nodes),
                ((false, _, nodes), false) if nodes.len() > 1 => rules.at_most_one.push(nodes),
                _ => {}
            }
        }
    }
    for needs in &constraints.needs_any {
        if let Stands::Open(item) = stands(&needs.initiative) {
            match open(&needs.of) {
                (true, ..) => {}
                (false, _, nodes) if nodes.is_empty() => rules.excluded.push(item),
                (false, _, alternatives) => rules.any_of.push(AnyOf { item, alternatives }),
            }
        }
    }
    for list in [&mut rules.mandatory, &mut rules.excluded] {
        list.sort_unstable();
        list.dedup();
    }
    rules
}

/// The stakeholders' ballots: what is listed is supported.
fn voters(play: &InPlay<'_>) -> Voters {
    let programme = play.programme;
    let grid = programme.quantities().grid;
    let mut voters = Voters { offsets: vec![0], points: Some(Vec::new()), ..Voters::default() };
    for ballot in programme.ballots() {
        let stakeholder = programme.stakeholder(&ballot.stakeholder);
        let weight = stakeholder.and_then(|s| s.weight).unwrap_or(1.0);
        voters.weights.push(grid.quantise(weight).map_or(0, i64::unsigned_abs));
        voters.ids.push(ballot.stakeholder.clone());
        let node = |code: &Id| programme.index_of(code).and_then(|i| play.node(i));
        let groups: Vec<Vec<u32>> =
            groups(ballot).iter().map(|g| g.iter().filter_map(|c| node(c)).collect()).collect();
        let listed: usize = groups.iter().map(Vec::len).sum();
        let mut place = 0;
        for group in &groups {
            for &item in group {
                // Twice the number of places below, those of equals shared.
                voters.items.push(item);
                voters.borda.push((2 * (listed - place) - 1 - group.len()) as u64);
                if ballot.points.is_empty() {
                    voters.points = None;
                } else if let Some(points) = &mut voters.points {
                    let given = ballot.points.get(play.id(item)).copied().unwrap_or(0.0);
                    points.push(grid.quantise(given).map_or(0, i64::unsigned_abs));
                }
            }
            place += group.len();
        }
        voters.offsets.push(voters.items.len());
    }
    let common = voters.weights.iter().fold(0, |unit, &w| gcd(unit, w.into())).max(1) as u64;
    voters.weights.iter_mut().for_each(|w| *w /= common);
    // The grid's steps are a weight of one; where the common part is greater, the least weight stands for it.
    voters.one = (grid.steps() as u64 / common).max(1);
    voters
}

/// Groups of equals, the best first; of points those above zero.
fn groups(ballot: &Ballot) -> Vec<Vec<&Id>> {
    if ballot.points.is_empty() {
        return ballot.ranking.iter().map(|group| group.iter().collect()).collect();
    }
    let mut listed: Vec<(&Id, f64)> =
        ballot.points.iter().filter(|&(_, &p)| p > 0.0).map(|(code, &p)| (code, p)).collect();
    listed.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let equals = listed.chunk_by(|a, b| a.1.total_cmp(&b.1).is_eq());
    equals.map(|group| group.iter().map(|&(code, _)| code).collect()).collect()
}
