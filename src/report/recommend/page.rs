//! `summary.txt`: one page for whoever decides.

use super::proofs_json::month_of_week;
use super::text::{bound_text, families_text, objective_text, verdict_text, wrap};
use super::{Recommendation, settings_text};
use crate::report::terminal::{amount, grouped, hours};
use crate::search::recommend::{HoldOut, Pick, Valued, Verdict, per_month};
use crate::units::Money;
use std::fmt::Write as _;

/// Instances named one by one in a list.
const NAMED: usize = 10;

/// The page.
#[must_use]
pub fn page(answer: &Recommendation<'_>) -> String {
    let mut page = Page::default();
    money(&mut page, answer);
    trust(&mut page, answer);
    people(&mut page, answer);
    compared(&mut page, answer);
    settings(&mut page, answer);
    extras(&mut page, answer);
    steps(&mut page, answer);
    page.text
}

/// Paragraphs under headings, wrapped.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn heading(&mut self, heading: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.text, "{gap}{heading}\n{}", "-".repeat(heading.len()));
    }

    fn say(&mut self, paragraph: &str) {
        wrap(&mut self.text, "", paragraph);
    }

    fn item(&mut self, paragraph: &str) {
        wrap(&mut self.text, "* ", paragraph);
    }
}

fn money(page: &mut Page, answer: &Recommendation<'_>) {
    let (today, followed) = (answer.today_totals(), answer.followed());
    let month = |value: &Valued| amount(per_month(value.score.total, answer.horizon));
    page.heading("What it comes to");
    page.say(&verdict_text(answer));
    page.say(&format!(
        "Today the {} instances cost {} {currency} a month; with what is to be applied, {}. Of \
         both, disk and network, which no schedule saves, are {}.",
        answer.instances.len(),
        month(&today),
        month(&followed),
        amount(per_month(today.score.total.minus(today.score.compute), answer.horizon)),
        currency = answer.currency,
    ));
}

fn trust(page: &mut Page, answer: &Recommendation<'_>) {
    page.heading("Whether to trust it");
    match answer.proofs.map(|proofs| &proofs.hold_out) {
        Some(Some(held)) if held.folds.is_empty() => page.say(
            "The trace is too short to choose on some weeks and test on others: look again after a \
             few weeks.",
        ),
        Some(Some(held)) => hold_out(page, answer, held),
        Some(None) => page.say(
            "The search was stopped before anything could be tested on weeks it was not chosen on.",
        ),
        None => page.say(
            "Nothing was tested on weeks it was not chosen on (--no-checks). Run again without \
             that flag before you apply anything.",
        ),
    }
    page.say(&bound_text(answer));
    if let Some(families) = families_text(answer) {
        page.say(&families);
    }
    if let Some((_, kept)) = &answer.limits {
        let broken: Vec<&str> =
            kept.broken.iter().map(|at| answer.instances[*at].name.as_str()).collect();
        page.say(&match (kept.is_met, broken.as_slice()) {
            (true, []) => "Everybody keeps the limits.".to_owned(),
            (true, some) => format!("The limits are kept but by {}.", named(some)),
            (false, some) => {
                format!("No settings found keep the limits for {}.", named(some))
            }
        });
    }
}

fn hold_out(page: &mut Page, answer: &Recommendation<'_>, held: &HoldOut) {
    let total = &held.total;
    let currency = answer.currency;
    page.say(&format!(
        "Verdict for the fleet: {}. {}",
        total.verdict.as_str(),
        sentence(&total.reason)
    ));
    page.say(&format!(
        "Settings were chosen on earlier weeks and tried on later ones, {} times. Promised: {} \
         {currency} a month less in the objective (waiting and interruptions priced), {} in money. \
         Realised: {}, {} in money.",
        held.folds.len(),
        amount(month_of_week(total.promised.saving())),
        amount(month_of_week(total.promised.money_saving())),
        amount(month_of_week(total.realised.saving())),
        amount(month_of_week(total.realised.money_saving())),
    ));
    if let Some(interval) = total.interval {
        page.say(&format!(
            "If weeks go on as they were, the saving lies between {} and {} {currency} a month in \
             {:.0} of 100 cases.",
            amount(month_of_week(interval.low)),
            amount(month_of_week(interval.high)),
            interval.level * 100.0,
        ));
    }
    let short: Vec<&str> = held
        .instances
        .iter()
        .zip(answer.instances)
        .filter(|(held, _)| held.has_too_little_history)
        .map(|(_, instance)| instance.name.as_str())
        .collect();
    if !short.is_empty() {
        page.say(&format!("Too little history, left as they are: {}.", named(&short)));
    }
}

/// The first letter large, a full stop at the end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

