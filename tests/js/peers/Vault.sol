// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @notice The overload of ERC-2612 for signers that are contracts.
interface IBytesPermit {
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;
}

/// @notice What a Solidity team would build on the token: OpenZeppelin's vault, filled by allowance or by permit.
contract Vault is ERC4626 {
    constructor(IERC20 token) ERC20("AIA vault", "vAIA") ERC4626(token) {}

    /// @notice Deposits for the caller what it permits with its key.
    function depositWithPermit(uint256 assets, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        returns (uint256 shares)
    {
        IERC20Permit(asset()).permit(msg.sender, address(this), assets, deadline, v, r, s);
        return deposit(assets, msg.sender);
    }

    /// @notice Deposits for `owner` what it permits, as a key or as an ERC-1271 wallet, whoever submits it.
    function depositFor(address owner, uint256 assets, uint256 deadline, bytes calldata signature)
        external
        returns (uint256 shares)
    {
        IBytesPermit(asset()).permit(owner, address(this), assets, deadline, signature);
        shares = previewDeposit(assets);
        _deposit(owner, owner, assets, shares);
    }
}
