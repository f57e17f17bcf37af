//! From command line, configuration file and single-line files to the machine's settings (spec: heartbeat 8, 13).

use super::{Action, CommandLine, File, SMALL_TIMEOUT, Timeout, Warning};
use crate::exec::{TriggerName, Triggers};
use crate::host::{DEFAULT_PORT, HostError};
use crate::identity::{MacError, VersionError, single_line};
use crate::key::KeyError;
use crate::rsa::{RsaKeyError, RsaPublicKey};
use crate::settings::{Server, Settings, SettingsError};
use crate::{Architecture, Host, Identity, Key, Mac, Version};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// The files that are to be read after command line and configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The key, as a single-line file. Must exist.
    pub keyfile: Option<String>,
    /// The current key. May be absent.
    pub aespath: Option<String>,
    /// The server's public key. Must exist.
    pub rsapath: Option<String>,
}

impl Wanted {
    /// What these two ask for.
    #[must_use]
    pub fn new(line: &CommandLine, file: &File) -> Self {
        let either = |first: &Option<String>, second: &Option<String>| {
            first.as_ref().or(second.as_ref()).filter(|path| !path.is_empty()).cloned()
        };
        Self {
            keyfile: if line.keyword.is_some() { None } else { either(&line.keyfile, &file.keyfile) },
            aespath: either(&line.aespath, &file.aespath),
            rsapath: either(&line.rsapath, &file.rsapath),
        }
    }
}

/// The contents of files, where they were there.
#[derive(Clone, Copy, Default)]
pub struct Sources<'a> {
    /// `/etc/fon_mac`
    pub mac: Option<&'a str>,
    /// `/etc/fon_version`
    pub version: Option<&'a str>,
    /// `/etc/fon_revision`
    pub revision: Option<&'a str>,
    /// `/etc/fon_keyword`
    pub keyword: Option<&'a str>,
    /// [`Wanted::keyfile`]
    pub keyfile: Option<&'a str>,
    /// [`Wanted::aespath`]
    pub aespath: Option<&'a [u8]>,
    /// [`Wanted::rsapath`]
    pub rsapath: Option<&'a [u8]>,
}

/// Settings, and what the operator should know of them.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// For [`crate::Heartbeat::new`], which will take them.
    pub settings: Settings,
    /// The warnings, those of the file included.
    pub warnings: Vec<Warning>,
}

