//! From the command line and the files it names to settings (spec: heartbeat 8, 13 to 15).

use super::trigger::{Execution, ExecutionError};
use heartbeat::Settings;
use heartbeat::config::{
    CommandLine, DEFAULT_PATH, File, FileError, MAX_FILE_LEN, ResolveError, Sources, Wanted, Warning, resolve,
};
use heartbeat::key::BoardData;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the board data is on the devices that have it (spec: heartbeat 8.2).
pub const BOARD_PATH: &str = "/dev/mtd9ro";
/// No key, certificate or board file is larger.
const MAX_KEY_FILE_LEN: usize = 16 * 1024;

/// Where to look for files.
#[derive(Clone, Debug)]
pub struct Places {
    /// What relative paths are relative to, now and at every reload.
    pub base: PathBuf,
    /// Where the single-line files are: `/etc`.
    pub etc: PathBuf,
}

impl Places {
    /// The usual ones. A daemon's working directory changes, so it is noted here.
    #[must_use]
    pub fn new() -> Self {
        let base = std::env::current_dir().unwrap_or_else(|_| "/".into());
        Self { base, etc: "/etc".into() }
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}

/// All that was found.
#[derive(Debug)]
pub struct Loaded {
    /// For [`super::StatusManager::start`].
    pub settings: Settings,
    /// The same.
    pub execution: Execution,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// Why there are no settings. Each says which file and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// Which.
        path: String,
        /// What the system said.
        error: io::Error,
    },
    /// The configuration file is refused.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: FileError,
    },
    /// The values are refused.
    #[error("{}", lines(.0))]
    Resolve(Vec<String>),
    /// Triggers cannot be run as wanted.
    #[error("{0}")]
    Execution(#[from] ExecutionError),
}

fn lines(problems: &[String]) -> String {
    problems.join("\n")
}

/// Reads everything.
///
/// # Errors
/// [`LoadError`]: all that is missing, or what is wrong.
pub fn load(line: &CommandLine, places: &Places) -> Result<Loaded, LoadError> {
    let base = |path: &str| places.base.join(path);
    let (file, name) = configuration(line, places)?;
    let wanted = Wanted::new(line, &file);
    let mut warnings = Vec::new();
    let single = |name: &str| text(&places.etc.join(name), Need::Optional);
    let (mac, version, revision) = (single("fon_mac")?, single("fon_version")?, single("fon_revision")?);
    let keyword_path = places.etc.join("fon_keyword");
    let keyword = text(&keyword_path, Need::Optional)?;
    let keyfile = wanted.keyfile.as_deref().map(base);
    let key_text = match &keyfile {
        Some(path) => text(path, Need::Required)?,
        None => None,
    };
    let aespath = wanted.aespath.as_deref().map(base);
    let current = match &aespath {
        Some(path) => octets(path, MAX_KEY_FILE_LEN, Need::Optional)?,
        None => None,
    };
    let rsa = match &wanted.rsapath {
        Some(path) => octets(&base(path), MAX_KEY_FILE_LEN, Need::Required)?,
        None => None,
    };
    if line.keyword.is_some() {
        warnings
            .push("--keyword: other users of this machine can see the key; --keyfile hides it".to_owned());
    } else if let Some(path) = keyfile.as_ref().or(keyword.as_ref().map(|_| &keyword_path)) {
        warn_of_mode(path, &mut warnings);
    }
    if let Some(path) = aespath.as_ref().filter(|_| current.is_some()) {
        warn_of_mode(path, &mut warnings);
    }
    let board = match &line.board {
        Some(path) => Some(Board::read(&base(path))?),
        None => None,
    };
    let mut sources = Sources {
        mac: mac.as_ref().map(|text| text.as_str()),
        version: version.as_ref().map(|text| text.as_str()),
        revision: revision.as_ref().map(|text| text.as_str()),
        keyword: keyword.as_ref().map(|text| text.as_str()),
        keyfile: key_text.as_ref().map(|text| text.as_str()),
        aespath: current.as_ref().map(|octets| octets.as_slice()),
        rsapath: rsa.as_ref().map(|octets| octets.as_slice()),
    };
    if let Some(board) = &board {
        sources.mac = sources.mac.or(Some(&board.mac));
        sources.keyword = sources.keyword.or(Some(&board.key));
    }
    let resolved = resolve(line, &file, &sources).map_err(|errors| {
        LoadError::Resolve(errors.into_iter().map(|error| advise(error, &name)).collect())
    })?;
    let of_file =
        |warning: &Warning| matches!(warning, Warning::UnclosedQuote { .. } | Warning::TcpHost { .. });
    warnings.extend(resolved.warnings.iter().map(|warning| match &name {
        Some(name) if of_file(warning) => format!("{name}: {warning}"),
        _ => warning.to_string(),
    }));
    let mut settings = resolved.settings;
    settings.data_directory = base(&settings.data_directory).display().to_string();
    settings.check().map_err(|error| LoadError::Resolve(vec![error.to_string()]))?;
    Ok(Loaded { settings, execution: Execution::new(&line.execution)?, warnings })
}

