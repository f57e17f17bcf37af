//! The operator's model, completed with what is a user's own.

use super::users::Record;
use passpoint::certificate::Certificate;
use passpoint::model::Method;
use passpoint::{Model, Profile, Report, Secret};
use serde_json::{Map, Value};

/// A model without its user.
#[derive(Clone, Debug)]
pub struct Template {
    model: Model,
}

/// Who the profile is for.
pub struct Person<'a> {
    /// The name of the sign-in.
    pub name: &'a str,
    /// The password of the sign-in, if there was one.
    pub password: Option<&'a Secret>,
    /// What the user data holds.
    pub record: &'a Record,
}

impl Template {
    /// Reads a model; `credential` may lack what users bring.
    ///
    /// # Errors
    /// When it is not a model.
    pub fn from_json(text: &[u8]) -> Result<Self, String> {
        let model = Model::from_json(text).map_err(|e| e.to_string())?;
        match &model.credential.method {
            Method::Password(_) | Method::Certificate(_) | Method::Sim(_) => Ok(Self { model }),
            _ => Err("credential.kind: expected password, certificate or sim".to_owned()),
        }
    }

    /// A model made by the program.
    #[must_use]
    pub const fn new(model: Model) -> Self {
        Self { model }
    }

    /// The model as the operator wrote it.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// The profile of one person.
    ///
    /// Members of the record replace those of the model. A user name that is given nowhere is the name of the sign-in,
    /// with the realm behind it if it has none; a password that is given nowhere is that of the sign-in.
    ///
    /// # Errors
    /// What is wrong with the model that results.
    pub fn fill(&self, person: &Person<'_>) -> Result<Profile, FillError> {
        let mut value: Value =
            serde_json::from_str(&self.model.to_json()).map_err(|e| FillError::Record(e.to_string()))?;
        let Some(members) = value.as_object_mut() else {
            return Err(FillError::Record("the model is no object".to_owned()));
        };
        let record = person.record;
        for (name, patch) in [
            ("credential", &*record.credential),
            ("validity", &record.validity),
            ("subscription", &record.subscription),
        ] {
            if !patch.is_empty() {
                let part = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
                if let Some(part) = part.as_object_mut() {
                    part.extend(patch.iter().map(|(name, value)| (name.clone(), value.clone())));
                }
            }
        }
        if let Some(number) = record.update_identifier {
            members.insert("update_identifier".to_owned(), number.into());
        }
        let text = zeroize::Zeroizing::new(value.to_string());
        wipe(&mut value);
        let mut model = Model::from_json(text.as_bytes()).map_err(|e| FillError::Record(e.to_string()))?;
        let realm = model.credential.realm.clone();
        if let Method::Password(credential) = &mut model.credential.method {
            if credential.username.is_empty() {
                credential.username = match person.name.contains('@') {
                    true => person.name.to_owned(),
                    false => format!("{}@{realm}", person.name),
                };
            }
            if let (true, Some(password)) = (credential.password.is_empty(), person.password) {
                credential.password = password.clone();
            }
        }
        Profile::new(model).map_err(FillError::Model)
    }

    /// The profile of somebody who does not exist, to find out what encoders say.
    ///
    /// # Errors
    /// What is wrong with the operator's model.
    pub fn fill_for_test(&self) -> Result<Profile, FillError> {
        let mut record = Record::default();
        match &self.model.credential.method {
            Method::Certificate(c) if c.pkcs12.is_empty() => {
                let (pkcs12, password) = test_identity().map_err(FillError::Record)?;
                record.credential.insert("pkcs12".to_owned(), pkcs12.into());
                record.credential.insert("pkcs12_password".to_owned(), password.into());
            }
            Method::Sim(sim) if sim.imsi.is_empty() => {
                record.credential.insert("imsi".to_owned(), "001010000000000".into());
            }
            _ => {}
        }
        self.fill(&Person { name: "test", password: Some(&"test password".into()), record: &record })
    }
}

