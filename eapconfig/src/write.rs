//! Writing: model to octets (spec: eapconfig 8).

use crate::certificate::{Certificate, padding};
use crate::credential::{ClientCertificate, ClientSideCredential, Secret, ServerSideCredential};
use crate::date_time::format_date_time;
use crate::localized::LocalizedText;
use crate::method::{AuthenticationMethod, InnerMethod};
use crate::model::{Applicability, EapConfig, Helpdesk, IdentityProvider, ProviderInfo};
use crate::xml::is_char;

/// Why a model cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// There is no provider.
    #[error("there is no provider")]
    NoProvider,
    /// A provider has no method.
    #[error("provider {provider} has no method")]
    NoMethods {
        /// Its index.
        provider: usize,
    },
    /// A provider has no `CredentialApplicability`.
    #[error("provider {provider} has no CredentialApplicability")]
    NoCredentialApplicability {
        /// Its index.
        provider: usize,
    },
    /// A method has no number.
    #[error("a method of provider {provider} has no number")]
    NoEapType {
        /// Index of the provider.
        provider: usize,
    },
    /// A value cannot stand in a document: XML forbids a character of it, a time is outside the years 1 to 9999, or
    /// a client certificate is none.
    #[error("provider {provider}: the value of {element} cannot be written")]
    Value {
        /// Index of the provider.
        provider: usize,
        /// The element or attribute.
        element: &'static str,
    },
    /// A reader would not read the same model back: a text has blanks around it, a number is out of range, an
    /// equal certificate or server name occurs twice, or a limit is exceeded.
    #[error("a value is not in the form that readers understand")]
    NotReadable,
}

/// Writes a document: UTF-8 with XML declaration, elements in the order of the schema, secrets included.
///
/// [`read`](crate::read) gives back an equal model, which is checked here before anything is returned; so a model that
/// would lose something is refused. The text is a secret, for it holds what the credentials hold.
///
/// # Errors
/// [`WriteError`] says what cannot be written.
pub fn write(config: &EapConfig) -> Result<Secret, WriteError> {
    if config.providers.is_empty() {
        return Err(WriteError::NoProvider);
    }
    let mut writer = Writer { out: Secret::default(), provider: 0 };
    writer.document(config)?;
    match crate::read(writer.out.expose().as_bytes()) {
        Ok(parsed) if parsed.config == *config => Ok(writer.out),
        _ => Err(WriteError::NotReadable),
    }
}

type Step = Result<(), WriteError>;

struct Writer {
    out: Secret,
    /// Index of the provider that is being written.
    provider: usize,
}

