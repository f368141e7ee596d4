//! Sources of logs. The names of fields are those of the tools' public schemas, linked at each.

use shelfwise_core::EventKind;

use super::{Categories, Source};
use crate::roles::LogRole;

/// A log's source; the rest is set by each.
const LOG: Source<LogRole> = Source {
    name: "",
    marks: &[],
    columns: &[],
    late: &[],
    kinds: &[],
    undone: &[],
    categories: Categories::Path,
    has_other_things: false,
};

/// Items of events as the Segment specification names them (<https://segment.com/docs/connections/spec/ecommerce/v2/>).
const SEGMENT_ITEM: &[&str] = &[
    "properties.products[].product_id|properties.product_id",
    "properties.products[].sku|properties.sku",
];
const SEGMENT_QUANTITY: &[&str] = &["properties.products[].quantity|properties.quantity"];

/// More specific ones first.
pub(super) const SOURCES: &[Source<LogRole>] = &[
    // <https://support.google.com/analytics/answer/7029846>
    Source {
        name: "GA4 export of BigQuery",
        marks: &["event_name", "event_timestamp", "user_pseudo_id", "event_params."],
        columns: &[
            (LogRole::Event, &["event_name"]),
            (LogRole::Time, &["event_timestamp"]),
            (LogRole::Person, &["user_pseudo_id"]),
            (LogRole::Session, &["event_params.ga_session_id"]),
            (LogRole::Item, &["items[].item_id"]),
            (LogRole::Quantity, &["items[].quantity"]),
            (LogRole::Device, &["device.category"]),
            (LogRole::Language, &["device.language"]),
            (LogRole::Country, &["geo.country"]),
        ],
        late: &[LogRole::Session, LogRole::Item],
        ..LOG
    },
    // <https://www.rudderstack.com/docs/event-spec/ecommerce-events-spec/>
    Source {
        name: "RudderStack events",
        marks: &["anonymousId", "event", "context.sessionId"],
        columns: &[
            (LogRole::Event, &["event"]),
            (LogRole::Time, &["timestamp|originalTimestamp"]),
            (LogRole::Person, &["anonymousId"]),
            (LogRole::Session, &["context.sessionId"]),
            (LogRole::Item, SEGMENT_ITEM),
            (LogRole::Quantity, SEGMENT_QUANTITY),
        ],
        late: &[LogRole::Item],
        ..LOG
    },
    Source {
        name: "Segment events",
        marks: &["anonymousId", "event", "properties."],
        columns: &[
            (LogRole::Event, &["event"]),
            (LogRole::Time, &["timestamp|originalTimestamp"]),
            // The user's id appears at the login: with it one person would be two.
            (LogRole::Person, &["anonymousId"]),
            (LogRole::Item, SEGMENT_ITEM),
            (LogRole::Quantity, SEGMENT_QUANTITY),
        ],
        late: &[LogRole::Item],
        ..LOG
    },
    // <https://posthog.com/docs/cdp/batch-exports>
    Source {
        name: "PostHog events",
        marks: &["distinct_id", "event", "properties."],
        columns: &[
            (LogRole::Event, &["event"]),
            (LogRole::Time, &["timestamp"]),
            (LogRole::Person, &["person_id|distinct_id"]),
            (LogRole::Session, &["properties.$session_id"]),
            (LogRole::Item, SEGMENT_ITEM),
            (LogRole::Quantity, SEGMENT_QUANTITY),
        ],
        late: &[LogRole::Session, LogRole::Item],
        ..LOG
    },
    // <https://docs.snowplow.io/docs/sources/web-trackers/tracking-events/ecommerce/>
    Source {
        name: "Snowplow events",
        marks: &["domain_userid", "domain_sessionid", "collector_tstamp", "event_name"],
        columns: &[
            (
                LogRole::Event,
                &[
                    "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1.type|event_name",
                ],
            ),
            (LogRole::Time, &["derived_tstamp|collector_tstamp"]),
            (LogRole::Person, &["domain_userid"]),
            (LogRole::Session, &["domain_sessionid"]),
            (
                LogRole::Item,
                &["contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[].id"],
            ),
            (
                LogRole::Quantity,
                &["contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[].quantity"],
            ),
        ],
        late: &[LogRole::Event, LogRole::Item],
        ..LOG
    },
    // <https://developer.matomo.org/api-reference/reporting-api#Live>
    Source {
        name: "Matomo visits",
        marks: &["idVisit", "visitorId", "actionDetails[]."],
        columns: &[
            (LogRole::Event, &["actionDetails[].type"]),
            (LogRole::Time, &["actionDetails[].timestamp"]),
            (LogRole::Person, &["visitorId"]),
            (LogRole::Session, &["idVisit"]),
            (
                LogRole::Item,
                &["actionDetails[].itemDetails[].itemSKU|actionDetails[].productViewSku"],
            ),
            (LogRole::Quantity, &["actionDetails[].itemDetails[].quantity"]),
        ],
        late: &[LogRole::Item],
        kinds: &[
            ("action", EventKind::ViewItem),
            ("ecommerceOrder", EventKind::Purchase),
            ("ecommerceAbandonedCart", EventKind::AddToCart),
        ],
        ..LOG
    },
    // <https://www.algolia.com/doc/rest-api/insights/>
    Source {
        name: "Algolia Insights events",
        marks: &["eventType", "userToken", "objectIDs"],
        columns: &[
            (LogRole::Event, &["eventSubtype|eventType"]),
            (LogRole::Time, &["timestamp"]),
            (LogRole::Person, &["userToken"]),
            (LogRole::Item, &["objectIDs"]),
        ],
        late: &[LogRole::Event],
        kinds: &[("click", EventKind::SelectItem)],
        ..LOG
    },
    // <https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders>
    Source {
        name: "Shopify orders (CSV)",
        marks: &["Name", "Financial Status", "Lineitem quantity", "Lineitem sku"],
        columns: &[
            (LogRole::Basket, &["Name"]),
            (LogRole::Item, &["Lineitem sku"]),
            (LogRole::Quantity, &["Lineitem quantity"]),
            (LogRole::Time, &["Created at", "Paid at"]),
            (LogRole::Status, &["Financial Status"]),
            (LogRole::Cancelled, &["Cancelled at"]),
            (LogRole::Payment, &["Payment Method"]),
        ],
        ..LOG
    },
    // <https://shopify.dev/docs/api/admin-rest/latest/resources/order>
    Source {
        name: "Shopify orders (JSON)",
        marks: &["financial_status", "line_items[]."],
        columns: &[
            (LogRole::Basket, &["id", "name"]),
            (LogRole::Item, &["line_items[].product_id", "line_items[].sku"]),
            (LogRole::Quantity, &["line_items[].quantity"]),
            (LogRole::Time, &["created_at", "processed_at"]),
            (LogRole::Person, &["customer.id"]),
            (LogRole::Status, &["financial_status"]),
            (LogRole::Cancelled, &["cancelled_at"]),
            (LogRole::Test, &["test"]),
        ],
        ..LOG
    },
    // <https://woocommerce.github.io/woocommerce-rest-api-docs/#orders>
    Source {
        name: "WooCommerce orders (JSON)",
        marks: &["line_items[].", "order_key", "status"],
        columns: &[
            (LogRole::Basket, &["id", "number"]),
            (LogRole::Item, &["line_items[].product_id", "line_items[].sku"]),
            (LogRole::Quantity, &["line_items[].quantity"]),
            (LogRole::Time, &["date_created_gmt|date_created"]),
            (LogRole::Person, &["customer_id"]),
            (LogRole::Status, &["status"]),
        ],
        ..LOG
    },
    // <https://docs.algolplus.com/algol_order_export/>
    Source {
        name: "WooCommerce orders (CSV)",
        marks: &["Order Number", "Order Status", "Quantity (- Refund)"],
        columns: &[
            (LogRole::Basket, &["Order Number"]),
            (LogRole::Item, &["SKU", "Product Id", "Item #"]),
            (LogRole::Quantity, &["Quantity (- Refund)"]),
            (LogRole::Time, &["Order Date", "Paid Date"]),
            (LogRole::Status, &["Order Status"]),
        ],
        ..LOG
    },
    // <https://developer.adobe.com/commerce/webapi/rest/quick-reference/>
    Source {
        name: "Magento orders (JSON)",
        marks: &["increment_id", "created_at", "items[]."],
        columns: &[
            (LogRole::Basket, &["increment_id"]),
            (LogRole::Item, &["items[].sku"]),
            (LogRole::Quantity, &["items[].qty_ordered"]),
            (LogRole::Time, &["created_at"]),
            (LogRole::Person, &["customer_id"]),
            (LogRole::Status, &["status"]),
        ],
        // A closed order was refunded.
        undone: &["closed"],
        ..LOG
    },
];
