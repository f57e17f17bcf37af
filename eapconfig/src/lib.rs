//! The EAP configuration XML that institutions publish.

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
    ClientCertificate, ClientSideCredential, Credential, Secret, SecretOctets, ServerSideCredential,
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
pub use supplicant::{MapOptions, Passpoint, Settings, Supplicant, WpaFiles, map};
pub use username::{UsernameProblem, UsernameRule, check_username};
pub use verdict::{Client, DEFAULT_METHODS, MethodVerdict, Need, ProviderVerdict, Reason, Verdict, judge};
pub use write::{WriteError, write};
