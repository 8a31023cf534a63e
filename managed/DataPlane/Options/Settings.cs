// SPDX-License-Identifier: GPL-2.0-or-later
//
// Settings that QEMU's option schema has no room for come as arguments of -plugin or in the environment variable QEMU_L2TPV3:
//
//     -plugin qemu-l2tpv3.so,require=on,gso=off,n1.source-check=off
//     QEMU_L2TPV3=require,gso=off,n1.source-check=off
//
// A key alone holds for every netdev, `id.key` for the netdev of that id, whatever the order. The words `require` and
// `off` are the shim's (native/shim/settings.c) and passed over here.

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Files;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of one netdev.</summary>
internal sealed record Settings
{
    /// <summary>10 ms at 10 Gbit/s: what may arrive while QEMU's main loop does something else.</summary>
    public const int DefaultBuffer = 12_500_000;

    /// <summary>For error messages.</summary>
    public const string Known =
        "the settings are source-check (on, off or roam), offload, gro, mssfix, udp-csum (each on or off), gso (on, off or uneven), sndbuf and rcvbuf "
        + "(bytes, or with k or M), l2spec (none or default), seq (none, send, recv or both), reorder (frames), txcookie, rxcookie and rxcookie2 (8 or 16 "
        + "hexadecimal digits, or none), tos (inherit or a number), ttl (a number or default), df (on, off or inherit), bind-device (an interface), fd (a descriptor), stats (on, off or a directory), "
        + "pcap and pcap-wire (a file or off), pcap-size (bytes), pcap-files (a number), and the words require and off";

    /// <summary>The settings of the L2TPv3 header.</summary>
    public HeaderSettings Header { get; init; } = new();

    /// <summary>The settings of the packets that carry it.</summary>
    public SocketSettings Socket { get; init; } = new();

    /// <summary>The settings of the captures.</summary>
    public CaptureSettings Capture { get; init; } = new();

    /// <summary>Only the configured peer's address and port are accepted.</summary>
    public bool SourceCheck { get; init; } = true;

    /// <summary>source-check=roam: the peer is where the last good frame came from.</summary>
    public bool Roams { get; init; }

    /// <summary>The guest's NIC may leave checksums and segmentation to us (vnet header).</summary>
    public bool Offload { get; init; } = true;

    /// <summary>TCP connections through the tunnel are told segments that fit the path.</summary>
    public bool MssFix { get; init; } = true;

    /// <summary>Equal datagrams leave as one (UDP_SEGMENT).</summary>
    public GsoSetting Gso { get; init; }

    /// <summary>Equal datagrams arrive as one (UDP_GRO).</summary>
    public bool Gro { get; init; } = true;

    /// <summary>Bytes of the socket's send buffer (SO_SNDBUF).</summary>
    public int SendBuffer { get; init; } = DefaultBuffer;

    /// <summary>Bytes of the socket's receive buffer (SO_RCVBUF); null: fitted to the load, see ReceiveBuffer.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>Where the statistics page is put; empty: nowhere.</summary>
    public string StatisticsDirectory { get; init; } = PageDirectory.Of(RuntimeDirectory.FromEnvironment());

    /// <summary>The items that were given for this netdev. Others may see them: what holds a cookie is left out.</summary>
    public string Given { get; init; } = string.Empty;

    /// <summary>Reads the settings that hold for one netdev.</summary>
    /// <param name="text">The variable's value; null or empty: the defaults.</param>
    /// <param name="id">The netdev's id.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="OptionException">A word, key or value that nobody knows.</exception>
    public static Settings Read(string? text, string id)
    {
        try
        {
            string[] items = Items(text);
            return new Settings().With(items, scope: null).With(items, id);
        }
        catch (OptionException e)
        {
            // Arguments of -plugin have been checked before; what is wrong here is from the variable.
            throw new OptionException($"QEMU_L2TPV3: {e.Message}", e);
        }
    }

    /// <summary>Looks at all settings, whichever netdev they are for.</summary>
    /// <param name="text">The settings; null or empty: none.</param>
    /// <exception cref="OptionException">A word, key or value that nobody knows.</exception>
    public static void Check(string? text) => _ = new Settings().With(Items(text), scope: null);

