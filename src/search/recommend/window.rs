//! A case over a shorter stretch of time: what was known by then, and nothing after it.
//!
//! An instance that exists at the window's start, by table or by its last `create`, begins there in
//! its `initial_state` (STATE-3), as it does at the start of any horizon: what it was doing the
//! second before is not carried over. The idle limit and plan that its operations last gave it are.
//! What access, names or quota refused over the whole horizon stays refused.

use super::replays::Replays;
use crate::engine::Asked;
use crate::search::Case;
use crate::trace::{Op, Operation, Trace};
use crate::units::{Horizon, Instant};
use crate::world::Instance;

/// What a [`Case`] over a window borrows.
#[derive(Clone, Debug)]
pub struct Window {
    trace: Trace,
    operations: Vec<Operation>,
    instances: Vec<Instance>,
}

impl Window {
    /// The window `horizon` of a case.
    #[must_use]
    pub fn new(replays: &Replays<'_>, horizon: Horizon) -> Self {
        let case = replays.case();
        let trace = case.trace.within(horizon);
        let horizon = trace.horizon;
        let mut operations = Vec::new();
        let mut instances = Vec::new();
        for (index, instance) in case.instances.iter().enumerate() {
            let whole = case.trace.horizon;
            let mut life = Life::new(instance, replays.asked(index), whole);
            life.walk(instance, replays.asked(index), (whole.start, horizon.start));
            operations.extend(
                life.carried.iter().map(|o| Operation { at: horizon.start, ..(*o).clone() }),
            );
            let later = replays.asked(index).iter().filter(|a| a.refused.is_none());
            let later = later.map(|a| a.operation).filter(|o| horizon.contains(o.at));
            operations.extend(later.cloned());
            instances.push(life.instance_from(instance, horizon.start));
        }
        Self { trace, operations, instances }
    }

    /// The case over the window; all else as in the whole.
    #[must_use]
    pub fn case<'w>(&'w self, whole: &Case<'w>) -> Case<'w> {
        Case {
            trace: &self.trace,
            operations: &self.operations,
            instances: &self.instances,
            governance: None,
            ..*whole
        }
    }
}

/// Whether an instance exists, as its operations are walked.
struct Life<'o> {
    exists: bool,
    /// The table's creation that is still to come.
    begins: Option<Instant>,
    /// Begun by an operation, when.
    created_at: Option<Instant>,
    /// What set its plan and idle limit in this life.
    carried: Vec<&'o Operation>,
}

impl<'o> Life<'o> {
    /// Before the whole horizon: its table's life is still to come, if it has one (SPEC 1.3).
    fn new(instance: &Instance, asked: &[Asked<'o>], whole: Horizon) -> Self {
        let creates = asked.iter().any(|a| matches!(a.operation.op, Op::Create { .. }));
        let begins = match instance.created {
            Some(created) => Some(created.max(whole.start)),
            None => (!creates).then_some(whole.start),
        };
        let lives = |at: &Instant| instance.deleted.is_none_or(|deleted| deleted > *at);
        let begins = begins.filter(lives);
        Self { exists: false, begins, created_at: None, carried: Vec::new() }
    }

    /// Everything from the whole horizon's start up to, not including, `until`, in the order of
    /// time; the table's delete precedes operations of its instant.
    fn walk(
        &mut self,
        instance: &Instance,
        asked: &[Asked<'o>],
        (from, until): (Instant, Instant),
    ) {
        let mut own: Vec<&'o Operation> =
            asked.iter().filter(|a| a.refused.is_none()).map(|a| a.operation).collect();
        own.sort_by_key(|o| o.at);
        let mut deleted = instance.deleted.filter(|at| (from..until).contains(at));
        for operation in own.into_iter().filter(|o| (from..until).contains(&o.at)) {
            self.begin(operation.at);
            if deleted.take_if(|at| *at <= operation.at).is_some() {
                self.end();
            }
            self.apply(operation);
        }
        self.begin(until);
        if deleted.is_some() {
            self.end();
        }
    }

    fn begin(&mut self, by: Instant) {
        if self.begins.take_if(|at| *at <= by).is_some() {
            self.exists = true;
        }
    }

    fn end(&mut self) {
        (self.exists, self.created_at) = (false, None);
        self.carried.clear();
    }

    fn apply(&mut self, operation: &'o Operation) {
        match &operation.op {
            Op::Create { .. } if !self.exists => {
                self.exists = true;
                self.created_at = Some(operation.at);
            }
            Op::Delete => self.end(),
            Op::SetIdle(_) | Op::SetPlan(_) if self.exists => self.carried.push(operation),
            _ => {}
        }
    }

    /// The instance as a table at the window's start would have it.
    fn instance_from(&self, instance: &Instance, start: Instant) -> Instance {
        let mut then = instance.clone();
        // A create after the disk was full brought a new one.
        let renewed = |full: &Instant| self.created_at.is_none_or(|at| at < *full);
        then.disk_full_from = instance.disk_full_from.filter(renewed);
        if self.exists {
            then.created = Some(start);
            then.deleted = instance.deleted.filter(|at| *at > start);
        } else if self.begins.is_none() {
            // Not there, and nothing but an operation will bring it; the table still deletes it.
            let gone = instance.deleted.filter(|at| *at > start).or(Some(start));
            (then.created, then.deleted) = (gone, gone);
        }
        then
    }
}
