//! `--set`, `--set-string`, `--set-json`, `--set-file`, `--set-literal`.
//!
//! In: what stands behind such a flag, and the values so far. Out: the values changed, or why Helm refuses it.

use super::super::functions::json::from_json_prefix;
use super::super::template::{Data, Entries, Map, Mark, Text, Value};

/// How values are read.
pub enum Mode<'m> {
    /// `--set`: integers, booleans and null are told from strings.
    Typed,
    /// `--set-string`
    String,
    /// `--set-json`
    Json,
    /// `--set-file`: the value is the name of a file, whose text the function gives.
    File(&'m mut dyn FnMut(&str) -> Result<Value, String>),
    /// `--set-literal`: everything behind the first `=` is the value.
    Literal,
}

/// Largest index of a list.
const MAX_INDEX: i64 = 65_536;
/// Deepest name.
const MAX_NESTING: usize = 30;

/// How reading stopped.
enum Stop {
    End,
    Said(String),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Said(message)
    }
}

impl From<&str> for Stop {
    fn from(message: &str) -> Self {
        Self::Said(message.to_owned())
    }
}

/// Reads one flag into values; `mark` is where it was written.
///
/// # Errors
/// In Helm's words.
pub fn apply(text: &str, values: &Map, mode: Mode<'_>, mark: Mark) -> Result<(), String> {
    let mut parser = SetParser { rest: text.chars().collect(), at: 0, mode, mark };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Said(message)) => return Err(message),
        }
    }
}

struct SetParser<'p> {
    rest: Vec<char>,
    at: usize,
    mode: Mode<'p>,
    mark: Mark,
}

fn set(map: &Map, key: &str, value: Value) {
    if !key.is_empty() {
        map.set(key, value);
    }
}

impl SetParser<'_> {
    fn literal(&self) -> bool {
        matches!(self.mode, Mode::Literal)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.get(self.at).copied();
        self.at += usize::from(c.is_some());
        c
    }

    /// Text up to one of the characters, which is taken too; `None` at the end.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if stops.contains(&c) {
                return (text, Some(c));
            }
            if c == '\\' && !self.literal() {
                match self.next() {
                    Some(next) => text.push(next),
                    None => return (text, None),
                }
            } else {
                text.push(c);
            }
        }
        (text, None)
    }

    fn key(&mut self, map: &Map, nesting: usize) -> Result<(), Stop> {
        let stops: &[char] = if self.literal() { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let (key, last) = self.until(stops);
        match last {
            None if key.is_empty() => Err(Stop::End),
            None => Err(format!("key {key:?} has no value").into()),
            Some('[') => {
                let index = self.index()?;
                let list = match map.get(&key) {
                    None => Vec::new(),
                    Some(Value { data: Data::List(list), .. }) => list.items.to_vec(),
                    Some(other) => return Err(conversion(&other, "[]interface {}")),
                };
                let (list, result) = self.item(list, index, nesting);
                set(map, &key, Value::list(list));
                result
            }
            Some('=') => self.value(map, &key),
            Some(',') => {
                set(map, &key, Value::string(""));
                Err(format!("key {key:?} has no value (cannot end with ,)").into())
            }
            _ => {
                if nesting + 1 > MAX_NESTING {
                    return Err(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_NESTING}"
                    )
                    .into());
                }
                let inner = match map.get(&key) {
                    None => Map::new(Entries::new()),
                    Some(Value { data: Data::Map(inner), .. }) => inner,
                    Some(other) => return Err(conversion(&other, "map[string]interface {}")),
                };
                let result = self.key(&inner, nesting + 1);
                if result.is_ok() && inner.is_empty() {
                    return Err(format!("key map {key:?} has no value").into());
                }
                if !inner.is_empty() {
                    set(map, &key, Data::Map(inner).into());
                }
                result
            }
        }
    }

    fn value(&mut self, map: &Map, key: &str) -> Result<(), Stop> {
        if self.literal() {
            let (text, _) = self.until(&[]);
            set(map, key, self.string(&text));
            return Ok(());
        }
        if matches!(self.mode, Mode::Json) {
            let value = self.json()?;
            set(map, key, value);
            return Ok(());
        }
        match self.list()? {
            Listed::List(list) => {
                set(map, key, list);
                Ok(())
            }
            Listed::End => {
                set(map, key, self.string(""));
                Err(Stop::End)
            }
            Listed::None => {
                let (text, _) = self.until(&[',']);
                let value = self.typed(&text)?;
                set(map, key, value);
                Ok(())
            }
        }
    }

    /// One text as the value that the flag makes of it.
    fn typed(&mut self, text: &str) -> Result<Value, Stop> {
        match &mut self.mode {
            Mode::File(read) => Ok(read(text)?),
            Mode::Typed => Ok(typed(text, self.mark)),
            _ => Ok(self.string(text)),
        }
    }

    fn string(&self, text: &str) -> Value {
        Value::text(Text::new(text, self.mark))
    }

    /// Steps over blanks and a comma; whether no value stands here.
    fn nothing_here(&mut self) -> bool {
        loop {
            match self.rest.get(self.at) {
                None => return true,
                Some(',') => {
                    self.at += 1;
                    return true;
                }
                Some(c) if c.is_whitespace() => self.at += 1,
                Some(_) => return false,
            }
        }
    }

    fn json(&mut self) -> Result<Value, Stop> {
        if self.nothing_here() {
            return Ok(Value::NIL);
        }
        let rest: String = self.rest[self.at..].iter().collect();
        let (value, len) = from_json_prefix(&rest)?;
        self.at += rest[..len].chars().count();
        self.nothing_here();
        Ok(value)
    }

    /// `{a,b}`
    fn list(&mut self) -> Result<Listed, Stop> {
        match self.rest.get(self.at) {
            None => return Ok(Listed::End),
            Some('{') => self.at += 1,
            Some(_) => return Ok(Listed::None),
        }
        let mut items = Vec::new();
        loop {
            let (text, last) = self.until(&[',', '}']);
            match last {
                None => return Err("list must terminate with '}'".into()),
                Some('}') => {
                    if self.rest.get(self.at) == Some(&',') {
                        self.at += 1;
                    }
                    items.push(self.typed(&text)?);
                    return Ok(Listed::List(Value::list(items)));
                }
                Some(_) => items.push(self.typed(&text)?),
            }
        }
    }

    fn index(&mut self) -> Result<i64, Stop> {
        let (text, last) = self.until(&[']']);
        if last.is_none() {
            return Err(Stop::End);
        }
        let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let value = plain.then(|| text.parse::<i64>().ok()).flatten();
        value.ok_or_else(|| Stop::Said(format!("error parsing index: strconv.Atoi: parsing {text:?}: invalid syntax")))
    }

    /// What stands behind `name[i]`; the list as it is then, also where something is wrong.
    fn item(&mut self, list: Vec<Value>, index: i64, nesting: usize) -> (Vec<Value>, Result<(), Stop>) {
        let mut list = list;
        let result = self.item_into(&mut list, index, nesting);
        (list, result)
    }

    fn item_into(&mut self, list: &mut Vec<Value>, index: i64, nesting: usize) -> Result<(), Stop> {
        if index < 0 {
            return Err(format!("negative {index} index not allowed").into());
        }
        let (text, last) = self.until(&['[', '.', '=']);
        if !text.is_empty() {
            return Err(format!("unexpected data at end of array index: {text:?}").into());
        }
        match last {
            None => Err(Stop::End),
            Some('=') => {
                let value = if self.literal() {
                    let (text, _) = self.until(&[]);
                    self.string(&text)
                } else if matches!(self.mode, Mode::Json) {
                    self.json()?
                } else {
                    match self.list()? {
                        Listed::List(list) => list,
                        Listed::End => self.string(""),
                        Listed::None => {
                            let (text, _) = self.until(&[',']);
                            self.typed(&text)?
                        }
                    }
                };
                put(list, index, value)
            }
            Some('[') => {
                let inner_index = self.index()?;
                let inner = match list.get(index as usize).map(|value| &value.data) {
                    None | Some(Data::Nil) => Vec::new(),
                    Some(Data::List(inner)) => inner.items.to_vec(),
                    Some(_) => return Err(conversion(&list[index as usize], "[]interface {}")),
                };
                let (inner, result) = self.item(inner, inner_index, nesting);
                result?;
                put(list, index, Value::list(inner))
            }
            Some(_) => {
                let inner = match list.get(index as usize).map(|value| &value.data) {
                    Some(Data::Map(inner)) => inner.clone(),
                    _ => Map::new(Entries::new()),
                };
                if list.len() > index as usize {
                    list[index as usize] = Data::Map(inner.clone()).into();
                }
                self.key(&inner, nesting)?;
                put(list, index, Data::Map(inner).into())
            }
        }
    }
}

