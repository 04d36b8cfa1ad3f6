//! The auditor against numbers worked out by hand, and against itself.

use crate::support::auditor::{AuditRow, Walk, audit, dismisses};
use crate::support::world::{
    After, Dst, Rules, SmallAction, SmallActivity, SmallAsk, SmallInstance, SmallKind, SmallOp,
    SmallPlan, SmallSchedule, SmallTrigger, SmallWorld, random_world,
};
use std::collections::BTreeSet;

/// 2024-05-15T00:00:00Z, a Wednesday.
const DAY: i64 = 1_715_731_200;

/// One day, one plan without schedules, one stopped instance without a trace.
/// Latencies: start 240, stop 60, create 300, restart 180.
fn quiet(idle_minutes: Option<u32>) -> SmallWorld {
    SmallWorld {
        horizon_start: DAY,
        horizon_end: DAY + 86_400,
        rules: Rules::Aml2022,
        dst: Dst::Ignored,
        create_latency: 300,
        start_latency: 240,
        stop_latency: 60,
        restart_latency: 180,
        idle_check_interval: 0,
        dismiss_attended_permille: 1_000,
        dismiss_unattended_permille: 0,
        after_attended: After::Restart,
        after_unattended: After::GiveUp,
        seed: 1,
        plans: vec![SmallPlan { name: "p".into(), idle_minutes, schedules: vec![] }],
        instances: vec![SmallInstance {
            name: "ci".into(),
            created: None,
            deleted: None,
            initial_running: false,
            identity_has_contributor: None,
            disk_full_from: None,
            activity: vec![],
            ops: vec![],
        }],
    }
}

/// The same, running from the start.
fn running(idle_minutes: Option<u32>) -> SmallWorld {
    let mut world = quiet(idle_minutes);
    world.instances[0].initial_running = true;
    world
}

impl SmallWorld {
    /// With an interval, in seconds of the day.
    fn with(mut self, kind: SmallKind, start: i64, end: i64) -> Self {
        let (start, end) = (DAY + start, DAY + end);
        let row = SmallActivity { kind, start, end, last_activity: None };
        self.instances[0].activity.push(row);
        self
    }

    /// With an operation, in seconds of the day.
    fn op(mut self, at: i64, op: SmallAsk) -> Self {
        self.instances[0].ops.push(SmallOp { at: DAY + at, op });
        self
    }

    /// With a cron schedule in UTC.
    fn cron(mut self, action: SmallAction, expression: &str) -> Self {
        self.plans[0].schedules.push(SmallSchedule {
            action,
            enabled: true,
            zone: None,
            start_time: None,
            trigger: SmallTrigger::Cron(expression.into()),
        });
        self
    }
}

/// The product page: with a full OS disk neither idle shutdown nor schedules work; people still
/// start it, and a stop operation works.
#[test]
fn a_full_disk_ends_all_automation() {
    // Running from 0:00, idle limit 60 min; a cron stop at 2:00 and a start at 5:00.
    let mut world = running(Some(60))
        .cron(SmallAction::Stop, "0 2 * * *")
        .cron(SmallAction::Start, "0 5 * * *")
        .op(4 * 3_600, SmallAsk::Stop);
    world.instances[0].disk_full_from = Some(DAY + 3_600);
    let row = both(&world);
    assert_eq!((row.running_s, row.stops_idle, row.stops_schedule), (4 * 3_600, 0, 0));
    assert_eq!((row.stops_operation, row.starts_schedule), (1, 0));
    // A second later the idle shutdown of 1:00 still happens.
    world.instances[0].disk_full_from = Some(DAY + 3_601);
    let row = both(&world);
    assert_eq!((row.running_s, row.stops_idle, row.starts_schedule), (3_600, 1, 0));
}

