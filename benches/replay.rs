//! How fast replays and sweeps are, on one thread, and loading and whole runs, on all.
//!
//! `cargo bench --bench replay` measures with divan; with `-- --ratios` behind it, it prints
//! nanoseconds per event, what a sweep of all limits costs in replays, and how much faster two
//! threads replay than one.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench reads the clock and its arguments"
)]

#[path = "bodies.rs"]
mod bodies;

use bodies::{FOUR, Files, IDLE, OFFICE, Work, World};
use divan::Bencher;
use divan::counter::ItemsCount;
use std::time::Instant;

const INSTANCES: u32 = 20;
const WEEKS: u32 = 52;

const WORLDS: [(&str, Work, &str); 7] = [
    ("idle", Work::Usual, IDLE),
    ("office", Work::Usual, OFFICE),
    ("four", Work::Usual, FOUR),
    ("dense-idle", Work::Dense, IDLE),
    ("dense-office", Work::Dense, OFFICE),
    ("dense-four", Work::Dense, FOUR),
    ("apps", Work::Apps, IDLE),
];

fn world(name: &str) -> World {
    let (_, work, schedules) = WORLDS.into_iter().find(|(n, ..)| *n == name).unwrap();
    World::new(INSTANCES, WEEKS, work, schedules)
}

fn main() {
    if std::env::args().any(|a| a == "--ratios") {
        ratios();
    } else {
        divan::main();
    }
}

#[divan::bench(args = WORLDS.map(|world| world.0))]
fn replay(bencher: Bencher<'_, '_>, name: &str) {
    world(name).with(|ready| {
        bencher.counter(ItemsCount::new(ready.events())).bench_local(|| ready.replay());
    });
}

#[divan::bench(args = WORLDS.map(|world| world.0))]
fn sweep(bencher: Bencher<'_, '_>, name: &str) {
    world(name).with(|ready| {
        bencher.counter(ItemsCount::new(ready.events())).bench_local(|| ready.sweep());
    });
}

#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    let files = Files::new("bench-files", 2_000, WEEKS);
    bencher.counter(ItemsCount::new(files.load())).bench_local(|| files.load());
}

#[divan::bench(args = ["simulate", "sweep"], sample_count = 10)]
fn end_to_end(bencher: Bencher<'_, '_>, command: &str) {
    let files = Files::new("bench-files", 2_000, WEEKS);
    bencher.counter(ItemsCount::new(files.load())).bench_local(|| files.end_to_end(command));
}

/// The best of many short runs of both, in turn \[ns\]: on a busy machine some are left alone.
fn best(one: impl Fn() -> i64, other: impl Fn() -> i64) -> (u128, u128) {
    let run = |body: &dyn Fn() -> i64| {
        let begun = Instant::now();
        divan::black_box(body());
        begun.elapsed().as_nanos()
    };
    let runs: Vec<_> = (0..100).map(|_| (run(&one), run(&other))).collect();
    let least = |of: fn(&(u128, u128)) -> u128| runs.iter().map(of).min().unwrap();
    (least(|r| r.0), least(|r| r.1))
}

/// A pool of so many threads.
fn threads(count: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap()
}

fn ratios() {
    let only = std::env::args().skip_while(|a| a != "--ratios").nth(1);
    let only = only.filter(|name| !name.starts_with('-')).unwrap_or_default();
    let head = ["events", "replay", "sweep", "ratio", "2 threads"];
    println!(
        "{:14}{:>10}{:>12}{:>12}{:>10}{:>12}",
        "world", head[0], head[1], head[2], head[3], head[4]
    );
    let (single, double) = (threads(1), threads(2));
    for (name, ..) in WORLDS.into_iter().filter(|(n, ..)| n.contains(only.as_str())) {
        world(name).with(|ready| {
            let events = u128::from(ready.events());
            let (one, all) = best(|| ready.replay(), || ready.sweep());
            let each = |ns: u128| format!("{}.{:02} ns", ns / events, ns * 100 / events % 100);
            let ratio = |a: u128, b: u128| format!("{}.{:02}", a / b, a * 100 / b % 100);
            let (alone, both) = best(|| ready.replay_on(&single), || ready.replay_on(&double));
            let (each, sweep) = (each(one), each(all));
            let (all, two) = (ratio(all, one), ratio(alone, both));
            println!("{name:14}{events:>10}{each:>12}{sweep:>12}{all:>10}{two:>12}");
        });
    }
}
