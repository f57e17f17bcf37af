//! What can be wrong with octets that came in, and with what is to go out.
//!
//! Every error of reading has a stable word, `reason()`, for counters and logs.

use crate::path::{Kind, Path};

/// Why octets are not a RADIUS packet (spec: radius 1). The packet is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Fewer octets than a header.
    #[error("{have} octets are fewer than a header of 20")]
    TooShort {
        /// Octets received.
        have: usize,
    },
    /// The Length field is below 20.
    #[error("length {value} is below 20")]
    LengthTooSmall {
        /// The Length field.
        value: usize,
    },
    /// The Length field is above the limit.
    #[error("length {value} is above the limit of {limit}")]
    LengthTooLarge {
        /// The Length field.
        value: usize,
        /// The limit.
        limit: usize,
    },
    /// The Length field is above what was received.
    #[error("length {length}, but {have} octets present")]
    Truncated {
        /// The Length field.
        length: usize,
        /// Octets received.
        have: usize,
    },
    /// One octet is left where an attribute needs two.
    #[error("attribute at offset {offset} has no length octet")]
    AttributeHeaderTruncated {
        /// Where the attribute begins in the packet.
        offset: usize,
    },
    /// The attribute does not even cover its own header.
    #[error("attribute {} at offset {offset} has length {length}", kind.0)]
    AttributeLengthTooSmall {
        /// Where the attribute begins in the packet.
        offset: usize,
        /// Its type.
        kind: Kind,
        /// Its length octet, 0 or 1.
        length: u8,
    },
    /// The attribute ends behind the packet.
    #[error("attribute {} at offset {offset} has length {length}, {left} octets are left", kind.0)]
    AttributeOverrun {
        /// Where the attribute begins in the packet.
        offset: usize,
        /// Its type.
        kind: Kind,
        /// Its length octet.
        length: u8,
        /// Octets left in the packet.
        left: usize,
    },
    /// Attribute type 0 is not assigned.
    #[error("attribute type 0 at offset {offset}")]
    AttributeTypeZero {
        /// Where the attribute begins in the packet.
        offset: usize,
    },
    /// More attributes than the caller allows.
    #[error("more than {limit} attributes: one too many at offset {offset}")]
    TooManyAttributes {
        /// Where the first one beyond the limit begins in the packet.
        offset: usize,
        /// The limit.
        limit: usize,
    },
}

impl DecodeError {
    /// Every word that [`reason`](Self::reason) has, for counters that are set up beforehand.
    pub const REASONS: &[&str] = &[
        "datagram-shorter-than-20",
        "length-field-below-20",
        "length-field-above-4096",
        "length-field-exceeds-datagram",
        "attribute-header-truncated",
        "attribute-length-below-2",
        "attribute-overruns-packet",
        "attribute-type-0",
        "too-many-attributes",
    ];

    /// A stable word for counters and logs.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "datagram-shorter-than-20",
            Self::LengthTooSmall { .. } => "length-field-below-20",
            Self::LengthTooLarge { .. } => "length-field-above-4096",
            Self::Truncated { .. } => "length-field-exceeds-datagram",
            Self::AttributeHeaderTruncated { .. } => "attribute-header-truncated",
            Self::AttributeLengthTooSmall { .. } => "attribute-length-below-2",
            Self::AttributeOverrun { .. } => "attribute-overruns-packet",
            Self::AttributeTypeZero { .. } => "attribute-type-0",
            Self::TooManyAttributes { .. } => "too-many-attributes",
        }
    }
}

/// Why the octets of an attribute are not of its type. The packet stands (RFC 6929 §2.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("attribute {} at offset {offset}: {cause}", kind.0)]
pub struct InvalidAttribute {
    /// Where the attribute begins in the packet.
    pub offset: usize,
    /// Its type.
    pub kind: Kind,
    /// What is wrong.
    pub cause: Invalid,
}

