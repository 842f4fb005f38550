//! Several files as one archive, stored as they are, so that their folders stay.
//!
//! Source: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, sections 4.3 and 4.4.

/// A file's path, with `/`, and its text.
pub(crate) type Entry<'a> = (&'a str, &'a str);

/// The archive's bytes. Files and paths are short here: less than 4 GiB and 64 KiB.
pub(crate) fn zip(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in entries {
        let start = number(bytes.len());
        bytes.extend(*b"PK\x03\x04");
        let header = header(name, text.as_bytes());
        bytes.extend(&header);
        bytes.extend(name.bytes().chain(text.bytes()));
        directory.extend(*b"PK\x01\x02\x14\0");
        directory.extend(header);
        // No comment, on the first disk, text or not, no rights.
        directory.extend([0; 10]);
        directory.extend(start);
        directory.extend(name.bytes());
    }
    let [low, high, ..] = number(entries.len());
    let (length, start) = (number(directory.len()), number(bytes.len()));
    bytes.append(&mut directory);
    bytes.extend(*b"PK\x05\x06\0\0\0\0");
    bytes.extend([low, high, low, high]);
    bytes.extend(length.into_iter().chain(start));
    bytes.extend([0; 2]);
    bytes
}

/// What both headers say of a file, from "version needed to extract" on: names are UTF-8, nothing is compressed, written on the first of January 1980.
fn header(name: &str, text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
    bytes.extend(checksum(text).to_le_bytes());
    bytes.extend(number(text.len()));
    bytes.extend(number(text.len()));
    bytes.extend(number(name.len()).into_iter().take(2));
    bytes.extend([0; 2]);
    bytes
}

fn number(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// CRC-32 as ISO 3309 has it. A table would be faster and longer.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn the_directory_begins_where_the_end_says() {
        let bytes = zip(&[("a/b.txt", "ünder"), ("c.txt", "")]);
        let end = bytes.len() - 22;
        assert_eq!(bytes[end..end + 4], *b"PK\x05\x06");
        let at = |offset: usize| {
            u32::from_le_bytes(bytes[end + offset..end + offset + 4].try_into().unwrap()) as usize
        };
        assert_eq!(at(16) + at(12), end);
        assert_eq!(bytes[at(16)..at(16) + 4], *b"PK\x01\x02");
        assert_eq!(bytes[..4], *b"PK\x03\x04");
    }
}
