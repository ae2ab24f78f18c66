//! Secrets inside texts: connection strings, command lines, and whole files of configuration.
//!
//! In: a value, and the name of the file it stands for. Out: what kind of secret is written out in it.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use super::names::{Asks, asks_of, asks_of_option, may_name_secret, stems_in, words};
use super::pairs::{Pair, pairs};
use super::values::{self, Looks, looks};
use crate::go::base64;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Keys and values, of whatever syntax; scripts of a shell.
    Settings,
    /// A program: only quoted literals are values.
    Code,
    /// Something that values are put into: what stands in it in one line is none.
    Template,
    /// Prose: keys and values in it are examples.
    Prose,
}

impl Sort {
    /// How a file, or the text of a key, of that name is to be read.
    pub fn of(name: &str) -> Self {
        const CODE: &[&str] = &[
            "py",
            "js",
            "mjs",
            "cjs",
            "ts",
            "jsx",
            "tsx",
            "go",
            "rb",
            "java",
            "lua",
            "rego",
            "php",
            "groovy",
            "pl",
            "ps1",
            "tpl",
            "tmpl",
            "j2",
            "erb",
            "rs",
            "c",
            "h",
            "cpp",
            "cs",
            "kt",
            "scala",
            "jsonnet",
            "libsonnet",
        ];
        const PROSE: &[&str] = &["md", "html", "htm", "css", "svg", "rst", "adoc", "txt", "graphql", "proto"];
        let lower = name.to_ascii_lowercase();
        if lower.ends_with("template") {
            return Self::Template;
        }
        match lower.rsplit('.').next().unwrap_or_default() {
            end if CODE.contains(&end) => Self::Code,
            end if PROSE.contains(&end) => Self::Prose,
            _ => Self::Settings,
        }
    }
}

/// The password that a URL carries: `scheme://user:PASSWORD@host`. Nothing where it is a reference or a placeholder.
pub fn url_password(value: &str) -> Option<&str> {
    // Asked of whole files, too.
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
    let mut rest = value;
    while let Some(at) = MARK.find(rest.as_bytes()) {
        let behind = &rest[at + MARK.needle().len()..];
        let authority = behind.split(['/', '?', '#', ' ', '\n', '"', '\'', '<', '>']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
        let literal = |password: &&str| looks(password) == Looks::Value && !password.contains(['*', '\\', '(', '[']);
        if let Some(password) = password.filter(literal) {
            return Some(password);
        }
        rest = behind;
    }
    None
}

/// What is written out in a value of one line, whatever its name: the password of a URL, of a connection string, of an
/// option.
pub fn in_line(value: &str) -> Option<&'static str> {
    if url_password(value).is_some() || oracle_password(value) || dsn_password(value) {
        return Some("a URL with a password");
    }
    if !may_name_secret(value) && !value.contains("sig=") && !value.contains("auth") {
        return programs(value);
    }
    let is_secret = |pair: &Pair<'_>| pair.by != b':' && is_literal(pair) && can_be_in_line(pair, value);
    if let Some(found) = pairs(value).find(is_secret) {
        return Some(if found.by == b'=' { "a text with a password or key" } else { "an option with a password" });
    }
    let json = value.trim_start().starts_with(['{', '[']);
    json.then(|| in_text(Sort::Settings, value)).flatten().or_else(|| programs(value))
}

fn can_be_in_line(pair: &Pair<'_>, all: &str) -> bool {
    match pair.key {
        "sig" => pair.value.len() > 39 && all.contains("sv="),
        "PWD" => values::can_be(Asks::Password, pair.value),
        key => values::can_be(asks_of_option(key, pair.value), pair.value),
    }
}

/// Whether a quoted value in a program is long and drawn at random from all signs, as the key of Django is: nothing is put into it.
fn is_drawn(pair: &Pair<'_>) -> bool {
    let digits = pair.value.bytes().filter(u8::is_ascii_digit).count();
    let filled = ["${", "$(", "{", "%s", "\\", "<", "*."].iter().any(|mark| pair.value.contains(mark));
    let variable =
        pair.value.split('$').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'));
    pair.quoted
        && pair.value.len() > 15
        && digits > 2
        && !filled
        && !variable
        && !pair.value.contains([' ', '[', '/', '|'])
}

fn is_literal(pair: &Pair<'_>) -> bool {
    !pair.value.contains(['(', ')', '{', '}', '[', ']', '$', '<', '>', '*', '\\']) && pair.key != pair.value
}

