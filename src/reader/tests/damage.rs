//! Compressed inputs, whole and damaged.

use std::io::Write;

use super::*;
use crate::reader::signature::Compression;

pub(super) const ALL: [Compression; 4] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

/// One member (stream, frame) of compressed data.
pub(super) fn pack(compression: Compression, bytes: &[u8]) -> Vec<u8> {
    let packed = match compression {
        Compression::Gzip => {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(bytes).and_then(|()| gzip.finish())
        }
        Compression::Zstd => {
            // With a checksum, as the program writes it.
            let mut zstd = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
            zstd.include_checksum(true).expect("a checksum");
            zstd.write_all(bytes).and_then(|()| zstd.finish())
        }
        Compression::Bzip2 => {
            let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            bzip2.write_all(bytes).and_then(|()| bzip2.finish())
        }
        Compression::Xz => {
            let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 0);
            xz.write_all(bytes).and_then(|()| xz.finish())
        }
    };
    packed.expect("memory takes all bytes")
}

fn lines(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.txt", bytes, &by(DocumentUnit::Line))
}

fn damaged(compression: Compression, what: &str) -> String {
    let name = compression.name();
    format!(
        "fatal: corpus.txt: {name} data {what} \
         (fetch or compress the file again; it is checked by {name} -t)"
    )
}

#[test]
fn compression_is_told_by_the_first_bytes_not_the_name() {
    for compression in ALL {
        assert_eq!(lines(&pack(compression, b"one\ntwo")), ["1 one", "2 two"], "{compression:?}");
    }
    assert_eq!(outcome("corpus.gz.txt", b"plain", &by(DocumentUnit::Line)), ["1 plain"]);
    assert_eq!(lines(b"BZh9 is how bzip2 files begin"), ["1 BZh9 is how bzip2 files begin"]);
}

#[test]
fn every_member_is_read() {
    for compression in ALL {
        let members: Vec<u8> =
            ["one\ntw", "", "o\n", "three"].iter().flat_map(|text| pack(compression, text.as_bytes())).collect();
        assert_eq!(lines(&members), ["1 one", "2 two", "3 three"], "{compression:?}");
    }
    let skippable = [&b"\x5a\x2a\x4d\x18\x02\0\0\0xx"[..], &pack(Compression::Zstd, b"one")].concat();
    assert_eq!(lines(&skippable), ["1 one"]);
}

#[test]
fn empty_members_hold_no_documents() {
    for compression in ALL {
        assert_eq!(lines(&pack(compression, b"")), [""; 0], "{compression:?}");
    }
}

#[test]
fn a_byte_order_mark_is_dropped_from_packed_text_too() {
    for compression in ALL {
        let packed = pack(compression, "\u{feff}one".as_bytes());
        assert_eq!(texts("corpus.txt", &packed, &by(DocumentUnit::Line)), ["one"]);
    }
}

#[test]
fn offsets_are_those_of_the_unpacked_file() {
    let message = "corpus.txt:2: invalid UTF-8 at byte offset 4 of the unpacked file, counted from 0 \
                   (replace it with --lossy, or convert the file: iconv -f ISO-8859-1 -t UTF-8)";
    assert_eq!(lines(&pack(Compression::Gzip, b"one\n\xff")), ["1 one", message]);
}

#[test]
fn a_file_cut_anywhere_is_an_error_and_its_last_document_is_not_given() {
    for compression in ALL {
        let packed = [pack(compression, b"one\ntwo"), pack(compression, b" and a half")].concat();
        let first = pack(compression, b"one\ntwo").len();
        for length in (6..packed.len()).filter(|length| *length != first) {
            let found = lines(&packed[..length]);
            let (last, before) = found.split_last().expect("an error");
            assert_eq!(
                *last,
                damaged(compression, "is cut short, or a few bytes of another kind follow it"),
                "after {length} bytes"
            );
            assert!(before.iter().all(|document| document == "1 one"), "{found:?}");
        }
    }
}

#[test]
fn bytes_after_the_end_are_an_error() {
    for compression in ALL {
        let packed = [&pack(compression, b"one\ntwo")[..], b"\nthree and some more\n"].concat();
        let what = match compression {
            Compression::Xz => "is corrupt or followed by bytes of another kind: lzma data error",
            _ => "goes on after its end with bytes of another kind",
        };
        let found = lines(&packed);
        let (last, before) = found.split_last().expect("an error");
        assert_eq!(*last, damaged(compression, what));
        assert!(before.iter().all(|document| document == "1 one"), "{found:?}");
    }
}

