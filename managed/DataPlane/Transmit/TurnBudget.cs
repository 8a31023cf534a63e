// SPDX-License-Identifier: GPL-2.0-or-later
//
// How much a guest may have sent in one turn of the host's event loop. A turn ends at the session's bottom half; until then
// the loop serves nobody else: no other netdev, no timer, no QMP command.
//
//     limit       is for                                                           a burst of virtio-net would be
//     messages    the kernel's work for each, a system call's part and a           256 frames of up to 8,175 segments,
//                 packet's way through the stack                                   each a message over raw IP
//     datagrams   our own work for each, and the kernel's for each of a run        the same segments, in runs (UDP_SEGMENT)
//     bytes       the copy, the checksum, and the fragments of long datagrams      256 frames of 64 KiB
//
// Whatever reaches its limit first ends the guest's turn. A message that has to be tried again counts again.
//
// Once in a turn there may be five shares more, enough for a burst of virtio-net in frames of 64 KiB that go as runs: see
// TransmitQueue.cs.

using System;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>What is left of one turn.</summary>
internal sealed class TurnBudget
{
    /// <summary>
    /// More than virtio-net sends in one burst (x-txburst, 256), so that the budget does not end one that asks for nothing
    /// unusual. At 4 µs each, which raw IP may take, 1.3 ms.
    /// </summary>
    public const int MaximumMessages = 320;

    /// <summary>68 frames of 64 KiB in segments of 1448 bytes. At 0.4 µs each, which UDP takes in runs, 1.2 ms.</summary>
    public const int MaximumDatagrams = 3072;

    /// <summary>64 frames of 64 KiB.</summary>
    public const int MaximumBytes = 4 * 1024 * 1024;

    /// <summary>256 frames of 64 KiB in segments of 1448 bytes, with all headers, and one more.</summary>
    private const int MoreShares = 5;

    private int _messages = MaximumMessages;
    private int _datagrams = MaximumDatagrams;
    private int _bytes = MaximumBytes;
    private bool _isExtended;

    /// <summary>Nothing is left.</summary>
    public bool IsSpent => _messages <= 0 || _datagrams <= 0 || _bytes <= 0;

    /// <summary>The next turn begins.</summary>
    public void Renew()
    {
        _messages = MaximumMessages;
        _datagrams = MaximumDatagrams;
        _bytes = MaximumBytes;
        _isExtended = false;
    }

    /// <summary>More for this turn.</summary>
    /// <returns>False when it has had that already.</returns>
    public bool TryExtend()
    {
        if (_isExtended)
        {
            return false;
        }

        _messages = MoreShares * MaximumMessages;
        _datagrams = MoreShares * MaximumDatagrams;
        _bytes = MoreShares * MaximumBytes;
        _isExtended = true;
        return true;
    }

    /// <summary>How many datagrams may be added now. Any one may be added while something is left.</summary>
    /// <param name="wanted">How many are wanted.</param>
    /// <param name="length">Bytes of each.</param>
    /// <param name="perMessage">How many of them make one message.</param>
    /// <returns>0 when nothing is left.</returns>
    public int Grant(int wanted, int length, int perMessage)
    {
        if (IsSpent)
        {
            return 0;
        }

        int most = Math.Min(Math.Min(_datagrams, _messages * perMessage), _bytes / length);
        return Math.Clamp(most, 1, wanted);
    }

    /// <summary>Something has been added, or a message has been made or tried anew.</summary>
    public void Spend(int messages, int datagrams = 0, int bytes = 0)
    {
        _messages -= messages;
        _datagrams -= datagrams;
        _bytes -= bytes;
    }
}
