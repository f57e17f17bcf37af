//! The words of a command line (fon-api 4): which command, whose, with what.

use super::command::{Command, SessionOptions, Target};
use super::usage::{Kind, OPTIONS};
use std::net::Ipv4Addr;
use wispr::gateway::Mac;
use zeroize::Zeroizing;

/// Exit status: wrong usage, no gateway, no answer (fon-api 4.6).
pub const WRONG_USAGE: u8 = 1;
/// Exit status: no client fits, or the client has no session.
pub const UNKNOWN_CLIENT: u8 = 2;
/// Exit status: not a hardware address.
pub const BAD_MAC: u8 = 255;

/// Every client, as chilli_query has it (fon-api 4).
const ALL: &str = "*";

/// What is wrong with the words, in the original's texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WordError {
    /// There is no command.
    #[error("a command is missing")]
    NoCommand,
    /// No command has this name.
    #[error("unknown command: {0}")]
    UnknownCommand(String),
    /// No option has this name, or the command takes none.
    #[error("Unknown argument: {0}")]
    UnknownArgument(String),
    /// The option's value is missing.
    #[error("Argument {0} requires a value")]
    NoValue(&'static str),
    /// The option's value is no number. The original takes leading digits, and anything else as 0.
    #[error("Argument {name} requires a number: {value}")]
    NoNumber {
        /// The option.
        name: &'static str,
        /// What was given.
        value: String,
    },
    /// The number does not fit.
    #[error("Argument {name} is at most {most}: {value}")]
    TooLarge {
        /// The option.
        name: &'static str,
        /// The largest number it takes.
        most: u64,
        /// What was given.
        value: String,
    },
    /// The text is too long.
    #[error("Argument {name} has at most {most} octets")]
    TooLong {
        /// The option.
        name: &'static str,
        /// The most octets it takes.
        most: usize,
    },
    /// The text is not a URL that a client can be sent to.
    #[error("Argument {0} requires an absolute http or https URL")]
    NoUrl(&'static str),
    /// Not a dotted quad. The original also takes short forms.
    #[error("Invalid IP Address: {0}")]
    BadIp(String),
    /// Not a hardware address.
    #[error("{0}: bad MAC address")]
    BadMac(String),
    /// The command needs a hardware address.
    #[error("{0} requires a MAC address argument")]
    MacRequired(String),
    /// The command needs an address.
    #[error("{0} requires an IP address argument")]
    IpRequired(String),
    /// Whose? The original acts on a record with an all-zero hardware address.
    #[error("{0} requires ip, mac or sessionid")]
    TargetRequired(String),
    /// A login needs both.
    #[error("{0} requires username and password")]
    CredentialsRequired(String),
}

impl WordError {
    /// The exit status.
    #[must_use]
    pub const fn status(&self) -> u8 {
        if matches!(self, Self::BadMac(_)) { BAD_MAC } else { WRONG_USAGE }
    }

    /// Whether the usage helps here.
    #[must_use]
    pub const fn wants_usage(&self) -> bool {
        matches!(
            self,
            Self::NoCommand | Self::UnknownCommand(_) | Self::UnknownArgument(_) | Self::NoValue(_)
        )
    }
}

impl Command {
    /// Reads the words behind the program's name.
    ///
    /// # Errors
    /// What is wrong with the first word that is.
    pub fn parse(words: &[String]) -> Result<Self, WordError> {
        let (name, rest) = words.split_first().ok_or(WordError::NoCommand)?;
        let alone = |command| match rest.first() {
            None => Ok(command),
            Some(extra) => Err(WordError::UnknownArgument(extra.clone())),
        };
        Ok(match name.as_str() {
            "list" => alone(Self::List)?,
            "listgarden" => alone(Self::ListGarden)?,
            "listippool" => alone(Self::ListIpPool)?,
            "dhcp-list" => alone(Self::DhcpList)?,
            "listradqueue" => alone(Self::ListRadQueue)?,
            "procs" => alone(Self::Procs)?,
            "status" => alone(Self::Status)?,
            "reload" => alone(Self::Reload)?,
            "shutdown" => alone(Self::Shutdown)?,
            "listip" => Self::ListIp(ip(only(rest, || WordError::IpRequired(name.clone()))?)?),
            "listmac" => Self::ListMac(mac_of(name, rest)?),
            "block" | "drop" => Self::Block(mac_or_all(name, rest)?),
            "dhcp-release" => Self::Release(mac_or_all(name, rest)?),
            "authorize" | "login" | "update" | "logout" | "logoff" => of_client(name, rest)?,
            _ => return Err(WordError::UnknownCommand(name.clone())),
        })
    }
}

/// The one word that a command takes.
fn only(rest: &[String], missing: impl FnOnce() -> WordError) -> Result<&String, WordError> {
    match rest {
        [] => Err(missing()),
        [word] => Ok(word),
        [_, extra, ..] => Err(WordError::UnknownArgument(extra.clone())),
    }
}

fn mac_of(name: &str, rest: &[String]) -> Result<Mac, WordError> {
    mac(only(rest, || WordError::MacRequired(name.to_owned()))?)
}

fn mac_or_all(name: &str, rest: &[String]) -> Result<Target, WordError> {
    match rest {
        [word] if word == ALL => Ok(Target { all: true, ..Target::default() }),
        _ => mac_of(name, rest).map(Target::mac),
    }
}

fn mac(text: &str) -> Result<Mac, WordError> {
    text.parse().map_err(|_| WordError::BadMac(text.to_owned()))
}

fn ip(text: &str) -> Result<Ipv4Addr, WordError> {
    text.parse().map_err(|_| WordError::BadIp(text.to_owned()))
}

/// A command about one client: a selector and options in any order.
fn of_client(name: &str, rest: &[String]) -> Result<Command, WordError> {
    let takes_options = !matches!(name, "logout" | "logoff");
    let (mut target, mut options) = (Target::default(), Box::<SessionOptions>::default());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let mut value = |name| words.next().ok_or(WordError::NoValue(name));
        match word.as_str() {
            "ip" => target.ip = Some(ip(value("ip")?)?),
            "mac" => target.mac = Some(mac(value("mac")?)?),
            "sessionid" => target.session_id = Some(value("sessionid")?.clone()),
            "noacct" if takes_options => options.noacct = true,
            word => match OPTIONS.iter().find(|option| option.name == word && takes_options) {
                Some(option) => set(&mut options, option.name, option.kind, value(option.name)?)?,
                None if word == ALL && name != "login" => target.all = true,
                // chilli_query names the client by its hardware address alone (fon-api 5).
                None => match word.parse() {
                    Ok(mac) => target.mac = Some(mac),
                    Err(_) => return Err(WordError::UnknownArgument(word.to_owned())),
                },
            },
        }
    }
    if target.all && (target.ip.is_some() || target.mac.is_some() || target.session_id.is_some()) {
        return Err(WordError::UnknownArgument(ALL.to_owned()));
    }
    if target.is_empty() {
        return Err(WordError::TargetRequired(name.to_owned()));
    }
    Ok(match name {
        "authorize" => Command::Authorize(target, options),
        "update" => Command::Update(target, options),
        "login" if options.username.is_none() || options.password.is_none() => {
            return Err(WordError::CredentialsRequired(name.to_owned()));
        }
        "login" => Command::Login(target, options),
        _ => Command::Logout(target),
    })
}

