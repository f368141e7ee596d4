//! Sources of logs. The names of fields are those of the tools' public schemas, linked at each.

use shelfwise_core::EventKind;

use super::Source;
use crate::roles::LogRole;

/// Items of events as the Segment specification names them (<https://segment.com/docs/connections/spec/ecommerce/v2/>).
const SEGMENT_ITEM: &[&str] = &[
    "properties.products[].product_id|properties.product_id",
    "properties.products[].sku|properties.sku",
];
const SEGMENT_QUANTITY: &[&str] = &["properties.products[].quantity|properties.quantity"];

/// Events of tools, more specific ones first; [`orders`](super::orders()) has those of shop systems.
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
        ..Source::EMPTY
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
        ..Source::EMPTY
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
        ..Source::EMPTY
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
        ..Source::EMPTY
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
        ..Source::EMPTY
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
        ..Source::EMPTY
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
        ..Source::EMPTY
    },
];
