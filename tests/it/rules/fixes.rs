//! Every fix against its own fixtures, and the promises that each fix makes.
//!
//! `UPDATE=1 cargo test --test it rules` writes the `fixed` fixtures of rules with a fix anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kubevet::config::Selection;
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::finding::{Applicability, Severity};
use kubevet::report::Report;
use kubevet::rule::RuleInfo;

use crate::common::registry;

use super::{NAME, errors, lines_expected, names_in, piped, read, root, settings};

/// The `fail` fixtures of a rule that have a `fixed` one, with the names of both.
fn pairs(id: &str) -> Vec<(String, String)> {
    let names = names_in(&root("fixtures/rules").join(id));
    let fixed = names.iter().filter_map(|name| Some((name.replacen("fixed", "fail", 1), name.strip_prefix("fixed")?)));
    fixed.filter(|(fail, _)| names.contains(fail)).map(|(fail, rest)| (fail, format!("fixed{rest}"))).collect()
}

/// A fixture without its marks: the text that somebody would have written.
fn unmarked(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.split_once("# expect: ") {
            Some((before, _)) => format!("{}\n", before.trim_end()),
            None => line.to_owned(),
        })
        .collect()
}

/// The text after all fixes of a rule.
fn fixed_text(rule: &RuleInfo, text: &str, most: Applicability) -> String {
    let mut changes = Engine::new(settings(rule, text)).fix(piped(text, Vec::new()), &Request::policy(), most).changes;
    changes.remove(NAME).map_or_else(|| text.to_owned(), |(_, after)| after)
}

fn fixing() -> impl Iterator<Item = (&'static RuleInfo, Applicability)> {
    registry().policy().filter_map(|rule| Some((rule.as_ref(), rule.fix?)))
}

#[test]
fn fixes_give_the_fixed_fixtures() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (rule, most) in fixing() {
        let id = rule.id.as_str();
        let folder = root("fixtures/rules").join(id);
        let pairs = pairs(id);
        assert!(!pairs.is_empty(), "{id} fixes what it finds and has no `fixed` fixture of a `fail` one");
        for (fail, fixed) in pairs {
            let before = unmarked(&read(&folder.join(&fail)));
            let after = fixed_text(rule, &before, most);
            if update {
                fs::write(folder.join(&fixed), &after).expect("fixtures/ can be written");
            }
            if after != read(&folder.join(&fixed)) {
                wrong.push(format!("{id}/{fixed} is not what becomes of {fail}:\n{after}"));
            }
            if errors(rule, &after).len() > errors(rule, &before).len() {
                wrong.push(format!("{id}/{fixed} is less valid than {fail}"));
            }
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 cargo test --test it rules\n{}", wrong.join("\n"));
}

/// A rule says that it fixes what it finds exactly where it does, and a safe fix needs no more than `--fix`.
#[test]
fn rules_declare_their_fixes() {
    for rule in registry().policy() {
        let id = rule.id.as_str();
        let folder = root("fixtures/rules").join(id);
        let fails = names_in(&folder).into_iter().filter(|name| name.starts_with("fail"));
        let found = fails.map(|name| {
            let text = unmarked(&read(&folder.join(&name)));
            let engine = Engine::new(settings(rule, &text));
            engine.check(&piped(&text, Vec::new()), &Request::policy()).report.findings
        });
        let offered: BTreeSet<Applicability> = found
            .flatten()
            .filter(|finding| finding.rule == id)
            .filter_map(|finding| finding.fix.map(|fix| fix.applicability))
            .collect();
        assert_eq!(
            offered.last().copied(),
            rule.fix,
            "{id}: the fixes offered for its `fail` fixtures are {offered:?}"
        );
    }
}

/// What a fix leaves alone is reported again, so that nothing is lost in silence.
#[test]
fn every_fixed_fixture_had_something_to_fix() {
    for (rule, _) in fixing() {
        let id = rule.id.as_str();
        for (fail, _) in pairs(id) {
            let text = read(&root("fixtures/rules").join(id).join(&fail));
            assert!(!lines_expected(id, &text).is_empty(), "{id}/{fail}");
        }
    }
}

/// A fix that would make its document less valid is taken back; others of the same file are not.
#[test]
fn what_would_become_less_valid_is_left_alone() {
    let text = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gateways.networking.istio.io}
spec:
  group: networking.istio.io
  names: {kind: Gateway, plural: gateways, singular: gateway, listKind: GatewayList}
  scope: Namespaced
  versions:
    - name: v1beta1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: web, namespace: shop}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {hosts: [web.example.com], http: [{route: [{destination: {host: web}}]}]}
";
    let rule = registry().find("deprecated-custom-api").expect("the rule is there");
    let fixed = fixed_text(rule, text, Applicability::Unsafe);
    let service = "networking.istio.io/v1beta1\nkind: VirtualService";
    assert_eq!(fixed, text.replace(service, "networking.istio.io/v1\nkind: VirtualService"));
}

