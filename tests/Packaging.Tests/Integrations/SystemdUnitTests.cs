// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests.Integrations;

/// <summary>scripts/integrations/qemu-guest@.service.</summary>
public sealed class SystemdUnitTests(Installation installation) : IClassFixture<Installation>
{
    /// <summary>It verifies that the command exists, too, so the launcher is that of the test's installation.</summary>
    [Fact]
    public void Systemd_has_nothing_to_say_of_the_unit()
    {
        using TemporaryDirectory directory = new();
        string text = Repository.Text("scripts", "integrations", "qemu-guest@.service");
        Assert.Contains("/usr/bin/qemu-l2tpv3 ", text, StringComparison.Ordinal);
        string unit = directory.File("qemu-guest@tunnelled.service");
        File.WriteAllText(unit, text.Replace("/usr/bin/qemu-l2tpv3 ", installation.Launcher + " ", StringComparison.Ordinal));

        ProcessResult result = ProcessRunner.Run("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", unit]);

        Assert.Empty(result.StandardError);
        Assert.Equal(0, result.ExitStatus);
    }
}
