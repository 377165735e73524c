//! What governor and timelock are constructed with: each number at its edges, what is refused, what is told and when.

mod governor;
mod timelock;

use aia_abi::constructor::stylus_constructorCall;
use aia_deploy::{Deployed, Program, deploy};
use aia_tests::{
    Network,
    network::{AIA, program},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, LogData, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
    transports::TransportError,
};
use eyre::{OptionExt, Result, eyre};

/// Somebody without code.
const ACCOUNT: Address = Address::repeat_byte(0xac);

/// A chain with the token, and a program to construct on it.
struct Site {
    net: Network,
    program: Program,
    /// Who deploys; not the token's owner, so that what that one does moves no address.
    deployer: PrivateKeySigner,
}

/// Where a program will be, and in whose name it is constructed.
struct Place {
    program: Address,
    maker: Address,
}

impl Site {
    async fn start(name: &str) -> Result<Self> {
        let net = Network::start(AIA).await?;
        let deployer = net.account(0);
        Ok(Self { net, program: program(name)?, deployer })
    }

    /// Returns the place of the next program.
    async fn next_place(&self) -> Result<Place> {
        let account = self.deployer.address();
        let nonce = self.net.provider(&self.deployer)?.get_transaction_count(account).await?;
        let maker = account.create(nonce);
        Ok(Place { program: maker.create(1), maker })
    }

    /// Constructs the program within the second of the latest block.
    async fn construct(&self, arguments: &[u8]) -> Result<Deployed> {
        let now = self.net.now();
        self.net.api.chain().set_next_time(now)?;
        let provider = self.net.provider(&self.deployer)?;
        deploy(&provider, self.deployer.address(), &self.program, &calldata(arguments)).await
    }

    /// Returns what the constructor reverts with.
    async fn refusal(&self, arguments: &[u8]) -> Result<Bytes> {
        let outcome = self.construct(arguments).await;
        let error = outcome.err().ok_or_else(|| eyre!("the contract was constructed"))?;
        let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
        response.and_then(|response| response.as_revert_data()).ok_or(error)
    }

    /// Returns what a contract logged in a deployment.
    async fn told(&self, deployed: &Deployed, by: Address) -> Result<Vec<LogData>> {
        let receipt = self.net.provider(&self.deployer)?.get_transaction_receipt(deployed.transaction).await?;
        let receipt = receipt.ok_or_eyre("the deployment has no receipt")?;
        let logs = receipt.logs().iter().filter(|log| log.address() == by);
        Ok(logs.map(|log| log.inner.data.clone()).collect())
    }

    /// Asserts that nobody constructs a program again, with the same arguments or with no good ones.
    async fn assert_constructed_once(&self, program: Address, arguments: &[u8], already_set: Vec<u8>) -> Result<()> {
        for account in [&self.deployer, &self.net.owner, &self.net.account(5)] {
            let provider = self.net.provider(account)?;
            let request = TransactionRequest::default().with_to(program).with_input(calldata(arguments));
            let error = provider.call(request.clone()).await.expect_err("it was constructed again");
            let data = error.as_error_resp().and_then(|response| response.as_revert_data());
            assert_eq!(data, Some(already_set.clone().into()));
            assert!(!self.net.submit_request(&provider, request).await?.status());
        }
        Ok(())
    }
}

/// Returns the call of a constructor.
fn calldata(arguments: &[u8]) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR[..], arguments].concat()
}

/// Returns ten to a power.
fn ten_to(power: u64) -> U256 {
    U256::from(10).pow(U256::from(power))
}
