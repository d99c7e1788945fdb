use super::server::{Reply, Server};
use super::{loader, open, open_with, options};
use crate::catalog::glue::GlueOptions;
use crate::catalog::glue::client::Connection;
use crate::catalog::{Catalog as _, CatalogError, CatalogErrorKind, TableName};
use CatalogErrorKind::{
    AlreadyExists, Conflict, Credentials, Denied, Invalid, Limit, Network, NotFound, Other, Throttled,
    Unavailable,
};
use std::error::Error as _;
use std::time::Duration;

/// The error of reading a table when the service answers so.
fn after(reply: Reply) -> CatalogError {
    let server = Server::start(move |_| reply.clone());
    // Something that does not take "not found" for an answer.
    open(&server).delete_table(&TableName::new("roads", "traffic")).unwrap_err()
}

#[test]
fn codes_have_a_kind() {
    for (status, code, kind) in [
        (400, "EntityNotFoundException", NotFound),
        (400, "AlreadyExistsException", AlreadyExists),
        (400, "ConcurrentModificationException", Conflict),
        (400, "ThrottlingException", Throttled),
        (400, "ThrottledException", Throttled),
        (429, "TooManyRequestsException", Throttled),
        (400, "RequestLimitExceeded", Throttled),
        (500, "InternalServiceException", Unavailable),
        (400, "OperationTimeoutException", Unavailable),
        (400, "ResourceNotReadyException", Unavailable),
        (503, "ServiceUnavailableException", Unavailable),
        (503, "", Unavailable),
        (429, "", Throttled),
        (403, "", Denied),
        (400, "AccessDeniedException", Denied),
        (403, "AccessDeniedException", Denied),
        (400, "GlueEncryptionException", Denied),
        (400, "ExpiredTokenException", Credentials),
        (403, "ExpiredToken", Credentials),
        (400, "UnrecognizedClientException", Credentials),
        (403, "InvalidClientTokenId", Credentials),
        (400, "InvalidSignatureException", Credentials),
        (403, "SignatureDoesNotMatch", Credentials),
        (403, "MissingAuthenticationTokenException", Credentials),
        (400, "InvalidInputException", Invalid),
        (400, "ValidationException", Invalid),
        (400, "SerializationException", Invalid),
        (400, "ResourceNumberLimitExceededException", Limit),
        (400, "FederationSourceException", Other),
        (418, "NobodyKnowsIt", Other),
    ] {
        let error = after(Reply::error(status, code, "because"));
        assert_eq!(error.kind(), kind, "{status} {code}: {error}");
        assert_eq!((error.operation(), error.subject()), ("DeleteTable", "table `roads.traffic`"));
        assert!(error.message().contains("because") && error.message().contains(code), "{error}");
        assert!(error.message().contains("0-1-2"), "the request is named: {error}");
        assert_eq!(error.permission().is_some(), kind == Denied, "{code}");
        let speaks = !matches!(kind, NotFound | AlreadyExists | Invalid | Other);
        assert_eq!(error.hint().is_some(), speaks, "{code}");
    }
}

#[test]
fn a_denied_call_names_action_and_arns() {
    let error = after(Reply::error(400, "AccessDeniedException", "User: me is not authorized"));
    assert_eq!(
        error.permission(),
        Some(
            "glue:DeleteTable on arn:aws:glue:eu-west-1:123456789012:catalog, \
             arn:aws:glue:eu-west-1:123456789012:database/roads and \
             arn:aws:glue:eu-west-1:123456789012:table/roads/traffic"
        )
    );
    assert!(error.hint().unwrap().contains("lakebed generate iam"), "{error:?}");
}

#[test]
fn a_refusal_of_lake_formation_is_told_as_one() {
    let message = "Insufficient Lake Formation permission(s): Required Alter on traffic";
    let error = after(Reply::error(400, "AccessDeniedException", message));
    assert!(error.hint().unwrap().contains("AWS Lake Formation governs this"), "{error:?}");
}

#[test]
fn a_full_table_is_told_with_the_way_out() {
    let message = "Number of TABLE_VERSION resources exceeds the account limit";
    let error = after(Reply::error(400, "ResourceNumberLimitExceededException", message));
    assert!(error.hint().unwrap().contains("--skip-archive"), "{error:?}");
    let error = after(Reply::error(400, "ResourceNumberLimitExceededException", "Number of TABLE resources"));
    assert!(error.hint().unwrap().contains("Service Quotas"), "{error:?}");
}

