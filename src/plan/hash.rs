//! A quick hash for small keys. Nothing that is seen depends on it.

use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
pub struct Quick(u64);

const SPREAD: u64 = 0x517c_c1b7_2722_0a95;

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(0u64, |w, b| (w << 8) | u64::from(*b));
            self.write_u64(word);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(SPREAD);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        // The table takes the highest bits for its tags and the lowest for its places.
        self.0.rotate_left(26)
    }
}

pub type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Quick>>;
