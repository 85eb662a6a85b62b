//! What ballots add up to: sums that merge, and the profile of distinct ballots.

use super::super::{Decimal, RESOLUTION};
use super::{Ballot, Election, VoteType};
use crate::portfolio::{Satisfaction, WhenTooBig};

/// Sums over ballots, in memory for the projects alone. Tallies of parts merge into the tally of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    supporters: Vec<u64>,
    points: Vec<i64>,
    ballots: u64,
    with_points: u64,
}

impl Tally {
    /// Adds a ballot.
    pub fn add(&mut self, ballot: &Ballot<'_>) {
        self.ballots += 1;
        self.with_points += u64::from(!ballot.points.is_empty());
        if let Some(&last) = ballot.projects.iter().max()
            && self.supporters.len() <= last as usize
        {
            self.resize(last as usize + 1);
        }
        for &i in ballot.projects {
            self.supporters[i as usize] += 1;
        }
        for (&i, &points) in ballot.projects.iter().zip(ballot.points) {
            let sum = &mut self.points[i as usize];
            *sum = sum.saturating_add(points);
        }
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Self) {
        self.resize(self.supporters.len().max(other.supporters.len()));
        for (a, b) in self.supporters.iter_mut().zip(&other.supporters) {
            *a += b;
        }
        for (a, b) in self.points.iter_mut().zip(&other.points) {
            *a = a.saturating_add(*b);
        }
        self.ballots += other.ballots;
        self.with_points += other.with_points;
    }

    fn resize(&mut self, n: usize) {
        self.supporters.resize(n, 0);
        self.points.resize(n, 0);
    }

    /// The number of ballots that name each project, up to the last that any names.
    pub fn supporters(&self) -> &[u64] {
        &self.supporters
    }

    /// The sum of the points of each project, likewise.
    pub fn points(&self) -> &[i64] {
        &self.points
    }
}

/// The rule by which a city says it selected: greedy by benefit, above a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CityRule {
    /// What happens when a project does not fit.
    pub when_too_big: WhenTooBig,
    /// The least benefit of a project that may be funded.
    pub least_benefit: i64,
}

impl Election {
    /// The city's own rule, if `META` names one of `greedy`, `greedy-threshold` and `greedy-no-skip`.
    pub fn city_rule(&self) -> Option<CityRule> {
        let when_too_big = match self.meta("rule")? {
            "greedy" | "greedy-threshold" => WhenTooBig::Skip,
            "greedy-no-skip" => WhenTooBig::Stop,
            _ => return None,
        };
        Some(CityRule { when_too_big, least_benefit: self.threshold() })
    }

    /// The least benefit that `META` asks of a project; 0 if it asks for none.
    pub fn threshold(&self) -> i64 {
        self.meta("min_project_score_threshold")
            .and_then(|t| Decimal::parse(t.as_bytes()))
            .map_or(0, |d| d.units)
    }

    /// What each project is worth to the city, in units of 1/[`RESOLUTION`]: the column `score` if the file has one, else `votes`, else
    /// the tally of its ballots (points if they have any, else the number of supporters).
    pub fn benefits(&self, tally: &Tally) -> Vec<Option<i64>> {
        if self.projects.iter().any(|p| p.score.is_some()) {
            self.projects.iter().map(|p| p.score).collect()
        } else if self.projects.iter().any(|p| p.votes.is_some()) {
            self.projects.iter().map(|p| p.votes).collect()
        } else if tally.with_points > 0 {
            (0..self.projects.len()).map(|i| Some(tally.points.get(i).copied().unwrap_or(0))).collect()
        } else {
            let count = |i| tally.supporters.get(i).copied().unwrap_or(0);
            (0..self.projects.len()).map(|i| i64::try_from(count(i)).ok()?.checked_mul(RESOLUTION)).collect()
        }
    }
}

/// Utilities made from a profile; borrow them as `equal_shares::Utilities`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Utility {
    /// One number per project.
    PerItem(Vec<u64>),
    /// One number per entry of the ballots.
    PerEntry(Vec<u64>),
}

