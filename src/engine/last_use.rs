//! The recorder that remembers how an instance stands at the end: in which state since when, when
//! it last ran, and when its life began.

use crate::engine::recorder::{Event, Load, Recorder, State};
use crate::units::Instant;

/// How a replay ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LastUse {
    /// The state at the horizon's end.
    pub state: State,
    /// Since when it is in that state.
    pub since: Instant,
    /// When it last stopped running, in this life; `None`: it never ran.
    pub ran_until: Option<Instant>,
    /// When this life began in the replay.
    pub born: Option<Instant>,
    /// Whether an operation began it, so that `born` is its creation.
    pub created_here: bool,
}

impl Default for LastUse {
    fn default() -> Self {
        let since = Instant::from_unix(0);
        Self { state: State::Absent, since, ran_until: None, born: None, created_here: false }
    }
}

impl Recorder for LastUse {
    fn span(&mut self, from: i64, to: i64, state: State, _load: Load) {
        if state != self.state || self.born.is_none() {
            self.state = state;
            self.since = Instant::from_unix(from);
        }
        if state == State::Running {
            self.ran_until = Some(Instant::from_unix(to));
        }
    }

    fn event(&mut self, at: i64, event: Event) {
        if let Event::Exists(_) | Event::Created = event {
            self.born = Some(Instant::from_unix(at));
            self.created_here = event == Event::Created;
            self.ran_until = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_life_forgets_the_old_one() {
        let mut last = LastUse::default();
        let load = Load::default();
        last.event(0, Event::Exists(State::Running));
        last.span(0, 50, State::Running, load);
        last.event(50, Event::Deleted);
        last.span(50, 60, State::Absent, load);
        last.event(60, Event::Created);
        last.span(60, 70, State::Creating, load);
        last.span(70, 80, State::Stopped, load);
        last.span(80, 90, State::Stopped, load);
        let at = |n| Some(Instant::from_unix(n));
        assert_eq!((last.state, last.since.unix(), last.ran_until), (State::Stopped, 70, None));
        assert_eq!((last.born, last.created_here), (at(60), true));
    }
}
