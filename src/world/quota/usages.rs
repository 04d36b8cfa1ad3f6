//! Limits from the service's own usage or quota list: one page, an array of pages, or the bare
//! array of items that `az ml compute list-usage -o json` prints.
//!
//! Taken: `vmFamily` (dedicated cores of a family), `dedicatedCores` (cores of the region) and
//! `totalCores` (the count called Clusters). Left out: low priority, and rows that repeat a family
//! for a workspace or a compute. What is used according to the list is left out too: it counts the
//! very instances and clusters of the world.

use super::{LimitName, Quotas, families, family_key};
use crate::units::Problem;
use crate::world::codes;
use crate::world::sizes::Sizes;
use serde_json::Value;

/// Adds the limits of a usage list; every problem comes back, located in `file`.
pub fn add_usages(text: &str, file: &str, sizes: &Sizes, quotas: &mut Quotas) -> Vec<Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            let message = format!("not a usage list: {error}");
            let problem = Problem::error(codes::NOT_A_USAGE_LIST, message).in_file(file);
            return vec![problem.at(error.line(), error.column())];
        }
    };
    let mut problems = Vec::new();
    let Some((items, more)) = items(&document) else {
        let problem = Problem::error(codes::NOT_A_USAGE_LIST, "not a usage list: no `value`");
        let hint = "save the whole answer, with `value` and `nextLink`";
        return vec![problem.in_file(file).hint(hint)];
    };
    if more {
        let message = "the last page of the list is missing: `nextLink` leads on";
        problems.push(Problem::warning(codes::MORE_PAGES, message).in_file(file));
    }
    let families = families(sizes);
    for (index, item) in items.into_iter().enumerate() {
        let fault = |what: &str| {
            let message = format!("item {}: {what}", index + 1);
            Problem::error(codes::BAD_USAGE_ITEM, message).in_file(file)
        };
        let Some(kind) = Kind::of(item) else { continue };
        let name = match kind {
            Kind::Family => match text_of(item, "name") {
                Some(name) if family_key(&name).contains("lowpriority") => continue,
                Some(name) => LimitName::parse(&name, &families),
                None => {
                    problems.push(fault("a family without a `name`"));
                    continue;
                }
            },
            Kind::Total => LimitName::Total,
            Kind::Computes => LimitName::Computes,
        };
        let limit = item.get("limit").and_then(Value::as_i64).filter(|n| *n >= -1);
        match (region(item), limit) {
            (Some(region), Some(most)) => {
                let place = format!("{file}, item {}", index + 1);
                if let Err(first) = quotas.add(&region, name.clone(), most, place) {
                    let what = format!("`{name}` in `{region}` has a limit already: {first}");
                    problems.push(Problem::error(codes::LIMIT_TWICE, what).in_file(file));
                }
            }
            (None, _) => {
                problems.push(fault("no `amlWorkspaceLocation`, and no location in its `id`"));
            }
            (_, None) => problems.push(fault("its `limit` is no whole number of at least -1")),
        }
    }
    problems
}

/// The items of a list, and whether another page follows the last one.
fn items(document: &Value) -> Option<(Vec<&Value>, bool)> {
    let page = |page: &Value| {
        let next = page.get("nextLink").and_then(Value::as_str);
        next.is_some_and(|link| !link.is_empty())
    };
    match document {
        Value::Object(_) => {
            let items = document.get("value")?.as_array()?;
            Some((items.iter().collect(), page(document)))
        }
        Value::Array(parts) if parts.iter().any(|p| p.get("value").is_some()) => {
            let pages: Option<Vec<_>> =
                parts.iter().map(|p| p.get("value").and_then(Value::as_array)).collect();
            Some((pages?.into_iter().flatten().collect(), parts.last().is_some_and(page)))
        }
        Value::Array(items) => Some((items.iter().collect(), false)),
        _ => None,
    }
}

/// Which limits are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Family,
    Total,
    Computes,
}

