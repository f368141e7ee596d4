//! The parts of the file: one that this audit does not know is not looked into.

use shelfwise_core::snapshot::layout::SectionId;

use super::Counted;
use crate::report::Step;

const CLAIM: &str = "The file has no part that this audit does not look into.";

pub fn step(counted: &Counted<'_>) -> Step {
    let sections: Vec<u16> = counted.subject.model.sections().map(|section| section.id).collect();
    let unknown: Vec<String> = sections
        .iter()
        .filter(|id| SectionId::from_u16(**id).is_none())
        .map(u16::to_string)
        .collect();
    let tried = vec![format!(
        "the file has {} sections; this format has no reorder intervals and no list by person",
        sections.len()
    )];
    let reason = format!("sections {} are not known to this version", unknown.join(", "));
    Step::tried("sections", CLAIM, tried, Vec::new()).unless_proved((!unknown.is_empty()).then_some(reason))
}
