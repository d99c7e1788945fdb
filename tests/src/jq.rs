//! jq 1.6, the engine that Firehose names `JQ-1.6`: the machine's own, or its library from a package of the rig where
//! the machine has no jq of that version.

use crate::rig::Rig;
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

/// Runs a query over many records in one process. For each record: the one value that the query gives, or why it gives
/// none: jq's own message, `no output`, `several outputs`, or that the record is no JSON.
///
/// Numbers of a record pass through jq's own reader, so what jq 1.6 does to large ones shows. A query that does not
/// compile fails every record alike.
///
/// # Panics
/// When no jq 1.6 can be had, or it ends without an answer for each record.
pub fn run(query: &str, inputs: &[String]) -> Vec<Result<Value, String>> {
    // Each record travels as a text, so that one that is no JSON does not end the process; `fromjson` is jq's reader.
    // The query stands in a function: parentheses of its own cannot reach out of it unnoticed.
    let program =
        format!("def lakebed_query: ({query}\n); try {{v: [fromjson | lakebed_query]}} catch {{e: .}}");
    let mut process = command()
        .arg(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .spawn()
        .unwrap_or_else(|error| panic!("jq: {error}"));
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

/// jq, waiting for its program as the next argument.
fn command() -> Command {
    static IS_THERE: LazyLock<bool> = LazyLock::new(|| {
        let version = Command::new("jq").arg("--version").output();
        version.is_ok_and(|version| version.stdout.trim_ascii() == b"jq-1.6")
    });
    if *IS_THERE {
        let mut command = Command::new("jq");
        command.arg("--compact-output");
        return command;
    }
    // Beside the binaries of the tests, where the other rigs are.
    let binary = std::env::current_exe().expect("a path of this program");
    let target = binary.ancestors().find(|folder| folder.ends_with("target")).expect("a target folder");
    let rig = Rig::install_jq(&target.join("tmp").display().to_string());
    rig.unwrap_or_else(|error| panic!("{error}")).script("run_jq.py")
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
