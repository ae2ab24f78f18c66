//! Folders from which nobody applies anything to a cluster that matters.
//!
//! In: the name of a file, or of a kustomization root, below what was asked for. Out: what it lies in: an archive, tests, a
//! drawer of tools, or examples. Names alone decide, and only those that are used for nothing else.

use crate::workspace::environments::names_environment;

use super::bundles::numbers;

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corner {
    /// What is shown to be copied.
    Examples,
    /// Tests, benchmarks and tools that are run by hand.
    Trials,
    /// What was taken out of use.
    Archive,
}

/// With a dot or an underscore before them, too.
const ARCHIVES: &[&str] = &[
    "archive",
    "archived",
    "archives",
    "attic",
    "decommissioned",
    "deprecated",
    "disabled",
    "graveyard",
    "historical",
    "legacy",
    "obsolete",
    "retired",
    "trash",
    "unused",
];
const TRIALS: &[&str] = &[
    "tests",
    "__snapshots__",
    "__tests__",
    "testdata",
    "benchmark",
    "benchmarks",
    "hack",
    ".github",
    ".snapshots",
    ".taskfiles",
    ".tools",
    ".ci",
    "canondata",
    "chaos-tests",
    "conformance",
    "debug",
    "debugging",
    "dev-env",
    "dev-scripts",
    "devenv",
    "fixtures",
    "functests",
    "functional-tests",
    "functional_tests",
    "functionaltests",
    "golden",
    "invalid",
    "invalid-examples",
    "load-tests",
    "playground",
    "poc",
    "scenarios",
    "scratch",
    "smoke",
    "smoke-tests",
    "test-files",
    "test-resources",
    "test_files",
];
const EXAMPLES: &[&str] = &[
    "docs",
    "documentation",
    "example",
    "examples",
    "generated-examples",
    "generated_examples",
    "quickstarts",
    "sample",
    "sample-manifests",
    "samples",
    "tutorial",
    "tutorials",
    "workshop",
];
/// A folder whose name ends so was replaced by another one.
const REPLACED: &[&str] = &[
    "-old",
    "_old",
    ".old",
    "-bak",
    "_bak",
    ".bak",
    "-deprecated",
    "_deprecated",
    ".deprecated",
    "-disabled",
    "_disabled",
    ".disabled",
    "-archived",
    ".archived",
];

/// What a file or folder lies in; nothing where it may well be applied. `test` is an environment to some: it counts at the top
/// alone, and where no other environment stands beside it.
pub fn corner(name: &str, test_is_no_environment: bool) -> Option<Corner> {
    let folders: Vec<String> = name.split('/').map(str::to_ascii_lowercase).collect();
    let any = |names: &[&str]| folders.iter().any(|folder| names.contains(&folder.as_str()));
    let first = folders.first().map(String::as_str);
    // Further down, `ci` may be where the applications lie that build others.
    let by_hand = matches!(first, Some("ci" | "scripts" | "tools")) && folders.len() > 1;
    let test =
        (test_is_no_environment && matches!(first, Some("test" | "testing" | "integration")) && folders.len() > 1)
            || by_hand
            || is_of_tests(&folders);
    if folders.iter().any(|folder| is_archive(folder)) || is_replaced(&folders) || name.split('/').any(is_backup) {
        Some(Corner::Archive)
    } else if any(TRIALS)
        || test
        || is_template(name)
        || is_development(&folders)
        || (test_is_no_environment && is_trial(name))
    {
        Some(Corner::Trials)
    } else {
        any(EXAMPLES).then_some(Corner::Examples)
    }
}

/// Whether a folder is one for tests, or of a specification, by more than its own name: `e2e-tests`, `src/test`, `test/integration`,
/// `web-test-support`, `specs/003-login/contracts`.
fn is_of_tests(folders: &[String]) -> bool {
    const ENDS: [&str; 7] = [
        "-test-server",
        "-test-support",
        "functional-test",
        "integration-test",
        "integration-tests",
        "stress-test",
        "stress-tests",
    ];
    const SORTS: [&str; 8] = ["config", "data", "fixtures", "integration", "kind", "manifests", "resources", "unit"];
    let folders = &folders[..folders.len().saturating_sub(1)];
    let says = |folder: &String| {
        folder.split(['-', '_', '.']).any(|word| word == "e2e")
            || ENDS.iter().any(|end| folder.ends_with(end))
            || ["_hack", "_test", "_tests"].contains(&folder.as_str())
    };
    let pairs = || folders.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str()));
    folders.iter().any(says)
        || pairs()
            .any(|(outer, inner)| (outer == "src" && inner == "test") || (is_test(outer) && SORTS.contains(&inner)))
        || is_of_design(folders)
}

