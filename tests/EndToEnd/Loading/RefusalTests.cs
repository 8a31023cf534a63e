// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Loading;

/// <summary>A netdev that the stock backend has taken and the plugin cannot take keeps the stock backend, as if nothing had been.</summary>
public sealed class RefusalTests
{
    /// <summary>What the stock backend puts up with, and what is said of it. The second fails when our socket is bound already.</summary>
    public static TheoryData<string, string> Options => new()
    {
        { "txcookie=0x123456789,rxcookie=1", "txcookie= is wider than 32 bits" },
        { "dst=255.255.255.255", "dst=255.255.255.255:1702 cannot be a peer of src=127.0.0.1:1701" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Such_a_netdev_keeps_the_stock_backend_with_one_warning(string options, string words)
    {
        using NetworkNamespace network = new();
        using FrameSocket guest = new();
        using WirePeer wire = network.Run(() => WirePeer.Udp(port: 1702));
        using QemuProcess qemu = QemuProcess.Start(With(options, network) with
        {
            Arguments =
            [
                "-netdev", $"{Netdev},{options}", .. guest.Arguments("n0"),
                "-netdev", (Netdev with { Id = "n1", SourcePort = 1711 }).ToString(),
                .. PluginOption.Arguments("source-check=on"),
            ],
        });

        string warning = Assert.Single(qemu.WaitForLog("qemu-l2tpv3: "));
        Assert.StartsWith($"qemu-l2tpv3: warning: l2tpv3 netdev 'n0': {words}", warning, StringComparison.Ordinal);
        Assert.EndsWith("; QEMU's own backend stays in place for it", warning, StringComparison.Ordinal);
        Assert.EndsWith("l2tpv3: connected", qemu.Netdev("n0").Line, StringComparison.Ordinal);
        Assert.True(qemu.Netdev("n1").IsPlugin);

        // Its socket was closed for ours, and is back.
        L2tpv3Netdev sender = Netdev.OtherEnd() with { Cookie = options.Contains("cookie", StringComparison.Ordinal) ? CookieSize.Bits32 : CookieSize.None, TransmitCookie = 1 };
        byte[] frame = TestFrames.Create(100);
        wire.Send(sender.Datagram(frame), "127.0.0.1", 1701);
        Assert.Equal(frame, guest.Receive());
        Assert.Equal(0, qemu.Quit());
    }

    /// <summary>
    /// The backend knows its socket by a number. While that socket is closed the .NET runtime starts (there is no setting that
    /// would have started it before) and opens files, which keep theirs.
    /// </summary>
    [Fact]
    public void The_socket_that_comes_back_takes_no_descriptor_from_the_runtime()
    {
        const string refused = ",txcookie=0x123456789,rxcookie=1";
        using QemuProcess taken = QemuProcess.Start(Unset(string.Empty));
        using QemuProcess kept = QemuProcess.Start(Unset(refused));

        Assert.True(taken.Netdev("n0").IsPlugin);
        Assert.False(kept.Netdev("n0").IsPlugin);
        Assert.Contains("/dev/urandom", Files(taken), StringComparer.Ordinal);
        Assert.Equal(Files(taken), Files(kept));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Require_makes_that_fatal(string options, string words)
    {
        using NetworkNamespace network = new();
        ProcessResult result = QemuProcess.RunToExit(With(options, network));

        Assert.Equal(1, result.ExitStatus);
        Assert.Contains($"qemu-l2tpv3: error: l2tpv3 netdev 'n0': {words}", result.StandardError, StringComparison.Ordinal);
    }

    private static L2tpv3Netdev Netdev { get; } = new() { SourcePort = 1701, DestinationPort = 1702 };

    private static QemuOptions Unset(string options) => new()
    {
        Arguments = ["-netdev", $"{Netdev with { SourcePort = FreePort.Udp() }}{options}", .. PluginOption.Arguments(string.Empty)],
    };

    /// <summary>The devices that a process has open.</summary>
    private static string[] Files(QemuProcess qemu) =>
    [
        .. Directory.GetFiles($"/proc/{qemu.Id}/fd")
            .Select(descriptor => File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName ?? string.Empty)
            .Where(target => target.StartsWith("/dev/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static QemuOptions With(string options, NetworkNamespace network) => new()
    {
        Namespace = network,
        Arguments = ["-netdev", $"{Netdev},{options}", .. PluginOption.Arguments()],
    };
}
