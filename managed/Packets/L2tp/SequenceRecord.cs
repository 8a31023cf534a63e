// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a SequenceWindow knows of its peer's numbers, and what it believes of them: a number may be forged, so one alone
// proves little.
//
// A peer that begins anew seems to send old frames for ever. Five of them in a row, each one more than the one before,
// are believed, as Linux does (l2tp_recv_data_seq, nr_oos_count_max).
//
// A gap is what one number says. So a gap of more than 1024 is lost only when four more frames have gone on behind it; it is
// not when the old numbers come back (which begins anew), when there is another such gap first, or when the new numbers are
// those of a peer that counts from 0 again.

using System.Runtime.InteropServices;

namespace L2tpv3.Packets.L2tp;

/// <summary>Sequence numbers, which count modulo 2^24.</summary>
internal static class SequenceNumber
{
    /// <summary>What is less than this ahead is new, the rest is old.</summary>
    public const uint Half = 0x0080_0000;

    public static uint Add(uint number, uint count) => (number + count) & SublayerWord.NumberMask;

    public static uint Distance(uint from, uint to) => (to - from) & SublayerWord.NumberMask;
}

/// <summary>Which numbers were delivered, which are lost, and whether the peer begins anew.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SequenceRecord
{
    private const int HistoryLength = 64;
    private const int RestartCount = 5;

    /// <summary>The largest gap that one number alone makes.</summary>
    private const uint PlausibleGap = 1024;

    /// <summary>A bit for each of the last numbers, the newest lowest: it was delivered.</summary>
    private ulong _history;
    private uint _highest;

    /// <summary>A gap that is not believed yet, and the frames that went on behind it.</summary>
    private uint _doubtfulGap;
    private int _witnesses;

    /// <summary>Old numbers that came in a row, and the one that would be next.</summary>
    private int _oldCount;
    private uint _oldNext;

    /// <summary>Frames that were given up.</summary>
    public ulong Lost { get; private set; }

    /// <summary>Frames that came behind later ones.</summary>
    public ulong Reordered { get; private set; }

    /// <summary>The numbers begin here; what was doubtful stays unproved.</summary>
    public void Begin(uint number)
    {
        _history = 0;
        _highest = number;
        _doubtfulGap = 0;
        _oldCount = 0;
    }

    /// <summary>A number is new, so old ones before it are no row with those behind it.</summary>
    public void EndRow() => _oldCount = 0;

    /// <summary>A number is old.</summary>
    /// <returns>True when it proves that the peer has begun anew.</returns>
    public bool ContinueRow(uint number)
    {
        _oldCount = number == _oldNext ? _oldCount + 1 : 1;
        _oldNext = SequenceNumber.Add(number, 1);
        return _oldCount >= RestartCount;
    }

    /// <summary>A new frame goes on, now or later.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="ahead">How far ahead of its turn it came.</param>
    public void Accept(uint number, uint ahead)
    {
        if (SequenceNumber.Distance(_highest, number) < SequenceNumber.Half)
        {
            _highest = number;
        }
        else
        {
            Reordered++;
        }

        if (_doubtfulGap != 0 && ahead <= PlausibleGap && ++_witnesses == RestartCount - 1)
        {
            Lost += _doubtfulGap;
            _doubtfulGap = 0;
        }
    }

    /// <summary>The next numbers are given up.</summary>
    /// <param name="next">The first of them.</param>
    /// <param name="count">How many.</param>
    public void GiveUp(uint next, uint count)
    {
        _history = count >= HistoryLength ? 0 : _history << (int)count;
        if (count <= PlausibleGap)
        {
            Lost += count;
            return;
        }

        // The window may begin a little below 0 when its last number is a little above.
        const uint margin = SequenceWindow.MaximumSize;
        bool countsFromZero = SequenceNumber.Add(next, count + margin) <= PlausibleGap + margin;
        _doubtfulGap = countsFromZero ? 0 : count;
        _witnesses = 0;
    }

    /// <summary>The next number is delivered.</summary>
    public void Deliver() => _history = (_history << 1) | 1;

    /// <summary>Whether a number has been delivered, as far as that is known.</summary>
    /// <param name="behind">How far behind the next one it is.</param>
    public readonly bool HasDelivered(uint behind) => behind <= HistoryLength && ((_history >> (int)(behind - 1)) & 1) != 0;
}
