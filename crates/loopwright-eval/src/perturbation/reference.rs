//! The reference page of all perturbations.

use super::PerturbationKind;

/// The reference page in Markdown: each perturbation with its title, dose and page.
pub fn reference() -> String {
    let mut out = String::from(
        "# Perturbations\n\nA perturbation makes a situation harder in a stated way, while what counts as right stays the \
         same. A suite asks for one with its dose, such as `ants(3)`; every case is then also tried under it, and the \
         drop is paired by case.\n\n| perturbation | what it is | dose |\n|---|---|---|\n",
    );
    for PerturbationKind { name, title, dose_meaning, most, .. } in PerturbationKind::all() {
        out += &format!("| [`{name}`](#{name}) | {title} | {dose_meaning}, 1 to {most} |\n");
    }
    for kind in PerturbationKind::all() {
        out += &format!("\n## `{}`\n\n{}", kind.name, kind.doc.replace("\n## ", "\n### "));
    }
    out
}
