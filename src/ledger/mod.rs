//! A timeline becomes lines of money.
