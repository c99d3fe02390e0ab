use crate::binary::{loopwright, project};

#[test]
fn a_changed_page_is_measured_against_the_page_as_it_was() {
    let (_folder, root) = project();
    let shown = loopwright(&root, &["eval", "--seed", "1", "--quiet"]);
    assert!(shown.starts_with("exit 0"), "{shown}");
    let page = root.join("docs/opening-hours.md");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, format!("{text}\nThe last hire of a day begins one hour before we close.\n")).unwrap();
    let shown = loopwright(&root, &["gate", "--seed", "1", "--quiet"]);
    assert!(shown.contains("CI gate: "), "{shown}");
    assert!(!shown.starts_with("exit 1") && !shown.starts_with("exit 2"), "{shown}");
}

#[test]
fn a_keepsake_that_was_altered_is_not_measured_against() {
    let (_folder, root) = project();
    loopwright(&root, &["eval", "--seed", "1", "--quiet"]);
    let page = root.join("docs/opening-hours.md");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, format!("{text}\nWe are shut at New Year.\n")).unwrap();
    for entry in std::fs::read_dir(root.join(".loopwright/pinned")).unwrap() {
        let path = entry.unwrap().path();
        let kept = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, kept.replace("e", "E")).unwrap();
    }
    let shown = loopwright(&root, &["gate", "--seed", "1", "--quiet"]);
    assert!(shown.starts_with("exit 2") && shown.contains("is not what was kept there"), "{shown}");
}
