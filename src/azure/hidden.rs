//! What must never reach a terminal or a log.

use crate::azure::node::Node;

/// Parts of names whose values are secrets.
const SECRET: [&str; 8] =
    ["KEY", "LICENSE", "LICENCE", "TOKEN", "PASSWORD", "PASSWD", "SECRET", "CREDENTIAL"];

/// Whether values under this name are never shown.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let upper = name.to_uppercase();
    SECRET.iter().any(|part| upper.contains(part))
}

/// What a node holds, for messages; `(hidden)` under a name that tells a secret.
#[must_use]
pub fn shown(name: &str, node: &Node) -> String {
    if is_secret(name) { "(hidden)".to_owned() } else { node.describe() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_secrets() {
        for name in ["RSP_LICENSE", "api_key", "AccessToken", "DB_PASSWORD", "client-secret"] {
            assert!(is_secret(name), "{name}");
        }
        assert!(!is_secret("MODE"));
    }
}
