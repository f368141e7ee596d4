//! `[[content]]` and `[offers]`: banners, modules, entries of menus, messages and offers.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{Minute, OneOrMore, PolicySource, WhenSource};
use crate::content::{Content, ContentKind, ContentSet, DEFAULT_HOLDOUT};
use crate::policy::{Condition, RequestFact, Selector};

/// The numbers of a share: 65,536 is all.
const ALL: f32 = 65_536.0;

/// `[[content]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { id = \"spring\", kind = \"banner\", placements = [\"hero\"], texts = { title = \"Spring\" } }"
)]
pub struct ContentSource {
    /// The name by which pages and reports speak of it.
    pub id: String,
    /// What it is.
    #[serde(deserialize_with = "kind")]
    pub kind: ContentKind,
    /// Where it may be shown.
    #[serde(default)]
    pub placements: Vec<String>,
    /// What it is about.
    #[serde(default)]
    about: AboutSource,
    /// One text variant, or several.
    #[serde(default)]
    texts: Texts,
    /// From then on.
    pub from: Option<Minute>,
    /// Up to then.
    pub until: Option<Minute>,
    /// When it may be shown.
    #[serde(default)]
    pub when: WhenSource,
    /// In how many showings of a visit; any number if it says nothing.
    pub at_most_per_visit: Option<u16>,
    /// Minutes of rest after a showing; none if it says nothing.
    pub rest_after: Option<u16>,
    /// Its weight beside others; 1 if it says nothing.
    pub share: Option<u16>,
    /// Of an offer: what it takes to have it, for everybody, in the words of the published file.
    pub conditions: Option<String>,
    /// For people who read the file.
    #[serde(rename = "owner")]
    _owner: Option<String>,
    /// For people who read the file.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

/// What an option is about: any of these.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "such as { category = \"Garden\" } or { items = [\"SKU1\"] }"
)]
struct AboutSource {
    category: Option<OneOrMore>,
    brand: Option<OneOrMore>,
    items: Vec<String>,
}

/// Texts by name: one variant, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "texts by name such as { title = \"Spring\" }, or a list of such variants"
)]
enum Texts {
    One(BTreeMap<String, String>),
    More(Vec<BTreeMap<String, String>>),
}

impl Default for Texts {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

/// `[offers]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { holdout = 0.1 }")]
pub struct OffersSource {
    /// The part of visits that see no offer; 0.1 if it says nothing.
    pub holdout: Option<f32>,
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ContentKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    let names = ContentKind::ALL.map(ContentKind::name).join(", ");
    ContentKind::from_name(&name)
        .ok_or_else(|| D::Error::custom(alloc::format!("unknown variant `{name}`, expected one of {names}")))
}

impl ContentSource {
    /// Returns the text variants.
    pub fn variants(&self) -> &[BTreeMap<String, String>] {
        match &self.texts {
            Texts::One(variant) => core::slice::from_ref(variant),
            Texts::More(variants) => variants,
        }
    }

    /// Returns what it is about.
    pub fn about(&self) -> Vec<Selector> {
        let AboutSource { category, brand, items } = &self.about;
        let all = |names: &Option<OneOrMore>, selector: fn(String) -> Selector| {
            let names = names.iter().flat_map(|names| names.as_slice().iter().cloned());
            names.map(selector).collect::<Vec<_>>()
        };
        let items = items.iter().cloned().map(Selector::Item).collect();
        [items, all(category, Selector::Category), all(brand, Selector::Brand)].concat()
    }

    /// Returns the facts that its texts speak of, each in braces.
    pub fn claimed(&self) -> impl Iterator<Item = &str> {
        let texts = self.variants().iter().flat_map(BTreeMap::values);
        let parts = texts.flat_map(|text| text.split('{').skip(1));
        parts.map(|part| part.split('}').next().unwrap_or_default())
    }

    fn compile(&self, clock_min: i32) -> Content {
        let when = self.when.compile().0;
        let asks_for_day = when.iter().any(|when| when.fact == RequestFact::Weekday);
        let texts = |variant: &BTreeMap<String, String>| variant.clone().into_iter().collect();
        Content {
            id: self.id.clone(),
            kind: self.kind,
            placements: self.placements.clone(),
            about: self.about(),
            variants: self.variants().iter().map(texts).collect(),
            condition: Condition {
                from_ms: self.from.as_ref().map(Minute::utc_ms),
                until_ms: self.until.as_ref().map(Minute::utc_ms),
                while_in_stock: false,
                clock_min: if asks_for_day { clock_min } else { 0 },
                when,
            },
            at_most_per_visit: self.at_most_per_visit.unwrap_or(0),
            rest_min: self.rest_after.unwrap_or(0),
            share: self.share.unwrap_or(1),
        }
    }
}

impl PolicySource {
    /// Returns the content as engines read it; nothing where there are no options.
    pub(super) fn content_set(&self) -> ContentSet {
        if self.content.is_empty() {
            return ContentSet::default();
        }
        ContentSet {
            holdout: self.offers.holdout.map_or(DEFAULT_HOLDOUT, |part| (part * ALL) as u16),
            options: self
                .content
                .iter()
                .map(|option| option.compile(self.clock_min))
                .collect(),
        }
    }
}
