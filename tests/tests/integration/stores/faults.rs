//! A wire that breaks, and a service with other ideas.

use super::{KEY, SECRET, TOKEN, open, settings};
use lakebed::store::{
    KeySource, Keys, Meta, Put, S3Settings, S3Store, Store, StoreError, StoreErrorKind, When,
};
use lakebed_tests::scripted::{Asked, Reply, Scripted};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

fn store(server: &Scripted) -> S3Store {
    open(&settings(server.url()), "s3://bucket/lake")
}

fn error(status: u16, code: &str) -> Reply {
    let body = format!("<Error><Code>{code}</Code><Message>as a test says</Message></Error>");
    Reply::Answer(status, vec![], body.into_bytes())
}

fn content() -> Vec<u8> {
    (0..200_000_u32).flat_map(u32::to_le_bytes).collect()
}

/// The part of an object that a request asks for, as an answer.
fn range(asked: &Asked, whole: &[u8]) -> (Vec<(&'static str, String)>, Vec<u8>) {
    let (start, end) = asked.header("range").trim_start_matches("bytes=").split_once('-').expect("a range");
    let (start, end): (usize, usize) = (start.parse().expect("a start"), end.parse().expect("an end"));
    let headers = vec![
        ("content-range", format!("bytes {start}-{end}/{}", whole.len())),
        ("etag", "\"v1\"".to_owned()),
        ("last-modified", "Mon, 23 Nov 2026 07:00:00 GMT".to_owned()),
    ];
    (headers, whole.get(start..=end).expect("a part").to_vec())
}

fn read_all(store: &S3Store) -> Vec<u8> {
    let meta = Meta {
        key: "x".to_owned(),
        bytes: content().len() as u64,
        modified: 0,
        version: lakebed::store::Version("\"v1\"".to_owned()),
    };
    let mut bytes = Vec::new();
    store
        .open(&meta, 0)
        .and_then(|mut reader| Ok(reader.read_to_end(&mut bytes)))
        .expect("a reader")
        .expect("bytes");
    bytes
}

#[test]
fn answers_that_break_off_stall_or_never_come_are_asked_for_again() {
    let turn = AtomicU32::new(0);
    let server = Scripted::start(move |asked| {
        assert_eq!(asked.header("if-match"), "\"v1\"");
        let (headers, part) = range(asked, &content());
        match turn.fetch_add(1, Ordering::SeqCst) {
            1 => Reply::Cut(206, headers, part, 1_000),
            3 => Reply::Nothing,
            4 => error(503, "SlowDown"),
            5 => error(400, "RequestTimeout"),
            6 => Reply::Stall(206, headers, part, 70_000),
            _ => Reply::Answer(206, headers, part),
        }
    });
    let patient = S3Settings { stall_timeout: Some(Duration::from_millis(500)), ..settings(server.url()) };
    assert!(read_all(&open(&patient, "s3://bucket/lake")) == content(), "other bytes");
}

#[test]
fn who_reads_the_start_asks_for_little() {
    let server = Scripted::start(|asked| {
        let (headers, part) = range(asked, &content());
        Reply::Answer(206, headers, part)
    });
    let store = store(&server);
    let version = lakebed::store::Version("\"v1\"".to_owned());
    let meta = Meta { key: "x".to_owned(), bytes: content().len() as u64, modified: 0, version };
    let mut reader = store.open(&meta, 0).expect("a reader");
    reader.read_exact(&mut [0; 60_000]).expect("bytes");
    drop(reader);
    let ranges: Vec<_> = server.asked().iter().map(|asked| asked.header("range").to_owned()).collect();
    assert_eq!(ranges, ["bytes=0-65535"]);
}

/// A bucket, as much of it as a put and a read need.
#[derive(Default)]
struct Bucket(Mutex<BTreeMap<String, Vec<u8>>>);

impl Bucket {
    fn objects(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reply(&self, asked: &Asked) -> Reply {
        let key = asked.target.split('?').next().unwrap_or_default().to_owned();
        let mut objects = self.objects();
        let found = |bytes: &[u8]| {
            let headers = vec![
                ("etag", format!("\"{}\"", bytes.len())),
                ("last-modified", "Mon, 23 Nov 2026 07:00:00 GMT".to_owned()),
            ];
            Reply::Answer(200, headers, bytes.to_vec())
        };
        match (asked.method.as_str(), objects.get(&key)) {
            ("GET" | "HEAD", Some(bytes)) => found(bytes),
            ("GET" | "HEAD", None) => error(404, "NoSuchKey"),
            ("PUT", Some(_)) if asked.header("if-none-match") == "*" => error(412, "PreconditionFailed"),
            ("PUT", _) => {
                objects.insert(key, asked.body.clone());
                Reply::Answer(200, vec![("etag", "\"new\"".to_owned())], vec![])
            }
            _ => error(501, "NotImplemented"),
        }
    }
}

#[test]
fn a_put_whose_answer_was_lost_is_done_and_one_that_was_refused_is_not() {
    let (bucket, turn) = (Arc::new(Bucket::default()), AtomicU32::new(0));
    let shared = Arc::clone(&bucket);
    let server = Scripted::start(move |asked| {
        let reply = shared.reply(asked);
        // Every other put is done without an answer.
        if asked.method == "PUT" && turn.fetch_add(1, Ordering::SeqCst) % 2 == 0 {
            Reply::Nothing
        } else {
            reply
        }
    });
    let store = store(&server);
    assert_eq!(store.put("x", b"mine", When::Absent).expect("a put"), Put::Done);
    assert_eq!(store.put("x", b"other", When::Absent).expect("a put"), Put::Refused);
    assert_eq!(bucket.objects().values().collect::<Vec<_>>(), [b"mine"]);
}

#[test]
fn a_conflict_is_neither_yes_nor_no() {
    let (bucket, turn) = (Bucket::default(), AtomicU32::new(0));
    let server = Scripted::start(move |asked| match turn.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => error(409, "ConditionalRequestConflict"),
        _ => bucket.reply(asked),
    });
    assert_eq!(store(&server).put("x", b"mine", When::Absent).expect("a put"), Put::Done);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_store_without_conditions_is_found_out_and_looked_at_first() {
    // One that says so.
    let bucket = Bucket::default();
    let honest = Scripted::start(move |asked| {
        if asked.header("if-none-match").is_empty() {
            bucket.reply(asked)
        } else {
            error(501, "NotImplemented")
        }
    });
    // One that does not even look at them.
    let bucket = Bucket::default();
    let silent = Scripted::start(move |asked| {
        let mut asked = asked.clone();
        asked.headers.remove("if-none-match");
        if asked.method == "DELETE" { Reply::Answer(204, vec![], vec![]) } else { bucket.reply(&asked) }
    });
    for server in [honest, silent] {
        let store = store(&server);
        assert!(!store.has_conditions());
        assert_eq!(store.put("x", b"mine", When::Absent).expect("a put"), Put::Done);
        assert_eq!(store.put("x", b"other", When::Absent).expect("a put"), Put::Refused);
        assert_eq!(store.read("x").expect("a read").expect("an object").bytes, b"mine");
    }
}

/// A bucket that takes multipart uploads, and forgets to answer as a test says.
fn multipart(lost: u32) -> (Scripted, Arc<Mutex<BTreeMap<String, Vec<u8>>>>) {
    let parts = Arc::<Mutex<BTreeMap<String, Vec<u8>>>>::default();
    let (shared, done, ends) = (Arc::clone(&parts), Mutex::new(None::<usize>), AtomicU32::new(0));
    let server = Scripted::start(move |asked| {
        let mut parts = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        let query = asked.target.split_once('?').map_or("", |(_, query)| query);
        match (asked.method.as_str(), query) {
            ("POST", query) if query.starts_with("uploads") => {
                let body = "<R><UploadId>u1</UploadId></R>";
                Reply::Answer(200, vec![], body.as_bytes().to_vec())
            }
            ("PUT", query) => {
                parts.insert(query.to_owned(), asked.body.clone());
                Reply::Answer(200, vec![("etag", "\"part\"".to_owned())], vec![])
            }
            ("POST", _) if done.is_some() => error(404, "NoSuchUpload"),
            ("POST", _) if ends.fetch_add(1, Ordering::SeqCst) < lost => {
                *done = Some(parts.len());
                Reply::Nothing
            }
            ("POST", _) => {
                *done = Some(parts.len());
                let body = "<R><ETag>\"all-2\"</ETag></R>";
                Reply::Answer(200, vec![], body.as_bytes().to_vec())
            }
            ("HEAD", _) => match *done {
                None => Reply::Answer(404, vec![], vec![]),
                Some(count) => {
                    let headers = vec![
                        ("etag", format!("\"all-{count}\"")),
                        ("last-modified", "Mon, 23 Nov 2026 07:00:00 GMT".to_owned()),
                        ("content-length", parts.values().map(Vec::len).sum::<usize>().to_string()),
                    ];
                    Reply::Answer(200, headers, vec![])
                }
            },
            ("DELETE", _) => Reply::Answer(204, vec![], vec![]),
            _ => error(404, "NoSuchKey"),
        }
    });
    (server, parts)
}

#[test]
fn an_upload_whose_last_answer_was_lost_is_looked_for() {
    for lost in [0, 1] {
        let (server, parts) = multipart(lost);
        let folder = tempfile::tempdir().expect("a folder");
        let (file, bytes) = (folder.path().join("file"), vec![7; (9 << 20) + 1]);
        fs::write(&file, &bytes).expect("a file");
        store(&server).publish(&file, "x").unwrap_or_else(|error| panic!("{error}"));
        let parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(parts.values().flatten().copied().eq(bytes), "other bytes");
        assert!(!file.exists());
        assert!(server.asked().iter().all(|asked| asked.method != "DELETE"), "nothing was to be aborted");
    }
}

#[test]
fn an_upload_that_fails_is_aborted() {
    let server = Scripted::start(|asked| match asked.method.as_str() {
        "POST" => Reply::Answer(200, vec![], b"<R><UploadId>u1</UploadId></R>".to_vec()),
        "HEAD" => Reply::Answer(404, vec![], vec![]),
        "PUT" => error(403, "AccessDenied"),
        _ => Reply::Answer(204, vec![], vec![]),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, vec![7; 9 << 20]).expect("a file");
    let error = store(&server).publish(&file, "x").expect_err("no permission");
    assert_eq!(error.kind, StoreErrorKind::Denied);
    assert_eq!(error.permission(), Some("s3:PutObject on arn:aws:s3:::bucket/lake/x"));
    assert!(file.exists(), "it can be tried again");
    let aborts = server.asked().into_iter().filter(|asked| asked.method == "DELETE").count();
    assert_eq!(aborts, 1);
}

#[test]
fn a_copy_that_begins_with_success_and_ends_with_an_error_has_failed() {
    let server = Scripted::start(|_| error(200, "AccessDenied"));
    let error = store(&server).copy("x", "y").expect_err("a failure");
    assert_ne!(error.kind, StoreErrorKind::NotFound);
    assert!(everything(&error).contains("AccessDenied"), "{}", everything(&error));
}

fn everything(error: &StoreError) -> String {
    let mut text = format!("{error}\n{error:?}\n");
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        text.push_str(&format!("{error}\n{error:?}\n"));
        next = error.source();
    }
    text
}

#[test]
fn no_secret_is_ever_told() {
    let body = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>no match</Message><AWSAccessKeyId>{KEY}</AWSAccessKeyId>\
         <CanonicalRequest>x-amz-security-token:{TOKEN} {SECRET}</CanonicalRequest></Error>"
    );
    let server = Scripted::start(move |_| Reply::Answer(403, vec![], body.clone().into_bytes()));
    let quick = S3Settings { retries: Some(1), ..settings(server.url()) };
    let nowhere = S3Settings { retries: Some(1), ..settings("http://127.0.0.1:1".to_owned()) };
    let mut texts = vec![format!("{quick:?}"), format!("{:?}", open(&quick, "s3://bucket"))];
    for settings in [&quick, &nowhere] {
        let store = open(settings, "s3://bucket/lake");
        let errors = [
            store.head("x").err(),
            store.read("x").err(),
            store.list("").err(),
            store.put("x", b"x", When::Absent).err(),
            store.copy("x", "y").err(),
            store.delete("x").err(),
            store.unfinished("").err(),
        ];
        for error in errors {
            let error = error.expect("a failure");
            assert_eq!(error.retryable(), error.kind == StoreErrorKind::Unavailable);
            texts.push(everything(&error));
        }
    }
    for text in texts {
        for secret in [KEY, SECRET, TOKEN, "X-Amz-Signature", "Credential="] {
            assert!(!text.contains(secret), "{secret} was told: {text}");
        }
    }
}

#[test]
fn keys_of_a_source_are_kept_until_they_end() {
    #[derive(Debug)]
    struct Counting(AtomicU32, Option<Duration>);
    impl KeySource for Counting {
        fn keys(&self) -> Result<Keys, String> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let ends = self.1.map(|after| std::time::SystemTime::now() + after);
            Ok(Keys { id: KEY.to_owned(), secret: SECRET.to_owned(), token: None, ends })
        }
    }
    let bucket = Bucket::default();
    let server = Scripted::start(move |asked| bucket.reply(asked));
    for (good_for, asked) in
        [(None, 1), (Some(Duration::from_secs(3600)), 1), (Some(Duration::from_secs(10)), 3)]
    {
        let source = Arc::new(Counting(AtomicU32::new(0), good_for));
        let shared: Arc<dyn KeySource> = Arc::clone(&source) as _;
        let store =
            open(&S3Settings { keys: None, source: Some(shared), ..settings(server.url()) }, "s3://bucket");
        for _ in 0..3 {
            assert_eq!(store.read("nothing").expect("a read"), None);
        }
        assert_eq!(source.0.load(Ordering::SeqCst), asked, "{good_for:?}");
    }
}