/// What the server refuses, by file and document.
fn refused(report: &Report) -> BTreeMap<(String, Option<u32>), usize> {
    let mut refused = BTreeMap::new();
    let errors = report.findings.iter().filter(|f| f.category.is_validity() && f.severity == Severity::Error);
    for finding in errors {
        let file = report.sources.get(finding.source()).name.clone();
        *refused.entry((file, finding.document)).or_default() += 1;
    }
    refused
}

/// All fixes of all rules together come to an end, and make no document worse.
#[test]
fn whole_trees_are_fixed_to_a_fixpoint() {
    let selection = Selection { profile: Some("strict".to_owned()), ..Selection::default() };
    let (engine, request) = (Engine::new(Settings { selection, ..Settings::default() }), Request::policy());
    for (folder, least) in [("fixtures/bad", 25), ("fixtures/good", 0)] {
        let tree = Snapshot::of_paths(vec![root(folder)]);
        let before = refused(&engine.check(&tree, &request).report);
        let done = engine.fix(tree.clone(), &request, Applicability::Unsafe);
        assert!(done.fixes >= least, "{folder}: only {} fixes", done.fixes);
        for (place, count) in refused(&done.outcome.report) {
            assert!(before.get(&place).is_some_and(|before| *before >= count), "{place:?} is less valid");
        }
        let texts = done.changes.into_iter().map(|(name, (_, after))| (name, after.into_bytes()));
        let again = engine.fix(tree.with_texts(texts), &request, Applicability::Unsafe);
        assert_eq!(again.fixes, 0, "{folder}: {:?}", again.changes.keys().collect::<Vec<_>>());
    }
}

const PODS: &str = r#"{
  "apiVersion": "v1",
  "kind": "List",
  "items": [
    {
      "apiVersion": "v1",
      "kind": "Pod",
      "metadata": {"name": "web", "namespace": "shop"},
      "spec": {"hostPID": true, "containers": [{"name": "web", "image": "registry.example.com/shop/web:1.4.2"}]}
    },
    {
      "apiVersion": "v1",
      "kind": "Pod",
      "metadata": {"name": "api", "namespace": "shop"},
      "spec": {
        "containers": [{"name": "api", "image": "registry.example.com/shop/api:1.4.2"}]
      }
    }
  ]
}
"#;

/// Items of a List in a JSON file stay JSON, laid out as the rest.
#[test]
fn json_is_fixed_as_json() {
    let rule = |id: &str| registry().find(id).expect("the rule is there");
    let text = fixed_text(rule("host-pid"), PODS, Applicability::Unsafe);
    assert_eq!(text, PODS.replace("\"hostPID\": true, ", ""));
    let text = fixed_text(rule("service-account-token-mounted"), PODS, Applicability::Unsafe);
    let compact = "registry.example.com/shop/web:1.4.2\"}]";
    let on_lines = "registry.example.com/shop/api:1.4.2\"}]";
    let field = "\"automountServiceAccountToken\": false";
    let want = PODS.replace(compact, &format!("{compact}, {field}"));
    assert_eq!(text, want.replace(on_lines, &format!("{on_lines},\n        {field}")));
}

/// What an alias or a merge key brings in stands elsewhere too: it is left alone, and line breaks are kept as they are.
#[test]
fn what_is_shared_is_left_alone() {
    let rule = registry().find("privilege-escalation-allowed").expect("the rule is there");
    let pod = |name: &str, containers: &str| {
        format!("apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: {name}\r\nspec:\r\n  containers:\r\n{containers}")
    };
    let image = "image: registry.example.com/shop/web:1.4.2\r\n";
    let shared =
        pod("shared", &format!("    - &base\r\n      name: a\r\n      {image}    - <<: *base\r\n      name: b\r\n"));
    let alias = pod(
        "alias",
        &format!(
            "    - name: a\r\n      {image}      securityContext: &s {{}}\r\n    - name: b\r\n      {image}      securityContext: *s\r\n"
        ),
    );
    let plain = pod("plain", &format!("    - name: a\r\n      {image}"));
    let text = format!("{shared}---\r\n{alias}---\r\n{plain}");
    let added = "      securityContext:\r\n        allowPrivilegeEscalation: false\r\n";
    assert_eq!(fixed_text(rule, &text, Applicability::Unsafe), format!("{text}{added}"));
}

/// Two replicas are nobody's wish but of those who ask for them.
#[test]
fn remarks_are_fixed_unsafely_where_their_rule_is_selected() {
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers: [{name: a, image: example.com/a:1.2.3}]
";
    let fixed = |select: &[&str]| {
        let select = select.iter().map(|&rule| rule.to_owned()).collect();
        let selection = Selection { select, ..Selection::default() };
        let piped = Snapshot::default().with_stdin("a.yaml".to_owned(), text.as_bytes().to_vec());
        let engine = Engine::new(Settings { selection, ..Settings::default() });
        let fixed = engine.fix(piped, &Request::policy(), Applicability::Unsafe);
        fixed.changes.into_values().map(|(_, after)| after).collect::<String>()
    };
    assert!(!fixed(&[]).contains("replicas: 2"));
    assert!(fixed(&["single-replica"]).contains("replicas: 2"));
}
