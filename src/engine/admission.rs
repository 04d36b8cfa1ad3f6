//! Which operations are refused whatever state the instance is in: by who asks (the page's
//! role-based access), and by the name of what is to be created. What is fixed at creation (SPEC
//! 1.2) is refused by the replay itself; what quota refuses is settled in
//! [`crate::engine::settle_quota`].
//!
//! The order is the service's: access first, then the request itself, then quota.

use crate::trace::{Op, Operation};
use crate::world::{AccessAction, Instance, Roles, name_fault};
use std::collections::BTreeMap;

/// What an operation is refused by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RefusalCause {
    /// The actor lacks an action.
    Role,
    /// The product page does not allow the name.
    Name,
    /// QUOTA-2: a limit is short.
    Quota,
}

impl RefusalCause {
    /// All of them, in the order in which they are looked at.
    pub const ALL: [Self; 3] = [Self::Role, Self::Name, Self::Quota];

    /// The cause in event files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Name => "name",
            Self::Quota => "quota",
        }
    }

    /// The rule in event files. The product page's own rules have no numbers.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Role => "PAGE-RBAC",
            Self::Name => "PAGE-NAME",
            Self::Quota => "QUOTA-2",
        }
    }
}

/// A refusal with the reason a person reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What refused it.
    pub cause: RefusalCause,
    /// Why.
    pub reason: String,
}

/// An operation as it reaches an instance.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'o> {
    /// The operation.
    pub operation: &'o Operation,
    /// What refuses it, if anything does.
    pub refused: Option<RefusalCause>,
}

impl<'o> Asked<'o> {
    /// An operation nothing refuses.
    #[must_use]
    pub const fn granted(operation: &'o Operation) -> Self {
        Self { operation, refused: None }
    }
}

/// What access and, where they are judged, names refuse, for each operation.
#[must_use]
pub fn admit(
    instances: &[Instance],
    operations: &[Operation],
    roles: Option<&Roles>,
    judges_names: bool,
) -> Vec<Option<Refusal>> {
    let by_name: BTreeMap<&str, &Instance> =
        instances.iter().map(|i| (i.name.as_str(), i)).collect();
    let refusal = |operation: &Operation| {
        let instance = by_name.get(operation.instance.as_str());
        let access = roles.zip(instance).and_then(|(r, i)| access_refusal(r, i, operation));
        access.or_else(|| name_refusal(operation).filter(|_| judges_names))
    };
    operations.iter().map(refusal).collect()
}

fn access_refusal(roles: &Roles, instance: &Instance, operation: &Operation) -> Option<Refusal> {
    let missing = roles.check(&operation.actor, needed(&operation.op), instance).err()?;
    let (who, what) = (&operation.actor, missing.as_str());
    let reason = format!("`{who}` lacks the action {what}");
    Some(Refusal { cause: RefusalCause::Role, reason })
}

fn name_refusal(operation: &Operation) -> Option<Refusal> {
    let creates = matches!(operation.op, Op::Create { .. });
    let fault = name_fault(&operation.instance).filter(|_| creates)?;
    let reason = format!("`{}`: {fault}", operation.instance);
    Some(Refusal { cause: RefusalCause::Name, reason })
}

/// The actions an operation needs; none for what is refused anyway.
const fn needed(op: &Op) -> &'static [AccessAction] {
    match op {
        Op::Create { .. } => &[AccessAction::Write, AccessAction::CheckName],
        Op::Delete => &[AccessAction::Delete],
        Op::Start => &[AccessAction::Start],
        Op::Stop => &[AccessAction::Stop],
        Op::Restart => &[AccessAction::Restart],
        Op::SetIdle(_) | Op::SetPlan(_) => &[AccessAction::UpdateSchedules],
        Op::Resize(_) | Op::EnableSsh => &[],
    }
}
