// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd;

/// <summary>
/// One netdev over UDP in one QEMU, with the test at both of its ends:
///
///     Guest (frames) -- hub -- netdev -- UDP on loopback -- Wire (datagrams)
/// </summary>
internal sealed class QemuTunnel : IDisposable
{
    private readonly Belongings _belongings = new();

    /// <summary>Starts a QEMU with this netdev; its addresses and ports are filled in here.</summary>
    public QemuTunnel(L2tpv3Netdev? netdev = null, QemuOptions? options = null, string wireAddress = "127.0.0.1")
    {
        options ??= new QemuOptions { Plugin = true };
        Guest = _belongings.Add(new FrameSocket(options.Namespace));
        Wire = options.Namespace is null ? WirePeer.Udp(wireAddress) : options.Namespace.Run(() => WirePeer.Udp(wireAddress));
        Netdev = (netdev ?? new L2tpv3Netdev()) with
        {
            Destination = wireAddress,
            SourcePort = FreePort.Udp(),
            DestinationPort = Wire.Port,
        };
        try
        {
            Qemu = _belongings.Add(QemuProcess.Start(options with { Arguments = ["-netdev", Netdev.ToString(), .. Guest.Arguments(Netdev.Id), .. options.Arguments] }));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The guest's side.</summary>
    public FrameSocket Guest { get; }

    /// <summary>The other end of the wire.</summary>
    public WirePeer Wire { get; private set; }

    /// <summary>The netdev's options.</summary>
    public L2tpv3Netdev Netdev { get; }

    /// <summary>The QEMU.</summary>
    public QemuProcess Qemu { get; }

    /// <summary>Sends a datagram of the test's making from the peer to the netdev.</summary>
    public void SendRaw(ReadOnlySpan<byte> datagram) => Wire.Send(datagram, Netdev.Source, Netdev.SourcePort!.Value);

    /// <summary>Sends a frame from the peer to the netdev, with a header that must be accepted.</summary>
    public void SendFrame(ReadOnlySpan<byte> frame) => SendRaw(Netdev.OtherEnd().Datagram(frame));

    /// <summary>The peer sends frames.</summary>
    public void SendFrame(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            SendFrame(frame);
        }
    }

    /// <summary>Asserts that a frame of the guest leaves in a datagram of its own.</summary>
    public void AssertTransmits(byte[] frame)
    {
        Guest.Send(frame);
        Assert.Equal(Netdev.Datagram(frame), Wire.Receive());
    }

    /// <summary>Asserts that a frame of the peer comes to the guest.</summary>
    public void AssertDelivers(byte[] frame)
    {
        SendFrame(frame);
        Assert.Equal(frame, Guest.Receive());
    }

    /// <summary>Asserts that the peer gets these frames in this order, each in a datagram of its own.</summary>
    public void AssertLeave(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Assert.Equal(Netdev.Datagram(frame), Wire.Receive());
        }
    }

    /// <summary>Asserts that the guest gets these frames in this order.</summary>
    public void AssertArrive(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Assert.Equal(frame, Guest.Receive());
        }
    }

    /// <summary>The netdev's state.</summary>
    public NetdevInfo Info() => Qemu.Netdev(Netdev.Id);

    /// <summary>Waits until the netdev's state is as wanted.</summary>
    public NetdevInfo WaitForInfo(Predicate<NetdevInfo> wanted) => Qemu.WaitForNetdev(Netdev.Id, wanted);

    /// <summary>The peer goes away: its port is closed.</summary>
    public void CloseWire() => Wire.Dispose();

    /// <summary>The peer comes back to its port.</summary>
    public void ReopenWire() => Wire = WirePeer.Udp(Wire.LocalEndPoint.Address.ToString(), Wire.Port);

    public void Dispose()
    {
        Wire.Dispose();
        _belongings.Dispose();
    }
}
