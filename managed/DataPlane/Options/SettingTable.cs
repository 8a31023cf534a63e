// SPDX-License-Identifier: GPL-2.0-or-later
//
// The one list of settings. A new setting is an entry here. The README.md beside this file, the man page and the completion of bash repeat it,
// and SettingDocumentTests compares them with it. If it may change while the netdev runs, Properties/PropertyTable.cs says how.

using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Options;

/// <summary>All settings.</summary>
internal static class SettingTable
{
    /// <summary>0 to 2 are QEMU's own, and -daemonize gives them away.</summary>
    private const int FirstDescriptor = 3;

    /// <summary>Each full file renames all older ones, in QEMU's main loop.</summary>
    private const int MaximumFiles = 10;

    private const string Cookies = "8 or 16 hexadecimal digits (a cookie of 4 or 8 bytes)";

    private static readonly SettingForm s_on = new("on");
    private static readonly SettingForm s_off = new("off");
    private static readonly SettingForm s_none = new("none");
    private static readonly SettingForm s_default = new("default");
    private static readonly SettingForm s_inherit = new("inherit");
    private static readonly SettingForm[] s_cookie = [new("HEX", Cookies), s_none];
    private static readonly SettingForm[] s_file = [new("FILE", "the name of a file"), s_off];
    private static readonly SettingForm[] s_size = [new("BYTES", "a size from 4k to 1023M")];

    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("require", "Exit with an error instead of using QEMU's own backend", "off", [s_on, s_off], (settings, _) => settings) { IsShims = true },
        new("off", "Do nothing, even with require", "off", [s_on, s_off], (settings, _) => settings) { IsShims = true },

        new("source-check", "Check where datagrams come from", "on", [s_on, s_off, new("roam")],
            (settings, value) => settings with { SourceCheck = value is "on", Roams = value is "roam" }),
        new("offload", "Offer checksum and segmentation offload to the guest's NIC, in both directions", "on", [s_on, s_off],
            (settings, value) => settings with { Offload = value is "on" }),
        new("mssfix", "Lower the MSS of TCP connections through the tunnel to what the path carries without fragments", "on", [s_on, s_off],
            (settings, value) => settings with { MssFix = value is "on" }) { Access = SettingAccess.ReadWrite },
        new("gso", "Send runs of equal datagrams in one call (UDP_SEGMENT)", "on", [s_on, s_off, new("uneven")],
            (settings, value) => settings with { Gso = Gso(value) }) { Access = SettingAccess.ReadWrite },
        new("gro", "Receive runs of equal datagrams in one call (UDP_GRO)", "on", [s_on, s_off],
            (settings, value) => settings with { Gro = value is "on" }) { Access = SettingAccess.ReadWrite },

        new("l2spec", "The L2-specific sublayer behind the cookie (RFC 3931, 4.6)", "none", [s_none, s_default],
            (settings, value) => settings with { Header = settings.Header with { HasSublayer = value is "default" } }) { Excludes = ["counter", "pincounter"] },
        new("seq", "The sequence numbers in the sublayer", "none", [s_none, new("send"), new("recv"), new("both")],
            (settings, value) => settings with
            {
                Header = settings.Header with { SendsSequence = value is "send" or "both", ReceivesSequence = value is "recv" or "both" },
            }) { Excludes = ["counter", "pincounter"] },
        new("reorder", "How many frames may wait for a missing one", "0", [new("FRAMES", "a number of frames from 0 to 256")],
            (settings, value) => ValueReader.Number(value, 0, SequenceWindow.MaximumSize) is { } frames
                ? settings with { Header = settings.Header with { Reorder = frames } } : null),
        new("txcookie", "The cookie that this end sends", "the netdev's", s_cookie,
            (settings, value) => ValueReader.Cookie(value) is { } cookie
                ? settings with { Header = settings.Header with { TransmitCookie = cookie } } : null)
        {
            Excludes = ["txcookie", "rxcookie"],
            Access = SettingAccess.Write,
        },
        new("rxcookie", "The cookie that this end expects", "the netdev's", s_cookie,
            (settings, value) => ValueReader.Cookie(value) is { } cookie
                ? settings with { Header = settings.Header with { ReceiveCookie = cookie } } : null)
        {
            Excludes = ["txcookie", "rxcookie"],
            Access = SettingAccess.Write,
        },
        new("rxcookie2", "A second cookie to accept, for a change of cookies (RFC 8159)", "none", s_cookie,
            (settings, value) => ValueReader.Cookie(value) is { } cookie
                ? settings with { Header = settings.Header with { SecondReceiveCookie = cookie } } : null) { Access = SettingAccess.Write },

