//! Where files are: a path of this machine, or an address on S3.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file or folder, or an object or prefix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// A path of this machine.
    Local(PathBuf),
    /// An object, or all objects whose keys start with the key.
    S3 {
        /// Name of the bucket.
        bucket: String,
        /// Key without a slash in front; empty for the whole bucket.
        key: String,
    },
}

impl Location {
    /// Reads `s3://bucket/key`; nothing when the text is no such address.
    pub fn from_s3_uri(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("s3://").or_else(|| text.strip_prefix("s3a://"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let key = key.trim_start_matches('/');
        (!bucket.is_empty()).then(|| Self::S3 { bucket: bucket.to_owned(), key: key.to_owned() })
    }

    /// The path, when it is one.
    pub fn as_path(&self) -> Option<&Path> {
        match self {
            Self::Local(path) => Some(path),
            Self::S3 { .. } => None,
        }
    }

    /// What stands below: `name` is a path with `/` between its parts.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        match self {
            Self::Local(path) => Self::Local(path.join(name)),
            Self::S3 { bucket, key } => {
                let key = match key.trim_end_matches('/') {
                    "" => name.to_owned(),
                    key => format!("{key}/{name}"),
                };
                Self::S3 { bucket: bucket.clone(), key }
            }
        }
    }

    /// What it is known by: paths are absolute, without `.` in them.
    #[must_use]
    pub fn absolute(&self) -> Self {
        match self {
            Self::Local(path) => Self::Local(std::path::absolute(path).unwrap_or_else(|_| path.clone())),
            Self::S3 { .. } => self.clone(),
        }
    }

    /// The same file under one name, however it is written: without `.`, `..` and links. What is not there is known as
    /// [`absolute`](Self::absolute) has it.
    #[must_use]
    pub fn canonical(&self) -> Self {
        match self {
            Self::Local(path) => std::fs::canonicalize(path).map_or_else(|_| self.absolute(), Self::Local),
            Self::S3 { .. } => self.clone(),
        }
    }

    /// The last part of the path or key.
    pub fn file_name(&self) -> String {
        match self {
            Self::Local(path) => {
                path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
            Self::S3 { key, .. } => key.rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Display for Location {
    /// As people write it: the path, or `s3://bucket/key`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => write!(f, "{}", path.display()),
            Self::S3 { bucket, key } => write!(f, "s3://{bucket}/{key}"),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::Local(path)
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::Local(path.clone())
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::Local(path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_s3() {
        let read = |text| Location::from_s3_uri(text).map(|location| location.to_string());
        assert_eq!(read("s3://bucket/a/b.json").as_deref(), Some("s3://bucket/a/b.json"));
        assert_eq!(read("s3a://bucket").as_deref(), Some("s3://bucket/"));
        assert_eq!(read("s3://bucket//a").as_deref(), Some("s3://bucket/a"));
        assert_eq!((read("s3:///a"), read("bucket/a"), read("S3 bucket")), (None, None, None));
    }

    #[test]
    fn names_below() {
        let s3 = |text| Location::from_s3_uri(text).unwrap();
        assert_eq!(s3("s3://b").join("t/x").to_string(), "s3://b/t/x");
        assert_eq!(s3("s3://b/lake/").join("t/x").to_string(), "s3://b/lake/t/x");
        assert_eq!(Location::from(Path::new("lake")).join("t/x").to_string(), "lake/t/x");
        assert_eq!(s3("s3://b/lake/a.json").file_name(), "a.json");
    }
}
