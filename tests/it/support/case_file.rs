//! The language of worked examples: what a `.case` file says, before anything is run.
//!
//! ```text
//! # RULE-ID, RULE-ID: what it shows
//! # ... and how the numbers come about
//! horizon 2024-01-01T00:00:00Z/2024-01-02T00:00:00Z     also: rules dst seed set
//! plan NAME:                                            a block is indented by two blanks
//!   idle_time_before_shutdown_minutes: 60
//! activity:                                             also: operations: instances: prices:
//!   instance,kind,start,end
//!   ci,kernel,09:00,10:00
//! file NAME:                                            any other file beside them
//! exit 1                                                default 0
//! stderr TEXT                                           a part of stderr
//! expect ci: running_s=3360 wait_s=240                  columns of instances.csv
//! expect ledger:                                        all of ledger.csv, without its header
//!   ci,2024-01,compute,3660,0.293,hour,0.297883
//! events ci:                                            all of its events: at event cause rule
//!   09:00 starting demand DEM-3
//! ```
//!
//! A time lacks on the left what the horizon's start says (`09:00`, `02T09:00`, `02-01T09:00`) and
//! on the right seconds that are 0, and is UTC. With several plans `ci` is `PLAN/ci`.

/// One example.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Case {
    /// The rules of its first line.
    pub(crate) rules: Vec<String>,
    /// Flags of the program, in order.
    pub(crate) flags: Vec<String>,
    /// The exit code it should end with.
    pub(crate) exit: i32,
    /// Parts of stderr, with their lines.
    pub(crate) stderr: Vec<(usize, String)>,
    /// Files by name.
    pub(crate) files: Vec<(String, String)>,
    /// Files that are plans.
    pub(crate) plans: Vec<String>,
    /// Expected cells.
    pub(crate) cells: Vec<Cell>,
    /// All of the ledger, if it is expected.
    pub(crate) ledger: Option<Block>,
    /// Expected events, each with its `PLAN/INSTANCE` or `INSTANCE`.
    pub(crate) events: Vec<(String, Block)>,
    /// Date the horizon starts on.
    pub(crate) first_day: String,
}

/// One expected cell of `instances.csv`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// The line that expects it, from 1.
    pub(crate) line: usize,
    /// `PLAN/INSTANCE` or `INSTANCE`.
    pub(crate) who: String,
    /// The column.
    pub(crate) column: String,
    /// The value as text.
    pub(crate) value: String,
}

/// Indented lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Block {
    /// The line of its head, from 1.
    pub(crate) line: usize,
    /// Its lines, without the indent.
    pub(crate) lines: Vec<String>,
}

/// Tables whose times may be short.
const TABLES: [&str; 3] = ["activity", "operations", "instances"];
/// Flags that are spelt without dashes.
const FLAGS: [&str; 6] = ["horizon", "rules", "dst", "seed", "set", "names"];

