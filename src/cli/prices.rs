//! `idlewise prices`: what is known about prices, with date and source; and the importer of saved
//! answers of the Azure Retail Prices API.

use crate::cli::complain::{Complaints, counted, print_problems};
use crate::cli::inputs::read_text;
use crate::cli::output::{print, write_file};
use crate::cli::scenario_file::open;
use crate::cli::{Manner, exit};
use crate::report::{Format, price_sheet, sheet_bytes, sheet_text};
use crate::table::resolve_with;
use crate::units::Problem;
use crate::world::{ImportedPrices, Price, PriceBook, PriceKind, import_retail};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// List what is known about prices, or import Azure's own list.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:\n  \
    idlewise prices --region westeurope --vm-size Standard_DS3_v2\n  \
    idlewise prices import answers/*.json --out prices.csv\n  \
    idlewise simulate --prices prices.csv --price-kind reserved_1y ...")]
pub(crate) struct PricesArgs {
    #[command(subcommand)]
    command: Option<PricesCommand>,
    /// Only this region, and what holds everywhere.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Only this size, and what every instance needs besides.
    #[arg(long, value_name = "SIZE")]
    vm_size: Option<String>,
    /// Only prices under this agreement, and what has no other than pay-as-you-go.
    #[arg(long, value_parser = PossibleValuesParser::new(PriceKind::ALL.map(PriceKind::as_str))
              .map(|s| PriceKind::parse(&s).unwrap_or_default()))]
    price_kind: Option<PriceKind>,
    /// Prices of your own, on top of the built-in ones.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// How they are printed.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    format: Shape,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// A table to read.
    Table,
    /// Comma-separated values.
    Csv,
    /// A JSON list of objects.
    Json,
}

#[derive(Subcommand, Debug)]
enum PricesCommand {
    /// Turn saved answers of the Azure Retail Prices API into a price table.
    ///
    /// Save every page, following NextPageLink: the queries are in data/README.md. What is left out
    /// is counted with the reason.
    Import(ImportArgs),
}

#[derive(Args, Debug)]
struct ImportArgs {
    /// Saved answers: JSON files, patterns or folders.
    #[arg(required = true, value_name = "ANSWER.json")]
    answers: Vec<String>,
    /// The table to write; without it the table is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &PricesArgs, manner: Manner) -> Result<(), Complaints> {
    match &args.command {
        Some(PricesCommand::Import(import)) => run_import(import, manner),
        None => list(args),
    }
}

fn list(args: &PricesArgs) -> Result<(), Complaints> {
    let book = match &args.prices {
        None => PriceBook::builtin(),
        Some(path) => {
            let text = read_text(path)?;
            let file = path.display().to_string();
            PriceBook::overridden_by(&text, &file).map_err(Complaints::input)?
        }
    };
    let (region, size) = (args.region.as_deref(), args.vm_size.as_deref());
    let rows: Vec<&Price> = book
        .iter()
        .filter(|row| row.is_for(region, size))
        .filter(|row| args.price_kind.is_none_or(|kind| row.kind == kind || !row.is_compute()))
        .collect();
    if size.is_some() && !rows.iter().any(|row| row.is_compute()) {
        let book = book.of_kind(args.price_kind.unwrap_or_default());
        let missing = book.compute(region.unwrap_or("any region"), size.unwrap_or_default());
        return Err(Complaints::input(missing.err().map(Problem::from).into_iter().collect()));
    }
    let sheet = price_sheet(&rows);
    let bytes = match args.format {
        Shape::Table => Ok(sheet_text(&sheet).into_bytes()),
        Shape::Csv => sheet_bytes(&sheet, Format::Csv),
        Shape::Json => sheet_bytes(&sheet, Format::Json),
    };
    let bytes = bytes.map_err(|e| {
        Complaints::input(vec![Problem::error("E0703", e.to_string())]).with_code(exit::IO)
    })?;
    print(&bytes);
    Ok(())
}

fn run_import(args: &ImportArgs, manner: Manner) -> Result<(), Complaints> {
    let io = |problem| Complaints::input(vec![problem]).with_code(exit::IO);
    let files = resolve_with(&args.answers, &["json"]).map_err(io)?;
    let mut texts = Vec::with_capacity(files.len());
    for file in &files {
        texts.push((file.display().to_string(), open(file).map_err(io)?));
    }
    let pages: Vec<(&str, &str)> = texts.iter().map(|(f, t)| (f.as_str(), t.as_str())).collect();
    let found = import_retail(&pages).map_err(Complaints::input)?;
    if !manner.quiet {
        print_problems(&found.warnings);
        eprint!("{}", account(&found, files.len()));
    }
    let csv = found.to_csv();
    match &args.out {
        Some(path) => write_file(path, csv.as_bytes(), args.force),
        None => {
            print(csv.as_bytes());
            Ok(())
        }
    }
}

/// How many items were read, taken and left out, and why.
fn account(found: &ImportedPrices, files: usize) -> String {
    let mut text = format!(
        "{} in {} gave {} in {}\n",
        counted(found.items, "item"),
        counted(files, "file"),
        counted(found.rows.len(), "price"),
        found.currency
    );
    let mut reasons: Vec<_> = found.skipped.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in reasons {
        text.push_str(&format!("{count:>8} left out: {reason}\n"));
    }
    text
}
