//! In which order of merit: scores to a total order with ties and levels, beside the stakeholders' order.

use std::collections::BTreeMap;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::Error;
use crate::consensus::{Consensus, borda_above_mean};
use crate::policy::{Fingerprint, QuadrantCuts};
use crate::programme::{Id, Programme, Status};
use crate::reason::{Fact, Quantity, Reason};
use crate::score::kernel::{Merit, Scores as Kernel};
use crate::score::{Score, Scores, ScoringModel, Term, Values, sort_by_size, status_words};

mod compare;
mod counted_tree;
mod gap;
pub mod kernel;
mod line;
mod live;
#[cfg(feature = "parallel")]
mod parallel;

pub use compare::{RankMove, RankingComparison};
pub use line::{Line, NotRanked, Quadrant, Unscored};
pub use live::{Line as LiveLine, LiveOrder};

/// The open initiatives of a programme in order of merit, with the stakeholders' opinion beside the model's.
///
/// The order of two initiatives depends on those two alone: adding an idea moves nobody else. (A policy with a blend orders by
/// weighted Borda instead, in which one more candidate may move others.) Equal scores share a competition rank (1, 2, 2, 4) and are
/// listed in the order of their codes. What has no score is listed apart, with what it lacks; nothing is dropped.
///
/// Rank is standalone merit: a line that stands before something that it needs says so, and `sequence` is where dependencies decide.
///
/// # Determinism
///
/// Scores are compared exactly, never rounded; the same programme gives the same bytes whatever the order in which it was written.
///
/// # Examples
///
/// ```
/// use cxrank::programme::{Ballot, Criterion, Initiative, ProgrammeSpec, Stakeholder};
/// use cxrank::rank::Ranking;
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6.0).effort("work", 40.0))
///     .initiative(Initiative::new("B", "Call back").benefit("ease", 4.0).effort("work", 5.0))
///     .initiative(Initiative::new("C", "Clear letters").benefit("ease", 5.0))
///     .stakeholder(Stakeholder::new("desk"))
///     .ballot(Ballot::ranked("desk", ["A", "B", "C"]))
///     .build()?;
/// let ranking = Ranking::new(&programme)?;
/// let lines: Vec<_> = ranking.lines().map(|l| (l.rank, l.code.to_string(), l.score, l.gap)).collect();
/// assert_eq!(lines, [(1, "B".into(), 8.0, Some(1)), (2, "A".into(), 1.5, Some(-1))]);
/// assert_eq!(ranking.unscored()[0].reason.to_string(), "C has no score: it lacks the effort `work`.");
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ranking<'p> {
    scores: Scores<'p>,
    consensus: Option<Consensus<'p>>,
    /// Scored open initiatives, the best first.
    order: Vec<u32>,
    /// The competition rank of each place of `order`.
    ranks: Vec<u32>,
    /// Where each initiative stands in `order`.
    place: Vec<Option<u32>>,
    /// The competition rank of each initiative by the stakeholders, among those in `order`.
    stakeholder_ranks: Vec<Option<u32>>,
    /// The competition rank of each initiative by the model, where a blend decides the order.
    model_ranks: Option<Vec<Option<u32>>>,
    /// Whether an initiative needs, at any depth, something that will not be done.
    blocked: Vec<bool>,
    /// Cuts of the benefit–effort map.
    cuts: Option<[f64; 2]>,
}

impl<'p> Ranking<'p> {
    /// The order by the policy's model, beside the stakeholders' by the policy's rule.
    ///
    /// # Errors
    ///
    /// What [`ScoringModel::new`], [`ScoringModel::scores`] and [`Consensus::new`] refuse.
    ///
    /// # Complexity
    ///
    /// O(n·c + n log n) besides the consensus, in time; O(n) in memory.
    pub fn new(programme: &'p Programme) -> Result<Self, Error> {
        let scores = ScoringModel::new(programme)?.scores()?;
        let consensus = if programme.ballots().is_empty() { None } else { Some(Consensus::new(programme)?) };
        Self::of(scores, consensus)
    }

