//! EAP configuration documents (`application/eap-config`): the XML that an identity provider of eduroam or OpenRoaming
//! hands to a device, as the Configuration Assistant Tool and the let's wifi portal write it.
//!
//! [`read`] makes a model of octets, [`judge`] says whether a client can use it, with which provider and method, and if
//! not, why; [`UsernameRule`] checks what somebody types, [`map`] gives the settings of wpa_supplicant and
//! NetworkManager, [`write()`] makes octets of a model, [`lint`] lists everything that is wrong with a document together
//! with its place.
//!
//! ```
//! use eapconfig::{Client, MapOptions, Need, UsernameRule, judge, map, read};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let document = br#"<EAPIdentityProviderList><EAPIdentityProvider ID="example.org" namespace="urn:RFC4282:realm">
//!   <AuthenticationMethods><AuthenticationMethod>
//!     <EAPMethod><Type>52</Type></EAPMethod>
//!     <ClientSideCredential>
//!       <InnerIdentitySuffix>example.org</InnerIdentitySuffix><InnerIdentityHint>true</InnerIdentityHint>
//!     </ClientSideCredential>
//!   </AuthenticationMethod></AuthenticationMethods>
//!   <CredentialApplicability><IEEE80211><SSID>eduroam</SSID></IEEE80211></CredentialApplicability>
//! </EAPIdentityProvider></EAPIdentityProviderList>"#;
//! let parsed = read(document)?;
//! assert!(parsed.warnings.is_empty());
//!
//! let verdict = judge(&parsed.config, &Client::new(1_767_225_600));
//! let (provider, method) = verdict.choice().ok_or("not usable")?;
//! assert_eq!(verdict.providers[provider].methods[method].needs, [Need::Username, Need::Password]);
//!
//! let provider = &parsed.config.providers[provider];
//! let rule = UsernameRule::of(&provider.methods[method].credential());
//! let user_name = rule.apply("john").map_err(|problems| format!("{problems:?}"))?;
//! let options = MapOptions { user_name: Some(&user_name), ..MapOptions::default() };
//! let settings = map(provider, method, &options).ok_or("no mapping")?;
//! assert_eq!(settings.wpa_supplicant.value("eap"), Some("PWD"));
//! assert_eq!(settings.wpa_supplicant.value("identity"), Some("john@example.org"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is implemented
//!
//! Sections of the project's specification `eapconfig`, which follows the schema of the Configuration Assistant Tool and
//! draft-winter-opsawg-eap-metadata-00.
//!
//! | section | state |
//! | --- | --- |
//! | 1 elements and attributes | done, except that `TypeSpecific`, `VendorSpecific` and unknown elements are skipped and not kept |
//! | 2 reading, limits, values, aliases | done |
//! | 3 methods and inner methods | done; EAP-FAST and TEAP are read and written, but not mapped |
//! | 4 verdict, choice, needs | done |
//! | 5 texts, logos | done; the check of web addresses is that of the crate `discovery` and is left to the caller |
//! | 6 user names | done |
//! | 7 supplicants | done: settings, configurations of wpa_supplicant with the `cred` block of Passpoint, keyfiles of NetworkManager; profiles of operating systems are made by the crate `passpoint` |
//! | 8 writing | done |
//! | 9 deviations | done |
//! | 10 hostile input | done |
//!
//! # Limits
//!
//! [`MAX_LEN`] octets (or less, [`read_with_limit`]), [`MAX_DEPTH`] levels, [`MAX_ELEMENTS`] elements,
//! [`MAX_ATTRIBUTES`] attributes of one element, [`MAX_TEXT_LEN`] octets of text in one element, [`MAX_LOGO_LEN`] octets of
//! a logo. Time and memory are linear in the input. Document types are refused, so no entity is ever expanded and nothing
//! is ever fetched.
//!
//! # What the caller brings
//!
//! The octets, the present time, and what must happen before anything is installed: opening the PKCS#12 container,
//! checking dates and chains of certificates, having the terms of use accepted. A certificate is looked into only to tell
//! authorities from servers ([`Certificate::role`]). Passwords, passphrases and containers are wiped when dropped, compared
//! in constant time, and print as `[secret]`; the document they came in is the caller's to wipe.
//!
//! There are no features.

#![forbid(unsafe_code)]

mod certificate;
mod credential;
mod date_time;
mod error;
mod lint;
mod localized;
mod method;
mod model;
mod read;
mod supplicant;
mod username;
mod verdict;
mod write;
mod xml;

pub use certificate::{Certificate, Role};
pub use credential::{
    ClientCertificate, ClientSideCredential, Credential, Pkcs12, Secret, ServerSideCredential,
};
pub use date_time::{format_date_time, parse_date_time};
pub use error::{Place, ReadError, ReadErrorKind, Warning, WarningKind};
pub use lint::{Problem, Severity, lint};
pub use localized::{LocalizedText, choose, for_display};
pub use method::{AuthenticationMethod, EapType, Inner, InnerMethod, NonEapType};
pub use model::{
    Applicability, ConsortiumOid, EapConfig, Helpdesk, IdentityProvider, Location, Logo, LogoKind, Network,
    ProviderInfo, RsnProtocol, WiredNetwork, looks_like_email,
};
pub use read::{
    MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, MAX_LEN, MAX_LOGO_LEN, MAX_SSID_LEN, MAX_TEXT_LEN, Parsed, read,
    read_with_limit,
};
pub use supplicant::{Keyfile, KeyfileOptions, MapOptions, Passpoint, Settings, Supplicant, WpaFiles, map};
pub use username::{UsernameProblem, UsernameRule, check_username};
pub use verdict::{Client, DEFAULT_METHODS, MethodVerdict, Need, ProviderVerdict, Reason, Verdict, judge};
pub use write::{WriteError, write};
