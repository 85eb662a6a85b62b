//! A square relation on small indices, one bit per ordered pair, closed under transitivity on demand.

/// A relation on `0..k`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    k: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Relation {
    /// The empty relation.
    pub(crate) fn new(k: usize) -> Self {
        let words = k.div_ceil(64);
        Self { k, words, bits: vec![0; k * words] }
    }

    pub(crate) fn has(&self, a: usize, b: usize) -> bool {
        self.bits[a * self.words + b / 64] >> (b % 64) & 1 == 1
    }

    pub(crate) fn insert(&mut self, a: usize, b: usize) {
        self.bits[a * self.words + b / 64] |= 1 << (b % 64);
    }

    /// Warshall's closure; false if an item would stand before itself.
    ///
    /// # Complexity
    /// k³/64.
    #[must_use]
    pub(crate) fn close(&mut self) -> bool {
        let mut line = vec![0; self.words];
        for via in 0..self.k {
            line.copy_from_slice(&self.bits[via * self.words..(via + 1) * self.words]);
            if line.iter().all(|&w| w == 0) {
                continue;
            }
            for a in 0..self.k {
                if self.has(a, via) {
                    for (x, y) in self.bits[a * self.words..(a + 1) * self.words].iter_mut().zip(&line) {
                        *x |= y;
                    }
                }
            }
        }
        (0..self.k).all(|a| !self.has(a, a))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closure_of_a_chain_and_of_a_cycle() {
        let mut r = Relation::new(130);
        for a in 0..129 {
            r.insert(a, a + 1);
        }
        assert!(r.close());
        for a in 0..130 {
            for b in 0..130 {
                assert_eq!(r.has(a, b), a < b);
            }
        }
        r.insert(129, 0);
        assert!(!r.close());
    }
}
