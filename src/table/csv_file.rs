//! A CSV file (RFC 4180) as blocks of whole records, each with the line it starts on.
//!
//! Blocks are cut at ends of records, quoted line breaks being no end, so that they can be parsed
//! in parallel and every record still knows its line. Memory is a few blocks, whatever the file.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "`table` reads files")]

use super::codes;
use super::inputs::unreadable;
use crate::units::Problem;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes read at a time; a block is about as long. Small in tests, so that they see many blocks.
const BLOCK_BYTES: usize = if cfg!(test) { 4 << 10 } else { 1 << 20 };

/// A UTF-8 byte order mark.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Whole records.
#[derive(Debug)]
pub(super) struct Block {
    /// The line of the first byte, from 1.
    first_line: usize,
    bytes: Vec<u8>,
}

impl Block {
    /// Visits every record with the line it starts on.
    pub(super) fn for_each(
        &self,
        mut visit: impl FnMut(usize, &csv::ByteRecord),
    ) -> Result<(), csv::Error> {
        let mut reader = reader(&self.bytes);
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            let line = record.position().map_or(0, |at| self.line_of(at));
            visit(line, &record);
        }
        Ok(())
    }

    /// The line of a record. The reader's position is before the line ends and blank lines that
    /// it skips to get to the record, and counts only those before it.
    fn line_of(&self, at: &csv::Position) -> usize {
        let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
        let skipped = self.bytes.get(from..).unwrap_or_default();
        let breaks =
            skipped.iter().take_while(|b| matches!(b, b'\n' | b'\r')).filter(|b| **b == b'\n');
        let before = usize::try_from(at.line()).unwrap_or(1);
        self.first_line + before - 1 + breaks.count()
    }
}

/// A CSV reader for a block.
fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

/// Where in a record the next byte is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// At the start of a field.
    FieldStart,
    /// In a field without quotes, or behind the closing quote.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote between quotes: the closing one, or the first of a doubled pair.
    Quote,
}

impl Place {
    /// The place after this byte.
    const fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Quote,
            (Self::Quoted, _) | (Self::FieldStart | Self::Quote, b'"') => Self::Quoted,
            (_, b',' | b'\n' | b'\r') => Self::FieldStart,
            (_, _) => Self::Plain,
        }
    }
}

/// An open CSV file.
#[derive(Debug)]
pub(super) struct CsvFile {
    path: PathBuf,
    input: File,
    /// Bytes read so far.
    taken: u64,
    /// Names in the header.
    pub(super) columns: Vec<String>,
    /// Bytes read but not handed out: the beginning of a record.
    rest: Vec<u8>,
    /// The line of the first byte of `rest`.
    line: usize,
    /// The place at the end of `rest`.
    place: Place,
    /// The rest of the block the header was in.
    first: Option<Block>,
}

impl CsvFile {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Path) -> Result<Self, Problem> {
        let input = File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut file = Self {
            path: path.to_path_buf(),
            input,
            taken: 0,
            columns: Vec::new(),
            rest: Vec::new(),
            line: 1,
            place: Place::FieldStart,
            first: None,
        };
        let none = || Problem::error(codes::NO_HEADER, "the file is empty");
        let named = |p: Problem| p.in_file(path.to_string_lossy());
        let mut block = file.next_block()?.ok_or_else(none).map_err(named)?;
        if block.bytes.starts_with(BOM) {
            block.bytes.drain(..BOM.len());
        }
        file.read_header(block).map_err(named)?;
        Ok(file)
    }

    /// Takes the header off the first block.
    fn read_header(&mut self, mut block: Block) -> Result<(), Problem> {
        let mut reader = reader(&block.bytes);
        let mut record = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return Err(Problem::error(codes::NO_HEADER, "the file is empty"));
        }
        let used = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let used = used.min(block.bytes.len());
        for name in &record {
            let name = std::str::from_utf8(name).map_err(|_| {
                Problem::error(codes::NOT_UTF8, "the header is not UTF-8")
                    .at(1, 0)
                    .hint("save the file as UTF-8")
            })?;
            self.columns.push(name.to_owned());
        }
        block.first_line += line_breaks(&block.bytes[..used]);
        block.bytes.drain(..used);
        self.first = Some(block);
        Ok(())
    }

    /// The next block; `None` at the end of the file.
    pub(super) fn next_block(&mut self) -> Result<Option<Block>, Problem> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let old = bytes.len();
            let read = Read::by_ref(&mut self.input)
                .take(BLOCK_BYTES as u64)
                .read_to_end(&mut bytes)
                .map_err(|error| unreadable(&self.path, &error))?;
            self.taken += read as u64;
            if read == 0 {
                return self.last_block(bytes);
            }
            if let Some(cut) = self.scan(&bytes[old..]) {
                self.rest = bytes.split_off(old + cut);
                let block = Block { first_line: self.line, bytes };
                self.line += line_breaks(&block.bytes);
                return Ok(Some(block));
            }
        }
    }

    /// Bytes read so far, and bytes in all; 0 where the system does not say.
    pub(super) fn reached(&self) -> (u64, u64) {
        (self.taken, self.input.metadata().map_or(0, |about| about.len()))
    }

    /// What is left at the end of the file.
    fn last_block(&mut self, bytes: Vec<u8>) -> Result<Option<Block>, Problem> {
        if self.place == Place::Quoted {
            return Err(self.open_quote(&bytes));
        }
        let block = Block { first_line: self.line, bytes };
        self.line += line_breaks(&block.bytes);
        Ok((!block.bytes.is_empty()).then_some(block))
    }

    /// Moves on over new bytes; returns how many of them go up to the last end of a record.
    fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        let outside = matches!(self.place, Place::FieldStart | Place::Plain);
        if outside && !bytes.contains(&b'"') {
            self.place = bytes.last().map_or(self.place, |last| Place::Plain.after(*last));
            return bytes.iter().rposition(|b| *b == b'\n').map(|at| at + 1);
        }
        let mut cut = None;
        for (at, byte) in bytes.iter().enumerate() {
            self.place = self.place.after(*byte);
            if *byte == b'\n' && self.place == Place::FieldStart {
                cut = Some(at + 1);
            }
        }
        cut
    }

    /// The error of a quoted field that goes on to the end of the file.
    fn open_quote(&self, bytes: &[u8]) -> Problem {
        let mut place = Place::FieldStart;
        let mut opened = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let next = place.after(*byte);
            if place == Place::FieldStart && next == Place::Quoted {
                opened = at;
            }
            place = next;
        }
        Problem::error(codes::OPEN_QUOTE, "the field that begins here has no closing quote")
            .in_file(self.path.to_string_lossy())
            .at(self.line + line_breaks(&bytes[..opened]), 0)
            .hint("write a quote inside a quoted field twice")
    }
}

