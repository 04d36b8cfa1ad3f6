//! Results become sheets, bytes and text. No rule and no formula lives here: numbers come from
//! counters and ledger lines, and sums are sums of those.

mod bytes;
pub mod catalogue;
pub mod comparison;
mod focus;
mod holdings;
pub mod html;
pub mod plots;
mod quota_sheets;
pub mod recommend;
mod sheet;
mod sheets;
pub mod story;
mod summary;
mod sweep;
mod terminal;

pub use bytes::{Format, SheetWriter, WriteError, sheet_bytes, sheet_json};
pub use focus::{FocusTerms, focus_sheet};
pub use holdings::{
    images_sheet, images_text, quota_needs_sheet, quota_refused_sheet, quota_text,
    quota_unused_sheet,
};
pub use quota_sheets::{Settlements, quota_sheet, quota_timeline_sheet, refusals_sheet};
pub use sheet::{Column, Sheet};
pub use sheets::{
    Results, defects_sheet, events_sheet, instances_sheet, ledger_sheet, price_sheet,
};
pub use summary::{InputRecord, Provenance, summary_json};
pub use sweep::{SweepTotals, sweep_json, sweep_sheet, sweep_summary};
pub use terminal::{PlanTotals, sheet_text, terminal_summary};
