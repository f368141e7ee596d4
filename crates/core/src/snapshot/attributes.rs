//! What the catalog says of items: category and brand, and what is popular in each category.

use super::bytes::{u16_at, u32_at, u32_column};
use super::error::SnapshotError;
use super::layout::{NO_ATTRIBUTE, SectionId};
use super::popularity::items;
use super::reader::SectionReader;
use crate::item::ItemIndex;

/// Number of a category in the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Category(pub u16);

/// Number of a brand in the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Brand(pub u16);

/// The attribute section, read in place; empty where the snapshot was trained without a catalog.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    items: usize,
    categories: usize,
    brands: usize,
    /// Ends of the names of categories, then of brands.
    name_ends: &'a [u8],
    names: &'a [u8],
    category_column: &'a [u8],
    brand_column: &'a [u8],
    /// Ends of the lists of popular items, one for each category.
    popular_ends: &'a [u8],
    popular: &'a [u8],
}

impl<'a> Attributes<'a> {
    fn parse(section: &'a [u8], items: usize) -> Option<Self> {
        let (categories, brands) = (usize::from(u16_at(section, 0)?), usize::from(u16_at(section, 2)?));
        let name_bytes = u32_at(section, 4)? as usize;
        let (name_ends, rest) = section.get(8..)?.split_at_checked(4 * (categories + brands))?;
        let (names, rest) = rest.split_at_checked(name_bytes)?;
        let (category_column, rest) = rest.split_at_checked(2 * items)?;
        let (brand_column, rest) = rest.split_at_checked(2 * items)?;
        let (popular_ends, popular) = rest.split_at_checked(4 * categories)?;
        Some(Self {
            items,
            categories,
            brands,
            name_ends,
            names,
            category_column,
            brand_column,
            popular_ends,
            popular,
        })
    }

    /// Returns the item's category.
    #[must_use]
    pub fn category_of(&self, item: ItemIndex) -> Option<Category> {
        self.attribute(self.category_column, item, self.categories)
            .map(Category)
    }

    /// Returns the item's brand.
    #[must_use]
    pub fn brand_of(&self, item: ItemIndex) -> Option<Brand> {
        self.attribute(self.brand_column, item, self.brands).map(Brand)
    }

    /// Returns all categories with their paths, levels joined by ` > `.
    pub fn categories(&self) -> impl Iterator<Item = (Category, &'a str)> + use<'a> {
        let this = *self;
        (0..this.categories as u16).filter_map(move |n| Some((Category(n), this.name(usize::from(n))?)))
    }

    /// Returns all brands with their names.
    pub fn brands(&self) -> impl Iterator<Item = (Brand, &'a str)> + use<'a> {
        let this = *self;
        (0..this.brands as u16).filter_map(move |n| Some((Brand(n), this.name(this.categories + usize::from(n))?)))
    }

    /// Returns the category's path.
    #[must_use]
    pub fn category_name(&self, category: Category) -> Option<&'a str> {
        let number = usize::from(category.0);
        (number < self.categories).then(|| self.name(number)).flatten()
    }

    /// Returns the brand's name.
    #[must_use]
    pub fn brand_name(&self, brand: Brand) -> Option<&'a str> {
        self.name(self.categories + usize::from(brand.0))
    }

    /// Returns the names of an item's category and brand, as far as the catalog has them.
    #[must_use]
    pub fn names_of(&self, item: ItemIndex) -> (Option<&'a str>, Option<&'a str>) {
        let category = self.category_of(item).and_then(|category| self.category_name(category));
        let brand = self.brand_of(item).and_then(|brand| self.brand_name(brand));
        (category, brand)
    }

    /// Returns the most popular items of a category, first first.
    pub fn popular_in(&self, category: Category) -> impl Iterator<Item = ItemIndex> + use<'a> {
        items(
            range(self.popular, self.popular_ends, usize::from(category.0), 4).unwrap_or_default(),
            self.items,
        )
    }

    fn attribute(&self, column: &[u8], item: ItemIndex, count: usize) -> Option<u16> {
        let value = u16_at(column, item.as_usize().checked_mul(2)?)?;
        (value != NO_ATTRIBUTE && usize::from(value) < count).then_some(value)
    }

    fn name(&self, index: usize) -> Option<&'a str> {
        core::str::from_utf8(range(self.names, self.name_ends, index, 1)?).ok()
    }
}

