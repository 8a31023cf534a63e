// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Observation;

/// <summary>QEMU's log under attack: whoever can reach the port must not be able to fill the disk.</summary>
public sealed class LogTests
{
    private const int Flood = 20_000;
    private const int BetweenLooks = 100;

    [Fact]
    public void A_flood_of_foreign_datagrams_is_one_line_with_the_netdevs_id()
    {
        using QemuTunnel tunnel = new(new L2tpv3Netdev { Cookie = CookieSize.Bits64, ReceiveCookie = 7 });
        L2tpv3Netdev peer = tunnel.Netdev.OtherEnd();
        byte[] frame = TestFrames.Create(60);
        byte[][] foreign =
        [
            (peer with { TransmitCookie = 8 }).Datagram(frame),
            (peer with { TransmitSessionId = 9 }).Datagram(frame),
            [1],
            [0xC8, 3, 0, 0, .. peer.Datagram(frame)[4..]],
        ];
        for (int i = 0; i < Flood; i++)
        {
            tunnel.SendRaw(foreign[i % foreign.Length]);
            if (i % BetweenLooks == 0)
            {
                // The main loop reads the socket before it answers: so the flood does not overrun it.
                _ = tunnel.Info();
            }
        }

        tunnel.SendFrame(frame);
        NetdevInfo info = tunnel.WaitForInfo(info => info.FramesReceived == 1);
        Assert.InRange(info.Drops, Flood / 2, Flood);

        string[] lines = [.. tunnel.Qemu.WaitForLog("dropped")];
        Assert.Contains("l2tpv3 netdev 'n0': datagrams are dropped: ", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Single(tunnel.Qemu.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.Contains("l2tpv3", StringComparison.Ordinal));
    }
}
