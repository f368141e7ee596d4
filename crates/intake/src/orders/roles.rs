//! Roles of the columns of orders.

use crate::columns::Role;

/// A role of a column in a file of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderRole {
    /// Key of the order.
    Order,
    /// When it was placed.
    Time,
    /// Its value.
    Value,
    /// The currency of its amounts.
    Currency,
    /// How much was returned.
    Returned,
    /// Its margin.
    Margin,
    /// Pieces, of the order or of the row.
    Items,
    /// Who ordered.
    Customer,
    /// The context key of the visit, such as its device class.
    Key,
    /// The text that holds the tag.
    Tag,
    /// Status: paid, cancelled, refunded, test.
    Status,
    /// Non-empty or true if it was cancelled.
    Cancelled,
    /// Non-empty or true if it is a test.
    Test,
    /// How it was paid: tests of some shop systems are paid by a gateway that is called bogus.
    Payment,
}

impl Role for OrderRole {
    const ALL: &'static [Self] = &[
        Self::Order,
        Self::Time,
        Self::Value,
        Self::Currency,
        Self::Returned,
        Self::Margin,
        Self::Items,
        Self::Customer,
        Self::Key,
        Self::Tag,
        Self::Status,
        Self::Cancelled,
        Self::Test,
        Self::Payment,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Time => "time",
            Self::Value => "value",
            Self::Currency => "currency",
            Self::Returned => "returned",
            Self::Margin => "margin",
            Self::Items => "items",
            Self::Customer => "customer",
            Self::Key => "key",
            Self::Tag => "tag",
            Self::Status => "status",
            Self::Cancelled => "cancelled",
            Self::Test => "test",
            Self::Payment => "payment",
        }
    }

    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Order => &[
                "orderid",
                "order",
                "ordernumber",
                "orderno",
                "transactionid",
                "number",
                "id",
            ],
            Self::Time => &[
                "createdat",
                "datecreatedgmt",
                "datecreated",
                "orderedat",
                "time",
                "timestamp",
                "orderdate",
                "date",
            ],
            Self::Value => &[
                "subtotal",
                "value",
                "ordervalue",
                "revenue",
                "total",
                "totalprice",
                "amount",
                "grandtotal",
            ],
            Self::Currency => &["currency", "currencycode"],
            Self::Returned => &["returned", "refundedamount", "refunded", "refund", "returnedamount"],
            Self::Margin => &["margin", "grossmargin", "profit", "contribution"],
            Self::Items => &["items", "itemcount", "itemssold", "pieces"],
            Self::Customer => &["customerid", "customer", "email", "billingemail", "userid"],
            Self::Key => &["contextkey", "context"],
            Self::Tag => &["shelfwise", "ordertag", "shelfwisetag", "metashelfwise", "tag", "note"],
            Self::Status => &["orderstatus", "status"],
            Self::Cancelled => &["cancelledat", "cancelled", "canceled"],
            Self::Test => &["test", "istest"],
            Self::Payment => &["paymentmethod", "paymentgateway"],
        }
    }

    fn most(self) -> usize {
        1
    }
}
