//! Azure's own formats: what the documentation prints, what the official SDK prints (files made by
//! `tests/azure/make_lists.py`), templates, and the same settings in every spelling.

use idlewise::azure::{
    Entry, Node, Parameters, PlanFile, Value, decode_text, missing_pages, parse_document,
    read_azure_instances, read_plan, read_plan_with,
};
use idlewise::units::{IdleLimit, Problem};
use std::collections::BTreeMap;
use std::process::Command;

fn golden(name: &str) -> String {
    let path = format!("{}/tests/azure/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn plan(text: &str, file: &str) -> PlanFile {
    let (plan, problems) = read_plan(text, file, "stem");
    plan.unwrap_or_else(|| panic!("{}", shown(&problems)))
}

fn shown(problems: &[Problem]) -> String {
    problems.iter().map(|p| format!("{p}\n")).collect()
}

fn problems(text: &str, file: &str) -> String {
    shown(&read_plan(text, file, "stem").1)
}

/// Where `needle` first stands in `text`, as `line:column`, counted here and not by the reader.
fn place(text: &str, needle: &str) -> String {
    let before = &text[..text.find(needle).unwrap()];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    format!("{line}:{column}")
}

/// A document without places and without the order of its keys.
fn plain(node: &Node) -> String {
    match &node.value {
        Value::Map(entries) => {
            let sorted: BTreeMap<&str, String> =
                entries.iter().map(|e| (e.key.as_str(), plain(&e.node))).collect();
            format!("{sorted:?}")
        }
        Value::List(items) => format!("{:?}", items.iter().map(plain).collect::<Vec<_>>()),
        other => format!("{other:?}"),
    }
}

/// The document less some of its keys.
fn without(node: &Node, keys: &[&str]) -> Node {
    let kept: Vec<Entry> =
        node.entries().iter().filter(|e| !keys.contains(&e.key.as_str())).cloned().collect();
    Node { value: Value::Map(kept), ..*node }
}

/// Every feature in YAML and in ARM: the compute properties, or a whole resource.
const PAIRS: &[(&str, &str)] = &[
    ("idle_time_before_shutdown_minutes: 30", r#"{"idleTimeBeforeShutdown": "PT30M"}"#),
    ("idle_time_before_shutdown_minutes: 4320", r#"{"idleTimeBeforeShutdown": "P3D"}"#),
    ("size: Standard_DS3_v2", r#"{"vmSize": "Standard_DS3_v2"}"#),
    (
        "enable_node_public_ip: false\nenable_sso: false\nenable_root_access: true\n\
         release_quota_on_stop: true\nenable_os_patching: true",
        r#"{"enableNodePublicIp": false, "enableSSO": false, "enableRootAccess": true,
            "releaseQuotaOnStop": true, "enableOSPatching": true}"#,
    ),
    (
        "schedules:\n  compute_start_stop:\n  - {action: stop, state: disabled, trigger: {type: \
         cron, expression: 0 18 * * 1-5, time_zone: W. Europe Standard Time, start_time: \
         '2026-01-01T00:00:00'}}",
        r#"{"schedules": {"computeStartStop": [{"action": "STOP", "status": "Disabled",
            "triggerType": "cron", "recurrence": null, "cron": {"triggerType": "Cron",
            "expression": "0 18 * * 1-5", "timeZone": "W. Europe Standard Time",
            "startTime": "2026-01-01T00:00:00"}}]}}"#,
    ),
    (
        "schedules:\n  compute_start_stop:\n  - {action: start, state: enabled, schedule_id: a, \
         provisioning_state: Completed, trigger: {type: recurrence, frequency: week, interval: 2, \
         time_zone: UTC, schedule: {hours: [8], minutes: [0, 30], week_days: [monday, friday]}}}",
        r#"{"Schedules": {"ComputeStartStop": [{"action": "Start", "status": "Enabled", "id": "a",
            "provisioningStatus": "Completed", "triggerType": "Recurrence", "recurrence":
            {"frequency": "Week", "interval": 2, "timeZone": "UTC", "startTime": "", "schedule":
            {"hours": [8], "minutes": [0, 30], "weekDays": ["Monday", "Friday"]}}}]}}"#,
    ),
    (
        "schedules:\n  compute_start_stop:\n  - {action: start, trigger: {type: recurrence, \
         frequency: month, interval: 1, schedule: {hours: [8], minutes: [0], month_days: \
         [1, -1]}}}",
        r#"{"schedules": {"computeStartStop": [{"action": "Start", "triggerType": "Recurrence",
            "recurrence": {"frequency": "Month", "interval": 1, "schedule":
            {"hours": [8], "minutes": [0], "monthDays": [1, -1]}}}]}}"#,
    ),
    (
        "network_settings: {subnet: /v/subnets/s, private_ip_address: 10.0.0.4}",
        r#"{"subnet": {"id": "/v/subnets/s"},
            "connectivityEndpoints": {"publicIpAddress": null, "privateIpAddress": "10.0.0.4"}}"#,
    ),
    (
        "ssh_public_access_enabled: true\nssh_settings: {ssh_key_value: k, ssh_port: '50000'}",
        r#"{"sshSettings": {"sshPublicAccess": "Enabled", "adminPublicKey": "k",
            "sshPort": 50000}}"#,
    ),
    (
        "create_on_behalf_of: {user_tenant_id: t, user_object_id: o}",
        r#"{"personalComputeInstanceSettings": {"assignedUser":
            {"objectId": "o", "tenantId": "t"}}}"#,
    ),
    (
        "setup_scripts: {startup_script: {path: a.sh, command: bash a.sh, timeout_minutes: 20}}",
        r#"{"setupScripts": {"scripts": {"startupScript": {"scriptSource": "workspaceStorage",
            "scriptData": "a.sh", "scriptArguments": "bash a.sh", "timeout": "20m"}}}}"#,
    ),
    (
        "custom_applications:\n- {name: a, type: docker, image: {reference: r}, endpoints: \
         [{target: 8787, published: 8788}], environment_variables: {A: b}, bind_mounts: \
         [{source: /s, target: /t}]}",
        r#"{"customServices": [{"name": "a", "image": {"type": "docker", "reference": "r"},
            "docker": {"privileged": true}, "environmentVariables":
            {"A": {"type": "local", "value": "b"}}, "endpoints": [{"name": "connect",
            "protocol": "http", "target": 8787, "published": 8788}], "volumes": [{"type": "bind",
            "readOnly": false, "source": "/s", "target": "/t"}]}]}"#,
    ),
    (
        "type: computeinstance\nname: ci\nworkspace: ws\nlocation: eastus\ntags: {a: b}\n\
         description: d\nidentity: {type: 'system_assigned,user_assigned', \
         user_assigned_identities: [{resource_id: /i}]}",
        r#"{"type": "Microsoft.MachineLearningServices/workspaces/computes", "name": "ws/ci",
            "apiVersion": "2025-12-01", "location": "eastus", "tags": {"a": "b"},
            "identity": {"type": "SystemAssigned, UserAssigned",
            "userAssignedIdentities": {"/i": {}}},
            "properties": {"computeType": "ComputeInstance", "description": "d"}}"#,
    ),
    (
        "type: computeinstance\ncreated_on: '2026-01-01T00:00:00Z'\nstate: Running\n\
         last_operation: {operation_name: Stop}\nos_image_metadata: {current_image_version: '1'}\n\
         services: [{display_name: a}]\nprovisioning_state: Succeeded",
        r#"{"computeType": "ComputeInstance", "createdOn": "2026-01-01T00:00:00Z",
            "provisioningState": "Succeeded", "properties": {"state": "Running",
            "lastOperation": {"operationName": "Stop"}, "applications": [{"displayName": "a"}],
            "osImageMetadata": {"currentImageVersion": "1"}, "errors": []}}"#,
    ),
];

