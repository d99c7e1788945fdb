//! No error tells a key or token, however it is printed.

use super::server::{Reply, Server};
use super::{KEY_ID, SECRET, TOKEN, loader, open_with, options};
use crate::catalog::glue::GlueOptions;
use crate::catalog::{Catalog as _, CatalogError};
use aws_config::credential_process::CredentialProcessProvider;
use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

/// Everything that can be printed of an error.
fn everything(error: &CatalogError) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?} {:?}", error.permission(), error.hint());
    let mut next = error.source();
    while let Some(error) = next {
        let _ = write!(text, " {error} {error:?}");
        next = error.source();
    }
    text
}

/// A service that repeats every header it got, as one does that refuses a signature.
fn echo(status: u16, code: &'static str) -> Server {
    Server::start(move |request| {
        let message = format!(
            "The request signature we calculated does not match. Check your key.\n\nThe Canonical String for this \
             request should have been\n'POST\n/\n\n{}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256'",
            request.headers
        );
        Reply::error(status, code, &message)
    })
}

/// The same without the words that messages are cut at.
fn bare_echo(status: u16, code: &'static str) -> Server {
    Server::start(move |request| Reply::error(status, code, &request.headers))
}

#[test]
fn no_failure_tells_a_secret() {
    let codes = [
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "AccessDeniedException",
        "EntityNotFoundException",
        "InvalidInputException",
        "SomethingElse",
    ];
    let mut servers: Vec<Server> = Vec::new();
    for status in [400, 403, 500] {
        servers.extend(codes.map(|code| echo(status, code)));
        servers.extend(codes.map(|code| bare_echo(status, code)));
    }
    servers.push(Server::start(|request| Reply::Answer(200, request.headers.clone())));
    servers.push(Server::start(|request| Reply::Answer(502, request.headers.clone())));
    servers.push(Server::start(|_| Reply::Reset));
    servers.push(Server::start(|_| Reply::Silent(Duration::from_secs(30))));
    let last = servers.len() - 1;
    for (number, server) in servers.into_iter().enumerate() {
        let patience = if number == last { 3 } else { 20 };
        let options = GlueOptions { timeout: Some(Duration::from_secs(patience)), ..options(&server.url) };
        let catalog = open_with(loader(), options);
        let error = catalog.tables("roads").unwrap_err();
        let headers = server.journal()[0].headers.clone();
        assert!(headers.contains(TOKEN) && headers.contains(KEY_ID), "it was there to be told: {headers}");
        let text = everything(&error);
        for secret in [SECRET, TOKEN] {
            assert!(!text.contains(secret), "{text}");
        }
        let shown = format!("{catalog:?} {}", catalog.shown());
        assert!(!shown.contains(SECRET) && !shown.contains(TOKEN) && !shown.contains(KEY_ID), "{shown}");
    }
}

#[test]
fn a_process_that_fails_does_not_have_its_output_told() {
    let server = Server::start(|_| Reply::ok("{}"));
    for script in [
        format!(r#"echo '{{"Version": 1, "AccessKeyId": "{KEY_ID}", "SecretAccessKey": "{SECRET}"'"#),
        format!(r#"echo '{{"Version": 7, "AccessKeyId": "{KEY_ID}", "SecretAccessKey": "{SECRET}"}}'"#),
        format!(r#"echo '{{"Version": 1, "SecretAccessKey": "{SECRET}"}}'"#),
        format!("echo {SECRET}; exit 1"),
        format!("echo {SECRET} >&2; exit 1"),
    ] {
        let loader = super::loader().credentials_provider(CredentialProcessProvider::new(script.clone()));
        let error = open_with(loader, options(&server.url)).databases().unwrap_err();
        let text = everything(&error);
        assert!(!text.contains(SECRET), "{script}\n{text}");
    }
}

#[test]
fn a_password_in_an_address_is_not_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("http://me:{SECRET}@127.0.0.1:{port}");
    let catalog = open_with(loader(), options(&url));
    let error = catalog.databases().unwrap_err();
    let text = everything(&error);
    assert!(!text.contains(SECRET), "{text}");
    assert!(!format!("{catalog:?} {}", catalog.shown()).contains(SECRET));
}
