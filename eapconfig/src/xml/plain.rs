//! The short way through what most of a document is: tags of a plain name, and elements with nothing but text in them.
//! Everything unusual is left to the reader, and nothing is accepted here that it would refuse.

use super::{Fault, Scanner, Token};
use crate::read::MAX_TEXT_LEN;

impl<'a> Scanner<'a> {
    /// The text of the element that was handed out last, if nothing else is in it, and its end: what most elements of a
    /// document are, without a token for each part. Everything unusual is left to [`Self::next`].
    pub(crate) fn leaf(&mut self) -> Option<&'a str> {
        if self.owes_close {
            return None;
        }
        let name = self.open.last()?.name;
        let from = self.position();
        let rest = self.source.get(from..)?;
        let (text, tail) = rest.split_at_checked(memchr::memchr2(b'<', b'&', rest.as_bytes())?)?;
        tail.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
        let len = text.len() + "</>".len() + name.len();
        let survey = &self.survey;
        let is_odd = survey.illegal.is_some_and(|illegal| illegal < from + len)
            || (survey.bracket && text.contains("]]>"))
            || (survey.return_ && text.contains('\r'))
            || text.len() > MAX_TEXT_LEN;
        if is_odd {
            return None;
        }
        self.take(len)?;
        self.close();
        Some(text)
    }

    /// A tag as most are: a name of letters and digits, and perhaps attributes between double quotes.
    pub(super) fn plain_tag(&mut self) -> Option<Result<Token<'a>, Fault>> {
        // After a text the reader expects the tag itself. The first tag is its own in any case.
        if self.after_text || self.open.is_empty() {
            return None;
        }
        let at = self.position();
        let inside = self.source.get(at..)?.strip_prefix('<')?;
        if let Some(end) = inside.strip_prefix('/') {
            let name = self.open.last()?.name;
            end.strip_prefix(name)?.strip_prefix('>')?;
            self.take("</>".len() + name.len())?;
            self.close();
            return Some(Ok(Token::Close));
        }
        let len = inside.bytes().position(|octet| !octet.is_ascii_alphanumeric())?;
        let (name, rest) = inside.split_at_checked(len)?;
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let len_inside = match rest.bytes().next()? {
            b'>' => len,
            b' ' => {
                let (attributes, _) = rest.split_at_checked(memchr::memchr(b'>', rest.as_bytes())?)?;
                // Outside of quotes, this `>` ends the tag.
                let quotes = attributes.bytes().filter(|octet| *octet == b'"').count();
                let is_odd = quotes % 2 == 1
                    || attributes.ends_with('/')
                    || attributes.contains('\'')
                    || self.survey.illegal.is_some();
                if is_odd {
                    return None;
                }
                len + attributes.len()
            }
            _ => return None,
        };
        let (inside, _) = inside.split_at_checked(len_inside)?;
        self.take("<>".len() + len_inside)?;
        Some(self.open(inside, len, self.base + at).map(Token::Open))
    }

    /// Passes octets over that the reader, which stands between two tags, need not see.
    fn take(&mut self, len: usize) -> Option<()> {
        let unread = self.reader.get_mut();
        *unread = unread.get(len..)?;
        self.taken += len;
        Some(())
    }
}
