//! What holds in every random world.

use crate::support::parts::Parts;
use crate::support::world::random_world;
use idlewise::engine::{Asked, Counters, Event, Load, Recorder, State};
use idlewise::search::Scenario;
use idlewise::search::recommend::{Baseline, Change, Replays, Window, baselines, keep_awake};
use idlewise::trace::Op;
use idlewise::units::Horizon;
use rayon::prelude::*;

const WORLDS: u64 = 400;

/// Looks at every world under each of its plans for everybody.
fn in_every_world(holds: impl Fn(u64, &Parts, &Replays<'_>) + Sync) {
    (0..WORLDS).into_par_iter().for_each(|seed| {
        let parts = Parts::of(&random_world(seed));
        for plan in 0..parts.plans.len() {
            let plan_of = vec![plan; parts.instances.len()];
            let base = Scenario { name: "today".into(), plan_of };
            holds(seed, &parts, &Replays::new(parts.case(), &base).unwrap());
        }
    });
}

/// A replay of one instance is that of the whole fleet.
#[test]
fn one_instance_replays_as_in_its_fleet() {
    in_every_world(|seed, parts, replays| {
        let whole = idlewise::search::evaluate(&parts.case(), replays.base(), false, &|| ());
        for outcome in whole.unwrap() {
            let mut counters = Counters::new(parts.trace.horizon);
            let plan = replays.plan_today(outcome.instance);
            replays.replay(outcome.instance, plan, Change::default(), &mut counters).unwrap();
            counters.finish();
            assert_eq!(counters, outcome.counters, "seed {seed}");
        }
    });
}

/// Nobody who interrupts nobody pays less than who knows the future.
#[test]
fn knowing_the_future_is_a_bound() {
    in_every_world(|seed, parts, replays| {
        let found = baselines(replays, parts.trace.horizon.end).unwrap();
        let bound = found.iter().find(|b| b.baseline == Baseline::Clairvoyant).unwrap();
        for result in &found {
            for instance in 0..result.plans.len() {
                let plan = &result.plans[instance];
                let mut counters = Counters::new(parts.trace.horizon);
                let runs_at_once = result.baseline == Baseline::AlwaysOn;
                let change = Change { runs_at_once, ..Change::default() };
                replays.replay(instance, plan, change, &mut counters).unwrap();
                if counters.interruptions.iter().any(|count| *count > 0) {
                    continue;
                }
                let (got, least) = (result.scores[instance], bound.scores[instance]);
                let name = result.baseline.as_str();
                assert!(got.total >= least.total, "seed {seed} {name}: {got:?} {least:?}");
                assert!(got.wait_s >= least.wait_s, "seed {seed} {name}: {got:?} {least:?}");
            }
        }
    });
}

/// Seconds of a stretch of time.
struct Cut {
    within: Horizon,
    exists_s: i64,
    billed_s: i64,
    wait_s: i64,
}

impl Recorder for Cut {
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        let from = from.max(self.within.start.unix());
        let seconds = (to.min(self.within.end.unix()) - from).max(0);
        self.exists_s += if state == State::Absent { 0 } else { seconds };
        self.billed_s += if state.is_billed() { seconds } else { 0 };
        self.wait_s += if load.waits(state) { seconds } else { 0 };
    }

    fn event(&mut self, _at: i64, _event: Event) {}
}

/// A window from the start on is the beginning of the whole: a replay never looks ahead. Of a
/// window from the middle existence is that of the whole.
#[test]
fn windows_know_what_was_before_and_nothing_after() {
    in_every_world(|seed, parts, replays| {
        let Horizon { start, end } = parts.trace.horizon;
        let middle = start.plus(end.since(start) * 2 / 5);
        for within in [Horizon { start, end: middle }, Horizon { start: middle, end }] {
            let window = Window::new(replays, within);
            let part = Replays::new(window.case(replays.case()), replays.base()).unwrap();
            for instance in 0..replays.len() {
                let plan = replays.plan_today(instance);
                let cut = |replays: &Replays<'_>| {
                    let mut cut = Cut { within, exists_s: 0, billed_s: 0, wait_s: 0 };
                    replays.replay(instance, plan, Change::default(), &mut cut).unwrap();
                    cut
                };
                let facts = &parts.instances[instance];
                let creates = |a: &Asked<'_>| matches!(a.operation.op, Op::Create { .. });
                if facts.created.is_some() && replays.asked(instance).iter().any(creates) {
                    continue; // Created twice: a table cannot say so.
                }
                let (whole, part) = (cut(replays), cut(&part));
                assert_eq!(whole.exists_s, part.exists_s, "seed {seed}");
                if within.start == start {
                    assert_eq!(whole.billed_s, part.billed_s, "seed {seed}");
                    assert_eq!(whole.wait_s, part.wait_s, "seed {seed}");
                }
            }
        }
    });
}

/// Every running second is kept on by exactly one signal, and those with something counting are
/// the active ones.
#[test]
fn signals_tile_running_time() {
    in_every_world(|seed, parts, replays| {
        let plans: Vec<_> = (0..replays.len()).map(|i| replays.plan_today(i).clone()).collect();
        let kept = keep_awake(replays, &plans, None).unwrap();
        let (mut running, mut active) = (0, 0);
        for (instance, plan) in plans.iter().enumerate() {
            let mut counters = Counters::new(parts.trace.horizon);
            replays.replay(instance, plan, Change::default(), &mut counters).unwrap();
            running += counters.in_state(State::Running);
            active += counters.active_s;
        }
        assert_eq!(kept.iter().map(|k| k.kept_on_s).sum::<i64>(), running, "seed {seed}");
        assert_eq!(kept[..7].iter().map(|k| k.kept_on_s).sum::<i64>(), active, "seed {seed}");
    });
}
