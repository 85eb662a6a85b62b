//! What first, given what needs what: batches, an order, and the frontier of what each budget can buy.

use std::sync::OnceLock;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::Error;
use crate::policy::Fingerprint;
use crate::programme::{Id, Programme};
use crate::reason::{Fact, Quantity, Reason, number};

mod batches;
mod blocks;
mod carries;
mod exchange;
mod fault;
pub(crate) mod flow;
mod ideals;
mod in_play;
mod order;
pub(crate) mod problem;
#[cfg(test)]
pub(crate) mod testing;
mod ties;

pub(crate) use batches::Batches;
use carries::Carries;
pub use fault::Fault;
pub use in_play::{Cause, LeftOut};
pub(crate) use in_play::{InPlay, out_of_play};

/// Batches of more initiatives and outcomes than this are not told in detail: no reader has use for it, and it takes quadratic time.
const LARGEST_TOLD: usize = 2_000;

/// The open initiatives of a programme in batches and in order, what is needed first.
///
/// *Batches* are sets of falling density: each is the set with the highest benefit per effort of all that can be done after the batches
/// before it, prerequisites included. After every batch, nothing that costs as much would have brought more; that is the *frontier*. The *order* goes
/// through the batches and finds, within each, the one that lets customers wait least: Σ benefit × completion, where completion is the effort spent
/// until then. It is proven best where batches are small, and comes with a lower bound in any case.
///
/// Outcomes take part: their benefit counts as soon as all that they require is done, and so it brings those initiatives together.
///
/// For the merit of each initiative by itself, see [`Ranking`](crate::rank::Ranking).
///
/// # Determinism
///
/// Benefits and efforts are exact integers, and all decisions are made with them. Batches do not depend on codes or on the order in which things
/// were written; where the order within a batch is a tie, lower codes come first as far as prerequisites leave it open.
///
/// # Complexity
///
/// Near n log n in practice for n initiatives and outcomes with a few prerequisites each; memory O(n + m) for m prerequisites.
///
/// # References
///
/// Sidney (1975), *Decomposition algorithms for single-machine sequencing with precedence relations and deferral costs*, Operations Research 23.
/// Picard (1976), *Maximal closure of a graph and applications to combinatorial problems*, Management Science 22. Goemans & Williamson (2000),
/// *Two-dimensional Gantt charts and a scheduling algorithm of Lawler*, SIAM Journal on Discrete Mathematics 13.
///
/// # Examples
///
/// An enabler without benefit of its own comes first, for what it carries:
///
/// ```
/// use cxrank::programme::{Criterion, Initiative, Outcome, ProgrammeSpec};
/// use cxrank::sequence::Sequence;
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Patient record").benefit("ease", 0.0).effort("work", 20.0))
///     .initiative(Initiative::new("B", "Online booking").benefit("ease", 6.0).effort("work", 5.0).requires(["A"]))
///     .initiative(Initiative::new("C", "Clear letters").benefit("ease", 2.0).effort("work", 10.0))
///     .outcome(Outcome::new("O", "No queue", ["A", "B"]).benefit("ease", 4.0))
///     .build()?;
/// let sequence = Sequence::new(&programme)?;
/// assert_eq!(sequence.order(), ["A", "B", "C"]);
/// let batches = sequence.batches();
/// assert_eq!(batches[0].initiatives, ["A", "B"]);
/// assert_eq!((batches[0].benefit, batches[0].effort, batches[0].density), (100.0, 25.0, Some(4.0)));
/// assert_eq!(
///     batches[0].why.to_string(),
///     "these two are worth it together, at 4 points per money: without A or B nothing counts, and A unlocks 100 points.",
/// );
/// assert!(sequence.proven());
/// assert_eq!(sequence.cost(), 100.0 * 25.0 + 20.0 * 35.0);
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sequence<'p> {
    play: InPlay<'p>,
    batches: Batches,
    /// Nodes of initiatives.
    order: Vec<u32>,
    order_codes: Vec<Id>,
    /// The batch of each node, counted from 0.
    batch_of: Vec<u32>,
    cost: i128,
    lower_bound: i128,
    told: OnceLock<Vec<Batch>>,
}

/// Initiatives that are worth it together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Batch {
    /// Counted from 1.
    pub number: usize,
    /// The initiatives, in the order in which they come.
    pub initiatives: Vec<Id>,
    /// The outcomes that are realised with the batch, in the order of their ids.
    pub outcomes: Vec<Id>,
    /// What they bring, in points.
    pub benefit: f64,
    /// What they take, in the programme's effort unit.
    pub effort: f64,
    /// Benefit per effort; `None` if they take none.
    pub density: Option<f64>,
    /// Sets of initiatives that are as dense by themselves: more than one is a tie, in which the codes decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equal_parts: Option<usize>,
    /// The initiatives without which nothing in the batch counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<Id>,
    /// Why they belong together.
    pub why: Reason,
}

