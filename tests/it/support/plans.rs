//! Random plans of every feature, as CLI documents.

use super::zones::ZONES;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

/// Which documents are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Feature {
    /// Only what the CLI takes.
    Cli,
    /// Also what only ARM can say and what nobody knows yet.
    All,
}

/// The document of a seed, as JSON, which is YAML too.
pub(crate) fn random_plan(seed: u64, feature: Feature) -> Value {
    let mut dice = Dice { rng: ChaCha8Rng::seed_from_u64(seed), feature };
    let mut plan = Map::new();
    let mut keys = dice.settings(seed);
    // Key order is free.
    for place in (1..keys.len()).rev() {
        keys.swap(place, dice.rng.random_range(0..=place));
    }
    plan.extend(keys.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Value::Object(plan)
}

struct Dice {
    rng: ChaCha8Rng,
    feature: Feature,
}

/// Texts that are easy to get wrong in one format or another.
const TEXTS: [&str; 12] = [
    "plain",
    "no",
    "12",
    "[parameters('x')]",
    "[x] and more",
    "a: b # c",
    "it's \"quoted\" \\ here",
    "ünïcode ✓",
    "two\nlines",
    " blanks ",
    "null",
    "{{x}}",
];
const GUIDS: [&str; 2] =
    ["00000000-0000-0000-0000-00000000000a", "ABCDEF01-2345-6789-abcd-ef0123456789"];

impl Dice {
    fn chance(&mut self, p: f64) -> bool {
        self.rng.random_bool(p)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *from.choose(&mut self.rng).unwrap()
    }

    fn settings(&mut self, seed: u64) -> Vec<(&'static str, Value)> {
        let mut keys = vec![
            ("name", json!(format!("ci-{seed}a"))),
            ("type", json!(self.pick(&["computeinstance", "ComputeInstance"]))),
        ];
        let mut add = |key, value: Option<Value>| keys.extend(value.map(|value| (key, value)));
        add("$schema", self.chance(0.5).then(|| json!("https://example.org/schema.json")));
        add("location", self.chance(0.3).then(|| json!("westeurope")));
        let text = self.pick(&TEXTS);
        add("description", self.chance(0.4).then(|| json!(text)));
        add("tags", self.chance(0.4).then(|| json!({ "team": text, "no": "yes", "a b": "" })));
        add("size", self.chance(0.8).then(|| json!("Standard_DS3_v2")));
        let minutes = self.rng.random_range(15..=4320);
        let idle = self.rng.random_range(0..6);
        add("idle_time_before_shutdown_minutes", (idle < 3).then(|| json!(minutes)));
        let old = self.pick(&["PT30M", "PT1H", "P1DT2H"]);
        add("idle_time_before_shutdown", (idle == 3).then(|| json!(old)));
        for (key, chance) in [
            ("enable_node_public_ip", 0.4),
            ("enable_sso", 0.3),
            ("enable_root_access", 0.2),
            ("release_quota_on_stop", 0.2),
            ("enable_os_patching", 0.2),
        ] {
            let truth = self.chance(0.5);
            add(key, self.chance(chance).then(|| json!(truth)));
        }
        add("network_settings", self.network());
        add(
            "create_on_behalf_of",
            self.chance(0.3)
                .then(|| json!({ "user_tenant_id": GUIDS[0], "user_object_id": GUIDS[1] })),
        );
        let open = self.chance(0.5);
        add("ssh_public_access_enabled", self.chance(0.4).then(|| json!(open)));
        add("ssh_settings", self.chance(0.4).then(|| json!({ "ssh_key_value": "ssh-rsa A b@c" })));
        add("identity", self.identity());
        add("schedules", self.schedules());
        add("setup_scripts", self.scripts());
        add("custom_applications", self.applications());
        if self.feature == Feature::All {
            add("x_arm", self.extras());
            add("brand_new_thing", self.chance(0.1).then(|| json!({ "deep": [1, "x", true] })));
            add("state", self.chance(0.2).then(|| json!("Stopped")));
        }
        keys
    }

    fn network(&mut self) -> Option<Value> {
        let id = "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/net/providers/Microsoft.Network/\
                  virtualNetworks/v/subnets/s";
        match self.rng.random_range(0..5) {
            0 => Some(json!({ "vnet_name": "vnet-1", "subnet": "default" })),
            1 => Some(json!({ "subnet": id })),
            _ => None,
        }
    }

    fn identity(&mut self) -> Option<Value> {
        let one = json!({ "resource_id": "/subscriptions/0000/resourceGroups/g/providers/\
            Microsoft.ManagedIdentity/userAssignedIdentities/one" });
        let two = json!({ "resource_id": "/subscriptions/0000/resourceGroups/g/providers/\
            Microsoft.ManagedIdentity/userAssignedIdentities/two" });
        match self.rng.random_range(0..8) {
            0 => Some(json!({ "type": "system_assigned" })),
            1 => {
                let both = json!([one, two]);
                Some(json!({ "type": "user_assigned", "user_assigned_identities": both }))
            }
            2 => Some(json!({
                "type": "system_assigned,user_assigned",
                "user_assigned_identities": [one],
            })),
            3 => Some(json!({ "type": "none" })),
            _ => None,
        }
    }

    fn scripts(&mut self) -> Option<Value> {
        let script = |dice: &mut Self| {
            let mut script = json!({ "path": "scripts/a b.sh" });
            if dice.chance(0.5) {
                script["command"] = json!(dice.pick(&TEXTS));
            }
            if dice.chance(0.7) {
                script["timeout_minutes"] = json!(dice.rng.random_range(1..60));
            }
            script
        };
        let mut scripts = json!({});
        for key in ["creation_script", "startup_script"] {
            if self.chance(0.2) {
                scripts[key] = script(self);
            }
        }
        (scripts != json!({})).then_some(scripts)
    }

    fn applications(&mut self) -> Option<Value> {
        let count = self.rng.random_range(0..6_i64);
        let one = |dice: &mut Self, n: i64| {
            let port = 8000 + n;
            let mut app = json!({
                "name": format!("app{n}"),
                "image": { "reference": "ghcr.io/azure/rocker-rstudio-ml-verse:latest" },
                "endpoints": [{ "target": 8787, "published": port }],
            });
            if dice.chance(0.5) {
                app["type"] = json!("docker");
            }
            if dice.chance(0.6) {
                app["environment_variables"] =
                    json!({ "MODE": dice.pick(&TEXTS), "RSP_LICENSE": "${RSP_LICENSE}" });
            }
            if dice.chance(0.5) {
                let home = "/home/azureuser/cloudfiles";
                app["bind_mounts"] = json!([{ "source": home, "target": home }]);
            }
            app
        };
        (1..3).contains(&count).then(|| (0..count).map(|n| one(self, n)).collect())
    }

    fn extras(&mut self) -> Option<Value> {
        let all = [
            json!({ "compute": { "autologgerSettings": { "mlflowAutologger": "Enabled" } } }),
            json!({ "compute": { "applicationSharingPolicy": "Personal" } }),
            json!({ "properties": { "disableLocalAuth": false, "computeLocation": "x" } }),
            json!({ "resource": { "sku": { "name": "s" } } }),
        ];
        let place = self.rng.random_range(0..all.len() * 3);
        all.get(place).cloned()
    }

    fn schedules(&mut self) -> Option<Value> {
        let count = self.rng.random_range(0..=4);
        let list: Vec<Value> = (0..count).map(|_| self.schedule()).collect();
        (count > 0).then(|| json!({ "compute_start_stop": list }))
    }

    fn schedule(&mut self) -> Value {
        let mut trigger = if self.chance(0.5) { self.cron() } else { self.recurrence() };
        if self.chance(0.7) {
            let zone = ZONES[self.rng.random_range(0..ZONES.len())].windows;
            let iana = self.pick(&["Europe/Vienna", "America/New_York", "Asia/Kolkata"]);
            trigger["time_zone"] = if self.chance(0.2) { json!(iana) } else { json!(zone) };
        }
        if self.chance(0.5) {
            let starts = ["2024-03-31T02:30:00", "2024-06-03T08:00:00Z", "2024-06-03T08:00:00.5"];
            trigger["start_time"] = json!(self.pick(&starts));
        }
        let mut schedule =
            json!({ "action": self.pick(&["start", "stop", "Stop"]), "trigger": trigger });
        if self.chance(0.5) {
            schedule["state"] = json!(self.pick(&["enabled", "disabled", "Disabled"]));
        }
        schedule
    }

    fn cron(&mut self) -> Value {
        let expressions = [
            "0 18 * * *",
            "*/15 8-18 * * 1-5",
            "5,35 0 1,15 */2 MON-Fri",
            "0 22 31 * 0",
            "  7/20 3 * jan,Dec *",
        ];
        json!({ "type": self.pick(&["cron", "Cron"]), "expression": self.pick(&expressions) })
    }

    fn recurrence(&mut self) -> Value {
        let frequency = self.pick(&["minute", "hour", "day", "week", "Month", "week"]);
        let mut trigger = json!({
            "type": "recurrence",
            "frequency": frequency,
            "interval": self.rng.random_range(1..=16),
        });
        if self.chance(0.8) {
            let mut pattern = json!({
                "hours": if self.chance(0.8) { json!([8, 17]) } else { json!([]) },
                "minutes": if self.chance(0.8) { json!([0, 30]) } else { json!([]) },
            });
            if frequency == "week" && self.chance(0.8) {
                pattern["week_days"] = json!(["monday", "Friday"]);
            }
            if self.feature == Feature::All && frequency == "Month" && self.chance(0.5) {
                pattern["month_days"] = json!([1, -1]);
            }
            trigger["schedule"] = pattern;
        }
        trigger
    }
}
