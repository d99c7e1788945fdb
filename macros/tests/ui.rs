//! Mistakes, and what the compiler says about them. `TRYBUILD=overwrite` writes the expected output anew; read it
//! before it is committed.

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