#[test]
fn arm_and_yaml_are_the_same_plan() {
    for (yaml, arm) in PAIRS {
        let (yaml, arm) = (plan(yaml, "a.yml"), plan(arm, "a.json"));
        assert_eq!(plain(&yaml.document), plain(&arm.document));
        assert_eq!(yaml.plan, arm.plan);
    }
}

#[test]
fn what_only_arm_can_say_is_kept_under_its_own_key() {
    let text = r#"{"properties": {"computeType": "ComputeInstance", "disableLocalAuth": true,
        "properties": {"vmSize": "x", "dataDisks": [{"lun": 1}], "newThing": 7,
        "setupScripts": {"scripts": {"creationScript": {"scriptSource": "inline",
        "scriptData": "ls", "timeout": "1h"}}},
        "customServices": [{"name": "a", "type": "docker", "kernel": {"argv": []},
        "image": {"type": "docker", "reference": "r", "version": "2"},
        "environmentVariables": {"API_TOKEN": {"type": "local", "value": "SECRET"}},
        "endpoints": [{"protocol": "tcp", "target": 1, "published": 2}, {"target": 3}]}]}},
        "sku": {"name": "s"}, "apiVersion": "2025-12-01", "dependsOn": []}"#;
    let (read, told) = read_plan(text, "a.json", "stem");
    let extras = read.unwrap().document.get("x_arm").unwrap().clone();
    let expected = parse_document(
        "resource: {sku: {name: s}}\n\
         properties: {disableLocalAuth: true}\n\
         compute:\n  dataDisks: [{lun: 1}]\n  newThing: 7\n  \
         setupScripts: {scripts: {creationScript: {scriptSource: inline, timeout: 1h}}}\n  \
         customServices:\n  - {name: a, kernel: {argv: []}, image: {version: '2'}, \
         endpoints: [{protocol: tcp}, {}]}\n",
        "expected",
    );
    assert_eq!(plain(&extras), plain(&expected.unwrap()));
    assert_eq!(told.len(), 1);
    let expected =
        format!("a.json:{}  warning[W0221]  unknown field `newThing`", place(text, "\"newThing"));
    assert!(told[0].to_string().starts_with(&expected), "{}", told[0]);
}

