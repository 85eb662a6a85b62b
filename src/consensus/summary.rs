//! An order by a rule in the words of those whom it concerns: ids, votes and sentences in place of indices and millionths.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::kemeny::Another;
use super::rule::{Decision, Link, Rule};
use super::{
    Consensus, ConsensusRule, DEFAULT_NODES, Flip, Kemeny, Pile, RESOLUTION, Share, Side, Sign, Standing,
    Verdict, WeakOrder, buy_in, compare_rankings, coverage, decisive_absences, delivery_buy_in, group_buy_in,
    pair_reason, side_by_side, signs, splits, weight_changes,
};
use crate::Error;
use crate::programme::Id;
use crate::reason::{Fact, Reason};

/// An order by a rule, with its scores or its proof.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The rule, as a policy names it.
    pub rule: &'static str,
    /// How the rule measures a defeat or a link, where it does.
    pub strength: Option<&'static str>,
    /// Groups of equals, the best first.
    pub ranking: Vec<Vec<Id>>,
    /// The scores by the rule; `None` where it has none.
    pub scores: Option<BTreeMap<Id, f64>>,
    /// Kemeny: the votes that disagree with the order, summed over the pairs.
    pub cost: Option<f64>,
    /// Kemeny: no order has less disagreement.
    pub lower_bound: Option<f64>,
    /// Kemeny: whether the two are equal.
    pub proven: Option<bool>,
    /// Kemeny: whether another order costs as little.
    pub another: Option<Another>,
    /// Kendall's W over the ballots; `None` where undefined.
    pub kendall_w: Option<f64>,
    /// How far the order is from what the ballots say.
    pub agreement: Agreement,
}

/// How far an order is from what the ballots say.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Agreement {
    /// The mean of the ballots' τ-b with the order, by weight; `None` where none is defined.
    pub tau_b: Option<f64>,
    /// The mean of the ballots' `τ_x` with the order, by weight; `None` where none is defined.
    pub tau_x: Option<f64>,
    /// Each stakeholder's, those with the least buy-in first; empty where ballots have no names.
    pub stakeholders: Vec<StakeholderBuyIn>,
    /// Each unit's, in order.
    pub units: Vec<UnitBuyIn>,
    /// The initiatives that somebody names, in order.
    pub initiatives: Vec<InitiativeSplit>,
    /// Things that an honest opinion may have and a tactical one often has: a reason to ask, no proof of anything.
    pub signs: Vec<Reason>,
}

/// How far the order is from one stakeholder's ballot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StakeholderBuyIn {
    /// The stakeholder.
    pub stakeholder: Id,
    /// Kendall's τ-b of their ballot with the order: 1 the same, −1 the opposite; `None` where undefined.
    pub tau_b: Option<f64>,
    /// Emond and Mason's `τ_x`.
    pub tau_x: Option<f64>,
    /// On how many pairs they want the opposite.
    pub lost: u64,
    /// The worst of these pairs: what they prefer, and what stands above it.
    pub worst: Vec<(Id, Id)>,
}

/// The buy-in of those who speak for a unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitBuyIn {
    /// The unit.
    pub unit: Id,
    /// Who speaks for it, of those who voted.
    pub stakeholders: Vec<Id>,
    /// The mean of their τ-b by weight; `None` where none has one.
    pub tau_b: Option<f64>,
}

/// Who would have an initiative higher, and who lower.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InitiativeSplit {
    /// The initiative.
    pub code: Id,
    /// Whether so much of what is said about it is opposed that a mean would hide a quarrel.
    pub contested: bool,
    /// Of all preferences between it and others, the share of the lesser side of each pair: from 0 to ½; `None` if nothing is said.
    pub opposed: Option<f64>,
    /// Those who put it higher than the order does.
    pub above: Vec<Id>,
    /// Those who put it lower.
    pub below: Vec<Id>,
    /// Those who say nothing about it.
    pub silent: Vec<Id>,
    /// Its buy-in among those who must deliver it, from −1 to 1; `None` where they say nothing, or nobody is named.
    pub deliverers: Option<f64>,
    /// Its buy-in among all.
    pub all: Option<f64>,
}

