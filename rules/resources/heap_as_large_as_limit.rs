use crate::rule::prelude::*;

rule! {
    /// A heap that takes all the memory that the container may have.
    ///
    /// A Java program needs memory beside its heap, for threads, classes and buffers, a Node.js program beside its old space.
    /// With `-Xmx` (or `--max-old-space-size`) at or above the memory limit, or `MaxRAMPercentage` of 100, the kernel kills
    /// it before it reports that memory runs out. Variables count that the runtime reads, or that scripts of well-known images
    /// hand to it (`JAVA_OPTS`, names that end in `_JAVA_OPTS`), and those that the command names.
    ///
    /// **How to fix**: leave a quarter of the memory limit for everything outside the heap; `-XX:MaxRAMPercentage=75` follows the limit.
    id: "heap-as-large-as-limit",
    severity: Warning,
    references: &["https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html",
                  "https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    let limit = context.effective_limit(container, "memory");
    let bytes = limit.and_then(Quantity::of).map(Quantity::as_f64).filter(|bytes| *bytes > 0.0);
    let lists = || ["command", "args"].into_iter().filter_map(|field| container.node.get(field)).flat_map(Node::items);
    let is_named = |name: &str| lists().filter_map(Node::as_str).any(|text| text.contains(name));
    let is_read =
        |variable: &Node<'t>| variable.str_at("name").is_some_and(|name| reaches_runtime(name) || is_named(name));
    let values = container.env().filter(is_read).filter_map(|variable| variable.get("value"));
    for node in values.chain(lists()) {
        let Some(text) = node.as_str().filter(|text| text.len() < 8192) else { continue };
        let Some((option, heap)) = heap(text) else { continue };
        let too_large = match heap {
            Heap::All => limit.is_some(),
            Heap::Bytes(heap) => bytes.is_some_and(|limit| heap >= limit),
        };
        let Some(limit) = limit.filter(|_| too_large) else { continue };
        let message = format!(
            "`{option}` of container `{}` takes up the whole memory limit of {}",
            container.name(),
            limit.raw().trim_matches(['"', '\''])
        );
        context
            .report(node, message)
            .help("leave a quarter of the memory limit for everything outside the heap")
            .related(limit, "the limit");
    }
}

/// Whether a runtime reads a variable, or the scripts that start it in well-known images.
fn reaches_runtime(variable: &str) -> bool {
    const NAMES: &[&str] = &[
        "CATALINA_OPTS",
        "GRADLE_OPTS",
        "JAVA_ARGS",
        "JAVA_OPTIONS",
        "JAVA_OPTS",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "KAFKA_HEAP_OPTS",
        "KAFKA_OPTS",
        "MAVEN_OPTS",
        "NODE_OPTIONS",
        "SBT_OPTS",
        "_JAVA_OPTIONS",
    ];
    NAMES.contains(&variable) || variable.ends_with("_JAVA_OPTS") || variable.ends_with("_HEAP_OPTS")
}

enum Heap {
    Bytes(f64),
    /// As much as there is.
    All,
}

/// The last heap size that a text sets, as the Java or Node.js runtime reads it.
fn heap(text: &str) -> Option<(&str, Heap)> {
    const NODE: &[&str] = &["--max-old-space-size=", "--max_old_space_size="];
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    words.rev().find_map(|word| {
        if let Some(size) = word.strip_prefix("-Xmx").or_else(|| word.strip_prefix("-XX:MaxHeapSize=")) {
            return Some((word, Heap::Bytes(java_size(size)?)));
        }
        if let Some(share) = word.strip_prefix("-XX:MaxRAMPercentage=") {
            return (share.parse::<f64>().ok()? >= 100.0).then_some((word, Heap::All));
        }
        let size = NODE.iter().find_map(|option| word.strip_prefix(option))?;
        Some((word, Heap::Bytes(size.parse::<f64>().ok()? * 1024.0 * 1024.0)))
    })
}

fn java_size(size: &str) -> Option<f64> {
    let (number, unit) = size.split_at(size.find(|c: char| !c.is_ascii_digit()).unwrap_or(size.len()));
    let factor = match unit {
        "" => 1.0,
        "k" | "K" => 1024.0,
        "m" | "M" => 1024.0 * 1024.0,
        "g" | "G" => 1024.0 * 1024.0 * 1024.0,
        "t" | "T" => 1024.0_f64.powi(4),
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}
