//! The messages and fields of one block (spec: wispr 8 rules 6 to 12).

use super::quirk::{Quirk, Quirks};
use super::scan::{Markup, Scanner, TagEnd, is_space_char};
use super::{Document, MAX_FIELDS, text};
use crate::code::ResponseCode;
use crate::element::Element;
use crate::message::{Field, FieldType, Kind, Message};
use alloc::{borrow::Cow, string::String};

/// Reads one block into a document.
pub(super) struct Reader<'a, 'd> {
    scanner: Scanner<'a>,
    keep_blanks: bool,
    document: &'d mut Document<'a>,
    open: Option<Open<'a>>,
    fields: usize,
}

/// A message whose end was not seen yet.
struct Open<'a> {
    message: Message<'a>,
    /// Fields outside any message: the kind is to be found out.
    nameless: bool,
}

/// Where a field's value ends.
struct ValueEnd {
    /// Behind the last octet of the value.
    at: usize,
    /// Where reading goes on.
    next: usize,
    /// There is more than text: CDATA sections, or markup to leave out.
    mixed: bool,
}

impl<'a, 'd> Reader<'a, 'd> {
    pub(super) fn new(content: &'a str, keep_blanks: bool, document: &'d mut Document<'a>) -> Self {
        Self { scanner: Scanner::new(content), keep_blanks, document, open: None, fields: 0 }
    }

    pub(super) fn read(mut self) {
        let mut at = 0;
        while let Some(next) = self.scanner.markup_near(at) {
            at = match self.scanner.markup(next) {
                Markup::Text => next + 1,
                Markup::Cdata { end, .. } => end,
                Markup::Skip { end } => {
                    self.quirks().add(Quirk::InnerComment);
                    end
                }
                Markup::Tag { closing: true, name, after, .. } => {
                    if self.closes_message(name) {
                        self.close();
                    }
                    self.scanner.end_tag_end(after)
                }
                Markup::Tag { closing: false, prefixed, name, after } => {
                    let Some(tag) = self.scanner.start_tag_end(after) else { break };
                    self.quirks().add_if(prefixed, Quirk::Prefix);
                    self.quirks().add_if(tag.attributes, Quirk::Attributes);
                    self.quirks().add_if(tag.open_quote, Quirk::OpenQuote);
                    let Some(next) = self.start_tag(name, &tag) else { break };
                    next
                }
            };
        }
        self.close();
    }

    const fn quirks(&mut self) -> &mut Quirks {
        &mut self.document.quirks
    }

    /// Acts on a start tag and says where to go on; nothing if reading ends here.
    fn start_tag(&mut self, name: &'a str, tag: &TagEnd) -> Option<usize> {
        let field = match Element::find(name) {
            Some((Element::Message(kind), exact)) => {
                self.quirks().add_if(!exact, Quirk::LetterCase);
                self.close();
                self.open = Some(Open { message: Message::new(kind), nameless: false });
                if tag.empty {
                    self.close();
                }
                return Some(tag.at);
            }
            Some((Element::Field(field), exact)) => Some((field, exact)),
            None => None,
        };
        // Fields without a message stand directly under the root, so an element behind them does too.
        if field.is_none() && self.open.as_ref().is_none_or(|open| open.nameless) {
            if !tag.empty && self.begins_with_field(tag.at) {
                self.close();
                self.quirks().add(Quirk::UnknownMessage);
                let mut message = Message::new(Kind::Unknown);
                message.name = Some(Cow::Borrowed(name));
                self.open = Some(Open { message, nameless: false });
                return Some(tag.at);
            }
            if self.open.is_none() {
                self.quirks().add(Quirk::UnknownElement);
                return Some(tag.at);
            }
        }
        if self.fields == MAX_FIELDS {
            self.quirks().add(Quirk::TooManyFields);
            return None;
        }
        self.fields += 1;
        if self.open.is_none() {
            self.quirks().add(Quirk::NoMessageElement);
            self.open = Some(Open { message: Message::new(Kind::Unknown), nameless: true });
        }
        if tag.empty {
            self.quirks().add_if(field.is_none(), Quirk::UnknownElement);
            return Some(tag.at);
        }
        let Some(end) = self.value_end(name, tag.at) else {
            self.quirks().add(Quirk::CutField);
            return None;
        };
        let value = self.value(tag.at, &end, field.is_none_or(|(f, _)| f.field_type() == FieldType::Text));
        match field {
            Some((field, exact)) => {
                self.quirks().add_if(!exact, Quirk::LetterCase);
                self.keep(field, value);
            }
            None => self.keep_extra(name, value),
        }
        Some(end.next)
    }

    /// Whether the first thing from `at` on is a known field.
    fn begins_with_field(&mut self, at: usize) -> bool {
        let mut scanner = self.scanner.clone();
        let mut at = at;
        loop {
            let rest = scanner.rest(at);
            let trimmed = rest.trim_start_matches(is_space_char);
            at += rest.len() - trimmed.len();
            if !trimmed.starts_with('<') {
                return false;
            }
            match scanner.markup(at) {
                Markup::Skip { end } => at = end,
                Markup::Tag { closing: false, name, .. } => {
                    return Field::from_element_ignoring_case(name).is_some();
                }
                _ => return false,
            }
        }
    }