/// `jdbc:oracle:thin:USER/PASSWORD@host`.
fn oracle_password(value: &str) -> bool {
    let login = value.split_once("jdbc:oracle:").and_then(|(_, rest)| rest.split_once('@')).map(|(login, _)| login);
    let password = login.and_then(|login| login.split_once('/')).map(|(_, password)| password);
    password.is_some_and(|password| looks(password) == Looks::Value)
}

/// `USER:PASSWORD@tcp(host:port)/database`, as Go's MySQL driver has it.
fn dsn_password(value: &str) -> bool {
    let login = ["@tcp(", "@unix("].iter().find_map(|mark| value.split_once(mark)).map(|(login, _)| login);
    let password =
        login.and_then(|login| login.rsplit([' ', '=', '"']).next()?.split_once(':')).map(|(_, password)| password);
    password.is_some_and(|password| looks(password) == Looks::Value && !password.contains('%'))
}

/// A variable that holds a user and a password in one: `NEO4J_AUTH=neo4j/PASSWORD`, `BASIC_AUTH=user:PASSWORD`.
pub(super) fn login_of(name: &str, value: &str) -> Option<&'static str> {
    let between = match name {
        "NEO4J_AUTH" => '/',
        _ if name.ends_with("BASIC_AUTH") => ':',
        _ => return None,
    };
    let (user, password) = value.split_once(between)?;
    let literal = looks(password) == Looks::Value && !password.contains(char::is_whitespace);
    (literal && !user.is_empty() && !user.contains('/')).then_some("a login")
}

/// Clients of MySQL, whose `-p` has the password in the same word.
const MYSQL: &[&str] =
    &["mysql ", "mysqldump ", "mysqladmin ", "mysqlcheck ", "mariadb ", "mariadb-dump ", "mariadb-admin "];

/// The password in a word `-pPASSWORD` behind a client of MySQL.
fn mysql_password(value: &str) -> Option<&'static str> {
    let (_, rest) = MYSQL.iter().find_map(|program| value.split_once(program))?;
    let ends = |c: char| matches!(c, ';' | '|' | '\n');
    let mut words = rest.split(ends).next()?.split_whitespace();
    let literal = |given: &str| {
        let given = given.trim_matches(['"', '\'']);
        given.len() > 3 && looks(given) == Looks::Value && !given.contains(['$', '(', '*', '<', '{', '`', '"', '\''])
    };
    words.any(|word| word.strip_prefix("-p").is_some_and(literal)).then_some("an option with a password")
}

/// What an argument holds, given the program that it goes to and the option before it.
pub fn in_program(program: &str, option: &str, text: &str) -> Option<&'static str> {
    let program = program.rsplit('/').next()?;
    let by_option = PROGRAMS.iter().any(|(known, given, _)| known.trim_end() == program && *given == option);
    let of_mysql = text.starts_with("-p") && MYSQL.iter().any(|known| known.trim_end() == program);
    if !(by_option || of_mysql) || text.contains(char::is_whitespace) {
        return None;
    }
    programs(&format!("{program} {option} {text}"))
}

/// Programs, their options, and whether these take `USER:PASSWORD`.
const PROGRAMS: &[(&str, &str, bool)] =
    &[("curl ", "-u", true), ("curl ", "--user", true), ("redis-cli ", "-a", false), ("sshpass ", "-p", false)];

/// Passwords that some programs take as an option that does not name them: `curl -u user:password`.
fn programs(value: &str) -> Option<&'static str> {
    let by_option = PROGRAMS.iter().find_map(|&(program, option, login)| {
        let (_, rest) = value.split_once(program)?;
        let mut words = rest.lines().next()?.split_whitespace();
        words.by_ref().find(|word| *word == option)?;
        let given = words.next()?.trim_matches(['"', '\'']);
        let password = if login { given.split_once(':')?.1 } else { given };
        let literal = looks(password) == Looks::Value && !password.contains(['$', '(', '*', '<', '{']);
        (literal && password.len() > 3).then_some("an option with a password")
    });
    by_option.or_else(|| mysql_password(value))
}