/// The page prints its parameter file as a fragment, with no-break spaces in it.
#[test]
fn the_schedules_of_the_page_are_read() {
    for text in [golden("page-schedules.json"), format!("{{{}}}", golden("page-schedules.json"))] {
        let (read, told) = read_plan(&text, "page.json", "page");
        let schedules = read.unwrap().plan.schedules;
        assert_eq!((schedules.len(), shown(&told)), (3, String::new()));
    }
    let yaml = "schedules:\n  compute_start_stop:\n  - {action: stop, state: enabled, trigger: \
                {type: cron, time_zone: UTC, expression: 0 18 * * *}}\n  - {action: start, state: \
                enabled, trigger: {type: cron, time_zone: UTC, expression: 0 8 * * *}}\n  - \
                {action: stop, state: enabled, trigger: {type: recurrence, frequency: day, \
                interval: 1, time_zone: UTC, schedule: {hours: [17], minutes: [0]}}}\n";
    let page = plan(&golden("page-schedules.json"), "page.txt");
    assert_eq!(plain(&plan(yaml, "a.yml").document), plain(&page.document));
}

#[test]
fn the_idle_snippets_of_the_page_are_read() {
    let arm = "// Note that this is just a snippet for the idle shutdown property\n{\n    \
               \"idleTimeBeforeShutdown\":\"PT30M\" // this must be a string\n}\n";
    for file in ["idle.json", "idle.txt"] {
        assert_eq!(plan(arm, file).plan.idle, IdleLimit::from_minutes(30));
    }
    let yaml = "# Note that this is just a snippet.\nidle_time_before_shutdown_minutes: 30\n";
    assert_eq!(plan(yaml, "idle.yml").plan.idle, IdleLimit::from_minutes(30));
}

/// As printed it is no YAML: the URL of the schema stands without its key.
#[test]
fn the_identity_sample_of_the_page_is_refused_and_accepted_once_mended() {
    let text = golden("page-identity.yml");
    assert_eq!(
        problems(&text, "compute.yaml"),
        "compute.yaml:1:1  error[E0220]  the file begins with a URL: `$schema:` is missing before \
         it  (write `$schema: https://azuremlschemas.azureedge.net/latest/\
         computeInstance.schema.json`, or leave the line out)\n"
    );
    let mended = plan(&format!("$schema: {text}"), "compute.yaml");
    assert!(mended.plan.has_identity);
    assert_eq!(mended.plan.name, "myinstance");
}

