//! The committed contract files.

use lakebed_cli::Io;
use lakebed_tests::workspace;

/// After a change to a stock table: `cargo run -p lakebed-cli -- export`, and commit what it wrote.
#[test]
fn the_stock_tables_and_their_contracts_are_in_step() {
    let contracts = workspace::root().join("contracts").display().to_string();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let tables = lakebed_cli::domain::tables();
    let code = lakebed_cli::run(
        tables,
        ["lakebed", "check", "--against", &contracts],
        &mut Io::new(&mut out, &mut err),
    );
    let said = [out, err].concat();
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&said));
}
