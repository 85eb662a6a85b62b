//! One order from many rankings, with its proof and everybody's buy-in.
//!
//! `cargo run --release --example consensus -- FILE [--rule RULE] [--strength STRENGTH] [--unranked last|ignored] [--json]`

use std::fmt::Write;

use cxrank::consensus::{Consensus, ConsensusRule, Pile, Rule, Summary, Unranked, Vote, Weight};
use cxrank::formats::preflib;
use cxrank::programme::{Id, Programme};
use cxrank::reason::number;

mod common;

const USAGE: &str = "consensus FILE [--rule borda|copeland|llull|minimax|schulze|ranked-pairs|points|kemeny]
    [--strength winning|margin|ratio|opposition] [--unranked last|ignored] [--json]
FILE is a PrefLib .soc, .soi, .toc or .toi, or a programme.json";

fn main() {
    let mut arguments = common::Arguments::new(USAGE);
    let json = arguments.flag("--json");
    let kind = arguments.option("--rule");
    let strength = arguments.option("--strength");
    let unranked = match arguments.option("--unranked").as_deref() {
        None => None,
        Some("last") => Some(Unranked::Last),
        Some("ignored") => Some(Unranked::Ignored),
        Some(other) => common::fail(format!("--unranked: found {other:?}, expected last or ignored")),
    };
    let file = arguments.files(1, 1).remove(0);
    let rule = |default: &str| {
        let kind = kind.as_deref().unwrap_or(default);
        Rule::named(kind, strength.as_deref())
            .unwrap_or_else(|| common::fail(format!("no rule {kind} with that strength\n{USAGE}")))
    };
    let summary = if std::path::Path::new(&file).extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
        let mut spec = common::programme(Some(&file)).into_spec();
        if let Some(unranked) = unranked {
            spec.ballots.iter_mut().for_each(|ballot| ballot.unranked = unranked);
        }
        let programme: Programme = common::ok(spec.build());
        let by_policy = kind.is_none() && strength.is_none();
        let own = || Consensus::by_rule(&programme, rule(programme.policy().rule.name()));
        common::ok(if by_policy { Consensus::new(&programme) } else { own() }).summary()
    } else {
        preflib(&file, rule("kemeny"), unranked.unwrap_or_default())
    };
    if json {
        common::print_json(&summary);
    } else {
        common::print(&report(&summary).expect("a string takes all"));
    }
}

fn preflib(path: &str, rule: Rule, unranked: Unranked) -> Summary {
    let file = std::fs::File::open(path).unwrap_or_else(|error| common::fail(format!("{path}: {error}")));
    let refuse = |error: &dyn std::fmt::Display| -> ! { common::fail(format!("{path}: {error}")) };
    let mut reader =
        preflib::Reader::new(std::io::BufReader::new(file)).unwrap_or_else(|e| common::refuse(path, &e));
    let names: Vec<Id> = reader.header().names.iter().map(|(id, _)| id.to_string().into()).collect();
    let mut votes = Vec::new();
    while let Some(order) = reader.next_order().unwrap_or_else(|e| common::refuse(path, &e)) {
        let weight = Weight::from_count(order.count).unwrap_or_else(|e| refuse(&e));
        votes.push(Vote::new(order.groups().map(<[u32]>::to_vec).collect(), unranked, weight));
    }
    reader.differences().iter().for_each(|difference| eprintln!("{path}: {difference}"));
    let pile = Pile::new(names.len(), votes).unwrap_or_else(|e| refuse(&e));
    let verdict = rule.rank(pile.tally()).unwrap_or_else(|e| refuse(&e));
    Summary::of_pile(&pile, rule, &verdict, &names)
}

fn report(summary: &Summary) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let or_dash = |x: Option<f64>| x.map_or_else(|| "-".into(), number);
    writeln!(out, "By {}{}:", summary.rule, summary.strength.map(|s| format!(", {s}")).unwrap_or_default())?;
    for (place, group) in summary.ranking.iter().enumerate() {
        writeln!(out, "{:>4}. {}", place + 1, group.join(" = "))?;
    }
    if let (Some(cost), Some(bound), Some(another)) = (summary.cost, summary.lower_bound, summary.another) {
        let proof = if summary.proven == Some(true) { "proven least" } else { "not proven" };
        writeln!(out, "\ndisagreement {cost}, at least {bound}: {proof}; another such order: {another:?}")?;
    }
    let agreement = &summary.agreement;
    writeln!(out, "\nKendall's W {}, mean tau-b {}", or_dash(summary.kendall_w), or_dash(agreement.tau_b))?;
    for stakeholder in &agreement.stakeholders {
        write!(out, "{:>14} {:>6}", stakeholder.stakeholder, or_dash(stakeholder.tau_b))?;
        let worst: Vec<String> = stakeholder.worst.iter().map(|(a, b)| format!("{a} above {b}")).collect();
        writeln!(out, "  loses {} pairs, such as {}", stakeholder.lost, worst.join(", "))?;
    }
    for split in agreement.initiatives.iter().filter(|split| split.contested) {
        writeln!(
            out,
            "{} is contested: higher for {}; lower for {}",
            split.code,
            split.above.join(", "),
            split.below.join(", ")
        )?;
    }
    agreement.signs.iter().try_for_each(|sign| writeln!(out, "{sign}"))?;
    Ok(out)
}
