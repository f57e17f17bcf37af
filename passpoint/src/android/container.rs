//! The file round the tree (spec: passpoint 3.1).

use crate::report::{Rejection, refuse};
use crate::text::push_lines;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

pub(super) const PROFILE: &str = "application/x-passpoint-profile";
pub(super) const CA: &str = "application/x-x509-ca-cert";
pub(super) const PKCS12: &str = "application/x-pkcs12";

/// Decodes base64 as the device does.
///
/// Characters outside the alphabet are skipped. `=` in the wrong place and anything after padding is an error (`None`);
/// padding may be missing at the end, except after a single character.
#[must_use]
pub fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    #[derive(Clone, Copy)]
    enum State {
        Digits(u8),
        OneMorePad,
        Done,
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut state, mut bits) = (State::Digits(0), 0_u32);
    for octet in text {
        let digit = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                state = match state {
                    State::Digits(2) => {
                        push(&mut out, bits >> 4);
                        State::OneMorePad
                    }
                    State::Digits(3) => {
                        push(&mut out, bits >> 10);
                        push(&mut out, bits >> 2);
                        State::Done
                    }
                    State::OneMorePad => State::Done,
                    State::Digits(_) | State::Done => return None,
                };
                continue;
            }
            _ => continue,
        };
        let State::Digits(have) = state else { return None };
        bits = (bits << 6) | u32::from(digit);
        state = State::Digits((have + 1) % 4);
        if have == 3 {
            push(&mut out, bits >> 16);
            push(&mut out, bits >> 8);
            push(&mut out, bits);
            bits = 0;
        }
    }
    match state {
        State::Digits(1) | State::OneMorePad => return None,
        State::Digits(2) => push(&mut out, bits >> 4),
        State::Digits(3) => {
            push(&mut out, bits >> 10);
            push(&mut out, bits >> 2);
        }
        State::Digits(_) | State::Done => {}
    }
    Some(out)
}

#[expect(clippy::cast_possible_truncation, reason = "the low octet is meant")]
fn push(out: &mut Vec<u8>, bits: u32) {
    out.push(bits as u8);
}

/// The bodies of the parts of a file.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) profile: Zeroizing<Vec<u8>>,
    pub(super) ca: Option<Vec<u8>>,
    pub(super) pkcs12: Option<Zeroizing<Vec<u8>>>,
    /// The types in their order.
    pub(super) order: Vec<&'static str>,
}

/// Takes a file apart. `strict` refuses two parts of one type, of which the device takes the later.
pub(super) fn take_apart(file: &[u8], strict: bool) -> Result<Parts, Rejection> {
    let Some(text) = decode_base64(file).map(Zeroizing::new) else {
        return refuse("android.base64", "the file");
    };
    let mut lines = Lines { rest: &text, number: 0 };
    let headers = lines.headers()?;
    if headers.content_type() != Some(b"multipart/mixed") {
        return refuse("android.mime.type", "the first header section");
    }
    let Some(boundary) = headers.boundary().filter(|b| !b.is_empty()) else {
        return refuse("android.mime.boundary", "the first header section");
    };
    let boundary = [b"--", boundary].concat();
    headers.check_encoding("the first header section")?;
    while lines.next_or_eof()? != boundary {}
    let mut parts = Parts::default();
    let mut seen_profile = false;
    loop {
        let headers = lines.headers()?;
        headers.check_encoding(&format!("line {}", lines.number))?;
        let kind = match headers.content_type() {
            Some(t) if t == PROFILE.as_bytes() => PROFILE,
            Some(t) if t == CA.as_bytes() => CA,
            Some(t) if t == PKCS12.as_bytes() => PKCS12,
            _ => return refuse("android.mime.part_type", format!("line {}", lines.number)),
        };
        let mut body = Zeroizing::new(Vec::new());
        let last = loop {
            let line = lines.next_or_eof()?;
            if let Some(after) = line.strip_prefix(boundary.as_slice()) {
                break after == b"--";
            }
            body.extend_from_slice(line);
        };
        let Some(octets) = decode_base64(&body).map(Zeroizing::new) else {
            return refuse("android.base64", kind);
        };
        if strict && parts.order.contains(&kind) {
            return refuse("android.mime.duplicate_part", kind);
        }
        parts.order.push(kind);
        match kind {
            PROFILE => {
                parts.profile = octets;
                seen_profile = true;
            }
            CA => parts.ca = Some(octets.to_vec()),
            _ => parts.pkcs12 = Some(octets),
        }
        if last {
            break;
        }
    }
    if seen_profile { Ok(parts) } else { refuse("android.profile.missing", "the file") }
}

