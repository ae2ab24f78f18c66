//! Versions and ranges of them, as Masterminds/semver reads them.
//!
//! In: texts. Out: [`Version`], [`Constraint`], and whether one is in the other.

use std::cmp::Ordering;
use std::sync::OnceLock;

use regex::Regex;

/// A version: `1.2.3-pre+meta`, the last parts optional, a `v` before it allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// The three numbers.
    pub numbers: [u64; 3],
    /// What stands behind `-`.
    pub pre: String,
    /// What stands behind `+`.
    pub meta: String,
    /// As it was written.
    pub original: String,
}

impl Version {
    /// Reads a version.
    ///
    /// # Errors
    /// In the words of the original.
    pub fn parse(text: &str) -> Result<Self, String> {
        static SHAPE: OnceLock<Option<Regex>> = OnceLock::new();
        let shape = SHAPE.get_or_init(|| {
            Regex::new(r"^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?$").ok()
        });
        let found = shape.as_ref().and_then(|shape| shape.captures(text)).ok_or("invalid semantic version")?;
        let part = |i: usize| found.get(i).map_or("", |part| part.as_str());
        let mut numbers = [0; 3];
        for (i, number) in numbers.iter_mut().enumerate() {
            let digits = part(i + 1);
            if !digits.is_empty() {
                *number = digits.parse().map_err(|_| {
                    format!("error parsing version segment: strconv.ParseUint: parsing {digits:?}: value out of range")
                })?;
            }
        }
        let pre = part(4).to_owned();
        let zeros = |id: &str| id.len() > 1 && id.starts_with('0') && id.bytes().all(|b| b.is_ascii_digit());
        if pre.split('.').any(zeros) {
            return Err("version segment starts with 0".to_owned());
        }
        Ok(Self { numbers, pre, meta: part(5).to_owned(), original: text.to_owned() })
    }

    /// How two versions are ordered; metadata does not count.
    pub fn order(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| order_pre(&self.pre, &other.pre))
    }

    /// `1.2.3-pre+meta`
    pub fn shown(&self) -> String {
        let [major, minor, patch] = self.numbers;
        let pre = if self.pre.is_empty() { String::new() } else { format!("-{}", self.pre) };
        let meta = if self.meta.is_empty() { String::new() } else { format!("+{}", self.meta) };
        format!("{major}.{minor}.{patch}{pre}{meta}")
    }
}

fn order_pre(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        _ => {}
    }
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A range of versions: comparisons, all of which hold, in alternatives.
#[derive(Debug, Clone)]
pub struct Constraint {
    alternatives: Vec<Vec<Comparison>>,
}

#[derive(Debug, Clone)]
struct Comparison {
    operator: String,
    version: Version,
    minor_open: bool,
    patch_open: bool,
    open: bool,
}

const VERSION: &str = r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";
const OPERATORS: &str = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^";

struct Shapes {
    one: Regex,
    range: Regex,
    find: Regex,
    valid: Regex,
}

fn shapes() -> Option<&'static Shapes> {
    static SHAPES: OnceLock<Option<Shapes>> = OnceLock::new();
    let make = || {
        let (ops, version) = (OPERATORS, VERSION);
        Some(Shapes {
            one: Regex::new(&format!(r"^\s*({ops})\s*({version})\s*$")).ok()?,
            range: Regex::new(&format!(r"\s*({version})\s+-\s+({version})\s*")).ok()?,
            find: Regex::new(&format!(r"({ops})\s*({version})")).ok()?,
            valid: Regex::new(&format!(r"^(\s*({ops})\s*({version})\s*)((?:\s+|,\s*)({ops})\s*({version})\s*)*$"))
                .ok()?,
        })
    };
    SHAPES.get_or_init(make).as_ref()
}

impl Constraint {
    /// Reads a range.
    ///
    /// # Errors
    /// In the words of the original.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shapes = shapes().ok_or("constraint parser error")?;
        let rewritten = shapes.range.replace_all(text, |found: &regex::Captures<'_>| {
            let part = |i: usize| found.get(i).map_or("", |part| part.as_str());
            format!(">= {}, <= {} ", part(1), part(11))
        });
        let mut alternatives = Vec::new();
        for part in rewritten.split("||") {
            if !shapes.valid.is_match(part) {
                return Err(format!("improper constraint: {part:?}"));
            }
            let all: Result<Vec<_>, _> =
                shapes.find.find_iter(part).map(|found| Comparison::parse(found.as_str(), shapes)).collect();
            alternatives.push(all?);
        }
        Ok(Self { alternatives })
    }

    /// Whether a version is in the range.
    pub fn check(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|all| {
            let pre = all.iter().any(|one| !one.version.pre.is_empty());
            all.iter().all(|one| one.check(version, pre))
        })
    }
}

