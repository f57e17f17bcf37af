//! The writer: a message in its envelope, bare or inside an HTML comment (spec: wispr 2, uam 6).
//!
//! Whatever a text or URL holds, the result is well-formed XML and a comment that ends where it should: `& < >` are
//! escaped, a second hyphen in a row becomes a character reference, and control characters are left out.

use crate::message::{Field, FieldType, Message, Value};
use crate::schema;
use crate::text::write_number;
use alloc::string::String;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use core::fmt::{self, Write};

/// The schema location that gateways of WISPr 2.0 write. Nobody fetches it.
pub const SCHEMA_LOCATION: &str = "http://www.wballiance.net/wispr_2_0.xsd";

/// Why a message was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The buffer is too small; it was written to, but what is in it is no document.
    #[error("{needed} octets needed, {have} there")]
    BufferTooSmall {
        /// How many octets the document has.
        needed: usize,
        /// How many the buffer has.
        have: usize,
    },
    /// The message is of [`Kind::Unknown`](crate::message::Kind::Unknown).
    #[error("the message has no element name")]
    NoElement,
    /// A field is set that messages of this kind do not have.
    #[error("{} is no field of the message", .0.element())]
    ForeignField(Field),
    /// The sink refused.
    #[error("the sink refused the text")]
    Sink,
}

/// How a document is wrapped. The default is the gateway's: lines end with CR LF, inside an HTML comment.
///
/// ```
/// use wispr::{code::ResponseCode, message::{Kind, Message}, write::Envelope};
///
/// let message = Message::with_code(Kind::LogoffReply, ResponseCode::LOGOFF_SUCCEEDED);
/// let mut buffer = [0; 1024];
/// let len = Envelope::new().write_to(Some(&message), &mut buffer)?;
/// assert!(buffer[..len].starts_with(b"<!--\r\n<?xml version=\"1.0\""));
/// # Ok::<(), wispr::write::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    schema_location: Option<&'a str>,
    comment: bool,
    cdata_letters: bool,
    raw_text: bool,
    line_end: &'static str,
}

