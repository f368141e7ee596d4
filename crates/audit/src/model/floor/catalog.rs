//! What comes of the catalog: it rests on no person.

use std::collections::HashMap;

use shelfwise_intake::catalog::CatalogItem;

use super::{Counted, NO_CATALOG};
use crate::model::{Fact, Kind};
use crate::report::{Finding, Outcome, Step};

const NAME: &str = "catalog";
const CLAIM: &str = "Categories, brands and similarities are those of the catalog, and rest on no person.";

pub fn step(counted: &Counted<'_>) -> Step {
    let facts = counted.of_kind(Kind::Catalog).count();
    let Some(catalog) = counted.subject.catalog else {
        return match facts {
            0 => Step::without(
                NAME,
                CLAIM,
                Outcome::NotApplicable,
                "the model has nothing of a catalog",
            ),
            _ => Step::without(NAME, CLAIM, Outcome::NotProved, NO_CATALOG),
        };
    };
    let by_id: HashMap<&str, &CatalogItem> = catalog.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let entry = |item: u32| by_id.get(counted.names.text(item)).copied();
    let text = |number: u64| counted.names.text(number as u32).to_owned();
    let mut findings = Vec::new();
    for (fact, value) in counted.of_kind(Kind::Catalog) {
        let wrong = match fact {
            Fact::Category(item) if entry(item).is_none_or(|own| own.category != text(value)) => {
                Some(format!("category `{}` of {}", text(value), counted.id(item)))
            }
            Fact::Brand(item) if entry(item).is_none_or(|own| own.brand != text(value)) => {
                Some(format!("brand `{}` of {}", text(value), counted.id(item)))
            }
            Fact::Alike(a, b) if entry(a).is_none() || entry(b).is_none() => {
                Some(format!("similarity of {} and {}", counted.id(a), counted.id(b)))
            }
            _ => None,
        };
        findings.extend(wrong.map(not_of_the_catalog));
    }
    let tried = vec![
        format!("{facts} entries were compared with the catalog"),
        "how many similar items a row has depends on how many pairs the item has: that number rests on people, as its pairs do".to_owned(),
    ];
    Step::tried(NAME, CLAIM, tried, findings)
}

fn not_of_the_catalog(what: String) -> Finding {
    Finding::new(
        "model.not-of-catalog",
        format!("{what} is not in the catalog that was given."),
        "Give the catalog that the model was trained with; if that is the one, do not publish this model.",
    )
}
