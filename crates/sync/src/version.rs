//! Versions of the engine.

use core::fmt;

use crate::wire::Reader;

/// A version of the engine, compared part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineVersion {
    /// Incompatible changes.
    pub major: u16,
    /// Additions; before 1.0 also incompatible changes.
    pub minor: u16,
    /// Bug fixes.
    pub patch: u16,
}

impl EngineVersion {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            major: reader.number()?,
            minor: reader.number()?,
            patch: reader.number()?,
        })
    }

    #[cfg(feature = "build")]
    pub(crate) fn write(self, writer: &mut crate::wire::Writer) {
        for part in [self.major, self.minor, self.patch] {
            writer.number(part);
        }
    }

    /// Parses `1.2.3`; a suffix after `-` or `+` is ignored.
    ///
    /// ```
    /// use shelfwise_sync::EngineVersion;
    ///
    /// assert!(EngineVersion::parse("0.10.0") > EngineVersion::parse("0.9.9"));
    /// assert_eq!(EngineVersion::parse("v1.2.3"), None);
    /// ```
    ///
    /// Returns `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.split(['-', '+']).next()?;
        let mut parts = plain.split('.').map(|part| part.parse().ok());
        let version = Self {
            major: parts.next()??,
            minor: parts.next()??,
            patch: parts.next()??,
        };
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for EngineVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn version_parts_are_compared_by_number() {
        let version = |text| EngineVersion::parse(text).unwrap();
        assert!(version("0.10.0") > version("0.9.9") && version("1.0.0") > version("0.10.0"));
        assert_eq!(version("1.2.3-rc.1"), version("1.2.3"));
        assert_eq!(version("1.2.3").to_string(), "1.2.3");
    }

    #[test]
    fn version_of_invalid_text_is_none() {
        for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "1.2.70000"] {
            assert_eq!(EngineVersion::parse(text), None, "{text}");
        }
    }
}
