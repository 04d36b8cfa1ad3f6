//! Remarks and errors about one value, before anybody knows which file it came from: readers turn
//! them into a [`Problem`](crate::units::Problem) by adding file, line and code.

use crate::units::Severity;
use std::fmt;

/// Something a person should know about a value that was accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// What, in one sentence without a final stop.
    pub message: String,
    /// How much it matters: a note on an accepted value is a [`Severity::Warning`].
    pub severity: Severity,
    /// Where inside the value, counted in characters from 1; `None` for the value as a whole.
    pub column: Option<usize>,
}

impl Note {
    /// A note on a value as a whole.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), severity: Severity::Warning, column: None }
    }

    /// The same note, pointing at this character of the value (from 1).
    #[must_use]
    pub const fn at(mut self, column: usize) -> Self {
        self.column = Some(column);
        self
    }
}

/// Why a value cannot be used, located inside the value.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct FieldError {
    /// Key of the value inside its parent (`interval`, `hours`, ...); empty when the value is the
    /// whole text, as for a cron expression.
    pub key: &'static str,
    /// Where: for a text the character, for a list the item, both counted from 1; 1 for a number.
    pub column: usize,
    /// The offending text.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// How to write it; empty where the message says it.
    pub hint: String,
}

impl FieldError {
    /// An error about `value` at this place.
    #[must_use]
    pub fn new(column: usize, value: impl Into<String>, message: impl Into<String>) -> Self {
        let (value, message) = (value.into(), message.into());
        Self { key: "", column, value, message, hint: String::new() }
    }

    /// The same error, with the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same error, in the value of this key.
    #[must_use]
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }
}

/// `message  (hint)`.
impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, "  ({})", self.hint)?;
        }
        Ok(())
    }
}
