//! Tests that hold kubevet's schema bundle against the typed structs of the `k8s-openapi` crate.
//!
//! `cargo test --manifest-path tests/parity/Cargo.toml`. The list of kinds is the crate's: a kind that is missing here makes
//! the last test fail, one that is gone does not compile.

#[cfg(test)]
mod tests {
    use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource};
    use kubevet::schema::Bundle;
    use kubevet::version::KubeVersion;

    /// What a scope means.
    trait Scope {
        const NAMESPACED: bool;
    }

    impl Scope for ClusterResourceScope {
        const NAMESPACED: bool = false;
    }

    impl Scope for NamespaceResourceScope {
        const NAMESPACED: bool = true;
    }

    /// Group, version, kind, plural and whether it is namespaced.
    type Row = (&'static str, &'static str, &'static str, &'static str, bool);

    fn row<K: Resource>() -> Row
    where
        K::Scope: Scope,
    {
        (K::GROUP, K::VERSION, K::KIND, K::URL_PATH_SEGMENT, K::Scope::NAMESPACED)
    }

    macro_rules! rows {
        ($($kind:path,)*) => {
            vec![$({
                use k8s_openapi::*;
                row::<$kind>()
            }),*]
        };
    }

    fn rows() -> Vec<Row> {
        rows! {
            api::admissionregistration::v1::MutatingAdmissionPolicy,
            api::admissionregistration::v1::MutatingAdmissionPolicyBinding,
            api::admissionregistration::v1::MutatingWebhookConfiguration,
            api::admissionregistration::v1::ValidatingAdmissionPolicy,
            api::admissionregistration::v1::ValidatingAdmissionPolicyBinding,
            api::admissionregistration::v1::ValidatingWebhookConfiguration,
            api::admissionregistration::v1alpha1::MutatingAdmissionPolicy,
            api::admissionregistration::v1alpha1::MutatingAdmissionPolicyBinding,
            api::admissionregistration::v1beta1::MutatingAdmissionPolicy,
            api::admissionregistration::v1beta1::MutatingAdmissionPolicyBinding,
            api::apiserverinternal::v1alpha1::StorageVersion,
            api::apps::v1::ControllerRevision,
            api::apps::v1::DaemonSet,
            api::apps::v1::Deployment,
            api::apps::v1::ReplicaSet,
            api::apps::v1::StatefulSet,
            api::authentication::v1::SelfSubjectReview,
            api::authentication::v1::TokenReview,
            api::authorization::v1::LocalSubjectAccessReview,
            api::authorization::v1::SelfSubjectAccessReview,
            api::authorization::v1::SelfSubjectRulesReview,
            api::authorization::v1::SubjectAccessReview,
            api::autoscaling::v1::HorizontalPodAutoscaler,
            api::autoscaling::v2::HorizontalPodAutoscaler,
            api::batch::v1::CronJob,
            api::batch::v1::Job,
            api::certificates::v1::CertificateSigningRequest,
            api::certificates::v1::ClusterTrustBundle,
            api::certificates::v1::PodCertificateRequest,
            api::certificates::v1beta1::ClusterTrustBundle,
            api::certificates::v1beta1::PodCertificateRequest,
            api::coordination::v1::Lease,
            api::coordination::v1alpha2::LeaseCandidate,
            api::coordination::v1beta1::LeaseCandidate,
            api::core::v1::Binding,
            api::core::v1::ComponentStatus,
            api::core::v1::ConfigMap,
            api::core::v1::Endpoints,
            api::core::v1::Event,
            api::core::v1::LimitRange,
            api::core::v1::Namespace,
            api::core::v1::Node,
            api::core::v1::PersistentVolume,
            api::core::v1::PersistentVolumeClaim,
            api::core::v1::Pod,
            api::core::v1::PodTemplate,
            api::core::v1::ReplicationController,
            api::core::v1::ResourceQuota,
            api::core::v1::Secret,
            api::core::v1::Service,
            api::core::v1::ServiceAccount,
            api::discovery::v1::EndpointSlice,
            api::events::v1::Event,
            api::flowcontrol::v1::FlowSchema,
            api::flowcontrol::v1::PriorityLevelConfiguration,
            api::lifecycle::v1alpha1::Eviction,
            api::lifecycle::v1alpha1::EvictionRequest,
            api::networking::v1::IPAddress,
            api::networking::v1::Ingress,
            api::networking::v1::IngressClass,
            api::networking::v1::NetworkPolicy,
            api::networking::v1::ServiceCIDR,
            api::node::v1::RuntimeClass,
            api::policy::v1::PodDisruptionBudget,
            api::rbac::v1::ClusterRole,
            api::rbac::v1::ClusterRoleBinding,
            api::rbac::v1::Role,
            api::rbac::v1::RoleBinding,
            api::resource::v1::DeviceClass,
            api::resource::v1::DeviceTaintRule,
            api::resource::v1::ResourceClaim,
            api::resource::v1::ResourceClaimTemplate,
            api::resource::v1::ResourceSlice,
            api::resource::v1alpha3::DeviceTaintRule,
            api::resource::v1alpha3::ResourcePoolStatusRequest,
            api::resource::v1beta1::DeviceClass,
            api::resource::v1beta1::ResourceClaim,
            api::resource::v1beta1::ResourceClaimTemplate,
            api::resource::v1beta1::ResourceSlice,
            api::resource::v1beta2::DeviceClass,
            api::resource::v1beta2::DeviceTaintRule,
            api::resource::v1beta2::ResourceClaim,
            api::resource::v1beta2::ResourceClaimTemplate,
            api::resource::v1beta2::ResourceSlice,
            api::scheduling::v1::PriorityClass,
            api::scheduling::v1alpha3::CompositePodGroup,
            api::scheduling::v1alpha3::PodGroup,
            api::scheduling::v1alpha3::Workload,
            api::scheduling::v1beta1::PodGroup,
            api::scheduling::v1beta1::Workload,
            api::storage::v1::CSIDriver,
            api::storage::v1::CSINode,
            api::storage::v1::CSIStorageCapacity,
            api::storage::v1::StorageClass,
            api::storage::v1::VolumeAttachment,
            api::storage::v1::VolumeAttributesClass,
            api::storagemigration::v1::StorageVersionMigration,
            api::storagemigration::v1beta1::StorageVersionMigration,
            apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
            kube_aggregator::pkg::apis::apiregistration::v1::APIService,
        }
    }

    #[test]
    fn kinds_plurals_and_scopes_are_those_of_the_typed_structs() {
        let version = Bundle::get().version(KubeVersion(37)).expect("bundled");
        for (group, api_version, kind, plural, namespaced) in rows() {
            let known =
                version.kind(group, api_version, kind).unwrap_or_else(|| panic!("{group}/{api_version} {kind}"));
            assert_eq!((known.plural, known.namespaced), (plural, namespaced), "{group}/{api_version} {kind}");
        }
    }

    #[test]
    fn the_bundle_has_no_kind_that_the_crate_lacks() {
        let version = Bundle::get().version(KubeVersion(37)).expect("bundled");
        let rows = rows();
        for kind in version.kinds() {
            let same = |row: &&Row| (row.0, row.1, row.2) == (kind.group, kind.version, kind.kind);
            assert!(rows.iter().find(same).is_some(), "{kind:?}");
        }
    }
}
