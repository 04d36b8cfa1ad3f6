//! From an instance's facts and operations to a script: which create takes effect, and which firing
//! list each life follows (recurrences without a start time count from the life's creation).

use crate::engine::admission::Asked;
use crate::engine::script::{Command, CommandKind, Existence, Setting};
use crate::plan::{Firing, Plan, depends_on_anchor, firings};
use crate::trace::{Op, Operation};
use crate::units::{DstRule, Horizon, Instant, Problem, RuleProfile, nearest};
use crate::world::Instance;
use std::collections::BTreeMap;

/// Firing lists, each computed once per distinct (schedules, anchor), shared by all instances and
/// by all plans with the same schedules.
#[derive(Debug)]
pub struct Timetable<'p> {
    plans: &'p [Plan],
    /// For each plan, the first plan with the same schedules: whose lists it uses.
    twins: Vec<usize>,
    rules: RuleProfile,
    dst: DstRule,
    horizon: Horizon,
    lists: BTreeMap<(usize, Option<Instant>), Vec<Firing>>,
}

/// One instance under one plan, resolved but for the firing lists, which stay in the timetable.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compiled {
    /// Existence by table.
    pub existence: Option<Existence>,
    /// Operations inside the horizon, sorted by instant, file order within.
    pub commands: Vec<Command>,
    settings: Vec<(usize, Option<Instant>)>,
}

impl Compiled {
    /// The plan (an index) that a setting of the script stands for.
    #[must_use]
    pub fn plan_of(&self, setting: usize) -> Option<usize> {
        self.settings.get(setting).map(|key| key.0)
    }
}

impl<'p> Timetable<'p> {
    /// An empty timetable for these plans.
    #[must_use]
    pub fn new(plans: &'p [Plan], rules: RuleProfile, dst: DstRule, horizon: Horizon) -> Self {
        let mut distinct: Vec<usize> = Vec::new();
        let twins = (0..plans.len())
            .map(|plan| {
                let same = |twin: &&usize| plans[**twin].schedules == plans[plan].schedules;
                distinct.iter().find(same).copied().unwrap_or_else(|| {
                    distinct.push(plan);
                    plan
                })
            })
            .collect();
        Self { plans, twins, rules, dst, horizon, lists: BTreeMap::new() }
    }

    /// How many firings all lists hold together.
    #[must_use]
    pub fn firings(&self) -> usize {
        self.lists.values().map(Vec::len).sum()
    }

    /// Forgets all lists; nothing compiled before may be replayed after.
    pub fn clear(&mut self) {
        self.lists.clear();
    }

    /// The horizon all lists cover.
    #[must_use]
    pub const fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The settings of a compiled instance, ready for a script; those of its first plan (the one it
    /// was compiled under) are the ones a sweep varies.
    #[must_use]
    pub fn settings(&self, compiled: &Compiled) -> Vec<Setting<'_>> {
        let first = compiled.settings.first().map(|key| key.0);
        let setting = |key: &(usize, Option<Instant>)| Setting {
            idle: self.plans.get(key.0).and_then(|p| p.idle),
            swept: Some(key.0) == first,
            firings: self.lists.get(&self.list_of(*key)).map_or(&[], Vec::as_slice),
        };
        compiled.settings.iter().map(setting).collect()
    }

    /// Where the list of a plan and anchor is.
    fn list_of(&self, (plan, anchor): (usize, Option<Instant>)) -> (usize, Option<Instant>) {
        (self.twins.get(plan).copied().unwrap_or(plan), anchor)
    }

    /// The key of the list that `plan` follows for a life created at `anchor`.
    fn key(&mut self, plan: usize, anchor: Instant) -> (usize, Option<Instant>) {
        let Some(chosen) = self.plans.get(plan) else { return (plan, None) };
        let anchored = chosen.schedules.iter().any(depends_on_anchor);
        let key = (plan, anchored.then_some(anchor));
        let from = if anchored { anchor } else { self.horizon.start };
        let (rules, dst, horizon) = (self.rules, self.dst, self.horizon);
        self.lists
            .entry(self.list_of(key))
            .or_insert_with(|| firings(&chosen.schedules, rules, dst, from, horizon));
        key
    }
}

