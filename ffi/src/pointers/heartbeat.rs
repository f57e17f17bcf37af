//! Functions of the heartbeat.

use super::*;
use crate::heartbeat::*;

// SAFETY, throughout: what is passed is as the header says, which is what these tests are about.

#[test]
fn texts_and_datagrams_stay_within_their_buffers() {
    let key = [7_u8; 32];
    // SAFETY: see above.
    unsafe {
        let encoded = filled(|out, n, l| fonap_heartbeat_base32_encode(key.as_ptr(), 32, out.cast(), n, l));
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
        assert_eq!(fonap_heartbeat_query_label(wire.as_ptr(), label.as_mut_ptr().cast()), fonap_result::Ok);
        let opened = got(|place| fonap_heartbeat_query_open(wire.as_ptr(), key.as_ptr(), Some(place)));
        assert_eq!(opened.trid, 0);
        let name = "status.example";
        let datagram =
            filled(|out, n, l| fonap_heartbeat_dns_query(1, text(name), name.len(), 16, out, n, l));
        let mut nop = [0_u8; 26];
        assert_eq!(fonap_heartbeat_nop_text(9, 2, key.as_ptr(), nop.as_mut_ptr().cast()), fonap_result::Ok);
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
