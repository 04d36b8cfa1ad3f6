//! Keep-awake attribution: what kept instances running.
//!
//! Every second in `running` goes to exactly one [`Signal`]. While a counting interval is present
//! (IDLE-2) it is the signal of its kind; of several kinds the first in the order of [`Signal`],
//! which puts work that goes on without anybody first and an open VS Code connection nobody types
//! in last: that is blamed only for what nothing else kept on. With nothing counting it is the idle
//! clock until the limit is up (IDLE-4), then whatever keeps the shutdown from happening.
//!
//! An interval that an interruption or a `stop` cancelled (DEM-8, DEM-9) keeps nothing on. Where a
//! VS Code connection is past its last keystroke is not in the trace; it is known when the same
//! activity is at hand with connections closed at their last keystroke.

use super::replays::{Change, Replays, too_much};
use crate::engine::{Cause, CommandKind, Event, Load, Recorder, State};
use crate::plan::Plan;
use crate::trace::{Activity, Op, Trace};
use crate::units::{IdleLimit, Instant, Kind, Money, Problem, RuleProfile};
use crate::world::AfterInterruption;
use rayon::prelude::*;

/// What keeps an instance running through a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Signal {
    /// A run.
    Run,
    /// A Jupyter kernel.
    Kernel,
    /// A terminal.
    Terminal,
    /// SSH.
    Ssh,
    /// A custom application.
    CustomApp,
    /// A VS Code connection, before its last keystroke where that is known.
    Vscode,
    /// A VS Code connection after its last keystroke, for three hours at most (IDLE-3).
    VscodeGrace,
    /// Nothing counting, but the idle limit is not up (or not looked at yet, IDLE-7).
    IdleClock,
    /// Nothing counting, and the limit is up: a managed identity without Contributor blocks the
    /// shutdown (IDLE-2).
    Identity,
    /// Nothing counting, and the limit is up: the OS disk is full.
    DiskFull,
    /// Nothing counting, and no limit.
    NoLimit,
}

impl Signal {
    /// All of them, in their order.
    pub const ALL: [Self; 11] = [
        Self::Run,
        Self::Kernel,
        Self::Terminal,
        Self::Ssh,
        Self::CustomApp,
        Self::Vscode,
        Self::VscodeGrace,
        Self::IdleClock,
        Self::Identity,
        Self::DiskFull,
        Self::NoLimit,
    ];

    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Kernel => "kernel",
            Self::Terminal => "terminal",
            Self::Ssh => "ssh",
            Self::CustomApp => "custom_app",
            Self::Vscode => "vscode",
            Self::VscodeGrace => "vscode_three_hours",
            Self::IdleClock => "idle_clock",
            Self::Identity => "identity_blocked",
            Self::DiskFull => "disk_full",
            Self::NoLimit => "no_idle_limit",
        }
    }

    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Run => Self::Run,
            Kind::Kernel => Self::Kernel,
            Kind::Terminal => Self::Terminal,
            Kind::Ssh => Self::Ssh,
            Kind::CustomApp => Self::CustomApp,
            Kind::Vscode => Self::Vscode,
        }
    }
}

/// What one signal kept on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeptAwake {
    /// The signal.
    pub signal: Signal,
    /// Running seconds \[s\]: all signals together make all running seconds.
    pub kept_on_s: i64,
    /// What they cost at each instance's compute rate, rounded once an instance.
    pub cost: Money,
}

/// What kept the fleet running under these plans: one row for each signal, in order. `in_use` is
/// the same activity with VS Code connections closed at their last keystroke; without it their
/// three hours are not told apart.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn keep_awake(
    replays: &Replays<'_>,
    plans: &[Plan],
    in_use: Option<&Trace>,
) -> Result<Vec<KeptAwake>, Vec<Problem>> {
    let one = |(instance, plan)| of_instance(replays, (instance, plan), in_use);
    let each: Vec<[(i64, Money); Signal::ALL.len()]> =
        plans.par_iter().enumerate().map(one).collect::<Result<_, _>>()?;
    let row = |signal: Signal| {
        let own = |kept: &[(i64, Money); Signal::ALL.len()]| kept[signal as usize];
        KeptAwake {
            signal,
            kept_on_s: each.iter().map(|k| own(k).0).sum(),
            cost: each.iter().map(|k| own(k).1).sum(),
        }
    };
    Ok(Signal::ALL.map(row).into())
}

