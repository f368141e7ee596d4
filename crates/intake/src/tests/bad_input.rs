//! Invalid input and its error messages.

use super::{Folder, error_of, log_of, sessions};
use crate::progress::Silent;
use crate::{BadReason, IntakeError, LogOptions, MAX_ID_BYTES, read_log};

/// Returns a hundred good rows, followed by these.
fn mostly_good(header: &str, rows: &str) -> Vec<u8> {
    let good: String = (0..100).map(|n| format!("s{n},a,{}\n", 1_600_000_000 + n)).collect();
    format!("{header}\n{good}{rows}\n").into_bytes()
}

#[test]
fn each_kind_of_bad_row_is_counted_and_shown_with_its_place() {
    let long = "x".repeat(MAX_ID_BYTES + 1);
    for (row, reason, column) in [
        ("s,a", BadReason::WrongFieldCount, "3"),
        ("s,a,1600000000,extra", BadReason::WrongFieldCount, "4"),
        ("s,,1600000000", BadReason::EmptyId, "item"),
        (" \t,a,1600000000", BadReason::EmptyId, "session"),
        (&format!("s,{long},1600000000"), BadReason::LongId, "item"),
        ("s,a,", BadReason::BadTime, "time"),
        ("s,a,soon", BadReason::BadTime, "time"),
        ("s,a,1600000000000", BadReason::TimeOutOfRange, "time"),
    ] {
        let (log, report) = log_of(mostly_good("session,item,time", row));
        assert_eq!((log.clicks.len(), report.rows), (100, 101), "{row}");
        let bad = &report.bad.first[0];
        assert_eq!(
            (bad.line, bad.reason, bad.column.as_str()),
            (102, reason, column),
            "{row}: {bad}"
        );
        assert_eq!(report.bad.by_reason.get(&reason), Some(&1));
    }
}

#[test]
fn invalid_utf_8_is_read_as_windows_1252_and_reported() {
    let (log, report) = log_of(b"session,item,time\n1,a,1600000000\n1,Gr\xF6\xDFe,1600000001\n");
    assert_eq!(sessions(&log), [["a", "Größe"]]);
    assert_eq!(
        (report.bad.rows, report.files[0].encoding.as_str()),
        (0, "Windows-1252")
    );
    let warning = &report.warnings[0];
    assert!(warning.contains("2 letters") && warning.contains("line 3"), "{warning}");
    let mut text = mostly_good("session,item,time", "s,");
    text.pop();
    text.extend_from_slice(b"\x81\x8D,1600000000\n");
    let (_, report) = log_of(text);
    assert_eq!(
        report.bad.by_reason.get(&BadReason::NotUtf8),
        Some(&1),
        "{}",
        report.bad
    );
}

#[test]
fn quantity_without_a_number_is_a_bad_row() {
    let rows: String = (0..100).map(|n| format!("{n},a,1\n")).collect();
    let (_, report) = log_of(format!("order_id,item,qty\n{rows}100,b,many\n"));
    assert_eq!(report.bad.by_reason.get(&BadReason::BadQuantity), Some(&1));
}

#[test]
fn bad_rows_above_the_limit_fail_and_show_the_first() {
    let error = error_of(mostly_good("session,item,time", "s,,1\ns,,2"));
    assert!(error.contains("2 of 102 rows are bad"), "{error}");
    assert!(error.contains("line 102, column item: the id is empty"), "{error}");

    let folder = Folder::with("log", mostly_good("session,item,time", "s,,1\ns,,2"));
    let options = LogOptions {
        bad_row_share: 0.02,
        ..folder.options()
    };
    assert_eq!(read_log(&options, &Silent).unwrap().1.bad.rows, 2);
}

