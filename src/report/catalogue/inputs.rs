//! Codes of tables, traces, the fleet they make up, and prices.

use super::{Entry, entry};

/// `E01xx`: files, columns, cells; activity, operations, instances.
pub(super) const TABLES: [Entry; 30] = [
    entry("E0101", "no such input", [
        "A path, pattern or folder that is to be read leads to no file.",
        "Correct the path; a relative one counts from where the program stands, in a scenario \
         file from that file.",
        "`--activity activty.csv`",
    ]),
    entry("E0102", "an input cannot be read", [
        "The system refuses to open or read the file, or a Parquet file is damaged.",
        "Check permissions and whether the file is complete.",
        "an `include` of a file that is not there",
    ]),
    entry("E0103", "unknown file format", [
        "The name of an input does not end in a format the program reads.",
        "Tables end in .csv or .parquet, plans in .yml, .yaml or .json.",
        "`--activity trace.xlsx`",
    ]),
    entry("E0104", "empty table", [
        "A CSV file has not so much as a header.",
        "Write the names of the columns into the first line.",
        "a file of 0 bytes",
    ]),
    entry("E0105", "a column is missing", [
        "A column that the table must have is not in its header.",
        "Rename the column that is meant; names match exactly, letter case included.",
        "`instance,kind,begin,end`",
    ]),
    entry("E0106", "a column occurs twice", [
        "Two columns have the same name, so which one counts is not known.",
        "Remove or rename one.",
        "`instance,kind,start,end,end`",
    ]),
    entry("E0107", "not UTF-8", [
        "A cell or header holds bytes that are not UTF-8 text.",
        "Save the file as UTF-8.",
        "a name in Latin-1",
    ]),
    entry("E0108", "wrong number of fields", [
        "A row has more or fewer fields than the header.",
        "Put a field that holds a comma in double quotes.",
        "`a,kernel,2024-01-01T00:00:00Z` under four columns",
    ]),
    entry("E0109", "a quote is never closed", [
        "A field begins with a double quote that no other one ends.",
        "Close it; a quote inside a quoted field is written twice.",
        "`\"a,kernel,...`",
    ]),
    entry("E0110", "a column of an unknown type", [
        "A Parquet column has a type that no cell of this table can have, such as a list.",
        "Write texts as strings and times as timestamps.",
        "a `start` of type list",
    ])
    .not_by_file("it takes a binary Parquet file; `src/table` tests it with one made on the spot"),
    entry("E0111", "an empty cell", [
        "A cell that must have a value is empty.",
        "Fill it, or remove the row.",
        "`,kernel,2024-01-01T00:00:00Z,...`",
    ]),
    entry("E0112", "not a timestamp", [
        "A cell that must hold an instant does not.",
        "Write RFC 3339: 2024-06-01T09:30:00Z.",
        "`01.06.2024 09:30`",
    ]),
    entry("E0113", "a time without an offset", [
        "A timestamp does not say how far it is from UTC.",
        "Add Z or an offset such as +01:00; if all are UTC, pass --assume-utc.",
        "`2024-06-01T09:30:00`",
    ]),
    entry("W0101", "columns that nothing reads", [
        "The table has columns that mean nothing to the program.",
        "Nothing, unless one of them is a misspelt optional column.",
        "a column `comment`",
    ]),
    entry("E0121", "unknown kind of activity", [
        "The kind of an interval is none of those the platform knows.",
        "Use kernel, terminal, ssh, vscode, run or custom_app.",
        "`kernle`",
    ]),
    entry("E0122", "an interval that ends before it starts", [
        "The end of an interval is earlier than its start.",
        "Swap them, or correct an offset.",
        "start 10:00Z, end 09:00Z",
    ]),
    entry("E0123", "no activity at all", [
        "The activity has not one row, so there is no stretch of time to simulate.",
        "Give a horizon, or another file.",
        "a file with a header only",
    ]),
    entry("E0124", "an impossible horizon", [
        "The horizon is longer than 136 years.",
        "Correct it; often one date has a wrong century.",
        "`horizon: 1700-01-01T00:00:00Z/2024-01-01T00:00:00Z`",
    ]),
    entry("E0125", "too many rows for one instance", [
        "One instance has over four thousand million intervals, or there are as many instances.",
        "Split the input.",
        "2^32 intervals of one instance",
    ])
    .not_by_file("the file would have some 200 GB"),
    entry(
        "E0126",
        "rows kept on disk are lost",
        [
            "Very long activity waits in a temporary file, which cannot be read back.",
            "Make room where temporary files go, and leave them alone during a run.",
            "a full disk",
        ],
    )
    .not_by_file("it takes a failing disk"),
    entry("W0121", "a last keystroke before the start", [
        "The `last_activity` of a VS Code connection is earlier than its start.",
        "Check both columns; the value is taken as it is.",
        "last_activity an hour before start",
    ]),
    entry("W0122", "a last keystroke that means nothing", [
        "`last_activity` is filled on a row that is no VS Code connection.",
        "Nothing: it is ignored.",
        "a kernel with last_activity",
    ]),
    entry("E0141", "unknown operation", [
        "The operation is none of those the platform knows.",
        "Use create, delete, start, stop, restart, set_idle, set_plan, resize or enable_ssh.",
        "`reboot`",
    ]),
    entry("E0142", "a value that the operation does not take", [
        "The value does not fit the operation: an idle limit out of range, a state to create in.",
        "set_idle takes 15 to 4320 or none, create takes running or stopped.",
        "`set_idle` with 10",
    ]),
    entry("W0141", "a value on an operation that takes none", [
        "delete, start, stop, restart and enable_ssh have no value.",
        "Nothing: it is ignored.",
        "`stop` with value `now`",
    ]),
    entry("E0161", "an instance described twice", [
        "Two rows of the instance table have the same name.",
        "Keep one row per instance; a life after a deletion is a create operation.",
        "`ci1` on two lines",
    ]),
    entry("E0162", "unknown initial state", [
        "The initial state is neither running nor stopped.",
        "Write running or stopped; empty means stopped.",
        "`initial_state` = on",
    ]),
    entry("E0163", "neither true nor false", [
        "A cell that must say true or false says something else.",
        "Write true or false.",
        "`identity_has_contributor` = maybe",
    ]),
    entry("E0164", "unknown home time zone", [
        "The home zone of an instance is no IANA zone.",
        "Write a name such as Europe/Stockholm.",
        "`Europe/Stokholm`",
    ]),
    entry("E0165", "deleted before it is created", [
        "An instance's deletion is earlier than its creation.",
        "Swap them, or correct an offset.",
        "created in March, deleted in February",
    ]),
];

