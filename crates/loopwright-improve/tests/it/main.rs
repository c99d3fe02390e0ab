//! The room from outside: signals and techniques on evidence made by hand, and a diagnosis on the stand-in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;
mod diagnosis;
mod scene;
mod signals;
mod techniques;
