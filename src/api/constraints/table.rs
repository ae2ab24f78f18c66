//! The compiled tables.
//!
//! In: `schemas/constraints.bin`. Out: [`Constraints`] by definition, and each [`Constraint`] with what it asks.
//!
//! Layout (numbers little endian; STR is a u16 index): magic; u16 number of strings, for each u8 length, then the bytes;
//! u16 number of definitions, for each STR name, u32 offset of its rules from the start, u16 number of rules. A rule: STR
//! field (the empty string for the object itself), u8 since, u8 until (minor versions, 0 for no bound; until is the first
//! version without it), u8 flags, u8 operation, operands.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::version::KubeVersion;

const BYTES: &[u8] = include_bytes!("../../../schemas/constraints.bin");
/// What the file begins with.
pub const MAGIC: &[u8; 4] = b"KVC1";

/// What a rule asks of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// It must be there; an empty string or list is not.
    Required,
    /// Where it is there, it must not be an empty string.
    NonEmpty,
    /// It must not be there.
    Forbidden,
    /// A number, at least.
    Minimum(i64),
    /// A number, at most.
    Maximum(i64),
    /// A number within bounds, both inclusive.
    Range(i64, i64),
    /// A string of at most so many bytes.
    MaxLength(i64),
    /// A list of at most so many items.
    MaxItems(i64),
    /// One of these strings.
    Enum(Vec<&'static str>),
    /// A string of this form.
    Form(StringForm),
    /// A list of scalars, each once.
    UniqueSet,
    /// A list of objects told apart by these fields.
    ListMapKey(Vec<&'static str>),
    /// At most one of these fields.
    ZeroOrOneOf(Vec<&'static str>),
    /// Exactly one of these fields.
    Union(Vec<&'static str>),
}

/// The forms of strings that rules know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringForm {
    /// A DNS label (RFC 1123).
    ShortName,
    /// A DNS subdomain (RFC 1123).
    LongName,
    /// A DNS subdomain in any case.
    LongNameCaseless,
    /// A label's key.
    LabelKey,
    /// A label's value.
    LabelValue,
    /// What can stand in a URL's path.
    PathSegmentName,
    /// A UUID.
    Uuid,
    /// A domain and a path.
    DomainPrefixedPath,
    /// A domain and a key.
    DomainPrefixedKey,
    /// A key of a ConfigMap or Secret.
    ConfigKey,
    /// A port's name.
    PortName,
    /// An IP address in canonical form.
    Ip,
    /// An identifier in C.
    CIdentifier,
}

impl StringForm {
    /// All forms and their names in the tables.
    pub const ALL: [(&'static str, StringForm); 13] = [
        ("k8s-short-name", StringForm::ShortName),
        ("k8s-long-name", StringForm::LongName),
        ("k8s-long-name-caseless", StringForm::LongNameCaseless),
        ("k8s-label-key", StringForm::LabelKey),
        ("k8s-label-value", StringForm::LabelValue),
        ("k8s-path-segment-name", StringForm::PathSegmentName),
        ("k8s-uuid", StringForm::Uuid),
        ("domain-prefixed-path", StringForm::DomainPrefixedPath),
        ("domain-prefixed-key", StringForm::DomainPrefixedKey),
        ("config-key", StringForm::ConfigKey),
        ("port-name", StringForm::PortName),
        ("ip", StringForm::Ip),
        ("c-identifier", StringForm::CIdentifier),
    ];
}

/// One rule on one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The field, with dots where it lies deeper; empty for the object itself.
    pub field: &'static str,
    /// The rule holds for each item of the list, or each value of the map.
    pub each_value: bool,
    /// The rule holds for each key of the map.
    pub each_key: bool,
    /// An empty string is a value (the field is a pointer in Go), not the field's absence.
    pub pointer: bool,
    /// What it asks.
    pub op: Op,
}

/// The flags' bits.
pub mod flag {
    /// For each item or value.
    pub const EACH_VALUE: u8 = 1;
    /// For each key.
    pub const EACH_KEY: u8 = 2;
    /// The empty string is a value.
    pub const POINTER: u8 = 4;
}

/// The rules of one definition, still packed.
#[derive(Debug, Clone, Copy)]
pub struct Constraints {
    at: usize,
    count: u16,
}

impl Constraints {
    /// The rules that a version has.
    pub fn in_force(self, version: KubeVersion) -> impl Iterator<Item = Constraint> {
        let mut cursor = TableReader { at: self.at };
        (0..self.count).filter_map(move |_| cursor.rule(version))
    }
}

/// All tables.
#[derive(Debug)]
pub struct Table {
    strings: Vec<&'static str>,
    definitions: FxHashMap<&'static str, Constraints>,
}

impl Table {
    /// The tables compiled into the program; indexed at the first call (some ten microseconds).
    pub fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Table::read)
    }

    /// The rules of a definition.
    pub fn rules(&self, definition: &str) -> Option<Constraints> {
        self.definitions.get(definition).copied()
    }

    /// The definitions that have rules.
    pub fn definitions(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.definitions.keys().copied().collect();
        names.sort_unstable();
        names
    }

    fn read() -> Table {
        let mut cursor = TableReader { at: MAGIC.len() };
        let strings: Vec<_> = (0..cursor.u16()).map(|_| cursor.text()).collect();
        let name = |number: u16| strings.get(number as usize).copied().unwrap_or("");
        let definitions = (0..cursor.u16())
            .map(|_| (name(cursor.u16()), Constraints { at: cursor.u32() as usize, count: cursor.u16() }))
            .collect();
        Table { strings, definitions }
    }
}

