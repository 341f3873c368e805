//! Files under temporary names: whose they are, and which of them nobody writes any more.
//!
//! A temporary name begins with a dot, so that readers of datasets pass over it, and tells the output it is for. The process
//! that writes it holds a lock on it, which goes with the process however that ends.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::destination::{Destination, folder_of};

/// Characters of a name that its temporary one begins with; of up to four bytes each, of 255 that file systems allow.
const MAX_PREFIX: usize = 50;
/// Stands between them and the numbers that tell temporary files apart.
const INFIX: &str = ".muddle-";
/// Hexadecimal digits of these numbers.
const DIGITS: usize = 16;
/// Names that are tried before the folder's own error is told.
const MAX_ATTEMPTS: u32 = 16;

/// A new file in the target's folder, locked.
pub(super) fn create_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    use std::hash::{BuildHasher, RandomState};
    let folder = folder_of(target);
    let mut attempt = 0;
    loop {
        let random = RandomState::new().hash_one(attempt);
        let path = folder.join(format!("{}{random:016x}", prefix(target)));
        attempt += 1;
        let file = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < MAX_ATTEMPTS => continue,
            outcome => outcome?,
        };
        // Not every file system has locks; without one the file passes for abandoned, no more.
        let _ = flock(&file, FlockOperation::NonBlockingLockExclusive);
        // Whoever cleared up between the two steps took it for abandoned.
        if is_at(&file, &path) != Some(false) || attempt == MAX_ATTEMPTS {
            return Ok((file, path));
        }
    }
}

/// Removes the temporary files of some outputs that no living process writes; returns how many. Each folder is read once.
pub fn clear_abandoned<'o>(outputs: impl IntoIterator<Item = &'o Path>) -> io::Result<usize> {
    let mut prefixes: BTreeMap<PathBuf, HashSet<String>> = BTreeMap::new();
    for output in outputs {
        let target = Destination::of(output).map_or_else(|_| output.to_path_buf(), |found| found.path().to_path_buf());
        prefixes.entry(folder_of(&target)).or_default().insert(prefix(&target));
    }
    let mut removed = 0;
    for (folder, prefixes) in prefixes {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            outcome => outcome?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let ours = name.to_str().and_then(prefix_of).is_some_and(|prefix| prefixes.contains(prefix));
            if ours && entry.file_type()?.is_file() && remove_if_abandoned(&entry.path())? {
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// What a temporary name begins with; `None` of any other name.
fn prefix_of(name: &str) -> Option<&str> {
    let (prefix, number) = name.split_at_checked(name.len().checked_sub(DIGITS)?)?;
    let is_temporary = prefix.ends_with(INFIX) && number.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_temporary.then_some(prefix)
}

fn remove_if_abandoned(path: &Path) -> io::Result<bool> {
    let file = match OpenOptions::new().write(true).open(path) {
        // Given its name, or removed, meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        outcome => outcome?,
    };
    let abandoned = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() && is_at(&file, path) == Some(true);
    if abandoned {
        fs::remove_file(path)?;
    }
    Ok(abandoned)
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    // Cut short where the name is so long already that no more fits behind it.
    format!(".{}{INFIX}", name.chars().take(MAX_PREFIX).collect::<String>())
}

/// Whether the file still has this name; `None` where that cannot be known.
fn is_at(file: &File, path: &Path) -> Option<bool> {
    let key = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(false),
        named => Some(key(file.metadata().ok()?) == key(named.ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_writes_is_cleared() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("out.jsonl");
        let (held, path) = create_beside(&target).expect("a file");
        let others = [
            ".out.jsonl.muddle-",
            ".out.jsonl.muddle-0123456789abcdeg",
            ".out.jsonl2.muddle-0123456789abcdef",
            "out.jsonl",
        ];
        others.iter().for_each(|name| fs::write(folder.path().join(name), "x").expect("a file"));
        let abandoned = folder.path().join(".out.jsonl.muddle-0123456789abcdef");
        fs::write(&abandoned, "half").expect("a file");
        let clear = || clear_abandoned([target.as_path(), &folder.path().join("gone/out")]).expect("cleared");
        assert_eq!(clear(), 1);
        assert!(path.exists() && !abandoned.exists());
        drop(held);
        assert_eq!(clear(), 1);
        assert!(!path.exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
    }

    #[test]
    fn long_names_leave_room_for_the_rest() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["é".repeat(120), "x".repeat(255)] {
            let (_file, path) = create_beside(&folder.path().join(name)).expect("a file");
            assert!(path.file_name().is_some_and(|name| name.len() <= 255));
        }
    }
}
