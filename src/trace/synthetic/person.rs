//! People: who they are to Azure, and the habits their days are drawn from.
//!
//! Way, zone, size and plan are spread over the fleet by additive recurrences (multiples of an
//! irrational number modulo 1; L. Kuipers and H. Niederreiter, "Uniform distribution of sequences",
//! 1974), so a fleet of thirty already shows the mix that was asked for, and the first thirty
//! people are the same in a fleet of a thousand.

use super::FleetSpec;
use super::draw::{Domain, Draw, Quantiles, weighted_at};
use super::shape;
use super::way::Way;
use chrono_tz::Tz;

/// One person with one compute instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Position in the fleet, from 0; instance names sort in this order.
    pub index: u32,
    /// Instance name: 3 to 24 of letters, digits and `-`, not ending in `-` and digits.
    pub instance: String,
    /// User name.
    pub user: String,
    /// Where the person lives.
    pub home_timezone: Tz,
    /// How the person works.
    pub way: Way,
    /// VM size.
    pub vm_size: &'static str,
    /// Region.
    pub region: &'static str,
    /// Workspace.
    pub workspace: &'static str,
    /// Name of today's plan.
    pub plan: String,
    /// Whether the instance is running when the trace begins.
    pub initially_running: bool,
}

/// First names; with the number in the instance name they need not be unique.
const NAMES: [&str; 40] = [
    "ada", "aiko", "amir", "anna", "bela", "carla", "chen", "dana", "diego", "elif", "emil", "eva",
    "farid", "finn", "grace", "hana", "hugo", "ines", "ivan", "jana", "jonas", "kavya", "kofi",
    "lars", "leila", "lin", "maya", "mira", "nadia", "noor", "olga", "omar", "petra", "ravi",
    "rosa", "sami", "tara", "tom", "yuki", "zoe",
];

/// Sizes by share of the fleet.
const SIZES: [(&str, u32); 7] = [
    ("Standard_DS3_v2", 38),
    ("Standard_DS2_v2", 14),
    ("Standard_D4s_v3", 16),
    ("Standard_E4s_v3", 10),
    ("Standard_F8s_v2", 6),
    ("Standard_NC4as_T4_v3", 10),
    ("Standard_NC6s_v3", 6),
];

/// Workspaces by share of the fleet.
const WORKSPACES: [(&str, u32); 4] =
    [("forecasting", 4), ("vision", 3), ("risk", 2), ("platform", 1)];

/// Today's plans by share of the fleet.
const PLANS: [(Today, u32); 3] = [(Today::None, 5), (Today::Idle60, 3), (Today::Office, 2)];

/// What an administrator set for an instance so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Today {
    None,
    Idle60,
    Office,
}

/// The name of the office-hours plan of a zone: `office-` and the city in lower case.
#[must_use]
pub fn office_plan(zone: Tz) -> String {
    let city = zone.name().rsplit('/').next().unwrap_or("utc");
    format!("office-{}", city.to_lowercase().replace('_', "-"))
}

/// Steps of the recurrences for way, zone, size and plan: the fractions of the golden ratio and of
/// the roots of 2, 3 and 7, times 2^32. Their continued fractions are small, so that short
/// stretches are even.
const STEPS: [u32; 4] = [2_654_435_769, 1_779_033_703, 3_144_134_277, 2_773_480_762];

/// The person at `index` of the fleet.
pub(super) fn person(spec: &FleetSpec, index: u32) -> Person {
    let offset = Draw::new(spec.seed, Domain::Habits, u64::MAX).below(u32::MAX);
    let spread = |k: usize| {
        let step = STEPS.get(k).copied().unwrap_or(1);
        offset.rotate_left(8 * k as u32).wrapping_add(index.wrapping_mul(step))
    };
    let mut draw = Draw::new(spec.seed, Domain::Habits, u64::from(index) << 8);
    let way = weighted_at(&spec.ways, spread(0)).unwrap_or(Way::Office);
    let home_timezone = weighted_at(&spec.zones, spread(1)).unwrap_or(Tz::UTC);
    let name = (offset % 40 + index % 40 * 7) % 40;
    let user = NAMES.get(name as usize).copied().unwrap_or("sam");
    let width = spec.instances.max(1).to_string().len().max(4);
    let plan = match weighted_at(&PLANS, spread(3)).unwrap_or(Today::None) {
        Today::None => "team-none".to_owned(),
        Today::Idle60 => "idle-60".to_owned(),
        Today::Office => office_plan(home_timezone),
    };
    Person {
        index,
        instance: format!("ci{:0width$}-{user}", u64::from(index) + 1),
        user: format!("{user}{}", u64::from(index) + 1),
        home_timezone,
        way,
        vm_size: weighted_at(&SIZES, spread(2)).unwrap_or("Standard_DS3_v2"),
        region: "eastus",
        workspace: draw.weighted(&WORKSPACES).unwrap_or("platform"),
        plan,
        initially_running: draw.chance(150),
    }
}

/// What a person's days are drawn from. Times of day are minutes after local midnight.
#[derive(Clone, Debug)]
pub(super) struct Habits {
    pub(super) weekday_permille: i64,
    pub(super) weekend_permille: i64,
    /// Weekdays worked: bit 0 is Monday.
    pub(super) weekdays: u8,
    pub(super) arrive: i64,
    pub(super) leave: i64,
    pub(super) break_from: i64,
    pub(super) break_to: i64,
    pub(super) leave_open_permille: i64,
    /// Whether the person presses Stop when the day's work is done \[1/1000\].
    pub(super) tidy_permille: i64,
    /// Weekly meetings: weekday, from, to.
    pub(super) meetings: [(u8, i64, i64); 2],
    /// Local second and usual length \[s\] of a run started every night.
    pub(super) nightly: Option<(i64, i64)>,
}

/// The habits of the person at `index`, who works this way.
pub(super) fn habits(seed: u64, index: u32, way: Way) -> Habits {
    let mut draw = Draw::new(seed, Domain::Habits, (u64::from(index) << 8) | 1);
    let style = way.style();
    let mut of = |table: Quantiles| draw.from(table);
    let (weekday_permille, weekend_permille) = (of(style.weekday), of(style.weekend));
    let arrive = of(style.arrive);
    let leave = arrive + of(style.stay);
    let break_from = arrive + of(style.until_break);
    let break_to = break_from + of(style.break_length);
    let leave_open_permille = of(style.leave_open);
    let tidy_permille = of(style.tidy);
    let meetings = [0; 2].map(|_| {
        let from = 540 + 30 * draw.between(0, 14);
        (draw.below(5) as u8, from, from + [30, 60][usize::from(draw.chance(500))])
    });
    let nightly = draw.chance(style.nightly).then(|| {
        let half_hour = draw.between(0, 9) * 1_800;
        (half_hour, draw.from(shape::NIGHTLY_LENGTH))
    });
    Habits {
        weekday_permille,
        weekend_permille,
        weekdays: weekdays(&mut draw, style.days_a_week),
        arrive,
        leave,
        break_from,
        break_to,
        leave_open_permille,
        tidy_permille: if nightly.is_some() { 0 } else { tidy_permille },
        meetings,
        nightly,
    }
}

/// A set of weekdays (bit 0 Monday): all five, or `usual` of them and for half the people one more.
fn weekdays(draw: &mut Draw, usual: u8) -> u8 {
    let wanted = if usual >= 5 { 5 } else { u32::from(usual) + draw.below(2) };
    let mut days = 0_u8;
    while days.count_ones() < wanted {
        days |= 1 << draw.below(5);
    }
    days
}
