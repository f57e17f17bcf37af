//! One Wi-Fi profile model to and from Android, Apple, Windows and Linux formats.

#![forbid(unsafe_code)]

pub mod android;
mod asn1;
pub mod certificate;
mod chain;
mod cms;
pub mod consortium;
mod date;
mod ids;
pub mod limits;
mod loss;
pub mod model;
pub mod pkcs12;
mod ppsmo;
mod profile;
mod report;
mod secret;
pub mod signer;
mod text;
pub mod xml;

pub use chain::Trust;
pub use ids::Uuid;
pub use model::Model;
pub use ppsmo::Pps;
pub use profile::Profile;
pub use report::{Encoded, Finding, Rejection, Report, Severity, weakens_security};
pub use secret::Secret;
