//! Prints the contract's interface, for `cargo stylus export-abi`.

fn main() {
    print!("{}", include_str!("../IAIAGovernor.sol"));
}
