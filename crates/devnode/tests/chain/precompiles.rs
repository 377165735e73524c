//! ArbOS's precompiles: what each method costs and answers on a fresh chain.

use aia_devnode::{NodeConfig, config::DEV_ADDRESS};
use alloy::{
    dyn_abi::DynSolValue,
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, address, hex, keccak256},
    rpc::types::TransactionRequest,
};

use crate::{
    bench::{Bench, data_gas},
    programs::NOTHING,
};

const INTRINSIC: u64 = 21_000;
const SEQUENCER: Address = address!("A4B000000000000000000073657175656e636572");
const CACHE_MANAGER: Address = address!("a6e41ffd769491a42a6e5ce453259b93983a22ef");

/// Encodes a call of a method given as in Solidity.
fn call(signature: &str, args: &[DynSolValue]) -> Bytes {
    let selector = &keccak256(signature)[..4];
    [selector, &DynSolValue::Tuple(args.to_vec()).abi_encode_params()].concat().into()
}

fn number(value: u64) -> DynSolValue {
    DynSolValue::Uint(U256::from(value), 256)
}

fn account(value: Address) -> DynSolValue {
    DynSolValue::Address(value)
}

fn precompile(last: u8) -> Address {
    Address::with_last_byte(last)
}

/// Returns the gas that the precompile took of a transaction straight to it.
fn gas(bench: &Bench, to: u8, data: Bytes) -> u64 {
    let sent = bench.send(precompile(to), data.clone(), U256::ZERO);
    assert!(sent.success, "{data}: {:?}", sent.failure);
    sent.gas_used - INTRINSIC - data_gas(&data)
}

/// What a method without arguments costs and answers.
type Constant = (u8, &'static str, u64, &'static [u64]);

/// Stylus-vm reference, section 8.3, at ArbOS 51 with the price of data at 50 gwei.
const CONSTANTS: &[Constant] = &[
    (0x64, "arbChainID()", 803, &[412_346]),
    (0x64, "arbOSVersion()", 803, &[106]),
    (0x64, "getStorageGasAvailable()", 803, &[0]),
    (0x64, "isTopLevelCall()", 803, &[1]),
    (0x64, "wasMyCallersAddressAliased()", 803, &[0]),
    (0x64, "myCallersAddressWithoutAliasing()", 803, &[0]),
    (0x66, "size()", 1603, &[0]),
    (0x6b, "getNetworkFeeAccount()", 1603, &[0]),
    (0x6b, "getInfraFeeAccount()", 1603, &[0]),
    (0x6b, "getBrotliCompressionLevel()", 1603, &[1]),
    (0x6b, "getScheduledUpgrade()", 2406, &[0, 0]),
    (0x6b, "isCalldataPriceIncreaseEnabled()", 1603, &[0]),
    (0x6b, "getNativeTokenManagementFrom()", 1603, &[0]),
    (0x6b, "getParentGasFloorPerToken()", 1603, &[0]),
    (
        0x6c,
        "getPricesInWei()",
        2418,
        &[112_000_000_000_000, 800_000_000_000, 2_000_000_000_000, 100_000_000, 0, 100_000_000],
    ),
    (0x6c, "getPricesInArbGas()", 1609, &[1_120_000, 8000, 20_000]),
    (0x6c, "getGasAccountingParams()", 2409, &[7_000_000, 32_000_000, 32_000_000]),
    (0x6c, "getMaxTxGasLimit()", 1603, &[32_000_000]),
    (0x6c, "getMaxBlockGasLimit()", 1603, &[32_000_000]),
    (0x6c, "getMinimumGasPrice()", 1603, &[100_000_000]),
    (0x6c, "getL1BaseFeeEstimate()", 1603, &[50_000_000_000]),
    (0x6c, "getL1GasPriceEstimate()", 1603, &[50_000_000_000]),
    (0x6c, "getL1BaseFeeEstimateInertia()", 1603, &[10]),
    (0x6c, "getL1RewardRate()", 1603, &[10]),
    (0x6c, "getL1RewardRecipient()", 1603, &[0]),
    (0x6c, "getPricingInertia()", 1603, &[102]),
    (0x6c, "getGasBacklogTolerance()", 1603, &[10]),
    (0x6c, "getPerBatchGasCharge()", 1603, &[210_000]),
    (0x6c, "getAmortizedCostCapBips()", 1603, &[0]),
    (0x6c, "getL1PricingEquilibrationUnits()", 1603, &[160_000_000]),
    (0x6c, "getLastL1PricingUpdateTime()", 1603, &[0]),
    (0x6c, "getL1PricingFundsDueForRewards()", 1603, &[0]),
    (0x6c, "getLastL1PricingSurplus()", 1603, &[0]),
    (0x6c, "getGasPricingConstraints()", 1606, &[32, 0]),
    (0x6e, "getLifetime()", 803, &[604_800]),
    (0x6e, "getCurrentRedeemer()", 803, &[0]),
    (0x71, "stylusVersion()", 903, &[2]),
    (0x71, "inkPrice()", 903, &[10_000]),
    (0x71, "maxStackDepth()", 903, &[22_000]),
    (0x71, "freePages()", 903, &[2]),
    (0x71, "pageGas()", 903, &[1000]),
    (0x71, "pageRamp()", 903, &[620_674_314]),
    (0x71, "pageLimit()", 903, &[128]),
    (0x71, "minInitGas()", 906, &[8832, 352]),
    (0x71, "initCostScalar()", 903, &[100]),
    (0x71, "expiryDays()", 903, &[365]),
    (0x71, "keepaliveDays()", 903, &[31]),
    (0x71, "blockCacheSize()", 903, &[32]),
];

