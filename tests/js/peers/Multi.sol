// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice Calls others and lives on when they revert: for tests of what a revert undoes and what it leaves.
contract Multi {
    /// @notice The call of `callThenRevert` ended so, and all it did is undone.
    error Undone(bool ok, bytes ret);

    function tryCall(address target, bytes memory data) public returns (bool ok, bytes memory ret) {
        return target.call(data);
    }

    /// @notice Calls `target` with `first` and then with `second`, whether or not the first reverts.
    function callTwice(address target, bytes calldata first, bytes calldata second)
        external
        returns (bool firstOk, bytes memory firstRet, bool secondOk, bytes memory secondRet)
    {
        (firstOk, firstRet) = tryCall(target, first);
        (secondOk, secondRet) = tryCall(target, second);
    }

    /// @notice Calls `target` and reverts: with `tryCall` on this contract itself, a call that succeeded is undone.
    function callThenRevert(address target, bytes calldata data) external {
        (bool ok, bytes memory ret) = tryCall(target, data);
        revert Undone(ok, ret);
    }
}
