//! Inputs of kinds that are not read.

use super::damage::pack;
use super::*;
use crate::reader::signature::Compression;

fn lines(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.txt", bytes, &by(DocumentUnit::Line))
}

#[test]
fn kinds_that_are_not_read_are_named_with_advice() {
    let mut tar = vec![b'a'; 512];
    tar[257..262].copy_from_slice(b"ustar");
    for (head, words) in [
        (&b"\x04\x22\x4d\x18...."[..], "lz4, which is not read (unpack it: lz4 -d)"),
        (b"PK\x03\x04....", "a zip archive, which is not read (unpack it: unzip)"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not read (unpack it: 7z x)"),
        (b"Rar!\x1a\x07\x01\0", "a rar archive, which is not read (unpack it: unrar x)"),
        (b"\xff\x06\0\0sNaPpY", "framed snappy, which is not read (unpack it: snzip -d)"),
        (b"\x1f\x9d\x90a", "compress (.Z), which is not read (unpack it: gzip -d)"),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", "lzma, which is not read (unpack it: xz -d)"),
        (b"\x5d\0\0\0\x04\x05\0\0\0\0\0\0\0\0", "lzma, which is not read (unpack it: xz -d)"),
        (b"LZIP\x01\x0c", "lzip, which is not read (unpack it: lzip -d)"),
        (b"ARROW1\0\0", "an Arrow file, which is not read (write it as Parquet, for example with pyarrow)"),
        (
            b"\xff\xff\xff\xff\x10\0\0\0",
            "an Arrow stream, which is not read (write it as Parquet, for example with pyarrow)",
        ),
        (&tar, "a tar archive, which is not read (unpack it: tar -xf)"),
        (b"\xff\xfea\0", "UTF-16LE text (convert it: iconv -f UTF-16LE -t UTF-8)"),
        (b"\xfe\xff\0a", "UTF-16BE text (convert it: iconv -f UTF-16BE -t UTF-8)"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32LE text (convert it: iconv -f UTF-32LE -t UTF-8)"),
        (b"\0\0\xfe\xff\0\0\0a", "UTF-32BE text (convert it: iconv -f UTF-32BE -t UTF-8)"),
    ] {
        let message = format!("corpus.txt: {words}");
        for bytes in [head.to_vec(), pack(Compression::Gzip, head), pack(Compression::Xz, head)] {
            let error = reader("corpus.txt", &bytes, &[usize::MAX], &ReadOptions::default()).err();
            assert_eq!(error, Some(ReadError::fatal(message.clone())));
        }
    }
    assert_eq!(lines(b"]\0\0 is a bracket"), ["1 ]\0\0 is a bracket"]);
    assert_eq!(lines(b"PAR1 is a word, PK and LZIP are too"), ["1 PAR1 is a word, PK and LZIP are too"]);
}

#[test]
fn data_packed_twice_is_named() {
    let packed = pack(Compression::Zstd, &pack(Compression::Gzip, b"one"));
    assert_eq!(lines(&packed), ["fatal: corpus.txt: gzip data packed twice (unpack it once before)"]);
}
