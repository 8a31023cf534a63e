// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Properties;

/// <summary>Reads a peer as `info network` shows one: 192.0.2.1:1701, [2001:db8::1]:1701, or without a port.</summary>
internal static class PeerText
{
    /// <summary>Resolves a peer.</summary>
    /// <param name="text">The text.</param>
    /// <param name="present">The present peer: its family and, where the text has none, its port.</param>
    /// <param name="udp">There are ports.</param>
    /// <exception cref="OptionException">It is none, or not of this family.</exception>
    public static SocketAddress Resolve(string text, SocketAddress present, bool udp)
    {
        (string host, string? port) = Split(text);
        if (port is not null && !udp)
        {
            throw new OptionException($"dst={text} has a port, and raw IP has none; leave it out");
        }

        string? service = udp ? port ?? present.Port.ToString(CultureInfo.InvariantCulture) : null;
        return AddressResolver.Resolve("dst", host, service, present.IsIpv6);
    }

    private static (string Host, string? Port) Split(string text)
    {
        int bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        string host = bracket < 0 ? text : text[1..bracket];
        string rest = bracket < 0 ? string.Empty : text[(bracket + 1)..];
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (bracket < 0 && colon >= 0 && text.LastIndexOf(':') == colon)
        {
            // One colon alone: more of them are an IPv6 address without brackets.
            (host, rest) = (text[..colon], text[colon..]);
        }

        bool isWhole = host.Length != 0 && (rest.Length == 0 || (rest[0] == ':' && rest.Length > 1));
        return isWhole
            ? (host, rest.Length == 0 ? null : rest[1..])
            : throw new OptionException($"dst={text} is not a peer; give ADDRESS, ADDRESS:PORT or [IPV6-ADDRESS]:PORT");
    }
}
