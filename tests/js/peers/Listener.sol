// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

interface IActive {
    function isActive(address account) external view returns (bool);
}

/// @notice Stands for a payments contract: listens, refuses, or never comes to an end.
contract Listener {
    enum Mood {
        Listens,
        Refuses,
        Spins
    }

    event Told(address indexed account, bool active);

    Mood private immutable mood;

    constructor(Mood mood_) {
        mood = mood_;
    }

    /// @notice Asks the caller back, as a payments contract may.
    function onProviderInactive(address account) external {
        require(mood != Mood.Refuses, "not now");
        while (mood == Mood.Spins) {}
        emit Told(account, IActive(msg.sender).isActive(account));
    }
}
