//! Every recorded case (spec: passpoint 13).

mod support;

use std::process::ExitCode;
use support::{decode, encode, small};

fn main() -> ExitCode {
    testkit::vectors::main("passpoint", |suite| {
        small::run(suite);
        let files = suite.files();
        let jobs = encode::prepare(&files);
        suite.cases("encode", 17, |tally| encode::judge(&files, jobs, tally));
        let index = files.json("decode/index.json");
        // Of the 100 files, 17 are third-party ones, which may be missing.
        suite.cases("decode", 83, |tally| decode::run(&files, index, tally));
    })
}
