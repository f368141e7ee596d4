//! Writes snapshots: the origin's side of the format.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::attributes::{self, AttributeTable};
use super::bytes::crc32;
use super::cells::CellTable;
use super::error::SnapshotError;
use super::layout::{
    ENTRY_BYTES, FLAG_REQUIRED, HEADER_BYTES, MAGIC, MAX_ID_RUNS, MAX_ITEMS, MAX_NEIGHBOURS, NO_ATTRIBUTE, SectionId,
    VERSION, WEIGHT_LEVELS, header,
};
use super::meta::Meta;
use super::{Snapshot, cells, hit_curve, ids, learned_shares, neighbours, popularity};
use crate::item::MAX_ID_BYTES;
use crate::rank::ranker::ForestTable;
use crate::shares::Shares;

/// A neighbour table before it is written: quantized weights, and for every item its neighbours by rising index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NeighbourTable {
    /// What each of the 16 levels weighs, from 0 to 1.
    pub weights: [f32; WEIGHT_LEVELS],
    /// For every item `(neighbour, level)`, at most [`MAX_NEIGHBOURS`], by rising index, never the item itself.
    pub rows: Vec<Vec<(u32, u8)>>,
}

/// Why parts do not make a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// More than [`MAX_ITEMS`] items.
    TooManyItems,
    /// More than 4 GiB.
    TooLarge,
    /// More than [`MAX_ID_RUNS`] runs of ids.
    TooManyRuns,
    /// An id that is empty, too long, out of order or there twice.
    Id,
    /// A table or column that does not have one entry for each item.
    Length(SectionId),
    /// A row that is too long, out of order, out of range, or holds its own item.
    Row(SectionId),
    /// A record that cannot be encoded.
    Record,
    /// What was written is not what an engine takes: a factor out of range, an id in two runs.
    Unreadable(SnapshotError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyItems => write!(f, "a snapshot holds at most {MAX_ITEMS} items: train on fewer"),
            Self::TooLarge => write!(f, "a snapshot has at most 4 GiB: train on fewer items"),
            Self::TooManyRuns => write!(
                f,
                "item indexes were kept over {MAX_ID_RUNS} trainings: train without --previous once"
            ),
            Self::Id => write!(f, "ids must be sorted, unique and 1 to {MAX_ID_BYTES} bytes long"),
            Self::Length(section) => write!(f, "section {section} does not have one entry for each item"),
            Self::Row(section) => write!(f, "section {section} has a row that is too long or out of order"),
            Self::Record => write!(f, "a record cannot be encoded"),
            Self::Unreadable(error) => write!(f, "the parts make a snapshot that no engine takes: {error}"),
        }
    }
}

impl core::error::Error for BuildError {}

/// The parts of a snapshot. Those that are left at their default are not in the file, or empty.
#[derive(Clone, Debug, Default)]
pub struct SnapshotBuilder {
    /// What the model is.
    pub meta: Meta,
    /// External ids: runs that are each sorted by [`super::compare_ids`]; an item's index is its place over all.
    pub id_runs: Vec<Vec<String>>,
    /// Items seen together.
    pub together: NeighbourTable,
    /// Items alike by the catalog, where there is one.
    pub alike: Option<NeighbourTable>,
    /// Items joined by way of others, with weights on the scale of `together`.
    pub bridges: Option<NeighbourTable>,
    /// Popularity of every item, 0 to [`super::layout::MAX_POPULARITY`].
    pub popularity: Vec<u8>,
    /// Popularity in the last part of the log, on the same scale.
    pub recent: Vec<u8>,
    /// The most popular items, first first.
    pub top: Vec<u32>,
    /// What the catalog says of items, where there is one.
    pub attributes: Option<AttributeTable>,
    /// The learned ranker, where there was enough to learn from.
    pub ranker: Option<ForestTable>,
    /// What is popular in context cells, where that is worth its bytes.
    pub cells: Option<CellTable>,
    /// How likely the next item is at each rank, in 65,536ths, falling; where it was measured.
    pub hit_curve: Option<Vec<u16>>,
}

