//! Each trap of the Retail Prices API, one small answer at a time.

use super::*;
use crate::world::PriceBook;

/// A Linux VM as the API lists it.
const VM: &str = r#""currencyCode":"USD","tierMinimumUnits":0.0,"retailPrice":0.293,
"unitPrice":0.293,"armRegionName":"eastus","location":"US East",
"effectiveStartDate":"2020-08-01T00:00:00Z","meterId":"m1","meterName":"D3 v2/DS3 v2",
"productName":"Virtual Machines DSv2 Series","skuName":"DS3 v2",
"serviceName":"Virtual Machines","serviceFamily":"Compute","unitOfMeasure":"1 Hour",
"type":"Consumption","isPrimaryMeterRegion":true,"armSkuName":"Standard_DS3_v2""#;

/// An item like [`VM`], with these `key:value` pairs instead of its own.
fn item(changes: &[(&str, &str)]) -> String {
    let text = format!("{{{VM}}}");
    let mut item: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    for (key, value) in changes {
        item.insert((*key).to_owned(), serde_json::from_str(value).unwrap());
    }
    serde_json::to_string(&item).unwrap()
}

/// A last page of these items.
fn page(items: &[String]) -> String {
    format!(
        r#"{{"BillingCurrency":"USD","CustomerEntityId":"Default","CustomerEntityType":"Retail",
        "Items":[{}],"NextPageLink":null,"Count":{}}}"#,
        items.join(","),
        items.len()
    )
}

/// The import of one page of these items.
fn import(items: &[String]) -> ImportedPrices {
    import_retail(&[("a.json", &page(items))]).unwrap()
}

/// Each row as `meter region size rate/unit kind`.
fn rows(imported: &ImportedPrices) -> Vec<String> {
    let row = |p: &Price| {
        let (meter, unit) = (p.meter, p.rate.unit.as_str());
        format!("{meter} {} {} {}/{unit} {}", p.region, p.vm_size, p.rate, p.kind)
    };
    imported.rows.iter().map(row).collect()
}

const PLAIN: &str = "compute eastus Standard_DS3_v2 0.293/hour payg";

/// An item with these changes is left out, for this reason, beside the plain VM.
#[track_caller]
fn check_skipped(changes: &[(&str, &str)], reason: Skipped) {
    let imported = import(&[item(&[]), item(changes)]);
    assert_eq!(rows(&imported), [PLAIN]);
    assert_eq!(imported.skipped, BTreeMap::from([(reason, 1)]));
    assert!(imported.warnings.is_empty(), "{:?}", imported.warnings);
}

#[test]
fn lookalikes_are_left_out_and_counted() {
    let cheap = ("retailPrice", "0.01");
    let newer = ("effectiveStartDate", "\"2026-01-01T00:00:00Z\"");
    let with = |key, value, reason| check_skipped(&[cheap, newer, (key, value)], reason);
    with("productName", "\"Virtual Machines DSv2 Series Windows\"", Skipped::Windows);
    with("productName", "\"DSv2 Series CloudServices\"", Skipped::OtherProduct);
    with("productName", "\"DSv2 Series Cloud Services\"", Skipped::OtherProduct);
    with("productName", "\"DSv2 Series Dedicated Host\"", Skipped::OtherProduct);
    with("meterName", "\"D3 v2/DS3 v2 Spot\"", Skipped::Spot);
    with("skuName", "\"DS3 v2 Low Priority\"", Skipped::Spot);
    with("type", "\"DevTestConsumption\"", Skipped::OtherType);
    with("unitOfMeasure", "\"1 GB Second\"", Skipped::OtherUnit);
    with("tierMinimumUnits", "100.0", Skipped::HigherTier);
    with("retailPrice", "0.0", Skipped::NoPrice);
    with("armRegionName", "\"\"", Skipped::NoRegion);
    with("armSkuName", "\"DSv2_Type1\"", Skipped::OtherSize);
    with("serviceName", "\"Azure Machine Learning\"", Skipped::OtherMeter);
}

/// An item of another service than Virtual Machines.
fn other(
    service: &str,
    product: &str,
    meter: &str,
    unit: &str,
    price: &str,
    region: &str,
) -> String {
    let quote = |text: &str| format!("\"{text}\"");
    item(&[
        ("serviceName", &quote(service)),
        ("productName", &quote(product)),
        ("meterName", &quote(meter)),
        ("skuName", "\"P10 LRS\""),
        ("unitOfMeasure", &quote(unit)),
        ("retailPrice", price),
        ("armRegionName", &quote(region)),
        ("armSkuName", "null"),
    ])
}

