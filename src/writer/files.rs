//! Every file that a command reads and every file that it writes: none may be both, and none written twice.

use std::collections::HashSet;
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
        if self.writes.is_empty() {
            return Ok(());
        }
        let reads: HashSet<Identity> = self.reads.iter().flat_map(|path| Identity::files(path)).collect();
        let mut before: HashSet<Identity> = HashSet::new();
        for path in &self.writes {
            let name = if path == Path::new(STDOUT) { "stdout".to_owned() } else { shown(path) };
            if path != Path::new(STDOUT) {
                check_target(path)?;
            }
            let files = Identity::files(path);
            ensure!(!files.iter().any(|file| reads.contains(file)), "{name}: is also an input (write to another file)");
            let is_new = files.into_iter().chain(Identity::stream(path)).all(|identity| before.insert(identity));
            ensure!(is_new, "{name}: is given for two outputs (write each to a file of its own)");
        }
        Ok(())
    }
}

const STDOUT: &str = "/dev/stdout";

/// What tells files apart, whatever path leads to them.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Identity {
    /// Of a file that is there. Devices are no files to lose.
    Inode(u64, u64),
    /// Of a file that is there or will be.
    Path(PathBuf),
    /// Of an open stream.
    Stream(PathBuf),
}

impl Identity {
    /// Of the file that a path leads to.
    fn files(path: &Path) -> Vec<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        let inode = metadata.map(|metadata| Identity::Inode(metadata.dev(), metadata.ino()));
        let named = match Destination::of(path) {
            Ok(Destination::File(path)) => Some(Identity::Path(path)),
            _ => None,
        };
        inode.into_iter().chain(named).collect()
    }

    /// Of the stream that it leads to.
    fn stream(path: &Path) -> Option<Self> {
        match Destination::of(path) {
            Ok(Destination::Open(path)) => Some(Identity::Stream(path)),
            _ => None,
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
