// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Interop.Qemu;
using L2tpv3.Interop.Reading;

namespace Interop.Tests;

/// <summary>QEMU's layout tables, and what the shim gets of them.</summary>
public sealed class QemuTests
{
    private const string Info = "NetClientInfo.";
    private static readonly string[] s_aroundDerived = ["qemu-7.2", "qemu-8.0", "qemu-8.2"];
    private static readonly string[] s_unseen = ["receive", "receive_raw", "receive_iov", "cleanup", "link_status_changed", "query_rx_filter", "poll"];

    public static TheoryData<string> MadeTables => [.. QemuSources.Made];

    public static TheoryData<string> AllTables => [.. QemuSources.Tables.Keys];

    [Theory]
    [MemberData(nameof(MadeTables))]
    public void A_table_is_what_the_generator_makes_of_that_source_and_the_compiler_agrees(string table)
    {
        using QemuTree tree = new(Tree(table));
        Assert.Equal(QemuSources.Tables[table], tree.MakeTable());

        Assertions assertions = new(QemuTree.Source["#include ".Length..], [.. tree.Options, "-w"]);
        assertions.AddTable(QemuSources.Tables[table].Split('\n'));
        assertions.Hold();
    }

    [Theory]
    [MemberData(nameof(AllTables))]
    public void The_slots_of_a_table_follow_each_other_without_gap_or_overlap(string table)
    {
        int[] offsets = [.. QemuSources.Tables[table].Split('\n')
            .Where(line => line.StartsWith(Info, StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(offsets.Length >= 22, $"{offsets.Length} fields");
        Assert.Equal(Enumerable.Range(0, offsets.Length).Select(i => i * 8), offsets);
        Assert.Contains($"\nstruct NetClientInfo {offsets.Length * 8} 8\n", QemuSources.Tables[table], StringComparison.Ordinal);
    }

    /// <summary>What makes the derived table a safe one: nobody but the probe decides, and it sees each change around it.</summary>
    [Fact]
    public void What_the_probe_cannot_see_of_a_derived_layout_is_the_same_in_the_releases_around_it()
    {
        Table[] tables = [.. s_aroundDerived.Select(name => new Table(name, QemuSources.Tables[name]))];
        foreach (string slot in s_unseen)
        {
            Assert.Single(tables.Select(table => (table.Number(Info + slot), table.TypeOf(Info + slot))).Distinct());
        }
    }

    [Theory]
    [InlineData("NetClientInfo.cleanup 64 8 void", "NetClientInfo.cleanup 56 8 void", "NetClientInfo.cleanup: qemu-10.2 and qemu-11.1 differ")]
    [InlineData("set_vnet_hdr_len 144 8 void (NetClientState *, int)", "set_vnet_hdr_len 144 8 void (NetClientState *, long)", "qemu-11.1: set_vnet_hdr_len is void (NetClientState *, long), but the shim's is void (NetClientState *, int)")]
    [InlineData("NetClientState.peer 32", "NetClientState.peer 40", "NetClientState.peer: qemu-7.2 and qemu-11.1 differ")]
    public void A_table_that_does_not_fit_the_others_or_the_shim_is_refused(string text, string wrong, string message)
    {
        Dictionary<string, Table> tables = Tables("qemu-11.1", text, wrong);
        ShimList list = new(QemuSources.ShimList, tables);
        HeaderException exception = Assert.Throws<HeaderException>(() => ShimHeader.Layouts(list) + ShimHeader.Offsets(list));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Offloads_in_another_order_are_refused()
    {
        Dictionary<string, Table> tables = Tables("qemu-10.2", "NetOffloads.ecn 3 1", "NetOffloads.ecn 4 1");
        HeaderException exception = Assert.Throws<HeaderException>(() => ShimHeader.Layouts(new ShimList(QemuSources.ShimList, tables)));
        Assert.Equal("qemu-10.2: the shim has no set_offload for void (NetClientState *, const NetOffloads *)", exception.Message);
    }

    [Fact]
    public void Every_table_is_used_by_the_shim() =>
        Assert.Equal(
            QemuSources.Tables.Keys.Order(StringComparer.Ordinal),
            new ShimList(QemuSources.ShimList, Tables()).Families.SelectMany(family => family.Tables).Select(table => table.Name).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>The tables, one of them changed.</summary>
    private static Dictionary<string, Table> Tables(string changed = "", string text = "", string wrong = "") =>
        QemuSources.Tables.ToDictionary(
            table => table.Key,
            table =>
            {
                bool isChanged = string.Equals(table.Key, changed, StringComparison.Ordinal);
                Assert.True(!isChanged || table.Value.Contains(text, StringComparison.Ordinal));
                return new Table(table.Key, isChanged ? table.Value.Replace(text, wrong, StringComparison.Ordinal) : table.Value);
            },
            StringComparer.Ordinal);

    private static string Tree(string table)
    {
        string? tree = QemuSources.TreeOf(table);
        Assert.SkipUnless(tree is not null, "QEMU's source is not here; dotnet cake --target=Layouts fetches it (250 MB).");
        return tree!;
    }
}