#[test]
fn a_key_of_kms_is_told() {
    let error = after(Reply::error(400, "GlueEncryptionException", "cannot decrypt"));
    assert!(error.hint().unwrap().contains("kms:Decrypt"), "{error:?}");
}

#[test]
fn a_lost_connection_is_the_networks() {
    let error = after(Reply::Reset);
    assert_eq!(error.kind(), Network);
    assert!(error.message().starts_with("no connection to 127.0.0.1:"), "{error}");
    assert!(error.source().is_some());
}

#[test]
fn a_closed_port_is_the_networks() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = open_with(loader(), options(&url)).databases().unwrap_err();
    assert_eq!(error.kind(), Network, "{error:?}");
    assert!(error.hint().unwrap().contains("AWS_ENDPOINT_URL"), "{error:?}");
}

#[test]
fn a_host_that_has_no_name_may_be_a_wrong_region() {
    let options = GlueOptions { region: Some("eu-wset-1".into()), ..options("http://glue.invalid") };
    let error = open_with(loader(), options).databases().unwrap_err();
    assert_eq!(error.kind(), Network, "{error:?}");
    assert_eq!(error.message(), "no connection to glue.invalid");
    assert!(error.hint().unwrap().contains("is the region `eu-wset-1` spelled right?"), "{error:?}");
}

#[test]
fn silence_is_told_as_no_answer() {
    let server = Server::start(|_| Reply::Silent(Duration::from_secs(5)));
    let options = GlueOptions { timeout: Some(Duration::from_millis(300)), ..options(&server.url) };
    let error = open_with(loader(), options).databases().unwrap_err();
    assert_eq!(error.kind(), Unavailable, "{error:?}");
    assert!(error.message().ends_with("did not answer in time"), "{error}");
}

#[test]
fn an_answer_that_is_not_glues_is_told() {
    // To a write the SDK needs no body at all.
    let server = Server::start(|_| Reply::Answer(200, "<html>proxy</html>".into()));
    let error = open(&server).databases().unwrap_err();
    assert_eq!(error.kind(), Network, "{error:?}");
    assert!(error.hint().unwrap().contains("proxies"), "{error:?}");
    let error = after(Reply::Answer(502, "<html>bad gateway</html>".into()));
    assert_eq!(error.kind(), Unavailable, "{error:?}");
    let error = after(Reply::Answer(403, "<html>forbidden</html>".into()));
    assert_eq!((error.kind(), error.permission()), (Network, None), "{error:?}");
    let error = after(Reply::Answer(404, "<html>not here</html>".into()));
    assert_eq!(error.kind(), Network, "{error:?}");
}

#[test]
fn credentials_that_cannot_be_had_are_told() {
    use aws_config::credential_process::CredentialProcessProvider;
    use aws_config::profile::ProfileFileCredentialsProvider;
    let server = Server::start(|_| Reply::ok("{}"));
    let loader = || super::loader().credentials_provider(CredentialProcessProvider::new("exit 3".into()));
    let error = open_with(loader(), options(&server.url)).databases().unwrap_err();
    assert_eq!(error.kind(), Credentials, "{error:?}");
    assert!(format!("{error:?}").contains("run the `credential_process` of the profile"), "{error:?}");
    let missing = ProfileFileCredentialsProvider::builder().profile_name("no such profile").build();
    let loader = super::loader().credentials_provider(missing);
    let error = open_with(loader, options(&server.url)).databases().unwrap_err();
    assert_eq!(error.kind(), Credentials, "{error:?}");
    assert!(error.hint().unwrap().contains("aws sso login"), "{error:?}");
    assert!(server.journal().is_empty(), "nothing was sent");
}

#[test]
fn inside_of_a_runtime_it_is_an_error_and_no_panic() {
    let server = Server::start(|_| Reply::ok("{}"));
    let catalog = open(&server);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(catalog.databases().unwrap_err().kind(), Other);
        let opened = Connection::open_with(loader(), options(&server.url));
        assert_eq!(opened.err().map(|error| error.kind()), Some(Other));
        drop(open_on_a_thread(&server));
    });
    assert!(catalog.databases().unwrap().is_empty());
}

fn open_on_a_thread(server: &Server) -> crate::catalog::glue::GlueCatalog {
    std::thread::scope(|scope| scope.spawn(|| open(server)).join().unwrap())
}
