use crate::rule::prelude::*;

rule! {
    /// A secret kept in a ConfigMap.
    ///
    /// ConfigMaps are shown by every tool, copied into logs and readable for many roles that must not read Secrets. Found
    /// by the key's name (`DB_PASSWORD`), by the form of the value (an AWS key, a private key), in URLs that carry a
    /// password, and in lines such as `spring.datasource.password=…` of a properties file.
    ///
    /// **How to fix**: move the value to a Secret that is not in the repository in clear text, and rotate it.
    id: "plaintext-secret-in-configmap",
    severity: Error,
    peers: &["polaris:sensitiveConfigmapContent", "trivy:KSV-0109", "trivy:KSV-01010", "kubescape:C-0012"],
    references: &["https://kubernetes.io/docs/concepts/configuration/configmap/",
                  "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
    check: Check::Kind(&["ConfigMap"], check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let Some(data) = object.root.get("data") else { return };
    let mut known = Memo::new();
    for entry in data.entries() {
        let Some(value) = entry.value.as_str() else { continue };
        let name = entry.name;
        // Of a long value the name says only what sort of text it is.
        if let Some(what) = known.of(value, (is_template(name), is_code(name)), || secret(name, value)) {
            let message = format!("key `{}` of {} holds {what} in clear text", entry.name, object.title());
            context.report(Place::key(entry), message).help("move it to a Secret, and rotate it");
        }
    }
}

fn secret(name: &str, value: &str) -> Option<&'static str> {
    use secrecy::Looks;
    let one_line = !value.trim().contains('\n');
    if one_line && is_template(name) {
        return None;
    }
    if one_line && value.len() < 512 && secrecy::names_secret(name) && !value.contains("://") {
        return (secrecy::looks(value) == Looks::Value).then_some("a secret");
    }
    if let Some(token) = secrecy::token(value) {
        return Some(token);
    }
    if one_line {
        let url = secrecy::url_password(value).map(|_| "a URL with a password");
        return url.or_else(|| (value.contains('=') && secrecy::is_secret_line(value)).then_some("a password"));
    }
    (!is_code(name) && value.lines().any(|line| line.contains('=') && secrecy::is_secret_line(line)))
        .then_some("a password")
}

fn is_template(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("template")
}

fn is_code(name: &str) -> bool {
    [".sh", ".py", ".js", ".sql", ".json", ".md", ".lua", ".rego", ".tpl"].iter().any(|end| name.ends_with(end))
}
