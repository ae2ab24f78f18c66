//! Values that are not there yet.
//!
//! In: what is said of the validity of objects, and who fills in placeholders. Out: the same without findings about values with a
//! placeholder. Where the repository, or somebody whom the configuration names, fills them in, the ledger says so; else one
//! finding a file says what is missing: a remark where scripts or documents around the file speak of it, where the file is a
//! template by its name, or where others around it are templates.

mod at_place;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::coverage::{Coverage, SkipReason, Skipped};
use crate::discover::commands::Commands;
use crate::discover::corners::{Corner, corner, is_in_templates, is_named_template};
use crate::discover::{Survey, placeholder};
use crate::files::name::path_of;
use crate::finding::{Category, Finding, Severity, folder_of};
use crate::placeholder::{PIPED, in_value, is_looked_up, is_supplied_later, matches};
use crate::source::SourceId;

use self::at_place::{emptied, in_comment, in_item, is_of_ytt, left_open, piped_field};
use super::Run;
use super::texts::Texts;

/// Most placeholders that a finding names.
const MOST_NAMED: usize = 5;

/// What is missing in one file.
struct Missing {
    source: SourceId,
    /// The first finding about it.
    first: Finding,
    /// The first placeholder.
    shown: String,
    /// The others.
    others: BTreeSet<String>,
    /// Commands or documents of the repository speak of all of them.
    told: bool,
    /// How many other files of the folder lack something as well.
    files: usize,
    /// All of them are written for a program to fill in, and nothing deploys the file as it is.
    for_programs: bool,
}

