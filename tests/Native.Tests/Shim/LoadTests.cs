// SPDX-License-Identifier: GPL-2.0-or-later
//
// What happens when the library is loaded. Two scenarios tell who made the netdev. They run with each release as all do, and
// here with other settings and in other processes.

using Native.Tests.Toolchain;
using TestKit;

namespace Native.Tests.Shim;

/// <summary>Taking QEMU's l2tpv3 over, or leaving it alone.</summary>
public sealed class LoadTests
{
    private const string Ours = "the_netdev_is_ours";
    private const string Stock = "the_netdev_is_qemus_own";

    /// <summary>A QEMU in which something is not as the shim knows it, and how the shim says so.</summary>
    public static TheoryData<string, string> StrangeQemus { get; } = new()
    {
        { "layout", "the layout of its net clients is unknown: can_receive_packet@20 has_ufo@60 has_uso@68 has_tunnel@70 has_vnet_hdr@80" },
        { "length", "its net clients keep vnet_hdr_len elsewhere" },
        { "no-table", "its table of netdevs was not found" },
        { "two-tables", "its table of netdevs was found more than once" },
        { "no-relro", "it has no relocated read-only segment" },
        { "no-symbol", "it does not export timer_mod" },
    };

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Require_makes_no_difference_where_all_is_well(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), Ours, "n0.source-check=on,require");

    [Fact]
    public void Off_wins_over_require() =>
        Scenario.Holds(FakeQemu.WithShim(Releases.Unknown), Stock, "require,off");

    [Theory]
    [InlineData("office")]
    [InlineData("of")]
    [InlineData("n0.off=on")]
    [InlineData("x=off")]
    public void A_word_that_only_looks_like_off_is_not_off(string settings) =>
        Scenario.Holds(FakeQemu.WithShim(Releases.V10_0), Ours, settings);

    [Theory]
    [MemberData(nameof(StrangeQemus))]
    public void A_strange_qemu_keeps_its_own_backend_with_one_warning(string variant, string reason)
    {
        ProcessResult result = Scenario.Run(Strange(variant), Stock, string.Empty);

        Assert.Equal(0, result.ExitStatus);
        string line = Assert.Single(result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("qemu-l2tpv3: warning: QEMU's own l2tpv3 backend stays in place: " + reason, line, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(StrangeQemus))]
    public void Require_ends_a_strange_qemu_with_one_error(string variant, string reason)
    {
        ProcessResult result = Scenario.Run(Strange(variant), Stock, "require");

        Assert.Equal(1, result.ExitStatus);
        string line = Assert.Single(result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("qemu-l2tpv3: error: cannot take over -netdev l2tpv3 of this QEMU: " + reason, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" require")]
    [InlineData("gso=off, require")]
    [InlineData("require ,gso=off")]
    [InlineData("\trequire\n")]
    public void Blanks_around_a_word_are_nothing_as_in_the_data_plane(string settings) =>
        Assert.Equal(1, Scenario.Run(FakeQemu.WithShim(Releases.Unknown), Stock, settings).ExitStatus);

    [Theory]
    [InlineData(" off")]
    [InlineData("gso=off, off ")]
    public void Blanks_around_off_are_nothing_either(string settings) =>
        Scenario.Holds(FakeQemu.WithShim(Releases.V10_0), Stock, settings);

    [Fact]
    public void A_program_without_an_l2tpv3_backend_is_left_alone() =>
        // Even require has nothing to say there: LD_PRELOAD is inherited by what is not QEMU.
        Scenario.Holds(FakeQemu.WithShim(Releases.V10_0, "no-l2tpv3"), Stock, "require");

    private static string Strange(string variant) =>
        string.Equals(variant, "layout", StringComparison.Ordinal) ? FakeQemu.WithShim(Releases.Unknown) : FakeQemu.WithShim(Releases.V10_0, variant);
}
