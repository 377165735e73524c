//! A chain to run programs on.

use std::io::Write;

use aia_devnode::{Api, NodeConfig, chain::Included, config::DEV_ADDRESS};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, address},
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolCall,
};

/// When the chain begins, Unix seconds.
pub(crate) const GENESIS: u64 = 1_760_000_000;
/// Where ArbOS activates programs.
pub(crate) const ARB_WASM: Address = address!("0000000000000000000000000000000000000071");
/// Where it caches them.
pub(crate) const ARB_WASM_CACHE: Address = address!("0000000000000000000000000000000000000072");
/// Enough for every transaction here, and below the cap on fees.
const GAS: u64 = 20_000_000;

sol! {
    function activateProgram(address program) returns (uint16 version, uint256 dataFee);
    function cacheProgram(address program);
    event ProgramActivated(bytes32 indexed codehash, bytes32 moduleHash, address program, uint256 dataFee, uint16 version);
}

/// A chain of its own for each test.
pub(crate) struct Bench {
    pub(crate) api: Api,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(NodeConfig::default())
    }

    pub(crate) fn with(config: NodeConfig) -> Self {
        let genesis_time = config.genesis_time.or(Some(GENESIS));
        let api = Api::new(NodeConfig { genesis_time, ..config }).expect("a chain starts");
        Self { api }
    }

    /// Sends as the development account, with more gas than needed.
    pub(crate) fn send(&self, to: Address, data: impl Into<Bytes>, value: U256) -> Included {
        self.request(TransactionRequest::default().with_to(to).with_input(data.into()).with_value(value))
    }

    pub(crate) fn request(&self, request: TransactionRequest) -> Included {
        let gas = request.gas.unwrap_or(GAS);
        self.api.execute(request.with_from(DEV_ADDRESS).with_gas_limit(gas)).expect("the transaction is included")
    }

    /// Deploys code as it is.
    pub(crate) fn deploy(&self, code: &[u8]) -> Address {
        let included = self.request(TransactionRequest::default().with_deploy_code(init_code(code)));
        assert!(included.success, "{:?}", included.failure);
        included.created.expect("a contract")
    }

    /// Deploys the code of a program that is not active.
    pub(crate) fn upload(&self, text: &str) -> Address {
        self.deploy(&program(text))
    }

    pub(crate) fn activate(&self, program: Address) -> Included {
        self.send(ARB_WASM, activateProgramCall { program }.abi_encode(), ether(1))
    }

    /// Deploys a program and activates it.
    pub(crate) fn program(&self, text: &str) -> Address {
        let program = self.upload(text);
        let activated = self.activate(program);
        assert!(activated.success, "{text}: {:?}", activated.failure);
        program
    }

    pub(crate) fn cache(&self, program: Address) {
        let cached = self.send(ARB_WASM_CACHE, cacheProgramCall { program }.abi_encode(), U256::ZERO);
        assert!(cached.success, "{:?}", cached.failure);
    }

    /// Calls without sending.
    pub(crate) fn call(&self, to: Address, data: impl Into<Bytes>) -> Bytes {
        let request = TransactionRequest::default().with_from(DEV_ADDRESS).with_to(to).with_input(data.into());
        self.api.call(&request, None).expect("the call succeeds")
    }
}

pub(crate) fn ether(amount: u64) -> U256 {
    U256::from(amount) * U256::from(10).pow(U256::from(18))
}

/// Returns a program's code: the prefix, no dictionary, the compressed module.
pub(crate) fn program(text: &str) -> Vec<u8> {
    let wasm = wat::parse_str(text).expect("the module parses");
    let mut code = vec![0xef, 0xf0, 0x00, 0x00];
    let mut packer = brotli::CompressorWriter::new(&mut code, 4096, 11, 22);
    packer.write_all(&wasm).expect("memory takes everything");
    drop(packer);
    code
}

/// Returns init code that leaves `code` behind, as cargo-stylus writes it.
pub(crate) fn init_code(code: &[u8]) -> Vec<u8> {
    let length: [u8; 32] = U256::from(code.len()).to_be_bytes();
    [&[0x7f], &length[..], &[0x80, 0x60, 0x2b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3, 0x00], code].concat()
}

/// Gas of a transaction's data, 4 and 16 a byte.
pub(crate) fn data_gas(data: &[u8]) -> u64 {
    data.iter().map(|byte| if *byte == 0 { 4 } else { 16 }).sum()
}
