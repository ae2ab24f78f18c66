//! The custom resources that come with the program.
//!
//! In: `schemas/crds.bin`, made by `schemas/crds.py`, which documents its layout. Out: which kinds there are, of which package,
//! and the CRD of one kind as JSON. A frame is unpacked when it is asked for, and the dictionary that all share before the first.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use ruzstd::decoding::{Dictionary, FrameDecoder};

use crate::object::Gvk;
use crate::suggest::{is_misspelt, is_near};

use super::packed_reader::PackedReader;

const PACKED: &[u8] = include_bytes!("../../schemas/crds.bin");
const MAGIC: &[u8] = b"KVC2";

/// A bundled kind.
#[derive(Debug, Clone, Copy)]
pub struct Bundled {
    /// The API group.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// Name and version of the package that its definition is taken from.
    pub source: &'static str,
    /// Where its frame lies, from the end of the table.
    offset: usize,
    len: usize,
    unpacked: usize,
}

/// The parts of the file.
struct Table {
    dictionary: &'static [u8],
    kinds: Vec<Bundled>,
    frames: PackedReader<'static>,
}

/// The bundled kinds, by group and kind.
pub fn kinds() -> &'static [Bundled] {
    &table().kinds
}

/// A bundled kind.
pub(super) fn find(group: &str, kind: &str) -> Option<&'static Bundled> {
    let kinds = kinds();
    let at = kinds.binary_search_by(|entry| (entry.group, entry.kind).cmp(&(group, kind))).ok()?;
    kinds.get(at)
}

/// The bundled kind that an object of a group and kind without a definition was most likely meant to be: of the same group and
/// misspelt, or of that kind in a group that is a letter or two away or has no dot, which no group of a definition lacks.
pub(super) fn meant(gvk: Gvk<'_>) -> Option<(&'static str, &'static str)> {
    static KINDS: OnceLock<FxHashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    let groups = KINDS.get_or_init(|| {
        let mut groups: FxHashMap<_, Vec<_>> = FxHashMap::default();
        kinds().iter().for_each(|entry| groups.entry(entry.group).or_default().push(entry.kind));
        groups
    });
    if let Some((group, kinds)) = groups.get_key_value(gvk.group) {
        // `KafkaMirrorMaker2` is the next of `KafkaMirrorMaker`, and may be one that is not bundled.
        let plain = |kind: &str| kind.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let is_next = |kind: &str| kind[..plain(kind)] == gvk.kind[..plain(gvk.kind)];
        let meant = kinds.iter().find(|kind| is_misspelt(gvk.kind, kind) && !is_next(kind));
        return meant.map(|kind| (*group, *kind));
    }
    let near = |group: &str| !gvk.group.contains('.') && same_word(gvk.group, group) || is_near(gvk.group, group);
    let mut of_kind: Vec<_> = groups
        .iter()
        .filter_map(|(group, kinds)| Some((*group, *kinds.iter().find(|kind| **kind == gvk.kind)?)))
        .collect();
    of_kind.sort_unstable();
    of_kind.into_iter().find(|(group, _)| near(group))
}

/// Whether a group without a dot is the first part of another, as `cert-manager` of `cert-manager.io`.
fn same_word(plain: &str, group: &str) -> bool {
    group.split('.').next() == Some(plain)
}

impl Bundled {
    /// Its CRD, as JSON.
    pub(super) fn crd(&self) -> Option<String> {
        let mut frames = table().frames;
        frames.take(self.offset);
        let mut decoder = FrameDecoder::new();
        decoder.add_dict(dictionary()?).ok()?;
        let mut bytes = Vec::with_capacity(self.unpacked);
        decoder.decode_all_to_vec(frames.take(self.len), &mut bytes).ok()?;
        String::from_utf8(bytes).ok()
    }
}

/// The dictionary, made anew for each decoder, which takes it over; its bytes are unpacked once.
fn dictionary() -> Option<Dictionary> {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = BYTES.get_or_init(|| {
        let mut cursor = PackedReader::new(table().dictionary, 0);
        let len = cursor.u32() as usize;
        let frame = cursor.take(len);
        let mut bytes = Vec::with_capacity(cursor.u32() as usize);
        if FrameDecoder::new().decode_all_to_vec(frame, &mut bytes).is_err() {
            bytes.clear();
        }
        bytes
    });
    Dictionary::decode_dict(bytes).ok()
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut cursor = PackedReader::new(PACKED, MAGIC.len());
        let mut ahead = cursor;
        let frame = ahead.u32() as usize;
        let dictionary = cursor.take(frame + 8);
        let sources: Vec<_> = (0..cursor.u16()).map(|_| text(&mut cursor)).collect();
        let kinds = (0..cursor.u16()).map(|_| entry(&mut cursor, &sources)).collect();
        Table { dictionary, kinds, frames: cursor }
    })
}

