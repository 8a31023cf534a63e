// SPDX-License-Identifier: GPL-2.0-or-later

namespace Vhost.Tests.Serving;

/// <summary>The program as it is installed: its command line, its socket, and its end.</summary>
public sealed class ProgramTests
{
    private const string Options = "src=127.0.0.1,dst=127.0.0.1,udp=on,srcport=0,dstport=1702,txsession=1,stats=off";

    [Theory]
    [InlineData("src=127.0.0.1,foo=1", "'foo=...' is neither an option nor a setting; the options are id, src, dst, srcport, ")]
    [InlineData("src=127.0.0.1,foo=1", "; the settings are source-check, offload,")]
    [InlineData("src=127.0.0.1,udp=on", "dst= is missing; give the address of the peer")]
    [InlineData(Options + ",src=::1", "src= is there twice")]
    [InlineData(Options + ",counter=2", "counter=2 must say on or off")]
    [InlineData(Options + ",rxsession=4294967296", "rxsession= must say a number from 0 to 4294967295")]
    [InlineData(Options + ",gso=perhaps", "'gso=perhaps' must say on, off or uneven")]
    [InlineData(Options + ",require", "'require' is for the plugin")]
    public void Options_that_are_none_end_it_with_the_words_of_the_plugin(string options, string words)
    {
        using TemporaryDirectory directory = new();
        (int status, string log) = VhostProgram.RunToExit("--socket", directory.File("n7.sock"), options);
        Assert.Equal(1, status);
        Assert.StartsWith("l2tpv3-vhost: error: l2tpv3 netdev 'n7': ", log, StringComparison.Ordinal);
        Assert.Contains(words, log, StringComparison.Ordinal);
        Assert.Single(log.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_socket_that_somebody_listens_on_is_left_alone_and_one_that_was_left_behind_is_replaced()
    {
        using VhostProgram program = new();
        (int status, string log) = VhostProgram.RunToExit("--socket", program.SocketPath, Options);
        Assert.Equal(1, status);
        Assert.Contains("somebody listens on it", log, StringComparison.Ordinal);
        using TestFrontEnd frontEnd = program.Connect();
        frontEnd.Send(17);
        Assert.Equal(1UL, frontEnd.Read().Number);
    }

    /// <summary>A configuration given to --socket by mistake, for one.</summary>
    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("web.conf");
        File.WriteAllText(file, "# netdevs\n");
        string link = directory.File("link.sock");
        File.CreateSymbolicLink(link, file);
        foreach (string path in (string[])[file, link])
        {
            (int status, string log) = VhostProgram.RunToExit("--socket", path, Options);
            Assert.Equal(1, status);
            Assert.EndsWith($"cannot listen on {path}: the file is there and is no socket; give another path\n", log, StringComparison.Ordinal);
            Assert.Equal("# netdevs\n", File.ReadAllText(path));
        }
    }

    [Fact]
    public void A_program_that_was_killed_leaves_a_socket_that_the_next_one_replaces()
    {
        using VhostProgram killed = new();
        Assert.Equal(128 + 9, killed.End("KILL"));
        Assert.True(File.Exists(killed.SocketPath));
        using VhostProgram next = new(killed);
        using TestFrontEnd frontEnd = next.Connect();
        frontEnd.Send(17);
        Assert.Equal(1UL, frontEnd.Read().Number);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void It_sends_what_the_guest_has_made_available_and_ends(string signal)
    {
        using VhostProgram program = new();
        using TestFrontEnd frontEnd = program.Connect();
        frontEnd.Start();
        byte[] frame = TestFrames.Create(60, 1);
        frontEnd.SendFrame(frame);
        Assert.Equal(0, program.End(signal));
        Assert.Equal(program.Netdev.Datagram(frame), program.Wire.Receive());
        Assert.Equal(1, frontEnd.Transmit.UsedIndex);
        Assert.False(File.Exists(program.SocketPath));
    }

    [Fact]
    public void A_second_front_end_is_turned_away_and_the_first_one_goes_on()
    {
        using VhostProgram program = new();
        using TestFrontEnd first = program.Connect();
        first.Start();
        using TestFrontEnd second = program.Connect();
        second.AssertEnds("a second front-end is turned away");
        byte[] frame = TestFrames.Create(60, 1);
        first.SendFrame(frame);
        Assert.Equal(program.Netdev.Datagram(frame), program.Wire.Receive());
    }

    /// <summary>The compiled program, not the code under the tests' runtime: the signal handler and the compiler must get on.</summary>
    [Fact]
    public void Memory_that_is_cut_off_under_traffic_ends_the_connection_and_the_next_front_end_is_served()
    {
        using VhostProgram program = new();
        using (TestFrontEnd frontEnd = program.Connect())
        {
            frontEnd.Start();
            byte[] before = TestFrames.Create(60, 1);
            frontEnd.SendFrame(before);
            Assert.Equal(program.Netdev.Datagram(before), program.Wire.Receive());
            frontEnd.Ram.Cut(0);
            program.SendFromPeer(before);
            frontEnd.TransmitKick.Signal();
            frontEnd.AssertEnds("a memory file is shorter than the front-end said");
        }

        using TestFrontEnd next = program.Connect();
        next.Start();
        byte[] frame = TestFrames.Create(60, 2);
        next.SendFrame(frame);
        Assert.Equal(program.Netdev.Datagram(frame), program.Wire.Receive());
        Assert.False(program.HasExited);
    }

    /// <summary>Fifty times: the moment at which the file gets shorter is another each time.</summary>
    [Fact]
    public void Memory_that_is_cut_off_at_any_moment_of_a_burst_does_not_end_the_program()
    {
        using VhostProgram program = new();
        for (int i = 0; i < 50; i++)
        {
            using TestFrontEnd frontEnd = program.Connect();
            frontEnd.Start();
            for (int j = 0; j < TestFrontEnd.RingSize; j++)
            {
                frontEnd.SendFrame(TestFrames.Create(1514, j), 0x40_000 + (j * 0x1000));
            }

            Thread.SpinWait(i * 200);
            frontEnd.Ram.Cut(0x1000 * (i % 70));
            frontEnd.TransmitKick.Signal();
        }

        using TestFrontEnd next = program.Connect();
        next.Send(17);
        Assert.Equal(1UL, next.Read().Number);
    }

    [Fact]
    public void Idle_it_has_few_threads_and_little_memory()
    {
        using VhostProgram program = new();
        using TestFrontEnd frontEnd = program.Connect();
        frontEnd.Start();
        string[] status = File.ReadAllLines($"/proc/{program.Id}/status");
        Assert.InRange(Value(status, "Threads:"), 1, 4);
        Assert.InRange(Value(status, "VmRSS:"), 1000, 20_000);
    }

    private static int Value(string[] status, string name) =>
        int.Parse(status.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
