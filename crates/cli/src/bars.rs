//! Progress on standard error: bars on a terminal, lines where a file or another program listens.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use shelfwise_intake::progress::{Amount, Progress};

use crate::eprint_line;

/// Between two lines about one stage.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// One stage after the other, on standard error, so that results on standard output stay clean.
pub struct Bars {
    is_terminal: bool,
    current: Mutex<Option<Stage>>,
}

/// What is being done.
enum Stage {
    Drawn(ProgressBar),
    Lines(Lines),
}

/// A stage that is told in lines.
struct Lines {
    name: String,
    amount: Amount,
    done: u64,
    began: Instant,
    printed: Instant,
}

impl Default for Bars {
    fn default() -> Self {
        Self {
            is_terminal: io::stderr().is_terminal(),
            current: Mutex::default(),
        }
    }
}

impl Bars {
    fn current(&self) -> MutexGuard<'_, Option<Stage>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, stage: Option<Stage>) {
        match std::mem::replace(&mut *self.current(), stage) {
            Some(Stage::Drawn(bar)) => bar.finish_and_clear(),
            Some(Stage::Lines(lines)) => lines.end(),
            None => {}
        }
    }
}

impl Progress for Bars {
    fn start(&self, stage: &str, amount: Amount) {
        self.replace(Some(if self.is_terminal {
            Stage::Drawn(bar(stage, amount))
        } else {
            Stage::Lines(Lines::begin(stage, amount))
        }));
    }

    fn advance(&self, by: u64) {
        match self.current().as_mut() {
            Some(Stage::Drawn(bar)) => bar.inc(by),
            Some(Stage::Lines(lines)) => lines.advance(by),
            None => {}
        }
    }

    fn finish(&self) {
        self.replace(None);
    }
}

impl Lines {
    fn begin(stage: &str, amount: Amount) -> Self {
        eprint_line!("{stage} …");
        let now = Instant::now();
        Self {
            name: stage.to_owned(),
            amount,
            done: 0,
            began: now,
            printed: now,
        }
    }

    fn advance(&mut self, by: u64) {
        self.done += by;
        if self.printed.elapsed() < BETWEEN_LINES {
            return;
        }
        self.printed = Instant::now();
        let seconds = self.began.elapsed().as_secs();
        match self.share() {
            Some(share) => eprint_line!("{}: {share} % after {seconds} s", self.name),
            None => eprint_line!("{}: goes on after {seconds} s", self.name),
        }
    }

    /// Returns the percentage of the stage that is done, where its size is known.
    fn share(&self) -> Option<u64> {
        match self.amount {
            Amount::Bytes(all) | Amount::Steps(all) if all > 0 => Some((100 * self.done / all).min(100)),
            _ => None,
        }
    }

    /// Short stages need no second line.
    fn end(&self) {
        let seconds = self.began.elapsed().as_secs();
        if seconds >= BETWEEN_LINES.as_secs() {
            eprint_line!("{}: done after {seconds} s", self.name);
        }
    }
}

fn bar(stage: &str, amount: Amount) -> ProgressBar {
    let (bar, template) = match amount {
        Amount::Bytes(bytes) => (ProgressBar::new(bytes), "{msg:40} {bar:30} {bytes}/{total_bytes} {eta}"),
        Amount::Steps(steps) => (
            ProgressBar::new(steps),
            "{msg:40} {bar:30} {human_pos}/{human_len} {eta}",
        ),
        Amount::Unknown => (ProgressBar::new_spinner(), "{msg:40} {spinner} {elapsed}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(stage.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_of_a_stage_is_known_where_its_size_is() {
        let mut lines = Lines::begin("reading", Amount::Bytes(200));
        lines.advance(50);
        assert_eq!(lines.share(), Some(25));
        lines.advance(500);
        assert_eq!(lines.share(), Some(100));
        assert_eq!(Lines::begin("thinking", Amount::Unknown).share(), None);
    }
}