    /// The order by given scores, beside a given consensus if there is one.
    ///
    /// # Errors
    ///
    /// What the policy's blend refuses: ballots that cannot be counted.
    ///
    /// # Panics
    ///
    /// When scores and consensus are of two programmes.
    pub fn of(scores: Scores<'p>, consensus: Option<Consensus<'p>>) -> Result<Self, Error> {
        let programme = scores.programme();
        assert!(
            consensus.as_ref().is_none_or(|c| std::ptr::eq(c.programme(), programme)),
            "scores and consensus are of one programme"
        );
        let initiatives = programme.initiatives();
        let n = initiatives.len();
        let in_order = order_of_open(&scores);
        let mut ranks = in_order.ranks();
        let mut order = in_order.order;

        let mut model_ranks = None;
        if let (Some(blend), false) = (programme.policy().blend, programme.ballots().is_empty()) {
            model_ranks = Some(by_initiative(n, &order, &ranks));
            (order, ranks) = blended(programme, blend.model_share, &order, &ranks)?;
        }
        let mut place = vec![None; n];
        for (k, &i) in (0..).zip(&order) {
            place[i as usize] = Some(k);
        }
        let stakeholder_ranks = consensus.as_ref().map_or_else(
            || vec![None; n],
            |consensus| {
                let mut ranks = vec![None; n];
                let mut before = 0;
                for group in consensus.indexed_groups() {
                    let ranked: Vec<u32> =
                        group.into_iter().filter(|&i| place[i as usize].is_some()).collect();
                    for &i in &ranked {
                        ranks[i as usize] = Some(before + 1);
                    }
                    before += index(ranked.len());
                }
                ranks
            },
        );
        let cuts = cuts(&scores, &order);
        let blocked = blocked(programme);
        Ok(Ranking { scores, consensus, order, ranks, place, stakeholder_ranks, model_ranks, blocked, cuts })
    }

