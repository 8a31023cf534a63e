// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Kit;

/// <summary>A lab whose loopback is as narrow as Ethernet.</summary>
public sealed class NarrowLab : IDisposable
{
    /// <summary>Bytes of a packet.</summary>
    public const int Mtu = 1500;

    /// <summary>Makes it.</summary>
    public NarrowLab() => Lab.Network.Ip("link", "set", "lo", "mtu", Mtu.ToString(CultureInfo.InvariantCulture));

    /// <summary>The lab.</summary>
    public Lab Lab { get; } = new();

    public void Dispose() => Lab.Dispose();
}