impl Writer {
    fn document(&mut self, config: &EapConfig) -> Step {
        self.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EAPIdentityProviderList");
        self.put(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
        self.put(" xsi:noNamespaceSchemaLocation=\"eap-metadata.xsd\">");
        for (index, provider) in config.providers.iter().enumerate() {
            self.provider = index;
            self.identity_provider(provider)?;
        }
        self.put("</EAPIdentityProviderList>\n");
        Ok(())
    }

    fn identity_provider(&mut self, provider: &IdentityProvider) -> Step {
        let index = self.provider;
        let applicability = provider
            .applicability
            .as_ref()
            .ok_or(WriteError::NoCredentialApplicability { provider: index })?;
        if provider.methods.is_empty() {
            return Err(WriteError::NoMethods { provider: index });
        }
        self.put("<EAPIdentityProvider");
        self.attribute("ID", provider.id.as_deref())?;
        self.attribute("namespace", provider.namespace.as_deref())?;
        self.attribute("version", provider.version.map(|v| v.to_string()).as_deref())?;
        self.attribute("lang", provider.lang.as_deref())?;
        self.put(">");
        if let Some(until) = provider.valid_until {
            let text = format_date_time(until).ok_or(self.value("ValidUntil"))?;
            self.leaf("ValidUntil", &text)?;
        }
        self.element("AuthenticationMethods", |w| provider.methods.iter().try_for_each(|m| w.method(m)))?;
        self.element("CredentialApplicability", |w| w.applicability(applicability))?;
        if provider.info != ProviderInfo::default() {
            self.element("ProviderInfo", |w| w.info(&provider.info))?;
        }
        self.put("</EAPIdentityProvider>");
        Ok(())
    }

    fn method(&mut self, method: &AuthenticationMethod) -> Step {
        let eap = method.eap.ok_or(WriteError::NoEapType { provider: self.provider })?;
        self.element("AuthenticationMethod", |w| {
            w.method_type("EAPMethod", Some(eap.0))?;
            w.server_side(&method.server)?;
            w.client_side(&method.client)?;
            method.inner.iter().try_for_each(|inner| w.inner_method(inner))
        })
    }

    fn method_type(&mut self, element: &'static str, number: Option<i32>) -> Step {
        let Some(number) = number else { return Ok(()) };
        self.element(element, |w| w.leaf("Type", &number.to_string()))
    }

    fn inner_method(&mut self, method: &InnerMethod) -> Step {
        self.element("InnerAuthenticationMethod", |w| {
            w.method_type("EAPMethod", method.eap.map(|t| t.0))?;
            w.method_type("NonEAPAuthMethod", method.non_eap.map(|t| t.0))?;
            w.server_side(&method.server)?;
            w.client_side(&method.client)
        })
    }

    fn server_side(&mut self, server: &ServerSideCredential) -> Step {
        if *server == ServerSideCredential::default() {
            return Ok(());
        }
        self.element("ServerSideCredential", |w| {
            server.authorities.iter().try_for_each(|c| w.certificate("CA", c))?;
            server.server_ids.iter().try_for_each(|name| w.leaf("ServerID", name))
        })
    }

    fn client_side(&mut self, client: &ClientSideCredential) -> Step {
        if *client == ClientSideCredential::default() {
            return Ok(());
        }
        self.put("<ClientSideCredential");
        self.attribute("allow_save", client.allow_save.map(boolean))?;
        self.put(">");
        self.optional("OuterIdentity", client.outer_identity.as_deref())?;
        self.optional("InnerIdentityPrefix", client.inner_identity_prefix.as_deref())?;
        match client.inner_identity_suffix.as_deref() {
            // A reader takes one off.
            Some(suffix) if suffix.starts_with('@') => {
                self.leaf("InnerIdentitySuffix", &format!("@{suffix}"))?;
            }
            suffix => self.optional("InnerIdentitySuffix", suffix)?,
        }
        self.optional("InnerIdentityHint", client.inner_identity_hint.map(boolean))?;
        self.optional("UserName", client.user_name.as_deref())?;
        self.optional("Password", client.password.as_ref().map(|s| s.expose()))?;
        match &client.client_certificate {
            None => {}
            Some(ClientCertificate::Pkcs12(octets)) => {
                let text = octets.to_base64();
                self.put("<ClientCertificate format=\"PKCS12\" encoding=\"base64\">");
                self.put(text.expose());
                self.put("</ClientCertificate>");
            }
            Some(ClientCertificate::Unusable) => return Err(self.value("ClientCertificate")),
        }
        client
            .intermediate_certificates
            .iter()
            .try_for_each(|c| self.certificate("IntermediateCACertificate", c))?;
        self.optional("Passphrase", client.passphrase.as_ref().map(|s| s.expose()))?;
        self.optional("PAC", client.pac.as_ref().map(|s| s.expose()))?;
        self.optional("ProvisionPAC", client.provision_pac.map(boolean))?;
        self.put("</ClientSideCredential>");
        Ok(())
    }

    fn certificate(&mut self, element: &'static str, certificate: &Certificate) -> Step {
        self.put("<");
        self.put(element);
        self.put(" format=\"X.509\" encoding=\"base64\">");
        self.put(&certificate.to_base64());
        self.close(element);
        Ok(())
    }

    fn applicability(&mut self, applicability: &Applicability) -> Step {
        for network in &applicability.networks {
            self.element("IEEE80211", |w| {
                w.optional("SSID", network.ssid.as_deref())?;
                w.optional("ConsortiumOID", network.consortium_oid.as_ref().map(|o| o.as_str()))?;
                // A consortium on its own is written without, as its publishers do; it means the same.
                w.optional("MinRSNProto", network.ssid.as_ref().map(|_| network.min_rsn.name()))
            })?;
        }
        for wired in &applicability.wired {
            self.element("IEEE8023", |w| w.optional("NetworkID", wired.network_id.as_deref()))?;
        }
        Ok(())
    }

    fn info(&mut self, info: &ProviderInfo) -> Step {
        self.texts("DisplayName", &info.display_names)?;
        self.texts("Description", &info.descriptions)?;
        for location in &info.locations {
            self.element("ProviderLocation", |w| {
                w.leaf("Longitude", &location.longitude.to_string())?;
                w.leaf("Latitude", &location.latitude.to_string())
            })?;
        }
        if let Some(logo) = &info.logo {
            self.put("<ProviderLogo");
            self.attribute("mime", logo.mime.as_deref())?;
            self.put(" encoding=\"base64\">");
            self.put(logo.base64());
            self.put(padding(logo.base64()));
            self.close("ProviderLogo");
        }
        self.texts("TermsOfUse", &info.terms_of_use)?;
        if info.helpdesk != Helpdesk::default() {
            self.element("Helpdesk", |w| {
                w.texts("EmailAddress", &info.helpdesk.email_addresses)?;
                w.texts("WebAddress", &info.helpdesk.web_addresses)?;
                w.texts("Phone", &info.helpdesk.phones)
            })?;
        }
        Ok(())
    }

    fn texts(&mut self, element: &'static str, texts: &[LocalizedText]) -> Step {
        texts.iter().try_for_each(|text| {
            self.put("<");
            self.put(element);
            self.attribute("lang", text.lang.as_deref())?;
            self.put(">");
            self.escaped(&text.text, element)?;
            self.close(element);
            Ok(())
        })
    }

    fn element(&mut self, name: &'static str, content: impl FnOnce(&mut Self) -> Step) -> Step {
        self.put("<");
        self.put(name);
        self.put(">");
        content(self)?;
        self.close(name);
        Ok(())
    }

    fn leaf(&mut self, name: &'static str, text: &str) -> Step {
        self.element(name, |w| w.escaped(text, name))
    }

    fn optional(&mut self, name: &'static str, text: Option<&str>) -> Step {
        text.map_or(Ok(()), |text| self.leaf(name, text))
    }

    fn attribute(&mut self, name: &'static str, value: Option<&str>) -> Step {
        let Some(value) = value else { return Ok(()) };
        self.put(" ");
        self.put(name);
        self.put("=\"");
        self.escaped(value, name)?;
        self.put("\"");
        Ok(())
    }

    fn close(&mut self, name: &str) {
        self.put("</");
        self.put(name);
        self.put(">");
    }

    /// Text or the value of an attribute. What a reader would normalise is written as a reference.
    fn escaped(&mut self, text: &str, element: &'static str) -> Step {
        let in_attribute = self.out.expose().ends_with("=\"");
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| !is_plain(*c, in_attribute)) {
            let (before, from) = rest.split_at(at);
            self.put(before);
            self.put(match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\t' => "&#9;",
                '\n' => "&#10;",
                '\r' => "&#13;",
                _ => return Err(self.value(element)),
            });
            rest = from.get(c.len_utf8()..).unwrap_or_default();
        }
        self.put(rest);
        Ok(())
    }

    fn put(&mut self, piece: &str) {
        self.out.push_str(piece);
    }

    fn value(&self, element: &'static str) -> WriteError {
        WriteError::Value { provider: self.provider, element }
    }
}

