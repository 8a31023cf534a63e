// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Matrix;

/// <summary>What was tested: the tests of some classes, or of all in a name space.</summary>
/// <param name="Title">The first cell.</param>
/// <param name="Classes">Names below EndToEnd; what ends with a dot is a name space, and an empty one is all.</param>
internal sealed partial record MatrixRow(string Title, params string[] Classes)
{
    private const string Assembly = "EndToEnd.";

    /// <summary>All rows; who adds tests that the table is to show adds a line.</summary>
    public static IReadOnlyList<MatrixRow> All { get; } =
    [
        new("takes over; leaves an unknown QEMU, and what is not QEMU, alone", "LifeCycle.ModeTests", "LifeCycle.UnknownReleaseTests", "LifeCycle.InertTests"),
        new("loaded by -plugin", "Loading.", "Guests.PluginOptionTests"),
        new("qemu-system-aarch64 and -arm", "LifeCycle.OtherMachineTests"),
        new("life cycle: hot plug, stop, set_link, announce, daemon, sandbox, limits, leaks", "LifeCycle.", "Guests.HotPlugTests", "Guests.StopTests", "Guests.LinkTests"),
        new("every header, against this release's own backend", "Interop."),
        new("ping through each NIC", "Guests.NicTests", "Guests.NicOptionTests"),
        new("vnet header and offloads of each NIC", "Guests.NegotiationTests"),
        new("bulk TCP through each NIC", "Guests.BulkTcpTests"),
        new("live migration", "Guests.MigrationTests"),
        new("exit with traffic", "LifeCycle.ExitTests", "Guests.ExitTests"),
        new("l2tpv3-vhost: ping, bulk TCP, stop, set_link, restarts", "Vhost.VhostGuestTests"),
        new("l2tpv3-vhost: hot plug, reset and reboot", "Vhost.VhostHotPlugTests", "Vhost.VhostResetTests"),
        new("l2tpv3-vhost: live migration", "Vhost.VhostMigrationTests"),
        new("all end-to-end tests", string.Empty),
    ];

    /// <summary>How many have passed, and of how many if that is not all.</summary>
    public string Cell(MatrixColumn column)
    {
        TestOutcome[] tests = Select(column);
        int passed = tests.Count(test => test.HasPassed);
        string text = passed.ToString(CultureInfo.InvariantCulture);
        return passed == tests.Length ? text : string.Create(CultureInfo.InvariantCulture, $"{text} of {tests.Length}");
    }

    /// <summary>The row's tests in a column.</summary>
    public TestOutcome[] Select(MatrixColumn column) => [.. column.Tests.Where(test => Classes.Any(name => IsOf(test.ClassName, name)))];

    /// <summary>For how many frames of the wire one frame of a virtio-net guest stands, in BulkTcpTests: out and in.</summary>
    public static string FramesPerDelivery(MatrixColumn column)
    {
        Match match = column.Tests.Select(test => Figure().Match(test.Output)).FirstOrDefault(match => match.Success, Match.Empty);
        return match.Success ? $"{match.Groups["out"].Value} / {match.Groups["in"].Value}" : "none";
    }

    private static bool IsOf(string className, string name)
    {
        string full = Assembly + name;
        return name.Length == 0 || (name.EndsWith('.') ? className.StartsWith(full, StringComparison.Ordinal) : className.Equals(full, StringComparison.Ordinal));
    }

    [GeneratedRegex("^virtio-net-pci: frames of the wire per frame of the guest: out (?<out>[0-9.]+), in (?<in>[0-9.]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Figure();
}
