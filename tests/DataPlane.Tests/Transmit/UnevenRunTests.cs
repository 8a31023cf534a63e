// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;

namespace DataPlane.Tests.Transmit;

/// <summary>gso=uneven: kernels 7.0 to 7.1.4 mangle runs whose datagrams are all equal.</summary>
public sealed class UnevenRunTests
{
    [Fact]
    public void Equal_runs_are_split_and_runs_with_a_shorter_end_stay()
    {
        using TransmitBatch batch = new(address: null, UdpSegmentation.For(ipv6: false, unevenOnly: true));
        Add(batch, 100, 100, 100);
        Add(batch, 200, 200, 150);
        Add(batch, 300, 300);
        Assert.Equal([(3, 300), (3, 550), (2, 600)], Messages(batch));

        batch.SplitEqualRuns();

        Assert.Equal([(1, 100), (1, 100), (1, 100), (3, 550), (1, 300), (1, 300)], Messages(batch));
        Assert.Equal([false, false, false, true, false, false], Controls(batch));
    }

    [Theory]
    [InlineData("gso=uneven")]
    [InlineData("gso=on")]
    public void Every_datagram_arrives_in_order(string settings)
    {
        using Lab lab = new();
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings: settings);
        int[] sizes = [.. Enumerable.Repeat(60, 20), .. Enumerable.Repeat(1000, 10), 500, .. Enumerable.Repeat(70, 5)];
        tunnel.Session.Send(TestFrames.OfSizes(sizes));

        tunnel.AssertSent(TestFrames.OfSizes(sizes));
    }

    private static void Add(TransmitBatch batch, params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
        {
            batch.Add(length, default).Clear();
        }
    }

    private static List<(int Datagrams, int Bytes)> Messages(TransmitBatch batch) =>
        [.. Enumerable.Range(0, batch.Waiting).Select(batch.Size)];

    private static unsafe bool[] Controls(TransmitBatch batch)
    {
        bool[] controls = new bool[batch.Waiting];
        for (int i = 0; i < controls.Length; i++)
        {
            controls[i] = batch.Messages[i].msg_hdr.msg_controllen != 0;
        }

        return controls;
    }
}