/// The price of a transaction's data must not come on top of what is measured.
fn without_data_price(bench: &Bench) {
    let free = call("setL1PricePerUnit(uint256)", &[number(0)]);
    assert!(bench.send(precompile(0x70), free, U256::ZERO).success);
}

#[test]
fn constants_cost_and_answer_what_nitro_says() {
    let bench = Bench::with(NodeConfig { set_up: false, ..NodeConfig::default() });
    for (to, signature, _, answer) in CONSTANTS {
        let words: Vec<u8> = answer.iter().flat_map(|value| U256::from(*value).to_be_bytes::<32>()).collect();
        // A call with a gas price sees the base fee.
        let request = TransactionRequest::default()
            .with_from(DEV_ADDRESS)
            .with_to(precompile(*to))
            .with_input(call(signature, &[]))
            .with_gas_price(100_000_000)
            .with_gas_limit(10_000_000);
        let answered = bench.api.call(&request, None).expect(signature);
        assert_eq!(answered.as_ref(), words, "{signature}");
    }
    without_data_price(&bench);
    for (to, signature, cost, _) in CONSTANTS {
        assert_eq!(gas(&bench, *to, call(signature, &[])), *cost, "{signature}");
    }
}

#[test]
fn lists_cost_by_their_length() {
    let bench = Bench::new();
    let table = [
        (0x6b, "getAllChainOwners()", 3212, vec![Address::ZERO, DEV_ADDRESS]),
        (0x6b, "getAllNativeTokenOwners()", 1606, vec![]),
        (0x6d, "getBatchPosters()", 2409, vec![SEQUENCER]),
        (0x72, "allCacheManagers()", 2409, vec![CACHE_MANAGER]),
    ];
    for (to, signature, cost, members) in table {
        let data = call(signature, &[]);
        let listed = DynSolValue::Array(members.into_iter().map(account).collect()).abi_encode();
        assert_eq!(bench.call(precompile(to), data.clone()).as_ref(), listed, "{signature}");
        assert_eq!(gas(&bench, to, data), cost, "{signature}");
    }
}

