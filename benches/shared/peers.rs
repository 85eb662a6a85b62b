//! The peers' own scripts, run unchanged, and what they measured, read from what they print.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Writes the peers' inputs into a folder, measures, and returns what is printed; `None` if the arguments name no folder of scripts.
///
/// `arguments` are the folder of the scripts and, if it is not `python3`, the python that has their packages.
pub(crate) fn measured(arguments: &[String], folder: &Path) -> Option<String> {
    let scripts = std::fs::canonicalize(arguments.first()?).expect("the folder of the peers' scripts");
    // Made absolute, but not resolved: the link is what makes it the python of its environment.
    let absolute = |python: &String| std::path::absolute(python).expect("a path");
    let python = arguments.get(1).map_or_else(|| PathBuf::from("python3"), absolute);
    std::fs::create_dir_all(folder).expect("a folder for the peers' data");
    eprintln!("running the peers, which takes minutes …");
    run(&python, &scripts.join("scoring_inputs.py"), folder);
    Some(run(&python, &scripts.join("scoring_peers.py"), folder))
}

/// Runs a script on one thread; returns what it prints.
fn run(python: &Path, script: &Path, folder: &Path) -> String {
    let mut command = Command::new(python);
    command.arg(script).current_dir(folder).stderr(Stdio::null());
    command.env("OMP_NUM_THREADS", "1").env("OPENBLAS_NUM_THREADS", "1").env("POLARS_MAX_THREADS", "1");
    let output = command.output().expect("python runs");
    assert!(output.status.success(), "{} failed: are its packages installed?", script.display());
    String::from_utf8(output.stdout).expect("the peers print UTF-8")
}

/// The CPU time of one measurement in what the peers printed, in milliseconds.
pub(crate) fn cpu_time(printed: &str, name: &str) -> f64 {
    let after = |text: &'static str, from: &str| from.find(text).map(|at| at + text.len());
    let entry = printed.find(&format!("\"{name}\"")).map(|at| &printed[at..]);
    let time = entry.and_then(|entry| after("\"cpu_median_ms\": ", entry).map(|at| &entry[at..]));
    let digits = time.and_then(|time| time.split([',', '\n', '}']).next());
    digits.and_then(|digits| digits.trim().parse().ok()).expect("the peers measured it")
}
