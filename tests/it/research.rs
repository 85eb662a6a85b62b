//! The research files of the shared folder: all are read, and counts that are not those of the header are told.

use std::path::PathBuf;

use cxrank::formats::{ResearchFault, nrp, pabulib, preflib};
use cxrank::{Fault, Problem};

use crate::shared::shared;

/// The files of a folder with one of these endings, in order.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let Some(root) = shared() else { return Vec::new() };
    let entries = std::fs::read_dir(root.join("data").join(folder)).expect("the folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| endings.iter().any(|e| ending == *e)));
    files.sort();
    assert!(!files.is_empty(), "{folder}");
    files
}

fn open(path: &PathBuf) -> std::io::BufReader<std::fs::File> {
    std::io::BufReader::new(std::fs::File::open(path).expect("the file"))
}

#[test]
fn elections_have_as_many_projects_and_ballots_as_they_say() {
    for path in files("pabulib", &["pb"]) {
        let mut ballots = 0;
        let read = pabulib::read(open(&path), &pabulib::Limits::default(), |_, _| ballots += 1);
        let election = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(election.ballots, ballots);
        let counts =
            |warning: &&Problem| matches!(warning.fault(), Fault::Research(ResearchFault::Count { .. }));
        let mut told = election.warnings.iter().filter(counts).map(Problem::found);
        for (key, found) in [("num_projects", election.projects.len() as u64), ("num_votes", ballots)] {
            let says = election.meta(key).unwrap_or_default();
            if says != found.to_string() {
                println!("{}: {key} {says}, found {found}", path.display());
                assert_eq!(told.next(), Some(format!("{key} {says:?}")));
            }
        }
        assert_eq!(told.next(), None, "{}", path.display());
    }
}

#[test]
fn rankings_have_as_many_voters_and_orders_as_they_say() {
    for path in
        files("preflib", &["soc", "soi", "toc", "toi"]).into_iter().chain(files("ballots", &["soc", "toi"]))
    {
        let mut reader =
            preflib::Reader::new(open(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (mut voters, mut orders) = (0, 0);
        while let Some(order) =
            reader.next_order().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        {
            voters += order.count;
            orders += 1;
        }
        let header = reader.header();
        let told = [
            header.voters.is_some_and(|said| said != voters),
            header.unique_orders.is_some_and(|said| said != orders),
        ];
        let differences = reader.differences();
        differences.iter().for_each(|difference| println!("{}: {difference}", path.display()));
        let counts = [
            differences.iter().any(|d| matches!(d, preflib::Difference::Voters { .. })),
            differences.iter().any(|d| matches!(d, preflib::Difference::UniqueOrders { .. })),
        ];
        assert_eq!(told, counts, "{}", path.display());
    }
}

#[test]
fn releases_are_read() {
    for path in files("nrp", &["txt"]) {
        let problem = nrp::read(open(&path), &nrp::Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(problem.costs.len(), problem.levels.iter().sum::<usize>());
        assert!(!problem.costs.is_empty() && !problem.customers.is_empty());
    }
}
