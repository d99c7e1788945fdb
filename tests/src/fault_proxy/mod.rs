//! A proxy between a client and a server that speaks HTTP/1.1, which spoils requests and answers as a plan says.

mod plan;
#[cfg(test)]
mod tests;

pub use plan::{FAULTS, Fault, Plan};

use crate::http::{HEAD_BYTES, Message, ask, head_length};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// How long a connection without a request waits before it looks whether the proxy still runs.
const IDLE: Duration = Duration::from_millis(100);

/// A running proxy on 127.0.0.1; dropping it stops it.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    stopped: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    plan: Plan,
    /// How often each request was made, and how many faults it met.
    seen: BTreeMap<(String, String), (usize, usize)>,
    log: Vec<(String, Option<Fault>)>,
    hold: Option<Hold>,
}

/// A request that waits.
#[derive(Debug)]
struct Hold {
    method: String,
    target: String,
    /// How many requests pass before.
    passes: usize,
    reached: bool,
}

impl FaultProxy {
    /// Starts one in front of a server; all requests pass until [`FaultProxy::set`].
    ///
    /// # Errors
    /// No free port.
    pub fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = State { plan: Plan::none(), seen: BTreeMap::new(), log: Vec::new(), hold: None };
        let (state, changed) = (Mutex::new(state), Condvar::new());
        let shared = Arc::new(Shared { server, stopped: AtomicBool::new(false), state, changed });
        let ours = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if ours.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let ours = Arc::clone(&ours);
                thread::spawn(move || {
                    // A client that went away ends its connection, not the proxy.
                    let _ = ours.serve(stream);
                });
            }
        });
        Ok(Self { address, shared, accepting: Some(accepting) })
    }

    /// Its address, to be given to the client.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Another plan from now on; counts begin anew.
    pub fn set(&self, plan: Plan) {
        let mut state = self.shared.state();
        state.plan = plan;
        state.seen.clear();
        state.log.clear();
    }

    /// How often each fault happened since the last [`FaultProxy::set`].
    pub fn counts(&self) -> BTreeMap<Fault, usize> {
        let mut counts = BTreeMap::new();
        for (_, fault) in &self.shared.state().log {
            if let Some(fault) = fault {
                *counts.entry(*fault).or_default() += 1;
            }
        }
        counts
    }

    /// Requests since the last [`FaultProxy::set`], in order, with what happened to them.
    pub fn log(&self) -> Vec<(String, Option<Fault>)> {
        self.shared.state().log.clone()
    }

    /// From now on lets `passes` requests of that method whose path and query hold `target` pass and holds the others:
    /// the server does not hear of them before [`FaultProxy::release`].
    pub fn hold(&self, method: &str, target: &str, passes: usize) {
        let hold = Hold { method: method.to_owned(), target: target.to_owned(), passes, reached: false };
        self.shared.state().hold = Some(hold);
    }

    /// Waits until a request is held; false when none came in that time.
    pub fn holds(&self, patience: Duration) -> bool {
        let since = Instant::now();
        let mut state = self.shared.state();
        loop {
            if state.hold.as_ref().is_some_and(|hold| hold.reached) {
                return true;
            }
            let Some(left) = patience.checked_sub(since.elapsed()) else { return false };
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Lets go what is held, and all that comes.
    pub fn release(&self) {
        self.shared.state().hold = None;
        self.shared.changed.notify_all();
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        self.release();
        // Wakes the thread that accepts; it ends without one when that fails.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| woken) {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        while let Some(request) = self.request(&mut client)? {
            self.wait_while_held(&request);
            if !self.relay(&mut client, &request)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The next request, whole, but with its last byte still unread: a connection that is closed like this is reset.
    fn request(&self, client: &mut TcpStream) -> io::Result<Option<Message>> {
        client.set_read_timeout(Some(IDLE))?;
        let mut buffer = vec![0; HEAD_BYTES];
        let cut = loop {
            match client.peek(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(read) => match head_length(&buffer[..read]) {
                    Some(cut) => break cut,
                    None if read == buffer.len() => return Err(io::Error::other("a head without an end")),
                    None => sleep(Duration::from_millis(1)),
                },
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                Err(e) => return Err(e),
            }
            if self.stopped.load(Ordering::Relaxed) {
                return Ok(None);
            }
        };
        client.set_read_timeout(None)?;
        let mut request = Message::of_head(&buffer[..cut])?;
        let length: usize =
            request.header("Content-Length").unwrap_or("0").parse().map_err(io::Error::other)?;
        if request.header("Expect").is_some() {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut all = vec![0; cut + length];
        let last = all.len() - 1;
        client.read_exact(&mut all[..last])?;
        if client.peek(&mut all[last..])? == 0 {
            return Ok(None);
        }
        request.body = all.split_off(cut);
        Ok(Some(request))
    }

    fn wait_while_held(&self, request: &Message) {
        let mut state = self.state();
        while let Some(hold) = &mut state.hold
            && hold.method == request.method()
            && request.target().contains(&hold.target)
        {
            if let Some(left) = hold.passes.checked_sub(1) {
                hold.passes = left;
                return;
            }
            hold.reached = true;
            self.changed.notify_all();
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn choose(&self, request: &Message) -> Option<Fault> {
        let mut state = self.state();
        let (method, target) = (request.method(), request.target());
        let plan = state.plan.clone();
        let seen = state.seen.entry((method.to_owned(), target.to_owned())).or_default();
        let fault = plan.fault(method, target, seen.0, seen.1);
        seen.0 += 1;
        seen.1 += usize::from(fault.is_some());
        state.log.push((format!("{method} {target}"), fault));
        fault
    }

    /// Answers one request; false when the connection ends with it.
    fn relay(&self, client: &mut TcpStream, request: &Message) -> io::Result<bool> {
        let fault = self.choose(request);
        let spoiled = match fault {
            Some(Fault::ResetBefore) => return Ok(false),
            Some(Fault::ServerError) => Some(failure(500, "InternalError")),
            Some(Fault::SlowDown) => Some(failure(503, "SlowDown")),
            Some(Fault::Malformed) => Some(Message::new("HTTP/1.1 200 OK", broken_xml())),
            Some(Fault::ErrorInside) => {
                Some(Message::new("HTTP/1.1 200 OK", failure(500, "InternalError").body))
            }
            None | Some(Fault::ResetAfter | Fault::LostAnswer | Fault::Truncated | Fault::Slow) => None,
        };
        let mut answer = match spoiled {
            Some(answer) => answer,
            None => ask(self.server, request)?,
        };
        if fault == Some(Fault::LostAnswer) {
            answer = failure(500, "InternalError");
        }
        if fault == Some(Fault::ResetAfter) {
            return Ok(false);
        }
        if request.method() != "HEAD" && answer.status() != 204 && answer.status() != 304 {
            let length = answer.body.len();
            answer.remove(&["Content-Length"]);
            answer = answer.with("Content-Length", length.to_string());
        }
        answer.remove(&["Connection", "Keep-Alive", "Transfer-Encoding"]);
        let goes_on = !request.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        // The byte that was left.
        client.read_exact(&mut [0])?;
        let head = answer.head();
        match fault {
            Some(Fault::Truncated) => {
                // Half of the body; where there is none, half of the head.
                let half =
                    if answer.body.is_empty() { head.len() / 2 } else { head.len() + answer.body.len() / 2 };
                client.write_all(&[head, answer.body].concat()[..half]).map(|()| false)
            }
            Some(Fault::Slow) => {
                client.write_all(&head)?;
                for piece in answer.body.chunks(answer.body.len() / 8 + 1) {
                    sleep(Duration::from_millis(2));
                    client.write_all(piece)?;
                }
                Ok(goes_on)
            }
            None
            | Some(
                Fault::ServerError
                | Fault::SlowDown
                | Fault::ResetBefore
                | Fault::ResetAfter
                | Fault::LostAnswer
                | Fault::Malformed
                | Fault::ErrorInside,
            ) => client.write_all(&[head, answer.body].concat()).map(|()| goes_on),
        }
    }
}

/// An error as S3 words it.
fn failure(status: u16, code: &str) -> Message {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>Please try again.</Message>\
         <RequestId>4442587FB7D0A2F9</RequestId></Error>"
    );
    Message::new(format!("HTTP/1.1 {status} {code}"), body).with("Content-Type", "application/xml")
}

/// A list of objects that breaks off.
fn broken_xml() -> Vec<u8> {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><Contents><Key>half</K";
    text.as_bytes().to_vec()
}
