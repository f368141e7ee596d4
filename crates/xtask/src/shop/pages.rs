//! The shop's pages from their templates.

use std::path::Path;

use anyhow::{Context, Result};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context, path_loader};
use serde::Serialize;

use super::aisle::Aisle;
use super::goods::Product;

/// Places on a shelf of recommendations: two rows of four.
const SHELF_PLACES: usize = 8;
/// Places on the low shelf above an aisle.
const STRIP_PLACES: usize = 3;

/// The templates, read once.
pub struct Pages {
    templates: Environment<'static>,
}

impl Pages {
    /// Opens a folder of templates. A name that a template gets wrong is an error, never an empty place.
    pub fn open(folder: &Path) -> Result<Self> {
        anyhow::ensure!(folder.is_dir(), "{} is not a folder of templates", folder.display());
        let mut templates = Environment::new();
        templates.set_loader(path_loader(folder));
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        Ok(Self { templates })
    }

    /// The way in: all aisles, and what sells best.
    pub fn home(&self, aisles: &[Aisle]) -> Result<String> {
        self.render(
            "home.html",
            context! { aisles => names(aisles), shelf => bestsellers(aisles, None, SHELF_PLACES) },
        )
    }

    /// One aisle, in the shop's own order.
    pub fn aisle(&self, aisles: &[Aisle], aisle: &Aisle) -> Result<String> {
        let shelf = bestsellers(aisles, Some(aisle), STRIP_PLACES);
        self.render(
            "aisle.html",
            context! { aisles => names(aisles), aisle => value(aisle), shelf },
        )
    }

    /// One product, with what stands beside it.
    pub fn product(&self, aisles: &[Aisle], aisle: &Aisle, product: &Product) -> Result<String> {
        let values = context! {
            aisles => names(aisles),
            aisle => name(aisle),
            product => value(product),
            shelf => neighbours(aisle, product),
        };
        self.render("product.html", values)
    }

    /// The basket, which only a script can fill.
    pub fn basket(&self, aisles: &[Aisle]) -> Result<String> {
        self.render(
            "basket.html",
            context! { aisles => names(aisles), shelf => bestsellers(aisles, None, SHELF_PLACES) },
        )
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
    let cover = aisle.products.iter().take(3).map(value).collect::<Vec<_>>();
    context! { name => aisle.name.as_str(), slug => aisle.slug.as_str(), count => aisle.products.len(), cover }
}

fn names(aisles: &[Aisle]) -> Value {
    aisles.iter().map(name).collect()
}

/// The first product of each aisle but one: the catalog puts what sells best first. Sensitive goods never.
fn bestsellers(aisles: &[Aisle], but: Option<&Aisle>, places: usize) -> Value {
    let others = aisles
        .iter()
        .filter(|aisle| but.is_none_or(|but| but.slug != aisle.slug));
    let first = others.filter_map(|aisle| aisle.products.iter().find(|product| !product.sensitive));
    first.take(places).map(value).collect()
}

/// Products of the same shelf, then of the same aisle, in the shop's own order.
fn neighbours(aisle: &Aisle, product: &Product) -> Value {
    let others = || aisle.products.iter().filter(|other| other.id != product.id);
    let beside = others().filter(|other| other.shelf == product.shelf);
    let around = others().filter(|other| other.shelf != product.shelf);
    beside.chain(around).take(SHELF_PLACES).map(value).collect()
}
