//! The products of `catalog.csv`, as pages speak of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::picture::Picture;
use super::tint;

/// How the catalog names what is packed for the shop itself.
const OWN_BRAND: &str = "Store brand";

/// One row of the catalog.
#[derive(Debug, Deserialize)]
struct Row {
    product_id: String,
    name: String,
    department: String,
    category: String,
    #[serde(rename = "type")]
    kind: String,
    brand: String,
    size: String,
    price: String,
    sensitive: bool,
    picture: String,
}

/// A product, ready for templates.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    /// The shop's id, fit for a file name.
    pub id: String,
    /// The full name, with size and brand.
    pub name: String,
    /// The short name that stands on a tile.
    pub title: String,
    /// Size and brand, in one line under the title.
    pub meta: String,
    /// The aisle's name.
    pub aisle: String,
    /// The shelf within the aisle.
    pub shelf: String,
    /// The brand.
    pub brand: String,
    /// The size; empty for loose goods.
    pub size: String,
    /// The price in dollars, with two digits.
    pub price: String,
    /// The price in cents.
    pub cents: u32,
    /// Whether the shop never tells the engine of it.
    pub sensitive: bool,
    /// The picture's name in `pictures.svg`.
    pub picture: String,
    /// Classes of `pictures.css`: the picture's colours, and whether the package is the shop's own.
    pub look: String,
    /// What the picture is made of.
    #[serde(skip)]
    pub drawing: Picture,
}

/// Reads the catalog in its own order.
///
/// # Errors
/// With file, line and what to do: for a row that is not a product, and for an id that stands twice.
pub fn read(catalog: &Path) -> Result<Vec<Product>> {
    let mut reader = csv::Reader::from_path(catalog).with_context(|| format!("cannot read {}", catalog.display()))?;
    let mut seen = BTreeSet::new();
    let mut products = Vec::new();
    for (at, row) in reader.deserialize::<Row>().enumerate() {
        // The header is line 1.
        let place = || format!("{}, line {}", catalog.display(), at + 2);
        let product = product(row.with_context(place)?).with_context(place)?;
        ensure!(
            seen.insert(product.id.clone()),
            "{}: id {} stands twice: remove one of the rows",
            place(),
            product.id
        );
        products.push(product);
    }
    Ok(products)
}

/// What the shop's scripts know of every product: `{ id: [title, meta, cents, picture, look, sensitive, aisle, place] }`,
/// the place being that in the shop's own order.
///
/// It is the same file for every shopper, so that asking for it tells nothing.
///
/// # Errors
/// Never, in fact: strings and numbers always make JSON.
pub fn index<'a>(products: impl Iterator<Item = &'a Product>) -> Result<String> {
    let entry = |(place, it): (usize, &'a Product)| {
        let (title, meta, picture, look, aisle) = (&it.title, &it.meta, &it.picture, &it.look, &it.aisle);
        let sensitive = u8::from(it.sensitive);
        (&it.id, (title, meta, it.cents, picture, look, sensitive, aisle, place))
    };
    let entries: BTreeMap<_, _> = products.enumerate().map(entry).collect();
    Ok(serde_json::to_string(&entries)?)
}

fn product(row: Row) -> Result<Product> {
    let plain = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    ensure!(
        plain(&row.product_id),
        "product_id {:?} cannot name a page: use letters, digits and hyphens",
        row.product_id
    );
    let cents = cents(&row.price)?;
    let drawing = Picture::of(&row.kind, &row.picture).with_context(|| {
        format!(
            "there is no drawing {:?}: name one of `generator/src/picture.rs`",
            row.picture
        )
    })?;
    let parts: Vec<&str> = [row.size.as_str(), &row.brand]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Ok(Product {
        meta: parts.join(" · "),
        look: look(&row),
        picture: drawing.id(),
        drawing,
        price: format!("{}.{:02}", cents / 100, cents % 100),
        cents,
        id: row.product_id,
        name: row.name,
        title: row.kind,
        aisle: row.department,
        shelf: row.category,
        brand: row.brand,
        size: row.size,
        sensitive: row.sensitive,
    })
}

fn look(row: &Row) -> String {
    let own = if row.brand == OWN_BRAND { " own" } else { "" };
    format!("tint-{}{own}", tint::of(&row.kind, &row.picture, &row.product_id))
}

/// `2.19` as 219: money is never a float.
fn cents(price: &str) -> Result<u32> {
    let wrong = || format!("price {price:?} is not dollars and cents: write it as 2.19");
    let Some((dollars, rest)) = price.split_once('.') else {
        bail!(wrong())
    };
    ensure!(rest.len() == 2, wrong());
    let (dollars, rest): (u32, u32) = (dollars.parse().with_context(wrong)?, rest.parse().with_context(wrong)?);
    dollars
        .checked_mul(100)
        .and_then(|whole| whole.checked_add(rest))
        .with_context(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_whole_cents() {
        assert_eq!(cents("2.19").unwrap(), 219);
        assert_eq!(cents("0.05").unwrap(), 5);
        for wrong in ["2", "2.5", "2.195", "x.10", "-1.00", "99999999999.00"] {
            assert!(cents(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_error_names_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = folder.path().join("catalog.csv");
        let header = "product_id,name,department,category,type,brand,size,price,sensitive,picture\n";
        let good = "1,A,Fruit,Apples,Apples,National,,1.00,false,fruit\n";
        for (bad, word) in [
            ("../x,A,F,A,A,N,,1.00,false,fruit\n", "hyphens"),
            (good, "twice"),
            ("2,A\n", "line 3"),
        ] {
            std::fs::write(&catalog, format!("{header}{good}{bad}")).unwrap();
            let error = format!("{:#}", read(&catalog).unwrap_err());
            assert!(error.contains("catalog.csv, line 3") && error.contains(word), "{error}");
        }
    }
}
