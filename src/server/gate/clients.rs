//! Limits for each client, so that few clients cannot take the whole server.
//!
//! A client is an address. Only a reverse proxy can tell apart those who share an address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

/// Limits, for all clients together or for one.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections that are open.
    pub connections: usize,
    /// Bytes of bodies of requests.
    pub bodies: usize,
    /// Bytes of answers that wait for their readers in files.
    pub spool: usize,
    /// Requests that are worked on.
    pub working: usize,
    /// Requests that are worked on or wait for it.
    pub room: usize,
}

/// What is left of the limits.
#[derive(Debug)]
pub struct Shares {
    /// Connections that may be opened.
    pub connections: Arc<Semaphore>,
    /// Bytes of bodies that may come.
    pub bodies: Arc<Semaphore>,
    /// Bytes of answers that may be put into files.
    pub spool: Arc<Semaphore>,
    /// Requests that may be worked on.
    pub working: Arc<Semaphore>,
    /// Requests that may wait.
    pub room: Arc<Semaphore>,
}

impl Shares {
    /// The shares of a client that has taken nothing yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let of = |number: usize| Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS)));
        Self {
            connections: of(limits.connections),
            bodies: of(limits.bodies),
            spool: of(limits.spool),
            working: of(limits.working),
            room: of(limits.room),
        }
    }
}

/// The clients that are connected.
#[derive(Debug)]
pub struct Clients {
    limits: Limits,
    known: Mutex<HashMap<IpAddr, Weak<Shares>>>,
}

/// Addresses that are kept in mind before those are forgotten from which nobody is there any more.
const KNOWN: usize = 1024;

impl Clients {
    /// Nobody yet; each may have so much.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            known: Mutex::default(),
        }
    }

    /// What each may have.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The shares of who has this address; they are forgotten with the last who holds them.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Arc<Shares> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let address = client(address);
        if let Some(there) = known.get(&address).and_then(Weak::upgrade) {
            return there;
        }
        // Not each time, but whenever as many have come again.
        if known.len() >= KNOWN && known.len() == known.capacity() {
            known.retain(|_, shares| shares.strong_count() > 0);
        }
        let new = Arc::new(Shares::new(self.limits));
        known.insert(address, Arc::downgrade(&new));
        new
    }
}

/// Who has an address: of IPv6 each has at least 2^64, which begin alike.
#[must_use]
pub fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let network = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        connections: 1,
        bodies: 1,
        spool: 1,
        working: 1,
        room: 1,
    };

    fn of(clients: &Clients, address: &str) -> Arc<Shares> {
        clients.of(address.parse().expect("an address"))
    }

    #[test]
    fn one_client_has_one_share_however_its_address_is_written() {
        let clients = Clients::new(LIMITS);
        for [one, other, another] in [
            ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"],
            ["2001:db8::1", "2001:db8:0:0:ffff::9", "2001:db8:0:1::1"],
        ] {
            let first = of(&clients, one);
            let taken = first.working.try_acquire();
            assert!(taken.is_ok());
            assert!(of(&clients, other).working.try_acquire().is_err());
            assert!(of(&clients, another).working.try_acquire().is_ok());
            drop(taken);
            assert!(of(&clients, other).working.try_acquire().is_ok());
        }
    }

    #[test]
    fn who_is_gone_takes_no_memory() {
        let clients = Clients::new(LIMITS);
        let stays = of(&clients, "192.0.2.1");
        let _taken = stays.room.try_acquire().expect("room");
        for number in 0..100_000_u32 {
            let _ = clients.of(IpAddr::V4((0x0a00_0000 + number).into()));
        }
        assert!(clients.known.lock().expect("whole").len() < 8 * KNOWN);
        assert!(of(&clients, "192.0.2.1").room.try_acquire().is_err());
    }
}
