//! The same log in every format.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Folder, log_of, sessions};

const CSV: &str = "session_id,item_id,time\ns1,b,1600000010\ns2,a,1600000005\ns1,a,1600000020\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

#[test]
fn log_in_every_format_is_equal() {
    let (expected, _) = log_of(CSV);
    let json = "{\"session_id\":\"s1\",\"item_id\":\"b\",\"time\":1600000010}\n\
                {\"time\":1600000005.0,\"session_id\":\"s2\",\"item_id\":\"a\"}\n\n\
                {\"session_id\":\"s1\",\"item_id\":\"a\",\"time\":\"1600000020\"}";
    let (head, tail) = CSV.split_at(30);
    for (content, format) in [
        (CSV.as_bytes().to_vec(), "csv, plain"),
        (format!("\u{feff}{CSV}").into_bytes(), "csv, plain"),
        (CSV.replace('\n', "\r\n").into_bytes(), "csv, plain"),
        (CSV.replace(',', ";").into_bytes(), "csv with `;`, plain"),
        (CSV.replace(',', "\t").into_bytes(), "tsv, plain"),
        (json.as_bytes().to_vec(), "jsonl, plain"),
        (format!("\u{feff}{json}").into_bytes(), "jsonl, plain"),
        (gzip(CSV.as_bytes()), "csv, gz"),
        ([gzip(head.as_bytes()), gzip(tail.as_bytes())].concat(), "csv, gz"),
        (zst(json.as_bytes()), "jsonl, zst"),
        ([zst(head.as_bytes()), zst(tail.as_bytes())].concat(), "csv, zst"),
    ] {
        let (log, report) = log_of(content);
        assert_eq!(log, expected, "{format}");
        assert_eq!(report.files[0].format, format);
    }
}

#[test]
fn format_is_detected_by_content_not_by_name() {
    let (_, report) = Folder::with("log.parquet", gzip(CSV.as_bytes())).read().unwrap();
    assert_eq!(report.files[0].format, "csv, gz");
}

#[test]
fn lone_quote_in_a_tab_file_is_a_character() {
    let (log, _) = log_of("session\titem\ttime\n1\t\"7 inch\t5\n1\tb\t6\n");
    assert_eq!(sessions(&log), [["\"7 inch", "b"]]);
    let (log, _) = log_of("session\titem\ttime\n1\t\"a\tb\"\t5\n");
    assert_eq!(sessions(&log), [["a\tb"]]);
}

#[test]
fn ga4_item_list_becomes_rows() {
    let (log, report) = log_of(concat!(
        r#"{"event_name":"view_item_list","event_timestamp":"1600000000000000","user_pseudo_id":"7.1","#,
        r#""event_params":[{"key":"page","value":{"string_value":"x"}},{"key":"ga_session_id","value":{"string_value":null,"int_value":"42"}}],"#,
        r#""items":[{"item_id":"a","quantity":null},{"item_id":"b"}]}"#,
        "\n",
        r#"{"event_name":"purchase","event_timestamp":"1600000001000000","user_pseudo_id":"7.1","#,
        r#""event_params":[{"key":"ga_session_id","value":{"int_value":"42"}}],"items":[{"item_id":"b","quantity":2}]}"#,
        "\n",
        r#"{"event_name":"search","event_timestamp":"1600000002000000","user_pseudo_id":"7.1","#,
        r#""event_params":[{"key":"ga_session_id","value":{"int_value":"42"}}],"items":[]}"#,
        "\n",
    ));
    assert_eq!(sessions(&log), [["a", "b", "b"]]);
    assert_eq!((report.rows, report.dropped.without_item), (4, 1));
    assert!(
        report.files[0]
            .columns
            .contains(&"session=event_params.ga_session_id".to_owned())
    );
}

#[test]
fn data_layer_nested_items_become_rows() {
    let (log, _) = log_of(concat!(
        r#"{"event":"view_item","time":"2024-05-01T10:00:00Z","client_id":5,"ecommerce":{"items":[{"item_id":"a"}]}}"#,
        "\n",
        r#"{"event":"add_to_cart","time":"2024-05-01T10:00:09Z","client_id":5,"ecommerce":{"items":[{"item_id":"b"}]}}"#,
        "\n"
    ));
    assert_eq!(sessions(&log), [["a", "b"]]);
}

