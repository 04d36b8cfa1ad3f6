//! What proves and explains advice: by hand on small worlds, and as properties of random ones.

mod by_hand;
mod everywhere;
mod held_out;
mod moved;

use crate::support::parts::Parts;
use idlewise::plan::Plan;
use idlewise::search::Scenario;
use idlewise::search::recommend::{Choice, Entry, Objective, Replays, WeekDays};
use idlewise::trace::{Loaded, Trace};
use idlewise::units::{
    Action, DstRule, Horizon, IdleLimit, Instant, Kind, Money, RuleProfile, parse_instant,
};
use idlewise::world::zones::Zone;
use idlewise::world::{Instance, ModelParams, PriceBook};
use std::ops::{Deref, DerefMut};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// A Monday, midnight UTC.
fn monday() -> Instant {
    at("2024-01-01T00:00:00Z")
}

fn at(text: &str) -> Instant {
    parse_instant(text, false).unwrap()
}

/// One stretch of activity: instance, kind, start and end \[s after the horizon's start\].
type Stretch<'a> = (&'a str, Kind, i64, i64);

/// A small fleet with one plan for all.
struct Fleet {
    parts: Parts,
    base: Scenario,
}

impl Deref for Fleet {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl DerefMut for Fleet {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }
}

impl Fleet {
    /// These people over so many seconds from `start`, under this plan.
    fn new(start: Instant, seconds: i64, activity: &[Stretch<'_>], today: Plan) -> Self {
        let horizon = Horizon { start, end: start.plus(seconds) };
        let rows =
            activity.iter().map(|(who, kind, a, b)| (*who, start.plus(*a), start.plus(*b), *kind));
        let trace = Trace::build(Loaded::from_rows(rows), Some(horizon)).unwrap();
        let instances: Vec<Instance> = trace.names.iter().map(Instance::named).collect();
        let base = Scenario { name: "today".into(), plan_of: vec![0; instances.len()] };
        let parts = Parts {
            trace,
            operations: Vec::new(),
            instances,
            plans: vec![today],
            prices: PriceBook::builtin(),
            model: ModelParams::default(),
            rules: RuleProfile::Aml2022_12,
            dst: DstRule::Ignored,
            seed: 7,
        };
        Self { parts, base }
    }

    fn replays(&self) -> Replays<'_> {
        Replays::new(self.case(), &self.base).unwrap()
    }

    /// What these billed seconds cost the first instance.
    fn compute(&self, seconds: i64) -> Money {
        self.replays().rates(0).compute.cost(seconds).unwrap()
    }
}

fn idle(minutes: i64) -> Plan {
    Plan { idle: IdleLimit::from_minutes(minutes), ..Plan::new("today") }
}

fn minutes(minutes: i64) -> Option<IdleLimit> {
    Some(IdleLimit::from_minutes(minutes).unwrap())
}

/// On from one hour to another on workdays.
fn office(from: u16, to: u16, zone: Zone) -> Choice {
    let entry = |action, hour: u16| Entry { action, minute: hour * 60, days: WeekDays::WORK };
    let mut entries = vec![entry(Action::Start, from), entry(Action::Stop, to)];
    entries.sort();
    Choice { idle: None, entries, zone }
}

fn objective(replays: &Replays<'_>, plan: &Plan) -> Money {
    let tally = replays.tally(0, plan, idlewise::search::recommend::Change::default()).unwrap();
    Objective::default().of(&tally.score).unwrap()
}
