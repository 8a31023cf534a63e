// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Observation;

namespace EndToEnd.LifeCycle;

/// <summary>The seccomp profile of a container that refuses calls with an errno (Flow/Faults/refuse_calls.c), and a kernel that does.</summary>
public sealed class RefusedCallTests : IDisposable
{
    // errno(3) and the numbers of system calls, x86-64
    private const int Eperm = 1;
    private const int Enosys = 38;
    private const int Recvmmsg = 299;
    private const int Sendmmsg = 307;

    private const int Frames = 20;
    private readonly TemporaryDirectory _directory = new();
    private readonly StatProgram _program = new();

    [Theory]
    [InlineData(Enosys)]
    [InlineData(Eperm)]
    public void Without_sendmmsg_and_recvmmsg_frames_pass_and_it_is_said_once_everywhere(int errno)
    {
        using QemuTunnel tunnel = Start(errno, Sendmmsg, Recvmmsg);
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = TestFrames.Create(1000, i);
            tunnel.AssertTransmits(frame);
            tunnel.AssertDelivers(frame);
        }

        NetdevInfo info = tunnel.WaitForInfo(info => info.FramesReceived == Frames && info.FramesTransmitted == Frames);
        Assert.EndsWith(", without sendmmsg and recvmmsg", info.Line, StringComparison.Ordinal);
        Assert.Equal(0, info.Drops);
        Assert.Single(tunnel.Qemu.WaitForLog("blocks sendmmsg"));
        Assert.Single(tunnel.Qemu.WaitForLog("blocks recvmmsg"));
        Assert.Contains("A sandbox (seccomp) blocks sendmmsg and recvmmsg", _program.Run("explain", "n0").StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void When_reading_fails_the_log_the_info_line_and_explain_say_why_nothing_comes()
    {
        string shim = CCompiler.SharedObject(_directory, Source("receive_fault.c"));
        using QemuTunnel tunnel = new(options: _program.Options with { Preload = [shim] });
        tunnel.SendFrame(TestFrames.Create(60));

        NetdevInfo info = tunnel.WaitForInfo(info => info.Line.Contains("receive errors", StringComparison.Ordinal));
        Assert.Contains("(now: Operation not permitted)", info.Line, StringComparison.Ordinal);
        string line = Assert.Single(tunnel.Qemu.WaitForLog("receiving fails"));
        Assert.Contains("l2tpv3 netdev 'n0': receiving fails: Operation not permitted (a sandbox blocks recvmmsg and recvmsg)", line, StringComparison.Ordinal);
        Assert.Contains("Reading the socket fails: Operation not permitted (errno 1)", _program.Run("explain", "n0").StandardOutput, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _program.Dispose();
        _directory.Dispose();
    }

    private static string Source(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Flow", "Faults", name));

    private QemuTunnel Start(int errno, params int[] calls)
    {
        string launcher = CCompiler.Program(_directory, Source("refuse_calls.c"));
        IReadOnlyList<string> command = [launcher, errno.ToString(CultureInfo.InvariantCulture), string.Join(',', calls)];
        return new QemuTunnel(options: _program.Options with { Launcher = command });
    }
}