#[test]
fn problems_of_arm_are_located_and_speak_its_language() {
    for (text, expected) in [
        (
            "{\n\"idleTimeBeforeShutdown\": \"PT5M\"}",
            "a.json:2:27  error[E0203]  idleTimeBeforeShutdown: the text `PT5M` is not an idle \
             limit",
        ),
        (
            "{\"schedules\": {\"computeStartStop\": [\n{\"action\": \"Stop\", \"triggerType\": \
             \"Cron\", \"cron\": {\"timeZone\": \"Mars\",\n\"expression\": \"0 18 * * 8\"}}]}}",
            "a.json:2:64  error[E0207]  timeZone: unknown time zone `Mars`",
        ),
        (
            "{\"schedules\": {\"computeStartStop\": [{\"action\": \"Stop\"}]}}",
            "a.json:1:37  error[E0210]  triggerType: `triggerType` is missing  (Cron or Recur",
        ),
        (
            "{\"schedules\": {\"computeStartStop\": [{\"action\": \"Stop\", \"triggerType\": \
             \"Cron\", \"cron\": {\"timezon\": \"UTC\", \"expression\": \"0 1 * * *\"}}]}}",
            "a.json:1:88  error[E0209]  unknown key `timezon`  (did you mean `timeZone`?)",
        ),
        (
            "{\"schedules\": {\"computeStartStop\": [{\"action\": \"Stop\", \"triggerType\": \
             \"Cron\", \"recurrence\": {}}]}}",
            "a.json:1:37  error[E0210]  cron: `triggerType` is cron, and `cron` is missing",
        ),
        ("{\"vmSize\": 3}", "a.json:1:12  error[E0202]  vmSize: `3` where a text is needed"),
        ("{\"vmSize\": \"a\",\n\"vmSize\": \"b\"}", "a.json:2:1  error[E0201]  the key `vmSize`"),
        ("{\"vmSize\": NaN}", "a.json:1:12  error[E0201]  `NaN` is no JSON number"),
        ("{\"policyRule\": {}}", "a.json:1:1  error[E0225]  an Azure Policy definition is no plan"),
        ("{\"resources\": []}", "a.json:1:1  error[E0226]  the file holds no compute instance"),
        (
            "{\"computeType\": \"AmlCompute\"}",
            "a.json:1:17  error[E0211]  computeType: `AmlCompute` is not ComputeInstance",
        ),
        ("{\"a\": {\"value\": 1}}", "a.json:1:2  warning[W0223]  the parameter `a` is not used"),
    ] {
        let told = problems(text, "a.json");
        assert!(told.starts_with(expected), "{expected}\n{told}");
    }
}

#[test]
fn a_template_is_resolved_with_its_parameter_file() {
    let (template, second) = (golden("fleet.json"), golden("fleet.parameters.json"));
    let given = Parameters { text: &second, file: "fleet.parameters.json" };
    let file = read_azure_instances(&template, "fleet.json", Some(given));
    let about: Vec<(&str, &str, &str, usize)> = file
        .instances
        .iter()
        .map(|i| {
            let i = &i.instance;
            (i.name.as_str(), i.workspace.as_str(), i.region.as_str(), i.line)
        })
        .collect();
    assert_eq!(
        about,
        [
            ("ann-ci", "ws-one", "eastus", 23),
            ("bo-ci", "ws-one", "eastus", 23),
            ("nested", "ws-two", "westeurope", 60),
        ],
        "{}",
        shown(&file.problems)
    );
    assert_eq!(file.skipped, 1);
    let first = &file.instances[0].plan;
    assert_eq!(first.plan.idle, IdleLimit::from_minutes(30));
    assert_eq!((first.plan.schedules.len(), first.plan.public_ip), (1, false));
    let identity = first.document.get("identity").unwrap();
    assert!(plain(identity).contains("/subscriptions/s/reader"));
    // A secure value is not read, and its default is not told: its name stands for it.
    assert!(plain(&first.document).contains("${licence}"));
    let told = shown(&file.problems);
    assert!(!told.contains("NOT-A-REAL") && !told.contains("licence"), "{told}");
    assert!(!told.contains("error["), "{told}");
}

