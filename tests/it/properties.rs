//! What holds in every world, whatever happens in it: seconds and money tile, order means nothing,
//! and stopping saves money where nothing stands in its way.

use crate::differential::replay;
use crate::support::world::{SmallAction, SmallAsk, SmallPlan, SmallWorld, random_world};
use idlewise::engine::State;
use idlewise::ledger::Line;
use idlewise::report::PlanTotals;
use idlewise::search::{Outcome, Settlement};
use idlewise::units::{Instant, Meter, RateUnit};
use rayon::prelude::*;

/// Worlds per property.
const WORLDS: u64 = 300;

/// Looks at every world, several at a time.
fn in_every_world(holds: impl Fn(SmallWorld) + Sync) {
    (0..WORLDS).into_par_iter().for_each(|seed| holds(random_world(seed)));
}

/// The lines of one meter.
fn of(outcome: &Outcome, meter: Meter) -> impl Iterator<Item = &Line> {
    outcome.lines.iter().filter(move |line| line.meter == meter)
}

/// STATE-2, DEM-5, LEDG-6: states tile the horizon; existence is where the facts say; what is
/// counted in a state is no longer than the state.
#[test]
fn states_tile_the_horizon() {
    in_every_world(|world| {
        let horizon = world.horizon_end - world.horizon_start;
        let names = sorted_instances(&world);
        for outcome in replay(&world).iter().flatten() {
            let c = &outcome.counters;
            assert_eq!(c.state_s.iter().sum::<i64>(), horizon, "seed {}", world.seed);
            let instance = names[outcome.instance];
            let lives = |op: &SmallAsk| matches!(op, SmallAsk::Create(_) | SmallAsk::Delete);
            if !instance.ops.iter().any(|o| lives(&o.op)) {
                let from = instance.created.map_or(world.horizon_start, |at| {
                    at.clamp(world.horizon_start, world.horizon_end)
                });
                let to = instance.deleted.map_or(world.horizon_end, |at| {
                    at.clamp(world.horizon_start, world.horizon_end)
                });
                assert_eq!(c.exists_s(), (to - from).max(0), "{} {}", world.seed, instance.name);
            }
            let running = c.in_state(State::Running);
            assert!(c.active_s + c.waste.total_s() <= running);
            let idle = c.exists_s() - running;
            assert!(c.wait_s <= idle && c.queue_s <= idle);
            assert!(c.unserved_s <= c.in_state(State::Absent));
        }
    });
}

fn sorted_instances(world: &SmallWorld) -> Vec<&crate::support::world::SmallInstance> {
    let mut instances: Vec<_> = world.instances.iter().collect();
    instances.sort_by(|a, b| a.name.cmp(&b.name));
    instances
}

/// LEDG-1, LEDG-3, LEDG-5: every billed second is in one compute line, every second of existence in
/// one line of each other meter; a line is one month; its cost is the nearest micro-dollar, the
/// even one where two are as near.
#[test]
fn the_ledger_tiles_what_is_billed() {
    in_every_world(|world| {
        for outcome in replay(&world).iter().flatten() {
            for meter in Meter::ALL {
                let seconds: i64 = of(outcome, meter).map(|line| line.quantity_s).sum();
                let c = &outcome.counters;
                let expected = if meter == Meter::Compute { c.billed_s() } else { c.exists_s() };
                assert_eq!(seconds, expected, "seed {} {meter}", world.seed);
                let months: Vec<String> =
                    of(outcome, meter).map(|line| line.month.month_name()).collect();
                assert!(months.is_sorted_by(|a, b| a < b), "{months:?}");
            }
            for line in &outcome.lines {
                let end = line.month.next_month().min(Instant::from_unix(world.horizon_end));
                assert!(0 < line.quantity_s && line.quantity_s <= end.since(line.month));
                assert_nearest_cost(line);
            }
        }
    });
}