/// What is written out in a file of that name.
pub fn in_text(sort: Sort, text: &str) -> Option<&'static str> {
    if sort == Sort::Prose {
        return None;
    }
    let in_url = |line: &str| !is_comment(line) && url_password(line).is_some();
    if sort == Sort::Settings && url_password(text).is_some() && text.lines().any(in_url) {
        return Some("a URL with a password");
    }
    let clues = Clues::of(sort, text);
    let mut stems = stems_in(text).peekable();
    if clues.are_none() && stems.peek().is_none() {
        return None;
    }
    let mut end = 0;
    text.split_inclusive('\n').find_map(|whole| {
        end += whole.len();
        let line = whole.lines().next()?;
        let names = stems.next_if(|at| *at < end).is_some();
        while stems.next_if(|at| *at < end).is_some() {}
        in_file_line(sort, &clues, line, names).filter(|_| !is_comment(line))
    })
}

/// Whether everything secret that is written out in a file of that name passes a test.
pub fn all_in_text(sort: Sort, text: &str, test: &dyn Fn(&str) -> bool) -> bool {
    let clues = Clues::of(sort, text);
    text.lines().filter(|line| !is_comment(line)).all(|line| {
        let mut held = pairs(line).filter(|pair| in_file_pair(sort, pair).is_some()).peekable();
        let told = held.peek().is_some() || in_file_line(sort, &clues, line, may_name_secret(line)).is_none();
        told && held.all(|pair| test(pair.value)) && url_password(line).is_none_or(test)
    })
}

const DIRECTIVES: &[&str] = &["requirepass", "masterauth", "stats", "machine"];
const SECTIONS: &[&str] = &["</"];
const CLIENTS: &[&str] = &["mysql", "mariadb"];
const SQL: &[&str] = &["dentified by ", "DENTIFIED BY ", "dentified By "];
const DSN: &[&str] = &["@tcp(", "@unix("];
const SCHEMES: &[&str] = &["asic ", "earer "];
const LOGIN: &[&str] = &["\"auth\""];

/// Any clue: most texts have none, and are gone through once to see that.
static CLUES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let marks = [DIRECTIVES, SECTIONS, CLIENTS, SQL, DSN, SCHEMES, LOGIN].into_iter().flatten().copied();
    let marks = marks.chain(PROGRAMS.iter().map(|(program, ..)| *program));
    Regex::new(&marks.map(regex::escape).collect::<Vec<_>>().join("|")).ok()
});

/// What a text has somewhere: of most files it is nothing, and their lines need not be asked.
#[derive(Default)]
struct Clues {
    directives: bool,
    /// Perhaps sections of Fluentd, whose settings have a blank behind the key.
    sections: bool,
    programs: bool,
    sql: bool,
    dsn: bool,
    authorization: bool,
    login: bool,
}

impl Clues {
    fn are_none(&self) -> bool {
        let Self { directives, sections, programs, sql, dsn, authorization, login } = self;
        ![directives, sections, programs, sql, dsn, authorization, login].into_iter().any(|found| *found)
    }

    fn of(sort: Sort, text: &str) -> Self {
        if CLUES.as_ref().is_some_and(|clues| !clues.is_match(text.as_bytes())) {
            return Self::default();
        }
        let has =
            |marks: &[&str]| marks.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some());
        let settings = sort == Sort::Settings;
        Self {
            directives: settings && has(DIRECTIVES),
            sections: settings && has(SECTIONS),
            programs: settings && (PROGRAMS.iter().any(|(program, ..)| has(&[program])) || has(CLIENTS)),
            sql: settings && has(SQL),
            dsn: settings && has(DSN),
            authorization: has(SCHEMES),
            login: has(LOGIN),
        }
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "//", ";", "--", "*", "/*", "<!--", "!", "%"].iter().any(|mark| line.starts_with(mark))
}

/// What is written out in a line; `names` says whether a word in it may make a name secret.
fn in_file_line(sort: Sort, clues: &Clues, line: &str, names: bool) -> Option<&'static str> {
    let of = |asked: bool, find: fn(&str) -> Option<&'static str>| if asked { find(line) } else { None };
    let found = of(clues.directives, directive)
        .or_else(|| of(clues.sections, section_password))
        .or_else(|| of(clues.programs, programs))
        .or_else(|| of(clues.sql, sql_password))
        .or_else(|| of(clues.authorization, authorization))
        .or_else(|| (clues.dsn && dsn_password(line)).then_some("a URL with a password"));
    if found.is_some() {
        return found;
    }
    let of_registry = clues.login && line.contains("\"auth\"");
    if !names && !of_registry {
        return None;
    }
    pairs(line).find_map(|pair| in_file_pair(sort, &pair))
}

