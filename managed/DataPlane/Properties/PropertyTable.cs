// SPDX-License-Identifier: GPL-2.0-or-later
//
// What QMP and HMP see of a netdev under /l2tpv3/ID: qom-list, qom-get, qom-set. Most properties are settings that may change while the netdev
// runs; their names, descriptions and values come from SettingTable.

using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Text;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.DataPlane.Properties;

/// <summary>All properties.</summary>
internal static class PropertyTable
{
    /// <summary>Bytes of a value: as long as a path may be (PATH_MAX).</summary>
    public const int LongestValue = 4096;

    private const int ShownBytes = 32;

    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<Property> All { get; } =
    [
        new("statistics", "What the netdev is and has done so far", session => session.Statistics.Json()) { IsJson = true },
        new("dst", "The peer: an address or a name, and for UDP :PORT, which stays as it is without", session => session.Peer.Text, (session, value) => session.Peer.Set(value)),
        OfCookie("txcookie", (session, value) => session.Cookies.SetTransmit(value)),
        OfCookie("rxcookie", (session, value) => session.Cookies.SetReceive(value)),
        OfCookie("rxcookie2", (session, value) => session.Cookies.SetSecond(value), "; none: no other"),
        Of("gso", session => session.Offload.Gso, (session, settings) => session.Offload.SetGso(settings.Gso)),
        Of("gro", session => session.Offload.Gro, (session, settings) => session.Offload.SetGro(settings.Gro)),
        Of("mssfix", session => session.Offload.MssFix, (session, settings) => session.Offload.SetMssFix(settings.MssFix)),
        Of("tos", session => session.Packets.Tos, (session, settings) => session.Packets.SetTos(settings.Socket.Tos, settings.Socket.InheritsTos)),
        Of("ttl", session => session.Packets.Ttl, (session, settings) => session.Packets.SetTtl(settings.Socket.Ttl)),
        Of("pcap", session => session.Captures.Guest, (session, settings) => session.Captures.SetGuest(settings.Capture.Guest)),
        Of("pcap-wire", session => session.Captures.Wire, (session, settings) => session.Captures.SetWire(settings.Capture.Wire)),
    ];

    private static readonly FrozenDictionary<string, Property> s_byName = All.ToFrozenDictionary(property => property.Name, StringComparer.Ordinal);

    /// <summary>The error for a value that is longer than <see cref="LongestValue"/>; it shows nothing of what nobody may read.</summary>
    public static OptionException TooLong(string name, ReadOnlySpan<byte> value)
    {
        string beginning = Find(name)?.Get is null ? string.Empty : Encoding.UTF8.GetString(value[..ShownBytes]);
        string remedy = name is "dst" ? "no name has more than 255" : $"give at most {LongestValue}";
        return new OptionException($"{name}={beginning}... has {value.Length} characters; {remedy}");
    }

    /// <summary>The property of this name, or null.</summary>
    public static Property? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>A setting, whose value is read as it is at the start.</summary>
    private static Property Of(string name, Func<SessionProperties, string> get, Action<SessionProperties, Settings> set)
    {
        Setting setting = SettingTable.Find(name)!;
        return new Property(name, $"{setting.Help}: {setting.Values}", get, (session, value) => set(session, setting.Apply(new Settings(), value, $"{name}={value}")))
        {
            Setting = setting,
        };
    }

    /// <summary>A cookie can be set, and never be read. Its length stays, and an error shows nothing of it.</summary>
    private static Property OfCookie(string name, Action<SessionProperties, string> set, string orElse = "")
    {
        Setting setting = SettingTable.Find(name)!;
        return new Property(name, $"{setting.Help}: hexadecimal, as long as the present one{orElse}", Set: set) { Setting = setting };
    }
}
