//! Records for benchmarks, and for tests that the fast ways give what the plain ones give.
//!
//! The same recipe gives the same bytes on every machine: no floating-point function, no clock, no hash map.
//!
//! ```
//! use lakebed_bench_data::{Recipe, Shape, Size};
//!
//! let mut text = Vec::new();
//! let rows = Recipe::new(Shape::Numbers).write(Size::Rows(3), &mut text).expect("a vector takes all");
//! assert_eq!((rows, text.iter().filter(|&&byte| byte == b'\n').count()), (3, 3));
//! ```

mod contract;
mod layout;
mod other;
mod random;
mod recipe;
mod record;
mod traffic;

pub use contract::{Codec, Contract};
pub use layout::Layout;
pub use recipe::{Recipe, Shape, Size};
