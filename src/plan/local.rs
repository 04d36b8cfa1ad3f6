//! Civil time of a zone to instants and back: the one place that settles what a clock change does
//! to a schedule (SCHED-5).

use crate::units::{DstRule, Instant};
use crate::world::zones::Zone;
use chrono::{LocalResult, NaiveDateTime, Offset, TimeZone};

/// Farther from UTC than any zone's clock has ever been \[s\].
const FARTHEST_S: i64 = 26 * 3_600;

/// SCHED-5: the instant at which the zone's clock shows `civil`. With DST ignored the clock is the
/// label's fixed offset. With DST observed, a time that the clock skips is the first instant after
/// the gap, and a time it shows twice is the first of the two.
#[must_use]
pub fn instant(civil: NaiveDateTime, zone: Zone, dst: DstRule) -> Instant {
    let as_utc = Instant::from_civil_utc(civil);
    if dst == DstRule::Ignored {
        return as_utc.plus(-i64::from(zone.standard_offset_s));
    }
    match zone.tz.offset_from_local_datetime(&civil) {
        LocalResult::Single(offset) => as_utc.plus(-i64::from(offset.fix().local_minus_utc())),
        LocalResult::Ambiguous(a, b) => {
            let east = a.fix().local_minus_utc().max(b.fix().local_minus_utc());
            as_utc.plus(-i64::from(east))
        }
        LocalResult::None => after_gap(civil, zone),
    }
}

/// The first instant at which the zone's clock shows `civil` or later. Around a gap the clock only
/// moves forwards, so halving finds it.
fn after_gap(civil: NaiveDateTime, zone: Zone) -> Instant {
    let as_utc = Instant::from_civil_utc(civil);
    let (mut before, mut after) = (as_utc.plus(-FARTHEST_S), as_utc.plus(FARTHEST_S));
    while after.since(before) > 1 {
        let middle = before.plus(after.since(before) / 2);
        if self::civil(middle, zone, DstRule::Observed) < civil {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

/// What the zone's clock shows at this instant (SCHED-5), to the second.
#[must_use]
pub fn civil(at: Instant, zone: Zone, dst: DstRule) -> NaiveDateTime {
    let offset = match dst {
        DstRule::Ignored => zone.standard_offset_s,
        DstRule::Observed => zone.tz.offset_from_utc_datetime(&at.civil()).fix().local_minus_utc(),
    };
    at.plus(i64::from(offset)).civil()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::parse_instant;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap().0
    }

    fn check(name: &str, dst: DstRule, table: &[(&str, &str)]) {
        for (local, utc) in table {
            let civil = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap();
            let at = parse_instant(&format!("{utc}:00Z"), false).unwrap();
            assert_eq!(
                instant(civil, zone(name), dst).to_string(),
                at.to_string(),
                "{name} {local}"
            );
        }
    }

    /// SCHED-5, `dst: observed`: a skipped time fires at the first instant after the gap.
    #[test]
    fn a_skipped_time_is_the_first_instant_after_the_gap() {
        let observed = |name, table| check(name, DstRule::Observed, table);
        observed(
            "W. Europe Standard Time",
            &[
                ("2024-03-31T01:59", "2024-03-31T00:59"),
                ("2024-03-31T02:00", "2024-03-31T01:00"),
                ("2024-03-31T02:30", "2024-03-31T01:00"),
                ("2024-03-31T03:00", "2024-03-31T01:00"),
                ("2024-03-31T03:01", "2024-03-31T01:01"),
            ],
        );
        observed(
            "Pacific Standard Time",
            &[("2024-03-10T02:30", "2024-03-10T10:00"), ("2024-03-10T03:30", "2024-03-10T10:30")],
        );
        observed("AUS Eastern Standard Time", &[("2024-10-06T02:30", "2024-10-05T16:00")]);
        // Half an hour only, 02:00 to 02:30.
        observed(
            "Lord Howe Standard Time",
            &[
                ("2024-10-06T01:59", "2024-10-05T15:29"),
                ("2024-10-06T02:15", "2024-10-05T15:30"),
                ("2024-10-06T02:30", "2024-10-05T15:30"),
            ],
        );
        // Samoa skipped the whole of 30 December 2011.
        observed("Samoa Standard Time", &[("2011-12-30T17:00", "2011-12-30T10:00")]);
    }

    /// SCHED-5, `dst: observed`: a repeated time fires once, the first time.
    #[test]
    fn a_repeated_time_is_the_first_of_the_two() {
        let observed = |name, table| check(name, DstRule::Observed, table);
        observed(
            "W. Europe Standard Time",
            &[
                ("2024-10-27T01:59", "2024-10-26T23:59"),
                ("2024-10-27T02:00", "2024-10-27T00:00"),
                ("2024-10-27T02:59", "2024-10-27T00:59"),
                ("2024-10-27T03:00", "2024-10-27T02:00"),
            ],
        );
        observed("Pacific Standard Time", &[("2024-11-03T01:30", "2024-11-03T08:30")]);
        observed("AUS Eastern Standard Time", &[("2024-04-07T02:30", "2024-04-06T15:30")]);
        observed(
            "Lord Howe Standard Time",
            &[("2024-04-07T01:45", "2024-04-06T14:45"), ("2024-04-07T02:00", "2024-04-06T15:30")],
        );
    }

    /// SCHED-5, `dst: ignored`: the label's offset, all year.
    #[test]
    fn ignored_dst_is_the_labels_offset_all_year() {
        let ignored = |name, table| check(name, DstRule::Ignored, table);
        for day in ["2024-01-15", "2024-03-31", "2024-07-15", "2024-10-27"] {
            let (local, utc) = (format!("{day}T02:30"), format!("{day}T01:30"));
            check("W. Europe Standard Time", DstRule::Ignored, &[(&local, &utc)]);
        }
        ignored("Pacific Standard Time", &[("2024-07-15T18:00", "2024-07-16T02:00")]);
        ignored("Lord Howe Standard Time", &[("2024-01-15T18:00", "2024-01-15T07:30")]);
    }

    /// SCHED-5: minute by minute around every change of 2024, against a plain search over instants.
    #[test]
    fn conversion_agrees_with_a_search_over_all_instants() {
        let names =
            ["W. Europe Standard Time", "Pacific SA Standard Time", "Lord Howe Standard Time"];
        for zone in names.map(zone) {
            for day in ["2024-03-31", "2024-10-27", "2024-04-07", "2024-09-08", "2024-10-06"] {
                let noon = parse_instant(&format!("{day}T12:00:00Z"), false).unwrap();
                let minutes: Vec<_> = (-2_880..2_880).map(|m| noon.plus(m * 60)).collect();
                let shown: Vec<_> =
                    minutes.iter().map(|at| civil(*at, zone, DstRule::Observed)).collect();
                for m in -900..900 {
                    let wanted = noon.plus(m * 60).civil();
                    let exact = shown.iter().position(|s| *s == wanted);
                    let found = exact.or_else(|| shown.iter().position(|s| *s > wanted)).unwrap();
                    assert_eq!(
                        instant(wanted, zone, DstRule::Observed),
                        minutes[found],
                        "{wanted}"
                    );
                }
            }
        }
    }
}
