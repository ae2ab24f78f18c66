//! Fields behind feature gates.
//!
//! In: a kind, and the version checked for. Out: which of its fields the server drops silently there, since their gate is
//! off by default, as the server's own strategies do on creation.
//!
//! Versions of gates that Kubernetes 1.36 has are those of its `pkg/features/kube_features.go`; of gates that it has no more, and
//! for 1.37, those of its documentation of each gate. What is dropped is what `pkg/api/*/util.go` and the strategies drop.

use crate::version::KubeVersion;

/// A field that is dropped while its gate is off.
#[derive(Debug, Clone, Copy)]
pub struct Gated {
    /// Where it stands, from the object or, for pods, from the pod spec; `*` is each item of a list.
    pub path: &'static [&'static str],
    /// The gate.
    pub gate: &'static str,
    /// The first version that has the field.
    pub since: u8,
    /// The first version in which the gate is on by default; nothing where it is off still.
    pub on: Option<u8>,
}

const fn gated(path: &'static [&'static str], gate: &'static str, since: u8, on: u8) -> Gated {
    Gated { path, gate, since, on: Some(on) }
}

const fn off(path: &'static [&'static str], gate: &'static str, since: u8) -> Gated {
    Gated { path, gate, since, on: None }
}

/// The last version whose gates are known. What is off there may be on in a later one.
const KNOWN: u8 = 36;

impl Gated {
    /// Whether a version has the field and drops it.
    pub fn is_dropped_in(self, version: KubeVersion) -> bool {
        version.0 >= self.since && version.0 < self.on.unwrap_or(KNOWN + 1)
    }
}

/// Fields of pod specs; `containers` stands for every list of containers.
pub const OF_PODS: &[Gated] = &[
    gated(&["hostUsers"], "UserNamespacesSupport", 25, 33),
    gated(&["resources"], "PodLevelResources", 32, 34),
    gated(&["resourceClaims"], "DynamicResourceAllocation", 26, 34),
    gated(&["hostnameOverride"], "HostnameOverride", 34, 35),
    off(&["workloadRef"], "GenericWorkload", 35),
    off(&["schedulingGroup"], "GenericWorkload", 36),
    gated(&["securityContext", "supplementalGroupsPolicy"], "SupplementalGroupsPolicy", 31, 33),
    gated(&["securityContext", "seLinuxChangePolicy"], "SELinuxChangePolicy", 32, 33),
    gated(&["volumes", "*", "image"], "ImageVolume", 31, 35),
    gated(&["volumes", "*", "projected", "sources", "*", "clusterTrustBundle"], "ClusterTrustBundleProjection", 29, 37),
    gated(&["volumes", "*", "projected", "sources", "*", "podCertificate"], "PodCertificateRequest", 34, 37),
    gated(&["initContainers", "*", "restartPolicy"], "SidecarContainers", 28, 29),
    gated(&["containers", "*", "restartPolicyRules"], "ContainerRestartRules", 34, 35),
    gated(&["containers", "*", "resizePolicy"], "InPlacePodVerticalScaling", 27, 33),
    gated(&["containers", "*", "resources", "claims"], "DynamicResourceAllocation", 26, 34),
    gated(&["containers", "*", "securityContext", "procMount"], "ProcMountType", 12, 33),
    gated(&["containers", "*", "volumeMounts", "*", "recursiveReadOnly"], "RecursiveReadOnlyMounts", 30, 31),
    gated(&["containers", "*", "env", "*", "valueFrom", "fileKeyRef"], "EnvFiles", 34, 35),
    gated(&["containers", "*", "lifecycle", "preStop", "sleep"], "PodLifecycleSleepAction", 29, 30),
    gated(&["containers", "*", "lifecycle", "postStart", "sleep"], "PodLifecycleSleepAction", 29, 30),
    off(&["containers", "*", "lifecycle", "stopSignal"], "ContainerStopSignals", 33),
    gated(&["schedulingGates"], "PodSchedulingReadiness", 26, 27),
    gated(&["topologySpreadConstraints", "*", "minDomains"], "MinDomainsInPodTopologySpread", 24, 27),
    gated(&["topologySpreadConstraints", "*", "nodeAffinityPolicy"], "NodeInclusionPolicyInPodTopologySpread", 25, 26),
    gated(&["topologySpreadConstraints", "*", "nodeTaintsPolicy"], "NodeInclusionPolicyInPodTopologySpread", 25, 26),
    gated(&["topologySpreadConstraints", "*", "matchLabelKeys"], "MatchLabelKeysInPodTopologySpread", 25, 27),
    gated(AFFINITY[0], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[1], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[2], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[3], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[4], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[5], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[6], "MatchLabelKeysInPodAffinity", 29, 31),
    gated(AFFINITY[7], "MatchLabelKeysInPodAffinity", 29, 31),
];

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// The label keys of terms of pod affinity and anti-affinity.
const AFFINITY: [&[&str]; 8] = [
    &["affinity", "podAffinity", REQUIRED, "*", "matchLabelKeys"],
    &["affinity", "podAffinity", REQUIRED, "*", "mismatchLabelKeys"],
    &["affinity", "podAffinity", PREFERRED, "*", "podAffinityTerm", "matchLabelKeys"],
    &["affinity", "podAffinity", PREFERRED, "*", "podAffinityTerm", "mismatchLabelKeys"],
    &["affinity", "podAntiAffinity", REQUIRED, "*", "matchLabelKeys"],
    &["affinity", "podAntiAffinity", REQUIRED, "*", "mismatchLabelKeys"],
    &["affinity", "podAntiAffinity", PREFERRED, "*", "podAffinityTerm", "matchLabelKeys"],
    &["affinity", "podAntiAffinity", PREFERRED, "*", "podAffinityTerm", "mismatchLabelKeys"],
];

