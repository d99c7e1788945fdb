use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "resilience_hub_assessments")]
#[lake(partition(by = payer_id, layout = "payer_id={payer_id}"))]
#[lake(partition(by = account_id, layout = "account_id={account_id}"))]
#[lake(partition(by = region_code, layout = "region_code={region_code}"))]
#[lake(partition(by = app_id, layout = "app_id={app_id}"))]
#[lake(parameters(
    "EXTERNAL" = "TRUE",
    "UPDATED_BY_CRAWLER" = "${Crawler}",
    "classification" = "json",
    "serde.paths" = "appArn,appVersion,assessmentArn,assessmentName,assessmentStatus,complianceStatus,cost,driftStatus,endTime,invoker,resiliencyScore,startTime,versionName",
    "typeOfData" = "file"
))]
pub struct ResilienceAssessments {
    #[serde(rename = "appArn")]
    pub apparn: Option<String>,
    #[serde(rename = "appVersion")]
    pub appversion: Option<String>,
    #[serde(rename = "assessmentArn")]
    pub assessmentarn: Option<String>,
    #[serde(rename = "assessmentName")]
    pub assessmentname: Option<String>,
    #[serde(rename = "assessmentStatus")]
    pub assessmentstatus: Option<String>,
    #[serde(rename = "complianceStatus")]
    pub compliancestatus: Option<String>,
    pub cost: Option<Cost>,
    #[serde(rename = "driftStatus")]
    pub driftstatus: Option<String>,
    #[serde(rename = "endTime")]
    pub endtime: Option<String>,
    pub invoker: Option<String>,
    #[serde(rename = "resiliencyScore")]
    pub resiliencyscore: Option<f64>,
    #[serde(rename = "startTime")]
    pub starttime: Option<String>,
    #[serde(rename = "versionName")]
    pub versionname: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub payer_id: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub account_id: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub region_code: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub app_id: Option<String>,
}

/// A record in `cost`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Cost {
    pub amount: Option<f64>,
    pub currency: Option<String>,
    pub frequency: Option<String>,
}
