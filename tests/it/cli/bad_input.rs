//! Input that cannot be used: every message names the place, the column or flag, the value and the
//! way out, and the exit code says whose turn it is.

#![allow(clippy::disallowed_methods, reason = "makes folders that cannot be written to")]

use super::{ACTIVITY, office, simulate};
use crate::support::bench::Bench;

/// What is wrong, the file it is wrong in with its text, more arguments, the exit code, and what
/// stderr must say.
type Bad = (&'static str, &'static str, &'static str, &'static [&'static str], i32, Says);
type Says = &'static [&'static str];

/// Each of these files replaces one of the bench's, or lies beside them.
const BAD: &[Bad] = &[
    (
        "a column is missing",
        "activity.csv",
        "instance,kind,start\nanna,kernel,2024-01-01T09:00:00Z\n",
        &[],
        1,
        &["activity.csv:1  error[E0105]", "`end`", "the file has `instance`, `kind`, `start`"],
    ),
    (
        "a column is misspelt",
        "activity.csv",
        "instance,kind,start,End\n",
        &[],
        1,
        &["activity.csv:1  error[E0105]", "`end`", "(rename `End` to `end`)"],
    ),
    (
        "a kind is unknown",
        "activity.csv",
        "instance,kind,start,end\nanna,kernal,2024-01-01T09:00:00Z,2024-01-01T10:00:00Z\n",
        &[],
        1,
        &["activity.csv:2  error[E0121]  kind: unknown kind `kernal`", "did you mean `kernel`?"],
    ),
    (
        "it ends before it starts",
        "activity.csv",
        "instance,kind,start,end\nanna,run,2024-01-01T09:00:00Z,2024-01-01T08:00:00Z\n",
        &[],
        1,
        &["activity.csv:2  error[E0122]  end:", "`2024-01-01T08:00:00Z` is before start"],
    ),
    (
        "a time without an offset",
        "activity.csv",
        "instance,kind,start,end\nanna,run,2024-01-01T09:00:00,2024-01-01T10:00:00Z\n",
        &[],
        1,
        &["activity.csv:2  error[E0113]  start: `2024-01-01T09:00:00`", "pass --assume-utc"],
    ),
    (
        "no time at all",
        "activity.csv",
        "instance,kind,start,end\nanna,run,yesterday,2024-01-01T10:00:00Z\n",
        &[],
        1,
        &["activity.csv:2  error[E0112]  start: `yesterday`"],
    ),
    (
        "a cell too many",
        "activity.csv",
        "instance,kind,start,end\nanna,run,2024-01-01T09:00:00Z,2024-01-01T10:00:00Z,x\n",
        &[],
        1,
        &["activity.csv:2  error[E0108]", "5"],
    ),
    ("an empty file", "activity.csv", "", &[], 1, &["activity.csv  error[E0104]", "empty"]),
    (
        "a header alone",
        "activity.csv",
        "instance,kind,start,end\n",
        &[],
        1,
        &["error[E0123]  there is no row of activity", "--horizon"],
    ),
    (
        "an unknown zone",
        "p.yml",
        "schedules:\n  compute_start_stop:\n    - action: stop\n      trigger:\n        \
         type: cron\n        time_zone: \"W. Europe Standrd Time\"\n        \
         expression: \"0 18 * * *\"\n",
        &["--plan", "p.yml"],
        1,
        &[
            "p.yml:6:20  error[E0207]  time_zone: unknown time zone `W. Europe Standrd Time`",
            "did you mean W. Europe Standard Time",
        ],
    ),
    (
        "an idle limit under 15 minutes",
        "p.yml",
        "idle_time_before_shutdown_minutes: 14\n",
        &["--plan", "p.yml"],
        1,
        &["p.yml:1:36  error[E0203]  idle_time_before_shutdown_minutes: `14`", "from 15 to 4320"],
    ),
    (
        "an idle limit over three days",
        "p.yml",
        "idle_time_before_shutdown_minutes: 4321\n",
        &["--plan", "p.yml"],
        1,
        &["p.yml:1:36  error[E0203]  idle_time_before_shutdown_minutes: `4321`", "15 to 4320"],
    ),
    (
        "an unknown region",
        "instances.csv",
        "instance,region\nbob,eastus\nanna,marsnorth\n",
        &["--instances", "instances.csv"],
        1,
        &[
            "instances.csv:3  error[E0410]  vm_size: no price for compute of Standard_DS3_v2 in \
             marsnorth",
            "known in centralus, eastus",
            "--prices FILE",
            "compute,marsnorth,Standard_DS3_v2,RATE,hour",
        ],
    ),
    (
        "a size without a price",
        "instances.csv",
        "instance,vm_size\nanna,Standard_DS3_v3\nbob,\n",
        &["--instances", "instances.csv"],
        1,
        &[
            "instances.csv:2  error[E0410]  vm_size: no price for compute of Standard_DS3_v3 in \
             eastus",
            "similar:",
            "compute,eastus,Standard_DS3_v3,RATE,hour",
        ],
    ),
    (
        "a region without a price for the disk",
        "instances.csv",
        "instance,region,vm_size\nanna,,\nbob,westus2,Standard_DS3_v2\n",
        &["--instances", "instances.csv"],
        1,
        &[
            "instances.csv:3  error[E0410]  region: no price for os_disk in westus2",
            "os_disk,westus2,,RATE,month",
        ],
    ),
    (
        "an instance that the table lacks",
        "instances.csv",
        "instance\nanna\n",
        &["--instances", "instances.csv"],
        1,
        &["error[E0305]  instance: `bob` is active", "add a row for it, or record its create"],
    ),
    (
        "a plan that the table names and nobody has",
        "instances.csv",
        "instance,plan\nanna,ofice\nbob,\n",
        &["--instances", "instances.csv"],
        1,
        &["instances.csv:2  error[E0306]  plan: no plan is called `ofice`", "--plan"],
    ),
    (
        "a plan that an operation names and nobody has",
        "operations.csv",
        "instance,at,op,value\nanna,2024-01-01T09:00:00Z,set_plan,ofice\n",
        &["--operations", "operations.csv", "--plan", "office.yml"],
        1,
        &["operations.csv:2  error[E0304]  value: no plan is called `ofice`", "office"],
    ),
    (
        "an unknown operation",
        "operations.csv",
        "instance,at,op\nanna,2024-01-01T09:00:00Z,reboot\n",
        &["--operations", "operations.csv"],
        1,
        &["operations.csv:2  error[E0141]  op: unknown operation `reboot`", "restart"],
    ),
    (
        "two plans of one name",
        "other.yml",
        "name: office\n",
        &["--plan", "office.yml", "other.yml"],
        1,
        &["other.yml  error[E0212]", "`office`", "the first is office.yml", "another `name:`"],
    ),
    ("no YAML", "p.yml", "name: [x\n", &["--plan", "p.yml"], 1, &["p.yml:", "error[E0201]"]),
    (
        "a price that is no number",
        "prices.csv",
        "meter,region,vm_size,rate_usd,rate_unit\ncompute,eastus,Standard_DS3_v2,cheap,hour\n",
        &["--prices", "prices.csv"],
        1,
        &["prices.csv:2  error[E0403]  rate_usd:", "`cheap`"],
    ),
];

#[test]
fn every_message_names_the_place_the_value_and_the_way_out() {
    for (what, file, text, more, code, says) in BAD {
        let bench = office();
        bench.put(file, text);
        let ran = simulate(&bench, more);
        assert_eq!(ran.code, *code, "{what}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{what}");
        for part in *says {
            assert!(ran.stderr.contains(part), "{what}: no `{part}` in\n{}", ran.stderr);
        }
    }
}

#[test]
fn flags_and_paths_are_told_like_rows() {
    let horizons = [
        ("2024-01-01", "`2024-01-01` has no `/`"),
        ("2024-01-02T00:00:00Z/2024-01-01T00:00:00Z", "ends before it starts"),
        ("2024-01-01T00:00:00/2024-01-02T00:00:00Z", "`2024-01-01T00:00:00` is"),
    ];
    for (horizon, why) in horizons {
        let bench = office();
        let ran = simulate(&bench, &["--horizon", horizon]).exits(2);
        ran.says(&["error[E0504]  --horizon: ", why, "write START/END"]);
    }
    let sets = [
        ("start_latancy=1", "error[E0501]  --set: unknown model parameter `start_latancy`"),
        ("start_latency=soon", "error[E0502]  --set: `soon` is not a value for start_latency"),
        ("dismiss.attended=2", "(it takes a probability from 0 to 1, such as 0.25)"),
        ("start_latency", "error[E0503]  --set: `start_latency` is not NAME=VALUE"),
    ];
    for (set, why) in sets {
        simulate(&office(), &["--set", set]).exits(2).says(&[why]);
    }
    simulate(&office(), &["--rules", "aml-2023"]).exits(2).says(&["aml-2023", "aml-2022-12"]);
    let paths: [(&[&str], &str); 6] = [
        (&["--plan", "no.yml"], "no.yml  error[E0701]"),
        (&["--prices", "no.csv"], "no.csv  error[E0701]"),
        (&["--operations", "no.csv"], "no.csv  error[E0101]  there is no such file"),
        (&["--instances", "no-*.csv"], "no-*.csv  error[E0101]  the pattern matches no file"),
        (&["--plan", "folder.yml"], "folder.yml  error[E0701]  cannot read the plan"),
        (&["--operations", "folder.yml"], "folder.yml  error[E0101]  the directory holds no file"),
    ];
    for (more, why) in paths {
        let bench = office();
        bench.put("folder.yml/x", "");
        simulate(&bench, more).exits(3).says(&[why]);
    }
}

/// IDLE-1, SCHED-1 and SCHED-2 have cases of their own; here, that one run tells all of them.
#[test]
fn every_problem_of_every_file_is_told_in_one_run() {
    let bench = office();
    let cron = |expression: &str| {
        format!("    - {{action: stop, trigger: {{type: cron, expression: \"{expression}\"}}}}\n")
    };
    let expressions = ["60 * * * *", "0 9 * * 7", "0 9 * *", "0 18-9 * * *", "0 18 * * *"];
    let plan = "idle_time_before_shutdown_minutes: 14\nschedules:\n  compute_start_stop:\n"
        .to_owned()
        + &expressions.map(cron).concat();
    bench.put("p.yml", plan);
    bench.put("instances.csv", "instance,home_timezone,initial_state\nanna,Berlin,asleep\nbob,,\n");
    bench.put("activity.csv", format!("{ACTIVITY}bob,nap,2024-01-01,2024-01-01T10:00:00Z\n"));
    let ran = simulate(&bench, &["--plan", "p.yml", "--instances", "instances.csv"]).exits(1);
    let ran = ran.says(&[
        "activity.csv:6  error[E0121]  kind: unknown kind `nap`",
        "activity.csv:6  error[E0112]  start: `2024-01-01`",
        "instances.csv:2  error[E0164]  home_timezone: ",
        "instances.csv:2  error[E0162]  initial_state: ",
        "p.yml:1:36  error[E0203]",
        "p.yml:8:7  error[E0204]  compute_start_stop: 5 schedules",
        "`60` is not a minute (0 to 59)  (write a number from 0 to 59)",
        "`7` is not a day-of-week (0 to 6)  (Sunday is 0",
        "`0 9 * *` has 4 fields",
        "the range `18-9` runs backwards  (write `18-23,0-9`)",
        "10 problems: ",
        "all of them are in out/defects.csv",
    ]);
    assert_eq!(ran.stderr.matches("error[").count(), 10, "{}", ran.stderr);
    let (header, rows) = bench.table("out/defects.csv");
    assert_eq!(header, ["file", "line", "column", "code", "message", "hint"]);
    assert_eq!(rows.len(), 10);
    assert_eq!((rows[0]["line"].as_str(), rows[0]["column"].as_str()), ("6", "kind"));
}

#[test]
fn bad_rows_are_counted_beyond_twenty_and_may_be_skipped() {
    let bench = office();
    let bad = "anna,kernel,2024-01-01T12:00:00Z,2024-01-01T11:00:00Z\n".repeat(25);
    bench.put("activity.csv", format!("{ACTIVITY}{bad}"));
    let ran = simulate(&bench, &[]).exits(1);
    assert_eq!(ran.stderr.matches("error[E0122]").count(), 20);
    ran.says(&["... and 5 more", "25 problems: 25 x E0122", "all of them are in out/defects.csv"]);
    assert_eq!(bench.names("out"), ["defects.csv"]);
    assert_eq!(bench.table("out/defects.csv").1.len(), 25);

    // The list of defects does not stand in the way of the next attempt.
    let ran = simulate(&bench, &["--skip-bad-rows"]).exits(0).says(&["25 rows left out"]);
    assert!(ran.stdout.contains("rows were left out: defects.csv"), "{}", ran.stdout);
    assert_eq!(bench.table("out/defects.csv").1.len(), 25);
    let instances = bench.bytes("out/instances.csv");
    let summary: serde_json::Value = serde_json::from_str(&bench.text("out/summary.json")).unwrap();
    assert_eq!(summary["activity_rows"]["skipped"], 25);
    bench.put("activity.csv", ACTIVITY);
    simulate(&bench, &["--force"]).exits(0);
    assert_eq!(bench.bytes("out/instances.csv"), instances, "as if they had never been there");

    // Only rows can be skipped, not what is wrong elsewhere.
    bench.put("activity.csv", format!("{ACTIVITY}{bad}"));
    bench.put("p.yml", "idle_time_before_shutdown_minutes: 14\n");
    simulate(&bench, &["--skip-bad-rows", "--force", "--plan", "p.yml"]).exits(1);
}

#[test]
fn times_without_an_offset_are_utc_when_they_may_be() {
    let bench = office();
    simulate(&bench, &[]).exits(0);
    let instances = bench.bytes("out/instances.csv");
    bench.put("activity.csv", ACTIVITY.replace('Z', ""));
    simulate(&bench, &["--force"]).exits(1);
    simulate(&bench, &["--force", "--assume-utc"]).exits(0);
    assert_eq!(bench.bytes("out/instances.csv"), instances);
}

/// Root may write anywhere; then there is nothing to see here.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_is_a_failure_to_write() {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt as _;
    let bench = office();
    bench.put("locked/x", "");
    let locked = bench.path("locked");
    set_permissions(&locked, Permissions::from_mode(0o555)).unwrap();
    if write(locked.join("probe"), "").is_ok() {
        eprintln!("skipped: this user writes to read-only folders");
    } else {
        let ran = bench.run(&["simulate", "--activity", "activity.csv", "--out", "locked/out"]);
        ran.exits(3).says(&["locked/out  error[E0701]"]);
    }
    set_permissions(&locked, Permissions::from_mode(0o755)).unwrap();
    let under_a_file = Bench::new();
    under_a_file.put("activity.csv", ACTIVITY).put("file", "");
    let ran = under_a_file.run(&["simulate", "--activity", "activity.csv", "--out", "file/out"]);
    ran.exits(3).says(&["file/out  error[E0701]"]);
}

/// What a Windows shell saves is read: `az ... > file` writes UTF-16.
#[test]
fn lists_and_prices_in_utf_16_are_read() {
    let bench = office();
    let wide = |text: &str| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let usages = r#"[{"id": "/locations/eastus/x", "current_value": 0, "limit": 1,
        "type": "Microsoft.MachineLearningServices/dedicatedCores/usages",
        "name": {"value": "Total Cluster Dedicated Regional vCPUs"}, "unit": "Count"}]"#;
    let prices = "meter,region,vm_size,rate_usd,rate_unit\nos_disk,westus2,,20,month\n";
    bench.put("usages.json", wide(usages)).put("prices.csv", wide(prices));
    let more = ["--quotas", "usages.json", "--prices", "prices.csv"];
    simulate(&bench, &more).exits(0);
    // `check` tells a list of usages from a list of instances.
    let checked = bench.run(&["check", "usages.json"]);
    assert!(!checked.stdout.contains("E0224"), "{}", checked.stdout);
    bench.put("broken.csv", [0xFF, 0xFE, 0x00]);
    simulate(&bench, &["--force", "--prices", "broken.csv"]).exits(1).says(&["E0201", "UTF-16"]);
}
