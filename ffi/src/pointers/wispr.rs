//! Functions of WISPr, the smart client and the gateway.

use super::*;
use crate::wispr::*;

#[test]
fn messages_are_written_and_read_in_place() {
    let field = |field, number| fonap_wispr_field {
        field,
        number,
        text: fonap_text::of("http://10.1.0.1/logoff"),
        octets: fonap_octets::NONE,
    };
    let fields = [field(FONAP_WISPR_FIELD_RESPONSE_CODE, 50), field(FONAP_WISPR_FIELD_LOGOFF_URL, 0)];
    // SAFETY: as the header says, which is what these tests are about.
    unsafe {
        let page = filled(|out, n, l| {
            fonap_wispr_write(FONAP_WISPR_AUTHENTICATION_REPLY, fields.as_ptr(), 2, 0, out.cast(), n, l)
        });
        assert_eq!(fonap_wispr_write(120, null(), 2, 0, null_mut(), 0, None), fonap_result::Null);
        let document = handle(|place| fonap_wispr_document_new(page.as_ptr(), page.len(), Some(place)));
        // The document keeps nothing of the page.
        drop(page);
        let url = FONAP_WISPR_FIELD_LOGOFF_URL;
        sized(|place, size| fonap_wispr_document_field(document.as_ref(), 0, url, 0, place, size));
        let found = got(|place: &mut MaybeUninit<fonap_wispr_field>| {
            let size = size_of::<fonap_wispr_field>();
            fonap_wispr_document_field(document.as_ref(), 0, url, 0, place.as_mut_ptr(), size)
        });
        assert_eq!(borrowed_text(found.text), b"http://10.1.0.1/logoff");
        filled(|out, n, l| fonap_wispr_document_quirks(document.as_ref(), out.cast(), n, l));
        fonap_wispr_document_free(Some(Box::from_raw(document)));
    }
}

#[test]
fn the_smart_client_lends_its_requests_and_outcomes() {
    let page = b"<!-- <WISPAccessGatewayParam><Redirect><ResponseCode>0</ResponseCode><LoginURL>http://p/\
                </LoginURL></Redirect></WISPAccessGatewayParam> -->";
    // SAFETY: as above.
    unsafe {
        let mut config = got(|place: &mut MaybeUninit<fonap_wispr_client_config>| {
            fonap_wispr_client_config_init(place.as_mut_ptr(), size_of::<fonap_wispr_client_config>())
        });
        config.probe_url = fonap_text::of("http://probe.example/");
        config.username = fonap_text::of("joe");
        config.password = fonap_text::of("pass");
        let client = handle(|place| fonap_wispr_client_new(&raw const config, 0, Some(place), None));
        assert_eq!(fonap_wispr_client_connect(client.as_mut(), 0), fonap_result::Ok);
        let mut done = false;
        while !done {
            let output = got(|place: &mut MaybeUninit<fonap_wispr_output>| {
                let size = size_of::<fonap_wispr_output>();
                fonap_wispr_client_poll(client.as_mut(), place.as_mut_ptr(), size)
            });
            match output.kind {
                fonap_wispr_out::Request => {
                    assert!(!borrowed_text(output.url).is_empty());
                    let page: Box<[u8]> = page[..].into();
                    assert_eq!(
                        fonap_wispr_client_response(
                            client.as_mut(),
                            1,
                            output.request,
                            200,
                            null(),
                            0,
                            page.as_ptr(),
                            page.len()
                        ),
                        fonap_result::Ok
                    );
                }
                fonap_wispr_out::Done => {
                    assert_eq!(borrowed_text(output.failure), b"insecure_login_url");
                    done = true;
                }
                _ => (),
            }
        }
        sized(|place, size| fonap_wispr_client_poll(client.as_mut(), place, size));
        fonap_wispr_client_free(Some(Box::from_raw(client)));
    }
}