#[test]
fn questions_about_accounts_cost_what_nitro_says() {
    let bench = Bench::new();
    let stranger = Address::repeat_byte(0x55);
    let program = bench.program(NOTHING);
    let table = [
        (0x64, "mapL1SenderContractAddressToL2Alias(address,address)", vec![account(stranger), account(stranger)], 9),
        (0x65, "getBalance(address)", vec![account(DEV_ADDRESS)], 1506),
        (0x65, "getCode(address)", vec![account(stranger)], 2909),
        (0x65, "getCode(address)", vec![account(precompile(0x64))], 2909 + 6),
        (0x66, "addressExists(address)", vec![account(stranger)], 1606),
        (0x66, "register(address)", vec![account(stranger)], 62_406),
        (0x66, "register(address)", vec![account(stranger)], 1606),
        (0x66, "lookup(address)", vec![account(stranger)], 1606),
        (0x66, "lookupIndex(uint256)", vec![number(0)], 2406),
        (0x69, "burnArbGas(uint256)", vec![number(12_345)], 12_348),
        (0x6b, "isChainOwner(address)", vec![account(stranger)], 1606),
        (0x6d, "getPreferredAggregator(address)", vec![account(stranger)], 809),
        (0x6d, "getFeeCollector(address)", vec![account(SEQUENCER)], 2406),
        (0x71, "programVersion(address)", vec![account(program)], 4306),
        (0x71, "programInitGas(address)", vec![account(program)], 4309),
        (0x71, "programMemoryFootprint(address)", vec![account(program)], 4306),
        (0x71, "programTimeLeft(address)", vec![account(program)], 4306),
        (0x72, "isCacheManager(address)", vec![account(stranger)], 1606),
        // Owners are no managers: one read more. 18 units enter the program.
        (0x72, "cacheProgram(address)", vec![account(program)], 28_459 + 18),
        (0x72, "cacheProgram(address)", vec![account(program)], 5903),
        (0xff, "becomeChainOwner()", vec![], 1600),
    ];
    for (to, signature, args, cost) in table {
        assert_eq!(gas(&bench, to, call(signature, &args)), cost, "{signature}");
    }
}

#[test]
fn block_numbers_and_hashes_are_those_of_the_second_layer() {
    let bench = Bench::new();
    let head = bench.api.chain().head().number;
    let asked = bench.call(precompile(0x64), call("arbBlockNumber()", &[]));
    assert_eq!(U256::from_be_slice(&asked), U256::from(head));
    let parent = bench.api.chain().block(head - 1).unwrap().hash;
    let hash = bench.call(precompile(0x64), call("arbBlockHash(uint256)", &[number(head - 1)]));
    assert_eq!(hash.as_ref(), parent.as_slice());
    let unknown = bench.send(precompile(0x64), call("arbBlockHash(uint256)", &[number(head + 9)]), U256::ZERO);
    assert_eq!(unknown.output[..4], hex!("d5dc642d"), "InvalidBlockNumber");
    assert_eq!(unknown.gas_used - INTRINSIC - data_gas(&call("arbBlockHash(uint256)", &[number(head + 9)])), 812);
}

/// Stylus-vm reference, section 8.1: what is malformed takes all gas and says nothing.
#[test]
fn malformed_calls_lose_all_gas() {
    let bench = Bench::new();
    let cases: [(&str, u8, Bytes, u64); 6] = [
        ("no selector", 0x64, hex!("a3b1").into(), 0),
        ("an unknown selector", 0x64, hex!("12345678").into(), 0),
        ("arguments too short", 0x64, hex!("2b407a8200").into(), 0),
        ("value to a method that takes none", 0x64, call("arbBlockNumber()", &[]), 1),
        ("no method at all", 0x67, hex!("12345678").into(), 0),
        ("caching by a stranger", 0x72, call("cacheProgram(address)", &[account(Address::ZERO)]), 0),
    ];
    for (why, to, data, value) in cases {
        let from = if to == 0x72 { aia_devnode::config::test_accounts()[0].address() } else { DEV_ADDRESS };
        let request = TransactionRequest::default()
            .with_from(from)
            .with_to(precompile(to))
            .with_input(data)
            .with_value(U256::from(value))
            .with_gas_limit(100_000);
        let sent = bench.api.execute(request).unwrap();
        assert!(!sent.success && sent.output.is_empty(), "{why}");
        assert_eq!(sent.gas_used, 100_000, "{why}");
    }
}

