use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Less than this is a moment's work.
const SHORT: u64 = 4 << 20;

/// How far it is: on a terminal only, never on standard output, and not for a moment's work.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Over so many bytes, where that is known.
    pub(super) fn of(bytes: Option<u64>) -> Self {
        let bar = match bytes {
            Some(bytes) if bytes < SHORT => ProgressBar::hidden(),
            Some(bytes) => ProgressBar::new(bytes).with_style(style("{wide_bar} {percent:>3} % {msg}, {eta} left")),
            None => ProgressBar::new_spinner().with_style(style("{spinner} {msg}")),
        };
        Progress(bar)
    }

    /// So many bytes more have been read, which makes so many users.
    pub(super) fn advance(&self, bytes: usize, users: usize) {
        if self.0.is_hidden() {
            return;
        }
        let seconds = self.0.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        self.0.set_message(format!("{users} users, {:.0} a second", users as f64 / seconds));
        self.0.inc(bytes as u64);
    }

    /// Lets something else be written to the terminal.
    pub(super) fn suspend(&self, f: impl FnOnce()) {
        self.0.suspend(f);
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
