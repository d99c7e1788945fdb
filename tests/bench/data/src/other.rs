//! Shapes that are nothing like traffic counts.

use crate::random::Random;
use crate::record::Record;

/// Columns of the sparse shape.
pub(crate) const SPARSE: usize = 300;

/// Keys of the long strings.
pub(crate) const TEXTS: [&str; 5] = ["title", "summary", "body", "comment", "source"];

/// Levels of the deep shape below its record.
pub(crate) const LEVELS: usize = 6;

/// Keys of the floating-point numbers.
pub(crate) const FLOATS: [&str; 12] = [
    "latitude",
    "longitude",
    "height",
    "speed",
    "heading",
    "voltage",
    "current",
    "pressure",
    "flow",
    "level",
    "drift",
    "score",
];

const WORDS: [&str; 24] = [
    "road",
    "works",
    "between",
    "the",
    "exit",
    "and",
    "bridge",
    "closed",
    "until",
    "further",
    "notice",
    "a",
    "détour",
    "via",
    "ring",
    "is",
    "signposted",
    "traffic",
    "jam",
    "of",
    "kilometres",
    "lane",
    "température",
    "→",
];

fn prose(random: &mut Random, words: u64) -> String {
    let mut text = String::new();
    for _ in 0..words {
        if !text.is_empty() {
            text.push(' ');
        }
        let pick = usize::try_from(random.below(WORDS.len() as u64)).unwrap_or(0);
        text.push_str(WORDS.get(pick).copied().unwrap_or_default());
    }
    text
}

/// Five strings of some 20 to 900 characters.
pub(crate) fn texts(random: &mut Random, record: &mut Record) {
    for (key, longest) in TEXTS.into_iter().zip([12, 60, 150, 40, 20]) {
        let words = longest / 3 + random.below(longest);
        let text = prose(random, words);
        record.member(key, |record| record.string(&text));
    }
}

/// Each third column a string, an integer, a floating-point number.
pub(crate) fn sparse(row: u64, random: &mut Random, record: &mut Record) {
    record.required("id", |record| record.number(row.cast_signed()));
    let mut column = random.below(60);
    while column < SPARSE as u64 {
        let key = format!("c{column:03}");
        let value = random.between(-9999, 99_999);
        record.member(&key, |record| match column % 3 {
            0 => record.string(&format!("value {}", value % 50)),
            1 => record.number(value),
            _ => record.display(format_args!("{}.{}", value, value.rem_euclid(97))),
        });
        column += 1 + random.below(59);
    }
}

/// Structs in structs; the innermost has an array of structs with arrays.
pub(crate) fn deep(row: u64, random: &mut Random, record: &mut Record) {
    record.required("id", |record| record.number(row.cast_signed()));
    record.member("level1", |record| level(1, random, record));
}

fn level(depth: usize, random: &mut Random, record: &mut Record) {
    record.object(|record| {
        let number = random.between(0, 5000);
        record.inner("number", |record| record.number(number));
        record.inner("name", |record| record.string(&format!("node {}", number % 40)));
        if depth < LEVELS {
            record.inner(&format!("level{}", depth + 1), |record| level(depth + 1, random, record));
            return;
        }
        record.inner("items", |record| {
            record.array(|record| {
                for _ in 0..random.below(5) {
                    record.item(|record| {
                        record.object(|record| {
                            let key = random.between(1, 900);
                            record.inner("key", |record| record.number(key));
                            record.inner("tags", |record| {
                                record.array(|record| {
                                    for _ in 0..random.below(4) {
                                        let tag = format!("tag{}", random.below(30));
                                        record.item(|record| record.string(&tag));
                                    }
                                });
                            });
                        });
                    });
                }
            });
        });
    });
}

/// Identifiers, a path, large numbers.
pub(crate) fn distinct(random: &mut Random, record: &mut Record) {
    let [user, more, session, number, code] = [(); 5].map(|()| random.next());
    record.member("user", |record| record.string(&format!("{user:016x}{more:016x}")));
    record.member("session", |record| record.string(&format!("{session:016x}")));
    let path = format!("/{}/{}?page={}", code % 97, random.below(1 << 40), random.below(500));
    record.member("path", |record| record.string(&path));
    record.member("number", |record| record.number(number.cast_signed() >> 1));
    record.member("code", |record| record.number((code >> 34).cast_signed()));
    record.member("order", |record| record.string(&format!("ORD-{:010}", random.below(10_000_000_000))));
}

/// Two decimals, seventeen digits, exponents, integers.
pub(crate) fn floats(row: u64, random: &mut Random, record: &mut Record) {
    record.required("id", |record| record.number(row.cast_signed()));
    for (index, key) in FLOATS.into_iter().enumerate() {
        let (whole, part) = (random.between(-180, 180), random.next());
        record.member(key, |record| match index % 6 {
            0 => record.display(format_args!("{whole}.{:06}", part % 1_000_000)),
            1 => record.display(format_args!("{whole}.{:02}", part % 100)),
            2 => record.display(format_args!("0.{:017}", part % 100_000_000_000_000_000)),
            3 => record.display(format_args!("{}.{}e{}", part % 10, part % 1_000_003, whole % 30)),
            4 => record.number(whole * 1000),
            _ => record.display(format_args!("{whole}.5")),
        });
    }
}
