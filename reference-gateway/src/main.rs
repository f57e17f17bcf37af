//! The binary `fonap`.

fn main() {}
