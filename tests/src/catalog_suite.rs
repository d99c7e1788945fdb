//! What any [`Catalog`] must do, one case a behaviour.
//!
//! A runner makes a catalog and calls every case on it, in any order; each works in a database of its own, so that one
//! server serves all. A catalog that is known to get something wrong skips that case by its name, with the reason.

mod databases;
mod indexes;
mod partitions;
mod scene;
mod tables;
mod versions;

use lakebed_cli::catalog::Catalog;
use scene::Scene;

/// A behaviour, and how to see it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name, `versions::a_stale_version_is_refused`.
    pub name: &'static str,
    /// Looks whether a catalog has it; says what is wrong if it has not.
    pub run: fn(&dyn Catalog) -> Result<(), String>,
}

macro_rules! cases {
    ($($part:ident::$case:ident,)*) => {
        &[$(Case {
            name: concat!(stringify!($part), "::", stringify!($case)),
            run: |catalog| $part::$case(&Scene::new(catalog)).map_err(|failure| failure.0),
        }),*]
    };
}

/// Every case.
pub fn cases() -> &'static [Case] {
    cases![
        databases::one_that_is_not_there_is_none,
        databases::one_is_made_with_all_it_has,
        databases::one_is_made_only_once,
        databases::names_are_in_lower_case,
        databases::many_are_listed_by_name,
        tables::one_that_is_not_there_is_none,
        tables::a_database_that_is_not_there_is_an_error,
        tables::what_is_not_there_is_neither_updated_nor_removed,
        tables::one_is_made_only_once,
        tables::names_are_in_lower_case_but_for_those_inside_a_type,
        tables::every_member_survives,
        tables::odd_and_long_texts_survive,
        tables::column_parameters_survive,
        tables::what_is_too_long_is_refused,
        tables::keys_with_parameters_are_refused,
        tables::many_are_listed_by_name,
        tables::tables_of_other_databases_are_not_listed,
        tables::removing_one_takes_all_it_has,
        versions::an_update_replaces_everything,
        versions::an_update_names_the_present_version,
        versions::a_stale_version_is_refused,
        versions::a_version_that_never_was_is_refused,
        versions::a_version_that_is_no_number_is_refused,
        versions::replaced_ones_are_kept,
        versions::replaced_ones_are_not_kept_when_skipped,
        versions::one_that_is_not_kept_is_none,
        versions::many_are_listed_newest_first,
        versions::removing_answers_for_each,
        versions::removing_takes_no_more_than_the_limit,
        versions::those_of_no_table_are_an_error,
        versions::an_update_leaves_partitions_alone,
        partitions::those_of_no_table_are_an_error,
        partitions::every_member_survives,
        partitions::one_that_is_there_is_a_fault_and_the_others_are_made,
        partitions::more_than_a_page_is_listed_by_value,
        partitions::those_that_exist_are_found,
        partitions::updates_replace_and_answer_for_each,
        partitions::removing_answers_for_each,
        partitions::batches_have_limits,
        partitions::the_order_of_values_counts,
        partitions::odd_values_survive,
        partitions::values_of_the_longest_length_survive,
        partitions::too_few_values_are_refused,
        partitions::empty_values_are_refused,
        indexes::those_of_no_table_are_an_error,
        indexes::one_is_made_listed_and_removed,
        indexes::one_is_made_only_once,
        indexes::a_fourth_is_refused,
        indexes::only_partition_keys_have_one,
        indexes::one_that_is_not_there_is_not_removed,
        indexes::keys_do_not_change_under_one,
    ]
}
