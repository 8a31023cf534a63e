// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Properties;

/// <summary>dst.</summary>
/// <param name="socket">The socket.</param>
/// <param name="plan">What it is for.</param>
/// <param name="parameters">The header.</param>
/// <param name="queue">What waits to be sent.</param>
/// <param name="moved">Called when the user has moved the peer.</param>
internal sealed class PeerProperty(DatagramSocket socket, SocketPlan plan, SessionParameters parameters, TransmitQueue queue, Action<SocketAddress> moved)
{
    private SocketAddress _peer = plan.Destination;

    public string Text => _peer.ToString();

    /// <summary>The peer has moved, by this property or by itself (source-check=roam).</summary>
    public void HasMoved(SocketAddress peer) => _peer = peer;

    public void Set(string value)
    {
        SocketAddress peer = PeerText.Resolve(value, _peer, parameters.Carrier == Carrier.Udp);
        // What was accepted before is for the old peer, as far as the kernel takes it.
        queue.SendWaiting();
        Errno error = socket.Retarget(peer, plan.FilterFor(parameters, peer));
        if (!error.IsNone)
        {
            throw new OptionException($"dst={peer} cannot be a peer of src={plan.Source} ({error}); the peer is still {_peer}", error.Value);
        }

        moved(peer);
    }
}
