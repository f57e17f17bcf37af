//! RFC 5090: Digest authentication.
//!
//! Generated from `dictionaries/dictionary.rfc5090`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Text;

/// Digest-Response, `103`.
pub const DIGEST_RESPONSE: Attr<Text> = Attr::new(Path::of(&[103]), "Digest-Response");
/// Digest-Realm, `104`.
pub const DIGEST_REALM: Attr<Text> = Attr::new(Path::of(&[104]), "Digest-Realm");
/// Digest-Nonce, `105`.
pub const DIGEST_NONCE: Attr<Text> = Attr::new(Path::of(&[105]), "Digest-Nonce");
/// Digest-Response-Auth, `106`.
pub const DIGEST_RESPONSE_AUTH: Attr<Text> = Attr::new(Path::of(&[106]), "Digest-Response-Auth");
/// Digest-Nextnonce, `107`.
pub const DIGEST_NEXTNONCE: Attr<Text> = Attr::new(Path::of(&[107]), "Digest-Nextnonce");
/// Digest-Method, `108`.
pub const DIGEST_METHOD: Attr<Text> = Attr::new(Path::of(&[108]), "Digest-Method");
/// Digest-URI, `109`.
pub const DIGEST_URI: Attr<Text> = Attr::new(Path::of(&[109]), "Digest-URI");
/// Digest-Qop, `110`.
pub const DIGEST_QOP: Attr<Text> = Attr::new(Path::of(&[110]), "Digest-Qop");
/// Digest-Algorithm, `111`.
pub const DIGEST_ALGORITHM: Attr<Text> = Attr::new(Path::of(&[111]), "Digest-Algorithm");
/// Digest-Entity-Body-Hash, `112`.
pub const DIGEST_ENTITY_BODY_HASH: Attr<Text> = Attr::new(Path::of(&[112]), "Digest-Entity-Body-Hash");
/// Digest-CNonce, `113`.
pub const DIGEST_CNONCE: Attr<Text> = Attr::new(Path::of(&[113]), "Digest-CNonce");
/// Digest-Nonce-Count, `114`.
pub const DIGEST_NONCE_COUNT: Attr<Text> = Attr::new(Path::of(&[114]), "Digest-Nonce-Count");
/// Digest-Username, `115`.
pub const DIGEST_USERNAME: Attr<Text> = Attr::new(Path::of(&[115]), "Digest-Username");
/// Digest-Opaque, `116`.
pub const DIGEST_OPAQUE: Attr<Text> = Attr::new(Path::of(&[116]), "Digest-Opaque");
/// Digest-Auth-Param, `117`.
pub const DIGEST_AUTH_PARAM: Attr<Text> = Attr::new(Path::of(&[117]), "Digest-Auth-Param");
/// Digest-AKA-Auts, `118`.
pub const DIGEST_AKA_AUTS: Attr<Text> = Attr::new(Path::of(&[118]), "Digest-AKA-Auts");
/// Digest-Domain, `119`.
pub const DIGEST_DOMAIN: Attr<Text> = Attr::new(Path::of(&[119]), "Digest-Domain");
/// Digest-Stale, `120`.
pub const DIGEST_STALE: Attr<Text> = Attr::new(Path::of(&[120]), "Digest-Stale");
/// Digest-HA1, `121`.
pub const DIGEST_HA1: Attr<Text> = Attr::new(Path::of(&[121]), "Digest-HA1");
/// SIP-AOR, `122`.
pub const SIP_AOR: Attr<Text> = Attr::new(Path::of(&[122]), "SIP-AOR");
