//! What the rules promise, tested over random ballots; and for what a rule does not promise, a case that shows it.

use proptest::prelude::*;

use super::testing::{any_ballots, full_ballots, mixed_ballots, pile, shared};
use super::*;

const ELECT_CONDORCET: [Rule; 9] = [
    Rule::Copeland {},
    Rule::Llull {},
    Rule::Minimax { strength: MinimaxStrength::Winning },
    Rule::Minimax { strength: MinimaxStrength::Margins },
    Rule::Schulze { strength: SchulzeStrength::Winning },
    Rule::Schulze { strength: SchulzeStrength::Margins },
    Rule::Schulze { strength: SchulzeStrength::Ratio },
    Rule::RankedPairs { strength: RankedPairsStrength::Winning },
    Rule::RankedPairs { strength: RankedPairsStrength::Margins },
];

/// The rules that need no points.
fn by_ranking() -> impl Iterator<Item = Rule> {
    // Points are no opinion on pairs; Kemeny gives a strict order and has laws of its own.
    Rule::ALL.into_iter().filter(|rule| !matches!(rule, Rule::Points {} | Rule::Kemeny { .. }))
}

fn is_minimax(rule: Rule) -> bool {
    matches!(rule, Rule::Minimax { .. })
}

fn rank(rule: Rule, n: usize, ballots: &[Vote]) -> WeakOrder {
    rule.rank(Pile::new(n, ballots.to_vec()).unwrap().tally()).unwrap().ranking
}

fn first(rule: Rule, n: usize, ballots: &[Vote]) -> Vec<u32> {
    rank(rule, n, ballots).groups()[0].clone()
}

fn rename(ballot: &Vote, name: &[u32]) -> Vote {
    let groups =
        ballot.groups().iter().map(|group| group.iter().map(|&a| name[a as usize]).collect()).collect();
    Vote::new(groups, ballot.unranked(), ballot.weight())
}

/// The one that a majority prefers to each other.
fn condorcet_winner(tally: &Tally) -> Option<u32> {
    let items = 0..tally.initiatives() as u32;
    items.clone().find(|&a| items.clone().all(|b| a == b || tally.margin(a, b) > 0))
}

/// The least set whose members each beat everybody outside, by trying all sets.
fn smith_set(tally: &Tally) -> Vec<u32> {
    let n = tally.initiatives() as u32;
    let members = |set: u32| (0..n).filter(move |a| set >> a & 1 == 1);
    let dominates =
        |set: u32| members(set).all(|a| (0..n).all(|b| set >> b & 1 == 1 || tally.margin(a, b) > 0));
    let least = (1..1_u32 << n).filter(|&set| dominates(set)).min_by_key(|set| set.count_ones());
    members(least.unwrap()).collect()
}