/// Fields of other objects, by group and kind.
pub const OF_OBJECTS: &[(&str, &str, &[Gated])] = &[
    (
        "batch",
        "Job",
        &[
            gated(&["spec", "backoffLimitPerIndex"], "JobBackoffLimitPerIndex", 28, 29),
            gated(&["spec", "maxFailedIndexes"], "JobBackoffLimitPerIndex", 28, 29),
            gated(&["spec", "podReplacementPolicy"], "JobPodReplacementPolicy", 28, 29),
            gated(&["spec", "successPolicy"], "JobSuccessPolicy", 30, 31),
            gated(&["spec", "podFailurePolicy"], "JobPodFailurePolicy", 25, 26),
            gated(&["spec", "managedBy"], "JobManagedBy", 30, 32),
        ],
    ),
    (
        "batch",
        "CronJob",
        &[
            gated(&["spec", "jobTemplate", "spec", "backoffLimitPerIndex"], "JobBackoffLimitPerIndex", 28, 29),
            gated(&["spec", "jobTemplate", "spec", "maxFailedIndexes"], "JobBackoffLimitPerIndex", 28, 29),
            gated(&["spec", "jobTemplate", "spec", "podReplacementPolicy"], "JobPodReplacementPolicy", 28, 29),
            gated(&["spec", "jobTemplate", "spec", "successPolicy"], "JobSuccessPolicy", 30, 31),
            gated(&["spec", "jobTemplate", "spec", "podFailurePolicy"], "JobPodFailurePolicy", 25, 26),
            gated(&["spec", "jobTemplate", "spec", "managedBy"], "JobManagedBy", 30, 32),
        ],
    ),
    (
        "apps",
        "StatefulSet",
        &[
            off(&["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"], "MaxUnavailableStatefulSet", 24),
            gated(&["spec", "ordinals"], "StatefulSetStartOrdinal", 26, 27),
            gated(&["spec", "persistentVolumeClaimRetentionPolicy"], "StatefulSetAutoDeletePVC", 23, 27),
            gated(
                &["spec", "volumeClaimTemplates", "*", "spec", "volumeAttributesClassName"],
                "VolumeAttributesClass",
                29,
                34,
            ),
        ],
    ),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        &[
            gated(&["spec", "behavior", "scaleUp", "tolerance"], "HPAConfigurableTolerance", 33, 35),
            gated(&["spec", "behavior", "scaleDown", "tolerance"], "HPAConfigurableTolerance", 33, 35),
            gated(&["spec", "metrics", "*", "containerResource"], "HPAContainerMetrics", 20, 27),
        ],
    ),
    ("", "Service", &[gated(&["spec", "trafficDistribution"], "ServiceTrafficDistribution", 30, 31)]),
    (
        "",
        "PersistentVolumeClaim",
        &[
            gated(&["spec", "volumeAttributesClassName"], "VolumeAttributesClass", 29, 34),
            off(&["spec", "dataSourceRef", "namespace"], "CrossNamespaceVolumeDataSource", 26),
        ],
    ),
    ("", "PersistentVolume", &[gated(&["spec", "volumeAttributesClassName"], "VolumeAttributesClass", 29, 34)]),
    (
        "policy",
        "PodDisruptionBudget",
        &[gated(&["spec", "unhealthyPodEvictionPolicy"], "PDBUnhealthyPodEvictionPolicy", 26, 27)],
    ),
    (
        "storage.k8s.io",
        "CSIDriver",
        &[
            gated(&["spec", "seLinuxMount"], "SELinuxMountReadWriteOncePod", 25, 28),
            gated(&["spec", "nodeAllocatableUpdatePeriodSeconds"], "MutableCSINodeAllocatableCount", 33, 35),
            off(&["spec", "preventPodSchedulingIfMissing"], "VolumeLimitScaling", 35),
        ],
    ),
    ("resource.k8s.io", "DeviceClass", &[gated(&["spec", "extendedResourceName"], "DRAExtendedResource", 34, 36)]),
    ("resource.k8s.io", "ResourceClaim", CLAIMS),
    ("resource.k8s.io", "ResourceClaimTemplate", CLAIM_TEMPLATES),
];

