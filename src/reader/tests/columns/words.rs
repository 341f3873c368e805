//! Words from columns of lists.

use super::*;

/// A row: its text, and its words where it gives any.
type Row = (&'static str, Option<&'static [Option<&'static str>]>);

/// How writers lay out lists of text: as the format has them now, with values that are always there, and as it had them.
const LAYOUTS: [&str; 3] = [
    "optional group words (LIST) { repeated group list { optional binary element (UTF8); } }",
    "optional group words (LIST) { repeated group list { required binary element (UTF8); } }",
    "repeated binary words (UTF8);",
];

/// A file of two row groups, each with all rows.
fn file(rows: &[Row], layout: &str, dictionary: bool) -> Vec<u8> {
    let schema = format!(
        "message rows {{ optional binary text (UTF8); {layout}
         optional group numbers (LIST) {{ repeated group list {{ optional int32 element; }} }} }}"
    );
    let properties = Arc::new(WriterProperties::builder().set_dictionary_enabled(dictionary).build());
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(&schema).unwrap()), properties).unwrap();
    let most = writer.schema_descr().column(1).max_def_level();
    let item = if layout == LAYOUTS[0] { most - 1 } else { most };
    for _ in 0..2 {
        let mut columns = writer.next_row_group().unwrap();
        for name in ["text", "words", "numbers"] {
            let mut column = columns.next_column().unwrap().unwrap();
            match (name, column.untyped()) {
                ("text", ColumnWriter::ByteArrayColumnWriter(writer)) => {
                    let texts: Vec<ByteArray> = rows.iter().map(|(text, _)| (*text).into()).collect();
                    writer.write_batch(&texts, Some(&vec![1; rows.len()]), None).unwrap();
                }
                ("words", ColumnWriter::ByteArrayColumnWriter(writer)) => {
                    let (mut def, mut rep, mut values) = (Vec::new(), Vec::new(), Vec::<ByteArray>::new());
                    for (_, words) in rows {
                        match words {
                            None => def.push(0),
                            Some([]) => def.push(item - 1),
                            Some(words) => {
                                def.extend(words.iter().map(|word| if word.is_some() { most } else { item }))
                            }
                        }
                        rep.push(0);
                        rep.resize(def.len(), 1);
                        values.extend(words.iter().flat_map(|words| words.iter().flatten()).map(|word| (*word).into()));
                    }
                    writer.write_batch(&values, Some(&def), Some(&rep)).unwrap();
                }
                (_, ColumnWriter::Int32ColumnWriter(writer)) => {
                    let none = vec![0; rows.len()];
                    writer.write_batch(&[], Some(&none), Some(&none)).unwrap();
                }
                _ => unreachable!("a column of another type"),
            };
            column.close().unwrap();
        }
        columns.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// The words of each document, or what is complained of.
fn words(bytes: &[u8], field: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    std::fs::write(&path, bytes).unwrap();
    let options = ReadOptions { words_field: Some(field.into()), ..ReadOptions::default() };
    let mut said = Vec::new();
    for item in Reader::new(vec![Input::File(path)], options) {
        match item {
            Ok(documents) => said.extend(documents.iter().map(|document| match document.words {
                Some(words) => words.iter().map(|word| &document.text[word.clone()]).collect::<Vec<_>>().join("|"),
                None => "none".to_string(),
            })),
            Err(error) => said.push(error.message.replace(&format!("{}/", folder.path().display()), "")),
        }
    }
    said
}

#[test]
fn words_are_read_from_lists_of_text_whatever_their_layout() {
    let rows: &[Row] = &[
        ("我们喜欢苹果。", Some(&[Some("我们"), Some("喜欢"), Some("苹果")])),
        ("the cat the", Some(&[Some("the cat"), Some("the")])),
        ("no words", Some(&[])),
        ("the cat", Some(&[Some("the"), Some("dog")])),
    ];
    let expected = [
        "我们|喜欢|苹果",
        "the cat|the",
        "",
        "rows.parquet:4: column \"words\": word 2, \"dog\", is not in the text (mend the row, or pass over it with --on-error skip)",
    ];
    let again = expected.map(|said| said.replace(":4:", ":8:"));
    for layout in LAYOUTS {
        for dictionary in [false, true] {
            let said = words(&file(rows, layout, dictionary), "words");
            assert_eq!(said[..4], expected, "{layout} {dictionary}");
            assert_eq!(said[4..], again, "{layout} {dictionary}");
        }
    }
}

#[test]
fn a_list_that_is_null_gives_no_words_and_one_that_holds_null_is_an_error() {
    let rows: &[Row] = &[("one", None), ("two", Some(&[Some("two"), None])), ("three", Some(&[Some("three")]))];
    let said = words(&file(rows, LAYOUTS[0], true), "words");
    let error = "rows.parquet:2: column \"words\": holds null, not text alone (mend the row, or pass over it with --on-error skip)";
    assert_eq!(said[..3], ["none", error, "three"]);
}

#[test]
fn columns_that_hold_no_lists_of_text_are_refused() {
    let rows: &[Row] = &[("one", None)];
    let bytes = file(rows, LAYOUTS[0], false);
    for field in ["text", "numbers"] {
        let refusal = format!(
            "rows.parquet: column {field:?} does not hold lists of text (choose another with --words-field; [start,end] pairs are \
             read from JSONL)"
        );
        assert_eq!(words(&bytes, field), [refusal]);
    }
    let missing = words(&bytes, "tokens");
    assert!(missing[0].starts_with("rows.parquet: no column \"tokens\" (columns: words.list.element"), "{missing:?}");
}