fn of_instance(
    replays: &Replays<'_>,
    (instance, plan): (usize, &Plan),
    in_use: Option<&Trace>,
) -> Result<[(i64, Money); Signal::ALL.len()], Vec<Problem>> {
    let case = replays.case();
    let facts = &case.instances[instance];
    let activity = |trace: &'_ Trace| trace.find(&facts.name);
    let own = activity(case.trace).map(|at| case.trace.activity(at));
    let used = in_use.and_then(|t| activity(t).map(|at| t.activity(at)));
    let mut limits: Vec<(Instant, Option<IdleLimit>)> = Vec::new();
    for asked in replays.asked(instance).iter().filter(|a| a.refused.is_none()) {
        let limit = match &asked.operation.op {
            Op::SetIdle(limit) => *limit,
            Op::SetPlan(name) => case.plans.iter().find(|p| p.name == *name).and_then(|p| p.idle),
            _ => continue,
        };
        if case.trace.horizon.contains(asked.operation.at) {
            limits.push((asked.operation.at, limit));
        }
    }
    limits.sort_by_key(|l| l.0);
    let model = case.model;
    let gives_up = |after| after == AfterInterruption::GiveUp;
    let mut watch = Watch {
        present: own.map(Present::new),
        in_use: used.map(Present::new),
        told_apart: in_use.is_some(),
        rules: case.rules,
        gives_up: [gives_up(model.after_attended), gives_up(model.after_unattended)],
        never_idles: case.rules == RuleProfile::Aml2024_08
            && facts.identity_has_contributor == Some(false),
        disk_full: facts.disk_full_from.map_or(i64::MAX, Instant::unix),
        plan_limit: plan.idle,
        limit: plan.idle,
        limits: limits.into_iter().map(|l| l.1).collect(),
        next_limit: 0,
        was_running: false,
        idle_since: 0,
        kept: [0; Signal::ALL.len()],
    };
    replays.replay(instance, plan, Change::default(), &mut watch)?;
    let rate = replays.rates(instance).compute;
    let mut row = [(0, Money::ZERO); Signal::ALL.len()];
    for (slot, seconds) in row.iter_mut().zip(watch.kept) {
        *slot = (seconds, rate.cost(seconds).map_err(too_much)?);
    }
    Ok(row)
}

/// Which intervals are present, kind by kind, as time goes on.
struct Present<'a> {
    activity: Activity<'a>,
    next_start: usize,
    next_end: usize,
    count: [u32; Kind::ALL.len()],
    /// Starts at or before are cancelled, attended and unattended.
    cancelled: [i64; 2],
}

const fn class_of(kind: Kind) -> usize {
    if kind.is_attended() { 0 } else { 1 }
}

impl<'a> Present<'a> {
    const fn new(activity: Activity<'a>) -> Self {
        let (count, cancelled) = ([0; Kind::ALL.len()], [i64::MIN; 2]);
        Self { activity, next_start: 0, next_end: 0, count, cancelled }
    }

    /// Takes in every edge up to and including `now`; says whether a counting touch was at `now`.
    fn advance(&mut self, now: i64, rules: RuleProfile) -> bool {
        let Activity { base, start, end, kind, by_end } = self.activity;
        let at = |s: u32| base.unix() + i64::from(s);
        let mut touched = false;
        while let Some(from) = start.get(self.next_start).filter(|s| at(**s) <= now) {
            let position = self.next_start;
            self.next_start += 1;
            if end[position] == *from {
                touched |= at(*from) == now && rules.counts(kind[position]);
            } else {
                self.count[kind[position] as usize] += 1;
            }
        }
        while let Some(position) = by_end.get(self.next_end).map(|p| *p as usize) {
            if at(end[position]) > now {
                break;
            }
            self.next_end += 1;
            let (from, kind) = (at(start[position]), kind[position]);
            let is_cancelled = from <= self.cancelled[class_of(kind)];
            if end[position] > start[position] && !is_cancelled {
                self.count[kind as usize] -= 1;
            }
        }
        touched
    }

    /// When an interval starts or ends next, after everything taken in.
    fn next_edge(&self) -> i64 {
        let Activity { base, start, end, by_end, .. } = self.activity;
        let at = |s: Option<&u32>| s.map_or(i64::MAX, |s| base.unix() + i64::from(*s));
        let ends = by_end.get(self.next_end).and_then(|p| end.get(*p as usize));
        at(start.get(self.next_start)).min(at(ends))
    }

