//! Random worlds, made to be nasty: short horizons, a coarse grid of instants on which activity
//! edges, operations, firings, phase ends and idle deadlines coincide, and clock changes.

use super::world::{
    After, Dst, Rules, SmallActivity, SmallAsk, SmallInstance, SmallKind, SmallOp, SmallPlan,
    SmallWorld,
};
use chrono::NaiveDate;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

mod schedules;

/// A date, and zones that matter on it.
type Date = ((i32, u32, u32), &'static [&'static str]);

/// Days the horizons lie about, with zones whose clocks change on them.
const DAYS: [Date; 12] = [
    ((2024, 3, 31), &["W. Europe Standard Time", "GMT Standard Time", "Romance Standard Time"]),
    ((2024, 10, 27), &["W. Europe Standard Time", "GMT Standard Time", "Romance Standard Time"]),
    ((2024, 3, 10), &["Eastern Standard Time", "Pacific Standard Time"]),
    ((2024, 11, 3), &["Eastern Standard Time", "Newfoundland Standard Time"]),
    ((2024, 3, 10), &["Newfoundland Standard Time", "Eastern Standard Time"]),
    ((2024, 4, 7), &["AUS Eastern Standard Time", "Lord Howe Standard Time"]),
    ((2024, 10, 6), &["AUS Eastern Standard Time", "Lord Howe Standard Time"]),
    ((2024, 4, 7), &["Pacific SA Standard Time"]),
    ((2024, 9, 8), &["Pacific SA Standard Time"]),
    ((2024, 2, 29), &["UTC", "India Standard Time", "Nepal Standard Time"]),
    ((2024, 5, 15), &["UTC", "W. Europe Standard Time", "Tokyo Standard Time"]),
    ((2023, 12, 31), &["UTC", "Pacific Standard Time", "Tokyo Standard Time"]),
];

/// Idle limits \[min\].
const LIMITS: [u32; 13] = [15, 15, 16, 17, 20, 30, 30, 45, 60, 90, 120, 480, 4_320];

/// What the parts of one world share while it is made.
struct Maker {
    rng: ChaCha8Rng,
    start: i64,
    end: i64,
    /// Zones worth a schedule here.
    zones: &'static [&'static str],
    /// Instants on which things like to happen.
    hot: Vec<i64>,
    /// Lengths that lead from one event to another: latencies, idle limits.
    spans: Vec<i64>,
}

/// The world number `seed`.
pub(crate) fn random_world(seed: u64) -> SmallWorld {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let ((year, month, day), zones) = *DAYS.choose(&mut rng).expect("days");
    let date = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
    let midnight = date.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp();
    let days = match rng.random_range(0..20) {
        0..12 => 1,
        12..16 => 2,
        16..18 => 3,
        18 => rng.random_range(10..20),
        _ => rng.random_range(20..45),
    };
    // Back by up to a day, or two thirds of a long horizon: the clock changes inside.
    let back = if days > 3 { days * 2 / 3 * 86_400 } else { rng.random_range(0..=24) * 3_600 };
    let start = midnight - back + one_of(&mut rng, &[0, 0, 0, 0, 900, 37]);
    let end = start + days * 86_400 - one_of(&mut rng, &[0, 0, 0, 43_200, 3_601]);
    let latency = |rng: &mut ChaCha8Rng, usual: i64| {
        one_of(rng, &[0, 0, usual, usual, usual, 60, 7, 900, 1_801])
    };
    let quick = rng.random_bool(0.15);
    let [create_latency, start_latency, stop_latency, restart_latency] =
        [300, 240, 60, 180].map(|usual| if quick { 0 } else { latency(&mut rng, usual) });
    let spans = vec![create_latency, start_latency, stop_latency, restart_latency];
    let mut maker = Maker { rng, start, end, zones, hot: Vec::new(), spans };
    maker.choose_hot();
    let plans: Vec<_> = (0..maker.rng.random_range(1..=3)).map(|n| maker.plan(n)).collect();
    let instances =
        (0..maker.rng.random_range(1..=3)).map(|n| maker.instance(n, plans.len())).collect();
    let rng = &mut maker.rng;
    SmallWorld {
        horizon_start: start,
        horizon_end: end,
        rules: if rng.random_bool(0.5) { Rules::Aml2022 } else { Rules::Aml2024 },
        dst: if rng.random_bool(0.4) { Dst::Ignored } else { Dst::Observed },
        create_latency,
        start_latency,
        stop_latency,
        restart_latency,
        idle_check_interval: one_of(rng, &[0, 0, 0, 60, 300, 7]),
        dismiss_attended_permille: one_of(rng, &[1_000, 1_000, 500, 0]),
        dismiss_unattended_permille: one_of(rng, &[0, 0, 500, 1_000]),
        after_attended: one_of(rng, &[After::Restart, After::Restart, After::GiveUp]),
        after_unattended: one_of(rng, &[After::GiveUp, After::Restart]),
        seed: rng.random(),
        plans,
        instances,
    }
}

/// One of the items.
fn one_of<T: Copy>(rng: &mut ChaCha8Rng, items: &[T]) -> T {
    *items.choose(rng).expect("items")
}

impl Maker {
    /// A few instants on the quarter hour, one of them the start of the horizon.
    fn choose_hot(&mut self) {
        self.hot.push(self.start);
        for _ in 0..self.rng.random_range(2..8) {
            let quarters = (self.end - self.start) / 900;
            // Mostly in the first day, so that even long horizons have ties.
            let within = if self.rng.random_bool(0.7) { quarters.min(96) } else { quarters };
            let at = self.start + self.rng.random_range(0..=within) * 900;
            self.hot.push(at.div_euclid(60) * 60);
        }
    }

