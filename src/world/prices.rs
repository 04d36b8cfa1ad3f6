//! What an hour or a month of each meter costs, where, and since when.
//!
//! The built-in table is `data/prices.csv`, dated and sourced row by row; a person's own table of
//! the same columns wins over it row by row. A price nobody wrote down is a [`PriceMissing`], which
//! says how to write it down; it is never zero (LEDG-2).
//!
//! Lookups disregard letter case, and spaces in regions (`East US` is `eastus`). A price for the
//! region itself comes before one for `Global`, which holds wherever nothing nearer is known: Azure
//! lists the load balancer only there.

use super::price_rows;
use super::sizes::{self, nearest_sizes};
use crate::units::{Meter, Problem, Rate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The text of the built-in table.
const BUILTIN: &str = include_str!("../../data/prices.csv");
/// Where its rows say they come from.
const BUILTIN_FILE: &str = "data/prices.csv";
/// The region of a price that holds everywhere.
const GLOBAL: &str = "Global";

/// Under which agreement compute is bought. The standing meters have no other price than
/// pay-as-you-go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum PriceKind {
    /// The list price without any commitment.
    #[default]
    PayAsYouGo,
    /// A one-year reservation, spread over its hours.
    Reserved1y,
    /// A three-year reservation, spread over its hours.
    Reserved3y,
    /// A one-year savings plan.
    Savings1y,
    /// A three-year savings plan.
    Savings3y,
}

impl PriceKind {
    /// All kinds, the default first.
    pub const ALL: [Self; 5] =
        [Self::PayAsYouGo, Self::Reserved1y, Self::Reserved3y, Self::Savings1y, Self::Savings3y];

    /// The spelling in tables and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PayAsYouGo => "payg",
            Self::Reserved1y => "reserved_1y",
            Self::Reserved3y => "reserved_3y",
            Self::Savings1y => "savings_1y",
            Self::Savings3y => "savings_3y",
        }
    }

    /// The kind spelt `text`, exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

impl fmt::Display for PriceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One row of a price table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Price {
    /// What it is the price of.
    pub meter: Meter,
    /// The region as written, such as `eastus`; `Global` where it holds everywhere.
    pub region: String,
    /// The VM size as written; empty for all meters but compute.
    pub vm_size: String,
    /// The agreement it belongs to.
    pub kind: PriceKind,
    /// The price \[currency per hour or month\].
    pub rate: Rate,
    /// The currency of the rate: three letters.
    pub currency: String,
    /// When the price was in force, as exactly as the source says: `2026-10-03`, `2024`, or empty.
    pub date: String,
    /// Where it was published; may be empty.
    pub source: String,
    /// Where the row is: `file:line`.
    pub row: String,
    /// The line alone.
    pub(super) line: usize,
}

/// What a price is looked up by: meter, region, size and kind, the texts as compared.
pub(super) type Key = (Meter, String, String, PriceKind);

impl Price {
    /// Whether it is the price of a virtual machine rather than of what comes with one.
    #[must_use]
    pub fn is_compute(&self) -> bool {
        self.meter == Meter::Compute
    }

    /// Whether an instance of this size in this region may be billed at it; `None` is any.
    #[must_use]
    pub fn is_for(&self, region: Option<&str>, vm_size: Option<&str>) -> bool {
        let here = region_key(&self.region);
        let in_region = region.is_none_or(|r| here == region_key(r) || here == region_key(GLOBAL));
        let of_size = vm_size.is_none_or(|s| sizes::key(&self.vm_size) == sizes::key(s));
        in_region && (of_size || !self.is_compute())
    }

    /// What it says, however it is written: equal prices in equal words.
    #[must_use]
    pub fn canonical(&self) -> String {
        let (meter, region, vm_size, kind) = self.key();
        let (rate, unit) = (self.rate.usd.normalize(), self.rate.unit.as_str());
        let (currency, date) = (&self.currency, &self.date);
        format!("{}|{region}|{vm_size}|{kind}|{rate}|{unit}|{currency}|{date}", meter.as_str())
    }

    /// What it is looked up by.
    pub(super) fn key(&self) -> Key {
        (self.meter, region_key(&self.region), sizes::key(&self.vm_size), self.kind)
    }

    /// What it is the price of, in words.
    pub(super) fn what(&self) -> String {
        what(self.meter, &self.region, &self.vm_size, self.kind)
    }
}

/// Every known price, in one currency, with the kind of compute price to use.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    rows: BTreeMap<Key, Price>,
    kind: PriceKind,
}

