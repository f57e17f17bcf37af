//! Rows of calls of the C interface, with any octets, lengths and capacities: what a careless program would do that keeps
//! to the contract of pointers.
//!
//! Laws: no call comes back with `FONAP_RESULT_PANIC`; an output that does not fit leaves its buffer as it was; what fits
//! is as long as it was said to be; handles that were made can be used in any order and freed. AddressSanitizer watches
//! the buffers, which are allocated with just the length that the function is told.
#![no_main]

use arbitrary::Arbitrary;
use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};
use fonap::discovery::*;
use fonap::eapconfig::*;
use fonap::heartbeat::*;
use fonap::passpoint::*;
use fonap::radius::*;
use fonap::wispr::*;
use fonap::{fonap_address, fonap_octets, fonap_random, fonap_result, fonap_text};
use libfuzzer_sys::fuzz_target;

unsafe extern "C" fn count(_: *mut c_void, out: *mut u8, length: usize) {
    // SAFETY: the library asks for as many octets as there are.
    unsafe { out.write_bytes(7, length) }
}

const RANDOM: fonap_random = fonap_random { fill: Some(count), context: null_mut() };

#[derive(Arbitrary, Debug)]
enum Call<'a> {
    /// A function with octets in and octets out: which, two inputs, a number, and how much room there is.
    Convert {
        which: u8,
        first: &'a [u8],
        second: &'a [u8],
        number: u32,
        room: u16,
    },
    /// A RADIUS packet that came in: read, and each attribute looked at.
    Packet(&'a [u8]),
    /// A page that came in.
    Page(&'a [u8]),
    /// A packet written attribute by attribute into a buffer of that many octets.
    Write {
        room: u16,
        code: u8,
        attributes: Vec<(u64, &'a [u8])>,
    },
    /// Things that happen to a machine.
    Heartbeat(Vec<Event<'a>>),
    Radius(Vec<Event<'a>>),
    Smart(Vec<Event<'a>>),
    Gateway(Vec<Event<'a>>),
    Discovery(Vec<Event<'a>>),
    /// Documents that came in.
    Document {
        kind: u8,
        octets: &'a [u8],
    },
}

#[derive(Arbitrary, Debug)]
struct Event<'a> {
    kind: u8,
    later: u16,
    number: u16,
    octets: &'a [u8],
}

fn fine(result: fonap_result) -> bool {
    assert_ne!(result, fonap_result::Panic, "a defect");
    result == fonap_result::Ok
}

fn chars(octets: &[u8]) -> *const c_char {
    octets.as_ptr().cast()
}

/// Calls with a buffer of `room` octets, and holds the laws of outputs.
fn output(room: u16, call: impl FnOnce(*mut u8, usize, Option<&mut MaybeUninit<usize>>) -> fonap_result) {
    let room = usize::from(room);
    let mut buffer: Box<[u8]> = core::iter::repeat_n(0xa5, room).collect();
    let mut length = MaybeUninit::new(usize::MAX);
    let place = if room == 0 { null_mut() } else { buffer.as_mut_ptr() };
    let result = call(place, room, Some(&mut length));
    // SAFETY: initialised above.
    let length = unsafe { length.assume_init() };
    if fine(result) {
        assert!(length <= room);
        assert!(buffer[length..].iter().all(|octet| *octet == 0xa5));
    } else {
        if result == fonap_result::BufferTooSmall {
            assert!(buffer.iter().all(|octet| *octet == 0xa5), "left something behind");
            assert!(length > room);
        }
    }
}

/// A new handle, if there is one.
fn made<T>(make: impl FnOnce(&mut MaybeUninit<*mut T>) -> fonap_result) -> Option<*mut T> {
    let mut place = MaybeUninit::new(null_mut());
    // SAFETY: initialised above.
    fine(make(&mut place)).then(|| unsafe { place.assume_init() })
}

/// A structure that an `_init` function fills, or that is set to zeros.
fn structure<T>(init: impl FnOnce(*mut T, usize) -> fonap_result) -> T {
    let mut place = MaybeUninit::zeroed();
    assert!(fine(init(place.as_mut_ptr(), size_of::<T>())));
    // SAFETY: filled.
    unsafe { place.assume_init() }
}

/// Reads what a result borrows.
fn look(octets: fonap_octets) -> usize {
    if octets.length == 0 {
        return 0;
    }
    // SAFETY: the library says so.
    let octets = unsafe { core::slice::from_raw_parts(octets.data, octets.length) };
    octets.iter().map(|octet| usize::from(*octet)).sum()
}

fn look_text(text: fonap_text) -> usize {
    look(fonap_octets { data: text.data.cast(), length: text.length })
}

/// # Safety
/// Nothing to see to: every pointer is good for what is said of it.
unsafe fn convert(which: u8, a: &[u8], b: &[u8], number: u32, room: u16) {
    let (an, bn) = (a.len(), b.len());
    let mut sixteen = [0_u8; 16];
    sixteen.iter_mut().zip(b).for_each(|(to, from)| *to = *from);
    let challenge = sixteen.as_ptr();
    let document = null::<fonap_gateway_config>();
    // SAFETY: see above.
    output(room, |out, n, l| unsafe {
        let text = out.cast::<c_char>();
        match which % 20 {
            0 => fonap_heartbeat_base32_encode(a.as_ptr(), an, text, n, l),
            1 => fonap_heartbeat_base32_decode(chars(a), an, out, n, l),
            2 => fonap_heartbeat_base64_decode(chars(a), an, out, n, l),
            3 => fonap_heartbeat_name_encode(chars(a), an, out, n, l),
            4 => fonap_heartbeat_dns_query(number as u16, chars(a), an, 16, out, n, l),
            5 => fonap_heartbeat_response_write(a.as_ptr(), an, number as u8, chars(b), bn, out, n, l),
            6 => fonap_heartbeat_request_read(a.as_ptr(), an, None, text, n, l),
            7 => fonap_heartbeat_response_judge(
                number as u16,
                chars(b),
                bn,
                a.as_ptr(),
                an,
                number >> 30,
                text,
                n,
                l,
            ),
            8 => fonap_radconfig_domain_file(chars(a), an, number & 1, text, n, l),
            9 => fonap_radconfig_remaining(chars(a), an, number & 1, text, n, l),
            10 => fonap_radconfig_merge(chars(a), an, chars(b), bn, text, n, l),
            11 => fonap_uam_obfuscate(challenge, b.as_ptr(), bn, a.as_ptr(), an, text, n, l),
            12 => fonap_uam_recover(challenge, b.as_ptr(), bn, chars(a), an, out, n, l),
            13 => fonap_uam_sign(chars(a), an, b.as_ptr(), bn, text, n, l),
            14 => fonap_uam_homepage(chars(a), an, chars(b), bn, text, n, l),
            15 => fonap_uam_url_decode(chars(a), an, out, n, l),
            16 => fonap_uam_parameter(chars(a), an, chars(b), bn, out, n, l),
            17 => fonap_gateway_file_response(chars(a), an, b.as_ptr(), bn, out, n, l),
            18 => fonap_discovery_url_verify(chars(a), an, number % 3, None, text, n, l, None),
            _ => fonap_uam_json(document, null(), out, n, l),
        }
    });
}

/// # Safety
/// As [`convert`].
unsafe fn packet(octets: &[u8]) {
    // SAFETY: see above.
    unsafe {
        let mut packet = MaybeUninit::<fonap_radius_packet>::uninit();
        let size = size_of::<fonap_radius_packet>();
        if !fine(fonap_radius_parse(octets.as_ptr(), octets.len(), packet.as_mut_ptr(), size, None)) {
            return;
        }
        let packet = packet.assume_init();
        let mut cursor = 0;
        loop {
            let mut attribute = MaybeUninit::<fonap_radius_attribute>::uninit();
            let size = size_of::<fonap_radius_attribute>();
            let place = attribute.as_mut_ptr();
            if !fine(fonap_radius_next_attribute(Some(&packet), Some(&mut cursor), place, size)) {
                break;
            }
            let attribute = attribute.assume_init();
            look(attribute.value);
            let mut found = MaybeUninit::uninit();
            if fine(fonap_radius_find(Some(&packet), u64::from(attribute.kind), 0, Some(&mut found))) {
                look(found.assume_init());
            }
        }
        output(300, |out, n, l| fonap_radius_eap(Some(&packet), out, n, l));
        output(300, |out, n, l| fonap_radconfig_received(Some(&packet), out.cast(), n, l));
        let secret = made(|place| fonap_radius_secret_new(b"secret".as_ptr(), 6, Some(place)));
        let secret = secret.expect("a secret");
        fine(fonap_radius_verify_request(Some(&packet), secret.as_ref(), 0, None));
        fine(fonap_radius_verify_reply(Some(&packet), Some(&packet), secret.as_ref(), 1, None));
        fonap_radius_secret_free(Some(Box::from_raw(secret)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn page(octets: &[u8]) {
    // SAFETY: see above.
    unsafe {
        let document = made(|place| fonap_wispr_document_new(octets.as_ptr(), octets.len(), Some(place)));
        let Some(document) = document else { return };
        for index in 0..3 {
            for field in 0..22 {
                let mut value = MaybeUninit::<fonap_wispr_field>::uninit();
                let size = size_of::<fonap_wispr_field>();
                let place = value.as_mut_ptr();
                if fine(fonap_wispr_document_field(document.as_ref(), index, field, 0, place, size)) {
                    let value = value.assume_init();
                    look_text(value.text);
                    look(value.octets);
                }
            }
        }
        fine(fonap_wispr_document_usable(document.as_ref(), Some(&mut MaybeUninit::uninit())));
        output(400, |out, n, l| fonap_wispr_document_quirks(document.as_ref(), out.cast(), n, l));
        fonap_wispr_document_free(Some(Box::from_raw(document)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn write(room: u16, code: u8, attributes: &[(u64, &[u8])]) {
    // SAFETY: see above.
    unsafe {
        let mut buffer: Box<[u8]> = core::iter::repeat_n(0xa5, usize::from(room)).collect();
        let mut writer = MaybeUninit::uninit();
        let (place, authenticator) = (buffer.as_mut_ptr(), [1_u8; 16]);
        let begun = fonap_radius_writer_begin(
            Some(&mut writer),
            place,
            buffer.len(),
            code,
            1,
            authenticator.as_ptr(),
        );
        if !fine(begun) {
            return;
        }
        let writer = writer.assume_init_mut();
        for (attribute, value) in attributes {
            fine(fonap_radius_add_octets(Some(writer), *attribute, value.as_ptr(), value.len()));
        }
        let secret = made(|place| fonap_radius_secret_new(b"secret".as_ptr(), 6, Some(place)));
        let secret = secret.expect("a secret");
        let mut length = MaybeUninit::new(0);
        if fine(fonap_radius_writer_finish(Some(writer), secret.as_ref(), Some(&mut length))) {
            // What was written can be read.
            let mut packet = MaybeUninit::<fonap_radius_packet>::uninit();
            let (size, length) = (size_of::<fonap_radius_packet>(), length.assume_init());
            let read = fonap_radius_parse(buffer.as_ptr(), length, packet.as_mut_ptr(), size, None);
            assert_eq!(read, fonap_result::Ok);
        }
        fonap_radius_secret_free(Some(Box::from_raw(secret)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn heartbeat(events: &[Event<'_>]) {
    // SAFETY: see above.
    unsafe {
        let mut settings: fonap_heartbeat_settings =
            structure(|place, size| fonap_heartbeat_settings_init(place, size));
        let server = fonap_heartbeat_server { host: text_of("192.0.2.1"), port: 53 };
        settings.servers = &raw const server;
        settings.server_count = 1;
        settings.flags = FONAP_HEARTBEAT_START_DELAY;
        let machine =
            made(|place| fonap_heartbeat_new(&raw const settings, Some(&RANDOM), 0, Some(place), None));
        let machine = machine.expect("good settings");
        let mut now = 0;
        for event in events {
            now += u64::from(event.later);
            let (octets, length) = (event.octets.as_ptr(), event.octets.len());
            fine(match event.kind % 7 {
                0 => fonap_heartbeat_tick(machine.as_mut(), now),
                1 => fonap_heartbeat_datagram(machine.as_mut(), now, octets, length),
                2 => fonap_heartbeat_network_error(machine.as_mut(), now),
                3 => fonap_heartbeat_trigger_ended(machine.as_mut(), now, 1),
                4 => fonap_heartbeat_now(machine.as_mut(), now),
                5 => fonap_heartbeat_lookup_failed(machine.as_mut(), now),
                _ => fonap_heartbeat_reload(machine.as_mut(), &raw const settings, None),
            });
            for _ in 0..50 {
                let mut output = MaybeUninit::<fonap_heartbeat_output>::uninit();
                let size = size_of::<fonap_heartbeat_output>();
                assert!(fine(fonap_heartbeat_poll(machine.as_mut(), output.as_mut_ptr(), size)));
                let output = output.assume_init();
                look(output.payload);
                look_text(output.command);
                if matches!(output.kind, fonap_heartbeat_out::Wait) {
                    break;
                }
            }
        }
        fonap_heartbeat_free(Some(Box::from_raw(machine)));
    }
}

fn text_of(text: &'static str) -> fonap_text {
    fonap_text { data: text.as_ptr().cast(), length: text.len() }
}

/// # Safety
/// As [`convert`].
unsafe fn radius(events: &[Event<'_>]) {
    // SAFETY: see above.
    unsafe {
        let mut config: fonap_radius_client_config =
            structure(|place, size| fonap_radius_client_config_init(place, size));
        let address = fonap_address { family: 4, octets: [127; 16], port: 1812 };
        let secret = fonap_octets { data: b"secret".as_ptr(), length: 6 };
        let server = fonap_radius_server { address, policy: 0, secret };
        config.servers = &raw const server;
        config.server_count = 1;
        let client =
            made(|place| fonap_radius_client_new(&raw const config, Some(&RANDOM), Some(place), None));
        let client = client.expect("a good configuration");
        let mut now = 0;
        for event in events {
            now += u64::from(event.later);
            let (octets, length) = (event.octets.as_ptr(), event.octets.len());
            fine(match event.kind % 4 {
                0 => fonap_radius_client_tick(client.as_mut(), now),
                1 => fonap_radius_client_datagram(client.as_mut(), now, 0, Some(&address), octets, length),
                2 => fonap_radius_client_cancel(client.as_mut(), u64::from(event.number)),
                _ => {
                    let request = made(|place| fonap_radius_request_new(event.number as u8, Some(place)));
                    let Some(request) = request else { continue };
                    fine(fonap_radius_add_octets(request.as_mut(), u64::from(event.later), octets, length));
                    let request = Some(Box::from_raw(request));
                    let mut id = MaybeUninit::uninit();
                    fonap_radius_client_send(client.as_mut(), now, request, -1, Some(&mut id))
                }
            });
            for _ in 0..50 {
                let mut output = MaybeUninit::<fonap_radius_output>::uninit();
                let size = size_of::<fonap_radius_output>();
                assert!(fine(fonap_radius_client_poll(client.as_mut(), output.as_mut_ptr(), size)));
                let output = output.assume_init();
                look(output.payload);
                look(output.reply.octets);
                if matches!(output.kind, fonap_radius_out::Wait) {
                    break;
                }
            }
        }
        fonap_radius_client_free(Some(Box::from_raw(client)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn smart(events: &[Event<'_>]) {
    // SAFETY: see above.
    unsafe {
        let mut config: fonap_wispr_client_config =
            structure(|place, size| fonap_wispr_client_config_init(place, size));
        config.probe_url = text_of("http://probe.example/");
        config.username = text_of("joe");
        config.password = text_of("pass");
        config.flags = FONAP_WISPR_CLIENT_ALLOW_HTTP_LOGIN | FONAP_WISPR_CLIENT_EAP;
        let client = made(|place| fonap_wispr_client_new(&raw const config, 0, Some(place), None));
        let client = client.expect("a good configuration");
        let (mut now, mut last) = (0, 0);
        for event in events {
            now += u64::from(event.later);
            let (octets, length) = (event.octets.as_ptr(), event.octets.len());
            let split = usize::from(event.number).min(length);
            fine(match event.kind % 8 {
                0 => fonap_wispr_client_tick(client.as_mut(), now),
                1 => fonap_wispr_client_connect(client.as_mut(), now),
                2 => fonap_wispr_client_abort(client.as_mut(), now),
                3 => fonap_wispr_client_logoff(client.as_mut(), now),
                4 => fonap_wispr_client_request_failed(client.as_mut(), now, last),
                5 => fonap_wispr_client_eap(client.as_mut(), now, octets, length),
                6 => fonap_wispr_client_response(client.as_mut(), now, last, 200, null(), 0, octets, length),
                _ => fonap_wispr_client_response(
                    client.as_mut(),
                    now,
                    last,
                    event.number,
                    chars(event.octets),
                    split,
                    octets,
                    length,
                ),
            });
            for _ in 0..50 {
                let mut output = MaybeUninit::<fonap_wispr_output>::uninit();
                let size = size_of::<fonap_wispr_output>();
                assert!(fine(fonap_wispr_client_poll(client.as_mut(), output.as_mut_ptr(), size)));
                let output = output.assume_init();
                look_text(output.url);
                look_text(output.body);
                look(output.eap);
                match output.kind {
                    fonap_wispr_out::Wait => break,
                    fonap_wispr_out::Request => last = output.request,
                    _ => (),
                }
            }
        }
        fonap_wispr_client_free(Some(Box::from_raw(client)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn gateway(events: &[Event<'_>]) {
    // SAFETY: see above.
    unsafe {
        let mut config: fonap_gateway_config =
            structure(|place, size| fonap_gateway_config_init(place, size));
        config.uamserver = text_of("https://portal.example/");
        config.flags = FONAP_GATEWAY_UAMALLOWPOST | FONAP_GATEWAY_WWWDIR;
        let gateway =
            made(|place| fonap_gateway_new(&raw const config, Some(&RANDOM), 0, 0, Some(place), None));
        let gateway = gateway.expect("a good configuration");
        let (mut now, mut login) = (0, 0);
        for (id, event) in events.iter().enumerate() {
            now += u64::from(event.later);
            let unix = i64::from(event.number);
            let ip = [10, 1, 0, event.number as u8 % 4];
            let (octets, length) = (event.octets.as_ptr(), event.octets.len());
            fine(match event.kind % 8 {
                0 => fonap_gateway_tick(gateway.as_mut(), now, unix),
                1 => fonap_gateway_lease(gateway.as_mut(), now, unix, ip.as_ptr(), [6; 6].as_ptr(), 0),
                2 => fonap_gateway_release(gateway.as_mut(), now, unix, ip.as_ptr()),
                3 | 4 => {
                    let id = id as u64;
                    fonap_gateway_request(gateway.as_mut(), now, unix, id, ip.as_ptr(), 0, octets, length)
                }
                5 => fonap_gateway_login_timeout(gateway.as_mut(), now, unix, login),
                6 => fonap_gateway_login_handler(gateway.as_mut(), now, unix, login, 0, octets, length),
                _ => {
                    let command = u32::from(event.number % 5);
                    fonap_gateway_command(gateway.as_mut(), now, unix, command, ip.as_ptr())
                }
            });
            for _ in 0..50 {
                let mut output = MaybeUninit::<fonap_gateway_output>::uninit();
                let size = size_of::<fonap_gateway_output>();
                assert!(fine(fonap_gateway_poll(gateway.as_mut(), output.as_mut_ptr(), size)));
                let output = output.assume_init();
                look(output.response);
                look(output.client.user_name);
                if !output.request.is_null() {
                    login = output.id;
                    fonap_radius_request_free(Some(Box::from_raw(output.request)));
                }
                if matches!(output.kind, fonap_gateway_out::Wait) {
                    break;
                }
            }
        }
        fonap_gateway_free(Some(Box::from_raw(gateway)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn discover(events: &[Event<'_>]) {
    // SAFETY: see above.
    unsafe {
        let mut config: fonap_discovery_config =
            structure(|place, size| fonap_discovery_config_init(place, size));
        config.discovery_url = text_of("https://disco.example/v1.json");
        config.client_id = text_of("app.example");
        let client = made(|place| fonap_discovery_client_new(&raw const config, Some(place), None));
        let client = client.expect("a good configuration");
        let mut last = 0;
        for event in events {
            let unix = i64::from(event.later);
            let (octets, length) = (event.octets.as_ptr(), event.octets.len());
            let text = chars(event.octets);
            fine(match event.kind % 9 {
                0 => fonap_discovery_client_start(client.as_mut()),
                1 => {
                    let mut cached = MaybeUninit::<fonap_discovery_cached>::zeroed().assume_init();
                    cached.body = fonap_octets { data: octets, length };
                    fonap_discovery_client_cache(client.as_mut(), unix, Some(&cached))
                }
                2 => {
                    let status = if event.number > 999 { 200 } else { event.number };
                    let name = text_of("Location");
                    let value = fonap_text { data: text, length };
                    let header = fonap_discovery_header { name, value };
                    let header = &raw const header;
                    fonap_discovery_client_http(
                        client.as_mut(),
                        unix,
                        last,
                        status,
                        header,
                        1,
                        octets,
                        length,
                    )
                }
                3 => fonap_discovery_client_http_failed(client.as_mut(), last),
                4 => fonap_discovery_client_select_institution(client.as_mut(), text, length),
                5 => fonap_discovery_client_select_profile(client.as_mut(), text, length),
                6 => fonap_discovery_client_listening(client.as_mut(), 1, [1; 32].as_ptr(), [2; 32].as_ptr()),
                7 => {
                    let method = chars(b"GET");
                    fonap_discovery_client_callback(client.as_mut(), unix, 1, method, 3, text, length)
                }
                _ => fonap_discovery_client_cancel(client.as_mut()),
            });
            for _ in 0..50 {
                let mut output = MaybeUninit::<fonap_discovery_output>::uninit();
                let size = size_of::<fonap_discovery_output>();
                assert!(fine(fonap_discovery_client_poll(client.as_mut(), output.as_mut_ptr(), size)));
                let output = output.assume_init();
                look_text(output.url);
                look_text(output.problem);
                look(output.body);
                match output.kind {
                    fonap_discovery_out::Wait => break,
                    fonap_discovery_out::Http => last = output.request,
                    _ => (),
                }
            }
        }
        fonap_discovery_client_free(Some(Box::from_raw(client)));
    }
}

/// # Safety
/// As [`convert`].
unsafe fn document(kind: u8, octets: &[u8]) {
    let (data, length) = (octets.as_ptr(), octets.len());
    // SAFETY: see above.
    unsafe {
        match kind % 4 {
            0 => {
                let made = made(|place| fonap_eapconfig_new(data, length, Some(place), None));
                let Some(config) = made else { return };
                fine(fonap_eapconfig_choose(config.as_ref(), 0, Some(&mut MaybeUninit::uninit())));
                output(2000, |out, n, l| {
                    fonap_eapconfig_trust_bundle(config.as_ref(), 0, 0, out.cast(), n, l)
                });
                fonap_eapconfig_free(Some(Box::from_raw(config)));
            }
            1 => {
                let made =
                    made(|place| fonap_discovery_new(data, length, chars(b"en"), 2, Some(place), None));
                let Some(list) = made else { return };
                for institution in 0..3 {
                    output(90, |out, n, l| {
                        fonap_discovery_institution_name(list.as_ref(), institution, out.cast(), n, l)
                    });
                    output(300, |out, n, l| {
                        fonap_discovery_profile_problems(list.as_ref(), institution, 0, out.cast(), n, l)
                    });
                }
                fonap_discovery_free(Some(Box::from_raw(list)));
            }
            _ => {
                let format = u32::from(kind / 4 % 6);
                let made = made(|place| {
                    if kind % 4 == 2 {
                        fonap_passpoint_profile_new(data, length, Some(place), null_mut(), 0, None)
                    } else {
                        fonap_passpoint_profile_decode(format, 0, 0, data, length, Some(place), None)
                    }
                });
                let Some(profile) = made else { return };
                output(4000, |out, n, l| fonap_passpoint_profile_json(profile.as_ref(), out.cast(), n, l));
                output(9000, |out, n, l| {
                    let random = Some(&RANDOM);
                    fonap_passpoint_profile_encode(profile.as_ref(), format, random, kind >> 7, out, n, l)
                });
                fonap_passpoint_profile_free(Some(Box::from_raw(profile)));
            }
        }
    }
}

fuzz_target!(|calls: Vec<Call<'_>>| {
    for call in &calls {
        // SAFETY: nothing to see to, see the functions.
        unsafe {
            match call {
                Call::Convert { which, first, second, number, room } => {
                    convert(*which, first, second, *number, *room % 6000);
                }
                Call::Packet(octets) => packet(octets),
                Call::Page(octets) => page(octets),
                Call::Write { room, code, attributes } => write(*room % 5000, *code, attributes),
                Call::Heartbeat(events) => heartbeat(events),
                Call::Radius(events) => radius(events),
                Call::Smart(events) => smart(events),
                Call::Gateway(events) => gateway(events),
                Call::Discovery(events) => discover(events),
                Call::Document { kind, octets } => document(*kind, octets),
            }
        }
    }
});
