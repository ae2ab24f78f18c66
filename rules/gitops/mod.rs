//! What Argo CD and Flux make of the repository.

rules! {
    application_outside_project,
    application_set_missing_key,
    application_set_template_syntax,
    application_set_unknown_parameter,
    application_without_automated_sync,
    drifting_quantity,
    duplicate_generated_name,
    generate_name_outside_hook,
    hook_weight_without_hook,
    invalid_generated_name,
    invalid_generator,
    invalid_sync_wave,
    missing_source_path,
    missing_value_file,
    oversized_object,
    permissive_app_project,
    sync_order_deadlock,
    unknown_argocd_hook,
    unknown_helm_hook,
    unknown_sync_option,
}
