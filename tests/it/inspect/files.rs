//! `muddle inspect` over many files: which are read, and what damaged ones come to.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Ran, corrupted, inspect, json, record};

/// A folder with files under `in`.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (name, bytes) in files {
            let path = folder.0.path().join("in").join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        folder
    }

    fn path(&self) -> String {
        self.0.path().join("in").to_string_lossy().into_owned()
    }

    /// Paths in what it says begin with `in/`.
    fn inspect(&self, options: &[&str]) -> Ran {
        let ran = inspect("bytelevel", &[options, &[&self.path()]].concat(), b"");
        let short = |text: String| text.replace(&self.path(), "in");
        Ran { code: ran.code, stdout: short(ran.stdout), stderr: short(ran.stderr) }
    }

    fn report(&self) -> (Ran, serde_json::Value) {
        let ran = self.inspect(&["--json"]);
        let report = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
        (ran, report)
    }
}

fn sound(records: usize) -> Vec<u8> {
    record(&[0, 50, 2], &[1, 1, 1], &[0, 50, 60, 2]).repeat(records).into_bytes()
}

/// Records as a file of this name holds them.
fn written(name: &str, options: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    corrupted("bytelevel", &[&["-n", "delete", "-o", path.to_str().expect("UTF-8")], options].concat());
    fs::read(path).expect("records")
}

/// zstd data of many frames, cut in the last.
fn cut_zstd(records: usize) -> Vec<u8> {
    let frames: Vec<u8> =
        (0..records).flat_map(|_| zstd::encode_all(sound(1).as_slice(), 1).expect("packed")).collect();
    frames[..frames.len() - 9].to_vec()
}

#[test]
fn a_folder_of_records_has_its_text_and_hidden_files_left_out() {
    let folder = Folder::new(&[
        ("a.jsonl", &sound(2)),
        ("b/c.ndjson", &sound(1)),
        ("notes.txt", b"Not a record.\n"),
        ("b/notes.md", b"Nor is this.\n"),
        (".muddle/a.jsonl.json", b"{}\n"),
    ]);
    let (ran, report) = folder.report();
    assert_eq!((ran.code, &report["records"]), (0, &3.into()), "{}", ran.stderr);
    assert_eq!(report["inputs"].as_array().map(Vec::len), Some(2));
    let ran = Folder::new(&[("notes.txt", b"Not a record.\n"), (".muddle/a.json", b"{}\n")]).inspect(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!(
        ran.stderr,
        "error: in: no files of records in this folder (looked for .jsonl .ndjson .json .arrow .parquet, also compressed; \
         name others one by one or with --files-from)\n"
    );
}

#[cfg(feature = "columnar")]
#[test]
fn damaged_columns_are_findings_and_the_other_files_are_counted() {
    let (arrow, parquet) = (written("a.arrow", &[]), written("a.parquet", &[]));
    let (half_arrow, half_parquet) = (&arrow[..arrow.len() / 2], &parquet[..parquet.len() / 2]);
    let folder = Folder::new(&[
        ("1.parquet", half_parquet),
        ("2.parquet", &parquet),
        ("3.parquet", b""),
        ("4.arrow", &arrow),
        ("5.arrow", half_arrow),
        ("6.arrow", b"not Arrow\n"),
    ]);
    let (ran, report) = folder.report();
    assert_eq!(
        ran.stderr,
        "error: 4 of 6 files cannot be read to the end: in/1.parquet, in/3.parquet, in/5.arrow, in/6.arrow \
         (the findings say why)\n"
    );
    let all = corrupted("bytelevel", &["-n", "delete"]).split(|&byte| byte == b'\n').count() - 1;
    assert_eq!((ran.code, &report["records"], &report["broken"]), (1, &(2 * all).into(), &0.into()));
    assert_eq!(report["unreadable_files"], 4);
    let faults: Vec<&str> =
        report["files"].as_array().expect("a list").iter().filter_map(|file| file["fault"].as_str()).collect();
    let cut = "it is cut short (fetch or write the file again)";
    assert_eq!(
        faults.iter().map(|fault| fault.replace(&folder.path(), "in")).collect::<Vec<_>>(),
        [
            format!("in/1.parquet: damaged Parquet data: {cut}"),
            "in/3.parquet: is empty, which Parquet data never is (fetch or make it again)".to_string(),
            format!("in/5.arrow: damaged Arrow data: {cut}"),
            "in/6.arrow: not Arrow by its first bytes (fetch the file again, or rename it)".to_string(),
        ]
    );
    let text = folder.inspect(&[]).stdout;
    assert!(text.contains("4 \u{d7} a file cannot be read to its end") && !text.contains("valid."), "{text}");
    assert!(
        text.contains("Files with findings, of 6") && text.contains("damaged Arrow data: it is cut short"),
        "{text}"
    );
    let page = folder.inspect(&["--html", "-"]).stdout;
    assert!(page.contains("a file cannot be read to its end") && page.contains("in/5.arrow"), "{page}");
}

#[cfg(feature = "columnar")]
#[test]
fn batches_before_the_damage_count() {
    let many = ["--copies", "60", "--max-length", "64"];
    let arrow = written("a.arrow", &many);
    let folder = Folder::new(&[("a.arrow", &arrow[..arrow.len() - 50])]);
    let (ran, report) = folder.report();
    let records = report["records"].as_u64().expect("a number");
    // Of the blocks of 1,024 records the last alone is damaged.
    assert!(records > 0 && records % 1024 == 0, "{records}");
    assert_eq!(report["findings"][0]["first"][0], format!("in/a.arrow:{}", records + 1));
    assert_eq!(report["findings"][0]["detail"], "damaged Arrow data: it is cut short (fetch or write the file again)");
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (1, "error: in/a.arrow: damaged Arrow data: it is cut short (fetch or write the file again)\n")
    );
}

