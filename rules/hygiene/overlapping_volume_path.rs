use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// Two files in one volume with overlapping paths.
    ///
    /// The later one hides the earlier, or the pod does not start because there is a file where a folder is needed. Items of
    /// ConfigMap, Secret, downward API and projected volumes are compared.
    ///
    /// **How to fix**: give each a path of its own.
    id: "overlapping-volume-path",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/storage/projected-volumes/"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    for volume in pod.volumes() {
        let mut paths = Vec::new();
        let alone = ["configMap", "secret", "downwardAPI"].iter().filter_map(|kind| volume.get(kind));
        let projected = volume.at(&["projected", "sources"]).into_iter().flat_map(Node::items);
        alone.for_each(|source| items(source, &mut paths));
        projected.for_each(|source| projection(source, &mut paths));
        compare(&paths, volume.str_at("name").unwrap_or_default(), context);
    }
}

fn items<'t>(source: Node<'t>, paths: &mut Vec<Node<'t>>) {
    paths.extend(source.get("items").into_iter().flat_map(Node::items).filter_map(|item| item.get("path")));
}

fn projection<'t>(source: Node<'t>, paths: &mut Vec<Node<'t>>) {
    for kind in ["configMap", "secret", "downwardAPI"] {
        source.get(kind).into_iter().for_each(|source| items(source, paths));
    }
    let named = |kind: &str, field: &str| source.at(&[kind]).and_then(|source| source.get(field));
    paths.extend(named("serviceAccountToken", "path"));
    paths.extend(named("clusterTrustBundle", "path"));
    let certificate = ["certificateChainPath", "keyPath", "credentialBundlePath"];
    paths.extend(certificate.iter().filter_map(|field| named("podCertificate", field)));
}

fn compare(paths: &[Node<'_>], volume: &str, context: &mut Context<'_, '_>) {
    let mut folders = Folders::default();
    for (index, node) in paths.iter().enumerate().filter(|(_, node)| !path(**node).is_empty()) {
        if let Some(earlier) = folders.add(path(*node), index).map(|earlier| &paths[earlier]) {
            let message = format!("`{}` in volume `{volume}` overlaps with `{}`", path(*node), path(*earlier));
            context.report(*node, message).help("give each a path of its own").related(*earlier, "the first");
        }
    }
}

fn path(node: Node<'_>) -> &str {
    node.as_str().unwrap_or_default().trim_end_matches('/')
}

/// The paths so far as folders within folders; 0 is the one around all.
#[derive(Default)]
struct Folders<'t> {
    inner: HashMap<(usize, &'t str), usize>,
    /// For each folder but 0, the first path that ends there and the first that ends there or below.
    first: Vec<(Option<usize>, usize)>,
}

impl<'t> Folders<'t> {
    /// Adds a path; gives the first that is the same, a folder above it, or below it.
    fn add(&mut self, path: &'t str, index: usize) -> Option<usize> {
        let (mut at, mut earlier) = (0, None);
        for name in path.split('/') {
            let next = self.first.len() + 1;
            at = *self.inner.entry((at, name)).or_insert(next);
            if at == next {
                self.first.push((None, index));
            }
            earlier = first(earlier, self.first[at - 1].0);
        }
        let (own, below) = &mut self.first[at - 1];
        own.get_or_insert(index);
        first(earlier, Some(*below).filter(|&below| below != index))
    }
}

fn first(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a.into_iter().chain(b).min()
}
