//! What a replay takes: whose error objects, and data from which stage.

use super::object::{ErrorObject, ObjectKind};
use crate::canonical::reads_back;
use crate::fault::{Fault, FaultKind};
use crate::plan::Plan;
use std::collections::BTreeSet;

/// What becomes of data that a Lambda function should have changed first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BeforeLambda {
    /// It is refused, with the code `Lakebed.BeforeLambda`, unless the function is one that only makes records
    /// canonical.
    #[default]
    Refuse,
    /// It is decoded as it is: the function does no more than this decoder does.
    Decode,
}

/// Rules of one replay.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Table that the records go to.
    pub(crate) table: String,
    /// Whether error objects of other tables are taken too.
    pub(crate) any_table: bool,
    pub(crate) before_lambda: BeforeLambda,
    /// ARNs of functions that only make records canonical, which this decoder does too.
    pub(crate) normalisers: Vec<String>,
    /// Runs whose inputs were converted again: what they refused is stored or refused by another run now.
    pub(crate) replaced: BTreeSet<String>,
}

impl Rules {
    /// Why an input with such an object in it is refused. `run` is the one that wrote the input, going by its name.
    pub(crate) fn refuse(&self, object: &ErrorObject<'_>, run: Option<&str>) -> Option<String> {
        if !object.is_one() {
            let what =
                "holds a JSON object that is no error object: it has neither rawData nor an error code";
            return Some(format!("{what}; `lakebed convert` reads events"));
        }
        let raw = format!("{}_raw", self.table);
        if let Some(table) = object.table.as_ref().filter(|_| !self.any_table)
            && !table.eq_ignore_ascii_case(&self.table)
            && !table.eq_ignore_ascii_case(&raw)
        {
            return Some(format!(
                "holds an error object of table `{table}`, not of `{}`; --any-table takes it all the same",
                self.table
            ));
        }
        let ours = object.ours.as_ref()?;
        let run = ours.run.as_deref().or(run)?;
        self.replaced.contains(run).then(|| {
            format!(
                "holds a reject of run {run}, which is no more: its input was converted again with --force, and \
                 replaying it would store the record twice"
            )
        })
    }

    /// The fault of data that must not be decoded. `of_firehose` tells that values are read as Firehose reads them.
    pub(crate) fn before_lambda(&self, object: &ErrorObject<'_>, of_firehose: bool) -> Option<Box<Fault>> {
        if !object.is_before_lambda() {
            return None;
        }
        let is_ours = object.lambda.as_deref().is_some_and(|arn| {
            self.normalisers.iter().any(|normaliser| function(normaliser) == function(arn))
        });
        let expected = match (is_ours || self.before_lambda == BeforeLambda::Decode, of_firehose) {
            (true, false) => return None,
            (true, true) => "semantics `schema`, by which the normalising function reads",
            (false, _) => {
                "data that needs no Lambda function; --before-lambda decode reads it as it is, and the setting \
                 stream.transform names a function that only normalises"
            }
        };
        let function = object.lambda.as_deref().unwrap_or("that is not named");
        let found = format!("data that the function {function} never changed");
        Some(Fault::new(FaultKind::BeforeLambda, 0, expected, found))
    }

    /// The fault of data that the normalising function has changed already and that the table's own rules would read as
    /// something else.
    pub(crate) fn after_lambda(&self, object: &ErrorObject<'_>, plan: &Plan) -> Option<Box<Fault>> {
        let again = object.code.as_deref() == Some(FaultKind::AfterLambda.code());
        let is_changed = again || object.kind() == ObjectKind::FormatConversion;
        if self.normalisers.is_empty() || !is_changed || plan.deserializer.is_some() || reads_back(plan) {
            return None;
        }
        let expected = "semantics `firehose`, by which canonical records are read (--semantics firehose)";
        let found = "data that the function in stream.transform made canonical: this table's rules read its JSON values \
                     or its times as others";
        Some(Fault::new(FaultKind::AfterLambda, 0, expected, found))
    }
}

