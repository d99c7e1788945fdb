//! Types under which files of a narrower type are read.

use lakebed_schema::hive_type::HiveType;

/// What files of one type are to a column of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Widening {
    /// Files hold both types in the same way, and every value of the one is one of the other.
    SameBytes,
    /// Athena's file reader reads the one as the other; some engine does not.
    Wider {
        /// Which, and what it does: "Spark before 4 refuses them".
        refused_by: &'static str,
    },
    /// Files of the one cannot be read as the other, or lose values.
    No,
}

/// What files of the type `before` are to a column of the type `after`. Equal types are the same bytes.
pub(super) fn widening(before: &HiveType, after: &HiveType) -> Widening {
    use HiveType::{
        Array, BigInt, Char, Decimal, Double, Float, Int, Map, SmallInt, String, Struct, TinyInt, Varchar,
    };
    #[allow(clippy::wildcard_enum_match_arm, reason = "the pairs that are read are listed, no other is")]
    match (before, after) {
        (before, after) if before == after => Widening::SameBytes,
        (TinyInt, SmallInt | Int) | (SmallInt, Int) => Widening::SameBytes,
        (TinyInt | SmallInt | Int, BigInt) => Widening::Wider {
            refused_by: "Spark before version 4 refuses 32-bit integers in a bigint column",
        },
        (Float, Double) => {
            Widening::Wider { refused_by: "Spark before version 4 refuses floats in a double column" }
        }
        (Decimal { precision: p, scale: s }, Decimal { precision, scale })
            if scale >= s && precision - scale >= p - s =>
        {
            Widening::Wider {
                refused_by: "Redshift Spectrum asks for exactly the digits of the file, and other engines than Athena for the same scale",
            }
        }
        (Varchar(_) | Char(_), String) => Widening::SameBytes,
        (Varchar(short), Varchar(long)) if short <= long => Widening::SameBytes,
        (Char(short), Varchar(long)) if u16::from(*short) <= *long => Widening::SameBytes,
        (Array(before), Array(after)) => widening(before, after),
        (Map(before_key, before), Map(after_key, after)) => {
            worst(widening(before_key, after_key), widening(before, after))
        }
        // Records are compared member by member.
        (Struct(_), Struct(_)) => Widening::No,
        _ => Widening::No,
    }
}

fn worst(one: Widening, other: Widening) -> Widening {
    match (one, other) {
        (Widening::No, _) | (_, Widening::No) => Widening::No,
        (wider @ Widening::Wider { .. }, _) | (_, wider @ Widening::Wider { .. }) => wider,
        (Widening::SameBytes, Widening::SameBytes) => Widening::SameBytes,
    }
}
