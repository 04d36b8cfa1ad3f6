//! Which API version a template or call needs: the oldest stable one that knows everything the plan
//! uses, the newest preview when no stable one does.
//!
//! Computed over all `Microsoft.MachineLearningServices` schema files of
//! azure-resource-manager-schemas, up to stable 2026-05-01 and preview 2026-03-15-preview.

use serde_json::Value as Json;

/// Knows schedules; older stable versions do not.
const BASE: &str = "2022-10-01";
/// The newest one with previews of its own.
pub(crate) const NEWEST_PREVIEW: &str = "2026-03-15-preview";
/// The version of the `updateIdleShutdownSetting` call on the product page.
pub(crate) const UPDATE_IDLE: &str = "2021-07-01";

/// Properties of an instance with the first stable version that has them; `None`: previews only.
const SINCE: [(&str, Option<&str>); 16] = [
    ("vmSize", Some(BASE)),
    ("subnet", Some(BASE)),
    ("applicationSharingPolicy", Some(BASE)),
    ("sshSettings", Some(BASE)),
    ("computeInstanceAuthorizationType", Some(BASE)),
    ("personalComputeInstanceSettings", Some(BASE)),
    ("setupScripts", Some(BASE)),
    ("schedules", Some(BASE)),
    ("enableNodePublicIp", Some("2022-05-01")),
    ("customServices", Some("2023-04-01")),
    // Previews since 2022-06-01-preview.
    ("idleTimeBeforeShutdown", Some("2025-12-01")),
    // Previews since 2023-08-01-preview.
    ("enableSSO", Some("2025-12-01")),
    ("autologgerSettings", None),
    ("enableRootAccess", None),
    ("releaseQuotaOnStop", None),
    ("enableOSPatching", None),
];

/// The version for this resource. A property that the table lacks is newer than the table.
pub(crate) fn api_version(resource: &Json) -> &'static str {
    let used = resource["properties"]["properties"].as_object();
    let keys = used.into_iter().flat_map(|o| o.keys());
    let since = |key: &String| SINCE.iter().find(|(name, _)| name == key).and_then(|(_, v)| *v);
    let needed: Option<Vec<&str>> = keys.map(since).collect();
    needed.map_or(NEWEST_PREVIEW, |all| all.into_iter().fold(BASE, Ord::max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_oldest_version_that_knows_everything() {
        let version = |p: Json| api_version(&json!({"properties": {"properties": p}}));
        assert_eq!(version(json!({"vmSize": "x", "schedules": {}})), "2022-10-01");
        assert_eq!(version(json!({"customServices": []})), "2023-04-01");
        assert_eq!(version(json!({"idleTimeBeforeShutdown": "PT30M"})), "2025-12-01");
        assert_eq!(version(json!({"releaseQuotaOnStop": true})), NEWEST_PREVIEW);
        assert_eq!(version(json!({"brandNew": 1})), NEWEST_PREVIEW);
    }
}
