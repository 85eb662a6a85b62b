//! A programme in code, without a file: what an embedding tool does.
//!
//! `cargo run --example embed`

use cxrank::programme::{Ballot, Criterion, Initiative, ProgrammeSpec, Stakeholder};
use cxrank::rank::Ranking;

fn main() -> Result<(), cxrank::Error> {
    let programme = ProgrammeSpec::new("City library")
        .effort_unit("person-day")
        .criterion(Criterion::benefit("ease", 60.0, 0.0, 10.0).unit("points of the reader survey"))
        .criterion(Criterion::benefit_levels("trust", 40.0, [("none", 0.0), ("some", 0.4), ("much", 1.0)]))
        .criterion(Criterion::effort("days", 1.0).unit("person-day"))
        .initiative(
            Initiative::new("L1", "Renew by phone")
                .benefit("ease", 4.0)
                .benefit("trust", "none")
                .effort("days", 12),
        )
        .initiative(
            Initiative::new("L2", "One account for all branches")
                .benefit("ease", [2.0, 6.0, 9.0])
                .benefit("trust", "some")
                .effort("days", [60.0, 90.0, 200.0]),
        )
        .initiative(
            Initiative::new("L3", "Tell readers when it is there")
                .benefit("ease", 5.0)
                .benefit("trust", "some")
                .effort("days", 15)
                .requires(["L2"]),
        )
        .initiative(Initiative::new("L4", "Open on Sundays").benefit("ease", 9.0).benefit("trust", "much"))
        .stakeholder(Stakeholder::new("desk").weight(2.0))
        .stakeholder(Stakeholder::new("it"))
        .ballot(Ballot::ranked("desk", ["L4", "L3", "L1"]))
        .ballot(Ballot::ranked("it", ["L2", "L3"]).ignoring_unranked())
        .build()?;

    let ranking = Ranking::new(&programme)?;
    for line in ranking.lines() {
        println!("{}. {} {} (stakeholders: {:?})", line.rank, line.code, line.name, line.stakeholder_rank);
        println!("   {}", line.why);
        for needed in line.stands_before {
            println!("   It stands before {needed}, which it needs.");
        }
    }
    if let Some(reason) = ranking.why_above("L1", "L3") {
        println!("{reason}");
    }
    for unscored in ranking.unscored() {
        println!("{}", unscored.reason);
    }
    Ok(())
}
