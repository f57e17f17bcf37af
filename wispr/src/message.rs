//! The messages of WISPr 1.0 and 2.0 and their fields.
//!
//! One record, [`Message`], holds any message: what was read, or what is to be written. Which fields a kind has, in
//! which order, and which of them it must have, stands in [`crate::schema`].

use crate::code::{FonResponseCode, MessageType, ResponseCode};
use crate::element::Element;
use alloc::{borrow::Cow, vec::Vec};

/// The kinds of message, by element name (spec: wispr 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Here is how to log in.
    Redirect,
    /// Ask again, here or there.
    Proxy,
    /// The result of a login.
    AuthenticationReply,
    /// A round or the result of a login by EAP (2.0).
    EapAuthenticationReply,
    /// The result of a logoff.
    LogoffReply,
    /// The result of a poll, and of a login of 1.0 at many gateways.
    AuthenticationPollReply,
    /// The result of an abort.
    AbortLoginReply,
    /// The state of the session (2.0).
    StatusReply,
    /// The login is pending (2.0).
    PollNotification,
    /// An element this crate does not know; only the tolerant reader makes one, and it is never acted upon.
    Unknown,
}

impl Kind {
    /// Every kind that has an element name, in the order of the numbers.
    pub const ALL: [Self; 9] = [
        Self::Redirect,
        Self::Proxy,
        Self::AuthenticationReply,
        Self::EapAuthenticationReply,
        Self::LogoffReply,
        Self::AuthenticationPollReply,
        Self::AbortLoginReply,
        Self::StatusReply,
        Self::PollNotification,
    ];

    /// The element's name; nothing for [`Kind::Unknown`].
    #[must_use]
    pub const fn element(self) -> Option<&'static str> {
        match self.message_type() {
            Some(number) => number.name(),
            None => None,
        }
    }

    /// The number that belongs to the element (spec: wispr 4); nothing for [`Kind::Unknown`].
    #[must_use]
    pub const fn message_type(self) -> Option<MessageType> {
        Some(match self {
            Self::Redirect => MessageType::REDIRECT,
            Self::Proxy => MessageType::PROXY,
            Self::AuthenticationReply => MessageType::AUTHENTICATION_REPLY,
            Self::EapAuthenticationReply => MessageType::EAP_AUTHENTICATION_REPLY,
            Self::LogoffReply => MessageType::LOGOFF_REPLY,
            Self::AuthenticationPollReply => MessageType::AUTHENTICATION_POLL_REPLY,
            Self::AbortLoginReply => MessageType::ABORT_LOGIN_REPLY,
            Self::StatusReply => MessageType::STATUS_REPLY,
            Self::PollNotification => MessageType::POLL_NOTIFICATION,
            Self::Unknown => return None,
        })
    }

    /// The kind whose number this is.
    #[must_use]
    pub fn from_message_type(number: MessageType) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.message_type() == Some(number))
    }

    /// The kind whose element name this is, letter case included.
    #[must_use]
    pub fn from_element(name: &str) -> Option<Self> {
        match Element::find(name)? {
            (Element::Message(kind), true) => Some(kind),
            _ => None,
        }
    }

    /// As [`Kind::from_element`], whatever the letter case.
    #[must_use]
    pub fn from_element_ignoring_case(name: &str) -> Option<Self> {
        match Element::find(name)?.0 {
            Element::Message(kind) => Some(kind),
            Element::Field(_) => None,
        }
    }
}

/// How a field's text is to be understood (spec: wispr 3, 8 rule 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldType {
    /// Text for people, or an identifier.
    Text,
    /// A version, `major.minor`.
    Version,
    /// A URL.
    Url,
    /// A non-negative decimal number up to this one.
    Integer(u64),
    /// An EAP packet in base64.
    Base64,
}

macro_rules! fields {
    ($($(#[$doc:meta])+ $variant:ident $element:literal $type:expr,)+) => {
        /// The fields of the messages, by element name (spec: wispr 3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[$doc])+ $variant,)+
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The element's name.
            #[must_use]
            pub const fn element(self) -> &'static str {
                match self {
                    $(Self::$variant => $element,)+
                }
            }

            /// How the text is to be understood.
            #[must_use]
            pub const fn field_type(self) -> FieldType {
                match self {
                    $(Self::$variant => $type,)+
                }
            }
        }
    };
}

