//! IAM policies: what the delivery stream may do, and what the commands on catalog and registry need.
//!
//! Policies name their resources. An action on a Glue table needs the catalog and the database beside the table; there
//! are no ARNs of partitions and versions. Whoever only reads, changes, removes, or registers schemas, has a policy that
//! allows no more than that.

mod catalog;
mod delivery;
mod schemas;

#[cfg(test)]
mod tests;

use super::{Artifact, Part, Rendered};
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::Target;

pub use catalog::{apply_statements, plan_statements, prune_statements};
pub use delivery::{delivery_statements, trust_statements};
pub use schemas::{registry_check_statements, registry_push_statements};

/// IAM policies.
#[derive(Clone, Copy, Debug)]
pub struct Iam;

const STREAM: Part =
    Part { name: "stream", suffix: "iam-stream.json", about: "what the delivery stream's role may do" };
const TRUST: Part = Part {
    name: "trust",
    suffix: "iam-stream-trust.json",
    about: "who takes that role on: Firehose, for this account",
};
const PLAN: Part = Part { name: "plan", suffix: "iam-plan.json", about: "what reading the catalog needs" };
const APPLY: Part =
    Part { name: "apply", suffix: "iam-apply.json", about: "what changing the catalog needs" };
const PRUNE: Part = Part {
    name: "prune",
    suffix: "iam-prune.json",
    about: "what `partitions sync --prune` needs; for tables with registered partitions",
};
const REGISTRY_CHECK: Part = Part {
    name: "registry-check",
    suffix: "iam-registry-check.json",
    about: "what reading the schema registry needs",
};
const REGISTRY_PUSH: Part = Part {
    name: "registry-push",
    suffix: "iam-registry-push.json",
    about: "what registering the schema needs",
};

impl Artifact for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn about(&self) -> &'static str {
        "policies for the stream's role, and for reading and changing the catalog and the schema registry"
    }

    fn parts(&self) -> &'static [Part] {
        &[STREAM, TRUST, PLAN, APPLY, PRUNE, REGISTRY_CHECK, REGISTRY_PUSH]
    }

    fn render(&self, part: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        if *part == PRUNE && (table.partitions.is_empty() || target.projection.enabled) {
            return Ok(None);
        }
        let mut findings = Findings::default();
        // The role is what the first two are for: they need no ARN of it.
        let with_role = Target {
            stream: crate::target::StreamTarget { role: Some(String::new()), ..target.stream.clone() },
            ..target.clone()
        };
        let refs = findings.take(Refs::plain(table, &with_role));
        let refs = refs.unwrap_or_else(|| Refs::placeholders(target));
        let statements = match *part {
            STREAM => findings.take(delivery_statements(table, target, &refs)).unwrap_or_default(),
            TRUST => trust_statements(&refs),
            PLAN => plan_statements(table, &refs),
            APPLY => apply_statements(table, &refs),
            PRUNE => prune_statements(table, &refs),
            REGISTRY_CHECK => registry_check_statements(table, target, &refs),
            REGISTRY_PUSH => registry_push_statements(table, target, &refs),
            other => {
                let problem = format!("iam has no part `{}`", other.name);
                return Err(Finding::new("part", "part", problem, "name one of its parts").into());
            }
        };
        findings.or(|| Rendered::json(policy(statements))).map(Some)
    }
}

/// A policy document of these statements.
pub fn policy(statements: Vec<Json>) -> Json {
    Json::object([("Version", "2012-10-17".into()), ("Statement", Json::List(statements))])
}

/// A statement that allows actions on resources.
fn allow(sid: &str, actions: &[&str], resources: Vec<Json>) -> Json {
    Json::object([
        ("Sid", sid.into()),
        ("Effect", "Allow".into()),
        ("Action", Json::list(actions.iter().copied())),
        ("Resource", Json::List(resources)),
    ])
}
