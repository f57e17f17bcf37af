//! The control socket, Interface B of the FonAP document (fon-api 4): `fonap ctl`, also called `fonctl`.
//!
//! The words of the command line go over a Unix socket to the gateway, which reads them once more with the same
//! parser, carries them out, and sends back an exit status and what there is to print:
//!
//! | direction | octets |
//! |---|---|
//! | to the gateway | one line of JSON, `{"words":["list"],"json":false}`, at most [`MAX_REQUEST`] octets |
//! | back | the exit status in decimal on a line, then the text for standard output, or for standard error if the status is not 0, up to the end of the connection |
//!
//! The original exchanges a C structure whose layout depends on its compiler; the command line and the output are what
//! programs rely on, and these are kept.
//!
//! ```
//! use reference_gateway::control::{Command, Line};
//!
//! let words = ["logout", "mac", "02:00:5e:10:00:01"].map(str::to_owned);
//! assert!(matches!(Command::parse(&words)?, Command::Logout(_)));
//! let line: Line = "02-00-5E-10-00-01 10.1.0.2 dnat 6b00fb6800000001 0 - 0/0 0/0 0/0 0/0 0 0 0/0 0/0 -".parse()?;
//! assert!(!line.authenticated);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arguments;
mod client;
mod command;
mod execute;
mod line;
mod protocol;
mod report;
mod server;
mod usage;

pub use arguments::{BAD_MAC, UNKNOWN_CLIENT, WRONG_USAGE, WordError};
pub use client::{AskError, TIME_LIMIT, ask, find_sockets};
pub use command::{Command, SessionOptions, Target};
pub use execute::Operator;
pub use line::{Line, LineError, StateWord};
pub use protocol::{MAX_REQUEST, Question, Reply};
pub use server::{Door, MAX_CONNECTIONS, serve};
pub use usage::{takes_value, usage};
