//! Periods of validity of signed payloads.

use crate::layout::CLOCK_SKEW_MS;
use crate::reason::Defect;
use crate::wire::Reader;

/// A period of validity, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// Time of creation.
    pub created_ms: u64,
    /// Time of expiry.
    pub expires_ms: u64,
}

impl Validity {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            created_ms: reader.u64()?,
            expires_ms: reader.u64()?,
        })
    }

    #[cfg(feature = "build")]
    pub(crate) fn write(self, writer: &mut crate::wire::Writer) {
        writer.number(self.created_ms);
        writer.number(self.expires_ms);
    }

    /// Checks that the period includes now, with a grace period after expiry.
    ///
    /// # Errors
    /// [`Defect`]: the period is longer than `longest_ms`, begins more than a day from now, or is over.
    pub(crate) fn holds(self, longest_ms: u64, now_ms: u64, grace_ms: u64) -> Result<(), Defect> {
        let life = self.expires_ms.checked_sub(self.created_ms).ok_or(Defect::Malformed)?;
        if life > longest_ms {
            return Err(Defect::ValidityTooLong);
        }
        if self.created_ms > now_ms.saturating_add(CLOCK_SKEW_MS) {
            return Err(Defect::FromTheFuture);
        }
        if now_ms >= self.expires_ms.saturating_add(grace_ms) {
            return Err(Defect::Expired { at_ms: self.expires_ms });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_holds_until_expiry_plus_grace() {
        let validity = Validity {
            created_ms: 1000,
            expires_ms: 2000,
        };
        let over = Err(Defect::Expired { at_ms: 2000 });
        assert_eq!(validity.holds(1000, 1999, 0), Ok(()));
        assert_eq!(validity.holds(1000, 2000, 0), over);
        assert_eq!(validity.holds(1000, 2009, 10), Ok(()));
        assert_eq!(validity.holds(1000, 2010, 10), over);
    }

    #[test]
    fn validity_with_invalid_times_is_refused() {
        let validity = |created_ms, expires_ms| Validity { created_ms, expires_ms };
        assert_eq!(validity(1000, 2001).holds(1000, 1500, 0), Err(Defect::ValidityTooLong));
        assert_eq!(validity(2000, 1000).holds(1000, 1500, 0), Err(Defect::Malformed));
        assert_eq!(
            validity(CLOCK_SKEW_MS + 1, CLOCK_SKEW_MS + 2).holds(9, 0, 0),
            Err(Defect::FromTheFuture)
        );
        assert_eq!(validity(CLOCK_SKEW_MS, CLOCK_SKEW_MS + 2).holds(9, 0, 0), Ok(()));
        assert_eq!(validity(u64::MAX - 1, u64::MAX).holds(9, u64::MAX - 1, 10), Ok(()));
    }
}
