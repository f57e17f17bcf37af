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
