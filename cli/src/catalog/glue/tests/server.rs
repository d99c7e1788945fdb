//! A server on 127.0.0.1 that answers as a test tells it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub(super) operation: String,
    pub(super) headers: String,
    pub(super) body: serde_json::Value,
}

/// What is done with a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// A status and a body.
    Answer(u16, String),
    /// The connection is closed without an answer.
    Reset,
    /// No answer for so long.
    Silent(Duration),
}

impl Reply {
    /// A good answer.
    pub(super) fn ok(body: &str) -> Self {
        Self::Answer(200, body.to_owned())
    }

    /// An error as Glue writes it.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::Answer(status, serde_json::json!({"__type": code, "message": message}).to_string())
    }
}

type Script = Box<dyn FnMut(&Request) -> Reply + Send>;

/// The server; it ends with the test.
pub(super) struct Server {
    pub(super) url: String,
    journal: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(super) fn start(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let journal = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let kept = Arc::clone(&journal);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (script, journal) = (Arc::clone(&script), Arc::clone(&kept));
                std::thread::spawn(move || serve(stream, &script, &journal));
            }
        });
        Self { url, journal }
    }

    /// Every request so far.
    pub(super) fn journal(&self) -> Vec<Request> {
        self.journal.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, script: &Mutex<Script>, journal: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut request = Request::default();
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some((name, value)) = line.trim().split_once(':') {
            match name.to_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "x-amz-target" => {
                    request.operation = value.trim().rsplit('.').next().unwrap_or_default().to_owned();
                }
                _ => {}
            }
        }
        request.headers.push_str(&line);
        line.clear();
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() || request.operation.is_empty() {
        return;
    }
    request.body = serde_json::from_slice(&body).unwrap_or_default();
    let reply = script.lock().unwrap()(&request);
    journal.lock().unwrap().push(request);
    match reply {
        Reply::Answer(status, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\nx-amzn-requestid: 0-1-2\r\n\
                 connection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
        Reply::Reset => {}
        Reply::Silent(time) => std::thread::sleep(time),
    }
    let _ = stream.shutdown(Shutdown::Both);
}
