//! The program; all of it is in the library's `cli`.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    rolewright::cli::run()
}
