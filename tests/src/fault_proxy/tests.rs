use super::*;
use std::io::{BufRead, BufReader};

/// A server that answers every request with its target, and counts them.
struct Echo {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.expect("a connection"));
                let (mut head, mut length) = (String::new(), 0_usize);
                while !head.ends_with("\r\n\r\n") {
                    let mut line = String::new();
                    if stream.read_line(&mut line).expect("a line") == 0 {
                        break;
                    }
                    if let Some(value) = line.strip_prefix("Content-Length: ") {
                        length = value.trim().parse().expect("a length");
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).expect("a body");
                let start = head.lines().next().unwrap_or_default().to_owned();
                let said = format!("{start} {}", String::from_utf8_lossy(&body));
                list.lock().expect("a list").push(said.clone());
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{said}", said.len());
                stream.get_mut().write_all(answer.as_bytes()).expect("a client");
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> usize {
        self.heard.lock().expect("a list").len()
    }
}

fn pair() -> (Echo, FaultProxy) {
    let echo = Echo::start();
    let proxy = FaultProxy::start(echo.address).expect("a proxy");
    (echo, proxy)
}

fn put(proxy: &FaultProxy, target: &str) -> io::Result<Message> {
    ask(proxy.address, &Message::new(format!("PUT {target} HTTP/1.1"), "body"))
}

#[test]
fn without_a_plan_everything_passes() {
    let (echo, proxy) = pair();
    let answer = put(&proxy, "/a").expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.body, b"PUT /a HTTP/1.1 body");
    assert_eq!((echo.heard(), proxy.counts().len(), proxy.log().len()), (1, 0, 1));
}

#[test]
fn one_connection_serves_many_requests() {
    let (echo, proxy) = pair();
    let mut stream = TcpStream::connect(proxy.address).expect("a connection");
    for _ in 0..3 {
        stream.write_all(b"GET /a HTTP/1.1\r\n\r\n").expect("a proxy");
        let mut answer = [0; 55];
        stream.read_exact(&mut answer).expect("an answer");
        assert!(answer.ends_with(b"GET /a HTTP/1.1 "), "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(echo.heard(), 3);
}

#[test]
fn each_fault_is_what_it_says() {
    use Fault::*;
    for fault in FAULTS {
        let (echo, proxy) = pair();
        proxy.set(Plan::permanent(fault));
        // What no other kind of request can meet.
        let (method, target) = match fault {
            Malformed => ("GET", "/a?list-type=2"),
            ErrorInside => ("POST", "/a?uploadId=7"),
            ServerError | SlowDown | ResetBefore | ResetAfter | LostAnswer | Truncated | Slow => {
                ("PUT", "/a")
            }
        };
        let said = ask(proxy.address, &Message::new(format!("{method} {target} HTTP/1.1"), "body"));
        let forwarded = matches!(fault, ResetAfter | LostAnswer | Truncated | Slow);
        assert_eq!(echo.heard(), usize::from(forwarded), "{fault:?}");
        let text = said.as_ref().map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
        let status = said.as_ref().map_or(0, Message::status);
        let kind = said.as_ref().err().map(io::Error::kind);
        match fault {
            ServerError | LostAnswer => assert_eq!(status, 500),
            SlowDown => {
                assert_eq!(status, 503);
                assert!(text.expect("XML").contains("<Code>SlowDown</Code>"));
            }
            ResetBefore | ResetAfter => assert_eq!(kind, Some(io::ErrorKind::ConnectionReset), "{said:?}"),
            Truncated => assert_eq!(kind, Some(io::ErrorKind::UnexpectedEof), "{said:?}"),
            Slow => assert_eq!(text.expect("an answer"), "PUT /a HTTP/1.1 body"),
            Malformed => assert!(text.expect("XML").ends_with("</K")),
            ErrorInside => {
                assert_eq!(status, 200);
                assert!(text.expect("XML").contains("<Error>"));
            }
        }
        assert_eq!(proxy.counts(), BTreeMap::from([(fault, 1)]));
    }
}

#[test]
fn faults_that_would_be_lies_become_others() {
    let plan = Plan::permanent(Fault::Malformed);
    assert_eq!(plan.fault("GET", "/b/key", 0, 0), Some(Fault::ServerError));
    assert_eq!(plan.fault("GET", "/b?list-type=2", 0, 0), Some(Fault::Malformed));
    let plan = Plan::permanent(Fault::ErrorInside);
    assert_eq!(plan.fault("PUT", "/b/key", 0, 0), Some(Fault::SlowDown));
}

#[test]
fn a_plan_is_repeatable_filters_and_gives_in() {
    let plan = Plan::of(7, 50, &FAULTS).methods(&["PUT"]).target("/runs/");
    let met = |method, target, before, met| plan.fault(method, target, before, met);
    let row = |seed| -> Vec<_> {
        let plan = Plan { seed, ..plan.clone() };
        (0..200).map(|before| plan.fault("PUT", "/b/runs/1", before, 0)).collect()
    };
    assert_eq!(row(7), row(7));
    assert_ne!(row(7), row(8));
    let faults = row(7).iter().flatten().count();
    assert!((70..130).contains(&faults), "{faults} of 200 at 50 %");
    assert!((0..200).all(|before| met("GET", "/b/runs/1", before, 0).is_none()));
    assert!((0..200).all(|before| met("PUT", "/b/intents/1", before, 0).is_none()));
    assert!((0..200).all(|before| met("PUT", "/b/runs/1", before, 3).is_none()));

    let (_echo, proxy) = pair();
    proxy.set(Plan { at_most: 2, ..Plan::permanent(Fault::SlowDown) });
    let statuses = [(); 4].map(|()| put(&proxy, "/a").map_or(0, |answer| answer.status()));
    assert_eq!(statuses, [503, 503, 200, 200]);
    proxy.set(Plan::permanent(Fault::SlowDown).after(2));
    let statuses = [(); 4].map(|()| put(&proxy, "/a").map_or(0, |answer| answer.status()));
    assert_eq!(statuses, [200, 200, 503, 503]);
}

#[test]
fn a_held_request_waits_and_others_pass() {
    let (echo, proxy) = pair();
    proxy.hold("PUT", "/held", 1);
    assert_eq!(put(&proxy, "/held").map_or(0, |answer| answer.status()), 200);
    thread::scope(|scope| {
        let held = scope.spawn(|| put(&proxy, "/held").map_or(0, |answer| answer.status()));
        assert!(proxy.holds(Duration::from_secs(60)));
        assert_eq!(put(&proxy, "/other").map_or(0, |answer| answer.status()), 200);
        assert_eq!(echo.heard(), 2);
        proxy.release();
        assert_eq!(held.join().expect("a thread"), 200);
    });
    assert_eq!(echo.heard(), 3);
    assert!(!proxy.holds(Duration::ZERO));
}
