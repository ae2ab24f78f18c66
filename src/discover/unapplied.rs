//! What looks like a manifest and is never applied: test fixtures, recorded objects, configuration of tools.
//!
//! In: the names of a walk, the documents that are tests, and what kustomizations, Applications and Flux Kustomizations claim.
//! Out: for an object, why nobody applies it, if so. What a set claims is applied, whatever it looks like.

use rustc_hash::FxHashSet;

use crate::coverage::SkipReason;
use crate::yaml::Node;

use super::claims::{Claims, is_deployment};
use super::kustomize::{base, parent, resolve, strings};

/// Groups whose objects are tests, or say how tests are run.
const TESTS: [&str; 4] = ["chainsaw.kyverno.io", "kuttl.dev", "cli.kyverno.io", "test.gatekeeper.sh"];

/// Groups whose objects are read by a program and served by no API server.
const TOOLS: [&str; 28] = [
    "apiserver.config.k8s.io",
    "apiserver.k8s.io",
    "audit.k8s.io",
    "backstage.io",
    "client.authentication.k8s.io",
    "clusterctl.cluster.x-k8s.io",
    "config.k8s.elastic.co",
    "config.karmada.io",
    "controller-runtime.sigs.k8s.io",
    "credentialprovider.kubelet.k8s.io",
    "ctlptl.dev",
    "eksctl.io",
    "fn.kpt.dev",
    "k0sctl.k0sproject.io",
    "k3d.io",
    "kind.sigs.k8s.io",
    "kind.x-k8s.io",
    "kops.k8s.io",
    "kpt.dev",
    "kubeadm.k8s.io",
    "kubecontrollermanager.config.k8s.io",
    "kubelet.config.k8s.io",
    "kubeproxy.config.k8s.io",
    "kubescheduler.config.k8s.io",
    "meta.pkg.crossplane.io",
    "pod-security.admission.config.k8s.io",
    "scorecard.operatorframework.io",
    "skaffold",
];

/// What is known of tests and of what is claimed.
#[derive(Debug, Default)]
pub struct Unapplied {
    /// Folders that hold a test, with all that lies below.
    folders: FxHashSet<String>,
    /// Files that a test names.
    files: FxHashSet<String>,
    /// Folders with numbered steps.
    steps: FxHashSet<String>,
    /// What Applications and Flux Kustomizations deploy.
    pub claims: Claims,
}

/// Whether a document says something about which others are applied.
pub fn tells(name: &str, root: Node<'_>) -> bool {
    is_test(root) || is_policy_test(name, root) || is_deployment(root)
}

/// Whether a document deploys something from a repository.
pub(super) fn deploys(name: &str, root: Node<'_>) -> bool {
    is_deployment(root) && !is_fixture_folder(name)
}

impl Unapplied {
    /// Takes up the name of a file that [`is_assertion`].
    pub fn assertion(&mut self, name: &str) {
        self.steps.insert(parent(name).to_owned());
    }

    /// Takes up a document that [`tells`].
    pub fn document(&mut self, name: &str, root: Node<'_>) {
        let folder = parent(name);
        if deploys(name, root) {
            self.claims.add(root);
        } else if root.str_at("kind") == Some("TestSuite") {
            // Its folders hold the tests; it may lie at the top of the repository.
            self.folders
                .extend(strings(root, "testDirs").map(|path| resolve(folder, path)).filter(|path| !path.is_empty()));
        } else if is_test(root) || is_policy_test(name, root) {
            self.files.insert(name.to_owned());
            named(root, &mut |path| {
                self.files.insert(resolve(folder, path));
            });
            // A suite of gator names all that it uses, and lies beside what is applied.
            if !folder.is_empty() && root.str_at("kind") != Some("Suite") {
                self.folders.insert(folder.to_owned());
            }
        }
    }

    /// Whether a file belongs to a test, by where it lies and what it is called.
    pub fn is_fixture(&self, name: &str) -> bool {
        let folder = parent(name);
        let above = || std::iter::successors(Some(folder), |at| Some(parent(at)).filter(|_| !at.is_empty()));
        is_fixture_folder(name)
            || is_assertion(name)
            || (!self.files.is_empty() && self.files.contains(name))
            || (!self.folders.is_empty() && above().any(|at| self.folders.contains(at)))
            || (!self.steps.is_empty() && is_step(base(name)) && self.steps.contains(folder))
    }
}

