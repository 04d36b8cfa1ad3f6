//! `idlewise errors`: what a code means, why it comes up and what to do about it.

use crate::cli::complain::Complaints;
use crate::report::catalogue;
use crate::units::{Problem, nearest};
use clap::Args;

/// Explain the codes of errors and warnings.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  idlewise errors E0205")]
pub(crate) struct ErrorsArgs {
    /// The code; without one, all are listed.
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub(crate) fn run(args: &ErrorsArgs) -> Result<(), Complaints> {
    let Some(code) = &args.code else {
        print!("{}", catalogue::overview());
        return Ok(());
    };
    let Some(entry) = catalogue::find(code) else {
        let near = nearest(code, catalogue::entries().map(|entry| entry.code));
        let problem = Problem::error("E0506", format!("there is no code `{code}`"));
        let hint = match near.as_slice() {
            [] => "`idlewise errors` lists all".to_owned(),
            near => format!("did you mean {}?", near.join(", ")),
        };
        return Err(Complaints::usage(problem.hint(hint)));
    };
    print!("{}", catalogue::explain(entry));
    Ok(())
}
