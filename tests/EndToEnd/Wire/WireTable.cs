// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Wire;

/// <summary>
/// The same command line in two QEMUs, one with the plugin and one without, each in a namespace of its own so that even the
/// addresses and ports are the same; the other end of every tunnel is a socket of the test.
/// </summary>
public sealed class WireTable : IDisposable
{
    private readonly Dictionary<(Encapsulation, CookieSize, NetdevCounter, int), L2tpv3Netdev> _tunnels = TunnelTable.Tunnels();
    private readonly NetworkNamespace[] _networks = [new(), new()];
    private readonly Dictionary<string, WirePeer>[] _peers;
    private readonly QemuWithTunnels[] _qemus;

    /// <summary>Starts both.</summary>
    public WireTable()
    {
        _peers = [.. _networks.Select(Prepare)];
        _qemus = [.. _networks.Select((network, side) => new QemuWithTunnels(plugin: side == 0, network, _tunnels.Values))];
    }

    /// <summary>Sends a frame through a tunnel of both and returns the two datagrams.</summary>
    public (byte[] Plugin, byte[] Stock) Transmit(string id, byte[] frame) => (Transmit(0, id, frame), Transmit(1, id, frame));

    /// <summary>Gives the plugin a datagram from the wire and returns the frame that its guest gets.</summary>
    public byte[] Receive(L2tpv3Netdev tunnel, byte[] datagram)
    {
        _peers[0][tunnel.Id].Send(datagram, tunnel.Source, tunnel.SourcePort ?? 0);
        return _qemus[0].Guest(tunnel.Id).Receive();
    }

    /// <summary>The tunnel of a row.</summary>
    public L2tpv3Netdev Tunnel(Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset) =>
        _tunnels[(encapsulation, cookie, counter, offset)];

    public void Dispose()
    {
        Array.ForEach(_qemus, qemu => qemu.Dispose());
        Array.ForEach(_peers, peers => peers.Values.ToList().ForEach(peer => peer.Dispose()));
        Array.ForEach(_networks, network => network.Dispose());
    }

    private byte[] Transmit(int side, string id, byte[] frame)
    {
        _qemus[side].Guest(id).Send(frame);
        return _peers[side][id].Receive();
    }

    private Dictionary<string, WirePeer> Prepare(NetworkNamespace network)
    {
        TunnelTable.AddAddresses(network, _tunnels.Values);
        return network.Run(() => _tunnels.Values.ToDictionary(tunnel => tunnel.Id, OpenPeer, StringComparer.Ordinal));
    }

    private static WirePeer OpenPeer(L2tpv3Netdev tunnel) =>
        tunnel.IsUdp ? WirePeer.Udp(tunnel.Destination, tunnel.DestinationPort!.Value) : WirePeer.RawIp(tunnel.Destination);
}
