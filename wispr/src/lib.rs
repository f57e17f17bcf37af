//! WISPr 1.0 and 2.0 without I/O: messages, readers, a writer, a smart client and the access gateway's HTTP interface.
//!
//! WISPr is how a program logs in at a hotspot: the access gateway hides an XML message in the page it shows instead
//! of the one that was asked for, and the program posts credentials where the message says. UAM is the HTTP interface
//! between such a gateway and its portal.
//!
//! * [`client`]: the smart client, a machine that says which HTTP request is next and what came of it. [`eap`] is the
//!   peer for logins by EAP.
//! * [`read`]: the tolerant reader for what portals really send, and a strict one for conformance tests.
//! * [`mod@write`]: messages in their envelope, which no text can break out of.
//! * `gateway` (feature of that name): the access gateway's side.
//! * [`message`], [`schema`], [`code`]: the messages, their fields, their numbers. [`url`], [`form`]: what they need.
//!
//! # Example
//!
//! A login, with a function where the caller's HTTP library would be:
//!
//! ```
//! use core::time::Duration;
//! use wispr::client::{Client, Config, Input, Outcome, Output, ProbeExpect, Request, Response};
//!
//! /// Performs a request: no redirects, all bodies. Here: a hotspot that lets everybody in.
//! fn perform(request: &Request) -> (u16, Option<&'static str>, &'static str) {
//!     match (request.method.as_str(), request.url.as_str()) {
//!         ("GET", "http://probe.example/") => (302, Some("https://portal.example/"), ""),
//!         ("GET", _) => (200, None, "<html><!-- <WISPAccessGatewayParam><Redirect><ResponseCode>0</ResponseCode>
//!             <LoginURL>https://portal.example/login?a=1&b=2</LoginURL></Redirect></WISPAccessGatewayParam> -->"),
//!         _ => (200, None, "<html><!-- <WISPAccessGatewayParam><AuthenticationReply><ResponseCode>50</ResponseCode>
//!             <LogoffURL>http://10.1.0.1/logoff</LogoffURL></AuthenticationReply></WISPAccessGatewayParam> -->"),
//!     }
//! }
//!
//! let config = Config::new("http://probe.example/", ProbeExpect::NoContent, "user@fon.com#fon", "password")
//!     .verify_after_login(false);
//! let now = Duration::ZERO; // since any fixed moment
//! let mut client = Client::new(config, now)?;
//! client.handle(now, Input::Connect);
//! let outcome = loop {
//!     match client.poll_output() {
//!         Output::Request(request) => {
//!             let (status, location, body) = perform(&request);
//!             let response = Response { id: request.id, status, location, url: None, body: body.as_bytes() };
//!             client.handle(now, Input::Response(response));
//!         }
//!         Output::Done(outcome) => break outcome,
//!         Output::WaitUntil(_) => unreachable!("sleep until then, and give Input::Tick"),
//!         _ => {} // events to log
//!     }
//! };
//! let Outcome::LoggedIn(session) = outcome else { panic!("{outcome:?}") };
//! assert_eq!(session.logoff_url.as_deref(), Some("http://10.1.0.1/logoff"));
//! # Ok::<(), wispr::client::ConfigError>(())
//! ```
//!
//! # What of the specification is here
//!
//! | section | extent |
//! |---|---|
//! | wispr 2 to 4, messages, fields, numbers | done; of several OperatorURL the first is kept, its `ID` is not |
//! | wispr 5, 6, requests and redirects | done; cookies, DNS, TCP and TLS are the caller's |
//! | wispr 7, client | done, with timers of its own for every request |
//! | wispr 8, tolerant reader | done |
//! | wispr 9, strict reader | done (feature `strict`) |
//! | RFC 3748, EAP peer | identity, notification, Nak and MD5-Challenge; further methods through [`eap::Method`] |
//! | uam 2 to 11 | done (feature `gateway`); what is left out stands there |
//! | scripts, forms and refreshes of portals without WISPr | left out: the client reports such a portal and stops |
//!
//! # Features
//!
//! * `std` (default) only adds trait implementations of the packages used; the crate is `no_std` with `alloc`.
//! * `gateway`: the access gateway; brings `radius-codec`.
//! * `strict`: the strict reader; brings `quick-xml` and `std`.
//! * `serde`: sessions of the gateway can be stored (`gateway::SavedSession`).
//!
//! # Limits
//!
//! Inputs of [`read::MAX_INPUT`] octets with [`read::MAX_BLOCKS`] blocks of [`read::MAX_BLOCK`] octets and
//! [`read::MAX_FIELDS`] fields each, texts and URLs of [`read::MAX_TEXT`] characters; credentials of
//! [`client::MAX_CREDENTIAL`] octets; what the client does is limited by its [`client::Config`]. Nothing recurses, and
//! reading takes time proportional to the input.
//!
//! # What the caller brings
//!
//! HTTP with TLS for the client, a cookie jar from Connect to Done, and a clock. A [`client::Request`] with
//! `authenticate` set must not be sent before the server's certificate was checked.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod client;
pub mod code;
mod digest;
pub mod eap;
mod element;
pub mod form;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod message;
pub mod read;
pub mod schema;
mod text;
pub mod url;
pub mod write;
