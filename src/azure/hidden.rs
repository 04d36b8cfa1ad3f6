//! Which names tell secrets, and how their values stay out of terminals and logs.

/// Words that tell a secret.
const WORDS: [&str; 10] = [
    "LICENSE",
    "LICENCE",
    "KEY",
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "PWD",
    "SECRET",
    "CREDENTIAL",
    "CONNECTION_STRING",
];

fn upper(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

/// Whether the value under this name is never shown. Rather one too many: `KEYBOARD` is hidden.
#[must_use]
pub(crate) fn is_hidden(name: &str) -> bool {
    let name = upper(name);
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether the value under this name is a secret, which no file may hold: the name ends like one,
/// or is about a licence. `KEY_VAULT_NAME` and `TOKENIZERS_PARALLELISM` are settings.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = upper(name);
    let licence = name.split('_').any(|word| ["LICENSE", "LICENCE"].contains(&word));
    let end = name.strip_suffix('S').unwrap_or(&name);
    licence || WORDS.iter().any(|word| name.ends_with(word) || end.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_keys_and_tokens_are_secrets_and_settings_are_not() {
        let secret = ["RSP_LICENSE", "LICENSE_KEY", "API_TOKEN", "db-password", "apikey", "MY_PWD"];
        assert!(secret.iter().all(|name| is_secret(name) && is_hidden(name)));
        assert!(["GIT_CREDENTIALS", "AccessToken"].iter().all(|name| is_secret(name)));
        let open = ["RSP_ENABLED", "PORT", "HOME", "TOKENIZERS_PARALLELISM", "KEYBOARD"];
        assert!(open.iter().all(|name| !is_secret(name)));
        assert!(is_hidden("clientSecretValue") && !is_hidden("MODE"));
    }
}
