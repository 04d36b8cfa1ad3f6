//! Random draws that are the same on every platform.
//!
//! One ChaCha8 stream per (seed, domain, index) and integers only: distributions are tables of
//! quantiles, read with integer interpolation, so no library function whose last bit may differ is
//! involved. ChaCha8: D. J. Bernstein, "ChaCha, a variant of Salsa20" (2008).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A distribution as knots (probability in 1/10 000, value), ascending in both; straight lines
/// between them. The first knot is at 0, the last at 10 000.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantiles(pub(super) &'static [(u16, i32)]);

impl Quantiles {
    /// The value at probability `u / 2^32`.
    pub(super) fn at(self, u: u32) -> i64 {
        let p = u64::from(u) * 10_000;
        let above = self.0.iter().position(|&(q, _)| u64::from(q) << 32 > p);
        let last = self.0.len() - 1;
        let i = above.unwrap_or(last).clamp(1, last.max(1));
        let ((p0, v0), (p1, v1)) = match (self.0.get(i - 1), self.0.get(i)) {
            (Some(&a), Some(&b)) => (a, b),
            (Some(&a), None) => return i64::from(a.1),
            _ => return 0,
        };
        // 16 bits of a 10 000th are plenty, and keep the product within 63 bits.
        let into = ((p - (u64::from(p0) << 32)) >> 16) as i64;
        let width = (i64::from(p1 - p0) << 16).max(1);
        let rise = i64::from(v1) - i64::from(v0);
        i64::from(v0) + (rise * into).div_euclid(width)
    }
}

/// What a stream is for: different domains never share numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Domain {
    /// A person's habits.
    Habits,
    /// A person's days.
    Days,
    /// A person's two weeks away, by year.
    Vacation,
    /// A country's public holidays, by year.
    Holidays,
}

/// One stream of draws.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of `domain` and `index` under `seed`.
    pub(super) fn new(seed: u64, domain: Domain, index: u64) -> Self {
        let mut key = [0; 32];
        let words = [seed, domain as u64, index, u64::from_le_bytes(*b"idlewise")];
        for (slot, word) in key.chunks_exact_mut(8).zip(words) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A whole number below `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A whole number in `from..=to`.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = u32::try_from((to - from).max(0)).unwrap_or(u32::MAX - 1);
        from + i64::from(self.below(width + 1))
    }

    /// True with probability `permille / 1000`.
    pub(super) fn chance(&mut self, permille: i64) -> bool {
        i64::from(self.below(1000)) < permille
    }

    /// A value from a distribution.
    pub(super) fn from(&mut self, table: Quantiles) -> i64 {
        table.at(self.0.next_u32())
    }

    /// One of several, by weight; `None` when there is none of positive weight.
    pub(super) fn weighted<T: Copy>(&mut self, choices: &[(T, u32)]) -> Option<T> {
        let u = self.0.next_u32();
        weighted_at(choices, u)
    }
}

/// The choice at `u / 2^32` of the total weight.
pub(super) fn weighted_at<T: Copy>(choices: &[(T, u32)], u: u32) -> Option<T> {
    let total: u64 = choices.iter().map(|&(_, w)| u64::from(w)).sum();
    let mut at = (u128::from(u) * u128::from(total)) >> 32;
    for &(choice, weight) in choices {
        match at.checked_sub(u128::from(weight)) {
            Some(rest) => at = rest,
            None => return Some(choice),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_straight_between_their_knots() {
        let table = Quantiles(&[(0, -10), (5_000, 0), (10_000, 1000)]);
        let at = |p: u64| table.at((p << 32).div_ceil(100) as u32);
        assert_eq!([at(0), at(25), at(50), at(75)], [-10, -5, 0, 500]);
        assert!(table.at(u32::MAX) >= 999);
    }

    #[test]
    fn weights_divide_the_line() {
        let choices = [('a', 1), ('b', 0), ('c', 3)];
        let at = |u| weighted_at(&choices, u);
        assert_eq!(at(0), Some('a'));
        assert_eq!(at((1 << 30) - 1), Some('a'));
        assert_eq!([at(1 << 30), at(u32::MAX)], [Some('c'); 2]);
        assert_eq!(weighted_at::<char>(&[], 7), None);
    }

    /// The streams are part of the format: the bundled sample depends on them.
    #[test]
    fn streams_differ_by_seed_domain_and_index_and_never_change() {
        let first = |s, d, i| Draw::new(s, d, i).below(1_000_000);
        let all = [
            first(1, Domain::Habits, 0),
            first(2, Domain::Habits, 0),
            first(1, Domain::Days, 0),
            first(1, Domain::Habits, 1),
        ];
        let mut unique = all.to_vec();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 4);
        assert_eq!(all[0], first(1, Domain::Habits, 0));
    }
}
