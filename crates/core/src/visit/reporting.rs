//! The visit's randomized report.

use alloc::string::String;
use alloc::vec::Vec;

use super::Visit;
use crate::allocation::tag::REPORT_KEY;
use crate::allocation::{Draw, Unit};
use crate::engine::Engine;
use crate::report;

/// Random bytes of a report: two say which question it answers, the others are its noise.
pub const REPORT_ENTROPY_BYTES: usize = 2 + report::ENTROPY_BYTES;

impl Visit {
    /// Returns the visit's one randomized report: its answer, as it is now, to one of the policy's questions, with noise. Of the
    /// questions whose experiments run, the entropy says which. All reports of a question have the same length.
    ///
    /// `None` where nothing is asked, where the mode holds no visit, where somebody tests the shop with forced arms, and where the
    /// visit has reported.
    pub fn report<B: AsRef<[u8]>>(
        &mut self,
        engine: &Engine<B>,
        entropy: &[u8; REPORT_ENTROPY_BYTES],
        now_ms: i64,
    ) -> Option<String> {
        self.end_if_over(now_ms);
        if !self.mode.holds_events() || !self.forced.is_empty() || self.draws.get(REPORT_KEY).is_some() {
            return None;
        }
        let policy = engine.policy();
        let mut asked = Vec::new();
        for question in &policy.questions {
            if let Some(experiment) = question.experiment_in(&policy.allocation)
                && experiment.is_running(now_ms)
            {
                asked.push((question, experiment));
            }
        }
        let (draw, noise) = entropy.split_first_chunk()?;
        let value = u16::from_le_bytes(*draw);
        let (question, experiment) = asked.get((usize::from(value) * asked.len()) >> 16)?;
        let arms = self.assignment(engine, now_ms).arms;
        let arm = arms.iter().find(|arm| arm.experiment == question.experiment);
        let answer = question.answer_of(arm.map(|arm| arm.arm), &self.session);
        let bits = question.mechanism.randomize(answer, noise.as_array()?);
        if self.draws.0.is_empty() {
            self.drawn_ms = now_ms;
        }
        self.draws.set(Draw {
            layer: REPORT_KEY,
            unit: Unit::Visit,
            value,
        });
        Some(report::text(experiment, question.mechanism, bits))
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use super::*;
    use crate::allocation::ArmId;
    use crate::policy::PolicySource;
    use crate::{EventKind, Mode, Policy, Snapshot, example};

    fn engine(rest: &str) -> Engine<Vec<u8>> {
        let text = format!(
            r#"{rest}
            question = [{{ experiment = "hero", seen = "view_promotion", answered = "select_promotion", epsilon = 4.0 }}]
            [[experiment]]
            id = "hero"
            unit = "visit"
            arms = [{{ name = "plain", weight = 1 }}, {{ name = "store_order", weight = 1 }}]
            read = ["orders"]
            until = 2026-01-01
            "#
        );
        let policy: Policy = toml::from_str::<PolicySource>(&text).unwrap().check().unwrap();
        Engine::new(Snapshot::open(example::corner_shop().build().unwrap()).unwrap(), policy)
    }

    /// Without chance a report is the answer: all draws are 0.
    fn report(visit: &mut Visit, engine: &Engine<Vec<u8>>) -> Option<String> {
        visit.report(engine, &[0; REPORT_ENTROPY_BYTES], 0)
    }

    fn visit(engine: &Engine<Vec<u8>>, events: &[EventKind]) -> Visit {
        let mut visit = Visit::new(Mode::Session);
        visit.draw(engine, &[0xFF; 16], 0);
        for kind in events {
            visit.track(*kind, &["hero-1"], 0).unwrap();
        }
        visit
    }

    #[test]
    fn answer_is_the_arm_that_was_seen_and_whether_the_visit_did_it() {
        use EventKind::{SelectPromotion, ViewPromotion};
        let engine = engine("");
        for (events, bits) in [
            (&[][..], "01"),
            (&[SelectPromotion][..], "01"),
            (&[ViewPromotion], "08"),
            (&[ViewPromotion, SelectPromotion], "10"),
        ] {
            let text = report(&mut visit(&engine, events), &engine).unwrap();
            assert_eq!(text.split('.').nth(2), Some(bits), "{events:?}: {text}");
        }
    }

    #[test]
    fn visit_reports_once_and_the_next_page_knows_it() {
        let engine = engine("");
        let mut first = visit(&engine, &[]);
        assert!(report(&mut first, &engine).is_some());
        assert_eq!(report(&mut first, &engine), None);
        let mut next = Visit::new(Mode::Session);
        next.restore(&first.save().unwrap(), 60_000).unwrap();
        assert_eq!(report(&mut next, &engine), None);
        next.forget();
        assert!(report(&mut next, &engine).is_some(), "another visit");
    }

    #[test]
    fn nothing_is_reported_in_a_mode_without_a_visit_nor_for_a_tester_nor_when_it_is_over() {
        let engine = engine("");
        for mode in [Mode::Off, Mode::Contextual] {
            assert_eq!(report(&mut Visit::new(mode), &engine), None);
        }
        let mut tester = visit(&engine, &[]);
        tester.force(vec![ArmId { experiment: 0, arm: 1 }]);
        assert_eq!(report(&mut tester, &engine), None);
        let later = 1_800_000_000_000;
        assert_eq!(
            visit(&engine, &[]).report(&engine, &[0; REPORT_ENTROPY_BYTES], later),
            None
        );
    }

    #[test]
    fn held_out_visit_reports_as_one_that_saw_nothing() {
        let engine = engine("holdout = [{ share = 0.5 }]");
        let mut held = Visit::new(Mode::Session);
        held.draw(&engine, &[0; 16], 0);
        held.track(EventKind::ViewPromotion, &["hero-1"], 0).unwrap();
        assert_eq!(report(&mut held, &engine).unwrap().split('.').nth(2), Some("01"));
    }
}
