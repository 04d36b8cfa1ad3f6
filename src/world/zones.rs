//! Time zones by their Windows names, which is how Azure spells a schedule's zone (SCHED-5).
//!
//! Tables: `data/windows_zones.csv` and `data/iana_windows.csv`, made by `data/make_zones.py` from
//! CLDR and tzdata; they say where each row is from. The clock behind a name is `chrono-tz`'s.

use crate::units::{Note, nearest};
use chrono_tz::Tz;
use std::fmt;
use std::sync::LazyLock;

/// Windows names with their IANA zone and the fixed offset that their label shows.
const WINDOWS_CSV: &str = include_str!("../../data/windows_zones.csv");
/// IANA names with the Windows zone that CLDR puts them in.
const IANA_CSV: &str = include_str!("../../data/iana_windows.csv");

/// A zone of the Windows table, with a flag for the 131 names that Azure's SDK lists.
static ZONES: LazyLock<Vec<(Zone, bool)>> =
    LazyLock::new(|| WINDOWS_CSV.lines().skip(1).filter_map(windows_row).collect());

/// A schedule's zone. Two zones are equal when they have the same Windows name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone {
    /// The Windows name, such as `W. Europe Standard Time`; the spelling of every export.
    pub windows: &'static str,
    /// The zone's real clock, for `dst: observed`.
    pub tz: Tz,
    /// The fixed offset that the label shows, for `dst: ignored` \[s east of UTC\].
    pub standard_offset_s: i32,
}

/// A zone name that no table has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneError {
    /// Up to three names that may have been meant, nearest first.
    pub nearest: Vec<String>,
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown time zone")?;
        if !self.nearest.is_empty() {
            write!(f, ", did you mean {}", self.nearest.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for ZoneError {}

impl Zone {
    /// UTC, the default of every schedule.
    #[must_use]
    pub const fn utc() -> Self {
        Self { windows: "UTC", tz: Tz::Etc__UTC, standard_offset_s: 0 }
    }

    /// SCHED-5: reads a Windows name (any case), or an IANA name with a note. An IANA name becomes
    /// its Windows zone entirely, clock included, because that is what Azure will be given.
    ///
    /// # Errors
    /// [`ZoneError`] with the nearest names when no table has it.
    pub fn parse(name: &str) -> Result<(Self, Option<Note>), ZoneError> {
        let name = name.trim();
        if let Some((zone, in_sdk)) = find(name) {
            return Ok((*zone, (!in_sdk).then(|| Note::new(outside_sdk(zone.windows)))));
        }
        let iana = iana_rows().find(|(iana, _)| iana.eq_ignore_ascii_case(name));
        let Some((zone, in_sdk)) = iana.and_then(|(_, windows)| find(windows)) else {
            return Err(ZoneError { nearest: nearest_names(name) });
        };
        let mut message = format!(
            "`{name}` is an IANA name and Azure wants Windows names: taken as `{}` ({})",
            zone.windows, zone.tz
        );
        if !in_sdk {
            message = format!("{message}; {}", outside_sdk(zone.windows));
        }
        Ok((*zone, Some(Note::new(message))))
    }

    /// Every zone of the table, sorted by Windows name.
    pub fn all() -> impl Iterator<Item = Self> {
        ZONES.iter().map(|(zone, _)| *zone)
    }

    /// Whether it is one of the 131 names that Azure's SDK lists.
    #[must_use]
    pub fn in_sdk(self) -> bool {
        find(self.windows).is_some_and(|(_, in_sdk)| *in_sdk)
    }
}

/// The Windows zone that CLDR puts this IANA zone in (any case), if any.
#[must_use]
pub fn windows_for_iana(name: &str) -> Option<&'static str> {
    iana_rows().find(|(iana, _)| iana.eq_ignore_ascii_case(name)).map(|(_, windows)| windows)
}

fn find(windows: &str) -> Option<&'static (Zone, bool)> {
    ZONES.iter().find(|(zone, _)| zone.windows.eq_ignore_ascii_case(windows))
}

fn outside_sdk(windows: &str) -> String {
    format!("`{windows}` is a newer Windows name, not among the 131 that Azure's SDK lists")
}

