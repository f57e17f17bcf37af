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
//! | hidden values | [`hide`], [`hide::Unlocked`] |
//! | send requests | [`client::Client`]: Identifiers, retransmission, failover, matching |
//! | answer requests | [`server::Server`]: known clients, duplicates, Proxy-State; [`dynauth`] for CoA and Disconnect |
//! | pass packets on | [`forward::Forward`] |
//! | TCP, TLS, RADIUS/1.1 | [`stream`], [`v11`] |
//! | the attributes of one tunnel | [`Attributes::tagged`] |
//! | how often attributes may occur | [`occurrence`] |
//! | any attribute by name, as text | [`dictionary`] |
//! | remote configuration of a hotspot | [`radconfig`], [`terminate_time`] |
//!
//! # What it implements
//!
//! Sections are those of the project's specification `radius`; RFCs are named where it follows one.
//!
//! | section | state |
//! |---|---|
//! | 1 packet, 2 codes (RFC 2865, 2866, 5176, 5997, 7930) | done |
//! | 3 authenticators, 4 Message-Authenticator (RFC 3579, CVE-2024-3596) | done; "auto" is `learn_message_authenticator` of a server or client |
//! | 5 hidden values (RFC 2865, 2868, 2548) | done |
//! | 6 framing, 7 data types (RFC 8044) | done; the table of occurrences is the optional check [`occurrence`] |
//! | 8 vendors | done; layouts of other vendors come from a dictionary |
//! | 9 extended attributes, TLVs (RFC 6929) | done; handles read values in one attribute, [`dictionary::Dictionary::decode`] joins fragments |
//! | 10 tags (RFC 2868), 11 EAP (RFC 3579) | done |
//! | 12 proxies (RFC 2865, 2607) | done, between 1.0 and 1.1 too: [`forward`] |
//! | 13 dynamic authorization (RFC 5176) | done; finding the session is the caller's |
//! | 14 Status-Server (RFC 5997) | done on UDP; the watchdog of a stream is the caller's timer |
//! | 15 transports (RFC 6613, 6614) | framing and Identifiers; connections are the caller's |
//! | 16 RADIUS/1.1 (RFC 9765) | tokens, header, values in the clear, by name with [`dictionary::Dictionary::decode_v11`] |
//! | 17 client, 18 server (RFC 5080) | done; Acct-Delay-Time is not changed by retransmissions, send Event-Timestamp |
//! | 19 dictionaries | done; fixed layouts (STRUCT) stay octets, but for Ascend's filters of IP, IPv6 and generic kind (abinary), which are text; attributes of a server's own (flagged internal, or 500 and above at the top) are passed over |
//! | 20 limits and secrets | done |
//! | 21 speed | key schedule, in-place writing, one walk; batches with the feature `fast-md5`; no index of offsets |
//! | 22 tables | done; FON's own two attributes have no known numbers |
//! | radius-profile 3, 4.1, 8; hotspot-config 3.1 to 3.3, 4 | done; the watchdog of hotspot-config 3.4 is the gateway's |
//!
//! # Limits
//!
//! Packets of 20 to 4096 octets ([`Limits`] raises that to 65535), 200 attributes, TLVs eight levels deep
//! ([`tlv::MAX_DEPTH`]), 16 Proxy-State on the way through a proxy ([`forward::MAX_PROXY_STATES`]), 256 requests a server
//! and source port, a bounded duplicate cache, dictionaries of 64 MiB and 16 levels of include. Joined values are bounded
//! by their packet.
//!
//! # What the caller brings
//!
//! Sockets, the time as a `Duration` since any moment, good random octets ([`random::Random`]), and for
//! [`dynauth::is_fresh`] the seconds since 1970.
//!
//! # Features
//!
//! `std` (default) only adds implementations of traits; without it the crate is `no_std` and needs `alloc`. `fast-md5`
//! (off by default) replaces the compression function of the `md-5` crate by one of our own, about a sixth faster on
//! x86-64, makes both digests of a reply side by side, and adds the module `batch`, which checks many packets at once. There is no unsafe code. The oldest supported
//! compiler is the workspace's `rust-version`, 1.95; the tests run with it.
//!
//! # Differences
//!
//! Where the specification leaves room or an RFC says otherwise:
//!
//! * The high octet of a vendor number may be anything (RFC 6929 §2.6, not RFC 2865 §5.26).
//! * A tag octet above 31 in front of a number makes it a number of 32 bits without tag.
//! * Salted values in CoA-Requests are hidden over 16 zero octets, because the Request Authenticator depends on them.
//! * A TLV of a bad length makes invalid what encapsulates it, those in front of it included (RFC 6929 §2.3); what stands
//!   further out stays.
//! * The rules of NAS-Filter-Rule are divided by zero octets and go on across attributes (RFC 4849 §2), so that its handle
//!   reads pieces and [`dictionary::Dictionary::decode`] rules.
//! * A text that is no UTF-8 is an invalid attribute, by handle and by name; its octets stay available.
//! * A Message-Authenticator may protect an Accounting-Request; RFC 2869 knows none there.
//!
//! Sections 4 and 16 of the specification ask to be checked against the texts they follow. Not all of those were at
//! hand; each rule says what it was checked with:
//!
//! | rule | checked with |
//! |---|---|
//! | Message-Authenticator is HMAC-MD5 over the whole packet with zeros for its value; over the request's Authenticator in replies; wrong means drop; due with EAP-Message | the text of RFC 2869 §5.14; FreeRADIUS 3.2 and eapol_test take ours and we take theirs, EAP-TTLS and PEAP included |
//! | Response Authenticator, Accounting-Request, CoA and Disconnect | tshark 4.0 computes the same over what we send; radclient's are taken, a wrong secret is not |
//! | replies to CoA over the request's Authenticator | radclient takes ours without Message-Authenticator; the form of FreeRADIUS 3.2.1 is behind `accept_zero_form` |
//! | Message-Authenticator first, required, Proxy-State limited | the working group's draft "Deprecating Insecure Practices in RADIUS", chapter BlastRADIUS: first in requests, and in every reply to Access-Request and Status-Server; not asked for over TLS. Kept as the specification has it, against the draft: the switches are on by default (the draft: off, for old peers), and a client may insist on the first place in replies, which the draft forbids (`ReplyPolicy::ANY_POSITION` does not). FreeRADIUS, radclient and eapol_test do not mind it in requests |
//! | how often attributes occur | the table of RFC 2138 §5.44, which RFC 2865 replaced, row by row; that of RFC 2139 §5.13, which RFC 2866 replaced, from Callback-Number on. The column of RFC 2869's attributes is from what is generally known of its §5.19, not from that text. Changed: the attributes of RFC 2869 have no place in accounting but for counters, Event-Timestamp, NAS-Port-Id and Connect-Info; Connect-Info, Configuration-Token, Event-Timestamp and NAS-Port-Id had been missing |
//! | RADIUS/1.1: header, Token, attributes in the clear, CHAP-Challenge, what is not sent | the text that became RFC 9765, and the vectors; no peer that speaks it was at hand. Changed: [`v11::Builder`] refuses Original-Packet-Code, a CHAP-Password without CHAP-Challenge and a User-Password of no octets or more than 128; [`v11::alpn_required`] tells a peer without ALPN why it is cut off; a Tunnel-Password whose first octet is above 31 has no tag and keeps that octet; [`forward::Forward`] goes between both. Left: the attributes of RFC 6218 (keys wrapped by Cisco's equipment) go through as any other |
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod attr;
pub mod attribute;
pub mod auth;
#[cfg(feature = "fast-md5")]
pub mod batch;
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
mod md5;
pub mod occurrence;
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

pub use self::md5::md5;
pub use attribute::{Attribute, Attributes};
pub use builder::PacketBuilder;
pub use code::{AuthenticatorKind, Code};
pub use error::{DecodeError, EncodeError, Invalid, InvalidAttribute, VerifyError};
pub use packet::{Authenticator, Limits, OwnedPacket, Packet};
pub use path::{Kind, Path};
pub use secret::{DTLS_SECRET, RECOMMENDED_SECRET_LEN, Secret, SecretError, TLS_SECRET};
pub use write::{AnyWriter, AttributeWriter};
