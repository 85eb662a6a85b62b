//! How near roadmaps come to their bounds on instances that others made: the Next Release Problem (Bagnall, Rayward-Smith & Whittley 2001).

use std::fs::File;

use cxrank::formats::nrp::{Limits, read};
use cxrank::roadmap::{Options, Order, Roadmap, verify};
use cxrank::sequence::Sequence;

use crate::release_programme::{FILES, programme};
use crate::shared::shared;

#[test]
fn roadmaps_are_near_their_bounds() {
    let Some(shared) = shared() else { return };
    for file in FILES {
        let problem =
            read(File::open(shared.join(format!("data/nrp/{file}.txt"))).unwrap(), &Limits::default())
                .unwrap();
        for (teams, most) in [(1, 0.015), (3, 0.05)] {
            let programme = programme(&problem, teams);
            let order = Order::by_sequence(&Sequence::new(&programme).unwrap());
            let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
            assert_eq!(verify(&roadmap, &programme, &Options::default()), []);
            let gap = roadmap.gap();
            println!("{file}, teams: {teams}, gap: {:.2} %", 100.0 * gap);
            assert!(gap <= most, "{file} with {teams}: {gap}");
        }
    }
}
