// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Access;

/// <summary>fd=: the number of a socket that this QEMU uses already.</summary>
public sealed class DescriptorTests
{
    private const int Port = 1701;

    /// <summary>One of the numbers that QEMU gives its sockets; each has a netdev that would take it.</summary>
    private static readonly string s_anyNumber = string.Join(',', Enumerable.Range(3, 60).Select(number => string.Create(CultureInfo.InvariantCulture, $"n{number}.fd={number}")));

    /// <summary>It cannot be taken over (its cookie is too wide), and its socket is made without O_CLOEXEC.</summary>
    [Fact]
    public void The_socket_of_a_netdev_that_was_left_to_the_stock_backend_is_refused()
    {
        using NetworkNamespace network = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = false,
            Namespace = network,
            Arguments = ["-netdev", $"{Netdev("n0")},txcookie=0x123456789,rxcookie=1", .. PluginOption.Arguments(s_anyNumber)],
        });
        Assert.EndsWith("l2tpv3: connected", qemu.Netdev("n0").Line, StringComparison.Ordinal);
        AssertRefused(qemu);
    }

    [Fact]
    public void The_socket_that_another_netdev_was_given_is_refused()
    {
        using NetworkNamespace network = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = false,
            Namespace = network,
            Launcher = ["bash", "-c", $"exec 9<>/dev/udp/127.0.0.1/{Port}; exec \"$@\"", "bash"],
            Arguments = ["-netdev", "socket,id=s0,fd=9", .. PluginOption.Arguments(s_anyNumber)],
        });
        AssertRefused(qemu, 9);
    }

    private static void AssertRefused(QemuProcess qemu) => AssertRefused(qemu, DescriptorOf(qemu));

    private static void AssertRefused(QemuProcess qemu, int number)
    {
        L2tpv3Netdev other = Netdev(string.Create(CultureInfo.InvariantCulture, $"n{number}"));
        QmpException refusal = Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", other.Options()));
        Assert.Contains($"fd={number} is not inherited: QEMU opened it itself, or another netdev uses it", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, qemu.Quit());
    }

    private static L2tpv3Netdev Netdev(string id) =>
        new() { Id = id, Source = "127.0.0.1", Destination = "127.0.0.1", SourcePort = Port, DestinationPort = Port + 1 };

    /// <summary>The number of the socket that is bound to the port.</summary>
    private static int DescriptorOf(QemuProcess qemu)
    {
        string port = string.Create(CultureInfo.InvariantCulture, $":{Port:X4}");
        string inode = File.ReadLines($"/proc/{qemu.Id}/net/udp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(words => words[1].EndsWith(port, StringComparison.Ordinal))[9];
        string file = Directory.EnumerateFileSystemEntries($"/proc/{qemu.Id}/fd")
            .Single(entry => string.Equals(new FileInfo(entry).LinkTarget, $"socket:[{inode}]", StringComparison.Ordinal));
        return int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture);
    }
}
