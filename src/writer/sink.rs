//! Where bytes go: stdout, or a file that bears its name only when it is complete.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::interrupt::Unfinished;

/// How the bytes are compressed, by the name's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    fn of(path: &Path) -> Self {
        match path.extension().and_then(|e| e.to_str()) {
            Some("gz") => Compression::Gzip,
            Some("zst") => Compression::Zstd,
            _ => Compression::None,
        }
    }
}

/// An open output. What is written counts only after [`Sink::finish`].
pub struct Sink {
    encoder: Encoder,
    pending: Option<Pending>,
    name: String,
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
/// Characters of a name that its temporary one begins with; of up to four bytes each, of 255 that file systems allow.
const LONGEST_PREFIX: usize = 50;

impl Sink {
    /// Stdout, plain. Written to as a file: the standard library's own handle looks for line ends and hides errors.
    pub fn stdout() -> Result<Self> {
        let file = File::from(io::stdout().as_fd().try_clone_to_owned().context("stdout: cannot be written")?);
        let target = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Sink { encoder: Encoder::Plain(target), pending: None, name: "stdout".to_string() })
    }

    /// A file. One that exists keeps its contents until [`Sink::finish`]; one that is no regular file (a device, a pipe) is
    /// written to as it is.
    pub fn file(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        check_target(path)?;
        let (file, pending) = if is_special(path) {
            let file = OpenOptions::new().write(true).open(path);
            (file.with_context(|| format!("{name}: cannot be written"))?, None)
        } else {
            // A link stays a link: what it points to is replaced.
            let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
            let begun = Unfinished::begin(|| create_beside(&target));
            let (file, temporary) = begun.with_context(|| format!("{name}: cannot be created"))?;
            (file, Some(Pending { temporary, target }))
        };
        let target = BufWriter::with_capacity(BUFFER_BYTES, file);
        let encoder = match Compression::of(path) {
            Compression::None => Encoder::Plain(target),
            Compression::Gzip => Encoder::Gzip(flate2::write::GzEncoder::new(target, flate2::Compression::default())),
            Compression::Zstd => Encoder::Zstd(zstd::stream::write::Encoder::new(target, 3)?),
        };
        Ok(Sink { encoder, pending, name })
    }

    /// Writes bytes. The error chain holds the [`io::Error`], so that a closed pipe can be told.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let name = &self.name;
        match &mut self.encoder {
            Encoder::Plain(target) => target.write_all(bytes),
            Encoder::Gzip(encoder) => encoder.write_all(bytes),
            Encoder::Zstd(encoder) => encoder.write_all(bytes),
        }
        .with_context(|| format!("{name}: cannot be written"))
    }

    /// Completes the output and gives it its name.
    pub fn finish(self) -> Result<()> {
        self.complete()?.publish()
    }

    /// Completes the output: flushed and on disk, not yet under its name.
    pub fn complete(self) -> Result<Complete> {
        let Sink { encoder, pending, name } = self;
        let written = flush(encoder, pending.as_ref()).with_context(|| format!("{name}: cannot be written"));
        written.map(|()| Complete { pending, name })
    }
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
    if let Ok(before) = std::fs::metadata(&pending.target) {
        std::fs::set_permissions(pending.temporary.path(), before.permissions())?;
    }
    Ok(())
}

impl Complete {
    /// Gives the output its name.
    pub fn publish(self) -> Result<()> {
        let Complete { pending: Some(Pending { temporary, target }), name } = self else { return Ok(()) };
        temporary.complete(&target).with_context(|| format!("{name}: cannot be written"))?;
        // The new name is as durable as the bytes only once the folder is. It is there all the same where a folder cannot be
        // opened or synced, so that is no error: an error says that nothing has changed.
        let _ = File::open(folder_of(&target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// What can be known before any work: the folder is there, the target is none.
pub fn check_target(path: &Path) -> Result<()> {
    let name = path.display();
    ensure!(!path.is_dir(), "{name}: is a folder (--output takes a file's name)");
    let folder = folder_of(path);
    ensure!(folder.is_dir(), "{name}: there is no folder {} (make it first)", folder.display());
    if path.file_name().is_none() {
        bail!("{name}: no file's name (--output takes a file's name)");
    }
    Ok(())
}

/// Refuses an output that is one of the inputs, whatever it is called.
pub fn check_is_no_input(output: &Path, inputs: impl Iterator<Item = PathBuf>) -> Result<()> {
    let Ok(target) = same_file_key(output) else { return Ok(()) };
    for input in inputs {
        let same = same_file_key(&input).is_ok_and(|key| key == target);
        ensure!(!same, "{}: is also an input (write to another file)", output.display());
    }
    Ok(())
}

/// Refuses to write to a stdout that a shell redirects into one of the inputs: it would be read for ever.
pub fn check_stdout_is_no_input(inputs: impl Iterator<Item = PathBuf>) -> Result<()> {
    check_is_no_input(Path::new("/dev/stdout"), inputs)
        .map_err(|_| anyhow!("stdout: is also an input (write to another file)"))
}

/// Refuses two outputs in one file: the later would take the place of the earlier.
pub fn check_differ(outputs: &[&Path]) -> Result<()> {
    let place = |path: &Path| Some((std::fs::canonicalize(folder_of(path)).ok()?, path.file_name()?.to_owned()));
    let same = |one: &Path, other: &Path| {
        let same_file = same_file_key(one).is_ok_and(|key| same_file_key(other).is_ok_and(|other| key == other));
        same_file || place(one).is_some_and(|place_of_one| Some(place_of_one) == place(other))
    };
    for (at, output) in outputs.iter().enumerate() {
        let twice = !is_special(output) && outputs[..at].iter().any(|before| same(before, output));
        ensure!(!twice, "{}: is given for two outputs (write each to a file of its own)", output.display());
    }
    Ok(())
}

/// A device or a pipe, which takes what comes and has no contents to lose.
fn is_special(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// Tells files apart whatever path leads to them. Devices are no files to lose.
fn same_file_key(path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok((metadata.dev(), metadata.ino()))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A new file in the target's folder, under a name that readers of datasets pass over.
fn create_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    use std::hash::{BuildHasher, RandomState};
    // Cut short where the name is so long already that no more fits behind it.
    let name: String = target.file_name().unwrap_or_default().to_string_lossy().chars().take(LONGEST_PREFIX).collect();
    let mut attempt = 0;
    loop {
        let random = RandomState::new().hash_one(attempt) as u32;
        let temporary = folder_of(target).join(format!(".{name}.tmp-{}-{random:08x}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 16 => attempt += 1,
            outcome => return Ok((outcome?, temporary)),
        }
    }
}
