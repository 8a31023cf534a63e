// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.Versioning;
using DataPlane.Tests.Memory;
using L2tpv3.DataPlane.Guest;

namespace DataPlane.Tests.Capture;

/// <summary>
/// pcap= and pcap-wire=: what is in the files, how large they grow, and what may not stop the traffic. A program that another test
/// starts meanwhile would have the open file, and the lock on it, until it is executed: no other test runs.
/// </summary>
[Collection(nameof(AloneDefinition))]
[SupportedOSPlatform("linux")]
public sealed class CaptureTests(Lab lab) : IDisposable
{
    private const int Ipv4AndUdp = 28;
    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.File("capture");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_guests_side_has_the_frames_of_both_directions_without_vnet_header()
    {
        using Tunnel tunnel = Open("pcap={0}");
        tunnel.Session.SetVnet(12, 0);
        byte[] sent = TestFrames.Create(60, seed: 1);
        byte[] received = TestFrames.Create(70, seed: 2);
        tunnel.Session.TransmitInPieces([.. new byte[12], .. sent], 7);
        tunnel.Session.RunIfScheduled();
        tunnel.SendFromPeer(received);
        tunnel.Session.ReadUntil(1);
        _ = tunnel.Info();

        Assert.Equal([sent, received], PcapFile.Read(File));
        Assert.Equal(1u, LinkType());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void The_wires_side_has_the_datagrams_of_both_directions_behind_IP_headers(string kind)
    {
        using Tunnel tunnel = Open("pcap-wire={0}", kind);
        byte[] sent = TestFrames.Create(60, seed: 1);
        tunnel.Session.Send(sent);
        byte[] received = tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(70, seed: 2));
        tunnel.SendFromPeer(tunnel.Peer, received);
        byte[] refused = (tunnel.Netdev.OtherEnd() with { TransmitCookie = 0 }).Datagram(TestFrames.Create(70, seed: 3));
        tunnel.SendFromPeer(tunnel.Peer, refused);
        tunnel.Session.ReadUntil(1);
        tunnel.Session.ReadUntilDropped(1);
        _ = tunnel.Info();

        int outer = (kind.EndsWith('6') ? 40 : 20) + (tunnel.Netdev.IsUdp ? 8 : 0);
        IReadOnlyList<byte[]> packets = PcapFile.Read(File);
        Assert.Equal(101u, LinkType());
        Assert.Equal([tunnel.Netdev.Datagram(sent, counter: 1), received, refused], packets.Select(packet => packet[outer..]));
        Assert.All(packets, packet => Assert.Equal(kind.EndsWith('6') ? 6 : 4, packet[0] >> 4));
    }