#[test]
fn json_error_names_line_and_column() {
    let good: String = (0..100)
        .map(|n| format!("{{\"session\":1,\"item\":\"a\",\"time\":{n}}}\n"))
        .collect();
    for (line, column) in [("{\"session\":1,", "13"), ("[1,2]", "1"), ("{'a':1}", "2")] {
        let (_, report) = log_of(format!("{good}{line}\n"));
        let bad = &report.bad.first[0];
        assert_eq!(
            (bad.line, bad.reason, bad.column.as_str()),
            (101, BadReason::NotJson, column),
            "{bad}"
        );
    }
}

#[test]
fn unsupported_file_is_named() {
    for (content, part) in [
        (&b""[..], "an empty file"),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "spreadsheet (xlsx)"),
        (b"<!doctype html><html>", "HTML"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"{\"session\":1,\n\"item\":2", "cut short"),
        (b"1\t2\t3\n4\t5\t6\n", "without a header"),
        (b"PAR1 but nothing else", "Parquet reader says"),
    ] {
        let error = error_of(content);
        assert!(error.contains(part), "{error} has no {part}");
        assert!(error.contains("log"), "{error} names no file");
    }
    let folder = Folder::new();
    let options = LogOptions::new(vec![folder.path("")]);
    let error = read_log(&options, &Silent).unwrap_err().to_string();
    assert!(error.contains("a folder") && error.contains("*.csv"), "{error}");
}

#[test]
fn missing_column_error_lists_existing_columns() {
    for (header, part) in [
        ("session,time", "--map item=COLUMN"),
        ("item,time", "--map session=COLUMN"),
        ("a b c", "a b c"),
    ] {
        let error = error_of(format!("{header}\nx,1\n"));
        assert!(error.contains(part) && error.contains("line 1"), "{error}");
    }
}

#[test]
fn empty_log_error_counts_dropped_rows() {
    assert!(error_of("session,item,time\n").contains("of 0 rows"));
    let error = error_of("session,item,time,event\n1,a,1,scroll\n1,a,2,hover\n");
    assert!(error.contains("--map-event NAME=view_item: hover, scroll"), "{error}");
    let error = error_of("order_id,item,qty\nC1,a,-1\n2,a,-1\n");
    assert!(error.contains("1 cancelled, 1 returns"), "{error}");
}

#[test]
fn log_of_one_row_is_read() {
    let (log, report) = log_of("session,item,time\n1,a,5");
    assert_eq!(sessions(&log), [["a"]]);
    assert_eq!(
        (report.people, report.sessions, report.items, report.clicks),
        (1, 1, 1, 1)
    );
}

#[test]
fn id_may_contain_any_unicode() {
    let ids = [
        "日本語",
        "👟 7½",
        "a\u{a0}b",
        "e\u{301}",
        "é",
        "\u{202e}x",
        "a,b",
        "say \"hi\"",
    ];
    let rows: String = ids
        .iter()
        .map(|id| format!("1,\"{}\",5\n", id.replace('"', "\"\"")))
        .collect();
    let (log, _) = log_of(format!("session,item,time\n{rows}"));
    let mut sorted = ids.map(str::to_owned);
    sorted.sort();
    assert_eq!(log.items, sorted);
}

#[test]
fn line_beyond_the_limit_ends_reading() {
    let mut text = b"session,item,time\n1,\"a,5\n".to_vec();
    text.resize(20 << 20, b'x');
    match Folder::with("log", text).read() {
        Err(IntakeError::EndlessRow { line, .. }) => assert_eq!(line, 3),
        other => panic!("{other:?}"),
    }
}

#[test]
fn truncated_archive_names_file_and_line() {
    let rows: String = (0..100_000).map(|n| format!("s{n},a,{n}\n")).collect();
    let whole = zstd::encode_all(format!("session,item,time\n{rows}").as_bytes(), 1).unwrap();
    match Folder::with("log", &whole[..whole.len() - 9]).read() {
        Err(IntakeError::BrokenOff { line, .. }) => assert!(line > 1_000, "{line}"),
        other => panic!("{other:?}"),
    }
    let error = error_of(&whole[..20]);
    assert!(
        error.contains("line 1: reading breaks off") && error.contains("fetch it anew"),
        "{error}"
    );
}
