// SPDX-License-Identifier: GPL-2.0-or-later
//
// The options of a TCP header (RFC 9293, 3.1), as far as somebody between the two ends must know them.
//
//     kind   option                     what that means between the ends
//     0      end of the list            whatever follows is no option
//     1      no operation               one byte, without a length
//     2      maximum segment size       see MssClamp
//     19     MD5 signature, RFC 2385    covers addresses, header and payload, but no options
//     29     authentication, RFC 5925   covers all of that, and the options too, unless the two ends have agreed otherwise
//
// Each segment has a signature of its own. So signed segments cannot be joined, and a signed one cannot be cut.

using System;

namespace L2tpv3.Packets.Wire;

/// <summary>Steps through the options of a TCP header, and stops where they make no sense.</summary>
internal static class TcpOptions
{
    /// <summary>The kind of the MSS.</summary>
    public const byte MaximumSegmentSize = 2;

    /// <summary>The kind of TCP-MD5.</summary>
    public const byte Md5Signature = 19;

    /// <summary>The kind of TCP-AO.</summary>
    public const byte Authentication = 29;

    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;

    /// <summary>Finds the next option that has a length.</summary>
    /// <param name="tcp">The header with its options.</param>
    /// <param name="at">Where to look; at first <see cref="TcpHeader.MinimumLength"/>. On return, behind the option.</param>
    /// <param name="option">The option with its kind and length.</param>
    /// <returns>False at the end of the list, and where it is malformed: nobody reads on there.</returns>
    public static bool TryNext(ReadOnlySpan<byte> tcp, ref int at, out ReadOnlySpan<byte> option)
    {
        option = default;
        while (at < tcp.Length && tcp[at] == NoOperation)
        {
            at++;
        }

        if (tcp.Length - at < 2 || tcp[at] == EndOfOptions || tcp[at + 1] < 2 || tcp[at + 1] > tcp.Length - at)
        {
            return false;
        }

        option = tcp.Slice(at, tcp[at + 1]);
        at += option.Length;
        return true;
    }

    /// <summary>Whether a segment is signed, by either option.</summary>
    /// <param name="tcp">The header with its options.</param>
    public static bool HasSignature(ReadOnlySpan<byte> tcp)
    {
        int at = TcpHeader.MinimumLength;
        while (TryNext(tcp, ref at, out ReadOnlySpan<byte> option))
        {
            if (option[0] is Md5Signature or Authentication)
            {
                return true;
            }
        }

        return false;
    }
}
