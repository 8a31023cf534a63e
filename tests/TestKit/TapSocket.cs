// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace TestKit;

/// <summary>
/// The guest's side of a netdev through a tap device: unlike <see cref="FrameSocket"/> it brings bursts, since QEMU reads up to
/// 50 frames from a tap at once, and it takes whatever comes, since the kernel queues for it.
///
///     test  --[packet socket]-->  tap device  --hub-->  netdev under test  -->  wire
///
/// In a namespace without IPv6, so that nobody but the test sends frames.
/// </summary>
public sealed class TapSocket : IDisposable
{
    private const int MaximumFrame = 70_000;
    private const int MaximumMtu = 65_521;
    private readonly NetworkNamespace _network;
    private readonly string _name;
    private readonly byte[] _buffer = new byte[MaximumFrame];
    private Socket? _socket;

    /// <summary>Names the device; QEMU makes it.</summary>
    public TapSocket(NetworkNamespace network, string name)
    {
        _network = network;
        _name = name;
        network.Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
    }

    /// <summary>The QEMU arguments that put the netdev of this id and the tap on one hub.</summary>
    public string[] Arguments(string netdevId, int hub = 0) =>
    [
        "-netdev", $"hubport,id={netdevId}-hub,hubid={hub},netdev={netdevId}",
        "-netdev", $"tap,id={netdevId}-tap,ifname={_name},script=no,downscript=no",
        "-netdev", $"hubport,id={netdevId}-tap-hub,hubid={hub},netdev={netdevId}-tap",
    ];

    /// <summary>Brings the device up once QEMU has made it.</summary>
    public void Open()
    {
        _network.Ip("link", "set", _name, "mtu", MaximumMtu.ToString(CultureInfo.InvariantCulture), "txqueuelen", "1000", "up");
        _socket = PacketSocket.Open(_network, _name);
    }

    /// <summary>The guest sends a frame.</summary>
    public void Send(ReadOnlySpan<byte> frame) => Socket().Send(frame);

    /// <summary>The next frame that the guest gets.</summary>
    public byte[] Receive() => TryReceive(Timeouts.Arrival) ?? throw new TimeoutException($"no frame came to {_name}");

    /// <summary>The next frame that the guest gets within a time, else null.</summary>
    public byte[]? TryReceive(TimeSpan timeout) =>
        Socket().Poll(timeout, SelectMode.SelectRead) ? _buffer[..Socket().Receive(_buffer)] : null;

    public void Dispose() => _socket?.Dispose();

    private Socket Socket() => _socket ?? throw new InvalidOperationException($"{_name} is not open yet");
}
