//! How a run takes a table.

use std::path::PathBuf;
use std::time::Duration;

/// How a run takes a table: who it is, how long it waits, what its lease is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Name of the user, for others who find the table taken; may be empty.
    pub user: String,
    /// Command line, for the same; may be empty.
    pub command: String,
    /// How long to wait for another writer. When zero, a table that is held is an error at once.
    pub wait: Duration,
    /// How long a lease on S3 is worth without being renewed. A holder that was paused for longer may find that
    /// another has taken the table over; all writers of a lake should agree on it.
    pub lease: Duration,
    /// How often a lease on S3 is renewed; well below `lease`.
    pub renew: Duration,
    /// Pause between writing a lease and reading it back, on stores that know no conditions.
    pub read_back: Duration,
    /// Folder of this machine in which lakes on S3 keep files under way; lakes that are folders keep their own.
    pub scratch: Option<PathBuf>,
}

impl Default for Access {
    /// Nobody in particular, without waiting; 60 seconds, renewed every 15; no scratch folder.
    fn default() -> Self {
        Self {
            user: String::new(),
            command: String::new(),
            wait: Duration::ZERO,
            lease: Duration::from_secs(60),
            renew: Duration::from_secs(15),
            read_back: Duration::from_secs(2),
            scratch: None,
        }
    }
}
