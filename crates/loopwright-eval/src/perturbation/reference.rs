//! The reference page of all perturbations.

use super::{Invariant, PerturbationKind, rewrite};

/// The reference page in Markdown: each perturbation with its title, dose, what must stay the same, and its page. Kinds
/// that share a page point to the first of them.
pub fn reference() -> String {
    let mut out = String::from(
        "# Perturbations\n\nA perturbation makes a situation harder in a stated way. A suite asks for one with its dose, \
         such as `ants(3)`; every case is then also tried under it, and the drop is paired by case. A case in which a \
         perturbation finds nothing to act on is left alone: it is not run under it, not scored, and counted.\n\nWhat \
         must stay the same is stated of each:\n\n",
    );
    for invariant in Invariant::ALL {
        out += &format!("- *{invariant}*: {}.\n", invariant.meaning());
    }
    out += "\nA report's *passes under all* counts those where the answer must stay the same.\n\n\
            | perturbation | what it is | dose | must stay |\n|---|---|---|---|\n";
    for PerturbationKind { name, title, dose_meaning, most, invariant, .. } in PerturbationKind::all() {
        out += &format!("| [`{name}`](#{name}) | {title} | {dose_meaning}, 1 to {most} | {invariant} |\n");
    }
    for kind in PerturbationKind::all() {
        out += &format!("\n## `{}`\n\n{}", kind.name, page(kind));
    }
    out
}

/// The page of `kind`, or where it stands.
fn page(kind: &PerturbationKind) -> String {
    let first = PerturbationKind::all().iter().find(|other| other.doc == kind.doc);
    match first.filter(|first| first.name != kind.name) {
        Some(first) => format!("{}. See [`{}`](#{}).\n", rewrite::capitalised(kind.title), first.name, first.name),
        None => kind.doc.replace("\n## ", "\n### "),
    }
}
