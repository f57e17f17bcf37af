//! What the machine keeps under a key.

use alloc::vec::Vec;

/// Values in the order of their keys, in one vector: to look something up costs as much as in a tree, and the code is a
/// tenth of one. To add or remove in the middle moves what stands behind, so large values are boxed.
#[derive(Debug)]
pub(super) struct Table<K, V>(Vec<(K, V)>);

impl<K: Ord + Copy, V> Table<K, V> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where a key stands, or belongs.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by_key(key, |(known, _)| *known)
    }

    pub(super) fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(self.place(key).ok()?).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// Keeps a value in the place of the one that had its key.
    pub(super) fn insert(&mut self, key: K, value: V) {
        match self.get_mut(&key) {
            Some(known) => *known = value,
            None => {
                let (Ok(place) | Err(place)) = self.place(&key);
                self.0.insert(place, (key, value));
            }
        }
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        Some(self.0.remove(self.place(key).ok()?).1)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = K> {
        self.0.iter().map(|(key, _)| *key)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_their_keys_and_are_found_by_them() {
        let mut table = Table::new();
        for key in [5, 1, 3, 4, 2] {
            table.insert(key, key * 10);
        }
        table.insert(3, 33);
        assert_eq!(table.remove(&4), Some(40));
        assert_eq!(table.remove(&4), None);
        if let Some(value) = table.get_mut(&5) {
            *value += 5;
        }
        table.values_mut().for_each(|value| *value += 1);
        assert_eq!(
            table.iter().map(|(key, value)| (key, *value)).collect::<Vec<_>>(),
            [(1, 11), (2, 21), (3, 34), (5, 56)]
        );
        assert!(table.keys().eq([1, 2, 3, 5]) && table.values().eq(&[11, 21, 34, 56]));
        assert_eq!((table.get(&2), table.get(&4), table.len()), (Some(&21), None, 4));
        assert!(table.contains_key(&1) && !table.contains_key(&0));
    }
}