impl Kind {
    /// By the item's `type`, such as `Microsoft.MachineLearningServices/vmFamily/usages`.
    fn of(item: &Value) -> Option<Self> {
        let given = item.get("type").and_then(Value::as_str)?.to_lowercase();
        let inner = given.strip_suffix("/usages").or_else(|| given.strip_suffix("/quotas"))?;
        let mut words = inner.rsplit('/');
        let last = words.next()?;
        // `vmFamily/dedicatedCores` is seen as well as `vmFamily`.
        let family = last == "vmfamily" || words.any(|word| word == "vmfamily");
        match last {
            "dedicatedcores" | "vmfamily" if family => Some(Self::Family),
            "dedicatedcores" => Some(Self::Total),
            "totalcores" => Some(Self::Computes),
            _ => None,
        }
    }
}

/// The `value` of a named thing, else its localized spelling, in either style of key.
fn text_of(item: &Value, key: &str) -> Option<String> {
    let named = item.get(key)?;
    let spelt = |k: &str| named.get(k).and_then(Value::as_str).filter(|t| !t.is_empty());
    let found = spelt("value").or_else(|| spelt("localizedValue"));
    found.or_else(|| spelt("localized_value")).map(str::to_owned)
}

/// Where it holds: said outright, or in the id.
fn region(item: &Value) -> Option<String> {
    let said = ["amlWorkspaceLocation", "aml_workspace_location"];
    let said = said.iter().find_map(|key| item.get(*key).and_then(Value::as_str));
    said.filter(|region| !region.is_empty()).map(str::to_owned).or_else(|| {
        let id = item.get("id").and_then(Value::as_str)?;
        let mut words = id.split('/').skip_while(|word| !word.eq_ignore_ascii_case("locations"));
        words.nth(1).filter(|region| !region.is_empty()).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: &str, name: &str, limit: i64) -> String {
        let id = format!("/subscriptions/0/providers/M/locations/eastus/{kind}/usages/x");
        format!(
            r#"{{"id":"{id}","type":"Microsoft.MachineLearningServices/{kind}/usages",
                "unit":"Count","currentValue":3,"limit":{limit},
                "name":{{"value":"{name}","localizedValue":"{name}"}}}}"#
        )
    }

    fn read(text: &str) -> (Vec<(String, i64)>, Vec<String>) {
        let mut quotas = Quotas::default();
        let problems = add_usages(text, "u.json", &Sizes::builtin(), &mut quotas);
        let limits = quotas.iter().map(|(region, name, most)| (format!("{region} {name}"), most));
        (limits.collect(), problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn pages_arrays_of_pages_and_bare_arrays_say_the_same() {
        let family = item("vmFamily", "Standard DSv2 Family Cluster Dedicated vCPUs", 24);
        let total = item("dedicatedCores", "Total Cluster Dedicated Regional vCPUs", 40);
        let computes = item("totalCores", "Clusters", 200);
        let low = item("lowPriorityCores", "Total Cluster Low Priority Regional vCPUs", 0);
        let again = item("workspaces", "Standard DSv2 Family Cluster Dedicated vCPUs", -1);
        let deeper = item("workspaces/computes", "Standard DSv2 Family", -1);
        let expected = vec![
            ("eastus standardDSv2Family".to_owned(), 24),
            ("eastus total".to_owned(), 40),
            ("eastus computes".to_owned(), 200),
        ];
        let first = format!("{family},{low},{again}");
        let second = format!("{deeper},{total},{computes}");
        for text in [
            format!(r#"{{"value":[{first},{second}],"nextLink":null}}"#),
            format!(r#"[{{"value":[{first}],"nextLink":"x"}},{{"value":[{second}]}}]"#),
            format!("[{first},{second}]"),
        ] {
            assert_eq!(read(&text), (expected.clone(), vec![]));
        }
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said() {
        let (_, problems) = read("{\n  nonsense");
        assert!(problems[0].starts_with("u.json:2:3  error[E0803]"), "{problems:?}");
        assert!(read("{}").1[0].contains("no `value`"));
        let bad = item("vmFamily", "x", -5).replace("locations", "places");
        let (_, problems) = read(&format!(r#"{{"value":[{bad}],"nextLink":"https://x"}}"#));
        assert!(problems[0].contains("W0802") && problems[1].contains("E0804"), "{problems:?}");
    }
}
