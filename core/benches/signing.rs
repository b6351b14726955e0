//! What it costs to sign a listing, beside the bare hashes that no signature can do without.
//!
//! ```sh
//! cargo bench --bench signing
//! ```
//!
//! The two are timed in turn, and the medians compared, so that other work on the machine matters little.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

#[allow(dead_code, unused_imports, reason = "the module is private to the library; its tests do not run here")]
#[path = "../src/signing.rs"]
mod signing;

const ACCESS_KEY: &str = "ABCDEFGHIJKLMNOPQRST";
const SECRET: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";
const PATH: &str = "/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks";
const QUERY: [(&str, &str); 5] = [
    ("limit", "100"),
    ("offset", "1900"),
    ("cluster_name", "dws 财务"),
    ("order_by", "CREATE_TIME"),
    ("order_by_asc", "true"),
];
const TIME: i64 = 1_767_608_754_000;
const HEADERS: [(&str, &str); 3] = [
    ("workspace", "fedcba9876543210fedcba9876543210"),
    ("x-project-id", "0123456789abcdef0123456789abcdef"),
    ("host", "dayu.cn-north-4.myhuaweicloud.com"),
];

const REPETITIONS: usize = 2_001;
const RUNS: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let signature = sign()?;
    let (mut signing, mut hashing) = (Vec::new(), Vec::new());
    for _ in 0..REPETITIONS {
        signing.push(nanoseconds(sign));
        hashing.push(nanoseconds(|| hash(&signature.canonical_request, &signature.string_to_sign)));
    }
    let (signing, hashing) = (median(signing), median(hashing));
    println!("one list request, from its time, query and headers to the line that signs it: {signing:.0} ns");
    println!("HMAC-SHA256 and SHA-256 alone, over the same bytes: {hashing:.0} ns");
    println!("ratio: {:.2}", signing / hashing);
    Ok(())
}

fn sign() -> Result<signing::Signature, Box<dyn Error>> {
    let date = signing::date(black_box(TIME))?;
    let query = signing::canonical_query(black_box(QUERY));
    let headers = black_box(&HEADERS).iter().map(|(name, value)| (*name, value.as_bytes()));
    let request = signing::Signable {
        method: black_box("GET"),
        path: black_box(PATH),
        query: &query,
        headers: headers.chain([("x-sdk-date", date.as_bytes())]).collect(),
        body: black_box(b""),
        date: &date,
    };
    Ok(signing::sign(request, black_box(ACCESS_KEY), black_box(SECRET))?)
}

fn hash(canonical_request: &str, string_to_sign: &str) -> Result<[u8; 32], hmac::digest::InvalidLength> {
    black_box(Sha256::digest(black_box(canonical_request.as_bytes())));
    let mut code = Hmac::<Sha256>::new_from_slice(black_box(SECRET.as_bytes()))?;
    code.update(black_box(string_to_sign.as_bytes()));
    Ok(code.finalize().into_bytes().into())
}

/// For one run, as the mean of some; a clock is too coarse for one.
#[allow(clippy::disallowed_methods, reason = "this measures")]
fn nanoseconds<T>(run: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..RUNS {
        black_box(run());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(RUNS)
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}
