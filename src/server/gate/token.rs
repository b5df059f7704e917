//! The bearer token of updates. An address that sends wrong tokens has to wait, longer each time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::clients::client;
use crate::server::problem::Problem;
use crate::server::update::refuse_stranger;

/// The variable that may hold the token. Workers need not know it.
pub const VARIABLE: &str = "CASEGRAPH_TOKEN";

/// Wrong tokens from one address after which it has to wait.
const FREE: u32 = 5;
/// How long it waits at most.
const LONGEST: Duration = Duration::from_mins(1);
/// After which time wrong tokens are forgotten.
const FORGOTTEN: Duration = Duration::from_mins(15);
/// Addresses that are kept in mind.
const KNOWN: usize = 10_000;

/// The token, and who guessed at it.
pub struct Token {
    token: String,
    guesses: Mutex<HashMap<IpAddr, Guesses>>,
}

#[derive(Debug, Clone, Copy)]
struct Guesses {
    wrong: u32,
    last: Instant,
}

impl Guesses {
    /// How long who guessed so often has still to wait.
    fn wait(self, now: Instant) -> Duration {
        let Some(more) = self.wrong.checked_sub(FREE) else {
            return Duration::ZERO;
        };
        let whole = Duration::from_secs(1 << more.min(16)).min(LONGEST);
        whole.saturating_sub(now.saturating_duration_since(self.last))
    }
}

impl Token {
    /// A token without failed attempts.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self {
            token,
            guesses: Mutex::default(),
        }
    }

    /// Checks that a request has the token.
    ///
    /// # Errors
    /// It has none or another, or too many wrong ones came from its address.
    pub fn check(&self, headers: &HeaderMap, address: IpAddr) -> Result<(), Problem> {
        match given(headers) {
            Some(given) => self.check_text(given, address),
            None => Err(refuse_stranger()),
        }
    }

    /// Checks a token that was given otherwise.
    ///
    /// # Errors
    /// It is another, or too many wrong ones came from its address.
    pub fn check_text(&self, given: &str, address: IpAddr) -> Result<(), Problem> {
        self.check_at(given, client(address), Instant::now())
    }

    fn check_at(&self, given: &str, from: IpAddr, now: Instant) -> Result<(), Problem> {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        let before = guesses
            .get(&from)
            .copied()
            .filter(|guesses| now.saturating_duration_since(guesses.last) < FORGOTTEN);
        let wait = before.map_or(Duration::ZERO, |guesses| guesses.wait(now));
        // Even the right one has to wait: else one could go on guessing.
        if !wait.is_zero() {
            return Err(later(wait));
        }
        if bool::from(given.as_bytes().ct_eq(self.token.as_bytes())) {
            guesses.remove(&from);
            return Ok(());
        }
        if guesses.len() >= KNOWN {
            guesses.retain(|_, known| now.saturating_duration_since(known.last) < LONGEST);
        }
        if guesses.len() < KNOWN || guesses.contains_key(&from) {
            let wrong = before.map_or(0, |guesses| guesses.wrong).saturating_add(1);
            guesses.insert(from, Guesses { wrong, last: now });
        }
        Err(refuse_stranger())
    }
}

/// The token that a request gives.
fn given(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(AUTHORIZATION).map(HeaderValue::to_str)?.ok()?;
    let (scheme, given) = text.split_once(' ')?;
    let given = given.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !given.is_empty()).then_some(given)
}

fn later(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + 1;
    let detail = format!("too many wrong tokens came from this address: ask again in {seconds} s");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "token", detail).with("retry", json!(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(token: &str) -> HeaderMap {
        let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header");
        HeaderMap::from_iter([(AUTHORIZATION, value)])
    }

    #[test]
    fn guesses_take_longer_and_longer_and_the_right_token_ends_that() {
        let token = Token::new("open sesame".to_owned());
        let here = IpAddr::from([192, 0, 2, 1]);
        let mut now = Instant::now();
        let status = |given: &str, from: IpAddr, now: Instant| {
            let checked = token.check_at(given, from, now);
            checked.map_or_else(|problem| problem.status.as_u16(), |()| 200)
        };
        // Asked as often as it is let, for an hour.
        let begun = now;
        let mut tried = 0;
        while now < begun + Duration::from_hours(1) {
            match status("wrong", here, now) {
                401 => tried += 1,
                other => assert_eq!(other, 429),
            }
            now += Duration::from_millis(500);
        }
        assert!((50..80).contains(&tried), "{tried}");
        assert_eq!(status("open sesame", here, now), 429);
        assert_eq!(
            status("open sesame", IpAddr::from([192, 0, 2, 2]), now),
            200
        );
        now += LONGEST;
        assert_eq!(status("open sesame", here, now), 200);
        assert_eq!(status("wrong", here, now), 401);
        assert_eq!(status("open sesame", here, now), 200);
    }

    #[test]
    fn a_token_is_given_whole_and_as_bearer() {
        let token = Token::new("open".to_owned());
        let here = IpAddr::from([192, 0, 2, 1]);
        for wrong in ["ope", "opens", "OPEN", ""] {
            assert!(token.check(&bearer(wrong), here).is_err(), "{wrong}");
        }
        assert!(token.check(&bearer("open"), here).is_ok());
        let basic = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static("Basic open"))]);
        assert!(token.check(&basic, here).is_err());
    }

    #[test]
    fn those_who_guess_take_bounded_memory() {
        let token = Token::new("open".to_owned());
        let now = Instant::now();
        for number in 0..50_000_u32 {
            let from = IpAddr::V4(number.into());
            assert!(token.check_at("wrong", from, now).is_err());
        }
        assert_eq!(token.guesses.lock().expect("whole").len(), KNOWN);
    }
}
