//! The strict reader: for checking one's own output and for conformance tests (spec: wispr 9).
//!
//! A client uses the tolerant reader; most documents in the field are refused here.

use super::scan::is_space_char;
use super::{MAX_INPUT, text};
use crate::message::{Field, FieldType, Kind, Message};
use crate::schema::{self, SchemaError};
use crate::text::PADDED_BASE64;
use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine as _;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

const ROOT: &str = super::scan::ROOT;
const ROOT_TAG: &str = "<WISPAccessGatewayParam";

/// Why a document is not as the specification wants it. Offsets count octets from the start of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StrictError {
    /// Longer than [`MAX_INPUT`].
    #[error("{len} octets, more than {MAX_INPUT}")]
    TooBig {
        /// How long the input is.
        len: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 at octet {offset}")]
    NotUtf8 {
        /// Where.
        offset: usize,
    },
    /// Neither bare XML nor a page with exactly one comment that holds it.
    #[error("not exactly one comment with a document")]
    NoSingleComment,
    /// A second root element.
    #[error("a second root element")]
    SecondBlock,
    /// Two hyphens inside the comment.
    #[error("two hyphens inside the comment at octet {offset}")]
    DoubleHyphen {
        /// Where.
        offset: usize,
    },
    /// Not well-formed XML.
    #[error("not well-formed before octet {offset}")]
    NotWellFormed {
        /// Where the fault was noticed.
        offset: usize,
    },
    /// A document type.
    #[error("document type before octet {offset}")]
    Dtd {
        /// Where it ends.
        offset: usize,
    },
    /// The root element has another name or a namespace.
    #[error("another root element")]
    RootName,
    /// Not exactly one message in the root element.
    #[error("not exactly one message")]
    NotOneMessage,
    /// The root's child is no message of the specification.
    #[error("no message of the specification before octet {offset}")]
    UnknownMessage {
        /// Where its start tag ends.
        offset: usize,
    },
    /// An element that the message does not have, or one inside a field.
    #[error("unexpected element before octet {offset}")]
    UnexpectedElement {
        /// Where its start tag ends.
        offset: usize,
    },
    /// Text between elements.
    #[error("text between elements before octet {offset}")]
    Text {
        /// Where it ends.
        offset: usize,
    },
    /// An attribute where there must be none.
    #[error("attribute before octet {offset}")]
    Attribute {
        /// Where the start tag ends.
        offset: usize,
    },
    /// A field that is there twice.
    #[error("{} is there twice", .0.element())]
    Duplicate(Field),
    /// A field whose text is not of its type.
    #[error("{} has no valid value", .0.element())]
    Value(Field),
    /// The message is not complete, or its numbers do not fit.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// Reads a document that has no fault.
///
/// The texts and URLs are those of the XML, with white space cut at both ends; an empty field is absent.
///
/// Prefixes of the root's attributes must be declared: section 9 asks for well-formed XML 1.0 and section 2 for a root
/// without a namespace, and a document with an undeclared `xsi:` is refused by every reader that knows namespaces.
///
/// # Errors
/// The first deviation found.
pub fn read_strict(octets: &[u8]) -> Result<Message<'static>, StrictError> {
    if octets.len() > MAX_INPUT {
        return Err(StrictError::TooBig { len: octets.len() });
    }
    let (text, mark) = match octets.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, 3),
        None => (octets, 0),
    };
    let text =
        core::str::from_utf8(text).map_err(|e| StrictError::NotUtf8 { offset: mark + e.valid_up_to() })?;
    let (start, xml) = locate(text, mark)?;
    if let Some(at) = xml.find(|c| !is_xml_char(c)) {
        return Err(StrictError::NotWellFormed { offset: start + at });
    }
    Parser { start, xml, reader: Reader::from_str(xml) }.document()
}

