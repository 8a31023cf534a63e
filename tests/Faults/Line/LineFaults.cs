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

/// <summary>What a line has done in one direction: packets of the tunnel, fragments behind the first one not among them.</summary>
internal sealed record LineCounts
{
    /// <summary>Packets that came.</summary>
    public long In { get; init; }

    /// <summary>Packets that were dropped on purpose.</summary>
    public long Lost { get; init; }

    /// <summary>Packets that were dropped because they are longer than the path.</summary>
    public long TooBig { get; init; }

    /// <summary>Copies that were made.</summary>
    public long Duplicated { get; init; }

    /// <summary>Packets that were put behind others.</summary>
    public long Reordered { get; init; }

    /// <summary>Packets with a wrong bit, by the part of the packet that has it.</summary>
    public long CorruptUdp { get; init; }

    /// <inheritdoc cref="CorruptUdp"/>
    public long CorruptSession { get; init; }

    /// <inheritdoc cref="CorruptUdp"/>
    public long CorruptCookie { get; init; }

    /// <inheritdoc cref="CorruptUdp"/>
    public long CorruptRest { get; init; }

    /// <summary>Packets that were given a wrong cookie.</summary>
    public long WrongCookie { get; init; }

    /// <summary>Packets that the far end's device did not take.</summary>
    public long Undeliverable { get; init; }

    /// <summary>Packets of the test's own that were put on the line.</summary>
    public long Injected { get; init; }

    /// <summary>Packets that wait to be overtaken.</summary>
    public long Waiting { get; init; }

    /// <summary>Packets of the tunnel that the far end's kernel has got.</summary>
    public long Out => In + Duplicated - Lost - TooBig - Undeliverable - Waiting;
}
