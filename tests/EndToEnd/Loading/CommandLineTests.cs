// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.Loading;

/// <summary>
/// -plugin takes over netdevs that the stock backend has made, from what that one keeps of their options: each way to write them
/// must end in the same header.
/// </summary>
public sealed class CommandLineTests
{
    [Fact]
    public void The_option_syntax() => AssertWorks(netdev => ["-netdev", netdev.ToString()]);

    [Fact]
    public void The_JSON_syntax() => AssertWorks(netdev => ["-netdev", JsonSerializer.Serialize(netdev.Options())]);

    [Fact]
    public void The_place_on_the_command_line_does_not_matter()
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { BaseArguments = [.. PluginOption.Arguments(), .. new QemuOptions().BaseArguments] });
        AssertCarriesFrames(tunnel.Netdev, tunnel.Guest, tunnel.Wire);
    }

    [Fact]
    public void Names_and_the_default_of_rxsession() => AssertWorks(
        netdev => ["-netdev", (netdev with { Source = "localhost", Destination = "localhost" }).ToString().Replace(",rxsession=7", string.Empty, StringComparison.Ordinal)],
        new L2tpv3Netdev { TransmitSessionId = 7, ReceiveSessionId = 7 });

    /// <summary>The stock backend takes it for on, as <see cref="StockBugs.Cookie64OffTests"/> shows.</summary>
    [Fact]
    public void Cookie64_off_is_off() => AssertWorks(
        netdev => ["-netdev", $"{netdev},cookie64=off"],
        new L2tpv3Netdev { Cookie = CookieSize.Bits32, TransmitCookie = 1, ReceiveCookie = 2 });

    /// <summary>The stock backend makes no room for the counter word, as <see cref="StockBugs.PincounterAloneTests"/> shows.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void Pincounter_alone_has_a_counter_word_too(int offset) => AssertWorks(
        netdev => ["-netdev", netdev.ToString().Replace(",counter=on", string.Empty, StringComparison.Ordinal)],
        new L2tpv3Netdev { Counter = NetdevCounter.Pinned, Offset = offset });

    [Fact]
    public void The_legacy_net_option()
    {
        using QemuProcess qemu = Start(["-net", new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = 9 }.ToString()]);

        Assert.True(qemu.Netdev("n0").IsPlugin);
        Assert.Contains("hub 0", qemu.Hmp("info network"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_stays_attached()
    {
        using TemporaryDirectory directory = new();
        string pcap = directory.File("pcap");
        using QemuTunnel tunnel = new(options: Options(["-object", $"filter-dump,id=f0,netdev=n0,file={pcap}"]));
        byte[] sent = TestFrames.Create(300, seed: 1);
        byte[] received = TestFrames.Create(400, seed: 2);

        tunnel.Guest.Send(sent);
        _ = tunnel.Wire.Receive();
        tunnel.SendFrame(received);
        _ = tunnel.Guest.Receive();

        Assert.Equal(0, tunnel.Qemu.Quit());
        Assert.Equal([sent, received], PcapFile.Read(pcap));
    }

    [Fact]
    public void The_stock_backend_leaves_nothing_open()
    {
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = 9 };
        using QemuProcess option = Start(["-netdev", netdev.ToString()]);
        using QemuProcess preload = QemuProcess.Start(new QemuOptions { Plugin = true, Arguments = ["-netdev", (netdev with { SourcePort = FreePort.Udp() }).ToString()] });

        Assert.Equal(CountSockets(preload), CountSockets(option));
    }

    [Fact]
    public void A_netdev_can_be_deleted_and_added_again_and_others_added()
    {
        using WirePeer wire = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = Start(["-netdev", netdev.ToString()]);

        for (int round = 0; round < 2; round++)
        {
            using FrameSocket guest = new();
            guest.Attach(qemu, netdev.Id);
            AssertCarriesFrames(netdev, guest, wire);
            FrameSocket.Detach(qemu, netdev.Id);
            qemu.Qmp.Execute("netdev_del", new { id = netdev.Id });
            qemu.Qmp.Execute("netdev_add", netdev.Options());
            Assert.True(qemu.Netdev(netdev.Id).IsPlugin);
        }

        Assert.Equal(0, qemu.Quit());
    }

    [Fact]
    public void It_works_in_the_sandbox()
    {
        using QemuTunnel tunnel = new(options: Options(["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"]));
        AssertCarriesFrames(tunnel.Netdev, tunnel.Guest, tunnel.Wire);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    /// <summary>QEMU loads plugins under any accelerator. The machine has no processor: some KVM can do no more than be opened.</summary>
    [Fact]
    public void It_works_under_KVM()
    {
        Assert.SkipUnless(CanOpenKvm(), "/dev/kvm cannot be opened");
        using QemuTunnel tunnel = new(options: Options(["-accel", "kvm"]));

        Assert.Contains("kvm support: enabled", tunnel.Qemu.Hmp("info kvm"), StringComparison.Ordinal);
        AssertCarriesFrames(tunnel.Netdev, tunnel.Guest, tunnel.Wire);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    private static bool CanOpenKvm()
    {
        try
        {
            using FileStream kvm = File.Open("/dev/kvm", FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static QemuOptions Options(IEnumerable<string> arguments) => new() { Arguments = [.. arguments, .. PluginOption.Arguments()] };

    private static QemuProcess Start(IEnumerable<string> arguments) => QemuProcess.Start(Options(arguments));

    private static int CountSockets(QemuProcess qemu)
    {
        int sockets = 0;
        foreach (string descriptor in Directory.GetFiles($"/proc/{qemu.Id}/fd"))
        {
            sockets += File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) is true ? 1 : 0;
        }

        return sockets;
    }

    private static void AssertWorks(Func<L2tpv3Netdev, string[]> arguments, L2tpv3Netdev? netdev = null)
    {
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        netdev = (netdev ?? new L2tpv3Netdev()) with { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = Start([.. arguments(netdev), .. guest.Arguments(netdev.Id)]);

        Assert.True(qemu.Netdev(netdev.Id).IsPlugin);
        AssertCarriesFrames(netdev, guest, wire);
        Assert.DoesNotContain("qemu-l2tpv3", qemu.StandardError, StringComparison.Ordinal);
    }

    private static void AssertCarriesFrames(L2tpv3Netdev netdev, FrameSocket guest, WirePeer wire)
    {
        // Larger than the stock backend's buffer.
        byte[] frame = TestFrames.Create(9000);
        guest.Send(frame);
        Assert.Equal(netdev.Datagram(frame), wire.Receive());
        wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort!.Value);
        Assert.Equal(frame, guest.Receive());
    }
}
