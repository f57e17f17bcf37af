//! Authentication methods and what can run inside them (spec: eapconfig 3).

use crate::credential::{ClientSideCredential, Credential, ServerSideCredential};

/// Number of an EAP method in the registry of IANA (RFC 3748, 6.2). Not to be mixed up with [`NonEapType`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EapType(pub i32);

impl EapType {
    /// EAP-GTC (RFC 3748, 5.6). Runs inside TTLS and PEAP.
    pub const GTC: Self = Self(6);
    /// EAP-TLS (RFC 5216).
    pub const TLS: Self = Self(13);
    /// LEAP. Never supported.
    pub const LEAP: Self = Self(17);
    /// EAP-TTLS (RFC 5281).
    pub const TTLS: Self = Self(21);
    /// PEAP.
    pub const PEAP: Self = Self(25);
    /// EAP-MSCHAPv2. Runs inside TTLS and PEAP.
    pub const MSCHAPV2: Self = Self(26);
    /// EAP-FAST (RFC 4851).
    pub const FAST: Self = Self(43);
    /// EAP-pwd (RFC 5931).
    pub const PWD: Self = Self(52);
    /// TEAP (RFC 7170).
    pub const TEAP: Self = Self(55);

    /// The method's name, if it is one this crate knows.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::GTC => "EAP-GTC",
            Self::TLS => "EAP-TLS",
            Self::LEAP => "LEAP",
            Self::TTLS => "EAP-TTLS",
            Self::PEAP => "PEAP",
            Self::MSCHAPV2 => "EAP-MSCHAPv2",
            Self::FAST => "EAP-FAST",
            Self::PWD => "EAP-pwd",
            Self::TEAP => "TEAP",
            _ => return None,
        })
    }
}

/// Number of a method without EAP inside TTLS (`NonEAPAuthMethod`, spec: eapconfig 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NonEapType(pub i32);

impl NonEapType {
    /// PAP (RFC 5281, 11.2.5).
    pub const PAP: Self = Self(1);
    /// MSCHAP (RFC 5281, 11.2.3).
    pub const MSCHAP: Self = Self(2);
    /// MSCHAPv2 (RFC 5281, 11.2.4).
    pub const MSCHAPV2: Self = Self(3);
}

/// An `InnerAuthenticationMethod` as the document gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InnerMethod {
    /// Number of the `EAPMethod`.
    pub eap: Option<EapType>,
    /// Number of the `NonEAPAuthMethod`.
    pub non_eap: Option<NonEapType>,
    /// `ServerSideCredential` of the inner method. The tunnel is trusted by the outer one.
    pub server: ServerSideCredential,
    /// `ClientSideCredential` of the inner method: adds to and overrides the outer one.
    pub client: ClientSideCredential,
}

/// What can run inside a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Inner {
    /// PAP, in TTLS only.
    Pap,
    /// MSCHAP, in TTLS only.
    Mschap,
    /// MSCHAPv2 without EAP, in TTLS only.
    MschapV2,
    /// EAP-MSCHAPv2.
    EapMschapV2,
    /// EAP-GTC.
    EapGtc,
}

impl Inner {
    /// The name, `EAP-MSCHAPv2` for example.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pap => "PAP",
            Self::Mschap => "MSCHAP",
            Self::MschapV2 => "MSCHAPv2",
            Self::EapMschapV2 => "EAP-MSCHAPv2",
            Self::EapGtc => "EAP-GTC",
        }
    }

    /// Whether it is an EAP method.
    #[must_use]
    pub const fn is_eap(self) -> bool {
        matches!(self, Self::EapMschapV2 | Self::EapGtc)
    }

    /// What an element stands for inside `outer`: the EAP form is tried first.
    fn of(outer: EapType, method: &InnerMethod) -> Option<Self> {
        let eap = match method.eap {
            Some(EapType::MSCHAPV2) => Some(Self::EapMschapV2),
            Some(EapType::GTC) => Some(Self::EapGtc),
            _ => None,
        };
        eap.or(match method.non_eap {
            Some(NonEapType::PAP) if outer == EapType::TTLS => Some(Self::Pap),
            Some(NonEapType::MSCHAP) if outer == EapType::TTLS => Some(Self::Mschap),
            Some(NonEapType::MSCHAPV2) if outer == EapType::TTLS => Some(Self::MschapV2),
            _ => None,
        })
    }
}

