//! The demo shop: its pages, and what its origin does with the command line.
//!
//! * [`render`] writes the shop as static files: every page complete in the shop's own order, before any script runs.
//!   Templates and assets are in `www/storefront/`, products in `www/storefront/data/catalog.csv`.
//! * [`Origin`] trains, signs and publishes as a shop's own pipeline does; [`publish()`] makes the next release, or a bad one,
//!   of a shop that is open.
//! * [`learn`] lets a simulated crowd shop, and publishes what its orders teach.

mod aisle;
mod bad;
mod crowd;
mod folder;
mod goods;
mod hidden;
mod learning;
mod live;
mod origin;
mod pages;
mod picture;
mod publish;
mod rules;
mod tint;
mod trusted_keys;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use aisle::Aisle;
use goods::Product;
use pages::Pages;

pub use folder::Folder;
pub use learning::learn;
pub use origin::Origin;
pub use publish::{Publication, publish};
pub use trusted_keys::write as write_trusted_keys;

/// What the shop trains on, from the repository's root.
pub const BASKETS: &str = "www/storefront/data/baskets.csv.zst";
/// What it sells.
pub const CATALOG: &str = "www/storefront/data/catalog.csv";
/// Whose signatures a release of the shop has: those of the pipeline, of whoever runs the shelves, of whoever keeps the catalog, and of
/// the merchandising lead, who approves guarded rules.
pub const ROLES: [&str; 4] = ["release", "policy", "facts", "lead"];
/// The first day of the log that the model has not seen: what rules change is simulated on its visits.
pub const HELD_OUT: &str = "2017-12-26";
/// The merchandiser's rules.
pub const POLICY: &str = "www/storefront/policy.toml";

/// What the browser gets as it is: files and folders beside the templates.
const ASSETS: [&str; 3] = ["styles", "scripts", "icon.svg"];

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShopReport {
    /// Products of the catalog.
    pub products: usize,
    /// Aisles of the catalog.
    pub aisles: usize,
    /// Pages and assets.
    pub files: usize,
    /// Their bytes together.
    pub bytes: usize,
}

/// Renders the shop into `out`: `storefront` holds the templates and the assets.
///
/// The same input gives the same bytes. Files of an earlier rendering are written over, never removed.
///
/// # Errors
/// For a catalog row or a template that makes no page: the file, the line, and what to do.
pub fn render(storefront: &Path, catalog: &Path, out: &Path) -> Result<ShopReport> {
    let products = goods::read(catalog)?;
    ensure!(
        !products.is_empty(),
        "{} has no products: give it at least one row",
        catalog.display()
    );
    let aisles = aisle::shelve(products);
    let pages = Pages::open(&storefront.join("templates"))?;
    let mut folder = Output::new(out);
    write_pages(&pages, &aisles, &mut folder)?;
    for asset in ASSETS {
        folder.copy(&storefront.join(asset), asset)?;
    }
    Ok(ShopReport {
        products: all(&aisles).count(),
        aisles: aisles.len(),
        ..folder.written
    })
}

fn all(aisles: &[Aisle]) -> impl Iterator<Item = &Product> {
    aisles.iter().flat_map(|aisle| &aisle.products)
}

fn write_pages(pages: &Pages, aisles: &[Aisle], folder: &mut Output) -> Result<()> {
    folder.write("index.html", &pages.home(aisles)?)?;
    folder.write("basket.html", &pages.basket(aisles)?)?;
    folder.write("404.html", &pages.missing(aisles)?)?;
    folder.write("pictures.svg", &pages.pictures(aisles)?)?;
    folder.write("catalog.json", &goods::index(all(aisles))?)?;
    for aisle in aisles {
        folder.write(&format!("aisle/{}.html", aisle.slug), &pages.aisle(aisles, aisle)?)?;
        for product in &aisle.products {
            folder.write(
                &format!("product/{}.html", product.id),
                &pages.product(aisles, aisle, product)?,
            )?;
        }
    }
    Ok(())
}

