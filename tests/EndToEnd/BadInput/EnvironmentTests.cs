// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.BadInput;

/// <summary>Good options that the host refuses: no privilege, no port; and settings that nobody knows.</summary>
public sealed class EnvironmentTests : IDisposable
{
    private static readonly L2tpv3Netdev s_raw = new();

    private readonly NetworkNamespace _network = new();

    [Fact]
    public void Raw_IP_without_CAP_NET_RAW_ends_QEMU_with_status_1_and_says_what_to_do()
    {
        ProcessResult result = QemuProcess.RunToExit(WithoutNetRaw() with { Arguments = ["-netdev", s_raw.ToString()] });

        AssertRefused(result, ["CAP_NET_RAW", "udp=on"]);
    }

    [Fact]
    public void Raw_IP_without_CAP_NET_RAW_cannot_be_added_later_and_UDP_can()
    {
        using QemuProcess qemu = QemuProcess.Start(WithoutNetRaw());

        QmpException refusal = Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", s_raw.Options()));

        Assert.Contains("CAP_NET_RAW", refusal.Description, StringComparison.Ordinal);
        Assert.False(NetdevInfo.Exists(qemu.Hmp("info network"), "n0"));
        qemu.Qmp.Execute("netdev_add", Udp(1701).Options());
        Assert.True(qemu.Netdev("n0").IsPlugin);
    }

    [Fact]
    public void A_port_in_use_ends_QEMU_with_status_1()
    {
        using WirePeer owner = _network.Run(() => WirePeer.Udp());

        ProcessResult result = QemuProcess.RunToExit(InNamespace() with { Arguments = ["-netdev", Udp(owner.Port).ToString()] });

        AssertRefused(result, [string.Create(CultureInfo.InvariantCulture, $"srcport={owner.Port}"), "in use", "another"]);
    }

    [Fact]
    public void A_port_in_use_makes_netdev_add_fail_and_leaves_the_netdev_that_owns_it_working()
    {
        using WirePeer wire = _network.Run(() => WirePeer.Udp());
        using FrameSocket guest = new();
        using QemuProcess qemu = QemuProcess.Start(InNamespace());
        L2tpv3Netdev owner = Udp(1701) with { DestinationPort = wire.Port };
        qemu.Qmp.Execute("netdev_add", owner.Options());
        guest.Attach(qemu, "n0");
        IReadOnlyList<int> before = ProcessStatus.Read(qemu.Id).OpenDescriptors;

        QmpException refusal = Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", (owner with { Id = "n1" }).Options()));

        Assert.Contains("'n1'", refusal.Description, StringComparison.Ordinal);
        Assert.Contains("srcport=1701", refusal.Description, StringComparison.Ordinal);
        Assert.Equal(before, ProcessStatus.Read(qemu.Id).OpenDescriptors);
        byte[] frame = TestFrames.Create(60);
        guest.Send(frame);
        Assert.Equal(owner.Datagram(frame), wire.Receive());
    }

    [Fact]
    public void The_port_of_a_refused_netdev_is_free_again()
    {
        using QemuProcess qemu = QemuProcess.Start(InNamespace());

        // The source can be bound, the peer cannot be its peer: 127.0.0.1 has no way to a broadcast address.
        Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", (Udp(1701) with { Destination = "255.255.255.255" }).Options()));

        qemu.Qmp.Execute("netdev_add", Udp(1701).Options());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("require,nonsense")]
    [InlineData("n7.nonsense=1", "'n7.nonsense=...'")]
    [InlineData("Require")]
    public void A_setting_that_nobody_knows_ends_QEMU_with_status_1(string setting, string? shown = null)
    {
        ProcessResult result = QemuProcess.RunToExit(WithSetting(setting) with { Arguments = ["-netdev", Udp(1701).ToString()] });

        AssertRefused(result, ["QEMU_L2TPV3", shown ?? setting.Replace("require,", string.Empty, StringComparison.Ordinal), "the settings are source-check"]);
    }

    [Theory]
    [InlineData("source-check=maybe", "on, off or roam")]
    [InlineData("gso=1", "on, off or uneven")]
    [InlineData("gro=", "on or off")]
    [InlineData("rcvbuf=-1", "a size from 4k to 1023M")]
    [InlineData("rcvbuf=1", "a size from 4k to 1023M")]
    [InlineData("sndbuf=4G", "a size from 4k to 1023M")]
    [InlineData("sndbuf=99999999999999999999M", "a size from 4k to 1023M")]
    public void A_value_that_nobody_knows_ends_QEMU_with_status_1_and_names_the_values_of_its_key_alone(string setting, string values)
    {
        ProcessResult result = QemuProcess.RunToExit(WithSetting(setting) with { Arguments = ["-netdev", Udp(1701).ToString()] });

        AssertRefused(result, [$"QEMU_L2TPV3: '{setting}' must say {values}"]);
        Assert.DoesNotContain("the settings are", result.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_nobody_knows_makes_netdev_add_fail_and_QEMU_goes_on()
    {
        using QemuProcess qemu = QemuProcess.Start(WithSetting("nonsense"));

        QmpException refusal = Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", Udp(1701).Options()));

        Assert.Contains("nonsense", refusal.Description, StringComparison.Ordinal);
        Assert.Equal(0, qemu.Quit());
    }

    public void Dispose() => _network.Dispose();

    private static L2tpv3Netdev Udp(int port) => new() { SourcePort = port, DestinationPort = 9 };

    private static void AssertRefused(ProcessResult result, string[] words)
    {
        Assert.Equal(1, result.ExitStatus);
        string message = Assert.Single(result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (string word in (string[])["l2tpv3", "'n0'", .. words])
        {
            Assert.Contains(word, message, StringComparison.Ordinal);
        }
    }

    private QemuOptions InNamespace() => new() { Plugin = true, Namespace = _network };

    private QemuOptions WithSetting(string setting) => InNamespace() with
    {
        Settings = setting,
    };

    /// <summary>As QEMU runs under libvirt: even root has no CAP_NET_RAW.</summary>
    private QemuOptions WithoutNetRaw() => InNamespace() with { Launcher = ["setpriv", "--bounding-set=-net_raw"] };
}
