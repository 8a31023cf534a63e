// SPDX-License-Identifier: GPL-2.0-or-later
using Peers.Uml;

namespace Peers;

/// <summary>The recipes in this folder's README.md are what the rows run, with the numbers of the first tunnel.</summary>
public sealed class RecipeTests
{
    private static readonly TunnelOptions s_plain = new();
    private static readonly TunnelOptions s_all = s_plain with { CookieToPeer = CookieSize.Bits32, CookieFromPeer = CookieSize.Bits64, HasSublayer = true, IsSequenced = true };

    private readonly string _readme = File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "tests", "Peers", "README.md"));

    [Fact]
    public void This_end() => AssertInReadme([$"-netdev {s_plain.Netdev()}"]);

    [Fact]
    public void This_end_in_the_main_readme() =>
        Assert.Contains($"-netdev {s_plain.Netdev()}", File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "README.md")), StringComparison.Ordinal);

    [Fact]
    public void Linux_host() => AssertInReadme(new KernelPeer(s_plain).PeerCommands);

    [Fact]
    public void Linux_host_with_every_option() => AssertInReadme([s_all.KernelSession(), string.Join(',', s_all.Settings())]);

    [Fact]
    public void Container() => AssertInReadme(new ContainerPeer(s_plain).PeerCommands.Except(["ip link set l2tpeth0 mtu 1500 up"], StringComparer.Ordinal));

    [Fact]
    public void Another_qemu() => AssertInReadme([$"-netdev {s_plain.Netdev(isPeer: true)}"]);

    [Fact]
    public void User_mode_linux() => AssertInReadme(UmlPeer.Commands(s_plain).Where(command => command.Contains("linux.uml", StringComparison.Ordinal)).Select(command => command["peer: ".Length..]));

    [Fact]
    public void Ipsec() => AssertInReadme(new IpsecPeer(s_plain).HostCommands);

    private void AssertInReadme(IEnumerable<string> commands)
    {
        string[] lines = [.. _readme.Split('\n')];
        Assert.All(commands, command => Assert.Contains(lines, line => line.Contains(command, StringComparison.Ordinal)));
    }
}
