//! Every file that a command reads and every file that it writes: none may be both, and none written twice.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::destination::{Destination, shown};
use super::sink::check_target;

/// The files of a command, to be checked before any work.
#[derive(Debug, Default)]
pub struct Files {
    reads: Vec<PathBuf>,
    writes: Vec<PathBuf>,
}

impl Files {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Files that are read: inputs, lists of inputs, every file of a tokenizer, whether it is there or not.
    pub fn reads(mut self, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        self.reads.extend(paths);
        self
    }

    /// Files that are written; `-` is stdout.
    pub fn writes<'p>(mut self, paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let path = |path: &Path| PathBuf::from(if path == Path::new("-") { Path::new(STDOUT) } else { path });
        self.writes.extend(paths.into_iter().map(path));
        self
    }

    /// Stdout is written, which a shell may have redirected into any file.
    pub fn writes_stdout(mut self) -> Self {
        self.writes.push(PathBuf::from(STDOUT));
        self
    }

    /// Refuses what cannot be written, an output that is read, and two outputs in one file.
    pub fn check(&self) -> Result<()> {
        let reads: Vec<Identity> = self.reads.iter().map(|path| Identity::of(path)).collect();
        let mut before: Vec<Identity> = Vec::new();
        for path in &self.writes {
            let name = if path == Path::new(STDOUT) { "stdout".to_owned() } else { shown(path) };
            if path != Path::new(STDOUT) {
                check_target(path)?;
            }
            let identity = Identity::of(path);
            ensure!(
                !reads.iter().any(|read| read.is_file_of(&identity)),
                "{name}: is also an input (write to another file)"
            );
            ensure!(
                !before.iter().any(|other| other.is_file_of(&identity) || other.is_stream_of(&identity)),
                "{name}: is given for two outputs (write each to a file of its own)"
            );
            before.push(identity);
        }
        Ok(())
    }
}

const STDOUT: &str = "/dev/stdout";

/// What tells files apart, whatever path leads to them.
#[derive(Debug)]
struct Identity {
    /// Of a file that is there. Devices are no files to lose.
    inode: Option<(u64, u64)>,
    destination: Option<Destination>,
}

impl Identity {
    fn of(path: &Path) -> Self {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        let inode = metadata.map(|metadata| (metadata.dev(), metadata.ino()));
        Identity { inode, destination: Destination::of(path).ok() }
    }

    /// Whether both are one file, or will be.
    fn is_file_of(&self, other: &Self) -> bool {
        match (&self.destination, &other.destination) {
            _ if self.inode.is_some() && self.inode == other.inode => true,
            (Some(Destination::File(one)), Some(Destination::File(other))) => one == other,
            _ => false,
        }
    }

    /// Whether both are one open stream.
    fn is_stream_of(&self, other: &Self) -> bool {
        match (&self.destination, &other.destination) {
            (Some(Destination::Open(one)), Some(Destination::Open(other))) => one == other,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// What is said of reading and writing these files of a folder that holds `text` and `hard`, `link` to it.
    fn said(reads: &[&str], writes: &[&str]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let at =
            |name: &&str| if name.starts_with(['/', '-']) { PathBuf::from(name) } else { folder.path().join(name) };
        fs::write(at(&"text"), "One.").expect("a file");
        fs::hard_link(at(&"text"), at(&"hard")).expect("a link");
        symlink("text", at(&"link")).expect("a link");
        symlink("new", at(&"dangling")).expect("a link");
        symlink("new", at(&"other")).expect("a link");
        let writes: Vec<PathBuf> = writes.iter().map(at).collect();
        let files = Files::new().reads(reads.iter().map(at)).writes(writes.iter().map(PathBuf::as_path));
        let said = files.check().map_or_else(|error| error.to_string(), |()| String::new());
        said.replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn an_output_that_is_read_is_refused_by_any_name() {
        for write in ["text", "hard", "link", "./text"] {
            for read in ["text", "hard", "link"] {
                assert_eq!(
                    said(&["else", read], &["out", write]),
                    format!("{write}: is also an input (write to another file)")
                );
            }
        }
        assert_eq!(said(&["new"], &["dangling"]), "dangling: is also an input (write to another file)");
        assert_eq!(said(&["text", "missing"], &["new", "out"]), "");
    }

    #[test]
    fn two_outputs_in_one_file_are_refused() {
        let refused = |name: &str| format!("{name}: is given for two outputs (write each to a file of its own)");
        assert_eq!(said(&[], &["new", "new"]), refused("new"));
        assert_eq!(said(&[], &["dangling", "other"]), refused("other"));
        assert_eq!(said(&[], &["text", "hard"]), refused("hard"));
        assert_eq!(said(&[], &["/dev/fd/1", "/dev/stdout"]), refused("stdout"));
        assert_eq!(said(&[], &["-", "/dev/fd/1"]), refused("/dev/fd/1"));
        assert_eq!(said(&[], &["/dev/null", "/dev/null", "out"]), "");
    }
}