/// Stylus-vm reference, section 8.4: owners act for free and leave a trace, others lose their gas.
#[test]
fn owners_change_parameters_for_free_and_strangers_cannot() {
    let bench = Bench::new();
    let data = call("setInkPrice(uint32)", &[number(20_000)]);
    let done = bench.send(precompile(0x70), data.clone(), U256::ZERO);
    assert!(done.success);
    assert_eq!(done.gas_used, INTRINSIC + data_gas(&data));
    let acts = keccak256("OwnerActs(bytes4,address,bytes)");
    assert_eq!(done.logs[0].topics()[0], acts);
    let price = bench.call(precompile(0x71), call("inkPrice()", &[]));
    assert_eq!(U256::from_be_slice(&price), U256::from(20_000));

    let stranger = aia_devnode::config::test_accounts()[0].address();
    let request = TransactionRequest::default()
        .with_from(stranger)
        .with_to(precompile(0x70))
        .with_input(data)
        .with_gas_limit(100_000);
    let refused = bench.api.execute(request).unwrap();
    assert!(!refused.success);
    assert_eq!(refused.gas_used, 100_000);
    assert_eq!(refused.failure.as_deref(), Some("unauthorized caller to access-controlled method"));
}

#[test]
fn owners_cannot_set_what_makes_no_sense() {
    let bench = Bench::new();
    let nonsense = [
        call("setInkPrice(uint32)", &[number(0)]),
        call("setInkPrice(uint32)", &[number(1 << 24)]),
        call("setSpeedLimit(uint64)", &[number(0)]),
        call("setL2GasPricingInertia(uint64)", &[number(0)]),
        call("setBrotliCompressionLevel(uint64)", &[number(12)]),
        call("removeChainOwner(address)", &[account(Address::repeat_byte(3))]),
        call("removeWasmCacheManager(address)", &[account(Address::repeat_byte(3))]),
    ];
    for data in nonsense {
        let sent = bench.send(precompile(0x70), data.clone(), U256::ZERO);
        assert!(!sent.success && sent.logs.is_empty(), "{data}");
        assert_eq!(sent.gas_used, INTRINSIC + data_gas(&data), "the gas comes back");
    }
}

#[test]
fn an_owner_leaves_the_list_and_the_last_one_takes_its_place() {
    let bench = Bench::new();
    let owners = || bench.call(precompile(0x6b), call("getAllChainOwners()", &[]));
    let list = |members: &[Address]| DynSolValue::Array(members.iter().copied().map(account).collect()).abi_encode();
    let third = Address::repeat_byte(3);
    bench.send(precompile(0x70), call("addChainOwner(address)", &[account(third)]), U256::ZERO);
    assert_eq!(owners().as_ref(), list(&[Address::ZERO, DEV_ADDRESS, third]));
    bench.send(precompile(0x70), call("removeChainOwner(address)", &[account(Address::ZERO)]), U256::ZERO);
    assert_eq!(owners().as_ref(), list(&[third, DEV_ADDRESS]));
}