#[test]
fn what_follows_the_end_of_a_stream_is_not_passed_over() {
    let arrow = written("a.arrow", &[]);
    for more in [&b"xxxx"[..], &arrow] {
        let folder = Folder::new(&[("a.arrow", &[&arrow, more].concat()), ("b.jsonl", &sound(3))]);
        let (ran, report) = folder.report();
        assert_eq!((ran.code, &report["unreadable_files"]), (1, &serde_json::json!(1)));
        assert!(ran.stdout.contains("more follows the end of this Arrow stream"), "{}", ran.stdout);
    }
}

#[test]
fn lines_before_the_damage_count() {
    let folder = Folder::new(&[("a.jsonl.zst", &cut_zstd(40)), ("b.jsonl", &sound(3)), ("c.jsonl.gz", b"")]);
    let (ran, report) = folder.report();
    assert_eq!((ran.code, &report["records"], &report["broken"]), (1, &42.into(), &0.into()), "{}", ran.stderr);
    assert_eq!(
        ran.stderr,
        "error: 2 of 3 files cannot be read to the end: in/a.jsonl.zst, in/c.jsonl.gz (the findings say why)\n"
    );
    assert_eq!(report["findings"][0]["first"][0], "in/a.jsonl.zst:40");
    let text = folder.inspect(&[]).stdout;
    assert!(text.contains("unreadable after 39 records") && text.contains("zstd data is cut short"), "{text}");
    assert!(text.contains("is empty, which gzip data never is"), "{text}");
}

#[test]
fn a_file_of_something_else_is_a_finding_among_others_and_none_of_its_lines_counts() {
    let prose = "Not a record.\n".repeat(5000);
    let pretty = b"{\n  \"version\": 1\n}\n".as_slice();
    let broken = [sound(2).as_slice(), b"garbage\n"].concat();
    let folder = Folder::new(&[
        ("a.jsonl", prose.as_bytes()),
        ("b.jsonl", &broken),
        ("c.json", pretty),
        // What precedes its first record counts.
        ("d.jsonl", &[b"garbage\n", sound(1).as_slice()].concat()),
    ]);
    let (ran, report) = folder.report();
    assert_eq!(
        ran.stderr,
        "error: 2 of 5 records are broken in in/b.jsonl, in/d.jsonl; 2 of 4 files cannot be read to the end: in/a.jsonl, \
         in/c.json (the findings name the first places of each kind)\n"
    );
    assert_eq!((&report["records"], &report["broken"], &report["unreadable_files"]), (&5.into(), &2.into(), &2.into()));
    let counts: Vec<u64> =
        report["findings"].as_array().expect("a list").iter().filter_map(|f| f["count"].as_u64()).collect();
    assert_eq!(counts, [2, 2]);
    assert!(report["files"][0]["fault"].as_str().is_some_and(|fault| fault.contains("nor is any line a record")));
}

