//! Instance names as numbers.

use std::collections::BTreeMap;

/// Slots of the cache in front of the tree: a power of two.
const SLOTS: usize = 1 << 10;

/// Names in the order they were first seen, each with its position.
#[derive(Debug)]
pub(super) struct Names {
    ids: BTreeMap<String, u32>,
    ordered: Vec<String>,
    /// Positions of names seen lately, by a fingerprint; checked against the name before use.
    cache: Vec<u32>,
}

impl Default for Names {
    fn default() -> Self {
        Self { ids: BTreeMap::new(), ordered: Vec::new(), cache: vec![u32::MAX; SLOTS] }
    }
}

impl Names {
    /// The position of a name, new or known; `None` beyond 32 bits.
    #[inline]
    pub(super) fn id(&mut self, name: &str) -> Option<u32> {
        let slot = fingerprint(name);
        let cached = self.cache[slot];
        if self.ordered.get(cached as usize).is_some_and(|known| known == name) {
            return Some(cached);
        }
        let id = self.look_up(name)?;
        self.cache[slot] = id;
        Some(id)
    }

    /// The same without the cache.
    fn look_up(&mut self, name: &str) -> Option<u32> {
        if let Some(id) = self.ids.get(name) {
            return Some(*id);
        }
        let id = u32::try_from(self.ordered.len()).ok().filter(|id| *id != u32::MAX)?;
        self.ids.insert(name.to_owned(), id);
        self.ordered.push(name.to_owned());
        Some(id)
    }

    /// All names, by position.
    pub(super) fn into_vec(self) -> Vec<String> {
        self.ordered
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
        let mut names = Names::default();
        let name = |n: u32| format!("{}-same-tail-{}", n, n % 7);
        for round in 0..2 {
            for n in 0..5_000 {
                assert_eq!(names.id(&name(n)), Some(n), "round {round}");
            }
        }
        assert_eq!(names.into_vec().len(), 5_000);
    }
}
