use super::*;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives these answers, one a connection, and notes what was asked.
async fn server(answers: Vec<Vec<u8>>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut head = Vec::new();
            while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                let mut byte = [0; 1024];
                match stream.read(&mut byte).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => head.extend_from_slice(&byte[..read]),
                }
            }
            noted.lock().unwrap_or_else(PoisonError::into_inner).push(String::from_utf8_lossy(&head).into());
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        // Then it says nothing.
        let mut silent = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            silent.push(stream);
        }
    });
    (address, asked)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn options() -> HttpOptions {
    HttpOptions { timeout: Duration::from_secs(10), max_bytes: 100, redirects: 2, ..HttpOptions::default() }
}

fn source(address: SocketAddr) -> HttpSource {
    HttpSource::new(&format!("http://ann:s3cret@{address}/minute.json"), options()).expect("an address")
}

async fn fetched(source: &mut HttpSource) -> Option<String> {
    match source.fetch().await.expect("an answer") {
        Fetched::Document(document) => Some(String::from_utf8_lossy(&document.bytes).into_owned()),
        Fetched::Unchanged => None,
        Fetched::Ended => panic!("an address does not end"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("gzip")
}

#[tokio::test]
async fn only_what_is_safe_is_not_asked_for_again() {
    let tagged = "200 OK\r\nETag: \"1\"\r\nLast-Modified: Mon, 23 Nov 2026 08:15:00 GMT";
    let answers = vec![
        answer(tagged, b"{}"),
        answer(tagged, b"{}"),
        answer("304 Not Modified", b""),
        answer("200 OK\r\nContent-Encoding: gzip", &gzip(b"[1]")),
    ];
    let (address, asked) = server(answers).await;
    let mut source = source(address);
    assert_eq!(fetched(&mut source).await.as_deref(), Some("{}"));
    assert_eq!(fetched(&mut source).await.as_deref(), Some("{}"));
    source.stored().await.expect("a note");
    assert_eq!(fetched(&mut source).await, None);
    assert_eq!(fetched(&mut source).await.as_deref(), Some("[1]"));
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let conditions: Vec<bool> = asked
        .iter()
        .map(|head| {
            let head = head.to_lowercase();
            assert!(
                head.contains("accept-encoding: gzip") && head.contains("authorization: basic"),
                "{head}"
            );
            let tag = head.contains("if-none-match: \"1\"");
            assert_eq!(tag, head.contains("if-modified-since: mon, 23 nov 2026 08:15:00 gmt"), "{head}");
            tag
        })
        .collect();
    assert_eq!(conditions, [false, false, true, true]);
    assert!(!source.name().contains("s3cret"));
}

#[tokio::test]
async fn what_goes_wrong_is_told_and_may_pass_or_not() {
    let bomb = gzip(&[b' '; 10_000]);
    assert!(bomb.len() < 100);
    let cut = [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n".as_slice(), b"{\"a\":"].concat();
    let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n".to_vec();
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[b'1'; 5000]].concat();
    let cases = [
        (answer("500 No", b""), true, "answers 500"),
        (answer("503 No\r\nRetry-After: 7", b""), true, "answers 503"),
        (answer("429 No", b""), true, "answers 429"),
        (answer("404 No", b""), false, "answers 404"),
        (answer("401 No", b""), false, "answers 401"),
        (answer("206 Part", b"{}"), false, "answers 206"),
        (answer("200 OK", b""), true, "is empty"),
        (answer("200 OK", b" \n"), true, "is empty"),
        (cut, true, "breaks off"),
        (chunks, true, "breaks off"),
        (b"nonsense\r\n\r\n".to_vec(), true, "no answer"),
        (answer("200 OK", &[b'1'; 101]), false, "more than 100 bytes"),
        (endless, false, "more than 100 bytes"),
        (answer("200 OK\r\nContent-Encoding: gzip", &gzip(b"{}")[..12]), true, "cannot be unpacked"),
        (answer("200 OK\r\nContent-Encoding: gzip", &bomb), true, "more than 100 bytes"),
    ];
    for (given, is_transient, said) in cases {
        let (address, _) = server(vec![given]).await;
        let error = source(address).fetch().await.expect_err(said);
        let full = error.full();
        assert!(full.contains(said) && !full.contains("s3cret"), "{said}: {full}");
        assert_eq!(error.is_transient(), is_transient, "{full}");
        let wait = full.contains("503").then(|| Duration::from_secs(7));
        assert_eq!(error.retry_after(), wait, "{full}");
    }
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let to = |path: &str| answer(&format!("302 Found\r\nLocation: {path}"), b"");
    let (address, _) = server(vec![to("/a"), to("/b"), answer("200 OK", b"{}")]).await;
    assert_eq!(fetched(&mut source(address)).await.as_deref(), Some("{}"));
    let (address, _) = server(vec![to("/a"), to("/b"), to("/c"), to("/d")]).await;
    let error = source(address).fetch().await.expect_err("redirects");
    assert!(error.full().contains("more than 2 redirects") && !error.is_transient(), "{}", error.full());
}

#[tokio::test]
async fn another_host_does_not_hear_what_was_asked_for() {
    let (other, asked) = server(vec![answer("200 OK", b"{}")]).await;
    let to = answer(&format!("302 Found\r\nLocation: http://{other}/there"), b"");
    let (address, _) = server(vec![to]).await;
    let mut source =
        HttpSource::new(&format!("http://{address}/x?token=s3cret"), options()).expect("an address");
    assert_eq!(fetched(&mut source).await.as_deref(), Some("{}"));
    let asked = format!("{asked:?}");
    assert!(
        asked.contains("/there") && !asked.to_lowercase().contains("referer") && !asked.contains("s3cret"),
        "{asked}"
    );
}

#[tokio::test]
async fn silence_ends_with_the_timeout_and_nobody_there_at_once() {
    let (address, _) = server(Vec::new()).await;
    let options = HttpOptions { timeout: Duration::from_millis(50), ..options() };
    let mut source = HttpSource::new(&format!("http://{address}/"), options).expect("an address");
    let error = source.fetch().await.expect_err("silence");
    assert!(error.full().contains("no whole answer within 0.05 seconds"), "{}", error.full());
    assert!(error.is_transient());
    let free = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let mut source = HttpSource::new(&format!("http://{address}/"), options).expect("an address");
    let error = source.fetch().await.expect_err("nobody");
    assert!(error.full().contains("no connection") && error.is_transient(), "{}", error.full());
}

#[test]
fn what_is_no_address_is_refused() {
    for (text, said) in [("example.org/x", "no address"), ("ftp://ann:s3cret@host/x", "starts with http")] {
        let error = HttpSource::new(text, HttpOptions::default()).expect_err(text);
        assert!(error.full().contains(said) && !error.full().contains("s3cret"), "{}", error.full());
    }
}
