//! What the codes of Glue's errors mean, and what to do next.

use crate::catalog::CatalogErrorKind;
use crate::catalog::glue::call::Call;

/// How to come to credentials.
pub(super) const CREDENTIALS: &str = "sign in (`aws sso login`, AWS_PROFILE) or set AWS_ACCESS_KEY_ID and \
                           AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` shows who you are";

/// Kind of an error by its code, in answers and in the items of a batch.
pub(crate) fn kind_of(code: &str) -> CatalogErrorKind {
    match code {
        "EntityNotFoundException" => CatalogErrorKind::NotFound,
        "AlreadyExistsException" | "FederatedResourceAlreadyExistsException" => {
            CatalogErrorKind::AlreadyExists
        }
        "ConcurrentModificationException"
        | "ConflictException"
        | "ConditionCheckFailureException"
        | "VersionMismatchException" => CatalogErrorKind::Conflict,
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "SlowDown" => CatalogErrorKind::Throttled,
        "InternalServiceException"
        | "InternalServerException"
        | "InternalFailure"
        | "InternalError"
        | "OperationTimeoutException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "ResourceNotReadyException"
        | "FederationSourceRetryableException"
        | "RequestTimeout"
        | "RequestTimeoutException" => CatalogErrorKind::Unavailable,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "AuthFailure" => CatalogErrorKind::Credentials,
        "AccessDeniedException"
        | "AccessDenied"
        | "UnauthorizedOperation"
        | "NotAuthorized"
        | "OptInRequired"
        | "PermissionTypeMismatchException"
        | "GlueEncryptionException" => CatalogErrorKind::Denied,
        "InvalidInputException"
        | "ValidationException"
        | "SerializationException"
        | "MalformedQueryString"
        | "UnknownOperationException"
        | "InvalidAction" => CatalogErrorKind::Invalid,
        "ResourceNumberLimitExceededException" | "LimitExceededException" => CatalogErrorKind::Limit,
        "InvalidStateException" => CatalogErrorKind::Unreadable,
        _ => CatalogErrorKind::Other,
    }
}

/// What to do next, where the code or its message tells more than the kind.
pub(super) fn hint(call: &Call, kind: CatalogErrorKind, code: &str, message: &str) -> Option<&'static str> {
    let lower = message.to_lowercase();
    Some(match (kind, code) {
        (CatalogErrorKind::Denied, _)
            if lower.contains("lake formation") || lower.contains("lakeformation") =>
        {
            "AWS Lake Formation governs this: besides the IAM permission somebody has to grant ALTER on the table \
             (CREATE_TABLE on the database for a new one) and DATA_LOCATION_ACCESS on its path there"
        }
        (CatalogErrorKind::Denied, "GlueEncryptionException") => {
            "the catalog is encrypted with a key of AWS KMS: the permissions kms:Decrypt, kms:Encrypt and \
             kms:GenerateDataKey on that key are needed too"
        }
        (CatalogErrorKind::Denied, "OptInRequired") => {
            "the account must be enabled for this service and region"
        }
        (CatalogErrorKind::Denied, _) if call.operation == "BatchDeletePartition" => {
            "give this permission to whoever runs the command (`aws sts get-caller-identity` shows who that is); \
             `lakebed generate iam` writes the policy, TABLE.iam-prune.json"
        }
        (CatalogErrorKind::Denied, _) if call.operation.contains("Delete") => {
            "give this permission to whoever runs the command (`aws sts get-caller-identity` shows who that is); \
             the policy of `lakebed generate iam` has none to remove anything"
        }
        (CatalogErrorKind::Denied, _) => {
            "give this permission to whoever runs the command (`aws sts get-caller-identity` shows who that is); \
             `lakebed generate iam` writes the policy"
        }
        (CatalogErrorKind::Credentials, "ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => {
            "the credentials have expired: sign in again (`aws sso login`) or get new ones, then run it again"
        }
        (CatalogErrorKind::Credentials, "RequestTimeTooSkewed") => "set the clock of this machine right",
        (CatalogErrorKind::Credentials, _) if lower.contains("valid region") => {
            "the request was signed for another region than that of the service it reached: `region` in lakebed.toml, \
             AWS_REGION and AWS_ENDPOINT_URL have to name the same"
        }
        (CatalogErrorKind::Credentials, "InvalidSignatureException" | "SignatureDoesNotMatch") => {
            "the secret key does not belong to the key id, or the clock of this machine is wrong"
        }
        (CatalogErrorKind::Credentials, _) => CREDENTIALS,
        (CatalogErrorKind::Limit, _) if lower.contains("version") => {
            "the table has too many old versions: remove some (`aws glue batch-delete-table-version`), and keep no \
             more with --skip-archive"
        }
        (CatalogErrorKind::Limit, _) if lower.contains("simultaneously") => {
            "Glue builds one partition index after the other: run it again when `aws glue get-partition-indexes` \
             shows that one as ACTIVE; it goes on where it stopped"
        }
        (CatalogErrorKind::Limit, _) => {
            "ask AWS for a higher quota (Service Quotas, AWS Glue), or remove what is old"
        }
        (CatalogErrorKind::Throttled, _) => {
            "others call the catalog of this account at the same time: wait a minute and run it again, it goes on \
             where it stopped"
        }
        (CatalogErrorKind::Unavailable, _) => "run it again; it goes on where it stopped",
        (CatalogErrorKind::Conflict, _) => {
            "somebody changed it at the same time: look at what it has become and run it again"
        }
        _ => return None,
    })
}