impl PriceBook {
    /// The table that ships with the program, pay-as-you-go.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default().with(price_rows::read(BUILTIN, BUILTIN_FILE).unwrap_or_default())
    }

    /// The built-in table under the rows of `text`, which came from `file`: where both price the
    /// same thing, `text` wins. A table in another currency than USD stands alone, since amounts
    /// in two currencies cannot be added.
    ///
    /// # Errors
    /// Every problem in `text` (E0401 to E0412).
    pub fn overridden_by(text: &str, file: &str) -> Result<Self, Vec<Problem>> {
        let rows = price_rows::read(text, file)?;
        let builtin = Self::builtin();
        let alone = rows.first().is_some_and(|row| row.currency != builtin.currency());
        Ok(if alone { Self::default() } else { builtin }.with(rows))
    }

    /// The same book with these rows on top.
    fn with(mut self, rows: Vec<Price>) -> Self {
        self.rows.extend(rows.into_iter().map(|row| (row.key(), row)));
        self
    }

    /// The same book, buying compute under `kind`.
    #[must_use]
    pub fn of_kind(mut self, kind: PriceKind) -> Self {
        self.kind = kind;
        self
    }

    /// Under which agreement compute is bought.
    #[must_use]
    pub const fn kind(&self) -> PriceKind {
        self.kind
    }

    /// The currency of every price in the book: three letters.
    #[must_use]
    pub fn currency(&self) -> &str {
        self.iter().next().map_or("USD", |price| price.currency.as_str())
    }

    /// Every price, by meter, region, size and kind.
    pub fn iter(&self) -> impl Iterator<Item = &Price> {
        self.rows.values()
    }

    /// What a VM of this size costs in this region, under the book's kind of agreement.
    ///
    /// # Errors
    /// [`PriceMissing`] when no row says; another kind is never taken instead.
    pub fn compute(&self, region: &str, vm_size: &str) -> Result<&Price, PriceMissing> {
        self.find(Meter::Compute, region, vm_size, self.kind)
            .ok_or_else(|| self.missing(Meter::Compute, region, vm_size))
    }

    /// What a meter other than compute costs in this region; always pay-as-you-go.
    ///
    /// # Errors
    /// [`PriceMissing`] when no row says.
    pub fn standing(&self, meter: Meter, region: &str) -> Result<&Price, PriceMissing> {
        self.find(meter, region, "", PriceKind::PayAsYouGo)
            .ok_or_else(|| self.missing(meter, region, ""))
    }

    /// The price for the region itself, else the one that holds everywhere.
    fn find(&self, meter: Meter, region: &str, vm_size: &str, kind: PriceKind) -> Option<&Price> {
        let at = |region| self.rows.get(&(meter, region_key(region), sizes::key(vm_size), kind));
        at(region).or_else(|| at(GLOBAL))
    }

    /// The missing price, with what the book does know nearby.
    fn missing(&self, meter: Meter, region: &str, vm_size: &str) -> PriceMissing {
        let kind = if meter == Meter::Compute { self.kind } else { PriceKind::PayAsYouGo };
        let rows = || self.iter().filter(|row| row.meter == meter && row.kind == kind);
        let wanted = sizes::key(vm_size);
        let regions: BTreeSet<&str> =
            rows().filter(|r| sizes::key(&r.vm_size) == wanted).map(|r| &*r.region).collect();
        let near: Vec<&str> = if regions.is_empty() && meter == Meter::Compute {
            nearest_sizes(vm_size, rows().map(|row| row.vm_size.as_str()))
        } else {
            Vec::new()
        };
        PriceMissing {
            meter,
            region: region.to_owned(),
            vm_size: vm_size.to_owned(),
            kind,
            regions: regions.into_iter().map(str::to_owned).collect(),
            near: near.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The newest date any row states, as text; empty when none does.
    #[must_use]
    pub fn latest_date(&self) -> &str {
        self.iter().map(|price| price.date.as_str()).max().unwrap_or("")
    }

    /// The oldest date any row states, as text; empty when none does.
    #[must_use]
    pub fn oldest_date(&self) -> &str {
        let dates = self.iter().map(|price| price.date.as_str());
        dates.filter(|date| !date.is_empty()).min().unwrap_or("")
    }
}

/// A price that no row of the book states. Never taken as zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceMissing {
    /// The meter without a price.
    pub meter: Meter,
    /// The region asked for.
    pub region: String,
    /// The VM size asked for; empty for all meters but compute.
    pub vm_size: String,
    /// The kind of price asked for.
    pub kind: PriceKind,
    /// Where the same thing does have a price.
    pub regions: Vec<String>,
    /// Sizes of a similar name that have a price, nearest first; empty when the size has one
    /// somewhere.
    pub near: Vec<String>,
}

impl PriceMissing {
    /// The two lines of a `--prices` file that would state the price, for the person to fill in.
    #[must_use]
    pub fn row_to_add(&self) -> String {
        let unit = if self.meter == Meter::OsDisk { "month" } else { "hour" };
        let region = region_key(&self.region);
        let (header, kind) = match self.kind {
            PriceKind::PayAsYouGo => (String::new(), String::new()),
            other => (",price_kind".to_owned(), format!(",{other}")),
        };
        let (meter, size) = (self.meter, &self.vm_size);
        format!(
            "meter,region,vm_size,rate_usd,rate_unit{header}\n\
             {meter},{region},{size},RATE,{unit}{kind}"
        )
    }
}

