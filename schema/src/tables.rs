//! The list of a program's tables.

/// The tables of record types: `tables![Measurement, MeasuringPoint]` is a `[&'static TableDef; 2]`.
///
/// Naming a type here makes the compiler run the checks that the derive leaves to [`Record::CHECK`], which is how
/// a generic record is checked for the types it is really used with.
///
/// [`Record::CHECK`]: crate::Record::CHECK
#[macro_export]
macro_rules! tables {
    ($($record:ty),* $(,)?) => {{
        $(const _: () = <$record as $crate::Record>::CHECK;)*
        let tables: [&'static $crate::TableDef; _] = [$(<$record as $crate::Record>::TABLE),*];
        tables
    }};
}
