//! Lines that arrive, as on standard input: what has come since the last time is a document.

use super::{Document, Fetched, Source, SourceError};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::io::{BufRead, BufReader, Read};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::timeout;

/// Lines that are read ahead.
const AHEAD: usize = 1024;
/// Bytes of a document at which it is given, whatever follows.
const ENOUGH: usize = 8 << 20;
/// How long the first line is waited for, and those behind it.
const FIRST: Duration = Duration::from_millis(200);
const NEXT: Duration = Duration::from_millis(5);

/// Lines of a reader, until its end. Each is one JSON record.
///
/// What was given and not stored is given again with the next lines, as long as the process lives.
#[derive(Debug)]
pub struct LineSource {
    name: String,
    lines: Receiver<Result<Vec<u8>, String>>,
    /// Lines that are not safe yet.
    held: Vec<u8>,
    ended: Option<Option<String>>,
}

impl LineSource {
    /// Reads lines on a thread of its own, which ends with the reader. Lines longer than `max_bytes` are an error.
    pub fn new(name: impl Into<String>, reader: impl Read + Send + 'static, max_bytes: u64) -> Self {
        let (sender, lines) = mpsc::channel(AHEAD);
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            loop {
                let mut line = Vec::new();
                let read = (&mut reader).take(max_bytes.saturating_add(1)).read_until(b'\n', &mut line);
                let line = match read {
                    Ok(0) => return,
                    Ok(_) if line.len() as u64 > max_bytes => {
                        Err(format!("a line of more than {max_bytes} bytes"))
                    }
                    Ok(_) => Ok(line),
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(e) => Err(e.to_string()),
                };
                let failed = line.is_err();
                if sender.blocking_send(line).is_err() || failed {
                    return;
                }
            }
        });
        Self { name: name.into(), lines, held: Vec::new(), ended: None }
    }

    async fn collect(&mut self) -> Result<Fetched, SourceError> {
        let mut wait = FIRST;
        while self.ended.is_none() && self.held.len() < ENOUGH {
            // Receiving is cancellation-safe, and what was received is in `held` at once.
            match timeout(wait, self.lines.recv()).await {
                Ok(Some(Ok(mut line))) => {
                    if line.last() != Some(&b'\n') {
                        line.push(b'\n');
                    }
                    self.held.append(&mut line);
                }
                Ok(Some(Err(why))) => self.ended = Some(Some(why)),
                Ok(None) => self.ended = Some(None),
                Err(_) => break,
            }
            wait = NEXT;
        }
        if self.held.iter().any(|byte| !byte.is_ascii_whitespace()) {
            return Ok(Fetched::Document(Document {
                bytes: Bytes::from(self.held.clone()),
                identity: self.name.clone(),
                is_stream: true,
                has_more: self.ended.is_some() || self.held.len() >= ENOUGH,
                ..Document::default()
            }));
        }
        match &mut self.ended {
            None => Ok(Fetched::Unchanged),
            // It is said once: then it is an end like any other.
            Some(why) => match why.take() {
                None => Ok(Fetched::Ended),
                Some(why) => Err(SourceError::permanent(format!("{}: {why}", self.name))),
            },
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
    }
}
