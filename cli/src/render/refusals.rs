//! Why artifacts were not made, for people.

use super::{BAD, BOLD, DIM, counted, paint, plain};
use crate::generated::FindingReport;
use crate::target::list;
use std::fmt::Write as _;

/// An artifact and a table.
type Pair<'a> = (&'a str, &'a str);

/// Findings, each once, under the artifacts and tables that have them. `no_target` is the program to call when there
/// is no lakebed.toml.
pub(crate) fn refusals(findings: &[FindingReport], no_target: Option<&str>) -> String {
    let mut text = String::new();
    for (whose, findings) in grouped(findings) {
        let count = counted(findings.len() as u64, "finding");
        let _ = writeln!(text, "{} {}: not made, {count}", paint(BAD, "!"), paint(BOLD, &plain(&whose)));
        for finding in findings {
            let place = match &finding.set_at {
                Some(origin) => format!("{} ({origin})", finding.place),
                None => finding.place.clone(),
            };
            let rule = paint(DIM, &format!("[{}]", finding.rule));
            let mut lines = finding.problem.lines();
            let first = plain(lines.next().unwrap_or_default());
            let _ = writeln!(text, "    {}: {first} {rule}", paint(BOLD, &plain(&place)));
            for line in lines {
                let _ = writeln!(text, "      {}", plain(line));
            }
            let _ = writeln!(text, "        fix: {}", plain(&finding.fix));
        }
    }
    if let Some(program) = no_target
        && findings.iter().any(|finding| list::find(&finding.place).is_some())
    {
        let _ = writeln!(
            text,
            "  {} there is no lakebed.toml here or above; `{program} init` writes one with every setting in it",
            paint(BOLD, "what to do:")
        );
    }
    text
}

/// Findings that the same artifacts and tables have, together.
fn grouped(findings: &[FindingReport]) -> Vec<(String, Vec<&FindingReport>)> {
    let mut distinct: Vec<(&FindingReport, Vec<Pair<'_>>)> = Vec::new();
    for finding in findings {
        let same = |other: &FindingReport| {
            let FindingReport { artifact: _, table: _, rule, place, problem, fix, set_at } = other;
            *rule == finding.rule
                && (place, problem, fix, set_at)
                    == (&finding.place, &finding.problem, &finding.fix, &finding.set_at)
        };
        let pair = (finding.artifact, finding.table.as_str());
        match distinct.iter_mut().find(|(other, _)| same(other)) {
            Some((_, pairs)) => pairs.push(pair),
            None => distinct.push((finding, vec![pair])),
        }
    }
    let mut groups: Vec<(Vec<Pair<'_>>, Vec<&FindingReport>)> = Vec::new();
    for (finding, pairs) in distinct {
        match groups.iter_mut().find(|(other, _)| *other == pairs) {
            Some((_, findings)) => findings.push(finding),
            None => groups.push((pairs, vec![finding])),
        }
    }
    groups.into_iter().map(|(pairs, findings)| (whose(&pairs), findings)).collect()
}

/// `glue, firehose of orders, refunds; spark of orders`
fn whose(pairs: &[Pair<'_>]) -> String {
    let mut by_artifact: Vec<(&str, Vec<&str>)> = Vec::new();
    for (artifact, table) in pairs {
        match by_artifact.iter_mut().find(|(other, _)| other == artifact) {
            Some((_, tables)) => tables.push(table),
            None => by_artifact.push((artifact, vec![table])),
        }
    }
    let mut by_tables: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (artifact, tables) in by_artifact {
        match by_tables.iter_mut().find(|(other, _)| *other == tables) {
            Some((_, artifacts)) => artifacts.push(artifact),
            None => by_tables.push((tables, vec![artifact])),
        }
    }
    let shown: Vec<String> = by_tables
        .iter()
        .map(|(tables, artifacts)| format!("{} of {}", artifacts.join(", "), tables.join(", ")))
        .collect();
    shown.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(artifact: &'static str, table: &str, rule: &'static str, place: &str) -> FindingReport {
        FindingReport {
            artifact,
            table: table.into(),
            rule,
            place: place.into(),
            problem: "is not set".into(),
            fix: format!("give --set {place}=…"),
            set_at: (rule != "setting").then(|| "lakebed.toml:3:1".into()),
        }
    }

    #[test]
    fn what_many_have_in_common_is_told_once() {
        let mut findings = Vec::new();
        for artifact in ["one", "two"] {
            for table in ["orders", "refunds"] {
                findings.push(finding(artifact, table, "setting", "lake"));
            }
        }
        findings.push(finding("three", "orders", "setting", "lake"));
        findings.push(finding("three", "orders", "setting", "region"));
        findings.push(finding("three", "orders", "buffer-size", "stream.buffer_mib"));
        let text = anstream::adapter::strip_str(&refusals(&findings, Some("lakebed"))).to_string();
        insta::assert_snapshot!(text, @r###"
        ! one, two of orders, refunds; three of orders: not made, 1 finding
            lake: is not set [setting]
                fix: give --set lake=…
        ! three of orders: not made, 2 findings
            region: is not set [setting]
                fix: give --set region=…
            stream.buffer_mib (lakebed.toml:3:1): is not set [buffer-size]
                fix: give --set stream.buffer_mib=…
          what to do: there is no lakebed.toml here or above; `lakebed init` writes one with every setting in it
        "###);
        assert_eq!(refusals(&[], Some("lakebed")), "");
    }
}
