//! The schemas of every supported Kubernetes version.
//!
//! In: `schemas/bundle.bin`, made by `schemas/generate.py`, which documents its layout. Out: [`Bundle`]: versions, the kinds
//! they serve, and definitions, each compiled when it is first asked for. A definition that several versions share exists
//! once. Everything borrows from the unpacked bytes, which live as long as the program.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::version::KubeVersion;

use super::packed_reader::PackedReader;
use super::unpack::{read_lifetimes, read_strings, read_types, unpack, version_tables};

/// Bytes of the unpacked bundle are bounded by this; a test holds the real size against it.
pub(super) const MAX_UNPACKED: usize = 1 << 19;
pub(super) const MAGIC: &[u8] = b"KVB2";
const ABSENT: u16 = u16::MAX;

/// What a field's value is, as the Go type reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any JSON: RawExtension, FieldsV1, the JSON of CRD schemas.
    Any,
    /// A string.
    String,
    /// A boolean.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number.
    Double,
    /// Bytes, as base64.
    Bytes,
    /// `resource.Quantity`.
    Quantity,
    /// `intstr.IntOrString`.
    IntOrString,
    /// `metav1.Time`: RFC 3339.
    Time,
    /// `metav1.MicroTime`: RFC 3339 with exactly six digits of the second.
    MicroTime,
    /// A boolean or a JSON schema, read laxly.
    SchemaOrBool,
    /// A JSON schema or a list of them, read laxly.
    SchemaOrArray,
    /// A JSON schema or a list of strings, read laxly.
    SchemaOrStrings,
    /// A list.
    List(&'static List),
    /// A map with free keys.
    Map(&'static Type),
    /// An object; see [`Version::definition`].
    Object(Name),
}

/// The number of a definition's name: the same in all versions, which may have different definitions of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(pub(super) u16);

/// What `x-kubernetes-list-type` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Nothing said.
    Plain,
    /// Replaced as a whole.
    Atomic,
    /// Scalars, each once.
    Set,
    /// Objects told apart by keys.
    Map,
}

/// A list's type.
#[derive(Debug, PartialEq, Eq)]
pub struct List {
    /// Type of an item.
    pub item: Type,
    /// How it merges.
    pub kind: ListKind,
    /// The fields that tell items apart, for [`ListKind::Map`].
    pub keys: Vec<&'static str>,
}

/// One field of a definition.
#[derive(Debug)]
pub struct Field {
    /// Its JSON name.
    pub name: &'static str,
    /// What its value is.
    pub ty: Type,
    /// OpenAPI calls it required. Decoding does not care, nor is it exactly what validation asks for.
    pub required: bool,
    /// The values that OpenAPI lists (as of 1.36); empty where it lists none.
    pub values: Vec<&'static str>,
    /// The default as JSON text, where it is not the zero value.
    pub default: Option<&'static str>,
}

/// An object type.
#[derive(Debug)]
pub struct Definition {
    /// Its full name: `io.k8s.api.apps.v1.DeploymentSpec`.
    pub name: &'static str,
    /// Its fields, sorted by name.
    pub fields: Vec<Field>,
}

impl Definition {
    /// The field of that JSON name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.binary_search_by(|field| field.name.cmp(name)).ok().map(|index| &self.fields[index])
    }
}

/// A kind that a version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindSchema {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Version in the group.
    pub version: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// The resource's name: `deployments`.
    pub plural: &'static str,
    /// The definition of its objects.
    pub definition: Name,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether a server serves it without being told to (alpha APIs and newer beta APIs are off by default).
    pub served: bool,
}

/// An API that went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// `extensions/v1beta1`.
    pub api_version: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// Where the kind lives now, or what took its place; `-` for nothing.
    pub replacement: &'static str,
    /// The version in which it was deprecated.
    pub deprecated: KubeVersion,
    /// The first version without it.
    pub removed: KubeVersion,
}

/// One Kubernetes version's kinds and definitions.
#[derive(Debug)]
pub struct Version {
    bundle: &'static Bundle,
    /// Which one.
    pub version: KubeVersion,
    /// By number of the definition's name: number of the definition.
    by_name: Vec<u16>,
    kinds: Vec<KindSchema>,
    index: FxHashMap<(&'static str, &'static str, &'static str), u16>,
}

impl Version {
    /// The kinds it knows, sorted by group, version and kind.
    pub fn kinds(&self) -> &[KindSchema] {
        &self.kinds
    }