fn is_test(folder: &str) -> bool {
    matches!(folder, "test" | "testing")
}

/// Whether a folder holds what a design document shows: `specs/003-login/contracts`.
fn is_of_design(folders: &[String]) -> bool {
    let numbered = |folder: &String| folder.split_once('-').is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    folders.first().is_some_and(|top| top == "specs") && folders.get(1).is_some_and(numbered)
}

fn is_archive(folder: &str) -> bool {
    ARCHIVES.contains(&folder.strip_prefix(['.', '_']).unwrap_or(folder))
}

/// Whether a folder says that another one took its place. At the top `old` may be what somebody calls an application.
fn is_replaced(folders: &[String]) -> bool {
    let folders = &folders[..folders.len().saturating_sub(1)];
    folders.iter().any(|folder| REPLACED.iter().any(|end| folder.ends_with(end)))
        || folders.iter().skip(1).any(|folder| folder == "old")
        || folders.iter().any(|folder| matches!(folder.as_str(), ".old" | "_old"))
}

/// Whether a folder in the `config/` of an operator is for its development: `config/dev-databases`, `config/e2e-kind`.
fn is_development(folders: &[String]) -> bool {
    let is_one = |folder: &str| {
        folder == "testing" || ["dev-", "local-", "e2e-", "test-"].iter().any(|start| folder.starts_with(start))
    };
    let folders = &folders[..folders.len().saturating_sub(1)];
    folders.windows(2).any(|pair| pair[0] == "config" && is_one(&pair[1]))
}

/// Whether somebody kept a folder as it was: `BACKUP-2024`. In small letters it may be the name of what makes backups.
fn is_backup(folder: &str) -> bool {
    folder.strip_prefix("BACKUP").is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a file is a sample of an operator, in `config/samples`, and all of these sets that take it in are for the operator's bundle.
pub fn is_sample<'s>(name: &str, sets: impl IntoIterator<Item = &'s str>) -> bool {
    const BUNDLES: [&str; 4] = ["bundle", "manifests", "olm", "samples"];
    let of_operator = |set: &str| {
        let mut folders = set.split('/').skip_while(|folder| *folder != "config");
        folders.any(|folder| BUNDLES.contains(&folder))
    };
    let is_one = name.starts_with("config/samples/") || name.contains("/config/samples/");
    is_one && sets.into_iter().all(of_operator)
}

/// Whether a file's name or folder says that another project, or a program, made what stands in it.
pub fn is_vendored(name: &str) -> bool {
    let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
    // What `operator-sdk generate bundle` makes of `config/`.
    let is_bundle = folders == "bundle/manifests" || folders.ends_with("/bundle/manifests");
    is_bundle
        || folders.split('/').any(|folder| VENDORED.contains(&folder) || matches!(folder, "upstream" | "generated"))
        || [".gen.", ".generated.", "-generated."].iter().any(|part| file.contains(part))
        || file.starts_with("zz_generated")
}

/// Whether a file's name says that a program fills it in first: `job.tmpl.yaml`.
fn is_template(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    [".tmpl.", ".template.", ".tpl."].iter().any(|part| file.contains(part))
}

/// The same, or that it is a template of some sort: `job-template.yaml`, `template.yaml`.
pub fn is_named_template(name: &str) -> bool {
    let stem = name.rsplit('/').next().unwrap_or_default().rsplit_once('.').map_or("", |(stem, _)| stem);
    let says = |part: &str| {
        part == "template" || ["-template", "_template", "-tmpl", "_tmpl"].iter().any(|end| part.ends_with(end))
    };
    is_template(name) || stem.split('.').any(says)
}

