//! Which output stands for which input: the path below the folder that the inputs have in common, with another suffix.
//!
//! Names are a function of what was named on the command line alone, so that all shards of a job agree on them.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};

use super::paths::{absolute, check_folder, real, shared, shown};
use crate::reader::Input;

/// Holds completion records, below the folder of outputs.
const RECORDS: &str = ".muddle";
/// The longest name that file systems allow, in bytes.
const MAX_NAME: usize = 255;

/// Names outputs.
pub struct Layout {
    /// What the paths of outputs are relative to.
    folder: PathBuf,
    /// What the paths of inputs are relative to.
    common: PathBuf,
    /// Whether that was asked for.
    is_given: bool,
    /// Of every output.
    suffix: String,
    /// Folders that stand for the data files under them.
    searched: Vec<PathBuf>,
}

impl Layout {
    /// For inputs as they were named, folders among them, and outputs below `folder`; the folder that the inputs have in
    /// common may be given.
    pub fn new(named: &[Input], folder: &Path, suffix: &str, given: Option<&Path>) -> Result<Layout> {
        if let Some(given) = given {
            ensure!(given.is_dir(), "--relative-to {}: no such folder (name one above the inputs)", shown(given));
        }
        let given = given.map(absolute);
        let mut searched = Vec::new();
        let mut common: Option<PathBuf> = None;
        for input in named {
            let Input::File(path) = input else {
                return Err(anyhow!("--output-dir: stdin has no name for an output (write it with -o, or name files)"));
            };
            let mut path = absolute(path);
            if let Some(given) = given.as_ref().filter(|given| !path.starts_with(given)) {
                let given = shown(given);
                return Err(anyhow!("--relative-to {given}: {} is not below it (name a folder above)", input.shown()));
            }
            if path.is_dir() {
                searched.push(path.clone());
            } else {
                path.pop();
            }
            common = Some(common.map_or_else(|| path.clone(), |common| shared(&common, &path)));
        }
        let is_given = given.is_some();
        let common = given.or(common).unwrap_or_default();
        Ok(Layout { folder: folder.to_path_buf(), common, is_given, suffix: suffix.to_owned(), searched })
    }

    /// The folder of outputs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The suffix of every output, without the dot before it.
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// Whether it was said what names are relative to.
    pub fn is_given(&self) -> bool {
        self.is_given
    }

    /// Where completion records are.
    pub fn records(&self) -> PathBuf {
        self.folder.join(RECORDS)
    }

    /// The output of an input.
    pub fn output(&self, input: &Input) -> PathBuf {
        self.folder.join(self.relative(input))
    }

    /// The same, below the folder of outputs.
    pub fn relative(&self, input: &Input) -> PathBuf {
        let path = absolute(&input.path());
        let folder = path.parent().and_then(|folder| folder.strip_prefix(&self.common).ok());
        let mut name = input.stem();
        name.push(".");
        name.push(&self.suffix);
        folder.unwrap_or(Path::new("")).join(name)
    }

    /// The path of an input from the folder of outputs on, as it is typed: where both move, it stays the same.
    pub fn source(&self, input: &Input) -> String {
        let (folder, path) = (absolute(&self.folder), absolute(&input.path()));
        let common = shared(&folder, &path).components().count();
        let up = folder.components().skip(common).map(|_| Component::ParentDir);
        up.chain(path.components().skip(common)).collect::<PathBuf>().to_string_lossy().into_owned()
    }

    /// The completion record of an output.
    pub fn record(&self, output: &Path) -> PathBuf {
        let mut path = OsString::from(output.strip_prefix(&self.folder).unwrap_or(output));
        path.push(".json");
        self.records().join(path)
    }

    /// Refuses what can be refused before any work: two inputs for one name, folders that are files or cannot be written,
    /// outputs that the next run would take for inputs. Where outputs that are there may stay, their folders need not be
    /// writable: a set on storage that nobody writes can be verified.
    pub fn check(&self, inputs: &[Input], may_stay: bool) -> Result<()> {
        let mut sources: HashMap<PathBuf, &Input> = HashMap::with_capacity(inputs.len());
        for input in inputs {
            let output = self.output(input);
            let name = self.record(&output);
            ensure!(
                name.file_name().is_some_and(|name| name.len() <= MAX_NAME),
                "{}: its output would have too long a name (give it a shorter one)",
                input.shown()
            );
            if let Some(other) = sources.insert(output.clone(), input) {
                ensure!(
                    absolute(&other.path()) != absolute(&input.path()),
                    "{}: is named twice (name it once)",
                    input.shown()
                );
                return Err(anyhow!(
                    "{}: would be the output of two inputs, {} and {} (rename one, or write them into different folders)",
                    shown(&output),
                    other.shown(),
                    input.shown()
                ));
            }
        }
        for folder in self.folders(sources.keys()) {
            for above in folder.ancestors().take_while(|above| *above != self.folder) {
                if let Some(input) = sources.get(above) {
                    let name = shown(above);
                    return Err(anyhow!(
                        "{name}: would be the output of {} and a folder, too (rename it)",
                        input.shown()
                    ));
                }
            }
        }
        let to_make = sources.keys().filter(|output| !(may_stay && output.exists()));
        self.folders(to_make).iter().try_for_each(|folder| check_folder(folder))?;
        let folder = absolute(&self.folder);
        match self.searched.iter().find(|searched| real(&folder).starts_with(real(searched))) {
            None => Ok(()),
            Some(searched) => Err(anyhow!(
                "--output-dir {}: is inside the input folder {} (choose one outside of it)",
                shown(&self.folder),
                shown(searched)
            )),
        }
    }

