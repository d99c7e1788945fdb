use super::*;
use lakebed_schema::LogicalType;
use lakebed_schema::{Column, TimeUnit};

fn table() -> Table {
    let time = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let columns = vec![
        Column { xml: Some("@id".to_owned()), ..Column::new("id", LogicalType::String) },
        Column::new("at", time.clone()),
        Column::new("updated", time),
        Column { nullable: true, ..Column::new("n", LogicalType::Int32) },
    ];
    let mut table = Table::new("point", columns);
    table.xml = Some("p".to_owned());
    table.key = vec!["id".to_owned(), "at".to_owned()];
    table.latest_by = Some("updated".to_owned());
    table
}

fn skipper(table: &Table, written: &[u8]) -> Skipper {
    let plan = Plan::compile(table).expect("a table");
    Skipper::new(table, plan, Limits::default(), written).expect("a key")
}

fn element(id: &str, minute: u8, updated: u8, n: &str) -> String {
    let time = |minute| format!("2026-11-23T08:{minute:02}:00Z");
    let (at, updated) = (time(minute), time(updated));
    format!("<p id=\"{id}\"><at>{at}</at><updated>{updated}</updated><n>{n}</n></p>")
}

fn cut(skipper: &mut Skipper, text: &str) -> (Option<String>, u64, u64) {
    let cut = skipper.cut(text.as_bytes(), 0).expect("a document");
    skipper.learn(&cut);
    (cut.text.map(|text| String::from_utf8(text).expect("text")), cut.skipped, cut.left)
}

#[test]
fn elements_are_cut_out_of_their_document() {
    let mut skipper = skipper(&table(), b"");
    let (a, b) = (element("a", 1, 1, "5"), element("b", 1, 1, "5"));
    let document = |parts: &[&str]| format!("<?xml version=\"1.0\"?>\n<r>\n {}\n</r>\n", parts.join("\n "));
    assert_eq!(cut(&mut skipper, &document(&[&a, &b])), (None, 0, 2));
    // The minute of b is new, the record of a is the same.
    let next = element("b", 2, 2, "5");
    let left = document(&["", &next]);
    assert_eq!(cut(&mut skipper, &document(&[&a, &next])), (Some(left), 1, 1));
    // A later minute that was updated earlier is older; an equally old one that differs is not.
    let (older, other) = (element("b", 3, 1, "5"), element("b", 2, 2, "6"));
    assert_eq!(cut(&mut skipper, &document(&[&older, &other])).1, 1);
    // A broken record stays, to be told.
    let (left, skipped, kept) = cut(&mut skipper, &document(&[&a, &element("a", 9, 9, "x")]));
    assert!(left.is_some_and(|left| left.contains("<n>x</n>") && !left.contains("<n>5</n>")));
    assert_eq!((skipped, kept), (1, 1));
}

#[test]
fn what_is_written_is_read_again() {
    let mut first = skipper(&table(), b"");
    let text = [element("a", 1, 1, "5"), element("b", 1, 1, "")].concat();
    assert_eq!(cut(&mut first, &text).2, 2);
    let mut second = skipper(&table(), &first.write());
    assert_eq!(second.points, first.points);
    assert_eq!(cut(&mut second, &text), (Some(String::new()), 2, 0));
}

#[test]
fn the_same_point_twice_in_a_document_counts_twice() {
    let mut skipper = skipper(&table(), b"");
    let (one, two) = (element("a", 1, 1, "5"), element("a", 2, 2, "5"));
    let text = [one.as_str(), &two, &two].concat();
    assert_eq!(cut(&mut skipper, &text), (Some([one.as_str(), &two].concat()), 1, 2));
}

#[test]
fn tables_whose_points_cannot_be_told_are_refused() {
    let refused = |change: fn(&mut Table)| {
        let mut table = table();
        change(&mut table);
        let plan = Plan::compile(&table).expect("a table");
        let error = Skipper::new(&table, plan, Limits::default(), b"").err().map(|error| error.to_string());
        error.unwrap_or_default()
    };
    let said = refused(|table| {
        table.key.clear();
        table.latest_by = None;
    });
    assert!(said.contains("has no key"), "{said}");
    let said = refused(|table| {
        table.columns.push(Column::new("price", LogicalType::Decimal { precision: 9, scale: 2 }));
        table.key = vec!["price".to_owned()];
    });
    assert!(said.contains("column `price` is not text"), "{said}");
    let said = refused(|table| table.latest_by = Some("id".to_owned()));
    assert!(said.contains("column `id` is not a time"), "{said}");
    // A key of times alone is what it is.
    assert_eq!(refused(|table| table.key = vec!["at".to_owned()]), "");
}
