//! Where bytes go: stdout, or a file that bears its name only when it is complete.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::destination::{Destination, duplicate, folder_of, shown};
use super::suffix::{Compression, compression};
use super::temporary::create_beside;
use crate::digest::Digest;
use crate::interrupt::{Unfinished, Uninterrupted};

/// An open output. What is written counts only after [`Sink::finish`].
pub struct Sink {
    encoder: Encoder,
    pending: Option<Pending>,
    name: String,
    /// Whether a reader that goes away is no error.
    may_close: bool,
}

enum Encoder {
    Plain(BufWriter<Target>),
    Gzip(flate2::write::GzEncoder<BufWriter<Target>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<Target>>),
}

/// The file itself, and what tells its bytes apart where that is asked for.
struct Target {
    file: File,
    digest: Option<Box<Digest>>,
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        if let Some(digest) = &mut self.digest {
            digest.take(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file written beside its final place.
struct Pending {
    temporary: Unfinished,
    target: PathBuf,
}

/// An output that is written in full and bears its name as soon as it is published. Dropped before: the file goes.
pub struct Complete {
    pending: Option<Pending>,
    name: String,
    /// Open, so that it stays locked until it has its name.
    target: Target,
}

/// Records come in larger pieces, which go to the system as they are.
const BUFFER_BYTES: usize = 64 << 10;

/// What stands for stdout in place of a file's name.
const STDOUT: &str = "-";

impl Sink {
    /// The records' own stdout, plain: whoever reads it may go away. Written to as a file: the standard library's own handle
    /// looks for line ends and hides errors.
    pub fn stdout() -> Result<Self> {
        Ok(Sink { may_close: true, ..Self::aside(Path::new(STDOUT))? })
    }

    /// The records' own file; one that leads to stdout is as stdout.
    pub fn records(path: &Path) -> Result<Self> {
        let found = target(path)?;
        let may_close = found.is_stdout();
        Ok(Sink { may_close, ..Self::at(path, found)? })
    }

    /// An output beside the records: a file, or stdout where it is `-`. A reader that goes away is an error.
    pub fn aside(path: &Path) -> Result<Self> {
        if path != Path::new(STDOUT) {
            return Self::file(path);
        }
        // Under no name of the file system: there may be none.
        let file = duplicate(1).context("stdout: cannot be written")?;
        Self::over(file, Compression::None, None, "stdout".to_owned())
    }

    /// A file. One that exists keeps its contents until [`Sink::finish`]; what is no file to be made (a device, a pipe, a
    /// stream that is open already) is written to as it is.
    pub fn file(path: &Path) -> Result<Self> {
        Self::at(path, target(path)?)
    }

    fn at(path: &Path, found: Destination) -> Result<Self> {
        let (name, compression) = (shown(path), compression(path)?);
        let (file, pending) = match found {
            // A link stays a link: what it points to is replaced or made.
            Destination::File(target) => {
                let begun = Unfinished::begin(|| create_beside(&target));
                let (file, temporary) = begun.map_err(|error| failed(&name, "created", false, error))?;
                (file, Some(Pending { temporary, target }))
            }
            open => (open.open().map_err(|error| failed(&name, "written", true, error))?, None),
        };
        Self::over(file, compression, pending, name)
    }

    fn over(file: File, compression: Compression, pending: Option<Pending>, name: String) -> Result<Self> {
        let target = BufWriter::with_capacity(BUFFER_BYTES, Target { file, digest: None });
        let encoder = match compression {
            Compression::None => Encoder::Plain(target),
            Compression::Gzip => Encoder::Gzip(flate2::write::GzEncoder::new(target, flate2::Compression::default())),
            Compression::Zstd => Encoder::Zstd(zstd::stream::write::Encoder::new(target, 3)?),
        };
        Ok(Sink { encoder, pending, name, may_close: false })
    }

    /// The same, which takes the digest of what it writes.
    pub fn digested(mut self) -> Self {
        let target = match &mut self.encoder {
            Encoder::Plain(target) => target,
            Encoder::Gzip(encoder) => encoder.get_mut(),
            Encoder::Zstd(encoder) => encoder.get_mut(),
        };
        target.get_mut().digest = Some(Box::default());
        self
    }

    /// Writes bytes. Where stdout is closed and may be, the error chain holds the [`io::Error`] that tells it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.encoder {
            Encoder::Plain(target) => target.write_all(bytes),
            Encoder::Gzip(encoder) => encoder.write_all(bytes),
            Encoder::Zstd(encoder) => encoder.write_all(bytes),
        }
        .map_err(|error| failed(&self.name, "written", self.may_close, error))
    }

    /// Completes the output and gives it its name.
    pub fn finish(self) -> Result<()> {
        self.complete()?.publish()
    }

    /// Completes the output: flushed and on disk, not yet under its name.
    pub fn complete(self) -> Result<Complete> {
        let Sink { encoder, pending, name, may_close } = self;
        let target = flush(encoder, pending.as_ref()).map_err(|error| failed(&name, "written", may_close, error))?;
        Ok(Complete { pending, name, target })
    }
}

/// The output is at fault, not what goes into it: what an error that [`anyhow::Error::is`] this is about.
#[derive(Debug)]
pub struct Unwritable {
    name: String,
    what: &'static str,
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: cannot be {}", self.name, self.what)
    }
}