/// An ARN without version or alias behind it.
fn function(arn: &str) -> &str {
    match arn.match_indices(':').nth(6) {
        Some((end, _)) => arn.get(..end).unwrap_or(arn),
        None => arn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::Semantics;
    use lakebed_schema::{Column, LogicalType, Table};

    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:normalise";

    fn of(json: &str) -> ErrorObject<'_> {
        ErrorObject::parse(json.as_bytes()).unwrap()
    }

    fn rules() -> Rules {
        let replaced = BTreeSet::from(["0123456789abcdef".to_owned()]);
        Rules { table: "orders".into(), normalisers: vec![format!("{ARN}:7")], replaced, ..Rules::default() }
    }

    #[test]
    fn other_tables_and_runs_that_are_no_more() {
        let of_table =
            |name: &str| format!(r#"{{"rawData":"","dataCatalogTable":{{"tableName":"{name}"}}}}"#);
        let rules = rules();
        for name in ["orders", "ORDERS", "orders_raw"] {
            assert_eq!(rules.refuse(&of(&of_table(name)), None), None, "{name}");
        }
        let other = of_table("refunds");
        assert!(rules.refuse(&of(&other), None).unwrap().contains("--any-table"));
        assert_eq!(Rules { any_table: true, ..rules.clone() }.refuse(&of(&other), None), None);
        assert!(rules.refuse(&of(r#"{"id":1}"#), None).unwrap().contains("no error object"));
        let said = |json: &str, run| rules.refuse(&of(json), run).is_some_and(|why| why.contains("twice"));
        assert!(said(r#"{"rawData":"","run":"0123456789abcdef"}"#, None));
        assert!(said(r#"{"rawData":"","source":"a.json"}"#, Some("0123456789abcdef")));
        // Firehose's own are never ours, whatever their file is called.
        assert!(!said(r#"{"rawData":""}"#, Some("0123456789abcdef")));
    }

    #[test]
    fn data_from_before_a_function() {
        let rules = rules();
        let of_function = |arn: &str| format!(r#"{{"rawData":"e30=","lambdaArn":"{arn}"}}"#);
        let refused =
            |rules: &Rules, json: &str, firehose| rules.before_lambda(&of(json), firehose).is_some();
        for (arn, is_refused) in
            [(ARN, false), (&format!("{ARN}:$LATEST"), false), (&format!("{ARN}2"), true)]
        {
            assert_eq!(refused(&rules, &of_function(arn), false), is_refused, "{arn}");
        }
        assert!(refused(&rules, &of_function(ARN), true), "the function reads by `schema`");
        let unnamed = r#"{"rawData":"e30=","errorCode":"Lambda.FunctionError"}"#;
        assert!(refused(&rules, unnamed, false));
        let decode = Rules { before_lambda: BeforeLambda::Decode, ..rules.clone() };
        assert!(!refused(&decode, unnamed, false));
        assert!(!refused(
            &rules,
            r#"{"rawData":"e30=","errorCode":"DataFormatConversion.ParseError"}"#,
            false
        ));
    }

    #[test]
    fn canonical_data_is_read_by_the_table_only_where_that_makes_the_same_rows() {
        let conversion = br#"{"lastErrorCode":"DataFormatConversion.MalformedData","rawData":"e30="}"#;
        let again = br#"{"lastErrorCode":"Lakebed.AfterLambda","table":"t","rawData":"e30="}"#;
        let normalised = Rules { normalisers: vec![ARN.to_owned()], ..Rules::default() };
        let refused = |rules: &Rules, column: &LogicalType, json: &'static [u8], semantics| {
            let table = Table::new("t", vec![Column::new("a", column.clone())]);
            let plan = Plan::compile_with(&table, semantics).unwrap();
            let object: ErrorObject<'_> = serde_json::from_slice(json).unwrap();
            rules.after_lambda(&object, &plan).is_some()
        };
        let (schema, firehose) = (Semantics::Schema, Semantics::Firehose);
        for json in [&conversion[..], &again[..]] {
            assert!(refused(&normalised, &LogicalType::Json, json, schema));
            assert!(!refused(&normalised, &LogicalType::Json, json, firehose));
            assert!(!refused(&normalised, &LogicalType::String, json, schema));
            assert!(!refused(&Rules::default(), &LogicalType::Json, json, schema));
        }
        let before = br#"{"errorCode":"Lambda.FunctionError","rawData":"e30="}"#;
        assert!(!refused(&normalised, &LogicalType::Json, before, schema));
    }
}
