//! RADIUS without I/O: packets, attributes, authenticators, and machines for clients and servers.
//!
//! Octets, the time and random octets come in as arguments; octets, events and the next wake-up go out. Nothing here
//! opens a socket, reads a clock or keeps global state. Reading borrows and does not allocate; writing goes into the
//! caller's buffer.
//!
//! ```
//! use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Secret, attr, auth, dict::wispr, hide};
//!
//! let secret = Secret::new(b"testing123")?;
//! // Authenticators come from a good random source; this one is for show.
//! let authenticator = [7; 16];
//! let mut out = [0; radius_codec::packet::MAX_LEN];
//! let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, 42, authenticator)
//!     .add(attr::USER_NAME, "alice")
//!     .hidden(attr::USER_PASSWORD, b"arctangent", &secret)
//!     .add(attr::SERVICE_TYPE, attr::ServiceType::LOGIN_USER)
//!     .add(wispr::LOCATION_NAME, "FON")
//!     .finish(&secret)?; // Message-Authenticator first, because this is an Access-Request
//!
//! let packet = Packet::parse(&out[..length])?;
//! auth::verify_request(&packet, &secret, &auth::RequestPolicy::STRICT)?;
//! assert_eq!(packet.attributes().text(attr::USER_NAME), Some("alice"));
//! assert_eq!(packet.get(attr::SERVICE_TYPE), Some(Ok(attr::ServiceType::LOGIN_USER)));
//! assert_eq!(packet.attributes().text(wispr::LOCATION_NAME), Some("FON"));
//! let hidden = packet.get(attr::USER_PASSWORD).expect("it was added")?;
//! assert_eq!(hide::unhide_password(&secret, packet.authenticator(), hidden)?.as_slice(), b"arctangent");
//!
//! // The server's side: the reply is signed over the request.
//! let mut reply = [0; 64];
//! let length = radius_codec::server::reply_to(&packet, &mut reply, Code::ACCESS_ACCEPT)
//!     .add(attr::SESSION_TIMEOUT, 3600)
//!     .finish(&secret)?;
//! let accept = Packet::parse(&reply[..length])?;
//! auth::verify_reply(&accept, &(&packet).into(), &secret, &auth::ReplyPolicy::STRICT)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! | to do | use |
//! |---|---|
//! | read a datagram | [`Packet::parse`], then [`Packet::get`] with a handle of [`attr`] or [`dict`], or [`Attributes::text`] and its like with any [`Path`] |
//! | write a packet | [`PacketBuilder`] and the methods of [`AttributeWriter`] |
//! | check it | [`auth::verify_request`], [`auth::verify_reply`] with a policy |
//! | hidden values | [`hide`] |
//! | send requests | [`client::Client`]: Identifiers, retransmission, failover, matching |
//! | answer requests | [`server::Server`]: known clients, duplicates, Proxy-State |
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod attr;
pub mod attribute;
pub mod auth;
mod builder;
pub mod client;
mod code;
pub mod dict;
pub mod dictionary;
pub mod dynauth;
pub mod eap;
mod error;
pub mod extended;
pub mod forward;
pub mod hide;
pub mod packet;
pub mod path;
pub mod radconfig;
pub mod random;
mod secret;
pub mod server;
pub mod stream;
pub mod terminate_time;
pub mod tlv;
pub mod v11;
pub mod value;
pub mod vendor;
mod write;

pub use attribute::{Attribute, Attributes};
pub use builder::PacketBuilder;
pub use code::{AuthenticatorKind, Code};
pub use error::{DecodeError, EncodeError, Invalid, InvalidAttribute, VerifyError};
pub use packet::{Authenticator, Limits, OwnedPacket, Packet};
pub use path::{Kind, Path};
pub use secret::{DTLS_SECRET, RECOMMENDED_SECRET_LEN, Secret, SecretError, TLS_SECRET};
pub use write::AttributeWriter;
