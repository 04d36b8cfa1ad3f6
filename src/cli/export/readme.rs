//! README.txt: what each folder holds and how it is applied.

use crate::azure::{Deployment, Form};

const HEAD: &str = "\
Written by `idlewise export`. Nothing has been applied. Every file was read back
and says what its plan says.
";

const YAML: &str = "
yaml/NAME.yml: CLI v2 files.
  az ml compute create --file yaml/NAME.yml -g GROUP -w WORKSPACE
  A file without a name is a plan for any instance: add --name INSTANCE.
  Where a file says ${NAME}, give the value: --set
  'custom_applications[0].environment_variables.NAME'=\"$NAME\"
  The CLI cannot change idle limit, schedules or size of an instance that exists.
";

const ARM: &str = "
arm/NAME.json, arm/NAME.parameters.json: template and parameters.
  az deployment group create -g GROUP --template-file arm/NAME.json \\
      --parameters @arm/NAME.parameters.json --parameters workspaceName=WORKSPACE
  The deployment asks for what has no value, secrets among it.
  An idle limit in a template works when the instance is created, not later.
";

const REST: &str = "
rest/NAME.json, rest/NAME.idle.json, rest/apply.sh: bodies and the calls.
  SUBSCRIPTION_ID=.. RESOURCE_GROUP=.. WORKSPACE=.. bash rest/apply.sh idle
  SUBSCRIPTION_ID=.. RESOURCE_GROUP=.. WORKSPACE=.. bash rest/apply.sh create
  `idle` sets the idle limit of instances that exist, `create` makes instances.
  Both only show the calls; APPLY=1 makes them. An idle limit cannot be taken
  away by this call: in the studio, or by making the instance anew.
";

const POLICY: &str = "
policy/PLAN/: Azure Policy for a subscription.
  az deployment sub create -l REGION --template-file policy/PLAN/deploy.json
  That makes four definitions and the initiative aml-instance-cost; assign it:
  az policy assignment create --name aml-instance-cost \\
      --policy-set-definition aml-instance-cost
  The `append` rules act when an instance is created or updated. The other files
  are the definitions one by one and the initiative; in the latter put the
  subscription's id for {subscriptionId}.
";

const ROLLBACK: &str = "
rollback/: the same for what was there before. Same commands, from this folder.
";

const SCHEDULES: &str = "
Schedules of an instance that exists are changed in the studio, or by making the
instance anew: the public API has no documented call for it, and deploying a
template again has failed for others.
";

/// The text of README.txt.
pub(crate) fn readme(
    forms: &[Form],
    now: &[Deployment],
    former: &[Deployment],
    replayed: bool,
) -> String {
    let mut out = HEAD.to_owned();
    if replayed {
        out.push_str("Replayed over the trace, each costs the same to the micro-dollar.\n");
    }
    for form in forms {
        out.push_str(match form {
            Form::Yaml => YAML,
            Form::Arm => ARM,
            Form::Rest => REST,
            Form::Policy => POLICY,
        });
    }
    if !former.is_empty() {
        out.push_str(ROLLBACK);
    }
    if now.iter().any(|d| !d.file.plan.schedules.is_empty()) && forms != [Form::Policy] {
        out.push_str(SCHEDULES);
    }
    out
}
