//! The grammar of one field of a five-field cron expression (SCHED-2), strict, with located errors.
//!
//! The product page lists `*`, numbers, lists and ranges; steps and names are taken too and noted.
//! Azure's own reader is NCrontab, which swaps a reversed range without a word and knows no `7`,
//! `L`, `W`, `#` or `?`: what it would misread is an error here.

use crate::units::FieldError;

/// One of the five fields.
#[derive(Debug)]
pub(super) struct Field {
    /// What errors call it.
    pub(super) name: &'static str,
    /// Smallest value.
    pub(super) min: u32,
    /// Largest value.
    pub(super) max: u32,
    /// Names of the values from `min` on; their first three letters do as well.
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEK_DAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The five fields in the order they are written.
pub(super) const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day-of-month", min: 1, max: 31, names: &[] },
    Field { name: "month", min: 1, max: 12, names: &MONTHS },
    Field { name: "day-of-week", min: 0, max: 6, names: &WEEK_DAYS },
];

/// A piece of the expression and where it starts, counted in characters from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) column: usize,
}

impl<'a> Piece<'a> {
    /// Splits at the first `mark`.
    fn split_once(self, mark: char) -> Option<(Self, Self)> {
        let (left, right) = self.text.split_once(mark)?;
        let skip = left.chars().count().saturating_add(1);
        let right = Piece { text: right, column: self.column.saturating_add(skip) };
        Some((Piece { text: left, column: self.column }, right))
    }

    /// Splits at every character for which `is_mark` holds.
    pub(super) fn split(self, is_mark: impl Fn(char) -> bool + 'a) -> impl Iterator<Item = Self> {
        let mut column = self.column;
        self.text.split(is_mark).map(move |text| {
            let piece = Piece { text, column };
            column = column.saturating_add(text.chars().count()).saturating_add(1);
            piece
        })
    }

    fn error(self, message: impl Into<String>) -> FieldError {
        FieldError::new(self.column, self.text, message)
    }
}

/// The values of one field and what in it deserves a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Values {
    /// Bit `n` is set when the field holds `n`.
    pub(super) bits: u64,
    /// Column of the first step.
    pub(super) step: Option<usize>,
    /// Column of the first step that is longer than its range.
    pub(super) lone_step: Option<usize>,
    /// Column of the first name.
    pub(super) name: Option<usize>,
}

impl Values {
    /// The values, ascending.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> {
        (0..64).filter(move |n| self.bits >> n & 1 == 1)
    }
}

/// First and last value of a range, inclusive.
type Range = (u32, u32);

impl Field {
    /// Reads the whole field: a list of one or more items.
    pub(super) fn parse(&self, field: Piece<'_>) -> Result<Values, FieldError> {
        let mut values = Values::default();
        for item in field.split(|c| c == ',') {
            if item.text.is_empty() {
                let message = format!("an empty item in the {} list `{}`", self.name, field.text);
                return Err(FieldError::new(item.column, field.text, message)
                    .hint("write values with one comma between two of them and no blanks"));
            }
            self.item(item, &mut values)?;
        }
        Ok(values)
    }

    /// `*`, `a`, `a-b`, each with or without `/n`.
    fn item(&self, item: Piece<'_>, values: &mut Values) -> Result<(), FieldError> {
        let (base, step) = match item.split_once('/') {
            Some((base, step)) => (base, Some(step)),
            None => (item, None),
        };
        let (first, mut last) = self.range(base, values)?;
        let mut stride = 1;
        if let Some(step) = step {
            stride = self.step(step)?;
            if base.text != "*" && !base.text.contains('-') {
                last = self.max; // `a/n` runs from a to the end of the field
            }
            values.step.get_or_insert(step.column);
            if stride > last.saturating_sub(first) {
                values.lone_step.get_or_insert(step.column);
            }
        }
        let mut value = first;
        while value <= last {
            values.bits |= 1 << value;
            value = value.saturating_add(stride);
        }
        Ok(())
    }

