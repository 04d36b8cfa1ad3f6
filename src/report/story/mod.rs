//! A story as text for a person and as lines of JSON for a program. What is said of an event is
//! said once, in `words`; both forms print it.

mod clock;
mod instant;
mod lines;
mod words;

pub use clock::Clock;
pub use instant::{moment_json, moment_text};
pub use lines::{story_jsonl, story_text};

use crate::search::story::{Story, Week};
use crate::units::Horizon;

/// What is told of a story.
#[derive(Debug)]
pub struct Told<'t> {
    /// The story.
    pub story: &'t Story<'t>,
    /// Whose.
    pub instance: &'t str,
    /// By which clock local times are shown.
    pub clock: Clock,
    /// Currency of all amounts.
    pub currency: &'t str,
}

/// The time that is told, and why that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// A calendar week that was asked for.
    Week(Week),
    /// The week that wasted most.
    Worst(Week),
    /// Another stretch of time that was asked for.
    Span(Horizon),
}

impl Chosen {
    /// The stretch of time.
    #[must_use]
    pub const fn window(self) -> Horizon {
        match self {
            Self::Week(week) | Self::Worst(week) => week.window,
            Self::Span(window) => window,
        }
    }
}
