// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Access;

/// <summary>A user who is not root, and a copy of the plugin that he can reach wherever the repository is.</summary>
public sealed class OtherUser : IDisposable
{
    /// <summary>His name.</summary>
    public const string Name = "nobody";

    private const string Number = "65534";
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Makes the copy.</summary>
    public OtherUser()
    {
        Requires.Root("another user's QEMU");
        Requires.Program("setpriv");
        _directory.OpenToAll();
        Library = _directory.File("qemu-l2tpv3.so");
        File.Copy(Plugin.Path, Library);
    }

    /// <summary>The copy.</summary>
    public string Library { get; }

    /// <summary>Becomes him, with these capabilities alone, and stays so over execve(2): ambient ones (capabilities(7)).</summary>
    public static IReadOnlyList<string> Launcher(params string[] capabilities)
    {
        string sets = "-all" + string.Concat(Array.ConvertAll(capabilities, name => $",+{name}"));
        return ["setpriv", $"--reuid={Number}", $"--regid={Number}", "--clear-groups", $"--inh-caps={sets}", $"--ambient-caps={sets}", "--"];
    }

    /// <summary>A QEMU of his, with the plugin and these settings.</summary>
    public QemuOptions Qemu(IReadOnlyList<string> launcher, string settings = "require") => new()
    {
        IsOtherUsers = true,
        Launcher = launcher,
        Preload = [Library],
        Settings = settings,
    };

    /// <summary>A file in his directory, which is everybody's.</summary>
    public string PathOf(string name) => _directory.File(name);

    public void Dispose() => _directory.Dispose();
}
