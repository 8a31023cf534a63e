// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Observation;

/// <summary>pcap= and pcap-wire= as Wireshark's reader sees them.</summary>
public sealed class CaptureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(CookieSize.None)]
    [InlineData(CookieSize.Bits64)]
    public void Wireshark_reads_both_sides_of_a_tunnel(CookieSize cookie)
    {
        string guestFile = _directory.File("guest.pcap");
        string wireFile = _directory.File("wire.pcap");
        L2tpv3Netdev netdev = new() { Cookie = cookie, TransmitCookie = 1, ReceiveCookie = 2 };
        byte[] sent = TestFrames.Create(60, seed: 1);
        byte[] received = TestFrames.Create(1200, seed: 2);
        int local;
        int remote;
        using (QemuTunnel tunnel = new(netdev, Options($"n0.pcap={guestFile},pcap-wire={wireFile}")))
        {
            (local, remote) = (tunnel.Netdev.SourcePort!.Value, tunnel.Wire.Port);
            tunnel.Guest.Send(sent);
            tunnel.Wire.Receive();
            tunnel.SendFrame(received);
            tunnel.Guest.Receive();
            Assert.Equal(0, tunnel.Qemu.Quit());
        }

        Assert.Equal([sent, received], PcapFile.Read(guestFile));
        Assert.Equal(["60", "1200"], Fields(guestFile, [], "frame.len"));

        string[] options = ["-d", $"udp.port=={local},l2tp", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
        string[] packets = Fields(wireFile, options, "ip.src", "udp.srcport", "udp.dstport", "ip.checksum.status", "udp.checksum.status", "l2tp.version", "l2tp.sid");
        Assert.Equal(
            [
                string.Create(CultureInfo.InvariantCulture, $"127.0.0.1\t{local}\t{remote}\t1\t1\t3\t0x{netdev.TransmitSessionId:x8}"),
                string.Create(CultureInfo.InvariantCulture, $"127.0.0.1\t{remote}\t{local}\t1\t1\t3\t0x{netdev.ReceiveSessionId:x8}"),
            ],
            packets);
    }

    [Fact]
    public void A_capture_that_cannot_be_had_is_one_line_and_the_netdev_works()
    {
        using QemuTunnel tunnel = new(options: Options("pcap=/dev/full"));
        tunnel.Guest.Send(TestFrames.Create(60));
        tunnel.Wire.Receive();
        Assert.Contains("l2tpv3 netdev 'n0': cannot capture: /dev/full: something else has that name", Assert.Single(tunnel.Qemu.WaitForLog("capture")), StringComparison.Ordinal);
    }

    private static QemuOptions Options(string settings) => new()
    {
        Plugin = true,
        Settings = $"require,{settings}",
    };

    /// <summary>One line for each packet.</summary>
    private static string[] Fields(string file, IEnumerable<string> options, params IEnumerable<string> fields)
    {
        Requires.Program("tshark");
        return ProcessRunner.Check("tshark", ["-n", "-r", file, .. options, "-T", "fields", .. fields.SelectMany(field => (string[])["-e", field])])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
