//! What can be afforded: a programme, a Pabulib election (.pb) or a Next-Release-Problem (.txt) within a budget.

use std::path::Path;

use cxrank::formats::{nrp, pabulib};
use cxrank::portfolio::{
    BestValue, Budget, Candidates, Completion, EqualShares, Greedy, Order, Portfolio, Price, Rule,
    Satisfaction, WhenTooBig,
};
use cxrank::programme::Id;
use cxrank::reason::number;

mod common;

const USAGE: &str = "portfolio FILE [--rule best-value|greedy|equal-shares] [--budget B | --budget-ratio R] \
[--order benefit|density] [--when-too-big skip|stop] [--satisfaction cost|cardinality|points|borda] \
[--completion none|add1] [--nodes N] [--json]";

fn main() {
    let mut arguments = common::Arguments::new(USAGE);
    let json = arguments.flag("--json");
    let mut choice = |name: &str, known: &[&str]| {
        arguments.option(name).map(|text| {
            let expected = known.join(", ");
            let place = known.iter().position(|&k| k == text);
            place.unwrap_or_else(|| {
                common::fail(format!("{name}: found {text:?}, expected one of {expected}"))
            })
        })
    };
    let rule = choice("--rule", &["best-value", "greedy", "equal-shares"]).unwrap_or(0);
    let order = choice("--order", &["density", "benefit"]).map(|k| [Order::Density, Order::Benefit][k]);
    let when_too_big =
        choice("--when-too-big", &["skip", "stop"]).map(|k| [WhenTooBig::Skip, WhenTooBig::Stop][k]);
    let kinds = [Satisfaction::Cost, Satisfaction::Cardinality, Satisfaction::Points, Satisfaction::Borda];
    let satisfaction =
        choice("--satisfaction", &["cost", "cardinality", "points", "borda"]).map(|k| kinds[k]);
    let completion =
        choice("--completion", &["none", "add1"]).map(|k| [Completion::None, Completion::Add1][k]);
    let nodes = arguments.number("--nodes").unwrap_or(BestValue::default().nodes);
    let budget = match (arguments.number("--budget"), arguments.option("--budget-ratio")) {
        (Some(_), Some(_)) => common::fail(format!("--budget or --budget-ratio, not both\n{USAGE}")),
        (Some(amount), None) => Budget::Amount(amount),
        (None, Some(ratio)) => Budget::Ratio(ratio),
        (None, None) => Budget::Declared,
    };
    let files = arguments.files(0, 1);
    let file = files.first().map(String::as_str);
    let best_value = BestValue { nodes };
    let rule = match rule {
        0 => Rule::BestValue(best_value),
        1 => Rule::Greedy(Greedy {
            order: order.unwrap_or_default(),
            when_too_big: when_too_big.unwrap_or_default(),
            satisfaction,
        }),
        _ => Rule::EqualShares(EqualShares {
            satisfaction: satisfaction.unwrap_or_default(),
            completion: completion.unwrap_or_default(),
        }),
    };

    let programme;
    let candidates = match file.and_then(|file| Path::new(file).extension()?.to_str()) {
        Some("pb") => {
            let (mut tally, mut profile) = (pabulib::Tally::default(), pabulib::Profile::default());
            let election = pabulib::read(open(file), &pabulib::Limits::default(), |election, ballot| {
                tally.add(ballot);
                profile.add(election.vote_type, ballot);
            });
            let election = election.unwrap_or_else(|error| common::fail(error));
            Candidates::of_election(&election, &tally, &profile)
        }
        Some("txt") => {
            let problem = nrp::read(open(file), &nrp::Limits::default());
            Candidates::of_release(&problem.unwrap_or_else(|error| common::fail(error)))
        }
        _ => {
            programme = common::programme(file);
            Candidates::new(&programme)
        }
    };
    let candidates = common::ok(candidates);
    let portfolio = common::ok(candidates.select(rule, &budget));
    let explained = matches!(rule, Rule::BestValue(_)) && candidates.initiatives().len() <= 300;
    let small = explained && !file.is_some_and(|file| file.ends_with(".txt") || file.ends_with(".pb"));
    let prices = if small { common::ok(candidates.prices(&portfolio, best_value)) } else { Vec::new() };
    let next = small.then(|| common::ok(candidates.next(&portfolio, 0.1, best_value)));
    if json {
        let mut value = serde_json::to_value(&portfolio).expect("results are plain data");
        if small {
            value["prices"] = serde_json::to_value(&prices).expect("results are plain data");
            value["next"] = serde_json::to_value(&next).expect("results are plain data");
        }
        return common::print_json(&value);
    }
    common::print(&(report(&portfolio) + &prices_table(&prices)));
    if let Some(next) = next {
        let more = (number(next.budget), number(next.gain), list(&next.added), list(&next.dropped));
        common::print(&format!(
            "\nA tenth more, {}: {} points more, with {}; without {}\n",
            more.0, more.1, more.2, more.3
        ));
    }
}

fn open(file: Option<&str>) -> std::fs::File {
    let file = file.unwrap_or_default();
    std::fs::File::open(file).unwrap_or_else(|error| common::fail(format!("{file}: {error}")))
}

fn report(portfolio: &Portfolio) -> String {
    let proof = if portfolio.proven { "proven best" } else { "not proven best" };
    let roi =
        portfolio.roi.map_or_else(String::new, |roi| format!("\nreturn on investment: {}", number(roi)));
    format!(
        "{}: {} selected\n  {}\noutcomes: {}\nbenefit {} ({proof}; at most {}), cost {} of {}{roi}\n",
        portfolio.rule,
        portfolio.selected.len(),
        list(&portfolio.selected),
        list(&portfolio.outcomes),
        number(portfolio.benefit),
        number(portfolio.upper_bound),
        number(portfolio.cost),
        number(portfolio.budget),
    )
}

fn prices_table(prices: &[Price]) -> String {
    let row = |price: &Price| {
        let veto = if price.possible { number(price.loss) } else { "impossible".into() };
        let (out, into) = if price.selected { (veto, String::new()) } else { (String::new(), veto) };
        vec![price.code.to_string(), out, into, price.enters_at.map_or_else(|| "never".into(), number)]
    };
    let rows: Vec<_> = prices.iter().map(row).collect();
    let heads = ["initiative", ">price of a veto", ">price of putting it in", ">enters at budget"];
    if rows.is_empty() { String::new() } else { format!("\n{}", common::table(&heads, &rows)) }
}

fn list(ids: &[Id]) -> String {
    if ids.is_empty() { "-".into() } else { ids.iter().map(Id::as_str).collect::<Vec<_>>().join(" ") }
}