/// Why somebody has no profile.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FillError {
    /// A member of the record does not fit into a model. Values are not quoted.
    #[error("the user record: {0}")]
    Record(String),
    /// The model that results has errors.
    #[error("the model has errors:\n{0}")]
    Model(Report),
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => zeroize::Zeroize::zeroize(text),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// A fresh key and certificate in PKCS#12, base64, and its password.
fn test_identity() -> Result<(String, &'static str), String> {
    use base64::Engine as _;
    const PASSWORD: &str = "test";
    let made = rcgen::generate_simple_self_signed(["test.invalid".to_owned()]).map_err(|e| e.to_string())?;
    let leaf = Certificate::from_der(made.cert.der()).map_err(|e| e.to_string())?;
    let identity =
        passpoint::pkcs12::Identity::new(made.signing_key.serialize_der().into(), leaf, Vec::new());
    let file = passpoint::pkcs12::write(&identity, &[], PASSWORD, &mut crate::random::SystemRandom)
        .map_err(|e| e.to_string())?;
    Ok((base64::engine::general_purpose::STANDARD.encode(file.as_slice()), PASSWORD))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        let model = br#"{"version": 1, "profile": {"id": "com.example.wifi", "display_name": "Example"},
            "home_sp": {"fqdn": "example.com", "friendly_name": "Example"},
            "credential": {"kind": "password", "eap": "ttls", "realm": "example.com"},
            "server": {"use_system_cas": true, "names": ["radius.example.com"]}}"#;
        Template::from_json(model).expect("a template")
    }

    fn fill(name: &str, record: &str) -> Result<Model, FillError> {
        let record = Record::from_json(record.as_bytes()).expect("a record");
        let password = Secret::from("typed");
        let person = Person { name, password: Some(&password), record: &record };
        template().fill(&person).map(|profile| profile.model().clone())
    }

    fn credential(model: &Model) -> (String, String) {
        match &model.credential.method {
            Method::Password(p) => (p.username.clone(), p.password.expose().to_owned()),
            _ => panic!("not a password"),
        }
    }

    #[test]
    fn what_the_record_lacks_comes_from_the_sign_in() {
        let model = fill("alice", "{}").expect("a profile");
        assert_eq!(credential(&model), ("alice@example.com".into(), "typed".into()));
        let model = fill("a@b.example.com", "{}").expect("a profile");
        assert_eq!(credential(&model).0, "a@b.example.com");
        let record = r#"{"credential": {"username": "u1@example.com", "password": "own"},
            "validity": {"expires": "2031-01-01T00:00:00Z"}, "update_identifier": 7}"#;
        let model = fill("alice", record).expect("a profile");
        assert_eq!(credential(&model), ("u1@example.com".into(), "own".into()));
        assert_eq!(model.validity.expires.as_deref(), Some("2031-01-01T00:00:00Z"));
        assert_eq!(model.update_identifier, Some(7));
    }

    #[test]
    fn a_record_that_does_not_fit_is_refused_without_its_values() {
        let error = fill("alice", r#"{"credential": {"passwort": "hush"}}"#).expect_err("unknown member");
        assert!(!error.to_string().contains("hush"), "{error}");
        let error = fill("alice", r#"{"validity": {"expires": "soon"}}"#).expect_err("no date");
        assert!(error.to_string().contains("model.date_invalid"), "{error}");
    }

    #[test]
    fn every_kind_of_credential_can_be_tried_out() {
        for (kind, more) in [("certificate", ""), ("sim", r#""eap": "aka","#)] {
            let text = format!(
                r#"{{"version": 1, "profile": {{"id": "com.example.wifi", "display_name": "Example"}},
                "home_sp": {{"fqdn": "example.com", "friendly_name": "Example"}},
                "credential": {{"kind": "{kind}", {more} "realm": "example.com"}},
                "server": {{"use_system_cas": true, "names": ["radius.example.com"]}}}}"#
            );
            let template = Template::from_json(text.as_bytes()).expect("a template");
            template.fill_for_test().unwrap_or_else(|e| panic!("{kind}: {e}"));
        }
        assert!(template().fill_for_test().is_ok());
    }
}