impl SnapshotBuilder {
    /// Returns the bytes of the snapshot, opened and verified before they are given out. The same parts give the same
    /// bytes.
    ///
    /// # Errors
    /// [`BuildError`] where the parts do not fit together.
    pub fn build(&self) -> Result<Vec<u8>, BuildError> {
        let items = self.id_runs.iter().map(Vec::len).sum::<usize>();
        self.check(items)?;
        let sections = self.sections()?;
        let file = assemble(items as u32, &sections)?;
        let read_back = Snapshot::open(&*file).and_then(|snapshot| snapshot.verify());
        read_back.map(|()| file).map_err(BuildError::Unreadable)
    }

    /// Returns the sections of the file, in their order.
    fn sections(&self) -> Result<Vec<(SectionId, Vec<u8>)>, BuildError> {
        let runs: Vec<&[String]> = self.id_runs.iter().map(Vec::as_slice).collect();
        let meta = postcard::to_allocvec(&self.meta).map_err(|_| BuildError::Record)?;
        let popularity = popularity::write(&self.top, &self.popularity, &self.recent);
        let neighbours = |table: &NeighbourTable| neighbours::write(&table.weights, &table.rows);
        let table = [
            (SectionId::Meta, Some(meta)),
            (SectionId::Ids, Some(ids::write(&runs))),
            (SectionId::Together, Some(neighbours(&self.together))),
            (SectionId::Popularity, Some(popularity)),
            (SectionId::Attributes, self.attributes.as_ref().map(attributes::write)),
            (SectionId::Alike, self.alike.as_ref().map(neighbours)),
            (SectionId::Ranker, self.ranker.as_ref().map(ForestTable::write)),
            (SectionId::Bridges, self.bridges.as_ref().map(neighbours)),
            (SectionId::Cells, self.cells.as_ref().map(cells::write)),
            (SectionId::HitCurve, self.hit_curve.as_deref().map(hit_curve::write)),
        ];
        let present = table.into_iter().filter_map(|(id, content)| Some((id, content?)));
        Ok(present.collect())
    }

    fn check(&self, items: usize) -> Result<(), BuildError> {
        if items > MAX_ITEMS as usize {
            return Err(BuildError::TooManyItems);
        }
        if self.id_runs.len() > MAX_ID_RUNS {
            return Err(BuildError::TooManyRuns);
        }
        let sorted = |run: &Vec<String>| run.is_sorted_by(|a, b| ids::compare(a.as_bytes(), b.as_bytes()).is_lt());
        let sized = |run: &Vec<String>| run.iter().all(|id| (1..=MAX_ID_BYTES).contains(&id.len()));
        if !self.id_runs.iter().all(|run| sorted(run) && sized(run)) {
            return Err(BuildError::Id);
        }
        if self.popularity.len() != items || self.recent.len() != items {
            return Err(BuildError::Length(SectionId::Popularity));
        }
        if !self.ranker.as_ref().is_none_or(ForestTable::is_sound) {
            return Err(BuildError::Row(SectionId::Ranker));
        }
        if !self.top.iter().all(|item| (*item as usize) < items) {
            return Err(BuildError::Row(SectionId::Popularity));
        }
        self.attributes
            .as_ref()
            .map_or(Ok(()), |table| check_attributes(table, items))?;
        check_table(&self.together, SectionId::Together, items)?;
        for (table, section) in [(&self.alike, SectionId::Alike), (&self.bridges, SectionId::Bridges)] {
            let checked = table.as_ref().map(|table| check_table(table, section, items));
            checked.unwrap_or(Ok(()))?;
        }
        self.cells.as_ref().map_or(Ok(()), |table| check_cells(table, items))
    }
}

fn check_attributes(table: &AttributeTable, items: usize) -> Result<(), BuildError> {
    let (categories, brands) = (table.categories.len(), table.brands.len());
    let most = usize::from(NO_ATTRIBUTE);
    if table.items.len() != items || table.popular.len() != categories || categories > most || brands > most {
        return Err(BuildError::Length(SectionId::Attributes));
    }
    let known = |number: Option<u16>, count: usize| number.is_none_or(|number| usize::from(number) < count);
    let mut described = table.items.iter();
    let described = described.all(|(category, brand)| known(*category, categories) && known(*brand, brands));
    if described && table.popular.iter().flatten().all(|item| (*item as usize) < items) {
        Ok(())
    } else {
        Err(BuildError::Row(SectionId::Attributes))
    }
}

