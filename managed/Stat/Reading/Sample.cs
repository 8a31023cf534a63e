// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Stat.Reading;

/// <summary>A netdev at two moments: what it has done, and what it is doing.</summary>
/// <param name="Before">The earlier one; the same as <paramref name="Now"/> when there is none.</param>
/// <param name="Now">The later one.</param>
internal sealed record Sample(Netdev Before, Netdev Now)
{
    private const double MillisecondsPerSecond = 1000;

    /// <summary>Seconds in between; 0 when there is one moment only.</summary>
    public double Seconds => (Now.At - Before.At) / MillisecondsPerSecond;

    public double TransmittedFrames => Rate(Now.Page.Traffic.TransmittedFrames, Before.Page.Traffic.TransmittedFrames);

    public double TransmittedBits => 8 * Rate(Now.Page.Traffic.TransmittedBytes, Before.Page.Traffic.TransmittedBytes);

    public double ReceivedFrames => Rate(Now.Page.Traffic.ReceivedFrames, Before.Page.Traffic.ReceivedFrames);

    public double ReceivedBits => 8 * Rate(Now.Page.Traffic.ReceivedBytes, Before.Page.Traffic.ReceivedBytes);

    public double Drops => Rate(Now.TotalDrops, Before.TotalDrops);

    private double Rate(ulong now, ulong before) => Seconds > 0 && now > before ? (now - before) / Seconds : 0;
}
