//! Modes: how much may be known of a shopper. The host tells which one holds; the engine cannot ask.

use crate::names::named_enum;
use core::fmt;

named_enum! {
    /// What may be known of the shopper, the least first. The shop sets the upper limit; Global Privacy Control, Do Not Track,
    /// consent and the shopper can only lower it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
    #[repr(u8)]
    pub enum Mode {
        /// Nothing is read, nothing is ordered.
        Off = 0 => "off",
        /// The page's own item, category and context key; nothing of a visit is read or held.
        #[default]
        Contextual = 1 => "contextual",
        /// The events of this visit, in this tab, until 30 minutes without one.
        Session = 2 => "session",
    }
}

/// The byte of a mode that will hold past visits.
const REMEMBERED: u8 = 3;

/// Why a byte is no mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModeError {
    /// The byte is kept for `remembered`, which this version does not have.
    Remembered,
    /// The byte means nothing.
    Unknown {
        /// The byte.
        got: u8,
    },
}

impl fmt::Display for ModeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remembered => write!(f, "mode {REMEMBERED}, remembered, does not exist yet: ")?,
            Self::Unknown { got } => write!(f, "there is no mode {got}: ")?,
        }
        f.write_str("use 0 (off), 1 (contextual) or 2 (session)")
    }
}

impl core::error::Error for ModeError {}

impl Mode {
    /// Returns the mode that a host means by a byte.
    ///
    /// ```
    /// use shelfwise_core::Mode;
    ///
    /// assert_eq!(Mode::from_byte(2), Ok(Mode::Session));
    /// assert!(Mode::from_byte(3).is_err());
    /// ```
    ///
    /// # Errors
    /// [`ModeError`] for a byte without a mode.
    pub const fn from_byte(byte: u8) -> Result<Self, ModeError> {
        match byte {
            0 => Ok(Self::Off),
            1 => Ok(Self::Contextual),
            2 => Ok(Self::Session),
            REMEMBERED => Err(ModeError::Remembered),
            got => Err(ModeError::Unknown { got }),
        }
    }

    /// Returns whether events of the visit may be held.
    #[must_use]
    pub fn holds_events(self) -> bool {
        self >= Self::Session
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn mode_from_byte_accepts_three_values() {
        for (byte, mode) in (0..).zip(Mode::ALL) {
            assert_eq!((Mode::from_byte(byte), mode as u8), (Ok(mode), byte));
        }
        assert_eq!(Mode::from_byte(3), Err(ModeError::Remembered));
        assert!(Mode::from_byte(3).unwrap_err().to_string().contains("remembered"));
        assert!(Mode::from_byte(255).unwrap_err().to_string().contains("no mode 255"));
    }
}
