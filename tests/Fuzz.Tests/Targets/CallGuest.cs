// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets.Wire;

namespace Fuzz.Tests.Targets;

/// <summary>The guest's side of a sequence of calls, with its NIC and the host's queue.</summary>
internal sealed class CallGuest
{
    private readonly Choices _choices;
    private readonly FakeHost _host;
    private readonly PlaneSession _session;
    private readonly GuestChoices _frames;
    private readonly List<(byte[] Frame, GuestView View)> _new = [];
    private readonly FrameOrder _order = new() { MayMiss = true };
    private GuestView _view;
    private GuestFrame? _refused;
    private byte[] _refusedBytes = [];
    private int _headerLength;
    private int _lastSegments;
    private long _purged;
    private string? _brokenPromise;
    private CallPeer? _wire;

    public CallGuest(Choices choices, FakeHost host, PlaneSession session)
    {
        _choices = choices;
        _host = host;
        _session = session;
        _frames = new GuestChoices(choices);
        _host.Pads = choices.OneIn(2);
        _host.OnDeliver = Got;
        _host.OnResume = Resumed;
        _view = new GuestView(0, 0, _host.Pads);
        if (choices.OneIn(2))
        {
            SetVnet(12, GuestView.AllOffloads);
        }
    }

    /// <summary>The last frame waits in the host's queue.</summary>
    public bool IsFull { get; private set; }

    /// <summary>A frame was refused, and the session has not told yet that it may be offered again.</summary>
    public bool Waits { get; private set; }

    /// <summary>The peer has sent a good frame.</summary>
    public void Expect(byte[] frame) => _order.Add(frame, _view.Padded(frame));

    /// <summary>The guest sends a frame: the one that was refused, if it has not been thrown away since.</summary>
    public void Transmit(CallPeer wire)
    {
        if (_refused is null || _choices.OneIn(8))
        {
            _refused = Next();
            byte[] header = new byte[_refused.IsRaw ? 0 : _headerLength];
            _refusedBytes = [.. header, .. _refused.Frame];
            if (header.Length != 0)
            {
                _refused.Vnet.Write(_refusedBytes.AsSpan(0, header.Length));
            }
        }

        if (_refused.Vnet.GsoSize != 0)
        {
            // In a turn of its own: what is left of this one might send a part of the frame and refuse the rest.
            _session.RunIfScheduled();
        }

        Offer(_refused, wire);
    }

    /// <summary>The NIC sets the vnet header's length and the offloads; not for a frame that it still has.</summary>
    public void SetVnet()
    {
        if (_refused is not null)
        {
            return;
        }

        SetVnet(_choices.Of(0, 10, 12, 20, 24, 11, -1, int.MaxValue), _choices.OneIn(2) ? GuestView.AllOffloads : _choices.UInt16());
    }

    /// <summary>One of the next frames will fill the guest's ring.</summary>
    public void FillUp() => _host.FullAt.Add(_host.FrameCount + _choices.Between(1, 4));

    /// <summary>The host's queue is empty again, whether it was full or not.</summary>
    public void Delivered()
    {
        bool isPurged = _choices.OneIn(4);
        _purged += IsFull && isPurged ? _lastSegments : 0;
        IsFull = false;
        _session.Delivered(isPurged ? 0 : 100);
    }

    /// <summary>Looks at what has come.</summary>
    public void Look()
    {
        Check.That(_brokenPromise is null, _brokenPromise ?? string.Empty);
        foreach ((byte[] frame, GuestView view) in _new)
        {
            List<byte[]> segments = view.Segments(frame);
            _order.Take(segments);
            _lastSegments = segments.Count;
        }

        _new.Clear();
        _host.Frames.Clear();
    }

    /// <summary>All is done: what has not come was counted.</summary>
    public void End()
    {
        ulong drops = _session.Counters.TotalDrops(out _) - TransmitModel.Drops(_session.Counters);
        Check.Equal((ulong)(_order.Missed + _order.Waiting + _purged), drops);
        Check.Equal(_session.Counters.ReceivedDatagrams, _session.Counters.ReceivedFrames + drops);
    }

    /// <summary>Any frame that goes out at once: the others go in parts, of which some are on the wire while the rest is refused.</summary>
    private GuestFrame Next()
    {
        GuestFrame frame = _frames.Next(_headerLength != 0);
        bool isInParts = frame.Frame.Length / Math.Max((int)frame.Vnet.GsoSize, 1) >= TurnBudget.MaximumMessages / 2;
        return isInParts ? frame with { Vnet = default, IsGood = false } : frame;
    }

    private void SetVnet(int length, uint offloads)
    {
        (bool hasHeader, bool hasLength, bool hasUso) = _session.AskForVnetHeader(length);
        Check.That(hasHeader && hasUso && hasLength == VnetHeader.IsLength(length), "what a NIC asks for");
        _headerLength = hasLength ? length : 0;
        _view = new GuestView(_headerLength, offloads, _host.Pads);
        _session.SetVnet(length, offloads);
    }

    private void Offer(GuestFrame frame, CallPeer wire)
    {
        _wire = wire;
        ulong drops = TransmitModel.Drops(_session.Counters);
        bool wasFree = _session.CanTransmit;
        nint answer = frame.IsRaw ? _session.TransmitRaw(_refusedBytes) : _session.Transmit(_refusedBytes);
        bool isDropped = TransmitModel.Drops(_session.Counters) != drops;
        if (answer == 0)
        {
            // The socket is full, or the guest's share of this turn is spent.
            Waits = true;
            Check.That(!isDropped && (!_session.CanTransmit || _host.IsScheduled), "a frame was refused by a session that takes frames");
            return;
        }

        Check.That(wasFree || isDropped, "a frame was taken by a session that takes none");
        Check.That(answer == Math.Max(_refusedBytes.Length, 1), "the answer is neither 0 nor the length");
        wire.Expect(frame, _refusedBytes, _headerLength, isDropped);
        _refused = null;
    }

    /// <summary>
    /// Called by the session, so it must not throw. QEMU offers what was refused from inside this call; a large frame may need a turn of
    /// its own, see <see cref="Transmit"/>.
    /// </summary>
    private void Resumed()
    {
        Waits = false;
        if (_refused is not { Vnet.GsoSize: 0 } || _wire is null)
        {
            return;
        }

        try
        {
            Offer(_refused, _wire);
        }
        catch (InvalidOperationException exception)
        {
            _brokenPromise ??= exception.Message;
        }
    }

    /// <summary>Called by the session, so it must not throw.</summary>
    private void Got(Span<byte> frame)
    {
        _brokenPromise ??= IsFull ? "a frame was delivered to a guest that is full" : null;
        _new.Add((frame.ToArray(), _view));
        IsFull = _host.FullAt.Contains(_host.FrameCount);
        frame.Fill(0xEE);
    }
}
