//! Layers and the frontier of benefit against effort.

/// The layer of each point `[benefit, effort]`, counted from 0: more benefit is better, less effort is.
///
/// A point is in layer 0 when no other is at least as good in both and better in one; in layer k when that holds once the layers before are
/// taken away. Equal points are in the same layer.
///
/// # Complexity
///
/// O(n log n) time, O(n) memory.
///
/// # References
///
/// Kung, Luccio & Preparata (1975), *On finding the maxima of a set of vectors*, Journal of the ACM 22.
///
/// # Examples
///
/// ```
/// use cxrank::uncertainty::pareto_layers;
/// assert_eq!(pareto_layers(&[[5.0, 1.0], [9.0, 4.0], [4.0, 2.0], [5.0, 1.0]]), [0, 0, 1, 0]);
/// ```
pub fn pareto_layers(points: &[[f64; 2]]) -> Vec<usize> {
    let order = by_effort(points);
    // The greatest benefit of each layer so far; it falls from layer to layer, so that the first layer that does not beat a point is found by halving.
    let mut best: Vec<f64> = Vec::new();
    let mut layers = vec![0; points.len()];
    let mut before: Option<usize> = None;
    for i in order {
        let layer = match before {
            Some(j) if points[j] == points[i] => layers[j],
            _ => best.partition_point(|&benefit| benefit >= points[i][0]),
        };
        match best.get_mut(layer) {
            Some(benefit) => *benefit = points[i][0],
            None => best.push(points[i][0]),
        }
        layers[i] = layer;
        before = Some(i);
    }
    layers
}

/// The efficient choices among alternatives of which one is taken, and what each step up costs.
///
/// Corners of the upper hull of benefit over effort, from the least effort on, by index; beside each but the first the effort of one more unit of benefit
/// (the incremental ratio). What is beaten outright, and what lies below the line between two others, is not in it.
///
/// # Complexity
///
/// O(n log n) time, O(n) memory.
pub fn efficient_frontier(points: &[[f64; 2]]) -> Vec<(usize, Option<f64>)> {
    let mut hull: Vec<usize> = Vec::new();
    let slope = |i: usize, j: usize| (points[j][1] - points[i][1]) / (points[j][0] - points[i][0]);
    for i in by_effort(points) {
        if hull.last().is_some_and(|&last| points[last][0] >= points[i][0]) {
            continue;
        }
        while let [.., before, last] = hull[..]
            && slope(before, last) >= slope(last, i)
        {
            hull.pop();
        }
        hull.push(i);
    }
    (0..hull.len()).map(|k| (hull[k], (k > 0).then(|| slope(hull[k - 1], hull[k])))).collect()
}

/// By effort, of equals the greatest benefit first, of those the lowest index.
fn by_effort(points: &[[f64; 2]]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&i, &j| points[i][1].total_cmp(&points[j][1]).then(points[j][0].total_cmp(&points[i][0])));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn layers_are_what_their_definition_says(points in prop::collection::vec((0..6, 0..6), 0..25)) {
            let points: Vec<[f64; 2]> = points.into_iter().map(|(b, e)| [f64::from(b), f64::from(e)]).collect();
            let mut left: Vec<usize> = (0..points.len()).collect();
            let mut expected = vec![0; points.len()];
            for layer in 0.. {
                if left.is_empty() { break; }
                let beats = |i: usize, j: usize| points[i] != points[j] && points[i][0] >= points[j][0] && points[i][1] <= points[j][1];
                let (first, rest): (Vec<usize>, Vec<usize>) = left.iter().partition(|&&j| !left.iter().any(|&i| beats(i, j)));
                first.iter().for_each(|&i| expected[i] = layer);
                left = rest;
            }
            prop_assert_eq!(pareto_layers(&points), expected);
        }
    }
}
