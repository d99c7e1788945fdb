//! Making artifacts for tables.

use super::FindingReport;
use super::together::together;
use crate::error::CliError;
use crate::target::list::Format;
use crate::target::{Resolved, Settings};
use lakebed_schema::Table;
use lakebed_schema::artifacts::{ARTIFACTS, Artifact, Content, Part, Rendered};

/// Which artifacts to make.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Their names; those that the settings name, or all, when empty.
    pub(crate) artifacts: Vec<String>,
    /// Only this part.
    pub(crate) part: Option<String>,
    /// How JSON is written.
    pub(crate) format: Format,
}

impl Choice {
    fn artifacts(&self, resolved: &Resolved) -> impl Iterator<Item = &'static dyn Artifact> {
        let named = match (self.artifacts.as_slice(), &resolved.generate.artifacts) {
            ([], None) => None,
            ([], Some(names)) => Some(names.clone()),
            (names, _) => Some(names.to_vec()),
        };
        let is_named =
            move |name: &str| named.as_ref().is_none_or(|names| names.iter().any(|other| other == name));
        ARTIFACTS.iter().copied().filter(move |artifact| is_named(artifact.name()))
    }
}

/// A part that was made.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) artifact: &'static str,
    pub(crate) part: &'static str,
    pub(crate) table: String,
    /// Name of its file.
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
}

/// Everything that was made, and why the rest was not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) outputs: Vec<Output>,
    pub(crate) findings: Vec<FindingReport>,
    /// What the tables take from each other.
    pub(crate) together: Vec<FindingReport>,
    /// Names of the files that could not be made, in either format.
    pub(crate) refused: Vec<String>,
}

/// Makes each chosen artifact for each table.
pub(crate) fn make(tables: &[Table], choice: &Choice, settings: &Settings) -> Result<Made, CliError> {
    let mut made = Made { together: together(tables, settings)?, ..Made::default() };
    for table in tables {
        let resolved = settings.resolve(Some(&table.name))?;
        for artifact in choice.artifacts(&resolved) {
            let wanted = |part: &&Part| choice.part.as_deref().is_none_or(|name| name == part.name);
            for part in artifact.parts().iter().filter(wanted) {
                match artifact.render(part, table, &resolved.target) {
                    Ok(Some(rendered)) => {
                        made.outputs.push(output(artifact, part, table, rendered, choice.format));
                    }
                    Ok(None) => {}
                    Err(findings) => {
                        let name = part.file_name(table);
                        made.refused.extend([in_format(&name, Format::Yaml), name]);
                        for finding in findings.0 {
                            let set_at = resolved.origin(&finding.place).map(ToString::to_string);
                            let finding = FindingReport {
                                artifact: artifact.name(),
                                table: table.name.clone(),
                                rule: finding.rule,
                                place: finding.place,
                                problem: finding.problem,
                                fix: finding.fix,
                                set_at,
                            };
                            // Parts of one artifact mostly miss the same.
                            if !made.findings.contains(&finding) {
                                made.findings.push(finding);
                            }
                        }
                    }
                }
            }
        }
    }
    Ok(made)
}

fn output(artifact: &dyn Artifact, part: &Part, table: &Table, rendered: Rendered, format: Format) -> Output {
    let name = part.file_name(table);
    let (file, text) = match (&rendered.content, format) {
        (Content::Json(json), Format::Yaml) if artifact.has_yaml() => {
            (in_format(&name, format), json.to_yaml())
        }
        (content @ (Content::Json(_) | Content::Text(_)), _) => (name, content.to_text()),
    };
    Output {
        artifact: artifact.name(),
        part: part.name,
        table: table.name.clone(),
        file,
        text,
        notes: rendered.notes,
    }
}

/// The name of a file in a format.
pub(crate) fn in_format(name: &str, format: Format) -> String {
    match (name.strip_suffix(".json"), format) {
        (Some(stem), Format::Yaml) => format!("{stem}.yaml"),
        (None | Some(_), Format::Yaml | Format::Json) => name.to_owned(),
    }
}
