//! How commands take a table that they write.

use crate::quantity;
use crate::surroundings::Surroundings;
use lakebed::Access;
use std::time::Duration;

/// The flags of commands that write a lake.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AccessArgs {
    /// Wait that long for another run that writes the table, such as 90s or 5m [default: not at all]
    #[arg(long, value_name = "DURATION", value_parser = quantity::duration)]
    wait: Option<Duration>,

    /// How long this run's lease on S3 outlasts a pause of the run; the same for all who write a lake [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = parse_lease)]
    lease: Option<Duration>,
}

impl AccessArgs {
    /// How the runtime is to take a table.
    pub(crate) fn access(&self, around: &Surroundings) -> Access {
        let default = Access::default();
        let lease = self.lease.unwrap_or(default.lease);
        Access {
            user: around.user.clone(),
            command: around.command.clone(),
            wait: self.wait.unwrap_or(default.wait),
            renew: default.renew.min(lease / 4),
            lease,
            scratch: Some(around.scratch.clone()),
            ..default
        }
    }
}

fn parse_lease(text: &str) -> Result<Duration, String> {
    let lease = quantity::duration(text)?;
    if (Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&lease) {
        Ok(lease)
    } else {
        Err("a lease lasts from 1s to 1h".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_last_from_a_second_to_an_hour() {
        assert!(parse_lease("0").is_err() && parse_lease("2h").is_err() && parse_lease("90x").is_err());
        assert_eq!(parse_lease("1s"), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn a_short_lease_is_renewed_in_time() {
        let args = AccessArgs { lease: Some(Duration::from_secs(2)), wait: None };
        let access = args.access(&Surroundings::default());
        assert_eq!((access.renew, access.wait), (Duration::from_millis(500), Duration::ZERO));
        let usual = AccessArgs::default().access(&Surroundings::default());
        assert_eq!((usual.lease.as_secs(), usual.renew.as_secs()), (60, 15));
    }
}
