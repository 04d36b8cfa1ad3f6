//! `idlewise images`: whose image is old, and what creating the instance anew costs.

use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs;
use crate::cli::quota::ToFolder;
use crate::cli::world_args::WorldArgs;
use crate::report::{images_sheet, images_text};
use crate::search::creations;
use crate::world::images::{Images, read_images};
use clap::Args;
use std::path::PathBuf;

/// Which instances run an old image, for how long, and what creating them anew costs.
///
/// An instance keeps the image it was created with. Creating it anew means waiting for
/// create_latency; compute is not billed meanwhile. `standing_saved_usd` is what its disk, address
/// and load balancer would cost in that time, were they not billed; the ledger of a simulation does
/// bill them while an instance is created. Where nobody says when an instance was created, it
/// counts from the horizon's start, so its image may be older.
#[derive(Args, Debug)]
pub(crate) struct ImagesArgs {
    #[command(flatten)]
    world: WorldArgs,
    /// Releases: CSV or Parquet with columns released, version. Default: one on the first of every
    /// month.
    #[arg(long, value_name = "FILE")]
    images: Option<PathBuf>,
    #[command(flatten)]
    to: ToFolder,
}

pub(crate) fn run(args: &ImagesArgs, manner: Manner) -> Result<(), Complaints> {
    args.to.check()?;
    let inputs = inputs::read(&args.world, &[], args.to.defects(), manner)?;
    let case = inputs.case();
    let found = creations(&case, &inputs.one_scenario()).map_err(Complaints::input)?;
    let horizon = inputs.trace.horizon;
    let images = match &args.images {
        Some(file) => read_images(file, args.world.assume_utc).map_err(Complaints::input)?,
        None => {
            let oldest = found.iter().map(|s| s.created).min().unwrap_or(horizon.start);
            Images::monthly(oldest, horizon.end)
        }
    };
    let latency = inputs.model.create_latency;
    let sheet = images_sheet(&found, &images, &inputs.instances, (horizon, latency));
    let text = images_text(&sheet);
    args.to.put(&[sheet], &text)
}
