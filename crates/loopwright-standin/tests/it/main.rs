//! Whether the stand-in is honest, from outside.

mod placeholder {}
