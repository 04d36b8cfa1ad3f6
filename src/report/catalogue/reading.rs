//! Codes of comparing results and explaining an instance.

use super::{Entry, entry};

/// `E10xx` and `W10xx`.
pub(super) const READING: [Entry; 17] = [
    entry(
        "E1001",
        "no such figure",
        [
            "A condition of --fail-if is about a figure that does not exist.",
            "Use a column of `instances`, standing_usd, starts, stops or interruptions: the \
             message names the nearest.",
            "`--fail-if 'totl_usd > +5%'`",
        ],
    ),
    entry(
        "E1002",
        "not a condition",
        [
            "A condition of --fail-if is not FIGURE > BOUND.",
            "Write > >= < or <=, then a number, +N or -N from the baseline, +N% or -N% of it.",
            "`--fail-if 'total_usd > 5%'`",
        ],
    ),
    entry(
        "E1003",
        "groups that nobody knows",
        [
            "Result folders do not say in what region, workspace or zone an instance is.",
            "Give the instance table with --instances, or group by instance.",
            "`idlewise compare before after --by region`",
        ],
    ),
    entry(
        "E1004",
        "nothing to compare",
        [
            "There are fewer than two sides.",
            "Name two result folders, one that holds several plans, or inputs with --today and \
             --plan.",
            "`idlewise compare results` with one plan in it",
        ],
    ),
    entry(
        "E1005",
        "no such side",
        ["--baseline names none of the sides.", "Use a name in the message.", "`--baseline todai`"],
    ),
    entry(
        "E1006",
        "not a result folder",
        [
            "A folder lacks summary.json, `instances` or `ledger`, or one of them is broken.",
            "Name the folder that `idlewise simulate --out` wrote.",
            "`idlewise compare before data`",
        ],
    ),
    entry(
        "E1007",
        "not a figure of a result",
        [
            "A cell of a result table is no number, or an amount has more than six decimals.",
            "Let idlewise simulate write the folder anew.",
            "`compute_usd` = 12,5",
        ],
    ),
    entry(
        "E1008",
        "results that do not add up",
        [
            "LEDG-3: an amount of `instances` is not the sum of its lines in `ledger`.",
            "The tables are of different runs, or one was changed: simulate anew.",
            "a ledger with a line taken out",
        ],
    ),
    entry(
        "E1009",
        "two sides of one name",
        [
            "What is compared must be told apart, and two sides are called alike.",
            "Rename a folder, or give a plan another `name:`.",
            "one folder named twice",
        ],
    ),
    entry(
        "E1010",
        "two currencies",
        [
            "The sides were priced in different currencies.",
            "Simulate both with one price list.",
            "USD and EUR",
        ],
    ),
    entry(
        "E1011",
        "a condition of --fail-if holds",
        [
            "A side other than the baseline is beyond the bound; the exit code is 4.",
            "Change the plan, or the bound.",
            "`--fail-if 'total_usd > +5%'` for a plan that costs a tenth more",
        ],
    ),
    entry(
        "E1012",
        "no such instance",
        [
            "`idlewise explain` was asked about an instance that nobody knows.",
            "Correct the name: the message has the nearest.",
            "`idlewise explain ci0002`",
        ],
    ),
    entry(
        "E1013",
        "not a time",
        [
            "A time of `idlewise explain` is neither RFC 3339 nor a local time or day.",
            "Write 2024-03-16T14:30, 2024-03-16T13:30:00Z or 2024-03-16.",
            "`noon`",
        ],
    ),
    entry(
        "E1014",
        "not a week",
        ["--week is not a year and one of its weeks.", "Write 2024-W12.", "`--week 2024-W60`"],
    ),
    entry(
        "E1015",
        "outside what is simulated",
        [
            "The time or week lies before the horizon's start or after its end.",
            "Ask about another, or widen --horizon.",
            "`--week 1999-W01`",
        ],
    ),
    entry(
        "W1001",
        "sides with other instances",
        [
            "Some instance is on one side and not on another, where it counts as nothing.",
            "Nothing, if the fleet changed; else simulate both over the same instances.",
            "results of a fleet before and after somebody left",
        ],
    ),
    entry(
        "W1002",
        "sides that differ in more than the plan",
        [
            "The sides were simulated over other times, or under other rules.",
            "Simulate both alike to see what the plan alone changes.",
            "results of March and of April",
        ],
    ),
];
