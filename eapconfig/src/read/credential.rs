//! Credentials: what the server has to show, what the client shows.

use super::{Reading, Step, keep_first, trimmed, value};
use crate::certificate::{Certificate, decode_base64, without_armour};
use crate::credential::{ClientCertificate, ClientSideCredential, Pkcs12, Secret, ServerSideCredential};
use crate::error::WarningKind;
use crate::xml::Tag;

impl<'a> Reading<'a> {
    pub(super) fn server_side(&mut self) -> Step<ServerSideCredential> {
        let mut server = ServerSideCredential::default();
        self.children(|r, tag| {
            match tag.local {
                "CA" => server.authorities.extend(r.certificate(tag, "CA")?),
                "ServerID" => {
                    let text = r.text()?;
                    let text = trimmed(&text);
                    if !text.is_empty() {
                        let name =
                            value::server_name(text, |kind| r.warn(kind, "ServerID", tag.offset, "ServerID"));
                        if name.is_none() {
                            r.warn(WarningKind::Value, "ServerID", tag.offset, "ServerID");
                        }
                        server.server_ids.extend(name);
                    }
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        keep_first(&mut server.authorities);
        keep_first(&mut server.server_ids);
        Ok(server)
    }

    fn certificate(&mut self, tag: Tag<'a>, element: &'static str) -> Step<Option<Certificate>> {
        let (format, encoding) = (self.scan.attribute("format"), self.scan.attribute("encoding"));
        let text = self.text()?;
        let text = trimmed(&text);
        if text.is_empty() {
            return Ok(None);
        }
        let mut warn = |kind| self.warn(kind, element, tag.offset, element);
        if format.is_none() || encoding.is_none() {
            warn(WarningKind::MissingAttribute);
        }
        if format.is_some_and(|f| !f.eq_ignore_ascii_case("X.509")) {
            warn(WarningKind::Format);
            return Ok(None);
        }
        if encoding.is_some_and(|e| !e.eq_ignore_ascii_case("base64")) {
            warn(WarningKind::Encoding);
            return Ok(None);
        }
        let body = without_armour(text).inspect(|_| warn(WarningKind::Pem)).unwrap_or(text);
        let Some(octets) = decode_base64(body) else {
            warn(WarningKind::Base64);
            return Ok(None);
        };
        let certificate = Certificate::from_der(octets);
        if certificate.is_none() {
            warn(WarningKind::Der);
        }
        Ok(certificate)
    }

    fn client_certificate(&mut self, tag: Tag<'a>) -> Step<Option<ClientCertificate>> {
        const NAME: &str = "ClientCertificate";
        let (format, encoding) = (self.scan.attribute("format"), self.scan.attribute("encoding"));
        let text = self.secret()?;
        let text = trimmed(text.as_str());
        if text.is_empty() {
            return Ok(None);
        }
        let mut warn = |kind| self.warn(kind, NAME, tag.offset, NAME);
        if format.is_none() || encoding.is_none() {
            warn(WarningKind::MissingAttribute);
        }
        if encoding.is_some_and(|e| !e.eq_ignore_ascii_case("base64")) {
            warn(WarningKind::Encoding);
        }
        match Pkcs12::from_base64(text) {
            Ok(container) => {
                if format.is_some_and(|f| !f.eq_ignore_ascii_case("PKCS12")) {
                    warn(WarningKind::Format);
                }
                Ok(Some(ClientCertificate::Pkcs12(container)))
            }
            Err(kind) => {
                warn(kind);
                Ok(Some(ClientCertificate::Unusable))
            }
        }
    }

    pub(super) fn client_side(&mut self) -> Step<ClientSideCredential> {
        let mut client = ClientSideCredential::default();
        if let Some(text) = self.scan.attribute("allow_save") {
            let (value, odd) = value::boolean(trimmed(&text));
            client.allow_save = Some(value);
            if let Some(kind) = odd {
                let offset = self.scan.offset();
                self.warn(kind, "allow_save", offset, "allow_save");
            }
        }
        // The first of each counts that is not empty.
        self.children(|r, tag| {
            match tag.local {
                "OuterIdentity" | "AnonymousIdentity" if client.outer_identity.is_none() => {
                    client.outer_identity = r.optional_text()?;
                }
                "InnerIdentityPrefix" if client.inner_identity_prefix.is_none() => {
                    client.inner_identity_prefix = r.optional_text()?;
                }
                "InnerIdentitySuffix" if client.inner_identity_suffix.is_none() => {
                    let text = r.text()?;
                    let suffix = trimmed(&text);
                    let realm = suffix.strip_prefix('@');
                    if realm.is_some() {
                        r.warn(WarningKind::AtSign, "InnerIdentitySuffix", tag.offset, "InnerIdentitySuffix");
                    }
                    // An empty suffix is a rule of its own: any realm, but a realm.
                    client.inner_identity_suffix = Some(realm.unwrap_or(suffix).to_owned());
                }
                "InnerIdentityHint" if client.inner_identity_hint.is_none() => {
                    client.inner_identity_hint = r.boolean(tag, "InnerIdentityHint")?;
                }
                "UserName" | "Username" if client.user_name.is_none() => {
                    client.user_name = r.optional_text()?;
                }
                "Password" if client.password.is_none() => client.password = r.literal_secret()?,
                "ClientCertificate" if client.client_certificate.is_none() => {
                    client.client_certificate = r.client_certificate(tag)?;
                }
                "IntermediateCACertificate" => {
                    client.intermediate_certificates.extend(r.certificate(tag, "IntermediateCACertificate")?);
                }
                "Passphrase" if client.passphrase.is_none() => client.passphrase = r.literal_secret()?,
                "PAC" if client.pac.is_none() => {
                    let text = r.secret()?;
                    client.pac = Some(Secret::from(trimmed(text.as_str()))).filter(|s| !s.is_empty());
                }
                "ProvisionPAC" if client.provision_pac.is_none() => {
                    client.provision_pac = r.boolean(tag, "ProvisionPAC")?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        keep_first(&mut client.intermediate_certificates);
        Ok(client)
    }
}