enum Listed {
    List(Value),
    End,
    None,
}

fn conversion(value: &Value, wanted: &str) -> Stop {
    let is = if value.is_nil() { "nil" } else { value.type_name() };
    Stop::Said(format!("unable to parse key: interface conversion: interface {{}} is {is}, not {wanted}"))
}

fn put(list: &mut Vec<Value>, index: i64, value: Value) -> Result<(), Stop> {
    if index > MAX_INDEX {
        return Err(format!("index of {index} is greater than maximum supported index of {MAX_INDEX}").into());
    }
    let index = index as usize;
    if list.len() <= index {
        list.resize(index + 1, Value::NIL);
    }
    list[index] = value;
    Ok(())
}

fn typed(text: &str, mark: Mark) -> Value {
    let plain = |data: Data| Value { data, mark };
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("false") {
        return plain(Data::Bool(is("true")));
    }
    if is("null") {
        return Value::NIL;
    }
    if text == "0" {
        return plain(Data::Int64(0));
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !text.starts_with('0')
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && let Ok(int) = text.parse::<i64>()
    {
        return plain(Data::Int64(int));
    }
    Value::text(Text::new(text, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(flags: &[&str]) -> Result<String, String> {
        let map = Map::new(Entries::new());
        for flag in flags {
            apply(flag, &map, Mode::Typed, Mark::NONE)?;
        }
        let bytes = super::super::super::template::print::bytes(&Value::from(Data::Map(map)))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn flags_are_read_as_helm_reads_them() {
        for (flags, want) in [
            (&["a.b=1,c=true,d=x\\,y"][..], "map[a:map[b:1] c:true d:x,y]"),
            (&["l[1]=q"], "map[l:[<nil> q]]"),
            (&["l={}"], "map[l:[]]"),
            (&["l={a,2}", "n=007"], "map[l:[a 2] n:007]"),
            (&["l[0].a=1", "l[0].b=2"], "map[l:[map[a:1 b:2]]]"),
            (&["=x"], "map[]"),
        ] {
            assert_eq!(shown(flags).as_deref(), Ok(want), "{flags:?}");
        }
        assert!(shown(&["image=null", "image.tag=x"]).is_err());
        assert!(shown(&["l[-1]=x"]).is_err());
    }
}
