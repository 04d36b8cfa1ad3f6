//! Codes of flags, output and the program itself.

use super::{Entry, entry};

/// `E05xx` on.
pub(super) const RUNNING: [Entry; 20] = [
    entry(
        "E0501",
        "unknown model parameter",
        [
            "A parameter of --set or `model` does not exist.",
            "Correct it: the message names the nearest.",
            "`--set start_latancy=240`",
        ],
    ),
    entry(
        "E0502",
        "a value that a model parameter does not take",
        [
            "A latency is not whole seconds up to a week, a chance not between 0 and 1.",
            "See the message for what it takes.",
            "`--set dismiss.attended=2`",
        ],
    ),
    entry(
        "E0503",
        "not NAME=VALUE",
        [
            "A setting has no equals sign.",
            "Write --set start_latency=240.",
            "`--set start_latency`",
        ],
    ),
    entry(
        "E0504",
        "not a horizon",
        [
            "A horizon is not two instants, or ends before it starts.",
            "Write START/END: 2024-01-01T00:00:00Z/2024-02-01T00:00:00Z.",
            "`--horizon 2024-02-01T00:00:00Z/2024-01-01T00:00:00Z`",
        ],
    ),
    entry(
        "E0505",
        "no activity is named",
        [
            "Neither --activity nor the scenario file says what people did.",
            "Give --activity, or `activity:` in the scenario file.",
            "a scenario file with plans only",
        ],
    ),
    entry(
        "E0506",
        "no such code",
        [
            "`idlewise errors` was asked about a code that does not exist.",
            "`idlewise errors` lists all.",
            "`idlewise errors E9999`",
        ],
    ),
    entry(
        "E0601",
        "unknown zone of a synthetic fleet",
        [
            "--zones of `generate` has a name that is no IANA zone, or a weight that is no number.",
            "Write ZONE:WEIGHT, as in Europe/Berlin:3.",
            "`--zones Berln`",
        ],
    ),
    entry(
        "E0602",
        "unknown way of working",
        [
            "--mix of `generate` has a way of working that does not exist.",
            "Use the names in the message.",
            "`--mix ofice`",
        ],
    ),
    entry(
        "E0603",
        "a synthetic fleet that cannot be",
        [
            "A number of `generate` is zero or too large.",
            "See the message for the range.",
            "`--instances 0`",
        ],
    ),
    entry(
        "E0611",
        "not an amount",
        [
            "A price, share or wait of `recommend` is negative, too large or no number.",
            "See the message for how it is written.",
            "`--value-of-waiting cheap`",
        ],
    ),
    entry(
        "E0612",
        "not an idle limit to choose from",
        [
            "IDLE-1: --idle-limits of `recommend` has something else than 15 to 4320 or none.",
            "Write whole minutes with commas between, as in 15,30,60,none.",
            "`--idle-limits 10`",
        ],
    ),
    entry(
        "E0613",
        "unknown zone of a recommendation",
        [
            "--zone of `recommend` names neither a Windows nor an IANA zone.",
            "Use a Windows name; the message shows the nearest.",
            "`--zone \"W Europe Standard Time\"`",
        ],
    ),
    entry(
        "E0614",
        "who shares settings is not clear",
        [
            "--scope, --group-by, --plans and limits of `recommend` contradict each other.",
            "See the message for what to leave out or add.",
            "`--scope group` without --group-by",
        ],
    ),
    entry(
        "E0615",
        "no instance table to write the next plans into",
        [
            "--apply-to of `recommend` is no CSV table with the column `instance`, or has none \
             of the run's instances.",
            "Give the CSV table that --instances has.",
            "`--apply-to activity.csv` of another fleet",
        ],
    ),
    entry(
        "E0616",
        "training weeks outside of what is replayed",
        [
            "--train of `recommend` begins before the horizon, or leaves nothing to test on.",
            "Stay inside the horizon that the message shows.",
            "`--train` over all of it",
        ],
    ),
    entry(
        "E0701",
        "a file or folder cannot be read or written",
        [
            "The system refuses.",
            "Check that it exists, permissions and space.",
            "`--plan missing.yml`",
        ],
    ),
    entry(
        "E0702",
        "the output is not free",
        [
            "Something is there already, and results never mix with it.",
            "Name another folder or file, or replace this one with --force.",
            "`--out` with a folder that holds something",
        ],
    ),
    entry(
        "E0703",
        "a table cannot be written",
        [
            "The writer of a result table failed, mostly for want of memory or space.",
            "Make room; write csv instead of parquet.",
            "a full disk",
        ],
    )
    .not_by_file("it takes a full disk or exhausted memory"),
    entry(
        "E0704",
        "not a recommendation",
        [
            "The folder of --recommendation holds a recommendation.json that is no JSON.",
            "Give the folder that `idlewise recommend` wrote, as it wrote it.",
            "a recommendation.json that ends in the middle",
        ],
    ),
    entry(
        "E0999",
        "a defect of idlewise",
        [
            "LEDG-5: the ledger does not add up to the timeline it was posted from.",
            "Please report it with the input.",
            "none is known",
        ],
    )
    .not_by_file("a file that did would be a defect to mend"),
];
