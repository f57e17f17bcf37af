//! `fonap status-manager`, also called `fonsmcd`, as its operator uses it.

use crate::support::heartbeat::{KEY, MAC, StatusServer, key_path};
use crate::support::process::{Background, Finished, run};
use crate::support::{FONAP, START_LIMIT, eventually, free_port};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A hotspot's files in a directory of its own.
struct Hotspot {
    directory: tempfile::TempDir,
}

impl Hotspot {
    fn new() -> Self {
        let hotspot = Self { directory: tempfile::tempdir().expect("a directory") };
        hotspot.write("key", KEY);
        fs::set_permissions(hotspot.path("key"), fs::Permissions::from_mode(0o600)).expect("our file");
        hotspot
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("a file");
    }

    /// The configuration file of a hotspot in the field, with periods for the impatient.
    fn configure(&self, port: u16, more: &str) {
        let notes = self.text("notes");
        self.write(
            "fonsmcd.conf",
            &format!(
                "# status server\nperiod_online 1\nperiod_offline 1\nretries 2\ntimeout 1000\nsuffix .sm.fon.com\n\
                 host 127.0.0.1 {port} UDP\ntrigger online \"echo online >> {notes}\"\n\
                 trigger offline \"echo offline >> {notes}\"\n{more}"
            ),
        );
    }

    /// The arguments that every command gets.
    fn arguments(&self, more: &[&str]) -> Vec<String> {
        let own = ["-m", "00-18-84-a0-00-29", "-v", "2.1.0", "-r", "1", "--start-delay", "0", "--keyfile"];
        let mut arguments: Vec<String> = own.map(str::to_owned).into();
        arguments.extend([self.text("key"), "-f".into(), self.text("fonsmcd.conf")]);
        arguments.extend([
            "--pidfile".into(),
            self.text("fonsmcd.pid"),
            "--datadir".into(),
            self.text("data"),
        ]);
        arguments.extend(more.iter().map(|&more| more.to_owned()));
        arguments
    }

    /// Runs a command by the original's name.
    #[track_caller]
    fn fonsmcd(&self, more: &[&str]) -> Finished {
        let program = self.path("fonsmcd");
        if !program.exists() {
            symlink(FONAP, &program).expect("a link");
        }
        run(&program.display().to_string(), &self.arguments(more))
    }

    /// The state, while it runs.
    #[track_caller]
    fn state(&self) -> Option<Value> {
        let checked = self.fonsmcd(&["--check", "--json"]);
        let state: Value = serde_json::from_str(&checked.stdout).expect("JSON");
        assert_eq!(checked.code() == 0, state["running"] == true, "{checked:?}");
        (checked.code() == 0).then(|| state["status"].clone())
    }

    #[track_caller]
    fn wait_for(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(what, START_LIMIT, || self.state().filter(|state| wanted(state)))
    }
}

impl Drop for Hotspot {
    fn drop(&mut self) {
        if self.path("fonsmcd").exists() {
            drop(self.fonsmcd(&["--kill"]));
        }
    }
}

// spec: heartbeat 12, 13
#[test]
fn a_daemon_starts_works_reloads_and_ends() {
    let hotspot = Hotspot::new();
    let nobody = free_port();
    hotspot.configure(nobody, "");
    assert_eq!(hotspot.fonsmcd(&["--check"]).code(), 1);
    assert_eq!(hotspot.fonsmcd(&["--kill"]).code(), 1);
    assert_eq!(hotspot.fonsmcd(&["--reload"]).code(), 1);

    let started = hotspot.fonsmcd(&[]);
    assert_eq!(started.code(), 0, "{started:?}");
    let pid = fs::read_to_string(hotspot.path("fonsmcd.pid")).expect("a pid file");
    let checked = hotspot.fonsmcd(&["-c"]);
    assert_eq!((checked.code(), checked.stdout.as_str()), (0, ""));
    assert!(checked.stderr.contains(&format!("running as process {}", pid.trim_end())), "{checked:?}");
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim_end())).expect("it runs");
    let fields: Vec<&str> = stat.rsplit_once(") ").expect("proc(5)").1.split(' ').collect();
    // State, parent, process group, session, terminal.
    assert_eq!((fields[3], fields[4]), (pid.trim_end(), "0"), "it has left the terminal: {stat}");

    let second = hotspot.fonsmcd(&[]);
    assert_eq!(second.code(), 1);
    assert!(second.stderr.contains("already running"), "{second:?}");
    hotspot.wait_for("failures", |state| state["counters"]["network_errors"].as_u64() >= Some(2));

    // What is wrong keeps the old settings.
    hotspot.write("fonsmcd.conf", "host\n");
    assert_eq!(hotspot.fonsmcd(&["--reload"]).code(), 0);
    let server = StatusServer::start(hotspot.directory.path(), &[]);
    hotspot.configure(server.address.port(), "");
    assert_eq!(hotspot.fonsmcd(&["-l"]).code(), 0);
    let state = hotspot.wait_for("the service", |state| state["service"] == "online");
    assert_eq!(state["failed"], 0);
    assert_eq!(state["mac"], MAC.to_string());
    eventually("the trigger", START_LIMIT, || fs::read_to_string(hotspot.path("notes")).ok());

    drop(server);
    hotspot.wait_for("the end of the service", |state| state["service"] == "offline");
    let ended = hotspot.fonsmcd(&["--kill"]);
    assert_eq!(ended.code(), 0, "{ended:?}");
    assert_eq!(hotspot.fonsmcd(&["--check", "--json"]).stdout, "{\"running\":false}\n");
    assert!(!hotspot.path("fonsmcd.pid").exists() && !hotspot.path("fonsmcd.json").exists());
    assert_eq!(fs::read_to_string(hotspot.path("notes")).expect("notes"), "online\noffline\n");
}

