//! Lines that arrive, as on standard input: what has come since the last time is a document.

use super::{Document, Fetched, Source, SourceError};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::io::{BufRead, BufReader, Read};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver, error::SendError};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Lines that are read ahead.
const AHEAD: usize = 1024;
/// Bytes of a document at which it is given, whatever follows.
const ENOUGH: usize = 8 << 20;
/// How long the first line is waited for, and those behind it.
const FIRST: Duration = Duration::from_millis(200);
const NEXT: Duration = Duration::from_millis(5);

/// How long a reader that was at work is waited for, when it is told to end.
const REST: Duration = Duration::from_millis(200);

/// Lines of a reader, until its end. Each is one JSON record.
///
/// What was given and not stored is given again with the next lines, as long as the process lives.
#[derive(Debug)]
pub struct LineSource {
    name: String,
    lines: Receiver<Result<Vec<u8>, String>>,
    /// What the reader could not hand over, once it was told to end.
    rest: Option<oneshot::Receiver<Vec<u8>>>,
    /// Lines that are not safe yet.
    held: Vec<u8>,
    ended: Option<Option<String>>,
}

impl LineSource {
    /// Reads lines on a thread of its own, which ends with the reader. A line longer than `max_bytes` is an error, at
    /// which it ends: what follows stays with whoever writes.
    pub fn new(name: impl Into<String>, reader: impl Read + Send + 'static, max_bytes: u64) -> Self {
        let (sender, lines) = mpsc::channel(AHEAD);
        let (left, rest) = oneshot::channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            loop {
                let mut line = Vec::new();
                let line = match read_line(&mut reader, &mut line, max_bytes) {
                    Ok(0) => return,
                    Ok(_) if line.len() as u64 > max_bytes => {
                        Err(format!("a line of more than {max_bytes} bytes"))
                    }
                    Ok(_) => Ok(line),
                    Err(e) => Err(e.to_string()),
                };
                let failed = line.is_err();
                if let Err(SendError(line)) = sender.blocking_send(line) {
                    // Nobody will ask again: what was taken from the reader is handed over as a whole.
                    let mut rest = line.unwrap_or_default();
                    let buffer = reader.buffer();
                    let whole = memchr::memrchr(b'\n', buffer).map_or(0, |end| end + 1);
                    rest.extend_from_slice(buffer.get(..whole).unwrap_or_default());
                    let _ = left.send(rest);
                    return;
                }
                if failed {
                    return;
                }
            }
        });
        Self { name: name.into(), lines, rest: Some(rest), held: Vec::new(), ended: None }
    }

    fn hold(&mut self, mut line: Vec<u8>) {
        if !line.is_empty() && line.last() != Some(&b'\n') {
            line.push(b'\n');
        }
        self.held.append(&mut line);
    }

    fn document(&self, has_more: bool) -> Option<Document> {
        self.held.iter().any(|byte| !byte.is_ascii_whitespace()).then(|| Document {
            bytes: Bytes::from(self.held.clone()),
            identity: self.name.clone(),
            is_stream: true,
            has_more,
            ..Document::default()
        })
    }

    /// What was read and not given.
    async fn collect_rest(&mut self) -> Result<Fetched, SourceError> {
        self.lines.close();
        let mut failed = None;
        while let Some(line) = self.lines.recv().await {
            match line {
                Ok(line) => self.hold(line),
                Err(why) => failed = Some(why),
            }
        }
        // One that waits for its input has nothing, and says nothing.
        if let Some(rest) = self.rest.take()
            && let Ok(Ok(rest)) = timeout(REST, rest).await
        {
            self.hold(rest);
        }
        self.ended.get_or_insert(failed);
        Ok(self.document(false).map_or(Fetched::Ended, Fetched::Document))
    }

    async fn collect(&mut self) -> Result<Fetched, SourceError> {
        let mut wait = FIRST;
        while self.ended.is_none() && self.held.len() < ENOUGH {
            // Receiving is cancellation-safe, and what was received is in `held` at once.
            match timeout(wait, self.lines.recv()).await {
                Ok(Some(Ok(line))) => self.hold(line),
                Ok(Some(Err(why))) => self.ended = Some(Some(why)),
                Ok(None) => self.ended = Some(None),
                Err(_) => break,
            }
            wait = NEXT;
        }
        if let Some(document) = self.document(self.ended.is_some() || self.held.len() >= ENOUGH) {
            return Ok(Fetched::Document(document));
        }
        match &self.ended {
            None => Ok(Fetched::Unchanged),
            Some(None) => Ok(Fetched::Ended),
            Some(Some(why)) => {
                Err(SourceError::permanent(format!("{} breaks off: {why}", self.name)).at_the_end())
            }
        }
    }
}

/// Reads a line, a byte more than it may have at most; gives its length.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, max_bytes: u64) -> std::io::Result<usize> {
    loop {
        let room = max_bytes.saturating_add(1).saturating_sub(line.len() as u64);
        match reader.take(room).read_until(b'\n', line) {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
            Ok(_) => return Ok(line.len()),
        }
    }
}

impl Source for LineSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        Box::pin(self.collect())
    }

    fn rest(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        Box::pin(self.collect_rest())
    }

    fn stored(&mut self) -> BoxFuture<'_, Result<(), SourceError>> {
        self.held.clear();
        Box::pin(std::future::ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_given_until_the_end() {
        let mut source = LineSource::new("stdin", &b"{\"a\":1}\n{\"a\":2}"[..], 100);
        let Fetched::Document(document) = source.fetch().await.expect("lines") else { panic!("no lines") };
        assert_eq!(document.bytes, "{\"a\":1}\n{\"a\":2}\n");
        assert!(document.is_stream && document.has_more);
        // It was not stored, so it is given again.
        assert_eq!(source.fetch().await.expect("lines"), Fetched::Document(document));
        source.stored().await.expect("a note");
        assert_eq!(source.fetch().await.expect("an end"), Fetched::Ended);
    }

    #[tokio::test]
    async fn a_line_without_end_is_no_record() {
        let mut source = LineSource::new("stdin", &b"{}\n0123456789\n"[..], 5);
        assert!(matches!(source.fetch().await, Ok(Fetched::Document(_))));
        source.stored().await.expect("a note");
        let error = source.fetch().await.expect_err("a long line");
        assert!(error.full().contains("more than 5 bytes") && !error.is_transient(), "{}", error.full());
        // It is the end, however often it is asked for.
        assert!(error.is_end() && source.fetch().await.is_err_and(|error| error.is_end()));
    }

    #[tokio::test]
    async fn what_was_read_ahead_is_given_at_the_end() {
        let lines: String = (0..10 * AHEAD).map(|number| format!("{{\"n\":{number}}}\n")).collect();
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        let text = lines.clone();
        let writing = thread::spawn(move || {
            let _ = std::io::Write::write_all(&mut writer, text.as_bytes());
            writer
        });
        let mut source = LineSource::new("stdin", reader, 100);
        // Until nothing more fits: the reader holds a line and a buffer that nobody has asked for.
        while source.lines.len() < AHEAD {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let Fetched::Document(document) = source.rest().await.expect("lines") else { panic!("no lines") };
        let text = String::from_utf8(document.bytes.to_vec()).expect("text");
        assert!(text.lines().count() > AHEAD && lines.starts_with(&text), "{} lines", text.lines().count());
        source.stored().await.expect("a note");
        assert_eq!(source.rest().await.expect("an end"), Fetched::Ended);
        drop(source);
        drop(writing);
    }
}
