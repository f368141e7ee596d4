//! Rules of a built policy in words: what engines do, not what somebody wrote.

use shelfwise_core::ContextKey;
use shelfwise_core::policy::program::{
    AGE, AND, BUILT_IN, COMPARE, CURRENT, EQUAL, GREATER, LESS, MISSING, NOT, OR, Operation, PRICE, TEXT, VIEWED,
};
use shelfwise_core::policy::{
    ALL_THE_WAY, Action, Attribute, Condition, Directive, Exclusion, Program, Rule, Selector, Verb, Vocabulary, When,
    attribute,
};

use crate::table::{counted, date, percent};

/// Days of the week, from the first of 1970.
const DAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

/// Returns a rule in words: what it does, where and when.
pub fn rule(rule: &Rule, vocabulary: &Vocabulary) -> String {
    let places = if rule.placements.is_empty() {
        "everywhere".into()
    } else {
        format!("at {}", rule.placements.join(", "))
    };
    let mut words = vec![deed(rule, vocabulary), places];
    words.extend(moment(&rule.condition));
    words.join(" ")
}

fn deed(rule: &Rule, vocabulary: &Vocabulary) -> String {
    match &rule.action {
        Action::Hide { what, .. } => match what {
            Selector::Item(id) => format!("hides item `{id}`"),
            Selector::Category(path) => format!("hides category `{path}`"),
            Selector::Brand(brand) => format!("hides brand `{brand}`"),
        },
        Action::Exclude(Exclusion::InCart) => "leaves out what is in the cart".into(),
        Action::Exclude(Exclusion::OutOfStock) => "leaves out what is sold out".into(),
        Action::Cap {
            by: Attribute::Category,
            max,
        } => format!("shows at most {max} of a category"),
        Action::Cap {
            by: Attribute::Brand,
            max,
        } => format!("shows at most {max} of a brand"),
        Action::Pin { item, position } => format!("pins item `{item}` to place {position}"),
        Action::Direct(directive) => directed(directive, vocabulary),
    }
}

fn directed(directive: &Directive, vocabulary: &Vocabulary) -> String {
    let Directive {
        amount, most, of_first, ..
    } = directive;
    let goods = goods(directive, vocabulary);
    let text = |at: usize| directive.texts.get(at).map_or("", String::as_str);
    match directive.verb {
        Verb::Hide => format!("hides {goods}"),
        Verb::Only => format!("shows only {goods}"),
        Verb::Exclude => format!("leaves out {goods}"),
        Verb::Boost => format!("moves {goods} {}", shift(*amount, "forwards", "to the front")),
        Verb::Bury => format!("moves {goods} {}", shift(*amount, "backwards", "to the end")),
        Verb::Objective => format!(
            "raises items by `{}`, for at most {} of a slate's expected hits,",
            text(0),
            percent(f64::from(*amount) / 65_536.0)
        ),
        Verb::Diversify => format!(
            "mixes items by {}, with strength {:.3},",
            attributes(directive.by),
            f64::from(*amount) / 1000.0
        ),
        Verb::Spread => format!(
            "keeps {} between two of one {}",
            counted(usize::from(*amount), "other item"),
            attributes(directive.by)
        ),
        Verb::Share => {
            let most = if *most == u16::MAX {
                String::new()
            } else {
                format!(" and at most {most}")
            };
            format!("gives at least {amount}{most} of the first {of_first} places to {goods}")
        }
        Verb::Slot => format!("puts the best of {goods} at {}", positions(directive)),
        Verb::Sponsored => format!(
            "puts paid items of `{}` at {}, labelled `{}`: {goods}, of the first {amount} by the page,",
            text(0),
            positions(directive),
            text(1)
        ),
        Verb::Fallback => format!("fills what stays empty with {goods}"),
        // The others have actions of their own.
        Verb::Cap | Verb::Pin => directive.verb.name().into(),
    }
}

fn shift(places: u16, direction: &str, all_the_way: &str) -> String {
    if places == ALL_THE_WAY {
        all_the_way.into()
    } else {
        format!("{} {direction}", counted(usize::from(places), "place"))
    }
}

fn attributes(bits: u8) -> String {
    let named = [
        (attribute::CATEGORY, "category"),
        (attribute::BRAND, "brand"),
        (attribute::PRICE, "price"),
    ];
    let names = named.iter().filter(|(bit, _)| bits & bit != 0);
    names.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

fn positions(directive: &Directive) -> String {
    let places: Vec<String> = directive.positions.iter().map(u16::to_string).collect();
    format!("place {}", places.join(", "))
}

/// Returns the items that are meant; those of a secret are a list alone.
fn goods(directive: &Directive, vocabulary: &Vocabulary) -> String {
    if directive.goods.is_empty() {
        "listed items".into()
    } else {
        format!("items with {}", condition(&directive.goods, vocabulary))
    }
}

/// Returns a condition as the policy's source would have it, with numbers as engines compare them: money in cents, ratings in tenths,
/// shares in thousandths.
pub fn condition(program: &Program, vocabulary: &Vocabulary) -> String {
    let mut stack: Vec<String> = Vec::new();
    for operation in &program.0 {
        let mut pop = || stack.pop().unwrap_or_default();
        let text = match operation.code {
            AND | OR => {
                let (right, left) = (pop(), pop());
                let word = if operation.code == AND { "and" } else { "or" };
                format!("({left} {word} {right})")
            }
            NOT => format!("not {}", pop()),
            MISSING => format!("missing({})", column(operation.column, vocabulary)),
            _ => comparison(operation, vocabulary),
        };
        stack.push(text);
    }
    let text = stack.pop().unwrap_or_default();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(inner) if !inner.contains(['(', ')']) => inner.into(),
        _ => text,
    }
}

