//! A list of institutions for people and for programs.

use super::tree::Tree;
use discovery::document::{DecodeError, Document};
use discovery::model::Institution;
use discovery::name::Languages;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A list that was read.
pub struct List(Document);

impl List {
    /// Reads a list.
    ///
    /// # Errors
    /// Why it is none, and where.
    pub fn read(octets: &[u8]) -> Result<Self, DecodeError> {
        Document::parse(octets).map(Self)
    }

    /// How many profiles ask for each flow, and how many cannot be used, by reason.
    fn flows(&self) -> (BTreeMap<&'static str, usize>, BTreeMap<String, usize>) {
        let (mut usable, mut unusable) = (BTreeMap::new(), BTreeMap::new());
        for profile in self.0.institutions().flat_map(Institution::profiles) {
            match profile.decision().flow {
                Ok(flow) => *usable.entry(flow.name()).or_default() += 1,
                Err(error) => *unusable.entry(error.to_string()).or_default() += 1,
            }
        }
        (usable, unusable)
    }

    /// For people: what the list is like as a whole, and what is odd about it.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let document = &self.0;
        let seq = document.seq().map_or_else(|| "no number".to_owned(), |seq| format!("number {seq}"));
        let profiles: usize = document.institutions().map(|i| i.profiles().len()).sum();
        let mut tree =
            Tree::new(format!("list of institutions, format {}, {seq}", document.format().number()))
                .with(format!("{} institutions, {profiles} profiles", document.len()));
        let (usable, unusable) = self.flows();
        let mut flows = Tree::new("profiles by flow");
        for (flow, count) in usable {
            flows.push(format!("{flow}: {count}"));
        }
        for (reason, count) in unusable {
            flows.push(format!("unusable, {reason}: {count}"));
        }
        tree.push(flows);
        if document.warning_count() > 0 {
            let mut odd = Tree::new(format!("{} deviations, repaired or dropped", document.warning_count()));
            for warning in document.warnings() {
                odd.push(warning.to_string());
            }
            tree.push(odd);
        }
        tree
    }

    /// For programs: everything, the texts as they were cleaned up.
    #[must_use]
    pub fn json(&self) -> Json {
        let document = &self.0;
        let warnings: Vec<String> = document.warnings().iter().map(ToString::to_string).collect();
        json!({
            "format": document.format().number(),
            "seq": document.seq(),
            "institutions": document.institutions().map(institution).collect::<Vec<_>>(),
            "warnings": warnings,
            "warning_count": document.warning_count(),
        })
    }
}

fn institution(institution: Institution<'_>) -> Json {
    let languages = Languages::default();
    let profiles: Vec<Json> = institution
        .profiles()
        .enumerate()
        .map(|(position, profile)| {
            let decision = profile.decision();
            let advice: Vec<String> = decision.advice.iter().map(ToString::to_string).collect();
            json!({
                "id": profile.id(),
                "name": profile.name(&languages),
                "default": institution.default_profile() == Some(position),
                "flow": decision.flow.as_ref().ok().map(discovery::flow::Flow::name),
                "unusable": decision.flow.as_ref().err().map(ToString::to_string),
                "advice": advice,
            })
        })
        .collect();
    json!({
        "id": institution.id(),
        "cat_idp": institution.cat_idp(),
        "names": institution.names().iter().collect::<Vec<_>>(),
        "country": institution.country(),
        "sites": institution.sites(),
        "profiles": profiles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_summed_up_with_what_is_odd() {
        let list = br#"{"version":1,"seq":2023020908,"instances":[{"id":5,"name":"A","profiles":[
            {"id":"p","eapconfig_endpoint":"https://a.example/"},{"id":"q","redirect":"javascript:x"}]}]}"#;
        let list = List::read(list).unwrap();
        let text = list.tree().to_string();
        for part in [
            "format 1, number 2023020908",
            "1 institutions, 2 profiles",
            "direct: 1",
            "bad_url:redirect:bad_scheme: 1",
            "type:id@0",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(list.json()["institutions"][0]["profiles"][0]["flow"], "direct");
    }
}
