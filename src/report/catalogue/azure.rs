//! Codes of Azure's own formats, read and written.

use super::{Entry, entry};

/// `E022x`: ARM templates, resources, lists of instances.
pub(super) const AZURE: [Entry; 18] = [
    entry(
        "E0220",
        "a URL without its key",
        [
            "The first line of a plan is the URL of a schema, without `$schema:` before it.",
            "Write `$schema: URL`, or leave the line out.",
            "the first example of the product page, copied",
        ],
    ),
    entry(
        "E0221",
        "an expression that has no value",
        [
            "A setting that a simulation needs is an ARM expression that cannot be resolved.",
            "Put the parameter file beside the template, or write the value itself.",
            "`[parameters('idle')]`",
        ],
    ),
    entry(
        "E0222",
        "a copy loop without a count",
        [
            "How often a template repeats a resource is not known.",
            "Write a whole number, or give the parameter file that has it.",
            "`\"count\": \"[parameters('n')]\"`",
        ],
    ),
    entry(
        "E0223",
        "an instance without a name",
        [
            "A file of instances describes one that has no name, or none that is known.",
            "Write `name:`, or give the parameters its name is made of.",
            "`type: computeinstance` without `name`",
        ],
    ),
    entry(
        "E0224",
        "no compute instance in the input",
        [
            "The files given as instances describe other things only.",
            "An instance says `type: computeinstance`, in ARM `computeType: ComputeInstance`.",
            "a list of clusters",
        ],
    ),
    entry(
        "E0225",
        "not an input at all",
        [
            "The file is of Azure, but of a kind that says nothing about an instance.",
            "Give what it is applied to.",
            "an Azure Policy definition",
        ],
    ),
    entry(
        "E0226",
        "a file without a compute instance",
        [
            "A template or parameter file has no setting of a compute instance.",
            "Give the file that has.",
            "a template of a storage account",
        ],
    ),
    entry(
        "E0227",
        "several instances where a plan is one",
        [
            "A file given as a plan describes more than one instance.",
            "Give it to --instances: each instance is then under its own plan.",
            "`az ml compute list` given as a plan",
        ],
    ),
    entry(
        "W0220",
        "a list that goes on",
        [
            "A page of instances names another one, which is not in the input.",
            "Fetch the rest, and give all pages.",
            "a `nextLink`",
        ],
    ),
    entry(
        "W0221",
        "unknown field of ARM",
        [
            "The field is none that is known; it is kept and has no effect.",
            "Correct it if it is misspelt.",
            "`idleTimeBeforShutdown`",
        ],
    ),
    entry(
        "W0222",
        "an environment variable that is no object",
        [
            "A custom application's variable is not in the form that ARM has.",
            "Write {\"type\": \"local\", \"value\": ...}.",
            "`\"A\": \"b\"`",
        ],
    ),
    entry(
        "W0223",
        "a parameter or expression that is not used",
        [
            "It means nothing to a simulation, and is kept as it is written.",
            "Nothing.",
            "a parameter `costCentre`",
        ],
    ),
    entry(
        "W0224",
        "a part of a template that is left out",
        [
            "A resource's condition is false, or a linked template is not followed.",
            "Give the linked template itself.",
            "`\"condition\": false`",
        ],
    ),
    entry(
        "W0225",
        "computes of other types",
        [
            "The file describes clusters and the like besides; they are left out.",
            "Nothing.",
            "an AmlCompute beside a ComputeInstance",
        ],
    ),
    entry(
        "W0226",
        "an identity of unknown rights",
        [
            "IDLE-2: whether an instance's identity is Contributor is not in the file.",
            "Say so with identity_has_contributor in a table of instances.",
            "an instance with a system-assigned identity",
        ],
    ),
    entry(
        "W0227",
        "an unknown state",
        [
            "An instance is in a state that is neither running nor stopped: taken as stopped.",
            "Nothing, or correct it.",
            "`\"state\": \"Odd\"`",
        ],
    ),
    entry(
        "W0228",
        "a creation time that is none",
        [
            "The instance is taken to exist from the horizon's start.",
            "Correct the time.",
            "`\"createdOn\": \"yesterday\"`",
        ],
    ),
    entry(
        "W0229",
        "a region that only a deployment knows",
        [
            "The location is an expression: the default region's prices are used.",
            "Write the region.",
            "`[resourceGroup().location]`",
        ],
    ),
];

