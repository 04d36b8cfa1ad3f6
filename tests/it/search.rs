//! The search of `recommend`: exact scores, the best of small spaces, bounds that hold.
//!
//! `IDLEWISE_SEARCH_WORLDS=3000` runs more worlds; `IDLEWISE_SEARCH_FROM=N` starts at another seed.

use crate::support::parts::Parts;
use crate::support::world::{
    After, Dst, SmallActivity, SmallAsk, SmallKind, SmallOp, SmallWorld, random_world,
};
use idlewise::engine::{LIMITS, limit_at};
use idlewise::search::recommend::{
    Choice, Effort, Entry, Field, Objective, Score, Solved, Space, StopReason, WeekDays,
    share_found, solve,
};
use idlewise::search::{Case, Scenario, evaluate};
use idlewise::units::{Action, IdleLimit, Money};
use idlewise::world::zones::Zone;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

const WORLDS: u64 = 300;

fn from_env(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn assert_agreement(first: u64, worlds: u64, check: impl Fn(u64) -> Option<String> + Sync + Send) {
    let first = from_env("IDLEWISE_SEARCH_FROM", first);
    let worlds = from_env("IDLEWISE_SEARCH_WORLDS", worlds);
    let wrong: Vec<String> = (first..first + worlds).into_par_iter().filter_map(check).collect();
    let shown = wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {worlds} worlds disagree, such as\n{shown}", wrong.len());
}

fn own_plans(case: &Case<'_>) -> Scenario {
    let plan_of = (0..case.instances.len()).map(|i| i % case.plans.len()).collect();
    Scenario { name: "today".into(), plan_of }
}

const ZONES: [&str; 4] =
    ["UTC", "W. Europe Standard Time", "Newfoundland Standard Time", "Lord Howe Standard Time"];

fn random_choice(rng: &mut ChaCha8Rng) -> Choice {
    let zone = Zone::parse(ZONES[rng.random_range(0..ZONES.len())]).unwrap().0;
    let entry = |rng: &mut ChaCha8Rng| Entry {
        action: if rng.random_bool(0.5) { Action::Stop } else { Action::Start },
        minute: rng.random_range(0..96) * 15,
        days: WeekDays::from_bits(rng.random_range(1..128)).unwrap(),
    };
    let mut entries: Vec<Entry> = (0..rng.random_range(0..=4)).map(|_| entry(rng)).collect();
    entries.sort_unstable();
    Choice {
        idle: limit_at([0, 1, 15, 45, 465, LIMITS - 1][rng.random_range(0..6)]),
        entries,
        zone,
    }
}

/// A choice's score, alone and in a sweep, is what simulating its plan counts.
#[test]
fn scores_are_those_of_the_simulated_plan() {
    assert_agreement(0, WORLDS, |seed| {
        let parts = Parts::of(&random_world(seed));
        let case = parts.case();
        let today = own_plans(&case);
        let field = Field::new(case, &today).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..case.instances.len()).find_map(|instance| {
            let choice = random_choice(&mut rng);
            let mut plans = case.plans.to_vec();
            plans.push(choice.to_plan("choice", field.plan_today(instance)));
            let mut scenario = today.clone();
            scenario.plan_of[instance] = plans.len() - 1;
            let chosen = Case { plans: &plans, ..case };
            let outcomes = evaluate(&chosen, &scenario, false, &|| ()).unwrap();
            let wanted = Score::of_outcome(&outcomes[instance]);
            let found = field.score(instance, &choice).unwrap();
            let swept = field.sweep(instance, &choice.entries, choice.zone).unwrap();
            let at = (0..LIMITS).find(|at| limit_at(*at) == choice.idle).unwrap();
            let wrong = found != wanted || swept[at] != wanted;
            wrong.then(|| format!("seed {seed}: {found:?} {:?} not {wanted:?}", swept[at]))
        })
    });
}

/// A small space and an objective to search a random world with.
fn small_task(seed: u64) -> (Space, Objective) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
    let minutes = |minutes: i64| IdleLimit::from_minutes(minutes);
    let limits = [minutes(15), minutes(30), minutes(60), None];
    let max_entries = rng.random_range(1..=2);
    let space = Space {
        grid_minutes: if max_entries == 1 { 60 } else { 480 },
        max_entries,
        ..Space::default()
    };
    let objective = Objective {
        interruption_cost: Money::from_micros([0, 1_000_000, 25_000_000][rng.random_range(0..3)]),
        ..Objective::default()
    };
    (space.with_limits(&limits), objective)
}

