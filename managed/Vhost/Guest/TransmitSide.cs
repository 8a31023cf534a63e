// SPDX-License-Identifier: GPL-2.0-or-later
//
// Guest to wire: takes the chains of the transmit queue and offers each to the session as a frame. The session copies it, so a chain is used as soon
// as it is accepted. The guest sees it used when the session has sent what it had. So what is lost when the program is killed, the guest still has, but
// for what the kernel had no room for.
//
// That is after each portion, not after each turn. A ring is short, 256 entries unless somebody asks for more, and the guest is to fill one part of it
// while the other is sent: else each waits for the other, asleep.
//
//     state      what it waits for                                   next
//     asleep     a kick                                              awake
//     awake      nothing: the next turn takes what there is          it found nothing: asks for a kick; asleep, unless some came meanwhile
//                                                                    the session refused a frame: refused
//     refused    the session's word (resume_guest)                   awake
//
// A turn that has found something is followed by another look without a kick. So a guest that goes on sending is not asked to kick at all.

using System;
using System.Diagnostics.CodeAnalysis;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Vhost.Rings;

namespace L2tpv3.Vhost.Guest;

/// <summary>The transmit queue's work.</summary>
internal sealed unsafe class TransmitSide : IDisposable
{
    /// <summary>Half of a usual ring; two full runs of UDP_SEGMENT, for a call that sends a single one costs nearly as much.</summary>
    private const int Portion = 128;

    private readonly Virtqueue _queue;
    private readonly Chain _chain = new();
    private bool _isAwake;
    private bool _isRefused;

    public TransmitSide(Virtqueue queue)
    {
        _queue = queue;
    }

    /// <summary>Bytes of the header in front of each frame.</summary>
    public int HeaderLength { get; set; }

    /// <summary>There is something to do without waiting.</summary>
    public bool IsAwake => _isAwake && !_isRefused && _queue.IsTaken;

    /// <summary>There may be chains to take.</summary>
    public void Wake() => _isAwake = true;

    /// <summary>The session takes frames again.</summary>
    public void Resume()
    {
        _isRefused = false;
        _isAwake = true;
    }

    /// <summary>Takes a portion of what there is, as far as the session takes it.</summary>
    /// <returns>There may be more: the portion is full.</returns>
    public bool Run(Session session)
    {
        SplitQueue ring = _queue.Ring;
        ring.StopKicks();
        int taken = 0;
        while (taken < Portion && !_isRefused)
        {
            _chain.Clear();
            if (!ring.TryTake(_chain, out ushort head))
            {
                break;
            }

            if (_queue.IsEnabled && !(session.CanTransmit && TryTransmit(session)))
            {
                ring.GiveBack(new ReadOnlySpan<ushort>(in head));
                _isRefused = true;
                break;
            }

            ring.Use(head, 0);
            taken++;
        }

        if (taken == 0 && !_isRefused && ring.IsUsable)
        {
            _isAwake = ring.AskForKick();
        }

        _queue.TellFault();
        return taken == Portion;
    }

    public void Dispose() => _chain.Dispose();

    /// <summary>Offers the chain to the session as a frame.</summary>
    /// <returns>False when it is to be offered again.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A frame that throws once would throw for ever; the others go on.")]
    private bool TryTransmit(Session session)
    {
        try
        {
            GuestFrame frame = new(_chain.Pieces, _chain.Count);

            // With offload=off the session knows no header. The guest has left nothing to do in it, and it is passed over.
            return session.Vnet.HeaderLength != 0 || frame.Length < HeaderLength
                ? session.TryTransmit(frame)
                : session.TryTransmitRaw(frame.Slice(HeaderLength));
        }
        catch (Exception exception)
        {
            session.Failed(exception);
            return true;
        }
    }
}
