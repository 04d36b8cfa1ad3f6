//! The only hands: flags, files, environment, clock, exit codes.

pub mod generate;
