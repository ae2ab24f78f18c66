//! What Argo CD and Flux make of the repository.

rules! {
    application_outside_project,
    application_set_missing_key,
    application_without_automated_sync,
    drifting_quantity,
    generate_name_outside_hook,
    hook_weight_without_hook,
    invalid_sync_wave,
    oversized_object,
    permissive_app_project,
    sync_order_deadlock,
    unknown_argocd_hook,
    unknown_helm_hook,
    unknown_sync_option,
}
