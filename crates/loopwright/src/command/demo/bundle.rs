//! The bundled project, file by file, and how it is unpacked.

use std::path::Path;

use crate::fault::Fault;
use crate::report::save;
use crate::workshop::LEDGER;

macro_rules! bundle {
    ($($path:literal,)+) => {
        /// The files of the project, by their path in it.
        pub(super) const FILES: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../../demo/", $path)))),+];
    };
}

bundle! {
    "cases/dev.jsonl",
    "cases/vault.jsonl",
    "docs/assembly-help.md",
    "docs/business-and-bulk-orders.md",
    "docs/care-cast-iron.md",
    "docs/care-knives.md",
    "docs/care-wooden-boards.md",
    "docs/changing-an-order.md",
    "docs/complaints.md",
    "docs/damaged-goods.md",
    "docs/exchanges.md",
    "docs/gift-cards.md",
    "docs/invoices-and-vat.md",
    "docs/loyalty-points.md",
    "docs/payment-methods.md",
    "docs/pre-orders-and-backorders.md",
    "docs/price-matching.md",
    "docs/privacy-and-data.md",
    "docs/promotions.md",
    "docs/recycling.md",
    "docs/refunds.md",
    "docs/returns.md",
    "docs/shipping-domestic.md",
    "docs/shipping-express.md",
    "docs/shipping-international.md",
    "docs/shipping-islands.md",
    "docs/spare-parts.md",
    "docs/stores-and-pickup.md",
    "docs/subscriptions.md",
    "docs/warranty.md",
    "loopwright.toml",
    "prompts/support.md",
    "tools/shop.toml",
    "worlds/shop.sql",
}

/// Writes the project into `folder`. A folder that holds anything but an unchanged demo is left alone; the record of an
/// earlier demo is begun anew.
///
/// # Errors
/// When the folder holds something else, or cannot be written.
pub(super) fn unpack(folder: &Path) -> Result<(), Fault> {
    if !is_free(folder) {
        let fault = Fault::usage(format!("`{}` holds something else than an unchanged demo", folder.display()));
        return Err(fault.with_hint("name another folder with `--dir`, or remove this one"));
    }
    for suffix in ["", "-wal", "-shm"] {
        let file = folder.join(format!("{LEDGER}{suffix}"));
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Fault::unexpected(format!("`{}` cannot be removed: {error}", file.display())));
            }
            _ => {}
        }
    }
    FILES.iter().try_for_each(|(path, text)| save(&folder.join(path), text))
}

/// Whether `folder` is not there, is empty, or holds the project as it was unpacked.
fn is_free(folder: &Path) -> bool {
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    let is_same =
        |(path, text): &(&str, &str)| std::fs::read_to_string(folder.join(path)).is_ok_and(|now| now == *text);
    is_empty || FILES.iter().all(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_demo_is_bundled() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
        let mut found: Vec<String> = walkdir::WalkDir::new(&root)
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
            .filter(|path| path != "README.md")
            .collect();
        found.sort();
        assert_eq!(found, FILES.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn a_folder_with_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path()).unwrap();
        unpack(folder.path()).unwrap();
        std::fs::write(folder.path().join("prompts/support.md"), "mine").unwrap();
        assert!(unpack(folder.path()).unwrap_err().render().contains("something else"));
        assert_eq!(std::fs::read_to_string(folder.path().join("prompts/support.md")).unwrap(), "mine");
    }
}
