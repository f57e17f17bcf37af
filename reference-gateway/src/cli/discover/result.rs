//! What came out: printed, or written to files.

use super::prompt::complete;
use super::{Arguments, clean, now};
use crate::cli::{complain, say, write_out};
use crate::discover::convert::{Converted, Document, File, Wishes};
use crate::files::write_private;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use passpoint::signer::{RingSigner, Signer};
use serde_json::{Value as Json, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Tells that the page is all there is.
pub(super) fn redirected(arguments: &Arguments) {
    if arguments.json {
        say(json!({ "result": "redirect" }));
    } else if !arguments.quiet {
        eprintln!("the institution gives its configuration on that page; nothing more to do here");
    }
}

/// Prints or converts a configuration. `false`: it is delivered, but no client can use it.
pub(super) fn deliver(
    arguments: &Arguments,
    octets: &[u8],
    institution: Option<&str>,
    password: Option<&Zeroizing<String>>,
) -> Result<bool, String> {
    let now = now();
    let document = Document::read(octets, now);
    if let Ok(document) = &document {
        describe(arguments, document, password.is_some());
    }
    let Some(target) = arguments.to else {
        return plain(arguments, octets, institution, document);
    };
    let document = document?;
    let signer = signer(arguments)?;
    let place = place(arguments)?;
    let path = place.as_ref().map(|(folder, stem, _)| folder.join(stem).to_string_lossy().into_owned());
    let answers = complete(arguments, &document, password)?;
    let mut allowed: Vec<&str> = arguments.allow.iter().map(String::as_str).collect();
    // Whoever gives no key has asked for a profile without a signature.
    allowed.push("apple.unsigned");
    let wishes = Wishes {
        user: answers.user.as_deref(),
        secret: answers.secret.as_ref().map(|secret| secret.as_str()),
        languages: &arguments.languages(),
        now,
        path: path.as_deref(),
        allowed: &allowed,
        signer: signer.as_ref().map(|s| s as &dyn Signer),
    };
    let converted = document.convert(target.format(), &wishes)?;
    let mut written = Vec::new();
    for file in &converted.files {
        match &place {
            Some((folder, stem, extension)) => {
                let extension = file.extension.map_or(extension.as_str(), |e| e);
                let dot = if extension.is_empty() { "" } else { "." };
                let path = folder.join(format!("{stem}{}{dot}{extension}", file.suffix));
                write_private(&path, &file.content).map_err(|e| format!("{}: {e}", path.display()))?;
                written.push(path);
            }
            None if arguments.json => {}
            None => print(&file.content)?,
        }
    }
    report(arguments, &converted, &written);
    Ok(true)
}

fn report(arguments: &Arguments, converted: &Converted, written: &[PathBuf]) {
    if arguments.json {
        let file = |(at, file): (usize, &File)| match written.get(at) {
            Some(path) => json!({ "path": path.to_string_lossy() }),
            None => content(&file.content),
        };
        let finding = |f: &passpoint::Finding| json!({ "severity": f.severity.as_str(), "code": f.code, "field": f.field });
        say(format_args!(
            "{:#}",
            json!({
                "result": "converted",
                "files": converted.files.iter().enumerate().map(file).collect::<Vec<_>>(),
                "report": converted.report.findings().iter().map(finding).collect::<Vec<_>>(),
            })
        ));
        return;
    }
    for path in written {
        say(format_args!("{}", path.display()));
    }
    if !arguments.quiet {
        for finding in converted.report.findings() {
            if finding.severity != passpoint::Severity::Info {
                complain(finding);
            }
        }
    }
}

/// The configuration as it came.
fn plain(
    arguments: &Arguments,
    octets: &[u8],
    institution: Option<&str>,
    document: Result<Document, String>,
) -> Result<bool, String> {
    let usable = document.is_ok();
    if let Some(path) = &arguments.out {
        write_private(path, octets).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if arguments.json {
        let needs = document.as_ref().ok().map(|d| d.needs().iter().map(|n| n.code()).collect::<Vec<_>>());
        let mut result = json!({
            "result": "eap_config",
            "institution": institution,
            "usable": usable,
            "reason": document.as_ref().err(),
            "eap": document.as_ref().ok().and_then(Document::eap).map(|eap| eap.0),
            "needs": needs,
        });
        match &arguments.out {
            Some(path) => result["path"] = json!(path.to_string_lossy()),
            None => result["document"] = content(octets),
        }
        say(format_args!("{result:#}"));
    } else {
        match &arguments.out {
            Some(path) => say(format_args!("{}", path.display())),
            None => print(octets)?,
        }
    }
    if let Err(reason) = document {
        complain(format_args!("{reason}; `fonap decode eapconfig` says what is wrong with it, line by line"));
    }
    Ok(usable)
}

/// Tells whose configuration it is and what it needs; terms have to be read before anything is installed.
fn describe(arguments: &Arguments, document: &Document, has_secret: bool) {
    if arguments.quiet {
        return;
    }
    let provider = document.provider();
    let languages = arguments.languages();
    let name = provider.text(&provider.info.display_names, &languages);
    let name = name.as_deref().or(provider.id.as_deref()).unwrap_or("an institution without a name");
    let method = document.eap().and_then(eapconfig::EapType::name).unwrap_or("an unknown method");
    eprintln!("{}: {method}", clean(name));
    for need in document.needs() {
        let (what, how) = match need {
            eapconfig::Need::Username if arguments.user.is_none() => ("a user name", "--user"),
            eapconfig::Need::Password if !has_secret => ("a password", "--password-file"),
            eapconfig::Need::Passphrase if !has_secret => {
                ("the passphrase of the certificate, if it has one", "--password-file")
            }
            eapconfig::Need::ClientCertificate => {
                ("a client certificate, which it does not bring", "the institution")
            }
            _ => continue,
        };
        eprintln!("it needs {what} ({how})");
    }
    if let Some(terms) = provider.text(&provider.info.terms_of_use, &languages) {
        eprintln!("terms of use, to be accepted before it is installed:");
        for line in terms.lines() {
            eprintln!("  {}", clean(line));
        }
    }
}

fn content(octets: &[u8]) -> Json {
    match str::from_utf8(octets) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "base64": STANDARD.encode(octets) }),
    }
}

