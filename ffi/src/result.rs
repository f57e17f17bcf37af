//! The one result enum.

use core::ffi::c_char;

/// Writes the enum, its texts, and nothing else: cbindgen reads the enum below, the test compares both.
macro_rules! texts {
    ($($variant:ident $text:literal,)+) => {
        impl fonap_result {
            /// Every result.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            const fn text(self) -> &'static core::ffi::CStr {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

/// What a function says about how it went. 0 is success, errors are negative; numbers are never reused.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum fonap_result {
    /// Success.
    Ok = 0,
    /// A pointer is NULL that must not be.
    Null = -1,
    /// The output buffer is too small; the needed length was written.
    BufferTooSmall = -2,
    /// An argument, or a member of a structure, has a value it cannot have.
    Argument = -3,
    /// Text is not UTF-8.
    Text = -4,
    /// A defect of this library was caught. The handle cannot be used any more but for `_free`.
    Panic = -5,
    /// There is no such thing, or no more of them.
    NotFound = -6,
    /// The call does not fit the state of the handle.
    State = -7,
    /// More, or longer, than the limit that the function states.
    Limit = -8,
    /// The configuration cannot be used; `problem` says why.
    Config = -9,
    /// The octets or the text are not what the function reads.
    Malformed = -10,
    /// The input ends too early.
    Truncated = -11,
    /// A length field contradicts the input.
    Length = -12,
    /// A digit or character stands where it cannot.
    Digit = -13,
    /// What was received is not authentic: a signature, tag or authenticator is wrong, or the key is another one.
    NotAuthentic = -14,
    /// What was received lacks the protection that the policy asks for.
    Unprotected = -15,
    /// What was received belongs to something else: ignore it and go on waiting.
    Other = -16,
    /// The peer refused.
    Refused = -17,
    /// The format cannot say what the model holds.
    Unsupported = -18,
    /// Nothing came in time.
    Timeout = -19,
    /// The network reported an error.
    Network = -20,

    // Heartbeat: -100 to -199.
    /// The query or answer is of another version or kind, or was encrypted with another key.
    HeartbeatKind = -100,
    /// The answer is for another query.
    HeartbeatTrid = -101,
    /// A regular answer, and no RSA key to check it with.
    HeartbeatNoRsaKey = -102,
    /// The RSA block is not below the modulus. A server answers NOP instead and tries again at the next heartbeat.
    HeartbeatNotBelowModulus = -103,
    /// The RSA key cannot be used: not 2048 bits, or a weak exponent.
    HeartbeatRsaKey = -104,
    /// The server's time is outside the window.
    HeartbeatNopTime = -105,

    // RADIUS: -200 to -299.
    /// An attribute is malformed.
    RadiusAttribute = -200,
    /// The code does not fit the way the packet was begun, or does not answer the request.
    RadiusCode = -201,
    /// A value is hidden with a salt, and none was given.
    RadiusSaltMissing = -202,
    /// There is no Identifier left: open another source port.
    RadiusNoIdentifier = -203,
}

texts! {
    Ok c"success",
    Null c"a pointer is NULL that must not be",
    BufferTooSmall c"the output buffer is too small",
    Argument c"an argument has a value it cannot have",
    Text c"the text is not UTF-8",
    Panic c"a defect of the library was caught",
    NotFound c"there is no such thing",
    State c"the call does not fit the state of the handle",
    Limit c"more, or longer, than the limit",
    Config c"the configuration cannot be used",
    Malformed c"the input is not what the function reads",
    Truncated c"the input ends too early",
    Length c"a length field contradicts the input",
    Digit c"a digit or character stands where it cannot",
    NotAuthentic c"not authentic, or another key",
    Unprotected c"lacks the protection that the policy asks for",
    Other c"belongs to something else; go on waiting",
    Refused c"the peer refused",
    Unsupported c"the format cannot say this",
    Timeout c"nothing came in time",
    Network c"the network reported an error",
    HeartbeatKind c"another version or kind of heartbeat message, or another key",
    HeartbeatTrid c"the answer is for another query",
    HeartbeatNoRsaKey c"a regular answer, and no RSA key to check it with",
    HeartbeatNotBelowModulus c"the RSA block is not below the modulus",
    HeartbeatRsaKey c"the RSA key cannot be used",
    HeartbeatNopTime c"the server's time is outside the window",
    RadiusAttribute c"an attribute is malformed",
    RadiusCode c"the code does not fit",
    RadiusSaltMissing c"a salted value, and no salt was given",
    RadiusNoIdentifier c"no Identifier is left",
}

/// What a result means, in English, as a static string that ends with a zero. Never NULL: an unknown number has a text
/// too.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_result_text(result: i32) -> *const c_char {
    let known = fonap_result::ALL.iter().find(|known| **known as i32 == result);
    known.map_or(c"unknown result", |known| known.text()).as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_enum_has_a_text_of_its_own() {
        let source = include_str!("result.rs");
        let numbered =
            source.lines().filter(|line| line.trim_start().contains(" = -") && line.ends_with(','));
        assert_eq!(numbered.count() + 1, fonap_result::ALL.len());
        for (index, one) in fonap_result::ALL.iter().enumerate() {
            assert!(*one as i32 <= 0);
            for other in &fonap_result::ALL[index + 1..] {
                assert_ne!((*one as i32, one.text()), (*other as i32, other.text()));
                assert_ne!(one.text(), other.text());
            }
        }
    }
}
