//! The network that the scenarios run in: two clients, the gateway and an Internet, each a namespace.

use crate::support::eventually;
use crate::support::freeradius::{FreeRadius, Record, SECRET};
use crate::support::process::{Background, Finished, run};
use crate::support::{FONAP, START_LIMIT};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The script that makes the network.
pub(crate) const TESTBED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/netns-testbed.sh");
/// Addresses of the test bed.
pub(crate) const GATEWAY: &str = "192.168.182.1";
pub(crate) const SITE: &str = "203.0.113.30";
pub(crate) const GARDEN: &str = "203.0.113.20";
const RADIUS: &str = "203.0.113.60";
pub(crate) const UPLINK: &str = "198.51.100.2";
/// What may take long on a busy machine, but not for ever.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// The network with a gateway and a RADIUS server in it.
pub(crate) struct Bed {
    pub(crate) radius: FreeRadius,
    pub(crate) gateway: Option<Background>,
    folder: TempDir,
}

impl Bed {
    /// Starts FreeRADIUS on the Internet's side, and the gateway.
    pub(crate) fn start() -> Self {
        let mut command = Command::new(TESTBED);
        command.args(["exec", "inet", "freeradius"]);
        let radius = FreeRadius::start_at(command, RADIUS, "198.51.100.0/24");
        let folder = TempDir::with_prefix("fonap-netns-").expect("a temporary folder");
        let mut bed = Self { radius, gateway: None, folder };
        bed.write_configuration();
        bed.start_gateway();
        bed
    }

    fn write_configuration(&self) {
        let state = std::env::var("TB_STATE").expect("the test bed says where its state is");
        let at = self.folder.path().display();
        let text = format!(
            "dataplane nftables\ndhcpif hs0\ndhcpmac 02:00:5E:10:00:FE\ndhcpmacset\nwanif wan0\nnet 192.168.182.0/24\nuamlisten {GATEWAY}\n\
             dhcpstart 10\ndhcpend 100\nlease 600\nuamsecret \"uam secret\"\n\
             radiusserver1 {RADIUS}\nradiussecret {SECRET}\nradiuslisten {UPLINK}\n\
             radiusnasid 00-18-84-D0-00-CD\ncoaport 3799\ncoanoipcheck\nswapoctets\nuamanydns\nredirdnsreq\n\
             uamallowed \"203.0.113.21,203.0.113.64/28,203.0.113.22:443,tcp:203.0.113.23:80\"\n\
             uamallowed \"tcp:radius.example:443,tcp:10.99.0.1:81\"\n\
             uamdomain \"!secret.garden.example\"\nuamdomain garden.example\nuamdomainfile {at}/domains\ngardenttl 2\n\
             module \"fon-api:{at}/handler;doradauth,doradacct\"\n\
             statedir {at}/state\ncmdsocket {at}/chilli.sock\n\
             uamuissl\nuamuiport 3991\nuamhostname gw.portal.example\n\
             sslcertfile {state}/tls/server.pem\nsslkeyfile {state}/tls/server.key\n"
        );
        fs::write(self.configuration(), text).expect("the folder is ours");
        let domains = "!^radius[.]example$\n^(portal|radius)[.]exam..e$\n";
        fs::write(self.folder.path().join("domains"), domains).expect("the folder is ours");
        let handler = self.folder.path().join("handler");
        let script = "#!/bin/sh\necho \"$1 $CALLING_STATION_ID $FRAMED_IP_ADDRESS\" >> \"${0%/*}/calls\"\n";
        fs::write(&handler, script).expect("the folder is ours");
        fs::set_permissions(&handler, fs::Permissions::from_mode(0o755)).expect("the folder is ours");
    }

    /// Has the handler take its time from now on.
    pub(crate) fn slow_handler(&self) {
        fs::write(self.folder.path().join("handler"), "#!/bin/sh\nsleep 1\n").expect("the folder is ours");
    }

