//! From what the user typed to files: a `tokenizer.json`, a folder holding one, or a hub id in the local cache.
//!
//! Never touches the network.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Where a tokenizer's files are.
#[derive(Debug)]
pub struct Location {
    /// The `tokenizer.json`.
    pub file: PathBuf,
    /// The folder whose `tokenizer_config.json` and `special_tokens_map.json` belong to it.
    pub folder: Option<PathBuf>,
}

impl Location {
    /// Every file that belongs to it, whether it is there or not.
    pub fn files(&self) -> Vec<PathBuf> {
        let configs = ["tokenizer_config.json", "special_tokens_map.json"];
        let configs = self.folder.iter().flat_map(|folder| configs.map(|name| folder.join(name)));
        std::iter::once(self.file.clone()).chain(configs).collect()
    }
}

/// Finds a tokenizer's files. `env` looks up an environment variable.
pub fn locate(name: &str, env: impl Fn(&str) -> Option<String>) -> Result<Location> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok(Location { file: path.to_path_buf(), folder: None });
    }
    if path.is_dir() {
        return in_folder(path).ok_or_else(|| {
            anyhow::anyhow!(
                "{name}: no tokenizer.json in this folder (save one with tokenizer.save_pretrained, or name the file)"
            )
        });
    }
    if path.exists() {
        bail!("{name}: not a regular file, and a tokenizer may be read more than once (copy it to a file first)");
    }
    if !is_hub_id(name) {
        bail!(
            "{name}: no such file or folder (--tokenizer takes a tokenizer.json, its folder, or a hub id such as facebook/bart-base)"
        );
    }
    for cache in caches(&env) {
        if let Some(location) = in_cache(&cache, name) {
            return Ok(location);
        }
    }
    bail!(
        "{name}: no such file, and not in the local cache (download it with: hf download {name} tokenizer.json tokenizer_config.json)"
    )
}

fn in_folder(folder: &Path) -> Option<Location> {
    let file = folder.join("tokenizer.json");
    file.is_file().then(|| Location { file, folder: Some(folder.to_path_buf()) })
}

/// `name` or `owner/name`, of the characters that the hub allows.
fn is_hub_id(name: &str) -> bool {
    let part = |p: &str| {
        !p.is_empty()
            && !p.starts_with(['.', '-'])
            && p.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    name.split('/').count() <= 2 && name.split('/').all(part) && !name.ends_with(".json")
}

/// The caches to look in, as Hugging Face's own tools order them.
fn caches(env: &impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(cache) = set("HF_HUB_CACHE").or_else(|| set("HUGGINGFACE_HUB_CACHE")) {
        return vec![cache];
    }
    let home = set("HF_HOME")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("huggingface")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/huggingface")));
    home.map(|home| home.join("hub")).into_iter().collect()
}

fn in_cache(cache: &Path, name: &str) -> Option<Location> {
    let repository = cache.join(format!("models--{}", name.replace('/', "--")));
    let revision = std::fs::read_to_string(repository.join("refs/main")).ok();
    if let Some(location) = revision.and_then(|r| in_folder(&repository.join("snapshots").join(r.trim()))) {
        return Some(location);
    }
    let mut snapshots: Vec<PathBuf> =
        std::fs::read_dir(repository.join("snapshots")).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    snapshots.sort();
    snapshots.iter().find_map(|snapshot| in_folder(snapshot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_id_is_found_in_the_cache_by_its_main_revision() {
        let home = tempfile::tempdir().expect("a folder");
        let repository = home.path().join("hub/models--facebook--bart-base");
        for revision in ["aaa", "bbb"] {
            std::fs::create_dir_all(repository.join("snapshots").join(revision)).expect("a folder");
            std::fs::write(repository.join("snapshots").join(revision).join("tokenizer.json"), "{}").expect("a file");
        }
        std::fs::create_dir_all(repository.join("refs")).expect("a folder");
        std::fs::write(repository.join("refs/main"), "bbb\n").expect("a file");
        let env = |name: &str| (name == "HF_HOME").then(|| home.path().to_string_lossy().into_owned());
        let location = locate("facebook/bart-base", env).expect("found");
        assert!(location.file.ends_with("snapshots/bbb/tokenizer.json"));
    }

    #[test]
    fn what_is_nowhere_is_named_with_the_command_that_downloads_it() {
        let error = locate("someone/nothing-here", |_| None).expect_err("nothing there").to_string();
        assert!(error.contains("hf download someone/nothing-here"), "{error}");
        let error = locate("no/such/file.json", |_| None).expect_err("nothing there").to_string();
        assert!(error.contains("no such file"), "{error}");
    }
}
