// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Access;

/// <summary>A set-uid QEMU has the environment of somebody who is not its user: nothing in there may steer it.</summary>
public sealed class SetUidTests(OtherUser user) : IClassFixture<OtherUser>
{
    private const string Require = "require=on";

    /// <summary>The loader drops LD_PRELOAD (ld.so(8)).</summary>
    [Fact]
    public void Preloaded_it_is_not_there()
    {
        using QemuProcess qemu = Start([], "require");
        Assert.EndsWith("l2tpv3: connected", qemu.Netdev("n0").Line, StringComparison.Ordinal);
        AssertIsSetUid(qemu);
    }

    [Fact]
    public void By_its_option_it_works_and_neither_variable_is_asked()
    {
        using TemporaryDirectory hostile = new();
        hostile.OpenToAll();
        using QemuProcess qemu = Start(PluginOption.Arguments(Require, user.Library), "off,nonsense", hostile.Path);

        Assert.True(qemu.Netdev("n0").IsPlugin);
        AssertIsSetUid(qemu);
        Assert.Empty(Directory.GetFileSystemEntries(hostile.Path));
        Assert.DoesNotContain("nonsense", qemu.StandardError, StringComparison.Ordinal);
        Assert.Equal(0, qemu.Quit());
    }

    private static void AssertIsSetUid(QemuProcess qemu) =>
        Assert.Contains("Uid:\t65534\t0\t0\t0\n", File.ReadAllText($"/proc/{qemu.Id}/status"), StringComparison.Ordinal);

    private QemuProcess Start(IReadOnlyList<string> arguments, string settings, string runtimeDirectory = "/nonexistent")
    {
        string binary = user.PathOf("bin/qemu");
        if (!File.Exists(binary))
        {
            // As its launcher sees it: it may have another /usr. Its modules it looks for beside it.
            Directory.CreateDirectory(user.PathOf("bin"));
            File.CreateSymbolicLink(user.PathOf("lib"), "/usr/lib");
            File.CreateSymbolicLink(user.PathOf("share"), "/usr/share");
            string[] copy = [.. QemuRoot.Launcher, "sh", "-c", """cp "$(command -v qemu-system-x86_64)" "$0" && chmod 4755 "$0" """, binary];
            ProcessRunner.Check(copy[0], copy.Skip(1));
        }

        return QemuProcess.Start(new QemuOptions
        {
            Binary = binary,
            IsOtherUsers = true,
            Launcher = OtherUser.Launcher(),
            Preload = [user.Library],
            Settings = settings,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_RUNTIME_DIR"] = runtimeDirectory },
            Arguments = ["-netdev", new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = 9 }.ToString(), .. arguments],
        });
    }
}
