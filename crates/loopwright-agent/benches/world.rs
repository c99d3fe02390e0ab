//! What a world costs a trial: `cargo bench -p loopwright-agent --bench world`. Microseconds of wall time, the least of
//! several goes.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use loopwright_agent::{ToolPart, World, WorldSeed};
use loopwright_core::StateImage;
use serde_json::{Map, Value, json};

/// Goes of a measurement, and how often the thing is done in each.
const GOES: u32 = 2_000;
const TIMES: u32 = 20;

fn main() {
    let rows = (1..=40).map(|n| format!("insert into orders values ('A-{n}', 'open', {n}.5);")).collect::<String>();
    let script = format!(
        "create table orders(id text primary key, status text not null, price real);
         create table customers(id text primary key, name text); {rows}"
    );
    let seed = WorldSeed::build("shop.sql", &script).unwrap();
    let tool: ToolPart = serde_json::from_value(json!({
        "name": "cancel", "effect": "write", "parameters": {"id": {"type": "string"}},
        "requires": [{"sql": "select 1 from orders where id = :id", "otherwise": "there is no such order"}],
        "statements": ["update orders set status = 'cancelled' where id = :id"],
    }))
    .unwrap();
    let arguments: Map<String, Value> = json!({"id": "A-7"}).as_object().unwrap().clone();
    println!("an image of {} bytes", seed.image().bytes.len());

    said(
        "open",
        least(|| {
            black_box(World::open(&seed, None).unwrap());
        }),
    );
    said(
        "open, one call",
        least(|| {
            let world = World::open(&seed, None).unwrap();
            black_box(world.call(&tool, &arguments));
        }),
    );
    said(
        "open, three calls",
        least(|| {
            let world = World::open(&seed, None).unwrap();
            for _ in 0..3 {
                black_box(world.call(&tool, &arguments));
            }
        }),
    );
    said(
        "open, one call, image",
        least(|| {
            let world = World::open(&seed, None).unwrap();
            black_box(world.call(&tool, &arguments));
            black_box(world.image().unwrap());
        }),
    );
    let image: StateImage = seed.image().clone();
    said(
        "look at an image",
        least(|| {
            black_box(World::at(&image).unwrap().scalar("select status from orders where id = 'A-7'").unwrap());
        }),
    );
    said(
        "digest of the image",
        least(|| {
            black_box(StateImage::new(image.bytes.to_vec()));
        }),
    );
}

fn said(what: &str, time: Duration) {
    println!("{what:<28} {:>8.1}", time.as_secs_f64() * 1e6);
}

fn least(work: impl Fn()) -> Duration {
    let go = |_| {
        let begin = Instant::now();
        (0..TIMES).for_each(|_| work());
        begin.elapsed() / TIMES
    };
    (0..GOES).map(go).min().unwrap_or_default()
}