/// With no gap allowed the answer is the best of the whole space, and no bound exceeds it.
#[test]
fn the_answer_is_the_best_of_the_space() {
    assert_agreement(0, WORLDS, |seed| {
        let parts = Parts::of(&random_world(seed));
        let case = parts.case();
        let today = own_plans(&case);
        let field = Field::new(case, &today).unwrap();
        let (space, objective) = small_task(seed);
        let zone = Zone::parse(ZONES[seed as usize % ZONES.len()]).unwrap().0;
        (0..case.instances.len().min(1)).find_map(|instance| {
            let best = exhaustive(&field, (instance, zone), &space, &objective);
            let solved = |evaluations| {
                let effort = Effort { gap: 0.0, evaluations, rounds: 120 };
                solve(&field, (instance, zone), &space, &objective, &effort, &|| false).unwrap()
            };
            let all = solved(u64::MAX);
            let some = solved(500);
            let score = objective.of(&field.score(instance, &all.choice).unwrap()).unwrap();
            let wrong = all.objective != best
                || score != best
                || all.lower_bound != best
                || all.stop_reason != StopReason::Optimal
                || some.lower_bound > best
                || some.objective < best;
            wrong.then(|| format!("seed {seed}: best {best}, {all:?}, {some:?}"))
        })
    });
}

/// Weeks of one person's life, mostly at work hours, under the usual model.
fn regular_world(seed: u64) -> SmallWorld {
    let mut world = random_world(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xb0a7);
    world.horizon_start = 1_709_510_400 + rng.random_range(0..168) * 3_600;
    world.horizon_end = world.horizon_start + rng.random_range(10..50) * 86_400;
    (world.dismiss_attended_permille, world.dismiss_unattended_permille) = (1_000, 0);
    (world.after_attended, world.after_unattended) = (After::Restart, After::GiveUp);
    world.dst = Dst::Ignored;
    world.idle_check_interval = [0, 0, 300][rng.random_range(0..3)];
    let most = rng.random_range(0..4);
    // People alone, everything, runs alone, what never counts.
    let kinds = [0..2, 0..6, 4..5, 5..6][rng.random_range(0..4)].clone();
    world.instances.truncate(1);
    for instance in &mut world.instances {
        (instance.created, instance.deleted, instance.disk_full_from) = (None, None, None);
        instance.ops.clear();
        let days = (world.horizon_end - world.horizon_start) / 86_400;
        let activity = (0..days).flat_map(|day| {
            let count = rng.random_range(0..=most);
            let midnight = world.horizon_start.div_euclid(86_400) * 86_400 + day * 86_400;
            let one = |_| {
                let start = midnight + [7, 8, 9, 13][rng.random_range(0..4)] * 3_600;
                let start = start + rng.random_range(0..20_000);
                let length = [60, 900, 3_600, 7_200, 50_000][rng.random_range(0..5)];
                let kind = SmallKind::ALL[rng.random_range(kinds.clone())];
                let end = start + rng.random_range(0..=length);
                SmallActivity { kind, start, end, last_activity: None }
            };
            (0..count).map(one).collect::<Vec<_>>()
        });
        instance.activity = activity.filter(|a| a.start >= world.horizon_start).collect();
        if rng.random_bool(0.2) {
            let op = [SmallAsk::Start, SmallAsk::Stop, SmallAsk::Restart][rng.random_range(0..3)];
            let at = rng.random_range(world.horizon_start..world.horizon_end);
            instance.ops.push(SmallOp { at, op });
        }
    }
    world
}

/// What is proved before anything is searched holds for what long searches find.
#[test]
fn no_search_comes_below_a_bound() {
    assert_agreement(0, WORLDS / 2, |seed| {
        let parts = Parts::of(&regular_world(seed));
        let case = parts.case();
        let today = own_plans(&case);
        let field = Field::new(case, &today).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x90a1);
        let minutes = |minutes: i64| IdleLimit::from_minutes(minutes);
        let space =
            Space { grid_minutes: 60, max_entries: rng.random_range(1..=4), ..Space::default() };
        let space = match rng.random_range(0..3) {
            0 => space,
            1 => space.with_limits(&[minutes(15), minutes(45), minutes(60), minutes(300), None]),
            _ => space.with_limits(&[minutes(rng.random_range(15..600))]),
        };
        let cut = [0, 1_000_000, 25_000_000][rng.random_range(0..3)];
        let objective =
            Objective { interruption_cost: Money::from_micros(cut), ..Objective::default() };
        let solved = |evaluations, rounds| {
            let effort = Effort { gap: 0.0, evaluations, rounds };
            let place = (0, Zone::utc());
            solve(&field, place, &space, &objective, &effort, &|| false).unwrap()
        };
        // One limit is proved down to times of day; the second search looks where that is weakest.
        let rounds = if space.limits.len() == 1 { 300 } else { 90 };
        let proved = solved(1, rounds);
        let found = [solved(1_500, 0), solved(1_500, rounds)];
        let is_below = found.iter().any(|found| proved.lower_bound > found.objective);
        let wrong = proved.evaluations > 2 || is_below;
        wrong.then(|| format!("seed {seed}: {space:?} {proved:?}, {found:?}"))
    });
}

