// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

interface IPaid {
    function onProviderInactive(address provider) external;
}

/// @notice Stands for a provider registry: says of each provider what it was told to say, or nothing at all.
contract Activity {
    mapping(address => bool) private active;
    bool private silent;

    /// @notice It does not answer.
    error Silent();

    function setActive(address provider, bool value) external {
        active[provider] = value;
    }

    function setSilent(bool value) external {
        silent = value;
    }

    /// @notice Tells a payments contract what a registry tells it when it slashes.
    function tell(IPaid payments, address provider) external {
        payments.onProviderInactive(provider);
    }

    function isActive(address provider) external view returns (bool) {
        if (silent) revert Silent();
        return active[provider];
    }
}
