//! The registry of schemas.

use std::fmt;
use std::str::FromStr;

/// Where the JSON Schema of a table is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(default, deny_unknown_fields))]
pub struct RegistryTarget {
    /// Name of the registry; the one that every account has, when nothing else is said.
    pub name: String,
    /// Name of the schema; the table's name when absent.
    pub schema: Option<String>,
    /// What a new version must be compatible with.
    pub compatibility: Compatibility,
}

/// The registry that every account has.
pub const DEFAULT_REGISTRY: &str = "default-registry";

impl Default for RegistryTarget {
    fn default() -> Self {
        Self { name: DEFAULT_REGISTRY.to_owned(), schema: None, compatibility: Compatibility::default() }
    }
}

/// What a new version of a schema must be compatible with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
pub enum Compatibility {
    /// Nothing.
    None,
    /// There are no new versions.
    Disabled,
    /// It reads what the last version wrote.
    #[default]
    Backward,
    /// It reads what every version wrote.
    BackwardAll,
    /// The last version reads what it writes.
    Forward,
    /// Every version reads what it writes.
    ForwardAll,
    /// Both, with the last version.
    Full,
    /// Both, with every version.
    FullAll,
}

impl Compatibility {
    /// Every mode.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Disabled,
        Self::Backward,
        Self::BackwardAll,
        Self::Forward,
        Self::ForwardAll,
        Self::Full,
        Self::FullAll,
    ];

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Disabled => "DISABLED",
            Self::Backward => "BACKWARD",
            Self::BackwardAll => "BACKWARD_ALL",
            Self::Forward => "FORWARD",
            Self::ForwardAll => "FORWARD_ALL",
            Self::Full => "FULL",
            Self::FullAll => "FULL_ALL",
        }
    }

    /// Whether a new version must read what older ones wrote.
    pub fn is_backward(self) -> bool {
        matches!(self, Self::Backward | Self::BackwardAll | Self::Full | Self::FullAll)
    }

    /// Whether older versions must read what a new one writes.
    pub fn is_forward(self) -> bool {
        matches!(self, Self::Forward | Self::ForwardAll | Self::Full | Self::FullAll)
    }

    /// Whether every version counts, and not the last one alone.
    pub fn is_with_all(self) -> bool {
        matches!(self, Self::BackwardAll | Self::ForwardAll | Self::FullAll)
    }
}

impl fmt::Display for Compatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Compatibility {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let same = |mode: &Self| mode.name().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(same).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|mode| mode.name()).collect();
            format!("expected one of {}", names.join(", "))
        })
    }
}
