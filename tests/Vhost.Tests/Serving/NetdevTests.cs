// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.Versioning;
using System.Text.Json;

namespace Vhost.Tests.Serving;

/// <summary>Several netdevs in one process, each on its thread.</summary>
[SupportedOSPlatform("linux")]
public sealed class NetdevTests
{
    private const int Rounds = 60;
    private const int FramesOfARound = 16;

    /// <summary>What two sessions could share by mistake: batches, counters, pages, what is known of the kernel, the log.</summary>
    [Fact]
    public void Two_netdevs_at_once_carry_their_own_frames_alone_while_their_properties_change()
    {
        NetdevBench[] netdevs = new NetdevBench[2];
        try
        {
            Parallel.Invoke(() => netdevs[0] = new NetdevBench("n0", 0x1000), () => netdevs[1] = new NetdevBench("n1", 0x2000));
            Parallel.Invoke(
                () => netdevs[0].Exchange(Rounds, seed: 1000),
                () => netdevs[1].Exchange(Rounds, seed: 2000),
                () => ChangeProperties(netdevs[0], "0x10"),
                () => ChangeProperties(netdevs[1], "0x20"));

            Assert.All(netdevs, netdev => Assert.False(netdev.HasFailed, netdev.Log));
            AssertCounts(netdevs[0], "n0");
            AssertCounts(netdevs[1], "n1");
            Assert.Equal(["ok 0x10", "ok 0x20"], netdevs.Select(netdev => netdev.Ask("get tos")), StringComparer.Ordinal);
            Assert.DoesNotContain("'n1'", netdevs[0].Log, StringComparison.Ordinal);
            Assert.DoesNotContain("error", netdevs[0].Log + netdevs[1].Log, StringComparison.Ordinal);
        }
        finally
        {
            Array.ForEach(netdevs, netdev => netdev?.Dispose());
        }
    }

    [Fact]
    public void The_end_of_one_leaves_the_other_one_as_it_is()
    {
        using NetdevBench stays = new("n0", 0x1000);
        using (NetdevBench goes = new("n1", 0x2000))
        {
            goes.Exchange(1, seed: 1);
            Assert.Equal(2, goes.Pages().Length);
        }

        stays.Exchange(1, seed: 2);
        Assert.Equal("ok on", stays.Ask("get gso"));
    }

    [Fact]
    public void Its_control_socket_stands_beside_its_page_and_goes_with_it()
    {
        NetdevBench netdev = new("n0", 0x1000);
        string[] pages = netdev.Pages();
        Assert.Equal(2, pages.Length);
        string socket = Assert.Single(pages, page => page.EndsWith(".control", StringComparison.Ordinal));
        Assert.Contains(socket[..^".control".Length], pages, StringComparer.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        netdev.Dispose();
        Assert.False(File.Exists(socket));
    }

    private static void ChangeProperties(NetdevBench netdev, string tos)
    {
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("ok", netdev.Ask(i % 2 == 0 ? "set gso=off" : "set gso=on"));
            Assert.Equal("ok", netdev.Ask($"set tos={tos}"));
            Assert.StartsWith("ok {", netdev.Ask("get statistics"), StringComparison.Ordinal);
        }
    }

    private static void AssertCounts(NetdevBench netdev, string id)
    {
        using JsonDocument statistics = JsonDocument.Parse(netdev.Ask("get statistics")["ok ".Length..]);
        Assert.Equal(id, statistics.RootElement.GetProperty("id").GetString());
        Assert.Equal(Rounds * FramesOfARound, statistics.RootElement.GetProperty("transmit").GetProperty("frames").GetInt64());
        Assert.Equal(Rounds * FramesOfARound, statistics.RootElement.GetProperty("receive").GetProperty("frames").GetInt64());
    }
}
