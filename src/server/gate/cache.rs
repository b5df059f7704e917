//! A cache of answers. A study does not change between builds, so that an answer stays valid until
//! the next build.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::server::wire::{ResponseHead, headers};

/// An answer that is kept: its body is whole.
#[derive(Clone)]
pub struct CachedResponse {
    /// HTTP status code.
    pub status: StatusCode,
    /// Response headers, as they were sent.
    pub headers: HeaderMap,
    /// The whole body, as it was sent.
    pub body: Bytes,
}

/// What an answer depends on: the build, and all of the request that a worker reads.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(Bytes);

impl Key {
    /// The key of these parts.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut key = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            key.extend((part.len() as u64).to_le_bytes());
            key.extend(*part);
        }
        Self(key.into())
    }
}

/// A cache of a number of bytes, first in, first out.
pub struct Cache {
    bytes: usize,
    shards: Vec<Mutex<Shard>>,
    hasher: RandomState,
}

#[derive(Default)]
struct Shard {
    answers: HashMap<Key, CachedResponse>,
    order: VecDeque<Key>,
    bytes: usize,
}

/// Shards, each with its own lock.
const SHARDS: usize = 16;
/// What an answer takes besides its body and its key, about: most of it are its headers.
const OVERHEAD: usize = 3 << 10;

impl Cache {
    /// An empty cache that holds up to this number of bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self {
            bytes,
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// The largest body that is kept.
    #[must_use]
    pub fn largest(&self) -> usize {
        self.bytes / SHARDS / 4
    }

    fn shard(&self, key: &Key) -> std::sync::MutexGuard<'_, Shard> {
        let at = self.hasher.hash_one(key) as usize % SHARDS;
        self.shards[at]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer that is kept.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<CachedResponse> {
        self.shard(key).answers.get(key).cloned()
    }

    /// Keeps an answer; the oldest ones make room for it.
    pub fn put(&self, key: Key, kept: CachedResponse) {
        let size = |key: &Key, kept: &CachedResponse| key.0.len() * 2 + kept.body.len() + OVERHEAD;
        let most = self.bytes / SHARDS;
        let own = size(&key, &kept);
        if own > most {
            return;
        }
        let mut shard = self.shard(&key);
        if shard.answers.contains_key(&key) {
            return;
        }
        while shard.bytes + own > most {
            let Some(oldest) = shard.order.pop_front() else {
                break;
            };
            if let Some(gone) = shard.answers.remove(&oldest) {
                shard.bytes -= size(&oldest, &gone);
            }
        }
        shard.bytes += own;
        shard.order.push_back(key.clone());
        shard.answers.insert(key, kept);
    }
}

/// An answer that is kept if it comes to its end, is right, and is not too large.
pub struct Keeping {
    key: Key,
    largest: usize,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Keeping {
    /// The answer to what has this key.
    #[must_use]
    pub fn new(key: Key, cache: &Cache) -> Self {
        Self {
            key,
            largest: cache.largest(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// Takes the head, which says whether the answer may be cached.
    pub fn begin(&mut self, head: &ResponseHead) {
        if head.status == StatusCode::OK {
            self.headers = headers(&head.headers);
        } else {
            self.largest = 0;
        }
    }

    /// Takes a part of it; `false` if it is not to be kept.
    pub fn add(&mut self, part: &[u8]) -> bool {
        let fits = self.body.len() + part.len() <= self.largest;
        if fits {
            self.body.extend_from_slice(part);
        }
        fits
    }

    /// Keeps it: this was all.
    pub fn keep(mut self, cache: &Cache) {
        if self.largest == 0 {
            return;
        }
        let length = HeaderValue::from(self.body.len());
        self.headers.insert(CONTENT_LENGTH, length);
        let kept = CachedResponse {
            status: StatusCode::OK,
            headers: self.headers,
            // Exactly as long as it is, for so it is counted.
            body: self.body.into_boxed_slice().into(),
        };
        cache.put(self.key, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_answers_leave_first_and_memory_is_bounded() {
        let cache = Cache::new(SHARDS * 16 * (1 << 10));
        let kept = |n: u32| CachedResponse {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Bytes::from(vec![n as u8; 2 << 10]),
        };
        for n in 0..1000_u32 {
            cache.put(Key::of(&[&n.to_le_bytes()]), kept(n));
        }
        let there = |n: u32| cache.get(&Key::of(&[&n.to_le_bytes()])).is_some();
        assert!(there(999) && !there(0));
        for shard in &cache.shards {
            let shard = shard.lock().expect("whole");
            assert!(shard.bytes <= 16 << 10);
            assert_eq!(shard.order.len(), shard.answers.len());
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert!(Key::of(&[b"ab", b"c"]) != Key::of(&[b"a", b"bc"]));
    }
}
