//! Exports of orders. Two read them: a log of baskets, and the orders of experiments. The names of fields are those of the
//! public schemas, linked at each.

use super::Source;
use crate::orders::OrderRole;
use crate::roles::LogRole;

/// Columns of which the first one that a file has is used.
type Names = &'static [&'static str];

/// The columns of an export.
struct Columns {
    order: Names,
    time: Names,
    status: Names,
    cancelled: Names,
    test: Names,
    payment: Names,
    /// A person's key that is no personal data.
    person: Names,
    /// Of a line.
    item: Names,
    /// Of a line.
    quantity: Names,
    /// The same, if lines are rows of the file.
    pieces: Names,
    /// Who ordered: numbered as it is read, and not kept.
    customer: Names,
    /// Of the goods, without shipping if the export has it.
    value: Names,
    currency: Names,
    returned: Names,
    tag: Names,
}

const ABSENT: Columns = Columns {
    order: &[],
    time: &[],
    status: &[],
    cancelled: &[],
    test: &[],
    payment: &[],
    person: &[],
    item: &[],
    quantity: &[],
    pieces: &[],
    customer: &[],
    value: &[],
    currency: &[],
    returned: &[],
    tag: &[],
};

impl Columns {
    const fn of_log(&self) -> [(LogRole, Names); 9] {
        [
            (LogRole::Basket, self.order),
            (LogRole::Item, self.item),
            (LogRole::Quantity, self.quantity),
            (LogRole::Time, self.time),
            (LogRole::Person, self.person),
            (LogRole::Status, self.status),
            (LogRole::Cancelled, self.cancelled),
            (LogRole::Test, self.test),
            (LogRole::Payment, self.payment),
        ]
    }

    const fn of_orders(&self) -> [(OrderRole, Names); 12] {
        [
            (OrderRole::Order, self.order),
            (OrderRole::Time, self.time),
            (OrderRole::Value, self.value),
            (OrderRole::Currency, self.currency),
            (OrderRole::Returned, self.returned),
            (OrderRole::Items, self.pieces),
            (OrderRole::Customer, self.customer),
            (OrderRole::Tag, self.tag),
            (OrderRole::Status, self.status),
            (OrderRole::Cancelled, self.cancelled),
            (OrderRole::Test, self.test),
            (OrderRole::Payment, self.payment),
        ]
    }
}

const SHOPIFY_CSV_NAME: &str = "Shopify orders (CSV)";
const SHOPIFY_CSV_MARKS: Names = &["Name", "Financial Status", "Lineitem quantity"];
/// <https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders>
const SHOPIFY_CSV: Columns = Columns {
    // `Id` stands in the first row of an order only.
    order: &["Name"],
    time: &["Created at", "Paid at"],
    status: &["Financial Status"],
    cancelled: &["Cancelled at"],
    payment: &["Payment Method"],
    item: &["Lineitem sku"],
    quantity: &["Lineitem quantity"],
    pieces: &["Lineitem quantity"],
    customer: &["Email"],
    value: &["Subtotal", "Total"],
    currency: &["Currency"],
    returned: &["Refunded Amount"],
    tag: &["Note Attributes", "Notes"],
    ..ABSENT
};

const SHOPIFY_JSON_NAME: &str = "Shopify orders (JSON)";
const SHOPIFY_JSON_MARKS: Names = &["financial_status", "line_items[]."];
/// <https://shopify.dev/docs/api/admin-rest/latest/resources/order>
const SHOPIFY_JSON: Columns = Columns {
    order: &["id", "name"],
    time: &["created_at", "processed_at"],
    status: &["financial_status"],
    cancelled: &["cancelled_at"],
    test: &["test"],
    person: &["customer.id"],
    item: &["line_items[].product_id", "line_items[].sku"],
    quantity: &["line_items[].quantity"],
    customer: &["customer.id"],
    value: &["subtotal_price", "total_price"],
    currency: &["currency"],
    ..ABSENT
};

const WOOCOMMERCE_JSON_NAME: &str = "WooCommerce orders (JSON)";
const WOOCOMMERCE_JSON_MARKS: Names = &["line_items[].", "order_key", "status"];
/// <https://woocommerce.github.io/woocommerce-rest-api-docs/#orders>
const WOOCOMMERCE_JSON: Columns = Columns {
    order: &["id", "number"],
    time: &["date_created_gmt|date_created"],
    status: &["status"],
    person: &["customer_id"],
    item: &["line_items[].product_id", "line_items[].sku"],
    quantity: &["line_items[].quantity"],
    customer: &["customer_id"],
    value: &["total"],
    currency: &["currency"],
    tag: &["meta_data.shelfwise"],
    ..ABSENT
};

/// <https://docs.algolplus.com/algol_order_export/>
const WOOCOMMERCE_CSV: Columns = Columns {
    order: &["Order Number"],
    time: &["Order Date", "Paid Date"],
    status: &["Order Status"],
    item: &["SKU", "Product Id", "Item #"],
    quantity: &["Quantity (- Refund)"],
    ..ABSENT
};

/// <https://developer.adobe.com/commerce/webapi/rest/quick-reference/>
const MAGENTO_JSON: Columns = Columns {
    order: &["increment_id"],
    time: &["created_at"],
    status: &["status"],
    person: &["customer_id"],
    item: &["items[].sku"],
    quantity: &["items[].qty_ordered"],
    ..ABSENT
};

/// As logs of baskets.
pub(super) const LOGS: &[Source<LogRole>] = &[
    Source {
        name: SHOPIFY_CSV_NAME,
        marks: SHOPIFY_CSV_MARKS,
        columns: &SHOPIFY_CSV.of_log(),
        ..Source::EMPTY
    },
    Source {
        name: SHOPIFY_JSON_NAME,
        marks: SHOPIFY_JSON_MARKS,
        columns: &SHOPIFY_JSON.of_log(),
        ..Source::EMPTY
    },
    Source {
        name: WOOCOMMERCE_JSON_NAME,
        marks: WOOCOMMERCE_JSON_MARKS,
        columns: &WOOCOMMERCE_JSON.of_log(),
        ..Source::EMPTY
    },
    Source {
        name: "WooCommerce orders (CSV)",
        marks: &["Order Number", "Order Status", "Quantity (- Refund)"],
        columns: &WOOCOMMERCE_CSV.of_log(),
        ..Source::EMPTY
    },
    Source {
        name: "Magento orders (JSON)",
        marks: &["increment_id", "created_at", "items[]."],
        columns: &MAGENTO_JSON.of_log(),
        // A closed order was refunded.
        undone: &["closed"],
        ..Source::EMPTY
    },
];

/// As orders of experiments.
pub(super) const ORDERS: &[Source<OrderRole>] = &[
    Source {
        name: SHOPIFY_CSV_NAME,
        marks: SHOPIFY_CSV_MARKS,
        columns: &SHOPIFY_CSV.of_orders(),
        ..Source::EMPTY
    },
    Source {
        name: SHOPIFY_JSON_NAME,
        marks: SHOPIFY_JSON_MARKS,
        columns: &SHOPIFY_JSON.of_orders(),
        ..Source::EMPTY
    },
    Source {
        name: WOOCOMMERCE_JSON_NAME,
        marks: WOOCOMMERCE_JSON_MARKS,
        columns: &WOOCOMMERCE_JSON.of_orders(),
        ..Source::EMPTY
    },
];
