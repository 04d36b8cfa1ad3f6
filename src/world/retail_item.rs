//! One item of an Azure Retail Prices API answer: what the JSON holds, and what of it is the price
//! of a compute instance.
//!
//! The list is full of lookalikes. Each rule below keeps one of them out; all were seen in real
//! answers: Windows and Cloud Services products and dedicated hosts under the same `armSkuName`,
//! spot and low-priority meters, `P10 LRS Disk` under `Premium Page Blob` at another price, second
//! tiers, units in two spellings, and zero where there is no price yet.
//!
//! Numbers are taken as the digits in the file, never as binary floating point (LEDG-3); the API
//! does write some with an exponent.

use super::price_rows::MAX_DECIMALS;
use super::prices::{Price, PriceKind};
use super::retail::Skipped;
use super::sizes::Sizes;
use crate::units::{Meter, Problem, Rate, RateUnit};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::str::FromStr;

/// One page of an answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Page<'a> {
    /// The prices.
    #[serde(borrow)]
    pub(super) items: Vec<Item<'a>>,
    #[serde(default, deserialize_with = "text")]
    billing_currency: String,
    #[serde(default, deserialize_with = "text")]
    next_page_link: String,
}

impl Page<'_> {
    /// Whether the answer goes on after this page.
    pub(super) const fn has_more(&self) -> bool {
        !self.next_page_link.is_empty()
    }

    /// The currency of an item of this page: three letters.
    pub(super) fn currency_of(&self, item: &Item<'_>) -> String {
        let named = [&item.currency_code, &self.billing_currency];
        named.into_iter().find(|c| !c.is_empty()).map_or("USD", |c| c.as_str()).to_owned()
    }
}

/// One price.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item<'a> {
    #[serde(default, deserialize_with = "text")]
    currency_code: String,
    #[serde(borrow, default)]
    tier_minimum_units: Option<&'a RawValue>,
    #[serde(borrow)]
    retail_price: &'a RawValue,
    #[serde(default, deserialize_with = "text")]
    arm_region_name: String,
    #[serde(default, deserialize_with = "text")]
    effective_start_date: String,
    #[serde(default, deserialize_with = "text")]
    meter_id: String,
    #[serde(default, deserialize_with = "text")]
    meter_name: String,
    #[serde(default, deserialize_with = "text")]
    product_name: String,
    #[serde(default, deserialize_with = "text")]
    sku_name: String,
    #[serde(default, deserialize_with = "text")]
    service_name: String,
    #[serde(default, deserialize_with = "text")]
    unit_of_measure: String,
    #[serde(default, rename = "type", deserialize_with = "text")]
    price_type: String,
    is_primary_meter_region: Option<bool>,
    #[serde(default, deserialize_with = "text")]
    arm_sku_name: String,
    #[serde(default, deserialize_with = "text")]
    reservation_term: String,
    #[serde(borrow, default)]
    savings_plan: Option<Vec<SavingsPlan<'a>>>,
}

/// The price under a savings plan, per hour.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavingsPlan<'a> {
    #[serde(default, deserialize_with = "text")]
    term: String,
    #[serde(borrow)]
    retail_price: &'a RawValue,
}

/// A text, or nothing where the answer says `null`.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// What one item offers as the price of something, before it is weighed against others.
pub(super) struct Offer {
    /// The price itself.
    pub(super) price: Price,
    /// The same VM under savings plans.
    pub(super) savings: Vec<(PriceKind, Rate)>,
    /// Whether its meter is the one that bills for the region.
    pub(super) primary: bool,
    /// When the price began, as the API writes it.
    pub(super) start: String,
}

/// Why an item offers nothing.
pub(super) enum Rejected {
    /// It is about something else.
    Skipped(Skipped),
    /// It cannot be read.
    Malformed(Box<Problem>),
}

impl From<Skipped> for Rejected {
    fn from(skipped: Skipped) -> Self {
        Self::Skipped(skipped)
    }
}