impl fmt::Display for PriceMissing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = what(self.meter, &self.region, &self.vm_size, self.kind);
        write!(f, "no price for {what}")?;
        if !self.regions.is_empty() {
            return write!(f, "; known in {}", self.regions.join(", "));
        }
        match self.near.as_slice() {
            [] => f.write_str(", nor for any other region"),
            near => write!(f, ", nor for any other region; similar: {}", near.join(", ")),
        }
    }
}

impl std::error::Error for PriceMissing {}

impl From<PriceMissing> for Problem {
    fn from(missing: PriceMissing) -> Self {
        let rows = missing.row_to_add();
        let (header, row) = rows.split_once('\n').unwrap_or(("", &rows));
        let field = if missing.meter == Meter::Compute { "vm_size" } else { "region" };
        Self::error("E0410", missing.to_string())
            .field(field)
            .hint(format!("add `--prices FILE` with the two lines `{header}` and `{row}`"))
    }
}

/// What a price is of, in words: `compute of Standard_DS3_v2 in westeurope`.
fn what(meter: Meter, region: &str, vm_size: &str, kind: PriceKind) -> String {
    let of = if vm_size.is_empty() { String::new() } else { format!(" of {vm_size}") };
    let kind = if kind == PriceKind::PayAsYouGo { String::new() } else { format!(" ({kind})") };
    format!("{meter}{of} in {region}{kind}")
}