impl Default for Envelope<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Envelope<'a> {
    /// The gateway's envelope.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            schema_location: Some(SCHEMA_LOCATION),
            comment: true,
            cdata_letters: false,
            raw_text: false,
            line_end: "\r\n",
        }
    }

    /// Writes bare XML, to be the whole body of an answer.
    #[must_use]
    pub const fn bare(mut self) -> Self {
        self.comment = false;
        self
    }

    /// Names this schema location, or none.
    #[must_use]
    pub const fn schema_location(mut self, location: Option<&'a str>) -> Self {
        self.schema_location = location;
        self
    }

    /// Ends lines with LF alone.
    #[must_use]
    pub const fn unix_lines(mut self) -> Self {
        self.line_end = "\n";
        self
    }

    /// Wraps AccessLocation and LocationName into the letters `CDATA[[` and `]]`, as gateways that offer 2.0 do
    /// (spec: uam 6).
    #[must_use]
    pub const fn cdata_letters(mut self, on: bool) -> Self {
        self.cdata_letters = on;
        self
    }

    /// Copies texts and URLs as they are, as deployed gateways do, which is no well-formed XML if they hold markup
    /// (spec: uam 6). Only what would end the comment is escaped. For comparison with such gateways.
    #[must_use]
    pub const fn raw_text(mut self, on: bool) -> Self {
        self.raw_text = on;
        self
    }

    /// Writes the document into a buffer and returns its length. Without a message the root element stays empty.
    ///
    /// # Errors
    /// Any [`EncodeError`] but `Sink`.
    pub fn write_to(&self, message: Option<&Message<'_>>, out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut sink = Slice { out, len: 0 };
        self.write(message, &mut sink)?;
        let (needed, have) = (sink.len, sink.out.len());
        if needed > have { Err(EncodeError::BufferTooSmall { needed, have }) } else { Ok(needed) }
    }

    /// The document as a text of its own.
    ///
    /// # Errors
    /// [`EncodeError::NoElement`] and [`EncodeError::ForeignField`].
    pub fn to_string(&self, message: Option<&Message<'_>>) -> Result<String, EncodeError> {
        let mut out = String::with_capacity(512);
        self.write(message, &mut out)?;
        Ok(out)
    }

    /// Writes the document into any sink.
    ///
    /// # Errors
    /// [`EncodeError::NoElement`], [`EncodeError::ForeignField`], [`EncodeError::Sink`]. The first two are found before
    /// anything is written.
    pub fn write(&self, message: Option<&Message<'_>>, out: &mut impl Write) -> Result<(), EncodeError> {
        let message = match message {
            None => None,
            Some(message) => Some((message, element(message)?)),
        };
        self.write_document(message, out).map_err(|fmt::Error| EncodeError::Sink)
    }

    fn write_document(&self, message: Option<(&Message<'_>, &str)>, out: &mut impl Write) -> fmt::Result {
        let end = self.line_end;
        if self.comment {
            write_all(out, &["<!--", end])?;
        }
        let root = "<WISPAccessGatewayParam";
        write_all(out, &["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", end, root, end])?;
        out.write_str("  xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"")?;
        if let Some(location) = self.schema_location {
            write_all(out, &[end, "  xsi:noNamespaceSchemaLocation=\""])?;
            write_escaped(out, location, Place::Attribute)?;
            out.write_char('"')?;
        }
        write_all(out, &[">", end])?;
        if let Some((message, element)) = message {
            write_all(out, &["<", element, ">", end])?;
            for &field in schema::fields(message.kind) {
                self.write_field(out, message, field)?;
            }
            write_all(out, &["</", element, ">", end])?;
        }
        write_all(out, &["</WISPAccessGatewayParam>", end])?;
        if self.comment { write_all(out, &["-->", end]) } else { Ok(()) }
    }

    fn write_field(&self, out: &mut impl Write, message: &Message<'_>, field: Field) -> fmt::Result {
        let value = match (field, message.value(field)) {
            (Field::MessageType, None) => {
                message.kind.message_type().map(|number| Value::Integer(number.0.into()))
            }
            (_, value) => value,
        };
        match value {
            None => Ok(()),
            Some(Value::Texts(texts)) => {
                texts.iter().try_for_each(|text| self.write_element(out, field, Value::Text(text)))
            }
            Some(value) => self.write_element(out, field, value),
        }
    }

    fn write_element(&self, out: &mut impl Write, field: Field, value: Value<'_, '_>) -> fmt::Result {
        let name = field.element();
        write_all(out, &["<", name, ">"])?;
        match value {
            Value::Integer(number) => write_number(out, number)?,
            Value::Octets(octets) => write!(out, "{}", Base64Display::new(octets, &STANDARD))?,
            Value::Text(text) if field.field_type() == FieldType::Url => {
                self.write_text(out, text, Place::Url)?;
            }
            Value::Text(text) => {
                let letters =
                    self.cdata_letters && matches!(field, Field::AccessLocation | Field::LocationName);
                out.write_str(if letters { "CDATA[[" } else { "" })?;
                self.write_text(out, text, Place::Text)?;
                out.write_str(if letters { "]]" } else { "" })?;
            }
            Value::Texts(_) => {}
        }
        write_all(out, &["</", name, ">", self.line_end])
    }

    fn write_text(&self, out: &mut impl Write, text: &str, place: Place) -> fmt::Result {
        if self.raw_text { write_raw(out, text) } else { write_escaped(out, text, place) }
    }
}

fn write_all(out: &mut impl Write, parts: &[&str]) -> fmt::Result {
    parts.iter().try_for_each(|part| out.write_str(part))
}

/// Writes text as it is, but for what ends a comment: `-->` and `--!>`.
fn write_raw(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut hyphens = 0;
    for c in text.chars() {
        match c {
            '>' | '!' if hyphens >= 2 => write!(out, "&#{};", u32::from(c))?,
            _ => out.write_char(c)?,
        }
        hyphens = if c == '-' { hyphens + 1 } else { 0 };
    }
    Ok(())
}

/// The element's name, if every field that is set belongs to it.
fn element(message: &Message<'_>) -> Result<&'static str, EncodeError> {
    let name = message.kind.element().ok_or(EncodeError::NoElement)?;
    let known = schema::fields(message.kind);
    match Field::ALL.iter().find(|field| message.value(**field).is_some() && !known.contains(field)) {
        Some(field) => Err(EncodeError::ForeignField(*field)),
        None => Ok(name),
    }
}

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Url,
    Attribute,
}

/// Writes text that cannot end the element, the attribute or the comment it stands in.
///
/// In a URL a blank becomes `%20`, and line ends and tabs are left out; in a text they stay.
fn write_escaped(out: &mut impl Write, text: &str, place: Place) -> fmt::Result {
    // Most of a text needs no second look: ASCII that is never replaced.
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || b"/:.=?_%~,;+".contains(octet);
    let mut start = 0;
    let mut after_hyphen = false;
    let mut skipped = 0;
    while let Some(rest) = text.get(skipped..) {
        let run = rest.bytes().position(|octet| !plain(&octet)).unwrap_or(rest.len());
        after_hyphen &= run == 0;
        let at = skipped + run;
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        skipped = at + c.len_utf8();
        let hyphen = c == '-' && !after_hyphen;
        let replacement = match c {
            '-' if after_hyphen => "&#45;",
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' if place == Place::Attribute => "&quot;",
            ' ' if place == Place::Url => "%20",
            '\t' | '\r' | '\n' if place == Place::Text => {
                after_hyphen = false;
                continue;
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => "",
            _ => {
                after_hyphen = hyphen;
                continue;
            }
        };
        out.write_str(text.get(start..at).unwrap_or_default())?;
        out.write_str(replacement)?;
        start = skipped;
        // A character that is left out does not separate two hyphens.
        after_hyphen &= replacement.is_empty();
    }
    out.write_str(text.get(start..).unwrap_or_default())
}

/// A buffer as a sink that goes on counting when it is full.
struct Slice<'o> {
    out: &'o mut [u8],
    len: usize,
}

impl Write for Slice<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.saturating_add(text.len());
        if let Some(place) = self.out.get_mut(self.len..end) {
            place.copy_from_slice(text.as_bytes());
        }
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::ResponseCode;
    use crate::message::Kind;

    fn escaped(text: &str, place: Place) -> String {
        let mut out = String::new();
        write_escaped(&mut out, text, place).unwrap();
        out
    }

    #[test]
    fn markup_and_hyphens_cannot_break_out() {
        // spec: wispr 8.1
        assert_eq!(escaped("a --> b & <c>", Place::Text), "a -&#45;&gt; b &amp; &lt;c&gt;");
        assert_eq!(escaped("-----", Place::Text), "-&#45;-&#45;-");
        assert_eq!(escaped("-\u{0}-\u{7f}-", Place::Text), "-&#45;-");
        assert_eq!(escaped("a\u{0}\u{1b}b\r\n\tc\u{fffe}d", Place::Text), "ab\r\n\tcd");
        assert_eq!(escaped("http://h/a b\r\n?x=\"&y", Place::Url), "http://h/a%20b?x=\"&amp;y");
        assert_eq!(escaped("a b\n\"--", Place::Attribute), "a b&quot;-&#45;");
    }

    #[test]
    fn raw_text_keeps_everything_but_the_end_of_the_comment() {
        // spec: uam 6
        let mut message = Message::with_code(Kind::AuthenticationReply, ResponseCode::LOGIN_FAILED);
        message.reply_messages.push("a & <b>\n --> --!> ---> -!>".into());
        let text = Envelope::new().raw_text(true).to_string(Some(&message)).unwrap();
        assert!(
            text.contains("<ReplyMessage>a & <b>\n --&#62; --&#33;> ---&#62; -!></ReplyMessage>"),
            "{text}"
        );
    }

    #[test]
    fn a_buffer_that_is_too_small_names_the_size() {
        let message = Message::with_code(Kind::LogoffReply, ResponseCode::LOGOFF_SUCCEEDED);
        let whole = Envelope::new().to_string(Some(&message)).unwrap();
        let mut buffer = [0; 1024];
        let needed = whole.len();
        assert_eq!(Envelope::new().write_to(Some(&message), &mut buffer), Ok(needed));
        assert_eq!(&buffer[..needed], whole.as_bytes());
        let have = needed - 1;
        assert_eq!(
            Envelope::new().write_to(Some(&message), &mut buffer[..have]),
            Err(EncodeError::BufferTooSmall { needed, have })
        );
    }

    #[test]
    fn what_the_schema_does_not_have_is_not_written() {
        let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
        message.reply_messages.push("text".into());
        assert_eq!(
            Envelope::new().to_string(Some(&message)),
            Err(EncodeError::ForeignField(Field::ReplyMessage))
        );
        assert_eq!(
            Envelope::new().to_string(Some(&Message::new(Kind::Unknown))),
            Err(EncodeError::NoElement)
        );
    }

    #[test]
    fn a_redirect_of_a_gateway_has_the_gateways_octets() {
        // spec: uam 6
        let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
        message.version_high = Some("2.0".into());
        message.version_low = Some("1.0".into());
        message.access_procedure = Some("1.0".into());
        message.location_name = Some("FON Madrid".into());
        message.login_url = Some("https://p.example/?res=wispr&uamport=3990".into());
        message.abort_login_url = Some("http://192.168.182.1:3990/abort".into());
        message.eap_msg = Some((&[1, 1, 0, 5, 1][..]).into());
        assert_eq!(
            Envelope::new().cdata_letters(true).to_string(Some(&message)).unwrap(),
            "<!--\r\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<WISPAccessGatewayParam\r\n  \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\r\n  \
             xsi:noNamespaceSchemaLocation=\"http://www.wballiance.net/wispr_2_0.xsd\">\r\n<Redirect>\r\n\
             <MessageType>100</MessageType>\r\n<ResponseCode>0</ResponseCode>\r\n<VersionHigh>2.0</VersionHigh>\r\n\
             <VersionLow>1.0</VersionLow>\r\n<AccessProcedure>1.0</AccessProcedure>\r\n\
             <LocationName>CDATA[[FON Madrid]]</LocationName>\r\n\
             <LoginURL>https://p.example/?res=wispr&amp;uamport=3990</LoginURL>\r\n\
             <AbortLoginURL>http://192.168.182.1:3990/abort</AbortLoginURL>\r\n<EAPMsg>AQEABQE=</EAPMsg>\r\n\
             </Redirect>\r\n</WISPAccessGatewayParam>\r\n-->\r\n"
        );
    }

    #[test]
    fn a_bare_document_has_no_comment_and_may_have_no_message() {
        // spec: wispr 2
        let text = Envelope::new().bare().unix_lines().schema_location(None).to_string(None).unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<WISPAccessGatewayParam\n  \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n</WISPAccessGatewayParam>\n"
        );
    }
}
