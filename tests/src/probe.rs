//! The probe of `tests/programs`: a Stylus program made with the SDK's own macros.

use aia_abi::constructor::stylus_constructorCall;
use alloy::{
    primitives::U256,
    providers::DynProvider,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

pub use self::interface::IProbe;
use crate::{Network, network::program};

#[allow(missing_docs)] // the program documents itself
mod interface {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        interface IProbe {
            event Counted(address indexed by, uint256 count);

            error TooFar(uint256 count, uint256 step);
            error Refused(uint256 code);

            function count() external view returns (uint256);
            function stepsOf(address account) external view returns (uint256);
            function increment() external;
            function add(uint256 step) external;
            function refuse(uint256 code) external view;
            function callOther(address target, bytes data) external payable returns (bytes);
            function staticCallOther(address target, bytes data) external view returns (bytes);
            function delegateTo(address target, bytes data) external returns (bytes);
            function create(bytes code) external payable returns (address);
            function note(bytes32 key, bytes32 value) external;
            function noted(bytes32 key) external view returns (bytes32);
        }
    }
}

/// The probe with its typed calls.
pub type Probe = IProbe::IProbeInstance<DynProvider>;

/// Encodes the call of the probe's constructor.
pub fn constructor(start: U256) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR[..], &start.abi_encode()].concat()
}

impl Network {
    /// Deploys the probe, which begins to count at `start`, and returns it as the token's owner calls it.
    ///
    /// # Errors
    /// When it was not built or the deployment fails.
    pub async fn deploy_probe(&self, start: U256) -> Result<Probe> {
        let provider = self.provider(&self.owner)?;
        let (sender, constructor) = (self.owner.address(), constructor(start));
        let deployed = aia_deploy::deploy(&provider, sender, &program("probe")?, &constructor).await?;
        Ok(IProbe::new(deployed.address, provider))
    }
}