// spec: heartbeat 9.4, 12
#[test]
fn in_the_foreground_events_are_json_and_signals_are_obeyed() {
    let hotspot = Hotspot::new();
    let key = key_path("rsa_a.pkcs8.pem").display().to_string();
    hotspot.write("instructions", &format!("{MAC} 4 x\n"));
    let (instructions, public) = (hotspot.text("instructions"), key_path("rsa_a.spki.der"));
    let server =
        StatusServer::start(hotspot.directory.path(), &["--rsa-key", &key, "--instructions", &instructions]);
    let more = format!("trigger 4 \"cat DATA; echo\"\nrsapath {}\nperiod_online 600\n", public.display());
    hotspot.configure(server.address.port(), "");
    let file = fs::read_to_string(hotspot.path("fonsmcd.conf")).expect("the file");
    hotspot.write("fonsmcd.conf", &(file.replace("period_online 1\n", "") + &more));
    let arguments = hotspot.arguments(&["-n", "--json", "--offline-on-exit"]);
    let mut daemon = Background::start(Command::new(FONAP).arg("status-manager").args(arguments));
    let answer = daemon.wait_for_line("\"answer\"", START_LIMIT);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(
        (&answer["kind"], &answer["exec"], &answer["data"]),
        (&"regular".into(), &4.into(), &"x".into())
    );
    daemon.wait_for_line(r#""trigger":"4""#, START_LIMIT);
    assert!(
        daemon.stderr().iter().any(|line| line.ends_with('x')),
        "what a trigger prints goes to standard error"
    );

    let signal = |name: &str| {
        let pid = fs::read_to_string(hotspot.path("fonsmcd.pid")).expect("a pid file");
        assert_eq!(run("kill", &[format!("-{name}"), pid.trim_end().to_owned()]).code(), 0);
    };
    for name in ["USR1", "USR2", "PIPE"] {
        signal(name);
    }
    // The next one would be due in ten minutes.
    let queries =
        |daemon: &Background| daemon.stdout().iter().filter(|line| line.contains("\"query\"")).count();
    assert_eq!(queries(&daemon), 1);
    signal("ALRM");
    eventually("a heartbeat now", START_LIMIT, || (queries(&daemon) == 2).then_some(()));
    signal("QUIT");
    assert_eq!(daemon.wait_for_end(START_LIMIT).code(), Some(0));
    let lines = daemon.stdout();
    assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("\"stopped\"")));
    assert_eq!(fs::read_to_string(hotspot.path("notes")).expect("notes"), "online\noffline\n");
}

// spec: heartbeat 9.4
#[test]
fn a_test_run_sends_one_heartbeat_and_says_what_came_of_it() {
    let hotspot = Hotspot::new();
    let server = StatusServer::start(hotspot.directory.path(), &[]);
    hotspot.configure(server.address.port(), "");
    let tested = hotspot.fonsmcd(&["--test"]);
    assert_eq!(
        (tested.code(), tested.stdout.as_str()),
        (0, "the server answered as it should\n"),
        "{tested:?}"
    );
    assert_eq!(fs::read_to_string(hotspot.path("notes")).expect("notes"), "online\n");
    assert!(!hotspot.path("fonsmcd.pid").exists(), "a test run is no daemon");
    let other = hotspot.fonsmcd(&["--test", "--json", "-m", "00-00-00-00-00-01"]);
    let result: Value = serde_json::from_str(&other.stdout).expect("JSON");
    assert_eq!((other.code(), &result["valid"]), (1, &false.into()));
    assert_eq!(result["status"]["last_failure"], "refused with SERVFAIL");
    let stats = server.stats();
    assert_eq!(
        (&stats["answered"]["nop"], &stats["refused"]["unknown_mac"]),
        (&1.into(), &1.into()),
        "{stats}"
    );
}

// spec: heartbeat 13
#[test]
fn what_is_wrong_is_said_with_its_place_and_the_way_out() {
    let hotspot = Hotspot::new();
    let told = |more: &[&str]| {
        let finished = hotspot.fonsmcd(more);
        (finished.code(), finished.stderr)
    };
    hotspot.configure(1, "hots x\n");
    let (code, said) = told(&["-n"]);
    assert_eq!(code, 1);
    assert!(said.contains("fonsmcd.conf: line 10: unknown keyword"), "{said}");
    // The daemon's first process passes on what the second says.
    let (code, said) = told(&[]);
    assert_eq!(code, 1);
    assert!(said.contains("fonsmcd.conf: line 10: unknown keyword"), "{said}");
    for (option, expected) in [
        ("--foo", "unknown option --foo"),
        ("--period_o", "option --period_o is ambiguous"),
        ("-m", "needs an argument"),
    ] {
        let (code, said) = told(&[option]);
        assert_eq!(code, 2, "{option}");
        assert!(said.contains(expected) && said.contains("--help"), "{said}");
    }
    let nothing = run(FONAP, &["status-manager", "-n", "-f", "/dev/null"]);
    assert_eq!(nothing.code(), 1);
    for name in ["mac", "version", "revision", "key", "host"] {
        let present = Path::new("/etc").join(format!("fon_{name}")).exists();
        assert!(present || nothing.stderr.contains(&format!("{name} is missing: ")), "{}", nothing.stderr);
    }
    let help = run(FONAP, &["status-manager", "--help"]);
    assert_eq!(help.code(), 0);
    assert!(help.stdout.contains("--trigger_offline COMMAND"));
    let board = run(FONAP, &["status-manager", "-b", "--board", "/nowhere"]);
    assert_eq!(
        (board.code(), board.stderr.as_str()),
        (1, "fonap: board data is not available: /nowhere: No such file or directory (os error 2)\n")
    );
}
