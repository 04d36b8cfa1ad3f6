//! Step 4 of STATE-5: operations (SPEC 1.2).

use super::Machine;
use super::queue::Queue;
use crate::engine::recorder::{Cause, Event, Recorder, State};
use crate::engine::script::{Command, CommandKind};

impl Machine<'_> {
    #[inline]
    pub(super) fn run_commands<R: Recorder>(&mut self, recorder: &mut R) {
        while let Some(command) = self.script.commands.get(self.next_command) {
            if command.at.unix() != self.now {
                break;
            }
            self.next_command += 1;
            self.run_command(*command, recorder);
        }
    }

    fn run_command<R: Recorder>(&mut self, command: Command, recorder: &mut R) {
        match (command.kind, self.state) {
            (CommandKind::Create { running, setting }, State::Absent) => {
                recorder.event(self.now, Event::Created);
                if self.automation_ends <= self.now {
                    self.automation_ends = super::NEVER; // a new disk
                }
                self.adopt(setting);
                let target = if running { State::Running } else { State::Stopped };
                let latency = self.script.model.create_latency;
                self.begin_phase((State::Creating, target), latency, recorder);
            }
            (CommandKind::Delete, state) if state != State::Absent => self.delete(recorder),
            (CommandKind::Start, State::Stopped) => self.start(Cause::Operation, recorder),
            (CommandKind::Start, State::Stopping) => self.enqueue(Cause::Operation, recorder),
            (CommandKind::Stop, State::Running) => self.stop(Cause::Operation, recorder),
            (CommandKind::Restart, State::Running) => self.restart(recorder),
            (CommandKind::SetIdle(limit), state) if state != State::Absent => {
                self.swept = false;
                let reset = self.set_idle(limit);
                recorder.event(self.now, Event::IdleSet(reset));
            }
            (CommandKind::SetPlan { setting }, state) if state != State::Absent => {
                self.use_firings(setting);
                let limit = self.take_limit(setting);
                let reset = self.set_idle(limit);
                recorder.event(self.now, Event::PlanSet(reset));
            }
            (kind, state) => recorder.event(self.now, Event::OperationNoop(kind, state)),
        }
    }

    /// A new life takes on a setting.
    pub(super) fn adopt(&mut self, setting: usize) {
        self.idle_limit = self.take_limit(setting);
        self.use_firings(setting);
    }

    fn use_firings(&mut self, setting: usize) {
        let firings = self.script.settings[setting].firings;
        self.firings = firings;
        self.next_firing = firings.partition_point(|f| f.at.unix() < self.now);
    }

    /// STATE-4, DEM-7.
    fn delete<R: Recorder>(&mut self, recorder: &mut R) {
        if self.state == State::Running {
            self.leave_running(Cause::Operation, recorder);
        }
        recorder.event(self.now, Event::Deleted);
        self.state = State::Absent;
        self.phase_end = super::NEVER;
        self.pending = [0; 2];
        self.queue = Queue::default();
    }

    fn restart<R: Recorder>(&mut self, recorder: &mut R) {
        self.leave_running(Cause::Operation, recorder);
        recorder.event(self.now, Event::Restart);
        let latency = self.script.model.restart_latency;
        self.begin_phase((State::Restarting, State::Running), latency, recorder);
    }
}
