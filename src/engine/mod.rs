//! The replay: one event order, one step loop, one copy of every rule.
//!
//! [`replay`] takes a [`Script`] (one instance: its activity, its commands, its settings) and tells
//! a [`Recorder`] what happened. It knows no money, no zones, no files; firing instants arrive
//! computed. Instances are independent (QUOTA-5), so callers split by instance.
//!
//! # Order at one instant (STATE-5)
//! 0 existence by table, 1 phase ends, 2 activity ends, 3 activity starts, 4 operations, 5
//! scheduled stops, 6 scheduled starts (queued ones first), 7 idle shutdown, 8 demand.
//!
//! # How intervals are kept without keeping intervals
//! Present intervals are only counted, by class (attended, unattended). What one interval needs to
//! know when it ends follows from two instants per machine:
//! * it was *cancelled* if it started at or before the last cancellation of its class;
//! * it was *served* (DEM-4) if the instance is `running` now, or left `running` at or after the
//!   interval's start.

#![deny(clippy::float_arithmetic)]

mod admission;
mod counters;
mod draw;
mod last_use;
mod log;
mod machine;
mod quota;
mod recorder;
mod script;
mod settle;
mod sweep;

pub use admission::{Asked, Refusal, RefusalCause, admit};
pub use counters::{Counters, MonthUse, Waste};
pub use draw::{Draw, name_key};
pub use last_use::LastUse;
pub use log::{EventLog, LoggedEvent};
pub use machine::replay;
pub use quota::{Asking, QuotaCase, QuotaRequest, QuotaSettlement, QuotaUse, settle_quota};
pub use recorder::{Cause, Event, IdleClock, Load, Recorder, State};
pub use script::{Command, CommandKind, Existence, Script, Setting};
pub use settle::{Compiled, Timetable, compile};
pub use sweep::{Billed, LIMITS, Stretch, Sweeper, Tallied, index_of, limit_at};
