//! Constant functions behind the compile-time checks of the derive.
