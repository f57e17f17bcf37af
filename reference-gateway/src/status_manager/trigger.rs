//! How commands are run (spec: heartbeat 10): a plain command directly, one with shell syntax by `sh -c`, in a process
//! group of their own that can be killed; the data of an instruction in a file that nobody else can write.

use heartbeat::Settings;
use heartbeat::exec::{DataFile, Run, TriggerName};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Gid, Pid, Uid, User, chown, geteuid};
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::Instant;

/// How long a trigger that is to end may take to do so after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);
/// What tells a shell that more than words is meant. Quotes are not among them: they make words.
const SHELL_SYNTAX: &[char] =
    &['|', '&', ';', '<', '>', '(', ')', '$', '`', '\\', '*', '?', '[', ']', '#', '~', '{', '}', '!', '\n'];
/// Tells a daemon that it is one; not for its triggers.
pub const DAEMON_MARK: &str = "FONAP_STATUS_MANAGER_DAEMON";

/// How triggers are run.
#[derive(Clone, Debug, Default)]
pub struct Execution {
    no_shell: bool,
    user: Option<(Uid, Gid)>,
}

/// Why triggers cannot be run as wanted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// There is no such user.
    #[error("exec_user: there is no user {name}")]
    NoUser {
        /// The name.
        name: String,
    },
    /// The system did not say.
    #[error("exec_user: cannot look up user {name}: {error}")]
    User {
        /// The name.
        name: String,
        /// What the system said.
        error: nix::Error,
    },
    /// Only root may run commands as somebody else.
    #[error("exec_user: only root can run triggers as another user")]
    NotRoot,
    /// The directory cannot be made or read.
    #[error("the data directory {path}: {error}")]
    Directory {
        /// Where.
        path: String,
        /// What the system said.
        error: io::Error,
    },
    /// Somebody else could put files there.
    #[error(
        "the data directory {path} is not private: it must be a directory of our own that nobody else can write to"
    )]
    NotPrivate {
        /// Where.
        path: String,
    },
}

/// Why a command did not start.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error("trigger {name}: its quotes are not closed")]
    Quotes { name: TriggerName },
    #[error("trigger {name}: the command is empty")]
    Empty { name: TriggerName },
    #[error("trigger {name}: cannot write its data to {path}: {error}")]
    Data { name: TriggerName, path: String, error: io::Error },
    #[error("trigger {name}: cannot start it: {error}")]
    Spawn { name: TriggerName, error: io::Error },
}

impl Execution {
    /// Commands without a shell, and as whom.
    ///
    /// # Errors
    /// [`ExecutionError`] when the user cannot be had.
    pub fn new(wanted: &heartbeat::config::Execution) -> Result<Self, ExecutionError> {
        let user = wanted.user.as_deref().map(user).transpose()?;
        Ok(Self { no_shell: wanted.no_shell, user })
    }

    /// Makes the data directory where there is a trigger that needs it, and checks that it is private.
    pub(super) fn prepare(&self, settings: &Settings) -> Result<(), ExecutionError> {
        let numeric = settings.triggers.iter().any(|(name, _)| matches!(name, TriggerName::Exec(_)));
        if !numeric {
            return Ok(());
        }
        let path = &settings.data_directory;
        let refused = |error| ExecutionError::Directory { path: path.clone(), error };
        // Another user's command must be able to pass through, not to look around.
        let mode = if self.user.is_some() { 0o711 } else { 0o700 };
        match DirBuilder::new().mode(mode).create(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(refused(error)),
            _ => {}
        }
        let found = fs::symlink_metadata(path).map_err(refused)?;
        if !found.is_dir() || found.uid() != geteuid().as_raw() || found.mode() & 0o022 != 0 {
            return Err(ExecutionError::NotPrivate { path: path.clone() });
        }
        if self.user.is_some() && found.mode() & 0o001 == 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o711)).map_err(refused)?;
        }
        Ok(())
    }

    /// Starts a trigger, its data file written.
    pub(super) fn start(&self, run: &Run) -> Result<Running, RunError> {
        let name = run.name;
        let file = match &run.file {
            None => None,
            Some(file) => match self.write(file) {
                Ok(written) => Some(written),
                Err(error) => return Err(RunError::Data { name, path: file.path.clone(), error }),
            },
        };
        let child = self.spawn(name, &run.command)?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        tracing::info!("trigger {name} runs: {}", run.command.escape_debug());
        Ok(Running { name, child, group, kill_at: None, _file: file })
    }

    fn spawn(&self, name: TriggerName, command: &str) -> Result<Child, RunError> {
        if !self.no_shell && asks_for_shell(command) {
            return self.shell(name, command);
        }
        let words = shlex::split(command).ok_or(RunError::Quotes { name })?;
        let (program, arguments) = words.split_first().ok_or(RunError::Empty { name })?;
        match self.command(program).args(arguments).spawn() {
            // No program on the path: one of the shell's own commands, perhaps.
            Err(error) if !self.no_shell && !program.contains('/') && is_absent(&error) => {
                self.shell(name, command)
            }
            spawned => spawned.map_err(|error| RunError::Spawn { name, error }),
        }
    }

    fn shell(&self, name: TriggerName, command: &str) -> Result<Child, RunError> {
        let mut shell = self.command("/bin/sh");
        shell.arg("-c").arg(command).spawn().map_err(|error| RunError::Spawn { name, error })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // Standard output may be JSON for a program.
        let out = || Stdio::from(io::stderr());
        command.stdin(Stdio::null()).stdout(out()).stderr(out()).process_group(0).env_remove(DAEMON_MARK);
        if let Some((uid, gid)) = self.user {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }

    fn write(&self, file: &DataFile) -> io::Result<Written> {
        let path = PathBuf::from(&file.path);
        let mut to = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        let written = Written(path);
        to.write_all(&file.content)?;
        if let Some((uid, gid)) = self.user {
            chown(written.0.as_path(), Some(uid), Some(gid))?;
        }
        Ok(written)
    }
}

