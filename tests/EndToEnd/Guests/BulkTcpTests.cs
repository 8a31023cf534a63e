// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// Bulk TCP through each NIC: what the NIC and the plugin have agreed on, seen in how many frames of the wire one frame of the
/// guest stands for, and in what the guests' own TCP has to complain of.
/// </summary>
[Collection(nameof(SharedGuests))]
public sealed class BulkTcpTests(SharedGuests guests)
{
    private const int MostTries = 5;

    /// <summary>
    /// Whether the guest leaves large frames to the plugin, and whether it gets them. e1000 and rtl8139 know no vnet header and
    /// cut large frames themselves, so there the numbers say nothing.
    /// </summary>
    public static TheoryData<int, bool?, bool?> Rows =>
    [
        (0, true, true),
        (5, true, true),
        (6, true, true),
        (9, false, true),
        (10, true, false),
        (11, true, true),
        (12, true, true),
        (13, true, true),
        (1, null, null),
        (2, true, false),
        (3, null, null),
        (4, true, true),
        .. SharedGuests.HasIgb ? new (int, bool?, bool?)[] { (8, true, false) } : [],
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Bulk_tcp_passes_both_ways_without_a_checksum_error(int index, bool? cuts, bool? joins)
    {
        GuestLink link = SharedGuests.Links.Concat(SharedGuests.Variants).Single(link => link.Index == index);
        guests.Pair.Second.ServeIperf();
        guests.Pair.First.WaitForAnswer(link.Address(2));
        Counts[] both = Transfer(link);

        // Where a guest has no CPU for a while, TCP takes for lost what is late; what is wrong with a NIC is wrong each time.
        for (int tries = 1; tries < MostTries && !Array.TrueForAll(both, HasFewRetransmissions); tries++)
        {
            both = Transfer(link);
        }

        foreach (Counts done in both)
        {
            Assert.True(HasFewRetransmissions(done), $"{done}");
            Assert.InRange(done.WireOut, 200, long.MaxValue);
            Report(link, done);
            AssertStandsForMany(cuts, done.WireOut, done.GuestOut);
            AssertStandsForMany(joins, done.WireIn, done.GuestIn);
        }
    }

    private Counts[] Transfer(GuestLink link)
    {
        Counts[] before = [Count(guests.Pair.First, link, 1), Count(guests.Pair.Second, link, 2)];
        guests.Pair.First.Run($"iperf3 --client {link.Address(2)} --bidir --time 1");
        Counts[] done = [Count(guests.Pair.First, link, 1).Less(before[0]), Count(guests.Pair.Second, link, 2).Less(before[1])];
        Assert.All(done, end => Assert.Equal(0, end.ChecksumErrors));
        return done;
    }

    private static bool HasFewRetransmissions(Counts done) => done.Retransmitted <= done.SegmentsOut / 20;

    /// <summary>The figure that tests/Matrix puts into its table.</summary>
    private static void Report(GuestLink link, Counts done) => TestContext.Current.TestOutputHelper?.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{link.Model}: frames of the wire per frame of the guest: out {(double)done.WireOut / done.GuestOut:F1}, in {(double)done.WireIn / done.GuestIn:F1}"));

    private static void AssertStandsForMany(bool? expected, long wire, long guest)
    {
        if (expected is not null)
        {
            double ratio = (double)wire / guest;
            Assert.InRange(ratio, expected.Value ? 1.5 : 0.95, expected.Value ? 64 : 1.05);
        }
    }

    private static Counts Count(Guest guest, GuestLink link, int end)
    {
        NetdevInfo info = guest.Qemu.SettledNetdev(link.NetdevId);
        long[] numbers =
        [
            .. guest.Run(
                $$"""
                cd $(dirname $(grep -l {{link.Mac(end)}} /sys/class/net/*/address))/statistics; {{Counters(link)}}; awk '/^Tcp:/ { if (n++) print $h["OutSegs"], $h["RetransSegs"], $h["InCsumErrors"]; for (i = 1; i <= NF; i++) h[$i] = i }' /proc/net/snmp
                """).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => long.Parse(word, CultureInfo.InvariantCulture)),
        ];
        return new Counts(info.FramesTransmitted, info.FramesReceived, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    }

    /// <summary>Transmitted and received frames as the NIC counts them; igb's driver itself counts the segments of a large frame.</summary>
    private static string Counters(GuestLink link) => link.Model is "igb"
        ? "ethtool -S $(basename $(dirname $PWD)) | awk '/ [tr]x_packets:/ { n[$1] = $2 } END { print n[\"tx_packets:\"], n[\"rx_packets:\"] }'"
        : "cat tx_packets rx_packets";

    private sealed record Counts(long WireOut, long WireIn, long GuestOut, long GuestIn, long SegmentsOut, long Retransmitted, long ChecksumErrors)
    {
        public Counts Less(Counts other) => new(
            WireOut - other.WireOut,
            WireIn - other.WireIn,
            GuestOut - other.GuestOut,
            GuestIn - other.GuestIn,
            SegmentsOut - other.SegmentsOut,
            Retransmitted - other.Retransmitted,
            ChecksumErrors - other.ChecksumErrors);
    }
}