/// Takes out findings about values with a placeholder; `templates` are those in files that are not checked. None where texts come
/// from nowhere, as at admission: nobody fills them in any more.
pub(super) fn set_aside(
    findings: &mut Vec<Finding>,
    survey: &Survey,
    run: &Run<'_>,
    templates: &[Skipped],
    coverage: &mut Coverage,
) {
    if run.place.walk.files.is_empty() {
        return;
    }
    // Findings of one file stand together.
    let mut texts = Texts::new(run);
    let mut missing: Vec<Missing> = Vec::new();
    let mut commands = Commands::new(run.place.files, &run.job.snapshot.paths, &run.place.beside.scripts);
    findings.retain(|finding| {
        let here = run.sources.get(finding.source());
        let source = texts.get(here.id);
        let value = match source.slice(finding.primary.span) {
            // A placeholder may stand in a block.
            text if block(text).is_some() => block(text).unwrap_or_default(),
            // What an alias stands for, and a text of several lines, is told in the message.
            text if text.starts_with('*') || text.lines().next().is_some_and(opens_block) => &finding.message,
            // `{name}` is a map to the server, of one key.
            text if in_braces(text) => text,
            text => scalar(text),
        };
        // Which of an item's values stands twice is not known.
        let value = if finding.rule == "duplicate" { in_item(source, finding).unwrap_or(value) } else { value };
        let emptied = if finding.rule == "required" { emptied(source, finding) } else { None };
        let value = emptied.unwrap_or(value);
        let filled = placeholder::in_value(value, &survey.substituted);
        let is_error = finding.severity == Severity::Error;
        let file = || path_of(&here.name);
        // A key in capitals is the name of a variable where no program has marked it.
        let marked = |found: &&str| placeholder::is_for_programs(found) || found.starts_with('<');
        let in_value = |value| in_value(value).filter(|found| finding.rule != "unknown-field" || marked(found));
        let written = || in_value(value).or_else(|| placeholder::in_template_file(&here.name, value));
        let found = filled.or_else(|| if is_error { written() } else { None });
        let named = || is_error && is_of_template(finding, &here.name, survey, run);
        let mut by_script = || is_error && value.contains('_') && commands.replace(&file(), value);
        let found = found.or_else(|| (is_word(value) && (named() || by_script())).then_some(value));
        // What a kustomization makes for a chart, Helm fills in.
        let is_templated = |root: &str| survey.templated.contains(root);
        let of_generator = is_error
            && finding.message.contains("{{")
            && run.built.root_for(finding).is_some_and(|root| is_templated(&root.name));
        let found = found.or_else(|| of_generator.then_some("{{"));
        // A value that Flux put together of what is here and of what is not: the text at its place is a part of it.
        let of_flux = if is_error { put_together(finding, run) } else { None };
        let found = found.or(of_flux);
        // The base of a bundle has its version from whoever makes that of it.
        let of_bundle = is_error && finding.path == "metadata.name" && value.contains("X.Y.Z");
        let of_bundle = of_bundle && finding.object.as_ref().is_some_and(|own| own.kind == "ClusterServiceVersion");
        let found = found.or_else(|| of_bundle.then_some("X.Y.Z"));
        let found = found.or_else(|| (is_error && is_of_ytt(source, finding)).then_some(YTT));
        let lacks = is_error && finding.rule == "required";
        let comment = if lacks { in_comment(source, finding) } else { None };
        let found = found.or(comment).or_else(|| if lacks { piped_field(source, finding) } else { None });
        let of_form = || is_template_file(finding, &here.name, survey, run);
        let may_be_form = || is_form(&here.name) && is_left_alone(finding, &here.name, survey, run);
        let found = found.or_else(|| if lacks && may_be_form() { left_open(source, finding) } else { None });
        let of_default = || finding.rule == "invalid-base64" && is_word(value) && is_default(&here.name, finding, run);
        let found = found.or_else(|| (is_error && of_default()).then_some(value));
        let known =
            || run.job.settings.config.placeholders_at(&here.name).iter().any(|pattern| matches(pattern, value));
        let found = found.or_else(|| (is_error && known()).then_some(value));
        let of_value = || is_error && OF_VALUES.iter().any(|rule| finding.rule == *rule);
        let stands = || is_constant(value) || in_braces(value);
        let found = found.or_else(|| (of_value() && stands()).then_some(value));
        let found = found.or_else(|| if of_value() { stand_in(finding, value) } else { None });
        // A word in capitals within a name, of which the documents around speak.
        let word = || if is_error { placeholder::word(value) } else { None };
        let shown = || corner(&here.name, false) == Some(Corner::Examples);
        let spoken = |word: &&str| shown() || commands.fill(&file(), word);
        let Some(found) = found.or_else(|| word().filter(spoken)) else { return true };
        // What Argo CD's controller fills in the server has refused before.
        if found.starts_with("{{") && finding.object.as_ref().is_some_and(|own| own.kind == "ApplicationSet") {
            return true;
        }
        // What lies in a chart its templates take in.
        let of_chart = found.starts_with("{{") && survey.is_in_chart(&here.name);
        if filled.is_some()
            || of_chart
            || of_generator
            || of_bundle
            || of_flux.is_some()
            || survey.surroundings(&here.name).altered
            || known()
        {
            let detail = format!("`{found}` {STANDS}");
            let skipped = Skipped::new(&here.name, SkipReason::Template);
            coverage.skipped.push(Skipped { document: finding.document, detail, ..skipped });
            return false;
        }
        match missing.last_mut().filter(|missing| missing.source == here.id) {
            Some(missing) => missing.add(finding, found),
            None => missing.push(Missing::new(finding, found)),
        }
        // YAML takes what stands behind `#` for a comment: only a program that fills it in makes sense of that.
        let deployed = || survey.is_applied(&here.name) || finding.sets.names.iter().any(|set| survey.is_applied(set));
        let text = &source.text;
        let by_program = || {
            of_form()
                || found.ends_with(PIPED)
                || found.ends_with(':')
                || (is_supplied_later(found) && !deployed())
                || found == YTT
                || comment.is_some()
                || is_looked_up(found)
                || is_left_open(&here.name, text, survey, run, finding)
        };
        let mut told = || by_program() || (word() == Some(found) && shown()) || commands.fill(&file(), found);
        if let Some(missing) = missing.last_mut() {
            missing.told = missing.told && told();
            // `validate` says what the server would of the file as it stands.
            let left = placeholder::is_for_programs(found) || is_default(&here.name, finding, run);
            missing.for_programs = missing.for_programs && run.job.request.policy && left && !deployed();
        }
        false
    });
    let is_language = |missing: &Missing| LANGUAGES.iter().any(|open| missing.shown.starts_with(open));
    // What is base64 once it is filled in is none of a template's.
    let of_language: BTreeSet<SourceId> = missing.iter().filter(|one| is_language(one)).map(|one| one.source).collect();
    findings.retain(|finding| finding.rule != "invalid-base64" || !of_language.contains(&finding.source()));
    // Where other files are templates that do not even parse, whoever fills those in fills in these.
    let others = coverage.skipped.iter().chain(templates).filter(|skipped| skipped.reason == SkipReason::Template);
    let others = others.filter(|skipped| !skipped.detail.ends_with(STANDS)).count();
    if others > MOST_ALONE && others * SHARE >= run.files.len() {
        let is_filled = |one: &&mut Missing| is_language(one) || is_constant(&one.shown);
        missing.iter_mut().filter(is_filled).for_each(|one| one.told = true);
    }
    findings.extend(by_folder(missing, run).into_iter().map(Missing::finding));
}

