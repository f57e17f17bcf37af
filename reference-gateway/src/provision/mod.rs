//! The service that hands out Wi-Fi profiles, and the parts of it that the command line uses alone (spec: passpoint 11).
//!
//! A user signs in, picks a system (the page knows which), and gets a link that works for a minute and as often as
//! that system needs. The link needs no sign-in, because Windows fetches it outside the browser. What a link or a
//! cookie carries is known to its holder only: the [`store`] has a hash of it and a value sealed with it.
//!
//! | module | what it is for |
//! |---|---|
//! | [`start`] | from a configuration file to a running service |
//! | [`config`] | the configuration file |
//! | [`service`] | requests and answers |
//! | [`users`] | who may have a profile: a file, an HTTP back end, a command |
//! | [`template`] | the operator's model and a user's part of it |
//! | [`make`] | the files of one system |
//! | [`signer`] | the key that signs them |
//! | [`token`] | links and cookies |
//! | [`store`] | where they live: an embedded database, Redis |
//! | [`journal`] | what was handed out |

pub mod config;
mod issue;
pub mod journal;
pub mod make;
mod pages;
pub mod service;
mod session;
pub mod signer;
pub mod start;
pub mod store;
pub mod template;
pub mod token;
pub mod users;