/// Finds the XML in the input and says where it begins.
fn locate(text: &str, mark: usize) -> Result<(usize, &str), StrictError> {
    let trimmed = text.trim_start_matches(is_space_char);
    let start = mark + text.len() - trimmed.len();
    if trimmed.starts_with("<?xml") || trimmed.starts_with(ROOT_TAG) {
        return Ok((start, trimmed.trim_end_matches(is_space_char)));
    }
    let mut found = None;
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find("<!--")).map(|len| at + len) {
        let inside = text.get(open + 4..).unwrap_or_default();
        let Some(len) = inside.find("-->") else { break };
        outside(text.get(at..open))?;
        let comment = inside.get(..len).unwrap_or_default();
        if comment.contains(ROOT) && found.replace((open + 4, comment)).is_some() {
            return Err(StrictError::NoSingleComment);
        }
        at = open + 4 + len + 3;
    }
    outside(text.get(at..))?;
    let (start, comment) = found.ok_or(StrictError::NoSingleComment)?;
    let trimmed = comment.trim_start_matches(is_space_char);
    let start = mark + start + comment.len() - trimmed.len();
    let trimmed = trimmed.trim_end_matches(is_space_char);
    if !(trimmed.starts_with("<?xml") || trimmed.starts_with(ROOT_TAG)) {
        return Err(StrictError::NoSingleComment);
    }
    match trimmed.find("--") {
        Some(offset) => Err(StrictError::DoubleHyphen { offset: start + offset }),
        None => Ok((start, trimmed)),
    }
}

fn outside(page: Option<&str>) -> Result<(), StrictError> {
    if page.is_some_and(|page| page.contains(ROOT_TAG)) { Err(StrictError::SecondBlock) } else { Ok(()) }
}

/// A character that XML 1.0 allows.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// How deep the parser stands.
enum Place {
    Prolog,
    Root,
    Message,
    Field(Field, String),
    Epilog,
}

struct Parser<'x> {
    start: usize,
    xml: &'x str,
    reader: Reader<&'x [u8]>,
}