#[test]
fn what_a_template_leaves_open_is_named_where_it_stands() {
    let template = golden("fleet.json");
    let file = read_azure_instances(&template, "fleet.json", None);
    let names: Vec<&str> = file.instances.iter().map(|i| i.instance.name.as_str()).collect();
    assert_eq!(names, ["nested"], "the two without a value for their schedules are left out");
    let told = shown(&file.problems);
    let expected = format!(
        "fleet.json:{}  error[E0221]  schedules: `[parameters('schedules')]` cannot be resolved: \
         the parameter `schedules` has neither a value nor a default",
        place(&template, "\"[parameters('schedules')]")
    );
    assert!(told.contains(&expected), "{told}");
    // A mistake in the parameter file is located there.
    let second = golden("fleet.parameters.json").replace("0 22", "99 22");
    let given = Parameters { text: &second, file: "fleet.parameters.json" };
    let told = shown(&read_azure_instances(&template, "fleet.json", Some(given)).problems);
    let expected =
        format!("fleet.parameters.json:{}  error[E0205]  expression:", place(&second, "\"99 22"));
    assert!(told.contains(&expected), "{told}");
    let (none, told) = read_plan_with(&template, "fleet.json", "fleet", Some(given));
    assert!(none.is_none() && shown(&told).contains("error[E0227]"), "{}", shown(&told));
}

/// Of a cluster nothing is needed, so nothing that its expressions leave open is an error.
#[test]
fn what_a_cluster_leaves_open_is_no_error() {
    let text = r#"{"resources": [{"name": "c", "properties": {"computeType": "AmlCompute",
        "properties": {"vmSize": "[parameters('gone')]"}},
        "type": "Microsoft.MachineLearningServices/workspaces/computes"}]}"#;
    let file = read_azure_instances(text, "a.json", None);
    assert_eq!((file.skipped, shown(&file.problems)), (1, String::new()));
}

/// A text where `schedules` should be a mapping must not pass for "no schedules".
#[test]
fn schedules_that_are_no_mapping_are_an_error() {
    for (file, text) in [
        ("a.yml", "schedules: nightly\n"),
        (
            "a.json",
            r#"{"vmSize": "x",
        "schedules": "nightly"}"#,
        ),
    ] {
        let told = problems(text, file);
        assert!(told.contains("error[E0202]  schedules: the text `nightly`"), "{told}");
    }
}

#[test]
fn one_instance_of_a_template_is_a_plan() {
    let text = r#"{"parameters": {"name": {"type": "string"}, "a": {"defaultValue":
        "[variables('b')]"}}, "variables": {"b": "[parameters('a')]", "size": "Standard_DS1_v2"},
        "resources": {"ci": {"type": "Microsoft.MachineLearningServices/workspaces/computes",
        "name": "[parameters('name')]", "tags": {"loop": "[parameters('a')]"},
        "properties": {"computeType": "ComputeInstance",
        "properties": {"vmSize": "[variables('size')]"}}}}}"#;
    let (read, told) = read_plan(text, "a.json", "stem");
    let read = read.unwrap().plan;
    assert_eq!((read.name.as_str(), read.size.as_deref()), ("stem", Some("Standard_DS1_v2")));
    let told = shown(&told);
    assert!(told.contains("warning[W0223]  loop: `[parameters('a')]`"), "{told}");
    assert!(told.contains("round in a circle"), "{told}");
}

