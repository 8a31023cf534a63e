// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers;
using System.Text;
using System.Text.Json;
using L2tpv3.DataPlane.Counting;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Properties;

/// <summary>statistics.</summary>
/// <param name="counters">Where the session counts.</param>
/// <param name="refresh">Brings `info network` and the statistics up to date.</param>
internal sealed class StatisticsProperty(Counters counters, Action refresh)
{
    private const int UsualBytes = 4096;

    /// <summary>The statistics page as JSON, as `l2tpv3-stat --json` shows it.</summary>
    public unsafe string Json()
    {
        refresh();
        ArrayBufferWriter<byte> buffer = new(UsualBytes);
        using (Utf8JsonWriter writer = new(buffer))
        {
            // SAFETY: the page lives as long as the session.
            StatisticsJson.Write(*counters.Memory.Page, writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
