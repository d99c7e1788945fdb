//! A strict Glue, for tests: the HTTP API as the AWS SDK speaks it, on 127.0.0.1.
//!
//! It does what emulators get wrong: it refuses what AWS's description of the API does not allow, folds names to lower
//! case, insists on the version an update was made for, keeps or drops replaced versions, cuts lists into small pages
//! whose tokens hold for one request only, answers for each item of a batch, builds indexes in the background, and adds
//! members that only answers have. Lists come in no useful order, since the API promises none. It fails when a
//! [script](When) says so, and its [journal](FakeGlue::journal) tells what was asked.
//!
//! It knows nothing of lakebed: tables stay the JSON that was sent. What it does not play it refuses.

mod check;
mod database;
mod error;
mod fault;
mod http;
mod index;
mod journal;
mod model;
mod page;
mod partition;
mod registry;
mod schema_version;
mod store;
mod table;
mod version;

#[cfg(test)]
mod tests;

pub use error::ApiError;
pub use fault::{Fault, When};
pub use journal::{Call, Outcome};
pub use model::{Model, model};

use http::Shared;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

/// The account that everything belongs to.
pub const ACCOUNT: &str = "123456789012";
/// A member of answers that no client has heard of yet: the service adds such from time to time.
pub const NEW_MEMBER: &str = "AddedSinceTheClientWasMade";

/// How the fake behaves where the service is free.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Most items of a page.
    pub page_size: usize,
    /// Whether lists begin with an empty page that goes on.
    pub empty_first_page: bool,
    /// Most keys that one `BatchGetPartition` looks up.
    pub keys_at_once: usize,
    /// Times an index is read before it is built, or gone.
    pub index_reads: usize,
    /// Times a version of a schema is read before its check is over.
    pub check_reads: usize,
    /// Most versions of a schema.
    pub most_schema_versions: usize,
    /// Most versions of a table that are kept; the service stops at 100,000.
    pub most_versions: usize,
    /// Region that requests have to be signed for; none takes any.
    pub region: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            page_size: 2,
            empty_first_page: true,
            keys_at_once: 7,
            index_reads: 2,
            check_reads: 2,
            most_schema_versions: 10_000,
            most_versions: 100_000,
            region: None,
        }
    }
}

/// A running fake; dropping it stops it.
#[derive(Debug)]
pub struct FakeGlue {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl FakeGlue {
    /// Starts one with nothing in it and small pages.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub fn start() -> Result<Self, String> {
        Self::start_with(Settings::default())
    }

    /// Starts one with nothing in it.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub fn start_with(settings: Settings) -> Result<Self, String> {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = bound.map_err(|error| format!("no free port on 127.0.0.1: {error}"))?;
        let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
        let shared = Arc::new(Shared::new(settings));
        let serving = Arc::clone(&shared);
        let listener = std::thread::spawn(move || http::listen(&listener, &serving));
        Ok(Self { address, shared, listener: Some(listener) })
    }

    /// Address of the server, to be given to anything that speaks to AWS.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Plans a fault.
    pub fn plan(&self, when: When) {
        http::lock(&self.shared.script).add(when);
    }

    /// Forgets the faults that have not come.
    pub fn heal(&self) {
        http::lock(&self.shared.script).clear();
    }

    /// How many planned faults have not come as often as they should; those that come always do not count.
    pub fn faults_left(&self) -> usize {
        http::lock(&self.shared.script).left()
    }

    /// Every call so far, in the order they came.
    pub fn journal(&self) -> Vec<Call> {
        http::lock(&self.shared.journal).calls.clone()
    }

    /// The calls since the last time this was asked.
    pub fn take_journal(&self) -> Vec<Call> {
        http::lock(&self.shared.journal).take()
    }

    /// Everything it holds, to be put back later.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(http::lock(&self.shared.store).clone())
    }

    /// Holds what it held once; faults and journal stay.
    pub fn restore(&self, snapshot: &Snapshot) {
        *http::lock(&self.shared.store) = snapshot.0.clone();
    }

    /// Does one operation without HTTP, faults and journal, as a colleague's tool would at the same time.
    ///
    /// # Errors
    /// What the service would say.
    pub fn call(&self, operation: &str, input: &serde_json::Value) -> Result<serde_json::Value, ApiError> {
        self.shared.perform(operation, input, None)
    }
}

/// What a fake held.
#[derive(Clone, Debug)]
pub struct Snapshot(store::Store);

impl Drop for FakeGlue {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // The listener sees the flag when something comes.
        let _ = TcpStream::connect(self.address);
        self.shared.close();
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        self.shared.close();
    }
}
