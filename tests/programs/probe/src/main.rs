//! Prints the probe's interface for `cargo stylus export-abi`, and its constructor for `cargo stylus deploy`.

// The library is a `cdylib`, which nothing can link.
#[path = "lib.rs"]
mod program;

fn main() {
    program::print_from_args();
}
