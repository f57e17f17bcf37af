//! Every recorded case of `tests/vectors/discovery`, and the published lists where they are at hand.

mod cases;

use std::process::ExitCode;

fn main() -> ExitCode {
    testkit::vectors::main("discovery", |suite| {
        cases::lists(suite);
        cases::oauth(suite);
        cases::machine(suite);
    })
}
