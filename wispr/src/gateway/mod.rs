//! The access gateway: UAM and WISPr towards clients, RADIUS towards servers, without I/O.
//!
//! [`Gateway`] is the whole hotspot controller as a machine: HTTP requests, leases, RADIUS answers, counters and
//! commands go in; HTTP answers, Access-Requests, accounting records and session events come out. The caller owns the
//! sockets, the clock, the packet path and the RADIUS retransmission (`radius_codec::client` takes the requests as
//! they are). The arithmetic below it is public too, because portals and pages that log in by themselves need it:
//!
//! | item | what it does | specification |
//! |---|---|---|
//! | [`Challenge`], [`Key`] | key of a challenge; obfuscated passwords, both ways; CHAP | uam 3, 4 |
//! | [`md`], [`sign`], [`verify`], [`homepage`] | signed redirects, both ways | uam 5.1, 5.11 |
//! | [`parameter`], [`Request`] | query parameters, request heads | uam 2 |
//! | [`Redirect`], [`Answer`], [`JsonAnswer`], [`Response`] | every answer, as a structure and as octets | uam 5, 6, 7 |
//! | [`terminate_time`] | WISPr-Session-Terminate-Time | radius-profile 4.1 |
//! | [`Callback`] | what the external handler is called with | fon-api 2 |
//! | [`SavedSession`] | sessions that outlive the machine | |
//! | [`Gateway`] | clients, challenges, logins, sessions, accounting, CoA | uam, radius-profile 2 to 9, fon-api 2 to 4 |
//!
//! Left out: the admin session of the daemon itself, RADIUS proxy mode, and the `<ChilliSpotSession>` blocks of
//! `chillixml`; the profile calls them optional and FON uses none. What the specification marks as a defect of the original is done right; [`Compatibility`] brings single deviations back.
//!
//! # Example
//!
//! A client gets an address, is sent to the portal, logs in and is accepted:
//!
//! ```
//! use core::{net::Ipv4Addr, time::Duration};
//! use radius_codec::{Code, Packet, PacketBuilder, Secret, auth::RequestHeader};
//! use wispr::gateway::{Config, Event, Gateway, Input, LoginResult, Mac, Output, Request, RequestId};
//!
//! let ip = Ipv4Addr::new(10, 1, 0, 2);
//! let config = Config::new("https://portal.example/", Ipv4Addr::new(10, 1, 0, 1), Mac([2; 6])).uamsecret("garrafon");
//! let random = |out: &mut [u8]| out.fill(7); // use the system's generator
//! let mut gateway = Gateway::new(config, random, Duration::ZERO, 1_795_226_283)?;
//! let mut step = |seconds, input: Input<'_>| {
//!     gateway.handle(Duration::from_secs(seconds), 1_795_226_283, input);
//!     core::iter::from_fn(|| match gateway.poll_output() {
//!         Output::WaitUntil(_) => None,
//!         output => Some(output),
//!     })
//!     .collect::<Vec<_>>()
//! };
//!
//! step(1, Input::Lease { ip, mac: Mac([6; 6]), vlan: None });
//! let page = step(2, Input::Request { id: RequestId(1), request: Request::get(ip, "/") });
//! let [Output::Respond { response, .. }] = &page[..] else { panic!() };
//! assert!(response.location().is_some_and(|url| url.contains("?res=notyet&")));
//!
//! let login = format!("/logon?username=joe&password={}", wispr::gateway::Challenge([7; 16]).key(b"garrafon").obfuscate(b"x"));
//! let asked = step(3, Input::Request { id: RequestId(2), request: Request::get(ip, &login) });
//! let [Output::Authenticate(login)] = &asked[..] else { panic!() };
//!
//! // What `radius_codec::client` does with `login.request`, and its server with the packet:
//! let (mut request, mut reply, secret) = ([0; 4096], [0; 4096], Secret::new(b"testing123")?);
//! let len = login.request.write_to(&mut request, 1, [9; 16], &secret)?;
//! let header = RequestHeader::from(&Packet::parse(&request[..len])?);
//! let len = PacketBuilder::reply(&mut reply, Code::ACCESS_ACCEPT, &header).finish(&secret)?;
//! let accept = Packet::parse(&reply[..len])?;
//! let done = step(4, Input::LoginResult { login: login.id, result: LoginResult::Reply(&accept) });
//! assert!(matches!(done[0], Output::Event(Event::SessionOpened(_))));
//! assert!(matches!(&done[1], Output::Respond { response, .. } if response.location().unwrap().contains("res=success")));
//! assert!(matches!(done[2], Output::Account(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the caller brings
//!
//! * Every HTTP request gets exactly one of [`Output::Respond`], [`Output::Close`] and [`Output::LocalFile`], at the
//!   latest after [`REQUEST_TIMEOUT`]. [`Request::parse_head`] reads a request for callers without an HTTP library,
//!   [`Response::to_octets`] writes the answer.
//! * [`Output::Authenticate`] and [`Output::Account`] carry a `radius_codec::client::Request`: hand it to the RADIUS
//!   client machine, or write it with its `write_to`. Answers come back verified.
//! * [`Output::Event`] drives the packet path: [`ClientState`] says what to do with a client's traffic, and
//!   [`Parameters`] what a session may do. [`Input::Traffic`] brings the counters back; feed it every
//!   [`CHECK_INTERVAL`] and before anything that may end the session, so that the last record is complete.
//!
//! # Limits
//!
//! Clients: `maxclients`. Per client: one login, [`MAX_WAITING`] requests that wait for it, [`MAX_CLASSES`] Class
//! attributes. Lengths: the `MAX_` constants of this module, each cut or refused before anything is kept.

