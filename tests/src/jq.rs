//! The machine's jq, which must be 1.6: the engine that Firehose names `JQ-1.6`.

use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

/// What to do where it is missing.
const INSTALL: &str = "the tests run queries with jq 1.6, called `jq`; on Debian 12 it is the package jq";

/// Runs a query over many records in one process. For each record: the one value that the query gives, or why it gives
/// none: jq's own message, `no output`, `several outputs`, or that the record is no JSON.
///
/// Numbers of a record pass through jq's own reader, so what jq 1.6 does to large ones shows. A query that does not
/// compile fails every record alike.
///
/// # Panics
/// When jq is missing, is another version, or ends without an answer for each record.
pub fn run(query: &str, inputs: &[String]) -> Vec<Result<Value, String>> {
    check_version();
    // Each record travels as a text, so that one that is no JSON does not end the process; `fromjson` is jq's reader.
    // The query stands in a function: parentheses of its own cannot reach out of it unnoticed.
    let program =
        format!("def lakebed_query: ({query}\n); try {{v: [fromjson | lakebed_query]}} catch {{e: .}}");
    let mut process = Command::new("jq")
        .args(["--compact-output", &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .spawn()
        .unwrap_or_else(|error| panic!("{INSTALL}: {error}"));
    let mut stdin = process.stdin.take().expect("a pipe");
    let lines: String = inputs.iter().map(|input| Value::from(input.as_str()).to_string() + "\n").collect();
    // A thread of its own: jq writes while it still reads.
    let writer = thread::spawn(move || {
        // A query that does not compile closes the pipe; the answer below says so.
        let _ = stdin.write_all(lines.as_bytes());
    });
    let output = process.wait_with_output().expect("jq ends");
    writer.join().expect("the writer ends");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        assert!(said.contains("compile error"), "jq broke off: {said}");
        return inputs.iter().map(|_| Err(said.clone())).collect();
    }
    let answers: Vec<_> = String::from_utf8_lossy(&output.stdout).lines().map(answer).collect();
    assert_eq!(answers.len(), inputs.len(), "one answer for each record");
    answers
}

fn answer(line: &str) -> Result<Value, String> {
    let mut line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let Some(outputs) = line["v"].as_array_mut() else {
        let error = &line["e"];
        return Err(error.as_str().map_or_else(|| error.to_string(), str::to_owned));
    };
    match outputs.len() {
        0 => Err("no output".into()),
        1 => Ok(outputs.remove(0)),
        _ => Err("several outputs".into()),
    }
}

fn check_version() {
    let output =
        Command::new("jq").arg("--version").output().unwrap_or_else(|error| panic!("{INSTALL}: {error}"));
    let version = String::from_utf8_lossy(&output.stdout);
    assert_eq!(version.trim(), "jq-1.6", "{INSTALL}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ran(query: &str, inputs: &[&str]) -> Vec<Result<Value, String>> {
        run(query, &inputs.iter().map(|input| (*input).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn each_record_has_its_answer() {
        let answers =
            ran("{day: (.t|strftime(\"%F\")), n: .n}", &[r#"{"t": 0, "n": 9007199254740993}"#, "{}"]);
        assert_eq!(answers[0], Ok(json!({"day": "1970-01-01", "n": 9_007_199_254_740_992_u64})));
        assert_eq!(answers[1], Err("strftime/1 requires parsed datetime inputs".into()));
    }

    #[test]
    fn what_goes_wrong_is_told_record_by_record() {
        let answers = ran(".[]", &["[1]", "[]", "[1,2]", "[", "7"]);
        assert_eq!(answers[0], Ok(json!(1)));
        assert_eq!(answers[1], Err("no output".into()));
        assert_eq!(answers[2], Err("several outputs".into()));
        assert!(answers[3].as_ref().is_err_and(|error| error.contains("JSON")), "{:?}", answers[3]);
        assert!(answers[4].is_err());
    }

    #[test]
    fn a_query_that_does_not_compile_fails_every_record() {
        for query in ["{user-id: .a}", ".a)", "", "# only a comment"] {
            let answers = ran(query, &["{}", "{}"]);
            assert!(answers.iter().all(Result::is_err), "{query}: {answers:?}");
        }
        assert_eq!(ran(".a # the key", &[r#"{"a": 1}"#])[0], Ok(json!(1)));
    }

    #[test]
    fn many_records_are_no_more_than_one_process() {
        let inputs: Vec<String> =
            (0..20_000).map(|n| format!("{{\"n\": {n}, \"pad\": \"{n:040}\"}}")).collect();
        let answers = run(".n|tostring", &inputs);
        assert!(answers.iter().enumerate().all(|(n, answer)| *answer == Ok(json!(n.to_string()))));
    }
}
