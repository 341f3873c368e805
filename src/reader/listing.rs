//! Inputs that are named together: a folder stands for the data files under it, a list names one after the other.
//!
//! Owns which files of a folder are data, and their order. Opens none of them.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::format::Format;
use super::input::Input;
use super::records;
use crate::harmless;

/// The longest list of inputs.
const MAX_LIST_BYTES: u64 = 1 << 30;

/// What stands between the names of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A line break; CRLF too.
    Line,
    /// A NUL, as `find -print0` writes it: names may hold line breaks then.
    Null,
}

/// What is read, by which the data files of a folder are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataKind {
    /// Text to be split into documents.
    Text,
    /// Records already written.
    Records,
}

impl DataKind {
    /// The suffixes of files that hold it, in lower case.
    fn suffixes(self) -> Vec<&'static str> {
        match self {
            DataKind::Text => Format::suffixes().collect(),
            DataKind::Records => records::SUFFIXES.to_vec(),
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            DataKind::Text => "text",
            DataKind::Records => "records",
        }
    }
}

/// The inputs with, in place of each folder, the data files under it, sorted by the bytes of their paths.
///
/// Data files are those whose suffix names a format in which this kind is read, compressed or not. Hidden files and folders
/// are left out, and `README.md`, which tells of a folder. Links are followed.
pub fn expand(inputs: Vec<Input>, kind: DataKind) -> Result<Vec<Input>, ReadError> {
    let mut expanded = Vec::with_capacity(inputs.len());
    for input in inputs {
        match &input {
            Input::File(path) if path.is_dir() => {
                expanded.extend(data_files(path, kind)?.into_iter().map(Input::File));
            }
            _ => expanded.push(input),
        }
    }
    Ok(expanded)
}

/// The inputs that a list names; empty lines name none. `-` is stdin, unless the list itself is.
pub fn listed(list: &Input, separator: Separator) -> Result<Vec<Input>, ReadError> {
    let refused = |why: &str| Err(ReadError::fatal(format!("{}: {why}", list.shown())));
    let bytes = read_list(list).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::fatal(format!(
            "{}: no such file (--files-from takes a list of inputs, or - for stdin)",
            list.shown()
        )),
        _ => ReadError::io(&list.name(), &error),
    })?;
    if bytes.len() as u64 > MAX_LIST_BYTES {
        return refused("too long for a list of inputs (it holds their names, not their text)");
    }
    if separator == Separator::Line && bytes.contains(&0) {
        return refused("holds NUL bytes, so it is not a list of one name a line (--null reads NUL-separated names)");
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let names: Vec<&[u8]> = match separator {
        Separator::Null => bytes.split(|&byte| byte == 0).collect(),
        Separator::Line => bytes.split(|&byte| byte == b'\n').map(without_cr).collect(),
    };
    let named = names.into_iter().filter(|name| !name.is_empty());
    let inputs: Vec<Input> = named.map(|name| OsString::from_vec(name.to_vec()).into()).collect();
    if inputs.is_empty() {
        return refused("names no inputs (one a line)");
    }
    if *list == Input::Stdin && inputs.contains(&Input::Stdin) {
        return refused("names -, but stdin is the list itself (put the text into a file)");
    }
    Ok(inputs)
}

fn read_list(list: &Input) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match list {
        Input::Stdin => io::stdin().lock().take(MAX_LIST_BYTES + 1).read_to_end(&mut bytes)?,
        Input::File(path) => fs::File::open(path)?.take(MAX_LIST_BYTES + 1).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The data files under a folder, sorted.
fn data_files(folder: &Path, kind: DataKind) -> Result<Vec<PathBuf>, ReadError> {
    let (mut files, suffixes) = (Vec::new(), kind.suffixes());
    collect(folder, &mut Vec::new(), &mut |path| {
        if is_data(&path, &suffixes) {
            files.push(path);
        }
    })?;
    if files.is_empty() {
        return Err(ReadError::fatal(format!(
            "{}: no {} in this folder (looked for .{}, also compressed; name others one by one or with --files-from)",
            shown(folder),
            match kind {
                DataKind::Text => "data files",
                DataKind::Records => "files of records",
            },
            suffixes.join(" .")
        )));
    }
    files.sort_by(|one, other| one.as_os_str().as_bytes().cmp(other.as_os_str().as_bytes()));
    Ok(files)
}

/// Hands over the files under a folder that are not hidden; `above` are the folders around it, by which a link that leads
/// back is told.
fn collect(folder: &Path, above: &mut Vec<PathBuf>, take: &mut impl FnMut(PathBuf)) -> Result<(), ReadError> {
    let failed = |error: io::Error| ReadError::io(&folder.to_string_lossy(), &error);
    let real = fs::canonicalize(folder).map_err(failed)?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default();
        if name.as_bytes().starts_with(b".") {
            continue;
        }
        match path.is_dir() {
            true => collect(&path, above, take)?,
            false => take(path),
        }
    }
    above.pop();
    Ok(())
}

fn is_data(path: &Path, suffixes: &[&str]) -> bool {
    let suffix = Input::File(path.into()).suffix();
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    suffixes.contains(&suffix.as_str()) && !name.starts_with("readme.")
}

