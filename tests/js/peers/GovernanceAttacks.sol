// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice Takes steps that it was told before, whoever strikes it: as the target of a proposal it calls back, and for an
/// attacker it does everything in one transaction.
contract Accomplice {
    struct Step {
        address target;
        bytes data;
    }

    /// @notice A step was tried and ended so.
    event Tried(uint256 indexed step, bool ok, bytes ret);

    Step[] private steps;
    bool private striking;

    /// @notice Adds a step.
    function prepare(address target, bytes calldata data) external {
        steps.push(Step(target, data));
    }

    /// @notice Takes all steps, whatever comes of each. Struck by one of them, it does nothing.
    function strike() external {
        if (striking) return;
        striking = true;
        for (uint256 i = 0; i < steps.length; i++) {
            (bool ok, bytes memory ret) = steps[i].target.call(steps[i].data);
            emit Tried(i, ok, ret);
        }
        striking = false;
    }
}

/// @notice What the voters see.
contract Disguise {
    event Acted(bool harmless);

    function act() external {
        emit Acted(true);
    }

    function vanish() external {
        selfdestruct(payable(msg.sender));
    }
}

/// @notice What was behind it.
contract Unmasked {
    event Acted(bool harmless);

    function act() external {
        emit Acted(false);
    }
}

/// @notice Becomes what its maker says: its address does not depend on its code.
contract Chameleon {
    constructor() {
        bytes memory look = Shapeshifter(msg.sender).look();
        assembly ("memory-safe") {
            return(add(look, 32), mload(look))
        }
    }
}

/// @notice Makes one contract after another at the same address, each of which is gone when its transaction ends or
/// stays for good.
contract Shapeshifter {
    /// @notice The code of what appears next.
    bytes public look;

    /// @notice Where it appears.
    function place() external view returns (address) {
        bytes32 code = keccak256(type(Chameleon).creationCode);
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), bytes32(0), code)))));
    }

    /// @notice Shows the disguise for as long as `target` is called with `data`; nothing is left of it afterwards.
    function parade(address target, bytes calldata data) external {
        address shown = appear(type(Disguise).runtimeCode);
        (bool ok, bytes memory ret) = target.call(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(ret, 32), mload(ret))
            }
        }
        Disguise(shown).vanish();
    }

    /// @notice Shows the disguise for good.
    function disguise() external {
        appear(type(Disguise).runtimeCode);
    }

    /// @notice Shows what is behind it for good.
    function unmask() external {
        appear(type(Unmasked).runtimeCode);
    }

    function appear(bytes memory code) private returns (address) {
        look = code;
        return address(new Chameleon{salt: bytes32(0)}());
    }
}
