//! Messages of HTTP/1.1, as far as tests speak it themselves: to stand between a client and a server, and to ask a
//! server without the client that is tested.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest wait for a server to go on; it answers in milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest head that is read.
pub const HEAD_BYTES: usize = 64 << 10;

/// A request or an answer, read whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The first line.
    pub start: String,
    /// Names as sent, and values.
    pub headers: Vec<(String, String)>,
    /// The body, without the marks of chunks.
    pub body: Vec<u8>,
}

impl Message {
    /// A message without headers.
    pub fn new(start: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { start: start.into(), headers: Vec::new(), body: body.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Value of a header; names are the same in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Removes headers by their names.
    pub fn remove(&mut self, names: &[&str]) {
        self.headers.retain(|(known, _)| !names.iter().any(|name| known.eq_ignore_ascii_case(name)));
    }

    /// Method of a request.
    pub fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// What a request asks for: path and query.
    pub fn target(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    /// Status of an answer; 0 when it has none.
    pub fn status(&self) -> u16 {
        self.start.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
    }

    /// Reads a head, without its body.
    ///
    /// # Errors
    /// What is no head of HTTP/1.1.
    pub fn of_head(text: &[u8]) -> io::Result<Self> {
        let text = std::str::from_utf8(text).map_err(io::Error::other)?;
        let mut lines = text.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let mut headers = Vec::new();
        for line in lines.take_while(|line| !line.is_empty()) {
            let header =
                line.split_once(':').ok_or_else(|| io::Error::other(format!("no header: {line}")))?;
            headers.push((header.0.to_owned(), header.1.trim().to_owned()));
        }
        Ok(Self { start, headers, body: Vec::new() })
    }

    /// The head as sent.
    pub fn head(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        format!("{}\r\n{}\r\n", self.start, headers.collect::<String>()).into_bytes()
    }
}

/// Length of the head at the start of `bytes`, its empty line included; nothing when it goes on.
pub fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// Sends a request and gives the answer. The connection is for this request alone.
///
/// # Errors
/// Of the connection, and answers that are no HTTP or break off.
pub fn ask(server: SocketAddr, request: &Message) -> io::Result<Message> {
    let mut request = request.clone();
    request.remove(&["Connection", "Content-Length"]);
    request.headers.push(("Connection".into(), "close".into()));
    if !request.body.is_empty() || matches!(request.method(), "PUT" | "POST") {
        request.headers.push(("Content-Length".into(), request.body.len().to_string()));
    }
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    stream.write_all(&[request.head(), request.body.clone()].concat())?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    answer(request.method(), &all)
}

/// Reads an answer that ended with its connection.
fn answer(method: &str, mut all: &[u8]) -> io::Result<Message> {
    loop {
        let cut = head_length(all).ok_or_else(|| io::Error::other("the answer breaks off in its head"))?;
        let mut answer = Message::of_head(&all[..cut])?;
        all = &all[cut..];
        // Answers on the way, such as `100 Continue`.
        if (100..200).contains(&answer.status()) {
            continue;
        }
        let chunked = answer.header("Transfer-Encoding").is_some_and(|value| value.contains("chunked"));
        let length = answer.header("Content-Length").and_then(|length| length.parse::<usize>().ok());
        // Its headers tell of the body that another method would have given.
        if method == "HEAD" || matches!(answer.status(), 204 | 304) {
            return Ok(answer);
        }
        answer.body = if chunked { unchunked(all)? } else { all.to_vec() };
        if let Some(length) = length.filter(|_| !chunked)
            && answer.body.len() != length
        {
            let message = format!("the answer's body has {} of {length} bytes", answer.body.len());
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
        }
        return Ok(answer);
    }
}

fn unchunked(mut rest: &[u8]) -> io::Result<Vec<u8>> {
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer breaks off between its chunks");
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").ok_or_else(broken)?;
        let size = std::str::from_utf8(&rest[..line]).unwrap_or_default();
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(rest.get(..size).ok_or_else(broken)?);
        rest = rest.get(size + 2..).ok_or_else(broken)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        let body = |method, text: &str| answer(method, text.as_bytes()).map(|answer| answer.body);
        let plain = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
        assert_eq!(body("GET", plain).ok().as_deref(), Some(&b"hello"[..]));
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n";
        assert_eq!(body("GET", chunked).ok().as_deref(), Some(&b"hello"[..]));
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        assert_eq!(body("HEAD", head).ok().as_deref(), Some(&b""[..]));
        let chunked_head = "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(body("HEAD", chunked_head).ok().as_deref(), Some(&b""[..]));
        for broken in [head, "HTTP/1.1 200 OK\r\nContent-", &chunked[..chunked.len() - 9]] {
            assert!(body("GET", broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn heads_are_sent_as_read() {
        let head = b"PUT /bucket/a?x=1 HTTP/1.1\r\nHost: here\r\nIf-None-Match: *\r\n\r\n";
        let message = Message::of_head(head).expect("a head");
        assert_eq!((message.method(), message.target()), ("PUT", "/bucket/a?x=1"));
        assert_eq!(message.header("if-none-match"), Some("*"));
        assert_eq!(message.head(), head);
    }
}