fn entry(cursor: &mut PackedReader<'static>, sources: &[&'static str]) -> Bundled {
    let (group, kind) = (text(cursor), text(cursor));
    let source = sources.get(cursor.u16() as usize).copied().unwrap_or("");
    let (offset, len, unpacked) = (cursor.u32() as usize, cursor.u32() as usize, cursor.u32() as usize);
    Bundled { group, kind, source, offset, len, unpacked }
}

fn text(cursor: &mut PackedReader<'static>) -> &'static str {
    let len = cursor.u8() as usize;
    std::str::from_utf8(cursor.take(len)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::files::Memory;
    use crate::object::Object;
    use crate::schema::Schemas;
    use crate::schema::library::Library;
    use crate::source::{Source, SourceId};
    use crate::version::KubeVersion;
    use crate::yaml::{Limits, read};

    /// `rule path` of what is said of an object, with the bundled definition of its kind alone.
    fn said(api_version: &str, kind: &str, rest: &str) -> Vec<String> {
        let text = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n{rest}\n");
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
        let library = Library::gather(&Memory::default(), &[PathBuf::from("/none")], [object.gvk]);
        assert_eq!(library.bundled().count(), 1, "{kind}");
        let findings = Schemas::new(KubeVersion::NEWEST).with_library(&library).check(object).findings;
        findings.into_iter().map(|finding| format!("{} {}", finding.rule, finding.path)).collect()
    }

    #[test]
    fn the_index_lists_what_the_table_says() {
        let table = include_str!("../../schemas/crds.tsv");
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        let mut expected: Vec<_> = rows
            .flat_map(|row| {
                let mut cells = row.split('\t');
                let (group, kinds) = (cells.next().unwrap_or(""), cells.nth(1).unwrap_or(""));
                kinds.split(',').map(move |kind| (group, kind))
            })
            .collect();
        expected.sort_unstable();
        let listed: Vec<_> = kinds().iter().map(|entry| (entry.group, entry.kind)).collect();
        assert_eq!(listed, expected);
        assert!(listed.len() >= 300 && kinds().iter().all(|entry| entry.source.contains(' ')));
        assert!(find("acme.example", "Boat").is_none());
    }

    #[test]
    fn good_objects_pass_and_bad_ones_do_not() {
        let none: &[&str] = &[];
        for (api_version, kind, good, bad, expected) in [
            (
                "route.openshift.io/v1",
                "Route",
                "spec: {host: a.example, to: {kind: Service, name: web}, tls: {termination: edge}}",
                "spec: {hots: a.example, to: {kind: Service, name: web, weight: many}}",
                &["unknown-field spec.hots", "type-invalid spec.to.weight"][..],
            ),
            (
                "operators.coreos.com/v1alpha1",
                "Subscription",
                "spec: {name: a, source: b, sourceNamespace: c, channel: stable}",
                "spec: {name: a, source: b}",
                &["required spec.sourceNamespace"],
            ),
            (
                "kyverno.io/v1",
                "ClusterPolicy",
                "spec: {rules: [{name: a, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {pattern: {a: b}}}]}",
                "spec: {rules: {}}",
                &["type-invalid spec.rules"],
            ),
            (
                "postgresql.cnpg.io/v1",
                "Cluster",
                "spec: {instances: 3, storage: {size: 1Gi}}",
                "spec: {instances: three}",
                &["type-invalid spec.instances"],
            ),
            (
                "snapshot.storage.k8s.io/v1",
                "VolumeSnapshotClass",
                "driver: a.example\ndeletionPolicy: Delete",
                "driver: a.example\ndeletionPolicy: Drop",
                &["not-supported deletionPolicy"],
            ),
            (
                "cilium.io/v2",
                "CiliumNetworkPolicy",
                "spec: {endpointSelector: {}, ingress: [{fromEntities: [cluster]}]}",
                "spec: {endpointSelector: {}, ingres: []}",
                &["unknown-field spec.ingres"],
            ),
            (
                "kafka.strimzi.io/v1beta2",
                "KafkaTopic",
                "spec: {partitions: 3, replicas: 1, config: {a: 1}}",
                "spec: {partitions: many}",
                &["type-invalid spec.partitions"],
            ),
            (
                "traefik.io/v1alpha1",
                "IngressRoute",
                "spec: {routes: [{kind: Rule, match: Host(`a`), services: [{name: web, port: 80}]}]}",
                "spec: {routes: [{kind: Rule}]}",
                &["required spec.routes[0].match"],
            ),
            (
                "velero.io/v1",
                "Schedule",
                "spec: {schedule: '@daily', template: {includedNamespaces: [a]}}",
                "spec: {template: {}}",
                &["required spec.schedule"],
            ),
            (
                "grafana.integreatly.org/v1beta1",
                "GrafanaDashboard",
                "spec: {instanceSelector: {matchLabels: {a: b}}, json: '{}'}",
                "spec: {instanceSelector: {}, json: {}}",
                &["type-invalid spec.json"],
            ),
        ] {
            assert_eq!(said(api_version, kind, good), none, "{kind}");
            assert_eq!(said(api_version, kind, bad), expected, "{kind}");
        }
    }

    /// Where a package is narrower than the project's own definition, of its newest or of an older release in use.
    #[test]
    fn what_releases_in_use_take_passes() {
        for (api_version, kind, spec) in [
            ("argoproj.io/v1alpha1", "CronWorkflow", "schedules: ['0 6 * * MON-FRI'], workflowSpec: {entrypoint: a}"),
            ("flows.knative.dev/v1", "Sequence", "channelTemplate: {apiVersion: a.example/v1, kind: A}, steps: []"),
            ("messaging.knative.dev/v1", "Channel", "channelTemplate: {apiVersion: a.example/v1, kind: A}"),
            (
                "cilium.io/v2",
                "CiliumNetworkPolicy",
                "endpointSelector: {}, ingress: [{fromRequires: [{matchLabels: {a: b}}], toPorts: [{rules: {kafka: []}}]}]",
            ),
            ("external-secrets.io/v1", "SecretStore", "refreshInterval: 1h, provider: {fake: {data: []}}"),
            (
                "apiextensions.crossplane.io/v1",
                "Composition",
                "mode: Resources, compositeTypeRef: {apiVersion: a/v1, kind: A}",
            ),
            ("notification.toolkit.fluxcd.io/v1beta3", "Provider", "type: zoom"),
            (
                "karpenter.sh/v1",
                "NodePool",
                "disruption: {consolidationPolicy: Balanced}, \
                 template: {spec: {nodeClassRef: {group: a, kind: A, name: a}, requirements: []}}",
            ),
        ] {
            assert_eq!(said(api_version, kind, &format!("spec: {{{spec}}}")), Vec::<String>::new(), "{kind}");
        }
    }

    #[test]
    fn defaults_patterns_and_bounds_count() {
        let gateway = |port: i32| {
            let spec = format!("spec: {{gatewayClassName: a, listeners: [{{name: a, port: {port}, protocol: HTTP}}]}}");
            said("gateway.networking.k8s.io/v1", "Gateway", &spec)
        };
        assert_eq!(gateway(80), Vec::<String>::new());
        assert_eq!(gateway(70_000), ["invalid spec.listeners[0].port"]);
        let repository = |url: &str| {
            let spec = format!("spec: {{interval: 1m, url: '{url}', verify: {{}}}}");
            said("source.toolkit.fluxcd.io/v1", "OCIRepository", &spec)
        };
        // `verify.provider` is required and has a default, too.
        assert_eq!(repository("oci://a.example/b"), Vec::<String>::new());
        assert_eq!(repository("https://a.example/b"), ["invalid spec.url"]);
        // `spec.instances` is required and has a default.
        assert_eq!(said("postgresql.cnpg.io/v1", "Cluster", "spec: {storage: {size: 1Gi}}"), Vec::<String>::new());
    }

    #[test]
    fn a_finding_names_the_version_of_the_definition() {
        let gvk = Gvk { group: "velero.io", version: "v1", kind: "Schedule" };
        let text = "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {name: a}\nspec: {scedule: a, schedule: b, template: {}}\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
        let library = Library::gather(&Memory::default(), &[], [gvk]);
        let findings = Schemas::new(KubeVersion::NEWEST).with_library(&library).check(object).findings;
        let help = findings[0].help.as_deref().unwrap_or("");
        let source = find(gvk.group, gvk.kind).expect("bundled").source;
        assert!(source.starts_with("kcr_velero_io 3.") && help.contains(source), "{help}");
    }
}