    /// An instant: often hot, or a known span after a hot one; sometimes outside the horizon.
    fn time(&mut self) -> i64 {
        let rng = &mut self.rng;
        let hot = one_of(rng, &self.hot);
        match rng.random_range(0..20) {
            0..8 => hot,
            8..10 => hot + one_of(rng, &self.spans),
            10 => hot + one_of(rng, &self.spans) + one_of(rng, &self.spans),
            11 => hot + one_of(rng, &[-1, 1, -60, 60]),
            12 => one_of(rng, &[self.start, self.end, self.start - 1, self.end - 1]),
            13 => one_of(rng, &[self.start - 7_200, self.end + 3_600]),
            14 => rng.random_range(self.start..self.end),
            _ => {
                let grid = one_of(rng, &[60, 300, 900]);
                let within = (self.end - self.start).min(2 * 86_400);
                self.start + rng.random_range(0..within / grid) * grid
            }
        }
    }

    /// A length: a touch, a known span, a round or an odd one.
    fn length(&mut self) -> i64 {
        let rng = &mut self.rng;
        match rng.random_range(0..10) {
            0..2 => 0,
            2..4 => one_of(rng, &self.spans),
            4 => rng.random_range(1..20_000),
            _ => one_of(rng, &[60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 90_000]),
        }
    }

    fn limit(&mut self) -> Option<u32> {
        (!self.rng.random_bool(0.15)).then(|| one_of(&mut self.rng, &LIMITS))
    }

    fn plan(&mut self, n: usize) -> SmallPlan {
        let idle_minutes = self.limit();
        if let Some(minutes) = idle_minutes {
            self.spans.push(i64::from(minutes) * 60);
        }
        let mut schedules = Vec::new();
        for _ in 0..one_of(&mut self.rng, &[0, 1, 1, 2, 2, 3, 4]) {
            let next = match schedules.last() {
                Some(last) if self.rng.random_bool(0.15) => self.twin(last),
                _ => self.schedule(),
            };
            schedules.push(next);
        }
        SmallPlan { name: format!("plan-{n}"), idle_minutes, schedules }
    }

    fn instance(&mut self, n: usize, plans: usize) -> SmallInstance {
        let mut activity: Vec<_> = (0..one_of(&mut self.rng, &[0, 1, 2, 3, 5, 8, 12, 18, 25]))
            .map(|_| self.activity())
            .collect();
        if self.rng.random_bool(0.3) {
            activity.sort_by_key(|row: &SmallActivity| row.start);
        }
        let created = self.rng.random_bool(0.2).then(|| self.time());
        let from = created.unwrap_or(i64::MIN);
        let deleted = self.rng.random_bool(0.15).then(|| self.time()).filter(|d| *d > from);
        let creates = self.rng.random_bool(0.25);
        let mut ops = Vec::new();
        for _ in 0..one_of(&mut self.rng, &[0, 0, 1, 2, 4, 8, 12]) {
            ops.push(self.op(creates, plans));
        }
        // A name is not created by hand before the column says it was.
        ops.retain(|o| o.at >= from || !matches!(o.op, SmallAsk::Create(_)));
        if self.rng.random_bool(0.3) {
            ops.sort_by_key(|o| o.at);
        }
        let disk_full_from = self.rng.random_bool(0.12).then(|| self.time());
        SmallInstance {
            name: format!("ci-{n}a"),
            created,
            deleted,
            initial_running: self.rng.random_bool(0.4),
            identity_has_contributor: one_of(
                &mut self.rng,
                &[None, None, None, Some(true), Some(false)],
            ),
            disk_full_from,
            activity,
            ops,
        }
    }

    fn activity(&mut self) -> SmallActivity {
        let kind = one_of(&mut self.rng, &SmallKind::ALL);
        let start = self.time();
        let mut end = start + self.length();
        let other = self.time();
        if other > start && self.rng.random_bool(0.3) {
            end = other;
        }
        let mut last_activity = None;
        if kind == SmallKind::Vscode && self.rng.random_bool(0.6) {
            // Left open: the last keystroke is some known span after the start.
            let last = start + one_of(&mut self.rng, &[0, 60, 900, 3_600, 7_201]);
            end = end.max(last + one_of(&mut self.rng, &[0, 7_200, 10_800, 36_000]));
            last_activity = Some(last);
        }
        SmallActivity { kind, start, end, last_activity }
    }

    fn op(&mut self, creates: bool, plans: usize) -> SmallOp {
        let at = self.time();
        let choice = self.rng.random_range(0..if creates { 20 } else { 14 });
        let op = match choice {
            0..3 => SmallAsk::Start,
            3..6 => SmallAsk::Stop,
            6..8 => SmallAsk::Restart,
            8..11 => SmallAsk::SetIdle(self.limit()),
            11..13 => SmallAsk::SetPlan(self.rng.random_range(0..plans)),
            13 => one_of(&mut self.rng, &[SmallAsk::Resize, SmallAsk::EnableSsh, SmallAsk::Delete]),
            14..16 => SmallAsk::Delete,
            _ => SmallAsk::Create(self.rng.random_bool(0.5)),
        };
        SmallOp { at, op }
    }
}
