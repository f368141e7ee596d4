//! Artefacts: the files of a release, which its signatures name by hash and length.

use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest as _, Sha256};

use crate::key::to_hex;
use crate::reason::{Defect, Feature};
use crate::wire::Reader;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Returns the SHA-256 of some bytes ([FIPS 180-4](https://csrc.nist.gov/pubs/fips/180-4/upd1/final)). Costs about 2 ms
/// for 1 MB in a browser.
///
/// ```
/// assert_eq!(shelfwise_sync::sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Kind of an artefact, by number. Numbers without a constant here are reserved for later engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u8);

impl Kind {
    /// The model; signed by the release key.
    pub const SNAPSHOT: Self = Self(0);
    /// The merchandiser's rules; signed by the policy key.
    pub const POLICY: Self = Self(1);
    /// The ids that the rules hide, by placement, for clients that cannot rank; signed by the policy key.
    pub const HIDDEN: Self = Self(2);
    /// Facts of items that rules ask about; signed by the facts key.
    pub const FACTS: Self = Self(3);
    /// The manifest of data flows, for auditors; engines do not fetch it.
    pub const DATAFLOW: Self = Self(8);
    /// The guarded section of a policy, which is no file of its own; signed by the lead key.
    pub const GUARDED: Self = Self(9);
    /// The report of the simulation that the lead saw, for whoever checks the log of approvals; engines do not fetch it.
    pub const SIMULATION: Self = Self(10);
    /// The log of proposals and approvals, up to the proposal that was approved; engines do not fetch it.
    pub const LOG: Self = Self(11);

    /// Returns the prefix and suffix of file names of this kind; the hash is in between.
    const fn affixes(self) -> (&'static str, &'static str) {
        match self {
            Self::SNAPSHOT => ("snapshot", "swm"),
            Self::POLICY => ("policy", "swp"),
            Self::HIDDEN => ("hidden", "json"),
            Self::FACTS => ("facts", "swf"),
            Self::DATAFLOW => ("dataflow", "json"),
            _ => ("artefact", "bin"),
        }
    }
}

/// Whether a client may ignore an artefact or statement of an unknown kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may be ignored.
    Optional,
    /// The client must refuse the release.
    Required,
}

impl Need {
    /// Reads the flags: bit 0 is *required*, all others are reserved for later engines.
    pub(crate) const fn from_flags(flags: u8) -> Result<Self, Defect> {
        match flags {
            0 => Ok(Self::Optional),
            1 => Ok(Self::Required),
            _ => Err(Defect::Unsupported {
                feature: Feature::Flags(flags),
            }),
        }
    }
}

/// Hash and length of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of the content, after any transfer coding is removed.
    pub sha256: Hash,
    /// Length of the content in bytes.
    pub bytes: u32,
}

impl Blob {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            sha256: reader.array()?,
            bytes: reader.number()?,
        })
    }

    /// Returns hash and length of some bytes; `None` for 4 GiB and more.
    #[cfg(feature = "build")]
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Some(Self {
            sha256: sha256(bytes),
            bytes: u32::try_from(bytes.len()).ok()?,
        })
    }

    #[cfg(feature = "build")]
    fn write(self, writer: &mut crate::wire::Writer) {
        writer.array(&self.sha256);
        writer.number(self.bytes);
    }
}

/// A binary difference from an earlier file of the same kind to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delta {
    /// SHA-256 of the earlier file.
    pub from: Hash,
    /// The delta's own hash and length.
    pub blob: Blob,
}

impl Delta {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            from: reader.array()?,
            blob: Blob::read(reader)?,
        })
    }
}

/// One artefact, as listed in a signed record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// Kind of the artefact.
    pub kind: Kind,
    /// Flags, as encoded in the record; [`Need`] is the part that this engine interprets.
    pub flags: u8,
    /// The whole file.
    pub blob: Blob,
    /// Its parts in order, if clients may load it in parts.
    pub parts: Vec<Blob>,
    /// Deltas from earlier files of its kind.
    pub deltas: Vec<Delta>,
}

impl Artefact {
    /// Returns a required file without parts and deltas.
    #[must_use]
    pub const fn whole(kind: Kind, blob: Blob) -> Self {
        Self {
            kind,
            flags: 1,
            blob,
            parts: Vec::new(),
            deltas: Vec::new(),
        }
    }

