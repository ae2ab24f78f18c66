//! PersistentVolumeClaim, and the same spec wherever a template of one stands.
//!
//! In: a decoded claim. Out: findings. Mirrors `ValidatePersistentVolumeClaimSpec` of `pkg/apis/core/validation` after
//! what `pkg/api/persistentvolumeclaim` does to the two fields that say what a new volume is filled with.

use crate::api::check::{labels, names};
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::{Object, Quantity};

use super::quantity::quantity;

/// The last one came with 1.27 (ReadWriteOncePod).
const ACCESS_MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// `ValidatePersistentVolumeClaim`.
pub fn claim<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    claim_spec(Field::of(object.root).child("spec"), true, errors);
}

/// `ValidatePersistentVolumeClaimSpec`. A claim of its own was normalized by its strategy before; a template was not.
pub fn claim_spec<'t>(spec: Field<'t>, own: bool, errors: &mut Errors<'t>) {
    access_modes(spec.child("accessModes"), errors);
    if let Some(selector) = spec.child("selector").node() {
        labels::selector(selector, errors);
    }
    storage(spec, errors);
    spec.child("storageClassName").check_if_set(errors, names::dns_subdomain);
    volume_mode(spec.child("volumeMode"), errors);
    data_sources(spec, own, errors);
    // Dropped before 1.34 (VolumeAttributesClass).
    if errors.since(34) {
        spec.child("volumeAttributesClassName").check_if_set(errors, names::dns_subdomain);
    }
}

/// The access modes of a claim or a volume, which the server reports at the list as a whole.
pub fn access_modes<'t>(modes: Field<'t>, errors: &mut Errors<'t>) {
    if modes.is_empty() {
        return modes.required(errors, "at least one is needed");
    }
    let path = modes.place().path(errors.root);
    let allowed = if errors.since(27) { &ACCESS_MODES[..] } else { &ACCESS_MODES[..3] };
    for mode in modes.items().filter(|mode| !allowed.contains(&mode.text())) {
        let message = format!("`{}` is not supported: use one of {}", mode.text(), allowed.join(", "));
        errors.error_at_path(ErrorType::NotSupported, mode, path.clone(), message);
    }
    let known = modes.items().map(Field::text).filter(|mode| ACCESS_MODES.contains(mode));
    let (single, others): (Vec<_>, Vec<_>) = known.partition(|mode| *mode == "ReadWriteOncePod");
    if !single.is_empty() && !others.is_empty() {
        modes.forbidden(errors, "ReadWriteOncePod cannot be combined with other access modes");
    }
}

/// The mode of a claim or a volume, defaulted to `Filesystem`.
pub fn volume_mode<'t>(mode: Field<'t>, errors: &mut Errors<'t>) {
    mode.optional_one_of(errors, &["Block", "Filesystem"]);
}

/// The storage that is asked for. The server leaves `requests` out of the path.
fn storage<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let requests = spec.at(&["resources", "requests"]);
    let path = format!("{}.resources[storage]", spec.place().path(errors.root));
    let Some(storage) = requests.key("storage") else {
        let message = "`resources.requests.storage` is required";
        errors.error_at_path(ErrorType::Required, requests, path, message);
        return;
    };
    if quantity(storage).is_some_and(|amount| amount <= Quantity::ZERO) {
        errors.error_at_path(ErrorType::Invalid, storage, path, "the storage must be greater than zero");
    }
}

/// `dataSource` and `dataSourceRef` as they are after `DropDisabledFields`, `EnforceDataSourceBackwardsCompatibility` and
/// `NormalizeDataSources`.
fn data_sources<'t>(spec: Field<'t>, own: bool, errors: &mut Errors<'t>) {
    let (source, reference) = (spec.child("dataSource"), spec.child("dataSourceRef"));
    let foreign = !reference.child("namespace").text().is_empty();
    // Without CrossNamespaceVolumeDataSource (off by default) a reference to another namespace is dropped.
    let reference_counts = reference.is_present() && !(own && foreign);
    let source_counts = source.is_present() && (!own || reference_counts || is_claim_or_snapshot(source));
    if source_counts {
        data_source(source, errors);
    }
    if reference_counts {
        data_source(reference, errors);
        reference.child("namespace").check_if_set(errors, names::dns_label);
    }
    if source_counts && reference_counts && (foreign || !is_same(source, reference)) {
        let message = "`dataSource` must match `dataSourceRef`, or be left out where that names another namespace";
        errors.error(ErrorType::Invalid, spec, message);
    }
}

fn is_claim_or_snapshot(source: Field<'_>) -> bool {
    matches!(
        (source.child("apiGroup").text(), source.child("kind").text()),
        ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
    )
}

fn is_same(source: Field<'_>, reference: Field<'_>) -> bool {
    let group = |field: Field<'_>| field.child("apiGroup").is_present();
    group(source) == group(reference)
        && ["apiGroup", "kind", "name"].iter().all(|name| source.child(name).text() == reference.child(name).text())
}

/// `validateDataSource`.
fn data_source<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("name").required_text(errors);
    source.child("kind").required_text(errors);
    let group = source.child("apiGroup");
    if group.text().is_empty() && source.child("kind").text() != "PersistentVolumeClaim" {
        source.invalid(errors, "must have the kind PersistentVolumeClaim if it has no `apiGroup`");
    }
    group.check_if_set(errors, names::dns_subdomain);
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    fn claim(spec: &str) -> Vec<String> {
        let head = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec:";
        let basis = "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}";
        violations_in(&format!("{head} {{{basis}, {spec}}}"), 36)
    }

    #[test]
    fn what_fills_a_volume() {
        for good in [
            "dataSource: {kind: PersistentVolumeClaim, name: b}",
            // Dropped, since it is neither a claim nor a snapshot.
            "dataSource: {kind: Other, name: b}",
            "dataSourceRef: {apiGroup: a.b, kind: Other, name: b}",
            // Dropped: other namespaces need a feature that is off.
            "dataSourceRef: {kind: Other, name: b, namespace: c}",
        ] {
            assert!(claim(good).is_empty(), "{good}");
        }
        assert_eq!(claim("dataSourceRef: {kind: Other, name: b}"), ["invalid spec.dataSourceRef"]);
        let both =
            "dataSource: {kind: PersistentVolumeClaim, name: b}, dataSourceRef: {kind: PersistentVolumeClaim, name: c}";
        assert_eq!(claim(both), ["invalid spec"]);
    }

    #[test]
    fn storage_and_modes_are_required() {
        let empty = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: []}";
        assert_eq!(violations_in(empty, 36), ["required spec.resources[storage]", "required spec.accessModes"]);
        let single = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec:\n  \
                      accessModes: [ReadWriteOncePod, ReadOnlyMany]\n  resources: {requests: {storage: 0}}";
        assert_eq!(violations_in(single, 36), ["forbidden spec.accessModes", "invalid spec.resources[storage]"]);
    }
}
