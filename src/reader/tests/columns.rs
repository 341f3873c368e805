//! Documents from columns of text.
#![allow(clippy::unwrap_used)]

mod words;

use std::sync::Arc;

use ::parquet::basic::{Compression, GzipLevel};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::*;

const SCHEMA: &str = "message rows { optional int64 id; optional binary text (UTF8); optional binary lang (UTF8);
    optional group doc { optional binary body (UTF8); } optional group tags (LIST) { repeated group list
    { optional binary element (UTF8); } } }";

/// Rows of text, some null, in every column of text; the language is `de` in each second row.
struct Rows<'r> {
    texts: &'r [Option<&'r [u8]>],
    compression: Compression,
    version: WriterVersion,
    /// Rows of a row group.
    group: usize,
}

impl<'r> Rows<'r> {
    fn new(texts: &'r [Option<&'r [u8]>]) -> Self {
        Rows { texts, compression: Compression::UNCOMPRESSED, version: WriterVersion::PARQUET_1_0, group: 3 }
    }

    fn bytes(&self) -> Vec<u8> {
        let properties =
            WriterProperties::builder().set_compression(self.compression).set_writer_version(self.version).build();
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
        for (group, rows) in self.texts.chunks(self.group).enumerate() {
            let mut columns = writer.next_row_group().unwrap();
            for name in ["id", "text", "lang", "body", "element"] {
                let mut column = columns.next_column().unwrap().unwrap();
                let present = i16::from(name == "body") + 1;
                let levels: Vec<i16> = rows.iter().map(|text| if text.is_some() { present } else { 0 }).collect();
                let all = vec![1; rows.len()];
                match (name, column.untyped()) {
                    ("id", ColumnWriter::Int64ColumnWriter(writer)) => {
                        let ids: Vec<i64> = (0..rows.len() as i64).collect();
                        writer.write_batch(&ids, Some(&all), None).unwrap();
                    }
                    ("lang", ColumnWriter::ByteArrayColumnWriter(writer)) => {
                        let language =
                            |row: usize| if (group * self.group + row).is_multiple_of(2) { "en" } else { "de" };
                        let languages: Vec<ByteArray> = (0..rows.len()).map(|row| language(row).into()).collect();
                        writer.write_batch(&languages, Some(&all), None).unwrap();
                    }
                    ("element", ColumnWriter::ByteArrayColumnWriter(writer)) => {
                        let (none, new) = (vec![0; rows.len()], vec![0; rows.len()]);
                        writer.write_batch(&[], Some(&none), Some(&new)).unwrap();
                    }
                    (_, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                        let texts: Vec<ByteArray> = rows.iter().flatten().map(|text| text.to_vec().into()).collect();
                        writer.write_batch(&texts, Some(&levels), None).unwrap();
                    }
                    _ => unreachable!("a column of another type"),
                };
                column.close().unwrap();
            }
            columns.close().unwrap();
        }
        writer.into_inner().unwrap()
    }
}

/// What reading a file of these bytes gives.
fn read(bytes: &[u8], options: &ReadOptions) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    std::fs::write(&path, bytes).unwrap();
    let mut said = Vec::new();
    for item in Reader::new(vec![Input::File(path)], options.clone()) {
        match item {
            Ok(documents) => said.extend(documents.iter().map(|document| {
                let language = document.language.map(|language| format!("{language} ")).unwrap_or_default();
                format!("{} {language}{}", document.at.number(), document.text)
            })),
            Err(ReadError { message, recoverable }) => {
                let message = message.replace(&format!("{}/", folder.path().display()), "");
                said.push(if recoverable { message } else { format!("fatal: {message}") });
            }
        }
    }
    said
}

fn field(name: &str) -> ReadOptions {
    ReadOptions { text_field: Some(name.into()), ..ReadOptions::default() }
}

const TEXTS: &[Option<&[u8]>] =
    &[Some(b"One."), None, Some("Zwei \u{e4}.".as_bytes()), Some(b""), Some(b"a\xffb"), Some(b"Six."), None];

const READ: [&str; 7] = [
    "1 One.",
    "rows.parquet:2: column \"text\" is null (skip such rows with --on-error skip)",
    "3 Zwei \u{e4}.",
    "4 ",
    "rows.parquet:5: invalid UTF-8 at byte 1 of the text, counted from 0 (replace it with --lossy)",
    "6 Six.",
    "rows.parquet:7: column \"text\" is null (skip such rows with --on-error skip)",
];

#[test]
fn rows_are_documents_in_every_compression_and_version() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(Default::default()),
    ] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for group in [1, 3, 100] {
                let bytes = Rows { compression, version, group, ..Rows::new(TEXTS) }.bytes();
                assert_eq!(read(&bytes, &ReadOptions::default()), READ, "{compression:?} {version:?} {group}");
            }
        }
    }
}

#[test]
fn columns_are_found_by_dotted_names_and_languages_beside_them() {
    let bytes = Rows::new(&TEXTS[..3]).bytes();
    let options = ReadOptions { lang_field: Some("lang".into()), ..field("doc.body") };
    let null = READ[1].replace("text", "doc.body");
    assert_eq!(read(&bytes, &options), ["1 en One.", &null, "3 en Zwei \u{e4}."]);
    let lossy = ReadOptions { lossy: true, ..ReadOptions::default() };
    assert_eq!(read(&Rows::new(&TEXTS[4..5]).bytes(), &lossy), ["1 a\u{fffd}b"]);
}

