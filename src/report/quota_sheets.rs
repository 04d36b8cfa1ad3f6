//! The sheets of quota and of refused operations.

use crate::report::{Column, Sheet};
use crate::search::Settlement;
use crate::trace::Operation;

/// Settlements by scenario name, sorted by it.
pub type Settlements<'s> = &'s [(String, Settlement)];

/// What stands for "no limit of its own", as in Azure's lists.
const NO_LIMIT: i64 = -1;

/// `quota`: one row per request and limit it touches (QUOTA-2, QUOTA-3).
#[must_use]
pub fn quota_sheet(settlements: Settlements<'_>) -> Sheet {
    let rows: Vec<_> = settlements
        .iter()
        .flat_map(|(plan, s)| s.quota.requests.iter().map(move |r| (plan, r)))
        .collect();
    let columns = vec![
        ("at", Column::Text(rows.iter().map(|r| r.1.at.to_string()).collect())),
        ("region", Column::Text(rows.iter().map(|r| r.1.region.clone()).collect())),
        ("limit_name", Column::Text(rows.iter().map(|r| r.1.limit_name.to_string()).collect())),
        ("requester", Column::Text(rows.iter().map(|r| r.1.requester.clone()).collect())),
        ("asked", Column::Integer(rows.iter().map(|r| r.1.asked).collect())),
        ("used", Column::Integer(rows.iter().map(|r| r.1.used).collect())),
        ("limit", Column::Integer(rows.iter().map(|r| r.1.limit.unwrap_or(NO_LIMIT)).collect())),
        ("granted", Column::Integer(rows.iter().map(|r| r.1.granted).collect())),
        ("request", Column::Word(rows.iter().map(|r| r.1.asking.as_str()).collect())),
        ("plan", Column::Text(rows.iter().map(|r| r.0.clone()).collect())),
    ];
    Sheet { name: "quota", columns }
}

/// `quota_timeline`: how much of each limit is held, from when on.
#[must_use]
pub fn quota_timeline_sheet(settlements: Settlements<'_>) -> Sheet {
    let rows: Vec<_> = settlements
        .iter()
        .flat_map(|(plan, s)| s.quota.usage.iter().map(move |u| (plan, u)))
        .collect();
    let columns = vec![
        ("at", Column::Text(rows.iter().map(|r| r.1.at.to_string()).collect())),
        ("region", Column::Text(rows.iter().map(|r| r.1.region.clone()).collect())),
        ("limit_name", Column::Text(rows.iter().map(|r| r.1.limit_name.to_string()).collect())),
        ("used", Column::Integer(rows.iter().map(|r| r.1.used).collect())),
        ("limit", Column::Integer(rows.iter().map(|r| r.1.limit.unwrap_or(NO_LIMIT)).collect())),
        ("plan", Column::Text(rows.iter().map(|r| r.0.clone()).collect())),
    ];
    Sheet { name: "quota_timeline", columns }
}

/// `refusals`: every operation that access, a name or quota refused, with the reason.
#[must_use]
pub fn refusals_sheet(settlements: Settlements<'_>, operations: &[Operation]) -> Sheet {
    let mut rows: Vec<_> = settlements
        .iter()
        .flat_map(|(plan, s)| {
            let refused = operations.iter().zip(&s.refused);
            refused.filter_map(move |(o, r)| r.as_ref().map(|r| (plan, o, r)))
        })
        .collect();
    rows.sort_by_key(|(plan, o, _)| (*plan, o.at));
    let columns = vec![
        ("plan", Column::Text(rows.iter().map(|r| r.0.clone()).collect())),
        ("instance", Column::Text(rows.iter().map(|r| r.1.instance.clone()).collect())),
        ("at", Column::Text(rows.iter().map(|r| r.1.at.to_string()).collect())),
        ("op", Column::Word(rows.iter().map(|r| r.1.op.as_str()).collect())),
        ("actor", Column::Text(rows.iter().map(|r| r.1.actor.clone()).collect())),
        ("cause", Column::Word(rows.iter().map(|r| r.2.cause.as_str()).collect())),
        ("rule", Column::Word(rows.iter().map(|r| r.2.cause.rule()).collect())),
        ("reason", Column::Text(rows.iter().map(|r| r.2.reason.clone()).collect())),
    ];
    Sheet { name: "refusals", columns }
}
