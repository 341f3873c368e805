use super::*;

fn read(line: &str) -> Result<RawRecord, Fault> {
    let mut record = RawRecord::default();
    parse(line.as_bytes(), &mut record).map(|()| record)
}

fn refused(line: &str) -> (FindingKind, usize, String) {
    let fault = read(line).expect_err("no record");
    (fault.kind, fault.column, fault.detail)
}

#[test]
fn keys_come_in_any_order_with_white_space_and_others_between() {
    let plain = read(r#"{"input_ids":[0,50264,2],"attention_mask":[1,1,1],"labels":[0,-100,2]}"#).expect("a record");
    assert_eq!(plain.input_ids, [0, 50264, 2]);
    assert_eq!(plain.labels, [0, -100, 2]);
    assert_eq!(plain.mask, AttentionMask { len: 3, ones: 3, fault: None });
    let spaced = concat!(
        " { \"labels\" : [ 0 , -100\t,2 ] , \"meta\":{\"a\":[1,{\"b\":\"]}\\\"\"}],\"c\":1e3}, \"n\":null,",
        "\"input\\u005fids\": [0, 50264, 2] ,\"attention_mask\" :[ 1 ,1,1]} \r\n"
    );
    assert_eq!(read(spaced).expect("a record"), plain);
}

#[test]
fn long_masks_are_read_as_short_ones() {
    for (ones, zeros) in [(0, 0), (0, 9), (8, 0), (17, 40), (33, 8), (64, 64)] {
        let numbers: Vec<&str> = std::iter::repeat_n("1", ones).chain(std::iter::repeat_n("0", zeros)).collect();
        let line = format!(r#"{{"input_ids":[],"attention_mask":[{}],"labels":[]}}"#, numbers.join(","));
        assert_eq!(read(&line).expect("a record").mask, AttentionMask { len: ones + zeros, ones, fault: None });
        let line = line.replace("],\"labels", ",1],\"labels").replace("[,", "[");
        let fault = (zeros > 0).then_some((ones + zeros, 1));
        assert_eq!(read(&line).expect("a record").mask.fault, fault);
    }
}

#[test]
fn numbers_beyond_32_bits_stay_out_of_range() {
    let record = read(r#"{"input_ids":[4294967296,-99999999999999999999999],"attention_mask":[1],"labels":[]}"#);
    assert_eq!(record.expect("a record").input_ids, [i32::MAX, i32::MIN]);
}

#[test]
fn what_is_no_whole_number_is_named_with_its_column() {
    let with = |value: &str| refused(&format!(r#"{{"input_ids":{value},"attention_mask":[],"labels":[]}}"#));
    assert_eq!(
        with("[1,2.5]"),
        (FindingKind::BadValue, 17, "input_ids holds 2.5, which is not a whole number".to_string())
    );
    assert_eq!(with("[[1]]"), (FindingKind::BadValue, 15, "input_ids holds a list".to_string()));
    assert_eq!(with("[\"1\"]"), (FindingKind::BadValue, 15, "input_ids holds text".to_string()));
    assert_eq!(with("null"), (FindingKind::BadValue, 14, "input_ids is null, not a list".to_string()));
    assert_eq!(with("[01]").0, FindingKind::NotJson);
    assert_eq!(with("[1,]").0, FindingKind::NotJson);
    assert_eq!(with("[1 2]").0, FindingKind::NotJson);
}

#[test]
fn every_cut_of_a_record_is_refused() {
    let line = r#"{"input_ids":[0,2],"attention_mask":[1,1],"labels":[0,-100],"meta":{"a":"b"}}"#;
    for end in 0..line.len() {
        assert_eq!(refused(&line[..end]).0, FindingKind::NotJson, "{}", &line[..end]);
    }
    read(line).expect("a record");
    assert_eq!(refused(&format!("{line}{line}")).0, FindingKind::NotJson);
}

#[test]
fn missing_and_repeated_keys_are_findings() {
    assert_eq!(
        refused(r#"{"input_ids":[],"labels":[]}"#),
        (FindingKind::MissingKey, 1, "no attention_mask".to_string())
    );
    assert_eq!(refused("{}").0, FindingKind::MissingKey);
    assert_eq!(
        refused(r#"{"labels":[],"labels":[]}"#),
        (FindingKind::BadValue, 14, "labels is given twice".to_string())
    );
}

#[test]
fn foreign_bytes_never_panic() {
    for line in
        ["", "null", "[1]", "\"", "{\"", "{\"a", "{\"a\":", "-", "{\"input_ids\":[-]}", "{,}", "{\"a\":1,}", "\\u0000"]
    {
        refused(line);
    }
    let mut record = RawRecord::default();
    assert_eq!(parse(b"{\"a\":\"\xff\"}", &mut record).expect_err("no record").detail, "invalid UTF-8");
    let deep = "[".repeat(1_000_000);
    assert_eq!(refused(&format!("{{\"a\":{deep}")).0, FindingKind::NotJson);
}
