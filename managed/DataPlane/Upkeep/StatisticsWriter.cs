// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Threading;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>
/// Fills in what the paths do not count: what the session is, once, and how it fares, as often as the line of `info
/// network`. Hence without allocating. No cookie gets here.
/// </summary>
internal sealed unsafe class StatisticsWriter
{
    private readonly SessionView _view;
    private readonly SocketDrops _drops;
    private readonly StatisticsPage* _page;
    private SocketAddress _peer;

    /// <summary>Writes what the session is.</summary>
    public StatisticsWriter(SessionView view, SocketDrops drops, SocketPlan plan, SessionParameters parameters, string id, string settings)
    {
        _view = view;
        _drops = drops;
        _page = view.Counters.Memory.Page;
        _peer = plan.Destination;
        ref SessionDescription session = ref _page->Description;
        PageText.Write(session.Id, id);
        PageText.Write(session.Carrier, parameters.Carrier == Carrier.Udp ? "udp" : "ip");
        PageText.Write(session.Source, plan.Source.ToString());
        PageText.Write(session.Destination, _peer.ToString());
        PageText.Write(session.Settings, settings);
        PageText.Write(session.Counter, CounterName(parameters.Counter));
        PageText.Write(session.Sublayer, SublayerName(parameters.Sublayer));
        session.TransmitSessionId = parameters.TransmitSessionId;
        session.ReceiveSessionId = parameters.ReceiveSessionId;
        session.TransmitCookieLength = parameters.TransmitCookieLength;
        session.ReceiveCookieLength = parameters.ReceiveCookieLength;
        session.HasSecondCookie = parameters.SecondReceiveCookie is null ? 0 : 1;
        session.Offset = parameters.Offset;
        session.TransmitHeaderLength = view.Encapsulation.HeaderLength;
        session.ReceiveHeaderLength = view.Encapsulation.ReceivedHeaderLength;
        session.IsIpv6 = plan.IsIpv6 ? 1 : 0;
        session.SourceCheck = plan.SourceCheck ? 1 : 0;
        _page->State.SocketInode = drops.Inode;
        _page->Header.OpenedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _page->Header.Version = StatisticsPage.CurrentVersion;
        _page->Header.Size = StatisticsPage.FileSize;
        Refresh();
        Volatile.Write(ref _page->Header.Magic, StatisticsPage.Magic);
    }

    /// <summary>The peer is elsewhere now.</summary>
    public void SetPeer(SocketAddress peer) => _peer = peer;

    /// <summary>Other settings hold now; never with a cookie.</summary>
    /// <param name="settings">In words.</param>
    /// <param name="hasSecondCookie">Two cookies are accepted, or one.</param>
    public void SetSettings(string settings, bool hasSecondCookie)
    {
        Begin();
        PageText.Write(_page->Description.Settings, settings);
        _page->Description.HasSecondCookie = hasSecondCookie ? 1 : 0;
        End();
    }

    /// <summary>Writes how it fares.</summary>
    public void Refresh()
    {
        ref LiveState state = ref _page->State;
        Begin();
        _drops.Refresh();
        state.SocketDropsSeen = _drops.Seen;
        state.SocketDropsCount = _view.Socket.IsReady ? 1 : 0;
        // SAFETY: the text is written before this returns.
        Span<char> peer = stackalloc char[SocketAddress.MaximumText];
        PageText.Write(state.Peer, peer[.._peer.Format(peer)]);
        PageText.Write(state.Notice, _view.Socket.Notice);
        PageText.Write(state.SegmentationWithdrawn, _view.Segmentation.Withdrawn);
        PageText.Write(state.SendFailure, _view.SendHealth.CurrentText);
        state.SendErrno = _view.SendHealth.Current.Value;
        PageText.Write(state.ReceiveFailure, _view.ReceiveHealth.CurrentText);
        state.ReceiveErrno = _view.ReceiveHealth.Current.Value;
        state.RefusedCalls = (int)_view.Socket.RefusedCalls;
        state.PathMtu = _view.PathMtu.Bytes;
        state.MaximumFrame = _view.PathMtu.Bytes == 0 ? 0 : _view.PathMtu.MaximumFrame;
        state.HasRoute = _view.Socket.IsReady ? 1 : 0;
        state.VnetHeaderLength = _view.Vnet.HeaderLength;
        state.GuestTakesLargeFrames = _view.Vnet.HeaderLength != 0 && (_view.Vnet.GuestTso4 || _view.Vnet.GuestTso6) ? 1 : 0;
        End();
    }

    /// <summary>From here on a reader waits. Odd in any case: a write that an exception has cut short is gone over by the next.</summary>
    private void Begin()
    {
        Volatile.Write(ref _page->State.Sequence, _page->State.Sequence | 1);
        Thread.MemoryBarrier();
    }

    private void End() => Volatile.Write(ref _page->State.Sequence, _page->State.Sequence + 1);

    private static string SublayerName(Sublayer sublayer) => sublayer switch
    {
        Sublayer.Plain => "plain",
        Sublayer.Numbered => "numbered",
        _ => "none",
    };

    private static string CounterName(CounterMode mode) => mode switch
    {
        CounterMode.Counting => "counting",
        CounterMode.Pinned => "pinned",
        _ => "none",
    };
}