/// The distinct ballots of an election with how many voters cast each. Memory grows with the distinct ballots.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    offsets: Vec<usize>,
    projects: Vec<u32>,
    points: Vec<i64>,
    voters: Vec<u64>,
    slots: Vec<u32>,
    sorted: Vec<(u32, i64)>,
}

const FREE: u32 = u32::MAX;
const PROBES: usize = 64;

impl Profile {
    /// Adds a ballot. Where the order on the ballot means nothing, ballots that differ in order alone are one.
    pub fn add(&mut self, vote_type: VoteType, ballot: &Ballot<'_>) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let points = ballot.points.iter().copied().chain(std::iter::repeat(0));
        self.sorted.clear();
        self.sorted.extend(ballot.projects.iter().copied().zip(points));
        if vote_type != VoteType::Ordinal {
            self.sorted.sort_unstable();
        }
        if self.voters.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let first = hash(self.sorted.iter().copied());
        for at in (first..first + PROBES).map(|at| at & mask) {
            let i = self.slots[at];
            if i == FREE {
                self.slots[at] = self.voters.len() as u32;
                break;
            }
            if self.entries(i as usize).eq(self.sorted.iter().copied()) {
                self.voters[i as usize] += 1;
                return;
            }
        }
        // New, or among too many that collide: to merge is only to save work.
        self.voters.push(1);
        self.projects.extend(self.sorted.iter().map(|s| s.0));
        self.points.extend(self.sorted.iter().map(|s| s.1));
        self.offsets.push(self.projects.len());
    }

    fn entries(&self, ballot: usize) -> impl Iterator<Item = (u32, i64)> {
        let range = self.offsets[ballot]..self.offsets[ballot + 1];
        self.projects[range.clone()].iter().copied().zip(self.points[range].iter().copied())
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        self.slots.clear();
        self.slots.resize(size, FREE);
        for i in 0..self.voters.len() {
            let first = hash(self.entries(i));
            if let Some(at) =
                (first..first + PROBES).map(|at| at & (size - 1)).find(|&at| self.slots[at] == FREE)
            {
                self.slots[at] = i as u32;
            }
        }
    }

    /// Where each ballot starts in [`projects`](Self::projects), and the end.
    pub fn offsets(&self) -> &[usize] {
        if self.offsets.is_empty() { &[0] } else { &self.offsets }
    }

    /// The projects of all ballots.
    pub fn projects(&self) -> &[u32] {
        &self.projects
    }

    /// How many voters cast each ballot.
    pub fn voters(&self) -> &[u64] {
        &self.voters
    }

    /// What the projects are worth to the voters. Points below zero support nothing.
    pub fn utility(&self, satisfaction: Satisfaction, election: &Election) -> Utility {
        match satisfaction {
            Satisfaction::Cost => {
                Utility::PerItem(election.projects.iter().map(|p| p.cost.unsigned_abs()).collect())
            }
            Satisfaction::Cardinality => Utility::PerItem(vec![1; election.projects.len()]),
            Satisfaction::Points => {
                Utility::PerEntry(self.points.iter().map(|&p| p.max(0).unsigned_abs()).collect())
            }
            Satisfaction::Borda => {
                let below = |range: &[usize]| (0..range[1] as u64 - range[0] as u64).rev();
                Utility::PerEntry(self.offsets.windows(2).flat_map(below).collect())
            }
        }
    }
}

