//! What contextual mode alone loses: the same predictions by the page's own facts, without any visit.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use serde::Serialize;
use shelfwise_core::{Context, ContextKey, Engine, Recommend, Session, Snapshot};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Progress;

use super::replay::replay;
use super::{PLACEMENT, Places, Protocol, policy};

/// Accuracy of the predictions of [`evaluate`](super::evaluate()) in contextual mode, which reads nothing of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contextual {
    /// On pages of a product: from the current item and the context key.
    pub product_pages: Places,
    /// On pages without one, such as lists and the home page: from the context key alone.
    pub other_pages: Places,
}

/// Replays a log as [`evaluate`](super::evaluate()) does, once as if every page were that of the current item, and once as
/// if none were of an item.
///
/// Costs one recommendation for each item and context key of the log: without a visit the answers repeat.
pub fn contextual<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    protocol: &Protocol,
    progress: &dyn Progress,
) -> Contextual {
    let mut pages = Pages {
        engine: Engine::new(snapshot, policy(log.order, protocol.current_item)),
        at: protocol.at,
        slates: FxHashMap::default(),
    };
    let (mut product_pages, mut other_pages) = (Places::at(protocol.at), Places::at(protocol.at));
    replay(log, protocol.most, progress, |session, cell, next| {
        let current = session.events().next_back().map(|event| &*event.item);
        let target = &*log.items[next as usize];
        product_pages.count(pages.place_of(target, current, cell));
        other_pages.count(pages.place_of(target, None, cell));
    });
    Contextual {
        product_pages: product_pages.finish(),
        other_pages: other_pages.finish(),
    }
}

/// What contextual mode knows of a page: its item, if it has one, and the context key.
type Page = (Option<Box<str>>, ContextKey);

/// Slates by page.
struct Pages<B> {
    engine: Engine<B>,
    at: usize,
    slates: FxHashMap<Page, Vec<Box<str>>>,
}

impl<B: AsRef<[u8]>> Pages<B> {
    /// Returns the index of an item in the slate of a page, if it is there.
    fn place_of(&mut self, target: &str, item: Option<&str>, cell: ContextKey) -> Option<usize> {
        let slate = match self.slates.entry((item.map(Box::from), cell)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let request = Recommend {
                    placement: PLACEMENT,
                    context: Context {
                        item,
                        cell,
                        ..Context::default()
                    },
                    limit: self.at,
                    ..Recommend::default()
                };
                let slate = self.engine.recommend(&Session::new(), &request, &mut ());
                new.insert(slate.items.into_iter().map(|item| item.item_id.into()).collect())
            }
        };
        slate.iter().position(|id| &**id == target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::evaluate;
    use crate::shop::log;
    use crate::train::{TrainOptions, train};
    use shelfwise_core::CurrentItem;
    use shelfwise_intake::catalog::Catalog;
    use shelfwise_intake::progress::Silent;

    #[test]
    fn contextual_mode_knows_the_page_and_forgets_the_visit() {
        let visits: Vec<&[&str]> = [&["tent", "peg", "rope"][..], &["milk", "oats", "salt"]].repeat(20);
        let shop = log(&visits);
        let previous = None::<&Snapshot<Vec<u8>>>;
        let trained = train(&shop, &Catalog::default(), previous, &TrainOptions::default(), &Silent).unwrap();
        let protocol = Protocol {
            at: 2,
            current_item: CurrentItem::Hide,
            most: None,
        };
        let snapshot = || Snapshot::open(&*trained.snapshot).unwrap();
        let contextual = contextual(snapshot(), &shop, &protocol, &Silent);
        let session = evaluate(snapshot(), &shop, &protocol, &Silent).places;
        assert_eq!(contextual.product_pages.predictions, session.predictions);
        assert!(
            (contextual.product_pages.hr - 1.0).abs() < 1e-9,
            "the page says what the visit is about"
        );
        assert!(contextual.other_pages.hr < 0.6, "nothing does: {contextual:?}");
    }
}
