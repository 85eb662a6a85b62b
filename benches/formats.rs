//! Reading research files: throughput on real ones, and memory on one that is made while it is read.

#[path = "shared/cpu_time.rs"]
mod cpu_time;

use std::io::{BufReader, Read};
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use cxrank::consensus::{TallyBuilder, Unranked, Weight};
use cxrank::formats::{pabulib, preflib};

fn election(file: &[u8]) -> pabulib::Tally {
    let mut tally = pabulib::Tally::default();
    pabulib::read(file, &pabulib::Limits::default(), |_, ballot| tally.add(ballot)).expect("an election");
    tally
}

fn rankings(file: &[u8]) -> u64 {
    let mut reader = preflib::Reader::new(file).expect("a header");
    let mut voters = 0;
    while let Some(order) = reader.next_order().expect("an order") {
        voters += order.count;
    }
    voters
}

fn reading(criterion: &mut Criterion) {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let benching = std::env::args().any(|argument| argument == "--bench");
    let mut group = criterion.benchmark_group("read");
    for name in ["pabulib/Poland_Lodz_2022.pb", "preflib/00014-00000001.soc"] {
        let Ok(file) = std::fs::read(shared.join(name)) else {
            println!("skipped: {name} is not there");
            continue;
        };
        let read = |file: &[u8]| -> u64 {
            if name.starts_with("pabulib") { election(file).supporters()[0] } else { rankings(file) }
        };
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| read(&file)));
        if benching {
            let milliseconds = cpu_time::milliseconds(|| read(&file));
            println!("{name}: {:.0} MB/s of CPU time", file.len() as f64 / 1e3 / milliseconds);
        }
    }
    group.finish();
}

/// A file of so many lines, made while it is read.
struct Lines<F> {
    line: F,
    next: u64,
    count: u64,
    rest: Vec<u8>,
}

impl<F: FnMut(u64) -> String> Read for Lines<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.rest.len() < buffer.len() && self.next < self.count {
            self.rest.extend((self.line)(self.next).into_bytes());
            self.next += 1;
        }
        let n = self.rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&self.rest[..n]);
        self.rest.drain(..n);
        Ok(n)
    }
}

fn made(head: &'static str, count: u64, line: impl FnMut(u64) -> String) -> impl Read {
    head.as_bytes().chain(Lines { line, next: 0, count, rest: Vec::new() })
}

/// The most memory that this process has had so far, in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// Two million voters, tallied in memory that does not know how many they are.
fn streaming(_: &mut Criterion) {
    const VOTERS: u64 = 2_000_000;
    let head = "META\nkey;value\nbudget;9\nvote_type;approval\nPROJECTS\nproject_id;cost\na;1\nb;2\nc;3\nVOTES\nvoter_id;vote\n";
    let before = peak();
    let mut tally = pabulib::Tally::default();
    let votes = |i: u64| format!("voter-{i};{}\n", ["a", "b,c", "c,a,b"][i as usize % 3]);
    let read =
        pabulib::read(made(head, VOTERS, votes), &pabulib::Limits::default(), |_, ballot| tally.add(ballot));
    assert_eq!(read.expect("an election").ballots, VOTERS);
    let mut reader = preflib::Reader::new(BufReader::new(made("# NUMBER ALTERNATIVES: 3\n", VOTERS, |i| {
        ["1: 1,2,3\n", "1: {2,3}\n", "1: 3\n"][i as usize % 3].to_owned()
    })))
    .expect("a header");
    let mut builder = TallyBuilder::new(3).expect("few enough");
    while let Some(order) = reader.next_order().expect("an order") {
        builder.push(order.groups(), Unranked::Last, Weight::ONE).expect("each once");
    }
    assert_eq!(builder.finish().ballots(), VOTERS);
    if let (Some(before), Some(after)) = (before, peak()) {
        println!("two files of {VOTERS} voters in {} KiB more than before", after - before);
        assert!(after - before < 4096);
    }
}

criterion_group!(benches, streaming, reading);
criterion_main!(benches);
