// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.BadInput;

/// <summary>
/// Bad options end QEMU with status 1, or make netdev_add fail; either way with one message and nothing half made.
/// In a namespace with nothing but a loopback, so that no name is looked up anywhere.
/// </summary>
public sealed class OptionTests(QemuInNamespace shared) : IClassFixture<QemuInNamespace>
{
    public static TheoryData<string> RefusedByPlugin => [.. BadOptions.RefusedByPlugin.Keys];

    public static TheoryData<string> RefusedBySchema => [.. BadOptions.RefusedBySchema.Keys];

    [Theory]
    [MemberData(nameof(RefusedByPlugin))]
    public void QEMU_ends_with_status_1_and_names_netdev_option_and_remedy(string what)
    {
        ((string, object?)[] change, string[] words) = BadOptions.RefusedByPlugin[what];

        ProcessResult result = Run(change);

        Assert.Equal(1, result.ExitStatus);
        AssertMessage(Assert.Single(Lines(result.StandardError)), ["l2tpv3", "'n0'", .. words]);
    }

    [Theory]
    [MemberData(nameof(RefusedBySchema))]
    public void QEMU_ends_with_status_1_when_its_schema_refuses_an_option(string what)
    {
        ((string, object?)[] change, string[] words) = BadOptions.RefusedBySchema[what];

        ProcessResult result = Run(change);

        Assert.Equal(1, result.ExitStatus);
        AssertMessage(Assert.Single(Lines(result.StandardError)), ["l2tpv3", "id=n0", .. words]);
    }

    [Theory]
    [MemberData(nameof(RefusedByPlugin))]
    public void Netdev_add_fails_with_the_message_and_leaves_no_netdev_and_no_descriptor(string what)
    {
        ((string, object?)[] change, string[] words) = BadOptions.RefusedByPlugin[what];
        AssertMessage(AddAndFail(change).Description, ["l2tpv3", "'n0'", .. words]);
    }

    [Theory]
    [MemberData(nameof(RefusedBySchema))]
    public void Netdev_add_fails_without_a_trace_when_the_schema_refuses_an_option(string what)
    {
        ((string, object?)[] change, string[] words) = BadOptions.RefusedBySchema[what];
        AssertMessage(AddAndFail(change).Description, words);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertMessage(string message, string[] words)
    {
        foreach (string word in words)
        {
            Assert.Contains(word, message, StringComparison.Ordinal);
        }
    }

    private ProcessResult Run((string, object?)[] change) => QemuProcess.RunToExit(new QemuOptions
    {
        Plugin = true,
        Namespace = shared.Network,
        Arguments = ["-netdev", BadOptions.CommandLine(BadOptions.Changed(change))],
    });

    private QmpException AddAndFail((string, object?)[] change)
    {
        IReadOnlyList<int> before = ProcessStatus.Read(shared.Qemu.Id).OpenDescriptors;

        Exception? refusal = Record.Exception(() => shared.Qemu.Qmp.Execute("netdev_add", BadOptions.Changed(change)));

        IReadOnlyList<int> after = ProcessStatus.Read(shared.Qemu.Id).OpenDescriptors;
        bool exists = NetdevInfo.Exists(shared.Qemu.Hmp("info network"), "n0");
        if (exists)
        {
            // The next test shall find the QEMU as this one did.
            shared.Qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        }

        Assert.False(exists);
        Assert.Equal(before, after);
        return Assert.IsType<QmpException>(refusal);
    }
}
