//! Registries of schemas.

pub mod compatible;