/// Why nobody applies an object as it stands in a file, if so.
pub(super) fn reason(is_fixture: bool, root: Node<'_>) -> Option<SkipReason> {
    if is_answer(root) {
        Some(SkipReason::Recorded)
    } else if is_tool(root) {
        Some(SkipReason::ToolConfiguration)
    } else if is_test(root) || holds_expressions(root) || is_fixture {
        Some(SkipReason::TestFixture)
    } else {
        is_recorded(root).then_some(SkipReason::Recorded)
    }
}

/// The group of an object.
pub(super) fn group(root: Node<'_>) -> &str {
    root.str_at("apiVersion").and_then(|api| api.split_once('/')).map_or("", |(group, _)| group)
}

fn is_test(root: Node<'_>) -> bool {
    TESTS.contains(&group(root))
}

/// A test of Kyverno's command line as it was written before it had an `apiVersion`.
fn is_policy_test(name: &str, root: Node<'_>) -> bool {
    matches!(base(name), "kyverno-test.yaml" | "kyverno-test.yml" | "test.yaml")
        && ["policies", "resources", "results"].iter().all(|field| root.get(field).is_some_and(Node::is_sequence))
}

/// Whether an object is read by a program and not by an API server. Where an `apiVersion` has no group and no version that
/// Kubernetes ever had there, it is one as well (Talos has `v1alpha1`), unless its kind is one of Kubernetes.
fn is_tool(root: Node<'_>) -> bool {
    let group = group(root);
    if group.is_empty() {
        let kind = root.str_at("kind").unwrap_or("");
        return root.str_at("apiVersion") == Some("v1alpha1") && kind.ends_with("Config");
    }
    TOOLS.contains(&group) || (group == "install.istio.io" && is_nameless(root))
}

/// Whether an object has no name, as what `istioctl` reads from a file: the server takes none like that.
fn is_nameless(root: Node<'_>) -> bool {
    let metadata = root.get("metadata");
    !["name", "generateName"].iter().any(|field| metadata.is_some_and(|metadata| metadata.get(field).is_some()))
}

/// Whether an object is what a server answers when it is asked for what it serves: kubectl keeps such answers in its cache.
fn is_answer(root: Node<'_>) -> bool {
    let answers = ["APIGroup", "APIGroupList", "APIGroupDiscoveryList", "APIResourceList", "APIVersions"];
    root.str_at("kind").is_some_and(|kind| answers.contains(&kind)) && root.get("metadata").is_none()
}

/// Whether what identifies an object is an expression, as chainsaw evaluates them.
fn holds_expressions(root: Node<'_>) -> bool {
    let is_one = |text: &str| text.starts_with('(') && text.ends_with(')');
    let metadata = root.get("metadata");
    let of = |field: &str| metadata.and_then(|metadata| metadata.str_at(field)).is_some_and(is_one);
    of("name") || of("namespace")
}

/// Whether an object was read from a cluster: the server's marks are on it.
fn is_recorded(root: Node<'_>) -> bool {
    let Some(metadata) = root.get("metadata") else { return false };
    let marked = |field: &str| metadata.str_at(field).is_some_and(|text| !text.is_empty());
    let filled = |node: Option<Node<'_>>| node.is_some_and(|node| !node.is_null());
    marked("uid") && marked("resourceVersion") && (filled(root.get("status")) || filled(metadata.get("managedFields")))
}

/// Whether a file lies in a folder that holds fixtures by its name. Asked of every object: the names are looked at as bytes.
fn is_fixture_folder(name: &str) -> bool {
    let (mut tests, mut above, mut top) = (false, &b""[..], &b""[..]);
    parent(name).as_bytes().split(|byte| *byte == b'/').any(|folder| {
        let holds = match folder {
            b"testdata" | b"test-data" | b"__fixtures__" | b"test-fixtures" | b".test-fixtures" => true,
            b"fixtures" => tests,
            // `src/test/resources`: where Maven and Gradle look for what tests read.
            b"resources" => matches!((top, above), (b"src", b"test")),
            // `vendor/bundle`: what Bundler put there.
            b"bundle" => above == b"vendor",
            _ => false,
        };
        tests |= matches!(folder, b"test" | b"tests" | b"e2e" | b"spec");
        (top, above) = (above, folder);
        holds
    })
}

/// Whether a file is a numbered step of a test by its base name, as kuttl has them: `01-install.yaml`.
fn is_step(base: &str) -> bool {
    let digits = base.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && base[digits..].starts_with('-')
}

