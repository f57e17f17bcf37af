//! Runs `benches/peers`, the comparison with other crates: a workspace of its own, so that tests do not build the peers.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // Tests of all targets start this without `--bench`.
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--manifest-path"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/Cargo.toml"));
    if cfg!(feature = "fast-md5") {
        command.args(["--features", "fast-md5"]);
    }
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    command.arg("--").args(filter);
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => {
            eprintln!("the comparison with other crates ended with {status}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the comparison with other crates cannot be started: {error}");
            ExitCode::FAILURE
        }
    }
}
