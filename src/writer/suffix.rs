//! What the suffixes of an output's name say: how it is compressed, and formats that are not written.

use std::path::Path;

use anyhow::{Result, bail};

use super::destination::shown;

/// How the bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

/// Suffixes of compressions and archives that are not written.
const PACKED: &[&str] = &[
    "7z", "br", "bz", "bz2", "gzip", "lz", "lz4", "lzma", "lzo", "rar", "snappy", "sz", "tar", "taz", "tbz", "tbz2",
    "tgz", "tlz", "txz", "tzst", "xz", "z", "zip", "zstd",
];

/// Suffixes of formats of data that are not written.
const DATA: &[&str] = &[
    "arrow",
    "arrows",
    "avro",
    "bin",
    "csv",
    "db",
    "duckdb",
    "feather",
    "h5",
    "hdf5",
    "idx",
    "ipc",
    "joblib",
    "lmdb",
    "mat",
    "mds",
    "mmap",
    "msgpack",
    "npy",
    "npz",
    "orc",
    "parquet",
    "pickle",
    "pkl",
    "pq",
    "proto",
    "pt",
    "pth",
    "rds",
    "safetensors",
    "sqlite",
    "sqlite3",
    "tfrecord",
    "tfrecords",
    "toml",
    "tsv",
    "xls",
    "xlsx",
    "xml",
    "yaml",
    "yml",
    "zarr",
];

/// The compression that any output's name asks for. One that is not written is refused.
pub fn compression(path: &Path) -> Result<Compression> {
    let (last, before) = suffixes(path);
    let compression = match last.as_str() {
        "gz" => Compression::Gzip,
        "zst" => Compression::Zstd,
        _ => Compression::None,
    };
    let packed = |suffix: &str| PACKED.contains(&suffix) || matches!(suffix, "gz" | "zst");
    if compression == Compression::None && PACKED.contains(&last.as_str()) {
        bail!("{}: .{last} is not written (.gz and .zst compress)", shown(path));
    }
    if compression != Compression::None && packed(&before) {
        bail!("{}: .{before}.{last} is not written (one of .gz and .zst compresses)", shown(path));
    }
    Ok(compression)
}

/// Refuses a name for records whose suffixes promise what is not written. Other suffixes are names like any.
pub fn check_records(path: &Path) -> Result<()> {
    let compression = compression(path)?;
    let (last, before) = suffixes(path);
    let format = if compression == Compression::None { last } else { before };
    if DATA.contains(&format.as_str()) {
        bail!("{}: .{format} is not written (.jsonl, .jsonl.gz and .jsonl.zst are)", shown(path));
    }
    Ok(())
}

/// The last two suffixes, the last first, in lower case.
fn suffixes(path: &Path) -> (String, String) {
    let suffix = |path: &Path| path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    (suffix(path), path.file_stem().map(|stem| suffix(Path::new(stem))).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> String {
        check_records(Path::new(name)).map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn suffixes_that_are_not_written_are_refused() {
        for name in ["a.jsonl.xz", "a.bz2", "a.jsonl.LZ4", "a.zip", "a.jsonl.gzip", "a.zstd", "a.tgz", "a.jsonl.lzma"] {
            assert!(said(name).ends_with(" is not written (.gz and .zst compress)"), "{name}: {}", said(name));
        }
        for name in
            ["a.npy", "a.csv", "a.tsv.gz", "a.parquet", "a.h5", "a.ARROW", "d.x/a.pt.zst", "a.feather", "a.tfrecord.gz"]
        {
            assert!(
                said(name).contains(" is not written (.jsonl, .jsonl.gz and .jsonl.zst are)"),
                "{name}: {}",
                said(name)
            );
        }
        for name in ["a.tar.gz", "a.gz.zst", "a.jsonl.gz.gz", "a.xz.gz"] {
            assert!(said(name).ends_with(" is not written (one of .gz and .zst compresses)"), "{name}: {}", said(name));
        }
        assert_eq!(said("out.npy"), "out.npy: .npy is not written (.jsonl, .jsonl.gz and .jsonl.zst are)");
    }

    #[test]
    fn other_suffixes_are_names() {
        for name in [
            "a",
            "a.jsonl",
            "a.json",
            "a.ndjson.gz",
            "a.txt",
            "a.jsonl.zst",
            "a.v2",
            "part-0.7",
            "a.csv.jsonl",
            "gz",
            ".xz",
        ] {
            assert_eq!(said(name), "fine", "{name}");
        }
        let compressions =
            ["a.jsonl", "a.jsonl.GZ", "a.zst", "gz"].map(|name| compression(Path::new(name)).expect("fine"));
        assert_eq!(compressions, [Compression::None, Compression::Gzip, Compression::Zstd, Compression::None]);
    }
}
