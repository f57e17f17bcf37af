//! What an operation has to say besides its result (spec: passpoint 2).

use std::borrow::Cow;
use std::fmt;

/// How much a [`Finding`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// There is no output.
    Error,
    /// The profile works, but something asked for is not in it or is not enforced.
    Warning,
    /// A change of form without loss, or a cosmetic loss.
    Info,
}

impl Severity {
    /// The word of the specification.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that was found: how grave, what, and where in the model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is, for example `android.ssids_dropped`.
    pub code: Cow<'static, str>,
    /// The path of the member in the model, list indices in brackets: `policy.excluded_ssids[2]`.
    pub field: Cow<'static, str>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.severity, self.code, self.field)
    }
}

/// A list of findings, at most one for each pair of code and field, ordered by code and then field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// A report without findings.
    #[must_use]
    pub const fn new() -> Self {
        Self { findings: Vec::new() }
    }

    /// The findings in order.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether a finding is an error, so that there is no output.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Error)
    }

    /// Whether there is a finding with this code.
    #[must_use]
    pub fn contains(&self, code: &str) -> bool {
        self.findings.iter().any(|f| f.code == code)
    }

    /// The part of the report that is errors.
    #[must_use]
    pub fn errors(&self) -> Self {
        Self { findings: self.findings.iter().filter(|f| f.severity == Severity::Error).cloned().collect() }
    }

    /// Adds all findings of another report.
    pub fn merge(&mut self, other: &Self) {
        for f in &other.findings {
            self.add(f.severity, f.code.clone(), f.field.clone());
        }
    }

    pub(crate) fn error(&mut self, code: impl Into<Cow<'static, str>>, field: impl Into<Cow<'static, str>>) {
        self.add(Severity::Error, code.into(), field.into());
    }

    pub(crate) fn warning(
        &mut self,
        code: impl Into<Cow<'static, str>>,
        field: impl Into<Cow<'static, str>>,
    ) {
        self.add(Severity::Warning, code.into(), field.into());
    }

    pub(crate) fn info(&mut self, code: impl Into<Cow<'static, str>>, field: impl Into<Cow<'static, str>>) {
        self.add(Severity::Info, code.into(), field.into());
    }

    fn add(&mut self, severity: Severity, code: Cow<'static, str>, field: Cow<'static, str>) {
        if let Err(place) = self.findings.binary_search_by(|f| (&f.code, &f.field).cmp(&(&code, &field))) {
            self.findings.insert(place, Finding { severity, code, field });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl<'a> IntoIterator for &'a Report {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.findings.iter()
    }
}

/// What an encoder returns: the output unless the report has an error, and the report.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded<T = Vec<u8>> {
    /// The document; `None` if the report has an error.
    pub output: Option<T>,
    /// What the document does not carry, and why there is none if there is none.
    pub report: Report,
}

/// Shows the report only: the document holds secrets.
impl<T> fmt::Debug for Encoded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded")
            .field("output", &self.output.as_ref().map(|_| "[secret]"))
            .field("report", &self.report)
            .finish()
    }
}

impl<T> Encoded<T> {
    pub(crate) fn new(report: Report, output: impl FnOnce() -> T) -> Self {
        let output = if report.has_errors() { None } else { Some(output()) };
        Self { output, report }
    }

    /// The output, unless a loss that weakens security is not allowed by name.
    ///
    /// `allowed` holds codes such as `windows.no_ca_pin`. Which codes weaken security: [`weakens_security`].
    ///
    /// # Errors
    /// The findings that stand in the way: all errors, and the security losses that are not allowed.
    pub fn accept(&self, allowed: &[&str]) -> Result<&T, Report> {
        let mut refused = self.report.errors();
        for f in &self.report {
            if weakens_security(&f.code) && !allowed.contains(&f.code.as_ref()) {
                refused.warning(f.code.clone(), f.field.clone());
            }
        }
        match &self.output {
            Some(output) if refused.is_empty() => Ok(output),
            _ => Err(refused),
        }
    }
}

/// Whether a loss with this code makes the installed profile accept, or reveal, more than the model asks for.
///
/// These are: a check of the server that is not there or is wider, a revocation check or TLS
/// version that is not enforced, an expiry that nothing enforces, an outer identity that reveals more than asked, a
/// missing signature, a network security that cannot be asked for, and a client certificate that has to come
/// another way.
#[must_use]
pub fn weakens_security(code: &str) -> bool {
    let kind = code.split_once('.').map_or(code, |(_, kind)| kind);
    matches!(
        kind,
        "private_ca_with_trusted_names"
            | "trusted_names_ignored"
            | "ca_not_in_tree"
            | "no_ca_pin"
            | "revocation_dropped"
            | "revocation_not_expressible"
            | "tls_version_dropped"
            | "security_not_expressible"
            | "expiry_not_enforced"
            | "expiry_dropped"
            | "outer_identity_fixed"
            | "outer_identity_dropped"
            | "outer_identity_ignored"
            | "outer_realm_lost"
            | "home_oi_required_lost"
            | "unsigned"
            | "unsigned_not_installable"
            | "client_certificate_external"
            | "client_certificate_not_in_tree"
    )
}

/// Why a document was refused: the code of the rule it breaks and where (spec: passpoint 13.2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {place}")]
pub struct Rejection {
    /// The rule, for example `android.mime.eof`.
    pub code: &'static str,
    /// Where, in words or as a path. Never a value of the document.
    pub place: String,
}

impl Rejection {
    pub(crate) fn new(code: &'static str, place: impl Into<String>) -> Self {
        Self { code, place: place.into() }
    }
}

/// A short way to refuse: `return refuse("pps.urn", "RTProperties")`.
pub(crate) fn refuse<T>(code: &'static str, place: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 2
    #[test]
    fn one_finding_for_each_code_and_field_in_order() {
        let mut report = Report::new();
        report.info("b.x", "two");
        report.warning("a.x", "z");
        report.warning("a.x", "a");
        report.warning("a.x", "z");
        let codes: Vec<_> = report.findings().iter().map(|f| (f.code.as_ref(), f.field.as_ref())).collect();
        assert_eq!(codes, [("a.x", "a"), ("a.x", "z"), ("b.x", "two")]);
        assert!(!report.has_errors());
    }

    #[test]
    fn a_security_loss_must_be_allowed_by_name() {
        let mut report = Report::new();
        report.warning("windows.no_ca_pin", "server.ca_certs");
        report.info("windows.created_dropped", "validity.created");
        let encoded = Encoded::new(report, || 1);
        assert!(encoded.accept(&[]).expect_err("refused").contains("windows.no_ca_pin"));
        assert_eq!(encoded.accept(&["windows.no_ca_pin"]), Ok(&1));
    }
}
