// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;
using L2tpv3.Packets.L2tp;

namespace Packets.Tests.L2tp;

/// <summary>
/// One session whose numbers are all different, every shape its header can have, and that header put together from
/// hexadecimal text: an oracle that shares nothing with the code under test.
/// </summary>
internal static class TestSession
{
    public const uint TransmitSessionId = 0xA1B2C3D4;
    public const uint ReceiveSessionId = 0x01020304;
    public const ulong TransmitCookie = 0x1122334455667788;
    public const ulong ReceiveCookie = 0x99AABBCCDDEEFF01;

    /// <summary>carrier, cookie length, counter mode, offset: all 108 of them.</summary>
    public static TheoryData<Carrier, int, CounterMode, int> Shapes()
    {
        TheoryData<Carrier, int, CounterMode, int> shapes = [];
        foreach (Carrier carrier in Enum.GetValues<Carrier>())
        {
            foreach (int cookieLength in (int[])[0, 4, 8])
            {
                foreach (CounterMode counter in Enum.GetValues<CounterMode>())
                {
                    foreach (int offset in (int[])[0, 1, 6, 256])
                    {
                        shapes.Add(carrier, cookieLength, counter, offset);
                    }
                }
            }
        }

        return shapes;
    }

    public static SessionParameters Parameters(Carrier carrier, int cookieLength = 0, CounterMode counter = CounterMode.None, int offset = 0) => new()
    {
        Carrier = carrier,
        TransmitSessionId = TransmitSessionId,
        ReceiveSessionId = ReceiveSessionId,
        CookieLength = cookieLength,
        TransmitCookie = TransmitCookie,
        ReceiveCookie = ReceiveCookie,
        Counter = counter,
        Offset = offset,
    };

    /// <summary>The same session from the other end.</summary>
    public static SessionParameters Peer(SessionParameters parameters) => parameters with
    {
        TransmitSessionId = parameters.ReceiveSessionId,
        ReceiveSessionId = parameters.TransmitSessionId,
        TransmitCookie = parameters.ReceiveCookie,
        ReceiveCookie = parameters.TransmitCookie,
    };

    /// <summary>The header that a session writes.</summary>
    public static byte[] HeaderOf(SessionParameters parameters, uint count = 1)
    {
        StringBuilder hex = new();
        CultureInfo invariant = CultureInfo.InvariantCulture;
        hex.Append(parameters.Carrier == Carrier.Udp ? "00030000" : string.Empty);
        hex.Append(invariant, $"{parameters.TransmitSessionId:X8}");
        string cookie = parameters.TransmitCookie.ToString("X16", invariant);
        hex.Append(cookie[(16 - (parameters.CookieLength * 2))..]);
        hex.Append(parameters.Counter switch
        {
            CounterMode.Counting => count.ToString("X8", invariant),
            CounterMode.Pinned => "00000000",
            _ => string.Empty,
        });
        hex.Insert(hex.Length, "00", parameters.Offset);
        return Convert.FromHexString(hex.ToString());
    }

    /// <summary>What the socket of the other end delivers in front of that header: raw IPv4 shows its own.</summary>
    public static byte[] IpHeaderOf(Carrier carrier, int lengthInWords = 5)
    {
        if (carrier != Carrier.RawIpv4)
        {
            return [];
        }

        byte[] header = new byte[lengthInWords * 4];
        header.AsSpan().Fill(0x01);
        header[0] = (byte)(0x40 | lengthInWords);
        return header;
    }

    /// <summary>A whole datagram as this session's socket delivers it, with a frame of this length.</summary>
    public static byte[] DatagramFor(SessionParameters parameters, int frameLength, int ipLengthInWords = 5)
    {
        byte[] frame = new byte[frameLength];
        frame.AsSpan().Fill(0xEE);
        return [.. IpHeaderOf(parameters.Carrier, ipLengthInWords), .. HeaderOf(Peer(parameters)), .. frame];
    }
}
