//! What it costs that schedules ignore DST, and the pair of plans that repairs it.
//!
//! Under `dst: ignored` a schedule's zone is its label's fixed offset (SCHED-5), so through summer
//! it fires an hour late on people's clocks. The repair is a summer plan with every time an hour
//! earlier, put in place on the day the zone's clock really changes, and the winter plan put back
//! when it changes again. What the pair is worth is replayed, not estimated: one replay that
//! switches plans at those instants as `set_plan` does, against one that never does.

use super::choice::{Choice, Entry, WeekDays};
use super::objective::Objective;
use super::replays::{Change, Replays, too_much};
use crate::plan::{Plan, local};
use crate::search::Case;
use crate::trace::Op;
use crate::units::{DstRule, Horizon, Instant, Money, Problem};
use crate::world::zones::Zone;
use rayon::prelude::*;

/// A summer and a winter plan for one instance.
#[derive(Clone, PartialEq, Debug)]
pub struct Seasonal {
    /// Position of the instance.
    pub instance: usize,
    /// The zone of the schedules.
    pub zone: Zone,
    /// Objective of the one plan under `dst: ignored` less that under `dst: observed`, over the
    /// horizon.
    pub cost_of_ignoring: Money,
    /// When the zone's clock changes inside the horizon, and whether summer begins.
    pub switches: Vec<(Instant, bool)>,
    /// The plan while the clock is off its standard: every time that much earlier.
    pub summer: Choice,
    /// The plan while the clock shows standard time: as advised.
    pub winter: Choice,
    /// Objective of the one plan less that of the pair, over the horizon.
    pub value: Money,
}

/// What ignoring DST may cost a year and instance before a pair is offered \[USD\].
pub const SEASONAL_THRESHOLD: Money = Money::from_micros(5_000_000);

/// Seconds in a year of 365 days \[s\].
const YEAR_S: i64 = 365 * 86_400;

/// Instances for which ignoring DST costs more than `threshold` a year and a pair is worth
/// anything, in order. None under `dst: observed`, and none whose people set plans or idle limits
/// themselves.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn seasonal(
    replays: &Replays<'_>,
    objective: &Objective,
    choices: &[Choice],
    threshold: Money,
) -> Result<Vec<Seasonal>, Vec<Problem>> {
    if replays.case().dst == DstRule::Observed {
        return Ok(Vec::new());
    }
    let observed = replays.on(Case { dst: DstRule::Observed, ..*replays.case() });
    let both = (replays, &observed);
    let one = |(instance, choice)| pair(both, (instance, choice), objective, threshold);
    let found: Vec<Option<Seasonal>> =
        choices.par_iter().enumerate().map(one).collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

fn pair(
    (ignored, observed): (&Replays<'_>, &Replays<'_>),
    (instance, winter): (usize, &Choice),
    objective: &Objective,
    threshold: Money,
) -> Result<Option<Seasonal>, Vec<Problem>> {
    let horizon = ignored.case().trace.horizon;
    let sets = |op: &Op| matches!(op, Op::SetPlan(_) | Op::SetIdle(_));
    if winter.entries.is_empty() || ignored.asked(instance).iter().any(|a| sets(&a.operation.op)) {
        return Ok(None);
    }
    let changes = changes(winter.zone, horizon);
    let mut shifts: Vec<i64> = changes.iter().map(|c| c.1).filter(|shift| *shift != 0).collect();
    shifts.sort_unstable();
    shifts.dedup();
    // The first entry is no change but what the horizon begins with.
    let ([shift], true) = (&*shifts, changes.len() > 1) else { return Ok(None) };
    let cost = |replays: &Replays<'_>, plan: &Plan, switches: &[(Instant, &Plan)]| {
        let change = Change { switches, ..Change::default() };
        let tally = replays.tally(instance, plan, change)?;
        objective.of(&tally.score).map_err(too_much)
    };
    let summer = shifted(winter, *shift);
    let today = ignored.plan_today(instance);
    let (cold, warm) = (winter.to_plan("winter", today), summer.to_plan("summer", today));
    let one = cost(ignored, &cold, &[])?;
    let cost_of_ignoring = one.minus(cost(observed, &cold, &[])?);
    let a_year = i128::from(cost_of_ignoring.micros()) * i128::from(YEAR_S);
    if a_year <= i128::from(threshold.micros()) * i128::from(horizon.seconds()) {
        return Ok(None);
    }
    let of = |shift: i64| if shift == 0 { &cold } else { &warm };
    let switches: Vec<(Instant, &Plan)> = changes[1..].iter().map(|c| (c.0, of(c.1))).collect();
    let value = one.minus(cost(ignored, of(changes[0].1), &switches)?);
    Ok((value > Money::ZERO).then(|| Seasonal {
        instance,
        zone: winter.zone,
        cost_of_ignoring,
        switches: changes[1..].iter().map(|c| (c.0, c.1 != 0)).collect(),
        summer,
        winter: winter.clone(),
        value,
    }))
}

