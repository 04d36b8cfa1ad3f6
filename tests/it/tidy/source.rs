//! Just enough of Rust's grammar to tell code from comment, shipped from tested, and to read paths.

use std::ops::Range;

/// A file whose name says that all of it is tests.
pub(super) fn is_test_file(name: &str) -> bool {
    name.ends_with("tests.rs") || name.starts_with("tests/") || name.contains("/tests/")
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The text with comments, strings and characters turned to spaces: every offset and line stays.
pub(super) fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let word = rest.iter().take_while(|b| is_word(**b)).count();
        let (start, length) = match rest {
            [b'/', b'/', ..] => (0, rest.iter().take_while(|b| **b != b'\n').count()),
            [b'/', b'*', ..] => (0, block_comment(rest)),
            [b'"', ..] => (0, quoted(rest, b'"')),
            [b'\'', b'\\', ..] => (0, quoted(rest, b'\'')),
            [b'\'', ..] => (0, character(&text[at..])),
            _ if matches!(&rest[..word], b"r" | b"br" | b"cr") => (word, raw_string(&rest[word..])),
            _ => (word.max(1), 0),
        };
        let end = (at + start + length).min(bytes.len());
        for byte in &mut code[at + start..end] {
            *byte = if *byte == b'\n' { b'\n' } else { b' ' };
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).expect("whole characters were replaced")
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Length of `'x'`; of a lifetime only its quote.
fn character(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(2);
    inside.next().filter(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1)
}

/// Length of `#"..."#` with any number of `#`; 0 for a raw identifier.
fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest.iter().take_while(|b| **b == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return 0;
    }
    let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let body = &rest[hashes + 1..];
    let length = body.windows(close.len()).position(|part| part == close).unwrap_or(body.len());
    hashes + 1 + length + close.len()
}

/// Where the items marked `#[cfg(test)]` lie in what [`code_of`] left.
pub(super) fn test_ranges(code: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        if ranges.last().is_some_and(|last| last.contains(&start)) {
            continue;
        }
        let (mut depth, mut end) = (0_i32, code.len());
        for (at, byte) in code.bytes().enumerate().skip(start + mark.len()) {
            depth += i32::from(b"([{".contains(&byte)) - i32::from(b")]}".contains(&byte));
            if depth < 0 || (depth == 0 && (byte == b';' || byte == b'}')) {
                end = if depth < 0 { at } else { at + 1 };
                break;
            }
        }
        ranges.push(start..end);
    }
    ranges
}

/// `text` with the bytes of `ranges` turned to spaces, line breaks kept.
pub(super) fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let keep = |at: usize| !ranges.iter().any(|range| range.contains(&at));
    let kept = |(at, c): (usize, char)| if c == '\n' || keep(at) { c } else { ' ' };
    text.char_indices().map(kept).collect()
}

/// `text` cut in what is shipped and what only tests see, comments included.
pub(super) fn shipped_and_tests(name: &str, text: &str) -> (String, String) {
    if is_test_file(name) {
        return (String::new(), text.into());
    }
    let ranges = test_ranges(&code_of(text));
    let tests = ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>().join("\n");
    (without(text, &ranges), tests)
}

pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
}

/// Words, `::` and single other characters.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let word = rest.bytes().take_while(|b| is_word(*b)).count();
        let length = if rest.starts_with("::") { 2 } else { word.max(first.len_utf8()) };
        if !first.is_whitespace() {
            tokens.push(Token { text: &rest[..length], line });
        }
        line += usize::from(first == '\n');
        at += length;
    }
    tokens
}

pub(super) fn text_at<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.text)
}

/// The group that opens at `at`, braces included; empty if none does.
pub(super) fn group<'t, 'a>(tokens: &'t [Token<'a>], at: usize) -> &'t [Token<'a>] {
    let mut depth = 0;
    for (length, token) in tokens.iter().skip(at).enumerate() {
        depth += i32::from(token.text == "{") - i32::from(token.text == "}");
        if depth == 0 {
            return if length == 0 { &[] } else { &tokens[at..=at + length] };
        }
    }
    &tokens[at.min(tokens.len())..]
}

/// What stands right under the name at `at`: `b` in `a::b::c`, `b` and `d` in `a::{b::c, d}`.
pub(super) fn heads<'t, 'a>(tokens: &'t [Token<'a>], at: usize) -> Vec<&'t Token<'a>> {
    if text_at(tokens, at + 1) != "::" {
        return Vec::new();
    }
    let group = group(tokens, at + 2);
    if group.is_empty() {
        return tokens.get(at + 2).into_iter().collect();
    }
    let (mut heads, mut depth) = (Vec::new(), 0);
    for pair in group.windows(2) {
        depth += i32::from(pair[0].text == "{") - i32::from(pair[0].text == "}");
        if depth == 1 && ["{", ","].contains(&pair[0].text) && pair[1].text != "}" {
            heads.push(&pair[1]);
        }
    }
    heads
}