/// `E09xx`: plans that leave the program.
pub(super) const EXPORT: [Entry; 24] = [
    entry(
        "E0901",
        "not a name of an instance",
        [
            "The plan's name, which becomes an instance's, breaks the product page's rule.",
            "3 to 24 letters, digits and -, a letter first and somewhere after a -.",
            "`name: ci-1`",
        ],
    ),
    entry(
        "E0902",
        "not a port",
        [
            "A custom application's port is not from 1025 to 65535.",
            "Choose one in that range.",
            "`target: 80`",
        ],
    ),
    entry(
        "E0903",
        "a name or port used twice",
        [
            "Custom applications need names and ports of their own.",
            "Change one.",
            "two applications published at 8787",
        ],
    ),
    entry(
        "E0904",
        "not an id",
        [
            "A directory object or subnet is not named by its id.",
            "Write the id; the message shows its form.",
            "`user_object_id: ann`",
        ],
    ),
    entry(
        "E0905",
        "an identity that does not fit",
        [
            "The type of identity is unknown, or does not go with what is listed.",
            "See the message.",
            "`identity: {type: managed}`",
        ],
    ),
    entry(
        "E0906",
        "a key is missing",
        [
            "Azure would refuse the file without it.",
            "Add the key.",
            "a subnet's name without vnet_name",
        ],
    ),
    entry("E0907", "not a text", ["Azure takes a text here.", "Quote it.", "`tags: {team: 7}`"]),
    entry(
        "E0920",
        "days of the month in a CLI file",
        [
            "SCHED-3: CLI v2 YAML cannot say on which days of a month a schedule fires.",
            "Write an ARM template: --to arm.",
            "`month_days: [1]` with --to yaml",
        ],
    ),
    entry(
        "E0921",
        "a secret that a CLI file cannot name",
        [
            "A secure parameter has no place in CLI v2 YAML.",
            "Set it when the file is applied, as the message says, or write an ARM template.",
            "a securestring with --to yaml",
        ],
    ),
    entry(
        "E0922",
        "calls to nobody",
        [
            "REST calls are made to instances, and the plan names none.",
            "Name them with --instance, or give a table with --instances.",
            "a plan without name with --to rest",
        ],
    ),
    entry(
        "E0923",
        "which plan is for this instance",
        [
            "Several plans are given, and the instance table does not say which is whose.",
            "Give one plan, or name one in the column `plan`.",
            "two plans and a table without plan",
        ],
    ),
    entry(
        "E0924",
        "a file written twice",
        [
            "Two plans would be written to the same place.",
            "Give them other names.",
            "two plans called one",
        ],
    ),
    entry(
        "E0925",
        "nothing to write",
        [
            "Neither a plan nor an instance with a plan of its own was named.",
            "Name a plan file, or --instances of a table whose instances have plans.",
            "`export --to yaml --out DIR` alone",
        ],
    ),
    entry(
        "E0990",
        "a file that does not say what its plan says",
        [
            "A file that was written is not read back as the plan it was made of.",
            "Please report it with the input.",
            "none is known",
        ],
    )
    .not_by_file("a file that did would be a defect to mend"),
    entry(
        "E0991",
        "a file that costs something else",
        [
            "A file that was written and read back gives another ledger.",
            "Please report it with the input.",
            "none is known",
        ],
    )
    .not_by_file("a file that did would be a defect to mend"),
    entry(
        "W0901",
        "a schedule written twice",
        ["SCHED-1: one of the four schedules is wasted.", "Remove it.", "two stops at 18:00"],
    ),
    entry(
        "W0902",
        "two idle limits",
        [
            "Both spellings of the idle limit are there; the one in minutes counts.",
            "Remove the other.",
            "idle_time_before_shutdown beside idle_time_before_shutdown_minutes",
        ],
    ),
    entry(
        "W0903",
        "a plan without a size",
        [
            "The CLI would take STANDARD_DS3_V2.",
            "Give one with --size or --instances.",
            "a plan with an idle limit only",
        ],
    ),
    entry(
        "W0904",
        "an SSH key for a closed port",
        [
            "A key is given, and SSH is not open.",
            "Open it, or remove the key.",
            "`ssh_public_access_enabled: false` with ssh_settings",
        ],
    ),
    entry(
        "W0905",
        "an expression without a value",
        [
            "Only a deployment knows the value; the files hold the expression as a text.",
            "Write the value itself, or give the template's parameter file.",
            "a tag `[subscription().displayName]`",
        ],
    ),
    entry(
        "W0910",
        "read-only keys left out",
        ["Azure reports them; they are no settings.", "Nothing.", "`state: Running`"],
    ),
    entry(
        "W0911",
        "what a CLI file cannot say",
        [
            "Settings that only ARM has are not in the CLI file.",
            "Write an ARM template: --to arm.",
            "applicationSharingPolicy",
        ],
    ),
    entry(
        "W0912",
        "keys that nobody knows",
        [
            "A CLI that does not know a key refuses the file; in ARM its name was guessed.",
            "Remove it if it is misspelt.",
            "`new_thing: 5`",
        ],
    ),
    entry(
        "W0913",
        "secrets that were not written",
        [
            "The plan holds secrets; they become parameters without a value.",
            "Give them when the files are applied.",
            "`DB_PASSWORD: hunter2`",
        ],
    ),
];