/// Whether a folder says that what lies in it is filled in first: `kubernetes-templates`, Ansible's `roles/web/templates`.
pub fn is_in_templates(name: &str) -> bool {
    let is_one =
        |folder: &str| folder == "templates" || ["-templates", "_templates"].iter().any(|end| folder.ends_with(end));
    name.rsplit('/').skip(1).any(is_one)
}

/// Folders of what others maintain.
const VENDORED: &[&str] = &["third_party", "third-party", "vendor", "vendored"];
/// More of them, which say less of who made what lies there: a generator of web pages copies to `_site`.
const COPIED: &[&str] = &["_site", "thirdparty"];

/// Whether a file lies among what nobody edits there. `external` is said of much else: of charts alone it says that.
pub fn is_third_party(name: &str, in_chart: bool) -> bool {
    let folders = || name.split('/').rev().skip(1);
    let known = |folder: &str| VENDORED.contains(&folder) || COPIED.contains(&folder);
    // At the top, the version is the repository's own.
    let of_release = || folders().zip(folders().skip(1)).any(|(own, _)| is_version(own));
    folders().any(|folder| known(folder) || is_release(folder) || (in_chart && folder == "external")) || of_release()
}

/// Whether a folder is what an archive of a release unpacks to: `istio-1.20.0`.
fn is_release(folder: &str) -> bool {
    let Some((project, version)) = folder.rsplit_once('-') else { return false };
    !project.is_empty() && is_version(version)
}

/// Whether a folder is called by the version of a release: `v2.3.0`, `0.80.3-rc.1`.
fn is_version(folder: &str) -> bool {
    numbers(folder).is_some_and(|numbers| numbers.len() == 3)
}

/// Whether a file's name says that what stands in it is run by hand, to see whether something works.
fn is_trial(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml")).unwrap_or_default();
    const NAMES: [&str; 9] = [
        "debug",
        "debug-container",
        "debug-pod",
        "debug-tools",
        "debugging-tools",
        "test",
        "test-app",
        "test-pod",
        "testpod",
    ];
    const ENDS: [&str; 6] = ["-debug-container", "-debug-pod", "-test-app", "-test-pod", "smoke-test", "smoketest"];
    NAMES.contains(&stem) || ENDS.iter().any(|end| stem.ends_with(end))
}

/// Whether a folder is for clusters on somebody's own machine, or a file for being copied: what is secret there is no secret.
pub fn holds_throwaways(name: &str) -> bool {
    const LOCAL: &[&str] = &["local", "localhost", "crc", "k3d", "kind", "minikube", ".devcontainer", "devcontainer"];
    const CLUSTERS: &[&str] = &[
        "k8s-local",
        "kind-local",
        "local-cluster",
        "local-clusters",
        "local-dev",
        "local-env",
        "local-development",
        "local-k8s",
        "local-kind",
    ];
    let lower = name.to_ascii_lowercase();
    let mut parts = lower.split('/').rev();
    let file = parts.next().unwrap_or_default();
    let sample = |word: &str| file.starts_with(&format!("{word}-")) || file.contains(&format!("-{word}."));
    parts.any(|folder| LOCAL.contains(&folder) || CLUSTERS.contains(&folder)) || sample("example") || sample("sample")
}

/// Whether a folder is for a cluster on which somebody develops: `overlays/dev`, `k8s/minikube`.
pub fn is_for_development(folder: &str) -> bool {
    const NAMES: [&str; 10] =
        ["crc", "dev", "development", "k3d", "kind", "local", "local-dev", "localdev", "minikube", "sandbox"];
    folder.split('/').any(|folder| NAMES.contains(&folder.to_ascii_lowercase().as_str()))
}

