// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.L2tp;

/// <summary>Whether the header has a <see cref="CounterWord"/>, and what is written into it.</summary>
public enum CounterMode
{
    /// <summary>No counter word in the header.</summary>
    None,

    /// <summary>counter=on: counts frames.</summary>
    Counting,

    /// <summary>pincounter=on, with or without counter=on: the word is there and stays 0.</summary>
    Pinned,
}
