//! From a programme to the integers that sequence, portfolio and roadmap count in: what is in play, and what is not, and why.

use serde::Serialize;

use super::Fault;
use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::{MEAN, gcd};
use crate::graph::Rows;
use crate::programme::{Id, Programme, Status};
use crate::reason::{Fact, Reason};
use crate::score::{Missing, status_words};

/// Sums of benefits and of efforts stay below this, so that no kernel overflows.
const SUM_LIMIT: u128 = 1 << 60;

/// The part of a programme that there is a choice about, as nodes: its open initiatives in the order of their codes, then the outcomes that are
/// still to be realised in the order of their ids. An outcome takes no effort and requires its initiatives.
///
/// In play is an initiative that is open, whose effort is known, and that needs nothing that is not in play; what is done is satisfied. One
/// whose benefit is missing is an enabler only: it counts nothing by itself.
#[derive(Debug, Clone)]
pub(crate) struct InPlay<'p> {
    pub(crate) programme: &'p Programme,
    /// The index in the programme of each initiative node, rising, and then that of each outcome node, rising.
    pub(crate) index: Vec<u32>,
    /// How many nodes are initiatives: they come first.
    pub(crate) initiatives: usize,
    /// In units of their greatest common divisor.
    pub(crate) benefit: Vec<i64>,
    /// In units of their greatest common divisor.
    pub(crate) effort: Vec<i64>,
    /// Among nodes.
    pub(crate) requires: Rows,
    /// Quanta in a unit of benefit: those of the programme, divided out.
    pub(crate) benefit_unit: i128,
    /// Quanta in a unit of effort.
    pub(crate) effort_unit: i128,
    /// Initiatives, then outcomes, in the order of their ids.
    pub(crate) left_out: Vec<LeftOut>,
    /// The node of each initiative of the programme.
    node_of: Vec<Option<u32>>,
}

/// An initiative or outcome that is not put in sequence, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    /// The initiative or outcome.
    pub id: Id,
    /// Its name, for people.
    pub name: String,
    /// Why, for programs.
    #[serde(flatten)]
    pub cause: Cause,
    /// Why, for people.
    pub reason: Reason,
}

/// Why something is not in play.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The initiative is done, cancelled, or not being done.
    Closed {
        /// Which of these.
        status: Status,
    },
    /// The effort of an initiative, or the benefit of an outcome, is not known.
    Missing {
        /// What lacks.
        missing: Vec<Missing>,
    },
    /// It needs something that will not be done.
    Blocked {
        /// What it needs.
        needs: Id,
    },
    /// It needs something that is left out itself.
    NeedsLeftOut {
        /// What it needs.
        needs: Id,
    },
    /// All initiatives of the outcome are done.
    Realised {},
}

impl<'p> InPlay<'p> {
    /// Sorts out what is in play.
    ///
    /// # Errors
    ///
    /// `sequence.overflow` when benefits or efforts, in units of their greatest common divisor, add up to 2⁶⁰ or more.
    ///
    /// # Complexity
    ///
    /// O(n·c + m) for n initiatives and outcomes, c criteria, m prerequisites.
    pub(crate) fn new(programme: &'p Programme) -> Result<Self, Error> {
        let (initiatives, outcomes) = (programme.initiatives(), programme.outcomes());
        let quantities = programme.quantities();
        let sorted = Sorting::of(programme);

        let mut node_of = vec![None; initiatives.len()];
        let mut index = Vec::new();
        for i in (0..initiatives.len()).filter(|&i| sorted.initiatives[i].is_none()) {
            node_of[i] = Some(index.len() as u32);
            index.push(i as u32);
        }
        let count = index.len();
        index.extend((0..outcomes.len()).filter(|&o| sorted.outcomes[o].is_none()).map(|o| o as u32));

        let mut requires = Rows::with_capacity(index.len());
        let (mut benefits, mut efforts) = (Vec::with_capacity(index.len()), Vec::with_capacity(index.len()));
        let mut problems = Vec::new();
        for (node, &at) in index.iter().enumerate() {
            let i = at as usize;
            let (row, benefit, effort, list) = if node < count {
                let lacks = sorted.enabler_only[i];
                let benefit = if lacks { Some(0) } else { quantities.benefit(i) };
                (programme.requires().row(i), benefit, quantities.effort(i), "initiatives")
            } else {
                (programme.outcome_requires().row(i), quantities.outcome_benefit(i), Some(0), "outcomes")
            };
            requires.push(row.iter().filter_map(|&p| node_of[p as usize]));
            // What lacks was left out: nothing here means a sum beyond 127 bits.
            for (field, sum, sums) in
                [("benefits", benefit, &mut benefits), ("efforts", effort, &mut efforts)]
            {
                if sum.is_none() {
                    problems.push(Problem::new(Path::of(list, i).key(field), Fault::Overflow));
                }
                sums.push(sum.unwrap_or(0));
            }
        }
        let mut reduced = |quanta: &[i128], whole: &str| {
            in_lowest_terms(quanta).unwrap_or_else(|| {
                problems.push(Problem::new(Path::root().key(whole), Fault::Overflow));
                (Vec::new(), 1)
            })
        };
        let (benefit, benefit_unit) = reduced(&benefits, "benefits");
        let (effort, effort_unit) = reduced(&efforts, "efforts");
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        let left_out = sorted.left_out(programme);
        Ok(InPlay {
            programme,
            index,
            initiatives: count,
            benefit,
            effort,
            requires,
            benefit_unit,
            effort_unit,
            left_out,
            node_of,
        })
    }

