//! The room from outside: signals and techniques on evidence made by hand; a diagnosis, races, gates and the whole loop on
//! the stand-in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;
mod diagnosis;
mod gate;
mod hire;
mod kiosk;
mod r#loop;
mod race;
mod scene;
mod signals;
mod techniques;
