// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>What `info network` says about a netdev.</summary>
public sealed class InfoNetworkTests
{
    [Fact]
    public void The_line_has_encapsulation_addresses_ports_sessions_and_counts()
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { TransmitSessionId = 17, ReceiveSessionId = 18 });
        string start = string.Create(
            CultureInfo.InvariantCulture,
            $"n0: index=0,type=l2tpv3,udp 127.0.0.1:{tunnel.Netdev.SourcePort} -> 127.0.0.1:{tunnel.Netdev.DestinationPort}, session tx 17 rx 18, frames tx ");
        Assert.Equal($"{start}0 rx 0, drops 0", tunnel.Info().Line);

        byte[] frame = TestFrames.Create(60);
        tunnel.Guest.Send(frame);
        tunnel.Guest.Send(frame);
        tunnel.SendFrame(frame);
        tunnel.SendRaw((tunnel.Netdev.OtherEnd() with { TransmitSessionId = 19 }).Datagram(frame));

        NetdevInfo info = tunnel.WaitForInfo(info => info is { FramesTransmitted: 2, FramesReceived: 1, Drops: 1 });
        Assert.Equal($"{start}2 rx 1, drops 1 (mostly wrong session: 1)", info.Line);
    }

    [Fact]
    public void The_line_of_raw_IPv6_has_addresses_without_ports()
    {
        using NetworkNamespace network = new();
        network.AddLoopbackAddress("fd00:115::1/128");
        network.AddLoopbackAddress("fd00:115::2/128");
        L2tpv3Netdev netdev = new() { Source = "fd00:115::1", Destination = "fd00:115::2" };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Namespace = network, Arguments = ["-netdev", netdev.ToString()] });

        Assert.Contains("type=l2tpv3,ip fd00:115::1 -> fd00:115::2, session", qemu.Netdev("n0").Line, StringComparison.Ordinal);
    }
}
