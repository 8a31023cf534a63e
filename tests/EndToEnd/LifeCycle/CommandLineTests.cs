// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.LifeCycle;

/// <summary>The ways to write a netdev on the command line.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void The_option_syntax_makes_a_netdev() => AssertWorks(netdev => ["-netdev", netdev.ToString()]);

    [Fact]
    public void The_JSON_syntax_makes_a_netdev() => AssertWorks(netdev => ["-netdev", JsonSerializer.Serialize(netdev.Options())]);

    [Fact]
    public void Booleans_may_be_written_out() => AssertWorks(netdev => ["-netdev", $"{netdev},ipv6=off,counter=off,pincounter=off"]);

    [Fact]
    public void The_receive_session_is_the_transmit_session_when_it_is_not_given()
    {
        L2tpv3Netdev same = new() { TransmitSessionId = 7, ReceiveSessionId = 7 };
        AssertWorks(netdev => ["-netdev", netdev.ToString().Replace(",rxsession=7", string.Empty, System.StringComparison.Ordinal)], same);
    }

    [Fact]
    public void Addresses_may_be_names() => AssertWorks(
        netdev => ["-netdev", (netdev with { Source = "localhost", Destination = "localhost" }).ToString()]);

    [Fact]
    public void The_legacy_net_option_puts_the_netdev_on_hub_0()
    {
        using WirePeer wire = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Arguments = ["-net", netdev.ToString()] });

        Assert.True(qemu.Netdev("n0").IsPlugin);
        Assert.Contains("hub 0", qemu.Hmp("info network"), System.StringComparison.Ordinal);
    }

    private static void AssertWorks(System.Func<L2tpv3Netdev, string[]> arguments, L2tpv3Netdev? netdev = null)
    {
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        netdev = (netdev ?? new L2tpv3Netdev()) with { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Arguments = [.. arguments(netdev), .. guest.Arguments("n0")] });
        byte[] frame = TestFrames.Create(100);

        guest.Send(frame);
        Assert.Equal(netdev.Datagram(frame), wire.Receive());
        wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort.Value);
        Assert.Equal(frame, guest.Receive());
    }
}
