// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Text;
using EndToEnd.Observation;

namespace EndToEnd.Access;

/// <summary>Cookies are in nothing that anybody can look at: log, monitor, statistics, l2tpv3-stat, messages.</summary>
public sealed class SecretTests : IDisposable
{
    private const ulong Transmit = 0x5EC2_E7A1_5EC2_E7B1;
    private const ulong Receive = 0x5EC2_E7A2_5EC2_E7B2;
    private const ulong Second = 0x5EC2_E7A3_5EC2_E7B3;
    private const ulong Foreign = 0x5EC2_E7A4_5EC2_E7B4;

    private const string Object = "/l2tpv3/n0";

    private readonly StatProgram _stat = new();

    public void Dispose() => _stat.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_cookie_is_seen_from_outside_whether_it_is_right_or_wrong(bool bySettings)
    {
        L2tpv3Netdev netdev = new() { Cookie = CookieSize.Bits64, TransmitCookie = Transmit, ReceiveCookie = Receive };
        L2tpv3Netdev given = bySettings ? netdev with { Cookie = CookieSize.None } : netdev;
        string settings = bySettings
            ? string.Create(CultureInfo.InvariantCulture, $"require,source-check=roam,n0.txcookie={Transmit:x16},n0.rxcookie=0x{Receive:X16},n0.rxcookie2={Second:x16}")
            : "require,source-check=roam";
        QemuOptions options = _stat.Options with
        {
            Environment = _stat.Environment,
            Settings = settings,
        };
        using QemuTunnel tunnel = new(given, options);
        L2tpv3Netdev header = netdev with { SourcePort = tunnel.Netdev.SourcePort, DestinationPort = tunnel.Netdev.DestinationPort };
        byte[] frame = TestFrames.Create(60);
        tunnel.SendRaw((header.OtherEnd() with { TransmitCookie = Foreign }).Datagram(frame));
        tunnel.SendRaw(header.OtherEnd().Datagram(frame));
        Assert.Equal(frame, tunnel.Guest.Receive());
        tunnel.Guest.Send(frame);
        Assert.Equal(header.Datagram(frame), tunnel.Wire.Receive());
        tunnel.WaitForInfo(info => info.Drops == 1);
        tunnel.Qemu.WaitForLog("dropped");

        string again = Refused(tunnel, header);
        AssertHoldsNoCookie(RolledOver(tunnel), "qom-get and qom-set");
        AssertHoldsNoCookie(tunnel.Qemu.Hmp("info network"), "info network");
        AssertHoldsNoCookie(tunnel.Qemu.Hmp("info qom-tree"), "info qom-tree");
        AssertHoldsNoCookie(again, "netdev_add");
        foreach (string command in (string[])["--once --interval 0", "--json", "--openmetrics", "explain n0 --interval 0"])
        {
            ProcessResult result = _stat.Run(command.Split(' '));
            Assert.True(result.StandardOutput.Contains("n0", StringComparison.Ordinal), command);
            AssertHoldsNoCookie(result.StandardOutput + result.StandardError, command);
        }

        byte[] page = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_stat.Pages)));
        AssertHoldsNoCookie(Encoding.Latin1.GetString(page), "the page");
        Assert.Equal(0, tunnel.Qemu.Quit());
        AssertHoldsNoCookie(tunnel.Qemu.StandardError + tunnel.Qemu.StandardOutput, "the log");
    }

    /// <summary>The search would find one.</summary>
    [Fact]
    public void A_cookie_that_is_there_is_found()
    {
        Assert.Throws<Xunit.Sdk.DoesNotContainException>(() => AssertHoldsNoCookie("5ec2e7a1", string.Empty));
        Assert.Throws<Xunit.Sdk.DoesNotContainException>(() => AssertHoldsNoCookie("\u005e\u00c2\u00e7\u00a1", string.Empty));
        Assert.Throws<Xunit.Sdk.DoesNotContainException>(() => AssertHoldsNoCookie(Transmit.ToString(CultureInfo.InvariantCulture), string.Empty));
    }

    /// <summary>What QEMU says of a netdev that cannot be made, with these cookies too.</summary>
    private static string Refused(QemuTunnel tunnel, L2tpv3Netdev header)
    {
        Dictionary<string, object> options = new((header with { Id = "n1" }).Options(), StringComparer.Ordinal);
        string inUse = Assert.Throws<QmpException>(() => tunnel.Qemu.Qmp.Execute("netdev_add", options)).Message;
        options.Remove("cookie64");
        string tooWide = Assert.Throws<QmpException>(() => tunnel.Qemu.Qmp.Execute("netdev_add", options)).Message;
        return inUse + tooWide;
    }

    /// <summary>All that qom-get and qom-set say of the cookies, wrong ones and a rollover included.</summary>
    private static string RolledOver(QemuTunnel tunnel)
    {
        StringBuilder said = new();
        foreach (string property in (string[])["txcookie", "rxcookie", "rxcookie2"])
        {
            said.Append(Assert.Throws<QmpException>(() => tunnel.Qemu.Qmp.Execute("qom-get", new { path = Object, property })).Message);
            string cookie = Second.ToString("x16", CultureInfo.InvariantCulture);
            foreach (string value in (string[])[cookie[..8], cookie[..15], cookie + "00", cookie[..15] + "g", "0X" + cookie, Second.ToString(CultureInfo.InvariantCulture)])
            {
                said.Append(Assert.Throws<QmpException>(() => tunnel.Qemu.Qmp.Execute("qom-set", new { path = Object, property, value })).Message);
                said.Append(tunnel.Qemu.Hmp($"qom-set {Object} {property} {value}"));
            }
        }

        foreach (string property in (string[])["rxcookie2", "txcookie", "rxcookie"])
        {
            tunnel.Qemu.Qmp.Execute("qom-set", new { path = Object, property, value = Second.ToString("x16", CultureInfo.InvariantCulture) });
            said.Append(tunnel.Qemu.Qmp.Execute("qom-get", new { path = Object, property = "statistics" }).GetRawText());
        }

        return said.Append(tunnel.Qemu.Qmp.Execute("qom-list", new { path = Object }).GetRawText()).ToString();
    }

    private static void AssertHoldsNoCookie(string text, string where)
    {
        foreach (ulong cookie in (ulong[])[Transmit, Receive, Second, Foreign])
        {
            Assert.DoesNotContain(cookie.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
            foreach (uint half in (uint[])[(uint)(cookie >> 32), (uint)cookie])
            {
                byte[] bytes = new byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32BigEndian(bytes, half);
                Assert.DoesNotContain(half.ToString("x8", CultureInfo.InvariantCulture), text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(half.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
                Assert.DoesNotContain(Encoding.Latin1.GetString(bytes), text, StringComparison.Ordinal);
                Array.Reverse(bytes);
                Assert.DoesNotContain(Encoding.Latin1.GetString(bytes), text, StringComparison.Ordinal);
            }
        }

        _ = where;
    }
}