fn comparison(operation: &Operation, vocabulary: &Vocabulary) -> String {
    let Operation {
        code,
        column: at,
        value,
    } = *operation;
    let name = column(at, vocabulary);
    let word = match code & (LESS | EQUAL | GREATER) {
        LESS => "<",
        EQUAL => "=",
        GREATER => ">",
        3 => "<=",
        6 => ">=",
        _ => "!=",
    };
    let text = usize::try_from(value).ok().and_then(|at| vocabulary.texts.get(at));
    let other = match code & (CURRENT | VIEWED | TEXT) {
        CURRENT => "same_as.current".into(),
        VIEWED => "same_as.viewed".into(),
        TEXT => format!("'{}'", text.map_or("", |(_, text)| text)),
        _ if at == PRICE => format!("{:.2}", f64::from(value) / 100.0),
        _ => value.to_string(),
    };
    debug_assert_ne!(code & COMPARE, 0);
    match code & AGE {
        0 => format!("{name} {word} {other}"),
        _ => format!("age of {name} {word} {other} days"),
    }
}

fn column(at: u16, vocabulary: &Vocabulary) -> &str {
    let at = usize::from(at);
    let own = || vocabulary.columns.get(at.saturating_sub(BUILT_IN.len()));
    let built_in = BUILT_IN.get(at).copied();
    built_in.or_else(|| own().map(String::as_str)).unwrap_or("?")
}

/// Returns when a rule holds; nothing if always.
fn moment(condition: &Condition) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(condition.from_ms.map(|from| format!("from {} UTC", date(from))));
    words.extend(condition.until_ms.map(|until| format!("until {} UTC", date(until))));
    if condition.while_in_stock {
        words.push("while it is in stock".into());
    }
    let clock = match condition.clock_min {
        0 => String::new(),
        minutes => format!(" ({minutes:+} minutes)"),
    };
    words.extend(
        condition
            .when
            .iter()
            .map(|when| format!("when {}{clock}", request(when))),
    );
    words
}

fn request(when: &When) -> String {
    let number = |bits: &i32| match usize::try_from(*bits).ok().and_then(|at| DAYS.get(at)) {
        Some(day) if when.fact.name() == "weekday" => (*day).to_owned(),
        _ if when.fact.name() == "cart_value" => format!("{:.2}", f64::from(*bits) / 100.0),
        _ if when.fact.name() == "basis" => bits.to_string(),
        _ => ContextKey::from_bits(*bits as u32).to_string(),
    };
    let values: Vec<String> = when
        .texts
        .iter()
        .cloned()
        .chain(when.numbers.iter().map(number))
        .collect();
    format!("{} is {}", when.fact.name(), values.join(" or "))
}

#[cfg(test)]
mod tests {
    use shelfwise_core::policy::PolicySource;

    use super::*;

    /// The words of the first rule of a source.
    fn words(text: &str) -> String {
        let facts = "[[fact]]\nname = \"rating\"\nkind = \"number\"\n[[fact]]\nname = \"age_days\"\nfrom = \"since\"\nkind = \"day\"\n\
            [[fact]]\nname = \"colour\"\nkind = \"text\"\n[[value]]\nname = \"value\"\nof = { rating = 1 }\n";
        let source: PolicySource = toml::from_str(&format!("{facts}[[rule]]\nid = \"it\"\n{text}")).unwrap();
        let policy = source.check().unwrap();
        rule(&policy.rules[0], &policy.vocabulary)
    }

    #[test]
    fn rule_words_say_what_engines_do() {
        for (text, expected) in [
            (
                "hide = { where = \"rating < 2 and not (colour = 'red' or missing(price))\" }",
                "hides items with (rating < 20 and not (colour = 'red' or missing(price))) everywhere",
            ),
            (
                "only = { where = \"price between 20 and 60\" }",
                "shows only items with price >= 20.00 and price <= 60.00 everywhere",
            ),
            (
                "objective = { raise = \"value\", may_cost = 0.25 }",
                "raises items by `value`, for at most 25.00 % of a slate's expected hits, everywhere",
            ),
            (
                "boost = { where = \"age_days < 30\", places = 5 }\nuntil = \"2026-12-31 23:59Z\"",
                "moves items with age of age_days < 30 days 5 places forwards everywhere until 2026-12-31 23:59 UTC",
            ),
            (
                "bury = { where = \"brand = same_as.current\", to = \"end\" }\nwhen = { device = \"phone\", weekday = \"friday\" }",
                "moves items with brand = same_as.current to the end everywhere when device is",
            ),
            (
                "exclude = { stock_below = 2 }",
                "leaves out items with stock < 2 everywhere",
            ),
        ] {
            assert!(words(text).starts_with(expected), "{text}: {}", words(text));
        }
    }
}
