// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice All that Sablier Flow asks of its comptroller, in as little gas as possible: nobody pays a fee.
/// @dev It stands in for the real one behind its proxy, which is dearer.
contract FlowComptroller {
    function supportsInterface(bytes4) external pure returns (bool) {
        return true;
    }

    function calculateMinFeeWeiFor(uint8, address) external pure returns (uint256) {
        return 0;
    }
}
