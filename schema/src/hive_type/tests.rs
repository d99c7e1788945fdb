use super::*;
use proptest::prelude::*;

#[test]
fn logical_types() {
    let element = |ty| Box::new(Element { ty, nullable: false });
    let list = LogicalType::List { element: element(LogicalType::UInt32), length: Some(3) };
    let columns = vec![Column::new("a", LogicalType::UInt8), Column::new("b", list)];
    let map = LogicalType::Map {
        key: Box::new(LogicalType::Uuid),
        value: element(LogicalType::Decimal { precision: 12, scale: 2 }),
    };
    assert_eq!(hive_type(&LogicalType::Struct { columns }), "struct<a:smallint,b:array<bigint>>");
    assert_eq!(hive_type(&map), "map<string,decimal(12,2)>");
    for (ty, text) in [
        (LogicalType::Int8, "tinyint"),
        (LogicalType::UInt16, "int"),
        (LogicalType::Float32, "float"),
        (LogicalType::Json, "string"),
        (LogicalType::Timestamp { unit: TimeUnit::Micros, instant: false, offset: false }, "timestamp"),
    ] {
        assert_eq!(hive_type(&ty), text);
    }
}

#[test]
fn reading_is_lenient() {
    for (text, printed) in [
        (" DECIMAL ", "decimal(10,0)"),
        ("decimal( 5 )", "decimal(5,0)"),
        ("map < string , varchar(65535) >", "map<string,varchar(65535)>"),
        ("struct<`Order.id`:char(255)>", "struct<Order.id:char(255)>"),
    ] {
        assert_eq!(text.parse::<HiveType>().unwrap().to_string(), printed);
    }
}

#[test]
fn mistakes() {
    for (text, message) in [
        ("", "byte 1: expected a type, found the end"),
        ("integer", "byte 1: `integer` is no Hive type: write int"),
        ("array<uint8>", "byte 7: `uint8` is no Hive type"),
        ("array<int", "byte 10: expected `>`, found the end"),
        ("int int", "byte 5: expected the end, found `i`"),
        ("struct<>", "byte 8: expected a name, found `>`"),
        ("struct<a int>", "byte 10: expected `:`, found `i`"),
        ("map<array<int>,int>", "byte 5: array<int> cannot be the key of a map"),
        ("decimal(39,0)", "byte 1: there is no decimal(39,0): 1 to 38 digits, no more after the point"),
        ("char(256)", "byte 6: `256` is no number that fits"),
        (
            "struct<a:int,A:string>",
            "byte 14: the member `A` is there twice; upper and lower case are the same",
        ),
        ("varchar(0)", "byte 9: a length is at least 1"),
    ] {
        assert_eq!(text.parse::<HiveType>().unwrap_err().to_string(), message, "{text}");
    }
    assert!("array<".repeat(100_000).parse::<HiveType>().unwrap_err().message.contains("nested deeper"));
}

fn any_hive_type() -> impl Strategy<Value = HiveType> {
    let primitive = prop_oneof![
        prop::sample::select(vec![
            HiveType::Boolean,
            HiveType::TinyInt,
            HiveType::SmallInt,
            HiveType::Int,
            HiveType::BigInt,
            HiveType::Float,
            HiveType::Double,
            HiveType::String,
            HiveType::Binary,
            HiveType::Date,
            HiveType::Timestamp,
        ]),
        (1..=u16::MAX).prop_map(HiveType::Varchar),
        (1..=u8::MAX).prop_map(HiveType::Char),
        (1..=38_u8).prop_flat_map(|precision| {
            (0..=precision).prop_map(move |scale| HiveType::Decimal { precision, scale })
        }),
    ];
    let key = primitive.clone();
    primitive.prop_recursive(5, 24, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(|ty| HiveType::Array(Box::new(ty))),
            (key.clone(), inner.clone())
                .prop_map(|(key, value)| HiveType::Map(Box::new(key), Box::new(value))),
            prop::collection::vec(("m[a-z0-9_.]{0,4}", inner), 1..4).prop_map(|mut members| {
                members.iter_mut().enumerate().for_each(|(i, (name, _))| name.push_str(&i.to_string()));
                HiveType::Struct(members)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(ty in any_hive_type()) {
        prop_assert_eq!(ty.to_string().parse::<HiveType>(), Ok(ty));
    }

    #[test]
    fn import_loses_nothing_but_lengths(ty in any_hive_type()) {
        let again = HiveType::from(&ty.to_logical()).to_string();
        let lengths_lost = ty.to_string();
        let lengths_lost = lengths_lost.split_inclusive(['<', '>', ',', ':', ')']).map(|word| {
            if word.starts_with("varchar") || word.starts_with("char") { "string" } else { word }
        }).collect::<String>();
        prop_assert_eq!(again, lengths_lost);
    }

    #[test]
    fn nothing_panics(text in "[a-e<>(),: é]{0,16}") {
        let _ = text.parse::<HiveType>();
    }
}
