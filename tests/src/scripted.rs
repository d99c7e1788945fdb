//! A server that answers as a test says, request by request.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `GET`.
    pub method: String,
    /// Path with its query.
    pub target: String,
    /// Headers by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The same, but the connection ends after so many bytes of the body.
    Cut(u16, Vec<(&'static str, String)>, Vec<u8>, usize),
    /// The same, but after so many bytes of the body nothing comes any more.
    Stall(u16, Vec<(&'static str, String)>, Vec<u8>, usize),
    /// The connection ends without an answer.
    Nothing,
}

type Play = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A running server on 127.0.0.1; dropping it stops it.
pub struct Scripted {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scripted({})", self.address)
    }
}

impl Scripted {
    /// Starts a server that answers so.
    ///
    /// # Panics
    /// When no port is free.
    pub fn start(play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let play: Arc<Play> = Arc::new(play);
        let (stopped, noted) = (Arc::clone(&stop), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (play, noted, stopped) = (Arc::clone(&play), Arc::clone(&noted), Arc::clone(&stopped));
                // A client that goes away is no matter of the server.
                std::thread::spawn(move || converse(&stream, play.as_ref(), &noted, &stopped));
            }
        });
        Self { address, stop, asked }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn converse(stream: &TcpStream, play: &Play, noted: &Mutex<Vec<Asked>>, stop: &AtomicBool) -> io::Result<()> {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader)? {
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
        let (status, headers, body, end) = match play(&asked) {
            Reply::Answer(status, headers, body) => (status, headers, body, None),
            Reply::Cut(status, headers, body, after) => (status, headers, body, Some((after, false))),
            Reply::Stall(status, headers, body, after) => (status, headers, body, Some((after, true))),
            Reply::Nothing => return stream.shutdown(Shutdown::Both),
        };
        let mut head = format!("HTTP/1.1 {status} Said\r\n");
        if !headers.iter().any(|(name, _)| *name == "content-length") {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut out = stream;
        out.write_all(head.as_bytes())?;
        let shown = end.map_or(body.len(), |(after, _)| after).min(body.len());
        if asked.method != "HEAD" {
            out.write_all(body.get(..shown).unwrap_or_default())?;
        }
        match end {
            None => {}
            Some((_, false)) => return stream.shutdown(Shutdown::Both),
            Some((_, true)) => {
                // Until the client has enough, or the test is over.
                stream.set_read_timeout(Some(std::time::Duration::from_millis(100)))?;
                while !stop.load(Ordering::SeqCst) {
                    match reader.fill_buf() {
                        Ok([]) => return Ok(()),
                        Ok(_) => return stream.shutdown(Shutdown::Both),
                        Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                        Err(e) => return Err(e),
                    }
                }
            }
        }
    }
    Ok(())
}

fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Asked>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut start = line.split_whitespace().map(str::to_owned);
    let mut asked = Asked {
        method: start.next().unwrap_or_default(),
        target: start.next().unwrap_or_default(),
        ..Asked::default()
    };
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            asked.headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
    }
    let length = asked.header("content-length").parse().unwrap_or(0);
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body)?;
    Ok(Some(asked))
}
