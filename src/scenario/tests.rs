//! Tests of the scenario reader.
