//! A snapshot taken apart into its sections and put together again with right checksums.

use shelfwise_core::snapshot::layout::{ENTRY_BYTES, HEADER_BYTES, SectionId, header};
use shelfwise_core::snapshot::{Section, Snapshot};

/// Head and sections of a file.
pub struct Parts {
    header: Vec<u8>,
    /// Number, flags and content, in the order of the file.
    pub sections: Vec<(u16, u16, Vec<u8>)>,
}

impl Parts {
    /// Takes a good file apart; of any other nothing is left.
    pub fn of(good: &[u8]) -> Self {
        let snapshot = Snapshot::open(good).ok();
        let sections = snapshot.iter().flat_map(Snapshot::sections);
        let part = |section: Section| (section.id, u16::from(section.required), good[section.range].to_vec());
        Self {
            header: good.get(..HEADER_BYTES).unwrap_or_default().to_vec(),
            sections: sections.map(part).collect(),
        }
    }

    /// What a section holds.
    pub fn content(&self, id: SectionId) -> &[u8] {
        let mut sections = self.sections.iter();
        sections.find(|part| part.0 == id as u16).map_or(&[], |part| &part.2)
    }

    /// Leaves a section out.
    pub fn without(mut self, id: SectionId) -> Self {
        self.sections.retain(|part| part.0 != id as u16);
        self
    }

    /// Has a section a second time.
    pub fn twice(mut self, id: SectionId) -> Self {
        let again: Vec<_> = self
            .sections
            .iter()
            .filter(|part| part.0 == id as u16)
            .cloned()
            .collect();
        self.sections.extend(again);
        self
    }

    /// Keeps the first bytes of a section.
    pub fn cut(self, id: SectionId, length: usize) -> Self {
        self.changed(id, |content| content.truncate(length))
    }

    /// Appends a byte to a section.
    pub fn extended(self, id: SectionId, byte: u8) -> Self {
        self.changed(id, |content| content.push(byte))
    }

    /// Puts a byte into a section.
    pub fn inserted(self, id: SectionId, at: usize, byte: u8) -> Self {
        self.changed(id, |content| content.insert(at, byte))
    }

    /// Replaces bytes of a section.
    pub fn patched(self, id: SectionId, at: usize, bytes: &[u8]) -> Self {
        self.changed(id, |content| content[at..at + bytes.len()].copy_from_slice(bytes))
    }

    fn changed(mut self, id: SectionId, change: impl Fn(&mut Vec<u8>)) -> Self {
        let mine = self.sections.iter_mut().filter(|part| part.0 == id as u16);
        mine.for_each(|part| change(&mut part.2));
        self
    }

    /// The file with the right counts, offsets, lengths and checksums.
    pub fn file(&self) -> Vec<u8> {
        let mut head = self.header.clone();
        let mut offset = HEADER_BYTES + self.sections.len() * ENTRY_BYTES;
        let total = offset + self.sections.iter().map(|part| part.2.len()).sum::<usize>();
        put(&mut head, header::SECTIONS, &(self.sections.len() as u16).to_le_bytes());
        put(&mut head, header::TOTAL_BYTES, &(total as u32).to_le_bytes());
        put(&mut head, header::CRC, &[0; 4]);
        for (id, flags, content) in &self.sections {
            head.extend(id.to_le_bytes());
            head.extend(flags.to_le_bytes());
            head.extend((offset as u32).to_le_bytes());
            head.extend((content.len() as u32).to_le_bytes());
            head.extend(crc32(content).to_le_bytes());
            offset += content.len();
        }
        let crc = crc32(&head).to_le_bytes();
        put(&mut head, header::CRC, &crc);
        head.extend(self.sections.iter().flat_map(|part| &part.2));
        head
    }
}

fn put(head: &mut [u8], at: usize, bytes: &[u8]) {
    head[at..at + bytes.len()].copy_from_slice(bytes);
}

/// CRC-32 as its definition says it, bit by bit: a second opinion on the engine's table.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            (crc >> 1) ^ 0xEDB8_8320
        } else {
            crc >> 1
        }
    };
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    })
}
