//! Receipts as arguments.

use aia_calldata::Args;
use aia_protocol::receipt::JobReceipt;

/// Reads the members of a receipt, in the order of the interfaces.
#[inline(never)] // a call may take two
pub fn read(args: &mut Args<'_>) -> JobReceipt {
    JobReceipt {
        job_id: args.bytes32(),
        provider: args.address(),
        consumer: args.address(),
        listing_id: args.uint64(),
        model_hash: args.bytes32(),
        request_hash: args.bytes32(),
        result_hash: args.bytes32(),
        fingerprint: args.bytes32(),
        units_in: args.uint64(),
        units_out: args.uint64(),
        price: args.uint128(),
        completed_at: args.uint64(),
    }
}
