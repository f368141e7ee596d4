//! Progress bars on a terminal; nothing where nobody looks.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use shelfwise_intake::progress::{Amount, Progress};

/// One bar for each stage, drawn on standard error, so that results on standard output stay clean.
#[derive(Default)]
pub struct Bars {
    current: Mutex<Option<ProgressBar>>,
}

impl Bars {
    fn replace(&self, bar: Option<ProgressBar>) {
        let mut current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(before) = current.take() {
            before.finish_and_clear();
        }
        *current = bar;
    }
}

impl Progress for Bars {
    fn start(&self, stage: &str, amount: Amount) {
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
        self.replace(Some(bar));
    }

    fn advance(&self, by: u64) {
        let current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(bar) = current.as_ref() {
            bar.inc(by);
        }
    }

    fn finish(&self) {
        self.replace(None);
    }
}