    /// Whether an end tag of that name ends the open message.
    fn closes_message(&self, name: &str) -> bool {
        Kind::from_element_ignoring_case(name).is_some()
            || self
                .open
                .as_ref()
                .and_then(|open| open.message.name.as_ref())
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    /// Finds the end of a value; nothing if no tag ends it (spec: wispr 8 rule 9).
    fn value_end(&mut self, own: &str, from: usize) -> Option<ValueEnd> {
        let mut at = from;
        let mut mixed = false;
        loop {
            let next = self.scanner.markup_from(at)?;
            if let Some(behind) = self.scanner.plain_end_tag(next, own) {
                return Some(ValueEnd { at: next, next: behind, mixed });
            }
            at = match self.scanner.markup(next) {
                Markup::Text => next + 1,
                Markup::Cdata { end, .. } => {
                    self.quirks().add(Quirk::Cdata);
                    mixed = true;
                    end
                }
                Markup::Skip { end } => {
                    self.quirks().add(Quirk::InnerComment);
                    mixed = true;
                    end
                }
                Markup::Tag { closing: true, name, after, .. } if name.eq_ignore_ascii_case(own) => {
                    return Some(ValueEnd { at: next, next: self.scanner.end_tag_end(after), mixed });
                }
                Markup::Tag { closing, name, .. } => {
                    if Element::find(name).is_some() || (closing && self.closes_message(name)) {
                        self.quirks().add(Quirk::MissingEndTag);
                        return Some(ValueEnd { at: next, next, mixed });
                    }
                    self.quirks().add(Quirk::MarkupInText);
                    next + 1
                }
            };
        }
    }

    /// The text of a value, trimmed and without references.
    fn value(&mut self, from: usize, end: &ValueEnd, html: bool) -> Cow<'a, str> {
        let value = if end.mixed {
            Cow::Owned(self.mixed_value(from, end.at, html))
        } else {
            text::unescape(self.scanner.slice(from, end.at), html, self.quirks())
        };
        text::without_cdata_letters(text::trim(value), self.quirks())
    }

    fn mixed_value(&mut self, from: usize, to: usize, html: bool) -> String {
        let mut scanner = self.scanner.clone();
        let mut out = String::new();
        let (mut start, mut at) = (from, from);
        while let Some(next) = scanner.markup_from(at).filter(|next| *next < to) {
            let (content, end) = match scanner.markup(next) {
                Markup::Cdata { content, end } => (content, end),
                Markup::Skip { end } => ("", end),
                Markup::Text | Markup::Tag { .. } => {
                    at = next + 1;
                    continue;
                }
            };
            out.push_str(&text::unescape(scanner.slice(start, next), html, self.quirks()));
            out.push_str(content);
            (start, at) = (end, end);
        }
        out.push_str(&text::unescape(scanner.slice(start, to), html, self.quirks()));
        out
    }

    /// Keeps a field's value, unless it is empty, useless or there already (spec: wispr 8 rules 10, 11).
    fn keep(&mut self, field: Field, value: Cow<'a, str>) {
        let (quirks, Some(open)) = (&mut self.document.quirks, &mut self.open) else { return };
        if value.is_empty() {
            return;
        }
        let message = &mut open.message;
        if field == Field::ReplyMessage {
            message.reply_messages.push(text::text(value, quirks));
            return;
        }
        if message.value(field).is_some() {
            quirks.add(Quirk::Duplicate);
            return;
        }
        match field.field_type() {
            FieldType::Integer(limit) => {
                if let Some(number) = text::integer(&value, limit, quirks) {
                    message.set_integer(field, number);
                }
            }
            FieldType::Base64 => message.eap_msg = text::base64(&value, quirks).map(Cow::Owned),
            FieldType::Url => {
                let url = text::url(value, self.keep_blanks, quirks);
                if let Some(slot) = message.text_mut(field) {
                    *slot = url;
                }
            }
            FieldType::Text | FieldType::Version => {
                if let Some(slot) = message.text_mut(field) {
                    *slot = Some(text::text(value, quirks));
                }
            }
        }
    }

    fn keep_extra(&mut self, name: &'a str, value: Cow<'a, str>) {
        let (quirks, Some(open)) = (&mut self.document.quirks, &mut self.open) else { return };
        quirks.add(Quirk::UnknownElement);
        if !value.is_empty() {
            open.message.extra.push((Cow::Borrowed(name), text::text(value, quirks)));
        }
    }

    /// Hands the open message to the document, with its defaults (spec: wispr 8 rules 8, 12).
    fn close(&mut self) {
        let Some(Open { mut message, nameless }) = self.open.take() else { return };
        if nameless {
            let by_number = message.message_type.and_then(Kind::from_message_type);
            let by_url = match (&message.login_url, &message.next_url) {
                (Some(_), _) => Kind::Redirect,
                (None, Some(_)) => Kind::Proxy,
                (None, None) => Kind::Unknown,
            };
            message.kind = by_number.unwrap_or(by_url);
        }
        let quirks = self.quirks();
        match (message.message_type, message.kind.message_type()) {
            (None, number) => {
                quirks.add(Quirk::MissingMessageType);
                message.message_type = number;
            }
            (Some(read), Some(number)) => quirks.add_if(read != number, Quirk::TypeMismatch),
            (Some(_), None) => {}
        }
        if message.response_code.is_none() {
            quirks.add(Quirk::MissingResponseCode);
            message.response_code = match message.kind {
                Kind::Redirect if message.login_url.is_some() => Some(ResponseCode::NO_ERROR),
                Kind::Proxy if message.next_url.is_some() => Some(ResponseCode::PROXY_DETECTION),
                _ => None,
            };
        }
        self.document.push(message);
    }
}
