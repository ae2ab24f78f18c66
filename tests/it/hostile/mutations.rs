//! Files of the fixtures, broken in every way that a seeded generator thinks of.
//!
//! In: every YAML under fixtures/. Out: batches of mutated files that are checked, fixed and shown in every format: no panic, the
//! same bytes again, and no file with more errors after fixing. `MUTATIONS=300000` makes so many files, `MUTATIONS_SEED` others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::files::name::shown;
use kubevet::finding::{Applicability, Severity};
use kubevet::report::{Format, Options, Report};

use super::tree::folder;

/// Files that are checked together.
const BATCH: usize = 64;
/// Files in an ordinary run of the tests.
const FEW: usize = 128;
/// Longest that a batch may take; it takes well below a second.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn mutated_files_are_checked_fixed_and_shown() {
    let number = |name: &str, usual: usize| {
        std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
    };
    let (count, seed) = (number("MUTATIONS", FEW), number("MUTATIONS_SEED", 1) as u64);
    let (texts, place) = (fixtures(), Place::new());
    let (mut fixes, mut findings, mut slowest) = (0, 0, (Duration::ZERO, 0));
    for batch in 0..count.div_ceil(BATCH) as u64 {
        let mut dice = Dice(seed << 32 | batch);
        let mutated: Vec<_> = (0..BATCH).map(|_| mutate(&texts, &mut dice)).collect();
        let start = Instant::now();
        let checked = catch_unwind(AssertUnwindSafe(|| check(&place.overlay(&mutated), &place)));
        let Ok(told) = checked else { panic!("seed {seed}, batch {batch}: {}", culprit(&mutated, &place)) };
        slowest = slowest.max((start.elapsed(), batch));
        assert!(start.elapsed() < LONG, "seed {seed}, batch {batch} took {:?}", start.elapsed());
        (findings, fixes) = (findings + told.findings, fixes + told.fixes);
    }
    assert!(findings > count && fixes > count / 50, "the files say little: {findings} findings, {fixes} fixes");
    let mut summary = String::new();
    let _ = write!(summary, "{count} files, {findings} findings, {fixes} fixes; slowest batch {slowest:?}");
    if std::env::var_os("MUTATIONS").is_some() {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{summary}\n").as_bytes());
    }
}

/// The file of a batch that fails by itself, or all that it needs.
fn culprit(mutated: &[Vec<u8>], place: &Place) -> String {
    let mut needed = mutated.to_vec();
    // Files are taken out as long as what is left still fails.
    for index in 0..needed.len() {
        let text = std::mem::take(&mut needed[index]);
        if catch_unwind(AssertUnwindSafe(|| check(&place.overlay(&needed), place))).is_ok() {
            needed[index] = text;
        }
    }
    let left = needed.iter().zip(&place.names).filter(|(text, _)| !text.is_empty());
    left.map(|(text, name)| format!("{name}: {:?}\n", String::from_utf8_lossy(text))).collect()
}

/// What a batch gave.
struct Told {
    findings: usize,
    fixes: usize,
}

/// Texts over those on disk, by the name of the file.
type Texts = BTreeMap<String, Vec<u8>>;

fn check(overlay: &Texts, place: &Place) -> Told {
    let engine = Engine::new(Settings { foreign: true, ..Settings::default() });
    let request = Request { today: "2026-11-30".to_owned(), ..Request::policy() };
    let snapshot = |texts: &Texts| Snapshot::of_paths(vec![place.folder.path().to_owned()]).with_texts(texts.clone());
    let first = engine.check(&snapshot(overlay), &request);
    assert_eq!(first.failures, Vec::<String>::new());
    let bytes = shown_in_all(&first.report);
    let fixed = engine.fix(snapshot(overlay), &request, Applicability::Unsafe);
    let mut after = overlay.clone();
    let changes = fixed.changes.iter().map(|(name, (_, after))| (name.clone(), after.clone().into_bytes()));
    after.extend(changes);
    // What fixing says of its texts is what a fresh run says, and so the report is made twice by the same run.
    let again = engine.check(&snapshot(&after), &request);
    assert!(shown_in_all(&fixed.outcome.report) == shown_in_all(&again.report), "another report of the same texts");
    if fixed.fixes == 0 {
        assert!(bytes == shown_in_all(&again.report), "another report of the same texts");
    }
    let (were, are) = (errors(&first.report), errors(&again.report));
    for (name, (before, after)) in &fixed.changes {
        assert!(are.get(&**name) <= were.get(&**name), "{name} has more errors: {before:?}\n{after:?}");
        // Alone, as at admission or from standard input, it is checked as well.
        Engine::default().check(&Snapshot::of_text(name, after.as_str()), &Request::admission());
    }
    Told { findings: first.report.findings.len(), fixes: fixed.fixes }
}

