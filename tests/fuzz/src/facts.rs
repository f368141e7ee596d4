//! Facts with columns of numbers, of steps and of texts, to damage.

use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder};

use crate::ITEMS;

/// Returns facts of the intact snapshot's items, bound to the hash that the target opens files with.
///
/// # Panics
/// If the builder does not take the parts.
#[must_use]
#[allow(clippy::expect_used, reason = "a fuzz target fails by panicking")]
pub fn every_column() -> Vec<u8> {
    let items = ITEMS as usize;
    let price = |item: usize| (!item.is_multiple_of(9)).then_some(99 + item as i32 * 50);
    let colour = |item: usize| (!item.is_multiple_of(4)).then(|| format!("colour {}", item % 5));
    let stock = Cells::Numbers {
        values: (0..items).map(|item| Some(item as i32)).collect(),
        steps: 15,
        cuts: vec![2, 10],
    };
    let columns = [
        (
            "price",
            FactKind::Money,
            Cells::numbers((0..items).map(price).collect::<Vec<_>>()),
        ),
        ("stock", FactKind::Count, stock),
        ("colour", FactKind::Text, Cells::Texts((0..items).map(colour).collect())),
    ];
    let column = |(name, kind, cells): (&str, _, _)| ColumnTable {
        name: name.into(),
        kind,
        cells,
    };
    let builder = FactsBuilder {
        ids_sha256: shelfwise_tests_drive::IDS_SHA256,
        items,
        columns: columns.map(column).into(),
    };
    builder.build().expect("the parts fit together")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_seed_is_read_completely() {
        let values = shelfwise_tests_drive::facts(&every_column());
        assert!(values > 2 * ITEMS as usize, "{values}");
    }
}