/// Whether a file says what a step has to lead to: `01-assert.yaml`, `01-errors.yaml`.
pub fn is_assertion(name: &str) -> bool {
    let base = base(name);
    let stem = if is_step(base) { base.rsplit_once('.') } else { None };
    let Some((stem, _)) = stem else { return false };
    let words = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    ["-assert", "-errors", "-error"]
        .iter()
        .any(|word| words.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// The files that a test names: strings that end as manifests do.
fn named(root: Node<'_>, take: &mut dyn FnMut(&str)) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(
            node.items().chain(
                node.entries()
                    .filter(|entry| !["policy", "policies", "template", "constraint"].contains(&entry.name))
                    .map(|entry| entry.value),
            ),
        );
        if let Some(text) = node.as_str().filter(|text| text.ends_with(".yaml") || text.ends_with(".yml")) {
            take(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn with<T>(text: &str, ask: impl FnOnce(Node<'_>) -> T) -> T {
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        ask(documents[0].tree.as_ref().expect("it parses").root())
    }

    #[test]
    fn tests_make_fixtures_of_what_belongs_to_them() {
        let mut known = Unapplied::default();
        for name in ["t/steps/00-assert.yaml", "t/steps/00-install.yaml", "deploy/10-web.yaml"] {
            if is_assertion(name) {
                known.assertion(name);
            }
        }
        for (name, text) in [
            (
                "e2e/one/chainsaw-test.yaml",
                "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nspec: {a: [{file: ../shared/x.yaml}]}",
            ),
            ("test.yaml", "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nspec: {file: given.yaml}"),
            (
                "pol/suite.yaml",
                "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: [{template: t.yaml, cases: [{object: samples/a.yaml}]}]",
            ),
            ("k/.kyverno-test/kyverno-test.yaml", "policies: [../p.yaml]\nresources: [r.yaml]\nresults: []"),
        ] {
            with(text, |root| {
                assert!(tells(name, root), "{name}");
                known.document(name, root);
            });
        }
        for name in [
            "t/steps/00-assert.yaml",
            "t/steps/00-install.yaml",
            "e2e/one/app/d.yaml",
            "e2e/shared/x.yaml",
            "given.yaml",
            "pol/samples/a.yaml",
            "k/.kyverno-test/r.yaml",
            "pkg/testdata/a.yaml",
            "tests/unit/fixtures/b.yaml",
        ] {
            assert!(known.is_fixture(name), "{name}");
        }
        for name in ["deploy/10-web.yaml", "e2e/other.yaml", "web.yaml", "pol/t.yaml", "k/p.yaml", "fixtures/a.yaml"] {
            assert!(!known.is_fixture(name), "{name}");
        }
    }

    #[test]
    fn a_uid_alone_makes_no_recording() {
        let recorded = |text: &str| with(text, |root| reason(false, root));
        assert_eq!(
            recorded("metadata: {uid: a, resourceVersion: '1'}\nstatus: {phase: Running}"),
            Some(SkipReason::Recorded)
        );
        for text in [
            "metadata: {uid: a}\nstatus: {}",
            "metadata: {uid: a, resourceVersion: '1'}",
            "metadata: {uid: a, resourceVersion: ''}\nstatus: {}",
        ] {
            assert_eq!(recorded(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_server_answers_is_recorded() {
        let reason = |text: &str| with(text, |root| super::reason(false, root));
        let list = "apiVersion: v1\nkind: APIResourceList\ngroupVersion: apps/v1\nresources: []";
        assert_eq!(reason(list), Some(SkipReason::Recorded));
        assert_eq!(reason("apiVersion: v1\nkind: APIResourceList\nmetadata: {name: a}"), None);
    }

    #[test]
    fn what_programs_read_is_no_object() {
        let reason = |text: &str| with(text, |root| super::reason(false, root));
        for text in [
            "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster",
            "apiVersion: v1alpha1\nkind: VolumeConfig",
            "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: demo}",
        ] {
            assert_eq!(reason(text), Some(SkipReason::ToolConfiguration), "{text}");
        }
        for text in [
            "apiVersion: v1alpha1\nkind: Pod",
            "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}",
            "apiVersion: v1\nkind: Pod",
            "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster",
        ] {
            assert_eq!(reason(text), None, "{text}");
        }
    }

    #[test]
    fn what_lies_among_fixtures_deploys_nothing() {
        let mut known = Unapplied::default();
        let text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./}";
        with(text, |root| known.document("pkg/testdata/ks.yaml", root));
        assert!(!known.claims.is_claimed("x/a.yaml"), "what lies among fixtures deploys nothing");
    }
}
