//! Command line of kubevet.
fn main() {}
