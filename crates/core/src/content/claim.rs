//! Claims: texts that speak of a fact of an item, such as `Only {stock} left`. The number comes from the signed facts, or the text is
//! not shown.

use alloc::string::{String, ToString};

/// Returns the text with the facts that it names in braces; `None` where one of them is not known or below 1, or a brace is not
/// closed.
///
/// ```
/// use shelfwise_core::content::filled;
///
/// let fact = |name: &str| (name == "stock").then_some(3);
/// assert_eq!(filled("Only {stock} left", &fact).as_deref(), Some("Only 3 left"));
/// assert_eq!(filled("{baskets} in baskets", &fact), None);
/// ```
pub fn filled(text: &str, fact: &dyn Fn(&str) -> Option<i32>) -> Option<String> {
    let mut parts = text.split('{');
    let mut filled = String::from(parts.next()?);
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        filled += &fact(name).filter(|value| *value > 0)?.to_string();
        filled += rest;
    }
    Some(filled)
}
