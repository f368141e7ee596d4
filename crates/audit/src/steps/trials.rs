//! What the steps in browsers have in common: one judgement a browser, and what is missing.

use crate::lab::Trial;
use crate::report::{Finding, Outcome, Step};

/// The judgement of what one browser did.
#[derive(Debug, Default)]
pub struct Judged {
    /// What was tried, in numbers.
    pub tried: Vec<String>,
    /// What should not be.
    pub findings: Vec<Finding>,
    /// Why the trial could not have found everything.
    pub blind: Vec<String>,
}

impl Judged {
    /// Adds a finding.
    pub fn find(&mut self, code: &str, what: String, advice: &str) {
        self.findings.push(Finding::new(code, what, advice));
    }
}

/// Makes the step of what each browser did. `subject` says which files were run, and what was assumed of the server.
pub fn step<T>(name: &str, claim: &str, subject: &str, trials: &[Trial<T>], judge: impl Fn(&T) -> Judged) -> Step {
    let (ran, missing) = Trial::split(trials);
    let mut open: Vec<_> = missing.into_iter().collect();
    if ran.is_empty() {
        return Step::without(name, claim, Outcome::NotProved, &open.join("; "));
    }
    let mut tried = vec![subject.to_owned()];
    let mut findings = Vec::new();
    for (browser, seen) in ran {
        let judged = judge(seen);
        tried.extend(judged.tried.into_iter().map(|line| format!("{browser}: {line}")));
        open.extend(judged.blind.into_iter().map(|line| format!("{browser}: {line}")));
        findings.extend(judged.findings.into_iter().map(|finding| Finding {
            message: format!("{browser}: {}", finding.message),
            ..finding
        }));
    }
    Step::tried(name, claim, tried, findings).unless_proved((!open.is_empty()).then(|| open.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(browser: &str, seen: Result<u8, &str>) -> Trial<u8> {
        Trial {
            browser: browser.to_owned(),
            seen: seen.map_err(ToOwned::to_owned),
        }
    }

    fn outcome(trials: &[Trial<u8>]) -> Outcome {
        let judge = |seen: &u8| {
            let mut judged = Judged::default();
            match seen {
                0 => judged.blind.push("the control did not get out".to_owned()),
                1 => {}
                _ => judged.find("x.leaks", "leaks".to_owned(), "Mend it."),
            }
            judged
        };
        step("x", "Nothing leaks.", "the package was run", trials, judge).outcome
    }

    #[test]
    fn a_step_passes_only_where_every_browser_ran_and_none_was_blind() {
        assert_eq!(
            outcome(&[trial("Chromium", Ok(1)), trial("Firefox", Ok(1))]),
            Outcome::Passed
        );
        assert_eq!(
            outcome(&[trial("Chromium", Ok(1)), trial("Firefox", Err("install it"))]),
            Outcome::NotProved
        );
        assert_eq!(outcome(&[trial("Chromium", Ok(0))]), Outcome::NotProved);
        assert_eq!(outcome(&[]), Outcome::NotProved);
    }

    #[test]
    fn a_finding_in_one_browser_fails_the_step() {
        assert_eq!(
            outcome(&[trial("Chromium", Ok(2)), trial("Firefox", Err("install it"))]),
            Outcome::Failed
        );
    }
}