    /// The programme.
    pub fn programme(&self) -> &'p Programme {
        self.scores.programme()
    }

    /// The scores behind the order.
    pub fn scores(&self) -> &Scores<'p> {
        &self.scores
    }

    /// What the stakeholders say together; `None` if there is no ballot.
    pub fn consensus(&self) -> Option<&Consensus<'p>> {
        self.consensus.as_ref()
    }

    /// The fingerprint of the policy behind the order.
    pub fn fingerprint(&self) -> Fingerprint {
        self.programme().policy().fingerprint()
    }

    /// How many initiatives are ranked.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The codes, the best first.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = &'p Id> {
        let initiatives = self.programme().initiatives();
        self.order.iter().map(move |&i| &initiatives[i as usize].code)
    }

    /// The rank of an initiative; `None` if it is not ranked or not there. O(log n).
    pub fn rank(&self, code: &str) -> Option<usize> {
        Some(self.ranks[self.place[self.programme().index_of(code)?]? as usize] as usize)
    }

    /// The lines, the best first.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = Line> {
        (0..self.order.len()).map(|k| self.line(k))
    }

    /// The first `k` lines and those that are level with the last of them.
    pub fn top(&self, k: usize) -> impl Iterator<Item = Line> {
        let last = k.min(self.len()).checked_sub(1).map(|last| self.ranks[last]);
        self.lines().zip(&self.ranks).take_while(move |(_, rank)| Some(**rank) <= last).map(|(line, _)| line)
    }

    /// The line of an initiative; `None` if it is not ranked or not there.
    pub fn get(&self, code: &str) -> Option<Line> {
        self.place[self.programme().index_of(code)?].map(|k| self.line(k as usize))
    }

    /// The open initiatives without a score, in the order of their codes, each with what it lacks.
    pub fn unscored(&self) -> Vec<Unscored> {
        self.scores
            .iter()
            .filter(|score| score.initiative().status.is_open() && !score.is_scored())
            .map(|score| Unscored {
                code: score.initiative().code.clone(),
                name: score.initiative().name.clone(),
                missing: score.missing(),
                reason: score.reason(),
            })
            .collect()
    }

    /// The initiatives that are not up for ranking: done, cancelled, not being done, in the order of their codes.
    pub fn not_ranked(&self) -> Vec<NotRanked> {
        let closed = self.programme().initiatives().iter().filter(|i| !i.status.is_open());
        closed
            .map(|i| NotRanked {
                code: i.code.clone(),
                name: i.name.clone(),
                status: i.status,
                reason: Reason::new(Fact::NotRanked {
                    code: i.code.clone(),
                    status: status_words(i.status),
                    given: i.not_doing_because.as_deref().map(str::to_owned),
                }),
            })
            .collect()
    }

    /// Groups of initiatives with equal scores, the best first; only groups of two and more.
    pub fn ties(&self) -> Vec<Vec<Id>> {
        let mut groups: BTreeMap<u32, Vec<Id>> = BTreeMap::new();
        for (rank, code) in self.ranks.iter().zip(self.codes()) {
            groups.entry(*rank).or_default().push(code.clone());
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }

    /// Why one initiative stands above the other, whichever does: the terms of the gap between their scores, which add up to it.
    ///
    /// `None` if one of them is not ranked or not there, or if both are the same.
    pub fn why_above(&self, a: &str, b: &str) -> Option<Reason> {
        let place = |code: &str| self.place[self.programme().index_of(code)?];
        let (i, j) = (place(a)?, place(b)?);
        if i == j {
            return None;
        }
        let (upper, lower) = (i.min(j) as usize, i.max(j) as usize);
        let (above, below) = (self.score(upper), self.score(lower));
        let [first, second] = [above, below].map(|score| score.initiative().code.clone());
        if self.ranks[upper] == self.ranks[lower] {
            return Some(Reason::new(Fact::Level { first, second }));
        }
        let unit = self.scores.unit();
        let mut reason = Reason::new(Fact::Above {
            above: first,
            below: second,
            gap: Quantity::new(above.value()? - below.value()?, unit.as_str()),
        });
        let mut terms = gap::gap_terms(above, below);
        sort_by_size(&mut terms);
        reason.because = crate::score::adds(terms, &unit);
        Some(reason)
    }

    /// The terms of the gap between two scores, `a`'s less `b`'s: they add up to it.
    ///
    /// For benefit/cost a gap has two sides, benefit and effort, each told criterion by criterion; neither is counted first
    /// (it is the Shapley value of the two sides). `None` if one of them is not scored or not there.
    ///
    /// # Formula
    ///
    /// For B/E: benefit criterion j gives `(b_aj − b_bj)(E_a + E_b)/(2·E_a·E_b)`, effort criterion k gives
    /// `(e_bk − e_ak)(B_a + B_b)/(2·E_a·E_b)`.
    pub fn gap_terms(&self, a: &str, b: &str) -> Option<Vec<Term>> {
        let (a, b) = (self.scores.get(a)?, self.scores.get(b)?);
        (a.is_scored() && b.is_scored()).then(|| gap::gap_terms(a, b))
    }

    /// Where the benefit–effort map is cut, benefit in points and then effort; `None` if the policy has no cuts.
    pub fn cuts(&self) -> Option<[f64; 2]> {
        self.cuts
    }

    fn score(&self, place: usize) -> Score<'_> {
        self.scores.at(self.order[place] as usize)
    }

    fn line(&self, k: usize) -> Line {
        let i = self.order[k] as usize;
        let score = self.scores.at(i);
        let initiative = score.initiative();
        let (rank, level) = (self.ranks[k], self.level(score));
        let needs = self.programme().requires().row(i).iter().map(|&p| p as usize);
        let (mut stands_before, mut blocked_by) = (Vec::new(), Vec::new());
        for p in needs {
            let prerequisite = &self.programme().initiatives()[p];
            if self.blocked[p] || is_dead(prerequisite.status) {
                blocked_by.push(prerequisite.code.clone());
            } else if prerequisite.status.is_open() && self.place[p].is_none_or(|place| place as usize > k) {
                stands_before.push(prerequisite.code.clone());
            }
        }
        let stakeholder_rank = self.stakeholder_ranks[i];
        Line {
            rank: rank as usize,
            code: initiative.code.clone(),
            name: initiative.name.clone(),
            benefit: score.benefit(),
            effort: score.effort(),
            score: score.value().unwrap_or(f64::NAN),
            terms: score.terms(),
            tied: (k > 0 && self.ranks[k - 1] == rank) || self.ranks.get(k + 1) == Some(&rank),
            level,
            quadrant: self.quadrant(score),
            model_rank: self.model_ranks.as_ref().and_then(|ranks| ranks[i]).map(|r| r as usize),
            stakeholder_rank: stakeholder_rank.map(|r| r as usize),
            gap: stakeholder_rank.map(|r| i64::from(r) - i64::from(rank)),
            stands_before,
            blocked_by,
            why: score.reason(),
        }
    }

    fn level(&self, score: Score<'_>) -> Option<String> {
        let bands = &self.programme().policy().levels;
        bands.iter().find(|band| score.is_at_least(band.at_least)).map(|band| band.name.clone())
    }

    fn quadrant(&self, score: Score<'_>) -> Option<Quadrant> {
        let [benefit, effort] = self.cuts?;
        Some(match (score.benefit()? >= benefit, score.effort()? > effort) {
            (true, false) => Quadrant::QuickWin,
            (true, true) => Quadrant::BigBet,
            (false, false) => Quadrant::FillIn,
            (false, true) => Quadrant::TimeSink,
        })
    }
}

/// The result as a file has it: policy and fingerprint, the lines, what is unscored, what is not ranked.
impl Serialize for Ranking<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Lines<'a>(&'a Ranking<'a>);

        impl Serialize for Lines<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.lines())
            }
        }

        let mut fields = serializer.serialize_struct("Ranking", 7)?;
        fields.serialize_field("programme", self.programme().name())?;
        fields.serialize_field("model", self.scores.model())?;
        fields.serialize_field("unit", &self.scores.unit())?;
        fields.serialize_field("policy_fingerprint", &self.fingerprint())?;
        fields.serialize_field("ranking", &Lines(self))?;
        fields.serialize_field("unscored", &self.unscored())?;
        fields.serialize_field("not_ranked", &self.not_ranked())?;
        fields.end()
    }
}

