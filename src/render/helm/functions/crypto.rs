//! What is random or secret: keys, certificates, passwords.
//!
//! In: what to make. Out: a stand-in of the right shape, marked as generated: a rendering here and one by Helm never agree
//! on such a value, so nothing may be concluded from it. No secret is ever made.

use std::rc::Rc;

use super::super::template::arguments::{int, text};
use super::super::template::object::{Object, ObjectKind};
use super::super::template::{CallResult, Data, Function, Machine, Mark, Text, Type, Value};
use super::fixed;
use crate::go::base64;
use Type::{Any, Certificate, Int, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "randAlphaNum" => fixed(&[Int], |m, a| filler(m, int(a, 0), "k3Y7q")),
        "randAlpha" => fixed(&[Int], |m, a| filler(m, int(a, 0), "kYqXa")),
        "randNumeric" => fixed(&[Int], |m, a| filler(m, int(a, 0), "42731")),
        "randAscii" => fixed(&[Int], |m, a| filler(m, int(a, 0), "k3Y7q")),
        "randBytes" => fixed(&[Int], |m, a| {
            let count = usize::try_from(int(a, 0)).map_err(|_| "runtime error: makeslice: len out of range")?;
            m.spend(count.saturating_mul(2))?;
            generated(m, base64::encode(&vec![0x5a; count]))
        }),
        "randInt" => fixed(&[Int, Int], |m, a| {
            if int(a, 1) <= int(a, 0) {
                return Err("invalid argument to Intn".into());
            }
            let mark = m.marks.generated(Mark::NONE);
            Ok(Value { data: Data::Int(int(a, 0)), mark })
        }),
        "shuffle" => fixed(&[Str], |m, a| {
            let mark = text(a, 0).mark(&mut m.marks);
            let mark = m.marks.generated(mark);
            Ok(Value::text(text(a, 0).marked(mark)))
        }),
        "uuidv4" => fixed(&[], |m, _| generated(m, "5d2ad3f5-5d2a-4d3f-95d2-ad3f55d2ad3f")),
        "bcrypt" => fixed(&[Str], |m, a| {
            if text(a, 0).len() > MOST_HASHED {
                return Ok(Value::string(TOO_LONG));
            }
            generated(m, BCRYPT)
        }),
        "htpasswd" => fixed(&[Str, Str], |m, a| {
            // sprig prints what is wrong in place of the hash.
            let user = text(a, 0);
            if user.bytes().contains(&b':') {
                return Ok(Value::string(format!("invalid username: {}", user.str())));
            }
            if text(a, 1).len() > MOST_HASHED {
                return Ok(Value::string(format!("{}:{TOO_LONG}", user.str())));
            }
            generated(m, format!("{}:{BCRYPT}", user.str()))
        }),
        "derivePassword" => fixed(&[Type::Int64, Str, Str, Str, Str], |m, a| {
            let known = ["long", "maximum", "medium", "short", "basic", "pin"];
            let kind = text(a, 1);
            match known.iter().find(|name| name.as_bytes() == kind.bytes()) {
                Some(_) => generated(m, "ZedaFaxcZaso9*"),
                None => Ok(Value::string(format!("cannot find password template {}", kind.str()))),
            }
        }),
        "genPrivateKey" => fixed(&[Str], |m, a| {
            let header = match &*text(a, 0).str() {
                "" | "rsa" => "RSA",
                "dsa" => "DSA",
                "ecdsa" => "EC",
                "ed25519" => return generated(m, pem("PRIVATE KEY")),
                other => return Ok(Value::string(format!("Unknown type {other}"))),
            };
            generated(m, pem(&format!("{header} PRIVATE KEY")))
        }),
        "genCA" => fixed(&[Str, Int], |m, _| certificate(m)),
        "genCAWithKey" => fixed(&[Str, Int, Str], |m, _| certificate(m)),
        "genSelfSignedCert" => fixed(&[Str, Any, Any, Int], |m, a| alternatives(m, a, 1)),
        "genSelfSignedCertWithKey" => fixed(&[Str, Any, Any, Int, Str], |m, a| alternatives(m, a, 1)),
        "genSignedCert" => fixed(&[Str, Any, Any, Int, Certificate], |m, a| alternatives(m, a, 1)),
        "genSignedCertWithKey" => fixed(&[Str, Any, Any, Int, Certificate, Str], |m, a| alternatives(m, a, 1)),
        "buildCustomCert" => fixed(&[Str, Str], custom),
        "encryptAES" => fixed(&[Str, Str], |m, a| {
            let blocks = text(a, 1).len() / 16 + 2;
            generated(m, base64::encode(&vec![0x5a; blocks * 16]))
        }),
        "decryptAES" => fixed(&[Str, Str], |m, a| {
            let (_, encoded) = (text(a, 0), text(a, 1));
            if !is_base64(encoded.bytes()) {
                return Err(format!("illegal base64 data at input byte {}", encoded.len()).into());
            }
            if encoded.is_empty() {
                return Ok(Value::string(""));
            }
            generated(m, "")
        }),
        _ => None,
    }
}