/// Where files go, and a count of what went there.
struct Output<'a> {
    root: &'a Path,
    written: ShopReport,
}

impl<'a> Output<'a> {
    fn new(root: &'a Path) -> Self {
        Self {
            root,
            written: ShopReport::default(),
        }
    }

    /// Copies a file, or a folder with the files in it, in the order of their names.
    fn copy(&mut self, from: &Path, name: &str) -> Result<()> {
        if !from.is_dir() {
            let text = fs::read_to_string(from).with_context(|| format!("cannot read {}", from.display()))?;
            return self.write(name, &text);
        }
        let entries = fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))?;
        let mut files = entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<Vec<String>>>()?;
        files.sort();
        files
            .iter()
            .try_for_each(|file| self.copy(&from.join(file), &format!("{name}/{file}")))
    }

    fn write(&mut self, name: &str, text: &str) -> Result<()> {
        let path = self.root.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        self.written.files += 1;
        self.written.bytes += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOG: &str = "product_id,name,department,category,type,brand,size,price,sensitive,picture
7,\"Soft Tortillas 10 ct, National\",Mexican & World,Tortillas,Soft Tortillas,National,10 ct,2.19,false,tortilla
8,\"Salsa 16 oz, National\",Mexican & World,Salsa,Salsa <hot>,National,16 oz,3.00,false,jar
9,\"Beer 12 oz, National\",Beer & Pharmacy,Beer,Beer,National,12 oz,5.99,true,bottle
";

    fn shop() -> (tempfile::TempDir, ShopReport) {
        let folder = tempfile::tempdir().unwrap();
        let catalog = folder.path().join("catalog.csv");
        fs::write(&catalog, CATALOG).unwrap();
        let storefront = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let report = render(&storefront, &catalog, &folder.path().join("out")).unwrap();
        (folder, report)
    }

    fn page(folder: &tempfile::TempDir, name: &str) -> String {
        fs::read_to_string(folder.path().join("out").join(name)).unwrap()
    }

    #[test]
    fn every_product_and_aisle_has_its_page() {
        let (folder, report) = shop();
        assert_eq!((report.products, report.aisles), (3, 2));
        assert!(page(&folder, "aisle/mexican-world.html").contains("data-item-id=\"8\""));
        assert!(page(&folder, "product/9.html").contains("$5.99"));
        assert!(page(&folder, "index.html").contains("/aisle/beer-pharmacy.html"));
        assert!(page(&folder, "scripts/shop.js").contains("import"));
    }

    #[test]
    fn an_aisle_keeps_the_order_of_the_catalog() {
        let (folder, _) = shop();
        let aisle = page(&folder, "aisle/mexican-world.html");
        assert!(aisle.find("data-item-id=\"7\"").unwrap() < aisle.find("data-item-id=\"8\"").unwrap());
    }

    #[test]
    fn every_script_loads_with_the_page() {
        let (folder, _) = shop();
        let home = page(&folder, "index.html");
        for script in fs::read_dir(folder.path().join("out/scripts")).unwrap() {
            let name = script.unwrap().file_name().into_string().unwrap();
            assert!(
                home.contains(&format!("/scripts/{name}\"")),
                "base.html does not preload {name}"
            );
        }
    }

    #[test]
    fn names_are_escaped() {
        let (folder, _) = shop();
        let product = page(&folder, "product/8.html");
        assert!(product.contains("Salsa &lt;hot&gt;") && !product.contains("<hot>"));
    }

    #[test]
    fn the_same_catalog_gives_the_same_bytes() {
        let (first, _) = shop();
        let (second, _) = shop();
        for name in [
            "index.html",
            "basket.html",
            "pictures.svg",
            "catalog.json",
            "aisle/mexican-world.html",
            "product/7.html",
        ] {
            assert_eq!(page(&first, name), page(&second, name), "{name}");
        }
    }
}
