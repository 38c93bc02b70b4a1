//! Numbers as little-endian bytes and back, and the check sum that guards them.
//!
//! The check sum is FNV-1a of 64 bits (Fowler, Noll & Vo). It finds faults of a disk, not
//! forgers: sign what travels.
//!
//! ```
//! use mangotree_kernels::bytes::{Reader, fnv};
//! assert_eq!(fnv([b'a'].into_iter()), 0xaf63_dc4c_8601_ec8c); // a published test vector
//! let mut from = Reader::new(&[1, 0, 0, 0, 7]);
//! assert_eq!((from.word(), from.byte(), from.byte()), (1, 7, 0));
//! ```
//!
//! Cost: O(bytes). Do not read with it what was not found long enough before: past the end it
//! gives zeros.

/// Reads bytes from the front.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// A reader of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `N` bytes; zeros past the end.
    pub fn take<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk::<N>() {
            Some((first, left)) => {
                self.0 = left;
                *first
            }
            None => [0; N],
        }
    }

    /// The next 64 bits.
    pub fn long(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    /// The next 32 bits.
    pub fn word(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    /// The next 16 bits.
    pub fn short(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    /// The next number of double precision.
    pub fn number(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }

    /// The next number of single precision.
    pub fn single(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }
}

/// The check sum of `bytes`.
pub fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