const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn is_plain(c: char, in_attribute: bool) -> bool {
    match c {
        '&' | '<' | '>' | '\r' => false,
        '"' | '\t' | '\n' => !in_attribute,
        _ => is_char(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EapType, Network};

    fn model() -> EapConfig {
        let method = AuthenticationMethod { eap: Some(EapType::PWD), ..AuthenticationMethod::default() };
        let network = Network { ssid: Some("net".into()), ..Network::default() };
        EapConfig {
            providers: vec![IdentityProvider {
                id: Some("a\"&<b>\n".into()),
                methods: vec![method],
                applicability: Some(Applicability { networks: vec![network], wired: vec![] }),
                ..IdentityProvider::default()
            }],
        }
    }

    // spec: eapconfig 8
    #[test]
    fn a_small_model_becomes_a_small_document() {
        let text = write(&model()).unwrap();
        let want = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <EAPIdentityProviderList xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
            xsi:noNamespaceSchemaLocation=\"eap-metadata.xsd\">\
            <EAPIdentityProvider ID=\"a&quot;&amp;&lt;b&gt;&#10;\">\
            <AuthenticationMethods><AuthenticationMethod><EAPMethod><Type>52</Type></EAPMethod></AuthenticationMethod>\
            </AuthenticationMethods><CredentialApplicability><IEEE80211><SSID>net</SSID><MinRSNProto>CCMP</MinRSNProto>\
            </IEEE80211></CredentialApplicability></EAPIdentityProvider></EAPIdentityProviderList>\n";
        assert_eq!(text.expose(), want);
    }

    // spec: eapconfig 8
    #[test]
    fn incomplete_models_are_refused() {
        assert_eq!(write(&EapConfig::default()), Err(WriteError::NoProvider));
        let changed = |change: fn(&mut IdentityProvider)| {
            let mut config = model();
            change(&mut config.providers[0]);
            write(&config).map(|_| ())
        };
        assert_eq!(changed(|p| p.methods.clear()), Err(WriteError::NoMethods { provider: 0 }));
        assert_eq!(
            changed(|p| p.applicability = None),
            Err(WriteError::NoCredentialApplicability { provider: 0 })
        );
        assert_eq!(changed(|p| p.methods[0].eap = None), Err(WriteError::NoEapType { provider: 0 }));
        let value = |element| Err(WriteError::Value { provider: 0, element });
        assert_eq!(changed(|p| p.id = Some("a\u{0}".into())), value("ID"));
        assert_eq!(
            changed(|p| p.methods[0].client.password = Some(Secret::from("\u{FFFE}"))),
            value("Password")
        );
        assert_eq!(changed(|p| p.valid_until = Some(i64::MAX)), value("ValidUntil"));
        let unusable = |p: &mut IdentityProvider| {
            p.methods[0].client.client_certificate = Some(ClientCertificate::Unusable);
        };
        assert_eq!(changed(unusable), value("ClientCertificate"));
    }

    #[test]
    fn what_would_not_read_back_is_refused() {
        let changed = |change: fn(&mut IdentityProvider)| {
            let mut config = model();
            change(&mut config.providers[0]);
            write(&config).map(|_| ())
        };
        assert_eq!(
            changed(|p| p.methods[0].client.user_name = Some(" u".into())),
            Err(WriteError::NotReadable)
        );
        assert_eq!(changed(|p| p.methods[0].client.password = Some(" \r\n".into())), Ok(()));
        assert_eq!(changed(|p| p.methods[0].client.inner_identity_suffix = Some("@x".into())), Ok(()));
        assert_eq!(
            changed(|p| p.methods[0].server.server_ids = vec!["A".into()]),
            Err(WriteError::NotReadable)
        );
    }
}
