//! Versions, and the hook for the worst case.

use core::ffi::c_char;
use core::sync::atomic::{AtomicPtr, Ordering};

/// The number of the binary interface that this header describes. Compare it with `fonap_abi_version()` where header and
/// library may come from different places. It changes when a program has to be built again.
pub const FONAP_ABI_VERSION: u32 = 1;

/// The number of the binary interface that the library has: `FONAP_ABI_VERSION` of the header it was built with.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_abi_version() -> u32 {
    FONAP_ABI_VERSION
}

/// The library's version as text, such as "0.1.0", a static string that ends with a zero.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The hook; NULL for none.
static HOOK: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// Sets a function that is called, in the build for firmware, when the library cannot go on: it ran out of memory, or
/// has a defect. When the function returns, `abort()` is called; a reboot, or `longjmp` out of it with no further use of
/// the library, are what it may do instead. NULL takes the function away.
///
/// In a build with `std` a defect is `FONAP_RESULT_PANIC` instead, running out of memory ends the process, and the hook
/// is not called.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_set_panic_hook(hook: Option<unsafe extern "C" fn()>) {
    let hook = hook.map_or(core::ptr::null_mut(), |hook| hook as *mut ());
    HOOK.store(hook, Ordering::Release);
}

/// Calls the hook, if there is one.
pub(crate) fn call_panic_hook() {
    let hook = HOOK.load(Ordering::Acquire);
    if !hook.is_null() {
        // SAFETY: what was stored came from a function of this type.
        unsafe { core::mem::transmute::<*mut (), unsafe extern "C" fn()>(hook)() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_manifest() {
        // SAFETY: a static string that ends with a zero.
        let version = unsafe { core::ffi::CStr::from_ptr(fonap_version()) };
        assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
        assert_eq!(fonap_abi_version(), FONAP_ABI_VERSION);
    }
}
