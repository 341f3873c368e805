//! What the first bytes of an input tell: a compression that is read, a format of columns, a kind that is not read.
//!
//! Owns the table of magic numbers and the advice for each; opens and decodes nothing.

/// How many first bytes settle every question asked here; the one far in is that of tar.
pub(super) const HEAD_BYTES: usize = 512;

/// The byte order mark of UTF-8.
pub(super) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The compressions that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// The compression whose data begins like this.
    pub fn detect(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x1f\x8b") {
            Some(Self::Gzip)
        } else if head.starts_with(b"\x28\xb5\x2f\xfd") || is_skippable_frame(head) {
            Some(Self::Zstd)
        } else if is_bzip2(head) {
            Some(Self::Bzip2)
        } else if head.starts_with(b"\xfd7zXZ\0") {
            Some(Self::Xz)
        } else {
            None
        }
    }

    /// The compression that a name's extension says, in lower case.
    pub fn of_suffix(suffix: &str) -> Option<Self> {
        match suffix {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            "bz2" => Some(Self::Bzip2),
            "xz" => Some(Self::Xz),
            _ => None,
        }
    }

    /// Its name, which is also that of the program that checks a file: `gzip -t`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }
}

/// A zstd file may begin with a frame to skip (pzstd's do).
fn is_skippable_frame(head: &[u8]) -> bool {
    head.len() >= 4 && head[0] & 0xf0 == 0x50 && head[1..4] == *b"\x2a\x4d\x18"
}

/// `BZh` and a digit could be text; the mark of a block, or of the end, could not.
fn is_bzip2(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(b"BZh") else {
        return false;
    };
    let Some((b'1'..=b'9', rest)) = rest.split_first() else {
        return false;
    };
    let marks: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];
    // A file cut short inside the mark is damaged bzip2, not text.
    marks.iter().any(|mark| rest.starts_with(mark) || (rest.len() < 6 && mark.starts_with(rest)))
}

/// Why an input that begins like this is not read, and what to do; `None` where it may be text.
pub(super) fn refusal(head: &[u8]) -> Option<String> {
    if let Some(encoding) = encoding_by_mark(head) {
        return Some(format!("{encoding} text (convert it: iconv -f {encoding} -t UTF-8)"));
    }
    let advice = match head {
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => ("lz4", "unpack it: lz4 -d"),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => {
            ("a zip archive", "unpack it: unzip")
        }
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => ("a 7z archive", "unpack it: 7z x"),
        [b'R', b'a', b'r', b'!', 0x1a, 0x07, ..] => ("a rar archive", "unpack it: unrar x"),
        [0xff, 0x06, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..] => ("framed snappy", "unpack it: snzip -d"),
        [0x1f, 0x9d, ..] => ("compress (.Z)", "unpack it: gzip -d"),
        _ if is_lzma(head) => ("lzma", "unpack it: xz -d"),
        [b'L', b'Z', b'I', b'P', 0 | 1, ..] => ("lzip", "unpack it: lzip -d"),
        [b'F', b'E', b'A', b'1', 0, ..] => ("a Feather file", "write it as JSONL, for example with pyarrow"),
        _ if head.get(257..262) == Some(b"ustar") => ("a tar archive", "unpack it: tar -xf"),
        [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', ..] => ("a PDF", "take its text out: pdftotext"),
        _ => {
            return NO_TEXT
                .iter()
                .find(|(magic, _)| head.starts_with(magic))
                .map(|(_, what)| format!("{what}, not text (leave it out)"));
        }
    };
    Some(format!("{}, which is not read ({})", advice.0, advice.1))
}

/// How files begin that hold no text at all.
const NO_TEXT: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
];

/// Whether an input looks like no text: NUL bytes and others that are not UTF-8 at its beginning.
pub(super) fn looks_binary(head: &[u8]) -> bool {
    let is_invalid = std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    is_invalid && head.contains(&0)
}

/// Whether an input begins as `lzma` writes it: its usual properties, a size of the dictionary that is a power of two or one
/// and a half of it, and the size of the data, which may be unknown.
fn is_lzma(head: &[u8]) -> bool {
    let (Some(dictionary), Some(size)) = (head.get(1..5), head.get(5..13)) else {
        return false;
    };
    let dictionary = dictionary.iter().rev().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    let usual = dictionary >= 1 << 12
        && (dictionary.count_ones() == 1 || dictionary.wrapping_shr(dictionary.trailing_zeros()) == 3);
    head[0] == 0x5d && usual && (size == [0xff; 8] || size[6..] == [0, 0])
}

/// Formats of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    Parquet,
    ArrowStream,
    ArrowFile,
}

impl Columns {
    /// The format that begins like this.
    pub fn detect(head: &[u8]) -> Option<Self> {
        match head {
            // One whose footer is encrypted, too.
            [b'P', b'A', b'R', b'1' | b'E', 0x15, ..] => Some(Self::Parquet),
            [0xff, 0xff, 0xff, 0xff, ..] => Some(Self::ArrowStream),
            [b'A', b'R', b'R', b'O', b'W', b'1', 0, 0, ..] => Some(Self::ArrowFile),
            _ => None,
        }
    }

    /// The format that a name's extension says, in lower case.
    pub fn of_suffix(suffix: &str) -> Option<&'static str> {
        match suffix {
            "parquet" => Some("Parquet"),
            "arrow" => Some("Arrow"),
            _ => None,
        }
    }

    /// What is said where documents are read.
    pub fn refusal(self) -> &'static str {
        match self {
            Self::Parquet => NOT_IN_THIS_BUILD,
            Self::ArrowStream => "an Arrow stream, which is not read (write it as Parquet, for example with pyarrow)",
            Self::ArrowFile => "an Arrow file, which is not read (write it as Parquet, for example with pyarrow)",
        }
    }
}

/// What is said of a file that holds no byte, where even no data has some in the format of its name.
pub(super) fn is_empty(format: &str) -> String {
    format!("is empty, which {format} data never is (fetch or make it again)")
}

/// What is said of columns where the build is without them.
pub(super) const NOT_IN_THIS_BUILD: &str =
    "columns, which this build does not read (build it with --features columnar, or write JSONL)";

/// The encoding, other than UTF-8, that a byte order mark announces.
fn encoding_by_mark(head: &[u8]) -> Option<&'static str> {
    match head {
        // Before UTF-16, whose mark is the beginning of this one.
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32BE"),
        [0xff, 0xfe, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] => Some("UTF-16BE"),
        _ => None,
    }
}
