//! The report for pull requests and job summaries, as GitHub and GitLab show Markdown.
//!
//! In: a finished report. Out: what was found, errors first, in tables, and what was not checked. It is bounded in size: a comment on
//! GitHub may have 65,536 characters.

use std::fmt::Write as _;
use std::io;

use crate::escape;
use crate::finding::{Finding, Severity};

use super::page::Page;
use super::style::Options;
use super::{Report, digest, rule_url, summary};

/// Most bytes of the tables together.
const MOST: usize = 48 << 10;
/// Most bytes of the lines behind them.
const MOST_BEHIND: usize = 8 << 10;

/// Writes the report.
///
/// # Errors
/// Those of the page.
pub(super) fn write(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    let found = match report.coverage.objects {
        // A heading that says `no findings` would read like a pass.
        0 if report.active().next().is_none() => "no objects were checked".to_owned(),
        _ => summary::found(report),
    };
    let mut lines = vec![format!("## kubevet: {found}"), String::new()];
    let mut room = MOST;
    for severity in Severity::ALL {
        let findings: Vec<&Finding> = report.shown(options).filter(|finding| finding.severity == severity).collect();
        lines.extend(section(report, severity, &findings, &mut room));
    }
    let mut behind = MOST_BEHIND;
    let told = digest::lines(report, options).into_iter().chain(summary::lines(report, options.verbose));
    for line in told.map(|line| format!("- {}", cell(line.trim()))).take_while(|line| take(&mut behind, line.len())) {
        lines.push(line);
    }
    lines.iter().try_for_each(|line| page.text(line)?.end())
}

/// The findings of a severity: a table, folded away where they are no errors.
fn section(report: &Report, severity: Severity, findings: &[&Finding], room: &mut usize) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let title = match severity {
        Severity::Info => format!("{} info", findings.len()),
        _ => summary::count(findings.len(), severity.as_str()),
    };
    let mut lines = match severity {
        Severity::Error => vec![format!("### {title}"), String::new()],
        _ => vec![format!("<details><summary>{title}</summary>"), String::new()],
    };
    let rows = findings.iter().map(|finding| row(report, finding)).take_while(|row| take(room, row.len()));
    let rows: Vec<_> = rows.collect();
    let left = findings.len() - rows.len();
    if !rows.is_empty() {
        lines.extend(["| place | rule | finding |", "|---|---|---|"].map(str::to_owned));
        lines.extend(rows);
        lines.push(String::new());
    }
    if left > 0 {
        lines.extend([format!("{left} more not shown here."), String::new()]);
    }
    if severity != Severity::Error {
        lines.extend(["</details>".to_owned(), String::new()]);
    }
    lines
}

/// Whether there is room for so many bytes: then it is taken. Once there was none, there is none.
fn take(room: &mut usize, bytes: usize) -> bool {
    let left = room.checked_sub(bytes + 1);
    *room = left.unwrap_or(0);
    left.is_some()
}

fn row(report: &Report, finding: &Finding) -> String {
    let source = report.sources.get(finding.source());
    let line = source.position(finding.primary.span.start).line;
    let mut text = cell(&finding.message);
    if let Some(help) = &finding.help {
        // Writing to a string does not fail.
        let _ = write!(text, "<br>{}", cell(help));
    }
    let rule = &finding.rule;
    format!("| {}:{line} | [{rule}]({}) | {text} |", cell(&source.name), rule_url(rule))
}

/// A text as it can stand in a cell: code between backticks stays, and nothing else is taken for Markdown, HTML or a mention.
fn cell(text: &str) -> String {
    let text = escape::line(text);
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        match c {
            '`' if paired => {
                code = !code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            _ if code => out.push(c),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::tests::sample;

    #[test]
    fn nothing_but_code_is_taken_for_markup() {
        for (text, expected) in [
            ("a|b `c|d <e>`", "a\\|b `c\\|d <e>`"),
            ("<img> @all #1 *x* [y](z)", "&lt;img&gt; &#64;all &#35;1 \\*x\\* \\[y\\](z)"),
            ("one ` alone_", "one \\` alone\\_"),
            ("a\nb", "a\\\\nb"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn the_report_is_bounded_and_errors_come_first() {
        let mut report = sample::report();
        let one = report.findings[0].clone();
        report.findings.extend(std::iter::repeat_n(one, 5000));
        let mut out = Vec::new();
        Format::Markdown.write(&report, &Options::default(), &mut out).expect("a vector takes all");
        let text = String::from_utf8(out).expect("it is text");
        assert!(text.len() < 65_536, "{}", text.len());
        let (errors, warnings) =
            (text.find("### 2 errors").expect("errors"), text.find("<summary>5002 warnings").expect("warnings"));
        assert!(errors < warnings && text.contains("more not shown here."), "{text}");
        assert!(text.contains("objects in 2 files"), "the counts are those of all findings");
    }
}
