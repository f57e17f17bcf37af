//! The options of sessions, and the usage text (fon-api 4, 4.1).

use std::fmt::Write;

/// What an option's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text of at most so many octets.
    Text(usize),
    /// A number of so many bits.
    Bits(u32),
    /// No value.
    Flag,
}

impl Kind {
    pub(super) const fn largest(self) -> u64 {
        match self {
            Self::Bits(bits @ 1..=64) => u64::MAX >> (64 - bits),
            _ => 0,
        }
    }

    pub(super) const fn longest(self) -> usize {
        if let Self::Text(octets) = self { octets } else { usize::MAX }
    }
}

/// One option.
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    meaning: &'static str,
}

const fn spec(name: &'static str, kind: Kind, meaning: &'static str) -> Spec {
    Spec { name, kind, meaning }
}

/// The options of authorize, login and update, beside those that name the client.
pub(super) static OPTIONS: &[Spec] = &[
    spec("username", Kind::Text(255), "the user's name"),
    spec("password", Kind::Text(255), "the user's password, for login"),
    spec("sessiontimeout", Kind::Bits(64), "seconds the session may last"),
    spec("idletimeout", Kind::Bits(32), "seconds the client may be silent"),
    spec("interiminterval", Kind::Bits(16), "seconds between interim records"),
    spec("maxoctets", Kind::Bits(64), "octets both ways"),
    spec("maxinputoctets", Kind::Bits(64), "octets of the input direction"),
    spec("maxoutputoctets", Kind::Bits(64), "octets of the output direction"),
    spec("maxbwup", Kind::Bits(64), "bit/s from the client"),
    spec("maxbwdown", Kind::Bits(64), "bit/s to the client"),
    spec("splash", Kind::Text(2047), "URL of a page that must be seen first"),
    spec("url", Kind::Text(2047), "URL of the page after the login; \"\" clears it"),
    spec("routeidx", Kind::Bits(8), "interface of the client's route"),
    spec("noacct", Kind::Flag, "no RADIUS accounting"),
];

/// Whether the word behind this one is its value.
#[must_use]
pub fn takes_value(word: &str) -> bool {
    matches!(word, "ip" | "mac" | "sessionid")
        || OPTIONS.iter().any(|option| option.name == word && option.kind != Kind::Flag)
}

const COMMANDS: &[(&str, &str, &str)] = &[
    ("list", "", "all clients, one line each"),
    ("listip", "IP", "the client with this address"),
    ("listmac", "MAC", "the client with this hardware address"),
    ("listgarden", "", "destinations open without login"),
    ("listippool", "", "addresses for clients"),
    ("dhcp-list", "", "clients and the age of their leases"),
    ("listradqueue", "", "accounting records that wait"),
    ("procs", "", "processes of the gateway"),
    ("status", "", "the hotspot in a few lines"),
    ("reload", "", "read the configuration again"),
    ("shutdown", "", "end all sessions, then the gateway"),
    ("authorize", "SELECTOR OPTIONS", "open a session without a login"),
    ("login", "SELECTOR username U password P", "log a client in by RADIUS"),
    ("update", "SELECTOR OPTIONS", "replace all parameters of a session"),
    ("logout, logoff", "SELECTOR", "end a session"),
    ("block, drop", "MAC", "drop all traffic of a client"),
    ("dhcp-release", "MAC", "end the session and the lease"),
];

/// What `--help` says and what a wrong command line is answered with; `program` is how it was called.
#[must_use]
pub fn usage(program: &str) -> String {
    let mut out = format!("Usage: {program} [OPTIONS] COMMAND [ARGUMENTS]\n\nAvailable Commands:\n");
    for (name, arguments, meaning) in COMMANDS {
        let _infallible = writeln!(out, "  {name:<15} {arguments:<31} {meaning}");
    }
    out.push_str(
        "\nSELECTOR is ip ADDRESS, mac MAC or sessionid ID; of several all must fit. A bare MAC and, for every client but with\nlogin, * do as well.\n\nAvailable Arguments:\n",
    );
    for Spec { name, kind, meaning } in OPTIONS {
        let (mark, kind, length) = match kind {
            Kind::Text(most) => ("<value>", "text", most.to_string()),
            Kind::Bits(bits) => ("<value>", "integer", format!("{bits} bit")),
            Kind::Flag => ("", "flag", String::new()),
        };
        let line = format!("  {name:<15} {mark:<8} {kind:<8} {length:<7} {meaning}");
        let _infallible = writeln!(out, "{}", line.trim_end());
    }
    out.push_str(
        "\nauthorize and update set every parameter: what is not given falls back to the configured default.\n\n\
         Options:\n  \
         -s, --socket PATH   ask this gateway only; default: every socket /var/run/chilli*.sock\n  \
         --json              answer in JSON; with list as chilli_query -json does\n  \
         --watch             with list: a live view, until Ctrl-C\n  \
         --interval SECONDS  how often the live view is renewed; default 1\n  \
         -h, --help          this text\n\n\
         Exit status: 0 done; 1 wrong usage, no gateway or no answer in 10 s; 2 no such client; 255 bad MAC address.\n",
    );
    out
}
