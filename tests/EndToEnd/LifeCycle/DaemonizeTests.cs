// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>
/// `-daemonize` forks, and QEMU makes its netdevs on one side of the fork only. Threads do not survive a fork, so a runtime that
/// started too early would hang the daemon.
/// </summary>
public sealed class DaemonizeTests
{
    [Fact]
    public void A_daemonized_QEMU_carries_frames_and_ends_when_told()
    {
        using TemporaryDirectory directory = new();
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        string qmpPath = directory.File("q");
        string pidFile = directory.File("pid");

        ProcessResult parent = QemuProcess.RunToExit(new QemuOptions
        {
            Plugin = true,
            Arguments =
            [
                "-netdev", netdev.ToString(), .. guest.Arguments("n0"),
                "-daemonize", "-pidfile", pidFile, "-qmp", $"unix:{qmpPath},server=on,wait=off",
            ],
        });

        Assert.Equal(0, parent.ExitStatus);
        using QmpClient qmp = QmpClient.Connect(qmpPath);
        int id = int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);
        try
        {
            byte[] frame = TestFrames.Create(100);
            guest.Send(frame);
            Assert.Equal(netdev.Datagram(frame), wire.Receive());
            wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort.Value);
            Assert.Equal(frame, guest.Receive());
            Assert.True(NetdevInfo.Find(qmp.Hmp("info network"), "n0").IsPlugin);
            qmp.Execute("quit");
            Eventually.Get(() => Directory.Exists($"/proc/{id}"), exists => !exists, () => "the daemon's end");
        }
        finally
        {
            KillIfThere(id);
        }
    }

    /// <summary>QEMU loads plugins on the same side of the fork, so the runtime that starts then has its thread.</summary>
    [Fact]
    public void A_daemonized_QEMU_with_the_plugin_option_has_the_runtimes_thread_and_takes_a_netdev()
    {
        using TemporaryDirectory directory = new();
        string qmpPath = directory.File("q");
        string pidFile = directory.File("pid");

        ProcessResult parent = QemuProcess.RunToExit(new QemuOptions
        {
            Arguments = [.. PluginOption.Arguments(), "-daemonize", "-pidfile", pidFile, "-qmp", $"unix:{qmpPath},server=on,wait=off"],
        });

        Assert.Equal(0, parent.ExitStatus);
        using QmpClient qmp = QmpClient.Connect(qmpPath);
        int id = int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);
        try
        {
            Eventually.Get(() => ProcessStatus.ThreadNames(id), names => names.Contains(".NET Finalizer", StringComparer.Ordinal), () => "the runtime's thread");
            qmp.Execute("netdev_add", new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = 9 }.Options());
            Assert.True(NetdevInfo.Find(qmp.Hmp("info network"), "n0").IsPlugin);
            qmp.Execute("quit");
            Eventually.Get(() => Directory.Exists($"/proc/{id}"), exists => !exists, () => "the daemon's end");
        }
        finally
        {
            KillIfThere(id);
        }
    }

    private static void KillIfThere(int id)
    {
        try
        {
            using System.Diagnostics.Process daemon = System.Diagnostics.Process.GetProcessById(id);
            daemon.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended, as it should.
        }
    }
}
