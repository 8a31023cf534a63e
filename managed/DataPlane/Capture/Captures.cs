// SPDX-License-Identifier: GPL-2.0-or-later
//
// The two captures of a session:
//
//     guest <--> [vnet header] frame <--> session <--> [L2TPv3 header] frame <--> socket
//                                ^                          ^
//                              Guest                      Wire, in made-up IP and UDP headers
//
// Guest shows frames as the guest has them: large ones whole, their checksums perhaps not complete. Wire shows what the
// kernel has taken, and what has come, refused datagrams too.

using System;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Capture;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Capture;

/// <summary>Where frames can be watched.</summary>
internal sealed class Captures : IDisposable
{
    private readonly SocketAddress _source;
    private readonly bool _hasIpHeader;
    private readonly OuterHeaders _sent;
    private readonly OuterHeaders _received;

    /// <summary>Both are off.</summary>
    public Captures(GuestPort guest, string name, SocketPlan plan)
    {
        Guest = new CaptureTap(guest, name, LinkType.Ethernet);
        Wire = new CaptureTap(guest, name, LinkType.RawIp);
        _source = plan.Source;
        _sent = Headers(plan.Source, plan.Destination);
        _received = Headers(plan.Destination, plan.Source);
        _hasIpHeader = plan.Carrier == Carrier.RawIpv4;
    }

    /// <summary>The guest's side.</summary>
    public CaptureTap Guest { get; }

    /// <summary>The wire's side.</summary>
    public CaptureTap Wire { get; }

    /// <summary>Starts what the settings ask for; what cannot be had is logged.</summary>
    public void Start(CaptureSettings settings, GuestPort guest, string name)
    {
        Start(Guest, settings.Guest, settings, guest, name);
        Start(Wire, settings.Wire, settings, guest, name);
    }

    /// <summary>The peer is elsewhere now.</summary>
    public void SetPeer(SocketAddress peer)
    {
        _sent.SetEnds(_source.AddressBytes, peer.AddressBytes, _source.Port, peer.Port);
        _received.SetEnds(peer.AddressBytes, _source.AddressBytes, peer.Port, _source.Port);
    }

    /// <summary>Captures a datagram that was sent.</summary>
    public void WriteSent(ReadOnlySpan<byte> datagram) => Wire.Write(_sent, datagram);

    /// <summary>Captures a datagram that has come; a raw IPv4 socket shows its IP header.</summary>
    public void WriteReceived(ReadOnlySpan<byte> datagram)
    {
        if (_hasIpHeader)
        {
            Wire.Write(datagram);
        }
        else
        {
            Wire.Write(_received, datagram);
        }
    }

    /// <summary>Brings both files up to date.</summary>
    public void Flush()
    {
        Guest.Flush();
        Wire.Flush();
    }

    public void Dispose()
    {
        try
        {
            Guest.Dispose();
        }
        finally
        {
            Wire.Dispose();
        }
    }

    private static OuterHeaders Headers(SocketAddress from, SocketAddress to) =>
        new(from.AddressBytes, to.AddressBytes, from.Port, to.Port);

    private static void Start(CaptureTap tap, string path, CaptureSettings settings, GuestPort guest, string name)
    {
        if (path.Length != 0 && !tap.TryStart(path, settings.Limits, out string problem))
        {
            guest.Report(Severity.Warning, $"{name}: cannot capture: {problem}");
        }
    }
}
