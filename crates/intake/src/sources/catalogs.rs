//! Sources of catalogs. The names of fields are those of the public schemas, linked at each.

use super::{Categories, Source, Stock};
use crate::roles::CatalogRole;

/// <https://support.google.com/merchants/answer/7052112>
const MERCHANT: Source<CatalogRole> = Source {
    name: "Google Merchant feed",
    marks: &["id", "title", "availability"],
    columns: &[
        (CatalogRole::Id, &["id"]),
        (CatalogRole::Title, &["title"]),
        (CatalogRole::Category, &["product_type", "google_product_category"]),
        (CatalogRole::Brand, &["brand"]),
        (CatalogRole::Price, &["price"]),
        (CatalogRole::Sensitive, &["adult"]),
        (CatalogRole::Parent, &["item_group_id"]),
        (CatalogRole::SalePrice, &["sale_price"]),
        (CatalogRole::Availability, &["availability"]),
        (CatalogRole::Picture, &["image_link"]),
    ],
    ..Source::EMPTY
};

/// <https://help.shopify.com/en/manual/products/import-export/using-csv>
const SHOPIFY_CSV: Source<CatalogRole> = Source {
    name: "Shopify products (CSV)",
    marks: &["Handle", "Title", "Variant SKU"],
    columns: &[
        (CatalogRole::Id, &["Handle"]),
        (CatalogRole::Title, &["Title"]),
        (
            CatalogRole::Category,
            &["Product Category", "Standard Product Type", "Type"],
        ),
        (CatalogRole::Brand, &["Vendor"]),
        (CatalogRole::Price, &["Variant Price"]),
        (CatalogRole::SalePrice, &["Variant Price"]),
        (CatalogRole::Picture, &["Image Src"]),
    ],
    stock: Some(Stock {
        tracker: "Variant Inventory Tracker",
        policy: "Variant Inventory Policy",
        quantity: "Variant Inventory Qty",
    }),
    ..Source::EMPTY
};

/// <https://shopify.dev/docs/api/admin-rest/latest/resources/product>
const SHOPIFY_JSON: Source<CatalogRole> = Source {
    name: "Shopify products (JSON)",
    marks: &["id", "title", "vendor", "variants[]."],
    columns: &[
        (CatalogRole::Id, &["id"]),
        (CatalogRole::Title, &["title"]),
        (CatalogRole::Category, &["product_type"]),
        (CatalogRole::Brand, &["vendor"]),
        (CatalogRole::Price, &["variants[].price"]),
        (CatalogRole::SalePrice, &["variants[].price"]),
        (CatalogRole::Availability, &["variants[].available"]),
        (CatalogRole::Picture, &["image.src"]),
    ],
    stock: Some(Stock {
        tracker: "variants[].inventory_management",
        policy: "variants[].inventory_policy",
        quantity: "variants[].inventory_quantity",
    }),
    ..Source::EMPTY
};

/// <https://woocommerce.com/document/product-csv-importer-exporter/>
const WOOCOMMERCE_CSV: Source<CatalogRole> = Source {
    name: "WooCommerce products (CSV)",
    marks: &["ID", "Type", "SKU", "Name", "Categories"],
    columns: &[
        (CatalogRole::Id, &["ID"]),
        (CatalogRole::Title, &["Name"]),
        (CatalogRole::Category, &["Categories"]),
        (CatalogRole::Brand, &["Brands", "Brand"]),
        (CatalogRole::Price, &["Regular price"]),
        (CatalogRole::Parent, &["Parent"]),
        (CatalogRole::SalePrice, &["Sale price"]),
        (CatalogRole::Availability, &["In stock?"]),
        (CatalogRole::Picture, &["Images"]),
    ],
    categories: Categories::Paths(" > "),
    ..Source::EMPTY
};

