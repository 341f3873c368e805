//! Where bytes go: stdout, or a file that bears its name only when it is complete.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};

use super::destination::{Destination, duplicate, folder_of, shown};
use super::suffix::{Compression, compression};
use super::temporary::create_beside;
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
    Plain(BufWriter<File>),
    Gzip(flate2::write::GzEncoder<BufWriter<File>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<File>>),
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
                let (file, temporary) = begun.with_context(|| unwritable(&name, "created"))?;
                (file, Some(Pending { temporary, target }))
            }
            open => (open.open().with_context(|| unwritable(&name, "written"))?, None),
        };
        Self::over(file, compression, pending, name)
    }

    fn over(file: File, compression: Compression, pending: Option<Pending>, name: String) -> Result<Self> {
        let target = BufWriter::with_capacity(BUFFER_BYTES, file);
        let encoder = match compression {
            Compression::None => Encoder::Plain(target),
            Compression::Gzip => Encoder::Gzip(flate2::write::GzEncoder::new(target, flate2::Compression::default())),
            Compression::Zstd => Encoder::Zstd(zstd::stream::write::Encoder::new(target, 3)?),
        };
        Ok(Sink { encoder, pending, name, may_close: false })
    }

    /// Writes bytes. Where stdout is closed and may be, the error chain holds the [`io::Error`] that tells it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.encoder {
            Encoder::Plain(target) => target.write_all(bytes),
            Encoder::Gzip(encoder) => encoder.write_all(bytes),
            Encoder::Zstd(encoder) => encoder.write_all(bytes),
        }
        .map_err(|error| failed(&self.name, self.may_close, error))
    }

    /// Completes the output and gives it its name.
    pub fn finish(self) -> Result<()> {
        self.complete()?.publish()
    }

    /// Completes the output: flushed and on disk, not yet under its name.
    pub fn complete(self) -> Result<Complete> {
        let Sink { encoder, pending, name, may_close } = self;
        flush(encoder, pending.as_ref()).map_err(|error| failed(&name, may_close, error))?;
        Ok(Complete { pending, name })
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
        anyhow::Error::new(error).context(unwritable(&shown(path), "written"))
    }
}

fn unwritable(name: &str, what: &'static str) -> Unwritable {
    Unwritable { name: name.to_owned(), what }
}

/// An output that cannot be written. That the other end of a pipe is closed is passed on only where it is no error.
fn failed(name: &str, may_close: bool, error: io::Error) -> anyhow::Error {
    let error = match error.kind() {
        io::ErrorKind::BrokenPipe if !may_close => anyhow!("{error} (whoever reads it has gone)"),
        _ => error.into(),
    };
    error.context(unwritable(name, "written"))
}

/// Takes the last bytes out of the encoder and sees a file of its own through to the disk.
fn flush(encoder: Encoder, pending: Option<&Pending>) -> io::Result<()> {
    let mut target = match encoder {
        Encoder::Plain(target) => target,
        Encoder::Gzip(encoder) => encoder.finish()?,
        Encoder::Zstd(encoder) => encoder.finish()?,
    };
    target.flush()?;
    let Some(pending) = pending else { return Ok(()) };
    target.get_ref().sync_all()?;
    if let Ok(before) = fs::metadata(&pending.target) {
        fs::set_permissions(pending.temporary.path(), before.permissions())?;
    }
    Ok(())
}

impl Complete {
    /// Gives the output its name.
    pub fn publish(self) -> Result<()> {
        // Others need not wait for the disk.
        self.name().map(sync_folders)
    }

    /// Gives the output a name that the disk may forget when power fails, though never its bytes.
    pub fn publish_lazily(self) -> Result<()> {
        self.name().map(drop)
    }

    fn name(self) -> Result<Vec<PathBuf>> {
        let mut outputs = [self];
        name_all(&mut outputs, &mut Uninterrupted::begin())
    }

    /// Its size; of what is no file to be made, 0.
    pub fn size(&self) -> Result<u64> {
        let Some(pending) = &self.pending else { return Ok(0) };
        let metadata = fs::metadata(pending.temporary.path()).with_context(|| unwritable(&self.name, "written"))?;
        Ok(metadata.len())
    }
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
    for Complete { pending, name } in outputs {
        let Some(Pending { temporary, target }) = pending else { continue };
        uninterrupted.name(temporary, target).with_context(|| unwritable(name, "written"))?;
        folders.push(folder_of(target));
    }
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
    ensure!(!path.is_dir(), "{}: is a folder (name a file)", shown(path));
    compression(path)?;
    Destination::of(path)
}
