//! A scoring model of one's own beside the default: a name and a closure.
//!
//! `cargo run --example custom_model`

use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
use cxrank::rank::Ranking;
use cxrank::score::{ScoringModel, named};

fn main() -> Result<(), cxrank::Error> {
    let programme = ProgrammeSpec::new("Clinic")
        .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
        .criterion(Criterion::effort("weeks", 1.0))
        .initiative(Initiative::new("A", "Online booking").benefit("ease", 8.0).effort("weeks", 20))
        .initiative(Initiative::new("B", "Call back").benefit("ease", 3.0).effort("weeks", 2))
        .initiative(Initiative::new("C", "Clear letters").benefit("ease", 6.0).effort("weeks", 6))
        .initiative(Initiative::new("D", "Quiet waiting room").benefit("ease", 2.0))
        .build()?;

    // What takes more than a quarter of a year is not for us; among the rest the most ease wins.
    let within_a_quarter = named("within-a-quarter", |facts| {
        let weeks = facts.effort("weeks")?;
        (weeks <= 13.0).then(|| facts.benefit("ease")).flatten()
    });
    let ours = Ranking::of(ScoringModel::custom(&within_a_quarter, &programme).scores()?, None)?;
    let default = Ranking::new(&programme)?;

    for ranking in [&ours, &default] {
        println!("By {}:", ranking.scores().model());
        for line in ranking.lines() {
            println!("  {}. {} {} ({:.1})", line.rank, line.code, line.name, line.score);
        }
        for unscored in ranking.unscored() {
            println!("  -  {}", unscored.reason);
        }
    }
    Ok(())
}
