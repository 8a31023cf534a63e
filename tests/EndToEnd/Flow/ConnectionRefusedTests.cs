// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>
/// A peer whose port is closed answers with ICMP, and the kernel reports that on the next call on the socket, without doing
/// that call (udp(7)). The frame of that call must not be the price.
/// </summary>
public sealed class ConnectionRefusedTests : IDisposable
{
    private readonly QemuTunnel _tunnel = new();

    [Fact]
    public void A_peer_that_comes_back_loses_no_frame_that_was_sent_after_its_return()
    {
        for (int round = 0; round < 5; round++)
        {
            _tunnel.CloseWire();
            SendToClosedPort();
            _tunnel.ReopenWire();

            for (int number = 0; number < 5; number++)
            {
                _tunnel.AssertTransmits(TestFrames.Create(60, number));
            }
        }
    }

    [Fact]
    public void Receiving_goes_on_after_the_peer_was_away()
    {
        _tunnel.CloseWire();
        SendToClosedPort();
        _tunnel.ReopenWire();

        _tunnel.AssertDelivers(TestFrames.Create(60));
    }

    [Fact]
    public void A_peer_that_is_away_is_logged_once_and_shown()
    {
        _tunnel.CloseWire();
        for (int i = 0; i < 20; i++)
        {
            SendToClosedPort();
        }

        NetdevInfo info = _tunnel.WaitForInfo(info => info.Line.Contains("Connection refused", StringComparison.Ordinal));
        Assert.Contains("send errors", info.Line, StringComparison.Ordinal);
        string warning = Assert.Single(_tunnel.Qemu.WaitForLog("l2tpv3"));
        Assert.Contains("'n0'", warning, StringComparison.Ordinal);
        Assert.Contains("Connection refused", warning, StringComparison.Ordinal);
    }

    public void Dispose() => _tunnel.Dispose();

    /// <summary>Sends a frame and waits until QEMU's event loop has dealt with it: an answer on QMP comes from the same loop.</summary>
    private void SendToClosedPort()
    {
        _tunnel.Guest.Send(TestFrames.Create(60, seed: 99));
        _tunnel.Qemu.Qmp.Execute("query-status");
        _tunnel.Qemu.Qmp.Execute("query-status");
    }
}
