//! Local search: from a few plain schedules downhill, one entry at a time.

use super::choice::{Entry, WeekDays};
use super::exhaust::minutes;
use super::judge::{Halt, Judge, normal};
use crate::units::{Action, Money};

/// How many of the plain schedules are gone downhill from.
const SEEDS: usize = 4;

/// Sets of days that a new entry may have: every day, workdays or the weekend.
pub(super) const PLAIN_DAYS: &[u8] = &[0x7f, 0x3e, 0x41];
/// Or also one day alone, which mostly fits what happened once.
pub(super) const ANY_DAYS: &[u8] = &[0x7f, 0x3e, 0x41, 1, 2, 4, 8, 16, 32, 64];

/// Looks for the best choice, beginning with these entries and with plain ones; what it finds is
/// kept by the judge. New entries have one of these sets of days.
pub(super) fn search(
    judge: &mut Judge<'_, '_>,
    entries: Vec<Entry>,
    days: &[u8],
) -> Result<(), Halt> {
    if !entries.is_empty() {
        descend(judge, entries, days)?;
    }
    let mut seeds: Vec<(Money, Vec<Entry>)> = Vec::new();
    for entries in plain(judge) {
        let (_, objective) = judge.all(&entries)?;
        seeds.push((objective, entries));
    }
    seeds.sort();
    for (_, entries) in seeds.into_iter().take(SEEDS) {
        descend(judge, entries, days)?;
    }
    Ok(())
}

/// Nothing; a start, a stop, or both at full hours, every day or on workdays.
fn plain(judge: &Judge<'_, '_>) -> Vec<Vec<Entry>> {
    let grid = u32::from(judge.space.grid_minutes.max(1));
    let on_grid = |hour: u32| u16::try_from(hour * 60 / grid * grid).unwrap_or(0);
    let starts = (5..=11).map(Some).chain([None]);
    let mut plain: Vec<Vec<Entry>> = Vec::new();
    for days in [WeekDays::ALL, WeekDays::WORK] {
        for start in starts.clone() {
            for stop in [14, 16, 17, 18, 19, 20, 22, 0, 2].map(Some).into_iter().chain([None]) {
                let entry = |action, hour| Entry { action, minute: on_grid(hour), days };
                let start = start.map(|hour| entry(Action::Start, hour));
                let stop = stop.map(|hour| entry(Action::Stop, hour));
                plain.push(normal(start.into_iter().chain(stop).collect()));
            }
        }
    }
    plain.retain(|entries| entries.len() <= judge.space.max_entries);
    plain.sort();
    plain.dedup();
    plain
}

/// Takes the best step of each kind in turn until none helps.
pub(super) fn descend(
    judge: &mut Judge<'_, '_>,
    mut entries: Vec<Entry>,
    days: &[u8],
) -> Result<(), Halt> {
    let (mut limit, mut objective) = judge.all(&entries)?;
    loop {
        let before = objective;
        for kind in [retimed, toggled, removed, added] {
            for step in kind(judge, &entries, days) {
                let found = judge.one(limit, &step)?;
                if found < objective {
                    (objective, entries) = (found, step);
                }
            }
        }
        (limit, objective) = judge.all(&entries)?;
        if objective >= before {
            return Ok(());
        }
    }
}

/// Each entry at any other time.
fn retimed(judge: &Judge<'_, '_>, entries: &[Entry], _: &[u8]) -> Vec<Vec<Entry>> {
    let at = |index: usize| {
        minutes(judge.space).map(move |minute| {
            let mut step = entries.to_vec();
            step[index].minute = minute;
            normal(step)
        })
    };
    (0..entries.len()).flat_map(at).collect()
}

/// Each entry with one weekday more or less.
fn toggled(_: &Judge<'_, '_>, entries: &[Entry], _: &[u8]) -> Vec<Vec<Entry>> {
    let at = |index: usize| {
        (0..7).filter_map(move |day| {
            let mut step = entries.to_vec();
            step[index].days = WeekDays::from_bits(step[index].days.bits() ^ (1 << day))?;
            Some(step)
        })
    };
    (0..entries.len()).flat_map(at).collect()
}

/// Each entry gone.
fn removed(_: &Judge<'_, '_>, entries: &[Entry], _: &[u8]) -> Vec<Vec<Entry>> {
    let without = |index: usize| {
        let mut step = entries.to_vec();
        step.remove(index);
        step
    };
    (0..entries.len()).map(without).collect()
}

/// One entry more: any time, on any of these sets of days.
fn added(judge: &Judge<'_, '_>, entries: &[Entry], sets: &[u8]) -> Vec<Vec<Entry>> {
    if entries.len() >= judge.space.max_entries {
        return Vec::new();
    }
    let mut steps = Vec::new();
    for action in [Action::Stop, Action::Start] {
        for minute in minutes(judge.space) {
            for days in sets.iter().copied().filter_map(WeekDays::from_bits) {
                let mut step = entries.to_vec();
                step.push(Entry { action, minute, days });
                steps.push(normal(step));
            }
        }
    }
    steps
}
