//! Stories against what they are made of: on random worlds, sums of stretches and weeks are the
//! replay's counters, the idle clock that is told is the one that fires, and every scheduled event
//! has a schedule that fired then.

use crate::support::parts::Parts;
use crate::support::world::random_world;
use chrono_tz::Tz;
use idlewise::engine::{Cause, Counters, Event, State};
use idlewise::search::story::{Story, Sums};
use idlewise::search::{Case, Scenario, evaluate};
use idlewise::units::{Action, Horizon};

const WORLDS: u64 = 300;
const CLOCKS: [Tz; 4] =
    [Tz::UTC, Tz::Europe__Berlin, Tz::America__St_Johns, Tz::Australia__Lord_Howe];

/// What is wrong with any story of a random world.
fn each_story(check: impl Fn(&Story<'_>, &Counters, Tz) -> Result<(), String>) {
    let mut stories = 0;
    for seed in 0..WORLDS {
        let parts = Parts::of(&random_world(seed));
        let case: Case<'_> = parts.case();
        for plan in 0..case.plans.len() {
            let plan_of = vec![plan; case.instances.len()];
            let scenario = Scenario { name: "plan".into(), plan_of };
            let outcomes = evaluate(&case, &scenario, false, &|| ()).unwrap();
            for (index, outcome) in outcomes.iter().enumerate() {
                let story = Story::of(&case, &scenario, index).unwrap();
                let clock = CLOCKS[(seed % 4) as usize];
                stories += 1;
                check(&story, &outcome.counters, clock)
                    .unwrap_or_else(|why| panic!("seed {seed} plan {plan} of {index}: {why}"));
            }
        }
    }
    assert!(stories > 400, "{stories} stories");
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, told: &T, counted: &T) -> Result<(), String> {
    if told == counted { Ok(()) } else { Err(format!("{what}: {told:?}, counted {counted:?}")) }
}

fn added(all: impl Iterator<Item = Sums>) -> [i64; 5] {
    all.fold([0; 5], |sum, s| {
        let more = [s.billed_s, s.running_s, s.waste_s, s.wait_s, s.queue_s];
        std::array::from_fn(|at| sum[at] + more[at])
    })
}

/// STATE-2, DEM-5, LEDG-1, LEDG-6: weeks and stretches tile the horizon and add up to the counters.
#[test]
fn weeks_and_stretches_add_up_to_what_the_replay_counts() {
    each_story(|story, counters, clock| {
        let counted = [
            counters.billed_s(),
            counters.in_state(State::Running),
            counters.waste.total_s(),
            counters.wait_s,
            counters.queue_s,
        ];
        let weeks = story.weeks(clock);
        same("weeks", &added(weeks.iter().map(|w| w.sums)), &counted)?;
        let windows: Vec<Horizon> = weeks.iter().map(|w| w.window).collect();
        let ends = (windows[0].start, windows[windows.len() - 1].end);
        same("weeks end", &ends, &(story.horizon.start, story.horizon.end))?;
        let stretches: Vec<_> = windows.iter().flat_map(|w| story.stretches(*w)).collect();
        same("stretches", &added(stretches.iter().map(|s| s.sums)), &counted)?;
        let joined = stretches.windows(2).all(|pair| pair[0].to == pair[1].from);
        same("stretches tile", &joined, &true)
    });
}

/// IDLE-4, IDLE-7: the clock that is told is the clock that fires.
#[test]
fn an_idle_stop_comes_when_the_told_clock_says() {
    let idle_stops = std::cell::Cell::new(0);
    each_story(|story, _, _| {
        for (at, event) in &story.chronicle.events {
            if *event != Event::Stop(Cause::Idle) {
                continue;
            }
            let span = story.chronicle.spans.iter().find(|s| s.from < *at && *at <= s.to);
            let clock = span.and_then(|s| s.clock);
            // Without a span of its own the limit was shortened to what was on the clock already.
            let Some(clock) = clock else { continue };
            let set_now =
                story.chronicle.events.iter().any(|(when, e)| {
                    when == at && matches!(e, Event::IdleSet(_) | Event::PlanSet(_))
                });
            if !set_now {
                same("due", &clock.due, &Some(*at))?;
                idle_stops.set(idle_stops.get() + 1);
            }
        }
        Ok(())
    });
    assert!(idle_stops.get() > 500, "{} idle stops", idle_stops.get());
}

/// SCHED-6 to SCHED-8: what is said to have fired is what the engine was told to fire.
#[test]
fn every_scheduled_event_has_a_schedule_that_fired() {
    let fired = std::cell::Cell::new(0);
    each_story(|story, _, _| {
        for (at, event) in &story.chronicle.events {
            let action = match event {
                Event::Stop(Cause::Schedule) | Event::Dismissed => Action::Stop,
                Event::FiringNoop(action, _) => *action,
                Event::Queued(Cause::Schedule) => Action::Start,
                _ => continue,
            };
            let which = story.fired(*at, action);
            same("a schedule", &which.is_empty(), &false)?;
            let next = story.next_firing(*at - 1, action).map(|f| f.at.unix());
            // A plan that took effect at this very instant was not in force a second before.
            let changed = story.chronicle.events.iter().any(|(when, e)| {
                when == at && matches!(e, Event::PlanSet(_) | Event::Created | Event::Exists(_))
            });
            if !changed {
                same("the next firing", &next, &Some(*at))?;
            }
            fired.set(fired.get() + 1);
        }
        Ok(())
    });
    assert!(fired.get() > 500, "{} firings", fired.get());
}