    /// Makes the folders of some outputs and of their completion records.
    pub fn make_folders<'o>(&self, outputs: impl IntoIterator<Item = &'o PathBuf>) -> Result<()> {
        let make = |folder: &PathBuf| {
            fs::create_dir_all(folder)
                .with_context(|| format!("{}: cannot be made (choose another --output-dir)", shown(folder)))
        };
        self.folders(outputs).iter().try_for_each(make)
    }

    fn folders<'o>(&self, outputs: impl IntoIterator<Item = &'o PathBuf>) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        for output in outputs {
            for path in [output, &self.record(output)] {
                if let Some(folder) = path.parent().filter(|folder| !folders.contains(*folder)) {
                    folders.insert(folder.to_path_buf());
                }
            }
        }
        folders
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// The outputs, below `out`, of inputs named in a folder that holds these files.
    fn outputs(files: &[&str], named: &[&str]) -> Result<Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        for name in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "One.\n").expect("a file");
        }
        symlink("a", folder.path().join("link")).expect("a link");
        let named: Vec<Input> = named.iter().map(|name| Input::File(folder.path().join(name))).collect();
        let out = folder.path().join("out");
        let layout = Layout::new(&named, &out, "jsonl", None)?;
        let inputs = crate::reader::expand(named, crate::reader::DataKind::Text).expect("inputs");
        layout.check(&inputs, false)?;
        let relative = |path: PathBuf| path.strip_prefix(&out).expect("below it").display().to_string();
        Ok(inputs.iter().map(|input| relative(layout.output(input))).collect())
    }

    #[test]
    fn an_output_has_the_path_of_its_input_below_what_they_share() {
        for (files, named, expected) in [
            (
                &["a/b.jsonl.zst", "a/c/d.txt", "e.md"][..],
                &["a/b.jsonl.zst", "a/c/d.txt"][..],
                &["b.jsonl", "c/d.jsonl"][..],
            ),
            (&["a/b.jsonl.zst", "e.md"], &["a/b.jsonl.zst", "e.md"], &["a/b.jsonl", "e.jsonl"]),
            // A folder keeps what is below it, however little there is.
            (&["a/b/c.txt"], &["a"], &["b/c.jsonl"]),
            (&["a/b/c.txt", "d/e.txt"], &["a", "d"], &["a/b/c.jsonl", "d/e.jsonl"]),
            (&["a/b/c.txt"], &["a/b/c.txt"], &["c.jsonl"]),
            (&["a/b/c.txt", "a/d.txt"], &["a/b/../d.txt", "./a/b/c.txt"], &["d.jsonl", "b/c.jsonl"]),
            (&["a/b.txt", "c.txt"], &["link/b.txt", "c.txt"], &["link/b.jsonl", "c.jsonl"]),
            // What names no format is part of the name.
            (
                &["data.2023", "data.2024", "x.TXT.GZ"],
                &["data.2023", "data.2024", "x.TXT.GZ"],
                &["data.2023.jsonl", "data.2024.jsonl", "x.jsonl"],
            ),
        ] {
            assert_eq!(outputs(files, named).expect("outputs"), expected, "{named:?}");
        }
    }

    #[test]
    fn what_cannot_be_named_is_refused() {
        let long = format!("{}.txt", "x".repeat(246));
        for (files, named, says) in [
            (&["a.txt", "a.jsonl"][..], &["a.txt", "a.jsonl"][..], "would be the output of two inputs"),
            (&["a.txt"], &["a.txt", "a.txt"], "a.txt: is named twice"),
            (&["a.txt", "a.jsonl/b.txt"], &["a.txt", "a.jsonl/b.txt"], "and a folder, too"),
            (&["a/b.txt", "out"], &["a"], "out: is a file, and a folder is needed"),
            (&["a/b/c.txt", "out/b"], &["a"], "out/b: is a file, and a folder is needed"),
            (&["a.txt", "out/.muddle"], &["a.txt"], "out/.muddle: is a file, and a folder is needed"),
            (&["a.txt"], &["."], "is inside the input folder"),
            (&["out/a.txt"], &["out"], "is inside the input folder"),
            (&[&long], &[&long], "too long a name"),
        ] {
            let said = outputs(files, named).expect_err(says).to_string();
            assert!(said.contains(says), "{named:?}: {said}");
        }
    }
}