/// How much the top hangs on one stakeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dependence {
    /// The stakeholder.
    pub stakeholder: Id,
    /// The top if they had not voted, where it is another.
    pub absent: Option<Vec<Id>>,
    /// Their weight now.
    pub weight: f64,
    /// The nearest lesser weight known to give another top, and that top.
    pub lower: Option<(f64, Vec<Id>)>,
    /// The nearest greater weight known to give another top, and that top.
    pub higher: Option<(f64, Vec<Id>)>,
    /// Whether the search was complete: where it was not, a nearer weight may do.
    pub complete: bool,
}

/// What the stakeholders cover as a coalition, and what they do not. Findings, never one score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoalitionCoverage {
    /// The share of the declared position power that the members hold; `None` where none is declared.
    pub power_share: Option<f64>,
    /// Members and others whose position power is not declared.
    pub power_missing: Vec<Id>,
    /// The share of the units that the initiatives change for which a member speaks; `None` without units.
    pub units_share: Option<f64>,
    /// The units for which no member speaks.
    pub units_missing: Vec<Id>,
    /// The units for which no member with a credibility of at least one half speaks.
    pub units_without_credible: Vec<Id>,
    /// Members of whose credibility nothing is declared.
    pub credibility_missing: Vec<Id>,
}

fn votes(millionths: impl Into<i128>) -> f64 {
    millionths.into() as f64 / RESOLUTION as f64
}

fn mean(values: impl Iterator<Item = (Option<f64>, u64)>) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0);
    for (value, of) in values {
        if let Some(value) = value {
            sum += value * of as f64;
            weight += of;
        }
    }
    (weight > 0).then(|| sum / weight as f64)
}

impl Summary {
    /// The summary of a verdict on a pile of ballots without names; `names` are those of the initiatives.
    ///
    /// # Panics
    ///
    /// When there are fewer names than initiatives.
    pub fn of_pile(pile: &Pile, rule: Rule, verdict: &Verdict, names: &[Id]) -> Self {
        let scores = verdict.scores.as_ref();
        let certificate = verdict.certificate;
        let report = buy_in(pile, &verdict.ranking, 0);
        let weights = || pile.ballots().iter().map(|ballot| ballot.weight().millionths());
        Summary {
            rule: rule.kind(),
            strength: rule.strength(),
            ranking: verdict.ranking.groups().iter().map(|group| select(names, group)).collect(),
            scores: scores
                .map(|scores| (0..).zip(names).map(|(i, name)| (name.clone(), scores.value(i))).collect()),
            cost: certificate.map(|c| votes(c.cost)),
            lower_bound: certificate.map(|c| votes(c.lower_bound)),
            proven: certificate.map(|c| c.proven),
            another: certificate.map(|c| c.another),
            kendall_w: pile.concordance(),
            agreement: Agreement {
                tau_b: mean(report.iter().map(|b| b.tau_b).zip(weights())),
                tau_x: mean(report.iter().map(|b| b.tau_x).zip(weights())),
                ..Agreement::default()
            },
        }
    }
}

fn select(names: &[Id], items: &[u32]) -> Vec<Id> {
    items.iter().map(|&item| names[item as usize].clone()).collect()
}

