//! What a login brings: the parameters of `/logon` (spec: uam 4).

use super::challenge::{self, Challenge, Key, hex_array};
use super::config::{LocalUser, NtResponse};
use super::request::parameter;
use crate::text::PADDED_BASE64;
use alloc::vec::Vec;
use base64::Engine as _;
use core::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The longest EAP message of a login, in octets (spec: uam 2).
pub const MAX_EAP_LEN: usize = 1265;

/// How a user proves to be one. Secrets are wiped on drop, compared in constant time and not printed.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// A password in clear (`password`, a command, or a login by hardware address).
    Pap {
        /// The password.
        password: Zeroizing<Vec<u8>>,
    },
    /// A CHAP response (`response`).
    Chap {
        /// The identifier (`ident`).
        ident: u8,
        /// The CHAP-Challenge: the key.
        challenge: Key,
        /// The response.
        response: [u8; 16],
    },
    /// An MS-CHAPv2 response (`ntresponse`).
    MsChapV2 {
        /// The identifier (`ident`).
        ident: u8,
        /// Both the peer's and the authenticator's challenge: the key.
        challenge: Key,
        /// The NT-Response.
        nt_response: [u8; 24],
    },
    /// An EAP packet of the client (`WISPrEAPMsg`).
    Eap {
        /// The packet.
        packet: Vec<u8>,
    },
}

impl Credentials {
    /// What a client would answer that has this password and speaks MS-CHAPv2.
    pub(super) fn ms_chap_v2(
        nt_response: NtResponse,
        challenge: Challenge,
        user_name: &[u8],
        password: &[u8],
    ) -> Self {
        let challenge = challenge.key(b"");
        let octets = challenge.as_octets();
        let nt_response = nt_response(octets, octets, user_name, password);
        Self::MsChapV2 { ident: 0, challenge, nt_response }
    }
}

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pap { password: a }, Self::Pap { password: b }) => a.ct_eq(b).into(),
            (
                Self::Chap { ident: i, challenge: c, response: r },
                Self::Chap { ident, challenge, response },
            ) => i == ident && c == challenge && r == response,
            (
                Self::MsChapV2 { ident: i, challenge: c, nt_response: r },
                Self::MsChapV2 { ident, challenge, nt_response },
            ) => i == ident && c == challenge && r == nt_response,
            (Self::Eap { packet: a }, Self::Eap { packet: b }) => a == b,
            _ => false,
        }
    }
}

impl Eq for Credentials {}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Pap { .. } => "Pap",
            Self::Chap { .. } => "Chap",
            Self::MsChapV2 { .. } => "MsChapV2",
            Self::Eap { .. } => "Eap",
        };
        write!(f, "{name}([secret])")
    }
}

/// What the query of a login says about credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing: not a login.
    None,
    /// These.
    Some(Credentials),
    /// The client has no challenge to answer.
    NoChallenge,
    /// The values do not have their form.
    Malformed,
    /// WISPrEAPMsg is not base64.
    Protocol,
    /// WISPrEAPMsg is too long.
    TooLong,
}

/// Reads the first kind of credentials that is present (spec: uam 4).
pub(super) fn read(query: &[u8], challenge: Option<Challenge>, uamsecret: &[u8], wispr2: bool) -> Found {
    let key = challenge.map(|c| c.key(uamsecret));
    let ident = || parameter(query, "ident").map_or(0, |text| challenge::ident(&text));
    if let Some(text) = parameter(query, "ntresponse") {
        return answered(key, |challenge| {
            let nt_response = hex_array(&text)?;
            Some(Credentials::MsChapV2 { ident: ident(), challenge, nt_response })
        });
    }
    if let Some(text) = parameter(query, "response") {
        return answered(key, |challenge| {
            let response = hex_array(&text)?;
            Some(Credentials::Chap { ident: ident(), challenge, response })
        });
    }
    if let Some(text) = parameter(query, "password") {
        return answered(key, |key| {
            let mut password = key.recover(&text)?;
            let len = password.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
            password.truncate(len);
            Some(Credentials::Pap { password })
        });
    }
    match parameter(query, "WISPrEAPMsg").filter(|_| wispr2) {
        None => Found::None,
        // A text that is no base64 is refused as that, however long it is; the query bounds it.
        Some(text) => match PADDED_BASE64.decode(&*text) {
            Ok(packet) if packet.len() > MAX_EAP_LEN => Found::TooLong,
            Ok(packet) if packet.is_empty() => Found::Protocol,
            Ok(packet) => Found::Some(Credentials::Eap { packet }),
            Err(_) => Found::Protocol,
        },
    }
}

