//! The order of rows and files has no effect if times distinguish events.

use proptest::prelude::*;

use super::Folder;
use crate::log::Log;

/// Generates sessions, people and items of the rows; each row's time is its number.
fn rows() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    prop::collection::vec((0..6_u8, 0..4_u8, 0..9_u8), 1..60)
}

fn shuffled(count: usize) -> impl Strategy<Value = Vec<usize>> {
    Just((0..count).collect::<Vec<_>>()).prop_shuffle()
}

/// Writes the rows in this order, the first `split` of them into one file and the rest into another.
fn read(header: &str, lines: &[String], order: &[usize], split: usize) -> Log {
    let (first, second) = order.split_at(split);
    let text = |part: &[usize]| {
        format!(
            "{header}\n{}",
            part.iter().map(|&row| lines[row].as_str()).collect::<String>()
        )
    };
    let folder = Folder::with("a.csv", text(first)).and("b.csv", text(second));
    folder.read().unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn log_shuffled_rows_are_an_equal_log(
        ((rows, order), split, gap_s) in (rows().prop_flat_map(|rows| {
            let count = rows.len();
            (Just(rows), shuffled(count))
        }), 0..60_usize, 1..2_000_usize)
    ) {
        let split = split.min(rows.len());
        let straight: Vec<usize> = (0..rows.len()).collect();
        let time = |row: usize| 1_600_000_000 + row * gap_s;
        for header in ["session,person,item,time", "ignored,person,item,time", "order_id,customer,item,time"] {
            let lines: Vec<String> = rows
                .iter()
                .enumerate()
                .map(|(row, (session, person, item))| format!("s{session},p{person},i{item},{}\n", time(row)))
                .collect();
            let expected = read(header, &lines, &straight, rows.len());
            prop_assert_eq!(read(header, &lines, &order, split), expected, "{}", header);
        }
    }
}