    private static string[] Items(string? text) =>
        (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private Settings With(string[] items, string? scope)
    {
        Settings settings = this;
        foreach (string item in items)
        {
            settings = settings.With(item, scope);
        }

        return settings;
    }

    /// <summary>Applies one item if it is of this scope; checks it in any case.</summary>
    private Settings With(string item, string? scope)
    {
        // The shim's, which has read them (settings.c).
        if (item is "require" or "require=on" or "require=off" or "off" or "off=on" or "off=off")
        {
            return this;
        }

        (string? owner, string key, string value) = Split(item);
        Settings changed;
        try
        {
            changed = WithKey(key, value, item);
        }
        catch (OptionException e)
        {
            throw new OptionException($"{e.Message}; {Known}", e);
        }

        return string.Equals(owner, scope, StringComparison.Ordinal) ? changed with { Given = Add(Given, key, item) } : this;
    }

    /// <summary>An item's parts: whom it is for (null: all), its key, and its value.</summary>
    private static (string? Owner, string Key, string Value) Split(string item)
    {
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? item : item[..equals];
        string value = equals < 0 ? string.Empty : item[(equals + 1)..];
        // A netdev id may hold dots itself; a key never does.
        int dot = name.LastIndexOf('.');
        return (dot < 0 ? null : name[..dot], name[(dot + 1)..], value);
    }

    private Settings WithKey(string key, string value, string item) => key switch
    {
        "source-check" when value is "roam" => this with { SourceCheck = false, Roams = true },
        "source-check" => this with { SourceCheck = SettingValue.OnOrOff(value, item, "on, off or roam"), Roams = false },
        "offload" => this with { Offload = SettingValue.OnOrOff(value, item) },
        "mssfix" => this with { MssFix = SettingValue.OnOrOff(value, item) },
        "gso" => this with { Gso = SettingValue.Gso(value, item) },
        "gro" => this with { Gro = SettingValue.OnOrOff(value, item) },
        "sndbuf" => this with { SendBuffer = SettingValue.Bytes(value, item) },
        "stats" => this with { StatisticsDirectory = DirectoryOf(value, item) },
        "rcvbuf" => this with { ReceiveBuffer = SettingValue.Bytes(value, item) },
        "require" or "off" when item.StartsWith($"{key}=", StringComparison.Ordinal) => throw SettingValue.Refused(item, "on or off"),
        _ => WithPart(key, value, item) ?? throw new OptionException($"'{SettingValue.ShownUnknown(item)}' is not a setting"),
    };

    /// <summary>What was given, with one item more or in place of the earlier ones of its key, whether they were for all netdevs or for this one.</summary>
    /// <param name="given">The items, <see cref="Given"/>.</param>
    /// <param name="key">The item's key.</param>
    /// <param name="value">Its value.</param>
    public static string Replace(string given, string key, string value)
    {
        // A comma would end the item.
        string shown = value.Replace(",", "%2C", StringComparison.Ordinal);
        IEnumerable<string> others = Items(given).Where(item => !string.Equals(Split(item).Key, key, StringComparison.Ordinal));
        return string.Join(',', others.Append($"{key}={shown}"));
    }

    private static string Add(string given, string key, string item) =>
        key.Contains("cookie", StringComparison.Ordinal) ? given : given.Length == 0 ? SettingValue.Shown(item) : $"{given},{SettingValue.Shown(item)}";

    private string DirectoryOf(string value, string item) => value switch
    {
        "on" => StatisticsDirectory.Length == 0 ? new Settings().StatisticsDirectory : StatisticsDirectory,
        "off" => string.Empty,
        ['/', ..] => value,
        _ => throw SettingValue.Refused(item, "on, off or the full path of a directory"),
    };

    private Settings? WithPart(string key, string value, string item)
    {
        if (Header.With(key, value, item) is { } header)
        {
            return this with { Header = header };
        }

        if (Capture.With(key, value, item) is { } capture)
        {
            return this with { Capture = capture };
        }

        return Socket.With(key, value, item) is { } socket ? this with { Socket = socket } : null;
    }
}