/// A scheduled upgrade is due at the start of the next block, whose own transactions run under it.
#[test]
fn an_upgrade_takes_effect_in_the_next_block() {
    let bench = Bench::with(NodeConfig { arbos: 40, ..NodeConfig::default() });
    let version = || U256::from_be_slice(&bench.call(precompile(0x64), call("arbOSVersion()", &[])));
    assert_eq!(version(), U256::from(55 + 40));
    let upgrade = call("scheduleArbOSUpgrade(uint64,uint64)", &[number(51), number(0)]);
    assert!(bench.send(precompile(0x70), upgrade, U256::ZERO).success);
    assert_eq!(version(), U256::from(55 + 40));
    bench.api.mine(1, 0).unwrap();
    assert_eq!(version(), U256::from(55 + 51));
    let code = bench.call(precompile(0x65), call("getCode(address)", &[account(precompile(0x73))]));
    assert_eq!(code.as_ref(), DynSolValue::Bytes(vec![0xfe]).abi_encode(), "a precompile that came with it");
    let depth = bench.call(precompile(0x71), call("maxStackDepth()", &[]));
    assert_eq!(U256::from_be_slice(&depth), U256::from(22_000));
}

/// Messages to the parent chain burn what they carry and change the header's root and count.
#[test]
fn a_withdrawal_burns_its_value_and_costs_by_the_tree_it_joins() {
    let bench = Bench::new();
    let data = call("withdrawEth(address)", &[account(Address::repeat_byte(1))]);
    for (value, cost) in [(5, 46_939), (0, 53_856), (0, 46_939), (7, 62_373)] {
        let sent = bench.send(precompile(0x64), data.clone(), U256::from(value));
        assert!(sent.success);
        assert_eq!(sent.gas_used - INTRINSIC - data_gas(&data), cost, "{value} wei");
    }
    assert!(bench.api.chain().latest().info(precompile(0x64)).balance.is_zero());
    let chain = bench.api.chain();
    assert_eq!(chain.head().header.mix_hash[..8], 4u64.to_be_bytes());
    assert!(chain.head().header.extra_data.iter().any(|byte| *byte != 0));
}

/// EIP-2935 in Arbitrum's variant.
#[test]
fn past_block_hashes_are_kept_in_the_history_contract() {
    let bench = Bench::new();
    bench.api.mine(3, 1).unwrap();
    let head = bench.api.chain().head().number;
    let asked = bench.call(aia_devnode::chain::HISTORY_ADDRESS, U256::from(head - 2).to_be_bytes::<32>().to_vec());
    assert_eq!(asked.as_ref(), bench.api.chain().block(head - 2).unwrap().hash.as_slice());

    let refused = |number: u64| {
        let request = TransactionRequest::default()
            .with_from(DEV_ADDRESS)
            .with_to(aia_devnode::chain::HISTORY_ADDRESS)
            .with_input(U256::from(number).to_be_bytes::<32>().to_vec());
        bench.api.call(&request, None).is_err()
    };
    assert!(refused(head), "the block itself");
    assert!(refused(head + 1), "the next block");
    assert!(!refused(0), "the first block");
}

/// Code that begins like a delegation and is none can be stored by decree, as any bytes can.
#[test]
fn any_bytes_are_code_by_decree() {
    let bench = Bench::new();
    let target = Address::repeat_byte(0x21);
    for code in [hex!("ef01").to_vec(), hex!("ef0100").to_vec(), vec![0xef], Vec::new()] {
        let args = [account(target), DynSolValue::Bytes(code.clone())];
        let sent = bench.send(precompile(0xff), call("overwriteContractCode(address,bytes)", &args), U256::ZERO);
        assert!(sent.success, "{:?}", sent.failure);
        let stored = bench.api.chain().latest().info(target).code.unwrap_or_default().original_bytes();
        assert_eq!(stored.as_ref(), code);
    }
}

/// The units of a transaction's data are counted before it runs.
#[test]
fn a_transaction_sees_its_own_units_counted() {
    let bench = Bench::new();
    let ask = call("getL1PricingUnitsSinceUpdate()", &[]);
    let told = U256::from_be_slice(&bench.send(precompile(0x6c), ask.clone(), U256::ZERO).output);
    let after = U256::from_be_slice(&bench.call(precompile(0x6c), ask));
    assert_eq!(told, after);
}
