// SPDX-License-Identifier: GPL-2.0-or-later
//
// The host of l2tp_plane.h without QEMU: it takes the guest's frames, remembers what it was asked for, and does nothing by
// itself, so that a test decides when the bottom half, the timer and the socket's events come.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Kit;

/// <summary>A host whose callbacks are C functions, as the shim's are.</summary>
internal sealed unsafe class FakeHost : IDisposable
{
    private const int InfoSize = 256;
    private readonly byte[] _info = new byte[InfoSize];
    private GCHandle _self;

    public FakeHost()
    {
        _self = GCHandle.Alloc(this);
    }

    /// <summary>The function table, as l2tp_session_open takes it.</summary>
    public l2tp_host Table => new()
    {
        opaque = (void*)GCHandle.ToIntPtr(_self),
        deliver = &Deliver,
        describe_guest = &DescribeGuest,
        watch = &Watch,
        schedule = &Schedule,
        set_timer = &SetTimer,
        resume_guest = &ResumeGuest,
        set_info = &SetInfo,
        report = &Report,
    };

    /// <summary>The frames that the guest got, in order. One that was answered with 0 is queued, so it is among them.</summary>
    public List<byte[]> Frames { get; } = [];

    /// <summary>Off for a test that must not allocate: frames are counted only.</summary>
    public bool KeepsFrames { get; set; } = true;

    public int FrameCount { get; private set; }

    /// <summary>Which frames, counted from 1, are queued and answered with 0.</summary>
    public HashSet<int> FullAt { get; } = [];

    /// <summary>What the others are answered with, if it is not their size.</summary>
    public nint? Answer { get; set; }

    public bool Pads { get; set; }

    /// <summary>What else the NIC is like: L2TP_GUEST_*.</summary>
    public uint Guest { get; set; }

    /// <summary>Looks at each frame after it has been kept, and may write to it, as the header allows.</summary>
    public FrameAction? OnDeliver { get; set; }

    /// <summary>Some frames are about to be delivered.</summary>
    public Action? OnBatch { get; set; }

    public int WatchedDescriptor { get; private set; } = -1;

    public uint Interest { get; private set; }

    public int WatchCalls { get; private set; }

    public bool WatchesRead => (Interest & PlaneConstants.L2TP_WATCH_READ) != 0;

    public bool WatchesWrite => (Interest & PlaneConstants.L2TP_WATCH_WRITE) != 0;

    /// <summary>A bottom half is due. The test sets it back when it runs one.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>The delay asked for last; negative: no timer.</summary>
    public long TimerMs { get; private set; } = -1;

    public int TimerCalls { get; private set; }

    public int ResumeCalls { get; private set; }

    /// <summary>What the guest does when it may send again.</summary>
    public Action? OnResume { get; set; }

    public List<(Severity Severity, string Text)> Reports { get; } = [];

    public string Info => Encoding.UTF8.GetString(_info.AsSpan(0, _info.AsSpan().IndexOf((byte)0)));

    public void Dispose() => _self.Free();

    private static FakeHost Get(void* opaque) => (FakeHost)GCHandle.FromIntPtr((nint)opaque).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Deliver(void* opaque, byte* frame, nuint size)
    {
        FakeHost host = Get(opaque);
        host.FrameCount++;
        if (host.KeepsFrames)
        {
            host.Frames.Add(new ReadOnlySpan<byte>(frame, (int)size).ToArray());
        }

        host.OnDeliver?.Invoke(new Span<byte>(frame, (int)size));
        return host.FullAt.Contains(host.FrameCount) ? 0 : host.Answer ?? (nint)size;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint DescribeGuest(void* opaque)
    {
        FakeHost host = Get(opaque);
        host.OnBatch?.Invoke();
        return host.Guest | (host.Pads ? PlaneConstants.L2TP_GUEST_PADS : 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Watch(void* opaque, int fd, uint interest)
    {
        FakeHost host = Get(opaque);
        host.WatchedDescriptor = fd;
        host.Interest = interest;
        host.WatchCalls++;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Schedule(void* opaque) => Get(opaque).IsScheduled = true;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SetTimer(void* opaque, long delayMs)
    {
        FakeHost host = Get(opaque);
        host.TimerMs = delayMs;
        host.TimerCalls++;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ResumeGuest(void* opaque)
    {
        FakeHost host = Get(opaque);
        host.ResumeCalls++;
        host.OnResume?.Invoke();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SetInfo(void* opaque, byte* text)
    {
        // One byte beyond what the header allows would end the process here.
        ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        Span<byte> info = Get(opaque)._info;
        bytes.CopyTo(info[..(InfoSize - 1)]);
        info[bytes.Length] = 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Report(void* opaque, int severity, byte* text) =>
        Get(opaque).Reports.Add(((Severity)severity, Marshal.PtrToStringUTF8((nint)text)!));
}

/// <summary>What a guest does with the bytes of a frame.</summary>
internal delegate void FrameAction(Span<byte> frame);
