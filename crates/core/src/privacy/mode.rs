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
        /// The same, and last items and mutes of earlier visits, for as long as the shopper's grant lasts.
        Remembered = 3 => "remembered",
    }
}

/// The byte means no mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModeError {
    /// The byte that came.
    pub got: u8,
}

impl fmt::Display for ModeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there is no mode {}: use 0 (off), 1 (contextual), 2 (session) or 3 (remembered)",
            self.got
        )
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
    /// assert!(Mode::from_byte(4).is_err());
    /// ```
    ///
    /// # Errors
    /// [`ModeError`] for a byte without a mode.
    pub const fn from_byte(byte: u8) -> Result<Self, ModeError> {
        match byte {
            0 => Ok(Self::Off),
            1 => Ok(Self::Contextual),
            2 => Ok(Self::Session),
            3 => Ok(Self::Remembered),
            got => Err(ModeError { got }),
        }
    }

    /// Returns whether events of the visit may be held.
    #[must_use]
    pub fn holds_events(self) -> bool {
        self >= Self::Session
    }

    /// Returns whether facts of earlier visits may be held.
    #[must_use]
    pub fn remembers(self) -> bool {
        self == Self::Remembered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn mode_from_byte_accepts_four_values() {
        for (byte, mode) in (0..).zip(Mode::ALL) {
            assert_eq!((Mode::from_byte(byte), mode as u8), (Ok(mode), byte));
        }
        assert_eq!(Mode::from_byte(4), Err(ModeError { got: 4 }));
        assert!(Mode::from_byte(255).unwrap_err().to_string().contains("no mode 255"));
    }
}
