//! The stock function as a process of its own, called as Lambda calls it: over the runtime interface, here by a fake.

use super::{data, event};
use crate::readers::table as stock;
use lakebed::Table;
use lakebed::lambda::Normaliser;
use lakebed_tests::http::{Message, head_length};
use lakebed_tests::lambda_judge::judge;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a process answered.
pub(super) struct Served {
    /// For each event whether it succeeded, and the body of the answer.
    pub(super) answers: Vec<(bool, String)>,
    /// What it wrote to its standard output.
    pub(super) log: String,
    /// From its start until it asked for the first event.
    pub(super) cold: Duration,
    /// For each event, until it was answered.
    pub(super) times: Vec<Duration>,
}

/// Path of the program that is called: `LAKEBED_BOOTSTRAP` when that is set, such as the one of a release build.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("LAKEBED_BOOTSTRAP")
        .map_or_else(|| env!("CARGO_BIN_EXE_normalise").into(), PathBuf::from)
}

/// The program under the name that Lambda wants.
pub(crate) fn bootstrap(folder: &Path) -> PathBuf {
    let path = folder.join("bootstrap");
    fs::copy(program(), &path).expect("a copy of the program");
    path
}

/// The number of an event, whether it succeeded, and the body of its answer.
type Answer = (usize, bool, String);

