// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>
/// Raw IP: every socket of protocol 115 is offered every packet of that protocol, so the kernel is told with a filter what
/// is for whom.
/// </summary>
public sealed class RawIpTests : IDisposable
{
    private const int Flood = 2000;

    private readonly NetworkNamespace _network = new();

    public RawIpTests()
    {
        foreach (string address in new[] { "fd00:115::1", "fd00:115::2", "fd00:115::3" })
        {
            _network.AddLoopbackAddress(address + "/128");
        }
    }

    public static TheoryData<string, string, string> Families => new()
    {
        { "127.115.0.1", "127.115.0.2", "127.115.0.3" },
        { "fd00:115::1", "fd00:115::2", "fd00:115::3" },
    };

    [Fact]
    public void An_IPv4_header_with_options_is_skipped_at_its_real_length()
    {
        // The stock backend takes 20 bytes for granted and looks for the session in the options.
        const byte noOperation = 1;
        L2tpv3Netdev netdev = new() { Source = "127.115.0.1", Destination = "127.115.0.2" };
        using FrameSocket guest = new();
        using WirePeer wire = _network.Run(() => WirePeer.RawIp(netdev.Destination));
        using QemuProcess qemu = Start(netdev, guest);
        byte[] frame = TestFrames.Create(60);

        wire.SetIpOptions([noOperation, noOperation, noOperation, noOperation, noOperation, noOperation, noOperation, noOperation]);
        wire.Send(netdev.OtherEnd().Datagram(frame), netdev.Source);

        Assert.Equal(frame, guest.Receive());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_packet_from_a_foreign_address_never_reaches_the_guest(string source, string destination, string foreign)
    {
        L2tpv3Netdev netdev = new() { Source = source, Destination = destination };
        using FrameSocket guest = new();
        using WirePeer wire = _network.Run(() => WirePeer.RawIp(destination));
        using WirePeer stranger = _network.Run(() => WirePeer.RawIp(foreign));
        using QemuProcess qemu = Start(netdev, guest);
        byte[] own = TestFrames.Create(60, seed: 1);

        stranger.Send(netdev.OtherEnd().Datagram(TestFrames.Create(60, seed: 2)), source);
        wire.Send(netdev.OtherEnd().Datagram(own), source);

        Assert.Equal(own, guest.Receive());
        Assert.Null(guest.TryReceive(Timeouts.Silence));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_foreign_cookie_a_short_header_and_a_runt_are_dropped_and_counted(string source, string destination, string foreign)
    {
        L2tpv3Netdev netdev = new() { Source = source, Destination = destination, Cookie = CookieSize.Bits32, TransmitCookie = 1, ReceiveCookie = 2 };
        L2tpv3Netdev peer = netdev.OtherEnd();
        using FrameSocket guest = new();
        using WirePeer wire = _network.Run(() => WirePeer.RawIp(destination));
        using WirePeer stranger = _network.Run(() => WirePeer.RawIp(foreign));
        using QemuProcess qemu = Start(netdev, guest);
        byte[] frame = TestFrames.Create(60);

        wire.Send((peer with { TransmitCookie = 3 }).Datagram(frame), source);
        wire.Send((peer with { TransmitCookie = 0 }).Datagram(frame), source);
        wire.Send(peer.Datagram(frame).AsSpan(0, 7), source);
        wire.Send(peer.Datagram(frame.AsSpan(0, 13)), source);
        stranger.Send(peer.Datagram(frame), source);
        wire.Send(peer.Datagram(frame), source);

        Assert.Equal(frame, guest.Receive());
        NetdevInfo info = qemu.WaitForNetdev("n0", info => info.FramesReceived == 1);
        Assert.Equal(("wrong cookie", 2L, 4L), (info.MostFrequentDrop, info.MostFrequentDropCount, info.Drops));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Traffic_of_one_tunnel_does_not_wake_another_on_the_same_addresses(string source, string destination, string foreign)
    {
        L2tpv3Netdev busy = new() { Source = source, Destination = destination, ReceiveSessionId = 1 };
        L2tpv3Netdev idle = busy with { ReceiveSessionId = 2 };
        using FrameSocket busyGuest = new();
        using FrameSocket idleGuest = new();
        using WirePeer wire = _network.Run(() => WirePeer.RawIp(destination));
        using WirePeer stranger = _network.Run(() => WirePeer.RawIp(foreign));
        using QemuProcess busyQemu = Start(busy, busyGuest);
        using QemuProcess idleQemu = Start(idle, idleGuest);
        byte[] frame = TestFrames.Create(60);
        long before = ProcessStatus.Read(idleQemu.Id).VoluntaryContextSwitches;

        for (int i = 0; i < Flood; i++)
        {
            wire.Send(busy.OtherEnd().Datagram(frame), source);
            stranger.Send(idle.OtherEnd().Datagram(frame), source);
            Assert.Equal(frame, busyGuest.Receive());
        }

        // An idle QEMU wakes a few times a second for its own timers.
        Assert.InRange(ProcessStatus.Read(idleQemu.Id).VoluntaryContextSwitches - before, 0, Flood / 10);
        Assert.Equal(0, idleQemu.Netdev("n0").Drops);

        // It is awake for its own.
        wire.Send(idle.OtherEnd().Datagram(frame), source);
        Assert.Equal(frame, idleGuest.Receive());
    }

    [Fact]
    public void Source_check_off_lets_foreign_addresses_in_for_that_netdev_alone()
    {
        L2tpv3Netdev open = new() { Id = "open", Source = "127.115.0.1", Destination = "127.115.0.2", ReceiveSessionId = 1 };
        L2tpv3Netdev closed = open with { Id = "closed", ReceiveSessionId = 2 };
        using FrameSocket openGuest = new();
        using FrameSocket closedGuest = new();
        using WirePeer stranger = _network.Run(() => WirePeer.RawIp("127.115.0.3"));
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Settings = "require,open.source-check=off",
            Arguments =
            [
                "-netdev", open.ToString(), .. openGuest.Arguments(open.Id),
                "-netdev", closed.ToString(), .. closedGuest.Arguments(closed.Id, hub: 1),
            ],
        });
        byte[] frame = TestFrames.Create(60);

        stranger.Send(closed.OtherEnd().Datagram(frame), closed.Source);
        stranger.Send(open.OtherEnd().Datagram(frame), open.Source);

        Assert.Equal(frame, openGuest.Receive());
        Assert.Null(closedGuest.TryReceive(Timeouts.Silence));
    }

    public void Dispose() => _network.Dispose();

    private QemuProcess Start(L2tpv3Netdev netdev, FrameSocket guest) => QemuProcess.Start(new QemuOptions
    {
        Plugin = true,
        Namespace = _network,
        Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments(netdev.Id)],
    });
}
