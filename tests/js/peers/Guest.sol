// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice Code to be called, delegated to or created by others, which refuses in every way that Solidity knows.
contract Guest {
    /// @notice How far it has counted, in slot 0, which is its host's when it is delegated to.
    uint256 public count;

    /// @notice The caller asked for it.
    error Declined(address by, uint256 code);

    /// @notice Counts and keeps the ether that is sent.
    function bump(uint256 step) external payable returns (uint256) {
        count += step;
        return count;
    }

    function decline(uint256 code) external view {
        revert Declined(msg.sender, code);
    }

    function complain() external pure {
        revert("not today");
    }

    function divide(uint256 by) external pure returns (uint256) {
        return 1 / by;
    }

    function sulk() external pure {
        revert();
    }
}
