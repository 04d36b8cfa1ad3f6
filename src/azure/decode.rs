//! Bytes to text: UTF-8, with a mark or without, and UTF-16, which `az ... > file` leaves on
//! Windows PowerShell.

use crate::units::Problem;

/// The text of a file.
///
/// # Errors
/// `E0201`: neither UTF-8 nor UTF-16.
pub fn decode_text(bytes: Vec<u8>, file: &str) -> Result<String, Problem> {
    let wide = |little: bool, from: usize| {
        let units = bytes[from..].chunks(2).map(|pair| match (pair, little) {
            ([a, b], true) => u16::from_le_bytes([*a, *b]),
            ([a, b], false) => u16::from_be_bytes([*a, *b]),
            _ => 0xD800,
        });
        String::from_utf16(&units.collect::<Vec<u16>>()).map_err(|_| bad("UTF-16", file))
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => wide(true, 2),
        [0xFE, 0xFF, ..] => wide(false, 2),
        // Every file read here begins with a character of ASCII.
        [first, 0, ..] if *first != 0 => wide(true, 0),
        [0, second, ..] if *second != 0 => wide(false, 0),
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            std::str::from_utf8(rest).map(str::to_owned).map_err(|_| bad("UTF-8", file))
        }
        _ => String::from_utf8(bytes).map_err(|_| bad("UTF-8", file)),
    }
}

fn bad(encoding: &str, file: &str) -> Problem {
    Problem::error("E0201", format!("the file is not {encoding} text")).in_file(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_that_windows_writes_is_read() {
        let text = "{\"name\": \"ci-é\"}";
        let utf16 = |mark: bool, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
            marked.encode_utf16().flat_map(order).collect()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(true, u16::to_le_bytes),
            utf16(true, u16::to_be_bytes),
            utf16(false, u16::to_le_bytes),
            utf16(false, u16::to_be_bytes),
        ] {
            assert_eq!(decode_text(bytes, "f").unwrap(), text);
        }
        for bytes in [vec![b'a', 0xFF], vec![0xFF, 0xFE, b'a']] {
            assert_eq!(decode_text(bytes, "f").unwrap_err().code, "E0201");
        }
        assert_eq!(decode_text(Vec::new(), "f").unwrap(), "");
    }
}