#[test]
fn columns_that_are_not_text_are_refused_by_name() {
    let bytes = Rows::new(TEXTS).bytes();
    let there = "(columns: id, text, lang, doc.body; choose with";
    for (options, words) in [
        (field("body"), format!("no column \"body\" {there} --text-field)")),
        (field("id"), "column \"id\" is of numbers or dates, not text (choose another with --text-field)".into()),
        (
            field("doc"),
            "column \"doc\" is not text but has columns inside, such as doc.body (choose one with --text-field doc.body)"
                .into(),
        ),
        (field("tags"), "column \"tags\" is a list, not text (choose another with --text-field)".into()),
        (
            field("tags.list.element"),
            "column \"tags.list.element\" is a list, not text (choose another with --text-field)".into(),
        ),
        (
            ReadOptions { lang_field: Some("language".into()), ..ReadOptions::default() },
            format!("no column \"language\" {there} --lang-field)"),
        ),
    ] {
        assert_eq!(read(&bytes, &options), [format!("fatal: rows.parquet: {words}")]);
    }
    let long = ReadOptions { max_document_bytes: 4, ..ReadOptions::default() };
    let said = read(&bytes, &long);
    assert_eq!(said[2], "rows.parquet:3: document of more than 4 bytes (allow more with --max-document-bytes)");
}

/// What is said of a file of these columns.
fn refused(columns: &str) -> String {
    let schema = Arc::new(parse_message_type(&format!("message rows {{ {columns} }}")).unwrap());
    let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let said = read(&writer.into_inner().unwrap(), &ReadOptions::default());
    assert_eq!(said.len(), 1, "{said:?}");
    said[0].replace("fatal: rows.parquet: ", "")
}

#[test]
fn lists_are_not_offered_and_what_a_column_lacks_is_told() {
    let list = "optional group ids (LIST) { repeated group list { optional binary element (UTF8); } }";
    for (columns, words) in [
        (
            "optional int32 text (UNKNOWN);",
            "column \"text\" holds nulls only, not text (choose another with --text-field)",
        ),
        (list, "no column \"text\": all its columns are lists (write one of text)"),
        ("", "no column \"text\": it has no columns (write the file again)"),
        (&format!("optional binary a (UTF8); {list}"), "no column \"text\" (columns: a; choose with --text-field)"),
        (
            "optional binary text (UTF8); optional binary text (UTF8);",
            "column \"text\" is there more than once (rename one, or choose another with --text-field)",
        ),
        (&list.replace("ids", "text"), "column \"text\" is a list, not text (choose another with --text-field)"),
    ] {
        assert_eq!(refused(columns), words);
    }
}

#[test]
fn what_cannot_be_read_is_one_line() {
    let bytes = Rows::new(TEXTS).bytes();
    let auto = ReadOptions::default();
    let damaged =
        |said: &[String]| said.len() == 1 && said[0].starts_with("fatal: rows.parquet: damaged Parquet data: ");
    let cut = ["fatal: rows.parquet: damaged Parquet data: it is cut short (fetch or write the file again)"];
    for length in [bytes.len() - 1, bytes.len() - 9, 20, 11, 5] {
        assert_eq!(read(&bytes[..length], &auto), cut, "{length}");
    }
    let mut long_footer = bytes.clone();
    let at = bytes.len() - 5;
    long_footer[at] = 0x7f;
    let footer = "fatal: rows.parquet: damaged Parquet data: its footer is damaged (fetch or write the file again)";
    assert_eq!(read(&long_footer, &auto), [footer]);
    let mut other = bytes.clone();
    other[at - 40] ^= 0xff;
    assert!(damaged(&read(&other, &auto)));
    let encrypted = [b"PARE\x15", &bytes[5..]].concat();
    assert_eq!(
        read(&encrypted, &auto),
        ["fatal: rows.parquet: encrypted Parquet, which is not read (write it without encryption)"]
    );
    let packed = super::damage::pack(crate::reader::signature::Compression::Gzip, &bytes);
    assert_eq!(
        read(&packed, &auto),
        ["fatal: rows.parquet: Parquet that is compressed as a whole, which is not read (unpack it)"]
    );
    let not = ["fatal: rows.parquet: not Parquet by its first bytes (fetch the file again, or name its format)"];
    assert_eq!(read(b"One.", &auto), not);
    let text = ReadOptions { format: Some(Format::Text), ..ReadOptions::default() };
    assert_eq!(read(&bytes, &text), ["fatal: rows.parquet: Parquet, which --input-format denies (leave it out)"]);
}

#[test]
fn mutated_files_end_in_documents_or_one_line() {
    let texts: Vec<Vec<u8>> = (0..40).map(|row| format!("Row {row} is a text. It has two.").into_bytes()).collect();
    let texts: Vec<Option<&[u8]>> = texts.iter().map(|text| Some(text.as_slice())).collect();
    let sound = Rows { compression: Compression::ZSTD(Default::default()), group: 15, ..Rows::new(&texts) }.bytes();
    let options = ReadOptions { lang_field: Some("lang".into()), ..ReadOptions::default() };
    let expected = read(&sound, &options);
    assert_eq!(expected.len(), 40);
    let mut state = 7u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut differ = 0;
    for turn in 0..300 {
        let mut bytes = sound.clone();
        match turn % 3 {
            0 => bytes.truncate(draw(sound.len())),
            1 => bytes[draw(sound.len())] ^= 1 << draw(8),
            // The footer, where lengths and places are.
            _ => (0..3).for_each(|_| bytes[sound.len() - 1 - draw(900)] = draw(256) as u8),
        }
        let said = read(&bytes, &options);
        differ += usize::from(said != expected);
        for line in said.iter().filter(|line| line.starts_with("fatal")) {
            assert!(line.lines().count() == 1 && line.starts_with("fatal: rows.parquet"), "{turn}: {line:?}");
        }
    }
    assert!(differ > 150, "only {differ} of 300 files read otherwise");
}