impl Consensus<'_> {
    /// All of it in one value: order, scores or proof, each stakeholder's buy-in, each initiative's split.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::of_pile(&self.pile, self.rule, &self.verdict, &self.named_codes());
        summary.ranking = self.groups().map(|group| group.cloned().collect()).collect();
        summary.agreement.stakeholders = self.buy_in();
        summary.agreement.units = self.unit_buy_in();
        summary.agreement.initiatives = self.splits(Share::THIRD);
        summary.agreement.signs = self.signs();
        summary
    }

    /// How far the order is from each stakeholder's ballot, those with the least buy-in first; at most five lost pairs each.
    pub fn buy_in(&self) -> Vec<StakeholderBuyIn> {
        let names = self.named_codes();
        let mut report: Vec<StakeholderBuyIn> = buy_in(&self.pile, &self.verdict.ranking, 5)
            .into_iter()
            .map(|b| StakeholderBuyIn {
                stakeholder: self.voter(b.ballot),
                tau_b: b.tau_b,
                tau_x: b.tau_x,
                lost: b.pairs.discordant,
                worst: b
                    .lost
                    .iter()
                    .map(|pair| (names[pair.preferred as usize].clone(), names[pair.other as usize].clone()))
                    .collect(),
            })
            .collect();
        let key = |b: &StakeholderBuyIn| b.tau_b.unwrap_or(f64::INFINITY);
        report.sort_by(|a, b| key(a).total_cmp(&key(b)));
        report
    }

    /// How far ballots agree with each other, two by two: Kendall's τ-b over the initiatives of which both say something; `None` where it is
    /// undefined. Ballots are named by their place in the programme.
    ///
    /// # Panics
    ///
    /// When there is no such ballot.
    ///
    /// # Complexity
    ///
    /// O(b²·n log n) for b ballots over n named initiatives.
    ///
    /// # Examples
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
    ///     .stakeholder(Stakeholder::new("desk"))
    ///     .stakeholder(Stakeholder::new("doctors"))
    ///     .stakeholder(Stakeholder::new("patients"))
    ///     .ballot(Ballot::ranked("desk", ["A", "B", "C"]))
    ///     .ballot(Ballot::ranked("doctors", ["B", "A", "C"]))
    ///     .ballot(Ballot::ranked("patients", ["C", "A"]).ignoring_unranked())
    ///     .build()?;
    /// let agreement = Consensus::new(&programme)?.agreement_between(&[0, 1, 2]);
    /// // Two of three pairs alike; and of what patients speak of, the desk says the opposite.
    /// assert_eq!(agreement[0], [Some(1.0), Some(1.0 / 3.0), Some(-1.0)]);
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn agreement_between(&self, ballots: &[usize]) -> Vec<Vec<Option<f64>>> {
        let places: Vec<Vec<Option<u32>>> = ballots.iter().map(|&ballot| self.pile.places(ballot)).collect();
        let tau_b = |a: &[Option<u32>], b: &[Option<u32>]| {
            let both: Vec<(u32, u32)> = a.iter().zip(b).filter_map(|(a, b)| (*a).zip(*b)).collect();
            let first = WeakOrder::by_key(both.len(), |item| both[item as usize].0);
            let second = WeakOrder::by_key(both.len(), |item| both[item as usize].1);
            compare_rankings(&first, &second).tau_b()
        };
        places.iter().map(|a| places.iter().map(|b| tau_b(a, b)).collect()).collect()
    }

    /// The buy-in of those who speak for each unit, in the order of the units.
    pub fn unit_buy_in(&self) -> Vec<UnitBuyIn> {
        let report = buy_in(&self.pile, &self.verdict.ranking, 0);
        let mut units: BTreeMap<&Id, Vec<usize>> = BTreeMap::new();
        for (ballot, cast) in self.programme.ballots().iter().enumerate() {
            for unit in self.programme.stakeholder(&cast.stakeholder).into_iter().flat_map(|s| &s.units) {
                units.entry(unit).or_default().push(ballot);
            }
        }
        let of_unit = |(unit, members): (&Id, Vec<usize>)| UnitBuyIn {
            unit: unit.clone(),
            tau_b: group_buy_in(&self.pile, &report, &members).tau_b,
            stakeholders: members.iter().map(|&ballot| self.voter(ballot)).collect(),
        };
        units.into_iter().map(of_unit).collect()
    }

    /// For each initiative that somebody names: who is above, who below, and whether at least `threshold` of what is said about it is opposed.
    pub fn splits(&self, threshold: Share) -> Vec<InitiativeSplit> {
        let names = self.named_codes();
        let delivers: Vec<Vec<usize>> = names.iter().map(|code| self.deliverers(code)).collect();
        let ranking = &self.verdict.ranking;
        let buy_in = delivery_buy_in(&self.pile, ranking, &delivers);
        let voters = |side: &Side| side.ballots.iter().map(|&ballot| self.voter(ballot)).collect();
        splits(&self.pile, ranking, threshold)
            .iter()
            .zip(buy_in)
            .map(|(split, buy_in)| InitiativeSplit {
                code: names[split.initiative as usize].clone(),
                contested: split.contested,
                opposed: (split.expressed > 0).then(|| split.opposed as f64 / split.expressed as f64),
                above: voters(&split.above),
                below: voters(&split.below),
                silent: voters(&split.silent),
                deliverers: buy_in.deliverers,
                all: buy_in.all,
            })
            .collect()
    }

    /// Why one initiative stands above the other, whichever does: who wants it so, who does not, and what decides by the rule.
    ///
    /// `None` if no ballot names one of them.
    ///
    /// # Errors
    ///
    /// When the rule gives no ranking.
    pub fn reason(&self, a: &str, b: &str) -> Result<Option<Reason>, Error> {
        let (Some(a), Some(b)) = (self.place(a), self.place(b)) else { return Ok(None) };
        let names = self.named_codes();
        let name = |item: u32| names[item as usize].clone();
        let facts = pair_reason(&self.pile, &self.rule, &self.verdict.ranking, a, b)
            .map_err(super::of_programme::rule_fault)?;
        let (above, below) = (name(facts.above), name(facts.below));
        let prefer = |side: &Side, first: &Id, second: &Id| {
            let who = side.ballots.iter().map(|&ballot| self.voter(ballot)).collect();
            let (first, second) = (first.clone(), second.clone());
            Reason::new(Fact::Prefer { who, first, second, votes: votes(side.weight) })
        };
        let mut reason = if facts.decision == Decision::Level {
            Reason::new(Fact::Level { first: above.clone(), second: below.clone() })
        } else {
            Reason::new(Fact::AboveByRule {
                above: above.clone(),
                below: below.clone(),
                rule: self.rule.name(),
            })
        };
        let path = |from: u32, links: &[Link]| -> Vec<Id> {
            std::iter::once(from).chain(links.iter().map(|link| link.to)).map(name).collect()
        };
        reason.because.extend(
            match &facts.decision {
                Decision::Path { by, forward, .. } => Some(Fact::StrongestPath { codes: path(*by, forward) }),
                Decision::Locked { by, chain } => Some(Fact::LockedPairs { codes: path(*by, chain) }),
                Decision::Cost { least, turned, .. } => Some(Fact::TurningCosts {
                    first: below.clone(),
                    second: above.clone(),
                    votes: votes(turned - least),
                }),
                Decision::Scores { above, below, unit } => {
                    let of = |score: i128| score as f64 / *unit as f64;
                    Some(Fact::RuleScores { above: of(*above), below: of(*below) })
                }
                Decision::Level | Decision::Unstated => None,
            }
            .map(Reason::new),
        );
        reason.because.push(prefer(&facts.support, &above, &below));
        reason.because.push(prefer(&facts.opposition, &below, &above));
        let silent = facts.silence.ballots.iter().map(|&ballot| self.voter(ballot)).collect();
        reason.because.push(Reason::new(Fact::Silent { who: silent, votes: votes(facts.silence.weight) }));
        Ok(Some(reason))
    }

    /// Things that an honest opinion may have and a tactical one often has, as facts; the units are the sides.
    pub fn signs(&self) -> Vec<Reason> {
        let names = self.named_codes();
        let code = |item: u32| names[item as usize].clone();
        let mut units: Vec<(Id, Vec<usize>)> = Vec::new();
        for unit in self.unit_buy_in() {
            let ballots =
                (0..self.pile.ballots().len()).filter(|&b| unit.stakeholders.contains(&self.voter(b)));
            units.push((unit.unit.clone(), ballots.collect()));
        }
        let sides: Vec<Vec<usize>> = units.iter().map(|(_, ballots)| ballots.clone()).collect();
        let fact = |sign: &Sign| match *sign {
            Sign::AllPointsOnOne { ballot, initiative } => {
                Fact::AllPointsOnOne { stakeholder: self.voter(ballot), code: code(initiative) }
            }
            Sign::EverythingLevel { ballot } => Fact::EverythingLevel { stakeholder: self.voter(ballot) },
            Sign::LastOnOneSide { initiative, side, ballots, elsewhere, elsewhere_last } => {
                Fact::LastOnOneSide {
                    code: code(initiative),
                    side: units[side].0.clone(),
                    ballots,
                    elsewhere,
                    elsewhere_last,
                }
            }
        };
        signs(&self.pile, &sides).iter().map(|sign| Reason::new(fact(sign))).collect()
    }

    /// What the stakeholders cover as a coalition of the units that the initiatives change.
    pub fn coverage(&self) -> CoalitionCoverage {
        let stakeholders = self.programme.stakeholders();
        let units: BTreeSet<&Id> = self.programme.initiatives().iter().flat_map(|i| &i.units).collect();
        let units: Vec<&Id> = units.into_iter().collect();
        let standings: Vec<Standing> = stakeholders
            .iter()
            .map(|s| Standing {
                // From 0 to 1, checked with the programme.
                power: s.position_power.map(|power| (power * 1e6).round() as u32),
                units: s
                    .units
                    .iter()
                    .filter_map(|unit| units.binary_search(&unit).ok())
                    .map(|i| i as u32)
                    .collect(),
                credible: s.credibility.map(|credibility| credibility >= 0.5),
            })
            .collect();
        let members: Vec<usize> = (0..stakeholders.len()).collect();
        let found = coverage(&standings, &members, units.len() as u32)
            .expect("members and units are those of the programme");
        let unit_names = |list: &[u32]| list.iter().map(|&i| units[i as usize].clone()).collect();
        let who = |list: &[usize]| list.iter().map(|&i| stakeholders[i].id.clone()).collect();
        let credible: BTreeSet<u32> = found.units_with_credible.iter().copied().collect();
        let without: Vec<u32> = (0..units.len() as u32).filter(|unit| !credible.contains(unit)).collect();
        CoalitionCoverage {
            power_share: found.power_share(),
            power_missing: who(&found.power_missing),
            units_share: found.units_share(),
            units_missing: unit_names(&found.units_missing),
            units_without_credible: unit_names(&without),
            credibility_missing: who(&found.credibility_missing),
        }
    }

    /// How much the first `k` places (for `k = 1` the first) hang on each single stakeholder: their absence, and the smallest changes of their
    /// weight that give another top. At most `steps` weights are tried per stakeholder and direction.
    ///
    /// # Errors
    ///
    /// When the rule gives no ranking.
    pub fn dependence(&self, k: usize, steps: u32) -> Result<Vec<Dependence>, Error> {
        let names = self.named_codes();
        let absences =
            decisive_absences(&self.pile, &self.rule, k).map_err(super::of_programme::rule_fault)?;
        let changes =
            weight_changes(&self.pile, self.rule, k, steps).map_err(super::of_programme::rule_fault)?;
        let flip = |flip: &Flip| match flip {
            Flip::At { weight, top } => Some((votes(*weight), select(&names, top))),
            _ => None,
        };
        let complete = |flip: &Flip| matches!(flip, Flip::At { .. } | Flip::Never);
        Ok(changes
            .iter()
            .map(|change| Dependence {
                stakeholder: self.voter(change.ballot),
                absent: absences.iter().find(|a| a.ballot == change.ballot).map(|a| select(&names, &a.top)),
                weight: votes(change.weight),
                lower: flip(&change.lower),
                higher: flip(&change.higher),
                complete: complete(&change.lower) && complete(&change.higher),
            })
            .collect())
    }

    /// The competition ranks of the named initiatives by each rule in each convention; `None` for a rule that these ballots have nothing for.
    pub fn by_all_rules(&self) -> Vec<(&'static str, Option<BTreeMap<Id, u32>>)> {
        let names = self.named_codes();
        let ranks = |ranks: Vec<u32>| names.iter().cloned().zip(ranks).collect();
        side_by_side(self.pile.tally(), &Rule::ALL)
            .into_iter()
            .map(|r| (r.rule.name(), r.ranks.map(ranks)))
            .collect()
    }

    /// The order of least disagreement among those in which every initiative stands after what it needs.
    ///
    /// Prerequisites among initiatives that no ballot names do not count here.
    ///
    /// # Errors
    ///
    /// When the rule gives no ranking.
    pub fn under_prerequisites(&self) -> Result<Summary, Error> {
        let requires = self.programme.requires();
        let mut before = Vec::new();
        for (place, &i) in (0..).zip(&self.named) {
            for needed in self.needed_named(requires, i) {
                before.push((needed, place));
            }
        }
        let rule = Kemeny { nodes: DEFAULT_NODES };
        let verdict = rule.rank_under(self.pile.tally(), &before).map_err(super::of_programme::rule_fault)?;
        let rule = Rule::Kemeny { nodes: DEFAULT_NODES };
        Ok(Summary::of_pile(&self.pile, rule, &verdict, &self.named_codes()))
    }

    /// The named initiatives that an initiative needs, directly or over others that no ballot names, by their place among the named.
    fn needed_named(&self, requires: &crate::graph::Rows, initiative: u32) -> Vec<u32> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open = vec![initiative];
        while let Some(i) = open.pop() {
            for &needed in requires.row(i as usize) {
                if !seen.insert(needed) {
                    continue;
                }
                match self.named.binary_search(&needed) {
                    Ok(place) => found.push(place as u32),
                    Err(_) => open.push(needed),
                }
            }
        }
        found
    }

    fn named_codes(&self) -> Vec<Id> {
        self.named.iter().map(|&i| self.programme.initiatives()[i as usize].code.clone()).collect()
    }

    fn place(&self, code: &str) -> Option<u32> {
        let i = self.programme.index_of(code)? as u32;
        self.named.binary_search(&i).ok().map(|place| place as u32)
    }

    fn voter(&self, ballot: usize) -> Id {
        self.programme.ballots()[ballot].stakeholder.clone()
    }

    /// The ballots of those who deliver an initiative: its code or its domain is among what they deliver.
    fn deliverers(&self, code: &Id) -> Vec<usize> {
        let domain = self.programme.initiative(code).and_then(|i| i.domain.as_ref());
        let ballots = self.programme.ballots().iter().enumerate();
        let delivers = ballots.filter(|(_, ballot)| {
            let stakeholder = self.programme.stakeholder(&ballot.stakeholder);
            stakeholder.is_some_and(|s| s.delivers.iter().any(|what| what == code || Some(what) == domain))
        });
        delivers.map(|(i, _)| i).collect()
    }
}