const CLAIMS: &[Gated] = &[
    gated(&["spec", "devices", "requests", "*", "firstAvailable"], "DRAPrioritizedList", 33, 34),
    gated(&["spec", "devices", "requests", "*", "exactly", "tolerations"], "DRADeviceTaints", 33, 36),
    gated(&["spec", "devices", "requests", "*", "exactly", "adminAccess"], "DRAAdminAccess", 33, 34),
    gated(&["spec", "devices", "requests", "*", "exactly", "capacity"], "DRAConsumableCapacity", 34, 36),
];

const CLAIM_TEMPLATES: &[Gated] = &[
    gated(&["spec", "spec", "devices", "requests", "*", "firstAvailable"], "DRAPrioritizedList", 33, 34),
    gated(&["spec", "spec", "devices", "requests", "*", "exactly", "tolerations"], "DRADeviceTaints", 33, 36),
    gated(&["spec", "spec", "devices", "requests", "*", "exactly", "adminAccess"], "DRAAdminAccess", 33, 34),
    gated(&["spec", "spec", "devices", "requests", "*", "exactly", "capacity"], "DRAConsumableCapacity", 34, 36),
];

/// The fields of an object of a group and kind that stand behind gates.
pub fn of_kind(group: &str, kind: &str) -> &'static [Gated] {
    OF_OBJECTS.iter().find(|(own, name, _)| *own == group && *name == kind).map_or(&[], |(_, _, fields)| fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_dropped_from_its_first_version_until_its_gate_is_on() {
        let users = OF_PODS[0];
        let dropped: Vec<u8> = (20..40).filter(|&minor| users.is_dropped_in(KubeVersion(minor))).collect();
        assert_eq!(dropped, (25..33).collect::<Vec<_>>());
        let limit = off(&["x"], "X", 35);
        assert!(limit.is_dropped_in(KubeVersion(36)) && !limit.is_dropped_in(KubeVersion(37)));
    }
}
