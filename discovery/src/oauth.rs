//! Authorization in the user's browser: OAuth 2.0 with PKCE S256 and a loopback redirect (spec: discovery 11).

pub mod callback;
pub mod request;
pub mod token;

/// The scope that is asked for (spec: discovery 11.3).
pub const SCOPE: &str = "eap-metadata";
