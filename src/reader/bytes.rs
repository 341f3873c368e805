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
use super::input::Input;
use super::signature::{self, Compression, HEAD_BYTES, UTF8_MARK};

/// Compressed bytes are read in blocks of this size.
const RAW_BLOCK_BYTES: usize = 128 << 10;

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
    bytes: Stream,
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
        Self::new(name.into(), Box::new(Counted { raw, count: Arc::clone(raw_bytes) }))
    }

    /// A source over any bytes.
    pub fn new(name: Arc<str>, mut raw: Stream) -> Result<Self, ReadError> {
        let head = read_head(&mut raw).map_err(|error| ReadError::io(&name, &error))?;
        let compression = Compression::detect(&head);
        let whole = Cursor::new(head.clone()).chain(raw);
        let mut source = Self {
            origin: Origin { name, compressed: compression.is_some() },
            offset: 0,
            compression,
            bytes: Box::new(io::empty()),
        };
        let Some(kind) = compression else {
            source.bytes = Box::new(whole);
            return source.skip_mark(head);
        };
        let packed = BufReader::with_capacity(RAW_BLOCK_BYTES, whole);
        let mut unpacked = unpack(kind, packed).map_err(|error| source.describe(&error))?;
        let head = read_head(&mut unpacked).map_err(|error| source.describe(&error))?;
        source.bytes = Box::new(Cursor::new(head.clone()).chain(unpacked));
        source.skip_mark(head)
    }

    /// Reads some unpacked bytes, none at the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        read_some(&mut self.bytes, buffer).map_err(|error| self.describe(&error))
    }

    /// Refuses what is no UTF-8 text by its first bytes, and drops the byte order mark.
    fn skip_mark(mut self, head: Vec<u8>) -> Result<Self, ReadError> {
        let name = &self.origin.name;
        if let Some(refusal) = signature::refusal(&head) {
            return Err(ReadError::fatal(format!("{name}: {refusal}")));
        }
        if let (Some(_), Some(inner)) = (self.compression, Compression::detect(&head)) {
            let inner = inner.name();
            let message = format!("{name}: {inner} data packed twice (unpack it once before)");
            return Err(ReadError::fatal(message));
        }
        if head.starts_with(UTF8_MARK) {
            let mut mark = [0; UTF8_MARK.len()];
            self.bytes.read_exact(&mut mark).map_err(|error| self.describe(&error))?;
            self.offset = mark.len() as u64;
        }
        Ok(self)
    }

    /// Tells a failing disk from a damaged file.
    fn describe(&self, error: &io::Error) -> ReadError {
        let name = &self.origin.name;
        // Decoders pass the errors of the operating system on and make others of their own.
        let Some(compression) = self.compression.filter(|_| error.raw_os_error().is_none()) else {
            return ReadError::io(name, error);
        };
        let packer = compression.name();
        let complaint = error.to_string();
        if needs_memory(&complaint) {
            let all_windows = if compression == Compression::Zstd { " --long=31" } else { "" };
            return ReadError::fatal(format!(
                "{name}: {packer} data that needs too much memory to be unpacked here \
                 (unpack it: {packer} -d{all_windows})"
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
        ReadError::fatal(format!("{name}: {packer} data {what} ({remedy} {packer} -t)"))
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
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(packed)?),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        Compression::Xz => {
            let concatenated = liblzma::stream::CONCATENATED;
            let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY_BYTES, concatenated)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
        }
    })
}

/// Up to [`HEAD_BYTES`] first bytes. A pipe need not deliver them all: sixteen settle everything but
/// a tar archive, and nobody should wait for more.
fn read_head(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    while filled < 16 {
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