    /// Returns its path relative to the record: its kind, the first 32 hexadecimal digits of its hash, and a suffix.
    ///
    /// The path is derived from the signed hash, so nobody can sign a path to another file.
    #[must_use]
    pub fn path(&self) -> String {
        let (name, ending) = self.kind.affixes();
        let digits = to_hex(self.blob.sha256.first_chunk::<16>().unwrap_or(&[0; 16]));
        // Avoids `format!`, so that the browser module does not include the formatting code.
        [name, "-", &digits, ".", ending].concat()
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let [kind, flags] = reader.array()?;
        Some(Self {
            kind: Kind(kind),
            flags,
            blob: Blob::read(reader)?,
            parts: reader.list(Blob::read)?,
            deltas: reader.list(Delta::read)?,
        })
    }

    #[cfg(feature = "build")]
    pub(crate) fn write(&self, writer: &mut crate::wire::Writer) {
        writer.array(&[self.kind.0, self.flags]);
        self.blob.write(writer);
        writer.list(&self.parts, |writer, part| part.write(writer));
        writer.list(&self.deltas, |writer, delta| {
            writer.array(&delta.from);
            delta.blob.write(writer);
        });
    }
}

/// Finds the artefact of a kind for a client that supports neither several of a kind nor parts.
///
/// Deltas are ignored: the whole file is always available.
pub(crate) fn only(artefacts: &[Artefact], kind: Kind) -> Result<Option<&Artefact>, Defect> {
    let mut of_kind = artefacts.iter().filter(|artefact| artefact.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (Some(_), Some(_)) => Err(Defect::Malformed),
        (Some(artefact), None) if !artefact.parts.is_empty() => Err(Defect::Unsupported {
            feature: Feature::Parts,
        }),
        (artefact, None) => Ok(artefact),
        (None, Some(_)) => Err(Defect::Malformed),
    }
}

/// Refuses a list with a required artefact of a kind that this engine does not know.
pub(crate) fn check_required(artefacts: &[Artefact], known: &[Kind]) -> Result<(), Defect> {
    for artefact in artefacts {
        let need = Need::from_flags(artefact.flags)?;
        if need == Need::Required && !known.contains(&artefact.kind) {
            let feature = Feature::Artefact(artefact.kind.0);
            return Err(Defect::Unsupported { feature });
        }
    }
    Ok(())
}

/// Refuses an artefact that exceeds the size limit of clients.
pub(crate) const fn check_length(artefact: &Artefact, limit: u32) -> Result<(), Defect> {
    let bytes = artefact.blob.bytes;
    if bytes > limit {
        return Err(Defect::OverTheLimit { bytes, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artefact(kind: Kind) -> Artefact {
        Artefact::whole(
            kind,
            Blob {
                sha256: [0xAB; 32],
                bytes: 7,
            },
        )
    }

    #[test]
    fn path_is_derived_from_kind_and_hash() {
        assert_eq!(
            artefact(Kind::SNAPSHOT).path(),
            "snapshot-abababababababababababababababab.swm"
        );
        assert_eq!(
            artefact(Kind(77)).path(),
            "artefact-abababababababababababababababab.bin"
        );
    }

    #[test]
    fn artefact_with_parts_and_deltas_round_trips() {
        let blob = Blob {
            sha256: [1; 32],
            bytes: 300,
        };
        let written = Artefact {
            parts: Vec::from([blob, blob]),
            deltas: Vec::from([Delta { from: [2; 32], blob }]),
            ..artefact(Kind(3))
        };
        let mut writer = crate::wire::Writer::default();
        written.write(&mut writer);
        let mut reader = Reader(&writer.0);
        assert_eq!(Artefact::read(&mut reader), Some(written));
        assert!(reader.0.is_empty());
    }

    #[test]
    fn unknown_kind_is_refused_only_where_it_is_required() {
        let optional = Artefact {
            flags: 0,
            ..artefact(Kind(77))
        };
        assert_eq!(check_required(&[optional], &[]), Ok(()));
        let feature = Feature::Artefact(77);
        assert_eq!(
            check_required(&[artefact(Kind(77))], &[]),
            Err(Defect::Unsupported { feature })
        );
        let flagged = Artefact {
            flags: 2,
            ..artefact(Kind::SNAPSHOT)
        };
        let feature = Feature::Flags(2);
        assert_eq!(
            check_required(&[flagged], &[Kind::SNAPSHOT]),
            Err(Defect::Unsupported { feature })
        );
    }

    #[test]
    fn kind_listed_twice_is_malformed() {
        let twice = [artefact(Kind::SNAPSHOT), artefact(Kind::SNAPSHOT)];
        assert_eq!(only(&twice, Kind::SNAPSHOT), Err(Defect::Malformed));
        assert_eq!(only(&twice, Kind::POLICY), Ok(None));
    }
}
