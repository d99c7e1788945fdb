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
            Widening::Wider { refused_by: "Redshift Spectrum asks for exactly the digits that the file has" }
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

#[cfg(test)]
mod tests {
    use super::super::types::parse;
    use super::*;

    #[test]
    fn what_files_of_one_type_are_to_another() {
        for (pairs, expected) in [
            (
                "int>int tinyint>smallint smallint>int varchar(5)>string varchar(5)>varchar(6) char(3)>varchar(3) array<smallint>>array<int>",
                "same",
            ),
            (
                "int>bigint tinyint>bigint float>double decimal(10,2)>decimal(12,2) decimal(10,2)>decimal(12,4) map<string,int>>map<string,bigint> array<array<float>>>array<array<double>>",
                "wider",
            ),
            (
                "bigint>int double>float int>string string>int decimal(12,2)>decimal(10,2) decimal(10,2)>decimal(12,5) decimal(10,2)>decimal(12,1) string>varchar(5) varchar(6)>varchar(5) timestamp>bigint timestamp>date int>double int>decimal(12,0) array<int>>int map<string,int>>map<int,int>",
                "no",
            ),
        ] {
            for pair in pairs.split(' ') {
                // The type ends at the first `>` that is followed by a type's name.
                let at = pair
                    .match_indices('>')
                    .map(|(at, _)| at)
                    .find(|at| parse(&pair[..*at]).is_some() && parse(&pair[at + 1..]).is_some())
                    .unwrap_or_else(|| panic!("{pair}"));
                let (before, after) = (parse(&pair[..at]).unwrap(), parse(&pair[at + 1..]).unwrap());
                let found = match widening(&before, &after) {
                    Widening::SameBytes => "same",
                    Widening::Wider { .. } => "wider",
                    Widening::No => "no",
                };
                assert_eq!(found, expected, "{pair}");
            }
        }
    }
}
