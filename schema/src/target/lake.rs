//! Places in the lake.

use super::Target;
use crate::finding::{Finding, Findings};
use crate::table::Table;
use std::fmt;

/// The root of a lake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lake {
    /// A bucket.
    S3 {
        /// Its name.
        bucket: String,
        /// What keys begin with: empty, or a path that ends in `/`.
        prefix: String,
    },
    /// A folder, without a slash at the end.
    Folder(String),
}

/// Longest bucket name.
const MAX_BUCKET: usize = 63;

impl Lake {
    /// Reads `s3://BUCKET/PREFIX` or the path of a folder.
    ///
    /// # Errors
    /// No bucket, a name that no bucket has, a path with an empty segment or with characters that need an escape.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let wrong = |problem: String, fix: &str| Finding::new("lake", "lake", problem, fix);
        let Some(rest) = text.strip_prefix("s3://") else {
            if text.contains("://") {
                return Err(wrong(
                    format!("`{text}` is neither an S3 address nor a folder"),
                    "write s3://BUCKET/PREFIX",
                ));
            }
            let folder = text.trim_end_matches('/');
            if folder.is_empty() {
                return Err(wrong(
                    format!("`{text}` names no folder"),
                    "write s3://BUCKET/PREFIX or a folder",
                ));
            }
            return Ok(Self::Folder(folder.to_owned()));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let ends = ends(bucket.chars().next()) && ends(bucket.chars().last());
        if !(3..=MAX_BUCKET).contains(&bucket.len()) || !bucket.chars().all(legal) || !ends {
            return Err(wrong(
                format!("`{bucket}` cannot be the name of a bucket"),
                "buckets have 3 to 63 characters from a-z 0-9 - . and begin and end with a letter or digit",
            ));
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '=');
        if !prefix.is_empty() && prefix.split('/').any(|part| part.is_empty() || !part.chars().all(plain)) {
            return Err(wrong(
                format!("the prefix `{prefix}` has an empty part or a character that needs an escape"),
                "use A-Z a-z 0-9 . _ - = between single slashes",
            ));
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self::S3 { bucket: bucket.to_owned(), prefix })
    }

    /// Path of something in it, from what all paths begin with.
    pub(super) fn path(&self, rest: &str) -> String {
        match self {
            Self::S3 { prefix, .. } => format!("{prefix}{rest}"),
            Self::Folder(folder) => format!("{folder}/{rest}"),
        }
    }
}

impl fmt::Display for Lake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Folder(folder) => write!(f, "{folder}/"),
        }
    }
}

impl Target {
    /// The lake.
    ///
    /// # Errors
    /// It is not set, or is no address.
    pub fn lake(&self) -> Result<Lake, Finding> {
        Lake::parse(self.lake.as_deref().ok_or_else(|| missing("lake"))?)
    }

    /// Bucket of the lake.
    ///
    /// # Errors
    /// The lake is not set, is no address, or is a folder.
    pub fn bucket(&self) -> Result<String, Finding> {
        match self.lake()? {
            Lake::S3 { bucket, .. } => Ok(bucket),
            Lake::Folder(folder) => Err(Finding::new(
                "lake-on-s3",
                "lake",
                format!("`{folder}` is a folder, and this needs a bucket"),
                "write s3://BUCKET/PREFIX",
            )),
        }
    }

    /// LOCATION of a table: `s3://BUCKET/PREFIX/TABLE/`, or its own among the [`locations`](Target::locations); ends
    /// in `/`.
    ///
    /// # Errors
    /// Those of [`lake`](Target::lake).
    pub fn location(&self, table: &Table) -> Result<String, Finding> {
        let location = self.catalog_location(table)?;
        Ok(if location.ends_with('/') { location } else { format!("{location}/") })
    }

    /// LOCATION of a table as the catalog has it: like [`location`](Target::location), but one that is set stands
    /// as it was written.
    ///
    /// # Errors
    /// Those of [`lake`](Target::lake).
    pub fn catalog_location(&self, table: &Table) -> Result<String, Finding> {
        match self.locations.get(&table.name) {
            Some(location) => Ok(location.clone()),
            None => Ok(format!("{}{}/", self.lake()?, table.name)),
        }
    }

