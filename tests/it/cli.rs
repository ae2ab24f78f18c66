//! The program as a user sees it: `tests/cmd` holds commands and what they print. `TRYCMD=overwrite` writes anew.

#[test]
fn commands_print_what_their_cases_say() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}
