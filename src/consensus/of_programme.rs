use super::fault::Fault;
use super::rule::{ConsensusRule, Rule, RuleError, Verdict};
use super::vote::{Pile, PileError, Vote};
use super::weight::Weight;
use crate::Error;
use crate::error::{Path, Problem};
use crate::programme::{Ballot, Id, Programme, Unranked};

/// What the stakeholders of a programme say, together: one order of the open initiatives, in which ties stay groups.
///
/// Initiatives that no ballot names stand level with each other after all that some ballot names.
///
/// ```
/// use cxrank::consensus::Consensus;
/// use cxrank::programme::{Ballot, Criterion, Initiative, ProgrammeSpec, Stakeholder};
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking"))
///     .initiative(Initiative::new("B", "Call back"))
///     .initiative(Initiative::new("C", "Clear letters"))
///     .stakeholder(Stakeholder::new("desk").weight(2.0))
///     .stakeholder(Stakeholder::new("doctors"))
///     .ballot(Ballot::ranked("desk", ["B", "A"]))
///     .ballot(Ballot::ranked("doctors", ["A", "B"]))
///     .build()?;
/// let consensus = Consensus::new(&programme)?;
/// let groups: Vec<Vec<_>> = consensus.groups().map(|g| g.map(|id| id.as_str()).collect()).collect();
/// assert_eq!(groups, [vec!["B"], vec!["A"], vec!["C"]]);
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Consensus<'p> {
    pub(super) programme: &'p Programme,
    pub(super) rule: Rule,
    /// The open initiatives that some ballot names, by their index in the programme.
    pub(super) named: Vec<u32>,
    pub(super) pile: Pile,
    pub(super) verdict: Verdict,
}

impl<'p> Consensus<'p> {
    /// The order by the policy's rule.
    ///
    /// # Errors
    ///
    /// [`Fault`](super::Fault) lists them.
    ///
    /// # Complexity
    ///
    /// O(b·k² + n²) for b ballots of length k over n named initiatives, and the rule's own.
    pub fn new(programme: &'p Programme) -> Result<Self, Error> {
        let rule = programme.policy().rule().expect("rule and strength were checked with the programme");
        Self::by_rule(programme, rule)
    }

    /// The order by a given rule, whatever the policy says.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn by_rule(programme: &'p Programme, rule: Rule) -> Result<Self, Error> {
        let mut place = vec![u32::MAX; programme.initiatives().len()];
        let mut named = Vec::new();
        for ballot in programme.ballots() {
            for code in ballot.ranking.iter().flatten().chain(ballot.points.keys()) {
                if let Some(i) = programme.index_of(code)
                    && programme.initiatives()[i].status.is_open()
                {
                    place[i] = 0;
                }
            }
        }
        for (i, slot) in (0..).zip(&mut place) {
            if *slot == 0 {
                *slot = index(named.len());
                named.push(i);
            }
        }
        let votes = programme
            .ballots()
            .iter()
            .map(|ballot| vote(programme, ballot, &place))
            .collect::<Result<_, _>>()?;
        let pile = Pile::new(named.len(), votes).map_err(|error| refused(programme, error))?;
        let verdict = rule.rank(pile.tally()).map_err(rule_fault)?;
        Ok(Consensus { programme, rule, named, pile, verdict })
    }

    /// The programme.
    pub fn programme(&self) -> &'p Programme {
        self.programme
    }

    /// The rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// How many ballots were counted.
    pub fn ballots(&self) -> usize {
        self.pile.ballots().len()
    }

    /// The order: groups of equals, the best first, each in the order of the codes.
    pub fn groups(&self) -> impl Iterator<Item = impl Iterator<Item = &'p Id>> {
        let programme = self.programme;
        let code = move |i: u32| &programme.initiatives()[i as usize].code;
        self.indexed_groups().into_iter().map(move |group| group.into_iter().map(code))
    }

    /// The score of an initiative by the rule; `None` if it has none, or if no ballot names the initiative.
    pub fn score(&self, code: &str) -> Option<f64> {
        let i = index(self.programme.index_of(code)?);
        let place = self.named.binary_search(&i).ok()?;
        self.verdict.scores.as_ref().map(|scores| scores.value(index(place)))
    }

    /// The groups by index in the programme.
    pub(crate) fn indexed_groups(&self) -> Vec<Vec<u32>> {
        let mut groups: Vec<Vec<u32>> = self
            .verdict
            .ranking
            .groups()
            .iter()
            .map(|group| group.iter().map(|&place| self.named[place as usize]).collect())
            .collect();
        let mut named = self.named.iter().copied().peekable();
        let open = (0..).zip(self.programme.initiatives()).filter(|(_, i)| i.status.is_open());
        let unnamed: Vec<u32> = open.map(|(i, _)| i).filter(|i| named.next_if_eq(i).is_none()).collect();
        if !unnamed.is_empty() {
            groups.push(unnamed);
        }
        groups
    }
}

