//! Whether a client can use a document, with which provider and method, and if not, why (spec: eapconfig 4).

use crate::credential::ClientCertificate;
use crate::method::{AuthenticationMethod, EapType};
use crate::model::{EapConfig, IdentityProvider};

/// The methods supported unless a client says otherwise (spec: eapconfig 3).
pub const DEFAULT_METHODS: [EapType; 4] = [EapType::TLS, EapType::TTLS, EapType::PEAP, EapType::PWD];

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The outer methods the supplicant can do. [`DEFAULT_METHODS`] is a good set.
    pub methods: &'a [EapType],
    /// The present time in Unix seconds.
    pub now: i64,
}

impl Client<'_> {
    /// A client with the default methods. `now` is in Unix seconds.
    #[must_use]
    pub const fn new(now: i64) -> Self {
        Self { methods: &DEFAULT_METHODS, now }
    }
}

/// Why a method, a provider or a document is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The method has no readable number.
    #[error("the method has no readable number")]
    NoEapType,
    /// The client does not support the method.
    #[error("the method is not supported")]
    UnsupportedMethod,
    /// The method needs an inner method and has none.
    #[error("the inner method is missing")]
    NoInnerMethod,
    /// None of the inner methods may run inside the outer one.
    #[error("the inner method is not supported")]
    UnsupportedInnerMethod,
    /// No usable trust anchor: the server could not be told from any other.
    #[error("there is no usable certificate of an authority")]
    NoCa,
    /// No usable server name: every server with a certificate of the same authority would be trusted.
    #[error("there is no usable server name")]
    NoServerId,
    /// The client certificate is not a PKCS#12 container.
    #[error("the client certificate cannot be used")]
    BadClientCertificate,
    /// The provider offers no method.
    #[error("there is no method")]
    NoMethods,
    /// The element `CredentialApplicability` is missing.
    #[error("CredentialApplicability is missing")]
    NoCredentialApplicability,
    /// No usable wireless network is left, and there is no wired one.
    #[error("there is no usable network")]
    NoNetworks,
    /// The time of `ValidUntil` has passed.
    #[error("the document has expired")]
    Expired,
    /// There is no provider at all.
    #[error("there is no provider")]
    NoProvider,
}

impl Reason {
    /// The code of the specification, `no_server_id` for example.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoEapType => "no_eap_type",
            Self::UnsupportedMethod => "unsupported_method",
            Self::NoInnerMethod => "no_inner_method",
            Self::UnsupportedInnerMethod => "unsupported_inner_method",
            Self::NoCa => "no_ca",
            Self::NoServerId => "no_server_id",
            Self::BadClientCertificate => "bad_client_certificate",
            Self::NoMethods => "no_methods",
            Self::NoCredentialApplicability => "no_credential_applicability",
            Self::NoNetworks => "no_networks",
            Self::Expired => "expired",
            Self::NoProvider => "no_provider",
        }
    }
}

/// What must still be asked of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Need {
    /// A certificate with its key.
    ClientCertificate,
    /// The passphrase of the certificate. The empty one should be tried before anybody is asked.
    Passphrase,
    /// The user name; [`UsernameRule`](crate::UsernameRule) checks it.
    Username,
    /// The password.
    Password,
}

impl Need {
    /// The code of the specification, `passphrase` for example.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ClientCertificate => "client_certificate",
            Self::Passphrase => "passphrase",
            Self::Username => "username",
            Self::Password => "password",
        }
    }
}

/// What is to be said of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodVerdict {
    /// Why it cannot be used; nothing if it can.
    pub refused: Option<Reason>,
    /// What must still be asked of the user; empty if the method is refused.
    pub needs: Vec<Need>,
}

/// What is to be said of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderVerdict {
    /// Why it cannot be used; nothing if it can.
    pub refused: Option<Reason>,
    /// Its methods, in the order of the document.
    pub methods: Vec<MethodVerdict>,
    /// The method to take, also of a provider that is refused for other reasons.
    pub choice: Option<usize>,
}

/// What is to be said of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its providers, in the order of the document.
    pub providers: Vec<ProviderVerdict>,
}

