//! Refusals, as the service words them.

use serde_json::{Value, json};

/// An error answer: HTTP 400 unless it is one of the service's own failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Its type: `EntityNotFoundException`.
    pub code: &'static str,
    /// Its message.
    pub message: String,
}

impl ApiError {
    /// An error with a message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidInputException", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new("EntityNotFoundException", message)
    }

    pub(super) fn exists(message: impl Into<String>) -> Self {
        Self::new("AlreadyExistsException", message)
    }

    /// The HTTP status it comes with.
    pub fn status(&self) -> u16 {
        if matches!(self.code, "InternalServiceException" | "InternalFailure") { 500 } else { 400 }
    }

    /// The body it comes with. Errors of the service itself write `Message`, those of what stands before it `message`
    /// and their namespace.
    pub fn body(&self) -> Value {
        match self.code {
            "ThrottlingException" | "ValidationException" | "SerializationException" => {
                json!({ "__type": format!("com.amazon.coral.service#{}", self.code), "message": self.message })
            }
            "ExpiredTokenException"
            | "UnrecognizedClientException"
            | "MissingAuthenticationTokenException"
            | "InvalidSignatureException"
            | "UnknownOperationException" => {
                json!({ "__type": self.code, "message": self.message })
            }
            _ => json!({ "__type": self.code, "Message": self.message }),
        }
    }

    /// How batch answers carry it.
    pub(super) fn detail(&self) -> Value {
        json!({ "ErrorCode": self.code, "ErrorMessage": self.message })
    }
}