fn is_any(part: &str) -> bool {
    matches!(part.strip_prefix('.').unwrap_or(part), "x" | "X" | "*" | "")
}

impl Comparison {
    fn parse(text: &str, shapes: &Shapes) -> Result<Self, String> {
        let found = shapes.one.captures(text).ok_or_else(|| format!("improper constraint: {text:?}"))?;
        let part = |i: usize| found.get(i).map_or("", |part| part.as_str());
        let (major, minor, patch, pre) = (part(3), part(4), part(5), part(6));
        let (mut minor_open, mut patch_open, mut open) = (false, false, true);
        let version = if is_any(major) {
            format!("0.0.0{pre}")
        } else if is_any(minor) {
            minor_open = true;
            format!("{major}.0.0{pre}")
        } else if is_any(patch) {
            patch_open = true;
            format!("{major}{minor}.0{pre}")
        } else {
            open = false;
            part(2).to_owned()
        };
        let version = Version::parse(&version).map_err(|_| "constraint parser error".to_owned())?;
        Ok(Self { operator: part(1).to_owned(), version, minor_open, patch_open, open })
    }

    fn check(&self, v: &Version, pre: bool) -> bool {
        if !v.pre.is_empty() && !pre {
            return false;
        }
        let order = v.order(&self.version);
        match self.operator.as_str() {
            "" | "=" if self.open => self.tilde(v, order),
            "" | "=" => order == Ordering::Equal,
            "!=" => self.unequal(v, order),
            ">" => self.greater(v, order),
            "<" => order == Ordering::Less,
            ">=" | "=>" => order != Ordering::Less,
            "<=" | "=<" => self.at_most(v, order),
            "~" | "~>" => self.tilde(v, order),
            _ => self.caret(v, order),
        }
    }

    fn unequal(&self, v: &Version, order: Ordering) -> bool {
        let [major, minor, patch] = self.version.numbers;
        if self.open {
            if major != v.numbers[0] {
                return true;
            }
            if self.minor_open {
                return false;
            }
            if minor != v.numbers[1] {
                return true;
            }
            if self.patch_open {
                return order_pre(&v.pre, &self.version.pre) != Ordering::Equal;
            }
            if patch != v.numbers[2] {
                return true;
            }
        }
        order != Ordering::Equal
    }

    fn greater(&self, v: &Version, order: Ordering) -> bool {
        if !self.open || v.numbers[0] != self.version.numbers[0] {
            return if self.open { v.numbers[0] > self.version.numbers[0] } else { order == Ordering::Greater };
        }
        if self.minor_open {
            return false;
        }
        if self.patch_open {
            return v.numbers[1] > self.version.numbers[1];
        }
        order == Ordering::Greater
    }

    fn at_most(&self, v: &Version, order: Ordering) -> bool {
        if !self.open {
            return order != Ordering::Greater;
        }
        let [major, minor, _] = self.version.numbers;
        v.numbers[0] <= major && (v.numbers[0] < major || v.numbers[1] <= minor || self.minor_open)
    }

    fn tilde(&self, v: &Version, order: Ordering) -> bool {
        if order == Ordering::Less {
            return false;
        }
        if self.version.numbers == [0, 0, 0] && !self.minor_open && !self.patch_open {
            return true;
        }
        v.numbers[0] == self.version.numbers[0] && (v.numbers[1] == self.version.numbers[1] || self.minor_open)
    }

    fn caret(&self, v: &Version, order: Ordering) -> bool {
        if order == Ordering::Less {
            return false;
        }
        let [major, minor, patch] = self.version.numbers;
        if major > 0 || self.minor_open {
            return v.numbers[0] == major;
        }
        if v.numbers[0] > 0 {
            return false;
        }
        if minor > 0 || self.patch_open {
            return v.numbers[1] == minor;
        }
        v.numbers[1] == 0 && v.numbers[2] == patch
    }
}

/// Whether a version is in a range; what cannot be read is not.
pub fn is_in_range(range: &str, version: &str) -> bool {
    match (Constraint::parse(range), Version::parse(version)) {
        (Ok(range), Ok(version)) => range.check(&version),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_the_original_says() {
        for (range, version, want) in [
            (">=1.19", "1.20.0-gke.1", false),
            (">=1.19-0", "1.20.0-gke.1", true),
            ("*", "1.0.0-rc1", false),
            ("^1.2", "1.9.9", true),
            ("~1.2.3", "1.3.0", false),
            ("1.2 - 1.4", "1.4.9", true),
            (">1.2 <2 || =3.0.0", "v3.0.0", true),
            ("1.x", "1.5", true),
            ("!=1.2", "1.2.7", false),
        ] {
            assert_eq!(is_in_range(range, version), want, "{range} {version}");
        }
        assert!(Constraint::parse("").is_err());
    }
}
