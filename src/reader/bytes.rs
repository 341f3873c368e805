//! One input as a stream of unpacked bytes.
//!
//! Owns opening, the count of raw bytes, decompression told by the first bytes, and the words for
//! damaged files. Knows nothing of text.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{Origin, ReadError};
use super::gunzip::Gunzip;
use super::input::Input;
use super::signature::{self, Compression, HEAD_BYTES, UTF8_MARK};

/// Compressed bytes are read in blocks of this size.
const RAW_BLOCK_BYTES: usize = 128 << 10;

/// Bytes asked for at once where a little is looked at.
const PEEK_BYTES: usize = 4 << 10;

/// What an xz file may ask for to be unpacked: `xz -9` needs 65 MiB.
const XZ_MEMORY_BYTES: u64 = 512 << 20;

type Stream = Box<dyn Read + Send>;

/// An open input: its bytes, unpacked, without the byte order mark.
pub(super) struct ByteSource {
    /// Whose bytes these are.
    pub origin: Origin,
    /// How many bytes of the unpacked file lie before those still to be read.
    pub offset: u64,
    compression: Option<Compression>,
    /// Unpacked and looked at, from `taken` on still to be read.
    head: Vec<u8>,
    taken: usize,
    stream: Stream,
}

impl ByteSource {
    /// Opens an input; what is read of it on disk is added to `raw_bytes`.
    pub fn open(input: &Input, raw_bytes: &Arc<AtomicU64>) -> Result<Self, ReadError> {
        let name = input.name();
        let raw: Stream = match input {
            // As a file: the standard library's own handle takes some errors for the end of the input.
            Input::Stdin => {
                let stdin = io::stdin().as_fd().try_clone_to_owned();
                Box::new(File::from(stdin.map_err(|error| ReadError::io(&name, &error))?))
            }
            Input::File(path) => Box::new(File::open(path).map_err(|error| ReadError::io(&name, &error))?),
        };
        Self::counted(input, raw, raw_bytes)
    }

    /// The bytes of an open input, whose name is held against them.
    pub fn counted(input: &Input, raw: Stream, raw_bytes: &Arc<AtomicU64>) -> Result<Self, ReadError> {
        let raw = Box::new(Counted { raw, count: Arc::clone(raw_bytes) });
        let source = Self::new(input.name().into(), raw)?;
        source.check_name(input.compression())?;
        Ok(source)
    }

    /// A source over any bytes.
    pub fn new(name: Arc<str>, mut raw: Stream) -> Result<Self, ReadError> {
        let head = read_head(&mut raw).map_err(|error| ReadError::io(&name, &error))?;
        let compression = Compression::detect(&head);
        let origin = Origin { name, compressed: compression.is_some(), looks_binary: false };
        let mut source = Self { origin, offset: 0, compression, head, taken: 0, stream: raw };
        if let Some(kind) = compression {
            let whole = Cursor::new(std::mem::take(&mut source.head)).chain(source.stream);
            source.stream = Box::new(io::empty());
            let packed = BufReader::with_capacity(RAW_BLOCK_BYTES, whole);
            source.stream = unpack(kind, packed).map_err(|error| source.describe(&error))?;
        }
        source.skip_mark()
    }

