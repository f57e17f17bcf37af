//! A line of the session listing (fon-api 4.2), both ways.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;
use wispr::gateway::{ClientState, ClientView, Counters, Mac};

/// What becomes of a client's traffic, as listings name it (fon-api 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateWord {
    /// No policy yet.
    None,
    /// Blocked.
    Drop,
    /// Logged in.
    Pass,
    /// Not logged in.
    Dnat,
    /// Logged in, to see a page first.
    Splash,
    /// Known by its hardware address only.
    Layer2,
    /// None of these.
    Unknown,
}

impl StateWord {
    const ALL: [Self; 7] =
        [Self::None, Self::Drop, Self::Pass, Self::Dnat, Self::Splash, Self::Layer2, Self::Unknown];

    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Drop => "drop",
            Self::Pass => "pass",
            Self::Dnat => "dnat",
            Self::Splash => "splash",
            Self::Layer2 => "layer2",
            Self::Unknown => "unknown",
        }
    }
}

impl From<ClientState> for StateWord {
    fn from(state: ClientState) -> Self {
        Self::ALL.into_iter().find(|word| word.word() == state.word()).unwrap_or(Self::Unknown)
    }
}

/// One client of the listing. `Display` writes the line, `FromStr` reads it.
///
/// Blanks and control characters of user names and URLs are percent-encoded, so that a line always has the same
/// fields; in a user name also a `%` that could be taken for such an escape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The client's hardware address.
    pub mac: Mac,
    /// Its address.
    pub ip: Ipv4Addr,
    /// What becomes of its traffic.
    pub state: StateWord,
    /// The id of its session, or of the one it may get.
    pub session_id: Option<String>,
    /// Whether it is logged in.
    pub authenticated: bool,
    /// The user of its last login.
    pub user: Option<String>,
    /// Seconds of the session.
    pub session_time: u64,
    /// Their limit; 0 for none, as everywhere below.
    pub session_timeout: u64,
    /// Seconds since the client's last packet.
    pub idle_time: u64,
    /// Their limit.
    pub idle_timeout: u64,
    /// Octets of the input direction.
    pub input_octets: u64,
    /// Their limit.
    pub max_input_octets: u64,
    /// Octets of the output direction.
    pub output_octets: u64,
    /// Their limit.
    pub max_output_octets: u64,
    /// The limit of both directions.
    pub max_total_octets: u64,
    /// Whether input is what comes from the client.
    pub swapoctets: bool,
    /// Use of the upward bandwidth in percent; none before the first session.
    pub up_percent: Option<u64>,
    /// The upward bandwidth in bit/s.
    pub bandwidth_up: u64,
    /// Use of the downward bandwidth in percent.
    pub down_percent: Option<u64>,
    /// The downward bandwidth in bit/s.
    pub bandwidth_down: u64,
    /// The page the user wanted.
    pub user_url: Option<String>,
    /// The client's 802.1Q tag.
    pub vlan: Option<u16>,
}

impl Line {
    /// A client as the gateway sees it. `session_time` and `idle_time` are of its session, `up` and `down` what it
    /// transfers in bit/s.
    #[must_use]
    pub fn of(
        client: &ClientView<'_>,
        now: std::time::Duration,
        swapoctets: bool,
        up: u64,
        down: u64,
    ) -> Self {
        let info = client.info();
        let session = client.session();
        // After a logout the old counters and limits stay to be seen (fon-api 3).
        let latest = session.or_else(|| client.last_session());
        let Counters { input_octets, output_octets, .. } =
            latest.map(|s| s.usage.counters(swapoctets)).unwrap_or_default();
        let limit = |of: fn(&wispr::gateway::Parameters) -> u64| latest.map_or(0, |s| of(&s.parameters));
        let (bandwidth_up, bandwidth_down) = (limit(|p| p.bandwidth_max_up), limit(|p| p.bandwidth_max_down));
        let percent =
            |rate: u64, of: u64| latest.map(|_| rate.saturating_mul(100).checked_div(of).unwrap_or(0));
        Self {
            mac: info.mac,
            ip: info.ip,
            state: info.state.into(),
            session_id: Some(info.session_id.as_str().to_owned()),
            authenticated: session.is_some(),
            user: given(client.user_name()),
            session_time: session.map_or(0, |s| s.session_time(now)),
            session_timeout: limit(|p| p.session_timeout),
            idle_time: session.map_or(0, |s| s.idle_time(now)),
            idle_timeout: limit(|p| p.idle_timeout.into()),
            input_octets,
            max_input_octets: limit(|p| p.max_input_octets),
            output_octets,
            max_output_octets: limit(|p| p.max_output_octets),
            max_total_octets: limit(|p| p.max_total_octets),
            swapoctets,
            up_percent: percent(up, bandwidth_up),
            bandwidth_up,
            down_percent: percent(down, bandwidth_down),
            bandwidth_down,
            user_url: given(client.user_url()),
            vlan: info.vlan,
        }
    }
}

