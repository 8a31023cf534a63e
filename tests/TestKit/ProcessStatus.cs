// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;

namespace TestKit;

/// <summary>What proc(5) says about a process.</summary>
public sealed class ProcessStatus
{
    private readonly Dictionary<string, string> _fields;

    private ProcessStatus(int id, Dictionary<string, string> fields)
    {
        _fields = fields;
        OpenDescriptors = [.. Directory.GetFileSystemEntries($"/proc/{id}/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>The open file descriptors.</summary>
    public IReadOnlyList<int> OpenDescriptors { get; }

    /// <summary>How many threads it has.</summary>
    public int Threads => (int)Number("Threads");

    /// <summary>Reserved address space in KiB.</summary>
    public long VirtualMemoryKib => Number("VmSize");

    /// <summary>Resident memory in KiB.</summary>
    public long ResidentMemoryKib => Number("VmRSS");

    /// <summary>How often the main thread went to sleep.</summary>
    public long VoluntaryContextSwitches => Number("voluntary_ctxt_switches");

    /// <summary>Reads the state now.</summary>
    public static ProcessStatus Read(int id) => new(id, File.ReadLines($"/proc/{id}/status")
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));

    /// <summary>The names of its threads.</summary>
    public static IReadOnlyList<string> ThreadNames(int id) => [.. Directory.GetDirectories($"/proc/{id}/task").Select(thread => File.ReadAllText(thread + "/comm").TrimEnd())];

    /// <summary>For how long its main thread could have run and had no processor, since it began (schedstat).</summary>
    public static TimeSpan WaitedForCpu(int id) => Waited($"/proc/{id}/task/{id}");

    /// <summary>The same of all its threads together.</summary>
    public static TimeSpan ThreadsWaitedForCpu(int id) =>
        Directory.GetDirectories($"/proc/{id}/task").Select(Waited).Aggregate(TimeSpan.Zero, (sum, waited) => sum + waited);

    /// <summary>The same of the calling thread.</summary>
    public static TimeSpan WaitedForCpu() => Waited("/proc/thread-self");

    /// <summary>Its threads, one a line: name, state and processor time, and where in the kernel it sleeps. For a test's message.</summary>
    public static string DescribeThreads(int id)
    {
        StringBuilder text = new();
        foreach (string thread in Directory.GetDirectories($"/proc/{id}/task"))
        {
            text.Append(File.ReadAllText(thread + "/stat").TrimEnd()).Append(' ').AppendLine(File.ReadAllText(thread + "/wchan"));
        }

        return text.ToString();
    }

    /// <summary>A signal mask (SigIgn, SigCgt, SigBlk); bit 0 is signal 1.</summary>
    public ulong SignalMask(string field) => ulong.Parse(_fields[field], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static TimeSpan Waited(string thread) =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText(thread + "/schedstat").Split(' ')[1], CultureInfo.InvariantCulture) / 1000.0);

    private long Number(string field) => long.Parse(_fields[field].Split(' ')[0], CultureInfo.InvariantCulture);
}