/// How often a line ends.
fn line_breaks(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;

    /// Header, then `line: fields` of every record.
    fn read(bytes: impl AsRef<[u8]>) -> Result<Vec<String>, String> {
        let dir = TempDir::new();
        let path = dir.write("a.csv", bytes);
        let base = dir.path("");
        let hide = |p: Problem| p.to_string().replace(&base, "");
        let mut file = CsvFile::open(&path).map_err(hide)?;
        let mut out = vec![file.columns.join("|")];
        while let Some(block) = file.next_block().map_err(hide)? {
            block
                .for_each(|line, record| {
                    let fields: Vec<_> =
                        record.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect();
                    out.push(format!("{line}: {}", fields.join("|")));
                })
                .unwrap();
        }
        Ok(out)
    }

    #[test]
    fn lines_are_exact_over_blank_lines_quoted_breaks_and_both_line_ends() {
        let plain = read("a,b\n1,2\n\n\n3,4\n5,6").unwrap();
        assert_eq!(plain, ["a|b", "2: 1|2", "5: 3|4", "6: 5|6"]);
        let crlf = read("\u{feff}a,b\r\n1,2\r\n\r\n3,\"x\r\ny\"\r\n5,6\r\n").unwrap();
        assert_eq!(crlf, ["a|b", "2: 1|2", "4: 3|x\r\ny", "6: 5|6"]);
        let quoted = read("a,b\n\"1\n\n\",\"say \"\"x\"\"\n\"\n3,4\n").unwrap();
        assert_eq!(quoted, ["a|b", "2: 1\n\n|say \"x\"\n", "6: 3|4"]);
    }

    #[test]
    fn a_quote_inside_a_plain_field_is_just_a_character() {
        let rows = read("a,b\n1,5\" disk\n2,x\n").unwrap();
        assert_eq!(rows, ["a|b", "2: 1|5\" disk", "3: 2|x"]);
    }

    #[test]
    fn empty_files_and_open_quotes_are_errors() {
        assert_eq!(read("").unwrap_err(), "a.csv  error[E0104]  the file is empty");
        assert_eq!(read("\n\n").unwrap_err(), "a.csv  error[E0104]  the file is empty");
        assert_eq!(read("a,b\n").unwrap(), ["a|b"]);
        assert_eq!(
            read("a,b\n1,2\n3,\"x\n5,6\n").unwrap_err(),
            "a.csv:3  error[E0109]  the field that begins here has no closing quote  \
             (write a quote inside a quoted field twice)"
        );
        assert_eq!(
            read(b"a,\xff\n1,2\n").unwrap_err(),
            "a.csv:1  error[E0107]  the header is not UTF-8  (save the file as UTF-8)"
        );
    }

    /// Blocks end anywhere in a record; with and without quotes the lines stay exact.
    #[test]
    fn lines_are_exact_over_many_blocks() {
        for (cell, lines) in [("x".repeat(1000), 1), (format!("\"{}\n\"", "x".repeat(1000)), 2)] {
            let row = |n: usize| format!("{n},{cell}\n");
            let text: String =
                std::iter::once("a,b\n".to_owned()).chain((0..50).map(row)).collect();
            let shown = cell.replace('"', "");
            let expected: Vec<_> =
                (0..50).map(|n| format!("{}: {n}|{shown}", 2 + n * lines)).collect();
            assert_eq!(read(text).unwrap()[1..], expected);
        }
    }
}
