//! Functions of discovery.

use super::*;
use crate::discovery::*;

const LIST: &str = r#"{"version":1,"seq":2023020908,"instances":[{"id":"cat_7","cat_idp":7,"country":"FR",
    "name":"Sur","profiles":[{"id":"cat_70","name":"Staff","oauth":false,
    "eapconfig_endpoint":"https://cat.example.org/70"}]}]}"#;

#[test]
fn a_list_lends_its_texts_and_fills_arrays_of_the_callers() {
    // SAFETY: as the header says, which is what these tests are about.
    unsafe {
        let list =
            handle(|place| fonap_discovery_new(LIST.as_ptr(), LIST.len(), text("en"), 2, Some(place), None));
        let institution = got(|place: &mut MaybeUninit<fonap_discovery_institution>| {
            let size = size_of::<fonap_discovery_institution>();
            fonap_discovery_institution_at(list.as_ref(), 0, place.as_mut_ptr(), size)
        });
        assert_eq!(borrowed_text(institution.id), b"cat_7");
        sized(|place, size| fonap_discovery_institution_at(list.as_ref(), 0, place, size));
        let mut places: Box<[usize]> = Box::new([9]);
        let room = places.as_mut_ptr();
        let count = got(|count| fonap_discovery_hits(list.as_ref(), text("sur"), 3, room, 1, Some(count)));
        assert_eq!((count, places[0]), (1, 0));
        assert_eq!(
            fonap_discovery_hits(list.as_ref(), text("sur"), 3, null_mut(), 1, None),
            fonap_result::Null
        );
        let url = filled(|out, n, l| fonap_discovery_profile_url(list.as_ref(), 0, 0, out.cast(), n, l));
        assert_eq!(url, b"https://cat.example.org/70");
        fonap_discovery_free(Some(Box::from_raw(list)));
    }
}

#[test]
fn the_client_lends_its_requests() {
    // SAFETY: as above.
    unsafe {
        let mut config = got(|place: &mut MaybeUninit<fonap_discovery_config>| {
            fonap_discovery_config_init(place.as_mut_ptr(), size_of::<fonap_discovery_config>())
        });
        config.discovery_url = fonap_text::of("https://disco.example/v1.json");
        config.client_id = fonap_text::of("app.example");
        let client = handle(|place| fonap_discovery_client_new(&raw const config, Some(place), None));
        assert_eq!(fonap_discovery_client_start(client.as_mut()), fonap_result::Ok);
        assert_eq!(fonap_discovery_client_cache(client.as_mut(), 0, None), fonap_result::Null);
        let mut wanted = None;
        loop {
            let output = got(|place: &mut MaybeUninit<fonap_discovery_output>| {
                let size = size_of::<fonap_discovery_output>();
                fonap_discovery_client_poll(client.as_mut(), place.as_mut_ptr(), size)
            });
            match output.kind {
                fonap_discovery_out::Wait => break,
                fonap_discovery_out::LoadCache => {
                    let cached = MaybeUninit::<fonap_discovery_cached>::zeroed().assume_init();
                    assert_eq!(
                        fonap_discovery_client_cache(client.as_mut(), 0, Some(&cached)),
                        fonap_result::Ok
                    );
                }
                fonap_discovery_out::Http => {
                    assert_eq!(borrowed_text(output.url), b"https://disco.example/v1.json");
                    let headers = core::slice::from_raw_parts(output.headers, output.header_count);
                    assert!(headers.iter().all(|header| !borrowed_text(header.name).is_empty()));
                    wanted = Some(output.request);
                }
                _ => (),
            }
        }
        let header = fonap_discovery_header {
            name: fonap_text::of("Content-Type"),
            value: fonap_text::of("application/json"),
        };
        let answer = |headers| {
            let (request, body) = (wanted.expect("a request"), LIST.as_bytes());
            fonap_discovery_client_http(
                client.as_mut(),
                1,
                request,
                200,
                headers,
                1,
                body.as_ptr(),
                body.len(),
            )
        };
        assert_eq!(answer(null()), fonap_result::Null);
        assert_eq!(answer(&raw const header), fonap_result::Ok);
        sized(|place, size| fonap_discovery_client_poll(client.as_mut(), place, size));
        fonap_discovery_client_free(Some(Box::from_raw(client)));
    }
}
