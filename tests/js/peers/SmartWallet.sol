// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice An ERC-1271 wallet that anyone can turn hostile and drive: for tests only.
contract SmartWallet {
    enum Mode {
        Normal, // 0: accept 65-byte signatures of the owner
        Revert, // 1: always revert, without data
        Garbage, // 2: answer 32 bytes that are not the magic value
        Megabyte, // 3: answer the magic value and then zeros, 1 MB in all
        BurnGas, // 4: loop until the gas is gone
        Reenter, // 5: ask the token for the wallet's balance, revert if that does, then as normal
        DirtyWord // 6: answer the magic value followed by 28 non-zero bytes
    }

    bytes4 private constant MAGIC = 0x1626ba7e;

    address public immutable owner;
    IERC20 public token;
    Mode public mode;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}

    function setMode(Mode newMode) external {
        mode = newMode;
    }

    function setToken(IERC20 newToken) external {
        token = newToken;
    }

    /// @notice Calls `target` as the wallet, for anyone, and passes on what it returns or reverts with.
    function execute(address target, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        (bool ok, bytes memory ret) = target.call{value: value}(data);
        if (!ok) _revertWith(ret);
        return ret;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        Mode current = mode;
        if (current == Mode.Revert) _revertWith("");
        if (current == Mode.Garbage) _answer(keccak256("garbage"), 32);
        if (current == Mode.Megabyte) _answer(MAGIC, 1_000_000);
        if (current == Mode.BurnGas) while (true) {}
        if (current == Mode.Reenter) token.balanceOf(address(this));
        if (current == Mode.DirtyWord) _answer(MAGIC | (bytes32(type(uint256).max) >> 32), 32);

        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return signer == owner ? MAGIC : bytes4(0xffffffff);
    }

    /// @dev Ends the call with `word` and then zeros, `size` bytes in all.
    function _answer(bytes32 word, uint256 size) private pure {
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, word)
            return(start, size)
        }
    }

    function _revertWith(bytes memory data) private pure {
        assembly ("memory-safe") {
            revert(add(data, 32), mload(data))
        }
    }
}
