//! SCHED-7: luck as a pure function of (seed, instance name, firing instant), so that it depends on
//! neither thread count nor order nor plan, and two plans share it.

/// FNV-1a over the name (parameters: Fowler, Noll, Vo; 64 bit).
#[must_use]
pub fn name_key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The luck of one instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    key: u64,
}

impl Draw {
    /// The luck of the instance called `name` under `seed`.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        Self { key: mix(seed ^ mix(name_key(name))) }
    }

    /// A uniform 64-bit number for the firing at `at` \[s since the epoch\].
    #[must_use]
    pub fn at(self, at: i64) -> u64 {
        mix(self.key ^ mix(at.cast_unsigned()))
    }
}

/// The output function of `SplitMix64` (Steele, Lea, Flood 2014).
const fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SCHED-7: half of many draws fall below one half, and each argument matters.
    #[test]
    fn draws_look_uniform_and_depend_on_every_argument() {
        let draw = Draw::new(1, "ci");
        let low = (0..10_000).filter(|t| draw.at(t * 86_400) < 1 << 63).count();
        assert!((4_800..5_200).contains(&low), "{low}");
        assert_ne!(draw.at(0), draw.at(1));
        assert_ne!(draw.at(0), Draw::new(2, "ci").at(0));
        assert_ne!(draw.at(0), Draw::new(1, "cj").at(0));
    }
}
