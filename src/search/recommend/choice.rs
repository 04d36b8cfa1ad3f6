//! What can be recommended: an idle limit and a few daily times on chosen weekdays.

use crate::engine::{LIMITS, index_of};
use crate::plan::{Cron, MAX_SCHEDULES, Plan, Schedule, Trigger};
use crate::units::{Action, IdleLimit};
use crate::world::zones::Zone;

/// A set of weekdays; bit 0 is Sunday, as cron numbers them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct WeekDays(u8);

impl WeekDays {
    /// Every day.
    pub const ALL: Self = Self(0x7f);
    /// Monday to Friday.
    pub const WORK: Self = Self(0x3e);

    /// From bits, the lowest is Sunday; `None` for the empty set and beyond seven days.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits == 0 || bits > 0x7f { None } else { Some(Self(bits)) }
    }

    /// The bits; the lowest is Sunday.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether it holds this day, Sunday 0.
    #[must_use]
    pub const fn holds(self, day: u8) -> bool {
        self.0 & (1 << day) != 0
    }

    /// The day-of-week field of a cron expression, with ranges: `1-5`, `0,6`, `*`.
    #[must_use]
    pub fn cron_field(self) -> String {
        if self == Self::ALL {
            return "*".to_owned();
        }
        let mut pieces: Vec<String> = Vec::new();
        let mut day = 0;
        while day < 7 {
            let mut last = day;
            while last < 7 && self.holds(last) {
                last += 1;
            }
            match last - day {
                0 => {}
                1 => pieces.push(day.to_string()),
                2 => pieces.push(format!("{day},{}", day + 1)),
                _ => pieces.push(format!("{day}-{}", last - 1)),
            }
            day = last.max(day + 1);
        }
        pieces.join(",")
    }
}

/// One start/stop entry: an action at a time of day on some weekdays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// What it does.
    pub action: Action,
    /// Minute of the day on the zone's clock, 0 to 1439.
    pub minute: u16,
    /// On which days.
    pub days: WeekDays,
}

/// One point of the space: what would be set on an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// IDLE-1.
    pub idle: Option<IdleLimit>,
    /// SCHED-1: at most four, sorted.
    pub entries: Vec<Entry>,
    /// The zone of all entries.
    pub zone: Zone,
}

impl Choice {
    /// The plan that says this, in all else like `base`.
    #[must_use]
    pub fn to_plan(&self, name: &str, base: &Plan) -> Plan {
        Plan { name: name.to_owned(), idle: self.idle, schedules: self.schedules(), ..base.clone() }
    }

    /// The entries as cron schedules.
    #[must_use]
    pub fn schedules(&self) -> Vec<Schedule> {
        schedules(&self.entries, self.zone)
    }
}

/// Entries as cron schedules in this zone.
fn schedules(entries: &[Entry], zone: Zone) -> Vec<Schedule> {
    let schedule = |entry: &Entry| {
        let (hour, minute) = (entry.minute / 60, entry.minute % 60);
        let text = format!("{minute} {hour} * * {}", entry.days.cron_field());
        // Numbers in range: an expression that always parses.
        let (cron, _) = Cron::parse(&text).ok()?;
        Some(Schedule {
            action: entry.action,
            enabled: true,
            trigger: Trigger::Cron(cron),
            zone,
            start_time: None,
        })
    };
    entries.iter().filter_map(schedule).collect()
}

/// What is searched: every idle limit of a list x every set of at most so many entries, an entry
/// being an action, a time of day on the grid and a non-empty set of weekdays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Space {
    /// Positions of idle limits in a sweep ([`crate::engine::limit_at`]), ascending.
    pub limits: Vec<usize>,
    /// Distance of the times of day \[min\]; divides a day.
    pub grid_minutes: u16,
    /// How many entries at most, up to [`MAX_SCHEDULES`].
    pub max_entries: usize,
}

impl Default for Space {
    fn default() -> Self {
        Self { limits: (0..LIMITS).collect(), grid_minutes: 15, max_entries: MAX_SCHEDULES }
    }
}

impl Space {
    /// Whether a choice is a point of it, in whatever zone.
    #[must_use]
    pub fn holds(&self, choice: &Choice) -> bool {
        let on_grid = |entry: &Entry| entry.minute.is_multiple_of(self.grid_minutes.max(1));
        self.limits.binary_search(&index_of(choice.idle)).is_ok()
            && choice.entries.len() <= self.max_entries
            && choice.entries.iter().all(on_grid)
    }

    /// With these idle limits only.
    #[must_use]
    pub fn with_limits(self, limits: &[Option<IdleLimit>]) -> Self {
        let mut limits: Vec<usize> = limits.iter().map(|limit| index_of(*limit)).collect();
        limits.sort_unstable();
        limits.dedup();
        Self { limits, ..self }
    }
}
