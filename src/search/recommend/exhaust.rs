//! A space that is small enough is walked through entirely.
//!
//! Weekdays without a firing inside the horizon change nothing, and two entries of one action and
//! time are one ([`super::judge::normal`]): every choice acts like one of those walked through.

use super::choice::{Entry, Space, WeekDays};
use super::clock::{Clock, DAY_MINUTES};
use super::judge::{Halt, Judge};
use crate::units::Action;

/// An action at a time, on every set of days that matters.
type Pair = Vec<Entry>;

/// The pairs of a space that can fire.
fn pairs(clock: &Clock, space: &Space) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for action in [Action::Stop, Action::Start] {
        for minute in minutes(space) {
            let days = clock.daily(minute).iter().fold(0, |days, f| days | (1 << f.weekday));
            let sets = (1..=days).filter(|set| set & !days == 0).filter_map(WeekDays::from_bits);
            let pair: Pair = sets.map(|days| Entry { action, minute, days }).collect();
            pairs.extend((!pair.is_empty()).then_some(pair));
        }
    }
    pairs
}

/// The times of day of a space.
pub(super) fn minutes(space: &Space) -> impl Iterator<Item = u16> + Clone {
    let step = usize::from(space.grid_minutes.max(1));
    (0..DAY_MINUTES).step_by(step).filter_map(|minute| u16::try_from(minute).ok())
}

/// Whether it takes no more than `most` evaluations to walk through the space.
pub(super) fn fits(clock: &Clock, space: &Space, most: u64) -> bool {
    // Sets of up to k pairs: their generating function, cut off at the largest size.
    let mut sets = vec![0_u64; space.max_entries + 1];
    sets[0] = 1;
    for pair in pairs(clock, space) {
        for size in (1..sets.len()).rev() {
            let more = sets[size - 1].saturating_mul(pair.len() as u64);
            sets[size] = sets[size].saturating_add(more);
        }
    }
    let sets = sets.into_iter().fold(0_u64, u64::saturating_add);
    sets.saturating_mul(space.limits.len() as u64) <= most
}

/// Judges every choice.
pub(super) fn walk(judge: &mut Judge<'_, '_>) -> Result<(), Halt> {
    let pairs = pairs(&judge.clock, judge.space);
    deeper(judge, &pairs, &mut Vec::new())
}

fn deeper(judge: &mut Judge<'_, '_>, pairs: &[Pair], entries: &mut Vec<Entry>) -> Result<(), Halt> {
    judge.all(entries)?;
    if entries.len() == judge.space.max_entries {
        return Ok(());
    }
    for (at, pair) in pairs.iter().enumerate() {
        for entry in pair {
            entries.push(*entry);
            deeper(judge, &pairs[at + 1..], entries)?;
            entries.pop();
        }
    }
    Ok(())
}
