// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace L2tpv3.Stat.Rendering;

/// <summary>Numbers for people.</summary>
internal static class Figures
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const double Thousand = 1000;

    private static readonly string[] s_units = [string.Empty, "k", "M", "G", "T", "P"];

    /// <summary>4213 becomes 4,213.</summary>
    public static string Exact(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Three digits and a unit: 0, 7.5, 999, 1.23k, 12.3M.</summary>
    public static string Short(double number)
    {
        int unit = 0;
        // 999.5 would be shown as 1000.
        while (number >= Thousand - 0.5 && unit < s_units.Length - 1)
        {
            number /= Thousand;
            unit++;
        }

        string format = number switch
        {
            >= 99.95 => "0",
            >= 9.995 => "0.#",
            _ => unit == 0 ? "0.#" : "0.##",
        };
        return number.ToString(format, CultureInfo.InvariantCulture) + s_units[unit];
    }

    /// <summary>A bar for each value, the highest as high as a line of text.</summary>
    public static string Sparkline(IReadOnlyCollection<double> values)
    {
        double highest = 0;
        foreach (double value in values)
        {
            highest = Math.Max(highest, value);
        }

        StringBuilder line = new(values.Count);
        foreach (double value in values)
        {
            // What is more than nothing is more than the lowest bar.
            int height = value <= 0 || highest <= 0 ? 0 : Math.Max(1, (int)Math.Ceiling(value / highest * (Bars.Length - 1)));
            line.Append(Bars[height]);
        }

        return line.ToString();
    }
}
