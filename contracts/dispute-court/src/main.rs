//! Prints the court's interface, for `cargo stylus export-abi`.

fn main() {
    print!("{}", include_str!("../IDisputeCourt.sol"));
}
