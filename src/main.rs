//! The program `carveout`: arguments, a command, an exit status.

mod cli;

/// A book is many small texts and trees, made and gone within milliseconds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