/// Returns what can be written; that the cells are in order is seen when they are read back.
fn check_cells(table: &CellTable, items: usize) -> Result<(), BuildError> {
    if u16::try_from(table.cells.len()).is_err() {
        return Err(BuildError::Length(SectionId::Cells));
    }
    let mut lists = table.cells.iter().flat_map(|(_, list)| list);
    if lists.all(|(item, _)| (*item as usize) < items) {
        Ok(())
    } else {
        Err(BuildError::Row(SectionId::Cells))
    }
}

fn check_table(table: &NeighbourTable, section: SectionId, items: usize) -> Result<(), BuildError> {
    if table.rows.len() != items {
        return Err(BuildError::Length(section));
    }
    let sound = |own: usize, row: &Vec<(u32, u8)>| {
        row.len() <= MAX_NEIGHBOURS
            && row.is_sorted_by(|(a, _), (b, _)| a < b)
            && row.iter().all(|(item, level)| {
                (*item as usize) < items && *item as usize != own && usize::from(*level) < WEIGHT_LEVELS
            })
    };
    let mut rows = table.rows.iter().enumerate();
    if rows.all(|(own, row)| sound(own, row)) {
        Ok(())
    } else {
        Err(BuildError::Row(section))
    }
}

/// Returns a snapshot with these learned shares in the place of its own; everything else stays as it is, byte for byte.
///
/// ```
/// use shelfwise_core::snapshot::with_shares;
/// use shelfwise_core::{Snapshot, example, shares::Shares};
///
/// let plain = example::corner_shop().build()?;
/// let shares = Shares { slot: "hero".into(), ..Shares::default() };
/// let bytes = with_shares(&Snapshot::open(&*plain)?, &[shares])?;
/// assert_eq!(Snapshot::open(&*bytes)?.shares().files().count(), 1);
/// assert_eq!(with_shares(&Snapshot::open(&*bytes)?, &[])?, plain);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`BuildError`] if the file would be too large, or has a section that this version does not know.
pub fn with_shares<B: AsRef<[u8]>>(snapshot: &Snapshot<B>, shares: &[Shares]) -> Result<Vec<u8>, BuildError> {
    let mut sections = Vec::new();
    for section in snapshot.sections() {
        let id = SectionId::from_u16(section.id).ok_or(BuildError::Record)?;
        let content = snapshot.as_bytes().get(section.range).unwrap_or_default();
        if id != SectionId::Shares {
            sections.push((id, content.to_vec()));
        }
    }
    if !shares.is_empty() {
        sections.push((SectionId::Shares, learned_shares::write(shares)));
    }
    let file = assemble(snapshot.items() as u32, &sections)?;
    let read_back = Snapshot::open(&*file).and_then(|snapshot| snapshot.verify());
    read_back.map(|()| file).map_err(BuildError::Unreadable)
}

fn assemble(items: u32, sections: &[(SectionId, Vec<u8>)]) -> Result<Vec<u8>, BuildError> {
    let head = HEADER_BYTES + sections.len() * ENTRY_BYTES;
    let total = head + sections.iter().map(|(_, content)| content.len()).sum::<usize>();
    let mut file = Vec::with_capacity(total);
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend((sections.len() as u16).to_le_bytes());
    file.extend(u32::try_from(total).map_err(|_| BuildError::TooLarge)?.to_le_bytes());
    file.extend(items.to_le_bytes());
    file.resize(HEADER_BYTES, 0);
    let mut offset = head;
    for (id, content) in sections {
        file.extend((*id as u16).to_le_bytes());
        file.extend((if id.is_required() { FLAG_REQUIRED } else { 0 }).to_le_bytes());
        file.extend((offset as u32).to_le_bytes());
        file.extend((content.len() as u32).to_le_bytes());
        file.extend(crc32(content).to_le_bytes());
        offset += content.len();
    }
    let crc = crc32(&file).to_le_bytes();
    if let Some(field) = file.get_mut(header::CRC..header::CRC + crc.len()) {
        field.copy_from_slice(&crc);
    }
    file.extend(sections.iter().flat_map(|(_, content)| content));
    Ok(file)
}
