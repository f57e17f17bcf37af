//! What the caller brings: randomness and time.

use core::ffi::c_void;
use core::time::Duration;

/// A source of random octets. It must fill all `length` octets at `out`, unpredictably, and cannot fail: where the
/// system's source can, it has to wait. It is called only within calls of the library, and must not call the library.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_random {
    /// Fills `length` octets at `out`.
    pub fill: Option<unsafe extern "C" fn(context: *mut c_void, out: *mut u8, length: usize)>,
    /// Handed to `fill` as it is.
    pub context: *mut c_void,
}

/// The same as the protocol crates want it.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    fill: unsafe extern "C" fn(context: *mut c_void, out: *mut u8, length: usize),
    context: *mut c_void,
}

// SAFETY: a handle is used by one thread at a time, and so is the context that it holds.
unsafe impl Send for Source {}

impl Source {
    /// The source, if it has a function.
    pub(crate) fn new(random: Option<&fonap_random>) -> Result<Self, crate::fonap_result> {
        let random = random.ok_or(crate::fonap_result::Null)?;
        let fill = random.fill.ok_or(crate::fonap_result::Null)?;
        Ok(Self { fill, context: random.context })
    }

    pub(crate) fn write(&self, out: &mut [u8]) {
        // SAFETY: the caller gave a function that fills as many octets as it is told to.
        unsafe { (self.fill)(self.context, out.as_mut_ptr(), out.len()) }
    }
}

#[cfg(feature = "heartbeat")]
impl heartbeat::Random for Source {
    fn fill(&mut self, octets: &mut [u8]) {
        self.write(octets);
    }
}

#[cfg(feature = "radius")]
impl radius_codec::random::Random for Source {
    fn fill(&mut self, octets: &mut [u8]) {
        self.write(octets);
    }
}

/// A moment of the caller's clock.
pub(crate) const fn moment(now_ms: u64) -> Duration {
    Duration::from_millis(now_ms)
}

/// A moment for the caller's clock, rounded up so that nobody wakes too early; `UINT64_MAX` for never.
pub(crate) fn milliseconds(moment: Duration) -> u64 {
    // Not with `as_nanos`: dividing 128 bits is 2 kB of code on a small machine.
    let rest = moment.subsec_nanos().div_ceil(1_000_000);
    moment.as_secs().saturating_mul(1000).saturating_add(rest.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_rounded_up_and_never_stays_never() {
        assert_eq!(milliseconds(Duration::from_micros(1001)), 2);
        assert_eq!(milliseconds(moment(17)), 17);
        assert_eq!(milliseconds(Duration::MAX), u64::MAX);
    }
}
