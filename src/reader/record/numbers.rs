//! `NaN` and `Infinity`, which Python writes and JSON does not know.

use memchr::memmem;

/// Each word, and a number as long as it that JSON knows, so that columns stay what they are.
const WORDS: [(&[u8], &[u8]); 3] = [(b"-Infinity", b"-0.000000"), (b"Infinity", b"0.000000"), (b"NaN", b"0.0")];

/// The bytes with numbers in place of these words, where any stands as a value; `None` where none does.
pub fn with_numbers(line: &[u8]) -> Option<Vec<u8>> {
    memmem::find(line, b"NaN").or_else(|| memmem::find(line, b"Infinity"))?;
    let mut numbers = None;
    let (mut at, mut in_string) = (0, false);
    while let Some(&byte) = line.get(at) {
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'-' | b'I' | b'N' if !in_string && begins_value(&line[..at]) => {
                if let Some((word, number)) = WORDS.iter().find(|(word, _)| line[at..].starts_with(word)) {
                    numbers.get_or_insert_with(|| line.to_vec())[at..at + word.len()].copy_from_slice(number);
                    at += word.len() - 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    numbers
}

/// Whether a value, not the rest of one, comes after these bytes.
fn begins_value(before: &[u8]) -> bool {
    before.trim_ascii_end().last().is_some_and(|byte| b":,[".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<String> {
        with_numbers(line.as_bytes()).map(|bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn words_that_stand_for_numbers_become_numbers_of_their_length() {
        assert_eq!(
            read(r#"{"a":NaN, "b": [Infinity,-Infinity]}"#).as_deref(),
            Some(r#"{"a":0.0, "b": [0.000000,-0.000000]}"#)
        );
    }

    #[test]
    fn words_in_strings_and_halves_of_words_stay() {
        for line in [r#"{"a":"NaN\", NaN", "NaN": 1}"#, r#"{"a": 1NaN}"#, r#"{"a": -NaN}"#, "{NaN: 1}", "NaN"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