fn windows_row(line: &'static str) -> Option<(Zone, bool)> {
    let mut cells = line.split(',');
    let windows = cells.next()?;
    let tz = cells.next()?.parse().ok()?;
    let minutes: i32 = cells.next()?.parse().ok()?;
    let in_sdk = cells.next()? == "yes";
    Some((Zone { windows, tz, standard_offset_s: minutes.checked_mul(60)? }, in_sdk))
}

fn iana_rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    IANA_CSV.lines().skip(1).filter_map(|line| line.split_once(','))
}

/// Windows names come first, unless `name` is spelt like an IANA name or resembles only those.
fn nearest_names(name: &str) -> Vec<String> {
    let windows = nearest(name, ZONES.iter().map(|(zone, _)| zone.windows));
    let found = if windows.is_empty() || name.contains('/') {
        nearest(name, iana_rows().map(|(iana, _)| iana))
    } else {
        windows
    };
    found.into_iter().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, TimeZone};
    use chrono_tz::OffsetComponents;

    /// SCHED-5: the whole table is read, the SDK's 131 names are marked, all names resolve.
    #[test]
    fn every_row_is_read_and_131_names_are_the_sdks() {
        assert_eq!(ZONES.len(), WINDOWS_CSV.lines().count() - 1);
        assert_eq!(ZONES.len(), 144);
        assert_eq!(ZONES.iter().filter(|(_, in_sdk)| *in_sdk).count(), 131);
        for (zone, in_sdk) in ZONES.iter() {
            let (parsed, note) = Zone::parse(&zone.windows.to_uppercase()).unwrap();
            assert_eq!((parsed, note.is_none()), (*zone, *in_sdk), "{}", zone.windows);
        }
        assert_eq!(find("UTC").map(|(z, _)| *z), Some(Zone::utc()));
    }

    /// SCHED-5: the label's offset is the zone's offset outside DST.
    #[test]
    fn labels_agree_with_the_clock_outside_dst() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
        for zone in Zone::all() {
            let base = zone.tz.offset_from_utc_datetime(&day).base_utc_offset().num_seconds();
            assert_eq!(i64::from(zone.standard_offset_s), base, "{}", zone.windows);
        }
    }

    /// SCHED-5: labels as Windows shows them, `(UTC+01:00) Amsterdam, Berlin, ...` and so on.
    #[test]
    fn well_known_labels() {
        let table = [
            ("W. Europe Standard Time", 60),
            ("GMT Standard Time", 0),
            ("Pacific Standard Time", -480),
            ("India Standard Time", 330),
            ("Nepal Standard Time", 345),
            ("Newfoundland Standard Time", -210),
            ("Lord Howe Standard Time", 630),
            ("Morocco Standard Time", 60),
            ("Greenland Standard Time", -120),
            ("Mid-Atlantic Standard Time", -120),
            ("Kamchatka Standard Time", 720),
            ("UTC-11", -660),
        ];
        for (name, minutes) in table {
            assert_eq!(Zone::parse(name).unwrap().0.standard_offset_s, minutes * 60, "{name}");
        }
    }

    /// SCHED-5: every IANA name leads to a Windows zone, and the note names it.
    #[test]
    fn iana_names_become_windows_names_with_a_note() {
        for (iana, windows) in iana_rows() {
            assert_eq!(Zone::parse(iana).unwrap().0.windows, windows, "{iana}");
        }
        let (zone, note) = Zone::parse("europe/berlin").unwrap();
        assert_eq!(zone.windows, "W. Europe Standard Time");
        assert!(note.unwrap().message.contains("`W. Europe Standard Time` (Europe/Berlin)"));
        assert_eq!(windows_for_iana("Asia/Calcutta"), Some("India Standard Time"));
        assert_eq!(windows_for_iana("Mars/Phobos"), None);
    }

    #[test]
    fn unknown_names_suggest_the_nearest() {
        let nearest = |name| Zone::parse(name).unwrap_err().nearest;
        assert_eq!(nearest("W Europe Standard Time")[0], "W. Europe Standard Time");
        assert_eq!(nearest("Europe/Berln")[0], "Europe/Berlin");
        assert_eq!(nearest("Vienna"), ["Europe/Vienna"]);
        assert!(nearest("Q").is_empty());
    }
}
