// SPDX-License-Identifier: GPL-2.0-or-later
//
// One session's L2TPv3 header: written in front of each frame, checked and stripped from each datagram.
//
// The layout never changes while the session lives, so everything is computed once: the header to send is a template
// of which only the counter or sublayer word changes, and the header to expect is a table of offsets. A datagram is measured against
// the whole header before any field of it is read. Cookies may be exchanged for others of their length (RFC 8159, 5).

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.L2tp;

/// <summary>Writes and checks the header of one session. Not thread-safe: that word is state.</summary>
public sealed class Encapsulation
{
    private const int WordLength = 4;

    private readonly byte[] _template;
    private readonly Carrier _carrier;
    private readonly bool _counts;
    private readonly bool _numbers;
    private readonly int _wordOffset;
    private readonly int _wordToFrame;
    private readonly int _sessionOffset;
    private readonly int _cookieOffset;
    private readonly int _receiveLength;
    private readonly int _receiveCookieLength;
    private readonly uint _receiveSession;
    private readonly int _transmitCookieLength;
    private ulong _receiveCookie;
    private ulong _secondCookie;
    private CounterWord _counter;
    private uint _sequence;

    /// <summary>Lays out the header for a session.</summary>
    /// <param name="parameters">What both ends agreed on.</param>
    /// <param name="counter">The counter to go on from; a new one for a new session.</param>
    /// <exception cref="ArgumentOutOfRangeException">A cookie's length or the offset is not a legal one.</exception>
    public Encapsulation(SessionParameters parameters, CounterWord counter = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Check(parameters);
        _carrier = parameters.Carrier;
        _counts = parameters.Counter == CounterMode.Counting;
        _numbers = parameters.Sublayer == Sublayer.Numbered;
        _counter = counter;
        _receiveSession = parameters.ReceiveSessionId;
        _receiveCookieLength = parameters.ReceiveCookieLength;
        _transmitCookieLength = parameters.TransmitCookieLength;
        SetReceiveCookies(parameters.ReceiveCookie, parameters.SecondReceiveCookie);

        bool hasWord = parameters.Counter != CounterMode.None || parameters.Sublayer != Sublayer.None;
        _sessionOffset = _carrier == Carrier.Udp ? L2tpDataHeader.FlagsLength : 0;
        _cookieOffset = _sessionOffset + L2tpDataHeader.SessionLength;
        _wordOffset = _cookieOffset + parameters.TransmitCookieLength;
        _wordToFrame = (hasWord ? WordLength : 0) + parameters.Offset;
        _receiveLength = _cookieOffset + _receiveCookieLength + _wordToFrame;
        _template = new byte[_wordOffset + _wordToFrame];
        FillTemplate(parameters);
    }

    /// <summary>Bytes of the header that <see cref="Write"/> writes; what is received may have another cookie.</summary>
    public int HeaderLength => _template.Length;

    /// <summary>Bytes of the header that <see cref="TryOpen"/> expects.</summary>
    public int ReceivedHeaderLength => _receiveLength;

    /// <summary>The headers that are written from now on have this cookie.</summary>
    /// <param name="cookie">As long as the one before; the low 32 bits of it when that has 4 bytes.</param>
    public void SetTransmitCookie(ulong cookie)
    {
        Span<byte> field = _template.AsSpan(_cookieOffset);
        if (_transmitCookieLength == sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32BigEndian(field, (uint)cookie);
        }
        else if (_transmitCookieLength == sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64BigEndian(field, cookie);
        }
    }

    /// <summary>These cookies are accepted from now on.</summary>
    /// <param name="cookie">As long as the one before.</param>
    /// <param name="second">Another one, or null.</param>
    public void SetReceiveCookies(ulong cookie, ulong? second)
    {
        _receiveCookie = Cut(cookie);
        _secondCookie = Cut(second ?? cookie);
    }

