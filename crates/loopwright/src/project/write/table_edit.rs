//! Changed keys of a JSON object, set in the TOML table that it was read from. What does not change keeps its form.

use serde_json::Value;
use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value as Toml};

/// Sets the keys of `table` that differ between the objects `old` and `new`. A key that becomes `null` is removed.
pub(super) fn set_keys(table: &mut Item, old: &Value, new: &Value) -> Result<(), String> {
    let Some(keys) = new.as_object() else { return Err("the new value is not a table".to_owned()) };
    let gone = old.as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| !keys.contains_key(*key));
    let like = table.as_table_like_mut().ok_or("there is no table to change")?;
    let mut grown = false;
    for key in gone {
        like.remove(key);
    }
    for (key, value) in keys.iter().filter(|(key, value)| old.get(key) != Some(*value)) {
        grown |= set_key(like, key, old.get(key).unwrap_or(&Value::Null), value)?;
    }
    if grown
        && let Item::Value(Toml::InlineTable(inline)) = table
        && !inline.to_string().contains('\n')
    {
        inline.fmt();
    }
    Ok(())
}

/// Sets one key; whether the table has grown.
fn set_key(table: &mut dyn TableLike, key: &str, old: &Value, new: &Value) -> Result<bool, String> {
    let Some(place) = table.get_mut(key) else {
        let value = toml(&differing(old, new))?;
        let grows = value.is_some();
        if let Some(value) = value {
            table.insert(key, Item::Value(value));
        }
        return Ok(grows);
    };
    if new.is_object() && place.is_table_like() {
        set_keys(place, old, new)?;
        return Ok(false);
    }
    let Some(mut value) = toml(new)? else {
        table.remove(key);
        return Ok(false);
    };
    if let Item::Value(before) = place {
        *value.decor_mut() = before.decor().clone();
    }
    *place = Item::Value(value);
    Ok(false)
}

/// A table that is not in the file yet needs only what is not as it was: the rest is usual.
fn differing(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let changed = new.iter().filter(|(key, value)| old.get(*key) != Some(*value));
            changed.map(|(key, value)| (key.clone(), value.clone())).collect()
        }
        _ => new.clone(),
    }
}

/// Turns the short form of a model, a text, into what `new` needs: a text still, or a table.
pub(super) fn model_item(item: &mut Item, new: &Value) -> Result<(), String> {
    let is_usual = |(key, value): (&String, &Value)| match key.as_str() {
        "ref" => true,
        "votes" => value.as_u64() == Some(1),
        _ => value.is_null(),
    };
    let keys = new.as_object().ok_or("the new value is not a model")?;
    let mut value = if keys.iter().all(is_usual) {
        toml(&new["ref"])?.ok_or("a model needs a `ref`")?
    } else {
        let mut table = InlineTable::new();
        let order = ["ref", "temperature", "max_output_tokens", "votes"];
        for key in order.into_iter().filter(|key| *key == "ref" || !is_usual((&(*key).to_owned(), &new[*key]))) {
            table.extend(toml(&new[key])?.map(|value| (key, value)));
        }
        Toml::InlineTable(table)
    };
    if let Item::Value(before) = &*item {
        *value.decor_mut() = before.decor().clone();
    }
    *item = Item::Value(value);
    Ok(())
}

/// The `index`-th tool of a tools file.
pub(super) fn tool_table(document: &mut DocumentMut, index: usize) -> Result<&mut Item, String> {
    let all = document.get_mut("tool").ok_or("the file holds no tool")?;
    all.get_mut(index).ok_or_else(|| format!("the file holds no tool at place {index}"))
}

/// A JSON value as TOML; `None` for `null`, which TOML does not have.
fn toml(value: &Value) -> Result<Option<Toml>, String> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => Toml::from(*flag),
        Value::String(text) => Toml::from(text.as_str()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Toml::from(whole),
            (None, Some(real)) if !number.is_u64() => Toml::from(real),
            _ => return Err(format!("the number {number} is too large for TOML")),
        },
        Value::Array(items) => {
            let items: Vec<Toml> = items.iter().filter_map(|item| toml(item).transpose()).collect::<Result<_, _>>()?;
            Toml::Array(items.into_iter().collect())
        }
        Value::Object(keys) => {
            let mut table = InlineTable::new();
            for (key, value) in keys {
                table.extend(toml(value)?.map(|value| (key.as_str(), value)));
            }
            Toml::InlineTable(table)
        }
    }))
}
