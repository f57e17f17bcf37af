//! One Wi-Fi profile model to and from Android, Apple, Windows and Linux formats.
//!
//! A provider describes a subscription once, as a [`Model`]: its Passpoint networks, its ordinary 802.1X networks, the
//! credential, which RADIUS servers may be believed, until when. [`Profile::new`] checks it. Each encoder turns a
//! [`Profile`] into the document that one system installs, and says in a [`Report`] what that document does not carry:
//! nothing is lost in silence. Decoders go the other way, from files nobody vouches for.
//!
//! ```
//! use passpoint::model::Inner;
//! use passpoint::{Model, Uuid, android, apple};
//!
//! // It salts the PKCS#12 file of certificate credentials and is not needed here; yours is a cryptographic generator.
//! let mut random = |octets: &mut [u8]| octets.fill(0);
//!
//! let profile = Model::builder("com.example.wifi", "Example Wi-Fi", "example.com")
//!     .home("example.com", "Example Wi-Fi")
//!     .roaming_consortium("5a03ba0000")
//!     .ttls(Inner::Mschapv2, "alice@example.com", "nicePassword")
//!     .trust_system(&["radius.example.com"])
//!     .build()
//!     .expect("a model without errors");
//!
//! let android = android::encode(&profile, &android::Options::default(), &mut random);
//! let file = android.accept(&[]).expect("no loss that weakens security");
//! let back = android::decode(file, &android::DecodeOptions::default()).expect("a profile");
//! assert_eq!(back.model.credential.realm, "example.com");
//!
//! let apple = apple::encode(&profile, &apple::Options::default(), &mut random);
//! let plist = String::from_utf8(apple.output.expect("a profile")).expect("UTF-8");
//! assert!(plist.contains(&Uuid::of_profile("com.example.wifi").upper()));
//! assert!(apple.report.contains("apple.nai_realm_and_rcoi"));
//! // `apple::sign` wraps it in a signature; the signer is handed in.
//! ```
//!
//! # What is done
//!
//! | spec: passpoint | | |
//! |---|---|---|
//! | 1 | model, normal form, validation, names, identifiers | done: [`model`], [`consortium`] |
//! | 2 | report | done: [`Report`], [`Encoded`] |
//! | 3 | Android, both directions | done: [`android`] |
//! | 4 | Apple, both directions, signed and unsigned | done: [`apple`] |
//! | 5 | Windows: writing, checking, signature made and verified, canonical XML | done: [`windows`], [`xml`] |
//! | 6 | ChromeOS, both directions, sealed and open | done: [`onc`] |
//! | 7 | wpa_supplicant, both directions | done: [`wpa`] |
//! | 8 | NetworkManager, writing and checking | done: [`nm`] |
//! | 9 | decoding | done for Android and Apple, and for ONC and `cred` blocks; Windows and keyfiles are checked, not decoded |
//! | 10 | limits | done for what is read: [`limits`] |
//! | 11.4, 11.5 | headers, file names, system of a browser | done: [`web`] |
//! | 11.1–11.3, 11.6 | tokens and pages of the web service | left out: they do I/O; `fonap provision serve` has them |
//!
//! With the feature `eapconfig` the module `eap_config` makes a model of an EAP configuration document, the XML that
//! institutions of eduroam publish.
//!
//! # What the caller brings
//!
//! Octets, the time (in seconds since 1970-01-01T00:00:00Z), salts through [`pkcs12::Random`] and a [`signer::Signer`].
//! The crate opens no file or socket and reads no clock. [`signer::RingSigner`] signs with a key in memory; its ECDSA
//! signatures draw on the system's generator, its RSA signatures do not depend on it.
//!
//! The same model and arguments give the same octets. Passwords and keys are wiped when dropped and never printed; the
//! documents that encoders return hold them by their nature and belong to the caller.
//!
//! # Limits
//!
//! Files up to [`limits::MAX_FILE`] octets, XML up to [`limits::MAX_XML_DEPTH`] deep with [`limits::MAX_XML_ELEMENTS`]
//! elements and without document types (Apple's line excepted), PKCS#12 up to [`limits::MAX_PKCS12`] octets and
//! [`limits::MAX_PKCS12_ITERATIONS`] iterations, [`limits::MAX_CERTIFICATES`] certificates in a signature. CMS, X.509 and
//! PKCS#12 are read in DER only. RSA keys below 2048 bits never verify a signature.

#![forbid(unsafe_code)]

pub mod android;
pub mod apple;
mod asn1;
pub mod certificate;
mod chain;
mod cms;
pub mod consortium;
mod date;
#[cfg(feature = "eapconfig")]
pub mod eap_config;
mod ids;
pub mod limits;
mod loss;
pub mod model;
pub mod nm;
pub mod onc;
pub mod pkcs12;
mod ppsmo;
mod profile;
mod report;
mod secret;
pub mod signer;
mod text;
pub mod web;
pub mod windows;
pub mod wpa;
pub mod xml;

pub use chain::Trust;
pub use ids::Uuid;
pub use model::Model;
pub use ppsmo::Pps;
pub use profile::Profile;
pub use report::{Encoded, Finding, Rejection, Report, Severity, weakens_security};
pub use secret::Secret;