impl Verdict {
    /// Index of the provider and the method to take: the first provider that can be used.
    #[must_use]
    pub fn choice(&self) -> Option<(usize, usize)> {
        let provider = self.usable_providers().next()?;
        Some((provider, self.providers.get(provider)?.choice?))
    }

    /// Indices of all providers that can be used. A second one with the same `ID` is how OpenRoaming is offered on
    /// request.
    pub fn usable_providers(&self) -> impl Iterator<Item = usize> {
        self.providers.iter().enumerate().filter(|(_, p)| p.refused.is_none()).map(|(i, _)| i)
    }

    /// Why the document is refused: the reason of the first provider. Nothing if it can be used.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        if self.choice().is_some() {
            return None;
        }
        Some(self.providers.first().and_then(|p| p.refused).unwrap_or(Reason::NoProvider))
    }
}

/// Says what a client can make of a document.
///
/// Server trust is not negotiable: a method other than EAP-pwd needs a trust anchor and a server name.
#[must_use]
pub fn judge(config: &EapConfig, client: &Client<'_>) -> Verdict {
    Verdict { providers: config.providers.iter().map(|p| judge_provider(p, client)).collect() }
}

fn judge_provider(provider: &IdentityProvider, client: &Client<'_>) -> ProviderVerdict {
    let methods: Vec<_> = provider.methods.iter().map(|m| judge_method(m, client)).collect();
    // Somebody without a certificate cannot do EAP-TLS, so a later method with a password is better.
    let usable = || methods.iter().enumerate().filter(|(_, m)| m.refused.is_none());
    let choice = usable()
        .find(|(_, m)| !m.needs.contains(&Need::ClientCertificate))
        .or_else(|| usable().next())
        .map(|(index, _)| index);
    let refused = if methods.is_empty() {
        Some(Reason::NoMethods)
    } else if provider.applicability.is_none() {
        Some(Reason::NoCredentialApplicability)
    } else if provider.networks().is_empty() && !provider.is_wired() {
        Some(Reason::NoNetworks)
    } else if provider.valid_until.is_some_and(|until| client.now > until) {
        Some(Reason::Expired)
    } else if choice.is_none() {
        methods.first().and_then(|m| m.refused)
    } else {
        None
    };
    ProviderVerdict { refused, methods, choice }
}

fn judge_method(method: &AuthenticationMethod, client: &Client<'_>) -> MethodVerdict {
    match refuse(method, client) {
        Some(reason) => MethodVerdict { refused: Some(reason), needs: Vec::new() },
        None => MethodVerdict { refused: None, needs: needs(method) },
    }
}

fn refuse(method: &AuthenticationMethod, client: &Client<'_>) -> Option<Reason> {
    let Some(eap) = method.eap else { return Some(Reason::NoEapType) };
    if !client.methods.contains(&eap) {
        return Some(Reason::UnsupportedMethod);
    }
    if method.is_tunnel() && method.inner().is_none() {
        let none_given = method.inner.is_empty();
        return Some(if none_given { Reason::NoInnerMethod } else { Reason::UnsupportedInnerMethod });
    }
    if eap != EapType::PWD {
        if method.server.authorities.is_empty() {
            return Some(Reason::NoCa);
        }
        if method.server.server_ids.is_empty() {
            return Some(Reason::NoServerId);
        }
    }
    let unusable =
        eap == EapType::TLS && method.client.client_certificate == Some(ClientCertificate::Unusable);
    unusable.then_some(Reason::BadClientCertificate)
}

fn needs(method: &AuthenticationMethod) -> Vec<Need> {
    let credential = method.credential();
    let wanted = if method.eap == Some(EapType::TLS) {
        [
            (credential.client_certificate().is_none(), Need::ClientCertificate),
            (credential.passphrase().is_none(), Need::Passphrase),
        ]
    } else {
        [
            (credential.user_name().is_none(), Need::Username),
            (credential.password().is_none(), Need::Password),
        ]
    };
    wanted.into_iter().filter(|(missing, _)| *missing).map(|(_, need)| need).collect()
}
