//! Roles of the columns of logs and catalogs, with their usual names.

use super::columns::Role;

/// A role of a column in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogRole {
    /// Key of a visit.
    Session,
    /// Key of a person or household.
    Person,
    /// The item's id.
    Item,
    /// Time of the event.
    Time,
    /// Name of the event.
    Event,
    /// Number of pieces; zero and below is a return.
    Quantity,
    /// Key of a basket whose lines have no order.
    Basket,
    /// A number that orders the events of one session if their times are equal.
    Step,
    /// Class of the device: phone, tablet, desktop.
    Device,
    /// The device's language.
    Language,
    /// The country, by name or code.
    Country,
    /// Year of a date in three columns.
    Year,
    /// Month of the date, from 1.
    Month,
    /// Day of the month, from 1.
    Day,
    /// Status of an order: paid, cancelled, refunded, test.
    Status,
    /// Non-empty or true if an order was cancelled or refunded.
    Cancelled,
    /// Non-empty or true if an order is a test.
    Test,
    /// How an order was paid: tests of some shop systems are paid by a gateway that is called bogus.
    Payment,
}

impl Role for LogRole {
    const ALL: &'static [Self] = &[
        Self::Session,
        Self::Person,
        Self::Item,
        Self::Time,
        Self::Event,
        Self::Quantity,
        Self::Basket,
        Self::Step,
        Self::Device,
        Self::Language,
        Self::Country,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Status,
        Self::Cancelled,
        Self::Test,
        Self::Payment,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Person => "person",
            Self::Item => "item",
            Self::Time => "time",
            Self::Event => "event",
            Self::Quantity => "quantity",
            Self::Basket => "basket",
            Self::Step => "step",
            Self::Device => "device",
            Self::Language => "language",
            Self::Country => "country",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Status => "status",
            Self::Cancelled => "cancelled",
            Self::Test => "test",
            Self::Payment => "payment",
        }
    }

    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Session => &[
                "sessionid",
                "gasessionid",
                "usersession",
                "session",
                "sessionkey",
                "sessid",
                "visitid",
                "visit",
                "sitzung",
                "besuch",
            ],
            Self::Person => &[
                "userpseudoid",
                "personid",
                "person",
                "customerid",
                "customer",
                "householdid",
                "household",
                "householdkey",
                "userid",
                "user",
                "visitorid",
                "visitor",
                "clientid",
                "shopperid",
                "accountid",
                "memberid",
            ],
            Self::Item => &[
                "itemid",
                "productid",
                "stockcode",
                "sku",
                "itemsku",
                "productsku",
                "articleid",
                "item",
                "product",
                "article",
                "aid",
                "artikelnummer",
                "artikelnr",
                "artikel",
                "produkt",
                "produit",
                "producto",
            ],
            Self::Time => &[
                "eventtimestamp",
                "transactiontimestamp",
                "eventtime",
                "timestamp",
                "time",
                "ts",
                "datetime",
                "invoicedate",
                "orderdate",
                "transactiondate",
                "purchasedate",
                "createdat",
                "occurredat",
                "date",
                "zeitpunkt",
                "zeit",
                "datum",
                "fecha",
            ],
            Self::Event => &[
                "eventname",
                "event",
                "eventtype",
                "actiontype",
                "action",
                "behaviortype",
                "type",
            ],
            Self::Quantity => &[
                "quantity",
                "qty",
                "units",
                "menge",
                "anzahl",
                "stück",
                "quantité",
                "cantidad",
            ],
            Self::Basket => &[
                "invoiceno",
                "invoiceid",
                "invoicenumber",
                "invoice",
                "basketid",
                "basket",
                "orderid",
                "ordernumber",
                "orderno",
                "transactionid",
                "receiptid",
                "receipt",
                "ticketid",
            ],
            Self::Step => &[
                "order",
                "step",
                "sequence",
                "sequencenumber",
                "eventindex",
                "hitnumber",
                "clicknumber",
            ],
            Self::Device => &["devicecategory", "deviceclass", "devicetype", "device"],
            Self::Language => &["devicelanguage", "language", "locale", "lang"],
            Self::Country => &[
                "geocountry",
                "country",
                "countrycode",
                "shippingcountry",
                "billingcountry",
            ],
            Self::Year => &["year"],
            Self::Month => &["month"],
            Self::Day => &["day"],
            Self::Status => &[
                "financialstatus",
                "orderstatus",
                "poststatus",
                "paymentstatus",
                "transactionstatus",
                "status",
                "orderstate",
            ],
            Self::Cancelled => &[
                "cancelledat",
                "canceledat",
                "cancelreason",
                "refundedat",
                "iscancelled",
                "iscanceled",
                "isrefunded",
                "cancelled",
                "canceled",
                "refunded",
            ],
            Self::Test => &["istest", "testorder", "istestorder", "test"],
            Self::Payment => &["paymentmethod", "paymentgateway"],
        }
    }

    fn most(self) -> usize {
        1
    }
}

