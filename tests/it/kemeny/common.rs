//! A small `PrefLib` reader and tally for the tests.

use std::path::Path;

pub(super) fn read(path: &Path, ignore_unranked: bool) -> (usize, Vec<i64>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut n = 0;
    let mut over = Vec::new();
    let mut place = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            if let Some(x) = line.strip_prefix("# NUMBER ALTERNATIVES:") {
                n = x.trim().parse().unwrap();
                over = vec![0; n * n];
            }
            continue;
        }
        let Some((count, ranking)) = line.split_once(':') else {
            continue;
        };
        let count: i64 = count.trim().parse().unwrap();
        place.clear();
        place.resize(n, usize::MAX);
        let (mut group, mut open) = (0, false);
        for token in ranking.split(',') {
            let token = token.trim();
            open |= token.starts_with('{');
            if let Ok(x) = token.trim_matches(['{', '}']).trim().parse::<usize>() {
                place[x - 1] = group;
            }
            if token.ends_with('}') {
                open = false;
            }
            group += usize::from(!open);
        }
        for a in 0..n {
            for b in 0..n {
                let known = !ignore_unranked || place[b] != usize::MAX;
                over[a * n + b] += if place[a] < place[b] && known { count } else { 0 };
            }
        }
    }
    (n, over)
}
