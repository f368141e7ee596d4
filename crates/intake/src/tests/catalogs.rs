//! Catalogs in the formats of real shops.

use super::Folder;
use crate::catalog::{Catalog, CatalogItem};
use crate::progress::Silent;
use crate::{CatalogReport, ColumnMap, IntakeError, read_catalog};

fn read(content: &str, map: &[&str]) -> Result<(Catalog, CatalogReport), IntakeError> {
    let folder = Folder::with("catalog", content);
    read_catalog(
        folder.path("catalog").as_ref(),
        &ColumnMap::parse(map).unwrap(),
        0.01,
        &Silent,
    )
}

fn item(fields: [&str; 4], price: Option<f64>) -> CatalogItem {
    let [id, title, category, brand] = fields.map(str::to_owned);
    CatalogItem {
        id,
        title,
        category,
        brand,
        price,
        ..CatalogItem::default()
    }
}

#[test]
fn catalog_usual_columns_are_known() {
    let shoe = item(["7", "Red shoe", "Shoes > Sport", "Acme"], Some(49.9));
    for content in [
        "sku,name,category,category2,brand,price\n7,Red shoe,Shoes,Sport,Acme,49.90\n",
        "item_id\titem_name\titem_category\titem_category2\titem_brand\tprice\n7\tRed shoe\tShoes\tSport\tAcme\t49.90 EUR\n",
        "id\ttitle\tdescription\tproduct_type\tbrand\tprice\tgoogle_product_category\n7\tRed shoe\tvery red\tShoes > Sport\tAcme\t49.90 USD\t187\n",
        "Product ID;Title;Department;Type;Vendor;Unit price\n7;Red shoe;Shoes;Sport;Acme;\"49,90\"\n",
        "{\"id\":7,\"title\":\"Red shoe\",\"categories\":[\"Shoes\",\"Sport\"],\"brand\":\"Acme\",\"price\":49.9}\n",
        "{\"id\":\"7\",\"title\":\"Red shoe\",\"category\":\"Shoes > Sport\",\"brand\":\"Acme\",\"price\":\"49.90\"}\n",
    ] {
        assert_eq!(
            read(content, &[]).unwrap().0.items,
            std::slice::from_ref(&shoe),
            "{content}"
        );
    }
}

#[test]
fn mapped_columns_give_category_levels_in_order() {
    let content = "code,a,b,label\n7,Sport,Shoes,Red shoe\n";
    let (catalog, report) = read(content, &["id=code", "title=label", "category=b", "category=a"]).unwrap();
    assert_eq!(catalog.items, [item(["7", "Red shoe", "Shoes > Sport", ""], None)]);
    assert_eq!(
        report.files[0].columns,
        ["id=code", "title=label", "category=b", "category=a"]
    );
}

#[test]
fn catalog_last_row_counts_and_items_are_sorted() {
    let (catalog, report) = read("id,title,price\nb,old,1\na,other,free\nb,new,2\n", &[]).unwrap();
    assert_eq!(
        catalog.items,
        [
            item(["a", "other", "", ""], None),
            item(["b", "new", "", ""], Some(2.0))
        ]
    );
    assert_eq!(
        (report.rows, report.items, report.duplicates, report.malformed_prices),
        (3, 2, 1, 1)
    );
}

#[test]
fn sensitive_items_are_flagged() {
    let (catalog, report) = read("id,adult\na,no\nb,yes\nc,TRUE\nd,\ne,0\n", &[]).unwrap();
    assert_eq!(catalog.sensitive_ids(), ["b", "c"]);
    assert_eq!(report.sensitive, 2);
}

#[test]
fn catalog_bad_rows_and_missing_columns_are_reported() {
    let error = read("id,title\n,x\nb,y\n", &[]).unwrap_err().to_string();
    assert!(
        error.contains("1 of 2 rows") && error.contains("line 2, column id"),
        "{error}"
    );
    let error = read("color,size\nred,1\n", &[]).unwrap_err().to_string();
    assert!(
        error.contains("--map-catalog id=COLUMN") && error.contains("color, size"),
        "{error}"
    );
    let error = read("id,title\n", &[]).unwrap_err().to_string();
    assert!(error.contains("no item"), "{error}");
}