/// What is filled in one way is said of the first file of a folder, with how many others there are.
fn by_folder(missing: Vec<Missing>, run: &Run<'_>) -> Vec<Missing> {
    let mut first: FxHashMap<&str, usize> = FxHashMap::default();
    let mut kept: Vec<Missing> = Vec::new();
    for one in missing {
        let folder = folder_of(&run.sources.get(one.source).name);
        match first.get(folder).filter(|_| one.told && !folder.is_empty()) {
            Some(&at) => {
                kept[at].files += 1;
                kept[at].others.extend(one.others.into_iter().chain([one.shown]));
            }
            None => {
                if one.told {
                    first.insert(folder, kept.len());
                }
                kept.push(one);
            }
        }
    }
    kept
}

/// Whether a file that nothing applies as it stands is there to be filled in: it lies among tests, examples or templates, or in a base
/// or component that others patch.
fn is_left_open(name: &str, text: &str, survey: &Survey, run: &Run<'_>, finding: &Finding) -> bool {
    if run.job.request.strict_files || survey.is_applied(name) {
        return false;
    }
    let folders = || name.split('/').rev().skip(1);
    let is_base = || folders().any(|folder| matches!(folder, "base" | "bases" | "component" | "components"));
    if run.built.root_for(finding).is_some() || !survey.surroundings(name).taken_in_by.is_empty() {
        return is_base() && run.built.root_for(finding).is_none_or(|root| survey.is_idle(&root.name));
    }
    corner(name, false).is_some() || is_in_templates(name) || placeholder::is_template_by_header(text)
}

/// How placeholders of template languages begin.
const LANGUAGES: [&str; 3] = ["{{", "{%", "<%"];
/// So many files that are templates make no repository of templates.
const MOST_ALONE: usize = 2;
/// In a repository of templates at least one file in so many is one.
const SHARE: usize = 4;
/// What the ledger says of a placeholder.
const STANDS: &str = "is a placeholder";

/// How what ytt puts in begins: `image: #@ data.values.image`.
const YTT: &str = "#@";

/// The variable that is left in a value of a rendered object, as a message shows it.
fn put_together<'f>(finding: &'f Finding, run: &Run<'_>) -> Option<&'f str> {
    let (_, rest) = finding.message.split_once("${")?;
    let (name, _) = rest.split_once('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let at = finding.message.len() - rest.len() - 2;
    (is_name && run.built.root_for(finding).is_some()).then(|| &finding.message[at..at + name.len() + 3])
}

/// Rules on single values.
const OF_VALUES: [&str; 6] =
    ["invalid", "invalid-base64", "invalid-quantity", "not-supported", "type-invalid", "wrong-type"];

/// Whether a finding is about a value in a file that is a template by its name, and that no set takes in as it stands.
fn is_of_template(finding: &Finding, name: &str, survey: &Survey, run: &Run<'_>) -> bool {
    OF_VALUES.iter().any(|rule| finding.rule == *rule) && is_template_file(finding, name, survey, run)
}

/// Whether a finding is in such a file, whatever it is about.
fn is_template_file(finding: &Finding, name: &str, survey: &Survey, run: &Run<'_>) -> bool {
    is_named_template(name) && is_left_alone(finding, name, survey, run)
}

/// Whether a file's name speaks of a template in whatever place: `web-template-helm.yaml`.
fn is_form(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.split(['-', '_', '.']).any(|word| word == "template")
}

/// Whether no set takes a file in that a finding is in, so that what stands there is for whoever copies it.
fn is_left_alone(finding: &Finding, name: &str, survey: &Survey, run: &Run<'_>) -> bool {
    !run.job.request.strict_files
        && finding.object.as_ref().is_some_and(|object| object.kind != "Template")
        && run.built.root_for(finding).is_none()
        && survey.surroundings(name).taken_in_by.is_empty()
}

/// Whether a text may be the name of a value to be put there.
fn is_word(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    text.len() > 2 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(plain)
}

/// What stands in the place of a value: a variable in small letters, as Python's templates have them, which is no name to the server; or,
/// in the place of base64, words on what is to stand there.
fn stand_in<'v>(finding: &Finding, value: &'v str) -> Option<&'v str> {
    let text = value.trim_matches(['"', '\'']);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'_' | b'-' | b'.' | b'/' | b':');
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let from = text.match_indices('$').map(|(at, _)| &text[at..]);
    let variable = from.filter(|rest| rest[1..].starts_with(|c: char| c.is_ascii_lowercase()));
    let mut variable = variable.map(|rest| &rest[..rest[1..].find(|c| !is_name(c)).map_or(rest.len(), |end| end + 1)]);
    if let Some(found) = variable.next().filter(|_| text.bytes().all(plain)) {
        return Some(found);
    }
    if matches!(text, "..." | "\u{2026}") {
        return Some(text);
    }
    let of_base64 = finding.rule == "invalid-base64" || finding.message.contains("base64");
    let speaks = || {
        let is_dummy = |c: char| matches!(c, 'x' | 'X' | '*' | '.');
        let small = text.to_ascii_lowercase();
        let asks = || ["your", "here", "encode", "replace", "put"].iter().any(|word| small.contains(word));
        (small.contains("base64") && (asks() || text == text.to_ascii_uppercase()))
            || text.contains("...")
            || text.contains('\u{2026}')
            || (text.len() > 2 && text.chars().all(is_dummy))
    };
    (of_base64 && speaks()).then_some(text)
}

