//! Codes of names, quotas, clusters, roles and image releases.

use super::{Entry, entry};

/// `W031x` and `E08xx`.
pub(super) const LIMITS: [Entry; 17] = [
    entry(
        "W0311",
        "a name that the product page refuses",
        [
            "A recorded name breaks the page's rule (3 to 24 letters, digits and -, a letter \
             after the -), and the newer service pattern takes it.",
            "Nothing: it exists. A new instance should have another name.",
            "`ci1-`",
        ],
    ),
    entry(
        "W0312",
        "a name that the service refuses",
        [
            "A recorded name breaks the product page's rule and the service pattern.",
            "Check whether the name was anonymised or cut; it is simulated as it is.",
            "`1`",
        ],
    ),
    entry(
        "E0801",
        "not a limit",
        [
            "QUOTA-1: a limit is no whole number of at least -1, which means none.",
            "Write whole cores, or -1.",
            "`limit` = lots",
        ],
    ),
    entry(
        "E0802",
        "a limit given twice",
        [
            "QUOTA-1: one limit of one region has two values.",
            "Keep one.",
            "`eastus,total` on two lines",
        ],
    ),
    entry(
        "E0803",
        "not a usage list",
        [
            "A JSON file with limits is not what the service answers about usages.",
            "Save the whole answer, an object with `value`.",
            "a file cut off in the middle",
        ],
    ),
    entry(
        "E0804",
        "an item of a usage list that cannot be used",
        [
            "An item lacks the region, name or limit.",
            "Save the answer again; the message says what is missing.",
            "an item without `limit`",
        ],
    ),
    entry(
        "E0811",
        "a size of unknown cores",
        [
            "QUOTA-1: quotas need the family and cores of every size, and this one is not known.",
            "Correct the size: the message names the nearest.",
            "`Standard_Huge` with --quotas",
        ],
    ),
    entry(
        "E0813",
        "not a number of nodes",
        [
            "QUOTA-3: the nodes of a cluster are no whole number from 0.",
            "Write a whole number.",
            "`nodes` = many",
        ],
    ),
    entry(
        "E0814",
        "a cluster that changes its size",
        [
            "The VM size of a cluster is fixed; a later row names another.",
            "Give the other cluster another name.",
            "cpu with Standard_DS3_v2, then with Standard_NC6s_v3",
        ],
    ),
    entry(
        "E0821",
        "unknown role",
        [
            "The role is none of those the product page lists.",
            "Use owner, contributor, data-scientist or custom.",
            "`reader`",
        ],
    ),
    entry(
        "E0822",
        "unknown action",
        [
            "An action of a custom role does not exist.",
            "Use those in the message.",
            "`computes/launch`",
        ],
    ),
    entry(
        "E0823",
        "actions where none belong, or none where they do",
        [
            "Only a custom role lists actions, and it must.",
            "Fill or empty the column.",
            "`owner` with actions",
        ],
    ),
    entry(
        "E0831",
        "two image releases of one date",
        [
            "Two rows of the image table have the same date, so which is the newer is not known.",
            "Keep one, or correct a date.",
            "two versions of 2024-06-10",
        ],
    ),
    entry(
        "E0841",
        "no limits to look at",
        [
            "`idlewise quota` was given no quotas.",
            "Give --quotas, or name them in the scenario file.",
            "`idlewise quota --activity a.csv`",
        ],
    ),
    entry(
        "W0801",
        "a limit that nothing draws from",
        [
            "No known size belongs to the family of this limit.",
            "Nothing, unless the name is misspelt.",
            "`standardXYFamily`",
        ],
    ),
    entry(
        "W0802",
        "a usage list that goes on",
        [
            "The list has a link to a page that was not given.",
            "Save that page as well.",
            "the first of two pages",
        ],
    ),
    entry(
        "W0821",
        "a role for nobody",
        [
            "A role is for an instance that does not exist.",
            "Correct the name.",
            "`ci9` in the column instance of --roles",
        ],
    ),
];