/// Calls a process with events, one after the other, and ends it.
pub(super) fn serve(program: &mut Command, events: &[String]) -> Served {
    let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("a port").to_string();
    let (asked, first) = channel();
    let (answer, answers) = channel();
    let mut queue: VecDeque<(usize, String)> = events.iter().cloned().enumerate().collect();
    std::thread::spawn(move || {
        // The process may keep a connection open or not.
        for connection in listener.incoming() {
            let Ok(connection) = connection else { return };
            talk(connection, &mut queue, &asked, &answer);
        }
    });
    let started = Instant::now();
    let mut child = program
        .env("AWS_LAMBDA_RUNTIME_API", &address)
        .envs([("AWS_LAMBDA_FUNCTION_NAME", "f"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")])
        .envs([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"), ("AWS_LAMBDA_LOG_GROUP_NAME", "g")])
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "s")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the program starts");
    let served = collect(&answers, &first, started, events.len());
    let _ = child.kill();
    let log = child.wait_with_output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    Served { log: log.unwrap_or_default(), ..served }
}

fn collect(answers: &Receiver<Answer>, first: &Receiver<()>, started: Instant, events: usize) -> Served {
    first.recv_timeout(PATIENCE).expect("it asks for an event");
    let mut served =
        Served { answers: Vec::new(), log: String::new(), cold: started.elapsed(), times: Vec::new() };
    for number in 0..events {
        let called = Instant::now();
        let (answered, succeeded, body) = answers.recv_timeout(PATIENCE).expect("it answers");
        assert_eq!(answered, number, "answers come in order");
        served.times.push(called.elapsed());
        served.answers.push((succeeded, body));
    }
    served
}

/// Answers the requests of one connection until it ends.
fn talk(
    mut connection: TcpStream,
    queue: &mut VecDeque<(usize, String)>,
    asked: &Sender<()>,
    answer: &Sender<Answer>,
) {
    while let Some(request) = request(&mut connection) {
        let (target, said) =
            (request.target().to_owned(), String::from_utf8_lossy(&request.body).into_owned());
        let (status, headers, body) = if target.ends_with("/invocation/next") {
            let _ = asked.send(());
            let Some((number, event)) = queue.pop_front() else {
                // Nothing comes any more; the process waits until it is ended.
                std::thread::sleep(PATIENCE);
                return;
            };
            let headers = format!(
                "Lambda-Runtime-Aws-Request-Id: {number}\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n\
                 Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:f\r\n"
            );
            ("200 OK", headers, event)
        } else {
            let number = target.split('/').nth(4).and_then(|id| id.parse().ok()).unwrap_or_default();
            let _ = answer.send((number, target.ends_with("/response"), said));
            ("202 Accepted", String::new(), String::new())
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        if connection.write_all(&[head.as_bytes(), body.as_bytes()].concat()).is_err() {
            return;
        }
    }
}

/// The next request of a connection, whether it tells its length or comes in chunks.
fn request(connection: &mut TcpStream) -> Option<Message> {
    let mut all = Vec::new();
    let mut more = |all: &mut Vec<u8>| {
        let mut part = vec![0; 64 << 10];
        let read = connection.read(&mut part).ok().filter(|read| *read > 0)?;
        all.extend_from_slice(&part[..read]);
        Some(())
    };
    let length = loop {
        match head_length(&all) {
            Some(length) => break length,
            None => more(&mut all)?,
        }
    };
    let mut message = Message::of_head(&all[..length]).ok()?;
    let body = message.header("Content-Length").and_then(|length| length.parse::<usize>().ok());
    let is_chunked = message.header("Transfer-Encoding").is_some();
    while body.is_some_and(|body| all.len() < length + body) || is_chunked && !all.ends_with(b"0\r\n\r\n") {
        more(&mut all)?;
    }
    let mut rest = &all[length..];
    message.body = rest.to_vec();
    if is_chunked {
        message.body.clear();
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
            message.body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
            rest = &rest[end + 2 + size + 2..];
            if size == 0 {
                break;
            }
        }
    }
    Some(message)
}

/// The program in a folder with the contract of a table, as it is packed for Lambda.
fn packed(table: &Table, folder: &Path) -> Command {
    fs::write(folder.join("contract.json"), table.to_contract()).expect("a file");
    let mut command = Command::new(program());
    command.env("LAMBDA_TASK_ROOT", folder).current_dir(folder);
    command
}

/// An event as Firehose sends it.
pub(super) fn sent<D: AsRef<[u8]>>(records: impl IntoIterator<Item = D>) -> (String, Vec<String>) {
    let event = event(records);
    let record = |record: &lakebed::lambda::EventRecord| {
        json!({ "recordId": record.record_id, "data": record.data,
                "approximateArrivalTimestamp": record.approximate_arrival_timestamp })
    };
    let records: Vec<_> = event.records.iter().map(record).collect();
    let sent =
        json!({ "invocationId": "i", "deliveryStreamArn": "arn", "region": "eu-west-1", "records": records });
    (sent.to_string(), event.records.into_iter().map(|record| record.record_id).collect())
}

#[test]
#[allow(clippy::print_stdout, reason = "a measurement for whoever runs it with --nocapture")]
fn the_program_answers_as_the_library_does_and_logs_what_failed() {
    let table = stock("traffic_measurement");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = data("miv/flat/snapshot-2017-04-27.sample.flat.derived.ndjson");
    let mut records: Vec<&str> = text.lines().cycle().take(500).collect();
    records[7] = r#"{"unieke_id":"7"}"#;
    let (good, ids) = sent(&records);
    let events = [good.clone(), r#"{"no":"event"}"#.to_owned(), good];
    let served = serve(&mut packed(&table, folder.path()), &events);

    let made = Normaliser::new(&table).expect("a table").transform(&event(&records));
    let expected = serde_json::to_value(&made.response).expect("JSON");
    for answer in [0, 2] {
        let (succeeded, body) = &served.answers[answer];
        assert!(succeeded, "{body}");
        assert_eq!(serde_json::from_str::<Value>(body).expect("JSON"), expected);
        let judged = judge(&ids, body.as_bytes());
        assert_eq!((judged.delivered.len(), judged.errors.len(), judged.faults()), (499, 1, vec![]));
    }
    // What is no event fails its call, not the process.
    assert!(!served.answers[1].0, "{}", served.answers[1].1);
    let failed = served.log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let failed: Vec<_> = failed.filter(|line| line["message"] == "a record failed").collect();
    assert_eq!(failed.len(), 2, "{}", served.log);
    assert_eq!(failed[0]["code"], "Lakebed.MissingColumn", "{}", served.log);
    println!("asks for an event after {:?}; 500 records take {:?}", served.cold, served.times);
}

#[test]
fn the_program_says_what_it_misses() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut program = Command::new(program());
    let ended = program.env("LAMBDA_TASK_ROOT", folder.path()).output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success() && said.contains("LAKEBED_CONTRACT"), "{said}");
}