fn named(names: &[&str]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn people(page: &mut Page, answer: &Recommendation<'_>) {
    let (today, then) = (answer.today_totals().score, answer.followed().score);
    page.heading("What changes for people");
    page.say(&format!(
        "Over the {} days replayed they wait {} h for machines to start (today {} h), their work \
         is cut off {} times (today {}), and {} h of runs are lost (today {} h).",
        (answer.horizon.seconds() + 43_200) / 86_400,
        hours(then.wait_s),
        hours(today.wait_s),
        grouped(&then.interruptions().to_string()),
        grouped(&today.interruptions().to_string()),
        hours(then.lost_run_s),
        hours(today.lost_run_s),
    ));
    let more = |pick: &&(usize, &Pick)| pick.1.followed().score.wait_s > pick.1.today.score.wait_s;
    let all: Vec<(usize, &Pick)> = answer.picks.iter().enumerate().collect();
    let mut losers: Vec<(usize, &Pick)> = all.iter().filter(more).copied().collect();
    losers.sort_by_key(|(_, p)| p.today.score.wait_s - p.followed().score.wait_s);
    if let Some((at, pick)) = losers.first() {
        let waits = pick.followed().score.wait_s - pick.today.score.wait_s;
        page.say(&format!(
            "{} of them wait longer than today; most of all {}: {} h more.",
            losers.len(),
            answer.instances[*at].name,
            hours(waits)
        ));
    }
}

fn compared(page: &mut Page, answer: &Recommendation<'_>) {
    page.heading("Compared with");
    page.say(&format!("Weighed: {}.", objective_text(answer)));
    let totals = answer.totals();
    page.item(&format!("recommended for everybody: {}", figures(&totals, answer)));
    for (name, description, value) in answer.baseline_rows() {
        page.item(&format!("{name} ({description}): {}", figures(&value, answer)));
    }
}

fn figures(value: &Valued, answer: &Recommendation<'_>) -> String {
    format!(
        "{} in all, of it {} {} of money; {} h waited, {} interruptions",
        amount(value.objective),
        amount(value.score.total),
        answer.currency,
        hours(value.score.wait_s),
        grouped(&value.score.interruptions().to_string())
    )
}

fn settings(page: &mut Page, answer: &Recommendation<'_>) {
    page.heading("The plans");
    let mut plans: Vec<_> = answer.plans.iter().collect();
    plans.sort_by_key(|plan| std::cmp::Reverse(plan.instances.len()));
    for plan in plans.iter().take(NAMED) {
        let Some(first) = plan.instances.first() else { continue };
        let settings = settings_text(&answer.today[*first], answer.picks[*first].choice.as_ref());
        let names: Vec<&str> =
            plan.instances.iter().map(|at| answer.instances[*at].name.as_str()).collect();
        page.item(&format!("{}: {settings}. For {}.", plan.file, named(&names)));
    }
    if plans.len() > NAMED {
        page.say(&format!(
            "... and {} more, in `plans`. `--plans 3` searches three that all share, \
             `--max-schedules` and `--idle-limits` simpler ones.",
            plans.len() - NAMED
        ));
    }
}

fn extras(page: &mut Page, answer: &Recommendation<'_>) {
    let Some(proofs) = answer.proofs else { return };
    let currency = answer.currency;
    let mut items = Vec::new();
    if let Some(knee) = proofs.pareto.iter().find(|point| point.is_knee) {
        items.push(format!(
            "Money against waiting: the knee is at {} {currency} an hour of waiting, with {} \
             {currency} in all and {} h waited (pareto).",
            knee.value_of_waiting.usd,
            amount(knee.score.total),
            hours(knee.score.wait_s)
        ));
    }
    let seasonal: Money = proofs.seasonal.iter().map(|pair| pair.value).sum();
    if !proofs.seasonal.is_empty() {
        items.push(format!(
            "Clocks change and schedules do not follow: for {} instances a summer and a winter \
             plan would save {} {currency} more in the objective (`seasonal` in \
             recommendation.json).",
            proofs.seasonal.len(),
            amount(seasonal)
        ));
    }
    let recreate: Money = proofs.recreate.iter().map(|one| one.saving).sum();
    if !proofs.recreate.is_empty() {
        items.push(format!(
            "Delete instead of stop: {} instances stand unused so long that creating them anew \
             when needed would save {} {currency} (`recreate`).",
            proofs.recreate.len(),
            amount(recreate)
        ));
    }
    if let Some(kept) = proofs.keep_awake.iter().max_by_key(|kept| kept.cost) {
        items.push(format!(
            "What keeps instances on most under these plans: {}, {} h, {} {currency}.",
            kept.signal.as_str(),
            hours(kept.kept_on_s),
            amount(kept.cost)
        ));
    }
    if !items.is_empty() {
        page.heading("Worth knowing");
        items.iter().for_each(|item| page.item(item));
    }
}

fn steps(page: &mut Page, answer: &Recommendation<'_>) {
    let some = answer.picks.iter().any(|p| p.verdict != Verdict::DoNotApply);
    page.heading("What to do");
    if !some {
        page.say("Nothing: no change is worth making by these figures.");
        return;
    }
    page.item("Look at recommendation.csv: a row per instance, with its verdict and the reason.");
    page.item(
        "Apply a plan when an instance is created: az ml compute create --file plans/NAME.yml \
         --name INSTANCE -g GROUP -w WORKSPACE, or deploy arm/NAME.json.",
    );
    page.item(
        "For instances that exist: `idlewise export plans/NAME.yml --to rest --instance INSTANCE \
         --out calls` writes the call that sets the idle limit; schedules are changed in the \
         studio.",
    );
    page.item(
        "Check by yourself: `idlewise simulate` with plans/NAME.yml on the same trace gives \
         exactly the figures in recommendation.json.",
    );
    page.item("To undo: apply the plans in `rollback`, which are today's.");
}
