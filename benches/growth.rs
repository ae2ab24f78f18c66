//! How CPU seconds and memory grow with a repository, for every shape of repository in `shapes`, at three sizes.
//!
//! `cargo bench --bench growth` prints a table and names the shapes that grow faster than `n` to the power of 1.15; with
//! words behind `--`, of the shapes whose names hold one of them. `--write` puts each row into docs/development/growth.md as
//! soon as it is measured, `--missing` measures only what that page has no row of. `KUBEVET_PROGRAM=FILE` measures another
//! build, `KUBEVET_SHRINK=4` divides every size by four.
#![expect(clippy::disallowed_methods, reason = "the program itself is measured, on files made for it")]

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod measure;
mod shapes;
mod table;

use measure::{Cost, Program};
use shapes::{Folder, Shape};
use table::Table;

/// What counts as growing in step with `n`.
const EXPONENT: f64 = 1.15;

/// Below so many seconds at the largest size no exponent is told: it would be one of noise.
const TOO_QUICK: f64 = 0.05;

/// Larger sizes are not tried once one took so many seconds.
const TOO_SLOW: f64 = 20.0;

/// What seems to grow too fast is measured so many times more: others use the machine as well.
const AGAIN: usize = 2;

fn main() -> ExitCode {
    let (options, words): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|word| word.starts_with('-'));
    let asked = |option: &str| options.iter().any(|given| given == option);
    let shrink = env::var("KUBEVET_SHRINK").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let program = env::var_os("KUBEVET_PROGRAM").map_or(PathBuf::from(env!("CARGO_BIN_EXE_kubevet")), PathBuf::from);
    let place = env::temp_dir().join(format!("kubevet-growth-{}", std::process::id()));
    let bench = Bench { program: Program::new(program, &place), place: place.clone(), shrink };
    let mut table = Table::of(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/development/growth.md"));
    let names: Vec<_> = shapes::all().map(|shape| shape.name).collect();
    say(&format!("{:<46} {:>23} {:>23} {:>20} {:>8}\n", "shape", "n", "CPU s", "peak MB", "exponent"));
    let mut steep = Vec::new();
    for shape in shapes::all() {
        let meant = words.is_empty() || words.iter().any(|word| shape.name.contains(word.as_str()));
        if !meant || asked("--missing") && table.has(shape.name) {
            continue;
        }
        let row = bench.measure(shape);
        say(&row.line(shape));
        if asked("--write") {
            table.put(row.cells(shape), &names);
        }
        if row.is_steep() {
            steep.push(shape.name);
        }
    }
    let _ = fs::remove_dir_all(&place);
    match steep.as_slice() {
        [] => say(&format!("\nno exponent exceeds {EXPONENT}\n")),
        names => say(&format!("\nexceed {EXPONENT}: {}\n", names.join("; "))),
    }
    ExitCode::from(u8::from(!steep.is_empty()))
}

#[expect(clippy::print_stdout, reason = "a bench is for its table")]
fn say(text: &str) {
    print!("{text}");
    let _ = std::io::stdout().flush();
}

struct Bench {
    program: Program,
    place: PathBuf,
    shrink: usize,
}

/// What one shape took at its sizes.
struct Row(Vec<(usize, Cost)>);

impl Bench {
    /// The best of what a shape took, measured again as long as it seems to grow too fast.
    fn measure(&self, shape: &Shape) -> Row {
        let mut row = self.once(shape);
        for _ in 0..AGAIN {
            if !row.is_steep() {
                break;
            }
            row = row.best(self.once(shape));
        }
        row
    }

    fn once(&self, shape: &Shape) -> Row {
        let mut row = Vec::new();
        for n in shape.sizes().map(|n| (n / self.shrink).max(2)) {
            let folder = self.place.join("repository");
            let _ = fs::remove_dir_all(&folder);
            Folder::fill(&folder, shape, n);
            let cost = self.cost(shape, &folder);
            row.push((n, cost));
            if cost.seconds > TOO_SLOW {
                break;
            }
        }
        Row(row)
    }

    fn cost(&self, shape: &Shape, folder: &Path) -> Cost {
        if let Some(before) = shape.before {
            self.program.run(before, folder);
        }
        let args = if shape.args.is_empty() { &["check", "--format", "json"] } else { shape.args };
        self.program.cost(args, folder)
    }
}

impl Row {
    /// The slope of a line through the points on logarithmic axes.
    fn exponent(&self) -> Option<f64> {
        let points: Vec<_> = self.0.iter().map(|(n, cost)| ((*n as f64).ln(), cost.seconds.max(1e-4).ln())).collect();
        if points.len() < 2 || self.0.last().is_none_or(|(_, cost)| cost.seconds < TOO_QUICK) {
            return None;
        }
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let over: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
        Some(over / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>())
    }

    fn is_steep(&self) -> bool {
        self.0.len() < 3 || self.exponent().is_some_and(|exponent| exponent > EXPONENT)
    }

    /// At every size the lower of both.
    fn best(self, other: Self) -> Self {
        let [longer, shorter] = if self.0.len() < other.0.len() { [other.0, self.0] } else { [self.0, other.0] };
        let mut best = longer;
        for ((_, cost), (_, other)) in best.iter_mut().zip(shorter) {
            *cost = Cost { seconds: cost.seconds.min(other.seconds), peak: cost.peak.min(other.peak) };
        }
        Self(best)
    }

    /// The row as it is printed.
    fn line(&self, shape: &Shape) -> String {
        let [sizes, seconds, peaks] = self.lists(" ");
        format!("{:<46} {sizes:>23} {seconds:>23} {peaks:>20} {:>8}\n", shape.name, self.told())
    }

    /// The row as the page has it.
    fn cells(&self, shape: &Shape) -> String {
        format!("| {} | {} | {} |", shape.name, self.lists(" / ").join(" | "), self.told())
    }

    /// Sizes, CPU seconds and megabytes.
    fn lists(&self, between: &str) -> [String; 3] {
        let list = |show: &dyn Fn(&(usize, Cost)) -> String| self.0.iter().map(show).collect::<Vec<_>>().join(between);
        [
            list(&|(n, _)| n.to_string()),
            list(&|(_, cost)| format!("{:.2}", cost.seconds)),
            list(&|(_, cost)| format!("{:.0}", cost.peak as f64 / 1e6)),
        ]
    }

    /// The exponent, or why there is none.
    fn told(&self) -> String {
        match self.exponent() {
            Some(exponent) => format!("{exponent:.2}"),
            None if self.0.len() < 3 => "over".to_owned(),
            None => "-".to_owned(),
        }
    }
}