fn hash(entries: impl Iterator<Item = (u32, i64)>) -> usize {
    let mut h = 0x9E37_79B9_7F4A_7C15u64;
    for (project, points) in entries {
        h = (h.rotate_left(23) ^ (u64::from(project) << 32 ^ points.unsigned_abs()))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    (h >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, read};
    use super::*;

    fn file(vote_type: &str, columns: &str, votes: &str) -> String {
        format!(
            "META\nkey;value\nbudget;9\nvote_type;{vote_type}\nPROJECTS\nproject_id;cost{columns}\nVOTES\nvoter_id;vote;points\n{votes}"
        )
    }

    fn parse(text: &str) -> (Election, Tally, Profile) {
        let (mut tally, mut profile) = (Tally::default(), Profile::default());
        let election = read(text.as_bytes(), &Limits::default(), |e, b| {
            tally.add(b);
            profile.add(e.vote_type, b);
        });
        (election.unwrap(), tally, profile)
    }

    #[test]
    fn the_benefit_is_the_score_then_the_votes_then_the_tally() {
        let one = |n: i64| Some(n * RESOLUTION);
        let votes = "x;a,b;2,1\ny;a;3\n";
        let benefits = |columns: &str, vote_type: &str, votes: &str| {
            let (election, tally, _) = parse(&file(vote_type, columns, votes));
            election.benefits(&tally)
        };
        assert_eq!(benefits(";votes;score\na;1;7;9\nb;1;8;", "cumulative", votes), [one(9), None]);
        assert_eq!(benefits(";votes;score\na;1;7;\nb;1;8;", "cumulative", votes), [one(7), one(8)]);
        assert_eq!(benefits("\na;1\nb;1\nc;1", "cumulative", votes), [one(5), one(1), one(0)]);
        assert_eq!(benefits("\na;1\nb;1\nc;1", "approval", "x;a,b;\ny;a;\n"), [one(2), one(1), one(0)]);
    }

    #[test]
    fn ballots_merge_where_their_order_means_nothing() {
        let votes = "x;a,b;2,1\ny;b,a;1,2\nz;a,b;1,2\nw;;\n";
        let (election, _, profile) = parse(&file("cumulative", "\na;4\nb;5", votes));
        assert_eq!(
            (profile.offsets(), profile.projects(), profile.voters()),
            (&[0, 2, 4, 4][..], &[0, 1, 0, 1][..], &[2, 1, 1][..])
        );
        let m = RESOLUTION as u64;
        assert_eq!(
            profile.utility(Satisfaction::Points, &election),
            Utility::PerEntry(vec![2 * m, m, m, 2 * m])
        );
        assert_eq!(profile.utility(Satisfaction::Cost, &election), Utility::PerItem(vec![4 * m, 5 * m]));
        let (election, _, profile) = parse(&file("ordinal", "\na;4\nb;5", votes));
        assert_eq!(profile.projects(), [0, 1, 1, 0, 0, 1]);
        assert_eq!(
            profile.utility(Satisfaction::Borda, &election),
            Utility::PerEntry(vec![1, 0, 1, 0, 1, 0])
        );
    }

    #[test]
    fn the_tallies_of_parts_merge_into_that_of_the_whole() {
        let (_, mut first, _) = parse(&file("scoring", "\na;4\nb;5", "x;a;2\n"));
        let (_, second, _) = parse(&file("scoring", "\na;4\nb;5", "y;b,a;1,-7\n"));
        let (_, whole, _) = parse(&file("scoring", "\na;4\nb;5", "x;a;2\ny;b,a;1,-7\n"));
        first.merge(&second);
        assert_eq!(first, whole);
        assert_eq!((whole.supporters(), whole.points()), (&[2, 1][..], &[-5 * RESOLUTION, RESOLUTION][..]));
    }

    #[test]
    fn the_rules_of_cities() {
        let rule = |meta: &str| {
            let text = file("approval", "\na;1", "").replace("budget", &format!("{meta}\nbudget"));
            parse(&text).0.city_rule()
        };
        assert_eq!(rule("rule;greedy"), Some(CityRule { when_too_big: WhenTooBig::Skip, least_benefit: 0 }));
        assert_eq!(
            rule("rule;greedy-no-skip\nmin_project_score_threshold;50"),
            Some(CityRule { when_too_big: WhenTooBig::Stop, least_benefit: 50 * RESOLUTION })
        );
        assert_eq!(rule("rule;greedy-custom"), None);
    }

    #[test]
    fn many_ballots_are_found_again() {
        let votes: Vec<String> = (0..5000).map(|i| format!("v{i};p{},p{};\n", i % 83, 83 + i % 61)).collect();
        let projects: Vec<String> = (0..144).map(|i| format!("\np{i};1")).collect();
        let (votes, projects) = (votes.concat(), projects.concat());
        let (_, _, profile) = parse(&file("approval", &projects, &votes));
        assert_eq!(profile.voters().len(), 5000);
        let (_, _, twice) = parse(&file("approval", &projects, &votes.repeat(2)));
        assert!(twice.voters().len() == 5000 && twice.voters().iter().all(|&v| v == 2));
    }
}
