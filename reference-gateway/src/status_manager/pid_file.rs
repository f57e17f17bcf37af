//! The pid file: at most one daemon, and how the other commands find it.
//!
//! A lock on the file, not its presence, says that a daemon runs: a file that was left behind by a crash stops nobody, and
//! nobody else's process is ever signalled.

use nix::fcntl::OFlag;
use nix::unistd::Pid;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Where it is unless told otherwise: the original's name, however the program is called.
pub const DEFAULT_PATH: &str = "/var/run/fonsmcd.pid";
/// The longest decimal number of a process, and a newline.
const MAX_LEN: u64 = 16;

/// The daemon's own pid file. Unlocked and removed when dropped.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

/// Why there is no pid file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PidFileError {
    /// Another one has it.
    #[error("already running{}", .pid.map(|pid| format!(" as process {pid}")).unwrap_or_default())]
    Running {
        /// Its number, if it stands there.
        pid: Option<Pid>,
    },
    /// It cannot be written.
    #[error("the pid file {path}: {error}; --pidfile names another")]
    Io {
        /// Where.
        path: String,
        /// What the system said.
        error: io::Error,
    },
}

impl PidFile {
    /// Writes and locks the file.
    ///
    /// # Errors
    /// [`PidFileError::Running`] when another process has it, [`PidFileError::Io`] when it cannot be written.
    pub fn acquire(path: &Path) -> Result<Self, PidFileError> {
        let refused = |error| PidFileError::Io { path: path.display().to_string(), error };
        loop {
            let mut file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o644)
                .custom_flags(OFlag::O_NOFOLLOW.bits())
                .open(path)
                .map_err(refused)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(PidFileError::Running { pid: number(&mut file) });
                }
                Err(TryLockError::Error(error)) => return Err(refused(error)),
            }
            // Its last owner may have removed it between the opening and the locking.
            if !is_at(&file, path) {
                continue;
            }
            file.set_len(0).map_err(refused)?;
            file.rewind().map_err(refused)?;
            writeln!(file, "{}", std::process::id()).map_err(refused)?;
            return Ok(Self { path: path.to_owned(), _file: file });
        }
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        // Still locked: it is ours. Where it cannot be removed, the lock's end says the same.
        let _ = fs::remove_file(&self.path);
    }
}

/// The process that runs, if one does.
///
/// # Errors
/// When the file cannot be read.
pub fn running(path: &Path) -> Result<Option<Pid>, PidFileError> {
    let refused = |error| PidFileError::Io { path: path.display().to_string(), error };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => number(&mut file).map(Some).ok_or_else(|| {
            refused(io::Error::new(io::ErrorKind::InvalidData, "locked, but without a number"))
        }),
        Err(TryLockError::Error(error)) => Err(refused(error)),
    }
}

fn number(file: &mut File) -> Option<Pid> {
    let mut text = String::new();
    file.take(MAX_LEN).read_to_string(&mut text).ok()?;
    let number: i32 = text.trim_end().parse().ok()?;
    (number > 0).then(|| Pid::from_raw(number))
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_decides_not_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.pid");
        assert_eq!(running(&path).unwrap(), None);
        // Left behind by a crash: whoever has that number now is left alone.
        fs::write(&path, "1\n").unwrap();
        assert_eq!(running(&path).unwrap(), None);
        let own = i32::try_from(std::process::id()).unwrap();
        let first = PidFile::acquire(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{own}\n"));
        assert_eq!(running(&path).unwrap(), Some(Pid::from_raw(own)));
        assert!(
            matches!(PidFile::acquire(&path), Err(PidFileError::Running { pid: Some(pid) }) if pid.as_raw() == own)
        );
        drop(first);
        assert!(!path.exists());
        PidFile::acquire(&path).unwrap();
    }

    #[test]
    fn a_link_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let (path, target) = (directory.path().join("x.pid"), directory.path().join("target"));
        fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert!(matches!(PidFile::acquire(&path), Err(PidFileError::Io { .. })));
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    }
}