/// A role of a column in a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CatalogRole {
    /// The item's id, as in the log.
    Id,
    /// Its title.
    Title,
    /// A level of its category; several columns are levels from broad to narrow.
    Category,
    /// Its brand.
    Brand,
    /// Its price.
    Price,
    /// What it costs while it is reduced; only facts read it.
    SalePrice,
    /// Whether it can be bought.
    Availability,
    /// Address of its picture.
    Picture,
    /// Whether it must be left out of personalization.
    Sensitive,
    /// The product of which the item is a variant.
    Parent,
}

impl Role for CatalogRole {
    const ALL: &'static [Self] = &[
        Self::Id,
        Self::Title,
        Self::Category,
        Self::Brand,
        Self::Price,
        Self::SalePrice,
        Self::Availability,
        Self::Picture,
        Self::Sensitive,
        Self::Parent,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Category => "category",
            Self::Brand => "brand",
            Self::Price => "price",
            Self::SalePrice => "sale_price",
            Self::Availability => "availability",
            Self::Picture => "picture",
            Self::Sensitive => "sensitive",
            Self::Parent => "parent",
        }
    }

    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Id => &[
                "itemid",
                "productid",
                "sku",
                "stockcode",
                "articleid",
                "id",
                "item",
                "product",
                "handle",
                "artikelnummer",
                "artikelnr",
                "artikel",
            ],
            Self::Title => &[
                "title",
                "itemname",
                "productname",
                "productdisplayname",
                "name",
                "description",
                "titel",
                "bezeichnung",
            ],
            Self::Category => &[
                "department",
                "maincategory",
                "itemcategory",
                "itemcategory1",
                "category",
                "category1",
                "categories",
                "categorycode",
                "categorypath",
                "productcategory",
                "subcategory",
                "itemcategory2",
                "category2",
                "itemcategory3",
                "category3",
                "itemcategory4",
                "category4",
                "itemcategory5",
                "category5",
                "producttype",
                "type",
                "warengruppe",
                "kategorie",
            ],
            Self::Brand => &[
                "brand",
                "itembrand",
                "brandname",
                "manufacturer",
                "vendor",
                "make",
                "marke",
                "hersteller",
            ],
            Self::Price => &[
                "price",
                "saleprice",
                "unitprice",
                "itemprice",
                "preis",
                "prix",
                "precio",
            ],
            Self::SalePrice => &["saleprice", "specialprice"],
            Self::Availability => &["availability", "instock", "isinstock", "stockstatus"],
            Self::Picture => &[
                "imagelink",
                "imageurl",
                "imagesrc",
                "image",
                "images",
                "picture",
                "bild",
            ],
            Self::Sensitive => &["sensitive", "issensitive", "adult", "isadult"],
            Self::Parent => &["itemgroupid", "parentid", "parentsku", "parentproductid"],
        }
    }

    /// Maximum number of category levels: deeper levels do not help to find similar items.
    fn most(self) -> usize {
        if self == Self::Category { 6 } else { 1 }
    }
}
