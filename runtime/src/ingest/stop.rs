//! Telling a loop to end.

use std::sync::Arc;
use tokio::sync::watch;

/// Ends a loop that was given its [`Stop`]. Dropping it ends nothing.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<watch::Sender<bool>>);

/// Hears when to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// One that has not been used yet, and what hears it.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(Arc::new(sender)), Stop(receiver))
    }

    /// Says to end after the batch under way.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// One that nobody can use.
    pub fn never() -> Self {
        Stopper::new().1
    }

    /// Whether to end.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is time to end.
    pub async fn stopped(&mut self) {
        if self.0.wait_for(|stopped| *stopped).await.is_err() {
            // Nobody is left who could say so.
            std::future::pending().await
        }
    }
}