/// How far a zone's clock is ahead of its label \[s\]: at the horizon's start, then at each change
/// inside it.
fn changes(zone: Zone, horizon: Horizon) -> Vec<(Instant, i64)> {
    let ahead = |at: Instant| {
        let shown = |dst| Instant::from_civil_utc(local::civil(at, zone, dst));
        shown(DstRule::Observed).since(shown(DstRule::Ignored))
    };
    let mut changes = vec![(horizon.start, ahead(horizon.start))];
    let mut day = horizon.start;
    while day < horizon.end {
        let next = day.plus(86_400).min(horizon.end.plus(-1).max(day));
        if ahead(next) != ahead(day) {
            // No zone changes its clock twice a day.
            let (mut before, mut after) = (day, next);
            while after.since(before) > 1 {
                let middle = before.plus(after.since(before) / 2);
                if ahead(middle) == ahead(day) { before = middle } else { after = middle }
            }
            changes.push((after, ahead(after)));
        }
        if next == day || next.plus(1) >= horizon.end {
            break;
        }
        day = next;
    }
    changes
}

/// Every time earlier by so much, on the day before where midnight lies between.
fn shifted(choice: &Choice, by_s: i64) -> Choice {
    let earlier = |entry: &Entry| {
        let minute = i64::from(entry.minute) - by_s / 60;
        let (days, minute) = (minute.div_euclid(1_440), minute.rem_euclid(1_440));
        let bits = u32::from(entry.days.bits());
        let turn = days.rem_euclid(7);
        let rolled = (bits << turn | bits >> (7 - turn)) & 0x7f;
        Entry {
            minute: u16::try_from(minute).unwrap_or(entry.minute),
            days: u8::try_from(rolled).ok().and_then(WeekDays::from_bits).unwrap_or(entry.days),
            ..*entry
        }
    };
    let mut entries: Vec<Entry> = choice.entries.iter().map(earlier).collect();
    entries.sort();
    Choice { entries, ..choice.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Action, parse_instant};

    fn at(text: &str) -> Instant {
        parse_instant(text, false).unwrap()
    }

    /// SCHED-5: real changes, to the second; the southern half of the earth begins in summer.
    #[test]
    fn clock_changes_by_hand() {
        let horizon =
            Horizon { start: at("2024-01-01T00:00:00Z"), end: at("2025-01-01T00:00:00Z") };
        let shown = |name: &str| -> Vec<String> {
            let zone = Zone::parse(name).unwrap().0;
            changes(zone, horizon).iter().map(|(at, ahead)| format!("{at} {ahead}")).collect()
        };
        assert_eq!(
            shown("W. Europe Standard Time"),
            ["2024-01-01T00:00:00Z 0", "2024-03-31T01:00:00Z 3600", "2024-10-27T01:00:00Z 0"]
        );
        assert_eq!(
            shown("Lord Howe Standard Time"),
            ["2024-01-01T00:00:00Z 1800", "2024-04-06T15:00:00Z 0", "2024-10-05T15:30:00Z 1800"]
        );
        assert_eq!(shown("India Standard Time"), ["2024-01-01T00:00:00Z 0"]);
    }

    #[test]
    fn times_move_over_midnight_with_their_weekdays() {
        let entry = |minute, bits| Entry {
            action: Action::Stop,
            minute,
            days: WeekDays::from_bits(bits).unwrap(),
        };
        // 00:30 on Sundays and Mondays becomes 23:30 on Saturdays and Sundays.
        let choice = Choice {
            idle: None,
            entries: vec![entry(30, 0b11), entry(480, 0x3e)],
            zone: Zone::utc(),
        };
        let moved = shifted(&choice, 3_600);
        assert_eq!(moved.entries, [entry(420, 0x3e), entry(1_410, 0b100_0001)]);
        assert_eq!(shifted(&moved, -3_600), choice);
    }
}