/// For each of some initiatives, twice its Borda points above the mean, summed over the ballots by weight; and the sum of the weights.
///
/// Needs no pairwise table: O(n) per ballot.
pub(crate) fn borda_above_mean(programme: &Programme, among: &[u32]) -> Result<(Vec<i128>, i128), Error> {
    let place = places(programme, among);
    let (mut sums, mut total) = (vec![0; among.len()], 0);
    for ballot in programme.ballots() {
        total += add_borda(programme, ballot, &place, &mut sums)?;
    }
    Ok((sums, total))
}

/// The same for each ballot by itself, with its weight.
#[cfg(feature = "uncertainty")]
pub(crate) fn borda_of_ballots(
    programme: &Programme,
    among: &[u32],
) -> Result<Vec<(Vec<i128>, i128)>, Error> {
    let place = places(programme, among);
    let points = |ballot| {
        let mut sums = vec![0; among.len()];
        add_borda(programme, ballot, &place, &mut sums).map(|weight| (sums, weight))
    };
    programme.ballots().iter().map(points).collect()
}

/// Where each initiative stands in `among`.
fn places(programme: &Programme, among: &[u32]) -> Vec<u32> {
    let mut place = vec![u32::MAX; programme.initiatives().len()];
    for (k, &i) in among.iter().enumerate() {
        place[i as usize] = index(k);
    }
    place
}

/// Adds what one ballot gives to `sums`, one for each initiative that has a place, and returns its weight.
fn add_borda(
    programme: &Programme,
    ballot: &Ballot,
    place: &[u32],
    sums: &mut [i128],
) -> Result<i128, Error> {
    let vote = vote(programme, ballot, place)?;
    let weight = i128::from(vote.weight().millionths());
    let mut listed = vec![false; sums.len()];
    for &k in vote.groups().iter().flatten() {
        listed[k as usize] = true;
    }
    let (all, count) = (sums.len(), listed.iter().filter(|&&l| l).count());
    let size = if vote.unranked() == Unranked::Last { all } else { count };
    let mut above = 0;
    let mut group_sum = |members: &mut dyn Iterator<Item = u32>, len: usize| {
        let below = size - above - len;
        for k in members {
            sums[k as usize] += weight * (below as i128 - above as i128);
        }
        above += len;
    };
    for group in vote.groups() {
        group_sum(&mut group.iter().copied(), group.len());
    }
    if vote.unranked() == Unranked::Last {
        group_sum(&mut (0..).zip(&listed).filter(|(_, l)| !**l).map(|(k, _)| k), all - count);
    }
    Ok(weight)
}

/// A ballot over the initiatives that have a place.
fn vote(programme: &Programme, ballot: &Ballot, place: &[u32]) -> Result<Vote, Error> {
    let refuse = |problem| one(Fault::Ballot { stakeholder: ballot.stakeholder.clone(), problem });
    let stakeholder = programme.stakeholder(&ballot.stakeholder);
    let weight = Weight::from_votes(stakeholder.and_then(|s| s.weight).unwrap_or(1.0))
        .map_err(|error| refuse(super::vote::BallotProblem::Weight(error)))?;
    let find = |code: &Id| programme.index_of(code).map(|i| place[i]).filter(|&k| k != u32::MAX);
    if ballot.points.is_empty() {
        let groups = ballot.ranking.iter().map(|group| group.iter().filter_map(find).collect()).collect();
        return Ok(Vote::new(groups, ballot.unranked, weight));
    }
    let points: Vec<(u32, f64)> =
        ballot.points.iter().filter_map(|(code, &points)| Some((find(code)?, points))).collect();
    Vote::from_points(&points, ballot.unranked, weight).map_err(refuse)
}

fn refused(programme: &Programme, error: PileError) -> Error {
    match error {
        PileError::Tally(error) => one(Fault::Tally(error)),
        PileError::Ballots(ballots) => Error::new(
            ballots
                .into_iter()
                .map(|error| {
                    let i = usize::try_from(error.ballot).unwrap_or(usize::MAX);
                    let stakeholder =
                        programme.ballots().get(i).map(|b| b.stakeholder.clone()).unwrap_or_default();
                    Problem::new(
                        Path::of("ballots", i),
                        Fault::Ballot { stakeholder, problem: error.problem },
                    )
                })
                .collect(),
        ),
    }
}

pub(super) fn rule_fault(error: RuleError) -> Error {
    one(Fault::Rule(error))
}

fn one(fault: Fault) -> Error {
    Error::new(vec![Problem::new(Path::root().key("ballots"), fault)])
}

fn index(i: usize) -> u32 {
    u32::try_from(i).expect("fewer than 2³² initiatives")
}
