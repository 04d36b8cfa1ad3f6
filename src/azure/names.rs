//! The two spellings of compute-instance settings: CLI v2 YAML and ARM/REST.
//!
//! Sources: the marshmallow schema and the REST models of `azure-ai-ml` 1.35.2, and the published
//! schema of `Microsoft.MachineLearningServices` 2026-05-01.

/// The `$schema` of CLI v2 files.
pub(crate) const CLI_SCHEMA: &str =
    "https://azuremlschemas.azureedge.net/latest/computeInstance.schema.json";

/// The type of the resource.
pub(crate) const RESOURCE_TYPE: &str = "Microsoft.MachineLearningServices/workspaces/computes";

/// The type of a subnet.
pub(crate) const SUBNET_TYPE: &str = "Microsoft.Network/virtualNetworks/subnets";

/// The key of everything that ARM can say and the CLI cannot.
pub(crate) const X_ARM: &str = "x_arm";

/// Top-level keys of the CLI that Azure only reports: they are no settings.
pub(crate) const READ_ONLY: [&str; 11] = [
    "id",
    "state",
    "last_operation",
    "services",
    "created_on",
    "provisioning_state",
    "provisioning_errors",
    "os_image_metadata",
    "workspace",
    "resource_group",
    "modified_on",
];

/// What is only reported inside other keys: parent, then keys.
pub(crate) const READ_ONLY_INSIDE: [(&str, &[&str]); 3] = [
    ("ssh_settings", &["admin_username", "ssh_port"]),
    ("network_settings", &["public_ip_address", "private_ip_address"]),
    ("identity", &["principal_id", "tenant_id"]),
];

/// Truths with the value that an absent key stands for.
pub(crate) const TRUTHS: [(&str, &str, bool); 5] = [
    ("enable_node_public_ip", "enableNodePublicIp", true),
    ("enable_sso", "enableSSO", true),
    ("enable_root_access", "enableRootAccess", true),
    ("release_quota_on_stop", "releaseQuotaOnStop", false),
    ("enable_os_patching", "enableOSPatching", false),
];

/// Top-level keys of the CLI that have a place of their own in ARM, truths aside.
pub(crate) const PLACED: [&str; 16] = [
    "$schema",
    "type",
    "name",
    "location",
    "description",
    "resource_id",
    "tags",
    "size",
    "network_settings",
    "create_on_behalf_of",
    "ssh_public_access_enabled",
    "ssh_settings",
    "identity",
    "schedules",
    "setup_scripts",
    "custom_applications",
];

/// The two spellings of the idle limit.
pub(crate) const IDLE_KEYS: [&str; 2] =
    ["idle_time_before_shutdown_minutes", "idle_time_before_shutdown"];

/// What the SDK sends whatever the file says.
pub(crate) const ALWAYS_SENT: [(&str, &str); 2] =
    [("applicationSharingPolicy", "Shared"), ("computeInstanceAuthorizationType", "personal")];

/// The name and protocol the SDK gives to every endpoint of a custom application.
pub(crate) const ENDPOINT: (&str, &str) = ("connect", "http");

/// Whether this release has a place for a top-level CLI key.
pub(crate) fn is_known(key: &str) -> bool {
    PLACED.contains(&key)
        || IDLE_KEYS.contains(&key)
        || READ_ONLY.contains(&key)
        || TRUTHS.iter().any(|(cli, _, _)| *cli == key)
        || key == X_ARM
}

/// `new_thing` to `newThing`.
pub(crate) fn camel(snake: &str) -> String {
    let mut upper = false;
    let mut camel = String::with_capacity(snake.len());
    for c in snake.chars() {
        if c == '_' {
            upper = !camel.is_empty();
        } else if upper {
            camel.extend(c.to_uppercase());
            upper = false;
        } else {
            camel.push(c);
        }
    }
    camel
}

/// `monday` to `Monday`.
pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &letters.as_str().to_lowercase()
    })
}

/// The four types of identity, as CLI and as ARM spell them.
const IDENTITIES: [(&str, &str); 4] = [
    ("system_assigned", "SystemAssigned"),
    ("user_assigned", "UserAssigned"),
    ("system_assigned,user_assigned", "SystemAssigned,UserAssigned"),
    ("none", "None"),
];

/// The ARM spelling of an identity type given in either, in any case.
pub(crate) fn identity_for_arm(written: &str) -> String {
    identity(written).map_or_else(|| written.to_owned(), |(_, arm)| arm.to_owned())
}

/// The CLI spelling of an identity type given in either, in any case.
pub(crate) fn identity_for_cli(written: &str) -> String {
    identity(written).map_or_else(|| written.to_owned(), |(cli, _)| cli.to_owned())
}

fn identity(written: &str) -> Option<(&'static str, &'static str)> {
    let plain = |t: &str| t.replace(['_', ' '], "").to_lowercase();
    IDENTITIES.into_iter().find(|(_, arm)| plain(arm) == plain(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_words() {
        assert_eq!([camel("new_thing"), camel("_a_b"), camel("x")], ["newThing", "aB", "x"]);
        assert_eq!(capitalised("mONDAY"), "Monday");
        assert_eq!(identity_for_arm("system_assigned, user_assigned"), IDENTITIES[2].1);
        assert_eq!(identity_for_cli("SystemAssigned"), "system_assigned");
    }
}
