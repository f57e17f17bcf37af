//! An EAP configuration for people and for programs, with all that is wrong with it. Secrets are not shown.

use super::tree::Tree;
use eapconfig::{
    AuthenticationMethod, Client, IdentityProvider, MethodVerdict, Parsed, Problem, ReadError, Severity,
    Verdict, format_date_time, judge, lint, read,
};
use serde_json::{Value as Json, json};

/// A document that was read, as far as possible, and judged.
pub struct Linted {
    parsed: Result<(Parsed, Verdict), ReadError>,
    problems: Vec<Problem>,
}

impl Linted {
    /// Reads and judges a document. `now`: seconds since 1970.
    #[must_use]
    pub fn read(octets: &[u8], now: i64) -> Self {
        let client = Client::new(now);
        let parsed = read(octets).map(|parsed| {
            let verdict = judge(&parsed.config, &client);
            (parsed, verdict)
        });
        Self { parsed, problems: lint(octets, &client) }
    }

    /// Whether a client can use it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.parsed.as_ref().is_ok_and(|(_, verdict)| verdict.reason().is_none())
    }

    fn reason(&self) -> Option<String> {
        match &self.parsed {
            Ok((_, verdict)) => verdict.reason().map(|reason| format!("{reason} ({})", reason.code())),
            Err(error) => Some(format!("{error} ({})", error.kind.code())),
        }
    }

    /// For people.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new(match self.reason() {
            None => "EAP configuration, usable".to_owned(),
            Some(reason) => format!("EAP configuration that no client can use: {reason}"),
        });
        if let Ok((parsed, verdict)) = &self.parsed {
            let choice = verdict.choice();
            for (at, (entry, judged)) in parsed.config.providers.iter().zip(&verdict.providers).enumerate() {
                let chosen = choice.filter(|(provider, _)| *provider == at).map(|(_, method)| method);
                let mut node = provider(entry);
                for (at, (method, judged)) in entry.methods.iter().zip(&judged.methods).enumerate() {
                    node.push(method_tree(method, judged, chosen == Some(at)));
                }
                if let Some(reason) = judged.refused {
                    node.push(format!("REFUSED: {reason} ({})", reason.code()));
                }
                tree.push(node);
            }
        }
        if !self.problems.is_empty() {
            let mut problems = Tree::new(match self.problems.len() {
                1 => "1 problem, with line and column".to_owned(),
                count => format!("{count} problems, by line and column"),
            });
            for problem in &self.problems {
                problems.push(problem.to_string());
            }
            tree.push(problems);
        }
        tree
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Json {
        let problem = |p: &Problem| {
            let severity = match p.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            json!({
                "severity": severity,
                "code": p.code,
                "message": p.message,
                "line": p.place.line,
                "column": p.place.column,
                "offset": p.place.offset,
                "path": p.path,
            })
        };
        let verdict = self.parsed.as_ref().ok();
        let choice = verdict.and_then(|(_, verdict)| verdict.choice());
        let providers = verdict.map(|(parsed, verdict)| {
            let both = parsed.config.providers.iter().zip(&verdict.providers);
            both.map(|(provider, judged)| {
                json!({
                    "id": provider.id,
                    "valid_until": provider.valid_until,
                    "ssids": provider.networks().iter().filter_map(|n| n.ssid.as_deref()).collect::<Vec<_>>(),
                    "consortium_oids":
                        provider.networks().iter().filter_map(|n| Some(n.consortium_oid.as_ref()?.as_str())).collect::<Vec<_>>(),
                    "wired": provider.is_wired(),
                    "refused": judged.refused.map(|r| r.code()),
                    "methods": provider.methods.iter().zip(&judged.methods).map(|(m, v)| method_json(m, v)).collect::<Vec<_>>(),
                })
            })
            .collect::<Vec<_>>()
        });
        json!({
            "usable": self.is_usable(),
            "reason": self.reason(),
            "provider": choice.map(|(provider, _)| provider),
            "method": choice.map(|(_, method)| method),
            "providers": providers,
            "problems": self.problems.iter().map(problem).collect::<Vec<_>>(),
        })
    }
}

