//! Folders that can be written, and paths compared.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use rustix::fs::{Access, access};

use crate::harmless;

/// Refuses a folder that cannot be made or written.
pub(super) fn check_folder(folder: &Path) -> Result<()> {
    let Some(there) = folder.ancestors().find(|above| fs::symlink_metadata(above).is_ok()) else {
        // Relative, and nothing of it is there: the working folder has to take it.
        return check_writable(Path::new("."));
    };
    let metadata = fs::metadata(there).with_context(|| format!("{}: cannot be read", shown(there)))?;
    let what = if metadata.is_file() { "is a file" } else { "is a device or pipe" };
    ensure!(metadata.is_dir(), "{}: {what}, and a folder is needed (choose another --output-dir)", shown(there));
    check_writable(there)
}

fn check_writable(folder: &Path) -> Result<()> {
    let refused = |error: rustix::io::Errno| {
        anyhow!("{}: cannot be written: {} (choose another --output-dir)", shown(folder), io::Error::from(error))
    };
    access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(refused)
}

/// The path from the root on, with links left as they are but where `..` follows them.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let parts: Vec<Component> = path.components().collect();
    match parts.iter().rposition(|part| *part == Component::ParentDir) {
        None => path,
        Some(last) => {
            let (before, after) = parts.split_at(last + 1);
            let before: PathBuf = before.iter().collect();
            fs::canonicalize(&before).unwrap_or(before).join(after.iter().collect::<PathBuf>())
        }
    }
}

/// The path with the links in it followed, as far as it is there.
pub(super) fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    there.map_or_else(
        || path.to_path_buf(),
        |(above, real)| path.strip_prefix(above).map_or(real.clone(), |rest| real.join(rest)),
    )
}

/// The folder that two paths have in common.
pub(super) fn shared(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(one, other)| one == other).map(|(part, _)| part).collect()
}

pub(super) fn shown(path: &Path) -> String {
    harmless::line(&path.to_string_lossy()).into_owned()
}