mod admin;
mod answer;
mod challenge;
mod client;
mod config;
mod credentials;
mod ending;
mod handler;
mod id;
mod input;
mod json;
mod local;
mod location;
mod login;
mod machine;
mod opening;
mod output;
mod pages;
mod radius;
mod request;
mod response;
mod saved;
mod session;
#[cfg(feature = "serde")]
mod stored;
mod table;
mod terminate;

pub use answer::{Answer, Situation};
pub use challenge::{Challenge, Key, MAX_PASSWORD_LEN, homepage, ident, md, sign, verify};
pub use client::{ClientInfo, ClientState, ClientView};
pub use config::{Authenticator, Compatibility, Config, ConfigError, LocalUser, MAX_URL_LEN, NtResponse};
pub use credentials::{Credentials, MAX_EAP_LEN};
pub use handler::Callback;
pub use id::{Mac, MacError, SessionId};
pub use input::{Command, Input, LoginId, LoginResult, RequestId, Selector};
pub use json::{JsonAnswer, MAX_CALLBACK_LEN, SessionView};
pub use local::LocalFile;
pub use location::{Redirect, Res, Shown, StatusTimes};
pub use login::MAX_WAITING;
pub use machine::{Gateway, REQUEST_TIMEOUT};
pub use output::{Accounting, DynamicAnswer, Event, Login, Output, SessionInfo};
pub use radius::{AccountingKind, MAX_CLASSES, MAX_REDIRECTION_URL_LEN, MAX_REPLY_LEN};
pub use request::{
    HEAD_SILENCE, HEAD_TIMEOUT, HeadError, MAX_HEAD_LEN, MAX_HEADER_LEN, MAX_LANG_LEN, MAX_PATH_LEN,
    MAX_QUERY_LEN, MAX_USER_NAME_LEN, MAX_USER_URL_LEN, Method, Request, parameter,
};
pub use response::{Header, Response};
pub use saved::SavedSession;
pub use session::{CHECK_INTERVAL, Counters, Flow, Parameters, Session, TerminateCause, Usage};
pub use terminate::terminate_time;