#[test]
fn the_gateway_lends_its_answers_and_gives_its_requests_away() {
    let ip = [10, 1, 0, 2];
    // SAFETY: as above.
    unsafe {
        let mut config = got(|place: &mut MaybeUninit<fonap_gateway_config>| {
            fonap_gateway_config_init(place.as_mut_ptr(), size_of::<fonap_gateway_config>())
        });
        config.uamserver = fonap_text::of("https://portal.example/");
        config.uamlisten = [10, 1, 0, 1];
        let gateway =
            handle(|place| fonap_gateway_new(&raw const config, Some(&RANDOM), 0, 0, Some(place), None));
        let lease = |mac| fonap_gateway_lease(gateway.as_mut(), 0, 0, ip.as_ptr(), mac, 0);
        assert_eq!(lease(null()), fonap_result::Null);
        assert_eq!(lease([6; 6].as_ptr()), fonap_result::Ok);
        let challenge = "07".repeat(16);
        let hidden = filled(|out, n, l| {
            let challenge = [7; 16];
            fonap_uam_obfuscate(challenge.as_ptr(), null(), 0, b"pass".as_ptr(), 4, out.cast(), n, l)
        });
        let password = core::str::from_utf8(&hidden).expect("digits");
        let heads = [
            String::from("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"),
            alloc::format!("GET /logon?username=joe&password={password} HTTP/1.1\r\n\r\n"),
        ];
        let (mut answers, mut asked) = (Vec::new(), false);
        for (id, head) in heads.iter().enumerate() {
            let (id, head) = (id as u64, head.as_bytes());
            let request =
                fonap_gateway_request(gateway.as_mut(), 1, 1, id, ip.as_ptr(), 0, head.as_ptr(), head.len());
            assert_eq!(request, fonap_result::Ok);
            loop {
                let output = got(|place: &mut MaybeUninit<fonap_gateway_output>| {
                    let size = size_of::<fonap_gateway_output>();
                    fonap_gateway_poll(gateway.as_mut(), place.as_mut_ptr(), size)
                });
                match output.kind {
                    fonap_gateway_out::Wait => break,
                    fonap_gateway_out::Respond => answers.push(borrowed(output.response)),
                    fonap_gateway_out::Authenticate => {
                        asked = true;
                        assert_eq!(borrowed(output.password), b"pass");
                        crate::radius::fonap_radius_request_free(Some(Box::from_raw(output.request)));
                        assert_eq!(
                            fonap_gateway_login_timeout(gateway.as_mut(), 2, 2, output.id),
                            fonap_result::Ok
                        );
                    }
                    _ => (),
                }
            }
        }
        let first = String::from_utf8_lossy(&answers[0]).into_owned();
        assert!(first.contains(&challenge) && asked && answers.len() == 2);
        sized(|place, size| fonap_gateway_find(gateway.as_mut(), ip.as_ptr(), place, size));
        sized(|place, size| fonap_gateway_client_at(gateway.as_mut(), 0, place, size));
        fonap_gateway_free(Some(Box::from_raw(gateway)));
    }
}

#[test]
fn answers_are_made_of_what_a_structure_points_to() {
    // SAFETY: as above.
    unsafe {
        let mut config = got(|place: &mut MaybeUninit<fonap_gateway_config>| {
            fonap_gateway_config_init(place.as_mut_ptr(), size_of::<fonap_gateway_config>())
        });
        config.uamserver = fonap_text::of("https://portal.example/");
        let mut answer = got(|place: &mut MaybeUninit<fonap_uam_answer>| {
            fonap_uam_answer_init(place.as_mut_ptr(), size_of::<fonap_uam_answer>())
        });
        let (challenge, mac, id) = ([1_u8; 16], [2_u8; 6], *b"0123456789abcdef");
        answer.challenge = challenge.as_ptr();
        answer.mac = mac.as_ptr();
        answer.session_id = id.as_ptr();
        answer.userurl = fonap_octets::of(b"http://example.com/");
        let (config, answer) = (&raw const config, &raw const answer);
        let location = filled(|out, n, l| fonap_uam_location(config, answer, null(), 0, out.cast(), n, l));
        assert!(location.starts_with(b"https://portal.example/?res=notyet"));
        filled(|out, n, l| fonap_uam_response(config, answer, out, n, l));
        filled(|out, n, l| fonap_uam_json(config, answer, out, n, l));
    }
}
