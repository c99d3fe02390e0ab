//! `tests`, `scenarios` and `defaultTest` → tests, each whole.

use loopwright_core::SourceError;

use super::MOST;
use super::reader::{Located, Reader, Spot};
use super::test_case::TestCase;
use super::test_file;
use crate::yaml::Yaml;

/// The tests of the configuration, with what `defaultTest` sets. Without any, each prompt is asked once as it is.
pub(super) fn tests(config: &Located, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let default = default_test(config, reader)?;
    let mut tests = config.get("tests").map_or(Ok(vec![]), |list| listed(&list, reader))?;
    let scenarios = config.get("scenarios");
    if tests.is_empty() && scenarios.is_none() {
        tests.push(TestCase::at(&config.spot()));
    }
    for scenario in scenarios.map(|list| whole(&list, reader)).transpose()?.unwrap_or_default() {
        tests.extend(scenario_tests(&scenario, reader)?);
        if tests.len() > MOST {
            return Err(reader.fault(&scenario.spot(), format!("more than {MOST} tests")));
        }
    }
    Ok(tests.iter().map(|test| test.over(&default)).collect())
}

fn default_test(config: &Located, reader: &mut Reader<'_>) -> Result<TestCase, SourceError> {
    let Some(given) = config.get("defaultTest") else { return Ok(TestCase::at(&config.spot())) };
    match whole(&given, reader)?.first() {
        Some(map) => TestCase::read(map, reader),
        None => Ok(TestCase::at(&given.spot())),
    }
}

/// The elements of `list`, those of files included.
fn whole(list: &Located, reader: &mut Reader<'_>) -> Result<Vec<Located>, SourceError> {
    let mut all = vec![];
    for one in list.each() {
        match one.node.text().map(|text| text.strip_prefix("file://").unwrap_or(text)) {
            None => all.push(one),
            Some(pattern) => {
                for path in reader.find(pattern, &one.spot())? {
                    let text = reader.text(&path, &one.spot())?;
                    all.extend(reader.yaml(&path, text)?.each());
                }
            }
        }
    }
    Ok(all)
}

/// Each set of variables of a scenario with each of its tests.
fn scenario_tests(scenario: &Located, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    reader.leave_out_unknown(scenario, "a scenario", &["description", "config", "tests"]);
    let Some(config) = scenario.get("config") else {
        return Err(reader.fault(&scenario.spot(), "a scenario needs `config`"));
    };
    let mut settings = vec![];
    for one in whole(&config, reader)? {
        settings.push(TestCase::read(&one, reader)?);
    }
    let tests = match scenario.get("tests") {
        Some(list) => listed(&list, reader)?,
        None => vec![TestCase::at(&scenario.spot())],
    };
    if settings.len().saturating_mul(tests.len()) > MOST {
        return Err(reader.fault(&scenario.spot(), format!("more than {MOST} tests")));
    }
    // `disableDefaultAsserts` of a test is about `defaultTest`, not about its scenario.
    let both = |setting: &TestCase, test: &TestCase| {
        let alone = test.stands_alone.or(setting.stands_alone);
        let mut both = TestCase { stands_alone: None, ..test.clone() }.over(setting);
        both.stands_alone = alone;
        both
    };
    Ok(settings.iter().flat_map(|setting| tests.iter().map(move |test| both(setting, test))).collect())
}

/// The tests in a list, and in the files that it names.
fn listed(list: &Located, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let mut tests = vec![];
    for one in list.each() {
        match &one.node.value {
            Yaml::Text(text) => tests.extend(named(text, &one.spot(), reader)?),
            _ if one.get("path").is_some() && one.get("vars").is_none() => {
                let path = one.get("path").and_then(|path| path.node.text().map(ToOwned::to_owned)).unwrap_or_default();
                tests.extend(named(&path, &one.spot(), reader)?);
            }
            _ => tests.push(TestCase::read(&one, reader)?),
        }
        if tests.len() > MOST {
            return Err(reader.fault(&one.spot(), format!("more than {MOST} tests")));
        }
    }
    Ok(tests)
}

/// The tests in the files that `text` names.
fn named(text: &str, spot: &Spot, reader: &mut Reader<'_>) -> Result<Vec<TestCase>, SourceError> {
    let path = text.strip_prefix("file://").unwrap_or(text);
    if path.contains("://") {
        reader.leave_out(spot, format!("the tests of `{path}`"), "nothing is fetched: download the file and name it");
        return Ok(vec![]);
    }
    let mut all = vec![];
    for file in reader.find(path, spot)? {
        match test_file::tests(&file, spot, reader)? {
            Some(tests) => all.extend(tests),
            None => {
                reader.leave_out(spot, format!("the tests of `{file}`"), "it is code: write what it makes to a file")
            }
        }
    }
    Ok(all)
}