/// LEDG-1: the three standing meters, and what only resembles them.
#[test]
fn standing_meters_are_told_from_their_neighbours() {
    let disk =
        |product, meter, unit, price| other("Storage", product, meter, unit, price, "eastus");
    let lb = "Standard Included LB Rules and Outbound Rules";
    let imported = import(&[
        disk("Premium SSD Managed Disks", "P10 LRS Disk", "1/Month", "19.71"),
        disk("Premium SSD Managed Disks", "P10 LRS Disk Mount", "1/Month", "1.07"),
        disk("Premium Page Blob", "P10 LRS Disk", "1/Month", "21.68"),
        other(
            "Virtual Network",
            "IP Addresses",
            "Standard IPv4 Static Public IP",
            "1/Hour",
            "0.005",
            "",
        ),
        other("Load Balancer", "Load Balancer", lb, "1 Hour", "0.025", "Global"),
        other(
            "Load Balancer",
            "Load Balancer",
            "Standard Data Processed",
            "1 GB",
            "0.005",
            "Global",
        ),
    ]);
    assert_eq!(
        rows(&imported),
        [
            "os_disk eastus  19.71/month payg",
            "public_ip Global  0.005/hour payg",
            "load_balancer Global  0.025/hour payg"
        ]
    );
    assert_eq!(imported.skipped, BTreeMap::from([(Skipped::OtherMeter, 3)]));
    assert_eq!(imported.items, 6);
}

#[test]
fn a_paired_meter_prices_the_sizes_it_names() {
    let unnamed = |meter: &str| item(&[("armSkuName", "\"\""), ("meterName", meter)]);
    let imported = import(&[unnamed("\"D3 v2/DS3 v2\""), unnamed("\"D2ds v4/D2ds v5\"")]);
    assert_eq!(
        rows(&imported),
        [
            "compute eastus Standard_D2ds_v4 0.293/hour payg",
            "compute eastus Standard_D2ds_v5 0.293/hour payg",
            PLAIN
        ]
    );
    let found = import(&[item(&[]), unnamed("\"Zx9 v7\"")]).skipped;
    assert_eq!(found, BTreeMap::from([(Skipped::OtherSize, 1)]));
}

#[test]
fn the_newest_price_of_the_billing_meter_wins_in_any_order() {
    let old = item(&[("retailPrice", "0.2"), ("effectiveStartDate", "\"2018-01-01T00:00:00Z\"")]);
    let elsewhere = item(&[
        ("retailPrice", "0.4"),
        ("effectiveStartDate", "\"2025-01-01T00:00:00Z\""),
        ("isPrimaryMeterRegion", "false"),
    ]);
    let mut items = [old, elsewhere, item(&[])];
    for _ in 0..items.len() {
        items.rotate_left(1);
        let imported = import(&items);
        assert_eq!(rows(&imported), [PLAIN]);
        assert_eq!(imported.rows[0].date, "2020-08-01");
        assert_eq!(imported.skipped, BTreeMap::from([(Skipped::Superseded, 2)]));
    }
    let only = import(&[item(&[("isPrimaryMeterRegion", "false")])]);
    assert_eq!(rows(&only), [PLAIN], "some sizes have no other meter");
    let twice = import(&[item(&[]), item(&[("retailPrice", "0.3"), ("meterId", "\"m2\"")])]);
    assert_eq!(rows(&twice), ["compute eastus Standard_DS3_v2 0.3/hour payg"]);
    assert_eq!(
        twice.warnings[0].to_string(),
        "warning[W0425]  two prices for compute of Standard_DS3_v2 in eastus from 2020-08-01: \
         0.293 and 0.3; the higher is taken  (a.json: meterId m1 and a.json: meterId m2)"
    );
}

