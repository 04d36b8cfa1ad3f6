//! Results become tables, files and text.
