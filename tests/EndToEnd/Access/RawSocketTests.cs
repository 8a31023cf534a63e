// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Access;

/// <summary>l2tpv3-raw-socket, with a command that is no QEMU.</summary>
public sealed class RawSocketTests
{
    private const string Tell = "grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb))' /proc/self/status; echo \"$QEMU_L2TPV3\"; readlink /proc/self/fd/3 /proc/self/fd/4";

    [Fact]
    public void The_command_has_the_sockets_the_settings_and_nothing_of_root()
    {
        ProcessResult result = Run(null, "--user", OtherUser.Name, "n0=127.0.0.1", "a.b=::1", "--", "sh", "-c", Tell);

        Assert.Equal(0, result.ExitStatus);
        string[] lines = result.StandardOutput.TrimEnd().Split('\n');
        Assert.Equal("Uid:\t65534\t65534\t65534\t65534", lines[0]);
        Assert.Equal("Gid:\t65534\t65534\t65534\t65534", lines[1]);
        Assert.Equal("Groups:\t65534", lines[2].TrimEnd());
        Assert.All(lines[3..7], line => Assert.EndsWith(":\t0000000000000000", line, StringComparison.Ordinal));
        Assert.Equal("require,n0.fd=3,a.b.fd=4", lines[7]);
        Assert.All(lines[8..], line => Assert.StartsWith("socket:[", line, StringComparison.Ordinal));
        Assert.Equal(10, lines.Length);
    }

    [Fact]
    public void Settings_that_are_there_stay_in_front()
    {
        ProcessResult result = Run("n0.gso=off", "-u", OtherUser.Name, "n0=127.0.0.1", "sh", "-c", "echo $QEMU_L2TPV3");
        Assert.Equal("n0.gso=off,n0.fd=3\n", result.StandardOutput);
    }

    /// <summary>The socket lands on the first free number. QEMU would read from it.</summary>
    [Fact]
    public void A_standard_input_that_is_closed_stays_closed()
    {
        string command = $"exec {RawSocketProgram.Path} --user {OtherUser.Name} n0=127.0.0.1 -- sh -c 'readlink /proc/$$/fd/0 || echo closed; readlink /proc/$$/fd/3; echo $QEMU_L2TPV3' <&-";
        ProcessResult result = ProcessRunner.Run("sh", ["-c", command]);

        string[] lines = result.StandardOutput.TrimEnd().Split('\n');
        Assert.Equal("closed", lines[0]);
        Assert.StartsWith("socket:[", lines[1], StringComparison.Ordinal);
        Assert.Equal("require,n0.fd=3", lines[2]);
    }

    [Fact]
    public void A_socket_that_gets_no_number_above_2_is_said()
    {
        string command = $"exec prlimit --nofile=3 {RawSocketProgram.Path} --user {OtherUser.Name} n0=127.0.0.1 -- true <&-";
        ProcessResult result = ProcessRunner.Run("sh", ["-c", command]);

        Assert.Equal(1, result.ExitStatus);
        Assert.Equal("l2tpv3-raw-socket: the socket has no number above 2: Invalid argument\n", result.StandardError);
    }

    [Theory]
    [InlineData(2, "usage: ")]
    [InlineData(2, "usage: ", "n0=127.0.0.1")]
    [InlineData(2, "usage: ", "n0=127.0.0.1", "--")]
    [InlineData(2, "usage: ", "--", "true")]
    [InlineData(2, "usage: ", "--nonsense", "n0=127.0.0.1", "--", "true")]
    [InlineData(2, "name the user", "n0=127.0.0.1", "--", "true")]
    [InlineData(2, "localhost is not an IP address", "-u", "nobody", "n0=localhost", "--", "true")]
    [InlineData(2, "=127.0.0.1: give the id", "-u", "nobody", "=127.0.0.1", "--", "true")]
    [InlineData(2, "a,off=127.0.0.1: give the id", "-u", "nobody", "a,off=127.0.0.1", "--", "true")]
    [InlineData(1, "192.0.2.77 cannot be bound: Cannot assign requested address", "-u", "nobody", "n0=192.0.2.77", "--", "true")]
    [InlineData(1, "no-such-user is no user of this host", "-u", "no-such-user", "n0=127.0.0.1", "--", "true")]
    [InlineData(127, "/no-such-command: No such file or directory", "-u", "nobody", "n0=127.0.0.1", "--", "/no-such-command")]
    [InlineData(126, "/: Permission denied", "-u", "nobody", "n0=127.0.0.1", "--", "/")]
    public void What_cannot_be_done_is_said(int status, string message, params string[] arguments)
    {
        ProcessResult result = Run(null, arguments);
        Assert.Equal(status, result.ExitStatus);
        Assert.Contains(message, result.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public void Somebody_without_the_capability_is_told()
    {
        using OtherUser user = new();
        string copy = user.PathOf("raw-socket");
        System.IO.File.Copy(RawSocketProgram.Path, copy);
        IReadOnlyList<string> launcher = OtherUser.Launcher();

        ProcessResult result = ProcessRunner.Run(launcher[0], [.. System.Linq.Enumerable.Skip(launcher, 1), copy, "n0=127.0.0.1", "--", "true"]);

        Assert.Equal(1, result.ExitStatus);
        Assert.Equal("l2tpv3-raw-socket: a raw socket needs CAP_NET_RAW: Operation not permitted\n", result.StandardError);
    }

    private static ProcessResult Run(string? settings, params IEnumerable<string> arguments) => ProcessRunner.Run(
        RawSocketProgram.Path,
        arguments,
        settings is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [QemuProcess.PluginMode] = settings });
}