const BCRYPT: &str = "$2a$10$q3Y7kq3Y7kq3Y7kq3Y7kquq3Y7kq3Y7kq3Y7kq3Y7kq3Y7kq3Y7k2";
/// Longest password that bcrypt hashes, and what sprig gives for a longer one.
const MOST_HASHED: usize = 72;
const TOO_LONG: &str = "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";

fn generated(machine: &mut Machine, shown: impl AsRef<[u8]>) -> CallResult {
    let mark = machine.marks.generated(Mark::NONE);
    Ok(Value::text(Text::new(shown, mark)))
}

fn filler(machine: &mut Machine, count: i64, letters: &str) -> CallResult {
    let Ok(count) = usize::try_from(count) else { return Ok(Value::string("")) };
    machine.spend(count)?;
    let shown: String = letters.chars().cycle().take(count).collect();
    generated(machine, shown)
}

fn pem(label: &str) -> String {
    format!("-----BEGIN {label}-----\nR2VuZXJhdGVk\n-----END {label}-----\n")
}

fn certificate(machine: &mut Machine) -> CallResult {
    let mark = machine.marks.generated(Mark::NONE);
    let text = |shown: String| Value::text(Text::new(shown, mark));
    let fields = vec![("Cert", text(pem("CERTIFICATE"))), ("Key", text(pem("RSA PRIVATE KEY")))];
    Ok(Data::Object(Rc::new(Object { kind: ObjectKind::Certificate, fields })).into())
}

/// A certificate with IP addresses and names: both lists of strings, or nil.
fn alternatives(machine: &mut Machine, arguments: &[Value], first: usize) -> CallResult {
    for (i, what) in [(first, "ip"), (first + 1, "alternate name")] {
        match &arguments[i].data {
            Data::Absent | Data::Nil => {}
            Data::List(list) => {
                for item in list.items.iter() {
                    let Some(text) = item.as_text() else {
                        return Err(format!("error parsing {what}: {} is not a string", item.type_name()).into());
                    };
                    if what == "ip" && text.str().parse::<std::net::IpAddr>().is_err() {
                        return Err("error parsing ip".into());
                    }
                }
            }
            _ => return Err("reflect: call of reflect.Value.Len on a value that is no list".into()),
        }
    }
    certificate(machine)
}

fn is_base64(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|b| !matches!(b, b'\n' | b'\r')).count();
    digits.is_multiple_of(4) && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=\r\n".contains(b))
}

/// A certificate out of two PEM texts in base64.
fn custom(machine: &mut Machine, arguments: &[Value]) -> CallResult {
    for (i, what) in [(0, "certificate"), (1, "private key")] {
        let given = text(arguments, i);
        if !is_base64(given.bytes()) {
            return Err(format!("unable to decode base64 {what}").into());
        }
        let decoded = base64::decode(&given.str()).unwrap_or_default();
        if !String::from_utf8_lossy(&decoded).contains("-----BEGIN ") {
            return Err(format!("unable to decode {what}").into());
        }
    }
    certificate(machine)
}
