//! Prints the registry's interface, for `cargo stylus export-abi`.

fn main() {
    print!("{}", include_str!("../IProviderRegistry.sol"));
}
