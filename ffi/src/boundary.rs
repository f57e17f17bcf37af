//! The border: no panic crosses it, and a handle whose method panicked is not used again.

use crate::fonap_result;
use alloc::boxed::Box;
use core::mem::MaybeUninit;

/// What a function of the interface comes to.
pub(crate) type Outcome = Result<(), fonap_result>;

/// Runs the body of a function that has no handle.
pub(crate) fn run(body: impl FnOnce() -> Outcome) -> fonap_result {
    #[cfg(feature = "std")]
    let outcome = match std::panic::catch_unwind(core::panic::AssertUnwindSafe(body)) {
        Ok(outcome) => outcome,
        Err(payload) => {
            // Dropping what was thrown could throw again, unless it is one of the two texts that `panic!` throws.
            if !payload.is::<&'static str>() && !payload.is::<String>() {
                core::mem::forget(payload);
            }
            Err(fonap_result::Panic)
        }
    };
    #[cfg(not(feature = "std"))]
    let outcome = body();
    match outcome {
        Ok(()) => fonap_result::Ok,
        Err(result) => result,
    }
}

/// What a handle points to.
#[derive(Debug)]
pub(crate) struct Object<T> {
    /// A call has begun and not ended: for good, if it panicked.
    broken: bool,
    inner: T,
}

impl<T> Object<T> {
    pub(crate) const fn new(inner: T) -> Self {
        Self { broken: false, inner }
    }

    /// Runs a function that may change the object.
    pub(crate) fn change(object: Option<&mut Self>, body: impl FnOnce(&mut T) -> Outcome) -> fonap_result {
        let Some(object) = object else { return fonap_result::Null };
        if object.broken {
            return fonap_result::Panic;
        }
        object.broken = true;
        let result = run(|| body(&mut object.inner));
        object.broken = result == fonap_result::Panic;
        result
    }

    /// Runs a function that only looks.
    pub(crate) fn look(object: Option<&Self>, body: impl FnOnce(&T) -> Outcome) -> fonap_result {
        match object {
            None => fonap_result::Null,
            Some(object) if object.broken => fonap_result::Panic,
            Some(object) => run(|| body(&object.inner)),
        }
    }

    /// The object, for a function that takes it as a second one.
    pub(crate) fn inner(&self) -> Result<&T, fonap_result> {
        if self.broken { Err(fonap_result::Panic) } else { Ok(&self.inner) }
    }

    /// The object, out of its handle.
    pub(crate) fn into_inner(self) -> T {
        self.inner
    }
}

/// Ends a handle. What its drop could throw stays here.
pub(crate) fn free<T>(object: Option<Box<T>>) {
    let _ = run(|| {
        drop(object);
        Ok(())
    });
}

/// Writes a result behind a pointer.
pub(crate) fn put<T>(place: Option<&mut MaybeUninit<T>>, value: T) -> Outcome {
    place.ok_or(fonap_result::Null)?.write(value);
    Ok(())
}

/// Writes a result behind a pointer that may be NULL if the caller does not want it.
pub(crate) fn put_if_wanted<T>(place: Option<&mut MaybeUninit<T>>, value: T) {
    if let Some(place) = place {
        place.write(value);
    }
}

/// The result of a function that refuses something, which says why behind a pointer that may be NULL.
pub(crate) fn refused<T>(problem: Option<&mut MaybeUninit<T>>, why: T, result: fonap_result) -> fonap_result {
    put_if_wanted(problem, why);
    result
}

/// Writes a new handle behind a pointer.
pub(crate) fn hand_out<T>(place: Option<&mut MaybeUninit<*mut T>>, object: T) -> Outcome {
    // Without a place nothing may be left over that nobody can free.
    place.ok_or(fonap_result::Null)?.write(Box::into_raw(Box::new(object)));
    Ok(())
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_result_and_breaks_the_handle_for_good() {
        let mut object = Object::new(1);
        assert_eq!(Object::change(Some(&mut object), |_| panic!("as a defect would")), fonap_result::Panic);
        assert_eq!(Object::change(Some(&mut object), |_| Ok(())), fonap_result::Panic);
        assert_eq!(Object::look(Some(&object), |_| Ok(())), fonap_result::Panic);
        assert!(object.inner().is_err());
    }

    #[test]
    fn an_error_leaves_the_handle_usable() {
        let mut object = Object::new(1);
        let refused = Object::change(Some(&mut object), |_| Err(fonap_result::Limit));
        assert_eq!(refused, fonap_result::Limit);
        assert_eq!(Object::look(Some(&object), |_| Ok(())), fonap_result::Ok);
        assert_eq!(Object::<u8>::look(None, |_| Ok(())), fonap_result::Null);
    }
}