/// A draw that depends on all it is given.
fn mix(seed: u64, name: &str, at: i64) -> u64 {
    let mut x = seed ^ (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in name.bytes() {
        x = (x ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Both walks over plan 0 and instance 0, which must agree.
fn both(world: &SmallWorld) -> AuditRow {
    let row = audit(world, 0, 0, &mix, Walk::EverySecond);
    assert_eq!(row, audit(world, 0, 0, &mix, Walk::Sparse));
    row
}

/// The columns that are not zero, less those about a whole day: existing and billed.
fn told(world: &SmallWorld) -> Vec<(&'static str, i64)> {
    let row = both(world);
    let states = row.creating_s + row.starting_s + row.running_s + row.restarting_s;
    assert_eq!(row.exists_s, states + row.stopping_s + row.stopped_s, "STATE-2");
    assert_eq!(row.exists_s, row.exists_by_month.values().sum::<i64>());
    assert_eq!(row.billed_s, row.billed_by_month.values().sum::<i64>());
    assert_eq!(row.billed_s, states - row.creating_s + row.stopping_s, "LEDG-1");
    let derived = ["exists_s", "billed_s", "stopped_s"];
    row.nonzero().into_iter().filter(|(name, _)| !derived.contains(name)).collect()
}

/// DEM-3, IDLE-4: 08:00 start, ready 08:04, last activity 09:00, idle at 09:30.
#[test]
fn demand_starts_and_idleness_stops() {
    let world = quiet(Some(30)).with(SmallKind::Kernel, 28_800, 32_400);
    let row = both(&world);
    // 28800..29040 starting, ..34200 running, ..34260 stopping: 5460 billed of 86400.
    assert_eq!((row.exists_s, row.billed_s, row.stopped_s), (86_400, 5_460, 80_940));
    assert_eq!(
        told(&world),
        [
            ("starting_s", 240),
            ("running_s", 5_160),
            ("stopping_s", 60),
            ("active_s", 3_360),
            ("wait_s", 240),
            ("starts_demand", 1),
            ("stops_idle", 1),
        ]
    );
}

/// DEM-4: a touch waits to be served, ends there, and the clock runs from there.
#[test]
fn a_touch_is_pending_until_ready() {
    let world = quiet(Some(15)).with(SmallKind::Terminal, 100, 100);
    let expected = [
        ("starting_s", 240),
        ("running_s", 900),
        ("stopping_s", 60),
        ("wait_s", 240),
        ("starts_demand", 1),
        ("stops_idle", 1),
    ];
    assert_eq!(told(&world), expected);
    // An interval that ends at the very instant of readiness is no different.
    let world = quiet(Some(15)).with(SmallKind::Terminal, 100, 340);
    assert_eq!(told(&world), expected);
}

/// STATE-1 with all phases of length 0: start, served, ended in one instant; idle 900 s later.
#[test]
fn no_latency_at_all() {
    let mut world = quiet(Some(15)).with(SmallKind::Kernel, 100, 100);
    (world.start_latency, world.stop_latency) = (0, 0);
    assert_eq!(told(&world), [("running_s", 900), ("starts_demand", 1), ("stops_idle", 1)]);
}

/// DEM-7, DEM-8: a run starts 01:00, is ready 01:04 and cut 03:00, then given up.
#[test]
fn a_scheduled_stop_cuts_a_run() {
    let world =
        quiet(None).with(SmallKind::Run, 3_600, 18_000).cron(SmallAction::Stop, "0 3 * * *");
    assert_eq!(
        told(&world),
        [
            ("starting_s", 240),
            ("running_s", 6_960),
            ("stopping_s", 60),
            ("active_s", 6_960),
            ("queue_s", 240),
            ("lost_run_s", 6_960),
            ("starts_demand", 1),
            ("stops_schedule", 1),
            ("interruptions_schedule", 1),
        ]
    );
}

/// SCHED-7: a person present dismisses each of two stops that fire together.
#[test]
fn each_stop_is_dismissed_by_itself() {
    let world = running(None)
        .with(SmallKind::Kernel, 0, 7_200)
        .cron(SmallAction::Stop, "0 1 * * *")
        .cron(SmallAction::Stop, "0 1 * * 3");
    let expected = [("running_s", 86_400), ("active_s", 7_200), ("dismissed_stops", 2)];
    assert_eq!(told(&world), expected);
}

/// DEM-8 attended: cut at 3600, stopped 3660, started again, ready 3900.
#[test]
fn a_person_restarts_what_was_cut() {
    let mut world =
        running(None).with(SmallKind::Kernel, 0, 7_200).cron(SmallAction::Stop, "0 1 * * *");
    world.dismiss_attended_permille = 0;
    assert_eq!(
        told(&world),
        [
            ("starting_s", 240),
            ("running_s", 86_100),
            ("stopping_s", 60),
            ("active_s", 6_900),
            ("wait_s", 300),
            ("starts_demand", 1),
            ("stops_schedule", 1),
            ("interruptions_schedule", 1),
        ]
    );
}

/// DEM-9: a stop on purpose ends the session, a restart does not.
#[test]
fn stop_cancels_and_restart_keeps() {
    let stop = running(None).with(SmallKind::Kernel, 0, 7_200).op(1_000, SmallAsk::Stop);
    assert_eq!(
        told(&stop),
        [
            ("running_s", 1_000),
            ("stopping_s", 60),
            ("active_s", 1_000),
            ("stops_operation", 1),
            ("interruptions_operation", 1),
        ]
    );
    let restart = running(None).with(SmallKind::Run, 0, 7_200).op(1_000, SmallAsk::Restart);
    assert_eq!(
        told(&restart),
        [
            ("running_s", 86_220),
            ("restarting_s", 180),
            ("active_s", 7_020),
            ("queue_s", 180),
            ("lost_run_s", 1_000),
            ("interruptions_operation", 1),
        ]
    );
}

/// IDLE-5 with 2400 s on the clock: 30 min resets it, 40 min fires at once, 50 min waits for 3000.
#[test]
fn set_idle_against_the_clock() {
    for (minutes, stops_at) in [(30, 4_200), (40, 2_400), (50, 3_000)] {
        let world = running(Some(60)).op(2_400, SmallAsk::SetIdle(Some(minutes)));
        let expected = [("running_s", stops_at), ("stopping_s", 60), ("stops_idle", 1)];
        assert_eq!(told(&world), expected, "{minutes} min");
    }
    // A new plan's limit does the same.
    let mut world = running(Some(60)).op(2_400, SmallAsk::SetPlan(1));
    world.plans.push(SmallPlan { name: "q".into(), idle_minutes: Some(30), schedules: vec![] });
    assert_eq!(both(&world).running_s, 4_200);
}

/// IDLE-7: the deadline 37 + 900 is found at the next whole ten minutes.
#[test]
fn idleness_is_found_at_the_next_check() {
    let mut world = running(Some(15)).with(SmallKind::Ssh, 37, 37);
    world.idle_check_interval = 600;
    assert_eq!(both(&world).running_s, 1_200);
    world.idle_check_interval = 0;
    assert_eq!(both(&world).running_s, 937);
}

/// IDLE-2: under the newer rules SSH keeps nothing awake, and no Contributor means no shutdown.
#[test]
fn rule_profiles() {
    let mut world = running(Some(15)).with(SmallKind::Ssh, 37, 37);
    world.rules = Rules::Aml2024;
    assert_eq!(both(&world).running_s, 900);
    world.instances[0].identity_has_contributor = Some(false);
    assert_eq!(told(&world), [("running_s", 86_400)]);
}

/// IDLE-3: last keystroke at 600, closed at 11400, idle 900 later.
#[test]
fn a_forgotten_editor_is_closed() {
    let mut world = running(Some(15)).with(SmallKind::Vscode, 0, 36_000);
    world.instances[0].activity[0].last_activity = Some(DAY + 600);
    let expected =
        [("running_s", 12_300), ("stopping_s", 60), ("active_s", 11_400), ("stops_idle", 1)];
    assert_eq!(told(&world), expected);
}

/// DEM-6, STATE-3, STATE-4: kernel 500..2000; created 1000, ready 1300, deleted 1600.
#[test]
fn unserved_before_and_after_a_short_life() {
    let world = quiet(None)
        .with(SmallKind::Kernel, 500, 2_000)
        .op(1_600, SmallAsk::Delete)
        .op(1_000, SmallAsk::Create(true));
    assert_eq!(both(&world).exists_s, 600);
    assert_eq!(
        told(&world),
        [
            ("creating_s", 300),
            ("running_s", 300),
            ("active_s", 300),
            ("wait_s", 300),
            ("unserved_s", 900),
            ("interruptions_operation", 1),
        ]
    );
}

/// A start is queued in `stopping` (1.2, SCHED-8); a stop drops only the schedule's (SCHED-6).
#[test]
fn queued_starts() {
    let asked = running(None).op(100, SmallAsk::Stop).op(120, SmallAsk::Start);
    assert_eq!(
        told(&asked),
        [
            ("starting_s", 240),
            ("running_s", 86_100),
            ("stopping_s", 60),
            ("starts_operation", 1),
            ("stops_operation", 1),
        ]
    );
    // Stop 01:00, start 01:01, stopped 01:03: starts; unless a stop at 01:02 drops it.
    let mut kept =
        running(None).cron(SmallAction::Stop, "0 1 * * *").cron(SmallAction::Start, "1 1 * * *");
    kept.stop_latency = 180;
    assert_eq!(both(&kept).running_s, 86_400 - 180 - 240);
    assert_eq!(both(&kept).starts_schedule, 1);
    let dropped = kept.cron(SmallAction::Stop, "2 1 * * *");
    let expected = [("running_s", 3_600), ("stopping_s", 180), ("stops_schedule", 1)];
    assert_eq!(told(&dropped), expected);
}

/// A custom application does not count: cut at 900, 2100 and 3300, ready again at 1200, 2400 and,
/// just when it ends, 3600; idle for good at 4500.
#[test]
fn idle_interruptions() {
    let world = running(Some(15)).with(SmallKind::CustomApp, 0, 3_600);
    assert_eq!(
        told(&world),
        [
            ("starting_s", 720),
            ("running_s", 3_600),
            ("stopping_s", 240),
            ("wait_s", 900),
            ("starts_demand", 3),
            ("stops_idle", 4),
            ("interruptions_idle", 3),
        ]
    );
}

/// The `created` and `deleted` columns: 1000..5000, and a later life by operation from 6000 whose
/// idle limit is the plan's again: `set_idle` in the first life is forgotten.
#[test]
fn two_lives() {
    let mut world = running(Some(15))
        .op(1_000, SmallAsk::SetIdle(None))
        .op(6_000, SmallAsk::Create(true))
        .op(5_500, SmallAsk::Start);
    world.instances[0].created = Some(DAY + 1_000);
    world.instances[0].deleted = Some(DAY + 5_000);
    // Running 1000..5000; creating 6000..6300, running ..7200, stopping ..7260, then stopped.
    assert_eq!(both(&world).exists_s, 4_000 + 80_400);
    assert_eq!(
        told(&world),
        [("creating_s", 300), ("running_s", 4_900), ("stopping_s", 60), ("stops_idle", 1)]
    );
    // Deleted before it all begins, only the second life is left.
    world.instances[0].created = None;
    world.instances[0].deleted = Some(DAY - 1);
    assert_eq!(both(&world).exists_s, 80_400);
}

/// DEM-4, DEM-8: who gives up stays gone, though the instance comes back; who comes later is
/// served. Cut at 3600; the terminal asks at 7200, ready 7440.
#[test]
fn giving_up_is_for_good() {
    let mut world = running(None)
        .with(SmallKind::Kernel, 0, 14_400)
        .with(SmallKind::Terminal, 7_200, 7_500)
        .cron(SmallAction::Stop, "0 1 * * *");
    world.dismiss_attended_permille = 0;
    world.after_attended = After::GiveUp;
    assert_eq!(
        told(&world),
        [
            ("starting_s", 240),
            ("running_s", 3_600 + 86_400 - 7_440),
            ("stopping_s", 60),
            ("active_s", 3_600 + 60),
            ("wait_s", 240),
            ("starts_demand", 1),
            ("stops_schedule", 1),
            ("interruptions_schedule", 1),
        ]
    );
}

/// STATE-5 step 8: a stop on purpose cancels what is present, also what started at that instant,
/// while what starts one second later finds the instance stopping and waits 59 + 240.
#[test]
fn a_stop_and_what_comes_right_after() {
    let world = running(None)
        .with(SmallKind::Run, 1_000, 5_000)
        .with(SmallKind::Ssh, 1_001, 5_000)
        .op(1_000, SmallAsk::Stop);
    assert_eq!(
        told(&world),
        [
            ("starting_s", 240),
            ("running_s", 86_100),
            ("stopping_s", 60),
            ("active_s", 3_700),
            ("wait_s", 299),
            ("starts_demand", 1),
            ("stops_operation", 1),
            ("interruptions_operation", 1),
        ]
    );
}

/// LEDG-3: seconds are put in the UTC month they fall in.
#[test]
fn months() {
    let mut world = running(None);
    (world.horizon_start, world.horizon_end) = (DAY + 16 * 86_400, DAY + 18 * 86_400);
    let row = audit(&world, 0, 0, &mix, Walk::Sparse);
    let expected = [("2024-05".into(), 86_400), ("2024-06".into(), 86_400)];
    assert_eq!(row.exists_by_month, expected.into());
    assert_eq!(row.billed_by_month, row.exists_by_month);
}

/// SCHED-7: the thresholds, at both ends and in the middle.
#[test]
fn thresholds() {
    assert!(dismisses(u64::MAX, 1_000) && !dismisses(0, 0));
    assert!(dismisses(u64::MAX / 2, 500) && !dismisses(u64::MAX / 2 + 1, 500));
}

/// The sparse walk skips only instants at which nothing happens.
#[test]
fn second_by_second_equals_sparse() {
    for seed in 0..100 {
        let world = random_world(seed);
        // Long horizons only now and then: a second of theirs costs as much as any.
        let days = (world.horizon_end - world.horizon_start) / 86_400;
        if days > 1 && seed % 8 != 0 {
            continue;
        }
        for instance in 0..world.instances.len() {
            let plan = seed as usize % world.plans.len();
            let slow = audit(&world, plan, instance, &mix, Walk::EverySecond);
            let sparse = audit(&world, plan, instance, &mix, Walk::Sparse);
            assert_eq!(slow, sparse, "seed {seed}, plan {plan}, instance {instance}");
        }
    }
}

/// The random worlds reach every column, and no column is the same in all of them.
#[test]
fn random_worlds_reach_every_column() {
    let mut seen = BTreeSet::new();
    let mut rows = 0;
    for seed in 0..100 {
        let world = random_world(seed);
        assert_eq!(world, random_world(seed));
        for plan in 0..world.plans.len() {
            for instance in 0..world.instances.len() {
                let row = audit(&world, plan, instance, &mix, Walk::Sparse);
                seen.extend(row.nonzero().into_iter().map(|(name, _)| name));
                rows += 1;
            }
        }
    }
    assert!(rows > 200);
    assert_eq!(seen.len(), AuditRow::default().columns().len(), "{seen:?}");
}
