//! Rules over facts of a file.

use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder};
use shelfwise_core::policy::PolicySource;
use shelfwise_core::{Engine, Facts, Item, Rerank, Session, Snapshot, example};

const POLICY: &str = "[[fact]]\nname = \"margin\"\nkind = \"share\"\n\n[[fact]]\nname = \"origin\"\nkind = \"text\"\n\n\
    [[rule]]\nid = \"no-loss\"\nhide = { where = \"margin < 0.2\" }\n\n\
    [[rule]]\nid = \"local\"\nboost = { where = \"origin = 'here'\", to = \"front\" }\n";

/// The facts of jam, tea, bread and butter.
fn facts() -> Facts<Vec<u8>> {
    let column = |name: &str, kind, cells| ColumnTable {
        name: name.into(),
        kind,
        cells,
    };
    let origin = [Some("here"), None, Some("far"), None].map(|text| text.map(String::from));
    let builder = FactsBuilder {
        ids_sha256: [7; 32],
        items: 4,
        columns: vec![
            column(
                "margin",
                FactKind::Share,
                Cells::numbers([Some(500), Some(199), None, Some(200)]),
            ),
            column("origin", FactKind::Text, Cells::Texts(origin.to_vec())),
        ],
    };
    Facts::open(builder.build().unwrap(), &[7; 32]).unwrap()
}

fn shown(facts: Option<Facts<Vec<u8>>>) -> Vec<String> {
    let policy = toml::from_str::<PolicySource>(POLICY).unwrap().check().unwrap();
    let snapshot = Snapshot::open(example::corner_shop().build().unwrap()).unwrap();
    let mut engine = Engine::new(snapshot, policy);
    engine.set_fact_source(facts.map(|facts| Box::new(facts) as _));
    let items = ["tea", "bread", "butter", "jam"].map(Item::new);
    let request = Rerank {
        items: &items,
        limit: 4,
        ..Rerank::default()
    };
    let slate = engine.rerank(&Session::new(), &request, &mut ());
    slate.items.iter().map(|item| item.item_id.to_string()).collect()
}

#[test]
fn facts_of_a_file_hide_and_boost() {
    assert_eq!(shown(Some(facts())), ["jam", "bread", "butter"]);
}

#[test]
fn rules_over_facts_match_nothing_without_a_file() {
    assert_eq!(shown(None), ["tea", "bread", "butter", "jam"]);
}

#[test]
fn thresholds_of_rules_are_those_of_their_conditions() {
    let policy = toml::from_str::<PolicySource>(POLICY).unwrap().check().unwrap();
    let directives = policy.rules.iter().filter_map(|rule| match &rule.action {
        shelfwise_core::policy::Action::Direct(directive) => Some(&directive.goods),
        _ => None,
    });
    let thresholds: Vec<_> = directives
        .flat_map(|goods| goods.thresholds(&policy.vocabulary))
        .collect();
    assert_eq!(thresholds, [("margin", 200)]);
}
