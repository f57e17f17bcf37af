//! Packet codes.

use core::fmt;

/// Packet code (RFC 2865 §3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub u8);

/// What stands in the Authenticator field of a packet (spec: radius 2, 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthenticatorKind {
    /// 16 unpredictable octets: Access-Request and Status-Server.
    Random,
    /// MD5 over the packet with a zero Authenticator: Accounting-, CoA- and Disconnect-Request.
    Computed,
    /// MD5 over the packet with the Authenticator of the request: every reply.
    Response,
}

impl Code {
    /// Asks for access (RFC 2865 §4.1). Client to server.
    pub const ACCESS_REQUEST: Self = Self(1);
    /// Grants access (RFC 2865 §4.2).
    pub const ACCESS_ACCEPT: Self = Self(2);
    /// Refuses access (RFC 2865 §4.3).
    pub const ACCESS_REJECT: Self = Self(3);
    /// Reports a session (RFC 2866 §4.1). Client to server.
    pub const ACCOUNTING_REQUEST: Self = Self(4);
    /// Acknowledges a report (RFC 2866 §4.2).
    pub const ACCOUNTING_RESPONSE: Self = Self(5);
    /// Asks for more (RFC 2865 §4.4).
    pub const ACCESS_CHALLENGE: Self = Self(11);
    /// Asks whether the server is alive (RFC 5997). Client to server.
    pub const STATUS_SERVER: Self = Self(12);
    /// Never specified; always dropped (RFC 2865 §3).
    pub const STATUS_CLIENT: Self = Self(13);
    /// Ends a session (RFC 5176 §2.1). Server to NAS.
    pub const DISCONNECT_REQUEST: Self = Self(40);
    /// The session is ended (RFC 5176 §2.1).
    pub const DISCONNECT_ACK: Self = Self(41);
    /// The session is not ended (RFC 5176 §2.1).
    pub const DISCONNECT_NAK: Self = Self(42);
    /// Changes the authorization of a session (RFC 5176 §2.2). Server to NAS.
    pub const COA_REQUEST: Self = Self(43);
    /// The authorization is changed (RFC 5176 §2.2).
    pub const COA_ACK: Self = Self(44);
    /// The authorization is not changed (RFC 5176 §2.2).
    pub const COA_NAK: Self = Self(45);
    /// The request cannot be handled; stream transports only (RFC 7930 §4).
    pub const PROTOCOL_ERROR: Self = Self(52);

    /// The registry's name, if the code has a meaning for this crate.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            1 => "Access-Request",
            2 => "Access-Accept",
            3 => "Access-Reject",
            4 => "Accounting-Request",
            5 => "Accounting-Response",
            11 => "Access-Challenge",
            12 => "Status-Server",
            13 => "Status-Client",
            40 => "Disconnect-Request",
            41 => "Disconnect-ACK",
            42 => "Disconnect-NAK",
            43 => "CoA-Request",
            44 => "CoA-ACK",
            45 => "CoA-NAK",
            52 => "Protocol-Error",
            _ => return None,
        })
    }

    /// What the Authenticator of such a packet is; `None` for codes that a receiver drops.
    #[must_use]
    pub const fn authenticator_kind(self) -> Option<AuthenticatorKind> {
        match self.0 {
            1 | 12 => Some(AuthenticatorKind::Random),
            4 | 40 | 43 => Some(AuthenticatorKind::Computed),
            2 | 3 | 5 | 11 | 41 | 42 | 44 | 45 | 52 => Some(AuthenticatorKind::Response),
            _ => None,
        }
    }

    /// Whether this is one of the five requests.
    #[must_use]
    pub const fn is_request(self) -> bool {
        matches!(self.0, 1 | 4 | 12 | 40 | 43)
    }

    /// Whether a reply with this code may answer a request with code `request` (spec: radius 2).
    ///
    /// `stream` says that the transport is TCP or TLS, where Protocol-Error answers anything. A Status-Server may be
    /// answered by Access-Accept or Accounting-Response, depending on the port, which the caller knows.
    #[must_use]
    pub const fn answers(self, request: Self, stream: bool) -> bool {
        match (request.0, self.0) {
            (1, 2 | 3 | 11) | (4, 5) | (12, 2 | 5) | (40, 41 | 42) | (43, 44 | 45) => true,
            (1 | 4 | 12 | 40 | 43, 52) => stream,
            _ => false,
        }
    }

    /// Whether a sender puts a Message-Authenticator into every such request and every reply to it (spec: radius 4).
    pub(crate) const fn wants_message_authenticator(self) -> bool {
        matches!(self.0, 1 | 12)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "code {}", self.0),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<u8> for Code {
    fn from(number: u8) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 2
    #[test]
    fn a_reply_fits_only_its_request() {
        assert!(Code::ACCESS_CHALLENGE.answers(Code::ACCESS_REQUEST, false));
        assert!(!Code::ACCOUNTING_RESPONSE.answers(Code::ACCESS_REQUEST, false));
        assert!(!Code::PROTOCOL_ERROR.answers(Code::ACCESS_REQUEST, false));
        assert!(Code::PROTOCOL_ERROR.answers(Code::ACCESS_REQUEST, true));
        assert!(!Code::PROTOCOL_ERROR.answers(Code::ACCESS_ACCEPT, true));
    }

    #[test]
    fn unknown_numbers_keep_their_number_and_have_no_name() {
        assert_eq!(Code(33).name(), None);
        assert_eq!(Code(33).authenticator_kind(), None);
        assert_eq!(alloc::format!("{}", Code(33)), "code 33");
    }
}
