// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using Fuzz.Tests.Model;
using L2tpv3.DataPlane.Counting;
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Targets;

/// <summary>The wire's side of a sequence of calls.</summary>
internal sealed class CallPeer(Choices choices, SessionParameters parameters, Socket socket)
{
    private const int MinimumFrame = 14;
    private const int MaximumFrame = 3000;
    private const int LittleDatagrams = 50;
    private const int LittleBytes = 20_000;

    private readonly FrameChoices _frames = new(choices);
    private readonly TransmitModel _model = new(parameters);
    private readonly byte[] _buffer = new byte[65_536];

    /// <summary>Datagrams that the session has taken and that have not come.</summary>
    public int Waiting => _model.Waiting;

    /// <summary>What waits fits the socket at once.</summary>
    public bool IsLittle => _model.Waiting < LittleDatagrams && _model.WaitingBytes < LittleBytes;

    /// <summary>Frames of the guest that have come whole.</summary>
    public long Arrived => _model.Arrived;

    /// <summary>The session has taken a frame.</summary>
    public void Expect(GuestFrame frame, byte[] bytes, int headerLength, bool isDropped) => _model.Sent(frame, bytes, headerLength, isDropped);

    /// <summary>Both ends get other cookies; what is on its way has the old ones.</summary>
    public void Reconfigure(PlaneSession session)
    {
        SessionParameters changed = _model.Parameters with { TransmitCookie = choices.UInt64(), ReceiveCookie = choices.UInt64() };
        bool isSent = session.Set("txcookie", Text(changed.TransmitCookie, changed.TransmitCookieLength)).Length == 0;
        bool isReceived = session.Set("rxcookie", Text(changed.ReceiveCookie, changed.ReceiveCookieLength)).Length == 0;
        Check.That(isSent == (changed.TransmitCookieLength != 0) && isReceived == (changed.ReceiveCookieLength != 0), "a cookie that cannot be set, or can be");
        _model.Parameters = changed;

        // Whether it takes them or not, nothing else changes. (Not dst and gso: they are about sockets of IP.)
        _ = session.Set(choices.Of("mssfix", "tos", "ttl", "rxcookie2", "statistics", "nothing"), choices.Of("on", "off", "inherit", "0x10", "64", string.Empty));
        _ = session.Get(choices.Of("statistics", "gso", "tos", "dst", "txcookie"), choices.Of(1, 2, 100, 65_536));
    }

    /// <summary>Sends some good frames, unless the socket is full.</summary>
    public void Send(CallGuest guest)
    {
        bool isTraffic = !choices.OneIn(3);
        for (int i = choices.Below(12); i >= 0; i--)
        {
            Send(guest, isTraffic ? _frames.Segment() : _frames.Any());
        }
    }

    /// <summary>Reads all that has come.</summary>
    public void Drain()
    {
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            int length = socket.Receive(_buffer);
            if (length == 0)
            {
                // The session is closed, and everything has been read.
                return;
            }

            _model.Arrive(_buffer.AsSpan(0, length));
        }
    }

    /// <summary>All is done.</summary>
    public void End(Counters counters) => _model.End(counters);

    private static string Text(ulong cookie, int length) => cookie.ToString("x16", CultureInfo.InvariantCulture)[(16 - (2 * length))..];

    private void Send(CallGuest guest, byte[] any)
    {
        byte[] frame = any.Length < MinimumFrame ? new byte[MinimumFrame] : any[..Math.Min(any.Length, MaximumFrame)];
        SessionParameters now = _model.Parameters;
        byte[] ipHeader = now.Carrier == Carrier.RawIpv4 ? [0x45, .. new byte[19]] : [];
        byte[] datagram = [.. ipHeader, .. SlowHeader.FromPeer(now, now.ReceiveCookie, choices.UInt16()), .. frame];
        try
        {
            _ = socket.Send(datagram);
            guest.Expect(frame);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            // Not sent, so not expected.
        }
    }
}
