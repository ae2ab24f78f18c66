//! What a run of the program costs: CPU seconds of user and system, and the most memory it held, as /proc tells them.
//!
//! In: arguments and a folder. Out: a [`Cost`]. One thread, so that nothing is spent on waiting; what the program takes to
//! start is measured once and taken off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a run took.
#[derive(Clone, Copy)]
pub struct Cost {
    /// CPU seconds.
    pub seconds: f64,
    /// The most memory held, in bytes.
    pub peak: u64,
}

/// The program that is measured.
pub struct Program {
    path: PathBuf,
    start: f64,
}

/// Ticks of /proc in a second, on every architecture that this runs on.
const TICKS: f64 = 100.0;

/// Runs go on until they took so many seconds together: a tick is a hundredth.
const BATCH: f64 = 0.25;

/// So many batches are made, and the best counts.
const BATCHES: usize = 3;

/// A run that took so many seconds is not repeated.
const LONG: f64 = 2.0;

/// A run is stopped after so many seconds.
const LIMIT: f64 = 60.0;

impl Program {
    /// A program, and a folder for the file that its start is measured with.
    pub fn new(path: PathBuf, place: &Path) -> Self {
        let folder = place.join("start");
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join("a.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n").expect("a file");
        let program = Self { path, start: 0.0 };
        let start = program.cost(&["check", "--format", "json"], &folder).seconds;
        Self { start, ..program }
    }

    /// The cost of a run, best of a few.
    pub fn cost(&self, args: &[&str], folder: &Path) -> Cost {
        let first = self.run(args, folder);
        let mut best = first;
        if first.seconds > LONG {
            return first;
        }
        for _ in 0..BATCHES {
            let (mut total, mut runs) = (0.0, 0);
            while total < BATCH && runs < 20 {
                let cost = self.run(args, folder);
                best.peak = best.peak.min(cost.peak).max(1);
                (total, runs) = (total + cost.seconds, runs + 1);
            }
            best.seconds = best.seconds.min(total / f64::from(runs));
        }
        Cost { seconds: (best.seconds - self.start).max(0.0), ..best }
    }

    /// One run.
    pub fn run(&self, args: &[&str], folder: &Path) -> Cost {
        let mut command = Command::new(&self.path);
        command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match args {
            ["read", ..] => command.arg("."),
            _ if args.contains(&"--config") => command.args(["--threads", "1", "."]),
            _ => command.args(["--threads", "1", "--no-config", "."]),
        };
        let before = seconds_of_children();
        let peak = wait(command.spawn().expect("the program runs"));
        Cost { seconds: seconds_of_children() - before, peak }
    }
}

/// Waits for a run to end; the most memory it held.
fn wait(mut child: Child) -> u64 {
    let id = child.id();
    let mut peak = 0;
    while child.try_wait().expect("a child can be waited for").is_none() {
        peak = peak.max(memory(id));
        if stat(&id.to_string(), 13) > LIMIT {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// User and system time of the children waited for.
fn seconds_of_children() -> f64 {
    stat("self", 15)
}

/// Two neighbouring fields of /proc/PID/stat (numbered from 0), which count ticks.
fn stat(process: &str, field: usize) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name, in brackets, is the second field and may hold blanks.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = rest.split_whitespace().skip(field - 2).take(2).filter_map(|word| word.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS
}

/// The most memory a process has held so far.
fn memory(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}
