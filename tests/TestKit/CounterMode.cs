// SPDX-License-Identifier: GPL-2.0-or-later
namespace TestKit;

/// <summary>QEMU's counter word behind the cookie.</summary>
public enum CounterMode
{
    /// <summary>No counter word.</summary>
    Off,

    /// <summary>counter=on: a number that grows with each frame.</summary>
    On,

    /// <summary>counter=on,pincounter=on: a word that stays 0.</summary>
    Pinned,
}
