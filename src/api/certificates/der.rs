//! Just enough of DER to see whether a certificate or a request for one has the right structure.
//!
//! In: bytes. Out: [`Value`]s, and the few facts the server asks of them. Signatures are not verified: that needs every
//! algorithm there is, and a request whose signature is wrong but whose structure is right is no slip of the pen.

/// Universal tags, and the context tags of the two structures.
const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const ATTRIBUTES: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// 2.5.4.10, `O` in a distinguished name.
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
/// 2.5.29.19.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];

/// A value: its tag and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Value<'a> {
    tag: u8,
    content: &'a [u8],
}

/// Reads the values in a constructed one's content, one after the other.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    fn next(&mut self) -> Option<Value<'a>> {
        let (&tag, rest) = self.rest.split_first()?;
        // Tags of several bytes do not occur in either structure.
        let (length, rest) = length(rest).filter(|_| tag & 0x1f != 0x1f)?;
        let (content, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Value { tag, content })
    }

    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|value| value.tag == tag).map(|value| value.content)
    }

    fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

/// A length in its shortest form.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    let (digits, rest) = rest.split_at_checked(count).filter(|_| (1..=4).contains(&count))?;
    let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
    (digits[0] != 0 && length >= 0x80).then_some((length, rest))
}

/// The only value in `bytes`, if it has that tag.
fn only(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    reader.expect(tag).filter(|_| reader.is_at_end())
}

/// The parts of a structure that all signed things have: what is signed, and the rest in order.
fn signed(bytes: &[u8]) -> Option<&[u8]> {
    let mut outer = Reader::new(only(bytes, SEQUENCE)?);
    let body = outer.expect(SEQUENCE)?;
    algorithm(outer.expect(SEQUENCE)?)?;
    outer.expect(BIT_STRING)?;
    outer.is_at_end().then_some(body)
}

fn algorithm(content: &[u8]) -> Option<()> {
    Reader::new(content).expect(OBJECT_ID).map(drop)
}

fn public_key(content: &[u8]) -> Option<()> {
    let mut reader = Reader::new(content);
    algorithm(reader.expect(SEQUENCE)?)?;
    reader.expect(BIT_STRING)?;
    reader.is_at_end().then_some(())
}

/// The organizations of the subject of a certificate request (PKCS #10); nothing where the bytes are none.
pub fn request_organizations(bytes: &[u8]) -> Option<Vec<String>> {
    let mut body = Reader::new(signed(bytes)?);
    body.expect(INTEGER)?;
    let subject = body.expect(SEQUENCE)?;
    public_key(body.expect(SEQUENCE)?)?;
    body.expect(ATTRIBUTES)?;
    organizations(subject).filter(|_| body.is_at_end())
}

/// The organizations in a distinguished name.
fn organizations(name: &[u8]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut sets = Reader::new(name);
    while !sets.is_at_end() {
        let mut set = Reader::new(sets.expect(SET)?);
        while !set.is_at_end() {
            let mut pair = Reader::new(set.expect(SEQUENCE)?);
            let kind = pair.expect(OBJECT_ID)?;
            let value = pair.next()?;
            if kind == ORGANIZATION {
                found.push(String::from_utf8_lossy(value.content).into_owned());
            }
        }
    }
    Some(found)
}

/// Whether a certificate (X.509) is one of an authority; nothing where the bytes are no certificate.
pub fn is_authority(bytes: &[u8]) -> Option<bool> {
    let mut body = Reader::new(signed(bytes)?);
    let mut extensions = None;
    let mut parts = 0;
    while !body.is_at_end() {
        let part = body.next()?;
        match part.tag {
            EXTENSIONS => extensions = only(part.content, SEQUENCE),
            _ => parts += 1,
        }
    }
    // Version (since version 2), serial number, algorithm, issuer, validity, subject, key.
    if parts < 6 {
        return None;
    }
    Some(extensions.is_some_and(|list| basic_constraints(list).unwrap_or(false)))
}

/// What the extension for basic constraints says of authority.
fn basic_constraints(list: &[u8]) -> Option<bool> {
    let mut extensions = Reader::new(list);
    while !extensions.is_at_end() {
        let mut extension = Reader::new(extensions.expect(SEQUENCE)?);
        let is_wanted = extension.expect(OBJECT_ID)? == BASIC_CONSTRAINTS;
        let mut value = extension.next()?;
        if value.tag == BOOLEAN {
            value = extension.next()?;
        }
        if is_wanted && value.tag == OCTET_STRING {
            let content = only(value.content, SEQUENCE)?;
            return Some(Reader::new(content).expect(BOOLEAN).is_some_and(|flag| flag == [0xff]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
        let content = parts.concat();
        [vec![tag, content.len() as u8], content].concat()
    }

    fn request(attributes: bool) -> Vec<u8> {
        let id = value(OBJECT_ID, &[ORGANIZATION.to_vec()]);
        let pair = value(SEQUENCE, &[id.clone(), value(0x0c, &[b"system:masters".to_vec()])]);
        let name = value(SEQUENCE, &[value(SET, &[pair])]);
        let algorithm = value(SEQUENCE, &[id]);
        let key = value(SEQUENCE, &[algorithm.clone(), value(BIT_STRING, &[vec![0]])]);
        let mut parts = vec![value(INTEGER, &[vec![0]]), name, key];
        if attributes {
            parts.push(value(ATTRIBUTES, &[]));
        }
        value(SEQUENCE, &[value(SEQUENCE, &parts), algorithm, value(BIT_STRING, &[vec![0, 1]])])
    }

    #[test]
    fn requests() {
        let good = request(true);
        assert_eq!(request_organizations(&good), Some(vec!["system:masters".to_owned()]));
        assert_eq!(request_organizations(&request(false)), None);
        assert_eq!(request_organizations(&good[..good.len() - 1]), None);
        assert_eq!(request_organizations(&[good, vec![0]].concat()), None);
        assert_eq!(request_organizations(b""), None);
    }

    #[test]
    fn lengths_are_in_their_shortest_form() {
        assert_eq!(length(&[0x7f]), Some((0x7f, &[][..])));
        assert_eq!(length(&[0x81, 0x80]), Some((0x80, &[][..])));
        for bad in [&[0x81, 0x7f][..], &[0x82, 0x00, 0x80], &[0x80], &[0x85, 1, 1, 1, 1, 1], &[]] {
            assert_eq!(length(bad), None, "{bad:?}");
        }
    }
}
