// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;
using TestKit;

namespace Native.Tests.Shim;

/// <summary>QEMU_L2TPV3 in a process that has rights which whoever started it has not (secure_getenv(3)).</summary>
public sealed class EnvironmentTests : IDisposable
{
    private const string Main = """
        #include <stdio.h>
        #include "settings.h"
        int main(void)
        {
            const char *settings = settings_text();
            printf("%d %s", settings_mode(), settings ? settings : "(none)");
            return 0;
        }
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0755", "2 off,gso=off")]
    [InlineData("4755", "0 (none)")]
    [InlineData("2755", "0 (none)")]
    public void The_variable_is_not_there_for_a_set_uid_program(string mode, string expected)
    {
        _directory.OpenToAll();
        string main = _directory.File("main.c");
        string program = _directory.File("program");
        File.WriteAllText(main, Main);
        string shim = Path.Combine(Plugin.RepositoryRoot, "native", "shim");
        ProcessRunner.Check("gcc", [.. Gcc.Warnings, "-I", shim, "-o", program, main, Path.Combine(shim, "settings.c")]);
        ProcessRunner.Check("chmod", mode, program);

        ProcessResult result = ProcessRunner.Run(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "--", program],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = "off,gso=off" });

        Assert.Equal(expected, result.StandardOutput);
    }
}
