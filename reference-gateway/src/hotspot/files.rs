//! Files of `wwwdir`, the programs among them, and the page that waits for the handler (uam 8).

use crate::handler::process::{Ended, Job, run};
use bytes::Bytes;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wispr::gateway::{LocalFile, Response};

/// The largest file, in octets.
const MAX_FILE: u64 = 16 << 20;
/// How much of what a program prints is sent.
const MAX_OUTPUT: usize = 1 << 20;
/// How long a program may run.
const LIMIT: Duration = Duration::from_secs(60);
/// The page that waits until somebody lets the client in.
const WAIT_NAME: &str = "wait.html";
const WAIT: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta http-equiv=\"refresh\" content=\"1;url=/prelogin\"><title>Please wait</title></head>\
    <body><p>You are being connected. Please wait.</p></body></html>\n";

/// Where local files come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) folder: Option<PathBuf>,
    /// What runs the programs.
    pub(super) runner: Option<PathBuf>,
}

impl Files {
    /// Whether what the configuration names is there.
    ///
    /// # Errors
    /// Says in one sentence what is not.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(folder) = self.folder.as_deref().filter(|folder| !folder.is_dir()) {
            return Err(format!("wwwdir {}: there is no such folder", folder.display()));
        }
        if let Some(runner) = self.runner.as_deref().filter(|runner| !runner.is_file()) {
            return Err(format!("wwwbin {}: there is no such program", runner.display()));
        }
        Ok(())
    }

    /// The answer to a request for a file.
    pub(super) async fn answer(self, file: LocalFile, body: Bytes) -> Response {
        match file.content_type {
            Some(content_type) => self.page(&file.name, content_type).await,
            None => self.program(file, body).await,
        }
        .unwrap_or_else(Response::not_found)
    }

    async fn page(&self, name: &str, content_type: &str) -> Option<Response> {
        let found = match self.folder.clone() {
            Some(folder) => {
                let name = name.to_owned();
                let read = tokio::task::spawn_blocking(move || read(&folder, &name));
                read.await.ok().flatten()
            }
            None => None,
        };
        let built_in = || (name == WAIT_NAME).then(|| WAIT.into());
        Some(Response::local_file(content_type, found.or_else(built_in)?))
    }

    async fn program(self, file: LocalFile, input: Bytes) -> Option<Response> {
        let (folder, program) = (self.folder?, self.runner?);
        let name = file.name.clone();
        let path = tokio::task::spawn_blocking(move || inside(&folder, &name)).await.ok()??;
        let argument = path.into_os_string().into_encoded_bytes();
        let environment = file.environment;
        let job = Job { program, argument, environment, input, limit: LIMIT, keep: MAX_OUTPUT };
        match run(job).await {
            Ended::Exit { status: Some(0), output } => Some(printed(output)),
            ended => {
                let why = match ended {
                    Ended::NotStarted(why) => why,
                    Ended::TimedOut => format!("it took longer than {LIMIT:?}"),
                    Ended::Exit { status, .. } => format!("exit status {status:?}"),
                };
                tracing::error!(file = file.name, why, "wwwbin gives no page");
                None
            }
        }
    }
}

/// What a program printed: header fields and a body, of which the type counts, or a body alone.
fn printed(output: Vec<u8>) -> Response {
    let end = [&b"\r\n\r\n"[..], b"\n\n"].into_iter().find_map(|end| {
        output.windows(end.len()).position(|window| window == end).map(|at| (at, at + end.len()))
    });
    if let Some((head_end, body)) = end
        && let Ok(head) = std::str::from_utf8(&output[..head_end])
        && let Some(content_type) = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-type").then_some(value.trim())
        })
    {
        return Response::local_file(content_type, output[body..].to_vec());
    }
    Response::local_file("text/html", output)
}

/// The path of a file if it is one and lies in the folder, also when links are followed.
fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let path = folder.join(name).canonicalize().ok()?;
    (path.starts_with(&folder) && path.is_file()).then_some(path)
}

fn read(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let file = std::fs::File::open(inside(folder, name)?).ok()?;
    let length = file.metadata().ok()?.len();
    if length > MAX_FILE {
        tracing::error!(name, length, "a file of wwwdir is too large to be served");
        return None;
    }
    let mut octets = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut octets).ok()?;
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    // spec: uam 8
    #[test]
    fn a_link_does_not_lead_out_of_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("www");
        fs::create_dir_all(folder.join("sub")).unwrap();
        fs::write(place.path().join("secret.html"), "secret").unwrap();
        fs::write(folder.join("sub/a.html"), "a").unwrap();
        std::os::unix::fs::symlink(place.path().join("secret.html"), folder.join("out.html")).unwrap();
        std::os::unix::fs::symlink("sub/a.html", folder.join("in.html")).unwrap();
        assert_eq!(read(&folder, "sub/a.html").as_deref(), Some(&b"a"[..]));
        assert_eq!(read(&folder, "in.html").as_deref(), Some(&b"a"[..]));
        for name in ["out.html", "../secret.html", "sub", "none.html"] {
            assert_eq!(read(&folder, name), None, "{name}");
        }
    }

    #[test]
    fn a_program_may_say_the_type_of_what_it_prints() {
        let typed = printed(b"Content-Type: text/plain\r\nX: y\r\n\r\nbody\n\n".to_vec());
        assert_eq!((typed.value("Content-type"), &typed.body[..]), (Some("text/plain"), &b"body\n\n"[..]));
        let bare = printed(b"<p>a</p>\n\nb: c".to_vec());
        assert_eq!((bare.value("Content-type"), bare.body.len()), (Some("text/html"), 14));
    }
}
