//! Grades of a shop's places: ready, not yet, or not worth it yet.

use serde::Serialize;
use shelfwise_core::EventKind;
use shelfwise_intake::log::{Log, Order};
use shelfwise_page::words::{percent, thousands};

use crate::coverage::{COMPANIONS, Coverage, SUPPORTERS};
use crate::examine::Input;

/// Share of events with companions from which on a shelf is worth it: more often than not it has something to say.
pub const WORTH_IT: f64 = 0.5;

/// Share of visits with two different items from which on lists can be ordered by the visit.
const VISITS_WITH_TWO: f64 = 0.2;

/// Items that fill a home page's shelf, each seen by [`POPULAR_PEOPLE`].
const POPULAR_ITEMS: usize = 24;
const POPULAR_PEOPLE: u32 = 10;

/// Share of the events of the catalog's items that have a title and a price, from which on they can be shown elsewhere.
const PRESENTABLE: f64 = 0.9;

/// A grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The data suffices.
    Ready,
    /// Something is missing that can be mended.
    NotYet,
    /// The log is too small.
    NotWorthItYet,
}

/// A place of a shop, with its grade.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Surface {
    /// The place.
    pub name: &'static str,
    /// Its grade.
    pub grade: Grade,
    /// What was measured, from 0 to 1; absent if nothing could be.
    pub share: Option<f64>,
    /// The reason, in a sentence.
    pub reason: String,
    /// Visits at which it would be worth it, if the log says.
    pub sessions_needed: Option<u64>,
}

/// Grades all places.
#[must_use]
pub fn grade(input: &Input<'_>) -> Vec<Surface> {
    let log = input.log;
    let any = Coverage::of(log, |_| true);
    let bought = Coverage::of(log, is_bought);
    let product = product_page(&any);
    let lists = lists(log, &any);
    let home = home(log);
    let search = search(&lists, input);
    let email = email(&home, input);
    vec![home, lists, product, cart(log, &bought), search, email]
}

const fn is_bought(kind: EventKind) -> bool {
    matches!(kind, EventKind::AddToCart | EventKind::Purchase)
}

fn surface(name: &'static str, grade: Grade, share: Option<f64>, reason: String) -> Surface {
    Surface {
        name,
        grade,
        share,
        reason,
        sessions_needed: None,
    }
}

/// Grades by coverage; `what` names the events.
fn by_coverage(name: &'static str, coverage: &Coverage, what: &str) -> Surface {
    let share = coverage.share();
    let measured = format!(
        "{} of {what} are of products with {COMPANIONS} others or more to show beside them, which {SUPPORTERS} people or more saw \
         in the same visit",
        percent(share)
    );
    if share >= WORTH_IT {
        return surface(name, Grade::Ready, Some(share), format!("{measured}."));
    }
    let needed = coverage.sessions_for(WORTH_IT);
    let then = needed.map_or_else(
        || "The log is too small to say at how many visits it would be half.".to_owned(),
        |needed| format!("It would be half at about {} visits.", thousands(rounded(needed))),
    );
    Surface {
        sessions_needed: needed.map(rounded),
        ..surface(name, Grade::NotWorthItYet, Some(share), format!("{measured}. {then}"))
    }
}

fn product_page(coverage: &Coverage) -> Surface {
    by_coverage("Product page", coverage, "all events")
}

fn lists(log: &Log, coverage: &Coverage) -> Surface {
    const NAME: &str = "Lists";
    if log.order == Order::Basket {
        let reason = "The log holds orders only. Ordering lists needs what visitors view: record GA4's view_item.";
        return surface(NAME, Grade::NotYet, None, reason.to_owned());
    }
    let with_two = log.sessions.iter().filter(|session| {
        let items = log.clicks_of(session);
        items.iter().any(|click| click.item != items[0].item)
    });
    let share = with_two.count() as f64 / log.sessions.len().max(1) as f64;
    if share < VISITS_WITH_TWO {
        let reason = format!(
            "Only {} of the visits touch two products; in the others there is nothing to order a list by. Check that \
             every product page sends its event, and that visits are not cut apart.",
            percent(share)
        );
        return surface(NAME, Grade::NotYet, Some(share), reason);
    }
    by_coverage(NAME, coverage, "all events")
}