    /// What the keys of a table's files begin with: `PREFIX/TABLE/`.
    ///
    /// # Errors
    /// Those of [`lake`](Target::lake), and a table outside the lake's bucket.
    pub fn table_prefix(&self, table: &Table) -> Result<String, Finding> {
        let lake = self.lake()?;
        let Lake::S3 { bucket, .. } = &lake else { return self.location(table) };
        let location = self.location(table)?;
        location.strip_prefix(&format!("s3://{bucket}/")).map(str::to_owned).ok_or_else(|| {
            Finding::new(
                "location-outside-bucket",
                "locations",
                format!("`{}` stands in `{location}`, outside the bucket `{bucket}` of the lake", table.name),
                "set lake to the bucket of the table",
            )
        })
    }

    /// What the keys of rejected records begin with: `PREFIX/_errors/TABLE/`, never inside a LOCATION.
    ///
    /// # Errors
    /// Those of [`lake`](Target::lake), and a LOCATION that holds this place.
    pub fn error_prefix(&self, table: &Table) -> Result<String, Finding> {
        let (lake, rest) = (self.lake()?, format!("_errors/{}/", table.name));
        let location = self.location(table)?;
        if format!("{lake}{rest}").starts_with(&location) {
            return Err(Finding::new(
                "prefix-inside-location",
                "locations",
                format!(
                    "rejects would go to `{lake}{rest}`, inside the table's `{location}`, where readers find them"
                ),
                "set lake to a place beside the table",
            ));
        }
        Ok(lake.path(&rest))
    }

    /// Database of a table: the target's, or the one that the table names.
    ///
    /// # Errors
    /// Neither names one, or the name is not legal.
    pub fn database<'a>(&'a self, table: &'a Table) -> Result<&'a str, Finding> {
        let name =
            self.database.as_deref().or(table.database.as_deref()).ok_or_else(|| missing("database"))?;
        crate::name::check_name(name).map_err(|error| {
            Finding::new(
                "name",
                "database",
                format!("`{name}`: {error}"),
                "use a-z 0-9 and _, a letter first",
            )
        })?;
        Ok(name)
    }

    /// Region.
    ///
    /// # Errors
    /// It is not set, or does not look like one.
    pub fn region(&self) -> Result<&str, Finding> {
        let region = self.region.as_deref().ok_or_else(|| missing("region"))?;
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if region.split('-').count() >= 3 && region.split('-').all(plain) {
            return Ok(region);
        }
        Err(Finding::new("region", "region", format!("`{region}` is no region"), "write it like eu-west-1"))
    }

    /// Account.
    ///
    /// # Errors
    /// It is not set, or is not twelve digits.
    pub fn account(&self) -> Result<&str, Finding> {
        let account = self.account.as_deref().ok_or_else(|| missing("account"))?;
        if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(account);
        }
        Err(Finding::new(
            "account",
            "account",
            format!("`{account}` is no account"),
            "write its twelve digits, in quotes",
        ))
    }

    /// AWS partition of the region, as ARNs begin: `aws`, `aws-cn` or `aws-us-gov`.
    ///
    /// # Errors
    /// Those of [`region`](Target::region).
    pub fn aws_partition(&self) -> Result<&'static str, Finding> {
        let region = self.region()?;
        Ok(match region {
            _ if region.starts_with("cn-") => "aws-cn",
            _ if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        })
    }

    /// Several things at once, with all their findings.
    ///
    /// # Errors
    /// What either is missing.
    pub fn both<A, B>(a: Result<A, Finding>, b: Result<B, Finding>) -> Result<(A, B), Findings> {
        let mut findings = Findings::default();
        match (findings.take(a), findings.take(b)) {
            (Some(a), Some(b)) => Ok((a, b)),
            _ => Err(findings),
        }
    }
}

/// A setting that something needs and nobody has given.
pub(crate) fn missing(key: &str) -> Finding {
    Finding::new("setting", key, "is not set", format!("write it into lakebed.toml, or give --set {key}=…"))
}