fn in_file_pair(sort: Sort, pair: &Pair<'_>) -> Option<&'static str> {
    if pair.key == "auth" {
        return (pair.quoted && is_login(pair.value)).then_some("the login of a registry");
    }
    let literal = is_literal(pair) || (sort == Sort::Code && is_drawn(pair));
    let shown = pair.by == b':' && !pair.quoted && !pair.last || pair.variable || !literal || pair.value.len() < 4;
    let repeats = || words(pair.key).last().is_some_and(|last| last.eq_ignore_ascii_case(pair.value));
    let unclear = sort != Sort::Settings && !(pair.quoted && pair.value.bytes().any(|b| b.is_ascii_digit()));
    if shown || unclear || repeats() {
        return None;
    }
    let asks = match asks_of(if pair.key == "PWD" { "Pwd" } else { pair.key }, pair.value) {
        // `secret: NAME` speaks of an object as often as of a value.
        Asks::MadeUp if pair.by != b'=' || words(pair.key).len() < 2 => Asks::Token,
        asks => asks,
    };
    let what = if asks == Asks::Password { "a password" } else { "a secret" };
    values::can_be(asks, pair.value).then_some(what)
}

/// Directives that name no password: `requirepass X` of redis, `stats auth USER:X` of haproxy, the login of a netrc file.
fn directive(line: &str) -> Option<&'static str> {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    let given = match first {
        "requirepass" | "masterauth" => second,
        "stats" if second == "auth" => words.next()?.split_once(':')?.1,
        "machine" if line.contains(" login ") => words.skip_while(|word| *word != "password").nth(1)?,
        _ => return None,
    };
    let given = given.trim_matches(['"', '\'']);
    (looks(given) == Looks::Value && !given.contains(['%', '<', '$'])).then_some("a password")
}

/// `password X` in a line of its own.
fn section_password(line: &str) -> Option<&'static str> {
    let mut words = line.split_whitespace();
    let (key, given) = (words.next()?, words.next()?.trim_matches(['"', '\'']));
    let alone = words.next().is_none() && matches!(key, "password" | "http_passwd" | "shared_key" | "token");
    let has = |test: fn(&u8) -> bool| given.bytes().any(|b| test(&b));
    let mixed = given.len() > 7 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    (alone && mixed && looks(given) == Looks::Value && !given.contains(['%', '<', '$'])).then_some("a password")
}

/// `IDENTIFIED BY 'X'`.
fn sql_password(line: &str) -> Option<&'static str> {
    const MARK: &str = "identified by ";
    let at = line.to_ascii_lowercase().find(MARK)?;
    let quoted = line[at + MARK.len()..].trim_start().strip_prefix(['\'', '"'])?;
    let password = quoted.split(['\'', '"']).next()?;
    (looks(password) == Looks::Value && !password.contains(['%', '?'])).then_some("a password")
}

/// Whether a text is `user:password` in base64.
pub(super) fn is_login(value: &str) -> bool {
    let decoded = base64::decode(value).and_then(|bytes| String::from_utf8(bytes).ok());
    let login = decoded.as_deref().and_then(|text| text.split_once(':'));
    login.is_some_and(|(user, password)| !user.is_empty() && looks(password) == Looks::Value)
}

/// The header `Bearer TOKEN` or `Basic LOGIN`, anywhere in a text of one line, with the token or login written out.
pub(super) fn authorization(text: &str) -> Option<&'static str> {
    // Asked of every line: most have none of both.
    static SCHEMES: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [Finder::new("asic "), Finder::new("earer ")]);
    if text.len() < 14 || SCHEMES.iter().all(|scheme| scheme.find(text.as_bytes()).is_none()) {
        return None;
    }
    let schemes: [(&str, &str); 4] =
        [("Basic ", "a login"), ("basic ", "a login"), ("Bearer ", BEARER), ("bearer ", BEARER)];
    schemes.iter().find_map(|&(scheme, what)| {
        let (_, rest) = text.split_once(scheme)?;
        let token = rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '\\' | '`')).next()?;
        let bearer = token.len() > 7 && token.bytes().any(|b| b.is_ascii_digit()) && looks(token) == Looks::Value;
        let held = if what == BEARER {
            bearer && !token.contains(['<', '(', '{', '.']) || is_signed(token)
        } else {
            is_login(token)
        };
        held.then_some(what)
    })
}

const BEARER: &str = "a bearer token";

fn is_signed(token: &str) -> bool {
    token.split('.').count() > 1 && token.len() > 20 && looks(token) == Looks::Value
}
