// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.L2tp;

/// <summary>The bits of the sublayer's word; see <see cref="Sublayer"/>.</summary>
public static class SublayerWord
{
    /// <summary>S: the low 24 bits are a number.</summary>
    public const uint SequenceBit = 0x4000_0000;

    /// <summary>The number.</summary>
    public const uint NumberMask = 0x00FF_FFFF;

    /// <summary>The number in a word that was received.</summary>
    /// <param name="word">The word.</param>
    /// <param name="number">Its number.</param>
    /// <returns>False when there is none.</returns>
    public static bool TryGetNumber(uint word, out uint number)
    {
        number = word & NumberMask;
        return (word & SequenceBit) != 0;
    }
}
