//! Distances on Earth, and institutions by distance (spec: discovery 10.3).

use crate::document::Document;
use crate::model::Site;
use crate::search::SearchIndex;
use crate::text::trim;

/// Mean radius of the Earth in kilometres.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Great-circle distance in kilometres (haversine).
#[must_use]
pub fn distance_km(a: Site, b: Site) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let h = half(lat_a, lat_b) + lat_a.cos() * lat_b.cos() * half(a.lon.to_radians(), b.lon.to_radians());
    // Rounding may carry it past 1 at opposite places, where the arc sine is not defined.
    2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
}

/// An institution and how far away it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its position in the document.
    pub institution: usize,
    /// Kilometres to its nearest site; `None` without sites.
    pub km: Option<f64>,
}

/// All institutions by the distance of their nearest site, those without sites last, ties by name.
///
/// `max_km` leaves out those that are farther or have no site; `limit` cuts the list.
#[must_use]
pub fn nearest(
    document: &Document,
    index: &SearchIndex,
    here: Site,
    limit: usize,
    max_km: Option<f64>,
) -> Vec<Near> {
    let near = |institution: usize| {
        let sites = document.institution(institution).map(|i| i.sites()).unwrap_or_default();
        let km = sites.iter().map(|site| distance_km(here, *site)).min_by(f64::total_cmp);
        Near { institution, km }
    };
    let within = |near: &Near| max_km.is_none_or(|max| near.km.is_some_and(|km| km <= max));
    let mut all: Vec<Near> = index.by_name().map(near).filter(within).collect();
    // Stable, so that ties stay in the order of names.
    all.sort_by(|a, b| {
        let key = |near: &Near| near.km.unwrap_or(f64::INFINITY);
        key(a).total_cmp(&key(b))
    });
    all.truncate(limit);
    all
}

/// All institutions by name, those of a country first (spec: discovery 10.3). `UK` equals `GB`, `EL` equals `GR`.
#[must_use]
pub fn country_first(document: &Document, index: &SearchIndex, country: &str) -> Vec<usize> {
    let wanted = same_country(trim(country));
    let inside = |institution: &usize| {
        let found = document.institution(*institution).map(|i| same_country(trim(i.country())));
        found.is_some_and(|code| code.eq_ignore_ascii_case(wanted))
    };
    let (mut first, rest): (Vec<usize>, Vec<usize>) = index.by_name().partition(inside);
    first.extend(rest);
    first
}

fn same_country(code: &str) -> &str {
    match code {
        _ if code.eq_ignore_ascii_case("UK") => "GB",
        _ if code.eq_ignore_ascii_case("EL") => "GR",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Languages;

    fn ids(document: &Document, positions: impl IntoIterator<Item = usize>) -> Vec<&str> {
        positions.into_iter().filter_map(|p| document.institution(p)).map(|i| i.id()).collect()
    }

    // spec: discovery 10.3
    #[test]
    fn countries_have_two_spellings() {
        let list = br#"{"version":1,"seq":1,"instances":[
            {"id":"a","name":"A","country":"NL","profiles":[{"id":"p"}]},
            {"id":"c","name":"C","country":"GB","profiles":[{"id":"p"}]},
            {"id":"b","name":"B","country":" UK ","profiles":[{"id":"p"}]},
            {"id":"d","name":"D","country":"EL","profiles":[{"id":"p"}]}]}"#;
        let document = Document::parse(list).unwrap();
        let index = SearchIndex::new(&document, &Languages::default());
        assert_eq!(ids(&document, country_first(&document, &index, "uk")), ["b", "c", "a", "d"]);
        assert_eq!(ids(&document, country_first(&document, &index, "GR")), ["d", "a", "b", "c"]);
        assert_eq!(ids(&document, country_first(&document, &index, "")), ["a", "b", "c", "d"]);
    }
}
