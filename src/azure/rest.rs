//! Writes REST calls: the body of every PUT, the body of every `updateIdleShutdownSetting` call,
//! and a script that makes the calls with `az rest`, or only shows them.
//!
//! Bodies hold `${NAME}` where a value comes from the environment of whoever runs the script: the
//! subscription and resource group of a subnet that is only named, and secrets.

use crate::azure::body::{RESOURCE_GROUP, SUBSCRIPTION, iso, resource_body};
use crate::azure::cli_yaml::PlanFile;
use crate::azure::secrets::lift;
use crate::azure::versions::{UPDATE_IDLE, api_version};
use serde_json::{Value as Json, json};

/// The calls for one instance.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Calls {
    /// The instance.
    pub(crate) name: String,
    /// Its workspace, when known.
    pub(crate) workspace: Option<String>,
    /// The body that creates it.
    pub(crate) put: Json,
    /// The API version of that.
    pub(crate) put_version: &'static str,
    /// The body that sets its idle limit, when it has one.
    pub(crate) idle: Option<Json>,
    /// What the script must find in its environment.
    pub(crate) needs: Vec<String>,
}

/// The calls for a plan and an instance.
pub(crate) fn calls(file: &PlanFile, name: &str, workspace: Option<&str>) -> Calls {
    let (document, secrets) = lift(&file.document);
    let put = resource_body(&PlanFile { plan: file.plan.clone(), document });
    let mut needs: Vec<String> = secrets.into_iter().map(|secret| secret.reference).collect();
    let id = put["properties"]["properties"]["subnet"]["id"].as_str().unwrap_or_default();
    let named = [SUBSCRIPTION, RESOURCE_GROUP].into_iter().filter(|place| id.contains(place));
    needs.extend(named.map(|place| place.trim_matches(['$', '{', '}']).to_owned()));
    needs.sort();
    needs.dedup();
    Calls {
        name: name.to_owned(),
        workspace: workspace.map(str::to_owned),
        put_version: api_version(&put),
        put,
        idle: file.plan.idle.map(|i| json!({ "idleTimeBeforeShutdown": iso(i.minutes()) })),
        needs,
    }
}

const SCRIPT_HEAD: &str = r#"#!/usr/bin/env bash
# Applies the bodies in this folder with `az rest`.
#
#   ./apply.sh idle [NAME ..]     sets the idle limit of instances that exist
#   ./apply.sh create [NAME ..]   creates instances (PUT)
#
# It only shows the calls. APPLY=1 makes them. Without names it takes all instances.
# Environment: SUBSCRIPTION_ID, RESOURCE_GROUP, WORKSPACE (where a line below names none), and the
# secrets that the plans name.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

usage() {
  echo "usage: [APPLY=1] ./apply.sh idle|create [NAME ..]" >&2
  exit 2
}

mode=${1:-}
[[ $mode == idle || $mode == create ]] || usage
shift
wanted=("$@")
base='https://management.azure.com/subscriptions'
provider='Microsoft.MachineLearningServices/workspaces'
scratch=''
trap '[[ -z $scratch ]] || rm -f -- "$scratch"' EXIT

# Whether an instance is asked for.
chosen() {
  local name
  ((${#wanted[@]})) || return 0
  for name in "${wanted[@]}"; do
    [[ $name != "$1" ]] || return 0
  done
  return 1
}

# The value of a variable; its name in a dry run that lacks it.
value_of() {
  if [[ -n ${!1:-} ]]; then
    printf '%s' "${!1}"
  elif [[ ${APPLY:-} == 1 ]]; then
    echo "set $1 in the environment" >&2
    exit 1
  else
    printf '%s' "\${$1}"
  fi
}

# A body with values from the environment, readable by nobody else, in $scratch.
fill() {
  local body name value
  body=$(<"$1")
  shift
  for name in "$@"; do
    value=$(value_of "$name")
    value=${value//\\/\\\\}
    value=${value//\"/\\\"}
    body=${body//"\${$name}"/"$value"}
  done
  [[ -z $scratch ]] || rm -f -- "$scratch"
  scratch=$(umask 077 && mktemp)
  printf '%s\n' "$body" >"$scratch"
}

# call MODE METHOD NAME WORKSPACE ACTION VERSION BODY [VARIABLE ..]
call() {
  local for_mode=$1 method=$2 name=$3 workspace=$4 action=$5 version=$6 body=$7 url
  shift 7
  [[ $for_mode == "$mode" ]] && chosen "$name" || return 0
  [[ -n $workspace ]] || workspace=$(value_of WORKSPACE)
  url="$base/$(value_of SUBSCRIPTION_ID)/resourceGroups/$(value_of RESOURCE_GROUP)"
  url+="/providers/$provider/$workspace/computes/$name$action?api-version=$version"
  if [[ ${APPLY:-} == 1 ]]; then
    fill "$body" "$@"
    echo "$method $url" >&2
    az rest --method "$method" --url "$url" --body "@$scratch"
  else
    echo "az rest --method $method --url '$url' --body '@$body'"
  fi
}

"#;

/// The script. Instances that lack a size are not created: Azure would choose one.
pub(crate) fn script(all: &[Calls]) -> String {
    let mut out = SCRIPT_HEAD.to_owned();
    for calls in all {
        let workspace = calls.workspace.as_deref().unwrap_or_default();
        let target = format!("{} {}", quoted(&calls.name), quoted(workspace));
        if calls.idle.is_some() {
            let body = quoted(&idle_path(&calls.name));
            let action = "/updateIdleShutdownSetting";
            out.push_str(&format!("call idle post {target} {action} {UPDATE_IDLE} {body}\n"));
        }
        if calls.put["properties"]["properties"].get("vmSize").is_some() {
            let (version, body) = (calls.put_version, quoted(&put_path(&calls.name)));
            let needs: String = calls.needs.iter().map(|n| format!(" {n}")).collect();
            out.push_str(&format!("call create put {target} '' {version} {body}{needs}\n"));
        } else {
            out.push_str(&format!("# not created, it has no size: {}\n", calls.name));
        }
    }
    out
}

/// Where the body of an instance's PUT lies.
pub(crate) fn put_path(name: &str) -> String {
    format!("{name}.json")
}

/// Where the body of an instance's idle call lies.
pub(crate) fn idle_path(name: &str) -> String {
    format!("{name}.idle.json")
}

/// In single quotes, for the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
