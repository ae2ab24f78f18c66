//! A report to try renderers on: names and texts that have to be escaped, places in two files, a span over several
//! lines, one past the end, the same finding twice, a suppressed one.

use std::sync::Arc;

use crate::finding::{Category, Finding, ObjectRef, Severity, Suppression};
use crate::source::{Source, SourceId, SourceMap, Span};
use crate::version::{KubeVersion, VersionRange};

use crate::report::{Coverage, Format, Options, Report, SkipReason, Skipped};

/// The report.
pub fn report() -> Report {
    let first = "kind: Pod\nmetadata:\n  name: a<b>&\"c\"\n\u{e9}: x\n";
    let second = "kind: Service\r\nspec: {}\r\n";
    let sources = vec![
        Source::from_text(SourceId(0), "a b/ä,1:2.yaml", first),
        Source::from_text(SourceId(1), "/elsewhere/s%.yaml", second),
    ];
    let object = ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        namespace: None,
        name: Some("a<b>".to_owned()),
        generate_name: None,
        written: None,
    };
    let at = |source, start, end| Span::new(SourceId(source), start, end);
    let mut invalid =
        Finding::new("invalid", Category::Api, Severity::Error, "`a<b>&\"c\"`:\nno % name", at(0, 28, 37))
            .help("use letters, 100%")
            .related(at(1, 6, 13), "");
    invalid.path = "metadata.name".to_owned();
    invalid.object = Some(Arc::new(object));
    invalid.document = Some(0);
    let image = |severity| Finding::new("latest-image-tag", Category::Images, severity, "image", at(0, 0, 44));
    let mut suppressed = Finding::new("required", Category::Api, Severity::Error, "quiet", at(0, 0, 4));
    suppressed.suppressed = Some(Suppression { by: "comment", reason: String::new() });
    let end = Finding::new("yaml-syntax", Category::Syntax, Severity::Error, "ends", at(1, 25, 25));
    let findings =
        vec![image(Severity::Warning), image(Severity::Warning), invalid, suppressed, end, image(Severity::Info)];
    let skipped =
        |file: &str, reason, detail: &str| Skipped { detail: detail.to_owned(), ..Skipped::new(file, reason) };
    let coverage = Coverage {
        files: 2,
        read: vec![SourceId(0), SourceId(1)],
        documents: 2,
        objects: 2,
        validated: 1,
        no_schema: [(("example.com/v1".to_owned(), "Foo".to_owned()), 1)].into(),
        skipped: vec![
            skipped("c.yaml", SkipReason::Unreadable, "permission <denied>"),
            skipped("t/d.yaml", SkipReason::HelmTemplate, ""),
            skipped("t/e.yaml", SkipReason::HelmTemplate, ""),
        ],
        sets: Vec::new(),
    };
    Report {
        secrets: Vec::new(),
        wiring: Vec::new(),
        sources: SourceMap::new(sources),
        findings,
        coverage,
        versions: VersionRange::one(KubeVersion(37)),
        since: None,
        shard: None,
        registry: std::sync::Arc::new(crate::rules::registry()),
    }
}

/// What a format makes of it.
pub fn written(format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    format.write(&report(), options, &mut out).expect("writing to memory does not fail");
    String::from_utf8(out).expect("reports are UTF-8")
}
