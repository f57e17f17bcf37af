//! What functions do with pointers of C, tried from Rust so that Miri can look: allocations of just the size that the
//! function was told, NULL where it may come, structures of other sizes, and what was borrowed is still there.

use crate::{fonap_octets, fonap_random, fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};

unsafe extern "C" fn sevens(_: *mut c_void, out: *mut u8, length: usize) {
    // SAFETY: the library asks for as many octets as there are.
    unsafe { out.write_bytes(7, length) }
}

const RANDOM: fonap_random = fonap_random { fill: Some(sevens), context: null_mut() };

fn text(from: &str) -> *const c_char {
    from.as_ptr().cast()
}

type Length<'a> = Option<&'a mut MaybeUninit<usize>>;

/// Asks for the length, offers one octet too few, then an allocation of just that length; gives what was written.
fn filled(call: impl Fn(*mut u8, usize, Length<'_>) -> fonap_result) -> Vec<u8> {
    let mut length = MaybeUninit::new(usize::MAX);
    let asked = call(null_mut(), 0, Some(&mut length));
    // SAFETY: initialised above.
    let needed = unsafe { length.assume_init() };
    if needed > 0 {
        assert_eq!(asked, fonap_result::BufferTooSmall);
        let mut short: Box<[u8]> = core::iter::repeat_n(0xa5, needed - 1).collect();
        assert_eq!(call(short.as_mut_ptr(), needed - 1, Some(&mut length)), fonap_result::BufferTooSmall);
        assert!(short.iter().all(|octet| *octet == 0xa5));
        assert_eq!(call(null_mut(), needed, Some(&mut length)), fonap_result::Null);
    }
    let mut room: Box<[u8]> = core::iter::repeat_n(0xa5, needed).collect();
    assert_eq!(call(room.as_mut_ptr(), needed, Some(&mut length)), fonap_result::Ok);
    assert_eq!(call(room.as_mut_ptr(), needed, None), fonap_result::Null);
    room.into_vec()
}

/// Has a structure filled that has room for fewer octets, just enough, and more.
fn sized<T: Copy>(call: impl Fn(*mut T, usize) -> fonap_result) {
    assert_eq!(call(null_mut(), 0), fonap_result::Null);
    for size in [0, 1, size_of::<T>() / 2, size_of::<T>(), size_of::<T>() + 24] {
        // As many octets as are promised, and aligned as the structure is.
        let count = size.div_ceil(size_of::<u64>());
        let mut room: Box<[u64]> = core::iter::repeat_n(u64::MAX, count).collect();
        assert_eq!(call(room.as_mut_ptr().cast(), size), fonap_result::Ok);
    }
}

fn handle<T>(make: impl FnOnce(&mut MaybeUninit<*mut T>) -> fonap_result) -> *mut T {
    let mut place = MaybeUninit::new(null_mut());
    assert_eq!(make(&mut place), fonap_result::Ok);
    // SAFETY: initialised above.
    let made = unsafe { place.assume_init() };
    assert!(!made.is_null());
    made
}

/// What a function puts behind a pointer.
fn got<T>(call: impl FnOnce(&mut MaybeUninit<T>) -> fonap_result) -> T {
    let mut place = MaybeUninit::uninit();
    assert_eq!(call(&mut place), fonap_result::Ok);
    // SAFETY: written with success.
    unsafe { place.assume_init() }
}

/// The octets that a result borrows.
fn borrowed(from: fonap_octets) -> Vec<u8> {
    if from.length == 0 {
        return Vec::new();
    }
    // SAFETY: the library says so.
    unsafe { core::slice::from_raw_parts(from.data, from.length) }.to_vec()
}

fn borrowed_text(from: fonap_text) -> Vec<u8> {
    borrowed(fonap_octets { data: from.data.cast(), length: from.length })
}

#[cfg(feature = "heartbeat")]
mod heartbeat {
    use super::*;
    use crate::heartbeat::*;

    // SAFETY, throughout: what is passed is as the header says, which is what these tests are about.

    #[test]
    fn texts_and_datagrams_stay_within_their_buffers() {
        let key = [7_u8; 32];
        // SAFETY: see above.
        unsafe {
            let encoded =
                filled(|out, n, l| fonap_heartbeat_base32_encode(key.as_ptr(), 32, out.cast(), n, l));
            let back = filled(|out, n, l| {
                fonap_heartbeat_base32_decode(encoded.as_ptr().cast(), encoded.len(), out, n, l)
            });
            assert_eq!(back[..32], key);
            assert_eq!(fonap_heartbeat_base32_encode(null(), 1, null_mut(), 0, None), fonap_result::Null);
            let query = got(|place: &mut MaybeUninit<fonap_heartbeat_query>| {
                *place = MaybeUninit::zeroed();
                fonap_result::Ok
            });
            let mut wire = [0; 39];
            assert_eq!(
                fonap_heartbeat_query_seal(Some(&query), key.as_ptr(), wire.as_mut_ptr()),
                fonap_result::Ok
            );
            let mut label = [0_u8; 63];
            assert_eq!(
                fonap_heartbeat_query_label(wire.as_ptr(), label.as_mut_ptr().cast()),
                fonap_result::Ok
            );
            let opened = got(|place| fonap_heartbeat_query_open(wire.as_ptr(), key.as_ptr(), Some(place)));
            assert_eq!(opened.trid, 0);
            let name = "status.example";
            let datagram =
                filled(|out, n, l| fonap_heartbeat_dns_query(1, text(name), name.len(), 16, out, n, l));
            let mut nop = [0_u8; 26];
            assert_eq!(
                fonap_heartbeat_nop_text(9, 2, key.as_ptr(), nop.as_mut_ptr().cast()),
                fonap_result::Ok
            );
            let answer = got(|place| {
                fonap_heartbeat_answer_open(nop.as_ptr().cast(), 26, key.as_ptr(), None, 9, 0, Some(place))
            });
            assert_eq!(answer.trid, 9);
            let response = filled(|out, n, l| {
                let (nop, length) = (nop.as_ptr().cast(), nop.len());
                fonap_heartbeat_response_write(datagram.as_ptr(), datagram.len(), 0, nop, length, out, n, l)
            });
            let judged = filled(|out, n, l| {
                let (from, length) = (response.as_ptr(), response.len());
                fonap_heartbeat_response_judge(1, text(name), name.len(), from, length, 0, out.cast(), n, l)
            });
            assert_eq!(judged, nop);
            // Cut anywhere, in an allocation that ends there.
            for end in 0..response.len() {
                let cut: Box<[u8]> = response[..end].into();
                let mut length = MaybeUninit::uninit();
                let mut room = [0_u8; 512];
                let room = room.as_mut_ptr().cast();
                let result = fonap_heartbeat_response_judge(
                    1,
                    text(name),
                    name.len(),
                    cut.as_ptr(),
                    end,
                    0,
                    room,
                    512,
                    Some(&mut length),
                );
                assert_ne!(result, fonap_result::Ok);
            }
        }
    }

    #[test]
    fn the_machine_lives_from_new_to_free() {
        // SAFETY: see above.
        unsafe {
            let mut settings = got(|place: &mut MaybeUninit<fonap_heartbeat_settings>| {
                fonap_heartbeat_settings_init(place.as_mut_ptr(), size_of::<fonap_heartbeat_settings>())
            });
            let server = fonap_heartbeat_server { host: fonap_text::of("192.0.2.1"), port: 0 };
            settings.servers = &raw const server;
            settings.server_count = 1;
            settings.flags = FONAP_HEARTBEAT_START_DELAY;
            assert_eq!(
                fonap_heartbeat_new(&raw const settings, Some(&RANDOM), 0, None, None),
                fonap_result::Null
            );
            let machine =
                handle(|place| fonap_heartbeat_new(&raw const settings, Some(&RANDOM), 0, Some(place), None));
            assert_eq!(fonap_heartbeat_tick(machine.as_mut(), 0), fonap_result::Ok);
            let mut sent = Vec::new();
            loop {
                let output = got(|place: &mut MaybeUninit<fonap_heartbeat_output>| {
                    let size = size_of::<fonap_heartbeat_output>();
                    fonap_heartbeat_poll(machine.as_mut(), place.as_mut_ptr(), size)
                });
                match output.kind {
                    fonap_heartbeat_out::Wait => break,
                    fonap_heartbeat_out::Transmit => sent = borrowed(output.payload),
                    fonap_heartbeat_out::Query => {
                        assert!(!output.query.is_null() && (*output.query).retries == 0);
                    }
                    _ => (),
                }
            }
            assert_eq!(sent.len(), 92);
            sized(|place, size| fonap_heartbeat_poll(machine.as_mut(), place, size));
            let name = core::ffi::CStr::from_ptr(fonap_heartbeat_state_name(machine.as_ref()));
            assert_eq!(name.to_bytes(), b"attempting");
            assert_eq!(fonap_heartbeat_datagram(machine.as_mut(), 1, null(), 4), fonap_result::Null);
            assert_eq!(fonap_heartbeat_datagram(machine.as_mut(), 1, sent.as_ptr(), 92), fonap_result::Ok);
            fonap_heartbeat_free(Some(Box::from_raw(machine)));
            fonap_heartbeat_free(None);
        }
    }
}

#[cfg(feature = "radius")]
mod radius {
    use super::*;
    use crate::fonap_address;
    use crate::radius::*;

    #[test]
    fn packets_are_written_and_read_in_place() {
        let (key, authenticator) = (*b"secret", [9_u8; 16]);
        // SAFETY: as the header says, which is what these tests are about.
        unsafe {
            let secret = handle(|place| fonap_radius_secret_new(key.as_ptr(), 6, Some(place)));
            let mut out = [0_u8; 256];
            let mut writer = MaybeUninit::uninit();
            let (room, capacity) = (out.as_mut_ptr(), out.len());
            let begun =
                fonap_radius_writer_begin(Some(&mut writer), room, capacity, 1, 3, authenticator.as_ptr());
            assert_eq!(begun, fonap_result::Ok);
            let writer = writer.assume_init_mut();
            let name = FONAP_RADIUS_USER_NAME;
            assert_eq!(fonap_radius_add_text(Some(writer), name, text("joe"), 3), fonap_result::Ok);
            assert_eq!(fonap_radius_add_text(Some(writer), name, null(), 3), fonap_result::Null);
            assert_eq!(fonap_radius_add_integer(Some(writer), 27, 60), fonap_result::Ok);
            let length = got(|place| fonap_radius_writer_finish(Some(writer), secret.as_ref(), Some(place)));
            // In an allocation that ends where the packet does.
            let wire: Box<[u8]> = out[..length].into();
            for end in 0..length {
                let cut: Box<[u8]> = wire[..end].into();
                let mut packet = MaybeUninit::uninit();
                let size = size_of::<fonap_radius_packet>();
                let result = fonap_radius_parse(cut.as_ptr(), end, packet.as_mut_ptr(), size, None);
                assert_eq!(result, fonap_result::Truncated);
            }
            sized(|place, size| fonap_radius_parse(wire.as_ptr(), length, place, size, None));
            let packet = got(|place: &mut MaybeUninit<fonap_radius_packet>| {
                let size = size_of::<fonap_radius_packet>();
                fonap_radius_parse(wire.as_ptr(), length, place.as_mut_ptr(), size, None)
            });
            assert_eq!(
                fonap_radius_verify_request(Some(&packet), secret.as_ref(), 0, None),
                fonap_result::Ok
            );
            let found = got(|place| fonap_radius_find(Some(&packet), name, 0, Some(place)));
            assert_eq!(borrowed(found), b"joe");
            let mut cursor = 0;
            sized(|place, size| {
                let mut cursor = 0;
                fonap_radius_next_attribute(Some(&packet), Some(&mut cursor), place, size)
            });
            loop {
                let mut attribute = MaybeUninit::<fonap_radius_attribute>::uninit();
                let size = size_of::<fonap_radius_attribute>();
                let place = attribute.as_mut_ptr();
                match fonap_radius_next_attribute(Some(&packet), Some(&mut cursor), place, size) {
                    fonap_result::Ok => assert!(!borrowed(attribute.assume_init().value).is_empty()),
                    end => break assert_eq!(end, fonap_result::NotFound),
                }
            }
            fonap_radius_secret_free(Some(Box::from_raw(secret)));
        }
    }

    #[test]
    fn the_client_takes_a_request_over_and_lends_its_payload() {
        // SAFETY: as above.
        unsafe {
            let mut config = got(|place: &mut MaybeUninit<fonap_radius_client_config>| {
                fonap_radius_client_config_init(place.as_mut_ptr(), size_of::<fonap_radius_client_config>())
            });
            let address = fonap_address { family: 4, octets: [127; 16], port: 1812 };
            let server = fonap_radius_server { address, policy: 0, secret: fonap_octets::of(b"testing123") };
            config.servers = &raw const server;
            config.server_count = 1;
            let client =
                handle(|place| fonap_radius_client_new(&raw const config, Some(&RANDOM), Some(place), None));
            let request = handle(|place| fonap_radius_request_new(1, Some(place)));
            assert_eq!(fonap_radius_add_octets(request.as_mut(), 1, b"joe".as_ptr(), 3), fonap_result::Ok);
            // Refused or not, the request is the client's.
            let mut id = MaybeUninit::uninit();
            let refused = handle(|place| fonap_radius_request_new(1, Some(place)));
            let taken = Some(Box::from_raw(refused));
            assert_eq!(
                fonap_radius_client_send(client.as_mut(), 0, taken, 5, Some(&mut id)),
                fonap_result::NotFound
            );
            let taken = Some(Box::from_raw(request));
            assert_eq!(
                fonap_radius_client_send(client.as_mut(), 0, taken, -1, Some(&mut id)),
                fonap_result::Ok
            );
            let output = got(|place: &mut MaybeUninit<fonap_radius_output>| {
                let size = size_of::<fonap_radius_output>();
                fonap_radius_client_poll(client.as_mut(), place.as_mut_ptr(), size)
            });
            let sent = borrowed(output.payload);
            assert_eq!(sent[0], 1);
            let from = Some(&address);
            assert_eq!(
                fonap_radius_client_datagram(client.as_mut(), 1, 0, from, sent.as_ptr(), sent.len()),
                fonap_result::Ok
            );
            assert_eq!(
                fonap_radius_client_datagram(client.as_mut(), 1, 0, from, null(), 20),
                fonap_result::Null
            );
            sized(|place, size| fonap_radius_client_poll(client.as_mut(), place, size));
            fonap_radius_client_free(Some(Box::from_raw(client)));
        }
    }

    #[test]
    fn configurations_are_converted_and_merged_in_place() {
        let lines = "lease 600\nnewdomain *.fon.com\n";
        // SAFETY: as above.
        unsafe {
            let file = filled(|out, n, l| {
                fonap_radconfig_domain_file(text(lines), lines.len(), 0, out.cast(), n, l)
            });
            assert_eq!(file, b"^(.*\\.)?fon.com$\n");
            let rest =
                filled(|out, n, l| fonap_radconfig_remaining(text(lines), lines.len(), 0, out.cast(), n, l));
            assert_eq!(rest, b"lease 600\n");
        }
    }
}

#[cfg(feature = "wispr")]
mod wispr {
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
        let page =
            b"<!-- <WISPAccessGatewayParam><Redirect><ResponseCode>0</ResponseCode><LoginURL>http://p/\
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
                let request = fonap_gateway_request(
                    gateway.as_mut(),
                    1,
                    1,
                    id,
                    ip.as_ptr(),
                    0,
                    head.as_ptr(),
                    head.len(),
                );
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
            let location =
                filled(|out, n, l| fonap_uam_location(config, answer, null(), 0, out.cast(), n, l));
            assert!(location.starts_with(b"https://portal.example/?res=notyet"));
            filled(|out, n, l| fonap_uam_response(config, answer, out, n, l));
            filled(|out, n, l| fonap_uam_json(config, answer, out, n, l));
        }
    }
}

