//! The functions that expressions may call.
//!
//! In: the declarations below, one function a line, written as CEL's own documentation writes signatures. Out: a table
//! of overloads by name, made once, at the first expression. Sources: `common/stdlib`, `ext` and `cel/library.go` of
//! cel-go, `staging/src/k8s.io/apiserver/pkg/cel/library`; the versions are those of `cel/environment/base.go`, one
//! later than there, because new expressions are compiled as the version before the server's would.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::types::Type;

/// One signature of a function.
#[derive(Debug, Clone)]
pub(crate) struct Overload {
    /// Called as `first.name(rest)`.
    pub member: bool,
    /// The arguments, the receiver first.
    pub args: Vec<Type>,
    /// What it gives.
    pub result: Type,
    /// How many type parameters it has.
    pub params: usize,
    /// First minor version of Kubernetes that knows it.
    pub since: u8,
    /// Only where messages and patches may be written (MutatingAdmissionPolicy).
    pub patch: bool,
}

/// All functions by name.
pub(crate) fn functions() -> &'static FxHashMap<&'static str, Vec<Overload>> {
    static TABLE: OnceLock<FxHashMap<&'static str, Vec<Overload>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = FxHashMap::default();
        for &(since, text) in LIBRARIES {
            text.lines().for_each(|line| declare(&mut table, since, line.trim()));
        }
        table
    })
}

/// Reads `name: (int, A) -> A; string.(int) -> bool`. A line that is not of this form declares nothing.
fn declare(table: &mut FxHashMap<&'static str, Vec<Overload>>, since: u8, line: &'static str) {
    let Some((name, signatures)) = line.split_once(": ") else { return };
    let overloads = table.entry(name).or_default();
    overloads.extend(signatures.split("; ").filter_map(|signature| overload(name, since, signature)));
}

fn overload(name: &str, since: u8, signature: &str) -> Option<Overload> {
    let (left, result) = signature.split_once(" -> ")?;
    let (receiver, args) = split_receiver(left)?;
    let mut all = Vec::new();
    all.extend(receiver.map(parse_type));
    all.extend(split_args(args).into_iter().map(parse_type));
    let params = ["A", "B"].iter().filter(|p| mentions(left, p) || mentions(result, p)).count();
    let patch = name.starts_with("jsonpatch.");
    Some(Overload { member: receiver.is_some(), args: all, result: parse_type(result), params, since, patch })
}

/// `list(A).(int)` is the receiver `list(A)` and the arguments `int`.
fn split_receiver(left: &str) -> Option<(Option<&str>, &str)> {
    let inner = left.strip_suffix(')')?;
    match inner.rsplit_once(".(") {
        Some((receiver, args)) => Some((Some(receiver), args)),
        None => Some((None, inner.strip_prefix('(')?)),
    }
}

fn mentions(text: &str, param: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').any(|word| word == param)
}

