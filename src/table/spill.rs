//! Bytes that do not fit into memory: an unnamed temporary file that is gone when dropped, however
//! the program ends.

#![allow(clippy::disallowed_types, reason = "this room reads and spills files")]

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// A temporary file that is written from the front and read back once.
#[derive(Debug)]
pub struct Spill {
    file: File,
    bytes: u64,
}

impl Spill {
    /// An empty one, in the system's folder for temporary files.
    ///
    /// # Errors
    /// What the system says when it cannot make one.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, bytes: 0 })
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// What the system says, such as a full disk.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Everything that was added.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_back(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
