// SPDX-License-Identifier: GPL-2.0-or-later
//
// What QMP and HMP see of a netdev under /l2tpv3/ID: qom-list, qom-get, qom-set. Values are spelled as the settings are.
//
// Cookies can be set and never be read. Rolling them over without loss takes a second one that is accepted meanwhile (RFC
// 8159, 5), on both ends:
//
//     rxcookie2 = NEW     both accept old and new, and send old
//     txcookie  = NEW     both send new; what is under way with the old one is still accepted
//     rxcookie  = NEW     when nothing is under way any more
//     rxcookie2 = none

using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Text;
using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Live;

/// <summary>All properties.</summary>
internal static class Properties
{
    /// <summary>Bytes of a value: as long as a path may be (PATH_MAX).</summary>
    public const int LongestValue = 4096;

    private const int ShownBytes = 32;

    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<Property> All { get; } =
    [
        new("statistics", "what the netdev is and has done so far", live => live.Statistics(), IsJson: true),
        new("dst", "the peer: an address or a name, and for UDP :PORT, which stays as it is without", live => live.Peer, (live, value) => live.SetPeer(value)),
        new("txcookie", "the cookie to send, hexadecimal, as long as the present one", Set: (live, value) => live.SetTransmitCookie(value)),
        new("rxcookie", "the cookie to accept, hexadecimal, as long as the present one", Set: (live, value) => live.SetReceiveCookie(value)),
        new("rxcookie2", "another cookie to accept too, hexadecimal, as long as the first; none: no other", Set: (live, value) => live.SetSecondCookie(value)),
        new("gso", "send equal datagrams as one: on, off or uneven", live => live.Gso, (live, value) => live.SetGso(value)),
        new("gro", "take equal datagrams as one: on or off", live => live.Gro, (live, value) => live.SetGro(value)),
        new("mssfix", "fit the segments of TCP connections to the path: on or off", live => live.MssFix, (live, value) => live.SetMssFix(value)),
        new("tos", "TOS or traffic class of the packets: inherit or a number", live => live.Tos, (live, value) => live.SetTos(value)),
        new("ttl", "TTL or hop limit of the packets: a number or default", live => live.Ttl, (live, value) => live.SetTtl(value)),
        new("pcap", "the file that the guest's side is captured into: a path or off", live => live.GuestCapture, (live, value) => live.SetGuestCapture(value)),
        new("pcap-wire", "the file that the wire's side is captured into: a path or off", live => live.WireCapture, (live, value) => live.SetWireCapture(value)),
    ];

    private static readonly FrozenDictionary<string, Property> s_byName = All.ToFrozenDictionary(property => property.Name, StringComparer.Ordinal);

    /// <summary>It is one of the settings, and none that must not be seen.</summary>
    public static bool IsSetting(string name) => Find(name) is { Get: not null, Set: not null } && name is not "dst";

    /// <summary>The error for a value that is longer than <see cref="LongestValue"/>; it shows nothing of what nobody may read.</summary>
    public static OptionException TooLong(string name, ReadOnlySpan<byte> value)
    {
        string beginning = Find(name)?.Get is null ? string.Empty : Encoding.UTF8.GetString(value[..ShownBytes]);
        string remedy = name is "dst" ? "no name has more than 255" : $"give at most {LongestValue}";
        return new OptionException($"{name}={beginning}... has {value.Length} characters; {remedy}");
    }

    /// <summary>The property of this name, or null.</summary>
    public static Property? Find(string name) => s_byName.GetValueOrDefault(name);
}