impl Case {
    /// Reads an example.
    ///
    /// # Errors
    /// The first line that is not of the language, with its number.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut case = Self { rules: subject(text)?, ..Self::default() };
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            let number = at + 1;
            at += 1;
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let length = lines[at..].iter().take_while(|l| l.starts_with("  ")).count();
            let block: Vec<String> =
                lines[at..at + length].iter().map(|l| l[2..].to_owned()).collect();
            at += length;
            match line.strip_suffix(':').filter(|head| !head.starts_with("stderr ")) {
                Some(head) => case.block(head, Block { line: number, lines: block }),
                None if length > 0 => Err("a block under a line without `:`".to_owned()),
                None => case.directive(number, line),
            }
            .map_err(|why| format!("{number}: {why}: {line}"))?;
        }
        if case.first_day.is_empty() {
            return Err("1: no horizon".to_owned());
        }
        Ok(case)
    }

    fn directive(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').ok_or("one word alone")?;
        match word {
            "expect" => return self.expect(number, rest),
            "exit" => self.exit = rest.parse().map_err(|_| "not an exit code")?,
            "stderr" => self.stderr.push((number, rest.to_owned())),
            _ if FLAGS.contains(&word) => {
                if word == "horizon" {
                    self.first_day = rest.get(..10).ok_or("not a horizon")?.to_owned();
                }
                self.flags.extend([format!("--{word}"), rest.to_owned()]);
            }
            _ => return Err("unknown word".to_owned()),
        }
        Ok(())
    }

    fn expect(&mut self, number: usize, rest: &str) -> Result<(), String> {
        let (who, cells) = rest.split_once(": ").ok_or("no `: ` after the instance")?;
        for cell in cells.split_whitespace() {
            let (column, value) = cell.split_once('=').ok_or("a cell without `=`")?;
            self.cells.push(Cell {
                line: number,
                who: who.to_owned(),
                column: column.to_owned(),
                value: value.to_owned(),
            });
        }
        Ok(())
    }

    fn block(&mut self, head: &str, block: Block) -> Result<(), String> {
        let text = |lines: &[String]| lines.join("\n") + "\n";
        match head.split_once(' ').unwrap_or((head, "")) {
            ("expect", "ledger") => self.ledger = Some(block),
            ("events", who) if !who.is_empty() => self.events.push((who.to_owned(), block)),
            ("file", name) if !name.is_empty() => {
                self.files.push((name.to_owned(), text(&block.lines)));
            }
            ("plan", name) => {
                let file = format!("{}.yml", if name.is_empty() { "plan" } else { name });
                self.files.push((file.clone(), text(&block.lines)));
                self.plans.push(file);
            }
            ("prices", "") => self.files.push(("prices.csv".to_owned(), text(&block.lines))),
            (table, "") if TABLES.contains(&table) => {
                if self.first_day.is_empty() {
                    return Err("the horizon comes first".to_owned());
                }
                let day = &self.first_day;
                let row = |line: &String| {
                    line.split(',').map(|c| long_time(c, day)).collect::<Vec<_>>().join(",")
                };
                let rows: Vec<String> = block.lines.iter().map(row).collect();
                self.files.push((format!("{table}.csv"), text(&rows)));
            }
            _ => return Err("unknown block".to_owned()),
        }
        Ok(())
    }

    /// Whether the example has a file of this name.
    pub(crate) fn has(&self, file: &str) -> bool {
        self.files.iter().any(|(name, _)| name == file)
    }
}

/// The rules of the first line: `# DEM-4, STATE-5: what it shows`.
fn subject(text: &str) -> Result<Vec<String>, String> {
    let first = text.lines().next().unwrap_or_default();
    let ids = first.strip_prefix("# ").and_then(|l| l.split_once(": ")).map(|(ids, _)| ids);
    let rules: Vec<String> = ids.unwrap_or_default().split(", ").map(str::to_owned).collect();
    let is_id = |id: &String| {
        let parts = id.split_once('-');
        parts.is_some_and(|(f, n)| f.chars().all(char::is_uppercase) && n.parse::<u32>().is_ok())
    };
    if rules.iter().all(is_id) { Ok(rules) } else { Err("1: not `# RULE-ID: ...`".to_owned()) }
}

/// A short time in full; anything else as it is.
pub(crate) fn long_time(cell: &str, first_day: &str) -> String {
    let (date, time) = cell.split_once('T').unwrap_or(("", cell));
    let like = |text: &str, shape: &str| {
        let fits = |(c, s): (char, char)| if s == '0' { c.is_ascii_digit() } else { c == s };
        text.len() == shape.len() && text.chars().zip(shape.chars()).all(fits)
    };
    let dated = ["", "00", "00-00", "0000-00-00"].iter().any(|shape| like(date, shape));
    let seconds = if like(time, "00:00") { ":00" } else { "" };
    if !dated || (seconds.is_empty() && !like(time, "00:00:00")) {
        return cell.to_owned();
    }
    format!("{}{date}T{time}{seconds}Z", &first_day[..first_day.len() - date.len()])
}

/// The shortest form of a time in full.
pub(crate) fn short_time(full: &str, first_day: &str) -> String {
    let (date, time) = full.trim_end_matches('Z').split_once('T').unwrap_or(("", full));
    let time = time.strip_suffix(":00").filter(|t| t.len() == 5).unwrap_or(time);
    let same = |from: usize| date.get(..from) == first_day.get(..from);
    let date = match () {
        () if same(10) => return time.to_owned(),
        () if same(8) => &date[8..],
        () if same(5) => &date[5..],
        () => date,
    };
    format!("{date}T{time}")
}
