//! Inputs as the user names them, one after the other.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::*;
use crate::reader::bytes::ByteSource;

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

fn inputs(folder: &Path, names: &[&str]) -> Vec<Input> {
    names.iter().map(|name| Input::File(folder.join(name))).collect()
}

/// What `check` says of one path, without the folder.
fn refused(folder: &Path, name: &str, options: &ReadOptions) -> String {
    let error = check(&inputs(folder, &[name]), options).expect_err("a refusal").to_string();
    error.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn a_hyphen_is_stdin_and_all_else_a_file() {
    assert_eq!(Input::from(OsString::from("-")), Input::Stdin);
    assert_eq!(Input::from(OsString::from("./-")), Input::File("./-".into()));
    assert_eq!(Input::Stdin.name(), "stdin");
}

#[test]
fn inputs_are_read_in_order_and_counted() {
    let folder = folder_with(&[("a.txt", b"one\n\ntwo\n"), ("empty.txt", b""), ("b.jsonl", b"{\"text\":\"three\"}\n")]);
    let inputs = inputs(folder.path(), &["a.txt", "empty.txt", "b.jsonl"]);
    check(&inputs, &ReadOptions::default()).expect("good inputs");
    assert_eq!(total_size(&inputs), Some(26));
    let mut reader = Reader::new(inputs, ReadOptions::default());
    let raw_bytes = reader.raw_bytes();
    let texts: Vec<_> = each(reader.by_ref()).into_iter().map(|item| item.expect("a document").text).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    assert_eq!((reader.bytes_read(), raw_bytes.load(Ordering::Relaxed)), (26, 26));
}

#[test]
fn a_document_does_not_go_on_in_the_next_file() {
    let folder = folder_with(&[("a.txt", b"one"), ("b.txt", b"two")]);
    let reader = Reader::new(inputs(folder.path(), &["a.txt", "b.txt"]), ReadOptions::default());
    let documents: Vec<_> = each(reader).into_iter().map(|item| item.expect("a document")).collect();
    assert_eq!(documents.len(), 2);
    assert!(documents[1].place.ends_with("b.txt:1"));
}

#[test]
fn a_limit_counts_documents_and_no_complaints() {
    let folder = folder_with(&[("a.txt", b"\xff\n\none\n\ntwo\n\n\xff"), ("b.txt", b"three\n\nfour")]);
    let read = |limit| {
        let reader = Reader::new(inputs(folder.path(), &["a.txt", "b.txt"]), ReadOptions::default());
        let items = each(reader.limited(Some(limit))).into_iter();
        items.map(|item| item.map_or("fault".into(), |item| item.text)).collect::<Vec<String>>()
    };
    assert_eq!(read(0), [""; 0]);
    assert_eq!(read(1), ["fault", "one"]);
    assert_eq!(read(2), ["fault", "one", "two"]);
    assert_eq!(read(3), ["fault", "one", "two", "fault", "three"]);
    assert_eq!(read(9).len(), 6);
}

#[test]
fn ordinals_begin_anew_in_each_file_and_count_what_is_passed_over() {
    let folder = folder_with(&[("a.txt", b"\xff\n\none\n\n\xff\n\ntwo"), ("b.txt", b"three")]);
    let items = each(Reader::new(inputs(folder.path(), &["a.txt", "b.txt"]), ReadOptions::default()));
    let ordinals: Vec<_> = items.into_iter().flatten().map(|item| (item.text, item.ordinal)).collect();
    assert_eq!(ordinals, [("one".into(), 1), ("two".into(), 3), ("three".into(), 0)]);
}

#[test]
fn reading_goes_on_after_a_bad_document_and_ends_after_a_bad_file() {
    let folder = folder_with(&[("a.txt", b"\xff\n\none"), ("b.txt", b"\xff\xfeo\0"), ("c.txt", b"two")]);
    let mut reader = Reader::new(inputs(folder.path(), &["a.txt", "b.txt", "c.txt"]), ReadOptions::default());
    assert!(reader.next().is_some_and(|item| item.is_err_and(|error| error.recoverable)));
    assert!(reader.next().is_some_and(|item| item.is_ok()));
    assert!(reader.next().is_some_and(|item| item.is_err_and(|error| !error.recoverable)));
    assert!(reader.next().is_none());
}

#[test]
fn missing_files_and_folders_are_refused_before_any_work() {
    let folder = folder_with(&[]);
    fs::create_dir(folder.path().join("texts")).expect("a folder");
    let auto = ReadOptions::default();
    assert_eq!(
        refused(folder.path(), "missing.txt", &auto),
        "missing.txt: no such file (an input is a file, or - for stdin)"
    );
    assert_eq!(refused(folder.path(), "texts", &auto), "texts: is a directory (name the files in it)");
}

#[cfg(unix)]
#[test]
#[ignore = "needs a user who may not read every file"]
fn unreadable_files_are_refused_before_any_work() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with(&[("secret.txt", b"one")]);
    let path = folder.path().join("secret.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).expect("a mode");
    assert_eq!(
        refused(folder.path(), "secret.txt", &ReadOptions::default()),
        "secret.txt: permission denied (make it readable: chmod u+r)"
    );
}

#[test]
fn formats_not_read_are_refused_before_any_work() {
    let folder =
        folder_with(&[("0.parquet", b""), ("a.parquet", b"One."), ("a.txt", b"PK\x03\x04"), ("b.txt", b"\xff\xfea\0")]);
    let auto = ReadOptions::default();
    assert_eq!(
        refused(folder.path(), "0.parquet", &auto),
        "0.parquet: is empty, which Parquet data never is (fetch or make it again)"
    );
    assert_eq!(
        refused(folder.path(), "a.parquet", &auto),
        "a.parquet: not Parquet by its first bytes (fetch the file again, or name its format)"
    );
    assert_eq!(refused(folder.path(), "a.txt", &auto), "a.txt: a zip archive, which is not read (unpack it: unzip)");
    assert_eq!(refused(folder.path(), "b.txt", &auto), "b.txt: UTF-16LE text (convert it: iconv -f UTF-16LE -t UTF-8)");
}

#[test]
fn files_that_are_no_text_are_told_as_such() {
    let folder = folder_with(&[("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ("b.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")]);
    let auto = ReadOptions::default();
    assert_eq!(refused(folder.path(), "a.txt", &auto), "a.txt: a PNG picture, not text (leave it out)");
    assert_eq!(
        refused(folder.path(), "b.txt", &auto),
        "b.txt: a PDF, which is not read (take its text out: pdftotext)"
    );
    let complaint = |bytes: &[u8]| {
        let items = each(super::reader("c.txt", bytes, &[usize::MAX], &auto).expect("it may be text"));
        let fault = items.into_iter().find_map(Result::err).expect("a complaint");
        assert!(fault.recoverable);
        fault.to_string()
    };
    assert_eq!(
        complaint(b"\0\x01\0\xfe\x80data"),
        "c.txt:1: invalid UTF-8 at byte offset 3 of the file, which looks like binary data, not text (leave it out)"
    );
    // Either alone is text: of another encoding, or with NUL bytes in it; as is a character that is cut by the look.
    assert!(complaint(b"caf\xe9 au lait").contains("iconv -f ISO-8859-1"));
    assert!(complaint(&[&[b'a'; 511][..], "é\0 caf".as_bytes(), b"\xe9"].concat()).contains("--lossy"));
}

#[test]
fn a_reader_can_be_moved_to_a_thread_of_its_own() {
    fn movable<T: Send + 'static>() {}
    movable::<Reader>();
}

#[test]
fn a_file_gone_since_the_check_is_a_fatal_error() {
    let mut reader = Reader::new(vec![Input::File("missing.txt".into())], ReadOptions::default());
    let message = "missing.txt: no such file (an input is a file, or - for stdin)";
    assert_eq!(reader.next().and_then(Result::err), Some(ReadError::fatal(message.into())));
    assert!(reader.next().is_none());
}

/// Gives some bytes, then the errors of a signal and of a failing disk.
struct FailingDisk(Vec<io::Result<&'static [u8]>>);

impl Read for FailingDisk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.0.remove(0)?;
        buffer[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

#[test]
fn signals_are_waited_out_and_failing_disks_named() {
    let packed: &'static [u8] = Vec::leak(damage::pack(signature::Compression::Gzip, b"one\ntwo"));
    for bytes in [&b"one\ntwo three four five"[..], packed] {
        let signal = || Err(io::ErrorKind::Interrupted.into());
        let failure = Err(io::Error::from_raw_os_error(5));
        let disk = FailingDisk(vec![signal(), Ok(&bytes[..17]), signal(), failure]);
        let options = by(DocumentUnit::Line);
        let read = || -> Result<Vec<Item>, ReadError> {
            let bytes = ByteSource::new("corpus.txt".into(), Box::new(disk))?;
            let mut reader = Reader::new(Vec::new(), options.clone());
            reader.current = Some(Format::Text.open((&Input::Stdin, bytes), &options, &Arc::default())?);
            each(reader).into_iter().collect()
        };
        let error = read().expect_err("an error");
        assert!(error.message.starts_with("corpus.txt: cannot be read: "), "{error}");
        assert!(!error.recoverable);
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_work_and_stay_on_one_line() {
    use std::os::unix::ffi::OsStringExt;
    let folder = folder_with(&[]);
    let path = folder.path().join(OsString::from_vec(b"caf\xe9\n.txt".to_vec()));
    fs::write(&path, "one").expect("a file");
    let input = Input::from(path.into_os_string());
    check(std::slice::from_ref(&input), &ReadOptions::default()).expect("a good input");
    let documents = each(Reader::new(vec![input], ReadOptions::default()));
    let place = &documents[0].as_ref().expect("a document").place;
    assert!(place.ends_with("caf\u{fffd}\\n.txt:1"), "{place}");
}

#[test]
fn names_are_data_and_harmless_in_messages() {
    let folder = folder_with(&[("a\u{202e}\u{9b}\n.jsonl", b"{\"text\": \"One.\"}\n{}\n{\"text\": 1}")]);
    let options = ReadOptions { text_field: Some("text".into()), ..ReadOptions::default() };
    let input = inputs(folder.path(), &["a\u{202e}\u{9b}\n.jsonl"]);
    let mut reader = Reader::new(input, options);
    let documents = reader.next().and_then(Result::ok).expect("a batch");
    assert!(documents.source().ends_with("a\u{202e}\u{9b}\n.jsonl"));
    let messages: Vec<String> = reader.map(|item| item.expect_err("a complaint").message).collect();
    assert_eq!(messages.len(), 2);
    assert!(messages.iter().all(|message| message.contains(r"a\u{202e}\u{9b}\n.jsonl:")), "{messages:?}");
    for (name, bytes) in
        [("x\u{9b}.jsonl.gz", &b""[..]), ("x\u{9b}.txt", b"PK\x03\x04"), ("x\u{9b}.csv", b"a"), ("x\u{9b}.jsonl", b"[")]
    {
        assert!(outcome(name, bytes, &ReadOptions::default())[0].starts_with(r"fatal: x\u{9b}."), "{name:?}");
    }
}