fn given(octets: &[u8]) -> Option<String> {
    (!octets.is_empty()).then(|| String::from_utf8_lossy(octets).into_owned())
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mac, ip, session_time, session_timeout, idle_time, idle_timeout, .. } = self;
        let (state, id) = (self.state.word(), self.session_id.as_deref().unwrap_or("-"));
        let user = Word { text: self.user.as_deref(), escapes: true };
        write!(f, "{mac} {ip} {state} {id} {} {user}", u8::from(self.authenticated))?;
        write!(f, " {session_time}/{session_timeout} {idle_time}/{idle_timeout}")?;
        write!(f, " {}/{}", self.input_octets, self.max_input_octets)?;
        write!(f, " {}/{}", self.output_octets, self.max_output_octets)?;
        write!(f, " {} {}", self.max_total_octets, u8::from(self.swapoctets))?;
        let bandwidths = [(self.up_percent, self.bandwidth_up), (self.down_percent, self.bandwidth_down)];
        for (percent, limit) in bandwidths {
            match percent {
                Some(percent) => write!(f, " {percent}%/{limit}")?,
                None => write!(f, " 0/{limit}")?,
            }
        }
        write!(f, " {}", Word { text: self.user_url.as_deref(), escapes: false })?;
        self.vlan.map_or(Ok(()), |vlan| write!(f, " vlan={vlan}"))
    }
}

