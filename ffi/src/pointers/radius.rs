//! Functions of RADIUS.

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
        assert_eq!(fonap_radius_verify_request(Some(&packet), secret.as_ref(), 0, None), fonap_result::Ok);
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
        // So it is if the first error of its additions comes out.
        let spoilt = handle(|place| fonap_radius_request_new(1, Some(place)));
        assert_eq!(fonap_radius_add_text(spoilt.as_mut(), 1, null(), 3), fonap_result::Null);
        assert_eq!(fonap_radius_add_octets(spoilt.as_mut(), 1, b"joe".as_ptr(), 3), fonap_result::Null);
        let (taken, mut none) = (Some(Box::from_raw(spoilt)), MaybeUninit::uninit());
        let sent = fonap_radius_client_send(client.as_mut(), 0, taken, -1, Some(&mut none));
        assert_eq!(sent, fonap_result::Null);
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
        assert_eq!(fonap_radius_client_send(client.as_mut(), 0, taken, -1, Some(&mut id)), fonap_result::Ok);
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
        assert_eq!(fonap_radius_client_datagram(client.as_mut(), 1, 0, from, null(), 20), fonap_result::Null);
        sized(|place, size| fonap_radius_client_poll(client.as_mut(), place, size));
        fonap_radius_client_free(Some(Box::from_raw(client)));
    }
}

#[test]
fn configurations_are_converted_and_merged_in_place() {
    let lines = "lease 600\nnewdomain *.fon.com\n";
    // SAFETY: as above.
    unsafe {
        let file =
            filled(|out, n, l| fonap_radconfig_domain_file(text(lines), lines.len(), 0, out.cast(), n, l));
        assert_eq!(file, b"^(.*\\.)?fon.com$\n");
        let rest =
            filled(|out, n, l| fonap_radconfig_remaining(text(lines), lines.len(), 0, out.cast(), n, l));
        assert_eq!(rest, b"lease 600\n");
    }
}