/// Sets one option. A word given twice: the last one counts.
fn set(options: &mut SessionOptions, name: &'static str, kind: Kind, value: &str) -> Result<(), WordError> {
    let number = || -> Result<u64, WordError> {
        if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(WordError::NoNumber { name, value: value.to_owned() });
        }
        let most = kind.largest();
        value.parse().ok().filter(|number| *number <= most).ok_or_else(|| WordError::TooLarge {
            name,
            most,
            value: value.to_owned(),
        })
    };
    // The largest number of the kind has been checked.
    let small = || number().map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let text = || match kind.longest() {
        most if value.len() > most => Err(WordError::TooLong { name, most }),
        _ => Ok(value.to_owned()),
    };
    let page = |may_be_empty: bool| {
        let text = text()?;
        let good = url::Url::parse(&text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let plain = !text.bytes().any(|b| b.is_ascii_control() || b == b' ');
        if (good && plain) || (may_be_empty && text.is_empty()) {
            Ok(text)
        } else {
            Err(WordError::NoUrl(name))
        }
    };
    match name {
        "username" => options.username = Some(text()?),
        "password" => options.password = Some(Zeroizing::new(text()?)),
        "sessiontimeout" => options.sessiontimeout = number()?,
        "idletimeout" => options.idletimeout = small()?,
        "interiminterval" => options.interiminterval = u16::try_from(number()?).unwrap_or(u16::MAX),
        "maxoctets" => options.maxoctets = number()?,
        "maxinputoctets" => options.maxinputoctets = number()?,
        "maxoutputoctets" => options.maxoutputoctets = number()?,
        "maxbwup" => options.maxbwup = number()?,
        "maxbwdown" => options.maxbwdown = number()?,
        "splash" => options.splash = Some(page(false)?),
        "url" => options.url = Some(page(true)?),
        "routeidx" => options.routeidx = u8::try_from(number()?).unwrap_or(u8::MAX),
        _ => return Err(WordError::UnknownArgument(name.to_owned())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: Mac = Mac([2, 0, 0x5e, 0x10, 0, 1]);

    fn parse(text: &str) -> Result<Command, WordError> {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        Command::parse(&words)
    }

    fn options(text: &str) -> SessionOptions {
        match parse(&format!("authorize ip 10.1.0.2 {text}")) {
            Ok(Command::Authorize(_, options)) => *options,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_command_is_known() {
        // spec: fon-api 4
        for name in [
            "list",
            "listgarden",
            "listippool",
            "dhcp-list",
            "listradqueue",
            "procs",
            "reload",
            "status",
            "shutdown",
        ] {
            assert!(parse(name).is_ok(), "{name}");
            let extra = parse(&format!("{name} more")).unwrap_err();
            assert_eq!((extra.to_string().as_str(), extra.status()), ("Unknown argument: more", 1));
        }
        for text in ["block 02005e100001", "drop 02:00:5e:10:00:01", "dhcp-release 02-00-5E-10-00-01"] {
            let (Ok(Command::Block(target)) | Ok(Command::Release(target))) = parse(text) else {
                panic!("{text}")
            };
            assert_eq!(target, Target::mac(MAC), "{text}");
        }
        for text in
            ["logout *", "logoff *", "block *", "drop *", "dhcp-release *", "authorize * noacct", "update *"]
        {
            let (Ok(Command::Logout(target))
            | Ok(Command::Block(target))
            | Ok(Command::Release(target))
            | Ok(Command::Authorize(target, _))
            | Ok(Command::Update(target, _))) = parse(text)
            else {
                panic!("{text}")
            };
            assert!(target.all, "{text}");
        }
        for text in ["logout ip 10.1.0.2", "logoff sessionid 6b00fb7600000001", "logout 02-00-5E-10-00-01"] {
            assert!(matches!(parse(text), Ok(Command::Logout(_))), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_the_words_and_the_status_of_the_original() {
        // spec: fon-api 4, 4.6
        for (words, text, status) in [
            ("frobnicate", "unknown command: frobnicate", 1),
            ("listip 1.2.3", "Invalid IP Address: 1.2.3", 1),
            ("listip", "listip requires an IP address argument", 1),
            ("block", "block requires a MAC address argument", 1),
            ("listmac 02-00", "02-00: bad MAC address", 255),
            ("logout mac zz", "zz: bad MAC address", 255),
            ("logout ip 1.2.3.4.5", "Invalid IP Address: 1.2.3.4.5", 1),
            ("authorize ip 10.1.0.2 foo 1", "Unknown argument: foo", 1),
            ("authorize ip 10.1.0.2 maxoctets", "Argument maxoctets requires a value", 1),
            ("authorize ip", "Argument ip requires a value", 1),
            ("authorize username a", "authorize requires ip, mac or sessionid", 1),
            ("logout ip 10.1.0.2 username a", "Unknown argument: username", 1),
            ("logout * ip 10.1.0.2", "Unknown argument: *", 1),
            ("login * username a password b", "Unknown argument: *", 1),
            ("listmac *", "*: bad MAC address", 255),
            ("login ip 10.1.0.2 username a", "login requires username and password", 1),
            ("update ip 10.1.0.2 idletimeout 12x", "Argument idletimeout requires a number: 12x", 1),
            ("update ip 10.1.0.2 routeidx 256", "Argument routeidx is at most 255: 256", 1),
            (
                "update ip 10.1.0.2 interiminterval 65536",
                "Argument interiminterval is at most 65535: 65536",
                1,
            ),
            ("update ip 10.1.0.2 url ftp://x/", "Argument url requires an absolute http or https URL", 1),
        ] {
            let error = parse(words).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.status()), (text, status), "{words}");
        }
        assert_eq!(Command::parse(&[]).unwrap_err(), WordError::NoCommand);
        let long = format!("authorize ip 10.1.0.2 username {}", "a".repeat(256));
        assert_eq!(parse(&long).unwrap_err(), WordError::TooLong { name: "username", most: 255 });
    }

    #[test]
    fn options_come_in_any_order_and_the_last_one_counts() {
        // spec: fon-api 4.1
        let got = options(
            "noacct maxoctets 18446744073709551615 sessiontimeout 60 username a sessiontimeout 3600 username b",
        );
        assert!(got.noacct);
        assert_eq!((got.maxoctets, got.sessiontimeout, got.username.as_deref()), (u64::MAX, 3600, Some("b")));
        let parameters =
            options("splash http://s.example/ maxbwup 9 maxinputoctets 8 interiminterval 7").parameters();
        assert!(parameters.splash);
        assert_eq!(parameters.redirection_url, "http://s.example/");
        assert_eq!((parameters.bandwidth_max_up, parameters.max_input_octets), (9, 8));
        assert_eq!((parameters.interim_interval, parameters.session_timeout), (7, 0));
        let words = ["authorize", "url", "", "ip", "10.1.0.2"].map(str::to_owned);
        let Command::Authorize(_, cleared) = Command::parse(&words).unwrap() else { panic!() };
        assert_eq!(cleared.url.as_deref(), Some(""));
    }

    #[test]
    fn a_password_is_not_shown() {
        let command = parse("login ip 10.1.0.2 username u password topsecret").unwrap();
        assert!(!format!("{command:?}").contains("topsecret"));
    }
}
