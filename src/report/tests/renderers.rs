//! What each renderer makes of the sample report.

use super::sample::{report, written};
use crate::finding::Severity;
use crate::report::{Format, Options, Sort};
use crate::source::SourceId;

#[test]
fn a_concise_finding_is_one_line() {
    let written = written(Format::Concise, &Options { quiet: true, ..Options::default() });
    assert_eq!(written.lines().count(), 5, "{written}");
    assert!(written.contains("a b/ä,1:2.yaml:3:9: error[invalid]: `a<b>&\"c\"`:\\nno % name\n"), "{written}");
}

#[test]
fn the_last_lines_say_how_much_was_checked() {
    for format in [Format::Text, Format::Concise, Format::Github] {
        let written = written(format, &Options::default());
        let expected = "2 objects in 2 files checked against Kubernetes 1.37: 2 errors, 2 warnings, 1 info\n\
                        1 object without a schema: example.com/v1 Foo\n\
                        3 files not checked: 2 helm-template, 1 unreadable\n\
                        1 finding suppressed: 1 by comment\n";
        assert!(written.ends_with(expected), "{written}");
    }
}

#[test]
fn colours_come_only_when_asked_for() {
    for format in Format::ALL {
        assert!(!written(format, &Options::default()).contains('\u{1b}'), "{}", format.as_str());
    }
    let colored = written(Format::Text, &Options { color: true, unicode: true, ..Options::default() });
    assert!(colored.contains('\u{1b}') && colored.contains('╭'), "{colored}");
}

#[test]
fn findings_of_one_place_share_a_frame_and_errors_come_first() {
    let of = |options: &Options| {
        let mut report = report();
        // As the engine sorts them.
        report.findings.sort_by_key(|finding| (finding.source() != SourceId(1), finding.primary.span.start));
        let mut out = Vec::new();
        let options = Options { quiet: true, ..options.clone() };
        Format::Text.write(&report, &options, &mut out).expect("writing to memory does not fail");
        let written = String::from_utf8(out).expect("reports are UTF-8");
        let is_headline = |line: &&str| line.contains("]: ");
        let headlines = written.lines().filter(is_headline).map(|line| line.chars().take(34).collect()).collect();
        (written.matches(",----").count(), headlines)
    };
    let (frames, headlines): (usize, Vec<String>) = of(&Options::default());
    assert_eq!(frames, 3);
    let expected = [
        "error[",
        "error[",
        "yaml:1:1: warning[latest",
        "  warning[latest-image-tag]: image",
        "  info[latest-image-tag]: image",
    ];
    let all =
        headlines.len() == expected.len() && headlines.iter().zip(expected).all(|(line, part)| line.contains(part));
    assert!(all, "{headlines:#?}");
    let (_, by_file) = of(&Options { sort: Some(Sort::File), ..Options::default() });
    assert!(by_file[1].contains("warning[latest") && by_file[4].contains("error[invalid"), "{by_file:#?}");
    let (_, severe) = of(&Options { min_severity: Some(Severity::Error), ..Options::default() });
    assert_eq!(severe.len(), 2, "{severe:#?}");
}

#[test]
fn statistics_count_by_rule() {
    let written = written(Format::Text, &Options { statistics: true, quiet: true, ..Options::default() });
    assert_eq!(
        written,
        "2 warning latest-image-tag\n1 error   invalid\n1 error   yaml-syntax\n1 info    latest-image-tag\n"
    );
}

#[test]
fn workflow_commands_are_escaped() {
    let written = written(Format::Github, &Options { quiet: true, ..Options::default() });
    let expected = "::error file=a b/ä%2C1%3A2.yaml,line=3,endLine=3,col=9,endColumn=17,title=kubevet invalid::\
                    `a<b>&\"c\"`:%0Ano %25 name%0Ahelp: use letters, 100%25\n";
    assert!(written.starts_with(expected), "{written}");
}

#[test]
fn fingerprints_of_code_quality_are_unique() {
    let issues: serde_json::Value =
        serde_json::from_str(&written(Format::Gitlab, &Options::default())).expect("it is JSON");
    let issues = issues.as_array().expect("a list");
    let fingerprints: std::collections::BTreeSet<_> =
        issues.iter().map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), report().active().count());
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let written = written(Format::Junit, &Options::default());
    assert!(
        written.contains(r#"<testsuites name="kubevet" tests="7" failures="4" errors="0" skipped="3">"#),
        "{written}"
    );
    assert_eq!(written.matches("<testcase").count(), 7, "{written}");
    assert!(written.contains("a&lt;b&gt;&amp;&quot;c&quot;"), "{written}");
    assert_eq!(
        written.matches("<testcase").count() - written.matches("/>").count() + 3,
        written.matches("</testcase>").count()
    );
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(written(format, &Options::default()), written(format, &Options::default()));
    }
}