/// The scored open initiatives in order of merit.
pub(crate) fn order_of_open(scores: &Scores<'_>) -> kernel::MeritOrder {
    let initiatives = scores.programme().initiatives();
    let open = |i: usize| initiatives[i].status.is_open();
    match scores.values() {
        Values::Ratios(Kernel::Narrow(values)) => rank_among(values, open),
        Values::Ratios(Kernel::Wide(values)) => rank_among(values, open),
        Values::Points(Kernel::Narrow(values)) => rank_among(values, open),
        Values::Points(Kernel::Wide(values)) => rank_among(values, open),
        Values::Floats(values) => rank_among(values, open),
    }
}

fn rank_among<S: Merit>(values: &[S], among: impl Fn(usize) -> bool) -> kernel::MeritOrder {
    if (0..values.len()).all(&among) {
        return kernel::rank(values);
    }
    let values: Vec<Option<S>> =
        values.iter().enumerate().map(|(i, &value)| among(i).then_some(value)).collect();
    kernel::rank(&values)
}

/// 1, 2, 2, 4.
fn competition_ranks<T>(sorted: &[T], level: impl Fn(&T, &T) -> bool) -> Vec<u32> {
    let mut ranks: Vec<u32> = Vec::with_capacity(sorted.len());
    for k in 0..sorted.len() {
        ranks.push(if k > 0 && level(&sorted[k - 1], &sorted[k]) { ranks[k - 1] } else { index(k) + 1 });
    }
    ranks
}

fn by_initiative(n: usize, order: &[u32], ranks: &[u32]) -> Vec<Option<u32>> {
    let mut by_initiative = vec![None; n];
    for (&i, &rank) in order.iter().zip(ranks) {
        by_initiative[i as usize] = Some(rank);
    }
    by_initiative
}

/// Weighted Borda over the ballots and the model as one ballot of the given share, exactly.
fn blended(
    programme: &Programme,
    share: f64,
    order: &[u32],
    ranks: &[u32],
) -> Result<(Vec<u32>, Vec<u32>), Error> {
    let grid = programme.quantities().grid;
    let (of_ballots, total) = borda_above_mean(programme, order)?;
    // A share that is off the grid was refused with the policy.
    let share = i128::from(grid.quantise(share).unwrap_or(0));
    let whole = i128::from(grid.steps());
    let mut sums = Vec::with_capacity(order.len());
    let mut start = 0;
    while start < order.len() {
        let end = start + ranks[start..].iter().take_while(|&&rank| rank == ranks[start]).count();
        let above_mean = (order.len() - end) as i128 - start as i128;
        for k in start..end {
            sums.push((of_ballots[k] * (whole - share) + above_mean * total * share, order[k]));
        }
        start = end;
    }
    sums.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let ranks = competition_ranks(&sums, |a, b| a.0 == b.0);
    Ok((sums.into_iter().map(|(_, i)| i).collect(), ranks))
}

/// Will not be done.
fn is_dead(status: Status) -> bool {
    matches!(status, Status::Cancelled | Status::NotDoing)
}

/// For each open initiative, whether it needs, at any depth, something that will not be done.
fn blocked(programme: &Programme) -> Vec<bool> {
    let (initiatives, requires) = (programme.initiatives(), programme.requires());
    let mut blocked = vec![false; initiatives.len()];
    for i in requires.topological() {
        let i = i as usize;
        blocked[i] = initiatives[i].status.is_open()
            && requires
                .row(i)
                .iter()
                .any(|&p| blocked[p as usize] || is_dead(initiatives[p as usize].status));
    }
    blocked
}

fn cuts(scores: &Scores<'_>, order: &[u32]) -> Option<[f64; 2]> {
    match scores.programme().policy().quadrants? {
        QuadrantCuts::At { benefit, effort } => Some([benefit, effort]),
        QuadrantCuts::Median {} => {
            let of = |value: &dyn Fn(Score<'_>) -> Option<f64>| {
                let mut values: Vec<f64> =
                    order.iter().filter_map(|&i| value(scores.at(i as usize))).collect();
                values.sort_by(f64::total_cmp);
                let (low, high) =
                    (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
                Some(f64::midpoint(*low, *high))
            };
            Some([of(&|score| score.benefit())?, of(&|score| score.effort())?])
        }
    }
}

fn index(i: usize) -> u32 {
    u32::try_from(i).expect("fewer than 2³² initiatives")
}
