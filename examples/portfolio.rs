//! What can be afforded: a programme, a Pabulib election (.pb) or a Next-Release-Problem (.txt) within a budget.

use cxrank::portfolio::{
    BestValue, Budget, Completion, EqualShares, Greedy, Order, Portfolio, Price, Rule, Satisfaction,
    WhenTooBig,
};
use cxrank::reason::number;

#[path = "common/candidates.rs"]
mod candidates;
mod common;

const USAGE: &str = "portfolio FILE [--rule best-value|greedy|equal-shares] [--budget B | --budget-ratio R] \
[--order benefit|density] [--when-too-big skip|stop] [--satisfaction cost|cardinality|points|borda] \
[--completion none|add1] [--nodes N] [--json]";

fn main() {
    let mut arguments = common::Arguments::new(USAGE);
    let json = arguments.flag("--json");
    let rule = arguments.choice("--rule", ["best-value", "greedy", "equal-shares"]).unwrap_or(0);
    let order = arguments.choice("--order", ["density", "benefit"]).unwrap_or(0);
    let when_too_big = arguments.choice("--when-too-big", ["skip", "stop"]).unwrap_or(0);
    let kinds = [Satisfaction::Cost, Satisfaction::Cardinality, Satisfaction::Points, Satisfaction::Borda];
    let satisfaction =
        arguments.choice("--satisfaction", ["cost", "cardinality", "points", "borda"]).map(|k| kinds[k]);
    let completion = arguments.choice("--completion", ["none", "add1"]).unwrap_or(0);
    let nodes = arguments.number("--nodes").unwrap_or(BestValue::default().nodes);
    let budget = match (arguments.number("--budget"), arguments.option("--budget-ratio")) {
        (Some(_), Some(_)) => common::fail(format!("--budget or --budget-ratio, not both\n{USAGE}")),
        (Some(amount), None) => Budget::Amount(amount),
        (None, Some(ratio)) => Budget::Ratio(ratio),
        (None, None) => Budget::Declared,
    };
    let files = arguments.files(0, 1);
    let best_value = BestValue { nodes };
    let rule = match rule {
        0 => Rule::BestValue(best_value),
        1 => Rule::Greedy(Greedy {
            order: [Order::Density, Order::Benefit][order],
            when_too_big: [WhenTooBig::Skip, WhenTooBig::Stop][when_too_big],
            satisfaction,
        }),
        _ => Rule::EqualShares(EqualShares {
            satisfaction: satisfaction.unwrap_or_default(),
            completion: [Completion::None, Completion::Add1][completion],
        }),
    };

    let mut programme = None;
    let candidates = candidates::read(files.first().map(String::as_str), &mut programme);
    let portfolio = common::ok(candidates.select(rule, &budget));
    let small = matches!(rule, Rule::BestValue(_))
        && candidates.programme().is_some()
        && candidates.initiatives().len() <= 300;
    let prices = if small { common::ok(candidates.prices(&portfolio, best_value)) } else { Vec::new() };
    let next = small.then(|| common::ok(candidates.next(&portfolio, 0.1, best_value)));
    if json {
        let mut value = serde_json::to_value(&portfolio).expect("results are plain data");
        if small {
            (value["prices"], value["next"]) = (serde_json::json!(prices), serde_json::json!(next));
        }
        return common::print_json(&value);
    }
    common::print(&(report(&portfolio) + &prices_table(&prices)));
    if let Some(next) = next {
        let (budget, gain) = (number(next.budget), number(next.gain));
        let (added, dropped) = (common::list(&next.added), common::list(&next.dropped));
        let text = format!("\nA tenth more, {budget}: {gain} points more, with {added}; without {dropped}\n");
        common::print(&text);
    }
}

fn report(portfolio: &Portfolio) -> String {
    let proof = if portfolio.proven { "proven best" } else { "not proven best" };
    let roi =
        portfolio.roi.map_or_else(String::new, |roi| format!("\nreturn on investment: {}", number(roi)));
    format!(
        "{}: {} selected\n  {}\noutcomes: {}\nbenefit {} ({proof}; at most {}), cost {} of {}{roi}\n",
        portfolio.rule,
        portfolio.selected.len(),
        common::list(&portfolio.selected),
        common::list(&portfolio.outcomes),
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
