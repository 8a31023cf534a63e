// SPDX-License-Identifier: GPL-2.0-or-later

namespace Soak;

/// <summary>
/// How long, and how often: two minutes and 2,000 netdevs; with <c>QEMU_L2TPV3_SOAK_MINUTES</c>, which `dotnet cake --target=Soak
/// --options="--minutes 60"` sets, that long and 10,000.
/// </summary>
internal static class SoakSettings
{
    private const string Variable = "QEMU_L2TPV3_SOAK_MINUTES";
    private const int Short = 2;

    /// <summary>The whole test, the guest's boot too.</summary>
    public static TimeSpan Time { get; } = TimeSpan.FromMinutes(Minutes());

    /// <summary>Netdevs that come and go.</summary>
    public static int Cycles => Time > TimeSpan.FromMinutes(Short) ? 10_000 : 2_000;

    /// <summary>Netdevs at a time in one QEMU.</summary>
    public static int Netdevs => Time > TimeSpan.FromMinutes(Short) ? 4_000 : 1_000;

    /// <summary>Netdevs that come and go while memory is looked at.</summary>
    public static int MemoryCycles => Time > TimeSpan.FromMinutes(Short) ? 20_000 : 2_500;

    private static double Minutes()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(text) ? Short : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
