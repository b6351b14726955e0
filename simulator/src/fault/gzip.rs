//! Bodies in gzip (RFC 1952), and one that is far larger than it looks.

use std::io::Write as _;

use axum::body::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress};

const MEBIBYTE: usize = 1 << 20;
/// Deflate, no name, no time, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The body in gzip.
pub(super) fn compress(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Neither can fail: the output is memory.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

/// A body in gzip with many spaces before it: a part, a block that is repeated so many times, and another part.
pub(super) struct Bomb {
    pub(super) head: Bytes,
    pub(super) block: Bytes,
    pub(super) count: u32,
    pub(super) tail: Bytes,
}

impl Bomb {
    /// Length of all parts together, as they go over the wire.
    pub(super) fn length(&self) -> usize {
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        self.head.len() + self.block.len().saturating_mul(count) + self.tail.len()
    }
}

/// Puts so many MiB of spaces before the body, with the memory for one alone.
pub(super) fn bomb(body: &[u8], mebibytes: u32) -> Bomb {
    let spaces = vec![b' '; MEBIBYTE];
    let mut checksum = repeated(&self::checksum(&spaces), mebibytes);
    checksum.combine(&self::checksum(body));
    let mut tail = deflate(body, FlushCompress::Finish);
    tail.extend(checksum.sum().to_le_bytes());
    tail.extend(checksum.amount().to_le_bytes());
    Bomb {
        head: Bytes::from_static(&HEADER),
        // A full flush ends on a whole byte and looks back at nothing, so that the block can be repeated.
        block: deflate(&spaces, FlushCompress::Full).into(),
        count: mebibytes,
        tail: tail.into(),
    }
}

fn deflate(bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut output = Vec::new();
    let mut compress = Compress::new(Compression::best(), false);
    loop {
        output.reserve(4_096);
        let rest = bytes.get(usize::try_from(compress.total_in()).unwrap_or(usize::MAX)..).unwrap_or_default();
        let result = compress.compress_vec(rest, &mut output, flush);
        // Room is left when everything is out.
        if result.is_err() || output.len() < output.capacity() {
            return output;
        }
    }
}

fn checksum(bytes: &[u8]) -> Crc {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum
}

/// The checksum of `count` times the same bytes, by doubling.
fn repeated(once: &Crc, count: u32) -> Crc {
    let mut all = Crc::new();
    for bit in (0..u32::BITS).rev() {
        let mut doubled = Crc::new();
        doubled.combine(&all);
        doubled.combine(&all);
        if count >> bit & 1 == 1 {
            doubled.combine(once);
        }
        all = doubled;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    fn decompress(bytes: &[u8]) -> Vec<u8> {
        let mut output = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut output).unwrap();
        output
    }

    #[test]
    fn what_is_compressed_comes_back() {
        assert_eq!(decompress(&compress(b"body")), b"body");
    }

    #[test]
    fn a_bomb_is_one_valid_stream_of_spaces_and_the_body() {
        for mebibytes in [0, 1, 5] {
            let bomb = bomb(b"{\"total\":0}", mebibytes);
            let length = bomb.length();
            let wire = [bomb.head, bomb.block.repeat(bomb.count as usize).into(), bomb.tail].concat();
            assert_eq!(wire.len(), length);
            let body = decompress(&wire);
            assert_eq!(body.len(), mebibytes as usize * MEBIBYTE + 11);
            assert_eq!(body.trim_ascii_start(), b"{\"total\":0}");
            assert!(wire.len() < 100 + 2_000 * mebibytes as usize, "{}", wire.len());
        }
    }
}
