//! Users of a program.

use super::{Record, Unavailable};
use passpoint::Secret;
use serde_json::json;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use zeroize::Zeroizing;

/// How long the program may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Most octets of its output that are read.
const MAX_OUTPUT: u64 = 1024 * 1024;
/// Exit status: there is no such user, or the password is wrong.
const REFUSED: i32 = 1;

/// A program that gets `{"name": "…", "password": "…"}` as a line of standard input (`null` when a proxy signed the
/// user in), and ends with status 0 and a JSON record on standard output, or with 1 when there is no such user or the
/// password is wrong. No shell is involved.
pub struct CommandUsers {
    program: String,
    arguments: Vec<String>,
}

impl CommandUsers {
    /// A program and its arguments.
    ///
    /// # Errors
    /// When the list is empty.
    pub fn new(line: &[String]) -> Result<Self, String> {
        let (program, arguments) = line.split_first().ok_or("expected a program and its arguments")?;
        Ok(Self { program: program.clone(), arguments: arguments.to_vec() })
    }

    pub(super) async fn find(
        &self,
        name: &str,
        password: Option<&Secret>,
    ) -> Result<Option<Record>, Unavailable> {
        let wrong = |what: String| Unavailable(format!("{}: {what}", self.program));
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| wrong(e.to_string()))?;
        let question = json!({"name": name, "password": password.map(Secret::expose)});
        let line = Zeroizing::new(format!("{question}\n"));
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(wrong("no pipes".to_owned()));
        };
        let exchange = async {
            // A program that needs no input may have closed it.
            let _ = stdin.write_all(line.as_bytes()).await;
            drop(stdin);
            let mut output = Zeroizing::new(Vec::new());
            stdout.take(MAX_OUTPUT).read_to_end(&mut output).await?;
            Ok::<_, std::io::Error>((child.wait().await?, output))
        };
        let (status, output) = tokio::time::timeout(LIMIT, exchange)
            .await
            .map_err(|_| wrong(format!("did not end in {LIMIT:?}")))?
            .map_err(|e| wrong(e.to_string()))?;
        match status.code() {
            Some(0) => Record::from_json(&output).map(Some).map_err(wrong),
            Some(REFUSED) => Ok(None),
            _ => Err(wrong(format!("ended with {status}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(script: &str, password: Option<&str>) -> Result<Option<Record>, Unavailable> {
        let line = ["sh", "-c", script].map(str::to_owned);
        let users = CommandUsers::new(&line).expect("a program");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let password = password.map(Secret::from);
        runtime.block_on(users.find("alice; rm -rf \"/\"", password.as_ref()))
    }

    #[test]
    fn a_program_says_who_the_user_is() {
        let echo = r#"cat >/dev/null; printf '{"credential": {"username": "a@b.example"}}'"#;
        let record = ask(echo, Some("x")).expect("an answer").expect("a user");
        assert_eq!(record.credential["username"], "a@b.example");
        assert!(ask("exit 1", Some("x")).expect("an answer").is_none());
        let status = ask("exit 3", None).map(|_| ()).expect_err("a failure");
        assert!(status.0.contains("exit status: 3"), "{status}");
        assert!(ask("echo nonsense", None).is_err());
    }

    #[test]
    fn the_program_gets_name_and_password_as_json() {
        let check = |expected: &str, password| {
            let script = format!("read -r line; [ \"$line\" = '{expected}' ] && printf '{{}}' || exit 3");
            ask(&script, password).expect("the line is as expected").expect("a user");
        };
        check(r#"{"name":"alice; rm -rf \"/\"","password":"p'"'"'w"}"#, Some("p'w"));
        check(r#"{"name":"alice; rm -rf \"/\"","password":null}"#, None);
    }
}