fn home(log: &Log) -> Surface {
    let mut people = vec![(u32::MAX, 0_u32); log.items.len()];
    for session in &log.sessions {
        for click in log.clicks_of(session) {
            let (last, count) = &mut people[click.item as usize];
            if *last != session.person {
                *last = session.person;
                *count += 1;
            }
        }
    }
    let mut counts: Vec<u32> = people.into_iter().map(|(_, count)| count).collect();
    counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    let popular = counts.iter().take_while(|count| **count >= POPULAR_PEOPLE).count();
    let share = popular.min(POPULAR_ITEMS) as f64 / POPULAR_ITEMS as f64;
    let reason = format!(
        "{} products were seen by {POPULAR_PEOPLE} people or more; a shelf of popular products needs {POPULAR_ITEMS}",
        thousands(popular as u64)
    );
    if popular >= POPULAR_ITEMS {
        return surface("Home page", Grade::Ready, Some(share), format!("{reason}."));
    }
    // The people of an item grow with the visits.
    let last = counts.get(POPULAR_ITEMS - 1).copied().filter(|count| *count > 0);
    let needed = last.map(|last| rounded(log.sessions.len() as u64 * u64::from(POPULAR_PEOPLE) / u64::from(last)));
    let then = needed.map_or_else(String::new, |needed| {
        format!(" That would be so at about {} visits.", thousands(needed))
    });
    Surface {
        sessions_needed: needed,
        ..surface(
            "Home page",
            Grade::NotWorthItYet,
            Some(share),
            format!("{reason}.{then}"),
        )
    }
}

fn cart(log: &Log, coverage: &Coverage) -> Surface {
    if !log.clicks.iter().any(|click| is_bought(click.kind)) {
        let reason = "No product was put into a cart or bought in this log: record GA4's add_to_cart and purchase.";
        return surface("Cart", Grade::NotYet, None, reason.to_owned());
    }
    by_coverage("Cart", coverage, "cart events and purchases")
}

fn search(lists: &Surface, input: &Input<'_>) -> Surface {
    let searches = input
        .report
        .without_item
        .get(EventKind::Search.name())
        .copied()
        .unwrap_or_default()
        + input
            .report
            .clicks_by_kind
            .get(EventKind::Search.name())
            .copied()
            .unwrap_or_default();
    if searches == 0 {
        let reason = "The log has no searches, so that nobody can say how much results would matter: record GA4's \
                      search and view_item_list. Results are ordered as lists are.";
        return surface("Search", Grade::NotYet, None, reason.to_owned());
    }
    Surface {
        name: "Search",
        reason: format!(
            "{} searches; results are ordered as lists are. {}",
            thousands(searches),
            lists.reason
        ),
        ..lists.clone()
    }
}

fn email(home: &Surface, input: &Input<'_>) -> Surface {
    let Some(catalog) = input.catalog else {
        let reason = "Without a catalog there are no titles and prices to write: give it with --catalog.";
        return surface("Email", Grade::NotYet, None, reason.to_owned());
    };
    let presentable = |at: usize| {
        let id = &input.log.items[at];
        let item = catalog.items.binary_search_by(|item| item.id.as_str().cmp(id));
        item.is_ok_and(|at| !catalog.items[at].title.is_empty() && catalog.items[at].price.is_some())
    };
    let known: Vec<bool> = (0..input.log.items.len()).map(presentable).collect();
    let shown = input
        .log
        .clicks
        .iter()
        .filter(|click| known[click.item as usize])
        .count();
    let share = shown as f64 / input.log.clicks.len().max(1) as f64;
    if share < PRESENTABLE {
        let reason = format!(
            "{} of all events are of products with a title and a price in the catalog; an email needs {}.",
            percent(share),
            percent(PRESENTABLE)
        );
        return surface("Email", Grade::NotYet, Some(share), reason);
    }
    Surface {
        name: "Email",
        reason: format!(
            "{} of all events are of products with a title and a price. {}",
            percent(share),
            home.reason
        ),
        ..home.clone()
    }
}

/// Returns a number with two digits that count.
fn rounded(number: u64) -> u64 {
    let digits = number.checked_ilog10().unwrap_or_default();
    let unit = 10_u64.pow(digits.saturating_sub(1));
    number.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_keeps_two_digits() {
        assert_eq!(
            [rounded(0), rounded(7), rounded(12_345), rounded(990_001)],
            [0, 7, 13_000, 1_000_000]
        );
    }

    #[test]
    fn small_log_is_not_worth_it_and_says_at_how_many_visits_it_would_be() {
        let coverage = Coverage {
            sessions: 1_000,
            shares: [0.1, 0.2, 0.3],
        };
        let surface = by_coverage("Lists", &coverage, "all events");
        assert_eq!(
            (surface.grade, surface.sessions_needed),
            (Grade::NotWorthItYet, Some(4_000))
        );
        assert!(surface.reason.contains("4,000 visits"), "{}", surface.reason);
    }
}
