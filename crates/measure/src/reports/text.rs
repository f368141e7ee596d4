//! A report as text, and files of them, one a line.

use shelfwise_core::report::{Mechanism, PREFIX};

use crate::declaration::Experiment;
use crate::tag::{fold, letters};

/// A report of one visit, whose text [`shelfwise_core::report::text`] writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Id of the experiment.
    pub experiment: String,
    /// Version of its declaration, in letters.
    pub version: String,
    /// A set bit for each answer that it names.
    pub bits: u64,
}

/// Why a line is no report that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ReportError {
    /// Another format, or something else.
    #[error("no report of a format that this version reads")]
    UnknownFormat,
    /// The check does not fit, or its bits are none that a device writes.
    #[error("the report is damaged")]
    Damaged,
    /// It is of another experiment.
    #[error("the report is of another experiment")]
    OtherExperiment,
    /// It is of another version of the experiment.
    #[error("the report is of another version of the experiment: read it with the file of that time")]
    OtherVersion,
}

impl Report {
    /// Reads a text.
    ///
    /// # Errors
    /// [`ReportError`]: nothing of a damaged report is used.
    pub fn parse(text: &str, mechanism: Mechanism) -> Result<Self, ReportError> {
        let mut parts = text.split('.');
        if parts.next() != Some(PREFIX) {
            return Err(ReportError::UnknownFormat);
        }
        let mut read = || {
            let (body, check) = text.rsplit_once('.')?;
            let (name, bits) = (parts.next()?, parts.next()?);
            let (experiment, version) = name.split_once('_')?;
            let report = Self {
                experiment: experiment.to_owned(),
                version: version.to_owned(),
                bits: u64::from_str_radix(bits, 16).ok()?,
            };
            let is_whole = letters(fold(body.as_bytes())) == check;
            is_whole.then_some(report)
        };
        let report = read().ok_or(ReportError::Damaged)?;
        let beyond = report.bits.checked_shr(mechanism.buckets().into()).unwrap_or_default();
        let is_written = match mechanism {
            Mechanism::Response { .. } => report.bits.count_ones() == 1,
            Mechanism::Bits { .. } => true,
        };
        if beyond != 0 || !is_written {
            return Err(ReportError::Damaged);
        }
        Ok(report)
    }
}

/// Reads the lines of a file: for each that is not empty, the bits of its report or why it does not count, with its number.
pub fn file<'t>(
    text: &'t str,
    experiment: &'t Experiment,
    mechanism: Mechanism,
) -> impl Iterator<Item = (usize, Result<u64, ReportError>)> + 't {
    let version = letters(experiment.version);
    let lines = text
        .lines()
        .map(str::trim)
        .zip(1..)
        .filter(|(line, _)| !line.is_empty());
    lines.map(move |(line, number)| {
        let bits = Report::parse(line, mechanism).and_then(|report| {
            if report.experiment != experiment.id {
                Err(ReportError::OtherExperiment)
            } else if report.version != version {
                Err(ReportError::OtherVersion)
            } else {
                Ok(report.bits)
            }
        });
        (number, bits)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shelfwise_core::allocation;
    use shelfwise_core::report::text;

    use super::*;
    use crate::reports::mechanism;

    fn report(bits: u64) -> Report {
        Report {
            experiment: "hero".into(),
            version: "007".into(),
            bits,
        }
    }

    /// What a device writes of an experiment of version 7.
    fn written(id: &str, mechanism: Mechanism, bits: u64) -> String {
        let experiment = allocation::Experiment {
            id: id.into(),
            version: 7,
            from_ms: None,
            until_ms: None,
            block_ms: 0,
            is_interleaved: false,
            first: 0,
            arms: Vec::new(),
        };
        text(&experiment, mechanism, bits)
    }

    #[test]
    fn reports_of_a_question_have_one_length_and_are_read_back() {
        for buckets in [2, 5, 64] {
            let own = mechanism(buckets, 2.0).unwrap();
            let texts = [0, buckets - 1].map(|bucket| written("hero", own, 1 << bucket));
            assert_eq!(texts[0].len(), texts[1].len());
            assert_eq!(Report::parse(&texts[1], own), Ok(report(1 << (buckets - 1))));
        }
    }

    #[test]
    fn report_that_no_device_writes_is_damaged() {
        let own = mechanism(3, 2.0).unwrap();
        for bits in [0, 0b11, 0b1000] {
            assert_eq!(
                Report::parse(&written("hero", own, bits), own),
                Err(ReportError::Damaged)
            );
        }
        let text = written("hero", own, 1).replace("hero", "hera");
        assert_eq!(Report::parse(&text, own), Err(ReportError::Damaged));
        assert_eq!(
            Report::parse("sw1.hero_007_1.fyk", own),
            Err(ReportError::UnknownFormat)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,60}") {
            let own = mechanism(64, 2.0).unwrap();
            let _ = Report::parse(&text, own);
            let _ = Report::parse(&format!("sr1.{text}"), own);
        }
    }
}