impl<'a> SectionReader<'a> for Attributes<'a> {
    const EMPTY: Self = Self {
        items: 0,
        categories: 0,
        brands: 0,
        name_ends: &[],
        names: &[],
        category_column: &[],
        brand_column: &[],
        popular_ends: &[],
        popular: &[],
    };

    /// Checks the shape of the section. O(1).
    fn open(section: &'a [u8], _: SectionId, items: usize) -> Result<Self, SnapshotError> {
        Self::parse(section, items).ok_or(SnapshotError::Malformed {
            section: SectionId::Attributes,
            what: "is too short for its columns",
        })
    }

    /// Walks dictionaries, columns and lists. O(bytes).
    fn verify(&self, _: SectionId) -> Result<(), SnapshotError> {
        let names = (0..self.categories + self.brands).all(|index| self.name(index).is_some());
        let column = |column: &[u8], count: usize| {
            let mut values = column.chunks_exact(2).filter_map(|raw| u16_at(raw, 0));
            values.all(|value| value == NO_ATTRIBUTE || usize::from(value) < count)
        };
        let lists = (0..self.categories).all(|n| range(self.popular, self.popular_ends, n, 4).is_some());
        if names && column(self.category_column, self.categories) && column(self.brand_column, self.brands) && lists {
            return Ok(());
        }
        Err(SnapshotError::Malformed {
            section: SectionId::Attributes,
            what: "has a name or a value out of range",
        })
    }
}

/// Returns the `index`-th of several ranges of `unit`-byte entries that follow one another, given their ends.
pub(super) fn range<'a>(bytes: &'a [u8], ends: &[u8], index: usize, unit: usize) -> Option<&'a [u8]> {
    let start = match index.checked_sub(1) {
        Some(before) => u32_column(ends, before)? as usize,
        None => 0,
    };
    let end = u32_column(ends, index)? as usize;
    bytes.get(start.checked_mul(unit)?..end.checked_mul(unit)?)
}

/// What the origin knows of items by the catalog.
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default)]
pub struct AttributeTable {
    /// Category paths; at most 65,535.
    pub categories: alloc::vec::Vec<alloc::string::String>,
    /// Brand names; at most 65,535.
    pub brands: alloc::vec::Vec<alloc::string::String>,
    /// Category and brand of every item, as indexes into the lists above.
    pub items: alloc::vec::Vec<(Option<u16>, Option<u16>)>,
    /// The most popular items of every category.
    pub popular: alloc::vec::Vec<alloc::vec::Vec<u32>>,
}

/// Writes the section.
#[cfg(feature = "build")]
pub(super) fn write(table: &AttributeTable) -> alloc::vec::Vec<u8> {
    use alloc::vec::Vec;
    let names: Vec<&str> = table
        .categories
        .iter()
        .chain(&table.brands)
        .map(|name| name.as_str())
        .collect();
    let mut section = Vec::from((table.categories.len() as u16).to_le_bytes());
    section.extend((table.brands.len() as u16).to_le_bytes());
    section.extend((names.iter().map(|name| name.len()).sum::<usize>() as u32).to_le_bytes());
    section.extend(ends(names.iter().map(|name| name.len())));
    section.extend(names.iter().flat_map(|name| name.bytes()));
    section.extend(
        table
            .items
            .iter()
            .flat_map(|(category, _)| category.unwrap_or(NO_ATTRIBUTE).to_le_bytes()),
    );
    section.extend(
        table
            .items
            .iter()
            .flat_map(|(_, brand)| brand.unwrap_or(NO_ATTRIBUTE).to_le_bytes()),
    );
    section.extend(ends(table.popular.iter().map(Vec::len)));
    section.extend(table.popular.iter().flatten().flat_map(|item| item.to_le_bytes()));
    section
}

/// Ends of lists that follow one another, as a column.
#[cfg(feature = "build")]
pub(super) fn ends(lengths: impl Iterator<Item = usize>) -> alloc::vec::Vec<u8> {
    let mut end = 0_u32;
    lengths
        .flat_map(|length| {
            end += length as u32;
            end.to_le_bytes()
        })
        .collect()
}
