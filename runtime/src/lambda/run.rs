//! Serving a function to Lambda.

use super::{Normaliser, ObjectConverter, Outcome, Transform, TransformEvent, Transformed};
use crate::error::{Error, ErrorKind};
use lakebed_schema::{ReadRecord, Record};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// A function that Lambda can call.
pub trait Handler: Send + Sync + 'static {
    /// What it is called with.
    type Event: DeserializeOwned + Send + 'static;
    /// What it answers.
    type Answer: Serialize + Send + 'static;

    /// Answers an event, and logs what nobody sees in the answer through `tracing`.
    ///
    /// # Errors
    /// What fails the call as a whole.
    fn answer(&self, event: Self::Event) -> Result<Self::Answer, Error>;
}

/// Serves a function to Lambda until the process is ended; call it from `main`. Logs go through `tracing`: set a
/// subscriber up first, as the example `normalise` does.
///
/// Lambda gives a process one event at a time, and so does this. The address of Lambda's own interface comes from the
/// environment, where Lambda puts it.
///
/// ```no_run
/// use lakebed::lambda::{Normaliser, run};
/// use lakebed::{Record, Table};
///
/// #[derive(Record)]
/// #[lake(table = "traffic")]
/// struct Minute {
///     lane: String,
///     #[lake(null_if(252))]
///     speed: Option<u8>,
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     Ok(run(Normaliser::new(&Table::try_from(Minute::TABLE)?)?)?)
/// }
/// ```
///
/// # Errors
/// No interface of Lambda where the environment says, or none named there.
pub fn run<H: Handler>(handler: H) -> Result<(), Error> {
    let handler = Arc::new(handler);
    let failed = |message: String| Error::new(ErrorKind::Internal, message);
    let function = service_fn(move |event: LambdaEvent<H::Event>| {
        let handler = Arc::clone(&handler);
        async move {
            // Work that waits for S3 must not hold up what keeps the connection to Lambda.
            let answer = tokio::task::spawn_blocking(move || handler.answer(event.payload)).await;
            match answer {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => {
                    tracing::error!(error = error.full(), "the call failed");
                    Err(lambda_runtime::Error::from(error))
                }
                Err(panic) => Err(lambda_runtime::Error::from(panic)),
            }
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(format!("no runtime for asynchronous work: {error}")))?;
    runtime.block_on(lambda_runtime::run(function)).map_err(|error| failed(format!("Lambda: {error}")))
}

impl Handler for Normaliser {
    type Event = TransformEvent;
    type Answer = super::TransformResponse;

    fn answer(&self, event: TransformEvent) -> Result<Self::Answer, Error> {
        Ok(logged(&event, self.transform(&event)))
    }
}

impl<T, U, F> Handler for Transform<T, U, F>
where
    T: ReadRecord + 'static,
    U: Record + 'static,
    F: Fn(T) -> Outcome<U> + Send + Sync + 'static,
{
    type Event = TransformEvent;
    type Answer = super::TransformResponse;

    fn answer(&self, event: TransformEvent) -> Result<Self::Answer, Error> {
        Ok(logged(&event, self.transform(&event)))
    }
}

impl Handler for ObjectConverter {
    type Event = Value;
    type Answer = super::ObjectsResponse;

    fn answer(&self, event: Value) -> Result<Self::Answer, Error> {
        let made = self.handle(&event)?;
        for report in &made.reports {
            let total = report.total;
            tracing::info!(
                run = %report.run,
                table = %report.table,
                inputs = report.inputs.len(),
                read = total.read,
                written = total.written,
                rejected = total.rejected,
                "objects converted"
            );
        }
        for object in &made.passed_over {
            tracing::warn!(object = %object, "an object of the lake itself, passed over: narrow the notification's prefix");
        }
        for (message, reason) in &made.failures {
            tracing::error!(message_id = %message, reason = %reason, "a message failed");
        }
        Ok(made.response)
    }
}

/// Failed records are logged one by one up to here: a batch of thousands that fail alike needs no more.
const LOGGED: usize = 20;

fn logged(event: &TransformEvent, made: Transformed) -> super::TransformResponse {
    for failure in made.failures.iter().take(LOGGED) {
        tracing::warn!(
            record_id = %failure.record_id,
            code = failure.code,
            reason = %failure.reason,
            "a record failed"
        );
    }
    tracing::info!(
        invocation_id = event.invocation_id.as_deref().unwrap_or_default(),
        records = event.records.len(),
        ok = made.ok,
        dropped = made.dropped,
        failed = made.failures.len(),
        "a batch transformed"
    );
    made.response
}