/// How a region is compared: in any letter case, without spaces.
#[must_use]
pub fn region_key(region: &str) -> String {
    region.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::RateUnit;
    use crate::world::Sizes;

    const HEADER: &str = "meter,region,vm_size,rate_usd,rate_unit\n";

    fn over(rows: &str) -> PriceBook {
        PriceBook::overridden_by(&format!("{HEADER}{rows}"), "mine.csv").unwrap()
    }

    #[test]
    fn the_built_in_table_is_whole() {
        let rows = price_rows::read(BUILTIN, BUILTIN_FILE).unwrap();
        assert_eq!(rows.len(), BUILTIN.lines().count() - 1);
        let sizes = Sizes::builtin();
        for row in &rows {
            assert!(!row.date.is_empty() && !row.source.is_empty(), "{row:?}");
            assert!(!row.rate.usd.is_zero() && row.currency == "USD", "{row:?}");
            let spelt = sizes.get(&row.vm_size).map_or("", |size| size.name.as_str());
            assert_eq!(spelt, row.vm_size, "every priced size is in the table of sizes");
        }
        let book = PriceBook::builtin();
        assert_eq!(book.iter().count(), rows.len());
        for size in sizes.iter() {
            assert!(book.compute("eastus", &size.name).is_ok(), "{}", size.name);
        }
        assert_eq!((book.oldest_date(), book.latest_date()), ("2024", "2026-10-03"));
        assert_eq!((book.currency(), book.kind()), ("USD", PriceKind::PayAsYouGo));
    }

    #[test]
    fn published_prices_are_found_in_any_spelling() {
        let book = PriceBook::builtin();
        let compute = |r, s| book.compute(r, s).unwrap().rate.to_string();
        assert_eq!(compute("eastus", "Standard_DS3_v2"), "0.293");
        assert_eq!(compute("East US", "STANDARD_DS3_V2"), "0.293");
        assert_eq!(compute("westus2", "Standard_DS3_v2"), "0.229");
        assert_eq!(compute("West Europe", "Standard_DS12_v2"), "0.379");
        assert_eq!(compute("eastus", "Standard_D16ds_v5"), "0.904");
        assert_eq!(compute("eastus", "Standard_F2s_v2"), "0.0846");
        assert_eq!(compute("eastus", "Standard_ND96isr_H100_v5"), "98.32");
        assert_eq!(compute("westeurope", "Standard_NV6"), "1.365");
        let price = book.compute("eastus", "Standard_DS3_v2").unwrap();
        assert_eq!(price.source, "SkyPilot catalog v5 az_ml_vms.csv @a7fff17");
        assert_eq!(price.row, "data/prices.csv:5");
    }

    /// LEDG-2: the disk by the month, address and load balancer by the hour.
    #[test]
    fn standing_prices_hold_for_their_region_or_everywhere() {
        let book = PriceBook::builtin();
        let rate = |m, r| book.standing(m, r).map(|p| p.rate).unwrap();
        let disk = rate(Meter::OsDisk, "eastus");
        assert_eq!((disk.to_string().as_str(), disk.unit), ("19.71", RateUnit::Month));
        let balancer = rate(Meter::LoadBalancer, "norwayeast");
        assert_eq!((balancer.to_string().as_str(), balancer.unit), ("0.025", RateUnit::Hour));
        assert_eq!(rate(Meter::PublicIp, "global").to_string(), "0.005");
        let book = over("load_balancer,norwayeast,,0.01375,hour");
        let found = |r| book.standing(Meter::LoadBalancer, r).unwrap().row.as_str();
        assert_eq!(found("Norway East"), "mine.csv:2", "the region itself comes first");
        assert_eq!(found("eastus").split(':').next(), Some("data/prices.csv"));
    }

    #[test]
    fn a_persons_rows_win_and_add_regions_and_sizes() {
        let book = over(
            "compute,East US,standard_ds3_v2,0.2,hour\ncompute,mars,Standard_New,7,hour\n\
             os_disk,mars,,21,month",
        );
        let rate = |r, s| book.compute(r, s).unwrap().rate.to_string();
        assert_eq!(rate("eastus", "Standard_DS3_v2"), "0.2");
        assert_eq!(rate("eastus", "Standard_DS4_v2"), "0.585");
        assert_eq!(rate("mars", "Standard_New"), "7");
        assert_eq!(book.standing(Meter::OsDisk, "mars").unwrap().rate.to_string(), "21");
        assert_eq!(book.iter().count(), PriceBook::builtin().iter().count() + 2);
        assert!(PriceBook::overridden_by("meter", "mine.csv").is_err());
    }

    #[track_caller]
    fn check_missing(missing: PriceMissing, expected: &str) {
        assert_eq!(Problem::from(missing).to_string(), expected);
    }

    /// LEDG-2: a missing price is an error with a way out, never zero.
    #[test]
    fn a_missing_price_says_what_is_known_and_how_to_add_it() {
        let book = PriceBook::builtin();
        check_missing(
            book.compute("westeurope", "Standard_DS15_v2").unwrap_err(),
            "error[E0410]  vm_size: no price for compute of Standard_DS15_v2 in westeurope; \
             known in eastus  \
             (add `--prices FILE` with the two lines `meter,region,vm_size,rate_usd,rate_unit` and \
             `compute,westeurope,Standard_DS15_v2,RATE,hour`)",
        );
        check_missing(
            book.standing(Meter::OsDisk, "West Europe").unwrap_err(),
            "error[E0410]  region: no price for os_disk in West Europe; known in eastus  (add \
             `--prices FILE` with the two lines `meter,region,vm_size,rate_usd,rate_unit` and \
             `os_disk,westeurope,,RATE,month`)",
        );
        let missing = book.compute("eastus", "DS3_v2").unwrap_err();
        assert_eq!(missing.near[0], "Standard_DS3_v2");
        let text = missing.to_string();
        assert!(text.contains("nor for any other region; similar: Standard_DS3_v2"), "{text}");
        let missing = book.compute("eastus", "Standard_Gigantic").unwrap_err();
        assert!(missing.to_string().ends_with("nor for any other region"), "{missing}");
        let rows = missing.row_to_add().replace("RATE", "1.5");
        let filled = PriceBook::overridden_by(&rows, "mine.csv").unwrap();
        assert!(filled.compute("eastus", "Standard_Gigantic").is_ok(), "the hint works as it is");
    }

    #[test]
    fn compute_is_bought_under_one_kind_and_never_under_another() {
        let rows = "meter,region,vm_size,rate_usd,rate_unit,price_kind\n\
                    compute,eastus,Standard_DS3_v2,0.17,hour,reserved_1y\n";
        let book = PriceBook::overridden_by(rows, "mine.csv").unwrap();
        let rate = |b: &PriceBook| b.compute("eastus", "Standard_DS3_v2").unwrap().rate.to_string();
        assert_eq!(rate(&book), "0.293");
        let book = book.of_kind(PriceKind::Reserved1y);
        assert_eq!(rate(&book), "0.17");
        assert!(book.standing(Meter::OsDisk, "eastus").is_ok(), "disks have no reservations");
        let missing = book.compute("eastus", "Standard_DS4_v2").unwrap_err();
        assert!(missing.row_to_add().ends_with(",RATE,hour,reserved_1y"), "{missing}");
    }

    #[test]
    fn a_table_in_another_currency_stands_alone() {
        let rows = "meter,region,vm_size,rate_usd,rate_unit,currency\n\
                    compute,northeurope,Standard_DS1_v2,0.05774,hour,EUR\n";
        let book = PriceBook::overridden_by(rows, "mine.csv").unwrap();
        assert_eq!((book.currency(), book.iter().count()), ("EUR", 1));
        assert!(book.standing(Meter::PublicIp, "northeurope").is_err(), "never USD among EUR");
    }
}
