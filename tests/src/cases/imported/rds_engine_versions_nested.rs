use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "rds_db_engine_versions")]
#[lake(parameters("classification" = "json"))]
pub struct RdsEngineVersions {
    pub engine: Option<String>,
    pub engineversion: Option<String>,
    pub dbparametergroupfamily: Option<String>,
    pub dbenginedescription: Option<String>,
    pub dbengineversiondescription: Option<String>,
    pub defaultcharacterset: Option<Defaultcharacterset>,
    pub image: Option<Image>,
    pub dbenginemediatype: Option<String>,
    pub supportedcharactersets: Option<Vec<Option<Supportedcharacterset>>>,
    pub supportedncharcharactersets: Option<Vec<Option<Supportedncharcharacterset>>>,
    pub validupgradetarget: Option<Vec<Option<Validupgradetarget>>>,
    pub supportedtimezones: Option<Vec<Option<Supportedtimezone>>>,
    pub exportablelogtypes: Option<Vec<Option<String>>>,
    pub supportslogexportstocloudwatchlogs: Option<bool>,
    pub supportsreadreplica: Option<bool>,
    pub supportedenginemodes: Option<Vec<Option<String>>>,
    pub supportedfeaturenames: Option<Vec<Option<String>>>,
    pub status: Option<String>,
    pub supportsparallelquery: Option<bool>,
    pub supportsglobaldatabases: Option<bool>,
    pub majorengineversion: Option<String>,
    pub databaseinstallationfiless3bucketname: Option<String>,
    pub databaseinstallationfiless3prefix: Option<String>,
    pub dbengineversionarn: Option<String>,
    pub kmskeyid: Option<String>,
    pub createtime: Option<DateTime<Utc>>,
    pub taglist: Option<Vec<Option<Taglist>>>,
    pub supportsbabelfish: Option<bool>,
    pub customdbengineversionmanifest: Option<String>,
    pub supportslimitlessdatabase: Option<bool>,
    pub supportscertificaterotationwithoutrestart: Option<bool>,
    pub supportedcacertificateidentifiers: Option<Vec<Option<String>>>,
    pub supportslocalwriteforwarding: Option<bool>,
    pub supportsintegrations: Option<bool>,
    pub serverlessv2featuressupport: Option<Serverlessv2Featuressupport>,
}

/// A record in `defaultcharacterset`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Defaultcharacterset {
    pub charactersetname: Option<String>,
    pub charactersetdescription: Option<String>,
}

/// A record in `image`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Image {
    pub imageid: Option<String>,
    pub status: Option<String>,
}

/// A record in `supportedcharactersets`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Supportedcharacterset {
    pub charactersetname: Option<String>,
    pub charactersetdescription: Option<String>,
}

/// A record in `supportedncharcharactersets`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Supportedncharcharacterset {
    pub charactersetname: Option<String>,
    pub charactersetdescription: Option<String>,
}

/// A record in `validupgradetarget`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Validupgradetarget {
    pub engine: Option<String>,
    pub engineversion: Option<String>,
    pub description: Option<String>,
    pub autoupgrade: Option<bool>,
    pub ismajorversionupgrade: Option<bool>,
    pub supportedenginemodes: Option<Vec<Option<String>>>,
    pub supportsparallelquery: Option<bool>,
    pub supportsglobaldatabases: Option<bool>,
    pub supportsbabelfish: Option<bool>,
    pub supportslimitlessdatabase: Option<bool>,
    pub supportslocalwriteforwarding: Option<bool>,
    pub supportsintegrations: Option<bool>,
}

/// A record in `supportedtimezones`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Supportedtimezone {
    pub timezonename: Option<String>,
}

/// A record in `taglist`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Taglist {
    pub key: Option<String>,
    pub value: Option<String>,
}

/// A record in `serverlessv2featuressupport`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Serverlessv2Featuressupport {
    pub mincapacity: Option<f64>,
    pub maxcapacity: Option<f64>,
}
