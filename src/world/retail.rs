//! Turns a saved answer of the Azure Retail Prices API into a price table.
//!
//! The API (`https://prices.azure.com/api/retail/prices?api-version=2023-01-01-preview`) needs no
//! login; idlewise stays offline, so a person saves its pages and hands them over. Which items
//! count is decided in `retail_item`; here the ones that price the same thing are weighed against
//! each other:
//!
//! * the meter that bills for the region (`isPrimaryMeterRegion`) comes before any other;
//! * then the newest `effectiveStartDate` wins, for the API lists expired prices too;
//! * then the higher price, with a warning: better a cost too high than one too low.
//!
//! A row's date is the day its price began. Nothing is guessed: what is left out is counted by
//! [`Skipped`], and a meter that the answer does not price stays without a price.

use super::prices::{Key, Price, PriceKind};
use super::retail_item::{Offer, Page, Rejected};
use super::sizes::Sizes;
use crate::units::{Meter, Problem};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

/// Why an item of the answer is not in the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Skipped {
    /// Not one of the four meters of a compute instance.
    OtherMeter,
    /// A dev/test price, a reservation of another term, or a reservation of something else.
    OtherType,
    /// A Windows machine: the licence is in the price.
    Windows,
    /// A Cloud Services machine or a dedicated host.
    OtherProduct,
    /// Spot or low priority, which compute instances cannot use.
    Spot,
    /// Priced neither by the hour nor by the month.
    OtherUnit,
    /// The price of a second or later tier of consumption.
    HigherTier,
    /// Zero: listed, but not priced yet.
    NoPrice,
    /// A compute price that names no region.
    NoRegion,
    /// Not a VM size, or a meter whose sizes are not known.
    OtherSize,
    /// Another item for the same thing is newer, or bills for the region.
    Superseded,
}

impl Skipped {
    /// The reason in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherMeter => "not a meter of a compute instance",
            Self::OtherType => "neither a list price nor a 1 or 3 year VM reservation",
            Self::Windows => "Windows",
            Self::OtherProduct => "Cloud Services or dedicated host",
            Self::Spot => "spot or low priority",
            Self::OtherUnit => "neither per hour nor per month",
            Self::HigherTier => "second or later tier",
            Self::NoPrice => "price is zero",
            Self::NoRegion => "no region",
            Self::OtherSize => "not a known VM size",
            Self::Superseded => "a newer or more fitting item prices the same",
        }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an answer said.
#[derive(Clone, Debug)]
pub struct ImportedPrices {
    /// The prices, by meter, region, size and kind.
    pub rows: Vec<Price>,
    /// The currency of all of them: three letters.
    pub currency: String,
    /// How many items were read.
    pub items: usize,
    /// How many of them are not in `rows`, and why.
    pub skipped: BTreeMap<Skipped, usize>,
    /// What the person should know.
    pub warnings: Vec<Problem>,
}

impl ImportedPrices {
    /// The prices as a table that [`super::PriceBook::overridden_by`] takes.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let header =
            "meter,region,vm_size,rate_usd,rate_unit,price_date,source,currency,price_kind";
        let mut csv = format!("{header}\n");
        for row in &self.rows {
            let rate = row.rate.to_string();
            let fields = [
                row.meter.as_str(),
                &row.region,
                &row.vm_size,
                &rate,
                row.rate.unit.as_str(),
                &row.date,
                &row.source,
                &row.currency,
                row.kind.as_str(),
            ];
            csv.push_str(&fields.map(quoted).join(","));
            csv.push('\n');
        }
        csv
    }
}

/// A CSV field, in quotes where it needs them.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// The prices in the saved `pages` (file name, text), each one page of an answer or a JSON array of
/// pages, from any number of queries.
///
/// # Errors
/// Every problem: a text that is no such answer (E0420), two currencies (E0421), a price that is no
/// number (E0422), or nothing of use in all of it (E0423).
pub fn import_retail(pages: &[(&str, &str)]) -> Result<ImportedPrices, Vec<Problem>> {
    let sizes = Sizes::builtin();
    let mut harvest = Harvest::default();
    for (file, text) in pages {
        match read(file, text) {
            Ok(found) => found.iter().for_each(|page| harvest.take(file, page, &sizes)),
            Err(problem) => harvest.problems.push(*problem),
        }
    }
    harvest.finish()
}

/// The pages in one file.
fn read<'a>(file: &str, text: &'a str) -> Result<Vec<Page<'a>>, Box<Problem>> {
    let text = text.trim_start_matches('\u{feff}');
    let pages = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::from_str(text).map(|page| vec![page])
    };
    pages.map_err(|error| {
        let message = format!("not an answer of the Azure Retail Prices API: {error}");
        let problem = Problem::error("E0420", message).in_file(file);
        let hint = "save the whole answer, with `Items` and `NextPageLink`";
        Box::new(problem.at(error.line(), error.column()).hint(hint))
    })
}

/// What has been found so far.
#[derive(Default)]
struct Harvest {
    best: BTreeMap<Key, Offer>,
    items: usize,
    skipped: BTreeMap<Skipped, usize>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    /// The first currency, and the file it was in.
    currency: Option<(String, String)>,
    /// Whether two currencies were reported.
    mixed: bool,
    /// A file whose page is followed by another, as long as no last page was seen.
    unfinished: Option<String>,
    /// Whether a last page was seen.
    finished: bool,
}