impl Item<'_> {
    /// The prices this item states: one for most, one per size where a meter pairs two sizes.
    pub(super) fn offers(
        &self,
        file: &str,
        currency: &str,
        sizes: &Sizes,
    ) -> Result<Vec<Offer>, Rejected> {
        let meter = self.meter().ok_or(Skipped::OtherMeter)?;
        let kind = self.kind(meter)?;
        if let Some(reason) = self.lookalike(meter) {
            return Err(reason.into());
        }
        let unit = self.unit().ok_or(Skipped::OtherUnit)?;
        let tier = self.tier_minimum_units.map(|raw| self.number(raw, "tierMinimumUnits", file));
        if !tier.transpose()?.unwrap_or_default().is_zero() {
            return Err(Skipped::HigherTier.into());
        }
        let rate = self.rate(kind, unit, file)?;
        let region = match (self.arm_region_name.as_str(), meter) {
            ("", Meter::Compute) => return Err(Skipped::NoRegion.into()),
            ("", _) => "Global",
            (region, _) => region,
        };
        let savings = self.savings(meter, file)?;
        let names = self.sizes(meter, sizes)?;
        let offer = |vm_size| Offer {
            price: Price {
                meter,
                region: region.to_owned(),
                vm_size,
                kind,
                rate,
                currency: currency.to_owned(),
                date: self.effective_start_date.chars().take(10).collect(),
                source: format!(
                    "Retail Prices API, meterId {}: {} / {}",
                    self.meter_id, self.product_name, self.meter_name
                ),
                row: format!("{file}: meterId {}", self.meter_id),
                line: 0,
            },
            savings: savings.clone(),
            primary: self.is_primary_meter_region.unwrap_or(true),
            start: self.effective_start_date.clone(),
        };
        Ok(names.into_iter().map(offer).collect())
    }

    /// LEDG-1: which of an instance's meters it is, if any.
    fn meter(&self) -> Option<Meter> {
        match (self.service_name.as_str(), self.meter_name.as_str()) {
            ("Virtual Machines", _) => Some(Meter::Compute),
            ("Storage", "P10 LRS Disk") => {
                (self.product_name == "Premium SSD Managed Disks").then_some(Meter::OsDisk)
            }
            ("Virtual Network", "Standard IPv4 Static Public IP") => Some(Meter::PublicIp),
            ("Load Balancer", "Standard Included LB Rules and Outbound Rules") => {
                Some(Meter::LoadBalancer)
            }
            _ => None,
        }
    }

    /// Under which agreement the price holds.
    fn kind(&self, meter: Meter) -> Result<PriceKind, Skipped> {
        match (self.price_type.as_str(), self.reservation_term.as_str()) {
            ("Consumption", _) => Ok(PriceKind::PayAsYouGo),
            ("Reservation", "1 Year") if meter == Meter::Compute => Ok(PriceKind::Reserved1y),
            ("Reservation", "3 Years") if meter == Meter::Compute => Ok(PriceKind::Reserved3y),
            _ => Err(Skipped::OtherType),
        }
    }

    /// The reason why it only looks like the price of a Linux VM bought as such.
    fn lookalike(&self, meter: Meter) -> Option<Skipped> {
        if meter != Meter::Compute {
            return None;
        }
        let bare = |text: &str| text.to_lowercase().replace(' ', "");
        let product = bare(&self.product_name);
        let names = format!("{} {}", bare(&self.meter_name), bare(&self.sku_name));
        if product.contains("windows") {
            Some(Skipped::Windows)
        } else if product.contains("cloudservices") || product.contains("dedicatedhost") {
            Some(Skipped::OtherProduct)
        } else if names.contains("spot") || names.contains("lowpriority") {
            Some(Skipped::Spot)
        } else {
            None
        }
    }

    /// What the price is per, in either spelling.
    fn unit(&self) -> Option<RateUnit> {
        match self.unit_of_measure.as_str() {
            "1 Hour" | "1/Hour" => Some(RateUnit::Hour),
            "1 Month" | "1/Month" => Some(RateUnit::Month),
            _ => None,
        }
    }

    /// The price per hour or month. A reservation's price is for its whole term, whatever its unit
    /// says.
    fn rate(&self, kind: PriceKind, unit: RateUnit, file: &str) -> Result<Rate, Rejected> {
        let price = self.number(self.retail_price, "retailPrice", file)?;
        let hours = match kind {
            PriceKind::Reserved1y => Some(8_760),
            PriceKind::Reserved3y => Some(26_280),
            _ => None,
        };
        let rate = match hours {
            Some(hours) => Rate {
                usd: price.checked_div(Decimal::from(hours)).map(tidy).unwrap_or_default(),
                unit: RateUnit::Hour,
            },
            None => Rate { usd: price, unit },
        };
        if rate.usd > Decimal::ZERO { Ok(rate) } else { Err(Skipped::NoPrice.into()) }
    }

    /// The prices under savings plans; they cover compute only.
    fn savings(&self, meter: Meter, file: &str) -> Result<Vec<(PriceKind, Rate)>, Rejected> {
        let mut savings = Vec::new();
        for plan in self.savings_plan.iter().flatten().filter(|_| meter == Meter::Compute) {
            let kind = match plan.term.as_str() {
                "1 Year" => PriceKind::Savings1y,
                "3 Years" => PriceKind::Savings3y,
                _ => continue,
            };
            let usd = self.number(plan.retail_price, "savingsPlan retailPrice", file)?;
            if usd > Decimal::ZERO {
                savings.push((kind, Rate { usd, unit: RateUnit::Hour }));
            }
        }
        Ok(savings)
    }

    /// The sizes it prices; one empty name where the meter has none. Where `armSkuName` is empty,
    /// the meter's name tells: `D3 v2/DS3 v2` is one meter for two sizes.
    fn sizes(&self, meter: Meter, sizes: &Sizes) -> Result<Vec<String>, Skipped> {
        if meter != Meter::Compute {
            return Ok(vec![String::new()]);
        }
        if !self.arm_sku_name.is_empty() {
            let is_size = self.arm_sku_name.to_lowercase().starts_with("standard_");
            return if is_size {
                Ok(vec![self.arm_sku_name.clone()])
            } else {
                Err(Skipped::OtherSize)
            };
        }
        let spelt = self.meter_name.split('/').map(|name| name.trim().replace(' ', "_"));
        let known: Vec<String> = spelt
            .filter_map(|name| sizes.get(&format!("Standard_{name}")))
            .map(|size| size.name.clone())
            .collect();
        if known.is_empty() { Err(Skipped::OtherSize) } else { Ok(known) }
    }

    /// The number that `raw` spells.
    fn number(&self, raw: &RawValue, field: &str, file: &str) -> Result<Decimal, Rejected> {
        number(raw.get()).ok_or_else(|| {
            let message = format!("`{}` is not a price", raw.get());
            let problem = Problem::error("E0422", message).in_file(file).field(field);
            let at = format!("in the item with meterId {}", self.meter_id);
            Rejected::Malformed(Box::new(problem.hint(at)))
        })
    }
}

/// A JSON number, digit by digit, with or without an exponent.
fn number(text: &str) -> Option<Decimal> {
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return None;
    }
    let exponent = text.contains(['e', 'E']);
    let number = if exponent { Decimal::from_scientific(text) } else { Decimal::from_str(text) };
    number.ok().map(tidy)
}

/// At most the decimals a rate may have, and no trailing zeros.
fn tidy(number: Decimal) -> Decimal {
    let places = u32::try_from(MAX_DECIMALS).unwrap_or(12);
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LEDG-3: what the file says, not what a binary fraction makes of it.
    #[test]
    fn numbers_are_read_digit_by_digit() {
        let of = |text| number(text).map(|n| n.to_string());
        assert_eq!(of("0.293").as_deref(), Some("0.293"));
        assert_eq!(of("4e-06").as_deref(), Some("0.000004"));
        assert_eq!(of("1.25E+2").as_deref(), Some("125"));
        assert_eq!(of("25007.0").as_deref(), Some("25007"));
        assert_eq!(of("0.12300000000000001").as_deref(), Some("0.123"));
        assert_eq!(of("-1").as_deref(), Some("-1"));
        assert_eq!([of("null"), of("\"0.2\""), of("[]"), of("1e400")], [None, None, None, None]);
    }
}