fn answered(key: Option<Key>, read: impl FnOnce(Key) -> Option<Credentials>) -> Found {
    match key.map(read) {
        None => Found::NoChallenge,
        Some(None) => Found::Malformed,
        Some(Some(credentials)) => Found::Some(credentials),
    }
}

/// Whether a configured user may come in with these credentials. Passwords are compared in constant time.
pub(super) fn is_local_user(users: &[LocalUser], name: &[u8], credentials: &Credentials) -> bool {
    users.iter().any(|user| {
        user.name == name
            && match credentials {
                Credentials::Pap { password } => password.ct_eq(&user.password).into(),
                Credentials::Chap { ident, challenge, response } => {
                    challenge.verify_chap(*ident, &user.password, response)
                }
                Credentials::MsChapV2 { .. } | Credentials::Eap { .. } => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const CHALLENGE: Challenge = Challenge([5; 16]);

    fn found(query: &str, wispr2: bool) -> Found {
        read(query.as_bytes(), Some(CHALLENGE), b"garrafon", wispr2)
    }

    #[test]
    fn the_first_kind_in_the_order_of_the_specification_counts() {
        // spec: uam 4
        let hex = "00".repeat(24);
        let query = format!("password=00&response={}&ident=7&ntresponse={hex}", "00".repeat(16));
        assert!(matches!(found(&query, false), Found::Some(Credentials::MsChapV2 { ident: 7, .. })));
        let query = format!("password=00&response={}", "00".repeat(16));
        assert!(matches!(found(&query, false), Found::Some(Credentials::Chap { ident: 0, .. })));
        assert_eq!(found("username=x", true), Found::None);
        assert_eq!(found("response=00", false), Found::Malformed);
        assert_eq!(found("password=0x", false), Found::Malformed);
    }

    #[test]
    fn without_a_challenge_there_is_nothing_to_answer() {
        // spec: uam 3
        assert_eq!(read(b"password=00", None, b"", false), Found::NoChallenge);
    }

    #[test]
    fn padding_is_no_part_of_a_password() {
        // spec: uam 4
        let sent = CHALLENGE.key(b"garrafon").obfuscate(b"secret\0\0\0\0");
        let want = Credentials::Pap { password: Zeroizing::new(b"secret".to_vec()) };
        assert_eq!(found(&format!("password={sent}"), false), Found::Some(want.clone()));
        assert_eq!(format!("{want:?}"), "Pap([secret])");
    }

    #[test]
    fn an_eap_message_is_strict_base64_of_bounded_length() {
        // spec: uam 4
        let packet =
            |len| format!("WISPrEAPMsg={}", PADDED_BASE64.encode(alloc::vec![1; len]).replace('=', "%3D"));
        assert!(matches!(found(&packet(1265), true), Found::Some(Credentials::Eap { .. })));
        assert_eq!(found(&packet(1266), true), Found::TooLong);
        assert_eq!(found(&packet(9000), true), Found::TooLong);
        assert_eq!(found("WISPrEAPMsg=AQEABQ", true), Found::Protocol);
        assert_eq!(found("WISPrEAPMsg=AQEABQE_", true), Found::Protocol);
        assert_eq!(found("WISPrEAPMsg=AQEABQE=", false), Found::None);
        // What is malformed is not also too long.
        for text in ["A".repeat(1690), format!("{}!", "A".repeat(1691)), "A".repeat(1693)] {
            assert_eq!(found(&format!("WISPrEAPMsg={text}"), true), Found::Protocol, "{}", text.len());
        }
        assert_eq!(found(&format!("WISPrEAPMsg={}", "A".repeat(1692)), true), Found::TooLong);
        // Bits that no octet takes are no wrong character.
        assert_eq!(found("WISPrEAPMsg=AQEABQF=", true), found("WISPrEAPMsg=AQEABQE=", true));
        assert_eq!(found("WISPrEAPMsg=AQEABR==", true), found("WISPrEAPMsg=AQEABQ==", true));
    }

    #[test]
    fn a_local_user_may_use_pap_and_chap() {
        // spec: uam 4
        let users = [LocalUser::new(b"joe", b"secret")];
        let key = CHALLENGE.key(b"");
        let pap = |password: &[u8]| Credentials::Pap { password: Zeroizing::new(password.to_vec()) };
        assert!(is_local_user(&users, b"joe", &pap(b"secret")));
        assert!(
            !is_local_user(&users, b"joe", &pap(b"Secret"))
                && !is_local_user(&users, b"ann", &pap(b"secret"))
        );
        let response = key.chap_response(3, b"secret");
        assert!(is_local_user(
            &users,
            b"joe",
            &Credentials::Chap { ident: 3, challenge: key.clone(), response }
        ));
        assert!(!is_local_user(&users, b"joe", &Credentials::Chap { ident: 4, challenge: key, response }));
    }
}