/// `E03xx`: what only shows when all tables are put together.
pub(super) const FLEET: [Entry; 3] = [
    entry(
        "E0304",
        "an operation names a plan that does not exist",
        [
            "A set_plan operation names a plan that no file has.",
            "Give the plan's file with --plan, or put it beside the operations as plans/NAME.yml.",
            "`set_plan` with nigths",
        ],
    ),
    entry(
        "E0305",
        "activity of an unknown instance",
        [
            "The trace has an instance that the instance table does not describe.",
            "Add a row for it, or record its create operation.",
            "activity of `ci9`, table without it",
        ],
    ),
    entry(
        "E0306",
        "an instance names a plan that does not exist",
        [
            "The column `plan` of the instance table names a plan that no file has.",
            "Give the plan's file with --plan, or put it into `plans` beside the table.",
            "`plan` = nigths",
        ],
    ),
];

/// `E04xx`: price tables and answers of the Retail Prices API.
pub(super) const PRICES: [Entry; 19] = [
    entry(
        "E0401",
        "a price column is missing",
        [
            "A price table lacks a column it must have.",
            "The first line is meter,region,vm_size,rate_usd,rate_unit.",
            "a header without rate_unit",
        ],
    ),
    entry(
        "E0402",
        "unknown meter",
        [
            "A price is of none of the four meters an instance has.",
            "Use compute, os_disk, public_ip or load_balancer.",
            "`disk`",
        ],
    ),
    entry(
        "E0403",
        "not a rate",
        [
            "A rate is no plain decimal number, negative, or too long.",
            "Write digits and a point, at most 12 decimals: 0.293.",
            "`0,293`",
        ],
    ),
    entry(
        "E0404",
        "unknown unit",
        ["A rate is per something else than hour or month.", "Write hour or month.", "`day`"],
    ),
    entry(
        "E0405",
        "a size where none belongs, or none where one does",
        [
            "A compute price needs a VM size; the other meters have none.",
            "Fill or empty vm_size.",
            "`os_disk` of Standard_DS3_v2",
        ],
    ),
    entry(
        "E0406",
        "two prices for the same thing",
        [
            "Two rows price the same meter, region, size and kind.",
            "Keep one.",
            "compute of Standard_DS3_v2 in eastus, twice",
        ],
    ),
    entry(
        "E0407",
        "a price without a region",
        [
            "The region of a price is empty.",
            "Name one, or `Global` for a price that holds everywhere.",
            "`compute,,Standard_DS3_v2,0.3,hour`",
        ],
    ),
    entry(
        "E0408",
        "a price row that cannot be read",
        [
            "A row of the price table has more or fewer values than the header.",
            "Put a value that holds a comma in double quotes.",
            "`compute,eastus,Standard_DS3_v2,0,293,hour`",
        ],
    ),
    entry(
        "E0409",
        "an unknown or double price column",
        [
            "A misspelt column would let a price pass for another kind, so none is ignored.",
            "Correct or remove the column.",
            "`price_kid`",
        ],
    ),
    entry(
        "E0410",
        "a price is missing",
        [
            "Nothing says what this meter costs for this size and region, and it is not zero.",
            "Add a price file with the two lines that the message gives.",
            "an instance in a region without prices",
        ],
    ),
    entry(
        "E0411",
        "not a currency, or two currencies",
        [
            "A currency is not three capital letters, or rows of one table are in two.",
            "One table, one currency: EUR.",
            "`euro`",
        ],
    ),
    entry(
        "E0412",
        "unknown kind of price",
        [
            "The agreement of a price is none of those known.",
            "Use payg, reserved_1y, reserved_3y, savings_1y or savings_3y.",
            "`spot`",
        ],
    ),
    entry(
        "E0420",
        "not an answer of the Retail Prices API",
        [
            "A file to import prices from is not the JSON that the API sends.",
            "Save the whole answer, with Items and NextPageLink.",
            "a page cut off in the middle",
        ],
    ),
    entry(
        "E0421",
        "answers in two currencies",
        [
            "The pages to import are in different currencies.",
            "Ask for all with the same currencyCode.",
            "one page in USD, one in EUR",
        ],
    ),
    entry(
        "E0422",
        "a price in an answer is no number",
        [
            "A retailPrice is null, a text or a list.",
            "Save the answer again.",
            "`\"retailPrice\": null`",
        ],
    ),
    entry(
        "E0423",
        "nothing of use in an answer",
        [
            "Not one item prices a compute instance; the message counts why.",
            "Use the queries in data/README.md.",
            "an answer about storage accounts",
        ],
    ),
    entry(
        "W0424",
        "an answer that goes on",
        [
            "A page has a NextPageLink, and no last page was given.",
            "Save the pages that follow as well.",
            "the first of several pages alone",
        ],
    ),
    entry(
        "W0425",
        "two prices from the same day",
        [
            "Two items price the same thing from the same day; the higher is taken.",
            "Nothing, or correct the table that comes out.",
            "one meter listed at 0.2 and 0.3",
        ],
    ),
    entry(
        "W0426",
        "a meter that the answer does not price",
        [
            "In a currency other than USD the built-in prices cannot help out.",
            "Run the query that the message gives, and import its answer too.",
            "EUR prices of virtual machines alone",
        ],
    ),
];
