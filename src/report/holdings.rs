//! Quota and images as sheets and for a terminal.

use crate::report::terminal::{amount, table};
use crate::report::{Column, Sheet};
use crate::search::{HeldUnused, QuotaNeed, Settlement, Standing};
use crate::trace::Operation;
use crate::units::{Horizon, Money};
use crate::world::Instance;
use crate::world::images::Images;
use comfy_table::ContentArrangement;
use std::fmt::Write as _;

/// Rows of a table that a terminal shows.
const SHOWN: usize = 20;

/// Columns of a terminal that a table may take.
const WIDTH: u16 = 100;

/// Seconds as days with one decimal.
fn days(seconds: i64) -> String {
    let tenths = (seconds * 10 + 43_200).div_euclid(86_400);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A sheet as a terminal table of its first rows.
fn shown(title: &str, sheet: &Sheet) -> String {
    let header: Vec<&str> = sheet.columns.iter().map(|(name, _)| *name).collect();
    let mut out = table(&header);
    out.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    for row in 0..sheet.rows().min(SHOWN) {
        out.add_row(sheet.columns.iter().map(|(_, column)| column.text(row)));
    }
    let more = sheet.rows().saturating_sub(SHOWN);
    let mut text = format!("{title}\n");
    if sheet.rows() == 0 {
        text.push_str("  none\n");
    } else {
        let _ = writeln!(text, "{out}");
    }
    if more > 0 {
        let _ = writeln!(text, "... and {more} more");
    }
    text
}

/// `quota_refused`: every refused create with each limit that was short (QUOTA-2).
#[must_use]
pub fn quota_refused_sheet(settled: &Settlement, operations: &[Operation]) -> Sheet {
    let mut rows: Vec<_> =
        settled.quota.refused.iter().map(|(n, refusal)| (&operations[*n], refusal)).collect();
    rows.sort_by_key(|(operation, _)| operation.at);
    let columns = vec![
        ("at", Column::Text(rows.iter().map(|r| r.0.at.to_string()).collect())),
        ("instance", Column::Text(rows.iter().map(|r| r.0.instance.clone()).collect())),
        ("short", Column::Text(rows.iter().map(|r| r.1.reason.clone()).collect())),
    ];
    Sheet { name: "quota_refused", columns }
}

/// `quota_unused`: stopped instances that hold cores, unused for longest first.
#[must_use]
pub fn quota_unused_sheet(held: &[HeldUnused], instances: &[Instance], horizon: Horizon) -> Sheet {
    let name = |h: &HeldUnused| instances[h.instance].name.clone();
    let ran = |h: &HeldUnused| h.ran_until.map_or_else(|| "never".into(), |at| at.to_string());
    let unused = |h: &HeldUnused| days(horizon.end.since(h.unused_since));
    let columns = vec![
        ("instance", Column::Text(held.iter().map(name).collect())),
        ("region", Column::Text(held.iter().map(|h| h.region.clone()).collect())),
        ("family", Column::Text(held.iter().map(|h| h.family.clone()).collect())),
        ("vcpus", Column::Integer(held.iter().map(|h| h.vcpus).collect())),
        ("last_ran", Column::Text(held.iter().map(ran).collect())),
        ("unused_days", Column::Text(held.iter().map(unused).collect())),
        ("standing_usd_month", Column::Usd(held.iter().map(|h| h.standing_month).collect())),
    ];
    Sheet { name: "quota_unused", columns }
}

/// `quota_needs`: what more people need of each limit.
#[must_use]
pub fn quota_needs_sheet(needs: &[QuotaNeed]) -> Sheet {
    let number = |n: Option<i64>| n.map_or_else(|| "none".into(), |n| n.to_string());
    let share = |n: &QuotaNeed| match n.limit {
        Some(limit) if limit > 0 => format!("{} %", n.asked * 100 / limit),
        _ => String::new(),
    };
    let fits = |n: &QuotaNeed| n.fits.map_or_else(|| "all".into(), |n| n.to_string());
    let columns = vec![
        ("limit_name", Column::Text(needs.iter().map(|n| n.limit_name.to_string()).collect())),
        ("limit", Column::Text(needs.iter().map(|n| number(n.limit)).collect())),
        ("used", Column::Integer(needs.iter().map(|n| n.used).collect())),
        ("peak", Column::Integer(needs.iter().map(|n| n.peak).collect())),
        ("asked", Column::Integer(needs.iter().map(|n| n.asked).collect())),
        ("asked_of_limit", Column::Text(needs.iter().map(share).collect())),
        ("people_that_fit", Column::Text(needs.iter().map(fits).collect())),
        ("short", Column::Integer(needs.iter().map(|n| n.short).collect())),
    ];
    Sheet { name: "quota_needs", columns }
}

/// What `idlewise quota` shows.
#[must_use]
pub fn quota_text(
    refused: &Sheet,
    unused: &Sheet,
    needs: Option<&Sheet>,
    held: &[HeldUnused],
) -> String {
    let mut text = shown("Creates that quota refuses", refused);
    text.push_str(&shown("\nStopped at the end and still holding cores", unused));
    let (cores, standing): (i64, Money) =
        (held.iter().map(|h| h.vcpus).sum(), held.iter().map(|h| h.standing_month).sum());
    if !held.is_empty() {
        let standing = amount(standing);
        let _ = writeln!(
            text,
            "Deleting all {} would free {cores} cores, {} computes and {standing} a month.",
            held.len(),
            held.len()
        );
    }
    if let Some(needs) = needs {
        text.push_str(&shown("\nWhat the new people need", needs));
    }
    text
}

/// `images`: how far every instance's image is behind, and what creating it anew costs: a wait of
/// the create latency, in which compute is not billed (LEDG-1).
#[must_use]
pub fn images_sheet(
    found: &[Standing],
    images: &Images,
    instances: &[Instance],
    (horizon, create_latency): (Horizon, i64),
) -> Sheet {
    let ages: Vec<_> = found.iter().map(|s| images.age(s.created, horizon.end)).collect();
    let version = |image: Option<&crate::world::images::ImageRelease>| {
        image.map_or_else(|| "unknown".into(), |i| i.version.clone())
    };
    let behind_s =
        |since: Option<crate::units::Instant>| since.map_or(0, |since| horizon.end.since(since));
    let wait = |behind: usize| if behind > 0 { create_latency } else { 0 };
    let saved = |(s, behind): (&Standing, usize)| {
        if behind > 0 { s.standing_saved } else { Money::ZERO }
    };
    let both = || found.iter().zip(&ages);
    let columns = vec![
        (
            "instance",
            Column::Text(found.iter().map(|s| instances[s.instance].name.clone()).collect()),
        ),
        ("created", Column::Text(found.iter().map(|s| s.created.to_string()).collect())),
        (
            "created_known",
            Column::Word(found.iter().map(|s| if s.is_known { "true" } else { "false" }).collect()),
        ),
        ("image", Column::Text(ages.iter().map(|a| version(a.image)).collect())),
        ("newest", Column::Text(ages.iter().map(|a| version(a.newest)).collect())),
        (
            "releases_behind",
            Column::Integer(ages.iter().map(|a| i64::try_from(a.behind).unwrap_or(0)).collect()),
        ),
        ("behind_s", Column::Integer(ages.iter().map(|a| behind_s(a.since)).collect())),
        ("recreate_wait_s", Column::Integer(ages.iter().map(|a| wait(a.behind)).collect())),
        ("recreate_compute_usd", Column::Usd(found.iter().map(|_| Money::ZERO).collect())),
        ("standing_saved_usd", Column::Usd(both().map(|(s, a)| saved((s, a.behind))).collect())),
    ];
    Sheet { name: "images", columns }
}

/// What `idlewise images` shows: the instances that are behind, longest first.
#[must_use]
pub fn images_text(sheet: &Sheet) -> String {
    let column = |name: &str| sheet.columns.iter().find(|(n, _)| *n == name).map(|(_, c)| c);
    let behind = |row: usize| match column("behind_s") {
        Some(Column::Integer(seconds)) => seconds[row],
        _ => 0,
    };
    let mut rows: Vec<usize> = (0..sheet.rows()).filter(|row| behind(*row) > 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(behind(*row)));
    let texts = |name: &str| {
        let text = |row: &usize| column(name).map_or_else(String::new, |c| c.text(*row));
        Column::Text(rows.iter().map(text).collect())
    };
    let days = Column::Text(rows.iter().map(|row| days(behind(*row))).collect());
    let columns = vec![
        ("instance", texts("instance")),
        ("image", texts("image")),
        ("newest", texts("newest")),
        ("releases behind", texts("releases_behind")),
        ("days behind", days),
        ("seconds to create", texts("recreate_wait_s")),
        ("standing USD saved", texts("standing_saved_usd")),
    ];
    let all = sheet.rows();
    let mut text = shown("Images that are behind", &Sheet { name: "images", columns });
    let _ = writeln!(text, "{} of {all} instances are behind the newest image.", rows.len());
    text
}