fn provider(entry: &IdentityProvider) -> Tree {
    let mut tree = Tree::new(format!("provider {}", entry.id.as_deref().unwrap_or("without ID")));
    if let Some(name) = entry.text::<&str>(&entry.info.display_names, &[]) {
        tree.push(format!("called {name}"));
    }
    if let Some(until) = entry.valid_until.and_then(format_date_time) {
        tree.push(format!("valid until {until}"));
    }
    for network in entry.networks() {
        if let Some(ssid) = &network.ssid {
            tree.push(format!("network {ssid}"));
        }
        if let Some(oid) = &network.consortium_oid {
            tree.push(format!("roaming consortium {}", oid.as_str()));
        }
    }
    if entry.is_wired() {
        tree.push("wired networks");
    }
    if !entry.info.terms_of_use.is_empty() {
        tree.push("has terms of use");
    }
    tree
}

fn name(method: &AuthenticationMethod) -> String {
    let outer = match method.eap {
        Some(eap) => eap.name().map_or_else(|| format!("EAP type {}", eap.0), str::to_owned),
        None => "a method without a number".to_owned(),
    };
    match method.inner() {
        Some(inner) => format!("{outer} with {}", inner.name()),
        None => outer,
    }
}

fn method_tree(method: &AuthenticationMethod, judged: &MethodVerdict, chosen: bool) -> Tree {
    let mut tree = Tree::new(format!("{}{}", name(method), if chosen { " (the one to use)" } else { "" }));
    if !method.server.server_ids.is_empty() {
        tree.push(format!("servers: {}", method.server.server_ids.join(", ")));
    }
    tree.push(format!("{} certificates of authorities", method.server.authorities.len()));
    let credential = method.credential();
    for (what, value) in [
        ("outer identity", credential.outer_identity()),
        ("realm", credential.inner_identity_suffix()),
        ("user name", credential.user_name()),
    ] {
        if let Some(value) = value {
            tree.push(format!("{what}: {value}"));
        }
    }
    for (what, there) in [
        ("password", credential.password().is_some()),
        ("client certificate", credential.client_certificate().is_some()),
        ("passphrase", credential.passphrase().is_some()),
    ] {
        if there {
            tree.push(format!("has a {what}, not shown"));
        }
    }
    for need in &judged.needs {
        tree.push(format!("needs {} from the user", need.code()));
    }
    if let Some(reason) = judged.refused {
        tree.push(format!("REFUSED: {reason} ({})", reason.code()));
    }
    tree
}

fn method_json(method: &AuthenticationMethod, judged: &MethodVerdict) -> Json {
    let credential = method.credential();
    json!({
        "eap": method.eap.map(|eap| eap.0),
        "name": name(method),
        "server_ids": method.server.server_ids,
        "authorities": method.server.authorities.len(),
        "outer_identity": credential.outer_identity(),
        "has_password": credential.password().is_some(),
        "has_client_certificate": credential.client_certificate().is_some(),
        "refused": judged.refused.map(|r| r.code()),
        "needs": judged.needs.iter().map(|n| n.code()).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_has_its_place_and_no_secret_is_shown() {
        let document = b"<EAPIdentityProviderList>\n<EAPIdentityProvider ID=\"example.org\"><AuthenticationMethods>\
            <AuthenticationMethod><EAPMethod><Type>52</Type></EAPMethod>\n<ClientSideCredential allow_save=\"yes\">\
            <UserName>u</UserName><Password>hunter2</Password></ClientSideCredential></AuthenticationMethod>\
            </AuthenticationMethods><CredentialApplicability><IEEE80211><SSID>eduroam</SSID></IEEE80211>\
            </CredentialApplicability></EAPIdentityProvider></EAPIdentityProviderList>";
        let linted = Linted::read(document, 0);
        assert!(linted.is_usable());
        let (text, json) = (linted.tree().to_string(), linted.json());
        assert!(text.contains("EAP-pwd (the one to use)") && text.contains("3:"), "{text}");
        assert!(!text.contains("hunter2") && !json.to_string().contains("hunter2"));
        let problems = json["problems"].as_array().expect("a list");
        let problem =
            problems.iter().find(|problem| problem["code"] == "value:allow_save").expect("this one");
        assert_eq!(problem["line"], 3);
        let broken = Linted::read(b"<a>\n<b></a>", 0);
        assert!(!broken.is_usable());
        assert_eq!(broken.json()["problems"][0]["line"], 2);
    }
}