/// <https://woocommerce.github.io/woocommerce-rest-api-docs/#products>
const WOOCOMMERCE_JSON: Source<CatalogRole> = Source {
    name: "WooCommerce products (JSON)",
    marks: &["id", "name", "regular_price", "categories[]."],
    columns: &[
        (CatalogRole::Id, &["id"]),
        (CatalogRole::Title, &["name"]),
        (CatalogRole::Category, &["categories"]),
        (CatalogRole::Brand, &["brands"]),
        (CatalogRole::Price, &["regular_price|price"]),
        (CatalogRole::Parent, &["parent_id"]),
        (CatalogRole::SalePrice, &["sale_price"]),
        (CatalogRole::Availability, &["stock_status"]),
    ],
    late: &[CatalogRole::Category, CatalogRole::Brand],
    ..Source::EMPTY
};

/// <https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer/data-attributes-product>
const MAGENTO_CSV: Source<CatalogRole> = Source {
    name: "Magento products (CSV)",
    marks: &["sku", "attribute_set_code", "product_type", "name"],
    columns: &[
        (CatalogRole::Id, &["sku"]),
        (CatalogRole::Title, &["name"]),
        (CatalogRole::Category, &["categories"]),
        (CatalogRole::Brand, &["manufacturer", "brand"]),
        (CatalogRole::Price, &["price"]),
        (CatalogRole::SalePrice, &["special_price"]),
        (CatalogRole::Availability, &["is_in_stock"]),
        (CatalogRole::Picture, &["base_image"]),
    ],
    categories: Categories::Paths("/"),
    ..Source::EMPTY
};

/// <https://schema.org/Product>
const JSON_LD: Source<CatalogRole> = Source {
    name: "schema.org products (JSON-LD)",
    marks: &["@type"],
    columns: &[
        (CatalogRole::Id, &["sku|productID", "item.sku|item.productID"]),
        (CatalogRole::Title, &["name", "item.name"]),
        (CatalogRole::Category, &["category", "item.category"]),
        (
            CatalogRole::Brand,
            &["brand.name", "brand", "item.brand.name", "item.brand"],
        ),
        (
            CatalogRole::Price,
            &["offers.price", "offers[].price", "offers.lowPrice", "item.offers.price"],
        ),
        (
            CatalogRole::SalePrice,
            &["offers.price", "offers[].price", "offers.lowPrice", "item.offers.price"],
        ),
        (CatalogRole::Picture, &["image.url", "image", "item.image"]),
        (
            CatalogRole::Parent,
            &["inProductGroupWithID", "isVariantOf.productGroupID"],
        ),
        (
            CatalogRole::Availability,
            &[
                "offers.availability",
                "offers[].availability",
                "item.offers.availability",
            ],
        ),
    ],
    has_other_things: true,
    ..Source::EMPTY
};

pub(super) const SOURCES: &[Source<CatalogRole>] = &[
    SHOPIFY_CSV,
    SHOPIFY_JSON,
    WOOCOMMERCE_CSV,
    WOOCOMMERCE_JSON,
    MAGENTO_CSV,
    JSON_LD,
    MERCHANT,
];

/// The same with a row for each variant, where an export has several rows or entries for a product.
pub(super) const VARIANTS: &[Source<CatalogRole>] = &[
    Source {
        columns: &[
            (CatalogRole::Id, &["Variant SKU"]),
            (CatalogRole::Parent, &["Handle"]),
            (CatalogRole::Title, &["Title"]),
            (
                CatalogRole::Category,
                &["Product Category", "Standard Product Type", "Type"],
            ),
            (CatalogRole::Brand, &["Vendor"]),
            (CatalogRole::Price, &["Variant Price"]),
        ],
        has_other_things: true,
        ..SHOPIFY_CSV
    },
    Source {
        columns: &[
            (CatalogRole::Id, &["variants[].id", "variants[].sku"]),
            (CatalogRole::Parent, &["id"]),
            (CatalogRole::Title, &["title"]),
            (CatalogRole::Category, &["product_type"]),
            (CatalogRole::Brand, &["vendor"]),
            (CatalogRole::Price, &["variants[].price"]),
            (CatalogRole::Availability, &["variants[].available"]),
        ],
        ..SHOPIFY_JSON
    },
    WOOCOMMERCE_CSV,
    WOOCOMMERCE_JSON,
    MAGENTO_CSV,
    JSON_LD,
    MERCHANT,
];
