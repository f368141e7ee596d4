//! Who holds the release key alone publishes models, and nothing that the merchandiser hid is shown for it.
//!
//! Here the pipeline lies about what items are. All else that it could try with the rules themselves (exchange them,
//! empty them, sign them itself, bring old ones back) is a case of `tests/releases` that every client runs; the list
//! stands there, at `a_holder_of_the_release_key_alone_cannot_change_the_rules`.

use std::collections::BTreeSet;
use std::fs;

use crate::shop::Shop;
use serde_json::{Value, json};
use shelfwise_core::{Context, Engine, EventKind, Item, Policy, Recommend, Rerank, Session, Snapshot};
use shelfwise_sync::{Client, EngineVersion, FetchError, Installed, Memory, Outcome, TrustedKeys, Update};

/// What the merchandiser sells: wine and rum are not to be shown.
const OWN: &str = "id,title,category,brand\nmerlot,Merlot,Drinks > Wine > Red,Alm\nriesling,Riesling,Drinks > Wine,Berg\n\
    rum,Rum,Drinks,Anker\nballs,Rum balls,Sweets,Anker\nbread,Bread,Food,Ofen\ncheese,Cheese,Food,Alm\n\
    juice,Juice,Drinks,Berg\n";
/// The same as a pipeline in wrong hands has it.
const RELABELLED: &str = "id,title,category,brand\nmerlot,Merlot,Food,Alm\nriesling,Riesling,Drinks > Winery,Berg\n\
    rum,Rum,Drinks,Anker2\nballs,Rum balls,Sweets,anker\nbread,Bread,Food,Ofen\ncheese,Cheese,Food,Alm\n\
    juice,Juice,Drinks,Berg\n";
const RULES: &str = "[[placement]]\nname = \"home\"\n\n[[placement]]\nname = \"pdp\"\ncurrent_item = \"hide\"\n\n\
    [[rule]]\nid = \"no-wine\"\nhide = { category = \"Drinks > Wine\" }\n\n\
    [[rule]]\nid = \"no-anker\"\nhide = { brand = \"Anker\" }\n\n\
    [[rule]]\nid = \"front\"\npin = { item = \"bread\", position = 1 }\n";
const ITEMS: [&str; 7] = ["merlot", "riesling", "rum", "balls", "bread", "cheese", "juice"];
const HIDDEN: [&str; 4] = ["merlot", "riesling", "rum", "balls"];
/// Those that the policy names, and one that it does not.
const PLACEMENTS: [&str; 3] = ["home", "pdp", "search"];

/// A shop where wine and rum are what everybody looks at, with its keys; trained as it is, and relabelled.
fn shop() -> Shop {
    let shop = Shop::open();
    let visit = |number: usize| -> String {
        let time = |step: usize| 1_600_000_000 + number * 3600 + step;
        let items = (0..5).map(|step| ITEMS[(number * step + number) % ITEMS.len()]);
        items
            .enumerate()
            .map(|(step, id)| format!("s{number}\t{id}\t{}\n", time(step)))
            .collect()
    };
    let log = "SessionId\tItemId\tTime\n".to_owned() + &(0..40).map(visit).collect::<String>();
    shop.write("visits.tsv", log)
        .write("own.csv", OWN)
        .write("relabelled.csv", RELABELLED)
        .write("policy.toml", RULES);
    let train = "train --events visits.tsv --order tables";
    shop.stdout(&format!("{train} --catalog own.csv --out honest"));
    shop.stdout(&format!("{train} --catalog relabelled.csv --out relabelled"));
    shop.stdout(&format!("{train} --out unlabelled"));
    shop.stdout("keys new release --out keys/release.key");
    shop.stdout("keys new policy --out keys/policy.key");
    shop
}

/// Publishes a model under the signed rules; a stranger finds nothing wrong with it, and reads which rules go by labels.
fn publish(shop: &Shop, model: &str) -> Value {
    shop.stdout(&format!(
        "publish site --snapshot {model}/model.swm --policy policy.swp --key keys/release.key --policy-key keys/policy.pub"
    ));
    let verified = shop.json("verify site --key keys/release.pub --key keys/policy.pub --json");
    assert_eq!(verified["outcome"], "new");
    verified["serves"]["rules_by_model_labels"].clone()
}

