//! One law for all readers: the same documents give the same texts, however they are laid out,
//! packed, and delivered.

use proptest::prelude::*;

use super::damage::{ALL, pack};
use super::*;

/// A line that is not blank, of characters that have tripped somebody.
fn line() -> impl Strategy<Value = String> {
    let characters = prop::sample::select(vec![
        'a', 'b', ' ', '\t', '"', '\\', '[', '{', '\0', '\u{85}', '\u{2028}', '\u{a0}', 'é', '中', '\u{301}', '😀',
        '\u{feff}',
    ]);
    (prop::collection::vec(characters, 0..12), any::<prop::sample::Index>()).prop_map(|(mut line, at)| {
        // First comes no byte order mark, and something is not white.
        line.insert(at.index(line.len() + 1), 'x');
        line.into_iter().collect::<String>().trim_start_matches('\u{feff}').to_owned()
    })
}

fn break_between_lines() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["\n", "\r\n", "\r"])
}

fn counts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1_usize..9, 1..5)
}

/// The texts read from bytes in chunks.
fn read(name: &str, bytes: &[u8], counts: &[usize], options: &ReadOptions) -> Vec<String> {
    let reader = reader(name, bytes, counts, options).expect("a source");
    each(reader).into_iter().map(|item| item.expect("a document").text).collect()
}

proptest! {
    #[test]
    fn lines_json_and_every_compression_give_the_same_texts(
        lines in prop::collection::vec(line(), 0..20),
        separator in break_between_lines(),
        split in any::<prop::sample::Index>(),
        counts in counts(),
    ) {
        let text: String = lines.iter().flat_map(|line| [line, separator]).collect();
        let json: String = lines.iter().map(|line| serde_json::json!({"id": 7, "text": line}).to_string() + "\n").collect();
        let by_line = by(DocumentUnit::Line);
        prop_assert_eq!(&read("a.txt", text.as_bytes(), &counts, &by_line), &lines);
        prop_assert_eq!(&read("a.jsonl", json.as_bytes(), &counts, &by_line), &lines);
        for compression in ALL {
            let (first, second) = text.as_bytes().split_at(split.index(text.len() + 1));
            let packed = [pack(compression, first), pack(compression, second)].concat();
            prop_assert_eq!(&read("a.txt", &packed, &counts, &by_line), &lines);
            let packed = pack(compression, json.as_bytes());
            prop_assert_eq!(&read("a.jsonl", &packed, &counts, &by_line), &lines);
        }
    }

    #[test]
    fn paragraphs_come_back_whatever_separates_them(
        paragraphs in prop::collection::vec(prop::collection::vec(line(), 1..4), 0..8),
        separator in break_between_lines(),
        blank in prop::sample::select(vec!["", " ", "\u{3000}\t"]),
        counts in counts(),
    ) {
        let mut text = String::new();
        for line in paragraphs.iter().flat_map(|lines| lines.iter().map(String::as_str).chain([blank])) {
            text.push_str(line);
            text.push_str(separator);
        }
        let expected: Vec<_> = paragraphs.iter().map(|lines| lines.join("\n")).collect();
        prop_assert_eq!(read("a.txt", text.as_bytes(), &counts, &by(DocumentUnit::BlankLine)), expected);
        let whole = text.replace(separator, "\n").trim_end_matches('\n').to_owned();
        let whole = if whole.trim().is_empty() { vec![] } else { vec![whole] };
        prop_assert_eq!(read("a.txt", text.as_bytes(), &counts, &by(DocumentUnit::File)), whole);
    }

    #[test]
    fn any_bytes_are_read_alike_in_any_chunks(
        bytes in prop::collection::vec(prop::sample::select(b"a \n\r\n\"{}:\xc3\xa9\xe2\x80\xa8\xff\xf0".to_vec()), 0..60),
        limit in 1_u64..20,
        lossy: bool,
    ) {
        for documents in [DocumentUnit::BlankLine, DocumentUnit::Line, DocumentUnit::File] {
            let options = ReadOptions { lossy, max_document_bytes: limit, ..by(documents) };
            // Compares several sizes of chunks.
            for item in items("a.txt", &bytes, &options) {
                prop_assert!(item.is_err() || item.is_ok_and(|document| document.text.len() as u64 <= limit));
            }
        }
        items("a.jsonl", &bytes, &ReadOptions { lossy, max_document_bytes: limit, ..ReadOptions::default() });
    }

    #[test]
    fn lossy_reading_agrees_with_the_standard_library(
        bytes in prop::collection::vec(prop::sample::select(b"a\x80\xbf\xc2\xe0\xa0\xed\xf0\x90\xf4\x8f\xff".to_vec()), 1..40),
        counts in counts(),
    ) {
        let bytes = [b"a".to_vec(), bytes].concat();
        let options = ReadOptions { lossy: true, ..by(DocumentUnit::File) };
        prop_assert_eq!(read("a.txt", &bytes, &counts, &options), [String::from_utf8_lossy(&bytes)]);
    }
}
