//! Aisles: what stands together in the shop.

use serde::Serialize;

use super::goods::Product;

/// One aisle, with its products in the shop's own order.
#[derive(Clone, Debug, Serialize)]
pub struct Aisle {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its products, in the catalog's order.
    pub products: Vec<Product>,
}

/// Puts products into aisles: both keep the order in which the catalog names them first.
pub fn shelve(products: Vec<Product>) -> Vec<Aisle> {
    let mut aisles: Vec<Aisle> = Vec::new();
    for product in products {
        match aisles.iter_mut().find(|aisle| aisle.name == product.aisle) {
            Some(aisle) => aisle.products.push(product),
            None => aisles.push(Aisle {
                name: product.aisle.clone(),
                slug: slug(&product.aisle),
                products: vec![product],
            }),
        }
    }
    aisles
}

/// `Pasta, Rice & Sauces` as `pasta-rice-sauces`.
fn slug(name: &str) -> String {
    let words = name
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn an_address_has_plain_letters_only() {
        assert_eq!(slug("Pasta, Rice & Sauces"), "pasta-rice-sauces");
    }
}
