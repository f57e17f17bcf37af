//! Request lines as clients in the field write them. A page that was redirected here was meant for anybody, and its
//! address may hold octets that have no place in one: blanks, quotes, letters of some eight-bit alphabet. The library
//! answers 400 to that, where a client before its login needs the portal (spec: uam 2). They are percent-encoded on the
//! way in, which says the same.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection whose request line is mended if it has to be. What follows passes as it is.
pub(super) struct FirstLine<S> {
    stream: S,
    state: State,
    /// A line that is longer is left to the library, which refuses it.
    longest: usize,
    /// Closing the stream, which follows at once, says that nothing more will come: TCP does, TLS does not.
    closing_says_so: bool,
}

enum State {
    /// The line has not ended; this much of it is held.
    Waiting(Vec<u8>),
    /// This was read and is handed on, up to here until now.
    Handing(Vec<u8>, usize),
    Through,
}

impl<S> FirstLine<S> {
    pub(super) const fn new(stream: S, longest: usize) -> Self {
        Self { stream, state: State::Waiting(Vec::new()), longest, closing_says_so: false }
    }
}

impl FirstLine<TcpStream> {
    /// Saves the call that says what closing says.
    pub(super) fn of_tcp(stream: TcpStream, longest: usize) -> Self {
        Self { closing_says_so: true, ..Self::new(stream, longest) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FirstLine<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while buf.remaining() > 0 {
            match &mut this.state {
                State::Through => return Pin::new(&mut this.stream).poll_read(cx, buf),
                State::Handing(octets, at) => {
                    let rest = octets.get(*at..).unwrap_or_default();
                    let part = rest.get(..buf.remaining()).unwrap_or(rest);
                    buf.put_slice(part);
                    *at += part.len();
                    if part.len() == rest.len() {
                        this.state = State::Through;
                    }
                    return Poll::Ready(Ok(()));
                }
                State::Waiting(held) => {
                    let before = buf.filled().len();
                    ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
                    let read = buf.filled().get(before..).unwrap_or_default();
                    let ended = read.is_empty();
                    let end = |octets: &[u8]| octets.iter().position(|octet| *octet == b'\n');
                    if held.is_empty()
                        && let Some(end) = end(read)
                        && mended(read.get(..end).unwrap_or_default()).is_none()
                    {
                        this.state = State::Through;
                        return Poll::Ready(Ok(()));
                    }
                    held.extend_from_slice(read);
                    buf.set_filled(before);
                    if let Some(end) = end(held) {
                        let (line, rest) = held.split_at(end);
                        let line = mended(line).unwrap_or_else(|| line.to_vec());
                        this.state = State::Handing([&line, rest].concat(), 0);
                    } else if ended || held.len() > this.longest {
                        this.state = State::Handing(std::mem::take(held), 0);
                    }
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FirstLine<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.closing_says_so {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, octets)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// The line as the library takes it; `None` if it takes it as it is, or it is no request line.
fn mended(line: &[u8]) -> Option<Vec<u8>> {
    let blanks = line.iter().filter(|octet| **octet == b' ').count();
    // Nearly all are plain.
    if blanks == 2 && line.iter().all(|octet| octet.is_ascii() && !b"\"<>`".contains(octet)) {
        return None;
    }
    let (text, end) = line.strip_suffix(b"\r").map_or((line, &b""[..]), |text| (text, &b"\r"[..]));
    let words: Vec<&[u8]> = text.split(|octet| *octet == b' ').filter(|word| !word.is_empty()).collect();
    // The address ends at a blank (spec: uam 2).
    let [method, target, .., version] = words.as_slice() else { return None };
    let other = std::str::from_utf8(target).is_err();
    let mut in_query = false;
    let refused = |octet: &u8| {
        in_query |= *octet == b'?';
        let special = if in_query { b"\"<>".as_slice() } else { b"`<>" };
        special.contains(octet) || (other && !octet.is_ascii())
    };
    let refused: Vec<bool> = target.iter().map(refused).collect();
    if !version.starts_with(b"HTTP/") || (blanks == 2 && !refused.contains(&true)) {
        return None;
    }
    let mut out = [method, &b" "[..]].concat();
    for (octet, refused) in target.iter().zip(refused) {
        if refused {
            out.extend_from_slice(format!("%{octet:02X}").as_bytes());
        } else {
            out.push(*octet);
        }
    }
    for part in [b" ", *version, end] {
        out.extend_from_slice(part);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    // spec: uam 2
    #[test]
    fn a_line_is_mended_only_where_the_library_would_refuse_it() {
        for line in [
            "GET / HTTP/1.1\r",
            "GET /a\"{}|\\^?`{}|\\^[]' HTTP/1.0",
            "GET /ä?ö HTTP/1.1\r",
            "",
            "GET",
            "a b c",
            "GET / x y",
        ] {
            assert_eq!(mended(line.as_bytes()), None, "{line}");
        }
        for (line, want) in [
            (&b"GET /<a`\"?<\"`> HTTP/1.1\r"[..], "GET /%3Ca%60\"?%3C%22`%3E HTTP/1.1\r"),
            (b"GET /\xe4?x=\xff\xc3\xa4 HTTP/1.1", "GET /%E4?x=%FF%C3%A4 HTTP/1.1"),
            (b"GET   /a?b c d HTTP/1.1\r", "GET /a?b HTTP/1.1\r"),
        ] {
            assert_eq!(String::from_utf8(mended(line).unwrap()).unwrap(), want);
        }
    }

    #[test]
    fn in_whatever_pieces_it_comes_the_line_is_mended_and_the_rest_is_not() {
        let sent = b"GET /<?<> HTTP/1.1\r\nHost: <x>\r\n\r\nGET /< HTTP/1.1\r\n";
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for cut in 0..sent.len() {
            let (first, second) = sent.split_at(cut);
            let mut received = Vec::new();
            let mut connection = FirstLine::new(first.chain(second), 8192);
            runtime.block_on(connection.read_to_end(&mut received)).unwrap();
            assert_eq!(
                String::from_utf8(received).unwrap(),
                "GET /%3C?%3C%3E HTTP/1.1\r\nHost: <x>\r\n\r\nGET /< HTTP/1.1\r\n",
                "{cut}"
            );
        }
        // What never ends is not held for ever.
        let endless = [b'<'; 100];
        let mut received = Vec::new();
        runtime.block_on(FirstLine::new(&endless[..], 10).read_to_end(&mut received)).unwrap();
        assert_eq!(received, endless);
    }
}
