//! Whether a mode lets a new version in.

use super::RegisteredSchema;
use super::compatible::{Difference, differences};
use lakebed_schema::target::Compatibility;
use serde::Serialize;
use serde_json::Value;

/// Who must read whose documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The new version those of an older one.
    Backward,
    /// An older version those of the new one.
    Forward,
}

/// Why a new version is refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refusal {
    /// The version it does not go together with.
    pub version: u64,
    /// Who cannot read whose documents.
    pub direction: Direction,
    /// Where, and by which keyword.
    #[serde(flatten)]
    pub difference: Difference,
}

/// Numbers of the versions that a new one is compared with, in order.
///
/// The last one, and for the modes with all every one since the mode was set. The version that the registry calls its
/// checkpoint counts always: by the documentation it is that of the last change of the mode, and accounts differ on
/// whether the service compares with it or with the last version.
pub fn compared(mode: Compatibility, schema: &RegisteredSchema) -> Vec<u64> {
    let Some(latest) = schema.latest else { return Vec::new() };
    let first = schema.checkpoint.unwrap_or(1).min(latest);
    match mode {
        Compatibility::None | Compatibility::Disabled => Vec::new(),
        Compatibility::BackwardAll | Compatibility::ForwardAll | Compatibility::FullAll => {
            (first..=latest).collect()
        }
        Compatibility::Backward | Compatibility::Forward | Compatibility::Full if first == latest => {
            vec![latest]
        }
        Compatibility::Backward | Compatibility::Forward | Compatibility::Full => vec![first, latest],
    }
}

/// Everything by which a mode refuses a new version beside older ones.
pub fn refusals(mode: Compatibility, new: &Value, older: &[(u64, Value)]) -> Vec<Refusal> {
    let mut out = Vec::new();
    for (version, old) in older {
        let mut add = |direction, writer: &Value, reader: &Value| {
            out.extend(differences(writer, reader).into_iter().map(|difference| Refusal {
                version: *version,
                direction,
                difference,
            }));
        };
        if mode.is_backward() {
            add(Direction::Backward, old, new);
        }
        if mode.is_forward() {
            add(Direction::Forward, new, old);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn registered(checkpoint: u64, latest: u64) -> RegisteredSchema {
        RegisteredSchema {
            format: "JSON".to_owned(),
            compatibility: Compatibility::Backward,
            description: None,
            checkpoint: Some(checkpoint),
            latest: Some(latest),
        }
    }

    #[test]
    fn modes_choose_the_versions() {
        assert_eq!(compared(Compatibility::None, &registered(1, 4)), [0; 0]);
        assert_eq!(compared(Compatibility::Disabled, &registered(1, 4)), [0; 0]);
        for mode in [Compatibility::Backward, Compatibility::Forward, Compatibility::Full] {
            assert_eq!(compared(mode, &registered(4, 4)), [4]);
            assert_eq!(compared(mode, &registered(2, 4)), [2, 4]);
        }
        for mode in [Compatibility::BackwardAll, Compatibility::ForwardAll, Compatibility::FullAll] {
            assert_eq!(compared(mode, &registered(2, 4)), [2, 3, 4]);
        }
        assert_eq!(
            compared(Compatibility::Full, &RegisteredSchema { latest: None, ..registered(1, 1) }),
            [0; 0]
        );
    }

    #[test]
    fn each_mode_refuses_what_it_says() {
        let narrow = json!({"properties": {"a": {"type": "integer"}}});
        let wide = json!({"properties": {"a": {"type": "number"}}});
        let other = json!({"properties": {"a": {"type": "string"}}});
        let refuses = |mode, new: &Value, old: &[&Value]| {
            let older: Vec<(u64, Value)> = (1..).zip(old.iter().map(|old| (*old).clone())).collect();
            refusals(mode, new, &older)
                .iter()
                .map(|refusal| (refusal.version, refusal.direction))
                .collect::<Vec<_>>()
        };
        use Compatibility::{Backward, BackwardAll, Disabled, Forward, ForwardAll, Full, FullAll, None};
        for mode in [None, Disabled] {
            assert_eq!(refuses(mode, &narrow, &[&other]), []);
        }
        for mode in [Backward, BackwardAll] {
            assert_eq!(refuses(mode, &wide, &[&narrow]), []);
            assert_eq!(refuses(mode, &narrow, &[&wide]), [(1, Direction::Backward)]);
        }
        for mode in [Forward, ForwardAll] {
            assert_eq!(refuses(mode, &narrow, &[&wide]), []);
            assert_eq!(refuses(mode, &wide, &[&narrow]), [(1, Direction::Forward)]);
        }
        for mode in [Full, FullAll] {
            assert_eq!(refuses(mode, &narrow, &[&narrow]), []);
            assert_eq!(refuses(mode, &wide, &[&narrow]), [(1, Direction::Forward)]);
            assert_eq!(
                refuses(mode, &wide, &[&other, &wide]),
                [(1, Direction::Backward), (1, Direction::Forward)]
            );
        }
    }
}
