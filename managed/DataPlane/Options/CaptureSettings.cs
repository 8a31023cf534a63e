// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>The settings of the captures.</summary>
internal sealed record CaptureSettings
{
    /// <summary>The word for no capture; a file of this name is ./off.</summary>
    public const string Off = "off";

    /// <summary>The file of the guest's side; empty: it is not captured.</summary>
    public string Guest { get; init; } = string.Empty;

    /// <summary>The file of the wire's side; empty: it is not captured.</summary>
    public string Wire { get; init; } = string.Empty;

    /// <summary>How much is written.</summary>
    public CaptureLimits Limits { get; init; } = new();
}
