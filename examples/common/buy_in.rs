//! What the stakeholders think of their common order.
#![allow(unreachable_pub)]

use std::fmt::Write;

use cxrank::consensus::{Consensus, ConsensusRule, Share};

/// Each stakeholder's buy-in, the least first, and the initiatives that they quarrel about.
pub fn text(consensus: &Consensus<'_>) -> String {
    let mut out = String::new();
    let tau = |buy_in: Option<f64>| buy_in.map_or_else(|| "no opinion".into(), |tau| format!("{tau:+.2}"));
    let who: Vec<_> =
        consensus.buy_in().into_iter().map(|b| format!("{} {}", b.stakeholder, tau(b.tau_b))).collect();
    let rule = consensus.rule().name();
    let _ = writeln!(
        out,
        "\nBuy-in of the stakeholders in their common order ({rule}), least first:\n  {}",
        who.join(", ")
    );
    for split in consensus.splits(Share::THIRD).iter().filter(|split| split.contested) {
        let (above, below) = (split.above.join(", "), split.below.join(", "));
        let _ = writeln!(out, "  {} is contested: {above} would have it higher, {below} lower", split.code);
    }
    out
}
