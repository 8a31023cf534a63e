// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.Wire;

namespace Fuzz.Tests.Targets;

/// <summary>Two guests with a tunnel between them, opened as QEMU opens it.</summary>
internal sealed class WireCase : IDisposable
{
    private const int Port = 1701;

    /// <summary>What any datagram takes, whatever its header.</summary>
    private const int MaximumFrame = 60_000;

    /// <summary>What the receiver's socket holds without loss, with the kernel's bookkeeping.</summary>
    private const int MaximumBurst = 400_000;

    private readonly Choices _choices;
    private readonly FakeHost _fromHost = new();
    private readonly FakeHost _toHost = new();
    private readonly PlaneSession _from;
    private readonly PlaneSession _to;
    private readonly GuestChoices _frames;
    private readonly GuestView _view;
    private readonly FrameOrder _order = new();
    private readonly int _headerLength;
    private long _sent;

    public WireCase(Choices choices, Lab lab)
    {
        _choices = choices;
        bool ipv6 = choices.OneIn(2);
        int? port = choices.OneIn(3) ? null : Port;
        L2tpv3Netdev netdev = new()
        {
            Source = ipv6 ? "fd00:9::1" : "127.9.9.1",
            Destination = ipv6 ? "fd00:9::2" : "127.9.9.2",
            SourcePort = port,
            DestinationPort = port,
            TransmitSessionId = choices.UInt32(),
            ReceiveSessionId = choices.UInt32(),
            Counter = choices.Of(NetdevCounter.Off, NetdevCounter.Off, NetdevCounter.On, NetdevCounter.Pinned),
            Offset = choices.Of(0, 0, 0, 1, 6, 255),
        };
        string sequence = netdev.Counter != NetdevCounter.Off ? "l2spec=none" : choices.Of("l2spec=none", "l2spec=default", "seq=both", "seq=both,reorder=8");
        string runs = $"gso={choices.Of("on", "on", "off", "uneven")},gro={choices.Of("on", "on", "off")}";
        string common = $"stats=off,mssfix=off,{sequence},{runs}";
        string there = Cookie(choices);
        string back = Cookie(choices);
        _from = PlaneSession.Open(lab, _fromHost, netdev, $"{common},txcookie={there},rxcookie={back}");
        _to = PlaneSession.Open(lab, _toHost, netdev.OtherEnd(), $"{common},txcookie={back},rxcookie={there}");
        _headerLength = choices.Of(0, 10, 12, 12, 24);
        _from.SetVnet(_headerLength, 0);
        int toLength = choices.Of(0, 10, 12, 12, 24);
        uint offloads = choices.OneIn(3) ? choices.UInt16() : GuestView.AllOffloads;
        _to.SetVnet(toLength, offloads);
        _toHost.Pads = choices.OneIn(2);
        _view = new GuestView(toLength, offloads, _toHost.Pads);
        _frames = new GuestChoices(choices);
    }

    /// <summary>One guest sends some frames at once, and the other one gets them.</summary>
    public void Burst()
    {
        int bytes = 0;
        for (int i = _choices.Below(30); i >= 0 && bytes < MaximumBurst; i--)
        {
            bytes += Send();
        }

        _from.RunIfScheduled();
        Check.That(_from.CanTransmit, "a socket that is full");
        Receive();
    }

    /// <summary>Everything must be there.</summary>
    public void End(Tally tally)
    {
        Check.Equal(0, _from.Counters.InternalErrors + _to.Counters.InternalErrors);
        Check.Equal(0, _to.Counters.TotalDrops(out _));
        Check.Equal(0, _from.Counters.Drops(DropReason.SendFailed));
        Check.Equal(_from.Counters.TransmittedFrames, _to.Counters.ReceivedFrames);
        Check.Equal(_from.Counters.TransmittedBytes, _to.Counters.ReceivedBytes);
        Check.Equal((ulong)_sent, _to.Counters.ReceivedFrames);
        ulong dropped = _from.Counters.TotalDrops(out _);
        tally.Frames += _sent + (long)dropped;
        tally.Delivered += (long)_to.Counters.ReceivedFrames;
        tally.Dropped += (long)dropped;
    }

    public void Dispose()
    {
        _from?.Dispose();
        _to?.Dispose();
        _fromHost.Dispose();
        _toHost.Dispose();
    }

    private static string Cookie(Choices choices) => choices.Below(3) switch
    {
        0 => "none",
        1 => choices.UInt32().ToString("x8", CultureInfo.InvariantCulture),
        _ => choices.UInt64().ToString("x16", CultureInfo.InvariantCulture),
    };

    private int Send()
    {
        GuestFrame frame = _frames.Next(mayBeRaw: false);
        if (frame.Frame.Length > MaximumFrame)
        {
            return 0;
        }

        VnetHeader vnet = _headerLength == 0 ? default : frame.Vnet;
        byte[] header = new byte[_headerLength];
        if (_headerLength != 0)
        {
            vnet.Write(header);
        }

        byte[] bytes = [.. header, .. frame.Frame];
        ulong dropped = _from.Counters.TotalDrops(out _);
        nint answer;
        while ((answer = _from.Transmit(bytes)) == 0)
        {
            // The guest's share of this turn is spent; the next turn goes on where this one ended.
            Check.That(_fromHost.IsScheduled, "a frame was refused");
            _from.RunIfScheduled();
        }

        Check.That(answer == Math.Max(bytes.Length, 1), "the answer is neither 0 nor the length");
        if (_from.Counters.TotalDrops(out _) != dropped)
        {
            Check.That(!frame.IsGood, "a good frame was dropped");
            return 0;
        }

        int sum = 0;
        foreach (byte[] expected in TransmitModel.Expected(vnet, frame.Frame))
        {
            _order.Add(expected, _view.Padded(expected));
            _sent++;
            sum += expected.Length;
        }

        return sum;
    }

    private void Receive()
    {
        while (_to.Counters.ReceivedDatagrams < _from.Counters.TransmittedFrames || _toHost.IsScheduled)
        {
            bool isScheduled = _toHost.IsScheduled;
            _to.RunIfScheduled();
            Check.That(isScheduled || _to.ReadIfReadable(Timeouts.Arrival), "a datagram is lost between two sockets");
        }

        foreach (byte[] frame in _toHost.Frames)
        {
            List<byte[]> segments = _view.Segments(frame);
            _order.Take(segments);
        }

        _toHost.Frames.Clear();
        Check.That(_order.Waiting == 0, "a frame that came was not delivered");
    }
}
