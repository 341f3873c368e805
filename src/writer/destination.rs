//! Where the name of an output leads: through links to a file, to a device, or to a stream that is open already.
//!
//! Owns links and descriptors. What is open already is written as it is opened: the file under it is somebody else's.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;

use crate::harmless;

/// Links after which a chain counts as a loop, as for Linux.
const MAX_LINKS: usize = 40;

/// What an output's name leads to.
#[derive(Debug, PartialEq)]
pub(super) enum Destination {
    /// A file that is there or can be made.
    File(PathBuf),
    /// A device or a pipe, which takes what comes and has no contents to lose.
    Special(PathBuf),
    /// A descriptor of some process, as a name under `/proc`.
    Open(PathBuf),
}

impl Destination {
    /// Follows the name, whose folder has to be there.
    pub fn of(path: &Path) -> Result<Self> {
        let name = shown(path);
        let mut path = path.to_path_buf();
        for _ in 0..MAX_LINKS {
            let Some(file) = path.file_name() else { return Err(anyhow!("{name}: is a folder (name a file)")) };
            let folder = folder_of(&path);
            let folder = fs::canonicalize(&folder)
                .map_err(|_| anyhow!("{name}: there is no folder {} (make it first)", shown(&folder)))?;
            let full = folder.join(file);
            if is_of_descriptors(&folder) {
                return Ok(Self::Open(full));
            }
            let kind = fs::symlink_metadata(&full).map(|found| found.file_type());
            match kind {
                Ok(kind) if kind.is_symlink() => match fs::read_link(&full) {
                    Ok(link) => path = folder.join(link),
                    Err(_) => return Ok(Self::File(full)),
                },
                Ok(kind) if kind.is_dir() => return Err(anyhow!("{name}: is a folder (name a file)")),
                Ok(kind) if !kind.is_file() => return Ok(Self::Special(full)),
                _ => return Ok(Self::File(full)),
            }
        }
        Err(anyhow!("{name}: links that lead to one another (name a file)"))
    }

    /// The name that all names of this destination lead to.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Special(path) | Self::Open(path) => path,
        }
    }

    /// Opens for writing, as it is, what is not a file to be made.
    pub fn open(&self) -> io::Result<File> {
        match (self, self.own_descriptor()) {
            (Self::Open(_), Some(own)) => duplicate(own).or_else(|_| self.reopen()),
            (Self::Open(_), None) => self.reopen(),
            _ => OpenOptions::new().write(true).open(self.path()),
        }
    }

    /// Opens a stream anew. Of a file that somebody else has open, nothing that is there is overwritten.
    fn reopen(&self) -> io::Result<File> {
        // A pipe that nobody reads any more would be waited for.
        let file =
            OpenOptions::new().append(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(self.path());
        match file {
            Err(error) if error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) => {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            outcome => {
                let file = outcome?;
                fcntl_setfl(&file, OFlags::APPEND)?;
                Ok(file)
            }
        }
    }

    /// Whether it is this process's stdout.
    pub fn is_stdout(&self) -> bool {
        self.own_descriptor() == Some(1)
    }

    /// Which of this process's descriptors it is.
    fn own_descriptor(&self) -> Option<i32> {
        let Self::Open(path) = self else { return None };
        let own = path.starts_with(format!("/proc/{}", std::process::id()));
        path.file_name()?.to_str()?.parse().ok().filter(|_| own)
    }
}

/// A stream of this process under a handle of its own: it goes on where others stopped, and they where it stops.
pub(super) fn duplicate(descriptor: i32) -> io::Result<File> {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let standard = match descriptor {
        0 => stdin.as_fd(),
        1 => stdout.as_fd(),
        2 => stderr.as_fd(),
        _ => return by_number(descriptor),
    };
    Ok(File::from(standard.try_clone_to_owned()?))
}

#[cfg(target_os = "linux")]
fn by_number(descriptor: i32) -> io::Result<File> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    Ok(File::from(pidfd_getfd(this, descriptor, PidfdGetfdFlags::empty())?))
}

#[cfg(not(target_os = "linux"))]
fn by_number(_: i32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether a folder without links in it is `/proc/1234/fd` or `/proc/1234/task/1234/fd`.
fn is_of_descriptors(folder: &Path) -> bool {
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = folder.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        ["/", "proc", process, "fd"] => number(process),
        ["/", "proc", process, "task", thread, "fd"] => number(process) && number(thread),
        _ => false,
    }
}

/// The folder that a name stands in.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A path for people.
pub(super) fn shown(path: &Path) -> String {
    harmless::line(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_lead_to_what_is_there_or_can_be_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let (new, deep) = (at("new"), at("deep/new"));
        fs::create_dir(at("deep")).expect("a folder");
        symlink("new", at("dangling")).expect("a link");
        symlink("dangling", at("further")).expect("a link");
        symlink(&deep, at("absolute")).expect("a link");
        symlink("gone/new", at("astray")).expect("a link");
        symlink("two", at("one")).expect("a link");
        symlink("one", at("two")).expect("a link");
        let canonical = |path: &Path| fs::canonicalize(folder_of(path)).expect("a folder").join("new");
        for name in ["new", "dangling", "further", "deep/../new"] {
            assert_eq!(Destination::of(&at(name)).expect("a file"), Destination::File(canonical(&new)), "{name}");
        }
        assert_eq!(Destination::of(&at("absolute")).expect("a file"), Destination::File(canonical(&deep)));
        let error = |name: &str| Destination::of(&at(name)).expect_err("an error").to_string();
        assert!(error("one").ends_with("one: links that lead to one another (name a file)"), "{}", error("one"));
        assert!(error("astray").contains("there is no folder "), "{}", error("astray"));
    }

    #[test]
    fn devices_and_descriptors_are_taken_as_they_are() {
        let null = Destination::of(Path::new("/dev/null")).expect("a device");
        assert_eq!(null, Destination::Special("/dev/null".into()));
        for (name, stream) in [
            ("/dev/stdout", 1),
            ("/dev/stderr", 2),
            ("/dev/fd/1", 1),
            ("/proc/self/fd/2", 2),
            ("/proc/thread-self/fd/0", 0),
        ] {
            let destination = Destination::of(Path::new(name)).expect("a descriptor");
            assert_eq!(destination.own_descriptor(), Some(stream), "{name}: {destination:?}");
        }
        let other = Destination::of(Path::new("/dev/fd/17")).expect("a descriptor");
        assert!(matches!(other, Destination::Open(_)) && other.own_descriptor() == Some(17));
    }
}
