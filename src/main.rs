//! The program `carveout`: arguments, a command, an exit status.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
