//! Azure's own formats: read, write, read back.
