//! Counting hits, misses and false alarms.
//!
//! In: cases and what the program said of them. Out: a score, printed or required.

use std::collections::BTreeMap;
use std::fmt::Write;

use kubevet::finding::{Finding, RuleId};

use super::cases::Case;

/// What the program said of one case: rule, path and message of each error.
#[derive(Default)]
pub struct Checked {
    errors: Vec<(RuleId, String, String)>,
}

impl Checked {
    pub fn add(&mut self, finding: &Finding) {
        self.errors.push((finding.rule.clone(), finding.path.clone(), finding.message.clone()));
    }
}

#[derive(Default, Clone, Copy)]
struct Count {
    cases: usize,
    rejected: usize,
    hit: usize,
    false_alarms: usize,
    placed: usize,
    located: usize,
}

impl Count {
    fn recall(self) -> f64 {
        percent(self.hit, self.rejected)
    }

    fn false_share(self) -> f64 {
        if self.cases == self.rejected { 0.0 } else { percent(self.false_alarms, self.cases - self.rejected) }
    }

    fn located_share(self) -> f64 {
        percent(self.located, self.placed)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// How often something was seen, and a case that shows it.
type Groups = BTreeMap<String, (usize, usize)>;

#[derive(Default)]
pub struct Score {
    all: Count,
    kinds: BTreeMap<String, Count>,
    missed: Groups,
    false_alarms: Groups,
    misplaced: Groups,
    shown: String,
}

impl Score {
    pub fn add(&mut self, number: usize, kind: &str, case: &Case, checked: Checked) {
        let rejected = case.status.is_some();
        let flagged = !checked.errors.is_empty();
        let placed = rejected && flagged && !case.fields.is_empty();
        let located = placed && checked.errors.iter().any(|(_, path, _)| case.fields.contains(path));
        for count in [&mut self.all, self.kinds.entry(kind.to_owned()).or_default()] {
            count.cases += 1;
            count.rejected += usize::from(rejected);
            count.hit += usize::from(rejected && flagged);
            count.false_alarms += usize::from(flagged && !rejected);
            count.placed += usize::from(placed);
            count.located += usize::from(located);
        }
        if rejected && !flagged {
            group(&mut self.missed, format!("{kind}  {}  {}", case.class, case.message), number);
        } else if flagged && !rejected {
            let (rule, path, message) = &checked.errors[0];
            group(&mut self.false_alarms, format!("{kind}  {}  {rule}  {path}  {message}", case.class), number);
        } else if placed && !located {
            let paths: Vec<_> = checked.errors.iter().map(|(_, path, _)| path.as_str()).collect();
            let line = format!("{kind}  {}  server {}  ours {}", case.class, case.fields.join(" "), paths.join(" "));
            group(&mut self.misplaced, line, number);
        }
    }

    /// Keeps one case, whole, for printing.
    pub fn show(&mut self, text: &str, case: &Case, checked: &Checked) {
        let _ = writeln!(self.shown, "{text}\nserver: {:?} {:?} {}", case.status, case.fields, case.message);
        for (rule, path, message) in &checked.errors {
            let _ = writeln!(self.shown, "ours: {rule} {path}: {message}");
        }
    }

    #[expect(clippy::print_stdout, reason = "the score is for whoever runs the test with --nocapture")]
    pub fn print(&self, shown: usize) {
        let mut out = String::from("kind cases rejected recall% false-alarms located%\n");
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(count.rejected - count.hit + count.false_alarms));
        for (kind, count) in kinds {
            let _ = writeln!(out, "{kind} {}", line(*count));
        }
        for (title, groups) in
            [("missed", &self.missed), ("false alarms", &self.false_alarms), ("misplaced", &self.misplaced)]
        {
            let _ = writeln!(out, "\n## {title}");
            let mut groups: Vec<_> = groups.iter().collect();
            groups.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
            for (what, (count, example)) in groups.into_iter().take(shown) {
                let _ = writeln!(out, "{count:5}  {what}  [{example}]");
            }
        }
        println!("{out}\n{}all {}", self.shown, line(self.all));
    }

    pub fn require(&self, recall: f64, false_alarms: f64, located: f64) {
        let all = self.all;
        assert!(all.recall() >= recall, "recall {:.3} % is less than {recall} %", all.recall());
        assert!(all.false_share() <= false_alarms, "{:.3} % false alarms", all.false_share());
        assert!(all.located_share() >= located, "located {:.3} % is less than {located} %", all.located_share());
    }
}

fn group(groups: &mut Groups, what: String, example: usize) {
    groups.entry(what).or_insert((0, example)).0 += 1;
}

fn line(count: Count) -> String {
    let (recall, located) = (count.recall(), count.located_share());
    let false_share = format!("{} ({:.2}%)", count.false_alarms, count.false_share());
    format!("{} {} {recall:.2} {false_share} {located:.1}", count.cases, count.rejected)
}