    /// Reads some unpacked bytes, none at the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if self.taken < self.head.len() {
            let count = buffer.len().min(self.head.len() - self.taken);
            buffer[..count].copy_from_slice(&self.head[self.taken..self.taken + count]);
            self.taken += count;
            return Ok(count);
        }
        self.head = Vec::new();
        self.taken = 0;
        read_some(&mut self.stream, buffer).map_err(|error| self.describe(&error))
    }

    /// The next bytes, which stay to be read: as many as it takes to be `enough`, or all there are.
    pub fn peek(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], ReadError> {
        while !enough(&self.head[self.taken..]) {
            let filled = self.head.len();
            self.head.resize(filled + PEEK_BYTES, 0);
            let outcome = read_some(&mut self.stream, &mut self.head[filled..]);
            self.head.truncate(filled + outcome.as_ref().map_or(0, |count| *count));
            if outcome.map_err(|error| self.describe(&error))? == 0 {
                break;
            }
        }
        Ok(&self.head[self.taken..])
    }

    /// The first bytes, enough of them to tell every kind of input.
    pub fn head(&mut self) -> Result<&[u8], ReadError> {
        self.peek(|head| head.len() >= HEAD_BYTES)
    }

    /// Refuses what is not UTF-8 text by its first bytes, and drops the byte order mark.
    fn skip_mark(mut self) -> Result<Self, ReadError> {
        let head = self.head()?;
        let (refusal, inner) = (signature::refusal(head), Compression::detect(head));
        let marked = head.starts_with(UTF8_MARK);
        let looks_binary = signature::looks_binary(head);
        self.origin.looks_binary = looks_binary;
        if let Some(refusal) = refusal {
            return Err(self.origin.fatal(refusal));
        }
        if let (Some(_), Some(inner)) = (self.compression, inner) {
            let inner = inner.name();
            return Err(self.origin.fatal(format_args!("{inner} data packed twice (unpack it once before)")));
        }
        if marked {
            self.taken = UTF8_MARK.len();
            self.offset = UTF8_MARK.len() as u64;
        }
        Ok(self)
    }

    /// Refuses bytes that are not of the compression which the name says.
    fn check_name(&self, claimed: Option<Compression>) -> Result<(), ReadError> {
        let Some(claimed) = claimed.filter(|_| claimed != self.compression) else { return Ok(()) };
        if self.head.is_empty() {
            return Err(self.origin.fatal(signature::is_empty(claimed.name())));
        }
        let found = self.compression.map_or("not compressed", Compression::name);
        Err(self.origin.fatal(format_args!(
            "{} by its name, but its bytes are {found} (rename it, or fetch it again)",
            claimed.name()
        )))
    }

    /// Tells a failing disk from a damaged file.
    fn describe(&self, error: &io::Error) -> ReadError {
        // Decoders pass the errors of the operating system on and make others of their own.
        let Some(compression) = self.compression.filter(|_| error.raw_os_error().is_none()) else {
            return ReadError::io(&self.origin.name, error);
        };
        let packer = compression.name();
        let complaint = error.to_string();
        if needs_memory(&complaint) {
            let all_windows = if compression == Compression::Zstd { " --long=31" } else { "" };
            return self.origin.fatal(format_args!(
                "{packer} data that needs too much memory to be unpacked here \
                 (unpack it: {packer} -d{all_windows})"
            ));
        }
        if complaint == "Dictionary mismatch" {
            return self.origin.fatal(format_args!(
                "zstd data made with a dictionary, which is not taken here (unpack it: zstd -d -D DICTIONARY)"
            ));
        }
        let what = match error.kind() {
            // A few bytes after the end look like a member that has only begun.
            io::ErrorKind::UnexpectedEof => "is cut short, or a few bytes of another kind follow it".to_owned(),
            _ if is_foreign(compression, &complaint) => "goes on after its end with bytes of another kind".to_owned(),
            // Its decoder does not tell the two apart.
            _ if compression == Compression::Xz => {
                format!("is corrupt or followed by bytes of another kind: {complaint}")
            }
            _ => format!("is corrupt: {}", complaint.to_lowercase()),
        };
        let remedy = "fetch or compress the file again; it is checked by";
        self.origin.fatal(format_args!("{packer} data {what} ({remedy} {packer} -t)"))
    }
}

/// Whether a decoder complains of a window larger than it may keep (128 MiB for zstd).
fn needs_memory(complaint: &str) -> bool {
    matches!(complaint, "Frame requires too much memory for decoding" | "memory limit reached")
}

/// Whether a decoder's complaint means that no member or frame begins where one should. The first
/// one was recognized by its beginning, so this is a later one.
fn is_foreign(compression: Compression, complaint: &str) -> bool {
    match compression {
        Compression::Gzip => complaint == "invalid gzip header",
        Compression::Zstd => complaint == "Unknown frame descriptor",
        Compression::Bzip2 => complaint == "bzip2: bz2 header missing",
        Compression::Xz => false,
    }
}

/// The decoder of a compression; all read every member, stream or frame there is.
fn unpack(kind: Compression, packed: impl BufRead + Send + 'static) -> io::Result<Stream> {
    Ok(match kind {
        Compression::Gzip => Box::new(Gunzip::new(packed)),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(packed)?),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        Compression::Xz => {
            let concatenated = liblzma::stream::CONCATENATED;
            let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY_BYTES, concatenated)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
        }
    })
}

/// The [`HEAD_BYTES`] first bytes, or all there are. A slow pipe is waited for: what it delivers first decides nothing.
fn read_head(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    while filled < HEAD_BYTES {
        match read_some(bytes, &mut head[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    head.truncate(filled);
    Ok(head)
}

/// Reads once, and again where a signal came between.
fn read_some(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match bytes.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Raw bytes, counted for whoever shows progress.
struct Counted {
    raw: Stream,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.raw.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
