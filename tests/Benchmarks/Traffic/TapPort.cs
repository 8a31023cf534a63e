// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace Benchmarks.Traffic;

/// <summary>
/// A persistent tap in the bench's namespace. Frames go in by an AF_PACKET socket, straight into the tap's ring
/// (PACKET_QDISC_BYPASS): when QEMU has not emptied the ring the send fails, which paces the sender without a loss.
/// The ring holds txqueuelen frames; 1000 is 20 of the bursts of 50 frames that QEMU's tap reads before it
/// returns to its main loop, so QEMU never finds it empty while the sender does something else.
/// </summary>
internal sealed class TapPort : Port
{
    private const int RingSize = 1000;
    private const int BatchSize = 64;
    private const int LargestFrame = 65536;

    private readonly string _name;
    private readonly Socket _sender;
    private readonly Socket _listener;

    public TapPort(string name)
    {
        _name = name;
        ProcessRunner.Check("ip", "tuntap", "add", "dev", name, "mode", "tap");
        // No router solicitations or neighbour discovery among the counted frames.
        File.WriteAllText($"/proc/sys/net/ipv6/conf/{name}/disable_ipv6", "1");
        ProcessRunner.Check("ip", "link", "set", "dev", name, "txqueuelen", RingSize.ToString(CultureInfo.InvariantCulture), "up");
        _sender = PacketSocket.Open(name, receives: false);
        PacketSocket.BypassQueue(_sender);
        _listener = PacketSocket.Open(name);
    }

    public override string Netdev => $"tap,ifname={_name},script=no,downscript=no";

    public override IFrameSource OpenSource(ReadOnlySpan<byte> frame) => new MessageSource(_sender, frame, BatchSize, framesPerMessage: 1);

    public override IFrameSource OpenSingleSource(ReadOnlySpan<byte> frame) => new MessageSource(_sender, frame, messages: 1, framesPerMessage: 1);

    public override IFrameSink OpenSink(int frameSize) => new TapSink(_name);

    public override void Send(ReadOnlySpan<byte> frame)
    {
        using IFrameSource source = OpenSingleSource(frame);
        _ = source.Send();
    }

    public override byte[]? Receive(TimeSpan timeout)
    {
        if (!_listener.Poll(timeout, SelectMode.SelectRead))
        {
            return null;
        }

        byte[] buffer = new byte[LargestFrame];
        return buffer[.._listener.Receive(buffer)];
    }

    /// <summary>A packet socket that listens costs QEMU a copy of each frame.</summary>
    public override void StopListening() => _listener.Dispose();

    protected override void Dispose(bool disposing)
    {
        _sender.Dispose();
        _listener.Dispose();
        ProcessRunner.Check("ip", "link", "delete", "dev", _name);
    }
}
