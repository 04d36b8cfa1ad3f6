//! idlewise replays what people really did on Azure Machine Learning compute instances (kernels,
//! terminals, SSH, VS Code, runs) through the platform's idle shutdown, start/stop schedules and
//! time zones, and says what every second cost, who waited, and what was cut off.
//!
//! It works offline, from files: what people did (a *trace*), what exists and what it costs (a
//! *world*), what an administrator chooses (a *plan*). The command line is a thin layer over this
//! library; three pure functions are the product: [`engine::replay`], [`ledger::post`] and
//! [`search::evaluate`], which is both of them over a fleet.
//!
//! # Words
//! * **World**: facts nobody chooses: sizes, prices, zones, latencies, who exists when.
//! * **Plan**: what an administrator chooses: idle limit, schedules, public IP, size.
//! * **Trace**: what people did (activity) and asked for (operations).
//! * **Timeline**: what then happened, second by second, as a [`engine::Recorder`] hears it.
//! * **Ledger**: the money: one line per instance, calendar month and meter.
//! * **Attended** demand has a person in front of it; a run is **unattended**.
//! * **Counting** activity keeps an instance awake; which kinds count is the rule profile.
//! * **Standing cost**: OS disk, public IP and load balancer: billed while the instance exists.
//!
//! # One way through
//! ```text
//!   bytes ─► table ─► trace ──────────────┐
//!   bytes ─► table ─► world ──────────────┼─► engine ─► ledger ─► search ─► report ─► bytes
//!   bytes ─► azure ─► plan ───────────────┘
//!                         cli: the only hands
//! ```
//! Modules import only leftwards; `tests/it/tidy.rs` holds the table and fails on a wrong import.
//!
//! # Advice
//! [`search::recommend`] searches what an administrator can choose (an idle limit and up to four
//! start/stop times, per instance or shared) for the least [`search::recommend::Objective`]: money
//! plus stated prices of waiting, interruptions and lost runs. Every answer comes with a proved
//! lower bound for its own space, with what others would advise, and with a verdict from weeks it
//! was not chosen on. The command line writes the plans, reads them back and replays them: a figure
//! that is promised is the figure that [`search::evaluate`] gives, to the micro-dollar. Today's
//! plan stays where nothing found is better and it lies inside the bound; a plan of today below
//! the bound is none of the space, and is kept by the verdict.
//!
//! # Invariants, as absences
//! * [`units`] knows no Azure, no files, no zones, no floating point.
//! * [`trace`] and [`world`] repair nothing silently: every bad row is located and reported.
//! * [`plan`] is the only place where wall-clock rules become instants; it knows no money.
//! * [`engine`] sees no money, no zones, no files, no clock, no floating point, and no map whose
//!   order is not defined. It holds the only copy of every rule.
//! * [`ledger`] knows no events: it posts seconds. A missing price is an error, never zero.
//! * No total is computed from anything but ledger lines.
//! * [`report`] has no formula and no rule.
//! * Only [`cli`] (and [`table`], which reads) touches files, environment and clock; clippy bans
//!   the rest (`.clippy.toml`).
//! * Results depend on nothing but inputs, seed and version: not on threads, not on row order.
//!
//! # The rules, and where they live
//! | rules | what | where |
//! |---|---|---|
//! | STATE-1..6 | states, phases, order at one instant, horizon | [`engine`] |
//! | DEM-1..9 | demand, waiting, interruptions | [`engine`] |
//! | IDLE-1 | range of the idle limit | [`units::IdleLimit`] |
//! | IDLE-2 | which kinds keep awake | [`units::RuleProfile`] |
//! | IDLE-3 | VS Code's three hours | [`trace`] |
//! | IDLE-4..7 | the idle clock | [`engine`] |
//! | SCHED-1..5, 9 | schedules to instants, zones, DST | [`plan`], [`world::zones`] |
//! | SCHED-6..8 | what a firing does, dismissal | [`engine`] |
//! | QUOTA-1..5 | who gets cores, settled before any replay | [`engine::settle_quota`] |
//! | LEDG-1..6 | meters, rates, rounding, audit, waste | [`ledger`], [`engine::Counters`] |
//!
//! # Decisions where the platform's documents are silent
//! * An interval is *served* as soon as the instance is `running` at any instant from its start on,
//!   even for zero length.
//! * Demand that was never served and whose recorded end passes while the instance does not exist
//!   ends there. A cancelled interval stays cancelled, also over a delete and a new create.
//! * A new life (create after delete) begins under the scenario's plan: what `set_idle` and
//!   `set_plan` chose before is forgotten. Recurrences without a start time count from its
//!   creation.
//! * IDLE-5 holds for `set_plan` as for `set_idle`.
//! * A queued start counts when it is carried out. At most one per origin waits, oldest first.
//! * Two schedules that fire at one instant are two firings: both can be dismissed.
//! * A day field of a cron expression is restricted unless it is exactly `*`.
//! * Day, week and month recurrences fire at second 0; week days outside frequency `week` and
//!   month days outside `month` are ignored, with a warning.
//! * A plan that names a `size` prices every instance under it at that size.
//! * A stretch of waste is split: beyond its first 15 minutes an idle limit would remove it; the
//!   rest would go with the scheduled start that opened it, or neither removes it (LEDG-6).
//! * Quota: see [`engine::settle_quota`]; existence by the instance table is a fact and never
//!   refused, clusters are granted whole nodes.
//! * A full OS disk (`disk_full_from`) stops idle shutdown and schedules of that life; a new life
//!   begins with a new disk. People, runs and operations still start and stop the instance.
//! * Names: a recorded create evidently worked; only under `--names page` is one refused for its
//!   name. Recorded instances may be called anything.
//! * Access: see [`world::Roles`]. It is checked before anything else; no actor, no check.
//!
//! Differences between the documents themselves (the product page of 2022-12 and later editions)
//! are dated rule profiles, [`units::RuleProfile`].

pub mod azure;
pub mod cli;
pub mod engine;
pub mod ledger;
pub mod plan;
pub mod report;
pub mod scenario;
pub mod search;
pub mod table;
pub mod trace;
pub mod units;
pub mod world;
