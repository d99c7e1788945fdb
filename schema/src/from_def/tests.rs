use super::*;
use crate::def::EnumWordDef;

const fn plain(name: &'static str, ty: TypeDef) -> ColumnDef {
    ColumnDef::new(name, name, ty, false)
}

const INSTANT: TypeDef = TypeDef::Timestamp { instant: true, offset: false };
const U64S: TypeDef =
    TypeDef::List { element: &ElementDef { ty: TypeDef::UInt64, nullable: true }, length: Some(2) };
const PRICES: TypeDef =
    TypeDef::Map { key: &TypeDef::String, value: &ElementDef { ty: TypeDef::Decimal, nullable: false } };

#[test]
fn words_settle_types() {
    const MEMBERS: &[Member] = &[
        Member::Column(ColumnDef { unit: Some(TimeUnit::Micros), ..plain("at", INSTANT) }),
        Member::Column(plain("default_at", INSTANT)),
        Member::Column(ColumnDef { decimal: Some((20, 0)), ..plain("counts", U64S) }),
        Member::Column(ColumnDef { decimal: Some((12, 2)), ..plain("prices", PRICES) }),
        Member::Column(plain("kind", TypeDef::Enum(&[EnumWordDef { word: "a", aliases: &["b"] }]))),
        Member::Flatten {
            members: &[
                Member::Column(plain("inner", TypeDef::Int8)),
                Member::Flatten {
                    members: &[Member::Column(plain("deepest", TypeDef::Int8))],
                    optional: false,
                },
            ],
            optional: true,
        },
    ];
    let partitions = &[PartitionDef { by: Some("at"), layout: "dt={yyyy-MM-dd}", null: Some("unknown") }];
    let table = Table::try_from(&TableDef { partitions, ..TableDef::new("t", MEMBERS) }).unwrap();
    let timestamp = |unit| LogicalType::Timestamp { unit, instant: true, offset: false };
    assert_eq!(table.column("at").unwrap().ty, timestamp(TimeUnit::Micros));
    assert_eq!(table.column("default_at").unwrap().ty, timestamp(TimeUnit::Millis));
    let element = Element { ty: LogicalType::Decimal { precision: 20, scale: 0 }, nullable: true };
    let counts = LogicalType::List { element: Box::new(element), length: Some(2) };
    assert_eq!(table.column("counts").unwrap().ty, counts);
    let names: Vec<_> = table.columns.iter().map(|column| (column.name.as_str(), column.nullable)).collect();
    assert_eq!(names[4..], [("kind", false), ("inner", true), ("deepest", true)]);
    assert_eq!(table.partitions[0].by, PartitionBy::Column("at".into()));
    assert_eq!(table.storage, Storage::default());
}

#[test]
fn what_is_missing_and_what_is_in_vain() {
    const INNER: &[Member] = &[Member::Column(plain("b", TypeDef::Decimal))];
    const MEMBERS: &[Member] = &[
        Member::Column(plain("a", TypeDef::UInt64)),
        Member::Column(plain("record", TypeDef::Struct(INNER))),
        Member::Column(ColumnDef {
            decimal: Some((1, 0)),
            unit: Some(TimeUnit::Millis),
            ..plain("n", TypeDef::Int8)
        }),
        Member::Column(plain(
            "m",
            TypeDef::Map { key: &TypeDef::UInt64, value: &ElementDef { ty: TypeDef::Int8, nullable: false } },
        )),
        Member::Column(plain("Bad", TypeDef::Int8)),
    ];
    let partitions = &[PartitionDef { by: None, layout: "dt={YYYY}", null: None }];
    let problems = Table::try_from(&TableDef { partitions, ..TableDef::new("t", MEMBERS) }).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "column `a`: u64 has no Hive type of its own: add decimal(20, 0), or as = \"i64\" where every value fits\n\
         column `record.b`: a decimal has no Hive type of its own: add decimal(precision, scale), for example decimal(12, 2)\n\
         column `n`: decimal has nothing to apply to in int8: leave it out\n\
         column `n`: unit has nothing to apply to in int8: leave it out\n\
         column `m`: u64 cannot be the key of a map: use keys of at most 64 bits, signed, or text\n\
         partition `dt={YYYY}`: character 5 of the layout: YYYY is the week year, which is wrong around New Year: write yyyy\n\
         column `Bad`: `Bad` is not a legal name: write `bad`"
    );
}
