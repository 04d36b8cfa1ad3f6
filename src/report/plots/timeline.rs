//! One week of one instance: demand, state, idle clock and events.

use super::canvas::{
    AMBER, Area, BLUE, GREEN, INK, RED, RULE, Result, SOFT, YELLOW, block, legend, line, polygon,
    scaled, style, text, title,
};
use crate::engine::State;
use crate::report::html::local::{self, Week};
use crate::report::html::story::Story;
use chrono_tz::Tz;
use plotters::prelude::{DrawingBackend, RGBColor};
use plotters::style::text_anchor::HPos;

const LEFT: i32 = 130;
const LENGTH: i32 = 1_040;
const STOPPED: RGBColor = RGBColor(215, 219, 224);

/// What is drawn.
pub(super) struct Lanes {
    name: String,
    plan: String,
    zone: Tz,
    week: Week,
    story: Story,
}

impl Lanes {
    pub(super) fn of((name, plan): (&str, &str), story: &Story, week: &Week, zone: Tz) -> Self {
        let (from, to) = (week.start().unix(), week.end().unix());
        let story = story.within(from, to);
        Self { name: name.to_owned(), plan: plan.to_owned(), zone, week: week.clone(), story }
    }

    fn x(&self, at: i64) -> i32 {
        let (from, to) = (self.week.start().unix(), self.week.end().unix());
        LEFT + scaled(at.clamp(from, to) - from, to - from, LENGTH)
    }
}

pub(super) fn draw<D: DrawingBackend>(area: &Area<D>, lanes: &Lanes) -> Result<D> {
    let heading = format!("{}, week of {}", lanes.name, lanes.week.monday);
    let below = format!("under {}, by the clock of {}", lanes.plan, lanes.zone.name());
    title(area, &heading, &below)?;
    let parts = [
        (BLUE, "running"),
        (YELLOW, "starting, stopping"),
        (STOPPED, "stopped"),
        (GREEN, "served"),
        (RED, "waiting"),
        (AMBER, "idle clock"),
    ];
    legend(area, 100, &parts)?;
    days(area, lanes)?;
    let names =
        [("People", 190), ("Runs", 250), ("State", 310), ("Idle clock", 410), ("Events", 510)];
    for (name, y) in names {
        text(area, name, (28, y), &style(17, INK, HPos::Left))?;
    }
    for span in &lanes.story.spans {
        let (from, to) = (lanes.x(span.from), lanes.x(span.to).max(lanes.x(span.from) + 1));
        let served = if span.state == State::Running { GREEN } else { RED };
        if span.load.attended {
            block(area, (from, 174), (to, 206), served)?;
        }
        if span.load.unattended {
            block(area, (from, 234), (to, 266), served)?;
        }
        let colour = match span.state {
            State::Absent => continue,
            State::Running => BLUE,
            State::Stopped => STOPPED,
            _ => YELLOW,
        };
        block(area, (from, 294), (to, 326), colour)?;
    }
    clocks(area, lanes)?;
    events(area, lanes)
}

fn days<D: DrawingBackend>(area: &Area<D>, lanes: &Lanes) -> Result<D> {
    for day in lanes.week.days.iter().take(7) {
        let x = lanes.x(day.unix());
        line(area, (x, 128), (x, 560), RULE)?;
        let date = local::civil(lanes.zone, *day).format("%a %m-%d").to_string();
        text(area, &date, (x + 5, 138), &style(15, SOFT, HPos::Left))?;
    }
    for (at, _) in lanes.week.offsets(lanes.zone).iter().skip(1) {
        let x = lanes.x(at.unix());
        line(area, (x, 150), (x, 560), RED)?;
        text(area, "clocks change", (x - 6, 572), &style(14, RED, HPos::Right))?;
    }
    Ok(())
}

/// The clock climbs with time; the longest stretch of the week fills the lane.
fn clocks<D: DrawingBackend>(area: &Area<D>, lanes: &Lanes) -> Result<D> {
    let clocks = &lanes.story.clocks;
    let Some(most) = clocks.iter().map(|(from, to)| to - from).max() else { return Ok(()) };
    let top = format!("top: {} h {} min", most / 3_600, most / 60 % 60);
    text(area, &top, (28, 434), &style(14, SOFT, HPos::Left))?;
    let start = lanes.week.start().unix();
    for (from, to) in clocks {
        let first = (*from).max(start);
        let height = |at: i64| 450 - scaled(at - from, most, 90);
        let (a, b) = (lanes.x(first), lanes.x(*to));
        polygon(area, vec![(a, 450), (a, height(first)), (b, height(*to)), (b, 450)], AMBER)?;
    }
    Ok(())
}

fn events<D: DrawingBackend>(area: &Area<D>, lanes: &Lanes) -> Result<D> {
    let y = 510;
    for event in &lanes.story.events {
        let x = lanes.x(event.at.unix());
        let fired = event.cause == "schedule";
        match event.event {
            "starting" | "start_noop" | "start_queued" if fired => {
                polygon(area, vec![(x - 6, y + 6), (x + 6, y + 6), (x, y - 6)], INK)?;
            }
            "stopping" | "stop_noop" if fired => {
                block(area, (x - 5, y - 5), (x + 5, y + 5), INK)?;
            }
            "stop_dismissed" => {
                line(area, (x - 5, y - 5), (x + 5, y + 5), INK)?;
                line(area, (x - 5, y + 5), (x + 5, y - 5), INK)?;
            }
            "running" | "stopped" | "starting" => {}
            name => {
                let colour = if name == "interrupted" { RED } else { INK };
                polygon(area, vec![(x - 5, y), (x, y - 6), (x + 5, y), (x, y + 6)], colour)?;
            }
        }
    }
    let said = "Triangle: a start schedule. Square: a stop schedule. Cross: a scheduled stop \
        dismissed. Diamond: anything else, red where work was cut.";
    text(area, said, (28, 610), &style(15, SOFT, HPos::Left))
}
