//! geteduroam discovery without I/O: from the published list of institutions to an EAP configuration.
//!
//! The crate reads the list in all published formats, finds an institution as the user types, decides what a profile
//! asks for, verifies every URL, goes through OAuth with PKCE, and keeps the list safe against rollback and usable
//! offline. It opens no socket, file or browser and reads no clock: the caller performs [`machine::Action`]s and reports
//! [`machine::Event`]s, or uses the parts by themselves.
//!
//! # Example
//!
//! ```
//! use discovery::document::Document;
//! use discovery::flow::Flow;
//! use discovery::name::Languages;
//! use discovery::search::SearchIndex;
//!
//! let list = br#"{"version":1,"seq":2023020908,"instances":[{
//!     "id":"cat_7","cat_idp":7,"country":"FR","name":"Universit\u00e9 de Sur","geo":[{"lat":48.1,"lon":-1.7}],
//!     "profiles":[
//!         {"id":"cat_70","name":"Staff","oauth":false,"eapconfig_endpoint":"http://cat.example.org/70"},
//!         {"id":"cat_71","name":"Students","redirect":"javascript:alert(1)"}]}]}"#;
//! let document = Document::parse(list)?;
//! let languages = Languages::new(["fr-CA", "en"]);
//! let index = SearchIndex::new(&document, &languages);
//!
//! let hits = index.search("universite sur");
//! let institution = document.institution(hits[0].institution).unwrap();
//! let choices = institution.choices(&languages);
//! // http is rewritten; what is no web page is never opened, its profile is shown but cannot be chosen.
//! let Ok(Flow::Direct { eapconfig_endpoint }) = &choices[0].decision.flow else { panic!() };
//! assert_eq!(eapconfig_endpoint.as_str(), "https://cat.example.org/70");
//! assert!(!choices[1].is_available());
//! # Ok::<(), discovery::document::DecodeError>(())
//! ```
//!
//! The whole client, its actions performed by a script instead of a network: `examples/client.rs`.
//!
//! # Modules
//!
//! | module | spec: discovery | state |
//! |---|---|---|
//! | [`document`], [`model`] | 2 to 4, 6: formats 1, 2 and 3 into one model, deviations repaired and reported | done |
//! | [`sequence`] | 5: numbering, rollback, implausible numbers | done |
//! | [`flow`] | 7: from profile to flow | done |
//! | [`url`] | 8: verification, rewriting, redirections | done |
//! | [`name`], [`model::Institution::choices`] | 9: languages, profile choice, marking of the default | done |
//! | [`search`] | 10.1, 10.2: the plain rule (a name contains the text), ranked search, typing errors, narrowing, server names | done |
//! | [`nearest`] | 10.3: distances, country first | done |
//! | [`oauth`] | 11: PKCE, authorization, callback, token request and reply, refresh request | done |
//! | [`fetch`] | 3, 12: service document, first look at a body | done |
//! | [`cache`] | 13: lifetime and freshness | done |
//! | [`machine`] | 12 to 14: the client | done; it renews a token only when the caller asks for it, as section 11.7 wants |
//!
//! Left to the caller: transport with the system's trust store, gzip, storage, the keyring, randomness, the listener and
//! the browser. Left out: the comparison with present clients (10.4), which is information. The configuration itself is
//! the matter of the crate `eapconfig`.
//!
//! # Limits
//!
//! | what | limit |
//! |---|---|
//! | list | [`document::MAX_OCTETS`] 16 MiB (may be set), nesting 64, 100,000 institutions, 1000 profiles each, 1,000,000 profiles in all |
//! | names of one institution or profile | 1000 |
//! | warnings | 256 recorded, all counted |
//! | URL | [`url::MAX_LEN`] 8192 octets |
//! | callback target, code, description | 16,384 octets, 4096 and 512 characters; ten wrong callbacks |
//! | token reply, service document | 64 KiB each |
//! | configuration | 4 MiB |
//! | HTTP redirections | [`machine::MAX_REDIRECTIONS`] 5 |
//!
//! All limits hold before work is done. No input leads to a panic, to recursion, or to memory out of proportion: a list
//! takes at most a few times its size.
//!
//! # Secrets
//!
//! Tokens, codes, verifiers and `state` are [`secret::Secret`]s: overwritten when dropped, compared in constant time,
//! printed as `[secret]`. Request bodies and headers are wiped too.

#![forbid(unsafe_code)]

pub mod cache;
pub mod document;
pub mod fetch;
pub mod flow;
mod fold;
pub mod machine;
pub mod model;
pub mod name;
pub mod nearest;
pub mod oauth;
pub mod search;
pub mod secret;
pub mod sequence;
mod text;
pub mod url;