fields! {
    /// The number of the message.
    MessageType "MessageType" FieldType::Integer(0xffff),
    /// What became of the request.
    ResponseCode "ResponseCode" FieldType::Integer(0xffff),
    /// FON's finer reason of a refusal.
    FonResponseCode "FONResponseCode" FieldType::Integer(0xffff),
    /// The highest version offered (2.0).
    VersionHigh "VersionHigh" FieldType::Version,
    /// The lowest version offered (2.0).
    VersionLow "VersionLow" FieldType::Version,
    /// `1.0`, if 1.0 is offered.
    AccessProcedure "AccessProcedure" FieldType::Text,
    /// The identifier of the place.
    AccessLocation "AccessLocation" FieldType::Text,
    /// The name of the place.
    LocationName "LocationName" FieldType::Text,
    /// Where credentials are posted to.
    LoginUrl "LoginURL" FieldType::Url,
    /// Where a login is aborted.
    AbortLoginUrl "AbortLoginURL" FieldType::Url,
    /// An EAP packet (2.0).
    EapMsg "EAPMsg" FieldType::Base64,
    /// The login page of a hosted operator (2.0).
    OperatorUrl "OperatorURL" FieldType::Url,
    /// Where to go on.
    NextUrl "NextURL" FieldType::Url,
    /// Seconds to wait first.
    Delay "Delay" FieldType::Integer(0xffff_ffff),
    /// Text for the user.
    ReplyMessage "ReplyMessage" FieldType::Text,
    /// Where the result of a pending login is asked for.
    LoginResultsUrl "LoginResultsURL" FieldType::Url,
    /// Where the session is ended.
    LogoffUrl "LogoffURL" FieldType::Url,
    /// Where the state of the session is asked for (2.0).
    StatusUrl "StatusURL" FieldType::Url,
    /// Seconds the session may last (2.0); 0 from the vendor's gateway means no limit.
    MaxSessionTime "MaxSessionTime" FieldType::Integer(u64::MAX),
    /// A page to show to the user (2.0); often present and empty.
    RedirectionUrl "RedirectionURL" FieldType::Url,
    /// The state of the session (2.0); gateways disagree on what 0 and 1 mean.
    Status "Status" FieldType::Integer(0xffff),
}

impl Field {
    /// The field whose element name this is, letter case included.
    #[must_use]
    pub fn from_element(name: &str) -> Option<Self> {
        match Element::find(name)? {
            (Element::Field(field), true) => Some(field),
            _ => None,
        }
    }

    /// As [`Field::from_element`], whatever the letter case.
    #[must_use]
    pub fn from_element_ignoring_case(name: &str) -> Option<Self> {
        match Element::find(name)?.0 {
            Element::Field(field) => Some(field),
            Element::Message(_) => None,
        }
    }
}

/// A message: read, or to be written.
///
/// A field that is `None` is not there. The readers never give an empty text; [`crate::write`] writes one as an
/// empty element, which is what gateways do with a RedirectionURL they do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The kind; the element's name decides it, not the number.
    pub kind: Kind,
    /// The element's name as it was read; only with [`Kind::Unknown`].
    pub name: Option<Cow<'a, str>>,
    /// MessageType as it was read. When writing, `None` stands for the kind's own number.
    pub message_type: Option<MessageType>,
    /// ResponseCode.
    pub response_code: Option<ResponseCode>,
    /// FONResponseCode.
    pub fon_response_code: Option<FonResponseCode>,
    /// VersionHigh.
    pub version_high: Option<Cow<'a, str>>,
    /// VersionLow.
    pub version_low: Option<Cow<'a, str>>,
    /// AccessProcedure.
    pub access_procedure: Option<Cow<'a, str>>,
    /// AccessLocation.
    pub access_location: Option<Cow<'a, str>>,
    /// LocationName.
    pub location_name: Option<Cow<'a, str>>,
    /// LoginURL.
    pub login_url: Option<Cow<'a, str>>,
    /// AbortLoginURL.
    pub abort_login_url: Option<Cow<'a, str>>,
    /// EAPMsg, decoded.
    pub eap_msg: Option<Cow<'a, [u8]>>,
    /// OperatorURL, the first if there are several.
    pub operator_url: Option<Cow<'a, str>>,
    /// NextURL.
    pub next_url: Option<Cow<'a, str>>,
    /// Delay in seconds.
    pub delay: Option<u32>,
    /// Every ReplyMessage that is not empty.
    pub reply_messages: Vec<Cow<'a, str>>,
    /// LoginResultsURL.
    pub login_results_url: Option<Cow<'a, str>>,
    /// LogoffURL.
    pub logoff_url: Option<Cow<'a, str>>,
    /// StatusURL.
    pub status_url: Option<Cow<'a, str>>,
    /// MaxSessionTime in seconds.
    pub max_session_time: Option<u64>,
    /// RedirectionURL.
    pub redirection_url: Option<Cow<'a, str>>,
    /// Status, the raw number.
    pub status: Option<u16>,
    /// Elements this crate does not know, name and text. Never written.
    pub extra: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// A field's value, for those who treat all fields alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'m, 'a> {
    /// A number.
    Integer(u64),
    /// A text, URL or version.
    Text(&'m str),
    /// All texts of a field that may repeat.
    Texts(&'m [Cow<'a, str>]),
    /// Octets.
    Octets(&'m [u8]),
}

