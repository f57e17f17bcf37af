//! The remote configuration, from Debian's FreeRADIUS (hotspot-config 3).

use crate::support::freeradius::{FreeRadius, Replies, SECRET};
use crate::support::gateway::Gateway;
use crate::support::process::{Background, Finished, run};
use crate::support::{FONAP, eventually, free_port};
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(60);

/// The second set of options.
fn second_set(port: u16, user: &str) -> String {
    format!(
        "radiusserver1 127.0.0.1\nradiussecret {SECRET}\nradiusauthport {port}\nradiustimeout 2\n\
         adminuser {user}\nadminpasswd \"admin pw\"\nradiusnasid 00-18-84-D0-00-CD\n"
    )
}

#[track_caller]
fn assert_lines(done: &Finished) {
    assert_eq!(done.code(), 0, "{done:?}");
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert_eq!(lines.len(), 21, "{done:?}");
    assert_eq!(lines[0], "uamserver https://portal.example.net/SRCTST01/");
    assert_eq!(lines[20], "defidletimeout 600");
    for (n, line) in lines[4..20].iter().enumerate() {
        assert!(line.starts_with(&format!("uamallowed 198.51.100.{n},203.0.113.7,")), "{line}");
    }
}

// spec: hotspot-config 3.1, radius-profile 3
#[test]
fn the_lines_are_printed_in_their_order() {
    let radius = FreeRadius::start();
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("second.conf");
    fs::write(&file, second_set(radius.auth_port, "SRCTST01-fonap-1.0.0.2")).expect("it is ours");
    let file = file.to_string_lossy().into_owned();
    let done = run(FONAP, &["radconfig", "-c", &file]);
    assert_lines(&done);
    let log = radius.log();
    for part in
        ["Service-Type = Administrative-User", "NAS-Identifier = \"00-18-84-D0-00-CD\"", "ChilliSpot-Version"]
    {
        assert!(log.contains(part), "{part} in {log}");
    }
    // Under its old name, and refused: the status does not tell.
    let old_name = folder.path().join("chilli_radconfig");
    symlink(FONAP, &old_name).expect("the folder is ours");
    let old_name = old_name.to_string_lossy();
    assert_lines(&run(&old_name, &["-c", &file]));
    let refused = run(&old_name, &["-c", &file, "--adminpasswd=wrong"]);
    assert_eq!((refused.code(), refused.stdout.as_str()), (0, ""), "{refused:?}");
    assert!(refused.stderr.contains("refuses adminuser"), "{refused:?}");
    let failed = run(FONAP, &["radconfig", "--fail", "-c", &file, "--adminpasswd=wrong"]);
    assert_eq!(failed.code(), 1, "{failed:?}");
    let nobody = run(FONAP, &["radconfig", "--radiusserver1=127.0.0.1"]);
    assert_eq!(nobody.code(), 1, "{nobody:?}");
    assert!(nobody.stderr.contains("adminuser and adminpasswd"), "{nobody:?}");
}

// spec: radius-profile 3
#[test]
fn an_answer_that_does_not_fit_one_packet_of_the_network_is_put_together() {
    if !rustix::process::geteuid().is_root() {
        crate::support::skipped(
            "radconfig::an_answer_that_does_not_fit_one_packet_of_the_network_is_put_together needs root",
        );
        return;
    }
    // A network of its own whose packets have at most 1280 octets.
    let mut holder = Command::new("unshare");
    holder.args(["--net", "sh", "-c", "ip link set lo mtu 1280 up && echo ready && exec sleep 600"]);
    let mut holder = Background::start(&mut holder);
    holder.wait_for_line("ready", LIMIT);
    let inside = ["--net".to_owned(), format!("--target={}", holder.id())];
    let mut command = Command::new("nsenter");
    command.args(&inside).arg("freeradius");
    let port = free_port();
    let _radius = FreeRadius::start_by(command, port, free_port(), Replies::Signed);
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("second.conf");
    fs::write(&file, second_set(port, "SRCTST01-fonap-1.0.0.2")).expect("it is ours");
    let mut arguments = inside.to_vec();
    arguments.extend([FONAP, "radconfig", "-c"].map(str::to_owned));
    arguments.push(file.to_string_lossy().into_owned());
    assert_lines(&run("nsenter", &arguments));
    // The system put fragments together.
    let mut arguments = inside.to_vec();
    arguments.extend(["cat", "/proc/net/snmp"].map(str::to_owned));
    let counters = run("nsenter", &arguments).stdout;
    let lines: Vec<Vec<&str>> =
        counters.lines().filter(|l| l.starts_with("Ip:")).map(|l| l.split(' ').collect()).collect();
    let column = lines[0].iter().position(|name| *name == "ReasmOKs").expect("the counter is there");
    assert_ne!(lines[1][column], "0", "{counters}");
}

#[track_caller]
fn shown(gateway: &Gateway, what: &str) -> Option<String> {
    let page = gateway.hijacked(Ipv4Addr::new(127, 0, 0, 77));
    let location = page.header("location").unwrap_or_default().to_owned();
    match what {
        "portal" => location.split('?').next().map(str::to_owned),
        name => page.parameter(name),
    }
}

// spec: hotspot-config 3.2, 3.3
#[test]
fn the_gateway_runs_with_what_it_received_and_keeps_what_worked() {
    let radius = FreeRadius::start();
    let port = radius.auth_port;
    let folder = TempDir::new().expect("a temporary folder");
    let second = folder.path().join("second.conf");
    fs::write(&second, second_set(port, "SRCTST01-fonap-1.0.0.2")).expect("it is ours");
    let remote = format!("radconfig {}", second.display());
    let mut gateway =
        Gateway::start_with_ports(port, free_port(), &["statedir {folder}/state", &remote, "interval 0"]);
    let portal = Some("https://portal.example.net/SRCTST01/");
    assert_eq!(shown(&gateway, "portal").as_deref(), portal, "{}", gateway.log());
    assert_eq!(shown(&gateway, "ssid").as_deref(), Some("received"));
    let saved = gateway.folder().join("state/remote-saved.json");
    let text = eventually("the saved configuration", LIMIT, || fs::read_to_string(&saved).ok());
    assert!(text.contains(r"^(.*\\.)?fon\\.com$"), "newdomain is converted: {text}");
    // The servers are gone, and the running configuration is damaged: the last good one serves.
    drop(radius);
    assert_eq!(gateway.stop(), Some(0));
    fs::write(gateway.folder().join("state/remote.json"), "{\"lines\":\"uams").expect("it is ours");
    gateway.start_again();
    assert_eq!(shown(&gateway, "portal").as_deref(), portal, "{}", gateway.log());
    gateway.wait_for_log("no configuration was received");
    // A configuration that cannot work is not kept.
    let again = FreeRadius::start_with(port, free_port(), Replies::Signed);
    fs::write(&second, second_set(again.auth_port, "SRCTST02-fonap-1.0.0.2")).expect("it is ours");
    assert_eq!(gateway.stop(), Some(0));
    gateway.start_again();
    assert_eq!(shown(&gateway, "portal").as_deref(), portal, "{}", gateway.log());
    gateway.wait_for_log("defidletimeout");
    let kept = fs::read_to_string(&saved).expect("it is there");
    assert_eq!(kept, text, "the good one stays saved");
}
