//! Every bench body once, small, so that none of them rots.

#[path = "../../benches/bodies.rs"]
pub(crate) mod bodies;

use bodies::{FOUR, Files, IDLE, OFFICE, Work, World};

#[test]
fn bench_bodies_run_and_a_sweep_bills_what_a_replay_bills() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
    for schedules in [IDLE, OFFICE, FOUR] {
        for work in [Work::Usual, Work::Dense, Work::Apps] {
            World::new(3, 3, work, schedules).with(|ready| {
                assert!(ready.events() > 0);
                assert_eq!(ready.replay(), ready.sweep(), "an hour's limit, {work:?}");
                assert_eq!(ready.replay(), ready.replay_on(&pool), "{work:?}");
            });
        }
    }
}

#[test]
fn bench_bodies_load_files_and_run_the_program() {
    let files = Files::new("bench-bodies", 4, 2);
    assert!(files.load() > 0);
    assert!(files.end_to_end("simulate").join("instances.csv").exists());
    assert!(files.end_to_end("sweep").join("sweep.csv").exists());
}
