// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace TestKit;

/// <summary>
/// The guest's side of a netdev, for tests without a guest. QEMU's hub joins the netdev to a `dgram` netdev, whose frames
/// are datagrams on a pair of unix sockets: byte for byte, no privilege needed.
///
///     test  --[unix datagram: one frame]-->  dgram netdev  --hub-->  netdev under test  -->  wire
///
/// Both ways have backpressure: unix(7) datagrams are reliable and in order, and QEMU keeps what the socket does not take.
/// </summary>
public sealed class FrameSocket : IDisposable
{
    private const int MaximumFrame = 70_000;
    private readonly TemporaryDirectory _directory = new();
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[MaximumFrame];
    private readonly UnixDomainSocketEndPoint _qemu;
    private readonly string _qemuPath;
    private readonly string _testPath;

    /// <summary>Opens the test's socket; QEMU may be started after that.</summary>
    /// <param name="network">
    /// Whose net.unix.max_dgram_qlen decides how many frames wait for the test (10 in the test's own namespace). The sockets
    /// themselves are files and belong to no namespace.
    /// </param>
    public FrameSocket(NetworkNamespace? network = null)
    {
        _socket = network is null ? Open() : network.Run(Open);
        _qemuPath = _directory.File("a");
        _testPath = _directory.File("b");
        _qemu = new UnixDomainSocketEndPoint(_qemuPath);
        _socket.Bind(new UnixDomainSocketEndPoint(_testPath));
        _socket.SendTimeout = (int)Timeouts.Arrival.TotalMilliseconds;
    }

    /// <summary>Lets a QEMU of another user use it.</summary>
    public void OpenToAll()
    {
        _directory.OpenToAll();
        TemporaryDirectory.OpenToAll(_testPath);
    }

    /// <summary>The QEMU arguments that put the netdev of this id and this socket on one hub.</summary>
    public string[] Arguments(string netdevId, int hub = 0) =>
    [
        "-netdev", $"hubport,id={netdevId}-hub,hubid={hub},netdev={netdevId}",
        "-netdev", $"dgram,id={netdevId}-guest,local.type=unix,local.path={_qemuPath},remote.type=unix,remote.path={_testPath}",
        "-netdev", $"hubport,id={netdevId}-guest-hub,hubid={hub},netdev={netdevId}-guest",
    ];

    /// <summary>The same for a netdev that was added to a running QEMU.</summary>
    public void Attach(QemuProcess qemu, string netdevId, int hub = 0)
    {
        qemu.Qmp.Execute("netdev_add", new { type = "hubport", id = $"{netdevId}-hub", hubid = hub, netdev = netdevId });
        qemu.Qmp.Execute("netdev_add", new
        {
            type = "dgram",
            id = $"{netdevId}-guest",
            local = new { type = "unix", path = _qemuPath },
            remote = new { type = "unix", path = _testPath },
        });
        qemu.Qmp.Execute("netdev_add", new { type = "hubport", id = $"{netdevId}-guest-hub", hubid = hub, netdev = $"{netdevId}-guest" });
    }

    /// <summary>Takes all that away again, but not the netdev itself.</summary>
    public static void Detach(QemuProcess qemu, string netdevId)
    {
        foreach (string suffix in new[] { "hub", "guest-hub", "guest" })
        {
            qemu.Qmp.Execute("netdev_del", new { id = $"{netdevId}-{suffix}" });
        }
    }

    /// <summary>The guest sends a frame.</summary>
    public void Send(ReadOnlySpan<byte> frame) => _socket.SendTo(frame, SocketFlags.None, _qemu);

    /// <summary>The guest sends frames.</summary>
    public void Send(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Send(frame);
        }
    }

    /// <summary>The guest sends a frame, unless QEMU takes none for that long.</summary>
    public bool TrySend(ReadOnlySpan<byte> frame, TimeSpan timeout)
    {
        _socket.SendTimeout = (int)timeout.TotalMilliseconds;
        try
        {
            Send(frame);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
        finally
        {
            _socket.SendTimeout = (int)Timeouts.Arrival.TotalMilliseconds;
        }
    }

    /// <summary>The next frame that the guest gets.</summary>
    public byte[] Receive() =>
        TryReceive(Timeouts.Arrival) ?? throw new TimeoutException("no frame came to the guest");

    /// <summary>The next frame that the guest gets within a time, else null.</summary>
    public byte[]? TryReceive(TimeSpan timeout) =>
        _socket.Poll(timeout, SelectMode.SelectRead) ? _buffer[.._socket.Receive(_buffer)] : null;

    public void Dispose()
    {
        _socket.Dispose();
        _directory.Dispose();
    }

    private static Socket Open() => new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
}
