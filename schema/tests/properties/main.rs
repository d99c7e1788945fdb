//! Properties over generated tables.
#![cfg(all(feature = "contract", feature = "arrow"))]

mod strategy;

use lakebed_schema::Table;
use proptest::prelude::*;

proptest! {
    #[test]
    fn generated_tables_are_valid(table in strategy::table()) {
        prop_assert_eq!(table.validate().map_err(|problems| problems.to_string()), Ok(()));
    }

    #[test]
    fn a_contract_gives_back_its_table(table in strategy::table()) {
        let contract = table.to_contract();
        let read = Table::from_contract(&contract).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read, &table);
        prop_assert_eq!(read.to_contract(), contract);
    }
}

#[test]
fn the_deepest_table_has_a_contract() {
    for ty in strategy::deepest() {
        let table = Table::new("deep", vec![lakebed_schema::Column::new("a", ty)]);
        assert_eq!(Table::from_contract(&table.to_contract()), Ok(table));
    }
}