#[cfg(feature = "parquet")]
mod parquet {
    use std::sync::Arc;

    use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    use super::super::{Folder, log_of};
    use super::{CSV, gzip};

    /// Returns the same log with times of this type; the order of columns differs from that of the roles.
    fn written(time_type: &str, scale: i64) -> Vec<u8> {
        let schema = format!(
            "message log {{ required int64 time ({time_type}); required binary item_id (UTF8);
             optional group extra {{ required int64 x; }} required binary session_id (UTF8); }}"
        );
        let schema = Arc::new(parse_message_type(&schema).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let times = [1_600_000_010, 1_600_000_005, 1_600_000_020].map(|time: i64| time * scale);
        let texts = |values: [&str; 3]| values.map(ByteArray::from);
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&texts(["b", "a", "a"]), None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&[], Some(&[0, 0, 0]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&texts(["s1", "s2", "s1"]), None, None)
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn parquet_log_equals_the_text_log() {
        let (expected, _) = log_of(CSV);
        for (time_type, scale) in [
            ("TIMESTAMP_MILLIS", 1_000),
            ("TIMESTAMP_MICROS", 1_000_000),
            ("TIMESTAMP(NANOS,true)", 1_000_000_000),
            ("INTEGER(64,true)", 1),
        ] {
            let (log, report) = log_of(written(time_type, scale));
            assert_eq!(log, expected, "{time_type}");
            assert_eq!(report.files[0].format, "parquet, plain");
        }
    }

    /// Returns an event log whose items are a list of groups, as BigQuery writes it.
    fn nested() -> Vec<u8> {
        let schema = "message log { required int64 event_timestamp; required binary event_name (UTF8);
             required binary user_pseudo_id (UTF8);
             optional group items (LIST) { repeated group list { optional group element {
             optional binary item_id (UTF8); } } } }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let times = [1_600_000_000_000_000, 1_600_000_060_000_000, 1_600_000_120_000_000];
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        for texts in [["page_view", "view_item", "purchase"], ["v", "v", "v"]] {
            let mut column = group.next_column().unwrap().unwrap();
            let texts = texts.map(ByteArray::from);
            column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
            column.close().unwrap();
        }
        // The first row has no list, the second one entry, the third two.
        let mut column = group.next_column().unwrap().unwrap();
        let ids = ["a", "a", "b"].map(ByteArray::from);
        column
            .typed::<ByteArrayType>()
            .write_batch(&ids, Some(&[0, 4, 4, 4]), Some(&[0, 0, 0, 1]))
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn parquet_whole_numbers_of_a_data_frame_are_ids_without_a_point() {
        let schema = "message log { required int64 session_id; optional double item_id; required int64 time; }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[1, 1, 1], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let items = column.typed::<DoubleType>();
        items
            .write_batch(&[10_001.0, 4e15, 1.5], Some(&[1, 1, 1]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let times = [1_600_000_000, 1_600_000_010, 1_600_000_020];
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        let (log, _) = log_of(writer.into_inner().unwrap());
        assert_eq!(log.items, ["1.5", "10001", "4000000000000000"]);
    }

    #[test]
    fn parquet_nested_items_become_rows() {
        let (log, report) = log_of(nested());
        assert_eq!(super::sessions(&log), [["a", "a", "b"]]);
        assert!(report.files[0].columns.contains(&"item=items[].item_id".to_owned()));
        assert_eq!(report.rows, 4);
    }

    #[test]
    fn parquet_in_an_archive_and_broken_parquet_are_errors() {
        let whole = written("TIMESTAMP_MILLIS", 1_000);
        let error = |bytes: &[u8]| Folder::with("log", bytes).read().unwrap_err().to_string();
        assert!(error(&gzip(&whole)).contains("unpack it"));
        for cut in [whole.len() / 2, whole.len() - 1] {
            assert!(error(&whole[..cut]).contains("Parquet reader says"));
        }
    }
}