    /// DEM-8, DEM-9: those present go away.
    fn cancel(&mut self, now: i64, class: usize) {
        self.cancelled[class] = now;
        for kind in Kind::ALL.into_iter().filter(|k| class_of(*k) == class) {
            self.count[kind as usize] = 0;
        }
    }
}

/// The recorder behind it.
struct Watch<'a> {
    present: Option<Present<'a>>,
    in_use: Option<Present<'a>>,
    told_apart: bool,
    rules: RuleProfile,
    /// Who does not come back after an interruption, attended and unattended.
    gives_up: [bool; 2],
    never_idles: bool,
    disk_full: i64,
    plan_limit: Option<IdleLimit>,
    limit: Option<IdleLimit>,
    /// What each `set_idle` and `set_plan` sets, in the order they are heard of.
    limits: Vec<Option<IdleLimit>>,
    next_limit: usize,
    was_running: bool,
    idle_since: i64,
    kept: [i64; Signal::ALL.len()],
}

impl Watch<'_> {
    fn advance(&mut self, now: i64) -> bool {
        let rules = self.rules;
        self.in_use.iter_mut().for_each(|p| {
            p.advance(now, rules);
        });
        self.present.as_mut().is_some_and(|p| p.advance(now, rules))
    }

    /// The signal of what is present and counts.
    fn counting(&self) -> Option<Signal> {
        let present = self.present.as_ref()?;
        let here = |k: &Kind| self.rules.counts(*k) && present.count[*k as usize] > 0;
        let signal = Kind::ALL.into_iter().filter(here).map(Signal::of).min()?;
        let typing = || self.in_use.as_ref().is_some_and(|p| p.count[Kind::Vscode as usize] > 0);
        let is_grace = signal == Signal::Vscode && self.told_apart && !typing();
        Some(if is_grace { Signal::VscodeGrace } else { signal })
    }

    /// Nothing counts through `[from, to)`.
    fn idle(&mut self, from: i64, to: i64) {
        let Some(limit) = self.limit else {
            self.kept[Signal::NoLimit as usize] += to - from;
            return;
        };
        let due = self.idle_since.saturating_add(limit.seconds()).clamp(from, to);
        self.kept[Signal::IdleClock as usize] += due - from;
        let blocked = if self.never_idles {
            Signal::Identity
        } else if self.idle_since.saturating_add(limit.seconds()) >= self.disk_full {
            Signal::DiskFull
        } else {
            Signal::IdleClock
        };
        self.kept[blocked as usize] += to - due;
    }
}

impl Recorder for Watch<'_> {
    fn span(&mut self, mut from: i64, to: i64, state: State, _load: Load) {
        if state != State::Running {
            self.was_running = false;
            return;
        }
        if !self.was_running {
            (self.was_running, self.idle_since) = (true, from);
        }
        // Last keystrokes are no edges of the replay.
        while from < to {
            self.advance(from);
            let edge = self.in_use.as_ref().map_or(i64::MAX, Present::next_edge);
            let until = to.min(edge);
            match self.counting() {
                Some(signal) => {
                    self.kept[signal as usize] += until - from;
                    self.idle_since = until;
                }
                None => self.idle(from, until),
            }
            from = until;
        }
    }

    fn event(&mut self, at: i64, event: Event) {
        self.advance(at);
        match event {
            Event::Exists(_) => self.limit = self.plan_limit,
            Event::Created => {
                self.limit = self.plan_limit;
                if self.disk_full <= at {
                    self.disk_full = i64::MAX;
                }
            }
            Event::IdleSet(reset) | Event::PlanSet(reset) => {
                self.limit = self.limits.get(self.next_limit).copied().flatten();
                self.next_limit += 1;
                if reset {
                    self.idle_since = at;
                }
            }
            Event::OperationNoop(CommandKind::SetIdle(_) | CommandKind::SetPlan { .. }, _) => {
                self.next_limit += 1;
            }
            Event::Stop(cause) => {
                let meant = cause == Cause::Operation;
                for class in (0..2).filter(|c| meant || self.gives_up[*c]) {
                    for present in self.present.iter_mut().chain(&mut self.in_use) {
                        present.cancel(at, class);
                    }
                }
                self.was_running = false;
            }
            Event::Reached(State::Running) => self.was_running = false,
            _ => {}
        }
    }

    fn touch(&mut self, at: i64) {
        if self.advance(at) && self.counting().is_none() {
            self.idle_since = at;
        }
    }
}
