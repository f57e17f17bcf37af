//! Runs a program of the operator: without a shell, with a clean environment, for a limited time, and with a limited
//! part of what it writes (fon-api 6).

use bytes::Bytes;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Variables of the gateway's own environment that a program gets.
const INHERITED: [&str; 2] = ["PATH", "LANG"];
/// How long output is waited for after the end of a program that left somebody behind who could write more.
const AFTERMATH: Duration = Duration::from_millis(250);

/// What to run.
#[derive(Debug)]
pub struct Job {
    /// The program.
    pub program: PathBuf,
    /// Its only argument.
    pub argument: Vec<u8>,
    /// Its environment, besides what is inherited.
    pub environment: Vec<(&'static str, Vec<u8>)>,
    /// What it reads.
    pub input: Bytes,
    /// How long it may run.
    pub limit: Duration,
    /// How much of its output is kept; the rest is thrown away. 0: it has no output.
    pub keep: usize,
}

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself.
    Exit {
        /// Its exit status; none if a signal ended it.
        status: Option<i32>,
        /// The beginning of what it wrote.
        output: Vec<u8>,
    },
    /// It took too long, and was killed with everything it had started.
    TimedOut,
    /// It cannot be run: why, in words.
    NotStarted(String),
}

/// Runs a program to its end.
pub async fn run(job: Job) -> Ended {
    let mut command = Command::new(&job.program);
    command
        .arg(OsStr::from_bytes(&job.argument))
        .env_clear()
        .envs(INHERITED.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs(job.environment.iter().map(|(name, value)| (name, OsStr::from_bytes(value))))
        .stdin(if job.input.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(if job.keep == 0 { Stdio::null() } else { Stdio::piped() })
        .stderr(Stdio::null())
        // A group of its own, so that it can be ended with all its children.
        .process_group(0)
        .kill_on_drop(true);
    let mut child = match start(command).await {
        Ok(child) => child,
        Err(error) => return Ended::NotStarted(not_started(&job.program, &error)),
    };
    let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw));
    let mut output = Vec::new();
    match timeout(job.limit, attend(&mut child, job.input, job.keep, &mut output)).await {
        Ok(status) => {
            // Whom it has left behind on purpose may stay.
            group.0 = None;
            Ended::Exit { status, output }
        }
        Err(_) => {
            drop(group);
            let _ = child.wait().await;
            Ended::TimedOut
        }
    }
}

/// A program and everything that it has started: they end together, also if the gateway ends before the program.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// Starts a program without the capabilities that the gateway hands to programs of its own, as `nft` and dnsmasq
/// (gateway-dataplane 11). What a child inherits belongs to a thread: one that starts nothing else gives it up.
async fn start(mut command: Command) -> io::Result<Child> {
    let held = capabilities(None)?;
    if held.inheritable.is_empty() {
        return command.spawn();
    }
    let (runtime, (tell, told)) = (Handle::current(), oneshot::channel());
    std::thread::Builder::new().spawn(move || {
        let _entered = runtime.enter();
        // What is not inheritable cannot be ambient either: the kernel takes it out of both sets.
        let given_up = set_capabilities(None, CapabilitySets { inheritable: CapabilitySet::empty(), ..held });
        let _ = tell.send(given_up.map_err(io::Error::from).and_then(|()| command.spawn()));
    })?;
    told.await.unwrap_or_else(|_| Err(io::Error::other("the thread that starts it ended")))
}

fn not_started(program: &Path, error: &io::Error) -> String {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "; is it there, and the interpreter in its first line?",
        io::ErrorKind::PermissionDenied => "; it must be executable for the gateway's user",
        _ => "",
    };
    format!("{}: {error}{hint}", program.display())
}

async fn attend(child: &mut Child, input: Bytes, keep: usize, output: &mut Vec<u8>) -> Option<i32> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program may end without having read its input.
            let _ = stdin.write_all(&input).await;
        }
        std::future::pending::<()>().await;
    };
    let read = async {
        if let Some(stdout) = stdout {
            collect(stdout, keep, output).await;
        }
    };
    tokio::pin!(read);
    let mut reading = true;
    let status = {
        tokio::pin!(write);
        loop {
            tokio::select! {
                status = child.wait() => break status,
                () = &mut read, if reading => reading = false,
                () = &mut write => {}
            }
        }
    };
    if reading {
        let _ = timeout(AFTERMATH, read).await;
    }
    status.ok()?.code()
}

