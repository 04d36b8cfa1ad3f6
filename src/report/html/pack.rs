//! Long columns of whole numbers as short texts, read back by `unpack` in `core.js`.

use serde_json::Value;
use std::fmt::Write as _;

/// Whole numbers as the differences between neighbours (the first from 0) in base 36 with spaces
/// between; `d*n` stands for the same difference n times.
#[must_use]
pub(super) fn pack(values: impl IntoIterator<Item = i64>) -> Value {
    let (mut text, mut last, mut run) = (String::new(), 0_i64, (0_i64, 0_usize));
    let mut put = |(step, times): (i64, usize)| {
        if times == 0 {
            return;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        base36(&mut text, step);
        if times > 1 {
            text.push('*');
            base36(&mut text, times as i64);
        }
    };
    for value in values {
        let step = value.wrapping_sub(last);
        last = value;
        if run.0 == step {
            run.1 += 1;
        } else {
            put(run);
            run = (step, 1);
        }
    }
    put(run);
    Value::from(text)
}

/// Appends a number in base 36.
pub(super) fn base36(text: &mut String, number: i64) {
    if number < 0 {
        text.push('-');
    }
    let (mut rest, mut digits) = (number.unsigned_abs(), Vec::new());
    loop {
        let digit = u32::try_from(rest % 36).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    text.extend(digits.iter().rev());
}

/// Texts of which many are the same: the different ones, and which each is.
#[must_use]
pub(super) fn pack_words<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
    let texts: Vec<&str> = texts.into_iter().collect();
    let mut words = texts.clone();
    words.sort_unstable();
    words.dedup();
    let place = |text: &&str| words.binary_search(text).map_or(0, |at| at as i64);
    let at = pack(texts.iter().map(place));
    let mut object = serde_json::Map::new();
    object.insert("words".into(), Value::from(words.clone()));
    object.insert("at".into(), at);
    Value::Object(object)
}

/// JSON that may stand inside a `script` element: no `<` in it.
#[must_use]
pub(super) fn script_json(value: &Value) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_differences_and_runs() {
        assert_eq!(pack([5, 5, 5, 41, 40, -40]), "5 0*2 10 -1 -28");
        assert_eq!(pack([0, 0]), "0*2");
        assert_eq!(pack([]), "");
        assert_eq!(pack([10, 20, 30]), "a*3");
        assert_eq!(pack([i64::MAX]), "1y2p0ij32e8e7");
    }

    #[test]
    fn words_are_told_once() {
        let packed = pack_words(["b", "a", "b"]);
        assert_eq!(packed.to_string(), r#"{"words":["a","b"],"at":"1 -1 1"}"#);
    }

    #[test]
    fn nothing_in_the_data_ends_its_element() {
        let text = script_json(&Value::from("</script> & <!--"));
        assert!(!text.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), "</script> & <!--");
    }
}
