// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Wire;

/// <summary>What QEMU_L2TPV3 adds to the header and to the packets, through a real QEMU; DataPlane.Tests have the details.</summary>
public sealed class SettingsTests
{
    private static readonly byte[] s_version = [0, 3, 0, 0];

    /// <summary>Settings, what follows the session id in the first datagram that is sent, and in one that is accepted.</summary>
    public static TheoryData<string, byte[], byte[]> Headers => new()
    {
        { "l2spec=default", [0, 0, 0, 0], [0, 0, 0, 0] },
        { "seq=send", [0x40, 0, 0, 0], [0, 0, 0, 0] },
        { "n0.seq=both,n0.reorder=16", [0x40, 0, 0, 0], [0x40, 1, 2, 3] },
        { "txcookie=014d3636deadbeef", [0x01, 0x4d, 0x36, 0x36, 0xde, 0xad, 0xbe, 0xef], [] },
        { "txcookie=014d3636,rxcookie=0x0102030405060708", [0x01, 0x4d, 0x36, 0x36], [1, 2, 3, 4, 5, 6, 7, 8] },
        { "rxcookie=01020304,rxcookie2=05060708", [], [5, 6, 7, 8] },
        { "rxcookie=01020304,rxcookie2=05060708,l2spec=default", [0, 0, 0, 0], [1, 2, 3, 4, 0, 0, 0, 0] },
        { "tos=inherit,ttl=9,df=inherit,udp-csum=off", [], [] },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void Frames_have_the_header_that_the_settings_ask_for(string settings, byte[] sent, byte[] accepted)
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { TransmitSessionId = 0x01020304, ReceiveSessionId = 0x05060708 }, With(settings));
        byte[] frame = TestFrames.Create(60);

        tunnel.Guest.Send(frame);
        Assert.Equal([.. s_version, 1, 2, 3, 4, .. sent, .. frame], tunnel.Wire.Receive());

        tunnel.SendRaw([.. s_version, 5, 6, 7, 8, .. accepted, .. frame]);
        Assert.Equal(frame, tunnel.Guest.Receive());
    }

    [Fact]
    public void Frames_in_the_wrong_order_reach_the_guest_in_the_right_one()
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { ReceiveSessionId = 0x05060708 }, With("seq=recv,reorder=8"));
        foreach (byte number in (byte[])[0, 3, 2, 1, 5])
        {
            tunnel.SendRaw([.. s_version, 5, 6, 7, 8, 0x40, 0, 0, number, .. TestFrames.Create(60, number)]);
        }

        // Number 4 never comes: the timer gives it up.
        foreach (byte number in (byte[])[0, 1, 2, 3, 5])
        {
            Assert.Equal(TestFrames.Create(60, number), tunnel.Guest.Receive());
        }

        Assert.Contains(", lost 1, reordered 2", tunnel.WaitForInfo(info => info.FramesReceived == 5).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_roams_is_followed()
    {
        L2tpv3Netdev netdev = new() { Cookie = CookieSize.Bits64, TransmitCookie = 1, ReceiveCookie = 2 };
        using QemuTunnel tunnel = new(netdev, With("source-check=roam"));
        using WirePeer elsewhere = WirePeer.Udp("127.0.0.2");
        byte[] frame = TestFrames.Create(60);

        elsewhere.Send(tunnel.Netdev.OtherEnd().Datagram(frame), tunnel.Netdev.Source, tunnel.Netdev.SourcePort!.Value);
        Assert.Equal(frame, tunnel.Guest.Receive());

        tunnel.Guest.Send(frame);
        Assert.Equal(tunnel.Netdev.Datagram(frame), elsewhere.Receive());
        Assert.Null(tunnel.Wire.TryReceive(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("source-check=roam", "source-check=roam needs a receive cookie of 64 bits")]
    [InlineData("seq=both,l2spec=none", "seq= needs the sublayer that l2spec=none leaves out")]
    [InlineData("reorder=4", "reorder= needs the numbers of received frames")]
    [InlineData("rxcookie=123", "'rxcookie=...' must say 8 or 16 hexadecimal digits")]
    [InlineData("bind-device=none0", "bind-device=none0 cannot be used (No such device)")]
    public void What_cannot_be_is_an_error_before_there_is_a_netdev(string settings, string message)
    {
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = FreePort.Udp() };
        ProcessResult result = QemuProcess.RunToExit(With(settings) with { Arguments = ["-netdev", netdev.ToString()] });
        Assert.Equal(1, result.ExitStatus);
        Assert.Contains(message, result.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequence_numbers_and_a_counter_exclude_each_other()
    {
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = FreePort.Udp(), Counter = NetdevCounter.On };
        ProcessResult result = QemuProcess.RunToExit(With("seq=send") with { Arguments = ["-netdev", netdev.ToString()] });
        Assert.Equal(1, result.ExitStatus);
        Assert.Contains("seq= and the netdev's counter= or pincounter= take the same place in the header", result.StandardError, StringComparison.Ordinal);
    }

    private static QemuOptions With(string settings) => new()
    {
        Plugin = true,
        Settings = settings,
    };
}
