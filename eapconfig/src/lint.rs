//! Everything there is to say about a document, each with its place, for publishers and for helpdesks.

use crate::error::{Place, Places, ReadError, Warning};
use crate::model::IdentityProvider;
use crate::read::{MAX_LEN, Trace, trace};
use crate::verdict::{Client, ProviderVerdict, Reason, judge};
use std::fmt;

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something was dropped or is not as the format wants it.
    Warning,
    /// The document, a provider or a method cannot be used.
    Error,
}

/// A problem with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The code of the specification, `base64:CA` or `no_server_id` for example.
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// Where the element begins, or where the reader gave up.
    pub place: Place,
    /// Names of the elements down to the one that is meant, joined by `/`.
    pub path: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let (line, column) = (self.place.line, self.place.column);
        write!(f, "{line}:{column}: {severity}: {} ({}) in /{}", self.message, self.code, self.path)
    }
}

/// Reads and judges a document and lists all that is wrong with it, in the order of the document. Empty if there is
/// nothing to say.
#[must_use]
pub fn lint(octets: &[u8], client: &Client<'_>) -> Vec<Problem> {
    let Trace { result, warnings, path, why, origins } = trace(octets, MAX_LEN);
    let mut problems: Vec<_> = warnings.iter().map(of_warning).collect();
    match result {
        Err(error) => problems.push(of_error(&error, path, why)),
        Ok(config) => {
            let mut places = Places::new(octets);
            let verdict = judge(&config, client);
            for (index, (origin, provider)) in origins.iter().zip(&verdict.providers).enumerate() {
                let earlier = config.providers.get(..index).unwrap_or_default();
                let found = of_provider(provider, config.providers.get(index), earlier);
                problems.extend(found.into_iter().map(|f| f.at(places.find(origin.provider))));
                for (offset, found) in
                    origin.methods.iter().zip(of_methods(provider, config.providers.get(index)))
                {
                    problems.extend(found.into_iter().map(|f| f.at(places.find(*offset))));
                }
            }
        }
    }
    problems.sort_by_key(|p| p.place.offset);
    problems
}

const PROVIDER_PATH: &str = "EAPIdentityProviderList/EAPIdentityProvider";
const METHOD_PATH: &str =
    "EAPIdentityProviderList/EAPIdentityProvider/AuthenticationMethods/AuthenticationMethod";

/// A problem without its place.
struct Finding {
    severity: Severity,
    code: &'static str,
    message: String,
    path: &'static str,
}

impl Finding {
    fn refusal(reason: Reason, path: &'static str) -> Self {
        Self { severity: Severity::Error, code: reason.code(), message: reason.to_string(), path }
    }

    fn note(code: &'static str, message: &str, path: &'static str) -> Self {
        Self { severity: Severity::Note, code, message: message.to_owned(), path }
    }

    fn at(self, place: Place) -> Problem {
        let Self { severity, code, message, path } = self;
        Problem { severity, code: code.to_owned(), message, place, path: path.to_owned() }
    }
}

fn of_warning(warning: &Warning) -> Problem {
    Problem {
        severity: Severity::Warning,
        code: warning.to_string(),
        message: warning.kind.explanation().to_owned(),
        place: warning.place,
        path: warning.path.clone(),
    }
}

fn of_error(error: &ReadError, path: String, why: &str) -> Problem {
    let reason = if why.is_empty() { String::new() } else { format!(": {why}") };
    Problem {
        severity: Severity::Error,
        code: error.kind.code().to_owned(),
        message: format!("{}{reason}", error.kind),
        place: error.place,
        path,
    }
}

fn of_provider(
    verdict: &ProviderVerdict,
    provider: Option<&IdentityProvider>,
    earlier: &[IdentityProvider],
) -> Vec<Finding> {
    // A reason that is a method's is named at the method.
    let of_method = verdict.methods.iter().any(|m| m.refused.is_some() && m.refused == verdict.refused);
    let refused = verdict.refused.filter(|_| !of_method);
    let mut found: Vec<_> = refused.map(|r| Finding::refusal(r, PROVIDER_PATH)).into_iter().collect();
    let Some(provider) = provider else { return found };
    if provider.id.is_none() || provider.namespace.is_none() {
        found.push(Finding::note(
            "no_id",
            "the attributes ID and namespace should say whose document it is",
            PROVIDER_PATH,
        ));
    }
    if provider.id.is_some() && earlier.iter().any(|e| e.id == provider.id) {
        let message = "an earlier entry has the same ID; this one is only offered on request";
        found.push(Finding::note("same_id", message, PROVIDER_PATH));
    }
    found
}

fn of_methods(verdict: &ProviderVerdict, provider: Option<&IdentityProvider>) -> Vec<Vec<Finding>> {
    let methods = provider.map_or(&[][..], |p| &p.methods);
    let found = verdict.methods.iter().zip(methods).map(|(verdict, method)| {
        let mut found: Vec<_> = verdict.refused.map(|r| Finding::refusal(r, METHOD_PATH)).into_iter().collect();
        if method.is_ttls_eap_mschapv2_ambiguous() {
            let message = "EAP-MSCHAPv2 inside TTLS; some publishers mean MSCHAPv2 without EAP, so both should be tried";
            found.push(Finding::note("ttls_eap_mschapv2_ambiguous", message, METHOD_PATH));
        }
        found
    });
    found.collect()
}
