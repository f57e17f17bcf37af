//! What both benches share: an allocator that counts, and a packet.

use radius_codec::{AttributeWriter as _, Code, PacketBuilder, Secret, attr};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Allocations so far.
pub(crate) fn allocations() -> usize {
    ALLOCATIONS.load(Ordering::Relaxed)
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// An Access-Request with twelve attributes, Message-Authenticator among them. Returns its octets.
pub(crate) fn request(out: &mut [u8], secret: &Secret) -> usize {
    PacketBuilder::new(out, Code::ACCESS_REQUEST, 42, [7; 16])
        .add(attr::USER_NAME, "alice@example.org")
        .hidden(attr::USER_PASSWORD, b"hello", secret)
        .add(attr::NAS_IP_ADDRESS, [192, 0, 2, 1].into())
        .add(attr::NAS_PORT, 7)
        .add(attr::SERVICE_TYPE, attr::ServiceType::LOGIN_USER)
        .add(attr::FRAMED_IP_ADDRESS, [10, 1, 0, 2].into())
        .add(attr::CALLED_STATION_ID, "00-18-84-AA-00-75")
        .add(attr::CALLING_STATION_ID, "02-00-5E-10-00-01")
        .add(attr::NAS_IDENTIFIER, "00-18-84-AA-00-75")
        .add(attr::ACCT_SESSION_ID, "6f01059900000001")
        .add(attr::NAS_PORT_TYPE, attr::NasPortType::WIRELESS_802_11)
        .finish(secret)
        .expect("it fits")
}
