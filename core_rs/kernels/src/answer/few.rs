//! A list whose first entries need no memory of their own: most answers have one term and a
//! name or two in it.
//!
//! Up to N entries lie in the value itself, more in a `Vec`: a third of a check's time went
//! into asking for memory before. Cost: as a `Vec`, and N defaults. Do not use it for large N:
//! moving it moves them all.

use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};

/// A list of mostly no more than N entries.
#[derive(Clone, Debug)]
pub struct Few<T, const N: usize> {
    near: [T; N],
    /// How many of `near` count.
    length: usize,
    /// Everything, once it is more than N.
    far: Vec<T>,
}

impl<T: Default, const N: usize> Few<T, N> {
    /// One entry.
    #[must_use]
    pub fn one(entry: T) -> Self {
        let mut list = Self::default();
        match list.near.first_mut() {
            Some(place) => (*place, list.length) = (entry, 1),
            None => list.far.push(entry),
        }
        list
    }

    /// Puts an entry at the end.
    pub fn push(&mut self, entry: T) {
        if self.far.is_empty() {
            if let Some(place) = self.near.get_mut(self.length) {
                *place = entry;
                self.length += 1;
                return;
            }
            let near = self.near.iter_mut().take(self.length);
            self.far.extend(near.map(std::mem::take));
        }
        self.far.push(entry);
    }

    /// Keeps the entries that `is_kept` says.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&T) -> bool) {
        if self.iter().all(&mut is_kept) {
            return;
        }
        let old = std::mem::take(self);
        self.extend(old.into_iter().filter(is_kept));
    }
}

impl<T: Default, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self { near: std::array::from_fn(|_| T::default()), length: 0, far: vec![] }
    }
}

impl<T, const N: usize> Deref for Few<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        if self.far.is_empty() {
            self.near.get(..self.length).unwrap_or_default()
        } else {
            &self.far
        }
    }
}

impl<T, const N: usize> DerefMut for Few<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        if self.far.is_empty() {
            self.near.get_mut(..self.length).unwrap_or_default()
        } else {
            &mut self.far
        }
    }
}

impl<T: Default, const N: usize> Extend<T> for Few<T, N> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, entries: I) {
        for entry in entries {
            self.push(entry);
        }
    }
}

impl<T: Default, const N: usize> FromIterator<T> for Few<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut list = Self::default();
        list.extend(entries);
        list
    }
}

impl<T, const N: usize> IntoIterator for Few<T, N> {
    type Item = T;
    type IntoIter =
        std::iter::Chain<std::iter::Take<std::array::IntoIter<T, N>>, std::vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        let near = if self.far.is_empty() { self.length } else { 0 };
        self.near.into_iter().take(near).chain(self.far)
    }
}

impl<'a, T, const N: usize> IntoIterator for &'a Few<T, N> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Few<T, N> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq, const N: usize> Eq for Few<T, N> {}

impl<T: PartialOrd, const N: usize> PartialOrd for Few<T, N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord, const N: usize> Ord for Few<T, N> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_what_was_put_in_near_or_far() {
        let mut list: Few<u16, 2> = Few::one(7);
        assert_eq!(*list, [7]);
        list.extend([1, 2, 3]);
        assert_eq!(*list, [7, 1, 2, 3]);
        list.sort_unstable();
        list.retain(|each| *each != 2);
        assert_eq!(list.clone().into_iter().collect::<Vec<_>>(), [1, 3, 7]);
        list.retain(|each| *each > 6);
        assert_eq!(list, Few::one(7));
        list.retain(|_| false);
        list.push(4);
        assert_eq!(*list, [4]);
        assert!(Few::<u16, 2>::one(3) < list);
    }
}