/// Both spellings that releases of the SDK print, against each other and against REST.
#[test]
fn lists_of_every_release_say_the_same() {
    let old = read_azure_instances(&golden("list-1.34.1.json"), "list.json", None);
    let new = read_azure_instances(&golden("list-1.35.2.json"), "list.json", None);
    check_list(&old);
    check_list(&new);
    for (a, b) in old.instances.iter().zip(&new.instances) {
        assert_eq!(a.plan.plan, b.plan.plan);
        // Times are spelt otherwise, and the new release loses ids of user-assigned identities.
        let loose = ["last_operation", "identity"];
        let bare = |p: &PlanFile| plain(&without(&p.document, &loose));
        assert_eq!(bare(&a.plan), bare(&b.plan));
        let name = |p: &PlanFile| {
            p.document.get("last_operation").and_then(|o| o.get("operation_name")).map(plain)
        };
        assert_eq!(name(&a.plan), name(&b.plan));
    }
    let rest = read_azure_instances(&golden("rest-page-1.json"), "1.json", None);
    let ours = &rest.instances[0].plan;
    let lost =
        ["x_arm", "modified_on", "created_on", "last_operation", "services", "provisioning_state"];
    assert_eq!(
        plain(&without(&ours.document, &lost)),
        plain(&without(&old.instances[0].plan.document, &lost)),
        "our reading of REST against the SDK's"
    );
}

fn check_list(file: &idlewise::azure::AzureFile) {
    assert!(!shown(&file.problems).contains("error["), "{}", shown(&file.problems));
    let about: Vec<String> = file
        .instances
        .iter()
        .map(|i| {
            let (i, idle) = (&i.instance, i.plan.plan.idle.map(IdleLimit::minutes));
            let created = i.created.map(|c| c.to_string()).unwrap_or_default();
            format!(
                "{} {} {} {} {created} {} {idle:?} {:?}",
                i.name,
                i.workspace,
                i.region,
                i.vm_size,
                i.initially_running,
                i.identity_has_contributor
            )
        })
        .collect();
    assert_eq!(
        about,
        [
            "anna-ci ws-one westeurope STANDARD_DS3_V2 2026-02-16T19:08:51Z false Some(60) \
             Some(false)",
            "bertil-gpu ws-two eastus STANDARD_NC6S_V3 2025-11-03T07:00:00Z true Some(30) None",
            "plain ws-two eastus STANDARD_DS1_V2 2026-01-01T00:00:00Z false None None",
        ]
    );
    assert_eq!(file.skipped, 1);
    let anna = &file.instances[0];
    assert_eq!(anna.instance.user, "0a1b2c3d-0000-0000-0000-0000000000e1");
    assert_eq!(anna.plan.plan.schedules.len(), 2);
    assert!(!anna.plan.plan.schedules[1].enabled);
    let told = shown(&file.problems);
    assert!(told.contains("warning[W0227]") && !told.contains("NOT-A-REAL"), "{told}");
}

#[test]
fn pages_of_the_rest_list_are_put_together() {
    let (one, two) = (golden("rest-page-1.json"), golden("rest-page-2.json"));
    let first = read_azure_instances(&one, "1.json", None);
    let missing = missing_pages(&first.pages);
    let expected = format!("1.json:{}  warning[W0220]  nextLink:", place(&one, "\"nextLink"));
    assert!(shown(&missing).starts_with(&expected), "{missing:?}");
    // Several pages in one file; both of one workspace.
    let two = two.replace("ws-two", "ws-one");
    let both = read_azure_instances(&format!("[{one},\n{two}]"), "all.json", None);
    check_users(&both);
    assert!(missing_pages(&both.pages).is_empty());
    assert!(!shown(&both.problems).contains("W0220"));
}

fn check_users(file: &idlewise::azure::AzureFile) {
    let users: Vec<&str> = file.instances.iter().map(|i| i.instance.user.as_str()).collect();
    assert_eq!(users, ["0a1b2c3d-0000-0000-0000-0000000000e1", "Bertil Example", ""]);
}

/// `az ... > list.json` on Windows PowerShell.
#[test]
fn utf_16_is_read() {
    let text = golden("list-1.35.2.json").replace('\n', "\r\n");
    let bytes: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = decode_text(bytes, "list.json").unwrap();
    check_list(&read_azure_instances(&text, "list.json", None));
}

#[test]
fn secrets_are_not_shown() {
    for (file, text) in [
        (
            "a.json",
            r#"{"customServices": [{"name": "a",
                "environmentVariables": {"RSP_LICENSE": "S3CR3T"}}]}"#,
        ),
        ("a.json", r#"{"customServices": [{"environmentVariables": {"K": {"value": "S3CR3T}]}"#),
        (
            "a.json",
            r#"{"customServices": [{"environmentVariables": {"API_KEY": {"value": S3CR3T}}}]}"#,
        ),
        (
            "a.yml",
            "type: computeinstance\nname: a\ncustom_applications: [{environment_variables: \
         {API_KEY: S3CR3T, API_KEY: S3CR3T}}]",
        ),
    ] {
        let told = problems(text, file);
        assert!(told.contains("[E") || told.contains("[W0222]"), "{text}: {told}");
        assert!(!told.contains("S3CR3T"), "{told}");
    }
}

