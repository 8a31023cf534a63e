// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace EndToEnd.LifeCycle;

/// <summary>
/// LD_PRELOAD is inherited: whatever starts QEMU, and whatever QEMU starts, loads the plugin too. Outside QEMU it does nothing.
/// </summary>
public sealed partial class InertTests
{
    /// <summary>The .NET runtime reserves hundreds of GB when it starts; the mapped library itself takes some MB.</summary>
    private const long MappedLibraryKib = 64 << 10;

    [Theory]
    [InlineData("timeout", "1 true", "")]
    [InlineData("timeout", "1 false", "")]
    [InlineData("true", "", "")]
    [InlineData("sh", "-c 'echo said; exit 3'", "require")]
    [InlineData("sh", "-c 'echo said >&2; exit 4'", "source-check=nonsense")]
    [InlineData("env", "-i /bin/echo said", "require")]
    public void A_program_that_is_not_QEMU_says_and_returns_what_it_always_does(string program, string arguments, string setting)
    {
        List<string> split = SplitQuoted(arguments);
        ProcessResult without = ProcessRunner.Run(program, split);

        Assert.Equal(without, ProcessRunner.Run(program, split, Preload(setting)));
    }

    [Fact]
    public void Python_says_and_returns_what_it_always_does_where_it_is_installed()
    {
        string[] arguments = ["-c", "import threading, sys; print(threading.active_count(), sys.byteorder); sys.exit(5)"];
        Assert.SkipUnless(Requires.HasProgram("python3"), "python3 is not installed; nothing else needs it");
        ProcessResult without = ProcessRunner.Run("python3", arguments);

        Assert.Equal(without, ProcessRunner.Run("python3", arguments, Preload(string.Empty)));
    }

    [Fact]
    public void The_runtime_does_not_start_outside_QEMU()
    {
        string[] arguments = ["-c", "exec grep -E 'Threads|VmSize|Sig' /proc/self/status"];
        (long threads, long size, string signals) = Parse(ProcessRunner.Run("sh", arguments).StandardOutput);
        (long preloadedThreads, long preloadedSize, string preloadedSignals) = Parse(ProcessRunner.Run("sh", arguments, Preload(string.Empty)).StandardOutput);

        Assert.Equal(threads, preloadedThreads);
        Assert.Equal(signals, preloadedSignals);
        Assert.InRange(preloadedSize - size, 1, MappedLibraryKib);
    }

    [Fact]
    public void The_runtime_does_not_start_in_a_QEMU_without_such_a_netdev()
    {
        Assert.SkipWhen(PluginOption.IsDefault, "-plugin starts it before there is a netdev, see StartTests");
        string[] arguments = ["-netdev", "hubport,id=h0,hubid=0"];
        using QemuProcess with = QemuProcess.Start(new QemuOptions { Plugin = true, Arguments = arguments });
        using QemuProcess without = QemuProcess.Start(new QemuOptions { Arguments = arguments });
        ProcessStatus preloaded = ProcessStatus.Read(with.Id);
        ProcessStatus plain = ProcessStatus.Read(without.Id);

        Assert.Equal(plain.Threads, preloaded.Threads);
        Assert.InRange(preloaded.VirtualMemoryKib - plain.VirtualMemoryKib, 1, MappedLibraryKib);
        Assert.Equal(0, with.Quit());
        Assert.Equal(0, without.Quit());
        Assert.Equal(without.StandardError, with.StandardError);
    }

    private static Dictionary<string, string> Preload(string setting) =>
        new(StringComparer.Ordinal) { ["LD_PRELOAD"] = Plugin.Path, [QemuProcess.PluginMode] = setting };

    private static List<string> SplitQuoted(string text)
    {
        List<string> words = [];
        foreach (Match match in QuotedWord().Matches(text))
        {
            words.Add(match.Value.Trim('\''));
        }

        return words;
    }

    private static (long Threads, long Size, string Signals) Parse(string status)
    {
        long threads = 0;
        long size = 0;
        string signals = string.Empty;
        foreach (string line in status.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = line.Split(':', StringSplitOptions.TrimEntries);
            switch (pair[0])
            {
                case "Threads":
                    threads = long.Parse(pair[1], CultureInfo.InvariantCulture);
                    break;
                case "VmSize":
                    size = long.Parse(pair[1].Split(' ')[0], CultureInfo.InvariantCulture);
                    break;
                case "SigQ":
                    // How many signals wait for this user: of no process alone.
                    break;
                default:
                    signals += line + "\n";
                    break;
            }
        }

        return (threads, size, signals);
    }

    [GeneratedRegex("'[^']*'|[^ ]+", RegexOptions.None, 1000)]
    private static partial Regex QuotedWord();
}
