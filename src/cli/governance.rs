//! Reads what limits operations: `--roles`, `--quotas` and `--clusters`.

use crate::cli::complain::Complaints;
use crate::cli::exit;
use crate::cli::inputs::{read_text, record};
use crate::cli::world_args::{Names, WorldArgs};
use crate::report::InputRecord;
use crate::table::{resolve, resolve_with};
use crate::units::Problem;
use crate::world::{
    Governance, Instance, QuotaFacts, Quotas, Sizes, add_usages, codes, read_clusters, read_quotas,
    read_roles,
};
use std::path::{Path, PathBuf};

/// What was given; problems go to `problems`.
pub(crate) fn read(
    args: &WorldArgs,
    problems: &mut Vec<Problem>,
) -> Result<(Governance, Vec<InputRecord>), Complaints> {
    let (mut governance, mut records) = (Governance::default(), Vec::new());
    if !args.roles.is_empty() {
        let (roles, found) = read_roles(&resolve(&args.roles).map_err(unreadable)?);
        problems.extend(found);
        records.push(record("roles", roles.canonical().into_iter()));
        governance.roles = Some(roles);
    }
    if !args.quotas.is_empty() || !args.clusters.is_empty() {
        let facts = quota(args, problems)?;
        let limits =
            facts.quotas.iter().map(|(region, name, most)| format!("{region}|{name}|{most}"));
        records.push(record("quotas", limits));
        let mut clusters: Vec<_> = facts.clusters.iter().collect();
        clusters.sort_by_key(|c| c.at);
        let rows = clusters
            .iter()
            .map(|c| format!("{}|{}|{}|{}|{}", c.cluster, c.region, c.vm_size, c.at, c.nodes));
        records.push(record("clusters", rows));
        governance.quota = Some(facts);
    }
    governance.judges_names = args.names == Names::Page;
    Ok((governance, records))
}

fn quota(args: &WorldArgs, problems: &mut Vec<Problem>) -> Result<QuotaFacts, Complaints> {
    let (sizes, mut quotas) = (Sizes::builtin(), Quotas::default());
    if !args.quotas.is_empty() {
        let files = resolve_with(&args.quotas, &["csv", "parquet", "json"]).map_err(unreadable)?;
        let (lists, tables): (Vec<PathBuf>, Vec<PathBuf>) =
            files.into_iter().partition(|file| is_json(file));
        for file in lists {
            let text = read_text(&file)?;
            problems.extend(add_usages(&text, &file.to_string_lossy(), &sizes, &mut quotas));
        }
        problems.extend(read_quotas(&tables, &sizes, &mut quotas));
    }
    let mut clusters = Vec::new();
    if !args.clusters.is_empty() {
        let files = resolve(&args.clusters).map_err(unreadable)?;
        let (found, faults) = read_clusters(&files, args.assume_utc, &sizes);
        clusters = found;
        problems.extend(faults);
    }
    Ok(QuotaFacts { sizes, quotas, clusters })
}

/// Warns of roles for instances that nobody has.
pub(crate) fn check_roles(
    governance: &Governance,
    instances: &[Instance],
    problems: &mut Vec<Problem>,
) {
    let Some(roles) = &governance.roles else { return };
    let known = |name: &str| instances.binary_search_by(|i| i.name.as_str().cmp(name)).is_ok();
    for name in roles.named_instances().filter(|name| !known(name)) {
        let message = format!("a role is for `{name}`, which no instance is called");
        problems.push(Problem::warning(codes::ROLE_FOR_NOBODY, message).field("--roles"));
    }
}

fn is_json(file: &Path) -> bool {
    file.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

fn unreadable(problem: Problem) -> Complaints {
    Complaints::input(vec![problem]).with_code(exit::IO)
}
