//! What there is to choose from in a file: a programme, a Pabulib election (.pb) or a Next-Release-Problem (.txt).

use std::fs::File;
use std::path::Path;

use cxrank::formats::{nrp, pabulib};
use cxrank::portfolio::Candidates;
use cxrank::programme::Programme;

use crate::common;

/// The candidates in a file; `programme` keeps the programme that they are of, if it is one.
pub(crate) fn read<'p>(file: Option<&str>, programme: &'p mut Option<Programme>) -> Candidates<'p> {
    let open = |file: &str| File::open(file).unwrap_or_else(|error| common::fail(format!("{file}: {error}")));
    let name = file.unwrap_or_default();
    let candidates = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("pb") => {
            let (mut tally, mut profile) = (pabulib::Tally::default(), pabulib::Profile::default());
            let election = pabulib::read(open(name), &pabulib::Limits::default(), |election, ballot| {
                tally.add(ballot);
                profile.add(election.vote_type, ballot);
            });
            let election = election.unwrap_or_else(|error| common::refuse(name, &error));
            Candidates::of_election(&election, &tally, &profile)
        }
        Some("txt") => {
            let problem = nrp::read(open(name), &nrp::Limits::default());
            Candidates::of_release(&problem.unwrap_or_else(|error| common::refuse(name, &error)))
        }
        _ => Candidates::new(programme.insert(common::programme(file))),
    };
    common::ok(candidates)
}
