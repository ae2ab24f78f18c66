//! What Argo CD and Flux make of the repository.

mod ambiguous_destination;
mod application_outside_project;
mod application_set_missing_key;
mod application_set_template_syntax;
mod application_set_unknown_parameter;
mod application_without_automated_sync;
mod custom_resource_before_definition;
mod drifting_quantity;
mod duplicate_generated_name;
mod generate_name_outside_hook;
mod hook_weight_without_hook;
mod invalid_generated_name;
mod invalid_generator;
mod invalid_sync_wave;
mod missing_source_path;
mod missing_value_file;
mod oversized_object;
mod permissive_app_project;
mod sync_order_deadlock;
mod unknown_argocd_hook;
mod unknown_helm_hook;
mod unknown_sync_option;

rules![
    ambiguous_destination,
    application_outside_project,
    application_set_missing_key,
    application_set_template_syntax,
    application_set_unknown_parameter,
    application_without_automated_sync,
    custom_resource_before_definition,
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
    unknown_sync_option
];
