//! `idlewise completions` and `idlewise man`: what the command line says about itself, as files
//! that shells and `man` read.

use crate::cli::Cli;
use crate::cli::complain::Complaints;
use crate::cli::output::Staging;
use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;
use std::path::{Path, PathBuf};

/// Write a completion script to standard output.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    idlewise completions bash > ~/.local/share/bash-completion/completions/idlewise\n  \
    idlewise completions zsh > ~/.zfunc/_idlewise\n  \
    idlewise completions fish > ~/.config/fish/completions/idlewise.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell to complete in.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn completions(args: &CompletionsArgs) {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "idlewise", &mut script);
    crate::cli::output::print(&script);
}

/// Write a manual page for every command.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  \
    idlewise man pages && man pages/idlewise-simulate.1")]
pub(crate) struct ManArgs {
    /// Folder for the pages; must be absent or empty.
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Replace what is in the folder.
    #[arg(long)]
    force: bool,
}

pub(crate) fn man(args: &ManArgs) -> Result<(), Complaints> {
    let staging = Staging::begin(&args.out, args.force)?;
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut names = Vec::new();
    pages(&command, &staging, &mut names)?;
    staging.finish()?;
    println!("{} pages are in {}", names.len(), args.out.display());
    Ok(())
}

/// The page of a command, then those of its subcommands.
fn pages(command: &Command, staging: &Staging, names: &mut Vec<String>) -> Result<(), Complaints> {
    let man = clap_mangen::Man::new(command.clone());
    let name = man.get_filename();
    let mut page = Vec::new();
    man.render(&mut page).map_err(|e| Complaints::io("write", Path::new(&name), &e))?;
    staging.write(&name, &page)?;
    names.push(name);
    let shown = command.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help");
    shown.into_iter().try_for_each(|sub| pages(sub, staging, names))
}
