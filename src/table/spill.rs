//! Bytes that do not fit into memory: an unnamed temporary file that is gone when dropped, however
//! the program ends.

#![allow(clippy::disallowed_types, reason = "this room reads and spills files")]

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// A temporary file that is written from the front and read back.
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

    /// Adds bytes at the end; says where they begin. Not after [`Spill::read_at`].
    ///
    /// # Errors
    /// What the system says, such as a full disk.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.bytes;
        self.file.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(at)
    }

    /// How many bytes were added.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes from `offset` on that fill `into`.
    ///
    /// # Errors
    /// What the system says, or that there are not so many.
    pub fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(into)
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
