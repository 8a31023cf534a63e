// SPDX-License-Identifier: GPL-2.0-or-later
//
// One direction of the line: a thread that takes each frame from one host and gives it to the other, or not. tc netem would do
// the same, but few kernels have it, and it does not tell what it did to which packet.
//
//     host --veth--> packet socket --> faults by a seed --> packet socket --veth--> host
//
// What it has done to the tunnel's packets is counted exactly; ARP and the like pass, unless the line is cut.

namespace Faults.Line;

/// <summary>Carries frames one way, badly if asked to.</summary>
internal sealed class LineDirection : IDisposable
{
    private const int MaximumOvertaking = 8;
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(1);

    private readonly LinePort _from;
    private readonly LinePort _to;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly byte[] _buffer = new byte[70_000];
    private readonly List<(byte[] Frame, int Overtaken)> _waiting = [];
    private LineFaults _faults = LineFaults.None;
    private Random _random = new(1);
    private LineCounts _counts = new();
    private byte[] _lastFrame = [];
    private volatile bool _stop;

    /// <summary>Starts it.</summary>
    public LineDirection(LinePort from, LinePort to)
    {
        _from = from;
        _to = to;
        _thread = new Thread(Carry) { IsBackground = true, Name = "line" };
        _thread.Start();
    }

    /// <summary>What it has done so far.</summary>
    public LineCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts with { Waiting = _waiting.Count };
            }
        }
    }

    /// <summary>What it does.</summary>
    public LineFaults Faults
    {
        get
        {
            lock (_lock)
            {
                return _faults;
            }
        }

        set
        {
            lock (_lock)
            {
                _faults = value;
#pragma warning disable CA5394 // the same faults each time, not secret ones
                _random = new Random(value.Seed);
#pragma warning restore CA5394
            }
        }
    }

    /// <summary>A packet of the tunnel that came last, to forge others after it.</summary>
    public byte[] LastFrame
    {
        get
        {
            lock (_lock)
            {
                return [.. _lastFrame];
            }
        }
    }

    /// <summary>What the test puts on the line goes where the tunnel's packets go; else it is ICMP and the like.</summary>
    public bool InjectsTunnelPackets { get; set; } = true;

    /// <summary>Gives the far end a frame of the test's own.</summary>
    /// <returns>False when its device does not take it.</returns>
    public bool TryInject(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            bool isTaken = _to.TrySend(frame);
            _counts = _counts with { Injected = _counts.Injected + (isTaken && InjectsTunnelPackets ? 1 : 0) };
            return isTaken;
        }
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Carry()
    {
        while (!_stop)
        {
            int length = _from.TryReceive(_buffer, _waiting.Count == 0 ? s_idle : s_patience);
            lock (_lock)
            {
                if (length == 0)
                {
                    Release(all: true);
                }
                else
                {
                    Pass(_buffer.AsSpan(0, length));
                }
            }
        }
    }

    private void Pass(Span<byte> frame)
    {
        if (!TunnelPacket.TryFind(frame, out TunnelPacket packet))
        {
            if (!_faults.IsCut && !IsChatter(frame))
            {
                _ = _to.TrySend(frame);
            }

            return;
        }

        _counts = _counts with { In = _counts.In + 1 };
        _lastFrame = frame.ToArray();
        if (_faults.IsCut || Happens(_faults.Loss))
        {
            _counts = _counts with { Lost = _counts.Lost + 1 };
            return;
        }

        if (_faults.PathMtu != 0 && frame.Length - packet.Ip > _faults.PathMtu)
        {
            _counts = _counts with { TooBig = _counts.TooBig + 1 };
            _ = _from.TrySend(ForgedPacket.TooBig(frame, packet.IsIpv6, _faults.PathMtu));
            return;
        }

        Spoil(frame, packet);
        if (Happens(_faults.Reordering))
        {
            _counts = _counts with { Reordered = _counts.Reordered + 1 };
            _waiting.Add((frame.ToArray(), Next(MaximumOvertaking) + 1));
            return;
        }

        Deliver(frame);
        if (Happens(_faults.Duplication))
        {
            _counts = _counts with { Duplicated = _counts.Duplicated + 1 };
            Deliver(frame);
        }

        Release(all: false);
    }

    /// <summary>IPv6 tells all routers and listeners about itself when it starts; a host that is not up yet would count it as lost.</summary>
    private static bool IsChatter(ReadOnlySpan<byte> frame) => frame.StartsWith((ReadOnlySpan<byte>)[0x33, 0x33, 0, 0, 0]);

    private void Spoil(Span<byte> frame, TunnelPacket packet)
    {
        if (Happens(_faults.WrongCookie))
        {
            // Two of its words change places: another cookie, and the UDP checksum, a sum of words, stays right.
            (frame[packet.Cookie], frame[packet.Cookie + 2]) = (frame[packet.Cookie + 2], frame[packet.Cookie]);
            (frame[packet.Cookie + 1], frame[packet.Cookie + 3]) = (frame[packet.Cookie + 3], frame[packet.Cookie + 1]);
            _counts = _counts with { WrongCookie = _counts.WrongCookie + 1 };
        }

        if (Happens(_faults.Corruption))
        {
            int at = packet.Transport + Next(frame.Length - packet.Transport);
            frame[at] ^= (byte)(1 << Next(8));
            CountCorrupt(packet, at);
        }
    }

    private void CountCorrupt(TunnelPacket packet, int at)
    {
        if (packet.IsUdp)
        {
            // Anywhere: the checksum of UDP has it.
            _counts = _counts with { CorruptUdp = _counts.CorruptUdp + 1 };
        }
        else if (at < packet.Cookie)
        {
            _counts = _counts with { CorruptSession = _counts.CorruptSession + 1 };
        }
        else if (at < packet.Rest)
        {
            _counts = _counts with { CorruptCookie = _counts.CorruptCookie + 1 };
        }
        else
        {
            _counts = _counts with { CorruptRest = _counts.CorruptRest + 1 };
        }
    }

    /// <summary>One packet has overtaken those that wait; or none comes any more.</summary>
    private void Release(bool all)
    {
        for (int i = 0; i < _waiting.Count;)
        {
            (byte[] frame, int overtaken) = _waiting[i];
            if (all || overtaken == 1)
            {
                _waiting.RemoveAt(i);
                Deliver(frame);
            }
            else
            {
                _waiting[i++] = (frame, overtaken - 1);
            }
        }
    }

    private void Deliver(ReadOnlySpan<byte> frame)
    {
        if (!_to.TrySend(frame))
        {
            _counts = _counts with { Undeliverable = _counts.Undeliverable + 1 };
        }
    }

#pragma warning disable CA5394 // see Faults
    private bool Happens(double share) => share > 0 && _random.NextDouble() < share;

    private int Next(int limit) => _random.Next(limit);
#pragma warning restore CA5394
}