/// Keeps the first octets, and reads the rest so that nobody waits for it to be read.
async fn collect(mut from: impl AsyncRead + Unpin, keep: usize, output: &mut Vec<u8>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let room = keep.saturating_sub(output.len()).min(count);
        output.extend_from_slice(&buffer[..room]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;
    use tempfile::TempDir;

    fn script(folder: &TempDir, text: &str, mode: u32) -> PathBuf {
        let path = folder.path().join("handler");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn job(program: PathBuf, limit: u64) -> Job {
        let environment = vec![("USER_NAME", b"a b\xff;$(x)".to_vec())];
        let (argument, input) = (b"login".to_vec(), Bytes::new());
        Job { program, argument, environment, input, limit: Duration::from_secs(limit), keep: 1023 }
    }

    fn run_it(job: Job) -> Ended {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(job))
    }

    // spec: fon-api 2, 6
    #[test]
    fn a_program_gets_its_command_and_its_environment_and_nothing_else() {
        let folder = TempDir::new().unwrap();
        let text = "#!/bin/sh\nprintf '%s|%s|%s|' \"$0\" \"$*\" \"$USER_NAME\"\nenv | cut -d= -f1 | sort | tr '\\n' ' '\nexit 51\n";
        let program = script(&folder, text, 0o700);
        let Ended::Exit { status, output } = run_it(job(program.clone(), 60)) else { panic!() };
        assert_eq!(status, Some(51));
        let mut parts = output.split(|octet| *octet == b'|');
        assert_eq!(parts.next(), Some(program.as_os_str().as_bytes()));
        assert_eq!(parts.next(), Some(&b"login"[..]));
        assert_eq!(parts.next(), Some(&b"a b\xff;$(x)"[..]));
        let names = String::from_utf8(parts.next().unwrap().to_vec()).unwrap();
        // What a shell sets by itself does not count.
        let names = names.split_whitespace().filter(|name| !["PWD", "_", "SHLVL", "OLDPWD"].contains(name));
        assert!(names.clone().all(|name| ["LANG", "PATH", "USER_NAME"].contains(&name)), "{names:?}");
    }

    // spec: fon-api 2.2
    #[test]
    fn of_ten_megabytes_the_beginning_is_kept() {
        let folder = TempDir::new().unwrap();
        let program = script(&folder, "#!/bin/sh\nhead -c 10000000 /dev/zero | tr '\\0' x\nexit 52\n", 0o700);
        assert_eq!(run_it(job(program, 60)), Ended::Exit { status: Some(52), output: vec![b'x'; 1023] });
    }

    // spec: fon-api 2.2
    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let folder = TempDir::new().unwrap();
        let pid = folder.path().join("pid");
        let text = format!("#!/bin/sh\nsleep 600 &\necho $! > {}\nwait\n", pid.display());
        let started = Instant::now();
        assert_eq!(run_it(job(script(&folder, &text, 0o700), 1)), Ended::TimedOut);
        assert!(started.elapsed() < Duration::from_secs(30));
        let child = fs::read_to_string(pid).unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        // Gone, or dead and not yet collected.
        let gone =
            || fs::read_to_string(format!("/proc/{}/stat", child.trim())).map_or(true, |s| s.contains(") Z"));
        while !gone() {
            assert!(Instant::now() < end, "{child} still runs");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    // spec: gateway-dataplane 11
    #[test]
    fn a_program_inherits_no_capability_of_the_gateway() {
        use rustix::thread::configure_capability_in_ambient_set as set_ambient;
        let held = capabilities(None).unwrap();
        if !held.permitted.contains(CapabilitySet::NET_ADMIN) {
            use std::io::Write as _;
            drop(io::stderr().write_all(b"skipped: the capabilities of handlers: run as root\n"));
            return;
        }
        let folder = TempDir::new().unwrap();
        let program = script(&folder, "#!/bin/sh\ngrep -E 'Cap(Inh|Amb)' /proc/self/status\n", 0o700);
        // In a thread of its own, so that other tests do not have them.
        let as_gateway = std::thread::spawn(move || {
            set_capabilities(None, CapabilitySets { inheritable: CapabilitySet::NET_ADMIN, ..held }).unwrap();
            set_ambient(CapabilitySet::NET_ADMIN, true).unwrap();
            let ended = run_it(job(program, 60));
            (ended, capabilities(None).unwrap().inheritable)
        });
        let (ended, kept) = as_gateway.join().unwrap();
        let Ended::Exit { status: Some(0), output } = ended else { panic!("{ended:?}") };
        let output = String::from_utf8(output).unwrap();
        assert_eq!(output.matches(":\t0000000000000000\n").count(), 2, "{output}");
        // The gateway itself keeps what its own programs need.
        assert_eq!(kept, CapabilitySet::NET_ADMIN);
    }

    #[test]
    fn who_leaves_a_writer_behind_has_ended_all_the_same() {
        let folder = TempDir::new().unwrap();
        let program = script(&folder, "#!/bin/sh\nsleep 60 &\necho no credit\nexit 51\n", 0o700);
        let started = Instant::now();
        assert_eq!(
            run_it(job(program, 50)),
            Ended::Exit { status: Some(51), output: b"no credit\n".to_vec() }
        );
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn who_is_given_up_ends_with_everybody_whom_he_started() {
        let folder = TempDir::new().unwrap();
        let text =
            "#!/bin/sh\nsleep 60 &\necho $! > \"${0%/*}/new\"\nmv \"${0%/*}/new\" \"${0%/*}/child\"\nwait\n";
        let program = script(&folder, text, 0o700);
        let child = folder.path().join("child");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let program = run(job(program, 50));
            let started = async {
                while !child.exists() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::select! {
                ended = program => panic!("{ended:?}"),
                () = started => {}
            }
        });
        let child = fs::read_to_string(child).unwrap();
        let runs = || {
            let stat = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
            stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
        };
        let end = Instant::now() + Duration::from_secs(20);
        while runs() {
            assert!(Instant::now() < end, "it goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn a_program_that_cannot_be_run_is_named() {
        let folder = TempDir::new().unwrap();
        let Ended::NotStarted(missing) = run_it(job(folder.path().join("none"), 5)) else { panic!() };
        assert!(missing.contains("/none: ") && missing.contains("is it there"), "{missing}");
        let Ended::NotStarted(locked) = run_it(job(script(&folder, "#!/bin/sh\n", 0o600), 5)) else {
            panic!()
        };
        assert!(locked.contains("must be executable"), "{locked}");
    }

    #[test]
    fn a_signal_is_no_exit_status() {
        let folder = TempDir::new().unwrap();
        let program = script(&folder, "#!/bin/sh\nkill -TERM $$\n", 0o700);
        assert_eq!(run_it(job(program, 60)), Ended::Exit { status: None, output: Vec::new() });
    }
}