/// Resolves one instance under `plan` (an index into the timetable's plans).
///
/// Existence follows SPEC 1.3: by table from `created`; without `created` and without any create
/// operation, from the horizon's start. `deleted` is a delete that precedes the file's own
/// operations of that instant.
///
/// # Errors
/// `E0304` for a `set_plan` that names no known plan, one problem each.
pub fn compile(
    timetable: &mut Timetable<'_>,
    instance: &Instance,
    operations: &[Asked<'_>],
    plan: usize,
) -> Result<Compiled, Vec<Problem>> {
    let horizon = timetable.horizon;
    let creates = operations.iter().any(|a| matches!(a.operation.op, Op::Create { .. }));
    let existence = existence(horizon, instance, creates);
    let mut lives = Lives { exists: false, anchor: horizon.start, settings: Vec::new() };
    lives.settings.push(timetable.key(plan, existence.map_or(horizon.start, |e| e.at)));
    let mut commands = Vec::new();
    let mut problems = Vec::new();
    let mut begins = existence.map(|e| e.at);
    for (at, op) in in_order(horizon, instance, operations) {
        if let Some(from) = begins.take_if(|b| *b <= at)
            && !lives.exists
        {
            lives.exists = true;
            lives.anchor = from;
        }
        match resolve(timetable, &mut lives, plan, (at, op)) {
            Ok(kind) => commands.push(Command { at, kind }),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(Compiled { existence, commands, settings: lives.settings })
    } else {
        Err(problems)
    }
}

/// The life an instance is in while its operations are walked.
struct Lives {
    exists: bool,
    anchor: Instant,
    settings: Vec<(usize, Option<Instant>)>,
}

impl Lives {
    fn setting(&mut self, key: (usize, Option<Instant>)) -> usize {
        self.settings.iter().position(|k| *k == key).unwrap_or_else(|| {
            self.settings.push(key);
            self.settings.len() - 1
        })
    }
}

/// Existence by table; `creates` says whether any operation creates the instance.
pub(super) fn existence(horizon: Horizon, instance: &Instance, creates: bool) -> Option<Existence> {
    let at = match instance.created {
        Some(created) => created.max(horizon.start),
        None if creates => return None,
        None => horizon.start,
    };
    let lives = at < horizon.end && instance.deleted.is_none_or(|deleted| deleted > at);
    lives.then_some(Existence { at, running: instance.initially_running })
}

/// What happens to an instance, oldest first: the table's deletion, then its operations.
fn in_order<'o>(
    horizon: Horizon,
    instance: &Instance,
    operations: &[Asked<'o>],
) -> Vec<(Instant, Option<Asked<'o>>)> {
    let deleted = instance.deleted.map(|at| (at, None));
    let recorded = operations.iter().map(|asked| (asked.operation.at, Some(*asked)));
    let mut all: Vec<_> =
        deleted.into_iter().chain(recorded).filter(|(at, _)| horizon.contains(*at)).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

fn resolve(
    timetable: &mut Timetable<'_>,
    lives: &mut Lives,
    plan: usize,
    (at, asked): (Instant, Option<Asked<'_>>),
) -> Result<CommandKind, Problem> {
    let Some(Asked { operation, refused }) = asked else {
        lives.exists = false;
        return Ok(CommandKind::Delete);
    };
    if let Some(cause) = refused {
        let op = operation.op.as_str();
        return Ok(CommandKind::Refused { op, cause }); // QUOTA-5: a recorded no-op.
    }
    Ok(match &operation.op {
        Op::Create { running } => {
            if !lives.exists {
                lives.exists = true;
                lives.anchor = at;
            }
            let key = timetable.key(plan, lives.anchor);
            CommandKind::Create { running: *running, setting: lives.setting(key) }
        }
        Op::Delete => {
            lives.exists = false;
            CommandKind::Delete
        }
        Op::Start => CommandKind::Start,
        Op::Stop => CommandKind::Stop,
        Op::Restart => CommandKind::Restart,
        Op::SetIdle(limit) => CommandKind::SetIdle(*limit),
        Op::SetPlan(name) => {
            let chosen = timetable.plans.iter().position(|p| p.name == *name);
            let chosen = chosen.ok_or_else(|| unknown_plan(timetable.plans, operation, name))?;
            let key = timetable.key(chosen, lives.anchor);
            CommandKind::SetPlan { setting: lives.setting(key) }
        }
        Op::Resize(_) => CommandKind::Resize,
        Op::EnableSsh => CommandKind::EnableSsh,
    })
}

fn unknown_plan(plans: &[Plan], operation: &Operation, name: &str) -> Problem {
    let known: Vec<&str> = plans.iter().map(|p| p.name.as_str()).collect();
    let near = nearest(name, known.iter().copied());
    let shown = if near.is_empty() { known.join(", ") } else { near.join(", ") };
    Problem::error("E0304", format!("no plan is called `{name}`"))
        .in_file(operation.file.clone())
        .at(operation.line, 0)
        .field("value")
        .hint(format!("known plans: {shown}; give the plan's file with --plan"))
}
