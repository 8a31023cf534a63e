// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.Versioning;
using System.Text.Json;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Properties;

/// <summary>gso, gro, mssfix, tos, ttl, pcap: each does while the session lives what its setting does at the start.</summary>
[SupportedOSPlatform("linux")]
public sealed class LiveSettingTests(Lab lab)
{
    private const int UdpLevel = 17;
    private const int UdpGro = 104;
    private static readonly int[] s_burst = [500, 500, 500, 500];

    [Theory]
    [InlineData("")]
    [InlineData("gso=off")]
    public void Gso_off_sends_datagram_by_datagram_and_on_sends_runs(string settings)
    {
        using Pair pair = Pair.Open(lab, settings: settings);
        Assert.Equal(settings.Length == 0 ? 1u : 0u, Runs(pair));
        Assert.Empty(pair.Sender.Set("gso", "off"));
        Assert.Equal(0u, Runs(pair));
        Assert.Empty(pair.Sender.Set("gso", "on"));
        Assert.Equal(1u, Runs(pair));
        Assert.Empty(pair.Sender.Set("gso", "uneven"));
        Assert.Equal(0u, Runs(pair));
        Assert.Equal(16, pair.ReceiverHost.FrameCount);
        Assert.Equal("uneven", pair.Sender.Get("gso"));
    }

    [Fact]
    public void Gro_off_takes_datagram_by_datagram_and_on_takes_runs()
    {
        using Pair pair = Pair.Open(lab);
        _ = Runs(pair);
        Assert.Equal(1u, Number(pair.Receiver, "receive", "gro-runs"));
        Assert.Empty(pair.Receiver.Set("gro", "off"));
        _ = Runs(pair);
        Assert.Equal(1u, Number(pair.Receiver, "receive", "gro-runs"));
        Assert.Empty(pair.Receiver.Set("gro", "on"));
        _ = Runs(pair);
        Assert.Equal(2u, Number(pair.Receiver, "receive", "gro-runs"));
    }

    /// <summary>What the kernel has joined it tells the borders of only while UDP_GRO is on.</summary>
    [Fact]
    public void A_run_that_has_come_before_gro_off_is_taken_apart()
    {
        using Pair pair = Pair.Open(lab);
        pair.Send(s_burst);
        Assert.Empty(pair.Receiver.Set("gro", "off"));
        pair.AssertReceived(s_burst);
        Assert.Equal(1u, Number(pair.Receiver, "receive", "gro-runs"));
        _ = Runs(pair);
        Assert.Equal(1u, Number(pair.Receiver, "receive", "gro-runs"));
    }

    /// <summary>The kernel has joined it before gro=off, but its processor has put it into the queue only now.</summary>
    [Fact]
    public void A_run_that_was_on_its_way_at_gro_off_is_taken_apart()
    {
        using Pair pair = Pair.Open(lab);
        Assert.Empty(pair.Receiver.Set("gro", "off"));
        SetUdpGro(pair, 1);
        pair.Send(s_burst);
        SetUdpGro(pair, 0);
        pair.AssertReceived(s_burst);
        Assert.Equal(1u, Number(pair.Receiver, "receive", "gro-runs"));
    }

    /// <summary>Each read has it on and off again while such a run may come; later, none does.</summary>
    [Fact]
    public void Some_time_after_gro_off_reading_leaves_UDP_GRO_alone()
    {
        using Pair pair = Pair.Open(lab);
        Assert.Empty(pair.Receiver.Set("gro", "off"));
        SetUdpGro(pair, 1);
        _ = Runs(pair);
        Assert.Equal(0, GetUdpGro(pair));
        Thread.Sleep(250);
        pair.Receiver.Timer();
        SetUdpGro(pair, 1);
        _ = Runs(pair);
        Assert.Equal(1, GetUdpGro(pair));
    }

