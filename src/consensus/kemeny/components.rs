//! Strongly connected components of the strict majority graph, in a canonical topological order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The components of the graph on `0..n` whose arcs are given by `arc(a, b)`, sources first; among components that may come next,
/// the one with the lowest item does. Items within a component ascend.
///
/// # Complexity
/// O(n²) calls of `arc`.
///
/// # References
/// Tarjan 1972, Depth-first search and linear graph algorithms, SIAM Journal on Computing 1.
pub(crate) fn ordered_components(n: usize, arc: impl Fn(usize, usize) -> bool) -> Vec<Vec<u32>> {
    let (component, count) = strong_components(n, &arc);
    let mut members = vec![Vec::new(); count];
    for (x, &c) in component.iter().enumerate() {
        members[c].push(x as u32);
    }
    let mut waiting = vec![0_usize; count];
    for a in 0..n {
        for b in 0..n {
            if component[a] != component[b] && arc(a, b) {
                waiting[component[b]] += 1;
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<(u32, usize)>> =
        (0..count).filter(|&c| waiting[c] == 0).map(|c| Reverse((members[c][0], c))).collect();
    let mut ordered = Vec::with_capacity(count);
    while let Some(Reverse((_, c))) = ready.pop() {
        for &a in &members[c] {
            for (b, &d) in component.iter().enumerate() {
                if d != c && arc(a as usize, b) {
                    waiting[d] -= 1;
                    if waiting[d] == 0 {
                        ready.push(Reverse((members[d][0], d)));
                    }
                }
            }
        }
        ordered.push(std::mem::take(&mut members[c]));
    }
    ordered
}

/// Tarjan's algorithm with its own stack.
fn strong_components(n: usize, arc: &impl Fn(usize, usize) -> bool) -> (Vec<usize>, usize) {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; n];
    let mut low = vec![0; n];
    let mut component = vec![UNSEEN; n];
    let (mut next, mut count) = (0, 0);
    let mut open = Vec::new();
    let mut calls: Vec<(usize, usize)> = Vec::new();
    for root in 0..n {
        if index[root] != UNSEEN {
            continue;
        }
        calls.push((root, 0));
        while let Some((x, from)) = calls.pop() {
            if from == 0 {
                index[x] = next;
                low[x] = next;
                next += 1;
                open.push(x);
            }
            let mut descend = None;
            for y in from..n {
                if y == x || !arc(x, y) {
                    continue;
                }
                if index[y] == UNSEEN {
                    descend = Some(y);
                    break;
                }
                if component[y] == UNSEEN {
                    low[x] = low[x].min(index[y]);
                }
            }
            if let Some(y) = descend {
                calls.push((x, y + 1));
                calls.push((y, 0));
                continue;
            }
            if low[x] == index[x] {
                while let Some(y) = open.pop() {
                    component[y] = count;
                    if y == x {
                        break;
                    }
                }
                count += 1;
            }
            if let Some(&(parent, _)) = calls.last() {
                low[parent] = low[parent].min(low[x]);
            }
        }
    }
    (component, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: usize, arcs: &[(usize, usize)]) -> Vec<Vec<u32>> {
        ordered_components(n, |a, b| arcs.contains(&(a, b)))
    }

    #[test]
    fn components_come_sources_first_and_lowest_first() {
        assert_eq!(of(3, &[]), [vec![0], vec![1], vec![2]]);
        assert_eq!(of(5, &[(4, 0), (0, 3), (3, 0), (2, 1)]), [vec![2], vec![1], vec![4], vec![0, 3]]);
        assert_eq!(of(3, &[(0, 1), (1, 2), (2, 0)]), [vec![0, 1, 2]]);
        assert!(of(0, &[]).is_empty());
    }

    #[test]
    fn a_long_chain_needs_no_recursion() {
        let order = ordered_components(3000, |a, b| b + 1 == a);
        assert_eq!(order.len(), 3000);
        assert_eq!(order[0], [2999]);
    }
}
