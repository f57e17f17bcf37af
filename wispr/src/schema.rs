//! Which fields a kind of message has, in which order, and what makes a message complete (spec: wispr 3, 9).

use crate::code::ResponseCode;
use crate::message::{Field, Kind, Message};

/// Why a message is not one of the specification's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A message that the specification does not have.
    #[error("not a message of the specification")]
    Unknown,
    /// The number is not the element's.
    #[error("MessageType is not the element's")]
    MessageType,
    /// The code is not one this message can carry.
    #[error("ResponseCode {} does not fit the message", .0.0)]
    ResponseCode(ResponseCode),
    /// A field that the message must have, with this ResponseCode, is not there.
    #[error("{} is missing", .0.element())]
    Missing(Field),
    /// A field that the message cannot have.
    #[error("{} is no field of the message", .0.element())]
    Foreign(Field),
    /// A version that is not `n.n`, or an AccessProcedure other than `1.0`.
    #[error("{} does not have the form it must have", .0.element())]
    Form(Field),
}

/// The fields of a kind, in the order a writer uses (spec: wispr 3).
#[must_use]
pub const fn fields(kind: Kind) -> &'static [Field] {
    use Field as F;
    match kind {
        Kind::Redirect => &[
            F::MessageType,
            F::ResponseCode,
            F::VersionHigh,
            F::VersionLow,
            F::AccessProcedure,
            F::AccessLocation,
            F::LocationName,
            F::LoginUrl,
            F::AbortLoginUrl,
            F::EapMsg,
            F::OperatorUrl,
        ],
        Kind::Proxy => &[F::MessageType, F::ResponseCode, F::NextUrl, F::Delay],
        Kind::AuthenticationReply => &[
            F::MessageType,
            F::ResponseCode,
            F::FonResponseCode,
            F::ReplyMessage,
            F::LoginResultsUrl,
            F::LogoffUrl,
            F::StatusUrl,
            F::MaxSessionTime,
            F::RedirectionUrl,
        ],
        Kind::EapAuthenticationReply => &[
            F::MessageType,
            F::ResponseCode,
            F::ReplyMessage,
            F::EapMsg,
            F::LoginUrl,
            F::LogoffUrl,
            F::StatusUrl,
            F::MaxSessionTime,
            F::RedirectionUrl,
        ],
        Kind::LogoffReply => &[F::MessageType, F::ResponseCode],
        Kind::AuthenticationPollReply => &[
            F::MessageType,
            F::ResponseCode,
            F::ReplyMessage,
            F::Delay,
            F::LogoffUrl,
            F::StatusUrl,
            F::RedirectionUrl,
            F::MaxSessionTime,
        ],
        Kind::AbortLoginReply => &[F::MessageType, F::ResponseCode, F::LogoffUrl],
        Kind::StatusReply => &[F::MessageType, F::ResponseCode, F::Status, F::MaxSessionTime],
        Kind::PollNotification => &[F::MessageType, F::ResponseCode, F::LoginResultsUrl, F::Delay],
        Kind::Unknown => &[],
    }
}

/// Whether a kind can carry a code (spec: wispr 3).
///
/// Section 3.9 lists no codes for PollNotification, so every code of section 4 fits it.
#[must_use]
pub fn has_code(kind: Kind, code: ResponseCode) -> bool {
    let codes: &[u16] = match kind {
        Kind::Redirect => &[0, 105, 255],
        Kind::Proxy => &[200, 255],
        Kind::AuthenticationReply => &[50, 100, 102, 105, 201, 252, 253, 254, 255],
        Kind::EapAuthenticationReply => &[10, 50, 100, 102, 105, 252, 253, 254, 255],
        Kind::LogoffReply => &[150, 152, 252, 255],
        Kind::AuthenticationPollReply => &[50, 100, 102, 105, 150, 200, 201, 255],
        Kind::AbortLoginReply => &[50, 151, 255],
        Kind::StatusReply => &[0, 152, 255],
        Kind::PollNotification => return code.name().is_some(),
        Kind::Unknown => &[],
    };
    codes.contains(&code.0)
}

/// Checks that a message is complete and has nothing it cannot have (spec: wispr 9).
///
/// Some answers of deployed gateways are not: section 9 lists them. The writer writes them all the same.
///
/// # Errors
/// The first deviation found.
pub fn check(message: &Message<'_>) -> Result<(), SchemaError> {
    let known = fields(message.kind);
    if known.is_empty() {
        return Err(SchemaError::Unknown);
    }
    for &field in Field::ALL {
        if message.value(field).is_some() && !known.contains(&field) {
            return Err(SchemaError::Foreign(field));
        }
    }
    let number = message.message_type.ok_or(SchemaError::Missing(Field::MessageType))?;
    if Some(number) != message.kind.message_type() {
        return Err(SchemaError::MessageType);
    }
    let code = message.response_code.ok_or(SchemaError::Missing(Field::ResponseCode))?;
    if !has_code(message.kind, code) {
        return Err(SchemaError::ResponseCode(code));
    }
    for &field in mandatory(message.kind, code) {
        if message.value(field).is_none() {
            return Err(SchemaError::Missing(field));
        }
    }
    if message.kind == Kind::Redirect { check_versions(message) } else { Ok(()) }
}

