use chrono::NaiveDate;
use lakebed::Record;
use serde::{Deserialize, Serialize};

/// Parquet format access logs as transformed from gzip version
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "partitioned_parquet")]
#[lake(partition(by = year, layout = "year={year}"))]
#[lake(partition(by = month, layout = "month={month}"))]
#[lake(partition(by = day, layout = "day={day}"))]
#[lake(partition(by = hour, layout = "hour={hour}"))]
#[lake(parameters("has_encrypted_data" = "false"))]
pub struct CloudfrontLogs {
    pub date: Option<NaiveDate>,
    pub time: Option<String>,
    pub location: Option<String>,
    pub bytes: Option<i64>,
    pub request_ip: Option<String>,
    pub method: Option<String>,
    pub host: Option<String>,
    pub uri: Option<String>,
    pub status: Option<i32>,
    pub referrer: Option<String>,
    pub user_agent: Option<String>,
    pub query_string: Option<String>,
    pub cookie: Option<String>,
    pub result_type: Option<String>,
    pub request_id: Option<String>,
    pub host_header: Option<String>,
    pub request_protocol: Option<String>,
    pub request_bytes: Option<i64>,
    pub time_taken: Option<f32>,
    pub xforwarded_for: Option<String>,
    pub ssl_protocol: Option<String>,
    pub ssl_cipher: Option<String>,
    pub response_result_type: Option<String>,
    pub http_version: Option<String>,
    pub fle_status: Option<String>,
    pub fle_encrypted_fields: Option<i32>,
    pub c_port: Option<i32>,
    pub time_to_first_byte: Option<f32>,
    pub x_edge_detailed_result_type: Option<String>,
    pub sc_content_type: Option<String>,
    pub sc_content_len: Option<i64>,
    pub sc_range_start: Option<i64>,
    pub sc_range_end: Option<i64>,
    // guessed: a value of the record, as the partition key has this name
    pub year: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub month: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub day: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub hour: Option<String>,
}
