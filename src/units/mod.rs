//! The words every other room speaks: instants, money, rates, and the enums that name states,
//! kinds of activity, rule profiles and time-zone rules.
//!
//! Nothing here knows Azure formats, files, time zones or floating point. Arithmetic that could
//! overflow is checked.

mod instant;
mod money;
mod note;
mod problem;
mod words;

pub use instant::{Horizon, Instant, ParseInstantError, parse_instant};
pub use money::{Money, MoneyOverflow, Pricer, Rate, RateUnit};
pub use note::{FieldError, Note};
pub use problem::{Problem, Severity, nearest};
pub use words::{Action, DstRule, IdleLimit, Kind, Meter, RuleProfile};