    [Fact]
    public void A_run_is_one_packet_for_each_datagram()
    {
        using Tunnel tunnel = Open("pcap-wire={0}");
        tunnel.Session.Send(Enumerable.Range(0, 10).Select(i => TestFrames.Create(60 - i, seed: i)));
        _ = tunnel.Info();
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => tunnel.Netdev.Datagram(TestFrames.Create(60 - i, seed: i), counter: (uint)i + 1)),
            PcapFile.Read(File).Select(packet => packet[Ipv4AndUdp..]));
    }

    [Fact]
    public void A_full_file_becomes_an_older_one_and_the_oldest_goes()
    {
        using (Tunnel tunnel = Open("pcap={0},pcap-size=4k,pcap-files=3"))
        {
            SendAndRead(tunnel, frames: 50);
        }

        Assert.Equal(["capture", "capture.1", "capture.2"], Directory.GetFiles(_directory.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(_directory.Path))
        {
            Assert.InRange(new FileInfo(file).Length, 1, 4096);
        }

        // The newest frames are there, in order, without a gap.
        byte[][] kept = [.. PcapFile.Read($"{File}.2"), .. PcapFile.Read($"{File}.1"), .. PcapFile.Read(File)];
        Assert.InRange(kept.Length, 5, 30);
        Assert.Equal(Enumerable.Range(50 - kept.Length, kept.Length).Select(seed => TestFrames.Create(400, seed)), kept);
    }

    /// <summary>In a sticky directory (/tmp) everybody can make FILE.1 first.</summary>
    [Theory]
    [InlineData("foreign", 1)]
    [InlineData("directory", 1)]
    [InlineData("symlink", 1)]
    [InlineData("hard link", 1)]
    [InlineData("foreign", 2)]
    [InlineData("FIFO", 2)]
    public void What_lies_in_the_place_of_an_older_file_is_left_alone_and_the_capture_goes_on_without_it(string kind, int number)
    {
        string taken = $"{File}.{number}";
        string victim = _directory.File("victim");
        System.IO.File.WriteAllText(victim, "precious");
        Plant(kind, taken, victim);
        using (Tunnel tunnel = Open("pcap={0},pcap-size=4k,pcap-files=3"))
        {
            SendAndRead(tunnel, frames: 50);
            string files = number == 1 ? "one file" : $"{number} files";
            Assert.Equal(
                (Severity.Warning, $"l2tpv3 netdev 'n0': {taken} cannot be written: something else has that name, or the file belongs to somebody else; the capture goes on with {files}"),
                Assert.Single(tunnel.Host.Reports));
        }

        Assert.Equal(kind, Kind(taken));
        byte[][] kept = [.. number == 1 ? [] : PcapFile.Read($"{File}.1"), .. PcapFile.Read(File)];
        Assert.InRange(kept.Length, 1, 30);
        Assert.Equal(Enumerable.Range(50 - kept.Length, kept.Length).Select(seed => TestFrames.Create(400, seed)), kept);
    }

    /// <summary>-daemonize goes to another directory when the netdevs are there; and a directory may be renamed.</summary>
    [Fact]
    public void A_capture_that_is_full_goes_on_in_the_directory_where_it_began_whatever_its_name_is_now()
    {
        string before = _directory.File("before");
        string after = _directory.File("after");
        Directory.CreateDirectory(before);
        using (Tunnel tunnel = Tunnels.Open(lab, "udp4", $"pcap={before}/capture,pcap-size=4k"))
        {
            SendAndRead(tunnel, frames: 1);
            Directory.Move(before, after);
            SendAndRead(tunnel, frames: 50);
            Assert.Empty(tunnel.Host.Reports);
        }

        Assert.NotEmpty(PcapFile.Read(Path.Combine(after, "capture")));
        Assert.NotEmpty(PcapFile.Read(Path.Combine(after, "capture.1")));
    }

    [Fact]
    public void A_single_file_that_is_full_ends_the_capture_with_one_line()
    {
        using Tunnel tunnel = Open("pcap={0},pcap-size=4k,pcap-files=1");
        SendAndRead(tunnel, frames: 50);
        _ = tunnel.Info();
        Assert.Equal(
            (Severity.Warning, $"l2tpv3 netdev 'n0': the capture into {File} has stopped: it has 4096 bytes (pcap-size); traffic goes on"),
            Assert.Single(tunnel.Host.Reports));
        Assert.Equal(9, PcapFile.Read(File).Count);
    }

    [Fact]
    public void A_full_disk_ends_the_capture_with_one_line_and_the_traffic_goes_on()
    {
        ProcessRunner.Check("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", _directory.Path);
        try
        {
            using Tunnel tunnel = Open("pcap={0}");
            SendAndRead(tunnel, frames: 100);
            _ = tunnel.Info();
            SendAndRead(tunnel, frames: 100);
            Assert.Contains("No space left on device; traffic goes on", Assert.Single(tunnel.Host.Reports).Text, StringComparison.Ordinal);
            Assert.Equal(200u, tunnel.Session.Counters.ReceivedFrames);
        }
        finally
        {
            ProcessRunner.Check("umount", _directory.Path);
        }
    }

    [Theory]
    [InlineData("symlink")]
    [InlineData("hard link")]
    [InlineData("FIFO")]
    [InlineData("foreign")]
    [InlineData("directory")]
    public void What_lies_in_the_place_of_the_file_is_left_alone_and_the_netdev_works(string kind)
    {
        string victim = _directory.File("victim");
        System.IO.File.WriteAllText(victim, "precious");
        Plant(kind, File, victim);
        victim = kind is "foreign" ? File : victim;
        using Tunnel tunnel = Open("pcap={0}");
        Assert.StartsWith($"l2tpv3 netdev 'n0': cannot capture: {File}: ", Assert.Single(tunnel.Host.Reports).Text, StringComparison.Ordinal);
        SendAndRead(tunnel, frames: 1);
        Assert.Equal("precious", System.IO.File.ReadAllText(victim));
    }

    /// <summary>Who has opened it before would go on reading what the guest says.</summary>
    [Fact]
    public void A_file_that_others_could_read_is_replaced_and_they_keep_the_old_one()
    {
        System.IO.File.WriteAllText(File, "old");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using FileStream opened = System.IO.File.OpenRead(File);
        using (Tunnel tunnel = Open("pcap={0}"))
        {
            Assert.Empty(tunnel.Host.Reports);
            SendAndRead(tunnel, frames: 3);
        }

        Assert.Equal(0, opened.Length);
        Assert.Equal(3, PcapFile.Read(File).Count);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_FIFO_that_somebody_reads_is_left_alone_too()
    {
        ProcessRunner.Check("mkfifo", File);
        using Microsoft.Win32.SafeHandles.SafeFileHandle reader = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.ReadWrite);
        using Tunnel tunnel = Open("pcap={0}");
        Assert.Contains("something else has that name", Assert.Single(tunnel.Host.Reports).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_another_netdev_writes_to_is_refused()
    {
        using Tunnel first = Open("pcap={0}");
        using Tunnel second = Open("pcap={0}", "udp6");
        Assert.Empty(first.Host.Reports);
        Assert.Contains("another capture uses it", Assert.Single(second.Host.Reports).Text, StringComparison.Ordinal);
    }

    /// <summary>What a switch at run time does.</summary>
    [Fact]
    public void A_capture_is_stopped_and_started_while_frames_flow()
    {
        using Tunnel tunnel = Open("stats=off");
        SendAndRead(tunnel, frames: 1);
        Assert.True(tunnel.Session.Captures.Guest.TryStart(File, new(), out _));
        SendAndRead(tunnel, frames: 2);
        tunnel.Session.Captures.Guest.Stop();
        Assert.Equal(2, PcapFile.Read(File).Count);
        SendAndRead(tunnel, frames: 1);
        Assert.True(tunnel.Session.Captures.Guest.TryStart(File, new(), out _));
        SendAndRead(tunnel, frames: 3);
        tunnel.Session.Captures.Guest.Stop();
        Assert.Equal(3, PcapFile.Read(File).Count);
        Assert.False(tunnel.Session.Captures.Guest.TryStart("/nonexistent/file", new(), out string problem));
        Assert.Equal("/nonexistent/file: No such file or directory", problem);
    }

    /// <summary>Puts something in the place of a file.</summary>
    private static void Plant(string kind, string place, string victim)
    {
        switch (kind)
        {
            case "symlink":
                System.IO.File.CreateSymbolicLink(place, victim);
                break;
            case "hard link":
                ProcessRunner.Check("ln", victim, place);
                break;
            case "FIFO":
                ProcessRunner.Check("mkfifo", place);
                break;
            case "foreign":
                System.IO.File.Move(victim, place);
                ProcessRunner.Check("chown", "65534", place);
                break;
            default:
                Directory.CreateDirectory(place);
                break;
        }
    }

    private static string Stat(string format, string file) => ProcessRunner.Check("stat", "--format", format, file).Trim();

    /// <summary>What is there now, in the words of <see cref="Plant"/>.</summary>
    private static string Kind(string file) => Stat("%F", file) switch
    {
        "symbolic link" => "symlink",
        "fifo" => "FIFO",
        "directory" => "directory",
        _ when Stat("%h", file) is "2" => "hard link",
        _ => Stat("%u", file) is "65534" && System.IO.File.ReadAllText(file) is "precious" ? "foreign" : "ours",
    };

    private Tunnel Open(string settings, string kind = "udp4") =>
        Tunnels.Open(lab, kind, string.Format(System.Globalization.CultureInfo.InvariantCulture, settings, File));

    private uint LinkType() => BitConverter.ToUInt32(System.IO.File.ReadAllBytes(File).AsSpan(20, 4));

    private static void SendAndRead(Tunnel tunnel, int frames)
    {
        int before = tunnel.Host.FrameCount;
        tunnel.SendFromPeer(TestFrames.Burst(frames, 400));

        tunnel.Session.ReadUntil(before + frames);
    }
}
