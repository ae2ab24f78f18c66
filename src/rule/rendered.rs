//! The rules about what is rendered that have no rule file: what a tool refuses, and what is noted beside the objects.
//!
//! In: nothing. Out: [`ALL`], as in `validity`. They have no check here: `src/render` finds them, `src/engine` reports them.

use super::validity::{Validity, validity};
use crate::finding::{Category, Severity};

validity! {
    /// A kustomization that kustomize refuses to build.
    ///
    /// Nothing of it reaches the cluster: `kubectl apply -k` and `kustomize build` stop at it, and so do Argo CD and Flux. Its
    /// files are checked individually instead, as they are written. What is only missing here (a remote base, a file that git
    /// ignores, a plugin, a chart) is not reported as a finding, but in the last lines of the report.
    ///
    /// **How to fix**: the place shown names the cause: a file that does not exist, a patch that matches no object, an object
    /// that occurs twice. `kubevet render` shows what a root renders.
    Render Error "kustomize-build-failed";

    /// An Application or ApplicationSet that Argo CD cannot render.
    ///
    /// The source cannot be rendered (a path that is not in the repository, a kustomization or chart that its own tool
    /// refuses, a manifest that is not an object), the definition is not valid, or Applications include each other endlessly.
    /// Nothing in it is synced. Its files are checked as they are written instead. What is only missing here (another
    /// repository, a chart of a registry, a generator that asks a cluster) is not reported as a finding, but in the last lines of the report.
    ///
    /// **How to fix**: the place shown names the cause. `kubevet render` shows what an Application renders.
    Render Error "argocd-render-failed";

    /// A Flux Kustomization that Flux cannot build or apply.
    ///
    /// The path is not there, kustomize refuses what is there, a variable of `postBuild` cannot be replaced, or an object has
    /// no namespace, which Flux does not fill in. Nothing of it is applied.
    ///
    /// **How to fix**: the place shown names the cause. `kubevet render` shows what a Flux Kustomization renders.
    Render Error "flux-build-failed";

    /// A chart that Helm refuses to render.
    ///
    /// By its own values, by a values file of its tests (`ci/*-values.yaml`), or as a release in this repository installs it: a
    /// template that does not parse or fails, values that `values.schema.json` refuses, a `Chart.yaml` that is not valid,
    /// manifests that are not YAML, a post-renderer that does not apply.
    ///
    /// **How to fix**: the place shown is where Helm stops. `kubevet render` prints what a chart renders.
    Render Error "helm-render-failed";

    /// A value that `values.schema.json` of its chart refuses.
    ///
    /// It has another type than the schema says, is not one of the values that it allows, or has a name that it does not know.
    /// Helm refuses to render the chart, and to install it: nothing of it reaches the cluster. The place shown is the value in
    /// the values file (or Application, HelmRelease ...) that gives it, beside it the line of the schema; a value of a flag is
    /// shown at the schema. A value that is only missing is a `chart-needs-value`.
    ///
    /// **How to fix**: correct the value, or the schema.
    Render Error "invalid-chart-value";

    /// A chart that requires a value that its own values do not set.
    ///
    /// A template calls `required` or `fail`, or reads on below a value that is not there, or `values.schema.json` lists a value as
    /// required: whoever installs the chart has to decide. It is checked with the first values file beside it that gives what is
    /// asked for (`ci/*-values.yaml`, `values-prod.yaml`, `linter_values.yaml`), and by the releases in this repository; without
    /// these nothing of it can be checked.
    ///
    /// **How to fix**: nothing needs to be fixed. A default in `values.yaml`, or a release in the repository, lets the chart be
    /// checked.
    Render Info "chart-needs-value";

    /// A chart of which nothing is checked.
    ///
    /// Its templates call what a library chart defines that is not in `charts/`: without it no template makes an object. Nothing is
    /// fetched, so a run without other findings says nothing about the chart. A chart that only takes in others that are not here
    /// makes nothing by itself, and is listed in the last lines of the report alone.
    ///
    /// **How to fix**: run `helm dependency build` before the check.
    Render Warning "chart-not-checked";

    /// An object that its Application's project does not permit.
    ///
    /// Its kind or its namespace is not among those of the AppProject: Argo CD refuses the whole synchronisation. Checked on
    /// the rendered Application.
    ///
    /// **How to fix**: permit it in the AppProject, or take the object out.
    Gitops Error "object-outside-project";

    /// An object that Argo CD does not apply.
    ///
    /// Without other settings Argo CD ignores what clusters create for themselves: Events, Leases and metrics.
    ///
    /// **How to fix**: take it out, or apply it by other means.
    Gitops Warning "excluded-resource";

    /// Objects that two Applications of one cluster deploy.
    ///
    /// Both say that they are theirs: Argo CD warns of a shared resource, each of them is out of sync when the other has been
    /// synchronised, and the one that is deleted or pruned takes the objects with it. Checked on the rendered
    /// Applications; one finding for each pair, at the first object that they share. Reference:
    /// <https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found>.
    ///
    /// **How to fix**: let one of them deploy the object.
    Gitops Warning "shared-resource";

    /// A Flux Kustomization that does not depend on the one that defines what it needs.
    ///
    /// It applies an object of a kind, or in a namespace, that another Kustomization in the cluster defines. Flux reconciles the two
    /// in parallel: on a new cluster this one may fail with `no matches for kind` or `namespace not found` until the other is
    /// ready, and nothing in it is applied until then. Checked on the rendered Kustomizations, once for each pair of them. What the
    /// Kustomization that creates this one defines is not reported, since it is applied before. Reference:
    /// <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>.
    ///
    /// **How to fix**: list the other one under `dependsOn`; with `wait: true` in that one, it is ready only once its objects are.
    Gitops Info "missing-flux-dependency";

    /// An AppProject that Argo CD refuses.
    ///
    /// It repeats an entry, denies everything by `!*`, or has a role or sync window that is not valid: every Application of the
    /// project stops working.
    ///
    /// **How to fix**: correct the entry shown.
    Gitops Error "invalid-app-project";

    /// A template that reads a value that is in no values file of its chart.
    ///
    /// There is one of nearly the same name: what is meant is probably that. Helm puts nothing in its place, silently,
    /// or fails where something is read from it. Values that the template can do without (`default`, `with`, `if`, `hasKey` ...)
    /// are not reported, nor is anything in a chart with a `values.schema.json`, which says what there may be.
    ///
    /// **How to fix**: correct the name, or add the value to `values.yaml`.
    Gitops Warning "unknown-chart-value";

    /// A value in `values.yaml` that no template of its chart reads.
    ///
    /// Whoever sets it changes nothing: it is misspelt, or what used it was removed. Reported only where all of the chart is here
    /// and no template hands all values on; a key `enabled` is for the conditions of charts that depend on this one.
    ///
    /// **How to fix**: correct the name, or remove it.
    Gitops Info "unused-chart-value";

    /// A template that is called but not defined.
    ///
    /// Helm fails as soon as the call is reached, be it in a branch that today's values do not take. Reported only where all
    /// dependencies of the chart are here.
    ///
    /// **How to fix**: correct the name, or define the template.
    Gitops Warning "undefined-chart-template";

    /// A template with an indentation that changes the meaning of the YAML.
    ///
    /// `indent` after spaces indents the first line twice; `toYaml` on the line of its key breaks as soon as the map or list
    /// is not empty; `nindent` that goes no deeper than the key above puts the entries beside the key, which is then empty.
    /// Helm says nothing of that where the text is YAML all the same.
    ///
    /// **How to fix**: write `{{- toYaml … | nindent N }}` on the line below the key, `N` being two more than the key's own
    /// indentation.
    Gitops Warning "misindented-template";

    /// A template that asks the cluster for an API which Kubernetes never had.
    ///
    /// `.Capabilities.APIVersions.Has` takes `group/version` or `group/version/Kind`, letter by letter. For any other name it is
    /// false on every cluster, and what it guards is never made. APIs of other groups than Kubernetes' own may be anything and
    /// are not told.
    ///
    /// **How to fix**: correct the name: `networking.k8s.io/v1/Ingress`, not `networking.k8s.io/v1/ingresses`.
    Gitops Warning "unknown-api-condition";

    /// A condition on the version of Kubernetes that no version meets which the chart allows.
    ///
    /// `kubeVersion` in `Chart.yaml` excludes all versions for which the branch was written: it is left over from a time when the
    /// chart was installed on older clusters. Told once a chart, at the first such condition.
    ///
    /// **How to fix**: remove the branch, or let `kubeVersion` allow those versions again.
    Gitops Info "unreachable-chart-branch";

    /// An object of an API that not all versions of Kubernetes serve which the chart allows.
    ///
    /// The chart is rendered for each version that its `kubeVersion` allows (those that `--kubernetes-version` can name). For some
    /// of them it makes an object of an API that is not served there any more, or not yet: Helm fails to install it. The version
    /// that is checked for is not among them, so that nothing is wrong there. Told once a chart, at the first such object.
    ///
    /// **How to fix**: correct the condition that decides on the API, or what `kubeVersion` allows.
    Gitops Info "unserved-chart-api";
}
