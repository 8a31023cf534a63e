// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>
/// Preloaded, the first netdev_add of a QEMU that has run for long starts the .NET runtime, which aborts the process if it cannot.
/// What a host does not give is refused in words instead, and given later it is enough.
/// </summary>
public sealed class StartTests
{
    private const string Reason = "l2tpv3: the .NET runtime cannot start here: ";
    private const int MiB = 1 << 20;

    /// <summary>Variables for another .NET program; by most of them the runtime would end QEMU.</summary>
    public static TheoryData<string> Variables =>
    [
        "GCLargePages=1", "GCHeapHardLimit=100000", "GCHeapHardLimitSOH=100000", "GCHeapHardLimitLOH=1", "GCHeapHardLimitSOHPercent=1", "GCRegionRange=100000",
        "GCRegionRange=10000000000", "GCRegionSize=1", "GCRegionSize=100000000", "GCGen0MaxBudget=1", "gcServer=1", "gcConcurrent=1", "GCHeapAffinitizeMask=4", "GCName=nothing.so",
    ];

    [Theory]
    [InlineData("as", "VmSize", 16, 480, "ulimit -v")]
    [InlineData("data", "VmData", 2, 64, "-d")]
    public void Under_any_limit_a_running_QEMU_lives_and_takes_the_netdev_once_there_is_room(string limit, string field, int step, int enough, string words)
    {
        using QemuProcess qemu = Start();
        long used = Field(qemu, field) * 1024;
        int room = 0;
        string? refusal;

        while ((refusal = TryAdd(qemu, limit, used + ((long)room * MiB))) is not null)
        {
            Assert.StartsWith(Reason, refusal, StringComparison.Ordinal);
            Assert.Contains(words, refusal, StringComparison.Ordinal);
            Assert.InRange(room += step, 0, enough);
        }

        Assert.InRange(room, step, enough);
        Assert.True(qemu.Netdev("n0").IsPlugin);
        Assert.Equal(0, qemu.Quit());
    }

    /// <summary>There the trial has just passed, and the runtime has no more than was tried.</summary>
    [Theory]
    [InlineData("as", "VmSize", 406)]
    [InlineData("data", "VmData", 14)]
    public void With_the_least_room_that_passes_the_trial_the_runtime_starts(string limit, string field, int from)
    {
        for (int round = 0; round < 3; round++)
        {
            using QemuProcess qemu = Start();
            long size = (Field(qemu, field) * 1024) + ((long)from * MiB);
            string? refusal;
            while ((refusal = TryAdd(qemu, limit, size)) is not null && refusal.StartsWith(Reason, StringComparison.Ordinal))
            {
                size += 256 * 1024;
            }

            Assert.Null(refusal);
            Assert.True(qemu.Netdev("n0").IsPlugin);
            Assert.Equal(0, qemu.Quit());
        }
    }

    [Fact]
    public void Without_a_thread_left_in_its_cgroup_QEMU_lives_and_with_one_it_takes_the_netdev()
    {
        using PidsCgroup? cgroup = PidsCgroup.Create();
        Assert.SkipWhen(cgroup is null, "no pids controller that may be used");
        for (int round = 0; round < 5; round++)
        {
            using QemuProcess qemu = Start();
            cgroup.Add(qemu.Id);
            cgroup.Limit(cgroup.Current);
            QmpException refusal = Assert.Throws<QmpException>(() => Add(qemu));
            Assert.StartsWith($"{Reason}it needs a thread", refusal.Description, StringComparison.Ordinal);

            cgroup.Limit(cgroup.Current + 1);
            Add(qemu);
            Assert.True(qemu.Netdev("n0").IsPlugin);
            Assert.Equal(0, qemu.Quit());
        }
    }