/// Why there are no settings; exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// A value is given nowhere.
    #[error("{name} is missing")]
    Missing {
        /// The value's name.
        name: &'static str,
    },
    /// The MAC file.
    #[error("the MAC file: {0}")]
    Mac(#[from] MacError),
    /// The version or the revision file.
    #[error("the version or revision file: {0}")]
    Version(#[from] VersionError),
    /// The key file.
    #[error("the key file: {0}")]
    Key(KeyError),
    /// The file with the current key.
    #[error("the file of aespath: {0}")]
    CurrentKey(KeyError),
    /// The file with the server's key.
    #[error("the file of rsapath: {0}")]
    Rsa(#[from] RsaKeyError),
    /// A host of the configuration file.
    #[error("host: {0}")]
    Host(#[from] HostError),
    /// The values do not go together.
    #[error("{0}")]
    Settings(#[from] SettingsError),
}

/// Puts everything together: the command line before the configuration file, that before the single-line files, those
/// before the defaults.
///
/// # Errors
/// All that is missing, or else all that is wrong.
pub fn resolve(
    line: &CommandLine,
    file: &File,
    sources: &Sources<'_>,
) -> Result<Resolved, Vec<ResolveError>> {
    let mut errors = Vec::new();
    let mac = value(&mut errors, "mac", line.mac.or(file.mac), sources.mac, |text| {
        text.parse::<Mac>().map_err(Into::into)
    });
    let version = value(&mut errors, "version", line.version.or(file.version), sources.version, |text| {
        Version::numbers(text).map_err(Into::into)
    });
    let revision =
        value(&mut errors, "revision", line.revision.or(file.revision), sources.revision, |text| {
            Version::revision_number(text).map_err(Into::into)
        });
    let wanted = Wanted::new(line, file);
    let key_text = if wanted.keyfile.is_some() { sources.keyfile } else { sources.keyword };
    let key = value(&mut errors, "key", line.keyword.clone(), key_text, |text| {
        text.parse::<Key>().map_err(ResolveError::Key)
    });
    let servers = servers(&mut errors, line, file);
    let rsa = match (&wanted.rsapath, sources.rsapath) {
        (None, _) => None,
        (Some(_), None) => {
            errors.push(ResolveError::Missing { name: "the file of rsapath" });
            None
        }
        (Some(_), Some(octets)) => keep(&mut errors, RsaPublicKey::from_file(octets)),
    };
    let (Some(mac), Some((major, minor, micro)), Some(revision), Some(first), [server, ..]) =
        (mac, version, revision, key, &servers[..])
    else {
        return Err(errors);
    };
    let current = sources.aespath.filter(|_| wanted.aespath.is_some());
    let key = match current.map(|octets| first.current(octets).map_err(ResolveError::CurrentKey)) {
        None => first,
        Some(current) => keep(&mut errors, current).unwrap_or(first),
    };
    let identity = Identity {
        mac,
        version: Version { major, minor, micro, revision },
        architecture: line.arch.or(file.arch).map(Architecture).unwrap_or_default(),
    };
    let mut settings = Settings::new(identity, key, server.host.clone());
    settings.servers = servers;
    settings.rsa = rsa;
    let warnings = rules(&mut settings, line, file);
    keep(&mut errors, settings.check());
    if errors.is_empty() { Ok(Resolved { settings, warnings }) } else { Err(errors) }
}

/// Periods, options and triggers; what is not given stays at its default.
fn rules(settings: &mut Settings, line: &CommandLine, file: &File) -> Vec<Warning> {
    let mut warnings = file.warnings.clone();
    settings.compat = file.compat;
    for option in &line.compat {
        // Checked when the command line was read.
        let _ = settings.compat.set(option);
    }
    let seconds = |line: Option<u32>, file: Option<u32>| line.or(file).map(|s| Duration::from_secs(s.into()));
    settings.period_online =
        seconds(line.period_online, file.period_online).unwrap_or(settings.period_online);
    settings.period_offline =
        seconds(line.period_offline, file.period_offline).unwrap_or(settings.period_offline);
    settings.period_fast = seconds(line.period_fast, file.period_fast);
    settings.retries = line.retries.or(file.retries).unwrap_or(settings.retries);
    if let Some(timeout) = line.timeout.or(file.timeout) {
        settings.timeout = timeout.duration(&settings.compat);
        if let Timeout { number, unit: None } = timeout
            && number < SMALL_TIMEOUT
        {
            let in_seconds = settings.compat.timeout_in_seconds;
            warnings.push(Warning::SmallTimeout { number, in_seconds });
        }
    }
    if let Some(suffix) = line.suffix.as_ref().or(file.suffix.as_ref()) {
        settings.suffix.clone_from(suffix);
    }
    let mut triggers: Triggers = file.triggers.clone();
    triggers.extend(&line.triggers);
    for name in [TriggerName::Online, TriggerName::Offline] {
        if triggers.command(name).is_none() {
            warnings.push(Warning::NoTrigger { name });
        }
    }
    settings.triggers = triggers;
    settings.start_delay = seconds(line.start_delay, None);
    settings.family = line.family;
    settings.hardening = line.hardening;
    settings.offline_on_exit = line.offline_on_exit;
    settings.retransmissions = line.retransmit;
    settings.rotate_hosts = line.rotate_hosts;
    settings.trigger_limit = seconds(line.trigger_limit, None).unwrap_or(settings.trigger_limit);
    if let Some(directory) = &line.datadir {
        settings.data_directory.clone_from(directory);
    }
    settings.test_run = line.action == Action::Test;
    if line.status {
        warnings.push(Warning::StatusIgnored);
    }
    warnings
}

/// The host of the command line, or else those of the file.
fn servers(errors: &mut Vec<ResolveError>, line: &CommandLine, file: &File) -> Vec<Server> {
    let port = |written: Option<u16>| line.port.or(written).or(file.port).unwrap_or(DEFAULT_PORT);
    if let Some(host) = &line.host {
        return alloc::vec![Server { host: host.clone(), port: port(None) }];
    }
    if file.hosts.is_empty() {
        errors.push(ResolveError::Missing { name: "host" });
    }
    let hosts = file.hosts.iter().filter_map(|written| {
        let host: Host = keep(errors, written.name.parse())?;
        Some(Server { host, port: port(written.port) })
    });
    hosts.collect()
}

/// A value that is given, or else the one of its single-line file.
fn value<T>(
    errors: &mut Vec<ResolveError>,
    name: &'static str,
    given: Option<T>,
    text: Option<&str>,
    read: impl FnOnce(&str) -> Result<T, ResolveError>,
) -> Option<T> {
    let read = || text.map(|text| read(single_line(text)));
    let found = given.map(Ok).or_else(read).unwrap_or(Err(ResolveError::Missing { name }));
    keep(errors, found)
}

/// The value, or nothing and one more error.
fn keep<T, E: Into<ResolveError>>(errors: &mut Vec<ResolveError>, result: Result<T, E>) -> Option<T> {
    result.map_err(|error| errors.push(error.into())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";

    fn sources() -> Sources<'static> {
        Sources {
            mac: Some("00-18-84-a0-00-29\n"),
            version: Some("2.1.0"),
            revision: Some("1\r\n"),
            keyword: Some(KEY),
            ..Sources::default()
        }
    }

    fn line(text: &str) -> CommandLine {
        CommandLine::parse(text.split(' ').filter(|word| !word.is_empty())).unwrap()
    }

    // spec: heartbeat 13
    #[test]
    fn everything_that_is_missing_is_named() {
        let errors = resolve(&line(""), &File::default(), &Sources::default()).unwrap_err();
        let missing = |name| ResolveError::Missing { name };
        assert_eq!(errors, ["mac", "version", "revision", "key", "host"].map(missing));
    }

    // spec: heartbeat 8.1, 9.6
    #[test]
    fn the_command_line_comes_before_the_file_before_the_defaults() {
        let file =
            File::parse_extended("host h.example 54\nretries 5\nperiod_online 7\nmac 00:00:00:00:00:01\n");
        let resolved = resolve(&line("--retries 2"), &file.unwrap(), &sources()).unwrap();
        let settings = resolved.settings;
        assert_eq!((settings.retries, settings.period_online), (2, Duration::from_secs(7)));
        assert_eq!(
            (settings.period_offline, settings.timeout),
            (Duration::from_secs(60), Duration::from_secs(3))
        );
        assert_eq!(settings.servers, [Server { host: Host::Name("h.example".into()), port: 54 }]);
        assert_eq!(settings.identity.mac, Mac([0, 0, 0, 0, 0, 1]));
        assert_eq!(settings.identity.version, Version { major: 2, minor: 1, micro: 0, revision: 1 });
        let resolved =
            resolve(&line("-x ::1 -p 55"), &File::parse("host h 54").unwrap(), &sources()).unwrap();
        assert_eq!(resolved.settings.servers, [Server { host: "::1".parse().unwrap(), port: 55 }]);
    }

    // spec: heartbeat 8.4
    #[test]
    fn the_current_key_is_used_where_its_file_is_there() {
        let file = File::parse("host h\naespath /etc/aes_key\n").unwrap();
        let first: Key = KEY.parse().unwrap();
        let resolved = resolve(&line(""), &file, &sources()).unwrap();
        assert!(resolved.settings.key == first);
        let there = Sources { aespath: Some(KEY.as_bytes()), ..sources() };
        assert!(
            resolve(&line(""), &file, &there).unwrap().settings.key == first.current(KEY.as_bytes()).unwrap()
        );
        let short = Sources { aespath: Some(b"00"), ..sources() };
        let errors = resolve(&line(""), &file, &short).unwrap_err();
        assert_eq!(errors, [ResolveError::CurrentKey(KeyError::Length { length: 2 })]);
    }

    #[test]
    fn warnings_tell_what_has_no_effect() {
        let resolved =
            resolve(&line("-s x --timeout 3"), &File::parse("host h 1 TCP").unwrap(), &sources()).unwrap();
        assert_eq!(
            resolved.warnings,
            [
                Warning::TcpHost { line: 1 },
                Warning::SmallTimeout { number: 3, in_seconds: false },
                Warning::NoTrigger { name: TriggerName::Online },
                Warning::NoTrigger { name: TriggerName::Offline },
                Warning::StatusIgnored,
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_told_together() {
        let mut file = File::parse("host 1.2.3.4\nhost h\nsuffix x\nrsapath /r\n").unwrap();
        file.hosts[0].name.truncate(5);
        let errors = resolve(&line(""), &file, &sources()).unwrap_err();
        let missing = ResolveError::Missing { name: "the file of rsapath" };
        assert_eq!(
            errors,
            [ResolveError::Host(HostError::Ipv4), missing, ResolveError::Settings(SettingsError::SuffixDot)]
        );
        let wanted = Wanted::new(&line("--keyfile /k"), &file);
        assert_eq!((wanted.keyfile.as_deref(), wanted.rsapath.as_deref()), (Some("/k"), Some("/r")));
    }
}
