//! Tests of costs. The numbers are those that Kubernetes' own tests expect of the server's estimator.

use crate::cel::{Env, NoTypes, Sizes, Type, Variable, compile, cost};
use crate::version::KubeVersion;

/// Every path leads to a dozen elements.
struct Dozen;

impl Sizes for Dozen {
    fn largest(&mut self, _: &[&str]) -> Option<u64> {
        Some(12)
    }
}

fn price(text: &str) -> u64 {
    let variables = vec![Variable::new("authorizer", Type::message("kubernetes.authorization.Authorizer"))];
    let mut types = NoTypes;
    let compiled = compile(text, &mut Env::new(KubeVersion(36), variables, &mut types)).expect(text);
    cost(&compiled, &mut Dozen)
}

#[test]
fn what_functions_cost() {
    for (text, cost) in [
        ("'ABCDEFGHIJ abcdefghij'.lowerAscii()", 3),
        ("'ABCDEFGHIJ abcdefghij'.upperAscii() == 'abcdefghij ABCDEFGHIJ'.upperAscii()", 9),
        ("strings.quote('ABCDEFGHIJ abcdefghij') == strings.quote('ABCDEFGHIJ abcdefghij')", 11),
        ("'abc 123 def 123'.replace('', 'x')", 3),
        ("'abc 123 def 123'.split(' ', 1)", 3),
        ("'abc 123 def 123'.findAll('123', 1)", 2),
        ("[1, 2, 3, 4, 5].sum()", 15),
        ("[duration('1s'), duration('2s'), duration('3s'), duration('4s'), duration('5s')].max()", 20),
        ("'01234567890123456789012345678901234567890123456789'.indexOf('123')", 5),
        ("url('https:://kubernetes.io/') == url('https:://kubernetes.io/')", 9),
        ("ip('2001:db8:3333:4444:5555:6666:7777:8888') == ip('192.168.0.1')", 7),
        ("ip.isCanonical('2001:db8:3333:4444:5555:6666:7777:8888')", 8),
        ("cidr('192.168.0.0/16').containsCIDR(cidr('192.0.0.0/30'))", 11),
        ("cidr('192.168.0.0/16').containsIP('192.169.0.1')", 8),
        ("authorizer.group('apps').resource('deployments').namespace('test').check('create').allowed()", 350_005),
        (
            "authorizer.group('').resource('pods').labelSelector('spec.nodeName=example-node-name.fully.qualified.domain.name.example.com')",
            1821,
        ),
        ("quantity('50k').add(20).sub(quantity('100k')).sub(-50000).asInteger() > 0", 7),
        ("format.named('dns1123Label').value().validate('my-name')", 34),
        ("format.named('dns1123Label').value() == format.named('dns1123Label').value()", 11),
        ("sets.contains([1, 2, 3, 4], [2, 3])", 29),
        ("!sets.equivalent([1], [1, 2])", 26),
        ("sets.intersects([1, 1], [1])", 23),
        ("semver('1.0.0').isLessThan(semver('1.1.0'))", 3),
    ] {
        assert_eq!(price(text), cost, "{text}");
    }
}

#[test]
fn what_macros_cost() {
    for (text, cost) in [
        ("{'a': 1, 'b': 2}.all(k, v, v > 0)", 41),
        ("{'a': 1, 'b': 2}.exists(k, v, v > 0)", 43),
        ("{'a': 1, 'b': 2}.existsOne(k, v, v > 0)", 40),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v < 5, v + 1)", 75),
        ("{'a': 1, 'b': 2}.transformMapEntry(k, v, v < 5, {k: v + 1})", 135),
        ("[1, 2].all(i, v, v > 0)", 21),
        ("[1, 2].transformList(i, v, v < 5, v + 1)", 53),
    ] {
        assert_eq!(price(text), cost, "{text}");
    }
}

#[test]
fn costs_end_at_the_bound() {
    let mut text = "true".to_owned();
    for depth in 0..10 {
        text = format!("authorizer.path('/').check('get').reason().split('').all(x{depth}, {text})");
    }
    assert!(price(&text) > u64::MAX / 2);
}
