//! Two or more plans side by side: what each costs by meter and month, what it makes people wait,
//! what it cuts off, for whom; and gates that a change must pass.
//!
//! Nothing is computed here but sums and differences of what [`crate::search::evaluate`] counted
//! and the ledger posted; money is the sum of ledger lines.

mod figures;
mod gate;

pub use figures::{Figures, METRICS, Measure, measure, metric};
pub use gate::{Gate, Verdict};

use crate::search::Outcome;
use crate::units::{Meter, Money};
use crate::world::Instance;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A column, and the value of the instance of a name in it.
pub type Grouping<'g> = (&'static str, &'g dyn Fn(&str) -> String);

/// By what instances are ranked as gaining or losing.
pub const RANKED: [&str; 2] = ["total_usd", "wait_s"];

/// Under what a side was simulated, as texts to be shown and compared.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Terms {
    /// `START/END`.
    pub horizon: String,
    /// The rule profile.
    pub rules: String,
    /// What zone labels mean.
    pub dst: String,
    /// Currency of all money.
    pub currency: String,
}

/// One plan over one fleet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// What the comparison calls it.
    pub name: String,
    /// The result folder it was read from; `None` when it was replayed now.
    pub source: Option<String>,
    /// Under what it was simulated.
    pub terms: Terms,
    /// Figures by instance name.
    pub instances: BTreeMap<String, Figures>,
    /// Money by calendar month (`YYYY-MM`) and meter: sums of ledger lines.
    pub months: BTreeMap<(String, Meter), Money>,
}

impl Side {
    /// A side that was replayed.
    #[must_use]
    pub fn replayed(name: &str, instances: &[Instance], outcomes: &[Outcome]) -> Self {
        let mut months: BTreeMap<(String, Meter), Money> = BTreeMap::new();
        for line in outcomes.iter().flat_map(|o| &o.lines) {
            let sum = months.entry((line.month.month_name(), line.meter)).or_default();
            *sum = sum.plus(line.cost);
        }
        let figures = |o: &Outcome| (instances[o.instance].name.clone(), Figures::of(o));
        Self {
            name: name.to_owned(),
            source: None,
            terms: Terms::default(),
            instances: outcomes.iter().map(figures).collect(),
            months,
        }
    }

    /// The sums over all instances.
    #[must_use]
    pub fn total(&self) -> Figures {
        Figures::sum(self.instances.values())
    }
}

/// One instance that pays or waits more, or less.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mover {
    /// Its name.
    pub instance: String,
    /// The measure under the baseline.
    pub before: i64,
    /// The measure under the other side.
    pub after: i64,
}

/// Who gains and loses most under one side, by one metric.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movers {
    /// Position in [`Comparison::sides`].
    pub side: usize,
    /// One of [`RANKED`].
    pub metric: &'static str,
    /// Those for whom it grows, most first.
    pub up: Vec<Mover>,
    /// Those for whom it falls, most first.
    pub down: Vec<Mover>,
}

/// The members of a group under every side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The value they share.
    pub key: String,
    /// How many instances it has, on any side.
    pub instances: usize,
    /// Their sums, side by side.
    pub figures: Vec<Figures>,
}

/// Sides, the baseline first, with what follows from them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// The baseline, then the others.
    pub sides: Vec<Side>,
    /// The sums of each.
    pub totals: Vec<Figures>,
    /// The column groups are by, and the groups, sorted by key.
    pub by: Option<(&'static str, Vec<Group>)>,
    /// For every other side, one per metric of [`RANKED`].
    pub movers: Vec<Movers>,
}

impl Comparison {
    /// Compares `sides` with the first of them; `top` instances at either end are named; `by` says
    /// what groups are by.
    #[must_use]
    pub fn new(sides: Vec<Side>, by: Option<Grouping<'_>>, top: usize) -> Self {
        let totals = sides.iter().map(Side::total).collect();
        let by = by.map(|(column, key_of)| (column, groups(&sides, key_of)));
        let others = 1..sides.len();
        let movers = others
            .flat_map(|side| RANKED.map(|metric| movers(&sides, side, metric, top)))
            .collect();
        Self { sides, totals, by, movers }
    }

    /// The instances of any side, sorted.
    #[must_use]
    pub fn instances(&self) -> BTreeSet<&str> {
        names(&self.sides)
    }

    /// Names of instances that some side lacks, sorted.
    #[must_use]
    pub fn not_everywhere(&self) -> Vec<&str> {
        let lacks = |name: &&str| self.sides.iter().any(|s| !s.instances.contains_key(*name));
        self.instances().into_iter().filter(lacks).collect()
    }

    /// The months of any side, sorted.
    #[must_use]
    pub fn months(&self) -> BTreeSet<&str> {
        self.sides.iter().flat_map(|s| s.months.keys().map(|(month, _)| month.as_str())).collect()
    }

    /// What every gate says of every side but the baseline.
    #[must_use]
    pub fn judge(&self, gates: &[Gate]) -> Vec<Verdict> {
        let others = || 1..self.sides.len();
        let judge =
            |gate: &Gate, side: usize| gate.judge(side, &self.totals[0], &self.totals[side]);
        gates.iter().flat_map(|gate| others().map(move |side| judge(gate, side))).collect()
    }
}

/// The names of all instances.
fn names(sides: &[Side]) -> BTreeSet<&str> {
    sides.iter().flat_map(|s| s.instances.keys().map(String::as_str)).collect()
}

fn groups(sides: &[Side], key_of: &dyn Fn(&str) -> String) -> Vec<Group> {
    let mut members: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names(sides) {
        members.entry(key_of(name)).or_default().push(name);
    }
    let group = |(key, names): (String, Vec<&str>)| {
        let of = |side: &Side| Figures::sum(names.iter().filter_map(|n| side.instances.get(*n)));
        Group { key, instances: names.len(), figures: sides.iter().map(of).collect() }
    };
    members.into_iter().map(group).collect()
}

/// An instance that a side lacks costs nothing there.
fn movers(sides: &[Side], side: usize, metric: &'static str, top: usize) -> Movers {
    let of = |side: &Side, name: &str| side.instances.get(name).map_or(0, |f| f.get(metric));
    let mover = |name: &str| Mover {
        instance: name.to_owned(),
        before: of(&sides[0], name),
        after: of(&sides[side], name),
    };
    let (mut up, mut down): (Vec<Mover>, Vec<Mover>) = names(sides)
        .into_iter()
        .map(mover)
        .filter(|m| m.before != m.after)
        .partition(|m| m.after > m.before);
    // Stable: of equals, by name.
    up.sort_by_key(|m| Reverse(m.after.saturating_sub(m.before)));
    down.sort_by_key(|m| m.after.saturating_sub(m.before));
    up.truncate(top);
    down.truncate(top);
    Movers { side, metric, up, down }
}
