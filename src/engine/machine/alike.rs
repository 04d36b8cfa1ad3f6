//! When two machines of one script behave alike from now on.

use super::{ATTENDED, Machine, UNATTENDED};
use crate::engine::recorder::State;

impl Machine<'_> {
    /// Whether both machines, which stand at the same instant of the same script, do the same from
    /// now on under any one swept limit.
    ///
    /// What does not matter is left out:
    /// * which intervals are cancelled: of each class, those that started first, so equal numbers
    ///   of present ones mean equal sets, and `cancelled` only says which set;
    /// * how many are pending beyond one: they end together (DEM-4);
    /// * in `running`: `left`, overwritten on leaving; `idle_since` while a counting interval is
    ///   present, overwritten at its end; `entered` beyond the sum `run_since`: with the same runs
    ///   present, sums of max(start, entered) are equal only if every term is;
    /// * elsewhere: `entered`, `run_since` and `idle_since`, overwritten on entering `running`, and
    ///   `left` once no interval is present that could have been served before (DEM-4).
    pub(in crate::engine) fn is_like(&self, other: &Self) -> bool {
        debug_assert_eq!(
            (self.now, self.swept, self.next_start, self.next_end, self.next_firing),
            (other.now, other.swept, other.next_start, other.next_end, other.next_firing),
            "machines at the same instant of the same script"
        );
        if self.state != other.state || self.present != other.present {
            return false;
        }
        if self.state == State::Running {
            let idle = self.is_counting() || self.idle_since == other.idle_since;
            return idle && self.run_since == other.run_since;
        }
        let waits = |m: &Self| (m.pending[ATTENDED] > 0, m.pending[UNATTENDED] > 0);
        let phase = |m: &Self| (m.phase_end, m.phase_target, m.queue);
        let in_phase = !matches!(self.state, State::Absent | State::Stopped);
        waits(self) == waits(other)
            && (!in_phase || phase(self) == phase(other))
            && (!self.is_present() || self.left == other.left)
    }
}
