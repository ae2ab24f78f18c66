//! The rules that are no policy: what the reader, the decoder and the validation report under.
//!
//! In: nothing. Out: [`ALL`], one documented entry for each rule id of the validity categories and for those about
//! kubevet's own configuration. They have no check here: `src/yaml`, `src/schema` and `src/api` report under their ids.

use crate::finding::{Applicability, Category, Severity};

/// A documented id that has no rule file.
pub struct Validity {
    /// The rule id.
    pub id: &'static str,
    /// Its category.
    pub category: Category,
    /// What its findings usually are.
    pub severity: Severity,
    /// Whether it is fixed where that is mechanical, and how safe its least safe fix is.
    pub fix: Option<Applicability>,
    /// A summary line, then more, in Markdown.
    pub docs: &'static str,
}

macro_rules! validity {
    (@fix) => { None };
    (@fix $fix:ident) => { Some(Applicability::$fix) };
    ($($(#[doc = $doc:literal])* $category:ident $severity:ident $id:literal $(fix $fix:ident)?;)*) => {
        /// Every entry, by category.
        pub static ALL: &[Validity] = &[$(Validity {
            id: $id,
            category: Category::$category,
            severity: Severity::$severity,
            fix: validity!(@fix $($fix)?),
            docs: concat!($($doc, "\n"),*),
        }),*];
    };
}

pub(super) use validity;

validity! {
    /// Text that the server's YAML reader refuses.
    ///
    /// Nothing of the document reaches the cluster: `kubectl apply` stops at it. Kubernetes reads YAML with
    /// sigs.k8s.io/yaml, which differs from YAML 1.2 in places; what is reported here is what that reader refuses. Other
    /// documents of the same file are still checked.
    ///
    /// **How to fix**: the place shown is where reading stopped; the mistake is there or just before: an open bracket or
    /// quote, a tab in the indentation, a value that holds `: ` without quotes, an item that is not aligned with the others.
    Syntax Error "yaml-syntax";

    /// A key that is set twice in one map.
    ///
    /// The server refuses it under strict field validation, the default of `kubectl`; without that, the last one wins and
    /// the earlier ones are lost silently. Two keys that only differ in how they are written (`80` and `"80"`) are the
    /// same key once the document has become JSON.
    ///
    /// A key that overrides one of a merge (`<<`) is intentional: kubectl, Argo CD and Flux resolve the merge before anything is
    /// sent, and of the two the later one in the text wins. Where `<<` comes after the key, that is the merged one: a warning. Only
    /// a program that sends the YAML itself to the server, under strict field validation, has it refused.
    ///
    /// **How to fix**: keep one of them.
    Syntax Error "duplicate-key";

    /// A key that the server's YAML reader takes for a boolean.
    ///
    /// `on`, `off`, `yes`, `no`, `y` and `n` without quotes are booleans in the YAML that Kubernetes reads. As a key they
    /// become `true` or `false`: a ConfigMap entry named `on` arrives under the name `true`.
    ///
    /// **How to fix**: put the key in quotes.
    Syntax Warning "boolean-key" fix Unsafe;

    /// Text after the end of a document that the server does not read.
    ///
    /// Where a document ends before its chunk of the file does, the rest is dropped without an error: the rest never
    /// reaches the cluster.
    ///
    /// **How to fix**: start the rest with a separator line `---`, or remove it.
    Syntax Warning "ignored-tail";

    /// A separator line with something after it.
    ///
    /// A line that starts with `---` may hold nothing else but a comment. `kubectl` stops reading the file at any other and
    /// loses the document before it too, also where the line stands inside a block scalar or quotes, as
    /// `-----BEGIN CERTIFICATE-----` at the start of a line does.
    ///
    /// **How to fix**: move what follows to a line of its own; indent the line where it is part of a text.
    Syntax Error "bad-document-separator";

    /// Placeholders that nobody has filled in.
    ///
    /// Values such as `{{ .Values.x }}`, `${NAME}`, `<image>`, `__TAG__`, `PROJECT_ID` or `REPLACE_ME` where the server wants
    /// something else and refuses the object as it stands: the file is filled in by sed, envsubst, a pipeline or by hand before it is applied, or was meant to be.
    /// Reported once per file, instead of a finding for each value. What a kustomization, `vars` or Flux's `postBuild` fills in is
    /// in the coverage ledger alone. A value that says that it comes later (`provide_through_set_flag`, `to_be_replaced`) is info where nothing
    /// in the repository deploys it, as are templates of a language that is not known here: those are one finding for all of the repository.
    /// Info where scripts or documents in the file's folder or above it speak of each of them; in `check`
    /// a warning where all are written for a program (`${NAME}`, `{{ name }}`, `__TAG__`) and nothing in the repository deploys the file as it is.
    ///
    /// **How to fix**: check the file that is applied; or list the form of the placeholders under `placeholders:` in
    /// `kubevet.yaml` (`*` stands for any text, as in `${*}`), where something else fills them in.
    Syntax Error "unfilled-placeholder";

    /// A document that is not a map, in a file of manifests.
    ///
    /// A string, a number or a list between objects (`TODO`, a list of manifests without `kind: List`): kubectl reads the whole
    /// file before it sends anything, and stops here. Argo CD and Flux refuse it as well.
    ///
    /// **How to fix**: remove it, write it as a comment, or make a `List` of the objects.
    Syntax Error "document-not-a-map";

    /// A separator line inside a block scalar.
    ///
    /// A line that starts with `---` ends a document wherever it is. The text above it is cut short, and what follows
    /// becomes a document of its own.
    ///
    /// **How to fix**: indent the line as the rest of the text.
    Syntax Warning "split-block-scalar";

    /// A list item that became part of the text above it.
    ///
    /// Where a value is on the same line as its key, lines below that are indented further continue it: `- ` at their start is
    /// text. `key: a` and below it `  - b` is the text `a - b`.
    ///
    /// **How to fix**: leave the key's line without a value, or put the whole text in quotes.
    Syntax Warning "swallowed-list-item";

    /// A string that the server's YAML reader takes for a floating-point number.
    ///
    /// Digits with one `e` among them, as commit ids have them (`1234e56`), are numbers, and so are integers of more than
    /// 64 bits, which lose digits. The text as written does not reach the cluster.
    ///
    /// **How to fix**: put it in quotes.
    Syntax Warning "float-looking-string" fix Unsafe;

    /// A character that editors do not show.
    ///
    /// Byte order marks within a file, zero-width and no-break spaces and bidirectional controls are part of the key or
    /// value they are in; U+0085, U+2028 and U+2029 end a line for the server and for no editor. They come with text
    /// copied from web pages and chats.
    ///
    /// **How to fix**: remove it; where it is meant, write it as an escape in double quotes (`"\u00a0"`).
    Syntax Warning "invisible-character";

    /// An unquoted `yes`, `no`, `on`, `off`, `y` or `n`.
    ///
    /// Kubernetes reads them as booleans, YAML 1.2 reads them as strings: other tools read them differently.
    ///
    /// **How to fix**: write `true` or `false`, or put the text in quotes.
    Syntax Info "boolean-value" fix Unsafe;

    /// A number with a leading zero.
    ///
    /// `0644` is octal, so the server reads 420; `08` is not an octal number and becomes 8. File modes (`mode`, `defaultMode`)
    /// are intentional and not reported; identifiers, telephone numbers and postal codes are not.
    ///
    /// **How to fix**: put it in quotes, or leave out the zero.
    Syntax Info "octal-number" fix Unsafe;

    /// A number with underscores.
    ///
    /// Underscores between digits do not count: `1_000` is the number 1000, not a text.
    ///
    /// **How to fix**: put it in quotes if it is meant as text, or write the number without them.
    Syntax Info "underscored-number" fix Unsafe;

    /// A tab between values.
    ///
    /// The server skips it, but a tab in the indentation is an error, and so is a line that holds tabs
    /// alone.
    ///
    /// **How to fix**: use spaces.
    Syntax Info "tab-character";

    /// A file in UTF-16.
    ///
    /// `>` in PowerShell writes UTF-16 with a byte order mark. kubectl and kustomize make UTF-8 of it before they read it, so it is
    /// checked as any other file; many other tools refuse it or read it as something else.
    ///
    /// **How to fix**: save it as UTF-8, as with `| Out-File -Encoding utf8`.
    Syntax Info "utf-16-encoding";

    /// Lines with different line endings.
    ///
    /// The server reads CRLF and LF as the same, so values are not affected, but the file changes with the tool that saves
    /// it. A carriage return by itself ends a line for the server and for few editors.
    ///
    /// **How to fix**: save the file with one kind of line break.
    Syntax Info "mixed-line-endings";

    /// JSON that the server's YAML reader refuses.
    ///
    /// `kubectl` tries JSON first where a file begins with `{`, and has it: `"\/"` and surrogate pairs such as
    /// `"\ud83d\ude00"` exist in JSON alone. Tools that read the file as YAML refuse it.
    ///
    /// **How to fix**: nothing needs to be fixed; write the characters themselves for other tools.
    Syntax Info "json-only";

    /// A field that the kind does not have.
    ///
    /// The server refuses it under strict field validation; without that it drops the field and what is under it. Most
    /// often it is misspelt, or is one level too high or too low.
    ///
    /// **How to fix**: see the help of the finding, which names the field with the closest spelling, the level the field belongs
    /// to, or the version of Kubernetes that has it.
    Schema Error "unknown-field" fix Unsafe;

    /// A value of the wrong type.
    ///
    /// A number where text must be (`value: 8080` in an environment variable), text where a number must be, a single
    /// value where a list must be. The server cannot decode the object.
    ///
    /// **How to fix**: put text that looks like a number, a boolean or null in quotes; leave the quotes off numbers; start
    /// items of a list with `- `.
    Schema Error "wrong-type" fix Safe;

    /// A quantity that cannot be read.
    ///
    /// CPU, memory and storage are quantities: a number with one of the suffixes `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`,
    /// `512MB`, `1GB` and `2 Gi` are not quantities.
    ///
    /// **How to fix**: write `512Mi`, `1Gi`, `500m`.
    Schema Error "invalid-quantity";

    /// A time that cannot be read.
    ///
    /// Times are written as RFC 3339 says: `2026-01-31T12:00:00Z`.
    Schema Error "invalid-time";

    /// Bytes that are not valid base64.
    ///
    /// `data` of a Secret and `binaryData` of a ConfigMap hold bytes in standard base64, with padding.
    ///
    /// **How to fix**: encode the value (`base64 -w0`), or put the text as it is under `stringData` (Secret) or `data`
    /// (ConfigMap).
    Schema Error "invalid-base64";

    /// A manifest without a usable `kind`.
    ///
    /// The document has `metadata`, so it is meant as an object, but `kind` is missing, empty, misspelt or not a string. The
    /// server cannot tell what it is.
    ///
    /// **How to fix**: name the kind, as in `kind: Deployment`.
    Schema Error "missing-kind" fix Safe;

    /// A manifest without a usable `apiVersion`.
    ///
    /// The document has `metadata`, so it is meant as an object, but `apiVersion` is missing, empty, misspelt or not a string.
    ///
    /// **How to fix**: name group and version, as in `apiVersion: apps/v1`; the core group has the version alone (`v1`).
    Schema Error "missing-api-version" fix Safe;

    /// A kind, group or version that the target version of Kubernetes does not serve.
    ///
    /// Either it never existed under that group (`Deployment` in `v1`), or it was removed (`extensions/v1beta1`), or it
    /// comes with a later version.
    ///
    /// **How to fix**: use the group and version named in the finding. For a custom resource, keep its
    /// CustomResourceDefinition in the repository or import it with `kubevet schemas`.
    Schema Error "unknown-kind" fix Unsafe;

    /// An object without a known schema, under `--require-schema`.
    ///
    /// Without that option such objects are counted in the coverage ledger and not checked against a schema.
    ///
    /// **How to fix**: keep the CustomResourceDefinition in the repository, or import it with `kubevet schemas`.
    Schema Error "no-schema";

    /// A field that must be there.
    ///
    /// The server's error type `Required`. Its OpenAPI documents say something else in places: what is reported here is
    /// what the server's validation asks for after decoding and defaulting.
    Api Error "required";

    /// A value that the field does not accept.
    ///
    /// The server's error type `Invalid`: a name with characters that are not allowed, a number out of its range, a
    /// selector that does not match the template's labels, two fields that contradict each other. The finding says what
    /// is expected.
    Api Error "invalid";

    /// A value that is not one of those allowed.
    ///
    /// The server's error type `NotSupported`. The values are case-sensitive: `ifNotPresent` is not `IfNotPresent`.
    Api Error "not-supported";

    /// A value that may only occur once.
    ///
    /// The server's error type `Duplicate`: two containers with the same name, two ports with the same number and protocol, two
    /// volumes with the same name.
    Api Error "duplicate";

    /// A field that must not be set here.
    ///
    /// The server's error type `Forbidden`: the field exists, but not together with another one, or not for this kind of
    /// container, volume or strategy.
    Api Error "forbidden";

    /// A value that is too long.
    ///
    /// The server's error type `TooLong`: names of 253 or 63 characters, annotations of 256 KiB in all, data of 1 MiB.
    Api Error "too-long";

    /// A list or map with too many entries.
    ///
    /// The server's error type `TooMany`.
    Api Error "too-many";

    /// A reference within the object to something that is not in it.
    ///
    /// The server's error type `NotFound`: a `volumeMounts` entry that refers to no volume of the pod, for one.
    Api Error "not-found";

    /// A value of a type that the field does not accept.
    ///
    /// The server's error type `TypeInvalid`, for custom resources, and for defaults in their definitions, whose schema names
    /// another type or format.
    Api Error "type-invalid";

    /// A value that makes the server's own validation fail.
    ///
    /// The server's error type `InternalError`: it reports that it could not check the value, and refuses the object.
    Api Error "internal";

    /// A manifest next to a kustomization that no kustomization includes.
    ///
    /// Files in a kustomization's folder look as if they were applied with it, but kustomize only reads what
    /// `kustomization.yaml` lists. Such a file is checked by itself.
    ///
    /// **How to fix**: list it under `resources`, or move it to where it is clear what applies it.
    Hygiene Info "unreferenced-manifest";

    /// A suppression that suppresses nothing.
    ///
    /// A comment `# kubevet: ignore[...]`, an annotation `kubevet.io/ignore.<rule>`, an entry of `ignore:` in
    /// `kubevet.yaml` or one of a baseline that no finding needs any more. If it stays, it hides the next finding of
    /// its kind. Entries of the configuration count as unused only in a run over everything below the configuration's
    /// directory, entries of a baseline where their file was checked, or is gone from where the run looked.
    ///
    /// **How to fix**: remove it; update a baseline with `--write-baseline`.
    Hygiene Warning "unused-suppression";

    /// A suppression that cannot be read, or that names no rule.
    ///
    /// The form is `# kubevet: ignore[rule-id, other-rule] reason`; rules and categories may stand in the brackets.
    ///
    /// **How to fix**: correct the form, or the name of the rule (`kubevet rules` lists them).
    Hygiene Warning "invalid-suppression";

    /// A pattern of the configuration that matches no file.
    ///
    /// A pattern of `exclude` or the paths of an entry of `overrides`: it is misspelt, or what it matched was removed. Reported only in
    /// a run over everything below the configuration's directory.
    ///
    /// **How to fix**: correct it (patterns are read as in .gitignore), or remove it.
    Hygiene Info "unmatched-pattern";

    /// A configuration key that has no effect in a nested configuration file.
    ///
    /// For rules, overrides, `ignore`, `exclude` and `placeholders` the nearest configuration above a file counts; what concerns
    /// the run as a whole (the version of Kubernetes, the profile, the baseline ...) counts in the configuration above all paths.
    ///
    /// **How to fix**: move the key to that file, or check the folder in a run of its own.
    Hygiene Info "misplaced-setting";

    /// An entry of `ignore:` whose date has passed.
    ///
    /// Findings that it hid count again from the day after `until`.
    ///
    /// **How to fix**: fix what it hid, or set a later date.
    Hygiene Warning "expired-suppression";
}