impl<'a> Message<'a> {
    /// A message without any field.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            name: None,
            message_type: None,
            response_code: None,
            fon_response_code: None,
            version_high: None,
            version_low: None,
            access_procedure: None,
            access_location: None,
            location_name: None,
            login_url: None,
            abort_login_url: None,
            eap_msg: None,
            operator_url: None,
            next_url: None,
            delay: None,
            reply_messages: Vec::new(),
            login_results_url: None,
            logoff_url: None,
            status_url: None,
            max_session_time: None,
            redirection_url: None,
            status: None,
            extra: Vec::new(),
        }
    }

    /// A message of that kind with the kind's number and a response code.
    #[must_use]
    pub const fn with_code(kind: Kind, code: ResponseCode) -> Self {
        let mut message = Self::new(kind);
        message.message_type = kind.message_type();
        message.response_code = Some(code);
        message
    }

    /// Whether a client may act on the message: known, with a ResponseCode, and with a LoginURL if it is a Redirect
    /// (spec: wispr 8 rule 13).
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.kind != Kind::Unknown
            && self.response_code.is_some()
            && (self.kind != Kind::Redirect || self.login_url.is_some())
    }

    /// The value of a field, if it is there.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<Value<'_, 'a>> {
        Some(match field {
            Field::MessageType => Value::Integer(self.message_type?.0.into()),
            Field::ResponseCode => Value::Integer(self.response_code?.0.into()),
            Field::FonResponseCode => Value::Integer(self.fon_response_code?.0.into()),
            Field::Delay => Value::Integer(self.delay?.into()),
            Field::MaxSessionTime => Value::Integer(self.max_session_time?),
            Field::Status => Value::Integer(self.status?.into()),
            Field::EapMsg => Value::Octets(self.eap_msg.as_deref()?),
            Field::ReplyMessage if self.reply_messages.is_empty() => return None,
            Field::ReplyMessage => Value::Texts(&self.reply_messages),
            Field::VersionHigh => Value::Text(self.version_high.as_deref()?),
            Field::VersionLow => Value::Text(self.version_low.as_deref()?),
            Field::AccessProcedure => Value::Text(self.access_procedure.as_deref()?),
            Field::AccessLocation => Value::Text(self.access_location.as_deref()?),
            Field::LocationName => Value::Text(self.location_name.as_deref()?),
            Field::LoginUrl => Value::Text(self.login_url.as_deref()?),
            Field::AbortLoginUrl => Value::Text(self.abort_login_url.as_deref()?),
            Field::OperatorUrl => Value::Text(self.operator_url.as_deref()?),
            Field::NextUrl => Value::Text(self.next_url.as_deref()?),
            Field::LoginResultsUrl => Value::Text(self.login_results_url.as_deref()?),
            Field::LogoffUrl => Value::Text(self.logoff_url.as_deref()?),
            Field::StatusUrl => Value::Text(self.status_url.as_deref()?),
            Field::RedirectionUrl => Value::Text(self.redirection_url.as_deref()?),
        })
    }

    /// The place of a field that is a text or URL; nothing for numbers, octets and ReplyMessage.
    #[must_use]
    pub fn text_mut(&mut self, field: Field) -> Option<&mut Option<Cow<'a, str>>> {
        Some(match field {
            Field::VersionHigh => &mut self.version_high,
            Field::VersionLow => &mut self.version_low,
            Field::AccessProcedure => &mut self.access_procedure,
            Field::AccessLocation => &mut self.access_location,
            Field::LocationName => &mut self.location_name,
            Field::LoginUrl => &mut self.login_url,
            Field::AbortLoginUrl => &mut self.abort_login_url,
            Field::OperatorUrl => &mut self.operator_url,
            Field::NextUrl => &mut self.next_url,
            Field::LoginResultsUrl => &mut self.login_results_url,
            Field::LogoffUrl => &mut self.logoff_url,
            Field::StatusUrl => &mut self.status_url,
            Field::RedirectionUrl => &mut self.redirection_url,
            _ => return None,
        })
    }

    /// Sets a field that is a number; one that is too large for it clears it. Other fields stay as they are.
    pub fn set_integer(&mut self, field: Field, number: u64) {
        let short = u16::try_from(number).ok();
        match field {
            Field::MessageType => self.message_type = short.map(MessageType),
            Field::ResponseCode => self.response_code = short.map(ResponseCode),
            Field::FonResponseCode => self.fon_response_code = short.map(FonResponseCode),
            Field::Status => self.status = short,
            Field::Delay => self.delay = u32::try_from(number).ok(),
            Field::MaxSessionTime => self.max_session_time = Some(number),
            _ => {}
        }
    }

    /// The same message, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        let mut out = Message::new(self.kind);
        let text = |value: Cow<'a, str>| Cow::Owned(value.into_owned());
        out.name = self.name.map(text);
        out.message_type = self.message_type;
        out.response_code = self.response_code;
        out.fon_response_code = self.fon_response_code;
        out.version_high = self.version_high.map(text);
        out.version_low = self.version_low.map(text);
        out.access_procedure = self.access_procedure.map(text);
        out.access_location = self.access_location.map(text);
        out.location_name = self.location_name.map(text);
        out.login_url = self.login_url.map(text);
        out.abort_login_url = self.abort_login_url.map(text);
        out.eap_msg = self.eap_msg.map(|octets| Cow::Owned(octets.into_owned()));
        out.operator_url = self.operator_url.map(text);
        out.next_url = self.next_url.map(text);
        out.delay = self.delay;
        out.reply_messages = self.reply_messages.into_iter().map(text).collect();
        out.login_results_url = self.login_results_url.map(text);
        out.logoff_url = self.logoff_url.map(text);
        out.status_url = self.status_url.map(text);
        out.max_session_time = self.max_session_time;
        out.redirection_url = self.redirection_url.map(text);
        out.status = self.status;
        out.extra = self.extra.into_iter().map(|(name, value)| (text(name), text(value))).collect();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_belong_together() {
        // spec: wispr 4
        for kind in Kind::ALL {
            let element = kind.element().unwrap();
            assert_eq!(Kind::from_element(element), Some(kind));
            assert_eq!(kind.message_type().and_then(Kind::from_message_type), Some(kind));
            assert_eq!(Kind::from_element_ignoring_case(&element.to_ascii_uppercase()), Some(kind));
        }
        assert_eq!(Kind::Unknown.element(), None);
        for &field in Field::ALL {
            assert_eq!(Field::from_element(field.element()), Some(field));
        }
        assert_eq!(Field::from_element("loginurl"), None);
        assert_eq!(Field::from_element_ignoring_case("loginurl"), Some(Field::LoginUrl));
    }

    #[test]
    fn an_owned_copy_is_the_same_message() {
        let mut message = Message::with_code(Kind::AuthenticationReply, ResponseCode::LOGIN_SUCCEEDED);
        for &field in Field::ALL {
            match message.text_mut(field) {
                Some(slot) => *slot = Some(Cow::Borrowed(field.element())),
                None => message.set_integer(field, 7),
            }
        }
        message.eap_msg = Some(Cow::Borrowed(&[1, 2]));
        message.reply_messages.push("reply".into());
        message.extra.push(("name".into(), "value".into()));
        message.name = Some("N".into());
        assert!(Field::ALL.iter().all(|&field| message.value(field).is_some()));
        assert_eq!(message.clone().into_owned(), message);
    }

    #[test]
    fn a_redirect_without_a_login_url_is_not_usable() {
        // spec: wispr 8 rule 13
        let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
        assert!(!message.is_usable());
        message.login_url = Some("https://h/".into());
        assert!(message.is_usable());
        message.response_code = None;
        assert!(!message.is_usable());
        assert!(!Message::with_code(Kind::Unknown, ResponseCode::NO_ERROR).is_usable());
    }
}
