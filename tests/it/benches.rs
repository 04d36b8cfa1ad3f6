//! Every bench body once, small, so that none of them rots.

#[path = "../../benches/bodies.rs"]
mod bodies;

use bodies::{FOUR, IDLE, OFFICE, Work, World};

#[test]
fn bench_bodies_run_and_a_sweep_bills_what_a_replay_bills() {
    for schedules in [IDLE, OFFICE, FOUR] {
        for work in [Work::Usual, Work::Dense, Work::Apps] {
            World::new(3, 3, work, schedules).with(|ready| {
                assert!(ready.events() > 0);
                assert_eq!(ready.replay(), ready.sweep(), "an hour's limit, {work:?}");
            });
        }
    }
}
