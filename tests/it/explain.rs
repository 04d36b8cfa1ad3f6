//! `idlewise explain` on hand-made cases: what it says is what happened, with the rule behind it.

use crate::compare::golden;
use crate::support::bench::{Bench, Ran, in_repository};
use serde_json::Value;

const BERLIN: &str = "instance,user,home_timezone,plan\nanna,anna,Europe/Berlin,office\n";
const OFFICE: &str = "name: office\nidle_time_before_shutdown_minutes: 60\nschedules:\n  \
    compute_start_stop:\n    \
    - action: start\n      trigger: {type: cron, expression: \"0 8 * * 1-5\", \
    time_zone: W. Europe Standard Time}\n    \
    - action: stop\n      trigger: {type: cron, expression: \"0 18 * * 1-5\", \
        time_zone: W. Europe Standard Time}\n";

fn bench(plan: &str, activity: &[&str]) -> Bench {
    let bench = Bench::new();
    let rows: Vec<String> = activity.iter().map(|row| format!("anna,{row}\n")).collect();
    let table = format!("instance,kind,start,end\n{}", rows.concat());
    bench.put("activity.csv", table).put("instances.csv", BERLIN).put("plans/office.yml", plan);
    bench
}

fn explain(bench: &Bench, more: &[&str]) -> Ran {
    // What comes after `--instances` would be taken for a second file of it.
    let world = ["--activity", "activity.csv", "--instances", "instances.csv"];
    bench.run(&[&["explain", "anna"], more, &world].concat())
}

