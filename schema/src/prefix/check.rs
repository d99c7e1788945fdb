//! The rules of prefixes: what AWS refuses, and what is legal and nearly always a mistake.

use super::{Prefix, doubts, file_extension, refusals, time_zone};
use crate::finding::Finding;
use std::fmt;

/// What of a delivery stream decides over its prefixes. What is empty counts as absent, as it does for Firehose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrefixSettings<'a> {
    /// `Prefix`
    pub prefix: Option<&'a str>,
    /// `ErrorOutputPrefix`
    pub error_output_prefix: Option<&'a str>,
    /// `DynamicPartitioningConfiguration.Enabled`
    pub dynamic_partitioning: bool,
    /// `MetadataExtractionQuery`, when it is known: its keys are compared with those of the prefix.
    pub query: Option<&'a str>,
    /// `CustomTimeZone`; whether there is such a zone is checked with the feature `calendar` only.
    pub custom_time_zone: Option<&'a str>,
    /// `FileExtension`
    pub file_extension: Option<&'a str>,
    /// `BufferingHints.SizeInMBs`, when it is known.
    pub buffer_mib: Option<i64>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "lowercase"))]
pub enum Severity {
    /// AWS refuses it.
    Error,
    /// AWS takes it, and the objects land where nobody looks for them, or where nobody can tell: lakebed refuses it.
    Mistake,
    /// AWS takes it, and it is nearly always a mistake.
    Warning,
}

/// A rule that a setting breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
pub struct PrefixFinding {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name of the rule.
    pub rule: &'static str,
    /// Name of the setting, as the API spells it.
    pub setting: &'static str,
    /// Where in the setting's text, in characters from 0, when it is at one place.
    pub position: Option<usize>,
    /// What is wrong, with Firehose's own message where it is known.
    pub problem: String,
    /// What to write instead.
    pub fix: String,
}

impl PrefixFinding {
    /// The same without the severity; `path` is what stands before the name of the setting.
    pub fn to_finding(&self, path: &str) -> Finding {
        let place = match self.position {
            Some(position) => format!("{path}{}, character {}", self.setting, position + 1),
            None => format!("{path}{}", self.setting),
        };
        Finding::new(self.rule, place, self.problem.clone(), self.fix.clone())
    }
}

impl fmt::Display for PrefixFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_finding("").fmt(f)
    }
}

/// Checks prefixes: all that is wrong, whatever its severity, setting by setting.
///
/// ```
/// use lakebed_schema::prefix::{PrefixSettings, Severity, check};
///
/// let settings = PrefixSettings {
///     prefix: Some("data/dt=!{timestamp:YYYY-MM-dd}/"),
///     error_output_prefix: Some("errors/!{firehose:error-output-type}/"),
///     ..PrefixSettings::default()
/// };
/// let [finding] = check(&settings).try_into().unwrap();
/// assert_eq!(finding.severity, Severity::Mistake);
/// assert_eq!(
///     finding.to_string(),
///     "Prefix, character 21: YYYY is the week year, which is wrong around New Year: write yyyy [prefix-week-year]"
/// );
/// ```
pub fn check(settings: &PrefixSettings<'_>) -> Vec<PrefixFinding> {
    let mut found = Vec::new();
    let text = settings.prefix.filter(|text| !text.is_empty());
    let error_text = settings.error_output_prefix.filter(|text| !text.is_empty());
    let prefix = parse(text, "Prefix", &mut found);
    let error_prefix = parse(error_text, "ErrorOutputPrefix", &mut found);
    refusals::check(settings, text.zip(prefix.as_ref()), error_text.zip(error_prefix.as_ref()), &mut found);
    found.extend(prefix.iter().flat_map(|prefix| prefix.doubts(false)));
    found.extend(error_prefix.iter().flat_map(|prefix| prefix.doubts(true)));
    if let (Some(prefix), Some(error_prefix)) = (&prefix, &error_prefix) {
        doubts::check_places(
            prefix,
            error_prefix,
            &mut Finder { setting: "ErrorOutputPrefix", found: &mut found },
        );
    }
    if let Some(zone) = settings.custom_time_zone {
        time_zone::check(zone, &mut Finder { setting: "CustomTimeZone", found: &mut found });
    }
    if let Some(extension) = settings.file_extension {
        file_extension::check(extension, &mut Finder { setting: "FileExtension", found: &mut found });
    }
    found
}

impl Prefix {
    /// What AWS takes in this prefix and should not have been written: mistakes and warnings that can be seen without
    /// the other settings of the stream. [`check`] finds them too.
    pub fn doubts(&self, is_error_prefix: bool) -> Vec<PrefixFinding> {
        let mut found = Vec::new();
        let setting = if is_error_prefix { "ErrorOutputPrefix" } else { "Prefix" };
        doubts::check(self, is_error_prefix, &mut Finder { setting, found: &mut found });
        found
    }
}

fn parse(text: Option<&str>, setting: &'static str, found: &mut Vec<PrefixFinding>) -> Option<Prefix> {
    let text = text?;
    match Prefix::parse(text) {
        Ok(prefix) => Some(prefix),
        Err(error) => {
            let problem = format!("{} (Firehose: {})", error.problem, error.problem.in_firehose_words(text));
            let fix = error.problem.fix();
            Finder { setting, found }.refuse(error.problem.rule(), Some(error.position), problem, fix);
            None
        }
    }
}

/// Where findings about a setting go.
pub(super) struct Finder<'a> {
    pub(super) setting: &'static str,
    pub(super) found: &'a mut Vec<PrefixFinding>,
}

impl Finder<'_> {
    pub(super) fn add(
        &mut self,
        severity: Severity,
        rule: &'static str,
        position: Option<usize>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let (problem, fix) = (problem.into(), fix.into());
        self.found.push(PrefixFinding { severity, rule, setting: self.setting, position, problem, fix });
    }

    pub(super) fn refuse(
        &mut self,
        rule: &'static str,
        position: Option<usize>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.add(Severity::Error, rule, position, problem, fix);
    }
}