    fn step(&self, step: Piece<'_>) -> Result<u32, FieldError> {
        let hint = "write a whole number from 1 on after the `/`, such as `*/2`";
        match number(step.text) {
            Some(0) => Err(step.error("a step of 0 never moves on").hint(hint)),
            Some(n) => Ok(n),
            None => {
                let message = format!("`{}` is not a step of the {} field", step.text, self.name);
                Err(step.error(message).hint(hint))
            }
        }
    }

    fn range(&self, base: Piece<'_>, values: &mut Values) -> Result<Range, FieldError> {
        if base.text == "*" {
            return Ok((self.min, self.max));
        }
        let Some((low, high)) = base.split_once('-') else {
            let value = self.value(base, values)?;
            return Ok((value, value));
        };
        if low.text.is_empty() || high.text.is_empty() {
            let message = format!("`{}` is not a range", base.text);
            return Err(base.error(message).hint("write it as first-last, such as `1-5`"));
        }
        let (first, last) = (self.value(low, values)?, self.value(high, values)?);
        if first <= last {
            return Ok((first, last));
        }
        let message = format!("the range `{}` runs backwards", base.text);
        Err(base.error(message).hint(format!("write `{}`", self.unrolled(first, last))))
    }

    /// How to write a range that goes over the end of the field.
    fn unrolled(&self, first: u32, last: u32) -> String {
        let span = |from: u32, to: u32| match to.checked_sub(from) {
            Some(0) | None => from.to_string(),
            Some(1) => format!("{from},{to}"),
            Some(_) if self.max == 6 => {
                (from..=to).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
            }
            Some(_) => format!("{from}-{to}"),
        };
        format!("{},{}", span(first, self.max), span(self.min, last))
    }

    fn value(&self, piece: Piece<'_>, values: &mut Values) -> Result<u32, FieldError> {
        if let Some(value) = self.named(piece.text) {
            values.name.get_or_insert(piece.column);
            return Ok(value);
        }
        if !piece.text.is_empty() && piece.text.bytes().all(|b| b.is_ascii_digit()) {
            let value = number(piece.text).filter(|n| (self.min..=self.max).contains(n));
            return value.ok_or_else(|| self.out_of_range(piece));
        }
        let message = format!("`{}` is not a value of the {} field", piece.text, self.name);
        Err(piece.error(message).hint(self.foreign(piece.text)))
    }

    fn named(&self, text: &str) -> Option<u32> {
        let matches = |name: &&str| {
            let short = name.get(..3).unwrap_or(name);
            name.eq_ignore_ascii_case(text) || short.eq_ignore_ascii_case(text)
        };
        let index = self.names.iter().position(matches)?;
        u32::try_from(index).ok()?.checked_add(self.min)
    }

    fn out_of_range(&self, piece: Piece<'_>) -> FieldError {
        let (name, min, max) = (self.name, self.min, self.max);
        let error = piece.error(format!("`{}` is not a {name} ({min} to {max})", piece.text));
        if max == 6 {
            return error.hint("Sunday is 0 and Saturday is 6: write Sunday as `0`");
        }
        error.hint(format!("write a number from {min} to {max}"))
    }

    /// The way out of other dialects' signs.
    fn foreign(&self, text: &str) -> String {
        let upper = text.to_ascii_uppercase();
        if upper == "?" {
            return "`?` belongs to Quartz: write `*`".into();
        }
        if upper.contains('#') {
            return "`#` belongs to Quartz: no cron expression for Azure means the nth weekday"
                .into();
        }
        if self.name == "day-of-month" && matches!(upper.as_str(), "L" | "LW") {
            return "`L` belongs to Quartz: for the last day of the month write a recurrence with \
                    month_days: [-1]"
                .into();
        }
        let stripped = upper.trim_end_matches(['L', 'W']);
        if stripped != upper && stripped.bytes().all(|b| b.is_ascii_digit()) {
            return "`L` and `W` belong to Quartz: write the days themselves".into();
        }
        if upper.contains('*') {
            return "`*` stands alone, or before a step such as `*/2`".into();
        }
        let (min, max) = (self.min, self.max);
        match self.names.first().and_then(|name| name.get(..3)) {
            Some(name) => format!("write a number from {min} to {max}, or a name such as `{name}`"),
            None => format!("write a number from {min} to {max}"),
        }
    }
}

/// Decimal digits only: no sign, no blank.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
