use super::*;

const CONTRACT: &str = r#"{
  "lakebed_contract": 1,
  "name": "traffic",
  "comment": "Minutes of traffic.",
  "columns": [
    {
      "name": "point_id",
      "key": "unieke_id",
      "type": "string"
    },
    {
      "name": "observed_at",
      "type": {
        "timestamp": {
          "unit": "millis",
          "instant": true
        }
      },
      "time": [
        "rfc3339",
        {
          "pattern": "yyyy-MM-dd HH:mm"
        }
      ]
    },
    {
      "name": "car_speed",
      "type": "uint8",
      "nullable": true,
      "null_if": [
        251,
        252
      ]
    },
    {
      "name": "weather",
      "type": {
        "struct": [
          {
            "name": "rain",
            "type": {
              "decimal": {
                "precision": 5,
                "scale": 1
              }
            },
            "decimal_comma": true
          }
        ]
      }
    }
  ],
  "partitions": [
    {
      "by": "observed_at",
      "layout": "dt={yyyy-MM-dd}/hour={HH}"
    },
    {
      "by": "arrival",
      "layout": "received={yyyy-MM-dd}"
    }
  ],
  "sort": [
    {
      "column": "point_id"
    }
  ],
  "storage": {
    "compression": "zstd",
    "row_group_rows": 262144,
    "row_group_bytes": 134217728
  },
  "parameters": {
    "a": "1",
    "b": "2"
  }
}
"#;

fn error(from: &str, to: &str) -> String {
    assert!(CONTRACT.contains(from), "{from}");
    Table::from_contract(&CONTRACT.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn what_is_read_is_written_to_the_byte() {
    let table = Table::from_contract(CONTRACT).unwrap();
    assert_eq!(table.to_contract(), CONTRACT);
    assert_eq!(table.columns[0].key, "unieke_id");
    assert_eq!(table.columns[1].key, "observed_at");
}

#[test]
fn unknown_members_are_refused() {
    assert_eq!(
        error(r#""nullable": true"#, r#""nulable": true"#),
        "line 29, column 7: `nulable` is no member of a contract here: write `nullable`"
    );
    assert_eq!(
        error(r#""uint8""#, r#""unit8""#),
        "line 28, column 15: `unit8` is no word of a contract here: write `uint8`"
    );
    let far = error(r#""scale": 1"#, r#""zebra": 1"#);
    assert!(
        far.ends_with("`zebra` is no member of a contract here: use one of `precision`, `scale`"),
        "{far}"
    );
    let root = error(r#""name": "traffic""#, r#""nam": "traffic""#);
    assert_eq!(root, "line 3, column 3: `nam` is no member of a contract here: write `name`");
}

#[test]
fn versions() {
    assert_eq!(
        error("\"lakebed_contract\": 1,", "\"lakebed_contract\": 7, \"new\": 0,"),
        "this contract is version 7; this lakebed reads up to 1: update lakebed"
    );
    assert!(error("\"lakebed_contract\": 1,", "").starts_with("this is not a contract"));
    assert!(error("\"lakebed_contract\": 1,", "\"lakebed_contract\": \"1\",").contains("must be a version"));
    assert!(error("\"lakebed_contract\": 1,", "\"lakebed_contract\": 0,").contains("must be a version"));
}

#[test]
fn other_mistakes() {
    assert!(error("{\n", "{{\n").starts_with("line 1, column 2: "));
    assert!(error(r#""b": "2""#, r#""a": "2""#).ends_with("`a` stands here twice"));
    let layout = error("{HH}", "{hh}");
    assert!(layout.ends_with("character 23: hh is the hour of half a day: write HH"), "{layout}");
    assert_eq!(
        error("\"point_id\"\n    }\n  ],\n  \"storage\"", "\"point\"\n    }\n  ],\n  \"storage\""),
        "table `traffic`: sort names `point`, which is no column: write `point_id`"
    );
    assert!(error("\"nullable\": true,\n", "").contains("null_if makes nulls"));
}

#[test]
fn a_column_may_be_called_arrival_but_not_be_a_source() {
    let text = CONTRACT.replacen("\"point_id\",\n      \"key\"", "\"arrival\",\n      \"key\"", 1);
    let table =
        Table::from_contract(&text.replacen("\"column\": \"point_id\"", "\"column\": \"arrival\"", 1))
            .unwrap();
    assert_eq!(table.columns[0].name, "arrival");
    assert_eq!(table.partitions[1].by, crate::PartitionBy::Arrival);
}
