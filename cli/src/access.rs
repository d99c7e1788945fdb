//! How commands take a table that they write.

use crate::surroundings::Surroundings;
use lakebed::Access;
use std::time::Duration;

/// The flags of commands that write a lake.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AccessArgs {
    /// Wait that long for another run that writes the table, such as 90s or 5m [default: not at all]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
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

/// Reads `250ms`, `90s`, `5m`, `2h` or `1d`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a whole number and its unit, such as 250ms, 90s, 5m, 2h or 1d".to_owned();
    let at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(at);
    let unit: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(unit).map(Duration::from_millis).ok_or_else(|| "that is too long".to_owned())
}

fn parse_lease(text: &str) -> Result<Duration, String> {
    let lease = parse_duration(text)?;
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
    fn durations_have_a_unit() {
        let read = |text| parse_duration(text).ok().map(|duration| duration.as_millis());
        assert_eq!((read("250ms"), read("90s"), read("5m")), (Some(250), Some(90_000), Some(300_000)));
        assert_eq!((read("2h"), read("1d"), read("0s")), (Some(7_200_000), Some(86_400_000), Some(0)));
        for wrong in
            ["", "5", "s", "-1s", "1.5h", "1 s", "5x", "99999999999999999999s", "18446744073709551615d"]
        {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        assert!(parse_lease("999ms").is_err() && parse_lease("2h").is_err() && parse_lease("1s").is_ok());
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
