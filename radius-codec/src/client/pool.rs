//! Identifiers of one source port towards one server (spec: radius 17).

use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// Which Identifiers are free, and who has the others. The least recently used free one is next.
pub(super) struct Pool {
    free: VecDeque<u8>,
    owners: Vec<Option<u64>>,
}

impl Pool {
    /// All Identifiers up to `last`.
    pub(super) fn new(last: u8) -> Self {
        Self { free: (0..=last).collect(), owners: alloc::vec![None; 256] }
    }

    pub(super) fn has_free(&self) -> bool {
        !self.free.is_empty()
    }

    /// Takes the next free Identifier.
    pub(super) fn take(&mut self, owner: u64) -> Option<u8> {
        let identifier = self.free.pop_front()?;
        self.own(identifier, owner);
        Some(identifier)
    }

    /// Takes this Identifier if it is free.
    pub(super) fn take_this(&mut self, identifier: u8, owner: u64) -> bool {
        let Some(at) = self.free.iter().position(|free| *free == identifier) else {
            return false;
        };
        // The free ones behind it move up.
        for behind in at + 1..self.free.len() {
            self.free.swap(behind - 1, behind);
        }
        self.free.pop_back();
        self.own(identifier, owner);
        true
    }

    fn own(&mut self, identifier: u8, owner: u64) {
        if let Some(place) = self.owners.get_mut(usize::from(identifier)) {
            *place = Some(owner);
        }
    }

    pub(super) fn owner(&self, identifier: u8) -> Option<u64> {
        self.owners.get(usize::from(identifier)).copied().flatten()
    }

    pub(super) fn release(&mut self, identifier: u8) {
        if self.owners.get_mut(usize::from(identifier)).is_some_and(|owner| owner.take().is_some()) {
            self.free.push_back(identifier);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_identifier_is_next() {
        let mut pool = Pool::new(255);
        assert_eq!((pool.take(7), pool.take(7)), (Some(0), Some(1)));
        pool.release(0);
        pool.release(0);
        assert_eq!(pool.take(8), Some(2));
        assert!(pool.take_this(0, 9) && !pool.take_this(0, 9));
        assert_eq!((pool.owner(0), pool.owner(2), pool.owner(3)), (Some(9), Some(8), None));
        assert_eq!((0..).map_while(|_| pool.take(1)).count(), 253);
        assert!(!pool.has_free());
    }
}