#[cfg(feature = "discovery")]
mod discovery {
    use super::*;
    use crate::discovery::*;

    const LIST: &str = r#"{"version":1,"seq":2023020908,"instances":[{"id":"cat_7","cat_idp":7,"country":"FR",
        "name":"Sur","profiles":[{"id":"cat_70","name":"Staff","oauth":false,
        "eapconfig_endpoint":"https://cat.example.org/70"}]}]}"#;

    #[test]
    fn a_list_lends_its_texts_and_fills_arrays_of_the_callers() {
        // SAFETY: as the header says, which is what these tests are about.
        unsafe {
            let list = handle(|place| {
                fonap_discovery_new(LIST.as_ptr(), LIST.len(), text("en"), 2, Some(place), None)
            });
            let institution = got(|place: &mut MaybeUninit<fonap_discovery_institution>| {
                let size = size_of::<fonap_discovery_institution>();
                fonap_discovery_institution_at(list.as_ref(), 0, place.as_mut_ptr(), size)
            });
            assert_eq!(borrowed_text(institution.id), b"cat_7");
            sized(|place, size| fonap_discovery_institution_at(list.as_ref(), 0, place, size));
            let mut places: Box<[usize]> = Box::new([9]);
            let room = places.as_mut_ptr();
            let count =
                got(|count| fonap_discovery_hits(list.as_ref(), text("sur"), 3, room, 1, Some(count)));
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
}

#[cfg(feature = "eapconfig")]
#[test]
fn an_eap_configuration_writes_its_settings_in_place() {
    use crate::eapconfig::*;
    let document = "<EAPIdentityProviderList><EAPIdentityProvider ID=\"example.org\" namespace=\"urn:RFC4282:realm\">\
        <AuthenticationMethods><AuthenticationMethod><EAPMethod><Type>52</Type></EAPMethod><ClientSideCredential>\
        <InnerIdentitySuffix>example.org</InnerIdentitySuffix><InnerIdentityHint>true</InnerIdentityHint>\
        </ClientSideCredential></AuthenticationMethod></AuthenticationMethods><CredentialApplicability><IEEE80211>\
        <SSID>eduroam</SSID></IEEE80211></CredentialApplicability></EAPIdentityProvider></EAPIdentityProviderList>";
    // SAFETY: as the header says, which is what this test is about.
    unsafe {
        let config =
            handle(|place| fonap_eapconfig_new(document.as_ptr(), document.len(), Some(place), None));
        let choice = got(|place| fonap_eapconfig_choose(config.as_ref(), 0, Some(place)));
        assert_eq!(choice.eap_type, 52);
        let name = filled(|out, n, l| {
            fonap_eapconfig_username(config.as_ref(), 0, 0, text("john"), 4, out.cast(), n, l)
        });
        assert_eq!(name, b"john@example.org");
        assert_eq!(
            fonap_eapconfig_username(config.as_ref(), 0, 0, null(), 4, null_mut(), 0, None),
            fonap_result::Null
        );
        let user = fonap_text { data: name.as_ptr().cast(), length: name.len() };
        let eap = filled(|out, n, l| {
            fonap_eapconfig_wpa_setting(config.as_ref(), 0, 0, user, text("eap"), 3, out.cast(), n, l)
        });
        assert_eq!(eap, b"PWD");
        fonap_eapconfig_free(Some(Box::from_raw(config)));
    }
}

#[cfg(feature = "passpoint")]
#[test]
fn a_profile_is_written_in_place() {
    use crate::passpoint::*;
    let model = r#"{"version":1,"profile":{"id":"org.example.wifi","display_name":"Example"},"credential":{
        "kind":"password","realm":"example.com","eap":"ttls","inner":"mschapv2","username":"alice@example.com",
        "password":"nicePassword"},"server":{"use_system_cas":true,"names":["radius.example.com"]},
        "ssids":[{"ssid":"eduroam"}]}"#;
    // SAFETY: as above.
    unsafe {
        let profile = handle(|place| {
            fonap_passpoint_profile_new(model.as_ptr(), model.len(), Some(place), null_mut(), 0, None)
        });
        let file = filled(|out, n, l| {
            fonap_passpoint_profile_encode(profile.as_ref(), FONAP_PASSPOINT_ONC, Some(&RANDOM), 1, out, n, l)
        });
        assert!(file.starts_with(b"{"));
        let mut findings = [0_u8; 7];
        let mut other = MaybeUninit::uninit();
        let written = {
            let mut length = MaybeUninit::new(0);
            let room = findings.as_mut_ptr().cast();
            let result =
                fonap_passpoint_profile_new(b"{}".as_ptr(), 2, Some(&mut other), room, 7, Some(&mut length));
            assert_eq!(result, fonap_result::Config);
            length.assume_init()
        };
        assert_eq!(written, 7);
        fonap_passpoint_profile_free(Some(Box::from_raw(profile)));
    }
}