        new("tos", "The TOS or traffic class of the tunnel's packets", "0", [s_inherit, new("NUMBER", "a number from 0 to 255 (0x00 to 0xff)")],
            (settings, value) => WithClass(settings, value is "inherit", ValueReader.Number(value, 0, byte.MaxValue))) { Access = SettingAccess.ReadWrite },
        new("ttl", "The TTL or hop limit of the tunnel's packets", "the system's", [s_default, new("NUMBER", "a number from 1 to 255")],
            (settings, value) => ValueReader.Number(value, 1, byte.MaxValue) is var ttl && (ttl is not null || value is "default")
                ? settings with { Socket = settings.Socket with { Ttl = ttl } } : null) { Access = SettingAccess.ReadWrite },
        new("df", "Which of the tunnel's packets may be fragmented", "those that do not fit the path", [s_on, s_off, s_inherit],
            (settings, value) => settings with { Socket = settings.Socket with { DontFragment = DontFragment(value) } }),
        new("bind-device", "Use this interface only, in both directions", "any interface", [new("INTERFACE", "the name of a network interface")],
            (settings, value) => ValueReader.Device(value) is { } device
                ? settings with { Socket = settings.Socket with { Device = device } } : null),
        new("fd", "Use this descriptor, which QEMU has inherited, as the netdev's socket", "a new socket", [new("NUMBER", "the number of an open descriptor, 3 or above")],
            (settings, value) => ValueReader.Number(value, FirstDescriptor, int.MaxValue) is { } descriptor
                ? settings with { Socket = settings.Socket with { Descriptor = descriptor } } : null),
        new("udp-csum", "Send UDP packets with a checksum", "on", [s_on, s_off],
            (settings, value) => settings with { Socket = settings.Socket with { UdpChecksum = value is "on" } }),

        new("stats", "Publish the counters for l2tpv3-stat", "on", [s_on, s_off, new("DIRECTORY", "the full path of a directory")], WithStatistics),
        new("pcap", "Capture the guest's frames, in both directions", "off", s_file,
            (settings, value) => ValueReader.File(value) is { } file
                ? settings with { Capture = settings.Capture with { Guest = file } } : null) { Access = SettingAccess.ReadWrite },
        new("pcap-wire", "Capture the datagrams, dropped ones too", "off", s_file,
            (settings, value) => ValueReader.File(value) is { } file
                ? settings with { Capture = settings.Capture with { Wire = file } } : null) { Access = SettingAccess.ReadWrite },
        new("pcap-size", "The size of a capture file", "100 MiB", s_size,
            (settings, value) => ValueReader.Bytes(value) is { } bytes ? WithLimits(settings, settings.Capture.Limits with { Bytes = bytes }) : null),
        new("pcap-files", "How many files a capture has", "2", [new("NUMBER", "a number from 1 to 10")],
            (settings, value) => ValueReader.Number(value, 1, MaximumFiles) is { } files ? WithLimits(settings, settings.Capture.Limits with { Files = files }) : null),
        new("sndbuf", "The size of the socket's send buffer", "12.5 MB", s_size,
            (settings, value) => ValueReader.Bytes(value) is { } bytes ? settings with { SendBuffer = bytes } : null),
        new("rcvbuf", "The size of the socket's receive buffer", "12.5 MB", s_size,
            (settings, value) => ValueReader.Bytes(value) is { } bytes ? settings with { ReceiveBuffer = bytes } : null),
    ];

    private static readonly FrozenDictionary<string, Setting> s_byName = All.ToFrozenDictionary(setting => setting.Name, StringComparer.Ordinal);

    /// <summary>The names, for the error about one that is none of them.</summary>
    public static string Names { get; } =
        $"the settings are {string.Join(", ", All.Where(setting => !setting.IsShims).Select(setting => setting.Name))}, and the words "
        + Setting.InWords([.. All.Where(setting => setting.IsShims).Select(setting => setting.Name)], "and");

    /// <summary>The setting of this name, or null.</summary>
    public static Setting? Find(string name) => s_byName.GetValueOrDefault(name);

    private static GsoSetting Gso(string value) => value switch
    {
        "off" => GsoSetting.Off,
        "uneven" => GsoSetting.Uneven,
        _ => GsoSetting.On,
    };

    private static DontFragmentSetting DontFragment(string value) => value switch
    {
        "on" => DontFragmentSetting.On,
        "off" => DontFragmentSetting.Off,
        _ => DontFragmentSetting.Inherit,
    };

    private static Settings? WithClass(Settings settings, bool inherits, int? tos) =>
        inherits || tos is not null ? settings with { Socket = settings.Socket with { InheritsTos = inherits, Tos = tos } } : null;

    private static Settings? WithStatistics(Settings settings, string value) => value switch
    {
        "on" => settings.StatisticsDirectory.Length == 0 ? settings with { StatisticsDirectory = new Settings().StatisticsDirectory } : settings,
        "off" => settings with { StatisticsDirectory = string.Empty },
        ['/', ..] => settings with { StatisticsDirectory = value },
        _ => null,
    };

    private static Settings WithLimits(Settings settings, CaptureLimits limits) => settings with { Capture = settings.Capture with { Limits = limits } };
}