/// The text as one line, as line ends fall anywhere.
fn told(bench: &Bench, more: &[&str]) -> String {
    let text = explain(bench, more).exits(0).stdout;
    assert!(text.lines().all(|l| l.chars().count() <= 100), "too wide:\n{text}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

/// SCHED-5, DEM-3: a summer morning. The start that means eight o'clock fires at nine, and the
/// person who came at a quarter past eight waits for the machine.
#[test]
fn a_start_that_comes_an_hour_late_in_summer() {
    let summer = ["kernel,2024-07-10T06:15:00Z,2024-07-10T09:00:00Z"];
    let bench = bench(OFFICE, &summer);
    let text = told(&bench, &["2024-07-10T08:16"]);
    says(
        &text,
        &[
            "Wed 10 Jul 2024 08:16 (06:16Z): starting",
            "Why: Wed 10 Jul 08:15 (06:15Z): somebody came and started it (kernel); it would have \
             been on already, had schedule 1 fired at 08:00 (06:00Z) as meant",
            "[DEM-3]",
            "kernel Wed 10 Jul 08:15 (06:15Z) to Wed 10 Jul 11:00 (09:00Z) (counts) [IDLE-2]",
            "A start comes too late: meant for 08:00 (06:00Z), it fires at 09:00 (07:00Z)",
            "at 08:00 by its label, 09:00 on the wall: 1 h late, because its zone ignores daylight \
             saving [SCHED-5]",
        ],
    );
    let before = told(&bench, &["2024-07-10T08:10"]);
    says(
        &before,
        &["08:10 (06:10Z): off", "A start comes too late", "What then happens: Wed 10 Jul 08:15"],
    );
    let day = told(&bench, &["--from", "2024-07-10", "--to", "2024-07-11"]);
    says(
        &day,
        &[
            "starting for 4 min; somebody waits 4 min [DEM-5]",
            "09:00 (07:00Z) nothing to do: it was on already; schedule 1 (start, `0 8 * * 1-5`",
            "in use for 2.7 h",
            "stopped: the idle clock ran from 11:00 (09:00Z) to its limit of 60 min [IDLE-4]",
            "19:00 (17:00Z) nothing to do: it was off already; schedule 2",
        ],
    );
    // By the real clock it was on in time, and nothing is late.
    let observed = told(&bench, &["2024-07-10T08:16", "--dst", "observed"]);
    says(&observed, &["(06:16Z): on", "started: schedule 1", "[SCHED-8]"]);
    assert!(!observed.contains("late"), "{observed}");
}

/// SCHED-5: in winter label and wall agree.
#[test]
fn nothing_is_late_in_winter() {
    let bench = bench(OFFICE, &["kernel,2024-01-10T07:15:00Z,2024-01-10T09:00:00Z"]);
    let text = told(&bench, &["2024-01-10T08:16"]);
    says(
        &text,
        &[
            "(07:16Z): on",
            "started: schedule 1 (start, `0 8 * * 1-5`, W. Europe Standard Time) [SCHED-8]",
        ],
    );
    assert!(!text.contains("late"), "{text}");
}

/// SCHED-7, IDLE-6, LEDG-6: a stop dismissed on Friday costs the weekend.
#[test]
fn a_weekend_that_costs_money() {
    let stop_only = "name: office\nschedules:\n  compute_start_stop:\n    \
        - action: stop\n      trigger: {type: cron, expression: \"0 18 * * 1-5\", \
        time_zone: W. Europe Standard Time}\n";
    let work = [
        "kernel,2024-01-12T08:00:00Z,2024-01-12T17:30:00Z",
        "kernel,2024-01-15T08:00:00Z,2024-01-15T09:00:00Z",
        "kernel,2024-01-23T08:00:00Z,2024-01-23T09:00:00Z",
    ];
    let bench = bench(stop_only, &work);
    let text = told(&bench, &[]);
    says(
        &text,
        &[
            "2024-W02 is its most wasteful week",
            "Plan `office`: no idle limit, 1 schedule.",
            "09:00 (08:00Z) somebody came and started it (kernel) [DEM-3]",
            "18:00 (17:00Z) somebody was at work and dismissed the stop: schedule 1 (stop, `0 18 * \
             * 1-5`, W. Europe Standard Time); the idle clock runs on [SCHED-7]",
            "18:30 (17:30Z) on with nobody there for 53.5 h, to Mon 15 Jan 00:00 (Sun 23:00Z)",
            "no idle limit is set, so being idle never stops it [IDLE-1]",
        ],
    );
    let instant = told(&bench, &["2024-01-13T12:00:00Z"]);
    says(
        &instant,
        &[
            "Sat 13 Jan 2024 13:00 (12:00Z): on",
            "It is on since Fri 12 Jan 09:04 (08:04Z)",
            "Since then: Fri 12 Jan 18:00 (17:00Z): somebody was at work and dismissed the stop",
            "Nobody is there: the last, kernel, ended Fri 12 Jan 18:30 (17:30Z)",
            "The idle clock runs since Fri 12 Jan 18:30 (17:30Z), 18.5 h by now",
            "Next stop: Mon 15 Jan 18:00 (17:00Z): schedule 1",
            "What then happens: Mon 15 Jan 18:00 (17:00Z): stopped: schedule 1",
            // 80.9 h at 0.293 USD an hour.
            "23.71 USD until Mon 15 Jan 18:00",
        ],
    );
    let line = explain(&bench, &["2024-01-13T12:00:00Z", "--format", "jsonl"]).exits(0).stdout;
    let json: Value = serde_json::from_str(&line).unwrap();
    // Friday 17:30 to Monday 17:00 UTC, but for the hour of Monday morning.
    assert_eq!(json["waste_s"], 70 * 3_600 + 1_800);
    assert_eq!((&json["state"], &json["why"]["rule"]), (&"running".into(), &"DEM-3".into()));
    assert_eq!(json["idle_clock"]["limit_minutes"], Value::Null);
    assert_eq!(json["meanwhile"][0]["event"], "stop_dismissed");
}

/// Lines for programs: the head adds up, and every event has a rule.
#[test]
fn lines_of_json_add_up() {
    let bench = bench(OFFICE, &["run,2024-07-10T06:15:00Z,2024-07-10T19:00:00Z"]);
    let lines = explain(&bench, &["--week", "2024-W28", "--format", "jsonl"]).exits(0).stdout;
    let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |kind: &str| lines.iter().filter(|l| l["kind"] == *kind).collect::<Vec<_>>();
    let head = of("story")[0];
    for sum in ["waste_s", "billed_s", "queue_s"] {
        let parts: i64 = of("stretch").iter().map(|s| s[sum].as_i64().unwrap()).sum();
        assert_eq!(head[sum], parts, "{sum}");
    }
    let events = of("event");
    assert!(events.iter().all(|e| e["rule"].as_str().is_some_and(|r| r.contains('-'))));
    let cut = events.iter().find(|e| e["event"] == "interrupted").expect("the run is cut off");
    assert_eq!((&cut["cause"], &cut["rule"]), (&"schedule".into(), &"DEM-7".into()));
    assert!(cut["text"].as_str().unwrap().contains("10.7 h of a run are lost"), "{cut}");
    assert!(lines.windows(2).skip(1).all(|w| w[0]["at"].as_str() <= w[1]["at"].as_str()));
}

/// The week in which the clocks change says so, and local times follow.
#[test]
fn a_change_of_the_clock_is_told() {
    let bench = bench(OFFICE, &["kernel,2024-03-29T08:00:00Z,2024-04-02T08:00:00Z"]);
    let text = told(&bench, &["--week", "2024-W13"]);
    says(&text, &["Sun 31 Mar (UTC+2) 03:00 (01:00Z) the clocks change, from UTC+1 to UTC+2"]);
    let lines = explain(&bench, &["--week", "2024-W13", "--format", "jsonl"]).exits(0).stdout;
    assert!(lines.contains("\"local\":\"2024-03-31T03:00:00+02:00\""), "{lines}");
}

/// IDLE-2, PAGE-DISK: a limit that never stops anything says why.
#[test]
fn a_limit_that_cannot_stop_it_says_why() {
    let bench = bench(OFFICE, &["kernel,2024-07-10T06:15:00Z,2024-07-10T09:00:00Z"]);
    let with = |column: &str, value: &str| {
        let table =
            format!("instance,home_timezone,plan,{column}\nanna,Europe/Berlin,office,{value}\n");
        bench.put("instances.csv", table);
        told(&bench, &["2024-07-10T12:00", "--rules", "aml-2024-08"])
    };
    says(
        &with("identity_has_contributor", "false"),
        &["its identity lacks Contributor", "[IDLE-2]"],
    );
    let full = with("disk_full_from", "2024-07-10T08:00:00Z");
    says(&full, &["its OS disk is full by then", "[PAGE-DISK]"]);
}

#[test]
fn the_stories_of_the_sample_are_as_before() {
    let bench = Bench::new();
    let sample = |name: &str| in_repository("data/sample").join(name).display().to_string();
    let explain = |more: &[&str]| {
        let mut arguments: Vec<String> = vec!["explain".into(), "--quiet".into()];
        arguments.extend(more.iter().map(|m| (*m).to_owned()));
        for (flag, file) in [
            ("--activity", "activity.csv"),
            ("--instances", "instances.csv"),
            ("--operations", "operations.csv"),
        ] {
            arguments.extend([flag.to_owned(), sample(file)]);
        }
        bench.run(&arguments).exits(0).stdout
    };
    golden("explain-weekend.txt", &explain(&["ci0002-chen", "2024-03-16T14:30"]));
    golden("explain-summer-morning.txt", &explain(&["ci0012-tara", "2024-04-04T08:16"]));
    golden("explain-week.txt", &explain(&["ci0012-tara"]));
}
