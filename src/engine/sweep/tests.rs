//! Short visits, one after the other, against a replay at every limit: where many limits run with
//! clocks of their own.

use super::*;
use crate::engine::{Command, Counters, Draw, Existence, Setting, replay};
use crate::trace::Activity;
use crate::units::{Horizon, IdleLimit, Instant, Kind, RuleProfile};
use crate::world::ModelParams;
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Latencies of start and stop \[s\]: none, the usual ones, long ones, and too long to be known.
const LATENCIES: [[&str; 2]; 5] =
    [["0", "0"], ["240", "60"], ["30", "300"], ["1200", "90"], ["0", "700"]];

/// Some days from the end of a month on \[s\].
const DAYS_S: i64 = 5 * 86_400;

fn begin() -> Instant {
    Instant::from_unix(1_706_486_400) // 2024-01-29
}

/// A few days of somebody who looks in again and again.
struct Visits {
    start: Vec<u32>,
    end: Vec<u32>,
    kind: Vec<Kind>,
    by_end: Vec<u32>,
    commands: Vec<Command>,
    model: ModelParams,
}

impl Visits {
    fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut rows = Vec::new();
        let mut now = 0;
        while now < DAYS_S as u32 - 30_000 {
            now += [60, 400, 1_000, 1_800, 4_000, 20_000][random.random_range(0..6)];
            now += random.random_range(0..300);
            let length = [0, 20, 200, 280, 320, 2_000][random.random_range(0..6)];
            let kinds = [Kind::Kernel, Kind::Terminal, Kind::Run, Kind::CustomApp];
            let kind = kinds[random.random_range(0..[2, 3, 4][seed as usize % 3])];
            rows.push((now, now + length, kind));
        }
        let mut by_end: Vec<u32> = (0..rows.len() as u32).collect();
        by_end.sort_by_key(|position| rows[*position as usize].1);
        let mut model = ModelParams::default();
        let [start_latency, stop_latency] = LATENCIES[seed as usize / 3 % LATENCIES.len()];
        model.set("start_latency", start_latency).unwrap();
        model.set("stop_latency", stop_latency).unwrap();
        let kinds = [
            CommandKind::SetIdle(IdleLimit::from_minutes(16)),
            CommandKind::SetIdle(None),
            CommandKind::SetPlan { setting: 0 },
            CommandKind::SetPlan { setting: 0 },
            CommandKind::Restart,
            CommandKind::Stop,
        ];
        let mut command = |_| {
            let (start, end, _) = rows[random.random_range(0..rows.len())];
            // Just when the shortest limit is up, and anywhere.
            let after =
                [end + 900, start + random.random_range(0..1_600)][random.random_range(0..2)];
            let at = Instant::from_unix(begin().unix() + i64::from(after));
            Command { at, kind: kinds[random.random_range(0..kinds.len())] }
        };
        let mut commands: Vec<Command> = (0..seed % 4 * 4).map(&mut command).collect();
        commands.sort_by_key(|command| command.at);
        let (start, end) = rows.iter().map(|row| (row.0, row.1)).unzip();
        Self { start, end, kind: rows.iter().map(|row| row.2).collect(), by_end, commands, model }
    }

    fn script<'a>(&'a self, settings: &'a [Setting<'a>]) -> Script<'a> {
        let (base, end) = (begin(), Instant::from_unix(begin().unix() + DAYS_S));
        Script {
            horizon: Horizon { start: base, end },
            activity: Activity {
                base,
                start: &self.start,
                end: &self.end,
                kind: &self.kind,
                by_end: &self.by_end,
            },
            existence: Some(Existence { at: base, running: true }),
            commands: &self.commands,
            settings,
            rules: RuleProfile::default(),
            never_idles: false,
            automation_ends: None,
            model: &self.model,
            draw: Draw::new(1, "ci"),
        }
    }
}

/// IDLE-4: after a short visit each limit's clock begins where its own machine says.
#[test]
fn short_visits_are_swept_as_they_are_replayed() {
    for seed in 0..500 {
        let visits = Visits::new(seed);
        let under = |idle| [Setting { idle, swept: true, firings: &[] }];
        let mut sweeper = Sweeper::default();
        let settings = under(None);
        sweeper.add(&visits.script(&settings), |_| ());
        for (index, swept) in
            sweeper.at_limits().enumerate().filter(|(i, _)| *i < 400 || i % 50 == 0)
        {
            let settings = under(limit_at(index));
            let script = visits.script(&settings);
            let mut counters = Counters::new(script.horizon);
            replay(&script, &mut counters);
            let replayed = counters.columns();
            for (name, value) in swept.columns() {
                let want = replayed.iter().find(|(n, _)| *n == name).unwrap().1;
                assert_eq!(value, want, "{name} under {:?}, seed {seed}", limit_at(index));
            }
        }
    }
}
