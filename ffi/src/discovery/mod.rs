//! Functions over the crate `discovery`: the published list of institutions, and the client that fetches it and a profile.

mod client;
mod list;
mod output;

pub use client::*;
pub use list::*;
pub use output::*;
