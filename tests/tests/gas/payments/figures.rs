//! What the same costs elsewhere, and the most that it may cost here: the project's study of payments, §4.2 and §7.7.
//!
//! There every system was run on an EVM of Cancun with a plain ERC-20, whose transfer costs 34,491. LlamaPay (90d18e1),
//! x402's batch settlement, TIP-1034's reference and Filecoin Pay (04ded6a) were compiled from their sources; MPP's and
//! Superfluid's (1.11.1) are their authors' bytecode; Graph (687d928) ran beside mocks, which flatters it. The budgets
//! count on that token too. These figures are quoted; those of Sablier Flow are measured.

/// What an operation costs elsewhere, and the most that it may cost on cached programs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub(super) operation: &'static str,
    pub(super) budget: Option<u64>,
    /// The operation of Sablier Flow's that comes to the same.
    pub(super) sablier: Option<&'static str>,
    /// What others were measured to cost.
    pub(super) others: &'static str,
}

/// An operation with a budget.
const fn bounded(operation: &'static str, budget: u64, others: &'static str) -> Figures {
    Figures { operation, budget: Some(budget), sablier: None, others }
}

/// An operation for which nobody set a budget.
const fn free(operation: &'static str, others: &'static str) -> Figures {
    Figures { operation, budget: None, sablier: None, others }
}

impl Figures {
    const fn beside(self, sablier: &'static str) -> Self {
        Self { sablier: Some(sablier), ..self }
    }
}

/// All operations that are measured, in the order of the table.
pub(super) const FIGURES: [Figures; 44] = [
    bounded("fund, first", 68_000, "Graph 68,668; LlamaPay 85,042"),
    bounded("fund, again", 50_800, "LlamaPay 50,830"),
    free("fundWithPermit, again", "–"),
    bounded("fundWithAuthorization, again", 82_500, "x402 120,251, opens too"),
    free("withdraw", "–"),
    free("settle", "x402 46k"),
    free("collectFees, of 1 account", "–"),
    bounded("openStream, the payee known", 60_300, "LlamaPay 82,825; Superfluid 307,956").beside("createAndDeposit"),
    free("openStream, the registry asked", "LlamaPay 82,825; Superfluid 307,956").beside("createAndDeposit"),
    free("openStream, the payee's first", "LlamaPay 82,825; Filecoin Pay 494,629").beside("createAndDeposit"),
    free("multicall of 10 openStream", "–"),
    free("refreshProvider", "–"),
    bounded("topUpStream", 37_500, "TIP-1034 53,352; LlamaPay 50,830").beside("deposit"),
    bounded("collect, 1 stream", 40_000, "Filecoin Pay 91,626").beside("withdrawMax"),
    bounded("collect, 10 streams", 127_000, "LlamaPay 207,459").beside("batch of 10 withdrawMax"),
    free("collect, 50 streams", "–"),
    free("collect, 100 streams", "–"),
    bounded("collectAndWithdraw", 58_700, "LlamaPay 61,670").beside("withdrawMax"),
    bounded("setRate, by the payer", 40_300, "LlamaPay 84,582; Superfluid 288,590").beside("adjustRatePerSecond"),
    free("setRate, by the payee", "–"),
    free("reclaim", "–").beside("refund"),
    bounded("stopStream, the notice begins", 39_800, "LlamaPay 58,672").beside("pause"),
    free("stopStream, after the notice", "LlamaPay 58,671").beside("void"),
    free("stopStream, by the payee", "LlamaPay 58,671").beside("void"),
    bounded("deposit, a new channel, from the ledger", 65_100, "TIP-1034 69,143; x402 82,064"),
    bounded("deposit, a new channel, by authorization", 110_000, "x402 120,251"),
    free("deposit, a new channel, by allowance", "TIP-1034 69,143; x402 82,064"),
    bounded("deposit, again, from the ledger", 44_700, "TIP-1034 53,352; x402 61,084"),
    bounded("claim, 1 channel", 48_700, "x402 48,725"),
    bounded("claim, 10 channels", 205_000, "x402 242,384"),
    free("claim, 50 channels", "–"),
    free("claim, 100 channels", "–"),
    bounded("claimPacked, 1 channel", 47_000, "x402 48,725"),
    bounded("claimPacked, 10 channels", 172_000, "x402 242,384"),
    free("claimPacked, 50 channels", "–"),
    free("claimPacked, 100 channels", "–"),
    bounded("claimPacked, one row more", 14_000, "x402 21,500"),
    free("claimPacked, 10 channels with usage", "x402 242,384, without"),
    free("claimWithSignature, 10 channels", "x402 276,921"),
    bounded("claimAndWithdraw", 66_500, "MPP 60,581; TIP-1034 61,445; x402 94,949 in two"),
    bounded("initiateWithdraw", 34_000, "MPP 31,578; TIP-1034 34,008; x402 53,019"),
    bounded("finalizeWithdraw", 39_600, "x402 50,902"),
    bounded("refund", 39_400, "x402 74,503"),
    free("hold", "–"),
];