fn print(octets: &[u8]) -> Result<(), String> {
    match str::from_utf8(octets) {
        Ok(text) => {
            write_out(text);
            if !text.ends_with('\n') {
                write_out("\n");
            }
            Ok(())
        }
        Err(_) => {
            let mut out = std::io::stdout().lock();
            out.write_all(octets).and_then(|()| out.flush()).map_err(|e| format!("standard output: {e}"))
        }
    }
}

fn signer(arguments: &Arguments) -> Result<Option<RingSigner>, String> {
    let (Some(key), Some(chain)) = (&arguments.sign_key, &arguments.sign_chain) else { return Ok(None) };
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let key_text = Zeroizing::new(read(key)?);
    let signer = RingSigner::from_pem(&key_text, &read(chain)?);
    signer.map(Some).map_err(|e| format!("{}: {e}", key.display()))
}

/// Folder, stem and extension of the file to write; the folder is absolute, because programs read the paths later.
fn place(arguments: &Arguments) -> Result<Option<(PathBuf, String, String)>, String> {
    let Some(out) = &arguments.out else { return Ok(None) };
    let told = |e: std::io::Error| format!("{}: {e}", out.display());
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = std::fs::canonicalize(folder).map_err(told)?;
    let part =
        |part: Option<&std::ffi::OsStr>| part.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = part(out.file_stem());
    if stem.is_empty() {
        return Err(format!("--out {}: not the name of a file", out.display()));
    }
    Ok(Some((folder, stem, part(out.extension()))))
}
