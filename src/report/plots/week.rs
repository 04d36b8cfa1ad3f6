//! The local week of the first plan: one grid for standard and one for summer time.

use super::bars::below;
use super::canvas::{Area, INK, Result, SOFT, block, polygon, style, text, title};
use crate::report::html::week::HOURS;
use crate::report::html::{HourUse, Report, ZoneWeek, thousandths};
use plotters::prelude::{BLACK, DrawingBackend, RGBColor, WHITE};
use plotters::style::text_anchor::HPos;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LEFT: i32 = 84;
const CELL: (i32, i32) = (45, 27);

/// What a cell shows, as a part of the time instances existed.
#[derive(Clone, Copy)]
pub(super) enum Measure {
    Used,
    On,
    Wasted,
}

impl Measure {
    pub(super) const ALL: [Self; 3] = [Self::Used, Self::On, Self::Wasted];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Used => "in-use",
            Self::On => "on",
            Self::Wasted => "wasted",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Used => "When instances are in use",
            Self::On => "When instances are on",
            Self::Wasted => "When instances are on for nobody",
        }
    }

    const fn of(self, hour: &HourUse) -> i64 {
        match self {
            Self::Used => hour.used_s,
            Self::On => hour.running_s,
            Self::Wasted => hour.wasted_s(),
        }
    }
}

pub(super) fn week<D: DrawingBackend>(
    area: &Area<D>,
    report: &Report<'_>,
    measure: Measure,
) -> Result<D> {
    let Some(detail) = report.details.first() else { return Ok(()) };
    let week = ZoneWeek::sum("", &detail.zones);
    let said = format!("% of the time, by people's own clocks, plan {}", detail.name);
    title(area, measure.title(), &below(report, &said))?;
    let (winter, summer) = week.hours.split_at(HOURS);
    let is_there = |hours: &[HourUse]| hours.iter().any(|hour| hour.exists_s > 0);
    let shares = week.hours.iter().map(|hour| thousandths(measure.of(hour), hour.exists_s));
    let most = shares.max().unwrap_or(0).max(10);
    let mut top = 90;
    for (name, hours) in [("Standard time", winter), ("Summer time", summer)] {
        if is_there(hours) {
            season(area, (name, top), (hours, most), measure)?;
            top += 8 * CELL.1 + 38;
        }
    }
    let y = 618;
    mark(area, (36, y), true, INK)?;
    text(area, "a start schedule fired", (48, y), &style(15, SOFT, HPos::Left))?;
    mark(area, (236, y), false, INK)?;
    text(area, "a stop schedule fired", (248, y), &style(15, SOFT, HPos::Left))
}

fn season<D: DrawingBackend>(
    area: &Area<D>,
    (name, top): (&str, i32),
    (hours, most): (&[HourUse], i64),
    measure: Measure,
) -> Result<D> {
    text(area, name, (28, top + 8), &style(17, INK, HPos::Left))?;
    let top = top + 18;
    let small = style(13, SOFT, HPos::Center);
    for hour in 0..24 {
        let x = LEFT + CELL.0 * hour + CELL.0 / 2;
        text(area, &format!("{hour:02}"), (x, top + 12), &small)?;
    }
    for (day, cells) in (0_i32..).zip(hours.chunks(24)) {
        let y = top + 26 + CELL.1 * day;
        let name = DAYS[usize::try_from(day).unwrap_or(0)];
        text(area, name, (LEFT - 12, y + CELL.1 / 2), &style(15, SOFT, HPos::Right))?;
        for (hour, cell) in (0_i32..).zip(cells) {
            let x = LEFT + CELL.0 * hour;
            let share = thousandths(measure.of(cell), cell.exists_s);
            let depth = thousandths(share, most);
            block(area, (x, y), (x + CELL.0 - 2, y + CELL.1 - 2), tint(depth))?;
            let ink = if depth >= 830 { WHITE } else { BLACK };
            let number = if most < 100 {
                format!("{}.{}", share / 10, share % 10)
            } else {
                ((share + 5) / 10).to_string()
            };
            let words = style(13, ink, HPos::Center);
            text(area, &number, (x + CELL.0 / 2 - 1, y + CELL.1 / 2), &words)?;
            if cell.starts > 0 {
                mark(area, (x + 7, y + 7), true, ink)?;
            }
            if cell.stops > 0 {
                mark(area, (x + CELL.0 - 9, y + 7), false, ink)?;
            }
        }
    }
    Ok(())
}

/// A triangle for a start, a square for a stop.
fn mark<D: DrawingBackend>(
    area: &Area<D>,
    (x, y): (i32, i32),
    starts: bool,
    ink: RGBColor,
) -> Result<D> {
    if starts {
        polygon(area, vec![(x - 5, y + 4), (x + 5, y + 4), (x, y - 5)], ink)
    } else {
        block(area, (x - 3, y - 3), (x + 4, y + 4), ink)
    }
}

/// White at nothing, blue at the largest share of the figure; less than 1 % is never deep.
fn tint(share: i64) -> RGBColor {
    let mix = |full: i64| u8::try_from(255 - (255 - full) * share.clamp(0, 1_000) / 1_000);
    let [r, g, b] = [31, 95, 153].map(|full| mix(full).unwrap_or(255));
    RGBColor(r, g, b)
}
