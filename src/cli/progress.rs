//! Showing how far a long run has come.
//!
//! In: the counters of a run. Out: one line on standard error, written over and over, from a second after the start until
//! the run ends; nothing where standard error is no terminal.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use kubevet::progress::{Progress, Stage};

const FIRST: Duration = Duration::from_secs(1);
const THEN: Duration = Duration::from_millis(200);
/// To the start of the line, and what stands there is cleared.
const CLEAR: &str = "\r\u{1b}[2K";

/// Shows progress until it is dropped.
pub struct Watch {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Watch {
    /// Starts watching.
    pub fn start(progress: &Arc<Progress>, quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self { running: None };
        }
        let (sender, receiver) = channel();
        let progress = progress.clone();
        let thread = std::thread::spawn(move || {
            let mut wait = FIRST;
            while receiver.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let _ = write!(std::io::stderr(), "{CLEAR}{}", line(&progress));
                wait = THEN;
            }
            if wait == THEN {
                let _ = write!(std::io::stderr(), "{CLEAR}");
            }
        });
        Self { running: Some((sender, thread)) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

fn line(progress: &Progress) -> String {
    let (stage, done, total) = progress.now();
    match stage {
        Stage::Walking => "looking for files".to_owned(),
        Stage::Reading => format!("reading files: {done} of {total}"),
        Stage::Checking => format!("checking objects: {done} of {total}"),
        Stage::Rules => "running rules".to_owned(),
    }
}