/// Whether a folder at the top is named like an environment, or like what environments have in common.
pub fn is_environment(folder: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    folder == "base" || names_environment(&folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_not_applied() {
        let of = |name: &str| corner(name, true);
        assert_eq!(of("apps/.archive/web/a.yaml"), Some(Corner::Archive));
        assert_eq!(of("test/e2e/a.yaml"), Some(Corner::Trials));
        assert_eq!(of("src/__TESTS__/a.yaml"), Some(Corner::Trials));
        assert_eq!(of(".taskfiles/rook/wipe.tmpl.yaml"), Some(Corner::Trials));
        assert_eq!(of("examples/a.yaml"), Some(Corner::Examples));
        assert_eq!(of("archive/examples/a.yaml"), Some(Corner::Archive));
        assert_eq!(of("BACKUP-2024/web/a.yaml"), Some(Corner::Archive));
        assert_eq!(of("web/manifests-old/a.yaml"), Some(Corner::Archive));
        assert_eq!(of("docs/setup/a.yaml"), Some(Corner::Examples));
        assert_eq!(of("apps/web/smoke-test.yaml"), Some(Corner::Trials));
        for name in [
            "apps/_disabled/a.yaml",
            "deprecated/a.yaml",
            "apps/.unused/a.yaml",
            "apps/old/a.yaml",
            "apps/web.disabled/templates/a.yaml",
            "op/legacy/a.yaml",
        ] {
            assert_eq!(of(name), Some(Corner::Archive), "{name}");
        }
        for name in [
            "ci/db/a.yaml",
            "cluster/.tools/a.yaml",
            "config/dev-databases/a.yaml",
            "infra/debugging-tools.yml",
            "api/e2e_test/a.yaml",
            "zfs/e2e-tests/apps/a.yaml",
            "core/src/test/helm-output/a.yaml",
            "metrics/test/integration/manifests/a.yaml",
            "spring-test-support/src/main/resources/a.yaml",
            "aws/modules/fixtures/a.yaml",
            "_hack/a.yaml",
            "scripts/minio/a.yaml",
            "chart/.snapshots/full.yaml",
            "apps/argo-stress-test/a.yaml",
            "config/testing/a.yaml",
            "testing/kind/a.yaml",
            "x/testing/manifests/a.yaml",
            "functests/minio.yaml",
            "k8s/overlays/staging/nfs-test-server/a.yaml",
            "specs/003-login/contracts/a.yaml",
            "functests/a.yaml",
            "specs/003-login/contracts/route.yaml",
        ] {
            assert_eq!(of(name), Some(Corner::Trials), "{name}");
        }
        assert!(holds_throwaways("local-clusters/a/secret.yaml") && holds_throwaways("base/example-secret.yaml"));
        assert!(!holds_throwaways("apps/local-path/secret.yaml") && !holds_throwaways("apps/web/secret.yaml"));
        for name in [
            "a.yaml",
            "overlays/test/a.yaml",
            "apps/archiver/a.yaml",
            "backup/a.yaml",
            "apps/backup-web/a.yaml",
            "apps/dev-portal/a.yaml",
            "config/local-registry.yaml",
            "apps/ci/jenkins/a.yaml",
            "old/a.yaml",
            "k8s/testing.yaml",
            "apps/testing/a.yaml",
            "specs/web/a.yaml",
            "specs/contracts/a.yaml",
            "sample.yaml",
            "clusters/eu/test/a.yaml",
            "apps/web-test/a.yaml",
            "apps/tools/a.yaml",
            "tools.yaml",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
        assert_eq!(corner("test/a.yaml", false), None);
        assert!(is_vendored("bundle/manifests/a.yaml") && is_vendored("op/bundle/manifests/a.yaml"));
        assert!(!is_vendored("bundle/a.yaml") && !is_vendored("my-bundle/manifests/a.yaml"));
        assert!(is_third_party("apps/vendor/x/a.yaml", false) && is_third_party("external/x/templates/a.yaml", true));
        assert!(
            is_third_party("data/flux/v2.3.0/rbac.yaml", false) && is_third_party("c/loki/0.80.3-rc.1/a.yaml", true)
        );
        assert!(!is_third_party("apps/v1.26/a.yaml", false) && !is_third_party("apps/10.0.0.1/a.yaml", false));
        assert!(!is_third_party("external/a.yaml", false) && !is_third_party("apps/vendor.yaml", false));
        assert!(
            is_third_party("istio-1.20.0/samples/a.yaml", false) && is_third_party("x/argo-cd-v2.1.10/a.yaml", true)
        );
        assert!(!is_third_party("web-1.20/a.yaml", false) && !is_third_party("1.20.0/a.yaml", false));
    }
}
