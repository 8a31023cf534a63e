// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;

namespace L2tpv3.Stat.Rendering;

/// <summary>Netdevs as a JSON array.</summary>
internal static class JsonList
{
    /// <summary>Writes the array.</summary>
    public static void Write(IReadOnlyList<Netdev> netdevs, Stream output)
    {
        // For a terminal or a program, never inside of HTML: an arrow need not be escaped.
        using (Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (Netdev netdev in netdevs)
            {
                StatisticsJson.Write(netdev.Page, writer);
            }

            writer.WriteEndArray();
        }

        output.WriteByte((byte)'\n');
    }
}
