//! Recommendations: which settings cost least under a stated objective, and how far from the best
//! possible they can be.
//!
//! * [`Objective`]: money, waiting, interruptions and lost runs as one amount (a [`Score`] is what
//!   it weighs);
//! * [`Space`]: which idle limits, times of day and weekdays are searched; a [`Choice`] is one
//!   point of it;
//! * [`Field`]: a fleet ready to be searched: the exact score of any choice for any instance;
//! * [`solve`]: the best choice found for one instance, with a proved lower bound;
//! * [`share_found`]: a few plans for many instances;
//! * [`Pick`]: what that comes to beside today's plan.
//!
//! What proves and explains advice stands on [`Replays`] (any instance under any plan):
//! * [`baselines`] and [`break_even`]: what others would advise, and the clairvoyant bound;
//! * [`constrain`]: least money under limits on waiting and interruptions;
//! * [`hold_out`]: promised on the first weeks, realised on the rest, and a [`Verdict`];
//!   [`Careful`] advises the [`Family`] that does well on weeks it was not chosen on;
//! * [`pareto`], [`sensitivity`]: how the answer moves with its weights and facts;
//! * [`seasonal`], [`rule_profiles`], [`keep_awake`], [`recreate`]: what DST, rules, signals and
//!   standing meters cost, and what repairs it.

mod answer;
mod attribution;
mod baselines;
mod book;
mod bootstrap;
mod bound;
mod break_even;
mod careful;
mod choice;
mod chooser;
mod clock;
mod constraint;
mod evidence;
mod exhaust;
mod family;
mod field;
mod holdout;
mod judge;
mod lean;
mod local;
mod objective;
mod optscale;
mod pareto;
mod profiles;
mod proof;
mod recreate;
mod replays;
mod seasonal;
mod sensitivity;
mod shared;
mod solve;
mod verdict;
mod weekly;
mod window;

pub use answer::{Pick, Valued, gap, per_month};
pub use attribution::{KeptAwake, Signal, keep_awake};
pub use baselines::{Baseline, BaselineResult, baselines};
pub use book::{Average, PerWeek};
pub use bootstrap::Interval;
pub use break_even::{BreakEven, break_even};
pub use careful::{Advised, Careful};
pub use choice::{Choice, Entry, Space, WeekDays};
pub use chooser::{Chooser, Chosen, best_each, best_near};
pub use constraint::{Constrained, ConstrainedFleet, Limits, Measure, constrain};
pub use family::Family;
pub use field::Field;
pub use holdout::{
    Fold, Held, HoldOut, HoldOutOptions, LEAST_USED_WEEKS, LEAST_WEEKS, folds, hold_out,
    training_ends,
};
pub use objective::{Objective, Score};
pub use pareto::{ParetoPoint, pareto, waiting_grid};
pub use profiles::{ProfileCost, rule_profiles};
pub use recreate::{Recreate, SET_UP_COST, recreate};
pub use replays::{Change, Replays, Tally};
pub use seasonal::{SEASONAL_THRESHOLD, Seasonal, seasonal};
pub use sensitivity::{Moved, sensitivity};
pub use shared::share_found;
pub use solve::{Effort, Solved, StopReason, solve};
pub use verdict::Verdict;
pub use weekly::{WEEK_S, Weeks};
pub use window::Window;
