//! What the suffixes of an output's name say: how it is compressed, and formats that are not written.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use super::OutputFormat;
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
    "pickle",
    "pkl",
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

/// The format of records under this name: as asked for, else as its suffix says, else JSONL. Refuses a name that promises
/// something else. Suffixes that are not known are names like any.
pub fn output_format(path: &Path, asked: Option<OutputFormat>) -> Result<OutputFormat> {
    let (compression, name) = (compression(path)?, shown(path));
    let (last, before) = suffixes(path);
    let suffix = if compression == Compression::None { &last } else { &before };
    if DATA.contains(&suffix.as_str()) {
        bail!("{name}: .{suffix} is not written (.jsonl, .jsonl.gz, .jsonl.zst, .parquet and .arrow are)");
    }
    let named = OutputFormat::of_suffix(suffix);
    let format = asked.or(named).unwrap_or(OutputFormat::Jsonl);
    ensure!(
        named.is_none_or(|named| named == format),
        "{name}: .{suffix} by its name, but --output-format says {} (let them agree)",
        format.name()
    );
    ensure!(
        format.is_text() || compression == Compression::None,
        "{name}: {} is not written as .{last} (leave .{last} off, or write .jsonl.{last})",
        format.name()
    );
    Ok(format)
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
        output_format(Path::new(name), None).map_or_else(|error| error.to_string(), |format| format.name().to_owned())
    }

    #[test]
    fn suffixes_that_are_not_written_are_refused() {
        for name in ["a.jsonl.xz", "a.bz2", "a.jsonl.LZ4", "a.zip", "a.jsonl.gzip", "a.zstd", "a.tgz", "a.jsonl.lzma"] {
            assert!(said(name).ends_with(" is not written (.gz and .zst compress)"), "{name}: {}", said(name));
        }
        for name in ["a.npy", "a.csv", "a.tsv.gz", "a.h5", "d.x/a.pt.zst", "a.feather", "a.tfrecord.gz"] {
            assert!(
                said(name).contains(" is not written (.jsonl, .jsonl.gz, .jsonl.zst, .parquet and .arrow are)"),
                "{name}: {}",
                said(name)
            );
        }
        for name in ["a.tar.gz", "a.gz.zst", "a.jsonl.gz.gz", "a.xz.gz"] {
            assert!(said(name).ends_with(" is not written (one of .gz and .zst compresses)"), "{name}: {}", said(name));
        }
        assert_eq!(
            said("out.npy"),
            "out.npy: .npy is not written (.jsonl, .jsonl.gz, .jsonl.zst, .parquet and .arrow are)"
        );
        assert_eq!(said("a.arrow.gz"), "a.arrow.gz: arrow is not written as .gz (leave .gz off, or write .jsonl.gz)");
    }

    #[test]
    fn a_name_and_an_option_that_disagree_are_refused() {
        let said = |name: &str, asked| {
            output_format(Path::new(name), Some(asked))
                .map_or_else(|error| error.to_string(), |format| format.name().into())
        };
        assert_eq!(
            said("a.arrow", OutputFormat::Jsonl),
            "a.arrow: .arrow by its name, but --output-format says jsonl (let them agree)"
        );
        assert!(said("a.jsonl.gz", OutputFormat::Arrow).contains(": .jsonl by its name, but"));
        assert!(said("a.gz", OutputFormat::Arrow).contains(": arrow is not written as .gz"));
        assert_eq!(said("a.v2", OutputFormat::Arrow), "arrow");
        assert_eq!(said("a.gz", OutputFormat::Jsonl), "jsonl");
    }

    #[test]
    fn columns_are_told_by_suffix() {
        assert_eq!(["a.arrow", "a.ARROW", "a.arrows"].map(said), ["arrow"; 3]);
        assert_eq!(["a.parquet", "a.pq"].map(said), ["parquet"; 2]);
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
            assert_eq!(said(name), "jsonl", "{name}");
        }
        let compressions =
            ["a.jsonl", "a.jsonl.GZ", "a.zst", "gz"].map(|name| compression(Path::new(name)).expect("fine"));
        assert_eq!(compressions, [Compression::None, Compression::Gzip, Compression::Zstd, Compression::None]);
    }
}
