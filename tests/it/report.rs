//! The HTML report and the figures, without a browser: complete, self-contained, small enough, and
//! with the numbers of `simulate`. What the page does when used is in `tests/browser`.

#![allow(clippy::disallowed_methods, reason = "reads the sample")]

use crate::support::bench::{Bench, in_repository};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a page may weigh \[bytes\].
const BUDGET: usize = 3_000_000;

fn path(name: &str) -> String {
    in_repository(name).display().to_string()
}

/// The arguments of a run over the bundled sample, without plans.
fn sample_world(command: &str, out: &str) -> Vec<String> {
    let mut arguments: Vec<String> = vec![command.into()];
    for name in ["activity", "operations", "instances"] {
        arguments.extend([format!("--{name}"), path(&format!("data/sample/{name}.csv"))]);
    }
    arguments.extend(["--quiet".into(), "--out".into(), out.into()]);
    arguments
}

/// The arguments of a run over the bundled sample.
fn sample(command: &str, out: &str) -> Vec<String> {
    let mut arguments = sample_world(command, out);
    arguments.extend(["--today".into(), "--plan".into(), path("data/plans/idle-30.yml")]);
    arguments
}

fn with<'a>(arguments: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().map(String::as_str).chain(more.iter().copied()).collect()
}

/// The page's embedded numbers.
fn data_of(page: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"data\">";
    let from = page.find(start).expect("the data") + start.len();
    let to = from + page[from..].find("</script>").expect("its end");
    serde_json::from_str(&page[from..to]).expect("JSON")
}

/// The page without what its scripts, styles and data say.
fn markup(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((at, end)) = ["script", "style"]
        .iter()
        .filter_map(|tag| rest.find(&format!("<{tag}")).map(|at| (at, format!("</{tag}>"))))
        .min()
    {
        out.push_str(&rest[..at]);
        let close = rest[at..].find(&end).expect("an end tag");
        rest = &rest[at + close + end.len()..];
    }
    out + rest
}

/// Tags that are never closed.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "rect"];

/// Every tag is closed in its turn, every id is there once, and what refers to one finds it.
fn assert_well_formed(page: &str) {
    let html = markup(page);
    let mut open: Vec<&str> = Vec::new();
    let (mut ids, mut wanted) = (BTreeSet::new(), Vec::new());
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            assert!(last == Some(name) || VOID.contains(&name), "</{name}> closes {last:?}");
            if VOID.contains(&name) {
                open.extend(last);
            }
            continue;
        }
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        for (key, value) in attributes(tag) {
            assert!(!value.contains("://"), "{key}={value}");
            match key {
                "id" => assert!(ids.insert(value), "two elements are called {value}"),
                "aria-labelledby" | "aria-describedby" | "data-copy" | "list" => wanted.push(value),
                "href" if value.starts_with('#') => wanted.push(&value[1..]),
                "href" => assert!(value.starts_with("data:"), "{value}"),
                "src" => panic!("something is loaded: {value}"),
                _ => {}
            }
        }
        if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    for id in wanted {
        assert!(ids.contains(id), "nothing is called {id}");
    }
}

/// `key="value"` pairs.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some(at) = rest.find("=\"") {
        let key = rest[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        let end = rest[at + 2..].find('"').expect("a quote ends");
        found.push((key, &rest[at + 2..at + 2 + end]));
        rest = &rest[at + 3 + end..];
    }
    found
}