#[test]
fn reservations_are_spread_over_their_hours_and_savings_plans_are_hourly() {
    let reserved = |term: &str, price: &str| {
        item(&[("type", "\"Reservation\""), ("reservationTerm", term), ("retailPrice", price)])
    };
    let plans = r#"[{"unitPrice":0.2051,"retailPrice":0.2051,"term":"1 Year"},
                    {"unitPrice":0.1348,"retailPrice":0.1348,"term":"3 Years"}]"#;
    let imported = import(&[
        reserved("\"1 Year\"", "1500.0"),
        reserved("\"3 Years\"", "2900.0"),
        reserved("\"5 Years\"", "4000.0"),
        item(&[("savingsPlan", plans)]),
    ]);
    let found = rows(&imported);
    assert_eq!(
        found,
        [
            PLAIN,
            "compute eastus Standard_DS3_v2 0.2051/hour savings_1y",
            "compute eastus Standard_DS3_v2 0.1348/hour savings_3y",
            "compute eastus Standard_DS3_v2 0.171232876712/hour reserved_1y",
            "compute eastus Standard_DS3_v2 0.110350076104/hour reserved_3y"
        ]
    );
    assert_eq!(imported.skipped, BTreeMap::from([(Skipped::OtherType, 1)]));
    let book = PriceBook::overridden_by(&imported.to_csv(), "i.csv").unwrap();
    for (row, kind) in imported.rows.iter().map(|row| (row, row.kind)) {
        let book = book.clone().of_kind(kind);
        let read = book.compute("eastus", "Standard_DS3_v2").unwrap();
        assert_eq!((read.rate, &read.date, &read.source), (row.rate, &row.date, &row.source));
    }
}

#[test]
fn pages_come_one_by_one_or_in_an_array_and_should_be_complete() {
    let (one, two) = (page(&[item(&[])]), page(&[item(&[("armRegionName", "\"westus\"")])]));
    let more = one.replace("\"NextPageLink\":null", "\"NextPageLink\":\"https://prices/x\"");
    let array = format!("\u{feff} [{more},\n{two}]");
    let both = import_retail(&[("a.json", &more), ("b.json", &two)]).unwrap();
    assert_eq!(rows(&both), rows(&import_retail(&[("c.json", &array)]).unwrap()));
    assert_eq!((both.rows.len(), both.warnings.len()), (2, 0));
    let cut = import_retail(&[("a.json", &more)]).unwrap();
    assert_eq!(
        cut.warnings[0].to_string(),
        "a.json  warning[W0424]  the answer goes on after this page  (save the page its \
         `NextPageLink` leads to as well, until there is none)"
    );
}

#[test]
fn another_currency_is_kept_and_what_it_lacks_is_named() {
    let euro = page(&[item(&[("currencyCode", "\"EUR\"")])]);
    let imported = import_retail(&[("a.json", &euro)]).unwrap();
    let lacking: Vec<_> = imported.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(
        lacking,
        [
            "the answer has no price of os_disk in EUR",
            "the answer has no price of public_ip in EUR",
            "the answer has no price of load_balancer in EUR"
        ]
    );
    let book = PriceBook::overridden_by(&imported.to_csv(), "i.csv").unwrap();
    assert_eq!((book.currency(), book.iter().count()), ("EUR", 1));
    let problems = import_retail(&[("a.json", &euro), ("b.json", &page(&[item(&[])]))]);
    assert_eq!(
        problems.unwrap_err()[0].to_string(),
        "b.json  error[E0421]  currencyCode: prices in USD, but those in a.json are in EUR  (ask \
         for every page with the same `currencyCode`)"
    );
}

#[test]
fn what_is_no_answer_is_refused_with_a_place() {
    let codes = |text: &str| {
        let problems = import_retail(&[("a.json", text)]).unwrap_err();
        problems.iter().map(|p| (p.code, p.line)).collect::<Vec<_>>()
    };
    assert_eq!(codes("meter,region"), [("E0420", 1)]);
    assert_eq!(codes("{\n\"items\": []}"), [("E0420", 2)]);
    assert_eq!(codes("{\"Items\": [{\n}]}"), [("E0420", 2)], "an item without a price");
    assert_eq!(codes("{\"Items\": []}"), [("E0423", 0)]);
    assert_eq!(codes("[]"), [("E0423", 0)]);
    let text = page(&[item(&[("retailPrice", "\"free\"")])]);
    assert_eq!(codes(&text), [("E0422", 0)]);
    let text = page(&[item(&[("meterName", "\"DS3 v2 Spot\"")])]);
    let problems = import_retail(&[("a.json", &text)]).unwrap_err();
    assert_eq!(
        problems[0].message,
        "none of 1 items is a price of a compute instance: 1 spot or low priority"
    );
}
