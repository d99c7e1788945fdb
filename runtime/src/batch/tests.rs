//! Rows of one partition come out in their order, however few or many others stand between them.

use super::*;
use crate::convert::Limits;
use crate::feed::json::JsonDecoder;
use crate::reject::Rejects;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use lakebed_schema::{Column, Element, Layout, LogicalType, Partition, PartitionBy, Table};
use std::collections::BTreeMap;

fn plan() -> Plan {
    let element = |ty| Box::new(Element { ty, nullable: true });
    let point = LogicalType::Struct {
        columns: vec![
            Column { nullable: true, ..Column::new("x", LogicalType::Float64) },
            Column {
                nullable: true,
                ..Column::new(
                    "tags",
                    LogicalType::List { element: element(LogicalType::String), length: None },
                )
            },
        ],
    };
    let types = [
        ("n", LogicalType::Int64),
        ("yes", LogicalType::Boolean),
        ("price", LogicalType::Decimal { precision: 9, scale: 2 }),
        ("point", point.clone()),
        ("points", LogicalType::List { element: element(point), length: None }),
        ("map", LogicalType::Map { key: Box::new(LogicalType::String), value: element(LogicalType::Int32) }),
    ];
    let optional = |(name, ty)| Column { nullable: true, ..Column::new(name, ty) };
    let mut columns = vec![Column::new("region", LogicalType::String)];
    columns.extend(types.map(optional));
    let mut table = Table::new("t", columns);
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).unwrap(),
        null: None,
    });
    Plan::compile(&table).unwrap()
}

/// A record whose members come and go.
fn record(n: usize, region: usize) -> String {
    let mut text = format!("{{\"region\":\"r{region}\",\"n\":{n}");
    for (every, member) in [
        (2, "\"yes\":true".to_owned()),
        (3, "\"yes\":null,\"price\":\"1.25\"".to_owned()),
        (5, "\"point\":{\"x\":0.5}".to_owned()),
        (7, format!("\"points\":[null,{{\"tags\":[\"a\",null,\"{n}\"]}},{{\"x\":2}}]")),
        (11, format!("\"map\":{{\"a\":{n},\"b\":null}}")),
        (13, "\"points\":[],\"point\":{\"tags\":[]}".to_owned()),
    ] {
        // Each member once at most.
        let key = member.split_inclusive(':').next().unwrap_or_default();
        if n.is_multiple_of(every)
            && !text.contains(key)
            && !(every == 13 && (n.is_multiple_of(7) || n.is_multiple_of(5)))
        {
            text.push(',');
            text.push_str(&member);
        }
    }
    text + "}\n"
}

/// Rows by path, put together in the order in which they came out.
fn rows(plan: &Plan, mut batch: Batch, text: &str) -> (BTreeMap<String, Vec<RecordBatch>>, Vec<usize>) {
    let mut decoder = JsonDecoder::new(plan, Limits::default());
    let mut rejects = Rejects::default();
    let (mut found, mut sizes) = (BTreeMap::<String, Vec<RecordBatch>>::new(), Vec::new());
    let mut at = 0;
    loop {
        at += decoder.decode(&text.as_bytes()[at..], at as u64, true, &mut batch, &mut rejects);
        let is_full = batch.is_full();
        let groups = batch.group(plan).unwrap();
        sizes.push(groups.iter().map(|rows| rows.batch.num_rows()).sum());
        for Rows { batch, parts } in groups {
            let mut start = 0;
            for (path, len) in parts {
                found.entry(path).or_default().push(batch.slice(start, len));
                start += len;
            }
        }
        if !is_full {
            break;
        }
    }
    assert!(rejects.list.is_empty(), "{:?}", rejects.list.first());
    (found, sizes)
}

fn joined(plan: &Plan, found: BTreeMap<String, Vec<RecordBatch>>) -> BTreeMap<String, RecordBatch> {
    let join = |(path, batches): (String, Vec<RecordBatch>)| {
        (path, arrow_select::concat::concat_batches(plan.schema(), &batches).unwrap())
    };
    found.into_iter().map(join).collect()
}

#[test]
fn rows_set_aside_come_out_as_they_went_in() {
    let plan = plan();
    let late = |n: usize| if n.is_multiple_of(97) { 1 + n % 3 } else { 0 };
    let mixed = |n: usize| n.wrapping_mul(0x9e37_79b9) % 5;
    let late_then_mixed = |n: usize| if n < 2000 { late(n) } else { mixed(n) };
    let moving = |n: usize| n / 9000 + usize::from(n.is_multiple_of(601));
    type Region<'a> = &'a dyn Fn(usize) -> usize;
    let regions: [(&str, Region<'_>, usize); 4] = [
        ("late", &late, 3000),
        ("mixed", &mixed, 3000),
        ("both", &late_then_mixed, 4000),
        ("moving", &moving, 19_000),
    ];
    for (what, region, count) in regions {
        let text: String = (0..count).map(|n| record(n, region(n))).collect();
        let (expected, _) = rows(&plan, Batch::new(&plan, 0), &text);
        let (found, sizes) = rows(&plan, Batch::new(&plan, 0).for_files(&plan), &text);
        assert_eq!(sizes.iter().sum::<usize>(), count, "{what}");
        assert_eq!(sizes.len(), if what == "moving" { 5 } else { 1 }, "{what}: {sizes:?}");
        if what == "late" {
            // Nothing of the home was copied out of its place.
            assert_eq!(found["region=r0/"].len(), 1);
        }
        let (expected, found) = (joined(&plan, expected), joined(&plan, found));
        assert!(expected.keys().eq(found.keys()), "{what}");
        for (path, batch) in found {
            let numbers = batch.column(0).as_primitive::<Int64Type>().values().to_vec();
            assert!(numbers.is_sorted(), "{what}: {path}");
            assert_eq!(batch, expected[&path], "{what}: {path}");
        }
    }
}

#[test]
fn rows_are_taken_out_of_the_middle() {
    let plan = plan();
    let text: String = (0..300).map(|n| record(n, 0)).collect();
    let decode = |text: &str| {
        let mut batch = Batch::new(&plan, 0);
        let mut decoder = JsonDecoder::new(&plan, Limits::default());
        decoder.decode(text.as_bytes(), 0, true, &mut batch, &mut Rejects::default());
        batch
    };
    let whole = finish(&mut decode(&text).columns, &plan).unwrap();
    for slots in
        [vec![0], vec![299], vec![0, 1, 2, 77, 78, 299], (0..300).step_by(7).collect(), (0..300).collect()]
    {
        let mut batch = decode(&text);
        let mut to = plan.columns();
        batch.columns.move_rows(&slots, &mut to);
        // A row that was not moved up right would be seen by the next one.
        let more = record(7, 0);
        JsonDecoder::new(&plan, Limits::default()).decode(
            more.as_bytes(),
            0,
            true,
            &mut batch,
            &mut Rejects::default(),
        );
        let pick = |rows: &[usize]| {
            let rows = UInt32Array::from_iter_values(rows.iter().map(|&row| u32::try_from(row).unwrap()));
            take_record_batch(&whole, &rows).unwrap()
        };
        let stay: Vec<usize> = (0..300).filter(|row| !slots.contains(row)).chain([7]).collect();
        assert_eq!(finish(&mut to, &plan).unwrap(), pick(&slots));
        assert_eq!(finish(&mut batch.columns, &plan).unwrap(), pick(&stay));
    }
}