/// The configuration file and its name; an empty one where there is none and none was asked for.
fn configuration(line: &CommandLine, places: &Places) -> Result<(File, Option<String>), LoadError> {
    let (path, need) = match &line.configuration {
        Some(path) => (places.base.join(path), Need::Required),
        None => (places.etc.join(Path::new(DEFAULT_PATH).file_name().unwrap_or_default()), Need::Optional),
    };
    let name = path.display().to_string();
    match octets(&path, MAX_FILE_LEN, need)? {
        None => Ok((File::default(), None)),
        Some(octets) => {
            // A stray octet of another encoding is as wrong in a command as in a name.
            let text = std::str::from_utf8(&octets).map_err(|error| LoadError::Read {
                path: name.clone(),
                error: io::Error::new(ErrorKind::InvalidData, error),
            })?;
            let file =
                File::parse_extended(text).map_err(|error| LoadError::File { path: name.clone(), error })?;
            Ok((file, Some(name)))
        }
    }
}

/// An error, and what to do about it.
fn advise(error: ResolveError, configuration: &Option<String>) -> String {
    let file = configuration.as_deref().unwrap_or(DEFAULT_PATH);
    match error {
        ResolveError::Missing { name: "host" } => {
            format!("{error}: give --host, or a line 'host NAME' in {file}")
        }
        ResolveError::Missing { name: "key" } => {
            format!("{error}: give --keyfile, or write it to /etc/fon_keyword")
        }
        ResolveError::Missing { name: name @ ("mac" | "version" | "revision") } => {
            format!("{error}: give --{name}, or write it to /etc/fon_{name}")
        }
        other => other.to_string(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Optional,
    Required,
}

/// A file's octets, at most `limit` and one more, so that what is too long is seen to be. Wiped: they may be a key.
fn octets(path: &Path, limit: usize, need: Need) -> Result<Option<Zeroizing<Vec<u8>>>, LoadError> {
    let refused = |error| LoadError::Read { path: path.display().to_string(), error };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && need == Need::Optional => return Ok(None),
        Err(error) => return Err(refused(error)),
    };
    let mut read = Zeroizing::new(Vec::with_capacity(limit + 1));
    file.take(limit as u64 + 1).read_to_end(&mut read).map_err(refused)?;
    Ok(Some(read))
}

/// The text of a single-line file.
fn text(path: &Path, need: Need) -> Result<Option<Zeroizing<String>>, LoadError> {
    let Some(octets) = octets(path, MAX_KEY_FILE_LEN, need)? else { return Ok(None) };
    match std::str::from_utf8(&octets) {
        Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
        Err(_) => {
            let error = io::Error::new(ErrorKind::InvalidData, "not text");
            Err(LoadError::Read { path: path.display().to_string(), error })
        }
    }
}

/// A key that others can read (spec: heartbeat 15).
fn warn_of_mode(path: &Path, warnings: &mut Vec<String>) {
    if let Ok(found) = fs::metadata(path)
        && found.mode() & 0o077 != 0
    {
        let mode = found.mode() & 0o777;
        warnings.push(format!("{}: mode {mode:04o} lets others read the key; chmod 600", path.display()));
    }
}

/// Identity from the board data, as text.
struct Board {
    mac: String,
    key: Zeroizing<String>,
}

impl Board {
    fn read(path: &Path) -> Result<Self, LoadError> {
        let refused = |error| LoadError::Read { path: path.display().to_string(), error };
        let found = octets(path, MAX_KEY_FILE_LEN, Need::Required)?.unwrap_or_default();
        let board = BoardData::parse(&found)
            .map_err(|error| refused(io::Error::new(ErrorKind::InvalidData, error)))?;
        let mut key = Zeroizing::new(String::with_capacity(64));
        for octet in board.key.octets() {
            // A string has room.
            let _ = write!(key, "{octet:02x}");
        }
        Ok(Self { mac: board.wireless_mac.to_string(), key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";

    fn places(directory: &Path) -> Places {
        Places { base: directory.to_owned(), etc: directory.to_owned() }
    }

    fn line(text: &str) -> CommandLine {
        CommandLine::parse(text.split_whitespace()).unwrap()
    }

    // spec: heartbeat 8.1, 15
    #[test]
    fn the_single_line_files_complete_what_was_given() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
        let refused = load(&line(""), &places(directory.path())).unwrap_err().to_string();
        for name in ["mac", "version", "revision", "key", "host"] {
            assert!(refused.lines().any(|line| line.starts_with(&format!("{name} is missing"))), "{refused}");
        }
        write("fon_mac", "00-18-84-a0-a2-59\n");
        write("fon_version", "2.1.0");
        write("fon_revision", "1\r\n");
        write("fon_keyword", KEY);
        write("fonsmcd.conf", "host 192.0.2.1\ntrigger online \"up\n");
        let loaded = load(&line("-r 9"), &places(directory.path())).unwrap();
        assert_eq!(loaded.settings.identity.mac.to_string(), "00-18-84-A0-A2-59");
        assert_eq!(loaded.settings.identity.version.to_string(), "2.1.0.9");
        let conf = directory.path().join("fonsmcd.conf").display().to_string();
        assert!(loaded.warnings.contains(&format!("{conf}: line 2: the quote is never closed")));
        assert!(loaded.warnings.iter().any(|warning| warning.contains("chmod 600")));
        fs::set_permissions(directory.path().join("fon_keyword"), fs::Permissions::from_mode(0o600)).unwrap();
        let loaded = load(&line(""), &places(directory.path())).unwrap();
        assert!(!loaded.warnings.iter().any(|warning| warning.contains("chmod")));
    }

    // spec: heartbeat 8.2
    #[test]
    fn board_data_gives_what_nothing_else_has() {
        let directory = tempfile::tempdir().unwrap();
        let mut board = [0u8; 180];
        board[96..102].copy_from_slice(&[0, 0x18, 0x84, 1, 2, 3]);
        board[179] = 0x7e;
        fs::write(directory.path().join("board"), board).unwrap();
        let given = "--board board -v 1.2.3 -r 4 -x 192.0.2.1";
        let loaded = load(&line(given), &places(directory.path())).unwrap();
        assert_eq!(loaded.settings.identity.mac.to_string(), "00-18-84-01-02-03");
        assert_eq!(loaded.settings.key.octets()[0], 0x7e);
        let loaded =
            load(&line(&format!("{given} -m 00:00:00:00:00:09")), &places(directory.path())).unwrap();
        assert_eq!(loaded.settings.identity.mac.to_string(), "00-00-00-00-00-09");
        fs::write(directory.path().join("board"), [0; 20]).unwrap();
        assert!(load(&line(given), &places(directory.path())).is_err());
    }

    #[test]
    fn errors_name_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let refused = |given: &str| load(&line(given), &places(directory.path())).unwrap_err().to_string();
        assert!(refused("-f none.conf").contains("none.conf: No such file"));
        fs::write(directory.path().join("bad.conf"), "host h\nhots h\n").unwrap();
        assert!(refused("-f bad.conf").ends_with("bad.conf: line 2: unknown keyword"));
        let whole = "-m 00:00:00:00:00:09 -v 1.2.3 -r 4 -x 192.0.2.1 --keyfile k";
        assert!(refused(whole).contains("/k: No such file"));
        fs::write(directory.path().join("k"), &KEY[1..]).unwrap();
        assert_eq!(refused(whole), "the key file: key text has 63 octets instead of 64");
        fs::write(directory.path().join("k"), KEY).unwrap();
        fs::write(directory.path().join("rsa"), "no key").unwrap();
        assert!(refused(&format!("{whole} --rsapath rsa")).starts_with("the file of rsapath: "));
    }
}
