// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.Linq;

namespace Fuzz.Tests.Targets;

/// <summary>One message of recvmmsg, and what the kernel says of it.</summary>
/// <param name="Bytes">One datagram, or a run of them.</param>
/// <param name="ClaimedSize">What UDP_GRO says their size is; null: it says nothing.</param>
/// <param name="IsTruncated">MSG_TRUNC is set.</param>
/// <param name="EndsAtGuard">It ends at a guard page; else it begins behind one.</param>
internal sealed record PeerMessage(byte[] Bytes, int? ClaimedSize, bool IsTruncated, bool EndsAtGuard)
{
    /// <summary>The datagrams that a reader of udp(7) sees in it.</summary>
    public IEnumerable<byte[]> Datagrams()
    {
        bool isRun = ClaimedSize > 0 && ClaimedSize < Bytes.Length && !IsTruncated;
        return isRun ? Bytes.Chunk(ClaimedSize!.Value) : [Bytes];
    }
}
