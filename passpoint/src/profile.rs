//! A model that was found right, with what encoders need of it.

use crate::certificate::Certificate;
use crate::ids::Uuid;
use crate::model::{Model, normalise, validate};
use crate::pkcs12::{self, Identity};
use crate::report::Report;

/// A model in normal form without errors. Every encoder takes one.
///
/// It keeps the certificates and the client's key as they were read, so that encoding for several systems opens them
/// once.
#[derive(Clone, Debug)]
pub struct Profile {
    model: Model,
    report: Report,
    ca_certs: Vec<Certificate>,
    intermediate_certs: Vec<Certificate>,
    identity: Option<Identity>,
}

impl Profile {
    /// Normalises and validates a model (spec: passpoint 1.1, 1.2).
    ///
    /// # Errors
    /// All findings, when one of them is an error.
    pub fn new(model: Model) -> Result<Self, Report> {
        let (model, mut report) = normalise(model);
        report.merge(&validate(&model));
        if report.has_errors() {
            return Err(report);
        }
        // Validation has read all of these, so nothing is lost here.
        let read = |list: &[String]| list.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).collect();
        let (ca_certs, intermediate_certs) =
            (read(&model.server.ca_certs), read(&model.server.intermediate_certs));
        let identity = model
            .credential
            .certificate()
            .and_then(|c| pkcs12::open_base64(c.pkcs12.expose(), c.pkcs12_password.expose()).ok());
        Ok(Self { model, report, ca_certs, intermediate_certs, identity })
    }

    /// The model in normal form.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// What normalisation and validation had to say: warnings and information only.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The trust anchors for the RADIUS server.
    #[must_use]
    pub fn ca_certs(&self) -> &[Certificate] {
        &self.ca_certs
    }

    /// The intermediate certificates of the RADIUS server.
    #[must_use]
    pub fn intermediate_certs(&self) -> &[Certificate] {
        &self.intermediate_certs
    }

    /// The client's key and certificates, for a certificate credential.
    #[must_use]
    pub const fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The UUID that the identifiers in all formats derive from.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        Uuid::of_profile(&self.model.profile.id)
    }
}