macro_rules! invalid {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// What is wrong with the value of an attribute.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        #[non_exhaustive]
        pub enum Invalid {
            $($(#[doc = $doc])* #[error($word)] $name,)*
        }

        impl Invalid {
            /// Every cause, for counters that are set up beforehand.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// A stable word for counters and logs.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

invalid! {
    /// A text of no octets (RFC 8044 §3.4).
    EmptyText = "zero-length-text",
    /// Octets that are no UTF-8 where text belongs.
    NotUtf8 = "text-not-utf-8",
    /// A 32-bit number of another size.
    IntegerLength = "integer-not-4-octets",
    /// An IPv4 address of another size.
    Ipv4Length = "ipaddr-not-4-octets",
    /// A time of another size.
    TimeLength = "time-not-4-octets",
    /// An interface identifier of another size.
    IfidLength = "ifid-not-8-octets",
    /// An IPv6 address of another size.
    Ipv6Length = "ipv6addr-not-16-octets",
    /// An IPv6 prefix below 2 octets.
    Ipv6PrefixTooShort = "ipv6prefix-too-short",
    /// An IPv6 prefix above 18 octets.
    Ipv6PrefixTooLong = "ipv6prefix-too-long",
    /// An IPv6 prefix length above 128.
    Ipv6PrefixLength = "ipv6prefix-length-above-128",
    /// An IPv6 prefix with fewer octets than its length needs.
    Ipv6PrefixTruncated = "ipv6prefix-shorter-than-its-length",
    /// An IPv6 prefix with bits behind its length.
    Ipv6PrefixHostBits = "ipv6prefix-bits-outside-prefix",
    /// An IPv4 prefix of another size than 6.
    Ipv4PrefixSize = "ipv4prefix-not-6-octets",
    /// An IPv4 prefix length above 32.
    Ipv4PrefixLength = "ipv4prefix-length-above-32",
    /// An IPv4 prefix with bits behind its length.
    Ipv4PrefixHostBits = "ipv4prefix-bits-outside-prefix",
    /// A 64-bit number of another size.
    Integer64Length = "integer64-not-8-octets",
    /// A value of a vendor's type with another size than the type has.
    FixedLength = "value-has-wrong-length",
    /// A boolean that is neither 0 nor 1.
    Boolean = "boolean-not-0-or-1",
    /// Text that is no filter of Ascend's.
    AscendFilter = "not-an-ascend-filter",
    /// A User-Password of no octets.
    UserPasswordEmpty = "user-password-empty",
    /// A User-Password that is not whole blocks.
    UserPasswordBlocks = "user-password-not-multiple-of-16",
    /// A User-Password above 128 octets.
    UserPasswordTooLong = "user-password-above-128",
    /// A CHAP-Password of another size.
    ChapPasswordLength = "chap-password-not-17-octets",
    /// A salted value without ciphertext.
    SaltCiphertextMissing = "salt-ciphertext-missing",
    /// A salted value that is not whole blocks.
    SaltCiphertextBlocks = "salt-ciphertext-not-multiple-of-16",
    /// A salted value whose inner length does not fit; usually the secret is wrong.
    SaltLength = "salt-length-octet-too-large",
    /// A Vendor-Specific without vendor.
    VsaTooShort = "vsa-shorter-than-vendor-id",
    /// A Vendor-Specific with nothing behind the vendor.
    VsaEmpty = "vsa-without-data",
    /// A sub-attribute with less than its header.
    SubHeaderTruncated = "vsa-sub-attribute-header-truncated",
    /// A sub-attribute that does not cover its own header.
    SubLengthTooSmall = "vsa-sub-attribute-length-below-2",
    /// A sub-attribute that ends behind the attribute.
    SubOverrun = "vsa-sub-attribute-overruns",
    /// A sub-attribute with a continuation octet that does not cover its own header.
    ContinuationLengthTooSmall = "wimax-sub-attribute-length-below-3",
    /// A continued value with no continuation.
    ContinuationMissing = "continuation-without-next",
    /// An attribute of type 241 to 246 without Extended-Type.
    ExtendedTypeMissing = "extended-type-missing",
    /// An attribute of type 241 to 246 without value.
    ExtendedEmpty = "extended-value-empty",
    /// The More flag in an attribute that is not full.
    MoreNotFull = "more-flag-in-short-fragment",
    /// The More flag in the last fragment.
    MoreWithoutNext = "more-flag-without-next-fragment",
    /// The More flag, but the next attribute of that type has another Extended-Type.
    MoreOtherType = "more-flag-followed-by-other-extended-type",
    /// The value is spread over several attributes: join it first.
    Fragmented = "fragmented-value",
    /// An Extended-Vendor-Specific without vendor type.
    EvsTooShort = "evs-without-type",
    /// An Extended-Vendor-Specific without value.
    EvsEmpty = "evs-value-empty",
    /// A TLV with less than its header.
    TlvHeaderTruncated = "tlv-header-truncated",
    /// A TLV with no value.
    TlvLengthTooSmall = "tlv-length-below-3",
    /// A TLV that ends behind its parent.
    TlvOverrun = "tlv-overruns",
    /// TLVs nested deeper than the limit.
    TlvTooDeep = "tlv-nested-too-deep",
    /// A tag above 31 or a tagged number above 24 bits.
    TaggedRange = "tag-above-31-or-number-above-24-bits",
    /// An Error-Cause that does not go with the packet.
    ErrorCause = "error-cause-does-not-fit-the-packet",
    /// A tagged value without tag octet.
    TagMissing = "tag-missing",
}

/// Why a packet that stands is dropped all the same (spec: radius 3, 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The code means nothing, or not a packet of this direction.
    #[error("code {0} is not expected here")]
    UnknownCode(u8),
    /// The reply does not carry the Identifier of the request.
    #[error("identifier {have} does not answer {want}")]
    Identifier {
        /// Identifier of the reply.
        have: u8,
        /// Identifier of the request.
        want: u8,
    },
    /// The reply does not carry the Token of the request (RADIUS/1.1).
    #[error("the token does not answer the request")]
    Token,
    /// The code of the reply does not fit the request.
    #[error("code {reply} does not answer code {request}")]
    UnexpectedResponseCode {
        /// Code of the request.
        request: u8,
        /// Code of the reply.
        reply: u8,
    },
    /// The Request Authenticator is wrong.
    #[error("Request Authenticator does not fit")]
    RequestAuthenticator,
    /// The Response Authenticator is wrong.
    #[error("Response Authenticator does not fit")]
    ResponseAuthenticator,
    /// Message-Authenticator has another size than 16 octets.
    #[error("Message-Authenticator at offset {offset} has {length} octets")]
    MessageAuthenticatorLength {
        /// Where the attribute begins.
        offset: usize,
        /// Octets of its value.
        length: usize,
    },
    /// More than one Message-Authenticator.
    #[error("a second Message-Authenticator at offset {offset}")]
    MessageAuthenticatorRepeated {
        /// Where the second one begins.
        offset: usize,
    },
    /// The Message-Authenticator is wrong.
    #[error("Message-Authenticator at offset {offset} does not fit")]
    MessageAuthenticator {
        /// Where the attribute begins.
        offset: usize,
    },
    /// EAP-Message without Message-Authenticator (RFC 3579 §3.1).
    #[error("EAP-Message at offset {offset} without Message-Authenticator")]
    EapWithoutMessageAuthenticator {
        /// Where the first EAP-Message begins.
        offset: usize,
    },
    /// Status-Server without Message-Authenticator (RFC 5997 §3).
    #[error("Status-Server without Message-Authenticator")]
    StatusWithoutMessageAuthenticator,
    /// The policy asks for a Message-Authenticator.
    #[error("Message-Authenticator is required")]
    MessageAuthenticatorRequired,
    /// The policy asks for the Message-Authenticator to be first.
    #[error("Message-Authenticator at offset {offset} is not the first attribute")]
    MessageAuthenticatorNotFirst {
        /// Where the attribute begins.
        offset: usize,
    },
    /// A reply with Proxy-State to a request without one, unprotected.
    #[error("Proxy-State at offset {offset} that was not sent")]
    UnsolicitedProxyState {
        /// Where the attribute begins.
        offset: usize,
    },
    /// A request with Proxy-State, unprotected.
    #[error("Proxy-State at offset {offset} without Message-Authenticator")]
    ProxyStateWithoutMessageAuthenticator {
        /// Where the attribute begins.
        offset: usize,
    },
}

impl VerifyError {
    /// Every word that [`reason`](Self::reason) has, for counters that are set up beforehand.
    pub const REASONS: &[&str] = &[
        "unknown-code",
        "unexpected-identifier",
        "unexpected-token",
        "unexpected-response-code",
        "request-authenticator-mismatch",
        "response-authenticator-mismatch",
        "message-authenticator-not-16-octets",
        "message-authenticator-repeated",
        "message-authenticator-mismatch",
        "eap-message-without-message-authenticator",
        "status-server-without-message-authenticator",
        "message-authenticator-required",
        "message-authenticator-not-first",
        "unsolicited-proxy-state",
        "proxy-state-without-message-authenticator",
    ];

    /// A stable word for counters and logs.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::UnknownCode(_) => "unknown-code",
            Self::Identifier { .. } => "unexpected-identifier",
            Self::Token => "unexpected-token",
            Self::UnexpectedResponseCode { .. } => "unexpected-response-code",
            Self::RequestAuthenticator => "request-authenticator-mismatch",
            Self::ResponseAuthenticator => "response-authenticator-mismatch",
            Self::MessageAuthenticatorLength { .. } => "message-authenticator-not-16-octets",
            Self::MessageAuthenticatorRepeated { .. } => "message-authenticator-repeated",
            Self::MessageAuthenticator { .. } => "message-authenticator-mismatch",
            Self::EapWithoutMessageAuthenticator { .. } => "eap-message-without-message-authenticator",
            Self::StatusWithoutMessageAuthenticator => "status-server-without-message-authenticator",
            Self::MessageAuthenticatorRequired => "message-authenticator-required",
            Self::MessageAuthenticatorNotFirst { .. } => "message-authenticator-not-first",
            Self::UnsolicitedProxyState { .. } => "unsolicited-proxy-state",
            Self::ProxyStateWithoutMessageAuthenticator { .. } => "proxy-state-without-message-authenticator",
        }
    }

    /// Whether a connection that carried such a packet must be closed (RFC 6613 §2.6.4; spec: radius 15).
    ///
    /// On TCP and TLS an Authenticator or Message-Authenticator that does not fit means that the peers have lost step or
    /// their secret. What is only unexpected, or not what a policy wants, is dropped and the connection stays.
    #[must_use]
    pub const fn closes_connection(&self) -> bool {
        matches!(
            self,
            Self::RequestAuthenticator
                | Self::ResponseAuthenticator
                | Self::MessageAuthenticatorLength { .. }
                | Self::MessageAuthenticatorRepeated { .. }
                | Self::MessageAuthenticator { .. }
        )
    }
}

/// Why a packet cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The packet would pass the buffer or the limit.
    #[error("{needed} octets needed, room for {room}")]
    TooLong {
        /// Octets the addition needs.
        needed: usize,
        /// Octets that are left.
        room: usize,
    },
    /// The value does not fit one attribute.
    #[error("value of {length} octets does not fit attribute {path}")]
    ValueTooLong {
        /// The attribute.
        path: Path,
        /// Octets of the value.
        length: usize,
    },
    /// The value is not one its type allows, for example an empty text.
    #[error("attribute {path}: {cause}")]
    Value {
        /// The attribute.
        path: Path,
        /// What is wrong.
        cause: Invalid,
    },
    /// The path cannot be written: it lacks a number, or has one that does not fit.
    #[error("attribute {path} cannot be written")]
    Path {
        /// The path.
        path: Path,
    },
    /// The code does not go with this way of making the Authenticator.
    #[error("code {0} is not built this way")]
    Code(u8),
    /// A second Message-Authenticator.
    #[error("more than one Message-Authenticator")]
    MessageAuthenticatorRepeated,
    /// A tag above 31 (RFC 2868 §3.1).
    #[error("tag {0} is above 31")]
    Tag(u8),
    /// A tagged integer above 24 bits (RFC 2868 §3.1).
    #[error("tagged integer {0} is above 24 bits")]
    TaggedInteger(u32),
    /// No salt has been given (RFC 2868 §3.5).
    #[error("a salted attribute needs a salt; give one first")]
    SaltMissing,
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 15
    #[test]
    fn a_connection_ends_with_what_is_wrong_and_not_with_what_is_unexpected() {
        let closing = [
            VerifyError::RequestAuthenticator,
            VerifyError::ResponseAuthenticator,
            VerifyError::MessageAuthenticator { offset: 20 },
            VerifyError::MessageAuthenticatorLength { offset: 20, length: 15 },
            VerifyError::MessageAuthenticatorRepeated { offset: 38 },
        ];
        let staying = [
            VerifyError::UnknownCode(33),
            VerifyError::Identifier { have: 1, want: 2 },
            VerifyError::UnexpectedResponseCode { request: 1, reply: 5 },
            VerifyError::Token,
            VerifyError::MessageAuthenticatorRequired,
        ];
        assert!(closing.iter().all(VerifyError::closes_connection));
        assert!(!staying.iter().any(VerifyError::closes_connection));
    }
}
