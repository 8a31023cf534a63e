// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Errors;

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of the captures.</summary>
internal sealed record CaptureSettings
{
    /// <summary>The word for no capture; a file of this name is ./off.</summary>
    public const string Off = "off";

    /// <summary>Each full file renames all older ones, in QEMU's main loop.</summary>
    private const int MaximumFiles = 10;

    /// <summary>The file of the guest's side; empty: it is not captured.</summary>
    public string Guest { get; init; } = string.Empty;

    /// <summary>The file of the wire's side; empty: it is not captured.</summary>
    public string Wire { get; init; } = string.Empty;

    /// <summary>How much is written.</summary>
    public CaptureLimits Limits { get; init; } = new();

    /// <summary>Reads one of these settings.</summary>
    /// <returns>The settings with it; null when it is none of these.</returns>
    /// <exception cref="OptionException">The value is none.</exception>
    public CaptureSettings? With(string key, string value, string item) => key switch
    {
        "pcap" => this with { Guest = FileOf(value, item) },
        "pcap-wire" => this with { Wire = FileOf(value, item) },
        "pcap-size" => this with { Limits = Limits with { Bytes = SettingValue.Bytes(value, item) } },
        "pcap-files" => this with { Limits = Limits with { Files = SettingValue.Number(value, item, 1, MaximumFiles, "a number from 1 to 10") } },
        _ => null,
    };

    private static string FileOf(string value, string item) => value switch
    {
        Off => string.Empty,
        "" => throw SettingValue.Refused(item, "the name of a file or off"),
        _ => value,
    };
}
