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
    Skipper::new(table, plan, Limits::default(), None, written).expect("a key")
}

fn element(id: &str, minute: u8, updated: u8, n: &str) -> String {
    let time = |minute| format!("2026-11-23T08:{minute:02}:00Z");
    let (at, updated) = (time(minute), time(updated));
    format!("<p id=\"{id}\"><at>{at}</at><updated>{updated}</updated><n>{n}</n></p>")
}

fn cut(skipper: &mut Skipper, text: &str) -> (Option<String>, u64, u64) {
    cut_within(skipper, text, &Bounds::default())
}

/// 2026-11-23T08:15:30Z.
const ARRIVAL: i64 = 1_795_421_730_000;

fn cut_within(skipper: &mut Skipper, text: &str, bounds: &Bounds) -> (Option<String>, u64, u64) {
    let cut = skipper.cut(text.as_bytes(), ARRIVAL, bounds).expect("a document");
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
        let error =
            Skipper::new(&table, plan, Limits::default(), None, b"").err().map(|error| error.to_string());
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

#[test]
fn a_document_that_lists_the_newest_first_keeps_all_that_is_new() {
    let mut skipper = skipper(&table(), b"");
    let minutes: Vec<String> = (1..=4).map(|minute| element("a", minute, minute, "5")).collect();
    let newest_first = [minutes[2].as_str(), &minutes[1], &minutes[0]].concat();
    assert_eq!(cut(&mut skipper, &newest_first), (None, 0, 3));
    // The newest is what later documents are held against, whatever came last.
    let next = [minutes[3].as_str(), &minutes[2], &minutes[1]].concat();
    assert_eq!(cut(&mut skipper, &next), (Some(minutes[3].clone()), 2, 1));
    assert_eq!(cut(&mut skipper, &[minutes[3].as_str(), &minutes[0]].concat()).1, 2);
}

#[test]
fn a_time_that_cannot_be_does_not_silence_its_point() {
    let mut skipper = skipper(&table(), b"");
    let wrong = element("a", 1, 1, "5").replace("<updated>2026", "<updated>2099");
    assert_eq!(cut(&mut skipper, &element("a", 1, 1, "4")).2, 1);
    assert_eq!(cut(&mut skipper, &wrong), (None, 0, 1));
    // It is known as it is, and nothing true is older than it.
    assert_eq!(cut(&mut skipper, &wrong).1, 1);
    assert_eq!(cut(&mut skipper, &element("a", 2, 2, "5")), (None, 0, 1));
    assert_eq!(cut(&mut skipper, &element("a", 1, 1, "6")).1, 1, "what was older before is so still");
    // What an earlier version has learned is not believed either.
    let far = Point { record: [0; 16], order: Some(4_000_000_000_000) };
    skipper.points.values_mut().for_each(|point| *point = far);
    assert_eq!(cut(&mut skipper, &element("a", 3, 3, "5")), (None, 0, 1));
}

#[test]
fn what_is_too_early_now_is_looked_at_again() {
    let mut table = table();
    table.columns.remove(2);
    table.latest_by = Some("at".to_owned());
    let plan = Plan::compile(&table).expect("a table");
    let window: EventWindow = "-10m..+10m".parse().expect("a window");
    let bounds = Bounds::new(&table, &plan, Some(window), None).expect("a time");
    let mut skipper = Skipper::new(&table, plan, Limits::default(), Some(window), b"").expect("a key");
    let (early, late) = (element("a", 30, 1, "5"), element("b", 1, 1, "5"));
    assert_eq!(cut_within(&mut skipper, &early, &bounds), (None, 0, 1));
    // It arrived at a quarter past, and is not known: it may be in time at the next tick.
    assert_eq!(cut_within(&mut skipper, &early, &bounds), (None, 0, 1));
    assert_eq!(cut_within(&mut skipper, &element("a", 16, 1, "5"), &bounds), (None, 0, 1));
    // Who is late stays late, and need not be told at each tick.
    assert_eq!(cut_within(&mut skipper, &late, &bounds), (None, 0, 1));
    assert_eq!(cut_within(&mut skipper, &late, &bounds).1, 1);
}
