// SPDX-License-Identifier: GPL-2.0-or-later

namespace Soak;

/// <summary>The peer's QEMU is killed under traffic, at moments that differ, and comes back: ours goes on, without a restart.</summary>
public sealed class PeerCrashTests : IDisposable
{
    private const int Crashes = 5;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly NetworkNamespace _network = new();
    private readonly FrameSocket _ourGuest = new();
    private FrameSocket _peerGuest = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_is_killed_under_traffic_and_comes_back_finds_us_working(bool udp)
    {
        L2tpv3Netdev netdev = udp ? SoakNetdevs.Udp(0) : SoakNetdevs.Raw(0);
        using QemuProcess ours = Start(netdev, _ourGuest);
        for (int crash = 0; crash < Crashes; crash++)
        {
            using (QemuProcess peer = Start(netdev.OtherEnd(), _peerGuest))
            {
                ExchangeFrames(100 + crash);
                for (int i = 0; i < 200; i++)
                {
                    int left = (20 * crash) - i;
                    Send(_ourGuest, i);
                    if (left >= 0)
                    {
                        Send(_peerGuest, i);
                    }

                    if (left == 0)
                    {
                        peer.Signal("KILL");
                    }
                }
            }

            _peerGuest.Dispose();
            _peerGuest = new FrameSocket();
            Assert.False(ours.HasExited);
        }

        using QemuProcess last = Start(netdev.OtherEnd(), _peerGuest);
        ExchangeFrames(99);
        string network = ours.Hmp("info network");
        Assert.DoesNotContain("internal errors", network, StringComparison.Ordinal);
        Assert.Equal(0, ours.Quit());
    }

    public void Dispose()
    {
        _ourGuest.Dispose();
        _peerGuest.Dispose();
        _network.Dispose();
    }

    private static void Send(FrameSocket guest, int seed) => guest.TrySend(TestFrames.Create(60 + (seed * 37 % 1400), seed), s_look);

    /// <summary>A frame of this number comes from each side to the other, behind whatever was under way.</summary>
    private void ExchangeFrames(int number)
    {
        byte[] frame = TestFrames.Create(1000, 1000 + number);
        foreach ((FrameSocket from, FrameSocket to) in new[] { (_ourGuest, _peerGuest), (_peerGuest, _ourGuest) })
        {
            from.Send(frame);
            long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
            while (to.TryReceive(s_look) is not { } received || !received.AsSpan().SequenceEqual(frame))
            {
                Assert.True(Environment.TickCount64 < end, $"frame {number} did not come");
            }
        }
    }

    private QemuProcess Start(L2tpv3Netdev netdev, FrameSocket guest) => QemuProcess.Start(new QemuOptions
    {
        Plugin = true,
        Namespace = _network,
        Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments(netdev.Id)],
    });
}
