// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Model;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Receive;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Targets;

/// <summary>What the guest must get of what was sent, and what the counters must say.</summary>
/// <param name="parameters">The header.</param>
/// <param name="guest">What the guest accepts.</param>
internal sealed class ReceiveModel(SessionParameters parameters, GuestView guest)
{
    private readonly Dictionary<DropReason, ulong> _drops = [];
    private readonly FrameOrder _order = new();
    private readonly FramePool _pool = new();
    private readonly List<int> _purges = [];
    private ulong _datagrams;
    private ulong _accepted;
    private ulong _offered;
    private ulong _purged;

    /// <summary>A message was there to be read.</summary>
    public void Sent(PeerMessage message)
    {
        foreach (byte[] datagram in message.Datagrams())
        {
            _datagrams++;
            DropReason reason = DropReason.Truncated;
            int frameAt = 0;
            if (!message.IsTruncated)
            {
                reason = SlowHeader.Judge(parameters, datagram, out frameAt);
            }

            if (reason == DropReason.None && parameters.ReceiveSequence && SlowHeader.NumberOf(parameters, datagram, frameAt) is null)
            {
                reason = DropReason.NoNumber;
            }

            _drops[reason] = _drops.GetValueOrDefault(reason) + 1;
            if (reason == DropReason.None)
            {
                Accept(datagram[frameAt..]);
            }
        }
    }

    /// <summary>The guest has thrown away the frame of this index among those of the next <see cref="Got"/>.</summary>
    public void Purged(int index) => _purges.Add(index);

    /// <summary>The guest has got these since the last time.</summary>
    public void Got(IReadOnlyList<byte[]> frames)
    {
        List<List<byte[]>> segments = [.. frames.Select(guest.Segments)];
        foreach (List<byte[]> frame in segments)
        {
            _offered += (ulong)frame.Count;
            if (parameters.ReceiveSequence)
            {
                _pool.Take(frame);
            }
            else
            {
                _order.Take(frame);
            }
        }

        // Only a session that waits for missing frames may still have some.
        Check.That(_order.Waiting == 0, "a frame that was accepted was not delivered");
        _purged += (ulong)_purges.Sum(index => segments[index].Count);
        _purges.Clear();
    }

    /// <summary>Between two calls, a state is what the guest and the host see of it; the table is at the head of ReceivePath.cs.</summary>
    public static void CheckState(PlaneSession session, bool isGuestFull)
    {
        ReceiveState state = session.ReceiveState();
        FakeHost host = session.Host;
        bool holds = state switch
        {
            ReceiveState.Idle => host.WatchesRead && !isGuestFull,
            ReceiveState.Draining => host.IsScheduled && !isGuestFull,
            ReceiveState.GuestFull => !host.WatchesRead && isGuestFull,
            ReceiveState.Paused => !host.WatchesRead && !isGuestFull && host.TimerMs >= 0,
            _ => false,
        };
        Check.That(holds, $"{state}, and the guest is full: {isGuestFull}, reads: {host.WatchesRead}, scheduled: {host.IsScheduled}, timer: {host.TimerMs}");

        // In its other states, the window has frames to give.
        bool isWaiting = session.SequenceState() is null or SequenceState.Unnumbered or SequenceState.InOrder;
        Check.That(isWaiting || state is ReceiveState.Draining or ReceiveState.GuestFull, $"{state}, while the window is {session.SequenceState()}");
    }

    /// <summary>Between two calls, when all that was sent has been judged.</summary>
    public void CheckNumbers(PlaneSession session)
    {
        if (parameters.ReceiveSequence && session.ReceiveState() == ReceiveState.Idle)
        {
            Check.That(session.SequenceState() == SequenceState.Unnumbered == (_accepted == 0), $"{_accepted} frames were accepted, and the window is {session.SequenceState()}");
        }
    }

    /// <summary>All is done.</summary>
    public void End(Counters counters)
    {
        Check.Equal(_datagrams, counters.ReceivedDatagrams);
        Check.Equal(0, counters.InternalErrors);
        for (DropReason reason = DropReason.Truncated; reason <= DropReason.Runt; reason++)
        {
            ulong expected = _drops.GetValueOrDefault(reason);
            if (reason is not (DropReason.Late or DropReason.Repeated) && counters.Drops(reason) != expected)
            {
                Check.That(holds: false, $"{counters.Drops(reason)} drops for {reason}, not {expected}");
            }
        }

        ulong refused = counters.Drops(DropReason.Late) + counters.Drops(DropReason.Repeated) + counters.Drops(DropReason.LinkDown);
        Check.Equal(_purged, counters.Drops(DropReason.Purged));
        Check.Equal(_offered, counters.ReceivedFrames + _purged);
        Check.That(_accepted == _offered + refused, $"{_accepted} frames were accepted, {_offered} offered to the guest and {refused} refused: {parameters}");
        Check.Equal(counters.ReceivedDatagrams, counters.ReceivedFrames + counters.TotalDrops(out _));
    }

    private void Accept(byte[] frame)
    {
        _accepted++;
        if (parameters.ReceiveSequence)
        {
            _pool.Add(guest.Padded(frame));
        }
        else
        {
            _order.Add(frame, guest.Padded(frame));
        }
    }
}