impl Parser<'_> {
    fn offset(&self) -> usize {
        self.start + usize::try_from(self.reader.buffer_position()).unwrap_or(self.xml.len())
    }

    fn malformed(&self) -> StrictError {
        StrictError::NotWellFormed { offset: self.offset() }
    }

    fn document(mut self) -> Result<Message<'static>, StrictError> {
        self.reader.config_mut().check_comments = true;
        let mut place = Place::Prolog;
        let mut message = None;
        let mut seen = Vec::new();
        loop {
            let first = self.reader.buffer_position() == 0;
            let event = self.reader.read_event().map_err(|_| self.malformed())?;
            match event {
                Event::Eof => break,
                Event::DocType(_) => return Err(StrictError::Dtd { offset: self.offset() }),
                Event::Decl(declaration) if first => self.check_declaration(&declaration)?,
                Event::Decl(_) => return Err(self.malformed()),
                Event::PI(instruction) => self.check_instruction(instruction.target())?,
                Event::Comment(_) => {}
                Event::Start(tag) => {
                    place = self.open(place, &tag, &mut message, &mut seen)?;
                }
                Event::Empty(tag) => {
                    place = self.open(place, &tag, &mut message, &mut seen)?;
                    place = close(place, message.as_mut())?;
                }
                Event::End(_) => place = close(place, message.as_mut())?,
                Event::Text(piece) => {
                    if piece.contains("]]>") {
                        return Err(self.malformed());
                    }
                    self.text(&mut place, &piece.xml10_content())?;
                }
                Event::CData(piece) => match &mut place {
                    Place::Field(_, value) => value.push_str(&piece.xml10_content()),
                    _ => return Err(StrictError::Text { offset: self.offset() }),
                },
                Event::GeneralRef(reference) => {
                    let c = self.character(&reference)?;
                    match &mut place {
                        Place::Field(_, value) => value.push(c),
                        _ => return Err(StrictError::Text { offset: self.offset() }),
                    }
                }
            }
        }
        match (place, message) {
            (Place::Epilog, Some(message)) => {
                schema::check(&message)?;
                Ok(message)
            }
            (Place::Epilog, None) => Err(StrictError::NotOneMessage),
            _ => Err(self.malformed()),
        }
    }

    /// Goes one element deeper.
    fn open(
        &self,
        place: Place,
        tag: &BytesStart<'_>,
        message: &mut Option<Message<'static>>,
        seen: &mut Vec<Field>,
    ) -> Result<Place, StrictError> {
        let attributes = attributes(tag.attributes_raw()).ok_or_else(|| self.malformed())?;
        let name = tag.name();
        let name: &str = name.0;
        let offset = self.offset();
        match place {
            Place::Prolog => {
                self.check_namespaces(&attributes)?;
                if name != ROOT { Err(StrictError::RootName) } else { Ok(Place::Root) }
            }
            Place::Epilog if name == ROOT => Err(StrictError::SecondBlock),
            Place::Epilog => Err(self.malformed()),
            Place::Root => {
                if message.is_some() {
                    return Err(StrictError::NotOneMessage);
                }
                let kind = match (Kind::from_element(name), Field::from_element(name)) {
                    (Some(kind), _) => kind,
                    (None, Some(_)) => return Err(StrictError::NotOneMessage),
                    (None, None) => return Err(StrictError::UnknownMessage { offset }),
                };
                *message = Some(Message::new(kind));
                if attributes.is_empty() {
                    Ok(Place::Message)
                } else {
                    Err(StrictError::Attribute { offset })
                }
            }
            Place::Message => {
                let known = message.as_ref().map_or(&[][..], |message| schema::fields(message.kind));
                let field = Field::from_element(name)
                    .filter(|field| known.contains(field))
                    .ok_or(StrictError::UnexpectedElement { offset })?;
                // WISPr 2.0 gives OperatorURL an identifier and lets it repeat.
                let allowed = field == Field::OperatorUrl && attributes.iter().all(|(name, _)| *name == "ID");
                if !allowed && !attributes.is_empty() {
                    return Err(StrictError::Attribute { offset });
                }
                let repeats = matches!(field, Field::ReplyMessage | Field::OperatorUrl);
                if !repeats && seen.contains(&field) {
                    return Err(StrictError::Duplicate(field));
                }
                seen.push(field);
                Ok(Place::Field(field, String::new()))
            }
            Place::Field(..) => Err(StrictError::UnexpectedElement { offset }),
        }
    }

    fn text(&self, place: &mut Place, piece: &str) -> Result<(), StrictError> {
        match place {
            Place::Field(_, value) => value.push_str(piece),
            _ if piece.chars().all(is_space_char) => {}
            Place::Prolog | Place::Epilog => return Err(self.malformed()),
            Place::Root | Place::Message => return Err(StrictError::Text { offset: self.offset() }),
        }
        Ok(())
    }

    fn character(&self, reference: &BytesRef<'_>) -> Result<char, StrictError> {
        let known = match &**reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten().filter(|c| is_xml_char(*c)),
        };
        known.ok_or_else(|| self.malformed())
    }

    /// `<?xml version="1.0" encoding=".." standalone=".."?>`, the last two if wanted.
    fn check_declaration(&self, declaration: &str) -> Result<(), StrictError> {
        let attributes =
            declaration.strip_prefix("xml").and_then(attributes).ok_or_else(|| self.malformed())?;
        let [("version", "1.0"), rest @ ..] = attributes.as_slice() else {
            return Err(self.malformed());
        };
        let rest = match rest {
            // The octets are UTF-8; another name does no harm as long as they are ASCII.
            [("encoding", name), rest @ ..]
                if name.starts_with(|c: char| c.is_ascii_alphabetic())
                    && (name.eq_ignore_ascii_case("UTF-8") || self.xml.is_ascii()) =>
            {
                rest
            }
            rest => rest,
        };
        match rest {
            [] | [("standalone", "yes" | "no")] => Ok(()),
            _ => Err(self.malformed()),
        }
    }

    fn check_instruction(&self, target: &str) -> Result<(), StrictError> {
        if is_name(target) && !target.eq_ignore_ascii_case("xml") { Ok(()) } else { Err(self.malformed()) }
    }

    /// The root has no namespace, and prefixes of its attributes are declared.
    fn check_namespaces(&self, attributes: &[(&str, &str)]) -> Result<(), StrictError> {
        if attributes.iter().any(|(name, value)| *name == "xmlns" && !value.is_empty()) {
            return Err(StrictError::RootName);
        }
        let declared = |prefix: &str| {
            attributes.iter().any(|(name, _)| name.strip_prefix("xmlns:").is_some_and(|p| p == prefix))
        };
        let bound = |name: &str| match name.split_once(':') {
            Some((prefix, _)) => matches!(prefix, "xmlns" | "xml") || declared(prefix),
            None => true,
        };
        if attributes.iter().all(|(name, _)| bound(name)) { Ok(()) } else { Err(self.malformed()) }
    }
}