fn split_args(args: &str) -> Vec<&str> {
    let (mut out, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, byte) in args.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => {
                out.push(args[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if !args[from..].trim().is_empty() {
        out.push(args[from..].trim());
    }
    out
}

/// Reads a type as the declarations spell it.
fn parse_type(text: &str) -> Type {
    if let Some((outer, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let inner = split_args(inner);
        let first = inner.first().map_or(Type::Dyn, |text| parse_type(text));
        return match outer {
            "list" => Type::list(first),
            "map" => Type::map(first, inner.get(1).map_or(Type::Dyn, |text| parse_type(text))),
            "optional" => Type::optional(first),
            _ => Type::Type(Some(first.into())),
        };
    }
    match text {
        "A" => Type::Param(0),
        "B" => Type::Param(1),
        "IP" | "CIDR" => Type::opaque(&format!("net.{text}")),
        "Authorizer" | "PathCheck" | "GroupCheck" | "ResourceCheck" | "Decision" => {
            Type::message(&format!("kubernetes.authorization.{text}"))
        }
        "Quantity" | "URL" | "Semver" | "NamedFormat" => Type::message(&format!("kubernetes.{text}")),
        _ => named(text).unwrap_or(Type::Dyn),
    }
}

/// The basic type of that name.
fn named(name: &str) -> Option<Type> {
    Some(match name {
        "null_type" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "google.protobuf.Timestamp" | "timestamp" => Type::Timestamp,
        "google.protobuf.Duration" | "duration" => Type::Duration,
        _ => return None,
    })
}

/// The type that a type's name stands for in an expression (`type(x) == string`).
pub(crate) fn type_name(name: &str) -> Option<Type> {
    let inner = match name {
        "list" => Type::list(Type::Dyn),
        "map" => Type::map(Type::Dyn, Type::Dyn),
        "type" => return Some(Type::Type(Some(Type::Type(None).into()))),
        "optional_type" => Type::optional(Type::Dyn),
        "net.IP" | "net.CIDR" => Type::opaque(name),
        "kubernetes.Quantity" | "kubernetes.URL" | "kubernetes.Semver" | "kubernetes.NamedFormat" => {
            Type::message(name)
        }
        "timestamp" | "duration" => return None,
        _ => named(name)?,
    };
    Some(Type::Type(Some(inner.into())))
}

/// Declarations by the first minor version of Kubernetes whose new expressions may use them.
const LIBRARIES: &[(u8, &str)] = &[
    (0, STANDARD),
    (0, KUBERNETES),
    (28, AUTHORIZER),
    (29, OPTIONAL),
    (29, QUANTITY),
    (29, CROSS_NUMERIC),
    (30, STRINGS_2),
    (31, NETWORK),
    (32, FORMAT),
    (32, SELECTORS),
    (33, TWO_VARIABLES),
    (34, SEMVER),
    (35, LISTS_3),
    (32, PATCH),
];

const STANDARD: &str = "
    _?_:_: (bool, A, A) -> A
    _&&_: (bool, bool) -> bool
    _||_: (bool, bool) -> bool
    !_: (bool) -> bool
    @not_strictly_false: (bool) -> bool
    _==_: (A, A) -> bool
    _!=_: (A, A) -> bool
    _+_: (bytes, bytes) -> bytes; (double, double) -> double; (duration, duration) -> duration; (duration, timestamp) -> timestamp; (timestamp, duration) -> timestamp; (int, int) -> int; (list(A), list(A)) -> list(A); (string, string) -> string; (uint, uint) -> uint
    _/_: (double, double) -> double; (int, int) -> int; (uint, uint) -> uint
    _%_: (int, int) -> int; (uint, uint) -> uint
    _*_: (double, double) -> double; (int, int) -> int; (uint, uint) -> uint
    -_: (double) -> double; (int) -> int
    _-_: (double, double) -> double; (duration, duration) -> duration; (int, int) -> int; (timestamp, duration) -> timestamp; (timestamp, timestamp) -> duration; (uint, uint) -> uint
    _<_: (bool, bool) -> bool; (int, int) -> bool; (uint, uint) -> bool; (double, double) -> bool; (string, string) -> bool; (bytes, bytes) -> bool; (timestamp, timestamp) -> bool; (duration, duration) -> bool
    _<=_: (bool, bool) -> bool; (int, int) -> bool; (uint, uint) -> bool; (double, double) -> bool; (string, string) -> bool; (bytes, bytes) -> bool; (timestamp, timestamp) -> bool; (duration, duration) -> bool
    _>_: (bool, bool) -> bool; (int, int) -> bool; (uint, uint) -> bool; (double, double) -> bool; (string, string) -> bool; (bytes, bytes) -> bool; (timestamp, timestamp) -> bool; (duration, duration) -> bool
    _>=_: (bool, bool) -> bool; (int, int) -> bool; (uint, uint) -> bool; (double, double) -> bool; (string, string) -> bool; (bytes, bytes) -> bool; (timestamp, timestamp) -> bool; (duration, duration) -> bool
    _[_]: (list(A), int) -> A; (map(A, B), A) -> B
    @in: (A, list(A)) -> bool; (A, map(A, B)) -> bool
    in: (A, list(A)) -> bool; (A, map(A, B)) -> bool
    size: (bytes) -> int; bytes.() -> int; (list(A)) -> int; list(A).() -> int; (map(A, B)) -> int; map(A, B).() -> int; (string) -> int; string.() -> int
    type: (A) -> type(A)
    bool: (bool) -> bool; (string) -> bool
    bytes: (bytes) -> bytes; (string) -> bytes
    double: (double) -> double; (int) -> double; (string) -> double; (uint) -> double
    duration: (duration) -> duration; (int) -> duration; (string) -> duration
    dyn: (A) -> dyn
    int: (int) -> int; (double) -> int; (duration) -> int; (string) -> int; (timestamp) -> int; (uint) -> int
    string: (string) -> string; (bool) -> string; (bytes) -> string; (double) -> string; (duration) -> string; (int) -> string; (timestamp) -> string; (uint) -> string
    timestamp: (timestamp) -> timestamp; (int) -> timestamp; (string) -> timestamp
    uint: (uint) -> uint; (double) -> uint; (int) -> uint; (string) -> uint
    contains: string.(string) -> bool
    endsWith: string.(string) -> bool
    startsWith: string.(string) -> bool
    matches: (string, string) -> bool; string.(string) -> bool
    getFullYear: timestamp.() -> int; timestamp.(string) -> int
    getMonth: timestamp.() -> int; timestamp.(string) -> int
    getDayOfYear: timestamp.() -> int; timestamp.(string) -> int
    getDayOfMonth: timestamp.() -> int; timestamp.(string) -> int
    getDate: timestamp.() -> int; timestamp.(string) -> int
    getDayOfWeek: timestamp.() -> int; timestamp.(string) -> int
    getHours: timestamp.() -> int; timestamp.(string) -> int; duration.() -> int
    getMinutes: timestamp.() -> int; timestamp.(string) -> int; duration.() -> int
    getSeconds: timestamp.() -> int; timestamp.(string) -> int; duration.() -> int
    getMilliseconds: timestamp.() -> int; timestamp.(string) -> int; duration.() -> int
    charAt: string.(int) -> string
    indexOf: string.(string) -> int; string.(string, int) -> int
    lastIndexOf: string.(string) -> int; string.(string, int) -> int
    lowerAscii: string.() -> string
    upperAscii: string.() -> string
    replace: string.(string, string) -> string; string.(string, string, int) -> string
    split: string.(string) -> list(string); string.(string, int) -> list(string)
    substring: string.(int) -> string; string.(int, int) -> string
    trim: string.() -> string
    join: list(string).() -> string; list(string).(string) -> string
";

const CROSS_NUMERIC: &str = "
    _<_: (int, double) -> bool; (int, uint) -> bool; (uint, double) -> bool; (uint, int) -> bool; (double, int) -> bool; (double, uint) -> bool
    _<=_: (int, double) -> bool; (int, uint) -> bool; (uint, double) -> bool; (uint, int) -> bool; (double, int) -> bool; (double, uint) -> bool
    _>_: (int, double) -> bool; (int, uint) -> bool; (uint, double) -> bool; (uint, int) -> bool; (double, int) -> bool; (double, uint) -> bool
    _>=_: (int, double) -> bool; (int, uint) -> bool; (uint, double) -> bool; (uint, int) -> bool; (double, int) -> bool; (double, uint) -> bool
";

const KUBERNETES: &str = "
    url: (string) -> URL
    isURL: (string) -> bool
    getScheme: URL.() -> string
    getHost: URL.() -> string
    getHostname: URL.() -> string
    getPort: URL.() -> string
    getEscapedPath: URL.() -> string
    getQuery: URL.() -> map(string, list(string))
    find: string.(string) -> string
    findAll: string.(string) -> list(string); string.(string, int) -> list(string)
    isSorted: list(int).() -> bool; list(uint).() -> bool; list(double).() -> bool; list(bool).() -> bool; list(duration).() -> bool; list(timestamp).() -> bool; list(string).() -> bool; list(bytes).() -> bool
    sum: list(int).() -> int; list(uint).() -> uint; list(double).() -> double; list(duration).() -> duration
    min: list(int).() -> int; list(uint).() -> uint; list(double).() -> double; list(bool).() -> bool; list(duration).() -> duration; list(timestamp).() -> timestamp; list(string).() -> string; list(bytes).() -> bytes
    max: list(int).() -> int; list(uint).() -> uint; list(double).() -> double; list(bool).() -> bool; list(duration).() -> duration; list(timestamp).() -> timestamp; list(string).() -> string; list(bytes).() -> bytes
    indexOf: list(A).(A) -> int
    lastIndexOf: list(A).(A) -> int
";

const AUTHORIZER: &str = "
    path: Authorizer.(string) -> PathCheck
    group: Authorizer.(string) -> GroupCheck
    serviceAccount: Authorizer.(string, string) -> Authorizer
    resource: GroupCheck.(string) -> ResourceCheck
    subresource: ResourceCheck.(string) -> ResourceCheck
    namespace: ResourceCheck.(string) -> ResourceCheck
    name: ResourceCheck.(string) -> ResourceCheck
    check: PathCheck.(string) -> Decision; ResourceCheck.(string) -> Decision
    errored: Decision.() -> bool
    error: Decision.() -> string
    allowed: Decision.() -> bool
    reason: Decision.() -> string
";

const SELECTORS: &str = "
    fieldSelector: ResourceCheck.(string) -> ResourceCheck
    labelSelector: ResourceCheck.(string) -> ResourceCheck
";

const OPTIONAL: &str = "
    optional.of: (A) -> optional(A)
    optional.ofNonZeroValue: (A) -> optional(A)
    optional.none: () -> optional(A)
    value: optional(A).() -> A
    hasValue: optional(A).() -> bool
    or: optional(A).(optional(A)) -> optional(A)
    orValue: optional(A).(A) -> A
    _[?_]: (list(A), int) -> optional(A); (optional(list(A)), int) -> optional(A); (map(A, B), A) -> optional(B); (optional(map(A, B)), A) -> optional(B)
    _[_]: (optional(list(A)), int) -> optional(A); (optional(map(A, B)), A) -> optional(B)
    first: list(A).() -> optional(A)
    last: list(A).() -> optional(A)
    optional.unwrap: (list(optional(A))) -> list(A)
    unwrapOpt: list(optional(A)).() -> list(A)
";

const QUANTITY: &str = "
    quantity: (string) -> Quantity
    isQuantity: (string) -> bool
    sign: (Quantity) -> int
    isGreaterThan: Quantity.(Quantity) -> bool
    isLessThan: Quantity.(Quantity) -> bool
    compareTo: Quantity.(Quantity) -> int
    asApproximateFloat: Quantity.() -> double
    asInteger: Quantity.() -> int
    isInteger: Quantity.() -> bool
    add: Quantity.(Quantity) -> Quantity; Quantity.(int) -> Quantity
    sub: Quantity.(Quantity) -> Quantity; Quantity.(int) -> Quantity
";

const STRINGS_2: &str = "
    format: string.(list(dyn)) -> string
    strings.quote: (string) -> string
    sets.contains: (list(A), list(A)) -> bool
    sets.equivalent: (list(A), list(A)) -> bool
    sets.intersects: (list(A), list(A)) -> bool
";

const NETWORK: &str = "
    ip: (string) -> IP; CIDR.() -> IP
    isIP: (string) -> bool
    ip.isCanonical: (string) -> bool
    family: IP.() -> int
    isUnspecified: IP.() -> bool
    isLoopback: IP.() -> bool
    isLinkLocalMulticast: IP.() -> bool
    isLinkLocalUnicast: IP.() -> bool
    isGlobalUnicast: IP.() -> bool
    string: (IP) -> string; (CIDR) -> string
    cidr: (string) -> CIDR
    isCIDR: (string) -> bool
    containsIP: CIDR.(string) -> bool; CIDR.(IP) -> bool
    containsCIDR: CIDR.(string) -> bool; CIDR.(CIDR) -> bool
    prefixLength: CIDR.() -> int
    masked: CIDR.() -> CIDR
";

const FORMAT: &str = "
    validate: NamedFormat.(string) -> optional(list(string))
    format.named: (string) -> optional(NamedFormat)
    format.dns1123Label: () -> NamedFormat
    format.dns1123Subdomain: () -> NamedFormat
    format.dns1035Label: () -> NamedFormat
    format.qualifiedName: () -> NamedFormat
    format.dns1123LabelPrefix: () -> NamedFormat
    format.dns1123SubdomainPrefix: () -> NamedFormat
    format.dns1035LabelPrefix: () -> NamedFormat
    format.labelValue: () -> NamedFormat
    format.uri: () -> NamedFormat
    format.uuid: () -> NamedFormat
    format.byte: () -> NamedFormat
    format.date: () -> NamedFormat
    format.datetime: () -> NamedFormat
";

const TWO_VARIABLES: &str = "
    cel.@mapInsert: (map(A, B), A, B) -> map(A, B); (map(A, B), map(A, B)) -> map(A, B)
";

const SEMVER: &str = "
    semver: (string) -> Semver; (string, bool) -> Semver
    isSemver: (string) -> bool; (string, bool) -> bool
    isGreaterThan: Semver.(Semver) -> bool
    isLessThan: Semver.(Semver) -> bool
    compareTo: Semver.(Semver) -> int
    major: Semver.() -> int
    minor: Semver.() -> int
    patch: Semver.() -> int
";

const LISTS_3: &str = "
    slice: list(A).(int, int) -> list(A)
    flatten: list(list(A)).() -> list(A); list(dyn).(int) -> list(dyn)
    sort: list(int).() -> list(int); list(uint).() -> list(uint); list(double).() -> list(double); list(bool).() -> list(bool); list(duration).() -> list(duration); list(timestamp).() -> list(timestamp); list(string).() -> list(string); list(bytes).() -> list(bytes)
    @sortByAssociatedKeys: list(A).(list(int)) -> list(A); list(A).(list(uint)) -> list(A); list(A).(list(double)) -> list(A); list(A).(list(bool)) -> list(A); list(A).(list(duration)) -> list(A); list(A).(list(timestamp)) -> list(A); list(A).(list(string)) -> list(A); list(A).(list(bytes)) -> list(A)
    lists.range: (int) -> list(int)
    reverse: list(A).() -> list(A)
    distinct: list(A).() -> list(A)
";

const PATCH: &str = "
    jsonpatch.escapeKey: (string) -> string
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_is_read() {
        let table = functions();
        for &(_, text) in LIBRARIES {
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let (name, signatures) = line.split_once(": ").expect("a name");
                for signature in signatures.split("; ") {
                    assert!(overload(name, 0, signature).is_some(), "{line}");
                }
                assert!(table.contains_key(name));
            }
        }
        let index = &table["_[_]"];
        assert_eq!(index.len(), 4);
        assert_eq!((index[1].params, index[1].args.len(), index[1].member), (2, 2, false));
        let find = &table["findAll"];
        assert_eq!((find[1].args.len(), find[1].member, &find[1].result), (3, true, &Type::list(Type::String)));
        let none = &table["optional.none"][0];
        assert_eq!((none.args.len(), none.params), (0, 1));
    }
}