#[test]
fn inputs_of_which_none_can_be_read_are_one_line() {
    let pretty = b"{\n  \"version\": 1\n}\n".as_slice();
    let folder = Folder::new(&[("a.json", pretty), ("b.json", pretty), ("c.jsonl.gz", b"")]);
    for options in [&[][..], &["--json"], &["--html", "-"]] {
        let ran = folder.inspect(options);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.lines().count()), (1, "", 1), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: in/a.json:1: byte 1: the line ends inside an object"), "{}", ran.stderr);
        assert!(ran.stderr.ends_with("; 2 more files cannot be read: in/b.json, in/c.jsonl.gz\n"), "{}", ran.stderr);
    }
    for (name, bytes, says) in [
        ("a.jsonl.gz", &b""[..], "a.jsonl.gz: is empty, which gzip data never is (fetch or make it again)\n"),
        ("missing.jsonl", b"", "missing.jsonl: no such file (an input is a file, or - for stdin)\n"),
    ] {
        let folder = Folder::new(&[(name, bytes)]);
        let path = Path::new(&folder.path()).join(name);
        if name.starts_with("missing") {
            fs::remove_file(&path).expect("removed");
        }
        let ran = inspect("bytelevel", &[path.to_str().expect("UTF-8")], b"");
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
        assert!(ran.stderr.lines().count() == 1 && ran.stderr.ends_with(says), "{}", ran.stderr);
    }
}

#[test]
fn a_missing_file_among_others_is_named_at_the_end() {
    let folder = Folder::new(&[("a.jsonl", &sound(2))]);
    let [there, missing] = ["a.jsonl", "b.jsonl"].map(|name| format!("{}/{name}", folder.path()));
    let ran = inspect("bytelevel", &[&there, &missing], b"");
    assert!(ran.code == 1 && ran.stdout.contains("no such file"), "{}", ran.stdout);
    let end = "b.jsonl (the findings say why)\n";
    assert!(
        ran.stderr.starts_with("error: 1 of 2 files cannot be read") && ran.stderr.ends_with(end),
        "{}",
        ran.stderr
    );
}

#[test]
fn records_are_counted_once_whatever_is_said_of_them() {
    let records = [sound(24).as_slice(), b"garbage\n", record(&[0, 50], &[1], &[0]).as_bytes(), b"{}\n"].concat();
    let (_, report) = json("bytelevel", &[], &records);
    assert_eq!((&report["records"], &report["lines"], &report["broken"]), (&27.into(), &27.into(), &3.into()));
    let ran = inspect("bytelevel", &[], &records);
    assert!(ran.stderr.starts_with("error: 3 of 27 records are broken"), "{}", ran.stderr);
    for said in ["27 records, ", "3 (11.1 %)", "2 (7.4 %)"] {
        let told: Vec<String> =
            ran.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(told.iter().any(|line| line.contains(said)), "{said}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("25 records"), "{}", ran.stdout);
    let page = inspect("bytelevel", &["--html", "-"], &records).stdout;
    assert!(page.contains("27 records") && !page.contains("25 records"));
}

#[test]
fn quiet_leaves_out_warnings_and_keeps_the_report() {
    let ran = inspect("bytelevel", &["-q"], &sound(1));
    assert!(ran.code == 0 && ran.stdout.contains("The record is valid."), "{}", ran.stdout);
    assert_eq!(inspect("bytelevel", &["-q"], b"").stderr, "");
}