#[test]
fn zeros_after_gzip_are_padding() {
    let member = |text: &[u8]| pack(Compression::Gzip, text);
    let zeros = [0; 1 << 17];
    for padding in [1, 7, 512, 1 << 17] {
        let padded = [&member(b"one\n")[..], &zeros[..padding], &member(b"two"), &zeros[..padding]].concat();
        assert_eq!(lines(&padded), ["1 one", "2 two"]);
    }
    let dirty = [&member(b"one\n")[..], b"\0\0x and some more bytes"].concat();
    assert_eq!(
        lines(&dirty).last(),
        Some(&damaged(Compression::Gzip, "goes on after its end with bytes of another kind"))
    );
}

#[test]
fn a_few_bytes_or_zeros_after_the_end_are_an_error() {
    for compression in ALL {
        let zeros: &[&[u8]] = if compression == Compression::Gzip { &[] } else { &[b"\0\0\0", b"\0\0\0\0\0\0\0"] };
        for tail in [&b"\n"[..], b"\x1f"].iter().chain(zeros) {
            let packed = [&pack(compression, b"one\ntwo")[..], tail].concat();
            let found = lines(&packed);
            assert!(found.last().is_some_and(|last| last.starts_with("fatal: ")), "{compression:?} {tail:?} {found:?}");
            assert!(found.len() <= 2, "{found:?}");
        }
    }
}

#[test]
fn a_flipped_bit_is_found_or_changes_nothing() {
    let text: String = (0..400).map(|number| format!("{}\n", number * 7919)).collect();
    let options = by(DocumentUnit::Line);
    let read = |bytes: &[u8]| -> Result<Vec<Item>, ReadError> {
        each(reader("corpus.txt", bytes, &[usize::MAX], &options)?).into_iter().collect()
    };
    for compression in ALL {
        let packed = pack(compression, text.as_bytes());
        let whole = read(&packed).expect("undamaged data");
        // What a header says of names and times is not protected, all that follows is.
        for at in 24..packed.len() {
            let mut packed = packed.clone();
            packed[at] ^= 0x10;
            // One bit can make a match point to another copy of the same bytes.
            assert!(read(&packed).is_err() || read(&packed).as_ref() == Ok(&whole), "{compression:?} at {at}");
        }
    }
}

#[test]
fn a_corrupt_file_names_the_decoder_and_its_complaint() {
    let text = "one two three four\n".repeat(100);
    let mut packed = pack(Compression::Gzip, text.as_bytes());
    let end = packed.len() - 6;
    packed[end] ^= 1;
    let found = lines(&packed);
    assert_eq!(
        found.last(),
        Some(&damaged(Compression::Gzip, "is corrupt: corrupt gzip stream does not have a matching checksum"))
    );
}

#[test]
fn a_bomb_is_not_unpacked_into_memory() {
    for compression in ALL {
        let packed = pack(compression, &vec![b'a'; 64 << 20]);
        let options = ReadOptions { max_document_bytes: 1 << 20, ..by(DocumentUnit::Line) };
        let mut reader = reader("corpus.txt", &packed, &[usize::MAX], &options).expect("a source");
        let error = reader.next().expect("an item").expect_err("an error");
        let message = "corpus.txt:1: document of more than 1048576 bytes (allow more with --max-document-bytes)";
        assert_eq!(error, ReadError::of_document(message.into()));
        assert!(reader.bytes_read() < 2 << 20, "it says so as soon as the limit is passed");
        assert!(reader.next().is_none());
    }
}

#[test]
fn zstd_with_a_dictionary_is_named() {
    // The head of a frame that names dictionary 7, and a block of five bytes as they are.
    let found = lines(b"\x28\xb5\x2f\xfd\x21\x07\x05\x29\0\0hello");
    let message = "fatal: corpus.txt: zstd data made with a dictionary, which is not taken here \
                   (unpack it: zstd -d -D DICTIONARY)";
    assert_eq!(found, [message]);
}

#[test]
fn a_window_too_large_to_keep_is_named() {
    // The head of a frame with a window of 256 MiB, and an empty last block.
    let found = lines(b"\x28\xb5\x2f\xfd\x00\x90\x01\0\0");
    let message = "fatal: corpus.txt: zstd data that needs too much memory to be unpacked here \
                   (unpack it: zstd -d --long=31)";
    assert_eq!(found, [message]);
}