fn shown_in_all(report: &Report) -> Vec<Vec<u8>> {
    let written = |format: Format| {
        let options = Options { unicode: true, verbose: true, ..Options::default() };
        let mut out = Vec::new();
        format.write(report, &options, &mut out).expect("memory can be written to");
        let text = std::str::from_utf8(&out).expect("a report is UTF-8");
        if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
            serde_json::from_str::<serde::de::IgnoredAny>(text).expect("the report is JSON");
        } else {
            let odd = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
            assert_eq!(odd, None, "{} shows a control character", format.as_str());
        }
        out
    };
    Format::ALL.into_iter().map(written).collect()
}

/// Number of things that the server refuses, by file.
fn errors(report: &Report) -> BTreeMap<&str, usize> {
    let mut errors = BTreeMap::new();
    for finding in &report.findings {
        if finding.category.is_validity() && finding.severity == Severity::Error {
            *errors.entry(report.sources.get(finding.source()).name.as_str()).or_default() += 1;
        }
    }
    errors
}

/// Files on disk whose texts do not count: those of a batch stand for them.
struct Place {
    folder: tempfile::TempDir,
    names: Vec<String>,
}

impl Place {
    fn new() -> Self {
        let folder = folder();
        let path = |index: usize| match index % 16 {
            0 => format!("{index}/kustomization.yaml"),
            1 => format!("{}/patch.yaml", index - 1),
            _ => format!("{index:02}.yaml"),
        };
        let paths: Vec<_> = (0..BATCH).map(|index| folder.path().join(path(index))).collect();
        for path in &paths {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        Self { names: paths.iter().map(|path| shown(path)).collect(), folder }
    }

    fn overlay(&self, texts: &[Vec<u8>]) -> Texts {
        self.names.iter().cloned().zip(texts.iter().cloned()).collect()
    }
}

fn fixtures() -> Vec<Vec<u8>> {
    let (mut files, mut folders) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: &PathBuf| fs::read(path).expect("a file");
    // Of a long one the first part: the batches are to be small.
    let cut = |mut text: Vec<u8>| {
        text.truncate(16 << 10);
        text
    };
    files.iter().map(read).map(cut).collect()
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below another one; zero where there is none.
    fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }

    fn of<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.below(all.len())]
    }
}

/// What YAML, terminals and templates take for something.
const ODD: &[&str] = &[
    "\t",
    "\r",
    "\r\n",
    "\0",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "&x ",
    "*x",
    "*x ",
    "<<: *x\n",
    "<<: [*x, *x]\n",
    "!!str ",
    "!!binary ",
    "!t ",
    "!<x> ",
    "---\n",
    "...\n",
    "--- ",
    "%YAML 1.1\n",
    "? ",
    ": ",
    "- ",
    "-",
    "|",
    ">-\n",
    "|2+\n",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    " #",
    "`",
    "@",
    "\\",
    "\"\\u0000\"",
    "\\x",
    "~",
    "null",
    "yes",
    "0o7",
    "1e999",
    "-.inf",
    ".nan",
    "2001-12-14",
    "{{ x }}",
    "{{- if x }}\n",
    "${X}",
    "$patch: delete\n",
    "# kubevet: ignore[security]\n",
    "1_000",
    "٣",
    "apiVersion: v1\n",
    "kind: List\n",
    "items:\n",
    "metadata:\n",
    "status: {}\n",
    "99999999999999999999",
    "-1",
];