/// Goes back one element, and keeps the field's value.
fn close(place: Place, message: Option<&mut Message<'static>>) -> Result<Place, StrictError> {
    Ok(match place {
        Place::Field(field, value) => {
            if let Some(message) = message {
                keep(message, field, &value)?;
            }
            Place::Message
        }
        Place::Message => Place::Root,
        Place::Prolog | Place::Root | Place::Epilog => Place::Epilog,
    })
}

fn keep(message: &mut Message<'static>, field: Field, value: &str) -> Result<(), StrictError> {
    let value = value.trim_matches(is_space_char);
    let bad = StrictError::Value(field);
    match field.field_type() {
        FieldType::Integer(limit) => {
            let digits = value.strip_prefix('+').unwrap_or(value);
            let fits = (1..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            let number = digits.parse().ok().filter(|number| fits && *number <= limit);
            message.set_integer(field, number.ok_or(bad)?);
        }
        FieldType::Base64 => {
            let octets = PADDED_BASE64.decode(value).ok().filter(|octets| !octets.is_empty());
            message.eap_msg = Some(Cow::Owned(octets.ok_or(bad)?));
        }
        FieldType::Url => {
            let empty = value.is_empty() && field == Field::RedirectionUrl;
            let blank = |c: char| c.is_whitespace() || c.is_control();
            if !empty && (!text::is_absolute(value) || value.contains(blank)) {
                return Err(bad);
            }
            keep_text(message, field, value);
        }
        FieldType::Version if value.is_empty() => return Err(bad),
        FieldType::Text | FieldType::Version => keep_text(message, field, value),
    }
    Ok(())
}

fn keep_text(message: &mut Message<'static>, field: Field, value: &str) {
    if value.is_empty() {
        return;
    }
    let value = Cow::Owned(value.to_owned());
    if field == Field::ReplyMessage {
        message.reply_messages.push(value);
    } else if let Some(slot) = message.text_mut(field) {
        slot.get_or_insert(value);
    }
}

/// Takes the attributes of a start tag apart; nothing if they are not well-formed.
fn attributes(raw: &str) -> Option<Vec<(&str, &str)>> {
    let mut out: Vec<(&str, &str)> = Vec::new();
    let mut rest = raw;
    loop {
        let trimmed = rest.trim_start_matches(is_space_char);
        if trimmed.is_empty() {
            return Some(out);
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        let (name, value) = trimmed.split_once('=')?;
        let name = name.trim_end_matches(is_space_char);
        let value = value.trim_start_matches(is_space_char);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = value.get(1..)?.split_once(quote)?;
        if !is_name(name) || !is_attribute_value(value) || out.iter().any(|(known, _)| *known == name) {
            return None;
        }
        out.push((name, value));
        rest = after;
    }
}

fn is_name(text: &str) -> bool {
    let begins = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.' | '\u{b7}');
    text.starts_with(begins) && text.chars().all(goes_on)
}

fn is_attribute_value(value: &str) -> bool {
    let reference = |tail: &str| {
        tail.split_once(';').is_some_and(|(name, _)| match BytesRef::new(name).resolve_char_ref() {
            Ok(Some(c)) => is_xml_char(c),
            Ok(None) => matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
            Err(_) => false,
        })
    };
    !value.contains('<') && value.split('&').skip(1).all(reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::ResponseCode;
    use alloc::format;

    const LOGOFF: &str =
        "<LogoffReply><MessageType>130</MessageType><ResponseCode>150</ResponseCode></LogoffReply>";

    fn bare(inside: &str) -> Result<Message<'static>, StrictError> {
        read_strict(format!("<WISPAccessGatewayParam>{inside}</WISPAccessGatewayParam>").as_bytes())
    }

    fn reply(text: &str) -> Result<Message<'static>, StrictError> {
        bare(&format!(
            "<AuthenticationReply><MessageType>120</MessageType><ResponseCode>100</ResponseCode>\
             <ReplyMessage>{text}</ReplyMessage></AuthenticationReply>"
        ))
    }

    #[test]
    fn references_and_sections_make_up_a_text() {
        // spec: wispr 9
        assert_eq!(reply(" a&amp;&#98;<![CDATA[<c>]]> ").unwrap().reply_messages, ["a&b<c>"]);
        for text in ["a&b", "&nbsp;", "&#0;", "&#x1f;", "]]>", "<b/>", "\u{7}", "&#xfffe;"] {
            assert!(reply(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn base64_is_padded_and_its_last_bits_do_not_matter() {
        // spec: wispr 9
        let challenge = |packet: &str| {
            bare(&format!(
                "<EAPAuthenticationReply><MessageType>121</MessageType><ResponseCode>10</ResponseCode>\
                 <EAPMsg>{packet}</EAPMsg></EAPAuthenticationReply>"
            ))
        };
        assert_eq!(challenge("+/9=").unwrap().eap_msg.as_deref(), Some(&[0xfb, 0xff][..]));
        for packet in ["+/8", "-_8=", "+/8==", "+ /8=", "+/8=+/8=", ""] {
            assert_eq!(challenge(packet), Err(StrictError::Value(Field::EapMsg)), "{packet:?}");
        }
    }

    #[test]
    fn only_one_message_and_nothing_round_it() {
        // spec: wispr 9
        assert_eq!(bare(LOGOFF).unwrap().response_code, Some(ResponseCode::LOGOFF_SUCCEEDED));
        assert_eq!(bare(""), Err(StrictError::NotOneMessage));
        assert_eq!(bare(&LOGOFF.repeat(2)), Err(StrictError::NotOneMessage));
        assert!(matches!(bare("x"), Err(StrictError::Text { .. })));
        assert!(matches!(bare(&format!("{LOGOFF}<![CDATA[ ]]>")), Err(StrictError::Text { .. })));
        assert!(matches!(
            bare(&LOGOFF.replace("<Logoff", "<Logof")),
            Err(StrictError::UnknownMessage { .. })
        ));
        assert!(matches!(
            bare(&LOGOFF.replace("LogoffReply>", "w:LogoffReply>")),
            Err(StrictError::UnknownMessage { .. })
        ));
        assert!(matches!(
            bare(&LOGOFF.replacen("Reply", "Reply a='b'", 1)),
            Err(StrictError::Attribute { .. })
        ));
    }

    #[test]
    fn the_root_has_no_namespace() {
        // spec: wispr 2, 9
        let with = |attributes: &str| {
            read_strict(
                format!("<WISPAccessGatewayParam {attributes}>{LOGOFF}</WISPAccessGatewayParam>").as_bytes(),
            )
        };
        assert!(with("xmlns:xsi=\"u\" xsi:noNamespaceSchemaLocation='a&amp;b '").is_ok());
        assert_eq!(with("xmlns='u'"), Err(StrictError::RootName));
        for attributes in
            ["a", "a=b", "a='b'c='d'", "a='b' a='c'", "a='<'", "a='&x;'", "x:a='b'", "a='&'", "1='b'"]
        {
            assert!(matches!(with(attributes), Err(StrictError::NotWellFormed { .. })), "{attributes}");
        }
    }

    #[test]
    fn a_declaration_comes_first_and_says_1_0() {
        // spec: wispr 9
        let with = |head: &str| {
            read_strict(format!("{head}<WISPAccessGatewayParam>{LOGOFF}</WISPAccessGatewayParam>").as_bytes())
        };
        assert!(with("\u{feff}\r\n <?xml version='1.0' encoding=\"utf-8\" standalone=\"yes\"?>\n").is_ok());
        assert!(with("<?xml version='1.0'?><!-- a --><?b c?>").is_ok());
        for head in [
            "<?xml version='2.0'?>",
            "<?xml encoding='UTF-8'?>",
            "<?xml version='1.0'?><?xml version='1.0'?>",
            "<?xml version='1.0'?><!-- a -- b -->",
            "<?xml version='1.0'?><?XML a?>",
            "<?xml version='1.0'?>text",
        ] {
            assert!(matches!(with(head), Err(StrictError::NotWellFormed { .. })), "{head}");
        }
        assert!(matches!(with("<?xml version='1.0'?><!DOCTYPE a>"), Err(StrictError::Dtd { .. })));
    }

    #[test]
    fn a_page_has_one_comment_with_one_document() {
        // spec: wispr 9
        let document = format!("<WISPAccessGatewayParam>{LOGOFF}</WISPAccessGatewayParam>");
        let page = |page: &str| read_strict(page.replace('@', &document).as_bytes()).err();
        assert_eq!(page("<html><!-- x --><!--\n@\n--></html>"), None);
        assert_eq!(page("<html>@</html>"), Some(StrictError::SecondBlock));
        assert_eq!(page("<html></html>"), Some(StrictError::NoSingleComment));
        assert_eq!(page("<html><!--@--><!--@-->"), Some(StrictError::NoSingleComment));
        assert_eq!(page("<html><!-- see @-->"), Some(StrictError::NoSingleComment));
        assert_eq!(
            page("<html><!--@ -- -->").map(|e| matches!(e, StrictError::DoubleHyphen { .. })),
            Some(true)
        );
        assert_eq!(page("@@"), Some(StrictError::SecondBlock));
        assert_eq!(page("@x").map(|e| matches!(e, StrictError::NotWellFormed { .. })), Some(true));
        assert_eq!(page("<html><!--@"), Some(StrictError::SecondBlock));
        // In a bare document a tag that is only text begins no second one.
        assert_eq!(page("@<!-- <WISPAccessGatewayParam> -->"), None);
        assert_eq!(page("<?xml version='1.0'?><!-- <WISPAccessGatewayParam> -->@"), None);
        assert_eq!(reply("<![CDATA[<WISPAccessGatewayParam>]]>").err(), None);
        assert!(reply("<WISPAccessGatewayParam/>").is_err());
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn an_input_above_the_limit_is_refused() {
        // spec: wispr 11
        let page = |len: usize| {
            let document = format!("<WISPAccessGatewayParam>{LOGOFF}</WISPAccessGatewayParam>");
            format!("{document}{}", " ".repeat(len - document.len()))
        };
        assert!(read_strict(page(MAX_INPUT).as_bytes()).is_ok());
        assert_eq!(
            read_strict(page(MAX_INPUT + 1).as_bytes()),
            Err(StrictError::TooBig { len: MAX_INPUT + 1 })
        );
    }
}
