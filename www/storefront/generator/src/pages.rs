//! The shop's pages from their templates.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context, path_loader};
use serde::Serialize;

use super::aisle::Aisle;
use super::goods::Product;
use super::hidden::Hidden;
use super::picture::Picture;

/// Places on a shelf of recommendations: two rows of five on a wide window, five rows of two on a narrow one.
const SHELF_PLACES: usize = 10;
/// Places on the low shelf above an aisle.
const STRIP_PLACES: usize = 4;
/// What the shop suggests to begin with: each goes with much that is elsewhere in the shop.
const STARTERS: [&str; 4] = ["Soft Tortillas", "Spaghetti", "Hamburger Buns", "Kids Cereal"];

/// The packages of the still life on the way in: drawn whether the shop sells them or not.
const STILL_LIFE: [Picture; 8] = [
    on_label("canister", "bowl"),
    on_label("jar", "berries"),
    on_label("flask", "leaf"),
    on_label("can", "tomato"),
    on_label("box", "bowl"),
    on_label("carton", "drop"),
    on_label("jar", "cucumber"),
    on_label("bag", "chip"),
];

const fn on_label(shape: &'static str, label: &'static str) -> Picture {
    Picture {
        shape,
        label: Some(label),
    }
}

/// The templates, read once.
pub struct Pages {
    templates: Environment<'static>,
    hidden: Hidden,
}

impl Pages {
    /// Opens a folder of templates. A name that a template gets wrong is an error, never an empty place.
    pub fn open(folder: &Path) -> Result<Self> {
        anyhow::ensure!(folder.is_dir(), "{} is not a folder of templates", folder.display());
        let mut templates = Environment::new();
        templates.set_loader(path_loader(folder));
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        Ok(Self {
            templates,
            hidden: Hidden::read()?,
        })
    }

    /// The way in: all aisles, and what sells best.
    pub fn home(&self, aisles: &[Aisle]) -> Result<String> {
        self.render(
            "home.html",
            context! {
                aisles => names(aisles),
                starters => starters(aisles),
                shelf => self.bestsellers(aisles, None, SHELF_PLACES),
            },
        )
    }

    /// One aisle, in the shop's own order.
    pub fn aisle(&self, aisles: &[Aisle], aisle: &Aisle) -> Result<String> {
        let shelf = self.bestsellers(aisles, Some(aisle), STRIP_PLACES);
        self.render(
            "aisle.html",
            context! { aisles => names(aisles), aisle => value(aisle), cover => cover(&aisle.products), shelf },
        )
    }

    /// One product, with what stands beside it.
    pub fn product(&self, aisles: &[Aisle], aisle: &Aisle, product: &Product) -> Result<String> {
        let values = context! {
            aisles => names(aisles),
            aisle => name(aisle),
            product => value(product),
            shelf => self.neighbours(aisle, product),
        };
        self.render("product.html", values)
    }

    /// The basket, which only a script can fill.
    pub fn basket(&self, aisles: &[Aisle]) -> Result<String> {
        self.render(
            "basket.html",
            context! { aisles => names(aisles), shelf => self.bestsellers(aisles, None, SHELF_PLACES) },
        )
    }

    /// What is shown at an address that the shop does not have.
    pub fn missing(&self, aisles: &[Aisle]) -> Result<String> {
        self.render(
            "missing.html",
            context! { aisles => names(aisles), shelf => self.bestsellers(aisles, None, SHELF_PLACES) },
        )
    }

    /// Every picture of the shop as one file of symbols.
    pub fn pictures(&self, aisles: &[Aisle]) -> Result<String> {
        let drawings: BTreeSet<Picture> = products(aisles)
            .map(|product| product.drawing)
            .chain(STILL_LIFE)
            .collect();
        let labelled = drawings.into_iter().filter_map(|it| {
            let label = it.label?;
            Some(context! { id => it.id(), shape => it.shape, label })
        });
        self.render("pictures.svg", context! { labelled => labelled.collect::<Vec<_>>() })
    }

    fn render(&self, name: &str, values: Value) -> Result<String> {
        let template = self
            .templates
            .get_template(name)
            .with_context(|| format!("template {name} cannot be used"))?;
        template
            .render(values)
            .with_context(|| format!("template {name} cannot be filled"))
    }
}

fn value(it: &impl Serialize) -> Value {
    Value::from(Serde(it))
}

fn name(aisle: &Aisle) -> Value {
    let cover = cover(&aisle.products);
    context! {
        name => aisle.name.as_str(),
        short => short(&aisle.name),
        slug => aisle.slug.as_str(),
        count => aisle.products.len(),
        cover,
    }
}

/// `Pasta, Rice & Sauces` as `Pasta`: for a menu in one line.
fn short(name: &str) -> &str {
    let end = name.find([',', '&']).unwrap_or(name.len());
    name.get(..end).unwrap_or(name).trim_end()
}

fn products(aisles: &[Aisle]) -> impl Iterator<Item = &Product> {
    aisles.iter().flat_map(|aisle| &aisle.products)
}

fn starters(aisles: &[Aisle]) -> Value {
    let first = STARTERS
        .iter()
        .filter_map(|title| products(aisles).find(|product| product.title == *title));
    first.map(value).collect()
}

/// The first three products that look different.
fn cover(products: &[Product]) -> Vec<Value> {
    let mut shapes = BTreeSet::new();
    let different = products.iter().filter(|product| shapes.insert(product.drawing.shape));
    different.take(3).map(value).collect()
}

fn names(aisles: &[Aisle]) -> Value {
    aisles.iter().map(name).collect()
}

impl Pages {
    /// Returns whether a shelf may list the product.
    fn may_show(&self, product: &Product) -> bool {
        !product.sensitive && !self.hidden.has(product)
    }

    /// The first product of each aisle but one: the catalog puts what sells best first. Sensitive goods never, nor what
    /// a rule hides.
    fn bestsellers(&self, aisles: &[Aisle], but: Option<&Aisle>, places: usize) -> Value {
        let others = aisles
            .iter()
            .filter(|aisle| but.is_none_or(|but| but.slug != aisle.slug));
        let first = others.filter_map(|aisle| aisle.products.iter().find(|product| self.may_show(product)));
        first.take(places).map(value).collect()
    }

    /// Products of the same shelf, then of the same aisle, in the shop's own order.
    fn neighbours(&self, aisle: &Aisle, product: &Product) -> Value {
        let others = || {
            aisle
                .products
                .iter()
                .filter(|other| other.id != product.id && self.may_show(other))
        };
        let beside = others().filter(|other| other.shelf == product.shelf);
        let around = others().filter(|other| other.shelf != product.shelf);
        beside.chain(around).take(SHELF_PLACES).map(value).collect()
    }
}