/// A fixture, broken one to six times.
fn mutate(all: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut text = all[dice.below(all.len())].clone();
    for _ in 0..=dice.below(6) {
        text = match dice.below(3) {
            0 => bytes(text, dice),
            1 => lines(text, dice),
            _ => whole(text, all, dice),
        };
    }
    text
}

/// Changes somewhere in the text.
fn bytes(mut text: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let (at, end) = (dice.below(text.len() + 1), dice.below(40));
    let end = (at + end).min(text.len());
    match dice.below(7) {
        0 => text.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << dice.below(8)),
        1 => drop(text.drain(at..end)),
        2 => drop(text.splice(at..at, text[at..end].to_vec())),
        3 => text.insert(at, dice.next() as u8),
        4 => text.truncate(at),
        5 => drop(text.splice(at..end, dice.of(ODD).bytes())),
        _ => drop(text.splice(at..at, dice.of(ODD).bytes())),
    }
    text
}

/// Changes of lines, of blocks of them, and of their indentation.
fn lines(text: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let (from, to) = (dice.below(lines.len()), dice.below(lines.len()));
    let end = (from + 1 + dice.below(6)).min(lines.len());
    let block = lines.get(from..end).map(<[_]>::to_vec).unwrap_or_default();
    if block.is_empty() {
        return text;
    }
    match dice.below(9) {
        0 => drop(lines.drain(from..end)),
        1 => drop(lines.splice(to..to, block)),
        2 => lines.swap(from, to),
        3 => {
            lines.drain(from..end);
            let to = to.min(lines.len());
            lines.splice(to..to, block);
        }
        4 => lines[from..end].iter_mut().for_each(|line| drop(line.splice(0..0, *b"  "))),
        5 => lines[from..end].iter_mut().filter(|line| line.starts_with(b" ")).for_each(|line| drop(line.drain(..1))),
        6 => lines[from].splice(0..0, if dice.below(2) == 0 { *b"\t" } else { *b" " }).for_each(drop),
        7 => {
            // A value goes, or becomes something odd.
            let colon = lines[from].iter().position(|&byte| byte == b':').map_or(0, |at| at + 1);
            lines[from].truncate(colon);
            lines[from].extend(format!(" {}\n", dice.of(ODD)).bytes());
        }
        _ => {
            let colon = lines[from].windows(2).position(|pair| pair == b": ").map_or(0, |at| at + 2);
            lines[from].splice(colon..colon, dice.of(&["&x ", "*x ", "!!int ", "!!str ", "- ", "{a: ", "["]).bytes());
        }
    }
    lines.concat()
}

/// Changes of the text as a whole.
fn whole(mut text: Vec<u8>, all: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let at = dice.below(text.len() + 1);
    match dice.below(9) {
        0 => {
            let other = &all[dice.below(all.len())];
            text.truncate(at);
            text.extend_from_slice(&other[dice.below(other.len())..]);
        }
        1 => {
            text.extend_from_slice(b"\n---\n");
            text.extend_from_slice(&all[dice.below(all.len())]);
        }
        2 => drop(text.splice(0..0, "\u{feff}".bytes())),
        3 => text = String::from_utf8_lossy(&text).replace('\n', "\r\n").into_bytes(),
        4 => text = String::from_utf8_lossy(&text).replace("  ", "\t").into_bytes(),
        5 => drop(text.splice(at..at, vec![b"ax \x1b'"[dice.below(5)]; 1 << dice.below(15)])),
        6 => drop(text.splice(at..at, dice.of(&["[", "{a: ", "- ", "? ", "a:\n "]).repeat(1 << dice.below(9)).bytes())),
        7 => text = String::from_utf8_lossy(&text).encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect(),
        _ => {
            text.truncate(at);
            text.extend_from_slice(b"\nx: &x {a: 1}\ny: {<<: *x, b: *x}\n");
        }
    }
    text
}