    /// The number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// The code of an initiative node, or the id of an outcome node.
    pub(crate) fn id(&self, node: u32) -> &'p Id {
        let i = self.index[node as usize] as usize;
        if self.is_initiative(node) {
            &self.programme.initiatives()[i].code
        } else {
            &self.programme.outcomes()[i].id
        }
    }

    pub(crate) fn is_initiative(&self, node: u32) -> bool {
        (node as usize) < self.initiatives
    }

    /// The node of an initiative of the programme, by its index there; `None` if it is not in play.
    pub(crate) fn node(&self, initiative: usize) -> Option<u32> {
        self.node_of[initiative]
    }

    /// The node of an outcome; `None` if there is no such outcome, or it is not in play.
    pub(crate) fn outcome_node(&self, id: &str) -> Option<u32> {
        let outcomes = &self.index[self.initiatives..];
        let of = |&o: &u32| self.programme.outcomes()[o as usize].id.as_str();
        outcomes.binary_search_by(|o| of(o).cmp(id)).ok().map(|k| (self.initiatives + k) as u32)
    }

    /// The ids of the initiatives among some nodes, and those of the outcomes, each in order.
    pub(crate) fn ids(&self, nodes: &[u32]) -> (Vec<Id>, Vec<Id>) {
        let mut nodes = nodes.to_vec();
        nodes.sort_unstable();
        let first_outcome = nodes.partition_point(|&node| self.is_initiative(node));
        let [initiatives, outcomes] = [&nodes[..first_outcome], &nodes[first_outcome..]]
            .map(|part| part.iter().map(|&node| self.id(node).clone()).collect());
        (initiatives, outcomes)
    }

    /// Units of benefit in points.
    pub(crate) fn points(&self, units: i64) -> f64 {
        (i128::from(units) * self.benefit_unit) as f64 * self.programme.quantities().point() + 0.0
    }

    /// The least amount within the resolution that pays for units of effort.
    pub(crate) fn budget(&self, units: i64) -> f64 {
        let steps = self.programme.quantities().grid.steps();
        let quanta = i128::from(units) * self.effort_unit;
        let step = i128::from(steps) * i128::from(MEAN);
        -(-quanta).div_euclid(step) as f64 / steps as f64
    }

    /// Units of effort in the programme's effort unit.
    pub(crate) fn amount(&self, units: i64) -> f64 {
        (i128::from(units) * self.effort_unit) as f64 * self.programme.quantities().effort_unit() + 0.0
    }
}

/// Why each initiative of a programme is not in play; `None` if it is.
pub(crate) fn out_of_play(programme: &Programme) -> Vec<Option<Reason>> {
    let sorted = Sorting::of(programme);
    // The initiatives come first, in their order.
    let mut lines = sorted.left_out(programme).into_iter();
    let mut reason =
        |cause: &Option<Cause>| cause.as_ref().and_then(|_| lines.next()).map(|line| line.reason);
    sorted.initiatives.iter().map(&mut reason).collect()
}

/// Why each initiative and each outcome is left out; `None` if it is in play.
struct Sorting {
    initiatives: Vec<Option<Cause>>,
    outcomes: Vec<Option<Cause>>,
    enabler_only: Vec<bool>,
}

