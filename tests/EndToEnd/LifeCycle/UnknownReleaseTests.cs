// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>A real QEMU that seems to have another table of callbacks than any known release.</summary>
public sealed class UnknownReleaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void An_unknown_release_keeps_its_working_backend_after_one_warning()
    {
        using QemuTunnel tunnel = new(options: Options(mode: string.Empty));
        byte[] frame = TestFrames.Create(60);

        tunnel.AssertDelivers(frame);
        tunnel.AssertTransmits(frame);

        Assert.EndsWith(StockBackend.InfoLine, tunnel.Info().Line, StringComparison.Ordinal);
        Assert.Equal(0, tunnel.Qemu.Quit());
        string warning = Assert.Single(OwnLines(tunnel.Qemu.StandardError));
        Assert.StartsWith(
            "qemu-l2tpv3: warning: QEMU's own l2tpv3 backend stays in place: the layout of its net clients is unknown: ",
            warning,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Require_ends_an_unknown_release_with_one_error_and_status_1()
    {
        ProcessResult result = QemuProcess.RunToExit(Options(mode: "require"));

        Assert.Equal(1, result.ExitStatus);
        string error = Assert.Single(OwnLines(result.StandardError));
        Assert.StartsWith(
            "qemu-l2tpv3: error: cannot take over -netdev l2tpv3 of this QEMU: the layout of its net clients is unknown: ",
            error,
            StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static string[] OwnLines(string log) =>
        Array.FindAll(log.Split('\n'), line => line.Contains("qemu-l2tpv3", StringComparison.Ordinal));

    private QemuOptions Options(string mode)
    {
        string source = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "LifeCycle", "Faults", "tampered_accessor.c"));
        return new QemuOptions
        {
            Plugin = true,
            Preload = [CCompiler.SharedObject(_directory, source)],
            Settings = mode,
        };
    }
}
