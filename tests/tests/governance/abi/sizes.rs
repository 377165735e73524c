//! Lengths and offsets that point beyond the calldata, where memory could be asked for that nobody pays for.

use aia_tests::{
    common::{Message, send},
    governance::Dao,
};
use alloy::{json_abi::Function, primitives::U256};
use eyre::Result;

use super::{
    Contract, contracts,
    encoding::{Meaning, Word, join},
    least,
};

/// Most gas of a refusal: that of a call whose arguments are read, and which asks another contract meanwhile.
const MOST_GAS: u64 = 250_000;

/// Returns sizes where additions and products with the sizes of elements pass 32 or 64 bits, and others around them.
fn sizes(calldata: usize) -> Vec<U256> {
    let powers = [16_usize, 20, 24, 26, 27, 28, 31, 32, 59, 63, 64, 128, 255];
    let around = powers.into_iter().flat_map(|power| {
        let size = U256::ONE << power;
        [size - U256::ONE, size, size + U256::from(32)]
    });
    let ends = [U256::from(calldata), U256::from(u32::MAX - 31), U256::from(u64::MAX - 31), U256::MAX];
    around.chain(ends).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_and_offsets_beyond_the_calldata_are_refused_at_the_price_of_any_refusal() -> Result<()> {
    let scene = Dao::start().await?;
    let mut tried = 0;
    for contract in contracts(&scene) {
        for sender in [contract.caller, contract.address] {
            scene.net().api.set_balance(sender, U256::from(u128::MAX))?;
        }
        for function in contract.functions() {
            let words = least(&function);
            let is_size = |word: &Word| matches!(word.meaning, Meaning::Offset | Meaning::Length);
            for (place, word) in words.iter().enumerate().filter(|(_, word)| is_size(word)) {
                for size in sizes(32 * words.len()) {
                    let mut broken = words.clone();
                    broken[place].value = size.into();
                    let told = format!("{}: word {place}, {:?}, as {size}", function.signature(), word.meaning);
                    assert_cheaply_refused(&scene, &contract, &function, &join(&broken), &told)?;
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 3_000, "only {tried} sizes were tried");
    Ok(())
}

/// Sends a call and asserts that it was refused like any that cannot be read.
fn assert_cheaply_refused(
    scene: &Dao,
    contract: &Contract,
    function: &Function,
    arguments: &[u8],
    told: &str,
) -> Result<()> {
    let data = [function.selector().as_slice(), arguments].concat();
    let included = send(&scene.net().api, Message::call(contract.sender(function), contract.address, data))?;
    assert!(!included.success, "{}: {told}: it is taken", contract.name);
    assert_eq!(included.failure, None, "{}: {told}: it halts", contract.name);
    assert_eq!(included.output, contract.unreadable(function), "{}: {told}: it is refused otherwise", contract.name);
    assert!(included.gas_used <= MOST_GAS, "{}: {told}: {} gas", contract.name, included.gas_used);
    Ok(())
}