/// Nothing that a browser would fetch, in markup, styles or scripts.
fn assert_self_contained(page: &str) {
    for word in ["src=\"http", "href=\"http", "url(http", "@import", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(word), "{word}");
    }
    for word in ["<link rel=\"stylesheet", "<img", "<iframe", "sendBeacon", "WebSocket"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn the_page_is_complete_and_needs_nothing_beside_it() {
    let bench = Bench::new();
    let advice = path("tests/browser/recommendation");
    let arguments = sample("report", "report.html");
    bench.run(&with(&arguments, &["--recommendation", &advice])).exits(0);
    let page = bench.text("report.html");
    assert_well_formed(&page);
    assert_self_contained(&page);
    assert!(page.len() < BUDGET, "{} bytes", page.len());
    for section in [
        "summary",
        "costs",
        "waste",
        "limit",
        "pareto",
        "week",
        "timeline",
        "instances",
        "plans",
        "basis",
    ] {
        assert!(page.contains(&format!("<section id=\"{section}\"")), "{section}");
        assert!(page.contains(&format!("<a href=\"#{section}\">")), "a way to {section}");
    }
    for said in [
        "apply with care",
        "4,873.12",
        "3,901.00 to 5,620.50 (95 %)",
        "idle_time_before_shutdown_minutes: 45",
        "SHA-256",
        "aml-2022-12",
        "2026-10-03",
        "The recommendation says that its plans cost 6,234.12; over the inputs of this report",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let data = data_of(&page);
    let plans: Vec<&str> =
        data["plans"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(plans, ["today", "recommended", "idle-30"], "today leads, then what is advised");
    assert_eq!(data["weeks"][0][0]["seasons"].as_array().map(Vec::len), Some(2), "both seasons");
    let told = weeks_told(&data).len();
    assert!(page.contains(&format!("{told} of {told} weeks in which anything happened")), "{told}");
}

/// Instance and Monday of every week that the page tells under its first plan.
fn weeks_told(data: &Value) -> Vec<(&str, &str)> {
    let instances = data["stories"]["instances"].as_array().expect("instances");
    let mut told = Vec::new();
    for instance in instances {
        for week in instance["weeks"].as_array().expect("weeks") {
            told.push((text(&instance["name"]), text(&week["monday"])));
        }
    }
    told
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[test]
fn weeks_are_told_in_which_anything_happened() {
    let bench = Bench::new();
    // Four weeks, 1 January 2024 being a Monday. Of `a` the first week tells that it exists, the
    // third of an hour's work; in the second and fourth it is off and nobody comes. `b` works over
    // New Year's night of the second week into the third, and exists from the second week on.
    bench.put(
        "activity.csv",
        "instance,kind,start,end\n\
         a,terminal,2024-01-16T09:00:00Z,2024-01-16T10:00:00Z\n\
         b,terminal,2024-01-14T23:30:00Z,2024-01-15T00:30:00Z\n",
    );
    bench.put("instances.csv", "instance,created\na,\nb,2024-01-10T00:00:00Z\n");
    bench.put("idle.yml", "idle_time_before_shutdown_minutes: 30\n");
    let world = ["--activity", "activity.csv", "--instances", "instances.csv"];
    let horizon = ["--horizon", "2024-01-01T00:00:00Z/2024-01-29T00:00:00Z"];
    let mut arguments = vec!["report", "--plan", "idle.yml", "--quiet", "--out", "report.html"];
    arguments.extend(world.into_iter().chain(horizon));
    bench.run(&arguments).exits(0);
    let page = bench.text("report.html");
    let expected =
        [("a", "2024-01-01"), ("a", "2024-01-15"), ("b", "2024-01-08"), ("b", "2024-01-15")];
    assert_eq!(weeks_told(&data_of(&page)), expected);
    assert!(page.contains("4 of 4 weeks in which anything happened"), "counted");
}

/// An amount as the page shows it: cents, rounded half to even, with commas.
fn shown(usd: &Value) -> String {
    let cents: Decimal = usd.to_string().parse().expect("a number");
    let text = format!("{:.2}", cents.round_dp(2));
    let (whole, rest) = text.split_once('.').expect("cents");
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|g| g.iter().collect()).collect();
    format!("{}.{rest}", groups.join(","))
}

#[test]
fn what_recommend_wrote_is_shown_as_it_wrote_it() {
    let bench = Bench::new();
    let few = ["--idle-limits", "15,60,240", "--max-schedules", "0", "--evaluations", "40"];
    bench.run(&with(&sample_world("recommend", "advice"), &few)).exits(0);
    let advice: Value = serde_json::from_str(&bench.text("advice/recommendation.json")).unwrap();
    let plans = advice["plans"].as_array().expect("plans");
    // Today's `idle-60` is recommended as well; another plan is called like one to be compared with
    // and says something else.
    let names: Vec<&str> = plans.iter().map(|plan| text(&plan["name"])).collect();
    assert!(names.contains(&"idle-60") && names.len() > 1, "{names:?}");
    let twin = names.iter().find(|name| **name != "idle-60").expect("another one");
    bench.put(&format!("{twin}.yml"), "idle_time_before_shutdown_minutes: 77\n");
    let twin_file = format!("{twin}.yml");
    let more = ["--recommendation", "advice", "--plan", &twin_file];
    bench.run(&with(&sample_world("report", "report.html"), &more)).exits(0);
    let page = bench.text("report.html");
    assert_well_formed(&page);
    let held = &advice["holdout"];
    for usd in [
        &held["realised"]["saving_usd"],
        &held["realised"]["money_saving_usd"],
        &held["promised"]["saving_usd"],
    ] {
        assert!(page.contains(&shown(usd)), "{usd}");
    }
    let interval = &held["interval"];
    let between =
        format!("likely {} to {}", shown(&interval["low_usd"]), shown(&interval["high_usd"]));
    assert!(page.contains(&between), "{between}");
    assert!(page.contains("USD a week"), "a saving without its period says nothing");
    assert!(!page.contains("It was made over other inputs"), "the same inputs, the same total");
    let total = format!("<data value=\"{}\"", advice["totals"]["total_usd"]);
    assert!(page.contains(&total), "{total}");
    assert_eq!(page.matches("class=\"copy\"").count(), plans.len());
    for (plan, number) in plans.iter().zip(1..) {
        let file = bench.text(&format!("advice/{}", text(&plan["file"])));
        let start = format!("<pre id=\"plan-{number}\" tabindex=\"0\">");
        let copied = page.split(&start).nth(1).and_then(|rest| rest.split("</pre>").next());
        assert_eq!(copied.map(unescaped), Some(file), "{plan}");
    }
    let data = data_of(&page);
    assert_eq!(data["plans"], json!(["today", "recommended", twin]));
    let points = advice["pareto"].as_array().expect("points");
    assert_eq!(data["pareto"].as_array().map(Vec::len), Some(points.len()));
}

/// HTML text as a browser copies it.
fn unescaped(html: &str) -> String {
    let plain = html.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&#x27;", "'");
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn without_a_recommendation_its_sections_are_not_there() {
    let bench = Bench::new();
    bench.run(&sample("report", "report.html")).exits(0);
    let page = bench.text("report.html");
    assert_well_formed(&page);
    for section in ["pareto", "plans", "quota"] {
        assert!(!page.contains(&format!("\"#{section}\"")), "{section}");
        assert!(!page.contains(&format!("<section id=\"{section}\"")), "{section}");
    }
}

#[test]
fn costs_are_those_of_the_summary_to_the_micro_dollar() {
    let bench = Bench::new();
    bench.run(&sample("report", "report.html")).exits(0);
    bench.run(&sample("simulate", "out")).exits(0);
    let page = bench.text("report.html");
    let summary: Value = serde_json::from_str(&bench.text("out/summary.json")).unwrap();
    for plan in summary["plans"].as_array().unwrap() {
        let name = plan["plan"].as_str().unwrap();
        let row = page.split(&format!("<tr><th scope=\"row\">{name}</th>")).nth(1);
        let row = row.unwrap_or_else(|| panic!("{name} has no row")).split("</tr>").next();
        for meter in ["compute", "os_disk", "public_ip", "load_balancer", "standing", "total"] {
            let value = plan[format!("{meter}_usd")].to_string();
            assert!(row.unwrap().contains(&format!("<data value=\"{value}\"")), "{name} {meter}");
        }
        assert!(page.contains(&format!("value=\"{}\"", plan["waste_usd"])), "{name}: waste");
    }
}

/// Arguments over a generated fleet in the folder `fleet`.
fn generated(bench: &Bench, instances: &str, weeks: &str) -> Vec<&'static str> {
    let make =
        ["generate", "--quiet", "--instances", instances, "--weeks", weeks, "--out", "fleet"];
    bench.run(&make).exits(0);
    vec![
        "report",
        "--quiet",
        "--activity",
        "fleet/activity.csv",
        "--instances",
        "fleet/instances.csv",
        "--operations",
        "fleet/operations.csv",
        "--out",
        "report.html",
    ]
}

#[test]
fn a_thousand_instances_fit_and_each_has_its_row() {
    let bench = Bench::new();
    bench.put("idle.yml", "idle_time_before_shutdown_minutes: 30\n");
    let mut arguments = generated(&bench, "1000", "12");
    arguments.extend(["--today", "--plan", "idle.yml"]);
    bench.run(&arguments).exits(0);
    let page = bench.text("report.html");
    assert!(page.len() < BUDGET, "{} bytes", page.len());
    assert_well_formed(&page);
    let data = data_of(&page);
    assert_eq!((&data["fleet"]["rows"], &data["fleet"]["grouped"]), (&1_000.into(), &false.into()));
    assert!(page.contains("instances that waste most"), "it says which weeks are left out");
}

#[test]
fn a_larger_fleet_is_aggregated_and_says_so() {
    let bench = Bench::new();
    let arguments = generated(&bench, "1001", "1");
    bench.run(&arguments).exits(0);
    let page = bench.text("report.html");
    assert!(page.contains("1,001 instances are more than the 1,000 this page"));
    let data = data_of(&page);
    assert_eq!(data["fleet"]["grouped"], true);
    let rows = data["fleet"]["rows"].as_u64().unwrap();
    assert!(rows > 1 && rows < 200, "{rows} rows");
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let bench = Bench::new();
    let [one, four] = ["one.html", "four.html"].map(|out| sample("report", out));
    bench.run(&with(&one, &["--threads", "1", "--plots", "one"])).exits(0);
    bench.run(&with(&four, &["--threads", "4", "--plots", "four"])).exits(0);
    assert!(bench.bytes("one.html") == bench.bytes("four.html"), "pages differ");
    let names = bench.names("one");
    assert_eq!(names, bench.names("four"));
    for name in names {
        let [a, b] = ["one", "four"].map(|folder| bench.bytes(&format!("{folder}/{name}")));
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn figures_are_pictures_with_their_own_font() {
    let bench = Bench::new();
    let advice = path("tests/browser/recommendation");
    let arguments = sample("report", "report.html");
    let more = ["--recommendation", &advice, "--plots", "plots"];
    bench.run(&with(&arguments, &more)).exits(0);
    let stems = [
        "costs",
        "idle-limit",
        "pareto",
        "timeline",
        "waste",
        "week-in-use",
        "week-on",
        "week-wasted",
    ];
    let wanted: Vec<String> =
        stems.iter().flat_map(|s| [format!("{s}.png"), format!("{s}.svg")]).collect();
    assert_eq!(bench.names("plots"), wanted);
    for stem in stems {
        let png = bench.bytes(&format!("plots/{stem}.png"));
        let decoder = png::Decoder::new(png.as_slice());
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size()];
        reader.next_frame(&mut pixels).expect("its pixels");
        let ink = pixels.chunks(3).filter(|p| p.iter().all(|c| *c < 128)).count();
        assert!(ink > 500, "{stem}: {ink} dark pixels");
        let svg = bench.text(&format!("plots/{stem}.svg"));
        assert!(svg.contains("@font-face") && svg.contains("font/woff2;base64,d09GM"), "{stem}");
        assert!(svg.trim_end().ends_with("</svg>") && svg.contains("<text"), "{stem}");
        assert!(!svg.contains("url(http"), "{stem}");
    }
}

#[test]
fn quota_has_a_section_and_figures_where_it_is_given() {
    let bench = Bench::new();
    let mut arguments: Vec<String> = vec!["report".into(), "--quiet".into()];
    for name in ["activity", "operations", "instances", "quotas", "clusters", "roles", "prices"] {
        arguments.extend([format!("--{name}"), path(&format!("data/quota-sample/{name}.csv"))]);
    }
    arguments.extend(["--out", "report.html", "--plots", "plots"].map(String::from));
    bench.run(&arguments).exits(0);
    let page = bench.text("report.html");
    assert_well_formed(&page);
    let data = data_of(&page);
    assert!(page.contains("<section id=\"quota\"") && data["quota"]["short"].as_u64() > Some(0));
    let quota = bench.names("plots").into_iter().filter(|name| name.starts_with("quota-")).count();
    assert!(quota >= 4, "{quota} figures");
}

#[test]
fn nothing_is_written_over_or_by_halves() {
    let bench = Bench::new();
    bench.put("report.html", "mine");
    let arguments = sample("report", "report.html");
    bench.run(&arguments).exits(2).says(&["E0702", "--force"]);
    assert_eq!(bench.text("report.html"), "mine");
    let missing = with(&arguments, &["--force", "--recommendation", "nowhere"]);
    bench.run(&missing).exits(3).says(&["E0701", "recommendation.json"]);
    assert_eq!(bench.text("report.html"), "mine");
    bench.run(&with(&arguments, &["--force"])).exits(0);
    assert_eq!(bench.names("").len(), 1, "nothing but the page: {:?}", bench.names(""));
}
