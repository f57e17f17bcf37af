//! The list of institutions that fit.

use super::{Arguments, clean};
use crate::cli::{say, write_out};
use crate::discover::Session;
use discovery::document::Document;
use discovery::machine::Source;
use discovery::model::{Institution, Site};
use discovery::name::Languages;
use discovery::nearest::{country_first, distance_km, nearest};
use discovery::search::{SearchIndex, server};
use discovery::url::Options;
use serde_json::{Value as Json, json};

/// One line of the list.
struct Line<'d> {
    institution: Institution<'d>,
    tier: Option<u8>,
    km: Option<f64>,
}

/// Prints the institutions; `false` if there are none. `listed`: where the list comes from and whether it is stale.
pub(super) fn print(arguments: &Arguments, session: &Session, listed: Option<(Source, bool)>) -> bool {
    let Some(document) = session.document() else { return false };
    let languages = Languages::new(arguments.languages());
    let lines = lines(arguments, document, &languages);
    let shown = lines.len().min(arguments.limit);
    if arguments.json {
        let institutions: Vec<Json> =
            lines.iter().take(arguments.limit).map(|line| json(line, &languages, arguments)).collect();
        say(format_args!(
            "{:#}",
            json!({
                "url": arguments.url,
                "seq": document.seq(),
                "source": listed.map(|(source, _)| source.to_string()),
                "stale": listed.map(|(_, stale)| stale),
                "found": lines.len(),
                "institutions": institutions,
            })
        ));
        return !lines.is_empty();
    }
    let width = lines.iter().take(shown).map(|line| line.institution.id().chars().count()).max().unwrap_or(0);
    for line in lines.iter().take(shown) {
        write_out(text(line, &languages, width));
    }
    let told = match (shown, lines.len()) {
        (_, 0) => Some(nothing(arguments)),
        (shown, all) if shown < all => {
            Some(format!("{} more; --limit shows more, more letters find fewer", all - shown))
        }
        _ => None,
    };
    if let Some(told) = told.filter(|_| !arguments.quiet) {
        eprintln!("{told}");
    }
    !lines.is_empty()
}

fn nothing(arguments: &Arguments) -> String {
    let search = arguments.search.as_deref().unwrap_or_default();
    match server(search) {
        Some(_) => format!(
            "no institution is called {search:?}; a server of that name is not asked, only institutions of the list"
        ),
        None => format!("no institution is called anything like {search:?}"),
    }
}

fn lines<'d>(arguments: &Arguments, document: &'d Document, languages: &Languages) -> Vec<Line<'d>> {
    let index = SearchIndex::new(document, languages);
    let search = arguments.search.as_deref().unwrap_or_default().trim();
    let here = arguments.near.map(|position| position.0);
    let line = |position: usize, tier: Option<u8>| {
        let institution = document.institution(position)?;
        Some(Line { institution, tier, km: here.and_then(|here| distance(here, institution)) })
    };
    if !search.is_empty() {
        return index
            .search(search)
            .into_iter()
            .filter_map(|hit| line(hit.institution, Some(hit.tier)))
            .collect();
    }
    let order: Vec<usize> = match (here, &arguments.country) {
        (Some(here), _) => nearest(document, &index, here, usize::MAX, None)
            .into_iter()
            .map(|near| near.institution)
            .collect(),
        (None, Some(country)) => country_first(document, &index, country),
        (None, None) => index.by_name().collect(),
    };
    order.into_iter().filter_map(|position| line(position, None)).collect()
}

fn distance(here: Site, institution: Institution<'_>) -> Option<f64> {
    institution.sites().iter().map(|site| distance_km(here, *site)).min_by(f64::total_cmp)
}

fn text(line: &Line<'_>, languages: &Languages, width: usize) -> String {
    let Line { institution, km, .. } = line;
    let mut text = format!("{:width$}  {}", clean(institution.id()), clean(institution.name(languages)));
    let mut notes = Vec::new();
    if !institution.country().is_empty() {
        notes.push(clean(institution.country()));
    }
    if let Some(km) = km {
        notes.push(format!("{km:.0} km"));
    }
    if institution.profiles().len() > 1 {
        notes.push(format!("{} profiles", institution.profiles().len()));
    }
    if !notes.is_empty() {
        text.push_str(&format!("  ({})", notes.join(", ")));
    }
    text.push('\n');
    text
}

fn json(line: &Line<'_>, languages: &Languages, arguments: &Arguments) -> Json {
    let institution = line.institution;
    let options = Options { allow_loopback_http: arguments.allow_loopback_http };
    let profile = |choice: discovery::model::ProfileChoice| {
        json!({
            "id": choice.id,
            "name": choice.name,
            "default": choice.default,
            "flow": choice.decision.flow.as_ref().ok().map(discovery::flow::Flow::name),
            "unavailable": choice.decision.flow.as_ref().err().map(ToString::to_string),
        })
    };
    json!({
        "id": institution.id(),
        "name": institution.name(languages),
        "country": institution.country(),
        "tier": line.tier,
        "km": line.km,
        "profiles": institution.choices_with(languages, options).into_iter().map(profile).collect::<Vec<_>>(),
    })
}
