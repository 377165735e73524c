//! Prints the token's interface, for `cargo stylus export-abi`.

fn main() {
    print!("{}", include_str!("../IAIAToken.sol"));
}