    [Fact]
    public void Without_membarrier_and_locked_memory_QEMU_lives()
    {
        using TemporaryDirectory directory = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Preload = [Plugin.Path], Launcher = [Program(directory, "refuse_membarrier.c")] });

        QmpException refusal = Assert.Throws<QmpException>(() => Add(qemu));
        Assert.StartsWith($"{Reason}it needs membarrier(2)", refusal.Description, StringComparison.Ordinal);
        Assert.Equal(0, qemu.Quit());
    }

    [Fact]
    public void Without_a_free_descriptor_the_runtime_starts_and_QEMU_lives()
    {
        using QemuProcess qemu = Start();
        int firstFree = Enumerable.Range(0, int.MaxValue).Except(ProcessStatus.Read(qemu.Id).OpenDescriptors).First();

        Assert.Contains("'n0'", TryAdd(qemu, "nofile", firstFree, "4096"), StringComparison.Ordinal);
        Add(qemu);
        Assert.True(qemu.Netdev("n0").IsPlugin);
        Assert.Equal(0, qemu.Quit());
    }

    [Theory]
    [InlineData("", 0, "warning: QEMU's own l2tpv3 backend stays in place: ")]
    [InlineData("require=on", 1, "error: cannot take over -netdev l2tpv3 of this QEMU: ")]
    public void With_plugin_a_host_that_has_no_room_is_told_at_once(string settings, int status, string words)
    {
        using TemporaryDirectory directory = new();
        QemuOptions options = new() { Launcher = [Program(directory, "refuse_membarrier.c")], Arguments = PluginOption.Arguments(settings) };
        if (status != 0)
        {
            ProcessResult result = QemuProcess.RunToExit(options);
            Assert.Equal(status, result.ExitStatus);
            Assert.Contains($"qemu-l2tpv3: {words}the .NET runtime cannot start here: it needs membarrier(2)", result.StandardError, StringComparison.Ordinal);
            return;
        }

        using QemuProcess qemu = QemuProcess.Start(options);
        Assert.StartsWith($"qemu-l2tpv3: {words}the .NET runtime cannot start here: it needs membarrier(2)", Assert.Single(qemu.WaitForLog("qemu-l2tpv3: ")), StringComparison.Ordinal);
        Add(qemu);
        Assert.False(qemu.Netdev("n0").IsPlugin);
        Assert.Equal(0, qemu.Quit());
    }

    [Fact]
    public void With_plugin_the_runtime_runs_before_there_is_a_netdev()
    {
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Arguments = PluginOption.Arguments() });
        Eventually.Get(() => ProcessStatus.ThreadNames(qemu.Id), names => names.Contains(".NET Finalizer", StringComparer.Ordinal), () => "the runtime's thread");
        Assert.Equal(0, qemu.Quit());
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void A_variable_of_another_NET_program_changes_nothing(string variable)
    {
        string[] pair = variable.Split('=');
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { [$"DOTNET_{pair[0]}"] = pair[1] };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Preload = [Plugin.Path], Environment = environment });
        using QemuProcess plain = Start();
        Add(qemu);
        Add(plain);

        Assert.True(qemu.Netdev("n0").IsPlugin);
        Assert.Equal(ProcessStatus.Read(plain.Id).Threads, ProcessStatus.Read(qemu.Id).Threads);

        // malloc keeps 64 MiB or 128 MiB of address space for the new thread.
        Assert.InRange(ProcessStatus.Read(qemu.Id).VirtualMemoryKib - ProcessStatus.Read(plain.Id).VirtualMemoryKib, -(72 << 10), 72 << 10);
        Assert.Equal(0, qemu.Quit());
        Assert.Equal(0, plain.Quit());
    }

    private static QemuProcess Start() => QemuProcess.Start(new QemuOptions { Preload = [Plugin.Path] });

    private static void Add(QemuProcess qemu) => qemu.Qmp.Execute("netdev_add", new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = 9 }.Options());

    /// <summary>What netdev_add said under a limit; null: it has made a netdev.</summary>
    private static string? TryAdd(QemuProcess qemu, string limit, long size, string unlimited = "unlimited")
    {
        SetLimit(qemu, limit, $"{size.ToString(CultureInfo.InvariantCulture)}:{unlimited}");
        try
        {
            Add(qemu);
            return null;
        }
        catch (QmpException refusal)
        {
            return refusal.Description;
        }
        finally
        {
            if (!qemu.HasExited)
            {
                SetLimit(qemu, limit, $"{unlimited}:{unlimited}");
            }
        }
    }

    private static void SetLimit(QemuProcess qemu, string limit, string value) =>
        ProcessRunner.Check("prlimit", "--pid", qemu.Id.ToString(CultureInfo.InvariantCulture), $"--{limit}={value}");

    private static long Field(QemuProcess qemu, string name) =>
        long.Parse(File.ReadLines($"/proc/{qemu.Id}/status").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture);

    private static string Program(TemporaryDirectory directory, string source) => CCompiler.Program(
        directory,
        File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "tests", "EndToEnd", "LifeCycle", "Faults", source)));
}
