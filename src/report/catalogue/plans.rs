//! Codes of plans and scenario files.

use super::{Entry, entry};

/// `E02xx` up to 12: what can be wrong in a compute-instance YAML.
pub(super) const PLANS: [Entry; 16] = [
    entry(
        "E0201",
        "not a YAML document",
        [
            "The syntax is broken, a key occurs twice, or there is no or more than one document.",
            "Indent with spaces, write each key once, quote texts that hold `: ` or `#`.",
            "`idle: [15, 30`",
        ],
    ),
    entry(
        "E0202",
        "a value of the wrong type",
        [
            "A text, number, truth, list or mapping stands where another is needed.",
            "Write what the message names; quote a text that looks like a number.",
            "`enable_node_public_ip: maybe`",
        ],
    ),
    entry(
        "E0203",
        "not an idle limit",
        [
            "IDLE-1: the limit is not whole minutes from 15 to 4320.",
            "Choose one in that range; leave the key out for none.",
            "`idle_time_before_shutdown_minutes: 10`",
        ],
    ),
    entry(
        "E0204",
        "too many schedules",
        [
            "SCHED-1: an instance takes at most four.",
            "Merge some: a list of weekdays covers several days.",
            "five entries of compute_start_stop",
        ],
    ),
    entry(
        "E0205",
        "not a cron expression",
        [
            "SCHED-2: the expression has not five fields, or a number is out of range.",
            "Write `minute hour day month weekday`, weekday 0 to 6 with Sunday 0.",
            "`0 25 * * *`",
        ],
    ),
    entry(
        "E0206",
        "not a recurrence",
        [
            "SCHED-3: an interval, hour, minute or day is out of range, or does not go with the \
         frequency.",
            "See the message for the range.",
            "`interval: 0`",
        ],
    ),
    entry(
        "E0207",
        "unknown time zone",
        [
            "SCHED-5: the zone is neither a Windows name nor an IANA name.",
            "Use a Windows name such as `W. Europe Standard Time`.",
            "`time_zone: Middle Europe`",
        ],
    ),
    entry(
        "E0208",
        "not a start time",
        [
            "SCHED-4: the start time is no date and time.",
            "Write 2024-06-01T08:00:00, local to the zone, or with Z or an offset.",
            "`start_time: next monday`",
        ],
    ),
    entry(
        "E0209",
        "unknown key in a schedule",
        [
            "A misspelt key would silently change when something happens.",
            "Correct it: the message names the nearest key.",
            "`expresion: ...`",
        ],
    ),
    entry(
        "E0210",
        "a key of a schedule is missing",
        [
            "A schedule lacks its action or trigger, or a trigger what it needs.",
            "Add the key.",
            "a cron trigger without expression",
        ],
    ),
    entry(
        "E0211",
        "a word outside its list",
        [
            "A key takes a few words only, and this is none of them.",
            "Use one of those in the message.",
            "`action: pause`",
        ],
    ),
    entry(
        "E0212",
        "two plans of the same name",
        [
            "Results name plans, so two cannot share a name.",
            "Give one of them another `name:`.",
            "two files with `name: office`",
        ],
    ),
    entry(
        "W0201",
        "unknown key in a plan",
        [
            "The key is none that the Azure SDK knows; it is kept and has no effect.",
            "Correct it if the message names the key that was meant.",
            "`idle_time_before_shutdown_minute: 30`",
        ],
    ),
    entry(
        "W0205",
        "a cron expression with a catch",
        [
            "SCHED-2: the expression means something else under another rule profile, or uses \
             steps or \
         names that the product page does not list.",
            "Read the message; write the expression without the construct where it matters.",
            "`0 8 1 * 1`: both day fields restricted",
        ],
    ),
    entry(
        "W0206",
        "a recurrence with a catch",
        [
            "SCHED-3: part of the recurrence is ignored or some months have no such day.",
            "Read the message.",
            "hours with frequency hour",
        ],
    ),
    entry(
        "W0207",
        "a zone by its IANA name",
        [
            "SCHED-5: Azure takes Windows names; the zone is read as the Windows zone it is in.",
            "Write the Windows name that the message gives.",
            "`time_zone: Europe/Berlin`",
        ],
    ),
];

/// `E0261` on: what can be wrong in a scenario file, and in what `check` is asked to look at.
pub(super) const SCENARIOS: [Entry; 13] = [
    entry(
        "E0261",
        "unknown key in a scenario file",
        [
            "The key is not one of those a scenario file has at this place.",
            "Correct it: the message names the nearest key, or all of them.",
            "`activty: a.csv`",
        ],
    ),
    entry(
        "E0262",
        "a value of the wrong shape",
        [
            "A text, number, list or mapping stands where another is needed.",
            "Write what the message names.",
            "`today: maybe`",
        ],
    ),
    entry(
        "E0263",
        "a word outside its list",
        [
            "rules, dst and price_kind take a few words only.",
            "Use one of those in the message.",
            "`rules: aml-2023`",
        ],
    ),
    entry(
        "E0264",
        "a file that includes itself",
        [
            "A scenario file includes a file that, directly or not, includes it.",
            "Leave one of the includes out.",
            "a.yml includes b.yml, which includes a.yml",
        ],
    ),
    entry(
        "E0265",
        "a key of a scenario file is missing",
        [
            "A plan, scenario or group lacks a key it must have, or a group selects nothing.",
            "Add the key that the message names.",
            "a plan stated inline without a name",
        ],
    ),
    entry(
        "E0266",
        "a batch that makes no, too many or like-named plans",
        [
            "A list is empty, the lists make over 100,000 plans, or two have the same name.",
            "Shorten the lists, write each value once, name inline schedules.",
            "`idle: [30, 30]`",
        ],
    ),
    entry(
        "E0267",
        "a group that matches no instance",
        [
            "No instance has the name or the column values that the group asks for.",
            "The message lists what instances do have.",
            "`match: {region: westeurop}`",
        ],
    ),
    entry(
        "E0268",
        "instances in no group",
        [
            "A scenario has no default, and some instances are in none of its groups.",
            "Add a group, or a `default`.",
            "a group `ci00*` and an instance ci100",
        ],
    ),
    entry(
        "E0269",
        "a group with a plan that does not exist",
        [
            "The plan of a group or default is none of those the scenario file names.",
            "Correct it: the message names the nearest; `today` leaves instances as they are.",
            "`plan: ofice`",
        ],
    ),
    entry(
        "E0270",
        "not a pattern",
        [
            "A name or column value is no pattern.",
            "* stands for any text, ? for one character, [ab] for a or b.",
            "`name: \"ci[0\"`",
        ],
    ),
    entry(
        "E0271",
        "two scenarios of the same name",
        [
            "Results name scenarios, so two cannot share a name.",
            "Give one another name.",
            "two entries with `name: mixed`",
        ],
    ),
    entry(
        "E0272",
        "a file of unknown kind",
        [
            "`check` cannot tell what the file is by its ending, columns or keys.",
            "Say so: --as activity.",
            "a table with columns a and b",
        ],
    ),
    entry(
        "W0261",
        "a group that gets nothing",
        [
            "Every instance of the group is in an earlier group too, and the first decides.",
            "Put the narrower group first.",
            "`name: \"*\"` before `name: \"ci1*\"`",
        ],
    ),
];
