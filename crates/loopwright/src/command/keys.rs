//! `keys`: the keys that callers show to `serve`.

use std::num::NonZeroU32;

use jiff::Timestamp;
use loopwright_core::{ApiKey, KeyName, KeyRing};
use loopwright_store::Store;
use serde_json::json;

use crate::cli::{KeysArgs, KeysWork};
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{FAINT, STRONG};
use crate::workshop::open_store;

/// Nanoseconds of a day.
const DAY_NS: u64 = 86_400_000_000_000;

/// Makes, lists or revokes keys.
pub(super) async fn run(args: KeysArgs, context: &Context) -> Result<Exit, Fault> {
    let store = open_store(&context.project()?, context)?;
    match args.work {
        KeysWork::Add { name, opens, days } => add(name, opens, days, &store, context).await,
        KeysWork::List => list(&store, context).await,
        KeysWork::Revoke { name } => revoke(&name, &store, context).await,
    }
}

async fn add(
    name: KeyName,
    scope: Vec<String>,
    days: Option<NonZeroU32>,
    store: &Store,
    context: &Context,
) -> Result<Exit, Fault> {
    let shown = entropy::api_key()?;
    let added_ns = context.clock.now_ns();
    let expires_ns = days.map(|days| added_ns.saturating_add(u64::from(days.get()).saturating_mul(DAY_NS)));
    let digest = ApiKey::digest_of(&shown);
    let key = ApiKey { name, digest, scope, added_ns, expires_ns, revoked_ns: None };
    if !store.add_key(key.clone()).await.map_err(Fault::unexpected)? {
        let fault = Fault::usage(format!("add the key `{}`: there is, or was, one of this name", key.name));
        return Err(fault.with_hint("`loopwright keys list` shows them; take another name"));
    }
    context.printer.document(&shown, "key", &json!({ "key": shown, "kept": key }))?;
    let restart = "a server that runs without keys asks for them when it is started again";
    context.printer.say(&format!("shown this once: only its digest is kept; {restart}"));
    Ok(Exit::Ok)
}

async fn list(store: &Store, context: &Context) -> Result<Exit, Fault> {
    let keys = store.keys().await.map_err(Fault::unexpected)?;
    if keys.is_empty() {
        return Err(Fault::nothing("there are no keys").with_hint("`loopwright keys add NAME` makes one"));
    }
    let now_ns = context.clock.now_ns();
    let text: String = keys.iter().map(|key| line(key, now_ns)).collect();
    context.printer.document(&text, "keys", &keys)?;
    Ok(Exit::Ok)
}

async fn revoke(name: &KeyName, store: &Store, context: &Context) -> Result<Exit, Fault> {
    if !store.revoke_key(name, context.clock.now_ns()).await.map_err(Fault::unexpected)? {
        let fault = Fault::usage(format!("revoke the key `{name}`: there is none of this name"));
        return Err(fault.with_hint("`loopwright keys list` shows them"));
    }
    context.printer.say(&format!("`{name}` opens nothing any more"));
    Ok(Exit::Ok)
}

fn line(key: &ApiKey, now_ns: u64) -> String {
    let opens = if key.scope.is_empty() { "everything".to_owned() } else { key.scope.join(", ") };
    let state = match (key.revoked_ns, key.expires_ns) {
        (Some(when), _) => format!("revoked {}", day(when)),
        (None, Some(when)) if when <= now_ns => format!("expired {}", day(when)),
        (None, Some(when)) => format!("until {}", day(when)),
        (None, None) => "valid".to_owned(),
    };
    format!("{STRONG}{}{STRONG:#}  {state}  {FAINT}opens {opens}{FAINT:#}\n", key.name)
}

/// The day of a moment, in UTC.
fn day(moment_ns: u64) -> String {
    Timestamp::from_nanosecond(i128::from(moment_ns)).unwrap_or_default().strftime("%Y-%m-%d").to_string()
}
