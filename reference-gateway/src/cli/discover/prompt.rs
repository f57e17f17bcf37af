//! What a configuration needs and nobody has given: asked at the terminal, if somebody sits there.

use super::{Arguments, clean};
use crate::discover::convert::Document;
use eapconfig::Need;
use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};
use zeroize::Zeroizing;

/// How often somebody may mistype.
const TRIES: usize = 3;

/// Who the user is, as far as it is known.
pub(super) struct Answers {
    /// The user name as typed.
    pub(super) user: Option<String>,
    /// The password, or the passphrase of the client certificate.
    pub(super) secret: Option<Zeroizing<String>>,
}

/// Takes what was given on the command line, and asks for the rest. Without a terminal the rest stays open; what cannot be
/// made without it says which option gives it.
///
/// # Errors
/// When somebody mistypes too often, or the terminal goes away.
pub(super) fn complete(
    arguments: &Arguments,
    document: &Document,
    given: Option<&Zeroizing<String>>,
) -> Result<Answers, String> {
    let mut answers = Answers { user: arguments.user.clone(), secret: given.cloned() };
    if !stdin().is_terminal() {
        return Ok(answers);
    }
    for need in document.needs() {
        match need {
            Need::Username if answers.user.is_none() => answers.user = user_name(document)?,
            Need::Password if answers.secret.is_none() => answers.secret = secret("password")?,
            // The empty one is tried first (spec: eapconfig 4).
            Need::Passphrase if answers.secret.is_none() && !document.opens_with("") => {
                answers.secret = passphrase(document)?;
            }
            _ => {}
        }
    }
    Ok(answers)
}

fn user_name(document: &Document) -> Result<Option<String>, String> {
    let example =
        document.realm_of_users().map_or_else(String::new, |realm| format!(" (you@{})", clean(realm)));
    for _ in 0..TRIES {
        eprint!("user name{example}, empty leaves it out: ");
        let _ = stderr().flush();
        let mut line = String::new();
        stdin().lock().read_line(&mut line).map_err(|e| format!("the terminal: {e}"))?;
        let typed = line.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        match document.user_name(typed) {
            Ok(_) => return Ok(Some(typed.to_owned())),
            Err(problem) => eprintln!("{}", clean(&problem)),
        }
    }
    Err("no user name that fits; give it with --user".to_owned())
}

/// What is typed is not shown.
fn secret(what: &str) -> Result<Option<Zeroizing<String>>, String> {
    let typed = rpassword::prompt_password(format!("{what}, empty leaves it out: "));
    let typed = typed.map(Zeroizing::new).map_err(|e| format!("the terminal: {e}"))?;
    Ok(Some(typed).filter(|typed| !typed.is_empty()))
}

fn passphrase(document: &Document) -> Result<Option<Zeroizing<String>>, String> {
    for _ in 0..TRIES {
        let Some(typed) = secret("passphrase of the certificate")? else { return Ok(None) };
        if document.opens_with(&typed) {
            return Ok(Some(typed));
        }
        eprintln!("it does not open the certificate");
    }
    Err("no passphrase that opens the certificate; ask the institution".to_owned())
}
