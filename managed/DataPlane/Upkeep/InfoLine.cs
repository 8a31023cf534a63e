// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>
/// What `info network` shows of a session, at most 255 bytes:
/// <code>udp 127.0.0.1:1701 -> 127.0.0.1:1702, session tx 1 rx 2, frames tx 12 rx 34, drops 3 (mostly wrong cookie: 2)</code>
/// With a NIC that knows the vnet header, its length and what the guest's driver takes stand in front of `frames`:
/// <code>, vnet 12 csum tso4 tso6 ecn</code>
/// It is refreshed several times a second while there is traffic, hence without allocating.
/// </summary>
internal sealed class InfoLine
{
    /// <summary>The text and a final NUL: the size of QEMU's field.</summary>
    public const int Size = 256;

    /// <summary>In the order of the bits of L2TP_OFFLOAD_*.</summary>
    private static readonly string[] s_offloads = [" csum", " tso4", " tso6", " ecn", " ufo", " uso4", " uso6", " tunnel", " tunnel-csum"];

    private readonly SessionView _view;
    private readonly string _source;
    private readonly string _carrier;
    private readonly string _sessions;
    private SocketAddress _peer;
    private readonly int _collectionsAtOpen = UnexpectedCollections.Unexpected;

    public InfoLine(SessionView view, SocketPlan plan, SessionParameters parameters)
    {
        _view = view;
        _source = plan.Source.ToString();
        _carrier = parameters.Carrier == Carrier.Udp ? "udp" : "ip";
        _sessions = string.Create(CultureInfo.InvariantCulture, $"session tx {parameters.TransmitSessionId} rx {parameters.ReceiveSessionId}");
        _peer = plan.Destination;
    }

    /// <summary>The peer is here from now on.</summary>
    public void SetPeer(SocketAddress peer) => _peer = peer;

    /// <summary>Writes the line as of now.</summary>
    public void WriteTo(ref Utf8Line line)
    {
        Counters counters = _view.Counters;
        Span<char> peer = stackalloc char[SocketAddress.MaximumText];
        line.Append(_carrier);
        line.Append(" ");
        line.Append(_source);
        line.Append(" -> ");
        line.Append(peer[.._peer.Format(peer)]);
        line.Append(", ");
        line.Append(_sessions);
        AppendVnet(ref line);
        line.Append(", frames tx ");
        line.Append(counters.TransmittedFrames);
        line.Append(" rx ");
        line.Append(counters.ReceivedFrames);
        line.Append(", drops ");
        ulong drops = counters.TotalDrops(out DropReason reason);
        line.Append(drops);
        if (drops != 0)
        {
            line.Append(" (mostly ");
            line.Append(DropWords.Of(reason));
            line.Append(": ");
            line.Append(counters.Drops(reason));
            line.Append(")");
        }

        AppendTroubles(ref line, counters);
    }

    private void AppendVnet(ref Utf8Line line)
    {
        VnetState vnet = _view.Vnet;
        if (vnet.HeaderLength == 0)
        {
            return;
        }

        line.Append(", vnet ");
        line.Append((ulong)vnet.HeaderLength);
        for (int bit = 0; bit < s_offloads.Length; bit++)
        {
            if ((vnet.Offloads & (1u << bit)) != 0)
            {
                line.Append(s_offloads[bit]);
            }
        }
    }

    /// <summary>What should not be, named only when it is.</summary>
    private void AppendTroubles(ref Utf8Line line, Counters counters)
    {
        if (!_view.Socket.IsReady)
        {
            line.Append(", no route to the peer");
        }

        AppendCount(ref line, ", socket drops ", counters.SocketDrops);
        AppendCount(ref line, ", lost ", counters.LostFrames);
        AppendCount(ref line, ", reordered ", counters.ReorderedFrames);
        AppendCount(ref line, ", fragmented ", counters.FragmentedFrames);
        AppendIfAny(ref line, ", ", _view.Segmentation.Withdrawn);
        AppendCount(ref line, ", send errors ", counters.SendErrors);
        AppendCurrent(ref line, _view.SendHealth);
        AppendCount(ref line, ", receive errors ", counters.ReceiveErrors);
        AppendCurrent(ref line, _view.ReceiveHealth);
        AppendIfAny(ref line, ", without ", RefusedCallNames.Of((int)_view.Socket.RefusedCalls));
        AppendCount(ref line, ", internal errors ", counters.InternalErrors);

        // Frames allocate nothing, so traffic alone never brings a collection: one is a bug worth seeing.
        AppendCount(ref line, ", garbage collections ", (ulong)Math.Max(UnexpectedCollections.Unexpected - _collectionsAtOpen, 0));
    }

    private static void AppendIfAny(ref Utf8Line line, string label, string text)
    {
        if (text.Length != 0)
        {
            line.Append(label);
            line.Append(text);
        }
    }

    private static void AppendCurrent(ref Utf8Line line, CallHealth health)
    {
        if (health.CurrentText.Length != 0)
        {
            line.Append(" (now: ");
            line.Append(health.CurrentText);
            line.Append(")");
        }
    }

    private static void AppendCount(ref Utf8Line line, string label, ulong count)
    {
        if (count != 0)
        {
            line.Append(label);
            line.Append(count);
        }
    }
}