impl Rule {
    /// The rule's name in files, without its convention.
    pub fn kind(self) -> &'static str {
        match self {
            Rule::Borda { .. } => "borda",
            Rule::Copeland {} => "copeland",
            Rule::Llull {} => "llull",
            Rule::Minimax { .. } => "minimax",
            Rule::Schulze { .. } => "schulze",
            Rule::RankedPairs { .. } => "ranked-pairs",
            Rule::Points {} => "points",
            Rule::Kemeny { .. } => "kemeny",
        }
    }

    /// How the rule measures a defeat or a link, as files name it.
    pub fn strength(self) -> Option<&'static str> {
        use super::{MinimaxStrength, RankedPairsStrength, SchulzeStrength};
        Some(match self {
            Rule::Minimax { strength: MinimaxStrength::Winning }
            | Rule::Schulze { strength: SchulzeStrength::Winning }
            | Rule::RankedPairs { strength: RankedPairsStrength::Winning } => "winning",
            Rule::Minimax { strength: MinimaxStrength::Margins }
            | Rule::Schulze { strength: SchulzeStrength::Margins }
            | Rule::RankedPairs { strength: RankedPairsStrength::Margins } => "margin",
            Rule::Minimax { strength: MinimaxStrength::Opposition } => "opposition",
            Rule::Schulze { strength: SchulzeStrength::Ratio } => "ratio",
            _ => return None,
        })
    }

    /// A rule by its name in files and the name of its strength, winning votes where none is given; `None` if they do not go together.
    ///
    /// ```
    /// use cxrank::consensus::{Rule, SchulzeStrength};
    /// assert_eq!(Rule::named("schulze", Some("margin")), Some(Rule::Schulze { strength: SchulzeStrength::Margins }));
    /// assert_eq!(Rule::named("kemeny", Some("margin")), None);
    /// ```
    pub fn named(kind: &str, strength: Option<&str>) -> Option<Rule> {
        let mut of_kind = Rule::ALL.into_iter().filter(|rule| rule.kind() == kind).peekable();
        of_kind.peek()?;
        match strength {
            // The first in the list is the one by winning votes, or the only one.
            None => of_kind.next(),
            Some(strength) => of_kind.find(|rule| rule.strength() == Some(strength)),
        }
    }
}
