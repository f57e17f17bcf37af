//! The binary `fonap`.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    reference_gateway::cli::main()
}