/// An `AuthenticationMethod` as the document gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthenticationMethod {
    /// Number of the `EAPMethod`; nothing if it is missing or no number.
    pub eap: Option<EapType>,
    /// What the server must present.
    pub server: ServerSideCredential,
    /// What the client presents.
    pub client: ClientSideCredential,
    /// The inner methods, in order of preference.
    pub inner: Vec<InnerMethod>,
}

impl AuthenticationMethod {
    /// The inner method in use: the first that may run inside the outer one. Nothing for methods without tunnel.
    #[must_use]
    pub fn inner(&self) -> Option<Inner> {
        self.inner_in_use().map(|(inner, _)| inner)
    }

    /// The credential in use: the outer one with that of the inner method put over it.
    #[must_use]
    pub fn credential(&self) -> Credential<'_> {
        Credential { outer: &self.client, inner: self.inner_in_use().map(|(_, method)| &method.client) }
    }

    /// Whether an inner method is required.
    #[must_use]
    pub fn is_tunnel(&self) -> bool {
        matches!(self.eap, Some(EapType::TTLS | EapType::PEAP))
    }

    /// The document says EAP-MSCHAPv2 inside TTLS. Some publishers write that where they mean MSCHAPv2 without EAP,
    /// which is different on the wire; a supplicant should try both, this one first (spec: eapconfig 3).
    #[must_use]
    pub fn is_ttls_eap_mschapv2_ambiguous(&self) -> bool {
        self.eap == Some(EapType::TTLS) && self.inner() == Some(Inner::EapMschapV2)
    }

    fn inner_in_use(&self) -> Option<(Inner, &InnerMethod)> {
        let outer = self.eap.filter(|_| self.is_tunnel())?;
        self.inner.iter().find_map(|method| Some((Inner::of(outer, method)?, method)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(outer: EapType, inner: &[(Option<i32>, Option<i32>)]) -> AuthenticationMethod {
        let inner = inner
            .iter()
            .map(|(eap, non_eap)| InnerMethod {
                eap: eap.map(EapType),
                non_eap: non_eap.map(NonEapType),
                ..InnerMethod::default()
            })
            .collect();
        AuthenticationMethod { eap: Some(outer), inner, ..AuthenticationMethod::default() }
    }

    // spec: eapconfig 3
    #[test]
    fn the_first_inner_method_of_the_table_is_used() {
        let inner = |outer, list: &[(Option<i32>, Option<i32>)]| method(outer, list).inner();
        assert_eq!(
            inner(EapType::TTLS, &[(Some(99), None), (None, Some(9)), (None, Some(2))]),
            Some(Inner::Mschap)
        );
        assert_eq!(inner(EapType::TTLS, &[(Some(6), Some(1))]), Some(Inner::EapGtc));
        assert_eq!(inner(EapType::TTLS, &[(Some(3), Some(3))]), Some(Inner::MschapV2));
        assert_eq!(inner(EapType::TTLS, &[(Some(3), None)]), None);
        assert_eq!(
            inner(EapType::PEAP, &[(None, Some(1)), (Some(25), None), (Some(26), None)]),
            Some(Inner::EapMschapV2)
        );
        assert_eq!(inner(EapType::PEAP, &[(None, Some(3))]), None);
        assert_eq!(inner(EapType::TLS, &[(Some(26), None)]), None);
    }

    // spec: eapconfig 3
    #[test]
    fn only_ttls_with_eap_mschapv2_is_ambiguous() {
        assert!(method(EapType::TTLS, &[(Some(26), None)]).is_ttls_eap_mschapv2_ambiguous());
        assert!(!method(EapType::TTLS, &[(None, Some(3))]).is_ttls_eap_mschapv2_ambiguous());
        assert!(!method(EapType::PEAP, &[(Some(26), None)]).is_ttls_eap_mschapv2_ambiguous());
    }
}