/// Shared plans are as many as allowed, everybody takes the best of them, and together they cost no
/// more than the best of what was found for each alone.
#[test]
fn shared_plans_are_few_and_suit_all() {
    assert_agreement(0, 60, |seed| {
        let parts = Parts::of(&random_world(seed));
        let case = parts.case();
        let today = own_plans(&case);
        let field = Field::new(case, &today).unwrap();
        let (space, objective) = small_task(seed);
        let effort = Effort { gap: 0.0, evaluations: 2_000, rounds: 60 };
        let place = |instance: usize| (instance, Zone::utc());
        let members: Vec<usize> = (0..case.instances.len()).collect();
        let alone: Vec<_> = members
            .iter()
            .map(|i| solve(&field, place(*i), &space, &objective, &effort, &|| false).unwrap())
            .collect();
        let cost = |instance: usize, choice: &Choice| {
            objective.of(&field.score(instance, choice).unwrap()).unwrap()
        };
        let cheapest = |choices: &[&Choice], instance: usize| {
            choices.iter().map(|choice| cost(instance, choice)).min().unwrap()
        };
        (1..=members.len()).find_map(|plans| {
            let (who, what) = ((&members[..], plans), (&space, &effort));
            let shared = share_found(&field, &objective, &alone, who, what, &|| false).unwrap();
            let mut choices: Vec<&Choice> = Vec::new();
            for solved in &shared {
                if !choices.contains(&&solved.choice) {
                    choices.push(&solved.choice);
                }
            }
            let total: Money = shared.iter().map(|solved| solved.objective).sum();
            // One of those found alone, for everybody.
            let one = |found: &Solved| members.iter().map(|i| cost(*i, &found.choice)).sum();
            let one: Money = alone.iter().map(one).min().unwrap_or_default();
            let each: Money = alone.iter().map(|solved| solved.objective).sum();
            let taken = |i: &usize| {
                let solved = &shared[*i];
                space.holds(&solved.choice)
                    && solved.objective == cost(*i, &solved.choice)
                    && solved.objective == cheapest(&choices, *i)
                    && solved.lower_bound <= solved.objective
            };
            let right = choices.len() <= plans
                && total <= one
                && (plans < members.len() || total <= each)
                && members.iter().all(taken);
            (!right).then(|| format!("seed {seed}, {plans} plans: {alone:?}, {shared:?}"))
        })
    });
}

/// The best objective of the space by judging all of it; weekday sets that hold the same days of
/// the horizon count once.
fn exhaustive(
    field: &Field<'_>,
    (instance, zone): (usize, Zone),
    space: &Space,
    objective: &Objective,
) -> Money {
    let horizon = field.case().trace.horizon;
    let mut all = vec![Vec::new()];
    for minute in (0..1_440).step_by(space.grid_minutes.into()) {
        for action in [Action::Start, Action::Stop] {
            let fires = |bits: u8| {
                let days = WeekDays::from_bits(bits)?;
                let entry = Entry { action, minute, days };
                let choice = Choice { idle: None, entries: vec![entry], zone };
                let rules = field.case().rules;
                let dst = field.case().dst;
                let list = idlewise::plan::firings(
                    &choice.schedules(),
                    rules,
                    dst,
                    horizon.start,
                    horizon,
                );
                (!list.is_empty()).then_some((list.iter().map(|f| f.at).collect::<Vec<_>>(), entry))
            };
            let mut distinct: Vec<_> = (1..128).filter_map(fires).collect();
            distinct.sort();
            distinct.dedup_by(|a, b| a.0 == b.0);
            let shorter = all.clone();
            for entries in shorter.iter().filter(|e| e.len() < space.max_entries) {
                for (_, entry) in &distinct {
                    let mut longer: Vec<Entry> = entries.clone();
                    longer.push(*entry);
                    all.push(longer);
                }
            }
        }
    }
    let best = |entries: &Vec<Entry>| {
        let scores = space.limits.iter().map(|at| {
            let choice = Choice { idle: limit_at(*at), entries: entries.clone(), zone };
            objective.of(&field.score(instance, &choice).unwrap()).unwrap()
        });
        scores.min().unwrap()
    };
    all.iter().map(best).min().unwrap()
}