impl Sorting {
    fn of(programme: &Programme) -> Self {
        let (initiatives, quantities) = (programme.initiatives(), programme.quantities());
        let lacks = |i: usize| {
            let columns = quantities.efforts.iter().enumerate();
            let lacking = columns.filter(|(c, e)| e.price != 0 && quantities.amount(*c, i).is_none());
            lacking.map(|(_, e)| Missing::Effort(e.id.clone())).collect::<Vec<_>>()
        };
        let mut sorted: Vec<Option<Cause>> = vec![None; initiatives.len()];
        let needs = |row: &[u32], sorted: &[Option<Cause>]| {
            let mut left_out = None;
            for &p in row {
                let needed = &initiatives[p as usize];
                match &sorted[p as usize] {
                    Some(Cause::Closed { status: Status::Done }) | None => {}
                    Some(Cause::Closed { .. }) => {
                        return Some(Cause::Blocked { needs: needed.code.clone() });
                    }
                    Some(_) => {
                        left_out.get_or_insert(Cause::NeedsLeftOut { needs: needed.code.clone() });
                    }
                }
            }
            left_out
        };
        for i in programme.requires().topological() {
            let i = i as usize;
            let status = initiatives[i].status;
            sorted[i] = if status.is_open() {
                let missing = lacks(i);
                if missing.is_empty() {
                    needs(programme.requires().row(i), &sorted)
                } else {
                    Some(Cause::Missing { missing })
                }
            } else {
                Some(Cause::Closed { status })
            };
        }
        let outcomes = (0..programme.outcomes().len()).map(|o| {
            let row = programme.outcome_requires().row(o);
            let columns = quantities.benefits.iter().filter(|b| b.weight != 0);
            let lacking = columns.filter(|b| b.outcome_points[o].is_none());
            let missing: Vec<_> = lacking.map(|b| Missing::Benefit(b.id.clone())).collect();
            if row.iter().all(|&p| initiatives[p as usize].status == Status::Done) {
                Some(Cause::Realised {})
            } else if missing.is_empty() {
                needs(row, &sorted)
            } else {
                Some(Cause::Missing { missing })
            }
        });
        let outcomes = outcomes.collect();
        let enabler_only = |i: usize| {
            let columns = quantities.benefits.iter().enumerate().filter(|(_, b)| b.weight != 0);
            columns.into_iter().any(|(c, _)| quantities.points(c, i).is_none())
        };
        let enabler_only = (0..initiatives.len()).map(enabler_only).collect();
        Sorting { initiatives: sorted, outcomes, enabler_only }
    }

    /// What is left out, with the reason down to where it comes from.
    fn left_out(&self, programme: &Programme) -> Vec<LeftOut> {
        let initiatives = programme.initiatives();
        let said = |id: &Id, cause: &Cause| {
            Reason::new(match cause {
                Cause::Closed { .. } => {
                    let initiative = programme.initiative(id);
                    Fact::NotRanked {
                        code: id.clone(),
                        status: initiative.map_or("", |i| status_words(i.status)),
                        given: initiative.and_then(|i| i.not_doing_because.as_deref().map(str::to_owned)),
                    }
                }
                Cause::Missing { missing } => Fact::LeftOut {
                    id: id.clone(),
                    missing: missing.iter().map(ToString::to_string).collect(),
                },
                Cause::Blocked { needs } => Fact::Blocked {
                    code: id.clone(),
                    needs: needs.clone(),
                    status: programme.initiative(needs).map_or("", |i| status_words(i.status)),
                },
                Cause::NeedsLeftOut { needs } => Fact::NeedsLeftOut { id: id.clone(), needs: needs.clone() },
                Cause::Realised {} => Fact::Realised { id: id.clone() },
            })
        };
        // Where a chain of what needs what is left out begins; known for what is needed before it is asked for.
        let mut root: Vec<usize> = (0..initiatives.len()).collect();
        let needed = |cause: &Cause| match cause {
            Cause::NeedsLeftOut { needs } => programme.index_of(needs),
            _ => None,
        };
        for i in programme.requires().topological() {
            if let Some(needs) = self.initiatives[i as usize].as_ref().and_then(needed) {
                root[i as usize] = root[needs];
            }
        }
        let line = |id: &Id, name: &str, cause: &Cause| {
            let mut reason = said(id, cause);
            if let Some(needs) = needed(cause) {
                let root = root[needs];
                reason
                    .because
                    .extend(self.initiatives[root].as_ref().map(|c| said(&initiatives[root].code, c)));
            }
            LeftOut { id: id.clone(), name: name.to_owned(), cause: cause.clone(), reason }
        };
        let of_initiatives = initiatives.iter().zip(&self.initiatives);
        let of_outcomes = programme.outcomes().iter().zip(&self.outcomes);
        of_initiatives
            .filter_map(|(i, cause)| Some(line(&i.code, &i.name, cause.as_ref()?)))
            .chain(of_outcomes.filter_map(|(o, cause)| Some(line(&o.id, &o.name, cause.as_ref()?))))
            .collect()
    }
}

/// Numbers divided by their greatest common divisor, and that; `None` if their magnitudes still add up to too much.
fn in_lowest_terms(quanta: &[i128]) -> Option<(Vec<i64>, i128)> {
    let unit = quanta.iter().fold(0, |unit, x| gcd(unit, x.unsigned_abs())).max(1);
    let unit = i128::try_from(unit).ok()?;
    let mut sum = 0_u128;
    let reduced = quanta.iter().map(|&x| {
        sum = sum.checked_add((x / unit).unsigned_abs()).filter(|&sum| sum < SUM_LIMIT)?;
        i64::try_from(x / unit).ok()
    });
    Some((reduced.collect::<Option<_>>()?, unit))
}
