//! The replay: one event order, one step loop.