impl Harvest {
    /// Takes the items of a page.
    fn take(&mut self, file: &str, page: &Page<'_>, sizes: &Sizes) {
        if page.has_more() {
            self.unfinished = Some(file.to_owned());
        } else {
            self.finished = true;
        }
        for item in &page.items {
            self.items = self.items.saturating_add(1);
            let currency = page.currency_of(item);
            match item.offers(file, &currency, sizes) {
                Ok(offers) => {
                    self.check_currency(file, &currency);
                    offers.into_iter().for_each(|offer| self.weigh(offer));
                }
                Err(Rejected::Skipped(reason)) => self.skip(reason),
                Err(Rejected::Malformed(problem)) => self.problems.push(*problem),
            }
        }
    }

    /// Counts an item left out.
    fn skip(&mut self, reason: Skipped) {
        let count = self.skipped.entry(reason).or_default();
        *count = count.saturating_add(1);
    }

    /// Amounts in two currencies cannot be added: reported once.
    fn check_currency(&mut self, file: &str, currency: &str) {
        let (first, first_file) =
            self.currency.get_or_insert_with(|| (currency.to_owned(), file.to_owned()));
        if first == currency || self.mixed {
            return;
        }
        let message = format!("prices in {currency}, but those in {first_file} are in {first}");
        let problem = Problem::error("E0421", message).in_file(file).field("currencyCode");
        self.problems.push(problem.hint("ask for every page with the same `currencyCode`"));
        self.mixed = true;
    }

    /// Keeps the better of two offers for the same thing.
    fn weigh(&mut self, offer: Offer) {
        let mut kept = match self.best.entry(offer.price.key()) {
            Entry::Vacant(free) => {
                free.insert(offer);
                return;
            }
            Entry::Occupied(kept) => kept,
        };
        let standing = |o: &Offer| (o.primary, o.start.clone());
        let (old, new) = (kept.get(), &offer);
        let (old_usd, new_usd) = (old.price.rate.usd, new.price.rate.usd);
        if standing(old) == standing(new) && old_usd != new_usd {
            let message = format!(
                "two prices for {} from {}: {old_usd} and {new_usd}; the higher is taken",
                new.price.what(),
                new.price.date,
            );
            self.warnings.push(
                Problem::warning("W0425", message)
                    .hint(format!("{} and {}", old.price.row, new.price.row)),
            );
        }
        if (standing(new), new_usd) > (standing(old), old_usd) {
            kept.insert(offer);
        }
        self.skip(Skipped::Superseded);
    }

    /// The table, or what is wrong.
    fn finish(mut self) -> Result<ImportedPrices, Vec<Problem>> {
        if self.problems.is_empty() && self.best.is_empty() {
            let reasons = self.skipped.iter().map(|(reason, count)| format!("{count} {reason}"));
            let message = format!(
                "none of {} items is a price of a compute instance: {}",
                self.items,
                reasons.collect::<Vec<_>>().join("; ")
            );
            self.problems.push(Problem::error("E0423", message));
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        if let Some(file) = self.unfinished.filter(|_| !self.finished) {
            let problem = Problem::warning("W0424", "the answer goes on after this page");
            let hint = "save the page its `NextPageLink` leads to as well, until there is none";
            self.warnings.push(problem.in_file(file).hint(hint));
        }
        let rows: Vec<Price> = self.best.into_values().flat_map(with_savings).collect();
        let currency = self.currency.map_or_else(|| "USD".to_owned(), |(currency, _)| currency);
        self.warnings.extend(lacking(&rows, &currency));
        let (items, skipped, warnings) = (self.items, self.skipped, self.warnings);
        Ok(ImportedPrices { rows, currency, items, skipped, warnings })
    }
}

/// The offer's price, then the same VM under savings plans.
fn with_savings(offer: Offer) -> Vec<Price> {
    let Offer { price, savings, .. } = offer;
    let others: Vec<Price> =
        savings.into_iter().map(|(kind, rate)| Price { kind, rate, ..price.clone() }).collect();
    std::iter::once(price).chain(others).collect()
}

/// The meters without any price, where the built-in table, which is in USD, cannot help out.
fn lacking(rows: &[Price], currency: &str) -> Vec<Problem> {
    let is_there =
        |meter| rows.iter().any(|row| row.meter == meter && row.kind == PriceKind::PayAsYouGo);
    let missing = Meter::ALL.into_iter().filter(|meter| currency != "USD" && !is_there(*meter));
    missing
        .map(|meter| {
            let hint = match meter {
                Meter::Compute => "ask for `serviceName eq 'Virtual Machines'`",
                Meter::OsDisk => "ask for `serviceName eq 'Storage' and skuName eq 'P10 LRS'`",
                Meter::PublicIp => "ask for `meterName eq 'Standard IPv4 Static Public IP'`",
                Meter::LoadBalancer => {
                    "ask for `serviceName eq 'Load Balancer' and armRegionName eq 'Global'`: a \
                     filter on a region leaves it out"
                }
            };
            let message = format!("the answer has no price of {meter} in {currency}");
            Problem::warning("W0426", message).hint(hint)
        })
        .collect()
}

#[cfg(test)]
mod tests;
