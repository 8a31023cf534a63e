// SPDX-License-Identifier: GPL-2.0-or-later
namespace Faults.Line;

/// <summary>What a line does to the packets of the tunnel in one direction; all else passes. Shares are from 0 to 1.</summary>
internal sealed record LineFaults
{
    /// <summary>A good line.</summary>
    public static readonly LineFaults None = new();

    /// <summary>Packets that are dropped.</summary>
    public double Loss { get; init; }

    /// <summary>Packets that go twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Packets that are overtaken by one to eight others.</summary>
    public double Reordering { get; init; }

    /// <summary>Packets with one wrong bit, behind the IP header.</summary>
    public double Corruption { get; init; }

    /// <summary>Packets whose cookie is another one.</summary>
    public double WrongCookie { get; init; }

    /// <summary>Bytes of the largest packet that a router on the way takes; it says so by ICMP. 0: any.</summary>
    public int PathMtu { get; init; }

    /// <summary>Nothing passes at all, ARP neither.</summary>
    public bool IsCut { get; init; }

    /// <summary>Equal seeds do the same to the same packets.</summary>
    public int Seed { get; init; } = 1;
}
