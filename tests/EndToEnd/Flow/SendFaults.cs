// SPDX-License-Identifier: GPL-2.0-or-later
using System.IO.MemoryMappedFiles;

namespace EndToEnd.Flow;

/// <summary>Makes a QEMU's sendmmsg fail when the test wants it: Faults/send_faults.c and the file through which it is told.</summary>
internal sealed class SendFaults : IDisposable
{
    // struct plan of send_faults.c
    private const int FailuresOffset = 0;
    private const int ErrorOffset = 4;
    private const int LimitOffset = 8;
    private const int CallsOffset = 12;
    private const int PlanSize = 16;

    private readonly TemporaryDirectory _directory = new();
    private readonly string _object;
    private readonly string _planPath;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _plan;

    public SendFaults()
    {
        _object = CCompiler.SharedObject(_directory, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Flow", "Faults", "send_faults.c")));
        _planPath = _directory.File("plan");
        _file = MemoryMappedFile.CreateFromFile(_planPath, FileMode.CreateNew, mapName: null, PlanSize);
        _plan = _file.CreateViewAccessor();
    }

    /// <summary>Calls of sendmmsg so far.</summary>
    public int Calls => _plan.ReadInt32(CallsOffset);

    /// <summary>A QEMU with the plugin and these faults.</summary>
    public QemuOptions Options() => new()
    {
        Plugin = true,
        Preload = [_object],
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SEND_FAULTS"] = _planPath },
    };

    /// <summary>The next calls fail with this errno; negative: all calls until told otherwise.</summary>
    public void Fail(int calls, int error)
    {
        _plan.Write(ErrorOffset, error);
        _plan.Write(FailuresOffset, calls);
    }

    /// <summary>No call sends more than so many messages.</summary>
    public void LimitMessages(int limit) => _plan.Write(LimitOffset, limit);

    public void Dispose()
    {
        _plan.Dispose();
        _file.Dispose();
        _directory.Dispose();
    }
}
