//! The second HTTP port, and local files and programs (uam 1, 8).

use crate::support::free_port;
use crate::support::gateway::Gateway;
use crate::support::http::curl;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

// spec: uam 1, uam 2
#[test]
fn the_second_port_takes_post_and_speaks_tls() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&certificate, made.cert.pem()).expect("the folder is ours");
    fs::write(&key, made.signing_key.serialize_pem()).expect("the folder is ours");
    let port = free_port();
    let lines = [
        format!("uamuiport {port}"),
        "uamuissl".to_owned(),
        format!("sslcertfile {}", certificate.display()),
        format!("sslkeyfile {}", key.display()),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &lines);
    let url = format!("https://127.0.0.1:{port}/status");
    let post = ["--insecure", "--request", "POST", "--data", "a=b"];
    let answer = curl(&url, &post);
    assert_eq!(answer.result(), "notyet", "{answer:?}\n{}", gateway.log());
    assert_eq!(answer.parameter("ssl").as_deref(), Some(format!("https://127.0.0.1:{port}/").as_str()));
    let refused = curl(&gateway.url("/status"), &post[1..]);
    assert_eq!(refused.status, 400, "{refused:?}");
}

// spec: uam 8
#[test]
fn files_are_served_from_their_folder_only_and_programs_get_their_environment() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let www = folder.path().join("www");
    fs::create_dir(&www).expect("the folder is ours");
    fs::write(www.join("page.html"), "<p>page</p>").expect("the folder is ours");
    fs::write(folder.path().join("secret.html"), "secret").expect("the folder is ours");
    symlink(folder.path().join("secret.html"), www.join("out.html")).expect("the folder is ours");
    fs::write(www.join("who.chi"), "template of ").expect("the folder is ours");
    let runner = folder.path().join("runner");
    let script = "#!/bin/sh\nprintf 'Content-type: text/plain\\r\\n\\r\\n'\ncat \"$1\"\necho $REMOTE_MAC $QUERY_STRING\ncat\n";
    fs::write(&runner, script).expect("the folder is ours");
    fs::set_permissions(&runner, fs::Permissions::from_mode(0o755)).expect("the folder is ours");
    let lines =
        [format!("wwwdir {}", www.display()), format!("wwwbin {}", runner.display()), "uamallowpost".into()];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &lines);
    let page = gateway.get("/www/page.html");
    assert_eq!((page.status, page.body.as_str()), (200, "<p>page</p>"), "{page:?}");
    assert_eq!(page.header("content-type"), Some("text/html"));
    for name in ["out.html", "none.html", "..%2fsecret.html"] {
        assert_eq!(gateway.get(&format!("/www/{name}")).status, 404, "{name}");
    }
    let program = curl(&gateway.url("/www/who.chi?a=1"), &["--data", "body"]);
    assert_eq!(program.header("content-type"), Some("text/plain"), "{program:?}\n{}", gateway.log());
    assert_eq!(program.body, "template of 02-00-7F-00-00-01 a=1\nbody");
}
