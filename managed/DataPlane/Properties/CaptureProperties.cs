// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.DataPlane.Properties;

/// <summary>pcap and pcap-wire.</summary>
/// <param name="captures">Where packets are written down.</param>
/// <param name="limits">For captures that begin later.</param>
internal sealed class CaptureProperties(Captures captures, CaptureLimits limits)
{
    public string Guest => PathOf(captures.Guest);

    public string Wire => PathOf(captures.Wire);

    /// <summary>Into this file; empty: into none.</summary>
    public void SetGuest(string file) => Set(captures.Guest, "pcap", file);

    /// <summary>Into this file; empty: into none.</summary>
    public void SetWire(string file) => Set(captures.Wire, "pcap-wire", file);

    private static string PathOf(CaptureTap tap) => tap.IsOn ? tap.Path : CaptureSettings.Off;

    private void Set(CaptureTap tap, string name, string file)
    {
        if (file.Length == 0)
        {
            tap.Stop();
        }
        else if (!tap.TryStart(file, limits, out string problem))
        {
            throw new OptionException($"{name}={problem}");
        }
    }
}