/// The place of an item on a full ballot.
fn place(ballot: &Vote, item: u32) -> usize {
    ballot.groups().iter().position(|group| group.contains(&item)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn anonymity_and_a_weight_is_so_many_ballots((n, ballots) in full_ballots(1..7, 0..8)) {
        let mut repeated: Vec<Vote> = ballots
            .iter()
            .flat_map(|b| (0..b.weight().millionths() / RESOLUTION).map(|_| b.with_weight(Weight::ONE)))
            .collect();
        repeated.reverse();
        for rule in by_ranking() {
            let (a, b) = (Pile::new(n, ballots.clone()).unwrap(), Pile::new(n, repeated.clone()).unwrap());
            prop_assert_eq!(rule.rank(a.tally()).unwrap(), rule.rank(b.tally()).unwrap());
        }
    }

    #[test]
    fn neutrality((n, ballots, name) in any_ballots(1..8, 0..8).prop_flat_map(|(n, ballots)| {
        (Just(n), Just(ballots), Just((0..n as u32).collect::<Vec<_>>()).prop_shuffle())
    })) {
        let renamed: Vec<Vote> = ballots.iter().map(|ballot| rename(ballot, &name)).collect();
        for rule in by_ranking() {
            let groups = rank(rule, n, &ballots).groups().iter()
                .map(|group| group.iter().map(|&a| name[a as usize]).collect()).collect();
            prop_assert_eq!(WeakOrder::new(groups).unwrap(), rank(rule, n, &renamed), "{}", rule.name());
        }
    }

    #[test]
    fn a_condorcet_winner_is_first_and_alone((n, ballots) in any_ballots(1..6, 1..8)) {
        let pile = Pile::new(n, ballots.clone()).unwrap();
        if let Some(winner) = condorcet_winner(pile.tally()) {
            for rule in ELECT_CONDORCET {
                prop_assert_eq!(first(rule, n, &ballots), vec![winner], "{}", rule.name());
            }
        }
    }

    #[test]
    fn the_smith_set_is_before_the_rest((n, ballots) in any_ballots(1..7, 1..8)) {
        let pile = Pile::new(n, ballots.clone()).unwrap();
        let smith = smith_set(pile.tally());
        for rule in ELECT_CONDORCET.into_iter().filter(|rule| !is_minimax(*rule)) {
            let mut front: Vec<u32> =
                rank(rule, n, &ballots).groups().concat().into_iter().take(smith.len()).collect();
            front.sort_unstable();
            prop_assert_eq!(&front, &smith, "{}", rule.name());
        }
    }

    #[test]
    fn pareto((n, ballots) in full_ballots(2..7, 1..4)) {
        for a in 0..n as u32 {
            for b in 0..n as u32 {
                if !ballots.iter().all(|ballot| place(ballot, a) < place(ballot, b)) {
                    continue;
                }
                for rule in by_ranking() {
                    let ranking = rank(rule, n, &ballots);
                    let (a, b) = (ranking.group_of(a), ranking.group_of(b));
                    prop_assert!(a < b || is_minimax(rule) && a == b, "{}", rule.name());
                }
            }
        }
    }

    #[test]
    fn raising_a_winner_leaves_it_a_winner(
        (n, ballots) in full_ballots(2..6, 1..8),
        which in 0..8_usize,
        up in 1..6_usize,
        weights in prop::collection::vec(1..1_000_000_u64, 8),
    ) {
        let which = which % ballots.len();
        // Unequal weights, as ranked pairs is monotone only while no two pairs are equally strong.
        let weighted: Vec<Vote> = ballots
            .iter()
            .zip(&weights)
            .map(|(b, &w)| b.with_weight(Weight::from_millionths(w).unwrap()))
            .collect();
        for rule in by_ranking() {
            let ballots = if matches!(rule, Rule::RankedPairs { .. }) { &weighted } else { &ballots };
            let lifted = |winner: u32| {
                let ballot = &ballots[which];
                let to = place(ballot, winner).saturating_sub(up);
                let mut groups: Vec<Vec<u32>> =
                    ballot.groups().iter().map(|g| g.iter().copied().filter(|&a| a != winner).collect()).collect();
                groups.insert(to, vec![winner]);
                let mut changed = ballots.clone();
                changed[which] = Vote::new(groups, Unranked::Last, ballot.weight());
                changed
            };
            let distinct = |ballots: &[Vote]| {
                let pile = Pile::new(n, ballots.to_vec()).unwrap();
                let margins = (0..n as u32).flat_map(|a| (0..a).map(move |b| (a, b)));
                let mut all: Vec<i64> = margins.map(|(a, b)| pile.tally().margin(a, b).abs()).collect();
                all.sort_unstable();
                let count = all.len();
                all.dedup();
                all.len() == count
            };
            for winner in first(rule, n, ballots) {
                let after = lifted(winner);
                if matches!(rule, Rule::RankedPairs { .. }) && !(distinct(ballots) && distinct(&after)) {
                    continue;
                }
                prop_assert!(first(rule, n, &after).contains(&winner), "{}", rule.name());
            }
        }
    }

    #[test]
    fn reversal((n, ballots) in full_ballots(2..7, 1..8)) {
        let reversed: Vec<Vote> = ballots
            .iter()
            .map(|b| Vote::new(b.groups().iter().rev().cloned().collect(), Unranked::Last, b.weight()))
            .collect();
        for rule in by_ranking() {
            let (there, back) = (rank(rule, n, &ballots), rank(rule, n, &reversed));
            match rule {
                Rule::Borda { .. } | Rule::Copeland {} => {
                    let turned = WeakOrder::new(back.groups().iter().rev().cloned().collect()).unwrap();
                    prop_assert_eq!(there, turned, "{}", rule.name());
                }
                // The winner alone is the loser alone when everything is turned round.
                Rule::Schulze { .. } | Rule::RankedPairs { .. } if there.groups()[0].len() == 1 => {
                    prop_assert_eq!(Some(&there.groups()[0]), back.groups().last(), "{}", rule.name());
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_merged_tally_is_the_tally_of_all(
        (n, ballots) in mixed_ballots(0..8, 0..20),
        cuts in (0..20_usize, 0..20_usize),
    ) {
        let (cut, end) = (cuts.0.min(ballots.len()), cuts.1.min(ballots.len()));
        let (cut, end) = (cut.min(end), cut.max(end));
        let tally = |ballots: &[Vote]| Pile::new(n, ballots.to_vec()).unwrap().tally().clone();
        let mut left = tally(&ballots[..cut]);
        left.merge(&tally(&ballots[cut..end])).unwrap();
        left.merge(&tally(&ballots[end..])).unwrap();
        let mut right = tally(&ballots[end..]);
        right.merge(&tally(&ballots[..cut])).unwrap();
        right.merge(&tally(&ballots[cut..end])).unwrap();
        let all = serde_json::to_string(&tally(&ballots)).unwrap();
        prop_assert_eq!(&serde_json::to_string(&left).unwrap(), &all);
        prop_assert_eq!(&serde_json::to_string(&right).unwrap(), &all);
        prop_assert_eq!(serde_json::from_str::<Tally>(&all).unwrap(), left);
    }

    #[test]
    fn all_ballots_equal_is_the_ballot((n, ballots) in full_ballots(1..7, 1..2), count in 1..4_u64) {
        let ballot = ballots[0].with_weight(Weight::from_count(count).unwrap());
        let said = WeakOrder::new(ballot.groups().to_vec()).unwrap();
        for rule in by_ranking() {
            let ranking = rank(rule, n, &[ballot.clone(), ballot.clone()]);
            match rule {
                // Everybody who loses to somebody loses to all.
                _ if is_minimax(rule) => prop_assert_eq!(&ranking.groups()[0], &said.groups()[0]),
                _ => prop_assert_eq!(&ranking, &said, "{}", rule.name()),
            }
        }
    }
}

#[test]
fn nothing_to_rank_one_to_rank_and_nobody_to_say() {
    for rule in by_ranking() {
        assert!(rank(rule, 0, &[]).is_empty(), "{}", rule.name());
        assert_eq!(rank(rule, 1, &[]).groups(), [[0]], "{}", rule.name());
        assert_eq!(rank(rule, 3, &[]).groups(), [[0, 1, 2]], "{}", rule.name());
        let blank = Vote::new(vec![], Unranked::Last, Weight::ONE);
        assert_eq!(rank(rule, 3, &[blank]).groups(), [[0, 1, 2]], "{}", rule.name());
        let level = Vote::new(vec![vec![2, 1, 0]], Unranked::Ignored, Weight::ONE);
        assert_eq!(rank(rule, 3, &[level]).groups(), [[0, 1, 2]], "{}", rule.name());
    }
    assert_eq!(Rule::Points {}.rank(pile(2, "1*A>B").tally()), Err(RuleError::NoPoints));
}

#[test]
fn points_add_up_by_weight() {
    let ballot = |points: &[(u32, f64)], weight| {
        Vote::from_points(points, Unranked::Last, Weight::from_votes(weight).unwrap()).unwrap()
    };
    let ballots = vec![
        ballot(&[(0, 60.0), (1, 40.0)], 1.0),
        ballot(&[(1, 50.0), (2, 50.0)], 0.5),
        Vote::new(vec![vec![2]], Unranked::Last, Weight::ONE),
    ];
    let pile = Pile::new(3, ballots).unwrap();
    let outcome = Rule::Points {}.rank(pile.tally()).unwrap();
    assert_eq!(outcome.ranking.groups(), [[1], [0], [2]]);
    let scores = outcome.scores.unwrap();
    assert_eq!([0, 1, 2].map(|a| scores.value(a).to_bits()), [60.0, 65.0, 25.0].map(f64::to_bits));
    assert_eq!((pile.tally().point_ballots(), pile.tally().ballots()), (2, 3));
}

/// The 100 voters who choose a capital of Tennessee (A Memphis, B Nashville, C Chattanooga, D Knoxville), with the
/// scores of Wikipedia's pages "Borda count", "Copeland's method" and "Minimax Condorcet method".
#[test]
fn the_capital_of_tennessee() {
    let pile = pile(4, "42*A>B>C>D 26*B>C>D>A 15*C>D>B>A 17*D>C>B>A");
    let scores = |rule: Rule| {
        let scores = rule.rank(pile.tally()).unwrap().scores.unwrap();
        [0, 1, 2, 3].map(|a| scores.values[a] / i128::from(scores.unit))
    };
    assert_eq!(scores(Rule::Borda { start: BordaStart::FromZero }), [126, 194, 173, 107]);
    assert_eq!(scores(Rule::Borda { start: BordaStart::FromOne }), [226, 294, 273, 207]);
    assert_eq!(scores(Rule::Copeland {}), [-3, 3, 1, -1]);
    assert_eq!(scores(Rule::Llull {}), [0, 3, 2, 1]);
    assert_eq!(scores(Rule::Minimax { strength: MinimaxStrength::Winning }), [58, 0, 68, 83]);
    assert_eq!(scores(Rule::Minimax { strength: MinimaxStrength::Margins }), [16, -16, 36, 66]);
    assert_eq!(scores(Rule::Minimax { strength: MinimaxStrength::Opposition }), [58, 42, 68, 83]);
}

#[test]
fn a_tie_is_no_defeat() {
    let tally = pile(3, "1*A>B>C 1*B>A>C");
    let scores = |strength| Rule::Minimax { strength }.rank(tally.tally()).unwrap().scores.unwrap();
    let votes = |strength| [0, 1, 2].map(|a| scores(strength).values[a] / i128::from(RESOLUTION));
    assert_eq!(votes(MinimaxStrength::Winning), [0, 0, 2]);
    assert_eq!(votes(MinimaxStrength::Margins), [0, 0, 2]);
    assert_eq!(votes(MinimaxStrength::Opposition), [1, 1, 2]);
}

/// Rules that do not have a property, each with ballots that show it.
#[test]
fn what_is_not_promised() {
    let borda = Rule::Borda { start: BordaStart::FromZero };
    let minimax = |strength| Rule::Minimax { strength };
    let first =
        |rule: Rule, n, text: &str| rule.rank(pile(n, text).tally()).unwrap().ranking.groups()[0].clone();

    // Borda: the first choice of three in five loses (Young 1974 gives the like).
    let text = "3*A>B>C 2*B>C>A";
    assert_eq!(condorcet_winner(pile(3, text).tally()), Some(0));
    assert_eq!(first(borda, 3, text), [1]);

    // Minimax by opposition: 47 of 100 are against C at worst, 49 against the Condorcet winner A.
    let text = "4*A=C>B 47*A>C>B 43*C>B>A 6*B>A=C";
    assert_eq!(condorcet_winner(pile(3, text).tally()), Some(0));
    assert_eq!(first(minimax(MinimaxStrength::Opposition), 3, text), [2]);

    // Minimax: D loses to each other by one vote of 23, while those beat each other by seven or more. So it elects
    // from outside the Smith set, and turned round, when D is the Condorcet winner, elects D again.
    let text = "4*A>B>C>D 4*B>C>A>D 4*C>A>B>D 3*D>A>B>C 4*D>B>C>A 4*D>C>A>B";
    let back = "4*D>C>B>A 4*D>A>C>B 4*D>B>A>C 3*C>B>A>D 4*A>C>B>D 4*B>A>C>D";
    assert_eq!(smith_set(pile(4, text).tally()), [0, 1, 2]);
    assert_eq!(condorcet_winner(pile(4, back).tally()), Some(3));
    for strength in [MinimaxStrength::Winning, MinimaxStrength::Margins, MinimaxStrength::Opposition] {
        assert_eq!(first(minimax(strength), 4, text), [3]);
        assert_eq!(first(minimax(strength), 4, back), [3]);
    }

    // Ranked pairs: raised above B on one ballot, D is no longer among the first. The pairs of equal strength that
    // it leaves and joins are the cause.
    for strength in [RankedPairsStrength::Winning, RankedPairsStrength::Margins] {
        let rule = Rule::RankedPairs { strength };
        assert_eq!(first(rule, 4, "2*B>C>D>A 3*A>B>C>D 1*C>B>D>A 3*D>A>B>C"), [0, 1, 3]);
        assert_eq!(first(rule, 4, "2*B>C>D>A 3*A>B>C>D 1*C>D>B>A 3*D>A>B>C"), [0, 1]);
    }

    // Llull: a tie is as good as a win both ways round.
    assert_eq!(first(Rule::Llull {}, 3, "1*A>B>C 1*C>A>B"), [0, 2]);
    assert_eq!(first(Rule::Llull {}, 3, "1*C>B>A 1*B>A>C"), [1, 2]);
}

/// The published cases for every rule of this room, winners, ranking, scores and strongest paths.
#[test]
fn published_cases() {
    let Some(file) = shared("cases/consensus.json") else { return };
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut checked = 0;
    for case in cases.as_array().unwrap() {
        let rule = match case["rule"].as_str().unwrap() {
            "borda" if case["options"]["Starting"] == 0 => Rule::Borda { start: BordaStart::FromZero },
            "borda" => Rule::Borda { start: BordaStart::FromOne },
            "copeland" => Rule::Copeland {},
            "minimax_winning" => Rule::Minimax { strength: MinimaxStrength::Winning },
            "minimax_margin" => Rule::Minimax { strength: MinimaxStrength::Margins },
            "minimax_opposition" => Rule::Minimax { strength: MinimaxStrength::Opposition },
            "schulze_winning" => Rule::Schulze { strength: SchulzeStrength::Winning },
            "schulze_margin" => Rule::Schulze { strength: SchulzeStrength::Margins },
            "schulze_ratio" => Rule::Schulze { strength: SchulzeStrength::Ratio },
            "ranked_pairs_winning" => Rule::RankedPairs { strength: RankedPairsStrength::Winning },
            "ranked_pairs_margin" => Rule::RankedPairs { strength: RankedPairsStrength::Margins },
            "kemeny" => Rule::Kemeny { nodes: 10_000 },
            other => panic!("no rule for {other}"),
        };
        let name = case["name"].as_str().unwrap();
        let texts = |value: &serde_json::Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        let candidates = texts(&case["candidates"]);
        let index = |name: &str| candidates.iter().position(|c| c == name).unwrap() as u32;
        let groups = |value: &serde_json::Value| -> Vec<Vec<u32>> {
            let groups = value.as_array().unwrap().iter();
            groups.map(|group| texts(group).iter().map(|name| index(name)).collect()).collect()
        };
        let unranked = serde_json::from_value(case["unranked"].clone()).unwrap();
        let ballots = case["ballots"].as_array().unwrap().iter().map(|ballot| {
            let weight = Weight::from_count(ballot["count"].as_u64().unwrap()).unwrap();
            Vote::new(groups(&ballot["ranking"]), unranked, weight)
        });
        let pile = Pile::new(candidates.len(), ballots.collect()).unwrap();
        let outcome = rule.rank(pile.tally()).unwrap();
        for (field, expected) in case["expected"].as_object().unwrap() {
            match field.as_str() {
                "ranking" => {
                    assert_eq!(outcome.ranking, WeakOrder::new(groups(expected)).unwrap(), "{name}");
                }
                "winners" => {
                    let mut winners: Vec<u32> = texts(expected).iter().map(|name| index(name)).collect();
                    winners.sort_unstable();
                    assert_eq!(outcome.ranking.groups()[0], winners, "{name}");
                }
                "scores" => {
                    let scores = outcome.scores.as_ref().unwrap();
                    for (candidate, score) in expected.as_object().unwrap() {
                        let found = scores.value(index(candidate));
                        assert!(
                            (found - score.as_f64().unwrap()).abs() < 1e-9,
                            "{name}: {candidate} {found}"
                        );
                    }
                }
                "strongest_paths" => {
                    let Rule::Schulze { strength: by } = rule else { panic!("{name}: paths of no rule") };
                    for (from, row) in expected.as_object().unwrap() {
                        for (to, strength) in row.as_object().unwrap() {
                            let path =
                                Schulze { strength: by }.strongest_path(pile.tally(), index(from), index(to));
                            let weakest = path.iter().map(|link| match by {
                                SchulzeStrength::Margins => link.support - link.opposition,
                                _ => link.support,
                            });
                            let found = weakest.min().unwrap_or(0) / RESOLUTION;
                            assert_eq!(found, strength.as_u64().unwrap(), "{name}: {from} to {to}");
                        }
                    }
                }
                "score_name" => {}
                other => panic!("{name}: what is {other}?"),
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 61);
}