/// A text as one word of a line.
struct Word<'a> {
    text: Option<&'a str>,
    /// `%` may be read as an escape, so that it is escaped where it looks like one.
    escapes: bool,
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.text {
            None | Some("") => return f.write_str("-"),
            // Not to be taken for "none".
            Some("-") if self.escapes => return f.write_str("%2d"),
            Some(text) => text,
        };
        for (at, c) in text.char_indices() {
            let looks_like_an_escape = c == '%' && escape(&text.as_bytes()[at..]).is_some();
            if c.is_whitespace() || c.is_control() || (self.escapes && looks_like_an_escape) {
                let mut octets = [0; 4];
                c.encode_utf8(&mut octets).bytes().try_for_each(|b| write!(f, "%{b:02x}"))?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

/// The octet of `%xx` at the front.
fn escape(octets: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = octets else { return None };
    let digit = |octet: u8| char::from(octet).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

/// Undoes the escapes of a user name.
fn unescape(word: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), word.as_bytes());
    while let [first, tail @ ..] = rest {
        if let Some(octet) = escape(rest) {
            out.push(octet);
            rest = &rest[3..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Which field of a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field {number} of the listing, {name}, cannot be read")]
pub struct LineError {
    /// Counted from 1.
    pub number: u8,
    /// What it should hold.
    pub name: &'static str,
}

impl FromStr for Line {
    type Err = LineError;

    fn from_str(line: &str) -> Result<Self, LineError> {
        let mut fields = Fields { words: line.split(' '), number: 0 };
        let mac = fields.next("MAC", |w| w.parse().ok())?;
        let ip = fields.next("address", |w| w.parse().ok())?;
        let state = fields.next("state", |w| StateWord::ALL.into_iter().find(|state| state.word() == w))?;
        let session_id = fields.next("session id", optional)?;
        let authenticated = fields.next("authenticated", flag)?;
        let user = fields.next("user", optional)?.map(|word| unescape(&word));
        let (session_time, session_timeout) = fields.next("session time/limit", pair)?;
        let (idle_time, idle_timeout) = fields.next("idle time/limit", pair)?;
        let (input_octets, max_input_octets) = fields.next("input octets/limit", pair)?;
        let (output_octets, max_output_octets) = fields.next("output octets/limit", pair)?;
        let max_total_octets = fields.next("total octets limit", |w| w.parse().ok())?;
        let swapoctets = fields.next("swapoctets", flag)?;
        let (up_percent, bandwidth_up) = fields.next("upward bandwidth", bandwidth)?;
        let (down_percent, bandwidth_down) = fields.next("downward bandwidth", bandwidth)?;
        let user_url = fields.next("original URL", optional)?;
        let vlan = match fields.words.clone().next() {
            None => None,
            Some(_) => Some(fields.next("vlan", |w| w.strip_prefix("vlan=")?.parse().ok())?),
        };
        if fields.words.next().is_some() {
            return Err(LineError { number: 17, name: "nothing" });
        }
        Ok(Self {
            mac,
            ip,
            state,
            session_id,
            authenticated,
            user,
            session_time,
            session_timeout,
            idle_time,
            idle_timeout,
            input_octets,
            max_input_octets,
            output_octets,
            max_output_octets,
            max_total_octets,
            swapoctets,
            up_percent,
            bandwidth_up,
            down_percent,
            bandwidth_down,
            user_url,
            vlan,
        })
    }
}

struct Fields<'a> {
    words: std::str::Split<'a, char>,
    number: u8,
}

impl Fields<'_> {
    fn next<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, LineError> {
        self.number += 1;
        let number = self.number;
        self.words.next().filter(|w| !w.is_empty()).and_then(read).ok_or(LineError { number, name })
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it reads a field, as the others do")]
fn optional(word: &str) -> Option<Option<String>> {
    Some((word != "-").then(|| word.to_owned()))
}

fn flag(word: &str) -> Option<bool> {
    match word {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn pair(word: &str) -> Option<(u64, u64)> {
    let (value, limit) = word.split_once('/')?;
    Some((value.parse().ok()?, limit.parse().ok()?))
}

fn bandwidth(word: &str) -> Option<(Option<u64>, u64)> {
    let (value, limit) = word.split_once('/')?;
    let percent = match value.strip_suffix('%') {
        Some(percent) => Some(percent.parse().ok()?),
        None if value == "0" => None,
        None => return None,
    };
    Some((percent, limit.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "02-00-5E-10-00-01 10.1.0.2 dnat 6b00fb6800000001 0 - 0/0 0/0 0/0 0/0 0 0 0/0 0/0 -";

    #[test]
    fn blanks_and_control_characters_never_break_a_line() {
        // spec: fon-api 4.2
        let mut line: Line = BEFORE.parse().unwrap();
        for name in ["a b", "a\nb", "%20", "100%", "-", "ü\u{a0}x\t", "%%41%4"] {
            line.user = Some(name.to_owned());
            let text = line.to_string();
            assert_eq!(text.split(' ').count(), 15, "{text}");
            assert_eq!(text.parse::<Line>().unwrap(), line, "{text}");
        }
        line.user_url = Some("http://x/%20?a b".to_owned());
        assert!(line.to_string().ends_with(" http://x/%20?a%20b"), "{line}");
    }

    #[test]
    fn a_tag_comes_last() {
        // spec: fon-api 4.2
        let text = format!("{BEFORE} vlan=12");
        let line: Line = text.parse().unwrap();
        assert_eq!((line.vlan, line.to_string()), (Some(12), text));
    }

    #[test]
    fn the_error_names_the_field() {
        for (line, number, name) in [
            ("", 1, "MAC"),
            ("02-00-5E-10-00-01 10.1.0 dnat", 2, "address"),
            ("02-00-5E-10-00-01 10.1.0.2 gone", 3, "state"),
            (&BEFORE.replacen(" 0/0", " 0", 1), 7, "session time/limit"),
            (&format!("{BEFORE} vlan=x"), 16, "vlan"),
            (&format!("{BEFORE} vlan=1 more"), 17, "nothing"),
        ] {
            assert_eq!(line.parse::<Line>(), Err(LineError { number, name }), "{line}");
        }
    }
}