/// What depends on an initiative within its batch, and so explains its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Carried {
    /// The initiative.
    pub code: Id,
    /// Its batch, counted from 1.
    pub batch: usize,
    /// The benefit that it unlocks, in points; its own not counted. What two initiatives both carry is counted for each.
    pub benefit: f64,
    /// The initiatives that need it, at any depth.
    pub initiatives: Vec<Id>,
    /// The outcomes that need it, at any depth.
    pub outcomes: Vec<Id>,
}

/// A corner of the frontier: no set of initiatives within this budget brings more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Corner {
    /// How many batches.
    pub batches: usize,
    /// What they take, in the programme's effort unit: the least amount within the policy's resolution that pays for them.
    pub budget: f64,
    /// What they bring, in points.
    pub benefit: f64,
}

impl<'p> Sequence<'p> {
    /// Puts a programme in sequence.
    ///
    /// # Errors
    ///
    /// `sequence.overflow`, see [`Fault`].
    pub fn new(programme: &'p Programme) -> Result<Self, Error> {
        let play = InPlay::new(programme)?;
        let problem = problem(&play);
        let batches = Batches::of(&problem).expect("what is in play is acyclic and its sums are bounded");
        let found = order::Order::of(&problem, &batches, order::LIMIT);
        let mut batch_of = vec![0; play.len()];
        for batch in 0..batches.len() {
            for &node in batches.members(batch) {
                batch_of[node as usize] = batch as u32;
            }
        }
        let order: Vec<u32> = found.items.into_iter().filter(|&node| play.is_initiative(node)).collect();
        let cost = cost(&play, &order);
        let order_codes = order.iter().map(|&node| play.id(node).clone()).collect();
        let (lower_bound, told) = (found.lower_bound, OnceLock::new());
        Ok(Sequence { play, batches, order, order_codes, batch_of, cost, lower_bound, told })
    }

