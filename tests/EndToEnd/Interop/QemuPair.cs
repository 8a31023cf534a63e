// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Interop;

/// <summary>Two QEMUs in one namespace with one end each of every tunnel.</summary>
public abstract class QemuPair : IDisposable
{
    /// <summary>Frames in flight: a unix socket takes ten datagrams (net.unix.max_dgram_qlen) before its sender waits.</summary>
    private const int Burst = 8;

    /// <summary>Bytes in flight: a UDP socket takes some 200 KiB (net.core.rmem_default), its overhead included, and then drops.</summary>
    private const int BurstBytes = 60_000;

    private readonly Belongings _belongings = new();
    private readonly QemuWithTunnels _left;
    private readonly QemuWithTunnels _right;

    private protected QemuPair(IReadOnlyCollection<L2tpv3Netdev> tunnels, bool rightHasPlugin, bool leftUsesOption = false)
    {
        QemuOptions left = leftUsesOption ? new QemuOptions { Arguments = PluginOption.Arguments() } : new QemuOptions { Plugin = true };
        NetworkNamespace network = _belongings.Add(new NetworkNamespace());
        try
        {
            TunnelTable.AddAddresses(network, tunnels);
            _left = _belongings.Add(new QemuWithTunnels(left with { Namespace = network }, tunnels));
            _right = _belongings.Add(new QemuWithTunnels(rightHasPlugin, network, tunnels.Select(tunnel => tunnel.OtherEnd())));
        }
        catch
        {
            _belongings.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Both guests of a tunnel: the left one's QEMU has the plugin.</summary>
    internal (FrameSocket Left, FrameSocket Right) Guests(string id) => (_left.Guest(id), _right.Guest(id));

    /// <summary>Sends a frame of each size and compares what arrives, byte for byte and in order.</summary>
    /// <param name="from">The guest that sends.</param>
    /// <param name="to">The guest that receives.</param>
    /// <param name="sizes">The sizes of the frames.</param>
    /// <param name="pads">The receiving backend fills frames to 60 bytes; a hub, like most NICs, wants that. The stock one never does.</param>
    internal static void Transfer(FrameSocket from, FrameSocket to, IEnumerable<int> sizes, bool pads)
    {
        Queue<byte[]> inFlight = new();
        foreach (int size in sizes)
        {
            byte[] frame = TestFrames.Create(size);
            while (inFlight.Count >= Burst || inFlight.Sum(sent => sent.Length) + size > Math.Max(BurstBytes, size))
            {
                AssertReceives(to, inFlight.Dequeue(), pads);
            }

            from.Send(frame);
            inFlight.Enqueue(frame);
        }

        foreach (byte[] frame in inFlight)
        {
            AssertReceives(to, frame, pads);
        }
    }

    private static void AssertReceives(FrameSocket guest, byte[] frame, bool pads)
    {
        byte[] expected = pads ? TestFrames.Padded(frame) : frame;
        byte[] received = guest.Receive();
        Assert.True(received.AsSpan().SequenceEqual(expected), $"frame of {frame.Length} bytes came as {received.Length} other bytes");
    }

    /// <summary>Ends both QEMUs, then takes the namespace away.</summary>
    protected virtual void Dispose(bool disposing) => _belongings.Dispose();
}

/// <summary>The plugin on the left, QEMU's own backend on the right, a tunnel for every header.</summary>
public sealed class PluginAndStock() : QemuPair(TunnelTable.Tunnels().Values, rightHasPlugin: false);

/// <summary>The plugin on both sides, a tunnel for every encapsulation.</summary>
public sealed class PluginAndPlugin()
    : QemuPair([.. Enum.GetValues<Encapsulation>().Select((encapsulation, index) => TunnelTable.Create(index, encapsulation))], rightHasPlugin: true);