/// Whether a text is written like a constant, of several words in capitals: no base64.
fn is_constant(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a value is one of those that a chart has by itself, which whoever installs it replaces.
fn is_default(name: &str, finding: &Finding, run: &Run<'_>) -> bool {
    let is_values = name.rsplit('/').next().is_some_and(|base| base.starts_with("values"));
    is_values && run.built.root_for(finding).is_some_and(|root| root.by_own_values)
}

/// The only line of a block of text, where a placeholder stands in it.
fn block(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    let opens = lines.next().is_some_and(opens_block);
    let line = lines.next().map(str::trim).filter(|line| opens && in_value(line).is_some())?;
    lines.next().is_none().then_some(line)
}

/// Whether a text is a name, or words, in braces: no value of a map.
fn in_braces(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ');
    inner.starts_with(|c: char| c.is_ascii_alphabetic()) && inner.bytes().all(plain)
}

/// Whether a line is the head of a block of text.
fn opens_block(line: &str) -> bool {
    line.split_whitespace().next_back().is_some_and(|last| last.starts_with(['|', '>']))
}

/// The first line of what a finding is about, where it is a single value; of a map or list in one line it is unknown which of its
/// values is meant.
fn scalar(text: &str) -> &str {
    let line = text.lines().next().unwrap_or("");
    let nested =
        (line.starts_with('{') && !line.starts_with("{{")) || (line.starts_with('[') && !line.starts_with("[["));
    if nested { "" } else { line }
}

impl Missing {
    fn new(finding: &Finding, placeholder: &str) -> Self {
        let (first, shown) = (finding.clone(), placeholder.to_owned());
        let (source, others) = (finding.source(), BTreeSet::new());
        Self { source, first, shown, others, told: true, files: 0, for_programs: true }
    }

    /// Takes up another finding of the file.
    fn add(&mut self, finding: &Finding, placeholder: &str) {
        let mut other = placeholder.to_owned();
        if finding.primary.span < self.first.primary.span {
            self.first = finding.clone();
            std::mem::swap(&mut other, &mut self.shown);
        }
        self.others.insert(other);
    }

    fn finding(mut self) -> Finding {
        self.others.remove(&self.shown);
        let place = match self.files {
            0 => "in this file".to_owned(),
            1 => "in this file and another one of its folder".to_owned(),
            number => format!("in this file and {number} others of its folder"),
        };
        let message = match self.others.len() {
            0 if self.shown.ends_with(':') => {
                format!("`{}` {place} is left empty, for whoever fills it in", self.shown.trim_end_matches(':'))
            }
            0 => format!("the placeholder `{}` {place} is not filled in", self.shown),
            1 => format!("the placeholders `{}` and another one {place} are not filled in", self.shown),
            number => format!("the placeholders `{}` and {number} others {place} are not filled in", self.shown),
        };
        let named: Vec<_> = self.others.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
        let others = if named.is_empty() { String::new() } else { format!("the others: {}; ", named.join(", ")) };
        let help = format!(
            "{others}fill them in before the file is checked, or list their pattern under `placeholders:` in kubevet.yaml"
        );
        Finding {
            rule: "unfilled-placeholder".into(),
            category: Category::Syntax,
            severity: match (self.told, self.for_programs) {
                (true, _) => Severity::Info,
                (false, true) => Severity::Warning,
                (false, false) => Severity::Error,
            },
            message,
            help: Some(help),
            fix: None,
            related: Vec::new(),
            ..self.first
        }
    }
}