    /// The programme.
    pub fn programme(&self) -> &'p Programme {
        self.play.programme
    }

    /// The fingerprint of the policy behind the benefits and efforts.
    pub fn fingerprint(&self) -> Fingerprint {
        self.programme().policy().fingerprint()
    }

    /// The batches, in falling density.
    pub fn batches(&self) -> &[Batch] {
        self.told.get_or_init(|| self.tell())
    }

    /// The batch of an initiative or outcome, counted from 1; `None` if it is not in play or not there.
    pub fn batch_of(&self, id: &str) -> Option<usize> {
        Some(self.batch_of[self.node(id)? as usize] as usize + 1)
    }

    /// The initiatives, each after what it needs.
    pub fn order(&self) -> &[Id] {
        &self.order_codes
    }

    /// Σ benefit × completion over initiatives and outcomes, in points × effort unit.
    pub fn cost(&self) -> f64 {
        self.product(self.cost)
    }

    /// No order costs less than this.
    pub fn lower_bound(&self) -> f64 {
        self.product(self.lower_bound)
    }

    /// Whether no order costs less than this one.
    pub fn proven(&self) -> bool {
        self.cost == self.lower_bound
    }

    /// The corners of the frontier, in rising budget: after each batch that brings more than it takes away. Between two corners no set
    /// brings more than the straight line says; what is best there is the portfolio's to find.
    pub fn frontier(&self) -> Vec<Corner> {
        let gains = self.batches.sums().iter().take_while(|batch| batch.weight > 0).count();
        let corner = |(k, (time, weight))| Corner {
            batches: k + 1,
            budget: self.play.budget(time),
            benefit: self.play.points(weight),
        };
        self.batches.corners().take(gains).enumerate().map(corner).collect()
    }

    /// What an initiative carries within its batch; `None` if it is not in play or not there.
    ///
    /// # Complexity
    ///
    /// O(n + m) for n initiatives and outcomes and m prerequisites.
    pub fn carries(&self, code: &str) -> Option<Carried> {
        let node = self.node(code).filter(|&node| self.play.is_initiative(node))?;
        Some(self.carried(&mut self.explained(), node))
    }

    /// What is not in sequence, and why: initiatives in the order of their codes, then outcomes.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.play.left_out
    }

    /// All initiatives that carry others, in the order; batches that are too large to be told are passed over.
    fn carriers(&self) -> Vec<Carried> {
        let mut explained = self.explained();
        let told =
            |node: &&u32| self.batches.members(self.batch_of[**node as usize] as usize).len() <= LARGEST_TOLD;
        let carried = self.order.iter().filter(told).map(|&node| self.carried(&mut explained, node));
        carried.filter(|c| !(c.initiatives.is_empty() && c.outcomes.is_empty())).collect()
    }

    fn carried(&self, explained: &mut Carries<'_>, node: u32) -> Carried {
        let carried = explained.carried(node);
        let (initiatives, outcomes) = self.play.ids(&carried.items);
        Carried {
            code: self.play.id(node).clone(),
            batch: self.batch_of[node as usize] as usize + 1,
            benefit: self.play.points(carried.weight),
            initiatives,
            outcomes,
        }
    }

    fn explained(&self) -> Carries<'_> {
        Carries::new(problem(&self.play), &self.batches).expect("it was put in batches")
    }

    fn tell(&self) -> Vec<Batch> {
        let mut explained = self.explained();
        let mut initiatives: Vec<Vec<u32>> = vec![Vec::new(); self.batches.len()];
        for &node in &self.order {
            initiatives[self.batch_of[node as usize] as usize].push(node);
        }
        let batches = initiatives.iter().zip(self.batches.sums()).enumerate();
        batches
            .map(|(k, (nodes, sums))| {
                let members = self.batches.members(k);
                let told = members.len() <= LARGEST_TOLD;
                let needed = if told && members.len() > 1 { explained.linchpins(k) } else { Vec::new() };
                let parts = self.batches.pieces(k).len();
                let (benefit, effort) = (self.play.points(sums.weight), self.play.amount(sums.time));
                let mut why = self.together(nodes.len(), benefit, effort);
                let needed = self.play.ids(&needed).0;
                if !needed.is_empty() && nodes.len() > 1 {
                    why = why.because(Reason::new(Fact::NothingWithout { codes: needed.clone() }));
                }
                if told && nodes.len() > 1 {
                    let carried = nodes.iter().map(|&node| self.carried(&mut explained, node));
                    // The greatest first, equals in the order: `max_by` would take the last of equals.
                    let most = carried
                        .filter(|c| c.benefit > 0.0)
                        .reduce(|a, b| if b.benefit > a.benefit { b } else { a });
                    if let Some(Carried { code, benefit, .. }) = most {
                        let benefit = Quantity::new(benefit, "points");
                        why = why.because(Reason::new(Fact::Unlocks { code, benefit }));
                    }
                }
                if parts > 1 {
                    why = why.because(Reason::new(Fact::EqualParts { parts }));
                }
                Batch {
                    number: k + 1,
                    initiatives: nodes.iter().map(|&node| self.play.id(node).clone()).collect(),
                    outcomes: self.play.ids(members).1,
                    benefit,
                    effort,
                    density: (sums.time > 0).then(|| benefit / effort),
                    equal_parts: (parts > 1).then_some(parts),
                    needed,
                    why,
                }
            })
            .collect()
    }

    fn together(&self, initiatives: usize, benefit: f64, effort: f64) -> Reason {
        let (programme, unit) = (self.programme(), self.programme().effort_unit());
        let density = match programme.policy().per {
            _ if effort == 0.0 => Quantity::new(benefit, "points for no effort"),
            Some(per) => Quantity::new(benefit / effort * per, format!("points per {} {unit}", number(per))),
            None => Quantity::new(benefit / effort, format!("points per {unit}")),
        };
        Reason::new(Fact::WorthTogether { initiatives, density })
    }

    fn node(&self, id: &str) -> Option<u32> {
        match self.programme().index_of(id) {
            Some(initiative) => self.play.node(initiative),
            None => self.play.outcome_node(id),
        }
    }

    fn product(&self, units: i128) -> f64 {
        let quantities = self.programme().quantities();
        let unit = self.play.benefit_unit as f64 * quantities.point();
        units as f64 * unit * (self.play.effort_unit as f64 * quantities.effort_unit()) + 0.0
    }
}

/// The result as a file has it.
impl Serialize for Sequence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Sequence", 11)?;
        fields.serialize_field("programme", self.programme().name())?;
        fields.serialize_field("effort_unit", self.programme().effort_unit())?;
        fields.serialize_field("policy_fingerprint", &self.fingerprint())?;
        fields.serialize_field("batches", self.batches())?;
        fields.serialize_field("order", self.order())?;
        fields.serialize_field("cost", &self.cost())?;
        fields.serialize_field("lower_bound", &self.lower_bound())?;
        fields.serialize_field("proven", &self.proven())?;
        fields.serialize_field("frontier", &self.frontier())?;
        fields.serialize_field("carries", &self.carriers())?;
        fields.serialize_field("left_out", self.left_out())?;
        fields.end()
    }
}

fn problem<'a>(play: &'a InPlay<'_>) -> problem::Problem<'a> {
    problem::Problem { weight: &play.benefit, time: &play.effort, requires: &play.requires }
}

/// Σ benefit × completion, an outcome being complete as soon as all that it requires is.
fn cost(play: &InPlay<'_>, order: &[u32]) -> i128 {
    let mut completion = vec![0_i64; play.len()];
    let mut clock = 0;
    for &node in order {
        clock += play.effort[node as usize];
        completion[node as usize] = clock;
    }
    for outcome in play.initiatives..play.len() {
        let row = play.requires.row(outcome).iter();
        completion[outcome] = row.map(|&node| completion[node as usize]).max().unwrap_or(0);
    }
    play.benefit.iter().zip(&completion).map(|(&b, &c)| i128::from(b) * i128::from(c)).sum()
}
