//! `idlewise export`: plans as files that Azure takes, each read back and, given a trace, replayed.

mod prove;
mod readme;
mod targets;

use crate::azure::{Deployment, Form, OutFile, ReadBack, validate, warnings, write};
use crate::cli::Manner;
use crate::cli::complain::{Complaints, print_problems};
use crate::cli::output::OutFolder;
use crate::cli::what_if::WhatIf;
use crate::units::Problem;
use clap::Args;
use prove::{OptionalWorld, Stage};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  idlewise export idle-60.yml --to arm --to rest --instance ci-anna --out files
  idlewise export idle-60.yml --to yaml --instances instances.csv \\
      --activity activity.csv --out files

DIR then holds one folder per form, `rollback` with the same forms of what was
there before, and README.txt, which says how to apply them. Nothing is applied.";

/// Write plans as files that Azure takes: CLI YAML, ARM templates, REST calls, policies.
///
/// Every file is read back and must say what its plan says; with --activity both are replayed and
/// must cost the same to the micro-dollar.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExportArgs {
    /// Plans, in any of Azure's formats. Without any: the plans that --instances has.
    #[arg(value_name = "PLAN")]
    plans: Vec<PathBuf>,
    /// The forms to write, several with several flags.
    #[arg(long, required = true, value_enum, value_name = "FORM")]
    to: Vec<To>,
    /// Instances to write the plan for.
    ///
    /// Without this and without --instances, a plan is for the instance that its `name` names.
    #[arg(long, num_args = 1.., value_name = "NAME")]
    instance: Vec<String>,
    /// Plans that were in force, for the folder `rollback`: one for all, or one per instance, found
    /// by its `name`.
    ///
    /// Without it: the plans that --instances has.
    #[arg(long, num_args = 1.., value_name = "PLAN")]
    rollback: Vec<PathBuf>,
    /// Why the plan was chosen: a comment in every YAML file.
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    #[command(flatten)]
    what_if: WhatIf,
    #[command(flatten)]
    world: OptionalWorld,
    #[command(flatten)]
    folder: OutFolder,
}

/// `--to`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum To {
    /// CLI v2 YAML.
    Yaml,
    /// ARM template and parameters.
    Arm,
    /// REST bodies and a script.
    Rest,
    /// Azure Policy.
    Policy,
}

impl To {
    const fn form(self) -> Form {
        match self {
            Self::Yaml => Form::Yaml,
            Self::Arm => Form::Arm,
            Self::Rest => Form::Rest,
            Self::Policy => Form::Policy,
        }
    }
}

pub(crate) fn run(args: &ExportArgs, manner: Manner) -> Result<(), Complaints> {
    args.folder.check_free()?;
    let mut forms: Vec<Form> = args.to.iter().map(|to| to.form()).collect();
    forms.sort();
    forms.dedup();
    let targets::Targets { mut now, former, notes } = targets::find(args, &forms, manner)?;
    let problems = now.iter().chain(&former).flat_map(|d| validate(&d.file, &d.path));
    report(notes.into_iter().chain(problems), manner)?;
    report(forms.iter().flat_map(|form| now.iter().flat_map(|d| warnings(*form, d))), manner)?;

    let stage = Stage::set(args, &now, manner)?;
    if let Some(stage) = &stage {
        stage.tell_costs(&mut now);
    }
    if let Some(why) = &args.why {
        now.iter_mut().for_each(|d| d.comments.push(why.clone()));
    }
    let mut files = Vec::new();
    for form in &forms {
        let read_back = write_form(*form, &now, form.as_str(), &mut files)?;
        if let Some(stage) = &stage {
            stage.prove(*form, &read_back)?;
        }
    }
    for form in forms.iter().filter(|form| **form != Form::Policy && !former.is_empty()) {
        write_form(*form, &former, &format!("rollback/{}", form.as_str()), &mut files)?;
    }
    let staging = args.folder.begin()?;
    for (path, bytes) in &files {
        staging.write(path, bytes)?;
    }
    let readme = readme::readme(&forms, &now, &former, stage.is_some());
    staging.write("README.txt", readme.as_bytes())?;
    staging.finish()?;
    println!(
        "{} files are in {}; README.txt says how to apply them",
        files.len() + 1,
        args.folder.out.display()
    );
    Ok(())
}

fn write_form(
    form: Form,
    deployments: &[Deployment],
    folder: &str,
    files: &mut Vec<OutFile>,
) -> Result<ReadBack, Complaints> {
    let (mut written, read_back) = write(form, deployments, folder).map_err(Complaints::input)?;
    files.append(&mut written);
    Ok(read_back)
}

/// Prints warnings, each once; ends here when there are errors.
fn report(problems: impl IntoIterator<Item = Problem>, manner: Manner) -> Result<(), Complaints> {
    let (mut errors, mut warnings): (Vec<Problem>, Vec<Problem>) =
        problems.into_iter().partition(Problem::is_error);
    for list in [&mut errors, &mut warnings] {
        list.sort();
        list.dedup();
    }
    if !manner.quiet {
        print_problems(&warnings);
    }
    if errors.is_empty() { Ok(()) } else { Err(Complaints::input(errors)) }
}
