//! Instance names as numbers.

use std::collections::BTreeMap;

/// Slots of the cache in front of the tree: a power of two. Ten million rows in random order over
/// 5,000 instances take half the time they take with 1,024.
const SLOTS: usize = 1 << 14;

/// Names in the order they were first seen, each with its position.
#[derive(Default, Debug)]
pub(super) struct Names {
    ids: BTreeMap<String, u32>,
    ordered: Vec<String>,
}

impl Names {
    /// The position of a name, new or known; `None` beyond 32 bits.
    pub(super) fn id(&mut self, name: &str) -> Option<u32> {
        if let Some(id) = self.ids.get(name) {
            return Some(*id);
        }
        let id = u32::try_from(self.ordered.len()).ok().filter(|id| *id != u32::MAX)?;
        self.ids.insert(name.to_owned(), id);
        self.ordered.push(name.to_owned());
        Some(id)
    }

    /// Number of names.
    pub(super) const fn len(&self) -> usize {
        self.ordered.len()
    }

    /// All names, by position.
    pub(super) fn into_vec(self) -> Vec<String> {
        self.ordered
    }
}

/// Names already known, which other threads read too, and those one batch of rows adds.
#[derive(Debug)]
pub(super) struct Interner<'a> {
    known: &'a Names,
    fresh: Names,
    /// Positions of names seen lately, by a fingerprint; checked against the name before use.
    cache: Vec<u32>,
}

impl<'a> Interner<'a> {
    /// With no fresh name.
    pub(super) fn new(known: &'a Names) -> Self {
        Self { known, fresh: Names::default(), cache: vec![u32::MAX; SLOTS] }
    }

    /// The position of a name: that among the known ones or, behind them all, among the fresh;
    /// `None` beyond 32 bits.
    #[inline]
    pub(super) fn id(&mut self, name: &str) -> Option<u32> {
        let slot = fingerprint(name);
        let cached = self.cache[slot];
        if self.name(cached) == Some(name) {
            return Some(cached);
        }
        let id = match self.known.ids.get(name) {
            Some(id) => *id,
            None => {
                let base = u32::try_from(self.known.len()).ok()?;
                self.fresh.id(name)?.checked_add(base)?
            }
        };
        self.cache[slot] = id;
        Some(id)
    }

    /// The name at a position.
    #[inline]
    fn name(&self, id: u32) -> Option<&str> {
        let (id, base) = (id as usize, self.known.len());
        let name = match id.checked_sub(base) {
            None => self.known.ordered.get(id),
            Some(fresh) => self.fresh.ordered.get(fresh),
        };
        name.map(String::as_str)
    }

    /// The fresh names, by position behind the known ones.
    pub(super) fn into_fresh(self) -> Vec<String> {
        self.fresh.into_vec()
    }
}

/// A slot for a name (FNV-1a of its last eight bytes, where names of a fleet differ).
#[inline]
fn fingerprint(name: &str) -> usize {
    let bytes = name.as_bytes();
    let tail = &bytes[bytes.len().saturating_sub(8)..];
    let hash = tail
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) as usize & (SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_positions_whatever_the_cache_holds() {
        let name = |n: u32| format!("{}-same-tail-{}", n, n % 7);
        let mut known = Names::default();
        for n in 0..1_000 {
            assert_eq!(known.id(&name(n)), Some(n));
        }
        let mut interner = Interner::new(&known);
        for round in 0..2 {
            for n in 0..3_000 {
                assert_eq!(interner.id(&name(n)), Some(n), "round {round}");
            }
        }
        assert_eq!(interner.into_fresh()[0], name(1_000));
    }
}
