// SPDX-License-Identifier: GPL-2.0-or-later
//
// One session's L2TPv3 header: written in front of each frame, checked and stripped from each datagram.
//
// The parameters never change while the session lives, so everything is computed once: the header to send is a template
// of which only the counter word changes, and the header to expect is a table of offsets. A datagram is measured against
// the whole header before any field of it is read.

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Tunnel;

/// <summary>Writes and checks the header of one session. Not thread-safe: the counter word is state.</summary>
public sealed class Encapsulation
{
    private const int CounterLength = 4;

    private readonly byte[] _template;
    private readonly Carrier _carrier;
    private readonly CounterMode _counterMode;
    private readonly int _sessionOffset;
    private readonly int _cookieOffset;
    private readonly int _counterOffset;
    private readonly int _cookieLength;
    private readonly uint _receiveSession;
    private readonly ulong _receiveCookie;
    private CounterWord _counter;

    /// <summary>Lays out the header for a session.</summary>
    /// <param name="parameters">What both ends agreed on.</param>
    /// <param name="counter">The counter to go on from; a new one for a new session.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cookie length or the offset is not a legal one.</exception>
    public Encapsulation(TunnelParameters parameters, CounterWord counter = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.CookieLength is not (0 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(parameters), "cookie length must be 0, 4 or 8");
        }

        if (parameters.Offset is < 0 or > TunnelParameters.MaximumOffset)
        {
            throw new ArgumentOutOfRangeException(nameof(parameters), "offset must be 0 to 256");
        }

        _carrier = parameters.Carrier;
        _counterMode = parameters.Counter;
        _counter = counter;
        _receiveSession = parameters.ReceiveSession;
        _cookieLength = parameters.CookieLength;
        _receiveCookie = _cookieLength == 4 ? (uint)parameters.ReceiveCookie : parameters.ReceiveCookie;

        _sessionOffset = _carrier == Carrier.Udp ? L2tpDataHeader.FlagsLength : 0;
        _cookieOffset = _sessionOffset + L2tpDataHeader.SessionLength;
        _counterOffset = _cookieOffset + _cookieLength;
        int counterLength = _counterMode == CounterMode.None ? 0 : CounterLength;
        _template = new byte[_counterOffset + counterLength + parameters.Offset];
        FillTemplate(parameters);
    }

    /// <summary>Bytes of the header: what <see cref="Write"/> writes and <see cref="TryOpen"/> strips.</summary>
    public int HeaderLength => _template.Length;

    /// <summary>Writes the header of the next frame.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        WriteTemplate(destination);
        WriteCounter(destination);
    }

    /// <summary>Writes what is the same for each frame; the rest of the header is the counter.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    public void WriteTemplate(Span<byte> destination) => _template.CopyTo(destination);

    /// <summary>Counts one frame, and makes a template its header.</summary>
    /// <param name="destination">What <see cref="WriteTemplate"/> has written, or a copy of it.</param>
    public void WriteCounter(Span<byte> destination)
    {
        if (_counterMode == CounterMode.Counting)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[_counterOffset..], _counter.Next());
        }
    }

    /// <summary>Checks a datagram and finds the frame in it.</summary>
    /// <param name="datagram">What the socket delivered; for <see cref="Carrier.RawIpv4"/> with its IP header.</param>
    /// <param name="frameOffset">Where the Ethernet frame begins; it ends with the datagram.</param>
    /// <returns><see cref="DropReason.None"/>, or why the datagram is refused.</returns>
    public DropReason TryOpen(ReadOnlySpan<byte> datagram, out int frameOffset)
    {
        frameOffset = 0;
        if (_carrier == Carrier.RawIpv4)
        {
            if (!Ipv4Header.TryView(datagram, out Ipv4Header ip))
            {
                return DropReason.BadIpHeader;
            }

            frameOffset = ip.HeaderLength;
        }

        ReadOnlySpan<byte> message = datagram[frameOffset..];
        if (message.Length < _template.Length)
        {
            return DropReason.ShortHeader;
        }

        frameOffset += _template.Length;
        DropReason reason = CheckHeader(message);
        if (reason != DropReason.None)
        {
            return reason;
        }

        return datagram.Length - frameOffset < EthernetFrame.HeaderLength ? DropReason.Runt : DropReason.None;
    }

    private void FillTemplate(TunnelParameters parameters)
    {
        if (_carrier == Carrier.Udp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_template, L2tpDataHeader.DataFlags);
        }

        BinaryPrimitives.WriteUInt32BigEndian(_template.AsSpan(_sessionOffset), parameters.TransmitSession);
        Span<byte> cookie = _template.AsSpan(_cookieOffset);
        if (_cookieLength == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(cookie, (uint)parameters.TransmitCookie);
        }
        else if (_cookieLength == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(cookie, parameters.TransmitCookie);
        }
    }

    private DropReason CheckHeader(ReadOnlySpan<byte> message)
    {
        if (_carrier == Carrier.Udp)
        {
            DropReason reason = L2tpDataHeader.CheckFlags(message);
            if (reason != DropReason.None)
            {
                return reason;
            }
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(message[_sessionOffset..]) != _receiveSession)
        {
            return DropReason.WrongSession;
        }

        return CookieMatches(message[_cookieOffset..]) ? DropReason.None : DropReason.WrongCookie;
    }

    /// <summary>
    /// One comparison of whole machine words: the time does not depend on how many leading bytes are right, so a sender
    /// cannot find a cookie byte by byte (RFC 3931, 8.2).
    /// </summary>
    private bool CookieMatches(ReadOnlySpan<byte> cookie) => _cookieLength switch
    {
        8 => BinaryPrimitives.ReadUInt64BigEndian(cookie) == _receiveCookie,
        4 => BinaryPrimitives.ReadUInt32BigEndian(cookie) == _receiveCookie,
        _ => true,
    };
}