    /// <summary>Writes the header of the next frame.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        WriteTemplate(destination);
        WriteCounter(destination);
    }

    /// <summary>Writes what is the same for each frame; the rest of the header is the counter or the sequence number.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    public void WriteTemplate(Span<byte> destination) => _template.CopyTo(destination);

    /// <summary>Counts one frame, and makes a template its header.</summary>
    /// <param name="destination">What <see cref="WriteTemplate"/> has written, or a copy of it.</param>
    public void WriteCounter(Span<byte> destination)
    {
        if (_counts)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[_wordOffset..], _counter.Next());
        }
        else if (_numbers)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[_wordOffset..], SublayerWord.SequenceBit | _sequence);
            _sequence = (_sequence + 1) & SublayerWord.NumberMask;
        }
    }

    /// <summary>The sequence number of a datagram that <see cref="TryOpen"/> has found good; the session has a sublayer.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="frameOffset">Where its frame begins.</param>
    /// <param name="number">Its number.</param>
    /// <returns>False when it has none.</returns>
    public bool TryReadNumber(ReadOnlySpan<byte> datagram, int frameOffset, out uint number) =>
        SublayerWord.TryGetNumber(BinaryPrimitives.ReadUInt32BigEndian(datagram[(frameOffset - _wordToFrame)..]), out number);

    /// <summary>Checks a datagram and finds the frame in it.</summary>
    /// <param name="datagram">What the socket delivered; for <see cref="Carrier.RawIpv4"/> with its IP header.</param>
    /// <param name="frameOffset">Where the Ethernet frame begins; it ends with the datagram.</param>
    /// <returns><see cref="DropReason.None"/>, or why the datagram is dropped.</returns>
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
        if (message.Length < _receiveLength)
        {
            return DropReason.ShortHeader;
        }

        frameOffset += _receiveLength;
        DropReason reason = CheckHeader(message);
        if (reason != DropReason.None)
        {
            return reason;
        }

        return datagram.Length - frameOffset < EthernetFrame.HeaderLength ? DropReason.Runt : DropReason.None;
    }

    /// <summary>What a dropped datagram has that it should not. Not a cookie: it may be one that opens another session.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="reason">What <see cref="TryOpen"/> said of it.</param>
    /// <returns>Its session ID, the flags and version of its header, or else its length.</returns>
    public ulong OffendingValue(ReadOnlySpan<byte> datagram, DropReason reason)
    {
        ReadOnlySpan<byte> message = _carrier == Carrier.RawIpv4 && Ipv4Header.TryView(datagram, out Ipv4Header ip) ? datagram[ip.HeaderLength..] : datagram;
        return reason switch
        {
            DropReason.WrongSession => BinaryPrimitives.ReadUInt32BigEndian(message[_sessionOffset..]),
            DropReason.WrongVersion or DropReason.ControlMessage => BinaryPrimitives.ReadUInt16BigEndian(message),
            _ => (ulong)datagram.Length,
        };
    }

    private void FillTemplate(SessionParameters parameters)
    {
        if (_carrier == Carrier.Udp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_template, L2tpDataHeader.DataFlags);
        }

        BinaryPrimitives.WriteUInt32BigEndian(_template.AsSpan(_sessionOffset), parameters.TransmitSessionId);
        SetTransmitCookie(parameters.TransmitCookie);
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
    private bool CookieMatches(ReadOnlySpan<byte> cookie)
    {
        if (_receiveCookieLength == 0)
        {
            return true;
        }

        ulong received = _receiveCookieLength == sizeof(ulong)
            ? BinaryPrimitives.ReadUInt64BigEndian(cookie)
            : BinaryPrimitives.ReadUInt32BigEndian(cookie);
        return (received == _receiveCookie) | (received == _secondCookie);
    }

    private ulong Cut(ulong cookie) => _receiveCookieLength == sizeof(uint) ? (uint)cookie : cookie;

    private static void Check(SessionParameters parameters)
    {
        if (parameters.TransmitCookieLength is not (0 or 4 or 8) || parameters.ReceiveCookieLength is not (0 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(parameters), "cookie length must be 0, 4 or 8");
        }

        if (parameters.Offset is < 0 or > SessionParameters.MaximumOffset)
        {
            throw new ArgumentOutOfRangeException(nameof(parameters), "offset must be 0 to 256");
        }

        if (parameters.Sublayer != Sublayer.None && parameters.Counter != CounterMode.None)
        {
            throw new ArgumentOutOfRangeException(nameof(parameters), "a counter word and a sublayer take the same place");
        }
    }
}
