//! Configurations of promptfoo; the files around one follow it, each headed by a line `== NAME`.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use loopwright_core::SuiteName;
use loopwright_exchange::{Folder, PromptfooSource, read_promptfoo};
use loopwright_fuzz::has_a_place;

const CONFIG: &str = "promptfooconfig.yaml";

struct Files<'a>(BTreeMap<&'a str, &'a str>);

impl Folder for Files<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).map(|text| text.as_bytes().to_vec()).ok_or_else(|| "there is no such file".to_owned())
    }

    fn find(&self, pattern: &str) -> Result<Vec<String>, String> {
        let (start, end) = pattern.split_once('*').unwrap_or((pattern, ""));
        let found = self.0.keys().filter(|path| path.starts_with(start) && path.ends_with(end));
        Ok(found.map(|path| (*path).to_owned()).collect())
    }
}

fuzz_target!(|text: &str| {
    let mut parts = text.split("\n== ");
    let config = parts.next().unwrap_or_default();
    let others = parts.filter_map(|part| part.split_once('\n'));
    let folder = Files(others.chain([(CONFIG, config)]).collect());
    let name = SuiteName::new("fuzz").expect("it is a name");
    let source = PromptfooSource { folder: &folder, file: CONFIG, shown: "", name: &name, carries: &|_| Ok(()) };
    match read_promptfoo(&source) {
        Ok(import) => assert!(import.left_out.iter().all(|one| one.line >= 1 && one.column >= 1)),
        Err(fault) => has_a_place(&fault),
    }
});
