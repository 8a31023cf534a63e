// SPDX-License-Identifier: GPL-2.0-or-later
//
// Settings that QEMU's option schema has no room for come as arguments of -plugin or in the environment variable QEMU_L2TPV3:
//
//     -plugin qemu-l2tpv3.so,require=on,gso=off,n1.source-check=off
//     QEMU_L2TPV3=require,gso=off,n1.source-check=off
//
// A key alone holds for every netdev, `id.key` for the netdev of that id, whatever the order. The words `require` and
// `off` are the shim's (native/shim/mode.c) and passed over here.

using System;
using System.Globalization;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of one netdev.</summary>
internal sealed record Settings
{
    /// <summary>10 ms at 10 Gbit/s: what may arrive while QEMU's main loop does something else.</summary>
    public const int DefaultBuffer = 12_500_000;

    private const int MinimumBuffer = 4096;
    private const string Known =
        "the settings are source-check, offload, gro, mssfix (each on or off), gso (on, off or uneven), sndbuf and rcvbuf (bytes, or with k or M), and the words require and off";

    /// <summary>Only the configured peer's address and port are accepted.</summary>
    public bool SourceCheck { get; init; } = true;

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
        if (item is "require" or "off")
        {
            return this;
        }

        int equals = item.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? item : item[..equals];
        string value = equals < 0 ? string.Empty : item[(equals + 1)..];
        // A netdev id may hold dots itself; a key never does.
        int dot = name.LastIndexOf('.');
        string? owner = dot < 0 ? null : name[..dot];
        Settings changed = WithKey(name[(dot + 1)..], value, item);
        return string.Equals(owner, scope, StringComparison.Ordinal) ? changed : this;
    }

    private Settings WithKey(string key, string value, string item) => key switch
    {
        "source-check" => this with { SourceCheck = OnOrOff(value, item) },
        "offload" => this with { Offload = OnOrOff(value, item) },
        "mssfix" => this with { MssFix = OnOrOff(value, item) },
        "gso" => this with { Gso = GsoOf(value, item) },
        "gro" => this with { Gro = OnOrOff(value, item) },
        "sndbuf" => this with { SendBuffer = Bytes(value, item) },
        "rcvbuf" => this with { ReceiveBuffer = Bytes(value, item) },
        _ => throw new OptionException($"'{item}' is not a setting; {Known}"),
    };

    private static bool OnOrOff(string value, string item) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new OptionException($"'{item}' must say on or off; {Known}"),
    };

    private static GsoSetting GsoOf(string value, string item) => value switch
    {
        "on" => GsoSetting.On,
        "off" => GsoSetting.Off,
        "uneven" => GsoSetting.Uneven,
        _ => throw new OptionException($"'{item}' must say on, off or uneven; {Known}"),
    };

    /// <summary>A size as QEMU's own options take it: k and M are powers of 1024.</summary>
    private static int Bytes(string value, string item)
    {
        long unit = value.Length == 0 ? 1 : value[^1] switch { 'k' or 'K' => 1024, 'm' or 'M' => 1024 * 1024, _ => 1 };
        ReadOnlySpan<char> digits = unit == 1 ? value : value.AsSpan(0, value.Length - 1);
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return isNumber && number * unit is >= MinimumBuffer and <= int.MaxValue / 2
            ? (int)(number * unit)
            : throw new OptionException($"'{item}' must say a size from 4k to 1023M; {Known}");
    }
}
