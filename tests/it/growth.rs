//! What many objects have in common is looked at once, and said in a message of bounded length.

use std::path::Path;

use crate::common::files::write;
use crate::common::program::run;

/// Runs `kubevet check` in a folder; the lines that it prints, without the summary.
fn check(folder: &Path, select: &str) -> Vec<String> {
    let out = run(folder, &["check", "-q", "-f", "concise", "--select", select, "."]);
    assert!(out.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect()
}

fn deployment(name: &str, labels: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 3\n  \
         selector: {{matchLabels: {labels}}}\n  template:\n    metadata: {{labels: {labels}}}\n    spec:\n      \
         containers:\n      - {{name: web, image: 'web:1', ports: [{{containerPort: 80, name: http}}]}}\n---\n"
    )
}

fn service(name: &str, selector: &str, target: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  selector: {selector}\n  \
         ports: [{{port: 80, targetPort: {target}}}]\n---\n"
    )
}

#[test]
fn kustomizations_that_name_a_folder_twice_end() {
    let dir = tempfile::tempdir().expect("a folder");
    for level in 0..28 {
        let text = format!("resources: [../k{next}, ../k{next}]\n", next = level + 1);
        write(dir.path(), &format!("k{level}/kustomization.yaml"), &text);
    }
    write(dir.path(), "k28/kustomization.yaml", "resources: [a.yaml]\n");
    write(dir.path(), "k28/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n");
    assert_eq!(check(dir.path(), "duplicate-object"), Vec::<String>::new());
}

#[test]
fn selectors_select_by_group_as_they_do_one_by_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = String::new();
    for n in 0..40 {
        text += &deployment(&format!("a{n}"), "{app: a, tier: web}");
        text += &deployment(&format!("b{n}"), &format!("{{app: b, part: p{n}}}"));
    }
    for (name, selector, target) in [
        ("all-of-a", "{tier: web, app: a}", "http"),
        ("one-of-b", "{app: b, part: p7}", "8080"),
        ("many-of-b", "{app: b}", "htp"),
        ("none", "{app: a, part: p7}", "http"),
    ] {
        text += &service(name, selector, target);
    }
    write(dir.path(), "all.yaml", &text);
    let said = check(dir.path(), "dangling-service-selector,service-target-port-mismatch");
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("one-of-b` declares a port `8080`"), "{said:?}");
    assert!(said[1].contains("many-of-b` declares a port `htp`"), "{said:?}");
    assert!(said[2].contains("none` selects no pods"), "{said:?}");
}

#[test]
fn two_budgets_are_named_however_many_there_are() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = deployment("web", "{app: web}") + &deployment("other", "{app: other}");
    for n in 0..50 {
        text += &format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{}, namespace: shop}}\nspec:\n  \
             maxUnavailable: 1\n  selector: {{matchLabels: {{app: web}}}}\n---\n",
            n / 25
        );
    }
    write(dir.path(), "all.yaml", &text);
    let said = check(dir.path(), "overlapping-budgets");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("two PodDisruptionBudgets, `b0` and `b1`"), "{said:?}");
}

#[test]
fn a_long_circle_names_its_first_members() {
    let dir = tempfile::tempdir().expect("a folder");
    let one = |n: usize| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: k{n}, namespace: a}}\n\
             spec: {{interval: 1m, prune: true, sourceRef: {{kind: GitRepository, name: s}}, dependsOn: [{{name: k{}}}]}}\n---\n",
            (n + 1) % 30
        )
    };
    write(dir.path(), "all.yaml", &(0..30).map(one).collect::<String>());
    let said = check(dir.path(), "cyclic-flux-dependency");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("`k8` and `k9` and 20 more wait for each other"), "{said:?}");
}

#[test]
fn entries_of_ignore_are_found_by_name_and_by_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let map = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: a, image: a}}]}}\n"
        )
    };
    for (file, name) in [("a/x.yaml", "one"), ("b/c/x.yaml", "two"), ("d/x.yaml", "three"), ("e/x.yaml", "four")] {
        write(dir.path(), file, &map(name));
    }
    let ignore = "ignore:\n- {rule: latest-image-tag, name: one}\n- {rule: images, path: b/}\n- {name: th*}\n\
                  - {rule: latest-image-tag, name: five}\n";
    write(dir.path(), "kubevet.yaml", ignore);
    let said = check(dir.path(), "latest-image-tag,unused-suppression");
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("e/x.yaml")), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("kubevet.yaml:5")), "{said:?}");
}

#[test]
fn entries_of_ignore_are_found_by_what_their_patterns_begin_with() {
    let dir = tempfile::tempdir().expect("a folder");
    for (file, name) in [("a/b/x.yaml", "web-1"), ("c/y.yaml", "web-2"), ("d/z.yaml", "db"), ("e/z.yaml", "we")] {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: a, image: a}}]}}\n"
        );
        write(dir.path(), file, &pod);
    }
    let ignore = "ignore:\n- {rule: latest-image-tag, name: \"web-*\"}\n- {rule: latest-image-tag, path: \"d/*.yaml\"}\n\
                  - {rule: latest-image-tag, name: \"dbx*\"}\n- {rule: latest-image-tag, path: \"**/none.yaml\"}\n";
    write(dir.path(), "kubevet.yaml", ignore);
    let said = check(dir.path(), "latest-image-tag,unused-suppression");
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("e/z.yaml")), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("kubevet.yaml:4")), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("kubevet.yaml:5")), "{said:?}");
}

fn limit_ranges(n: usize) -> String {
    let range = |i: usize| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: l{i}, namespace: shop}}\nspec:\n  limits: [{{type: Container, \
             max: {{memory: {}Mi}}}}]\n---\n",
            10 + (i + 3) % n
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n    - name: a\n      image: a:1\n      \
               resources: {limits: {memory: 1Gi}}\n";
    (0..n).map(range).collect::<String>() + pod
}

#[test]
fn of_many_limit_ranges_the_narrowest_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "all.yaml", &limit_ranges(8));
    assert_eq!(check(dir.path(), "limit-range-violated").len(), 8);
    write(dir.path(), "all.yaml", &limit_ranges(9));
    let said = check(dir.path(), "limit-range-violated");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("allows: `10Mi`"), "{said:?}");
}

/// ConfigMaps of one name: more than are looked at one by one, some of them of no namespace.
#[test]
fn keys_count_of_all_objects_that_may_be_meant() {
    let dir = tempfile::tempdir().expect("a folder");
    let map = |namespace: &str, key: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{namespace}}}\ndata: {{{key}: x}}\n---\n")
    };
    let pod = |namespace: &str, key: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {key}, namespace: {namespace}}}\nspec:\n  containers:\n    - name: a\n      \
             image: a:1\n      env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: m, key: {key}}}}}}}]\n---\n"
        )
    };
    let mut text: String = (0..20).map(|i| map(&format!(", namespace: n{i}"), &format!("key{i}"))).collect();
    text += &map("", "of-any");
    for key in ["key3", "of-any", "key4"] {
        text += &pod("n3", key);
    }
    write(dir.path(), "all.yaml", &text);
    let said = check(dir.path(), "dangling-configmap-key");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("has no key `key4`"), "{said:?}");
}

#[test]
fn comments_that_say_the_same_count_as_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
    let comments = "# kubevet: ignore[latest-image-tag] known\n".repeat(3) + "# kubevet: ignore[host-port] known\n";
    write(dir.path(), "a.yaml", &format!("{comments}{pod}"));
    let said = check(dir.path(), "latest-image-tag,host-port,unused-suppression");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("a.yaml:4") && said[0].contains("`ignore[host-port]`"), "{said:?}");
}
