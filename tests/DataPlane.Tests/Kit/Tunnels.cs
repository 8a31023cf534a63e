// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Kit;

/// <summary>Opens a tunnel of each kind.</summary>
internal static class Tunnels
{
    /// <summary>The port of every plane: its address is the test's own.</summary>
    public const int PlanePort = 1701;

    public static TheoryData<string> Kinds => ["udp4", "udp6", "raw4", "raw6"];

    /// <summary>Opens a session and its peer.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="settings">The value of QEMU_L2TPV3.</param>
    /// <param name="change">What is not as usual: a 64-bit cookie and a counter.</param>
    public static Tunnel Open(Lab lab, string kind, string? settings = null, Func<L2tpv3Netdev, L2tpv3Netdev>? change = null)
    {
        Subnet subnet = lab.Subnet(kind.EndsWith('6'));
        bool udp = kind.StartsWith("udp", StringComparison.Ordinal);
        WirePeer peer = OpenPeer(lab, subnet.Peer, udp);
        L2tpv3Netdev netdev = new()
        {
            Source = subnet.Plane,
            Destination = subnet.Peer,
            SourcePort = udp ? PlanePort : null,
            DestinationPort = udp ? peer.Port : null,
            Cookie = CookieSize.Bits64,
            TransmitCookie = 0x0102030405060708,
            ReceiveCookie = 0xF1F2F3F4F5F6F7F8,
            Counter = NetdevCounter.On,
        };
        return Open(lab, change?.Invoke(netdev) ?? netdev, subnet, peer, settings);
    }

    /// <summary>Opens a session for a peer that is there, and takes that over.</summary>
    public static Tunnel Open(Lab lab, L2tpv3Netdev netdev, Subnet subnet, WirePeer peer, string? settings)
    {
        FakeHost host = new();
        try
        {
            return new Tunnel(netdev, subnet, host, PlaneSession.Open(lab, host, netdev, settings), peer);
        }
        catch
        {
            host.Dispose();
            peer.Dispose();
            throw;
        }
    }

    /// <summary>A socket on the wire's side.</summary>
    public static WirePeer OpenPeer(Lab lab, string address, bool udp, int port = 0) =>
        lab.Run(() => udp ? WirePeer.Udp(address, port) : WirePeer.RawIp(address));
}
