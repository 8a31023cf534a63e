// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Tunnel;

namespace L2tpv3.DataPlane.Diagnostics;

/// <summary>
/// What `info network` shows of a session, at most 255 bytes:
/// <code>udp 127.0.0.1:1701 -> 127.0.0.1:1702, session tx 1 rx 2, frames tx 12 rx 34, drops 3 (mostly wrong cookie: 2)</code>
/// It is refreshed several times a second while there is traffic, hence without allocating.
/// </summary>
internal sealed class InfoLine
{
    /// <summary>The text and a final NUL: the size of QEMU's field.</summary>
    public const int Size = 256;

    private readonly SessionParts _parts;
    private readonly string _tunnel;
    private readonly int _collectionsAtOpen = GC.CollectionCount(0);

    public InfoLine(SessionParts parts, SocketPlan plan, TunnelParameters parameters)
    {
        _parts = parts;
        string carrier = parameters.Carrier == Carrier.Udp ? "udp" : "ip";
        _tunnel = string.Create(
            CultureInfo.InvariantCulture,
            $"{carrier} {plan.Source} -> {plan.Destination}, session tx {parameters.TransmitSession} rx {parameters.ReceiveSession}");
    }

    /// <summary>Writes the line as of now.</summary>
    public void WriteTo(ref Utf8Line line)
    {
        Counters counters = _parts.Counters;
        line.Append(_tunnel);
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
            line.Append(DropReasons.InWords(reason));
            line.Append(": ");
            line.Append(counters.Drops(reason));
            line.Append(")");
        }

        AppendTroubles(ref line, counters);
    }

    /// <summary>What should not be, named only when it is.</summary>
    private void AppendTroubles(ref Utf8Line line, Counters counters)
    {
        if (!_parts.Socket.IsReady)
        {
            line.Append(", no route to the peer");
        }

        AppendCount(ref line, ", fragmented ", counters.FragmentedFrames);
        if (_parts.Segmentation.Withdrawn.Length != 0)
        {
            line.Append(", ");
            line.Append(_parts.Segmentation.Withdrawn);
        }

        AppendCount(ref line, ", send errors ", counters.SendErrors);
        if (_parts.SendHealth.CurrentText.Length != 0)
        {
            line.Append(" (now: ");
            line.Append(_parts.SendHealth.CurrentText);
            line.Append(")");
        }

        AppendCount(ref line, ", receive errors ", counters.ReceiveErrors);
        AppendCount(ref line, ", internal errors ", counters.InternalErrors);

        // Frames allocate nothing, so traffic alone never brings a collection: one is a bug worth seeing.
        AppendCount(ref line, ", garbage collections ", (ulong)(GC.CollectionCount(0) - _collectionsAtOpen));
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
