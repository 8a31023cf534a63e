// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Packaging.Tests;

/// <summary>l2tpv3-vhost@.service as it is installed.</summary>
public sealed partial class VhostUnitTests(Installation installation) : IClassFixture<Installation>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>It verifies that the command exists, too.</summary>
    [Fact]
    public void Systemd_has_nothing_to_say_of_the_unit()
    {
        ProcessResult result = ProcessRunner.Run("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", Instance()]);

        Assert.Empty(result.StandardError);
        Assert.Equal(0, result.ExitStatus);
    }

    /// <summary>What is left: sockets of the Internet and of unix, and a network that is the host's.</summary>
    [Fact]
    public void Its_sandbox_leaves_little_in_the_judgement_of_systemd()
    {
        string report = ProcessRunner.Check("systemd-analyze", "security", "--offline=true", "--no-pager", Instance());

        Match exposure = Exposure().Match(report);
        Assert.True(exposure.Success, report);
        Assert.InRange(double.Parse(exposure.Groups["figure"].Value, CultureInfo.InvariantCulture), 0, 1.5);
    }

    [Fact]
    public void It_starts_the_program_that_was_installed() =>
        Assert.Contains($"\nExecStart={installation.File("bin", "l2tpv3-vhost")} --config ", File.ReadAllText(Unit), StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();

    private string Unit => installation.File("lib", "systemd", "system", "l2tpv3-vhost@.service");

    /// <summary>systemd-analyze takes a template only with an instance's name.</summary>
    private string Instance()
    {
        string instance = _directory.File("l2tpv3-vhost@web.service");
        File.Copy(Unit, instance, overwrite: true);
        return instance;
    }

    [GeneratedRegex(@"Overall exposure level for l2tpv3-vhost@web\.service: (?<figure>[0-9.]+) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exposure();
}