    /// A kind.
    pub fn kind(&self, group: &str, version: &str, kind: &str) -> Option<&KindSchema> {
        self.index.get(&(group, version, kind)).map(|&index| &self.kinds[index as usize])
    }

    /// This version's definition of that name.
    pub fn definition(&self, name: Name) -> Option<&'static Definition> {
        self.bundle.definition(*self.by_name.get(name.0 as usize).filter(|&&number| number != ABSENT)?)
    }

    /// A definition by its full name: `io.k8s.api.core.v1.PodSpec`.
    pub fn definition_named(&self, name: &str) -> Option<&'static Definition> {
        self.definition(Name(*self.bundle.names().get(name)?))
    }
}

/// All versions.
#[derive(Debug)]
pub struct Bundle {
    bytes: &'static [u8],
    strings: Vec<&'static str>,
    types: &'static [Type],
    definitions: Vec<OnceLock<Definition>>,
    definitions_at: usize,
    /// By minor version from the oldest: where its table starts.
    tables: Vec<usize>,
    versions: Vec<OnceLock<Version>>,
    lifetimes: Vec<Lifetime>,
    names: OnceLock<FxHashMap<&'static str, u16>>,
    groups: OnceLock<FxHashSet<&'static str>>,
}

impl Bundle {
    /// The bundle compiled into the program, unpacked at the first call (about half a millisecond).
    pub fn get() -> &'static Bundle {
        static BUNDLE: OnceLock<Bundle> = OnceLock::new();
        BUNDLE.get_or_init(|| Bundle::read(unpack().leak()))
    }

    fn read(bytes: &'static [u8]) -> Bundle {
        let mut head = PackedReader::new(bytes, MAGIC.len());
        let [types_at, definitions_at, versions_at, lifetimes_at] = std::array::from_fn(|_| head.u32() as usize);
        let strings = read_strings(head);
        let types = read_types(PackedReader::new(bytes, types_at), &strings).leak();
        let count = PackedReader::new(bytes, definitions_at).u16();
        let definitions = (0..count).map(|_| OnceLock::new()).collect();
        let tables = version_tables(bytes, versions_at);
        let versions = tables.iter().map(|_| OnceLock::new()).collect();
        let lifetimes = read_lifetimes(PackedReader::new(bytes, lifetimes_at), &strings);
        let (names, groups) = (OnceLock::new(), OnceLock::new());
        Bundle { bytes, strings, types, definitions, definitions_at, tables, versions, lifetimes, names, groups }
    }

    /// One version; nothing where it is not bundled.
    pub fn version(&'static self, version: KubeVersion) -> Option<&'static Version> {
        let index = (version.0 as usize).checked_sub(KubeVersion::OLDEST.0 as usize)?;
        let table = *self.tables.get(index)?;
        Some(self.versions[index].get_or_init(|| self.read_version(table)))
    }

    /// All versions, the oldest first.
    pub fn versions(&'static self) -> impl DoubleEndedIterator<Item = &'static Version> {
        KubeVersion::all().filter_map(|version| self.version(version))
    }

    /// The APIs that went away.
    pub fn lifetimes(&self) -> &[Lifetime] {
        &self.lifetimes
    }

    /// The API of that name among those that went away.
    pub fn lifetime(&self, api_version: &str, kind: &str) -> Option<&Lifetime> {
        self.lifetimes.iter().find(|gone| gone.kind == kind && gone.api_version == api_version)
    }

    /// Whether a group is one of Kubernetes' own: a bundled version, or one before them, has kinds of it.
    pub fn knows_group(&'static self, group: &str) -> bool {
        let groups = self.groups.get_or_init(|| {
            let gone = self.lifetimes.iter().filter_map(|gone| Some(gone.api_version.split_once('/')?.0));
            gone.chain(self.versions().flat_map(|version| version.kinds().iter().map(|kind| kind.group))).collect()
        });
        groups.contains(group)
    }

    fn read_version(&'static self, at: usize) -> Version {
        let mut cursor = PackedReader::new(self.bytes, at);
        let version = KubeVersion(cursor.u8());
        let mut by_name = vec![ABSENT; self.strings.len()];
        for _ in 0..cursor.u16() {
            let number = cursor.u16();
            let name = self.definition_cursor(number).u16();
            if let Some(slot) = by_name.get_mut(name as usize) {
                *slot = number;
            }
        }
        let kinds: Vec<_> = (0..cursor.u16()).map(|_| self.read_kind(&mut cursor)).collect();
        let key = |(index, kind): (usize, &KindSchema)| ((kind.group, kind.version, kind.kind), index as u16);
        let index = kinds.iter().enumerate().map(key).collect();
        Version { bundle: self, version, by_name, kinds, index }
    }

    fn read_kind(&self, cursor: &mut PackedReader<'_>) -> KindSchema {
        let [group, version, kind, plural] = std::array::from_fn(|_| self.string(cursor.u16()));
        let definition = Name(cursor.u16());
        let flags = cursor.u8();
        let (namespaced, served) = (flags & 1 != 0, flags & 2 != 0);
        KindSchema { group, version, kind, plural, definition, namespaced, served }
    }

    fn string(&self, number: u16) -> &'static str {
        self.strings.get(number as usize).copied().unwrap_or("")
    }

    /// Numbers of all strings; made when a definition is first looked up by name.
    fn names(&self) -> &FxHashMap<&'static str, u16> {
        self.names.get_or_init(|| {
            let names = self.strings.iter().enumerate().filter(|(_, name)| name.starts_with("io.k8s."));
            names.map(|(number, name)| (*name, number as u16)).collect()
        })
    }

    fn definition_cursor(&self, number: u16) -> PackedReader<'static> {
        let offset = PackedReader::new(self.bytes, self.definitions_at + 2 + 4 * number as usize).u32();
        PackedReader::new(self.bytes, self.definitions_at + offset as usize)
    }

    fn definition(&'static self, number: u16) -> Option<&'static Definition> {
        let slot = self.definitions.get(number as usize)?;
        Some(slot.get_or_init(|| self.read_definition(self.definition_cursor(number))))
    }

    fn read_definition(&self, mut cursor: PackedReader<'_>) -> Definition {
        let name = self.string(cursor.u16());
        let fields = (0..cursor.u16()).map(|_| self.read_field(&mut cursor)).collect();
        Definition { name, fields }
    }

    fn read_field(&self, cursor: &mut PackedReader<'_>) -> Field {
        let name = self.string(cursor.u16());
        let ty = self.types.get(cursor.u16() as usize).copied().unwrap_or(Type::Any);
        let flags = cursor.u8();
        let count = if flags & 2 != 0 { cursor.u8() } else { 0 };
        let values = (0..count).map(|_| self.string(cursor.u16())).collect();
        let default = (flags & 4 != 0).then(|| self.string(cursor.u16()));
        Field { name, ty, required: flags & 1 != 0, values, default }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_bundle_can_be_read() {
        let bundle = Bundle::get();
        assert!(bundle.bytes.len() < MAX_UNPACKED && !bundle.bytes.is_empty());
        assert_eq!(bundle.versions().count(), KubeVersion::all().count());
        for version in bundle.versions() {
            assert!(version.kinds().len() > 60, "{:?}", version.version);
            for kind in version.kinds() {
                assert!(version.definition(kind.definition).is_some(), "{kind:?}");
            }
            let numbers = version.by_name.iter().filter(|&&number| number != ABSENT);
            for definition in numbers.filter_map(|&number| bundle.definition(number)) {
                assert!(definition.fields.is_sorted_by_key(|field| field.name), "{}", definition.name);
                definition.fields.iter().for_each(|field| assert_reachable(version, field.ty, definition.name));
            }
        }
    }

    fn assert_reachable(version: &'static Version, ty: Type, within: &str) {
        match ty {
            Type::List(list) => assert_reachable(version, list.item, within),
            Type::Map(value) => assert_reachable(version, *value, within),
            Type::Object(name) => assert!(version.definition(name).is_some(), "{within} refers to {name:?}"),
            _ => {}
        }
    }

    #[test]
    fn fields_know_their_types_enums_and_defaults() {
        let version = Bundle::get().version(KubeVersion(36)).expect("bundled");
        let port = version.definition_named("io.k8s.api.core.v1.ContainerPort").expect("known");
        let protocol = port.field("protocol").expect("there");
        assert_eq!((protocol.ty, protocol.default), (Type::String, Some("\"TCP\"")));
        assert_eq!(protocol.values, ["SCTP", "TCP", "UDP"]);
        assert!(port.field("containerPort").expect("there").required);
        let spec = version.definition_named("io.k8s.api.core.v1.PodSpec").expect("known");
        let Type::List(containers) = spec.field("containers").expect("there").ty else { panic!("a list") };
        assert_eq!((containers.kind, containers.keys.as_slice()), (ListKind::Map, ["name"].as_slice()));
    }
}
