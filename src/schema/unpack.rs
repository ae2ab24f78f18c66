//! Unpacking the bundle.
//!
//! In: the packed bytes. Out: its sections, as `schemas/generate.py` documents them: strings, types, the places of the
//! versions' tables, the APIs that went away.

use crate::version::KubeVersion;

use super::bundle::{Lifetime, List, ListKind, MAGIC, MAX_UNPACKED, Name, Type};
use super::packed_reader::PackedReader;

const PACKED: &[u8] = include_bytes!("../../schemas/bundle.bin");
/// Bytes of a kind in a version's table.
const KIND_BYTES: usize = 11;

/// The bundle's bytes; empty where they cannot be unpacked (a test proves that they can).
pub(super) fn unpack() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MAX_UNPACKED);
    let outcome = ruzstd::decoding::FrameDecoder::new().decode_all_to_vec(PACKED, &mut bytes);
    if outcome.is_err() || !bytes.starts_with(MAGIC) {
        bytes.clear();
    }
    bytes
}

/// Where each version's table starts.
pub(super) fn version_tables(bytes: &[u8], at: usize) -> Vec<usize> {
    let mut at = at;
    let count = PackedReader::new(bytes, at).u8();
    at += 1;
    let tables = (0..count).map(|_| {
        let start = at;
        let definitions = PackedReader::new(bytes, at + 1).u16() as usize;
        at += 3 + 2 * definitions;
        let kinds = PackedReader::new(bytes, at).u16() as usize;
        at += 2 + KIND_BYTES * kinds;
        start
    });
    tables.collect()
}

pub(super) fn read_lifetimes(mut cursor: PackedReader<'_>, strings: &[&'static str]) -> Vec<Lifetime> {
    let count = cursor.u16();
    let lifetimes = (0..count).map(|_| {
        let mut string = || strings.get(cursor.u16() as usize).copied().unwrap_or("");
        let (api_version, kind, replacement) = (string(), string(), string());
        let (deprecated, removed) = (KubeVersion(cursor.u8()), KubeVersion(cursor.u8()));
        Lifetime { api_version, kind, replacement, deprecated, removed }
    });
    lifetimes.collect()
}

pub(super) fn read_strings(mut cursor: PackedReader<'static>) -> Vec<&'static str> {
    let count = cursor.u16() as usize;
    let lengths = cursor.take(count);
    let text = |&len: &u8| std::str::from_utf8(cursor.take(len as usize)).unwrap_or("");
    lengths.iter().map(text).collect()
}

/// The types in the order in which they lie: a type only builds on earlier ones.
pub(super) fn read_types(mut cursor: PackedReader<'static>, strings: &[&'static str]) -> Vec<Type> {
    let count = cursor.u16() as usize;
    let mut types: Vec<Type> = Vec::with_capacity(count);
    for _ in 0..count {
        let next = read_type(&mut cursor, &types, strings);
        types.push(next);
    }
    types
}

fn read_type(cursor: &mut PackedReader<'static>, types: &[Type], strings: &[&'static str]) -> Type {
    const SCALARS: [Type; 14] = [
        Type::Any,
        Type::String,
        Type::Bool,
        Type::Int32,
        Type::Int64,
        Type::Double,
        Type::Bytes,
        Type::Quantity,
        Type::IntOrString,
        Type::Time,
        Type::MicroTime,
        Type::SchemaOrBool,
        Type::SchemaOrArray,
        Type::SchemaOrStrings,
    ];
    let earlier = |number: u16| types.get(number as usize).copied().unwrap_or(Type::Any);
    let string = |number: u16| strings.get(number as usize).copied().unwrap_or("");
    match cursor.u8() {
        14 => {
            let (item, kind) = (earlier(cursor.u16()), list_kind(cursor.u8()));
            let keys = (0..cursor.u8()).map(|_| string(cursor.u16())).collect();
            Type::List(Box::leak(Box::new(List { item, kind, keys })))
        }
        15 => Type::Map(Box::leak(Box::new(earlier(cursor.u16())))),
        16 => Type::Object(Name(cursor.u16())),
        tag => SCALARS.get(tag as usize).copied().unwrap_or(Type::Any),
    }
}

fn list_kind(code: u8) -> ListKind {
    match code {
        1 => ListKind::Atomic,
        2 => ListKind::Set,
        3 => ListKind::Map,
        _ => ListKind::Plain,
    }
}
