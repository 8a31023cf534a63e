// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of the packets that carry the tunnel.</summary>
internal sealed record SocketSettings
{
    /// <summary>0 to 2 are QEMU's own, and -daemonize gives them away.</summary>
    private const int FirstDescriptor = 3;

    /// <summary>tos=0xNN: TOS or traffic class of each packet; null: the system's.</summary>
    public int? Tos { get; init; }

    /// <summary>tos=inherit: that of the frame.</summary>
    public bool InheritsTos { get; init; }

    /// <summary>TTL or hop limit; null: the system's.</summary>
    public int? Ttl { get; init; }

    /// <summary>Which packets have DF.</summary>
    public DontFragmentSetting DontFragment { get; init; }

    /// <summary>The only interface to use; null: any.</summary>
    public string? Device { get; init; }

    /// <summary>UDP packets have a checksum; null: nothing said, which means they have.</summary>
    public bool? UdpChecksum { get; init; }

    /// <summary>fd: a socket that QEMU has inherited; null: it opens its own.</summary>
    public int? Descriptor { get; init; }

    /// <summary>Reads one of these settings.</summary>
    /// <returns>The settings with it; null when it is none of these.</returns>
    /// <exception cref="OptionException">The value is none.</exception>
    public SocketSettings? With(string key, string value, string item) => key switch
    {
        "tos" when value is "inherit" => this with { InheritsTos = true, Tos = null },
        "tos" => this with { InheritsTos = false, Tos = SettingValue.Number(value, item, 0, 255, "inherit or a number from 0 to 255 (0x00 to 0xff)") },
        "ttl" when value is "default" => this with { Ttl = null },
        "ttl" => this with { Ttl = SettingValue.Number(value, item, 1, 255, "default or a number from 1 to 255") },
        "df" => this with { DontFragment = DontFragmentOf(value, item) },
        "bind-device" => this with { Device = SettingValue.Device(value, item) },
        "udp-csum" => this with { UdpChecksum = SettingValue.OnOrOff(value, item) },
        "fd" => this with { Descriptor = SettingValue.Number(value, item, FirstDescriptor, int.MaxValue, "the number of an open descriptor, 3 or above") },
        _ => null,
    };

    private static DontFragmentSetting DontFragmentOf(string value, string item) => value switch
    {
        "on" => DontFragmentSetting.On,
        "off" => DontFragmentSetting.Off,
        "inherit" => DontFragmentSetting.Inherit,
        _ => throw SettingValue.Refused(item, "on, off or inherit"),
    };
}
