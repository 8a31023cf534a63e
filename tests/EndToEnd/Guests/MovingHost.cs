// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// Two hosts that have the same address, and a peer that reaches one of them at a time, as when a guest moves
/// together with its tunnel's address:
///
///     Before 10.115.0.1 --.
///                          >-- 10.115.0.2 Peer, whose route says which
///     After  10.115.0.1 --'
/// </summary>
internal sealed class MovingHost : IDisposable
{
    /// <summary>The address of the host, before and after.</summary>
    public const string Address = "10.115.0.1";

    /// <summary>The address of the peer.</summary>
    public const string PeerAddress = "10.115.0.2";

    /// <summary>Makes the three; the peer reaches the first host.</summary>
    public MovingHost()
    {
        Peer.AddLoopbackAddress(PeerAddress + "/32");
        Connect(Before, "before");
        Connect(After, "after");
        Route("before");
    }

    /// <summary>The host that the guest leaves.</summary>
    public NetworkNamespace Before { get; } = new();

    /// <summary>The host that the guest goes to.</summary>
    public NetworkNamespace After { get; } = new();

    /// <summary>The other end of the tunnel.</summary>
    public NetworkNamespace Peer { get; } = new();

    /// <summary>From now on the peer reaches the second host.</summary>
    public void Move() => Route("after");

    public void Dispose()
    {
        Before.Dispose();
        After.Dispose();
        Peer.Dispose();
    }

    private void Connect(NetworkNamespace host, string name)
    {
        Peer.Ip("link", "add", name, "type", "veth", "peer", "name", "uplink", "netns", host.Path);
        Peer.Ip("link", "set", name, "up");
        host.Ip("address", "add", Address + "/24", "dev", "uplink");
        host.Ip("link", "set", "uplink", "up");
    }

    private void Route(string name) => Peer.Ip("route", "replace", Address + "/32", "dev", name, "src", PeerAddress);
}
