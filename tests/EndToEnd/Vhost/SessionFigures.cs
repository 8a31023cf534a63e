// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using EndToEnd.Observation;

namespace EndToEnd.Vhost;

/// <summary>What the statistics page of the only netdev says.</summary>
/// <param name="Transmitted">Frames from the guest to the wire.</param>
/// <param name="Received">Frames from the wire to the guest.</param>
/// <param name="Drops">The drops, in words.</param>
internal sealed record SessionFigures(long Transmitted, long Received, string Drops)
{
    /// <summary>Asks l2tpv3-stat.</summary>
    public static SessionFigures Read(StatProgram program)
    {
        JsonElement page = Assert.Single(program.Netdevs());
        return new(
            page.GetProperty("transmit").GetProperty("frames").GetInt64(),
            page.GetProperty("receive").GetProperty("frames").GetInt64(),
            page.GetProperty("drops").GetRawText());
    }
}
