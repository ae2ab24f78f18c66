//! What a file that could not be read may hold of what is missing elsewhere.

use crate::common::program::{of_rule, report, told, tree};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      serviceAccountName: runner\n      containers: [{name: web, image: 'web:1'}]\n";
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec:\n  selector: {app: shop, release: blue}\n  ports: [{port: 80}]\n";
const BROKEN: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    metadata:\n      labels:\n        app: shop\n        release: \"blue\"\n    spec:\n     containers:\n    - name: a\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: runner\n";

#[test]
fn what_a_file_that_does_not_parse_has_by_its_lines_is_not_missing() {
    let check = |broken: &str, name: &str| {
        let dir = tree(&[("web/web.yaml", WEB), ("svc/service.yaml", SERVICE), (name, broken)]);
        let found = report(dir.path(), &["check"]);
        (told(&found, of_rule("dangling-service-selector")), told(&found, of_rule("yaml-syntax")).len(), found)
    };
    let (told_of, syntax, found) = check(BROKEN, "x/shop.yaml");
    assert_eq!((told_of, syntax), (vec!["info dangling-service-selector svc/service.yaml:5".to_owned()], 1));
    let help = found["findings"].as_array().expect("a list").iter().find(|f| f["rule"] == "dangling-service-selector");
    let help = help.and_then(|finding| finding["help"].as_str()).unwrap_or_default();
    assert!(help.contains("`x/shop.yaml`, which could not be read, has it by its lines"), "{help}");
    // Half of the labels are not all of them.
    let other = BROKEN.replace("release: \"blue\"", "release: green");
    assert_eq!(check(&other, "x/shop.yaml").0, ["warning dangling-service-selector svc/service.yaml:5"]);
    // Of what lies beside it nobody knows all.
    assert_eq!(check(&other, "svc/shop.yaml").0, ["info dangling-service-selector svc/service.yaml:5"]);
}

#[test]
fn a_mark_in_capitals_makes_a_template() {
    let marked = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    metadata:\n      labels:\n        app: shop\n        release: blue\n        GEN_DATE_LABEL\n    spec:\n      containers:\n      - name: a\n        GEN_IMAGE|-image: shop:1-|\n";
    let dir = tree(&[("web/web.yaml", WEB), ("svc/service.yaml", SERVICE), ("x/shop.yaml", marked)]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, of_rule("yaml-syntax")), Vec::<String>::new());
    assert_eq!(crate::common::program::ledger(&found), ["x/shop.yaml template"]);
    assert_eq!(
        told(&found, of_rule("dangling-service-selector")),
        ["info dangling-service-selector svc/service.yaml:5"]
    );
}

#[test]
fn the_labels_of_a_budget_are_looked_for() {
    let budget = |label: &str| {
        format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: shop}}\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: {label}\n"
        )
    };
    let check = |label: &str| {
        let dir = tree(&[("web/web.yaml", WEB), ("pdb/a.yaml", &*budget(label)), ("x/shop.yaml", BROKEN)]);
        told(&report(dir.path(), &["check"]), of_rule("dangling-pdb-selector"))
    };
    assert_eq!(check("shop"), ["info dangling-pdb-selector pdb/a.yaml:6"]);
    assert_eq!(check("news"), ["warning dangling-pdb-selector pdb/a.yaml:6"]);
}
