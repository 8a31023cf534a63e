// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Access;

/// <summary>What each way of carrying a tunnel needs: nothing over UDP; over IP one capability, or a socket.</summary>
public sealed class UnprivilegedTests(OtherUser user) : IClassFixture<OtherUser>, IDisposable
{
    private readonly NetworkNamespace _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Udp_needs_no_privilege()
    {
        L2tpv3Netdev netdev = new() { SourcePort = 1701, DestinationPort = 1702 };
        AssertCarriesFrames(netdev, OtherUser.Launcher(), "0000000000000000");
    }

    [Theory]
    [InlineData("127.115.0.1", "127.115.0.2")]
    [InlineData("fd00:115::1", "fd00:115::2")]
    public void Raw_ip_needs_CAP_NET_RAW_and_no_more(string source, string destination) =>
        AssertCarriesFrames(Raw(source, destination), OtherUser.Launcher("net_raw"), "0000000000002000");

    [Theory]
    [InlineData("127.115.0.1", "127.115.0.2")]
    [InlineData("fd00:115::1", "fd00:115::2")]
    public void Raw_ip_needs_nothing_when_the_socket_is_handed_in(string source, string destination) =>
        AssertCarriesFrames(Raw(source, destination), [RawSocketProgram.Path, "--user", OtherUser.Name, $"n0={source}", "--"], "0000000000000000", settings: null);

    [Fact]
    public void Raw_ip_without_either_says_what_is_missing()
    {
        ProcessResult result = QemuProcess.RunToExit(user.Qemu(OtherUser.Launcher()) with
        {
            Arguments = ["-netdev", Raw("127.115.0.1", "127.115.0.2").ToString()],
        });

        Assert.Equal(1, result.ExitStatus);
        Assert.Contains("udp=off (raw IP, protocol 115) needs CAP_NET_RAW; start QEMU with that capability, pass it a socket (fd=), or use udp=on", result.StandardError, StringComparison.Ordinal);
    }

    /// <summary>The descriptor is inherited, and waits for its netdev.</summary>
    [Fact]
    public void A_netdev_that_is_added_later_takes_its_socket_once()
    {
        L2tpv3Netdev netdev = Raw("127.115.0.1", "127.115.0.2");
        using FrameSocket guest = OpenGuest();
        using WirePeer wire = _network.Run(() => WirePeer.RawIp(netdev.Destination));
        using QemuProcess qemu = QemuProcess.Start(user.Qemu([RawSocketProgram.Path, "-u", OtherUser.Name, "n0=127.115.0.1", "--"]) with { Namespace = _network });

        qemu.Qmp.Execute("netdev_add", netdev.Options());
        guest.Attach(qemu, "n0");
        AssertFrames(netdev, guest, wire);

        FrameSocket.Detach(qemu, "n0");
        qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        QmpException again = Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", netdev.Options()));
        Assert.Contains("fd=3 is not ", again.Message, StringComparison.Ordinal);
        Assert.Equal(0, qemu.Quit());
    }

    private static L2tpv3Netdev Raw(string source, string destination) => new() { Source = source, Destination = destination };

    private static FrameSocket OpenGuest()
    {
        FrameSocket guest = new();
        guest.OpenToAll();
        return guest;
    }

    private void AssertCarriesFrames(L2tpv3Netdev netdev, System.Collections.Generic.IReadOnlyList<string> launcher, string capabilities, string? settings = "require")
    {
        if (netdev.IsIpv6)
        {
            _network.AddLoopbackAddress(netdev.Source + "/128");
            _network.AddLoopbackAddress(netdev.Destination + "/128");
        }

        using FrameSocket guest = OpenGuest();
        using WirePeer wire = _network.Run(() => netdev.IsUdp ? WirePeer.Udp(netdev.Destination, netdev.DestinationPort!.Value) : WirePeer.RawIp(netdev.Destination));
        QemuOptions options = user.Qemu(launcher) with { Namespace = _network, Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments("n0")] };
        if (settings is null)
        {
            // The program says `require` itself.
            options = options with { Environment = new System.Collections.Generic.Dictionary<string, string>(StringComparer.Ordinal) };
        }

        using QemuProcess qemu = QemuProcess.Start(options);
        string status = File.ReadAllText($"/proc/{qemu.Id}/status");
        Assert.Contains("Uid:\t65534\t65534\t65534\t65534\n", status, StringComparison.Ordinal);
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
        {
            Assert.Contains($"{set}:\t{capabilities}\n", status, StringComparison.Ordinal);
        }

        AssertFrames(netdev, guest, wire);
        Assert.True(qemu.Netdev("n0").IsPlugin);
        Assert.Equal(0, qemu.Quit());
    }

    private static void AssertFrames(L2tpv3Netdev netdev, FrameSocket guest, WirePeer wire)
    {
        for (int number = 0; number < 20; number++)
        {
            byte[] frame = TestFrames.Create(1000, number);
            guest.Send(frame);
            Assert.Equal(netdev.Datagram(frame), wire.Receive());
            wire.Send(netdev.OtherEnd().Datagram(frame), netdev.Source, netdev.SourcePort ?? 0);
            Assert.Equal(frame, guest.Receive());
        }
    }
}
