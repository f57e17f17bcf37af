//! How often reading and writing allocate.

use allocation_counter::measure;
use wispr::code::ResponseCode;
use wispr::message::{Kind, Message};
use wispr::read;
use wispr::write::Envelope;

fn page(name: &str) -> Vec<u8> {
    let path = format!("{}/../tests/vectors/wispr/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn a_page_of_a_gateway_takes_two_allocations_at_most() {
    // A LoginURL with escapes and an EAP packet cannot be borrowed; the list of reply messages is one allocation.
    for (name, limit) in [
        ("g02-notyet-location.html", 2),
        ("g11-success-v1.html", 1),
        ("g20-reject-v2.html", 1),
        ("g17-logoff.html", 0),
    ] {
        let page = page(name);
        let info = measure(|| {
            assert!(read::read(&page).is_ok_and(|document| document.usable().is_ok()));
        });
        assert!(info.count_total <= limit, "{name}: {} allocations", info.count_total);
    }
}

#[test]
fn writing_into_a_buffer_allocates_nothing() {
    let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
    message.login_url = Some("https://portal.example/?a=1&b=2--".into());
    message.eap_msg = Some((&[1, 1, 0, 5, 1][..]).into());
    let mut buffer = [0; 1024];
    let info = measure(|| {
        assert!(Envelope::new().write_to(Some(&message), &mut buffer).is_ok());
    });
    assert_eq!(info.count_total, 0);
}
