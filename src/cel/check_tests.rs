//! Tests of the checker: types of expressions, what does not fit, and expressions that are deep.

use crate::cel::{Env, NoTypes, Type, Variable, compile};
use crate::version::KubeVersion;

fn result(text: &str) -> Result<String, String> {
    let variables = vec![
        Variable::new("object", Type::Dyn),
        Variable::new("n", Type::Int),
        Variable::new("s", Type::String),
        Variable::new("list", Type::list(Type::String)),
        Variable::new("map", Type::map(Type::String, Type::Int)),
        Variable::new("maybe", Type::optional(Type::map(Type::String, Type::Int))),
    ];
    let mut types = NoTypes;
    let mut env = Env::new(KubeVersion(36), variables, &mut types);
    compile(text, &mut env).map(|c| c.result.to_string()).map_err(|e| e[0].message.clone())
}

#[test]
fn types_of_expressions() {
    for (text, ty) in [
        ("n + 1 > 2 && s.startsWith('a') || !has(object.x)", "bool"),
        ("object.spec.replicas", "dyn"),
        ("list.map(x, x.size()).sum()", "int"),
        ("list.filter(x, x in map).all(x, map[x] > 0)", "bool"),
        ("list.exists_one(i, v, i > 0 && v == s)", "bool"),
        ("map.transformMap(k, v, v > 1, string(v))", "map(string, string)"),
        ("map.transformList(k, v, k)", "list(string)"),
        ("maybe.?a.orValue(0)", "int"),
        ("maybe.optMap(m, m.size()).orValue(0)", "int"),
        ("maybe[?'a'].hasValue() ? n : -1", "int"),
        ("[?maybe.?a, 2]", "list(int)"),
        ("type(n) == int && [] == [1]", "bool"),
        ("quantity('1Gi').add(2).isGreaterThan(quantity('1'))", "bool"),
        ("sets.contains(list, ['a'])", "bool"),
        ("format.named('uuid').hasValue()", "bool"),
        ("list.sortBy(x, x.size())", "list(string)"),
        ("ip('::1').family() == 6 && cidr('10.0.0.0/8').containsIP('10.1.1.1')", "bool"),
        ("1 < 1.5 && 2u >= 1", "bool"),
        ("{'a': 1}.a + [1, 2][0]", "int"),
        ("object.list.map(x, {'k': x})", "list(map(string, dyn))"),
        ("n == null ? 'a' : s", "!"),
        ("timestamp('2023-01-01T00:00:00Z') - duration('1h')", "timestamp"),
    ] {
        match result(text) {
            Ok(given) => assert_eq!(given, ty, "{text}"),
            Err(why) => assert_eq!(ty, "!", "{text}: {why}"),
        }
    }
}

#[test]
fn what_does_not_fit() {
    for text in [
        "n + s",
        "nope",
        "n.foo",
        "list.all(1, true)",
        "list.all(x, 1)",
        "has(n)",
        "[1, 'a']",
        "['a', object.x]",
        "n > 's'",
        "s.nope()",
        "size(n)",
        "duration('1d')",
        "s.matches('[')",
        "n.map(x, x)",
        "a.b.c(",
        "if",
        "object.?if.x ++ 1",
        "JSONPatch{op: 'add'}",
        "cel.bind(x, 1, x)",
        "map[1]",
    ] {
        assert!(result(text).is_err(), "{text}");
    }
}

#[test]
fn deep_expressions_are_refused_or_taken_without_harm() {
    std::thread::spawn(|| {
        for open in ["(", "[", "-(", "!(", "size(", "object.x[", "{1: "] {
            assert!(result(&open.repeat(5000)).is_err());
            let _ = result(&format!("{}1{}", open.repeat(200), ")".repeat(200)));
        }
        assert!(result(&format!("n{}", "+n".repeat(5000))).is_err());
        assert!(result(&format!("object{}", ".x".repeat(5000))).is_err());
        assert!(result(&format!("true{}", "&& true".repeat(5000))).is_ok());
        let nested = (0..40).fold("true".to_owned(), |inner, i| format!("list.all(x{i}, {inner})"));
        assert_eq!(result(&nested).as_deref(), Ok("bool"));
    })
    .join()
    .expect("no overflow");
}

/// One object whose only field is named like a keyword.
struct Keyword;

impl crate::cel::StructTypes for Keyword {
    fn field(&mut self, _: &crate::cel::StructName, field: &str) -> Option<Type> {
        (field == "__namespace__").then_some(Type::String)
    }

    fn fields(&self, _: &crate::cel::StructName) -> Vec<String> {
        vec!["__namespace__".to_owned()]
    }
}

#[test]
fn fields_named_like_keywords_are_found_as_they_are() {
    let checked = |version, text| {
        let mut types = Keyword;
        let of = Type::Struct(crate::cel::StructName::Place(0));
        let mut env = Env::new(KubeVersion(version), vec![Variable::new("self", of)], &mut types);
        compile(text, &mut env).is_ok()
    };
    assert!(checked(32, "self.namespace == 'a'"));
    assert!(checked(31, "self.__namespace__ == 'a'"));
    assert!(!checked(31, "self.namespace == 'a'"));
    assert!(!checked(36, "self.package == 'a'"));
}
