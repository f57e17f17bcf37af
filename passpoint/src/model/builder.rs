//! Putting a model together in code.

use super::{
    CertificateCredential, Eap, HomeOi, HomeSp, Inner, Method, Model, PasswordCredential, Policy, Security,
    SimCredential, SimEap, Ssid, TlsVersion, Update,
};
use crate::profile::Profile;
use crate::report::Report;
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Puts a model together; [`build`](Self::build) checks it.
#[derive(Clone, Debug)]
pub struct Builder {
    model: Model,
}

impl Model {
    /// Begins a model with the profile's id (a reverse-DNS name), the name the user sees and the subscription's realm.
    #[must_use]
    pub fn builder(id: &str, display_name: &str, realm: &str) -> Builder {
        let mut model = Self { version: 1, ..Self::default() };
        model.profile.id = id.to_owned();
        model.profile.display_name = display_name.to_owned();
        model.credential.realm = realm.to_owned();
        Builder { model }
    }
}

impl Builder {
    /// Makes it a Passpoint subscription with this home domain and operator name.
    #[must_use]
    pub fn home(mut self, fqdn: &str, friendly_name: &str) -> Self {
        let home = self.model.home_sp.get_or_insert_with(HomeSp::default);
        home.fqdn = fqdn.to_owned();
        home.friendly_name = friendly_name.to_owned();
        self
    }

    /// Adds a roaming consortium, 6, 8 or 10 hexadecimal digits.
    #[must_use]
    pub fn roaming_consortium(mut self, oi: &str) -> Self {
        self.model.home_sp.get_or_insert_with(HomeSp::default).roaming_consortium_ois.push(oi.to_owned());
        self
    }

    /// Adds an organisation identifier that means "home network".
    #[must_use]
    pub fn home_oi(mut self, oi: &str, required: bool) -> Self {
        let home = self.model.home_sp.get_or_insert_with(HomeSp::default);
        home.home_ois.push(HomeOi { oi: oi.to_owned(), required });
        self
    }

    /// Adds an ordinary 802.1X network.
    #[must_use]
    pub fn ssid(mut self, ssid: &str, hidden: bool) -> Self {
        self.model.ssids.push(Ssid { ssid: ssid.to_owned(), hidden });
        self
    }

    /// Sets user name and password inside EAP-TTLS with the given inner method.
    #[must_use]
    pub fn ttls(self, inner: Inner, username: &str, password: impl Into<Secret>) -> Self {
        self.password(Eap::Ttls, Some(inner), username, password.into())
    }

    /// Sets user name and password inside PEAP (with EAP-MSCHAPv2).
    #[must_use]
    pub fn peap(self, username: &str, password: impl Into<Secret>) -> Self {
        self.password(Eap::Peap, None, username, password.into())
    }

    fn password(mut self, eap: Eap, inner: Option<Inner>, username: &str, password: Secret) -> Self {
        self.model.credential.method = Method::Password(PasswordCredential {
            username: username.to_owned(),
            password,
            eap,
            inner,
            ..PasswordCredential::default()
        });
        self
    }

    /// Sets a client certificate: a PKCS#12 file and the password that opens it.
    #[must_use]
    pub fn certificate(mut self, pkcs12: &[u8], password: impl Into<Secret>) -> Self {
        self.model.credential.method = Method::Certificate(CertificateCredential {
            pkcs12: Secret::new(STANDARD.encode(pkcs12)),
            pkcs12_password: password.into(),
            identity: None,
        });
        self
    }

    /// Sets the card of a mobile operator.
    #[must_use]
    pub fn sim(mut self, eap: SimEap, imsi: &str) -> Self {
        self.model.credential.method = Method::Sim(SimCredential { eap, imsi: imsi.to_owned() });
        self
    }

    /// Sets the identity outside the tunnel.
    #[must_use]
    pub fn outer_identity(mut self, identity: &str) -> Self {
        self.model.credential.outer_identity = Some(identity.to_owned());
        self
    }

    /// Adds a trust anchor, in PEM, and with it the names its servers may have.
    #[must_use]
    pub fn trust(mut self, ca_pem: &str, names: &[&str]) -> Self {
        self.model.server.ca_certs.push(ca_pem.to_owned());
        self.server_names(names)
    }

    /// Accepts the device's public roots for servers of these names.
    #[must_use]
    pub fn trust_system(mut self, names: &[&str]) -> Self {
        self.model.server.use_system_cas = true;
        self.server_names(names)
    }

    fn server_names(mut self, names: &[&str]) -> Self {
        self.model.server.names.extend(names.iter().map(|&n| n.to_owned()));
        self
    }

    /// Sets the lowest version of TLS.
    #[must_use]
    pub fn tls_min(mut self, version: TlsVersion) -> Self {
        self.model.server.tls_min = Some(version);
        self
    }

    /// Sets the protection of the air.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.model.security = security;
        self
    }

    /// Sets when the profile was made and when it ends, each `YYYY-MM-DDThh:mm:ssZ`.
    #[must_use]
    pub fn validity(mut self, created: Option<&str>, expires: Option<&str>) -> Self {
        self.model.validity.created = created.map(str::to_owned);
        self.model.validity.expires = expires.map(str::to_owned);
        self
    }

    /// Sets the version number of the profile.
    #[must_use]
    pub fn update_identifier(mut self, number: u32) -> Self {
        self.model.update_identifier = Some(i64::from(number));
        self
    }

    /// Sets the rules about networks.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.model.policy = Some(policy);
        self
    }

    /// Sets the server that repairs the subscription.
    #[must_use]
    pub fn subscription_update(mut self, update: Update) -> Self {
        self.model.subscription_update = Some(update);
        self
    }

    /// Changes any member of the model.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Model)) -> Self {
        change(&mut self.model);
        self
    }

    /// The model as it stands, unchecked.
    #[must_use]
    pub fn model(self) -> Model {
        self.model
    }

    /// Checks the model.
    ///
    /// # Errors
    /// All findings, when one of them is an error.
    pub fn build(self) -> Result<Profile, Report> {
        Profile::new(self.model)
    }
}