fn shown(path: &Path) -> String {
    harmless::line(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "One.\n").expect("a file");
        }
        folder
    }

    /// The names of inputs, without the folder's.
    fn names(folder: &tempfile::TempDir, inputs: Vec<Input>) -> Vec<String> {
        let prefix = format!("{}/", folder.path().display());
        inputs.iter().map(|input| input.name().replace(&prefix, "")).collect()
    }

    fn list(text: &[u8], separator: Separator) -> Result<Vec<Input>, ReadError> {
        let folder = folder_with(&[]);
        let path = folder.path().join("list");
        fs::write(&path, text).expect("a file");
        listed(&Input::File(path), separator)
    }

    #[test]
    fn a_folder_stands_for_its_data_files_in_order() {
        #[rustfmt::skip]
        let folder = folder_with(&[
            "b.txt", "a/z.jsonl.zst", "a-b/x.ndjson", "a/B.JSON.GZ", "a/b/c.text", "c.md", "d.parquet", "é.txt.xz",
            "README.md", "a/readme.txt", ".hidden.txt", ".git/x.txt", "x.csv", "x.png", "LICENSE", "a/x.gz", "txt", "y.txt.lz4",
        ]);
        let inputs = vec![Input::Stdin, Input::File(folder.path().into()), Input::File("x.csv".into())];
        #[rustfmt::skip]
        let expected = [
            "stdin", "a-b/x.ndjson", "a/B.JSON.GZ", "a/b/c.text", "a/z.jsonl.zst", "b.txt", "c.md", "d.parquet", "é.txt.xz", "x.csv",
        ];
        assert_eq!(names(&folder, expand(inputs, DataKind::Text).expect("files")), expected);
    }

    #[test]
    fn a_folder_of_records_stands_for_what_records_are_read_from() {
        #[rustfmt::skip]
        let folder = folder_with(&[
            "c.arrow", "a/b.parquet", "a.jsonl.zst", "d.ndjson", "e.json.gz", "f.txt", "g.md", "h.text", "x.csv",
            ".muddle/a.jsonl.json", ".part.arrow", "readme.json",
        ]);
        let inputs = expand(vec![Input::File(folder.path().into())], DataKind::Records).expect("files");
        assert_eq!(names(&folder, inputs), ["a.jsonl.zst", "a/b.parquet", "c.arrow", "d.ndjson", "e.json.gz"]);
    }

    #[test]
    fn links_are_followed_and_never_in_a_circle() {
        let folder = folder_with(&["one/a.txt", "two/b.txt"]);
        let at = |name: &str| folder.path().join(name);
        symlink(folder.path(), at("one/back")).expect("a link");
        symlink("../two", at("one/two")).expect("a link");
        symlink("../two/b.txt", at("one/c.txt")).expect("a link");
        symlink("gone", at("one/d.txt")).expect("a link");
        let inputs = expand(vec![Input::File(at("one"))], DataKind::Text).expect("files");
        assert_eq!(
            names(&folder, inputs),
            ["one/a.txt", "one/back/two/b.txt", "one/c.txt", "one/d.txt", "one/two/b.txt"]
        );
    }

    #[test]
    fn a_folder_without_data_says_what_was_looked_for() {
        let folder = folder_with(&["x.png", ".muddle/x.json"]);
        for (kind, words) in [
            (DataKind::Text, "data files in this folder (looked for .txt .text .md .jsonl .ndjson .json .parquet,"),
            (DataKind::Records, "files of records in this folder (looked for .jsonl .ndjson .json .arrow .parquet,"),
        ] {
            let error = expand(vec![Input::File(folder.path().into())], kind).expect_err("an error");
            let words = format!(": no {words} also compressed; name others one by one or with --files-from)");
            assert!(error.message.ends_with(&words), "{error}");
        }
    }

    #[test]
    fn a_list_names_inputs_one_a_line_or_by_nul() {
        let file = |name: &str| Input::File(name.into());
        let read = |text: &[u8], separator| list(text, separator).expect("a list");
        assert_eq!(
            read(b"\xef\xbb\xbfa.txt\r\n\n b c \n-\nd", Separator::Line),
            [file("a.txt"), file(" b c "), Input::Stdin, file("d")]
        );
        assert_eq!(read(b"a\nb.txt\0c\0\0", Separator::Null), [file("a\nb.txt"), file("c")]);
        let odd = read(b"caf\xe9.txt\n", Separator::Line);
        assert_eq!(odd, [Input::File(OsString::from_vec(b"caf\xe9.txt".to_vec()).into())]);
    }

    #[test]
    fn a_list_that_cannot_be_one_is_refused() {
        for (text, separator, says) in [
            (&b""[..], Separator::Line, "names no inputs"),
            (b"\n\r\n", Separator::Line, "names no inputs"),
            (b"a\0b\0", Separator::Line, "--null"),
            (b"\0", Separator::Null, "names no inputs"),
        ] {
            assert!(list(text, separator).expect_err("an error").message.contains(says), "{says}");
        }
        let missing = listed(&Input::File("missing/list".into()), Separator::Line).expect_err("an error");
        assert_eq!(missing.message, "missing/list: no such file (--files-from takes a list of inputs, or - for stdin)");
    }
}
