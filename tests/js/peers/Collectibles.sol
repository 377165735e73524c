// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @notice Tokens of which each is the only one, and which announce themselves to who gets them.
contract Relic is ERC721 {
    constructor() ERC721("Relic", "RELIC") {}

    function mint(address to, uint256 id) external {
        _mint(to, id);
    }
}

/// @notice Tokens of many kinds, which announce themselves to who gets them.
contract Coupons is ERC1155 {
    constructor() ERC1155("") {}

    function mint(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount, "");
    }
}