fn assert_nearest_cost(line: &Line) {
    let unit: i128 = if line.rate.unit == RateUnit::Hour { 3_600 } else { 730 * 3_600 };
    let divisor = unit * 10_i128.pow(line.rate.usd.scale());
    let exact = i128::from(line.quantity_s) * line.rate.usd.mantissa() * 1_000_000;
    let cost = i128::from(line.cost.micros());
    let twice_off = 2 * (cost * divisor - exact).abs();
    assert!(twice_off <= divisor, "{line:?}");
    assert!(twice_off < divisor || cost % 2 == 0, "{line:?}");
}

/// LEDG-3, LEDG-4: every total is a sum of lines.
#[test]
fn totals_are_sums_of_lines() {
    in_every_world(|world| {
        for outcomes in replay(&world) {
            let mut totals = PlanTotals::new("plan", &Settlement::default());
            totals.add(&outcomes);
            let sum = |wanted: &dyn Fn(&Line) -> bool| -> i64 {
                let lines = outcomes.iter().flat_map(|o| &o.lines);
                lines.filter(|line| wanted(line)).map(|line| line.cost.micros()).sum()
            };
            assert_eq!(totals.money.total().micros(), sum(&|_| true));
            assert_eq!(totals.money.compute.micros(), sum(&|l| l.meter == Meter::Compute));
            assert_eq!(totals.money.standing().micros(), sum(&|l| l.meter != Meter::Compute));
            for (name, total) in &totals.counts {
                let column = |o: &Outcome| {
                    o.counters.columns().iter().find(|(n, _)| n == name).map_or(0, |(_, v)| *v)
                };
                assert_eq!(*total, outcomes.iter().map(column).sum::<i64>(), "{name}");
            }
        }
    });
}

/// A plan costs no more compute than no plan at all, if
/// * every latency is 0, so that starting again is free;
/// * the plan starts nothing by itself;
/// * nobody stops the instance by hand: a stop that finds it stopped already cancels nobody, so
///   that demand of the same instant lives on under the plan only (STATE-5, DEM-9);
/// * no operation changes the plan or its limit, which would make the two plans the same.
///
/// Then the instance runs under the plan only when it runs without.
#[test]
fn a_plan_that_only_stops_costs_no_more_than_none() {
    in_every_world(|mut world| {
        let latencies = [
            &mut world.create_latency,
            &mut world.start_latency,
            &mut world.stop_latency,
            &mut world.restart_latency,
        ];
        latencies.into_iter().for_each(|latency| *latency = 0);
        for plan in &mut world.plans {
            plan.schedules.retain(|schedule| schedule.action == SmallAction::Stop);
        }
        for instance in &mut world.instances {
            let changes = |op: &SmallAsk| {
                matches!(op, SmallAsk::Stop | SmallAsk::SetIdle(_) | SmallAsk::SetPlan(_))
            };
            instance.ops.retain(|o| !changes(&o.op));
        }
        world.plans.push(SmallPlan {
            name: "none".to_owned(),
            idle_minutes: None,
            schedules: Vec::new(),
        });
        let outcomes = replay(&world);
        let (none, plans) = outcomes.split_last().expect("plans");
        for outcomes in plans {
            for (with, without) in outcomes.iter().zip(none) {
                let (a, b) = (with.counters.billed_s(), without.counters.billed_s());
                assert!(a <= b, "seed {}: {a} s with the plan, {b} s without", world.seed);
            }
        }
    });
}

/// The order of instances, and of the rows of activity, means nothing.
#[test]
fn order_changes_nothing() {
    in_every_world(|world| {
        let mut other = world.clone();
        other.instances.reverse();
        for (turn, instance) in other.instances.iter_mut().enumerate() {
            instance.activity.reverse();
            let half = instance.activity.len() / (turn + 2);
            instance.activity.rotate_left(half);
        }
        assert!(replay(&world) == replay(&other), "seed {}", world.seed);
    });
}

/// SCHED-7: the name of a plan and its place among the plans change nothing, luck included.
#[test]
fn plans_share_luck() {
    in_every_world(|mut world| {
        let before = replay(&world);
        let plans = world.plans.len();
        let copy = SmallPlan { name: "another".to_owned(), ..world.plans[0].clone() };
        world.plans.push(copy);
        let after = replay(&world);
        assert!(before == after[..plans], "seed {}", world.seed);
        assert!(before[0] == after[plans], "seed {}", world.seed);
    });
}