/// What a message must have beside its number and its code.
fn mandatory(kind: Kind, code: ResponseCode) -> &'static [Field] {
    match (kind, code) {
        (Kind::Redirect, _) => &[Field::LoginUrl, Field::AbortLoginUrl],
        (Kind::PollNotification, _) => &[Field::LoginResultsUrl],
        (
            Kind::AuthenticationReply | Kind::EapAuthenticationReply | Kind::AuthenticationPollReply,
            ResponseCode::LOGIN_SUCCEEDED,
        ) => &[Field::LogoffUrl],
        (Kind::AuthenticationReply, ResponseCode::AUTHENTICATION_PENDING) => &[Field::LoginResultsUrl],
        (Kind::EapAuthenticationReply, ResponseCode::CHALLENGED) => &[Field::EapMsg],
        _ => &[],
    }
}

fn check_versions(message: &Message<'_>) -> Result<(), SchemaError> {
    let low = match (message.version_high.as_deref(), message.version_low.as_deref()) {
        (None, None) => None,
        (None, Some(_)) => return Err(SchemaError::Missing(Field::VersionHigh)),
        (Some(_), None) => return Err(SchemaError::Missing(Field::VersionLow)),
        (Some(high), Some(low)) => {
            version(high).ok_or(SchemaError::Form(Field::VersionHigh))?;
            Some(version(low).ok_or(SchemaError::Form(Field::VersionLow))?)
        }
    };
    if low.is_some_and(|low| low > (1, 0)) {
        return Ok(());
    }
    match message.access_procedure.as_deref() {
        Some("1.0") => Ok(()),
        Some(_) => Err(SchemaError::Form(Field::AccessProcedure)),
        None => Err(SchemaError::Missing(Field::AccessProcedure)),
    }
}

/// Reads `n.n`.
#[must_use]
pub fn version(text: &str) -> Option<(u16, u16)> {
    let (major, minor) = text.split_once('.')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((number(major)?, number(minor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect() -> Message<'static> {
        let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
        message.access_procedure = Some("1.0".into());
        message.login_url = Some("https://h/l".into());
        message.abort_login_url = Some("http://h/a".into());
        message
    }

    #[test]
    fn a_redirect_offers_1_0_unless_it_says_otherwise() {
        // spec: wispr 9
        assert_eq!(check(&redirect()), Ok(()));
        let mut message = redirect();
        message.access_procedure = None;
        assert_eq!(check(&message), Err(SchemaError::Missing(Field::AccessProcedure)));
        message.version_high = Some("2.0".into());
        assert_eq!(check(&message), Err(SchemaError::Missing(Field::VersionLow)));
        message.version_low = Some("2.0".into());
        assert_eq!(check(&message), Ok(()));
        message.version_low = Some("two".into());
        assert_eq!(check(&message), Err(SchemaError::Form(Field::VersionLow)));
    }

    #[test]
    fn a_success_needs_a_logoff_url_and_a_challenge_a_packet() {
        // spec: wispr 9
        let success = Message::with_code(Kind::AuthenticationPollReply, ResponseCode::LOGIN_SUCCEEDED);
        assert_eq!(check(&success), Err(SchemaError::Missing(Field::LogoffUrl)));
        let late = Message::with_code(Kind::AbortLoginReply, ResponseCode::LOGIN_SUCCEEDED);
        assert_eq!(check(&late), Ok(()));
        let pending = Message::with_code(Kind::AuthenticationReply, ResponseCode::AUTHENTICATION_PENDING);
        assert_eq!(check(&pending), Err(SchemaError::Missing(Field::LoginResultsUrl)));
        let challenge = Message::with_code(Kind::EapAuthenticationReply, ResponseCode::CHALLENGED);
        assert_eq!(check(&challenge), Err(SchemaError::Missing(Field::EapMsg)));
    }

    #[test]
    fn numbers_and_fields_must_fit_the_element() {
        // spec: wispr 9
        let mut message = redirect();
        message.reply_messages.push("text".into());
        assert_eq!(check(&message), Err(SchemaError::Foreign(Field::ReplyMessage)));
        let mut message = redirect();
        message.message_type = Some(120.into());
        assert_eq!(check(&message), Err(SchemaError::MessageType));
        message.message_type = None;
        assert_eq!(check(&message), Err(SchemaError::Missing(Field::MessageType)));
        let message = Message::with_code(Kind::LogoffReply, ResponseCode::LOGIN_ABORTED);
        assert_eq!(check(&message), Err(SchemaError::ResponseCode(ResponseCode(151))));
        assert_eq!(check(&Message::new(Kind::Unknown)), Err(SchemaError::Unknown));
    }

    #[test]
    fn a_version_is_two_numbers() {
        assert_eq!(version("2.10"), Some((2, 10)));
        assert_eq!(version("2"), None);
        assert_eq!(version("2."), None);
        assert_eq!(version("+2.0"), None);
    }
}