/// A position in the packed tables. Past the end everything reads as zero: a test reads all there is.
struct TableReader {
    at: usize,
}

impl TableReader {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let taken = BYTES.get(self.at..self.at + N).and_then(|bytes| bytes.try_into().ok());
        self.at += N;
        taken.unwrap_or([0; N])
    }

    fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.bytes())
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.bytes())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    fn i64(&mut self) -> i64 {
        i64::from_le_bytes(self.bytes())
    }

    fn text(&mut self) -> &'static str {
        let length = self.u8() as usize;
        let taken = BYTES.get(self.at..self.at + length).and_then(|bytes| std::str::from_utf8(bytes).ok());
        self.at += length;
        taken.unwrap_or("")
    }

    fn string(&mut self) -> &'static str {
        let number = self.u16() as usize;
        Table::get().strings.get(number).copied().unwrap_or("")
    }

    fn list(&mut self) -> Vec<&'static str> {
        (0..self.u8()).map(|_| self.string()).collect()
    }

    fn rule(&mut self, version: KubeVersion) -> Option<Constraint> {
        let field = self.string();
        let (since, until, flags) = (self.u8(), self.u8(), self.u8());
        let op = self.op();
        let in_force = version.0 >= since && (until == 0 || version.0 < until);
        let has = |bit: u8| flags & bit != 0;
        let (each_value, each_key) = (has(flag::EACH_VALUE), has(flag::EACH_KEY));
        in_force.then_some(Constraint { field, each_value, each_key, pointer: has(flag::POINTER), op })
    }

    fn op(&mut self) -> Op {
        match self.u8() {
            1 => Op::Required,
            2 => Op::Forbidden,
            3 => Op::Minimum(self.i64()),
            4 => Op::Maximum(self.i64()),
            5 => Op::Range(self.i64(), self.i64()),
            6 => Op::MaxLength(self.i64()),
            7 => Op::MaxItems(self.i64()),
            8 => Op::Enum(self.list()),
            9 => Op::Form(StringForm::ALL.get(self.u8() as usize).map_or(StringForm::ShortName, |(_, format)| *format)),
            10 => Op::UniqueSet,
            11 => Op::ListMapKey(self.list()),
            12 => Op::ZeroOrOneOf(self.list()),
            13 => Op::Union(self.list()),
            _ => Op::NonEmpty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_can_be_read() {
        assert!(BYTES.starts_with(MAGIC));
        let table = Table::get();
        assert!(!table.definitions.is_empty());
        for name in table.definitions() {
            let rules = table.rules(name).expect("listed");
            let any = KubeVersion::all().any(|version| rules.in_force(version).next().is_some());
            assert!(any && name.starts_with("io.k8s."), "{name}");
        }
    }
}
