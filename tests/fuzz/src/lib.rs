//! What the fuzz targets check. The ordinary tests run the same checks over the corpus.
pub mod checks;
