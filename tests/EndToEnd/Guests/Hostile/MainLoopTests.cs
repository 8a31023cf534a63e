// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// A guest may have a frame of 64 KiB cut into 8,175 datagrams, and put 256 of them into its ring at once. Meanwhile QEMU's
/// main loop serves the monitor and the other netdevs.
/// </summary>
[Collection(AloneDefinition.Name)]
public sealed class MainLoopTests(FloodingGuest flooding) : IClassFixture<FloodingGuest>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(20);

    public static TheoryData<string, int> Floods()
    {
        TheoryData<string, int> rows = [];
        foreach (string way in FloodingGuest.Ways)
        {
            foreach (int size in (int[])[1, 8, 100, 1448])
            {
                rows.Add(way, size);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public void The_monitor_answers_within_20_ms_whatever_a_guest_has_cut(string way, int size) => flooding.Measure(way, size, s_longest);
}