/// Lines that end in CR, LF or CRLF.
struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let end = self.rest.iter().position(|o| matches!(o, b'\r' | b'\n')).unwrap_or(self.rest.len());
        let (line, after) = self.rest.split_at(end);
        let ending = if after.starts_with(b"\r\n") { 2 } else { 1.min(after.len()) };
        self.rest = after.get(ending..).unwrap_or_default();
        Some(line)
    }

    fn next_or_eof(&mut self) -> Result<&'a [u8], Rejection> {
        let number = self.number;
        self.next().ok_or_else(|| Rejection::new("android.mime.eof", format!("after line {number}")))
    }

    fn headers(&mut self) -> Result<Headers, Rejection> {
        let mut headers = Headers::default();
        let mut open = false;
        loop {
            let line = self.next_or_eof()?;
            let bad = || Rejection::new("android.mime.header", format!("line {}", self.number));
            if trim(line).is_empty() {
                return Ok(headers);
            }
            match line.iter().position(|o| *o == b':') {
                None => {
                    let (_, value) = headers.list.last_mut().filter(|_| open).ok_or_else(bad)?;
                    value.push(b' ');
                    value.extend_from_slice(trim(line));
                }
                Some(_) if line.first().is_some_and(is_white_space) => return Err(bad()),
                Some(colon) => {
                    let (name, value) = line.split_at(colon);
                    let value = value.get(1..).unwrap_or_default();
                    headers.list.push((trim(name).to_vec(), trim(value).to_vec()));
                    open = true;
                }
            }
        }
    }
}

#[derive(Default)]
struct Headers {
    list: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Headers {
    /// Names are compared with case; the last one counts.
    fn value(&self, name: &str) -> Option<&[u8]> {
        self.list.iter().rev().find(|(n, _)| n == name.as_bytes()).map(|(_, v)| v.as_slice())
    }

    fn content_type(&self) -> Option<&[u8]> {
        self.value("Content-Type")?.split(|o| *o == b';').next().map(trim)
    }

    fn boundary(&self) -> Option<&[u8]> {
        let mut found = None;
        for parameter in self.value("Content-Type")?.split(|o| *o == b';').skip(1) {
            if let Some(value) = trim(parameter).strip_prefix(b"boundary=") {
                found = Some(match value {
                    [b'"', inner @ .., b'"'] => inner,
                    other => other,
                });
            }
        }
        found
    }

    fn check_encoding(&self, place: &str) -> Result<(), Rejection> {
        if self.value("Content-Transfer-Encoding") == Some(b"base64") {
            Ok(())
        } else {
            refuse("android.mime.encoding", place)
        }
    }
}

/// Without the octets up to U+0020 around it, which are what Java's `trim` removes.
fn trim(octets: &[u8]) -> &[u8] {
    let is_inner = |o: &u8| *o > b' ';
    let start = octets.iter().position(is_inner).unwrap_or(octets.len());
    let end = octets.iter().rposition(is_inner).map_or(start, |last| last + 1);
    octets.get(start..end).unwrap_or_default()
}

/// What Java calls white space: besides tabs, ends of lines and the blank, the four separators.
const fn is_white_space(octet: &u8) -> bool {
    matches!(octet, b'\t'..=b'\r' | 0x1c..=b' ')
}

/// Puts a file together. The boundary depends on the content alone.
pub(super) fn put_together(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use sha2::Digest as _;
    let digest = parts.iter().fold(sha2::Sha256::new(), |d, (_, body)| d.chain_update(body)).finalize();
    let boundary = format!("=_pp_{}", crate::text::hex(digest.get(..12).unwrap_or_default()));
    let mut text = Zeroizing::new(format!(
        "Content-Type: multipart/mixed; boundary={boundary}\nContent-Transfer-Encoding: base64\n\n"
    ));
    for (kind, body) in parts {
        text.push_str(&format!("--{boundary}\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n"));
        push_lines(&mut text, &Zeroizing::new(STANDARD.encode(body)), 76);
    }
    text.push_str(&format!("--{boundary}--\n"));
    let mut file = String::new();
    push_lines(&mut file, &Zeroizing::new(STANDARD.encode(text.as_bytes())), 76);
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(header: &str) -> Result<(), &'static str> {
        let text = format!(
            "{header}\nContent-Transfer-Encoding: base64\n\n--b\nContent-Type: {PROFILE}\n\
             Content-Transfer-Encoding: base64\n\neA==\n--b--\n"
        );
        take_apart(STANDARD.encode(text).as_bytes(), true).map(|_| ()).map_err(|e| e.code)
    }

    // spec: passpoint 3.1
    #[test]
    fn headers_are_trimmed_of_all_octets_up_to_the_blank() {
        assert_eq!(code("Content-Type: multipart/mixed; boundary=b"), Ok(()));
        assert_eq!(code("Content-Type\x1f:\x0b\x01multipart/mixed; boundary=b\x1c"), Ok(()));
        assert_eq!(code("Content-Type: multipart/mixed\x02;\x0bboundary=b"), Ok(()));
        assert_eq!(code("Content-Type: multipart/mixed; boundary=b\u{a0}"), Err("android.mime.eof"));
    }

    // spec: passpoint 3.1
    #[test]
    fn no_header_begins_with_white_space() {
        for blank in ["\t", "\x0b", "\x1c", "\x1f", " "] {
            let header = format!("{blank}Content-Type: multipart/mixed; boundary=b");
            assert_eq!(code(&header), Err("android.mime.header"), "{blank:?}");
        }
    }
}
