//! `--memory-limit`, and the parts in which larger activity is taken.

use crate::cli::complain::Complaints;
use crate::cli::inputs::Inputs;
use crate::trace::{Shards, Trace};
use bytesize::ByteSize;
use clap::Args;
use std::ops::Range;

/// How much memory activity may take.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct MemoryArgs {
    /// Keep activity in about this much memory, such as 500MB or 2GiB; what is beyond waits in
    /// temporary files. Results are the same. [default: half of what the machine has]
    #[arg(long, value_name = "SIZE")]
    memory_limit: Option<ByteSize>,
}

impl MemoryArgs {
    /// The limit \[bytes\].
    pub(crate) fn bytes(self) -> u64 {
        self.memory_limit.map_or_else(|| machine_memory() / 2, |size| size.as_u64())
    }
}

/// What the machine has, or what the container may use of it \[bytes\].
fn machine_memory() -> u64 {
    let memory = Memory::now();
    memory.limit.unwrap_or(memory.all)
}

/// The memory of this machine \[bytes\].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// All of it; 0 where the system does not say.
    pub(crate) all: u64,
    /// What is free.
    pub(crate) free: u64,
    /// What this process may use, where that is less.
    pub(crate) limit: Option<u64>,
}

impl Memory {
    /// As it is now.
    pub(crate) fn now() -> Self {
        let mut system = sysinfo::System::new();
        system.refresh_memory();
        let all = system.total_memory();
        let limit = system.cgroup_limits().map(|limits| limits.total_memory);
        let limit = limit.filter(|limit| *limit > 0 && *limit < all);
        Self { all, free: system.available_memory(), limit }
    }
}

/// Calls `each` with every part of the activity and the positions of the instances in it, in order;
/// every instance is in one part, whether anybody used it or not. Without shards the inputs hold
/// all of it.
pub(crate) fn in_parts(
    inputs: &Inputs,
    shards: Option<&Shards>,
    mut each: impl FnMut(&Trace, Range<usize>) -> Result<(), Complaints>,
) -> Result<(), Complaints> {
    let Some(shards) = shards else {
        return each(&inputs.trace, 0..inputs.instances.len());
    };
    let mut from = 0;
    for names in shards.parts() {
        let to = match shards.names().get(names.end) {
            Some(next) => inputs.instances.partition_point(|i| i.name < *next),
            None => inputs.instances.len(),
        };
        let trace = shards.part(names).map_err(|p| Complaints::input(vec![p]))?;
        each(&trace, from..to)?;
        from = to;
    }
    Ok(())
}
