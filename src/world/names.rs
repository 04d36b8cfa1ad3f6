//! What a compute instance may be called.
//!
//! Two editions exist. The product page: 3 to 24 letters, digits and `-`, a letter first, and after
//! a `-` at least one letter somewhere later. The newer service pattern,
//! `^[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9\-]{2,23}$`, asks less: only an end of `-` and digits
//! is refused. Whatever the pattern refuses, the page refuses too.

use super::codes;
use crate::units::Problem;

/// Why the product page refuses a name; `None` when it takes it.
#[must_use]
pub fn name_fault(name: &str) -> Option<&'static str> {
    if !(3..=24).contains(&name.chars().count()) {
        return Some("a name has 3 to 24 characters");
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Some("a name has only letters, digits and `-`");
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("a name starts with a letter");
    }
    let tail = name.rsplit_once('-').map(|(_, tail)| tail);
    let bare = tail.is_some_and(|t| !t.contains(|c: char| c.is_ascii_alphabetic()));
    bare.then_some("in a name a letter follows `-`, somewhere later")
}

/// Whether the newer service pattern takes a name.
#[must_use]
pub fn service_takes_name(name: &str) -> bool {
    let counted = name_fault(name).is_none() || {
        let letters = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        letters && plain && (3..=24).contains(&name.len())
    };
    let numbered = name
        .rsplit_once('-')
        .is_some_and(|(_, tail)| !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit()));
    counted && !numbered
}

/// The warning about a recorded name that could not be created, if any; not located yet.
#[must_use]
pub fn name_warning(name: &str) -> Option<Problem> {
    let fault = name_fault(name)?;
    let problem = if service_takes_name(name) {
        Problem::warning(codes::NAME_REFUSED_BY_PAGE, format!("`{name}`: {fault}"))
            .hint("the newer service pattern takes it; `--names page` refuses a `create` of it")
    } else {
        Problem::warning(codes::NAME_REFUSED_BY_ALL, format!("`{name}`: {fault}"))
            .hint("recorded instances may be called so; `--names page` refuses a `create` of it")
    };
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_s_rules_one_by_one() {
        for good in ["abc", "ci-a", "A1-b2", "a--b", "abcdefghijklmnopqrstuvwx", "ci-1a", "a-1-b1"]
        {
            assert_eq!((name_fault(good), service_takes_name(good)), (None, true), "{good}");
        }
        let refused = |name: &str| name_fault(name).map(|f| f.rsplit(' ').next().unwrap());
        for (bad, last, newer) in [
            ("ab", "characters", false),
            ("abcdefghijklmnopqrstuvwxy", "characters", false),
            ("", "characters", false),
            ("a_b", "`-`", false),
            ("caf\u{e9}", "`-`", false),
            ("1ab", "letter", false),
            ("-ab", "letter", false),
            ("ci-1", "later", false),
            ("a-b-12", "later", false),
            ("abc-", "later", true),
            ("a-1-", "later", true),
            ("ab-1-2", "later", false),
            ("abc--", "later", true),
        ] {
            assert_eq!((refused(bad), service_takes_name(bad)), (Some(last), newer), "{bad}");
        }
    }
}
