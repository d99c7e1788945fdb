use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "workspaces_metrics_data")]
#[lake(partition(by = payer_id, layout = "payer_id={payer_id}"))]
#[lake(partition(by = accountid, layout = "accountid={accountid}"))]
#[lake(partition(by = region, layout = "region={region}"))]
#[lake(partition(by = year, layout = "year={year}"))]
#[lake(partition(by = month, layout = "month={month}"))]
#[lake(partition(by = day, layout = "day={day}"))]
#[lake(parameters(
    "classification" = "json",
    "serde.paths" = "WorkspaceId,UserName,State,BundleId,DirectoryId,ComputerName,RunningMode,RootVolumeSizeGib,UserVolumeSizeGib,ComputeTypeName,Environment,Schedule,Application,Project,Timestamp,CPUUsage,CPUMax,MemoryUsage,MemoryMax,InSessionLatency,UserVolumeDiskUsage,RootVolumeDiskUsage,UpTime,UserConnected"
))]
pub struct WorkspacesMetrics {
    #[serde(rename = "WorkspaceId")]
    pub workspaceid: Option<String>,
    #[serde(rename = "UserName")]
    pub username: Option<String>,
    #[serde(rename = "State")]
    pub state: Option<String>,
    #[serde(rename = "BundleId")]
    pub bundleid: Option<String>,
    #[serde(rename = "DirectoryId")]
    pub directoryid: Option<String>,
    #[serde(rename = "ComputerName")]
    pub computername: Option<String>,
    #[serde(rename = "RunningMode")]
    pub runningmode: Option<String>,
    #[serde(rename = "RootVolumeSizeGib")]
    pub rootvolumesizegib: Option<i32>,
    #[serde(rename = "UserVolumeSizeGib")]
    pub uservolumesizegib: Option<i32>,
    #[serde(rename = "ComputeTypeName")]
    pub computetypename: Option<String>,
    #[serde(rename = "Environment")]
    pub environment: Option<String>,
    #[serde(rename = "Schedule")]
    pub schedule: Option<String>,
    #[serde(rename = "Application")]
    pub application: Option<String>,
    #[serde(rename = "Project")]
    pub project: Option<String>,
    #[serde(rename = "Timestamp")]
    pub timestamp: Option<String>,
    #[serde(rename = "CPUUsage")]
    pub cpuusage: Option<i32>,
    #[serde(rename = "CPUMax")]
    pub cpumax: Option<i32>,
    #[serde(rename = "MemoryUsage")]
    pub memoryusage: Option<i32>,
    #[serde(rename = "MemoryMax")]
    pub memorymax: Option<i32>,
    #[serde(rename = "InSessionLatency")]
    pub insessionlatency: Option<i32>,
    #[serde(rename = "UserVolumeDiskUsage")]
    pub uservolumediskusage: Option<i32>,
    #[serde(rename = "RootVolumeDiskUsage")]
    pub rootvolumediskusage: Option<i32>,
    #[serde(rename = "UpTime")]
    pub uptime: Option<i32>,
    #[serde(rename = "UserConnected")]
    pub userconnected: Option<i32>,
    // guessed: a value of the record, as the partition key has this name
    pub payer_id: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub accountid: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub region: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub year: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub month: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub day: Option<String>,
}
