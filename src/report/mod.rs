//! Results become sheets, bytes and text. No rule and no formula lives here: numbers come from
//! counters and ledger lines, and sums are sums of those.

mod bytes;
pub mod catalogue;
mod quota_sheets;
mod sheet;
mod sheets;
mod summary;
mod terminal;

pub use bytes::{Format, SheetWriter, WriteError, sheet_bytes};
pub use quota_sheets::{Settlements, quota_sheet, quota_timeline_sheet, refusals_sheet};
pub use sheet::{Column, Sheet};
pub use sheets::{
    Results, defects_sheet, events_sheet, instances_sheet, ledger_sheet, price_sheet,
};
pub use summary::{InputRecord, Provenance, summary_json};
pub use terminal::{PlanTotals, sheet_text, terminal_summary};
