//! Validation of the API group `apiextensions.k8s.io`.
//!
//! In: a CustomResourceDefinition. Out: violations of its rules, except those on metadata. Mirrors
//! `apiextensions-apiserver/pkg/apis/apiextensions/validation`. The server checks an older form of the object, in which
//! what all versions have in common stands once at the top: its paths are reported (see `layout`).

mod approval;
mod columns;
mod conversion;
mod definition;
mod layout;
mod names;
mod schema;
mod selectable;
mod version;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    // Older versions, written otherwise, are served no more.
    if object.gvk.kind == "CustomResourceDefinition" && object.gvk.version == "v1" {
        definition::validate(object, errors);
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::{violations, violations_in};

    /// A definition with this schema, in one version.
    fn with_schema(schema: &str) -> String {
        with_versions(&format!(
            "  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {schema}}}}}\n"
        ))
    }

    fn with_versions(versions: &str) -> String {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: tills.shop.example}}\n\
             spec:\n  group: shop.example\n  scope: Cluster\n  names: {{plural: tills, kind: Till}}\n  versions:\n{versions}"
        )
    }

    fn in_schema(schema: &str) -> Vec<String> {
        let found = violations(&with_schema(schema));
        found.into_iter().map(|v| v.replace("spec.validation.openAPIV3Schema", "S")).collect()
    }

    #[test]
    fn what_all_versions_say_is_checked_at_the_top() {
        assert!(in_schema("{type: object}").is_empty());
        assert_eq!(in_schema("{type: nope}"), ["invalid S.type", "not-supported S.type"]);
        let two = "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n  \
                   - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: array}}}\n";
        let found = violations(&with_versions(two));
        assert!(found.contains(&"invalid spec.versions[1].schema.openAPIV3Schema.type".to_owned()), "{found:?}");
        let none = "  - {name: v1, served: true, storage: false}\n";
        assert_eq!(
            violations(&with_versions(none)),
            [
                "invalid spec.versions",
                "invalid status.storedVersions",
                "required spec.versions[0].schema.openAPIV3Schema"
            ]
        );
    }

    #[test]
    fn schemas_are_structural() {
        let properties = |schema: &str| in_schema(&format!("{{type: object, properties: {{x: {schema}}}}}"));
        assert_eq!(properties("{}"), ["required S.properties[x].type"]);
        assert!(properties("{x-kubernetes-int-or-string: true}").is_empty());
        assert!(properties("{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}").is_empty());
        let conditions = properties("{type: string, anyOf: [{type: integer}]}");
        assert_eq!(conditions, ["forbidden S.properties[x].anyOf[0].type"]);
        assert_eq!(properties("{type: array}"), ["required S.properties[x].items"]);
        assert_eq!(
            in_schema("{type: object, properties: {}, oneOf: [{properties: {w: {minLength: 1}}}]}"),
            ["required S.properties[w]"]
        );
        assert_eq!(in_schema("{type: object, $schema: x}"), ["invalid S"]);
    }

    #[test]
    fn defaults_obey_their_schema() {
        let x = |schema: &str| in_schema(&format!("{{type: object, properties: {{x: {schema}}}}}"));
        assert!(x("{type: integer, default: 5, minimum: 1}").is_empty());
        assert_eq!(x("{type: integer, default: 0, minimum: 1}"), ["invalid S.properties[x].default"]);
        assert_eq!(
            x("{type: object, default: {a: 1}, properties: {a: {type: string}}}"),
            ["type-invalid S.properties[x].default.a"]
        );
        assert_eq!(x("{type: object, default: {b: 1}}"), ["invalid S.properties[x].default"]);
        // Unknown fields are kept, but not in what is declared below.
        let kept = "type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object}}";
        assert!(x(&format!("{{{kept}, default: {{b: {{c: 1}}}}}}")).is_empty());
        assert_eq!(x(&format!("{{{kept}, default: {{a: {{c: 1}}}}}}")), ["invalid S.properties[x].default"]);
        assert_eq!(
            in_schema("{type: object, properties: {metadata: {type: object, default: {}}}}"),
            ["forbidden S.properties[metadata].default"]
        );
    }

    #[test]
    fn defaults_have_the_format_of_their_schema() {
        let x = |schema: &str| in_schema(&format!("{{type: object, properties: {{x: {schema}}}}}"));
        for (format, good, bad) in [
            ("hostname", "till.example", "no_host"),
            ("email", "till@shop.example", "till"),
            ("isbn", "0321751043", "0321751044"),
            ("hexcolor", "#ffcc00", "#ffcc0"),
        ] {
            let default = |text: &str| x(&format!("{{type: string, format: {format}, default: {text:?}}}"));
            assert!(default(good).is_empty(), "{format}");
            assert_eq!(default(bad), ["type-invalid S.properties[x].default"], "{format}");
        }
    }

    #[test]
    fn what_the_server_says_of_a_whole_default_has_its_path() {
        let x = |schema: &str| in_schema(&format!("{{type: object, properties: {{x: {schema}}}}}"));
        assert_eq!(
            x("{type: object, properties: {a: {type: integer, format: int32}}, default: {a: 2147483648}}"),
            ["invalid S.properties[x].default"]
        );
        assert!(x("{x-kubernetes-int-or-string: true, default: true}").is_empty());
        assert_eq!(x("{type: string, pattern: '^\\d$', default: \"١\"}"), ["invalid S.properties[x].default"]);
    }

    #[test]
    fn rules_compile_against_the_types_of_the_schema() {
        let rule = |rule: &str| {
            in_schema(&format!(
                "{{type: object, properties: {{m: {{type: integer}}, a-b: {{type: array, items: {{type: string}}}}, \
                 port: {{x-kubernetes-int-or-string: true}}}}, x-kubernetes-validations: [{{rule: {rule:?}}}]}}"
            ))
        };
        for good in [
            "self.m > 0 && self.metadata.name != 'x'",
            "self.a__dash__b.all(s, s.size() < 5)",
            "type(self.port) == int ? self.port > 1 : self.port == 'http'",
            "self.m >= oldSelf.m",
        ] {
            assert!(rule(good).is_empty(), "{good}: {:?}", rule(good));
        }
        for bad in ["self.m > 'a'", "self.nope", "self.m", "self.metadata.labels.size() > 0", "object.m == 1", "self."]
        {
            assert_eq!(rule(bad), ["invalid S.x-kubernetes-validations[0].rule"], "{bad}");
        }
    }

    #[test]
    fn the_schema_that_crashes_the_server() {
        let version = "  - {name: v1, served: true, storage: true, selectableFields: [{jsonPath: .spec}], \
                       schema: {openAPIV3Schema: {type: object, $ref: x}}}\n";
        let found = violations(&with_versions(version));
        assert!(found.contains(&"internal spec.selectableFields".to_owned()), "{found:?}");
        let old = violations_in(&with_versions(version), 30);
        assert!(!old.contains(&"internal spec.selectableFields".to_owned()), "{old:?}");
    }

    #[test]
    fn deep_schemas_do_no_harm() {
        let deep = format!("{}{{type: string}}{}", "{type: object, properties: {x: ".repeat(3000), "}}".repeat(3000));
        std::thread::spawn(move || in_schema(&deep)).join().expect("no overflow");
    }
}
