//! Where memory comes from: `malloc`, `realloc` and `free`, or functions of the caller's.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;
use core::sync::atomic::{AtomicPtr, Ordering};

/// Functions that allocate memory, with the meaning of `malloc`, `realloc` and `free`. Memory must be aligned for any
/// fundamental type, as `malloc` aligns it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_allocator {
    /// Allocates. NULL when there is no memory.
    pub allocate: Option<unsafe extern "C" fn(size: usize) -> *mut c_void>,
    /// Changes the size of what was allocated. NULL when there is no memory; the old block stays then.
    pub reallocate: Option<unsafe extern "C" fn(block: *mut c_void, size: usize) -> *mut c_void>,
    /// Frees.
    pub release: Option<unsafe extern "C" fn(block: *mut c_void)>,
}

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
}

/// What is used until somebody says otherwise.
const LIBC: fonap_allocator =
    fonap_allocator { allocate: Some(malloc), reallocate: Some(realloc), release: Some(free) };

/// The caller's functions; NULL for those of the C library.
static HOOKS: AtomicPtr<fonap_allocator> = AtomicPtr::new(core::ptr::null_mut());

/// Takes memory from these functions from now on, in place of the C library's `malloc`, `realloc` and `free`.
///
/// To be called before any other function of the library, at most once, because what one allocator gave another one
/// cannot take back. The structure is not copied: it has to stay, unchanged, as a `static const` does. NULL, or a
/// structure with a member that is NULL, changes nothing and gives `FONAP_RESULT_NULL`.
///
/// When `allocate` gives NULL the library cannot go on: see `fonap_set_panic_hook`.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_set_allocator(allocator: Option<&'static fonap_allocator>) -> crate::fonap_result {
    match allocator {
        Some(fonap_allocator { allocate: Some(_), reallocate: Some(_), release: Some(_) }) => {
            let hooks = allocator.map_or(core::ptr::null(), core::ptr::from_ref);
            HOOKS.store(hooks.cast_mut(), Ordering::Release);
            crate::fonap_result::Ok
        }
        _ => crate::fonap_result::Null,
    }
}

/// What `malloc` aligns for on every platform that the library runs on: two pointers.
const MALLOC_ALIGN: usize = 2 * size_of::<usize>();

struct Memory;

// Under Miri the program's own memory comes from Miri: its model of borrows has no word for an allocator that reads what it
// wrote in front of a Box. The tests below try this one by itself.
#[cfg_attr(not(miri), global_allocator)]
static MEMORY: Memory = Memory;

impl Memory {
    fn hooks(&self) -> fonap_allocator {
        // SAFETY: what was stored is a reference to a structure that stays, or NULL.
        unsafe { HOOKS.load(Ordering::Acquire).as_ref() }.copied().unwrap_or(LIBC)
    }
}

// SAFETY: the functions behind it have the meaning of malloc, realloc and free. What is to be aligned more strictly than
// they align gets a block that is larger by its alignment, with the address of the block in front of it.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(allocate) = self.hooks().allocate else { return core::ptr::null_mut() };
        if layout.align() <= MALLOC_ALIGN {
            // SAFETY: allocating has no conditions.
            return unsafe { allocate(layout.size()) }.cast();
        }
        let Some(size) = layout.size().checked_add(layout.align() + size_of::<*mut u8>()) else {
            return core::ptr::null_mut();
        };
        // SAFETY: as above.
        let block = unsafe { allocate(size) }.cast::<u8>();
        if block.is_null() {
            return block;
        }
        // SAFETY: the sum of both offsets is at most what was added to the size, and the place in front of the result
        // is within the block and aligned for a pointer, because the alignment is larger than that of a pointer.
        unsafe {
            let place = block.add(size_of::<*mut u8>());
            let place = place.add(place.align_offset(layout.align()));
            place.cast::<*mut u8>().sub(1).write(block);
            place
        }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let Some(release) = self.hooks().release else { return };
        // SAFETY: `pointer` came from `alloc` with this layout, so that it is a block itself, or has its block's address
        // in front of it.
        unsafe {
            if layout.align() <= MALLOC_ALIGN {
                release(pointer.cast());
            } else {
                release(pointer.cast::<*mut u8>().sub(1).read().cast());
            }
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let hooks = self.hooks();
        if layout.align() <= MALLOC_ALIGN {
            let Some(reallocate) = hooks.reallocate else { return core::ptr::null_mut() };
            // SAFETY: `pointer` came from `alloc` or `realloc` with this alignment and is a block itself.
            return unsafe { reallocate(pointer.cast(), size) }.cast();
        }
        // SAFETY: the caller of `realloc` vouches for the size, and for `pointer`, which is good for the old one.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                core::ptr::copy_nonoverlapping(pointer, new, layout.size().min(size));
                self.dealloc(pointer, layout);
            }
            new
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_aligned_strictly_keeps_its_content_when_it_grows() {
        for align in [1, 8, 16, 32, 64, 4096] {
            let layout = Layout::from_size_align(40, align).unwrap();
            // SAFETY: each layout is the one that the block has at that time.
            unsafe {
                let block = MEMORY.alloc(layout);
                assert!(block.align_offset(align) == 0);
                block.write_bytes(7, 40);
                let block = MEMORY.realloc(block, layout, 4000);
                assert!(block.align_offset(align) == 0);
                assert_eq!(core::slice::from_raw_parts(block, 40), [7; 40]);
                MEMORY.dealloc(block, Layout::from_size_align(4000, align).unwrap());
            }
        }
    }

    #[test]
    fn incomplete_hooks_are_refused() {
        static NONE: fonap_allocator = fonap_allocator { allocate: None, reallocate: None, release: None };
        assert_eq!(fonap_set_allocator(None), crate::fonap_result::Null);
        assert_eq!(fonap_set_allocator(Some(&NONE)), crate::fonap_result::Null);
    }
}
