// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.BadInput;

/// <summary>
/// Options that cannot work, as a change of good ones, with the words that the message must have: the option and the remedy.
/// They are the same on the command line and over QMP.
/// </summary>
internal static class BadOptions
{
    private static readonly Dictionary<string, object> s_good = new(StringComparer.Ordinal)
    {
        ["type"] = "l2tpv3",
        ["id"] = "n0",
        ["src"] = "127.0.0.1",
        ["dst"] = "127.0.0.1",
        ["udp"] = true,
        ["srcport"] = "1701",
        ["dstport"] = "1702",
        ["txsession"] = 1,
    };

    /// <summary>What the plugin must refuse.</summary>
    public static readonly Dictionary<string, ((string Name, object? Value)[] Change, string[] Words)> RefusedByPlugin = new(StringComparer.Ordinal)
    {
        ["udp without srcport"] = ([("srcport", null)], ["srcport="]),
        ["udp without dstport"] = ([("dstport", null)], ["dstport="]),
        ["udp without ports"] = ([("srcport", null), ("dstport", null)], ["srcport="]),
        ["txcookie without rxcookie"] = ([("txcookie", 1)], ["rxcookie", "both"]),
        ["rxcookie without txcookie"] = ([("rxcookie", 1)], ["txcookie", "both"]),
        ["wide txcookie without cookie64"] = ([("txcookie", 0x1_0000_0000), ("rxcookie", 1)], ["txcookie", "cookie64=on"]),
        ["wide rxcookie without cookie64"] = ([("txcookie", 1), ("rxcookie", 0x1_0000_0000)], ["rxcookie", "cookie64=on"]),
        ["wide cookie with cookie64=off"] =
            ([("txcookie", 0x1_0000_0000), ("rxcookie", 1), ("cookie64", false)], ["txcookie", "cookie64=on"]),
        ["offset above 256"] = ([("offset", 257)], ["offset=257", "256"]),
        ["largest offset of the schema"] = ([("offset", 0xffff_ffff)], ["offset=4294967295", "256"]),
        ["unresolvable src"] = ([("src", "no-such-host.invalid")], ["src=no-such-host.invalid", "resolve"]),
        ["unresolvable dst"] = ([("dst", "no-such-host.invalid")], ["dst=no-such-host.invalid", "resolve"]),
        ["src that JSON must escape"] = ([("src", "a\"b\\c")], ["src=a\"b\\c", "resolve"]),
        ["src that is not ASCII"] = ([("src", "h\u00fctte.invalid")], ["src=h\u00fctte.invalid", "resolve"]),
        ["src longer than any message"] = ([("src", new string('x', 3000))], ["src=xxx"]),
        ["empty src"] = ([("src", string.Empty)], ["src="]),
        ["empty dst"] = ([("dst", string.Empty)], ["dst="]),
        ["src of another host"] = ([("src", "192.0.2.1")], ["src=192.0.2.1", "address of this host"]),
        ["IPv6 src without ipv6"] = ([("src", "::1"), ("dst", "::1")], ["src=::1", "ipv6=on"]),
        ["IPv6 dst without ipv6"] = ([("dst", "::1")], ["dst=::1", "ipv6=on"]),
        ["IPv6 src with ipv6=off"] = ([("src", "::1"), ("dst", "::1"), ("ipv6", false)], ["src=::1", "ipv6=on"]),
        ["IPv4 src with ipv6"] = ([("ipv6", true)], ["src=127.0.0.1", "ipv6=on"]),
        ["srcport above 65535"] = ([("srcport", "65536")], ["srcport=65536", "65535"]),
        ["dstport above 65535"] = ([("dstport", "70000")], ["dstport=70000", "65535"]),
        ["dstport above 64 bits"] = ([("dstport", "99999999999999999999999")], ["dstport=99999999999999999999999", "65535"]),
        ["negative srcport"] = ([("srcport", "-1")], ["srcport=-1", "65535"]),
        ["dstport 0"] = ([("dstport", "0")], ["dstport=0", "65535"]),
        ["srcport that is no service"] = ([("srcport", "no-such-service")], ["srcport=no-such-service"]),
    };

    /// <summary>What QEMU's own option schema refuses before the plugin sees it.</summary>
    public static readonly Dictionary<string, ((string Name, object? Value)[] Change, string[] Words)> RefusedBySchema = new(StringComparer.Ordinal)
    {
        ["no txsession"] = ([("txsession", null)], ["txsession", "missing"]),
        ["no src"] = ([("src", null)], ["src", "missing"]),
        ["no dst"] = ([("dst", null)], ["dst", "missing"]),
        ["txsession wider than 32 bits"] = ([("txsession", 0x1_0000_0000)], ["txsession"]),
        ["negative rxsession"] = ([("rxsession", -1)], ["rxsession"]),
        ["offset wider than 32 bits"] = ([("offset", 0x1_0000_0000)], ["offset"]),
        ["unknown option"] = ([("frobnicate", "on")], ["frobnicate"]),
    };

    /// <summary>The good options with a change; null takes one away.</summary>
    public static Dictionary<string, object> Changed(params (string Name, object? Value)[] change)
    {
        Dictionary<string, object> options = new(s_good, StringComparer.Ordinal);
        foreach ((string name, object? value) in change)
        {
            if (value is null)
            {
                options.Remove(name);
            }
            else
            {
                options[name] = value;
            }
        }

        return options;
    }

    /// <summary>The options in the option syntax.</summary>
    public static string CommandLine(Dictionary<string, object> options) => "l2tpv3," + string.Join(
        ',',
        options.Where(option => !string.Equals(option.Key, "type", StringComparison.Ordinal)).Select(option => $"{option.Key}={Text(option.Value)}"));

    private static string Text(object value) => value switch
    {
        bool on => on ? "on" : "off",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
