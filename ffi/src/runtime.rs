//! What the standard library brings otherwise: where a panic ends.

unsafe extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    crate::version::call_panic_hook();
    // SAFETY: `abort` of the C library has no conditions.
    unsafe { abort() }
}

/// What the unwinding tables of a precompiled standard library refer to. Nothing unwinds here, so it is never called.
#[unsafe(export_name = "rust_eh_personality")]
extern "C" fn personality() {}

/// What its clean-ups end with, for the same reason never called.
#[unsafe(export_name = "_Unwind_Resume")]
extern "C" fn resume() -> ! {
    // SAFETY: `abort` of the C library has no conditions.
    unsafe { abort() }
}

/// What its tables refer to on ARM.
#[cfg(target_arch = "arm")]
#[unsafe(export_name = "__aeabi_unwind_cpp_pr0")]
extern "C" fn compact_0() {}

/// The other one.
#[cfg(target_arch = "arm")]
#[unsafe(export_name = "__aeabi_unwind_cpp_pr1")]
extern "C" fn compact_1() {}
