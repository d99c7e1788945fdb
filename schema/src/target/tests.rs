use super::*;
use crate::table::Table;

#[test]
fn places_of_a_table() {
    let table = Table::new("traffic", Vec::new());
    for (lake, location, prefix, errors) in [
        ("s3://my-lake", "s3://my-lake/traffic/", "traffic/", "_errors/traffic/"),
        ("s3://my-lake/", "s3://my-lake/traffic/", "traffic/", "_errors/traffic/"),
        ("s3://my-lake/a/b", "s3://my-lake/a/b/traffic/", "a/b/traffic/", "a/b/_errors/traffic/"),
        ("/data/lake/", "/data/lake/traffic/", "/data/lake/traffic/", "/data/lake/_errors/traffic/"),
    ] {
        let target = Target { lake: Some(lake.into()), ..Target::default() };
        assert_eq!(target.location(&table).as_deref(), Ok(location));
        assert_eq!(target.table_prefix(&table).as_deref(), Ok(prefix));
        assert_eq!(target.error_prefix(&table).as_deref(), Ok(errors));
    }
}

#[test]
fn a_table_that_stands_elsewhere() {
    let (table, other) = (Table::new("traffic", Vec::new()), Table::new("other", Vec::new()));
    let at = |lake: &str, location: &str| Target {
        lake: Some(lake.into()),
        locations: [("traffic".to_owned(), location.to_owned())].into(),
        ..Target::default()
    };
    let target = at("s3://my-lake/a", "s3://my-lake/old/feed");
    assert_eq!(target.catalog_location(&table).as_deref(), Ok("s3://my-lake/old/feed"));
    assert_eq!(target.location(&table).as_deref(), Ok("s3://my-lake/old/feed/"));
    assert_eq!(target.table_prefix(&table).as_deref(), Ok("old/feed/"));
    assert_eq!(target.error_prefix(&table).as_deref(), Ok("a/_errors/traffic/"));
    assert_eq!(target.location(&other).as_deref(), Ok("s3://my-lake/a/other/"));

    let target = at("s3://my-lake/a", "s3://other-lake/feed/");
    assert_eq!(target.location(&table).as_deref(), Ok("s3://other-lake/feed/"));
    assert_eq!(target.table_prefix(&table).unwrap_err().rule, "location-outside-bucket");
    let target = at("s3://my-lake/a", "s3://my-lake/a/");
    assert_eq!(target.error_prefix(&table).unwrap_err().rule, "prefix-inside-location");
    let target = at("/data/lake", "/data/old");
    assert_eq!(target.table_prefix(&table).as_deref(), Ok("/data/old/"));
}

#[test]
fn addresses_that_are_none() {
    for (lake, part) in [
        ("s3://", "cannot be the name of a bucket"),
        ("s3://My-Lake/x", "cannot be the name of a bucket"),
        ("s3://-lake/x", "cannot be the name of a bucket"),
        ("s3://my-lake//x", "an empty part"),
        ("s3://my-lake/x//", "an empty part"),
        ("s3://my-lake/a b", "needs an escape"),
        ("gs://my-lake", "neither an S3 address nor a folder"),
        ("", "names no folder"),
    ] {
        let error = Lake::parse(lake).unwrap_err().to_string();
        assert!(error.contains(part), "{lake}: {error}");
    }
}

#[test]
fn what_is_missing_says_how_to_give_it() {
    let target = Target::default();
    assert_eq!(
        target.region().unwrap_err().to_string(),
        "region: is not set: write it into lakebed.toml, or give --set region=… [setting]"
    );
    let table = Table { database: Some("own".into()), ..Table::new("traffic", Vec::new()) };
    assert_eq!(target.database(&table), Ok("own"));
    let target = Target { database: Some("theirs".into()), account: Some("12".into()), ..target };
    assert_eq!(target.database(&table), Ok("theirs"));
    assert_eq!(target.account().unwrap_err().rule, "account");
}

#[test]
fn partitions_of_aws() {
    for (region, partition) in
        [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
    {
        let target = Target { region: Some(region.into()), ..Target::default() };
        assert_eq!(target.aws_partition(), Ok(partition));
    }
    for region in ["Ireland", "eu-west", "eu--1", "EU-WEST-1"] {
        let target = Target { region: Some(region.into()), ..Target::default() };
        assert_eq!(target.region().unwrap_err().rule, "region", "{region}");
    }
}

#[cfg(feature = "contract")]
mod list {
    use super::*;

    /// Keys that a target has, with dots.
    fn keys(value: &serde_json::Value, prefix: &str, found: &mut Vec<String>) {
        for (key, value) in value.as_object().into_iter().flatten() {
            let key = format!("{prefix}{key}");
            if value.is_object() && !matches!(&*key, "projection.columns" | "locations") {
                keys(value, &format!("{key}."), found);
            } else {
                found.push(key);
            }
        }
    }

    #[test]
    fn the_list_holds_every_setting_once() {
        let mut of_type = Vec::new();
        keys(&serde_json::to_value(Target::default()).unwrap(), "", &mut of_type);
        let mut listed: Vec<_> = SETTINGS.iter().map(|setting| setting.key.to_owned()).collect();
        of_type.sort();
        listed.sort();
        assert_eq!(of_type, listed);
    }

    #[test]
    fn defaults_are_what_the_list_says() {
        let defaults = serde_json::to_value(Target::default()).unwrap();
        for setting in SETTINGS {
            let value = setting.key.split('.').fold(&defaults, |value, key| &value[key]);
            if setting.is_default {
                assert_eq!(value.to_string(), setting.example, "{}", setting.key);
            } else {
                assert!(
                    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty),
                    "{}",
                    setting.key
                );
            }
        }
    }

    #[test]
    fn settings_nobody_knows_are_refused() {
        let error = serde_json::from_str::<Target>(r#"{"stream":{"bufer_mib":1}}"#).unwrap_err().to_string();
        assert!(error.contains("bufer_mib") && error.contains("buffer_mib"), "{error}");
    }
}