/// Whether a command is more than a program and its arguments. An assignment counts in front only.
fn asks_for_shell(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or_default();
    command.contains(SHELL_SYNTAX) || first.contains('=')
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied)
}

fn user(name: &str) -> Result<(Uid, Gid), ExecutionError> {
    let found = User::from_name(name).map_err(|error| ExecutionError::User { name: name.into(), error })?;
    let found = found.ok_or_else(|| ExecutionError::NoUser { name: name.into() })?;
    if found.uid != geteuid() && !geteuid().is_root() {
        return Err(ExecutionError::NotRoot);
    }
    Ok((found.uid, found.gid))
}

/// A data file. Removed when dropped.
#[derive(Debug)]
struct Written(PathBuf);

impl Drop for Written {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %Path::display(&self.0), "a data file was not removed");
        }
    }
}

/// A trigger that runs.
#[derive(Debug)]
pub(super) struct Running {
    name: TriggerName,
    child: Child,
    group: Option<Pid>,
    kill_at: Option<Instant>,
    _file: Option<Written>,
}

impl Running {
    /// Waits for its end; whether its status was zero.
    pub(super) async fn ended(&mut self) -> bool {
        let ended = self.child.wait().await;
        if self.kill_at.is_some() {
            // What it started and left behind does not outlive it when its time is over.
            self.signal(Signal::SIGKILL);
        }
        match ended {
            Ok(status) if status.success() => true,
            Ok(status) => {
                tracing::warn!("trigger {} ended with {}", self.name, describe(status));
                false
            }
            Err(error) => {
                tracing::warn!("trigger {}: {error}", self.name);
                false
            }
        }
    }

    /// Asks it and all that it started to end; after a moment they are killed.
    pub(super) fn terminate(&mut self) {
        self.signal(Signal::SIGTERM);
        self.kill_at = Some(Instant::now() + GRACE);
    }

    /// When [`Running::kill_if_due`] has something to do.
    pub(super) fn kill_at(&self) -> Option<Instant> {
        self.kill_at
    }

    pub(super) fn kill_if_due(&mut self) {
        if self.kill_at.is_some_and(|at| at <= Instant::now()) {
            self.signal(Signal::SIGKILL);
            self.kill_at = None;
        }
    }

    fn signal(&self, signal: Signal) {
        // While one of the group is there, nobody else can have its number.
        if let Some(group) = self.group {
            let _ = killpg(group, signal);
        }
    }
}

fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_read_differently_asks_for_one() {
        for plain in ["/usr/sbin/up --mode=fast 'two words'", "up \"a b\" -c 1,2", "true"] {
            assert!(!asks_for_shell(plain), "{plain}");
        }
        for shell in [
            "up &",
            "a; b",
            "a | b",
            "X=1 up",
            "echo $X",
            "up > /dev/null",
            "ls *",
            "a\\ b",
            "# no",
            "{ a; }",
        ] {
            assert!(asks_for_shell(shell), "{shell}");
        }
    }
}