impl Unwritable {
    /// That a file cannot be written or removed, and why.
    pub fn because(path: &Path, error: io::Error) -> anyhow::Error {
        failed(&shown(path), "written", false, error)
    }
}

fn unwritable(name: &str, what: &'static str) -> Unwritable {
    Unwritable { name: name.to_owned(), what }
}

/// An output that cannot be created or written. That the other end of a pipe is closed is passed on only where it is no
/// error.
fn failed(name: &str, what: &'static str, may_close: bool, error: io::Error) -> anyhow::Error {
    let remedy = match error.kind() {
        io::ErrorKind::BrokenPipe if !may_close => "whoever reads it has gone",
        io::ErrorKind::PermissionDenied => "choose another folder, or make this one writable: chmod u+w",
        io::ErrorKind::ReadOnlyFilesystem => "choose another folder",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room, or choose another folder",
        io::ErrorKind::FileTooLarge => "raise the limit: ulimit -f, or choose another file system",
        _ => return anyhow::Error::new(error).context(unwritable(name, what)),
    };
    anyhow!("{error} ({remedy})").context(unwritable(name, what))
}

/// Takes the last bytes out of the encoder and sees a file of its own through to the disk.
fn flush(encoder: Encoder, pending: Option<&Pending>) -> io::Result<Target> {
    let target = match encoder {
        Encoder::Plain(target) => target,
        Encoder::Gzip(encoder) => encoder.finish()?,
        Encoder::Zstd(encoder) => encoder.finish()?,
    };
    let target = target.into_inner()?;
    if let Some(pending) = pending {
        target.file.sync_all()?;
        if let Ok(before) = fs::metadata(&pending.target) {
            target.file.set_permissions(before.permissions())?;
        }
    }
    Ok(target)
}

impl Complete {
    /// Gives the output its name.
    pub fn publish(self) -> Result<()> {
        publish_some(vec![self])
    }

    /// Of what was written, where that was asked for.
    pub fn digest(&self) -> Option<&Digest> {
        self.target.digest.as_deref()
    }
}

/// Gives complete outputs their names, in order. Each of their folders is synced once.
pub fn publish_some(mut outputs: Vec<Complete>) -> Result<()> {
    let named = name_all(&mut outputs, &mut Uninterrupted::begin());
    // Others need not wait for the disk.
    named.map(sync_folders)
}

/// Gives complete outputs their names, in order, and ends the run with the last: a signal finds it undone or done.
pub fn publish(mut outputs: Vec<Complete>) -> Result<()> {
    // Let go before the outputs, which take back what has no name.
    let mut uninterrupted = Uninterrupted::begin();
    let named = name_all(&mut outputs, &mut uninterrupted);
    let named = named.map(sync_folders);
    if named.is_ok() {
        uninterrupted.finished();
    }
    drop(uninterrupted);
    named
}

/// Returns the folders of the new names.
fn name_all(outputs: &mut [Complete], uninterrupted: &mut Uninterrupted) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for Complete { pending, name, .. } in outputs {
        let Some(Pending { temporary, target }) = pending else { continue };
        uninterrupted.name(temporary, target).map_err(|error| failed(name, "written", false, error))?;
        folders.push(folder_of(target));
    }
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

/// Makes names as durable as the bytes under them. They are there all the same where a folder cannot be opened or synced, so
/// that is no error: an error says that nothing has changed.
fn sync_folders(folders: Vec<PathBuf>) {
    for folder in folders {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// What can be known before any work: the folder is there, the target is none, the name asks for nothing that is not written.
pub fn check_target(path: &Path) -> Result<()> {
    target(path).map(drop)
}

fn target(path: &Path) -> Result<Destination> {
    compression(path)?;
    Destination::of(path)
}