#[test]
fn instances_need_a_name_and_a_type() {
    let file = read_azure_instances("type: computeinstance\n", "a.yml", None);
    assert!(shown(&file.problems).starts_with("a.yml:1:1  error[E0223]"));
    let file = read_azure_instances("type: amlcompute\nname: x\n", "a.yml", None);
    assert_eq!((file.instances.len(), file.skipped, file.problems.len()), (0, 1, 0));
    let expression = r#"{"resources": [{"name": "[uniqueString('a')]",
        "type": "Microsoft.MachineLearningServices/workspaces/computes",
        "properties": {"computeType": "ComputeInstance"}}]}"#;
    let file = read_azure_instances(expression, "a.json", None);
    assert!(shown(&file.problems).contains("error[E0223]"), "{}", shown(&file.problems));
}

/// The program itself, on thousands of files: what they say is today's plan.
#[test]
fn thousands_of_instance_files_are_read() {
    const COUNT: usize = 5_000;
    let dir = std::env::temp_dir().join(format!("idlewise-azure-{}", std::process::id()));
    let files = dir.join("instances");
    std::fs::create_dir_all(&files).unwrap();
    for n in 0..COUNT {
        let text = format!(
            "$schema: https://azuremlschemas.azureedge.net/latest/computeInstance.schema.json\n\
             name: ci{n:04}x\ntype: computeinstance\nsize: Standard_DS3_v2\nlocation: eastus\n\
             idle_time_before_shutdown_minutes: {}\ntags: {{team: a{}}}\nschedules:\n  \
             compute_start_stop:\n  - action: stop\n    state: enabled\n    trigger:\n      \
             type: cron\n      expression: 0 18 * * *\n      time_zone: Pacific Standard Time\n",
            30 + n % 60,
            n % 7
        );
        std::fs::write(files.join(format!("ci{n:04}.yml")), text).unwrap();
    }
    std::fs::write(files.join("cluster.yml"), "type: amlcompute\nname: c\n").unwrap();
    let activity = dir.join("activity.csv");
    std::fs::write(
        &activity,
        "instance,kind,start,end\nci0000x,kernel,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z\n",
    )
    .unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_idlewise"))
        .args(["simulate", "--activity"])
        .arg(&activity)
        .arg("--instances")
        .arg(&files)
        .arg("--out")
        .arg(dir.join("out"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{told}");
    assert!(told.contains("1 entry of another type"), "{told}");
    let rows = std::fs::read_to_string(dir.join("out/instances.csv")).unwrap();
    assert_eq!(rows.lines().count(), COUNT + 1);
    assert!(rows.lines().any(|row| row.contains("today") && row.contains("ci4999x")));
    std::fs::remove_dir_all(&dir).ok();
}

/// The SDK at hand prints what the stored files say. Runs when `IDLEWISE_PYTHON` can import
/// azure.ai.ml; says so and passes otherwise.
#[test]
fn the_official_sdk_still_prints_what_is_stored() {
    let Ok(python) = std::env::var("IDLEWISE_PYTHON") else {
        eprintln!("skipped: IDLEWISE_PYTHON is not set");
        return;
    };
    let has = Command::new(&python).args(["-c", "import azure.ai.ml"]).output();
    if !has.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: {python} has no azure.ai.ml");
        return;
    }
    let script = format!("{}/tests/azure/make_lists.py", env!("CARGO_MANIFEST_DIR"));
    let done = Command::new(&python).args([&script, "-"]).output().unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    check_list(&read_azure_instances(&text, "live.json", None));
    let stored = ["list-1.34.1.json", "list-1.35.2.json"].map(golden);
    assert!(stored.contains(&text), "another release: run make_lists.py with it and compare");
}
