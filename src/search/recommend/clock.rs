//! Firing lists of entries, put together from daily firings that are computed once.

use super::choice::Entry;
use crate::plan::{DailyFiring, Firing, daily_firings};
use crate::units::{Action, DstRule, Horizon, Instant};
use crate::world::zones::Zone;
use std::sync::OnceLock;

/// Minutes in a day.
pub(super) const DAY_MINUTES: usize = 1_440;

/// A zone's clock over a horizon: for each minute of the day its firings, computed when first
/// asked for.
#[derive(Debug)]
pub(super) struct Clock {
    zone: Zone,
    dst: DstRule,
    horizon: Horizon,
    minutes: Vec<OnceLock<Vec<DailyFiring>>>,
}

impl Clock {
    pub(super) fn new(zone: Zone, dst: DstRule, horizon: Horizon) -> Self {
        Self { zone, dst, horizon, minutes: vec![OnceLock::new(); DAY_MINUTES] }
    }

    /// The firings at this minute of the day, on all days.
    pub(super) fn daily(&self, minute: u16) -> &[DailyFiring] {
        let slot = self.minutes.get(usize::from(minute));
        let fill = || daily_firings(minute, self.zone, self.dst, self.horizon);
        slot.map_or(&[], |slot| slot.get_or_init(fill))
    }

    /// The firings of these entries, in the order of [`crate::plan::firings`].
    pub(super) fn firings(&self, entries: &[Entry]) -> Vec<Firing> {
        let mut lists = entries.iter().map(|entry| Pointer {
            rest: self.daily(entry.minute),
            days: entry.days.bits(),
            action: entry.action,
            last: None,
        });
        let mut heads: Vec<(Firing, Pointer<'_>)> = Vec::with_capacity(entries.len());
        heads.extend(lists.by_ref().filter_map(|mut p| p.next().map(|firing| (firing, p))));
        let mut all = Vec::with_capacity(heads.iter().map(|(_, p)| p.rest.len() + 1).sum());
        while let Some(at) = (0..heads.len()).min_by_key(|at| heads[*at].0) {
            let (firing, pointer) = &mut heads[at];
            all.push(*firing);
            match pointer.next() {
                Some(next) => *firing = next,
                None => drop(heads.swap_remove(at)),
            }
        }
        all
    }
}

/// Walks one entry's firings.
struct Pointer<'d> {
    rest: &'d [DailyFiring],
    days: u8,
    action: Action,
    last: Option<Instant>,
}

impl Iterator for Pointer<'_> {
    type Item = Firing;

    fn next(&mut self) -> Option<Firing> {
        while let Some((first, rest)) = self.rest.split_first() {
            self.rest = rest;
            if self.days & (1 << first.weekday) != 0 && self.last != Some(first.at) {
                self.last = Some(first.at);
                return Some(Firing { at: first.at, action: self.action });
            }
        }
        None
    }
}