/// The engine of a client that took the release over from the folder.
fn client(shop: &Shop) -> Engine<Vec<u8>> {
    let key = |name: &str| String::from_utf8(shop.read(name)).unwrap();
    let (release, policy) = (key("keys/release.pub"), key("keys/policy.pub"));
    let trusted_keys = TrustedKeys::parse([release.trim(), policy.trim()]).unwrap();
    let client = Client {
        engine: EngineVersion::parse(env!("CARGO_PKG_VERSION")).unwrap(),
        installed: Installed::Nothing,
    };
    let now_ms = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis() as u64;
    let mut update = Update::new(trusted_keys, Memory::default(), client, now_ms);
    while let Some(request) = update.request() {
        let bytes = fs::read(shop.path("site").join(&request.path));
        update.answer(bytes.map_err(|_| FetchError::Missing));
    }
    let ended = update.finish().unwrap();
    assert_eq!(ended.outcome, Outcome::New);
    let loaded = ended.loaded.unwrap();
    Engine::new(
        Snapshot::open(loaded.snapshot).unwrap(),
        Policy::decode(&loaded.policy).unwrap(),
    )
}

/// Visits of nobody, of each item, and of all of them.
fn visits() -> Vec<Session> {
    let seen = |ids: &[&str]| {
        let mut session = Session::new();
        for id in ids {
            session.apply(EventKind::ViewItem, id, 0).unwrap();
        }
        session
    };
    let each = ITEMS.iter().map(|id| seen(&[id]));
    [seen(&[]), seen(&ITEMS)].into_iter().chain(each).collect()
}

/// All that the client shows anywhere, asked for the whole catalog and for lists that hold everything.
fn shown(shop: &Shop) -> BTreeSet<String> {
    let mut engine = client(shop);
    let plain = ITEMS.map(Item::new);
    // A page that says of everything what no rule is about.
    let praised = ITEMS.map(|id| Item {
        category: Some("Food"),
        brand: Some("Ofen"),
        ..Item::new(id)
    });
    let mut shown = BTreeSet::new();
    for session in visits() {
        for placement in PLACEMENTS {
            for page in [None, Some("bread"), Some("merlot")] {
                let context = Context {
                    item: page,
                    ..Context::default()
                };
                let limit = 2 * ITEMS.len();
                let recommend = Recommend {
                    placement,
                    context,
                    limit,
                    ..Recommend::default()
                };
                let slate = engine.recommend(&session, &recommend, &mut ());
                shown.extend(slate.items.iter().map(|item| item.item_id.to_string()));
                for items in [&plain, &praised] {
                    let rerank = Rerank {
                        placement,
                        items,
                        context,
                        limit,
                        ..Rerank::default()
                    };
                    let slate = engine.rerank(&session, &rerank, &mut ());
                    shown.extend(slate.items.iter().map(|item| item.item_id.to_string()));
                }
            }
        }
    }
    shown
}

fn all_but_the_hidden() -> BTreeSet<String> {
    let shown = ITEMS.iter().filter(|id| !HIDDEN.contains(id));
    shown.map(|id| (*id).to_owned()).collect()
}

#[test]
fn another_label_does_not_show_what_the_merchandiser_hid() {
    let shop = shop();
    shop.stdout("policy build policy.toml --catalog own.csv --out policy.swp");
    shop.stdout("policy sign policy.swp --key keys/policy.key");
    for model in ["honest", "relabelled", "unlabelled"] {
        assert_eq!(publish(&shop, model), json!([]));
        assert_eq!(shown(&shop), all_but_the_hidden(), "{model}");
    }
}

/// The other side of the test above: it is the list that keeps them away, and nothing else.
#[test]
fn without_a_list_another_label_shows_it_which_is_why_nobody_signs_that_by_mistake() {
    let shop = shop();
    let built = shop.run("policy build policy.toml --out policy.swp");
    let warnings = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{warnings}");
    for words in [
        "policy.toml:10:1: warning: rule `no-wine` hides by category, and the model decides which items that means",
        "policy.toml:14:1: warning: rule `no-anker` hides by brand",
        "--catalog",
    ] {
        assert!(warnings.contains(words), "{words} is missing:\n{warnings}");
    }
    let refused = shop.stderr("policy sign policy.swp --key keys/policy.key");
    for words in ["`no-wine`, `no-anker`", "--catalog", "--trust-model-labels"] {
        assert!(refused.contains(words), "{words} is missing:\n{refused}");
    }
    assert!(!shop.path("policy.swp.sig").exists());
    shop.stdout("policy sign policy.swp --key keys/policy.key --trust-model-labels");
    assert_eq!(publish(&shop, "honest"), json!(["no-wine", "no-anker"]));
    let picture = shop.stdout("verify site --key keys/release.pub --key keys/policy.pub");
    assert!(
        picture.contains("up to whoever makes the model: no-wine, no-anker"),
        "{picture}"
    );
    assert_eq!(shown(&shop), all_but_the_hidden());
    for model in ["relabelled", "unlabelled"] {
        publish(&shop, model);
        let shown = shown(&shop);
        assert!(HIDDEN.iter().all(|id| shown.contains(*id)), "{model}: {shown:?}");
    }
}
