//! Does it look drawn at random? Letter pairs that words do not have, and changes between letters and digits, speak for it.

use std::sync::OnceLock;

/// For each letter after each letter, how common the pair is in words and identifiers: 5 as by chance, one more for twice that.
/// Counted once over the words of permissively licensed Rust sources; only the counts are here.
const PAIRS: &[u8] = b"\
25662350504756050767433241\
63446321742733630654720042\
72537346506532731556532030\
64458433722543541664533140\
53665442302556343766243531\
63456621701644630665502240\
53438345603546541664532132\
82348313612353740545523041\
54655550101558740466140305\
63338433525344742474633323\
54358432702434432465423331\
62357331703633730355531060\
75348321702352670354521130\
62666572504324631367441031\
34652441414567560755645310\
72437334603632660756522030\
44445341311444343553933122\
72558331603354641566442150\
52537235704443552367623142\
63537415701433640765532251\
55546540500667260667010300\
73339422701443531344111211\
73447335701447642664313320\
64656544601443473457433442\
45556533522656570575344023\
62349334611422611142331255";

/// What [`pair`] says of each two bytes, by what kinds they are of.
struct Pairs {
    // Below `KINDS`.
    kinds: [u8; 256],
    scores: Vec<i8>,
}

/// Letters in both cases, digits, `+`, no byte, and what is left.
const KINDS: usize = 64;

fn pairs() -> &'static Pairs {
    static TABLE: OnceLock<Pairs> = OnceLock::new();
    TABLE.get_or_init(|| {
        let kind = |byte: u8| match byte {
            0 => 0,
            b'A'..=b'Z' => byte - b'A' + 1,
            b'a'..=b'z' => byte - b'a' + 27,
            b'0'..=b'9' => 53,
            b'+' => 54,
            _ => 55,
        };
        let mut table = Pairs {
            kinds: [0; 256],
            scores: vec![0; KINDS * KINDS],
        };
        // One byte of each kind speaks for all.
        let mut bytes = [None; KINDS];
        for (place, byte) in table.kinds.iter_mut().zip(0..=u8::MAX) {
            *place = kind(byte);
            if let Some(one) = bytes.get_mut(usize::from(*place)) {
                *one = Some(byte);
            }
        }
        for (before, row) in bytes.iter().zip(table.scores.chunks_mut(KINDS)) {
            for (byte, score) in bytes.iter().zip(row) {
                if let (Some(before @ 1..), Some(byte)) = (*before, *byte) {
                    *score = pair(before, byte);
                }
            }
        }
        table
    })
}

/// How random `token` looks: about 1.3 for each byte of a random token, below zero for words.
pub(crate) fn score(token: &[u8]) -> i32 {
    let table = pairs();
    let mut sum = 0;
    let mut before = 0;
    for &byte in token {
        let kind = usize::from(table.kinds.get(usize::from(byte)).copied().unwrap_or(0));
        let score = table.scores.get(before * KINDS + kind);
        sum += i32::from(score.copied().unwrap_or(0));
        before = kind;
    }
    sum
}

fn pair(before: u8, byte: u8) -> i8 {
    match (before.is_ascii_alphabetic(), byte.is_ascii_alphabetic()) {
        (true, true) => {
            let at = usize::from((before | 32) - b'a') * 26 + usize::from((byte | 32) - b'a');
            let common = PAIRS
                .get(at)
                .map_or(5, |count| count.wrapping_sub(b'0').cast_signed());
            let case = before.is_ascii_lowercase() && byte.is_ascii_uppercase();
            5 - common + i8::from(case)
        }
        (true, false) if byte.is_ascii_digit() => 3,
        (false, true) if before.is_ascii_digit() => 3,
        (false, false) if before.is_ascii_digit() && byte.is_ascii_digit() => 1,
        _ => i8::from(before == b'+' || byte == b'+'),
    }
}

/// Whether `token` looks drawn at random: its score is at least `per_cent` of its length, and at least 8.
pub(crate) fn is_random(token: &[u8], per_cent: i32) -> bool {
    let length = i32::try_from(token.len()).unwrap_or(i32::MAX / 200);
    let score = score(token);
    score >= 8 && score * 100 >= length * per_cent
}

/// How many different bytes it has.
pub(crate) fn variety(token: &[u8]) -> u32 {
    let mut seen = [0_u64; 4];
    for byte in token {
        if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }
    seen.iter().map(|word| word.count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_score_low_and_random_high() {
        for word in [
            "deploymentPipelineExecutionRole",
            "aws_iam_role_policy_attachment",
            "terraform-20261121-prod",
        ] {
            assert!(
                !is_random(word.as_bytes(), 50),
                "{word} {}",
                score(word.as_bytes())
            );
        }
        for token in [
            "q4pdt26np4oasrkeyd1uik8q",
            "Xk29fLqPz0RtVbNm83Ws",
            "upczEEe8fe4MPqnNlKqMbjhOBz",
        ] {
            assert!(
                is_random(token.as_bytes(), 50),
                "{token} {}",
                score(token.as_bytes())
            );
        }
    }
}
