//! Sans-I/O geteduroam discovery.

#![forbid(unsafe_code)]

pub mod cache;
pub mod document;
pub mod fetch;
pub mod flow;
mod fold;
pub mod machine;
pub mod model;
pub mod name;
pub mod nearest;
pub mod oauth;
pub mod search;
pub mod secret;
pub mod sequence;
mod text;
pub mod url;