    [Theory]
    [InlineData("raw4", "gso", "on", "gso=on is for UDP with checksums (udp(7), UDP_SEGMENT); this netdev has none")]
    [InlineData("raw6", "gro", "on", "gro=on is for UDP (udp(7), UDP_GRO); this netdev has none")]
    [InlineData("udp4", "gso", "maybe", "'gso=maybe' must say on, off or uneven")]
    [InlineData("udp4", "gro", "", "'gro=' must say on or off")]
    [InlineData("udp4", "mssfix", "yes", "'mssfix=yes' must say on or off")]
    [InlineData("udp4", "tos", "256", "'tos=256' must say inherit or a number from 0 to 255 (0x00 to 0xff)")]
    [InlineData("udp4", "ttl", "0", "'ttl=0' must say default or a number from 1 to 255")]
    [InlineData("udp4", "pcap", "", "'pcap=' must say the name of a file or off")]
    [InlineData("udp4", "pcap-wire", "/nowhere/x", "pcap-wire=/nowhere/x: No such file or directory")]
    public void A_value_that_is_none_changes_nothing(string kind, string name, string value, string error)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        string before = tunnel.Session.Get(name)!;
        Assert.Equal(error, tunnel.Session.Set(name, value));
        Assert.Equal(before, tunnel.Session.Get(name));
    }

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void Tos_and_ttl_are_on_the_next_packet(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        using LoopbackCapture capture = new(lab.Network, tunnel.Subnet.Peer);
        (byte Class, byte Ttl) usual = Send(tunnel, capture);
        Assert.Empty(tunnel.Session.Set("tos", "0xb8"));
        Assert.Empty(tunnel.Session.Set("ttl", "7"));
        Assert.Equal((0xB8, 7), Send(tunnel, capture));
        Assert.Equal(("0xb8", "7"), (tunnel.Session.Get("tos"), tunnel.Session.Get("ttl")));

        // Of the frame, whose own is 0x20.
        Assert.Empty(tunnel.Session.Set("tos", "inherit"));
        Assert.Empty(tunnel.Session.Set("ttl", "default"));
        Assert.Equal((0x20, usual.Ttl), Send(tunnel, capture));
        Assert.Empty(tunnel.Session.Set("tos", "0"));
        Assert.Equal(usual, Send(tunnel, capture));
    }

    [Fact]
    public void Mssfix_holds_for_the_next_connection()
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4");
        byte[] request = new TestPacket { Control = TcpControl.Syn, TcpOptions = [2, 4, 0x05, 0xB4] }.ToFrame();
        tunnel.Session.Send(request);
        Assert.NotEqual(tunnel.Netdev.Datagram(request, 1), tunnel.Peer.Receive());
        Assert.Empty(tunnel.Session.Set("mssfix", "off"));
        tunnel.Session.Send(request);
        Assert.Equal(tunnel.Netdev.Datagram(request, 2), tunnel.Peer.Receive());
    }

    [Fact]
    public void A_capture_begins_goes_on_elsewhere_and_ends()
    {
        using TemporaryDirectory directory = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Transmit(TestFrames.Create(60, 1));
        Assert.Empty(tunnel.Session.Set("pcap", directory.File("a")));
        Assert.Equal(directory.File("a"), tunnel.Session.Get("pcap"));
        tunnel.Session.Transmit(TestFrames.Create(60, 2));

        // A file that cannot be had does not end the present capture.
        Assert.NotEmpty(tunnel.Session.Set("pcap", "/nowhere/x"));
        tunnel.Session.Transmit(TestFrames.Create(60, 3));
        Assert.Empty(tunnel.Session.Set("pcap", directory.File("b")));
        tunnel.Session.Transmit(TestFrames.Create(60, 4));
        Assert.Empty(tunnel.Session.Set("pcap", "off"));
        tunnel.Session.Transmit(TestFrames.Create(60, 5));

        Assert.Equal("off", tunnel.Session.Get("pcap"));
        Assert.Equal([TestFrames.Create(60, 2), TestFrames.Create(60, 3)], PcapFile.Read(directory.File("a")));
        Assert.Equal([TestFrames.Create(60, 4)], PcapFile.Read(directory.File("b")));
    }

    [Fact]
    public void A_capture_into_the_same_file_begins_anew()
    {
        using TemporaryDirectory directory = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", $"pcap={directory.File("a")}");
        tunnel.Session.Transmit(TestFrames.Create(60, 1));

        // A program that another test starts has the file, locked, until it is executed.
        Eventually.IsTrue(() => tunnel.Session.Set("pcap", directory.File("a")).Length == 0, "a capture into the same file");
        tunnel.Session.Transmit(TestFrames.Create(60, 2));
        Assert.Empty(tunnel.Session.Set("pcap", "off"));
        Assert.Equal([TestFrames.Create(60, 2)], PcapFile.Read(directory.File("a")));
    }

    /// <summary>Sends a burst.</summary>
    /// <returns>How many runs it was.</returns>
    private static ulong Runs(Pair pair)
    {
        ulong before = Number(pair.Sender, "transmit", "gso-runs");
        int frames = pair.ReceiverHost.FrameCount;
        pair.Send(s_burst);
        pair.Receiver.ReadUntil(frames + 1);
        while (pair.ReceiverHost.FrameCount < frames + s_burst.Length)
        {
            pair.Receiver.RunIfScheduled();
            _ = pair.Receiver.ReadIfReadable(TimeSpan.FromMilliseconds(1));
        }

        return Number(pair.Sender, "transmit", "gso-runs") - before;
    }

    private static ulong Number(PlaneSession session, string direction, string name)
    {
        using JsonDocument statistics = JsonDocument.Parse(session.Get("statistics")!);
        return statistics.RootElement.GetProperty(direction).GetProperty(name).GetUInt64();
    }

    private static (byte Class, byte Ttl) Send(Tunnel tunnel, LoopbackCapture capture)
    {
        tunnel.Session.Send(new TestPacket { Tos = 0x20 }.ToFrame());
        byte[] packet = capture.Receive();
        _ = capture.Receive();
        return packet[0] >> 4 == 4
            ? (packet[1], packet[8])
            : ((byte)(((packet[0] & 0xF) << 4) | (packet[1] >> 4)), packet[7]);
    }

    private static void SetUdpGro(Pair pair, int value) => SystemCalls.SetOption(pair.ReceiverHost.WatchedDescriptor, UdpLevel, UdpGro, value);

    private static int GetUdpGro(Pair pair) => SystemCalls.GetOption(pair.ReceiverHost.WatchedDescriptor, UdpLevel, UdpGro);
}