    /// The calls of the handler until now, one a line: the event, the client's MAC and its address.
    pub(crate) fn handler_calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        self.folder.path().join("chilli.conf")
    }

    /// The folder of the gateway's state.
    pub(crate) fn state_folder(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// A folder for the state of another gateway.
    pub(crate) fn other_state(&self) -> PathBuf {
        self.folder.path().join("other")
    }

    /// Starts the gateway and waits until it serves.
    pub(crate) fn start_gateway(&mut self) {
        self.start_gateway_by(&[]);
    }

    /// The same by a program that runs it.
    pub(crate) fn start_gateway_by(&mut self, program: &[&str]) {
        let mut command = Command::new(TESTBED);
        command.args(["exec", "gw"]).args(program);
        command.args([FONAP, "gateway", "-c"]).arg(self.configuration());
        let mut gateway = Background::start(&mut command);
        gateway.wait_for_line("ready: ", START_LIMIT);
        self.gateway = Some(gateway);
    }

    /// What the gateway wrote.
    pub(crate) fn log(&self) -> String {
        self.gateway.as_ref().map(Background::log).unwrap_or_default()
    }

    /// `fonap ctl` at the gateway.
    pub(crate) fn ctl(&self, words: &[&str]) -> String {
        let done = self.try_ctl(words);
        assert!(done.status.success(), "{words:?}: {done:?}");
        done.stdout
    }

    /// The same, whatever becomes of it.
    pub(crate) fn try_ctl(&self, words: &[&str]) -> Finished {
        let socket = self.folder.path().join("chilli.sock");
        let socket = socket.to_str().expect("the path is text");
        exec("gw", &[&[FONAP, "ctl", "-s", socket], words].concat())
    }

    /// The line of a listing that belongs to a client.
    pub(crate) fn client(&self, number: u8) -> Option<String> {
        let mac = format!("02-00-5E-10-00-{number:02}");
        self.ctl(&["list"]).lines().find(|line| line.starts_with(&mac)).map(str::to_owned)
    }

    /// The address of a client.
    #[track_caller]
    pub(crate) fn address(&self, number: u8) -> String {
        let line = self.client(number).expect("the client is listed");
        line.split(' ').nth(1).expect("an address").to_owned()
    }

    /// The state word of a client.
    pub(crate) fn state(&self, number: u8) -> String {
        let line = self.client(number).unwrap_or_default();
        line.split(' ').nth(2).unwrap_or("unknown").to_owned()
    }

    /// Waits until a client is in a state.
    #[track_caller]
    pub(crate) fn until_state(&self, number: u8, state: &str) {
        eventually(&format!("client {number} to be {state}"), LIMIT, || {
            (self.state(number) == state).then_some(())
        });
    }

    /// Logs a client in as the smart client does.
    #[track_caller]
    pub(crate) fn login(&self, number: u8, user: &str, password: &str) {
        let done = self.try_login(number, user, password);
        assert!(done.status.success(), "{done:?}\n{}", self.log());
        self.until_state(number, "pass");
    }

    /// Tries to.
    pub(crate) fn try_login(&self, number: u8, user: &str, password: &str) -> Finished {
        let client = format!("cli{number}");
        let state = self.folder.path().join(format!("smart-{number}"));
        let state = format!("XDG_STATE_HOME={}", state.display());
        let login = ["env", &state, FONAP, "login", "http://site.example/", "--user", user];
        let more = ["--password", password, "--allow-http", "--expect", "internet"];
        exec(&client, &[&login[..], &more].concat())
    }

    /// Logs a client off.
    pub(crate) fn logoff(&self, number: u8) {
        let url = format!("http://{GATEWAY}:3990/logoff");
        exec(&format!("cli{number}"), &["curl", "-s", "-m", "5", &url]);
        self.until_state(number, "dnat");
    }

    /// The last accounting record of this kind of a user's session, the session that the last one of `Start` began.
    #[track_caller]
    pub(crate) fn stop_record(&self, user: &str) -> Record {
        let last = |kind: &str| {
            let is =
                |r: &Record| r["Acct-Status-Type"] == kind && r.get("User-Name").is_some_and(|u| u == user);
            self.radius.records().into_iter().rfind(is)
        };
        eventually(&format!("the accounting Stop of {user}"), LIMIT, || {
            let start = last("Start")?;
            last("Stop").filter(|stop| stop["Acct-Session-Id"] == start["Acct-Session-Id"])
        })
    }
}

/// Runs a program in a namespace.
pub(crate) fn exec(role: &str, words: &[&str]) -> Finished {
    run(TESTBED, &[&["exec", role], words].concat())
}

/// Runs a verb of the test bed, whatever becomes of it.
pub(crate) fn try_bed(words: &[&str]) -> Finished {
    run(TESTBED, words)
}

/// Runs a verb of the test bed.
#[track_caller]
pub(crate) fn bed(words: &[&str]) -> String {
    let done = try_bed(words);
    assert!(done.status.success(), "{words:?}: {done:?}");
    done.stdout
}

/// What a client gets for a page: status and target of a redirect, or why not.
pub(crate) fn get(client: u8, url: &str) -> String {
    get_with(client, &[], url)
}

/// The same with further arguments for curl.
pub(crate) fn get_with(client: u8, arguments: &[&str], url: &str) -> String {
    let ca = format!("{}/tls/ca.pem", std::env::var("TB_STATE").unwrap_or_default());
    let format = "%{http_code} %{redirect_url}";
    let words = ["curl", "-s", "-o", "/dev/null", "-m", "2", "--cacert", &ca, "-w", format, url];
    let done = exec(&format!("cli{client}"), &[&words, arguments].concat());
    match done.code() {
        0 => done.stdout,
        code => format!("curl {code}"),
    }
}

/// Sends datagrams of 1,000 octets to the echo on the Internet, waits for each answer, and says how many came.
pub(crate) fn echo(client: u8, count: u32) -> u32 {
    const PROGRAM: &str = "import socket,sys
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(1.5); got=0
for _ in range(int(sys.argv[2])):
    s.sendto(b'x'*1000,(sys.argv[1],7007))
    try: s.recv(2000); got+=1
    except OSError: break
print(got)";
    let done = exec(&format!("cli{client}"), &["python3", "-c", PROGRAM, SITE, &count.to_string()]);
    done.stdout.trim().parse().unwrap_or_else(|_| panic!("{done:?}"))
}
