// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;
using static TestKit.VhostDriverLibrary;

namespace TestKit;

/// <summary>
/// A vhost-user front end with a virtio-net driver, in place of QEMU and its guest: tests/vhost-driver/vhost-driver.h, in whose words
/// and order of calls all is meant. A frame comes and goes with its vnet header. What C answers with an error is thrown.
/// </summary>
public sealed unsafe partial class VhostDriver : IDisposable
{
    /// <summary>Of the longest frame, with its header.</summary>
    private const int LongestFrame = 72 * 1024;

    private readonly VhostDriverHandle _driver;
    private readonly VhostOptions _options;
    private readonly byte[] _buffer = new byte[LongestFrame];

    /// <summary>Makes memory and rings.</summary>
    public VhostDriver(VhostOptions options)
    {
        _options = options;
        Check(vd_open(in options, out _driver), nameof(vd_open));
    }

    /// <summary>What both sides have.</summary>
    public VirtioFeatures Features => (VirtioFeatures)vd_features(_driver);

    public VhostProtocolFeatures ProtocolFeatures => (VhostProtocolFeatures)vd_protocol_features(_driver);

    /// <summary>What the back end has.</summary>
    public VirtioFeatures Offered => (VirtioFeatures)vd_offered(_driver);

    public VhostProtocolFeatures OfferedProtocol => (VhostProtocolFeatures)vd_offered_protocol(_driver);

    /// <summary>The answer to GET_QUEUE_NUM.</summary>
    public ulong QueueNum => vd_queue_num(_driver);

    /// <summary>The answer to GET_MAX_MEM_SLOTS.</summary>
    public ulong MemorySlots => vd_memory_slots(_driver);

    /// <summary>10 or 12.</summary>
    public int HeaderSize => (int)vd_header_size(_driver);

    /// <summary>One that runs, with all its receive buffers posted.</summary>
    public static VhostDriver Start(VhostOptions options, string path)
    {
        VhostDriver driver = new(options);
        try
        {
            driver.Connect(path);
            driver.Negotiate();
            _ = driver.Post(int.MaxValue);
            driver.Start();
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <summary>Tries until the back end listens.</summary>
    public void Connect(string path) => Check(vd_connect(_driver, path), nameof(vd_connect));

    /// <summary>A socket that is connected; it is the driver's from now on.</summary>
    public void Connect(int descriptor) => Check(vd_connect_fd(_driver, descriptor), nameof(vd_connect_fd));

    /// <summary>A socket for a back end that connects by itself.</summary>
    public void Listen(string path) => Check(vd_listen(_driver, path), nameof(vd_listen));

    /// <summary>Waits until it does.</summary>
    public void Accept() => Check(vd_accept(_driver, Patience), nameof(vd_accept));

    public void Disconnect() => vd_disconnect(_driver);

    public void Negotiate() => Check(vd_negotiate(_driver), nameof(vd_negotiate));

    public void Start() => Check(vd_start(_driver), nameof(vd_start));

    public void Stop() => Check(vd_stop(_driver), nameof(vd_stop));

    public void Reset() => vd_reset(_driver);

    /// <summary>What the last SET_ or GET_VRING_BASE has named.</summary>
    public int Base(VhostDirection queue) => (int)vd_base(_driver, (uint)queue);

    /// <summary>Gives the device receive buffers.</summary>
    /// <returns>How many there were.</returns>
    public int Post(int buffers) => Check(vd_post(_driver, (uint)buffers), nameof(vd_post));

    /// <summary>Whether buffers of frames that were received are posted again.</summary>
    public void Repost(bool on) => vd_repost(_driver, on);

    /// <summary>The next frame.</summary>
    public byte[] Receive() => Receive(out _);

    /// <summary>The next frame, and how many buffers it came in.</summary>
    public byte[] Receive(out int buffers) =>
        TryReceive(Timeouts.Arrival, out buffers) ?? throw new TimeoutException("no frame came to the driver");

    /// <summary>The next frame that comes within a time, else null.</summary>
    public byte[]? TryReceive(TimeSpan timeout, out int buffers)
    {
        fixed (byte* bytes = _buffer)
        {
            long size = vd_receive(_driver, bytes, (nuint)_buffer.Length, out uint count, (uint)timeout.TotalMilliseconds);
            buffers = (int)count;
            return size == -(long)VhostError.TimedOut ? null : _buffer[..(int)Check(size, nameof(vd_receive))];
        }
    }

    /// <summary>Takes so many frames, or as many as come without a pause.</summary>
    public VhostFigures ReceiveMany(long frames, TimeSpan pause)
    {
        int result = vd_receive_many(_driver, (ulong)frames, (uint)pause.TotalMilliseconds, out VhostFigures figures);
        return AfterPause(result, figures);
    }

    /// <summary>Sends a frame, in pieces of these lengths, or else in one.</summary>
    public void Transmit(ReadOnlySpan<byte> frame, params ReadOnlySpan<uint> lengths)
    {
        fixed (byte* bytes = frame)
        fixed (uint* pieces = lengths)
        {
            Check(vd_transmit(_driver, bytes, (uint)frame.Length, pieces, (uint)lengths.Length), nameof(vd_transmit));
        }
    }

    /// <summary>Waits until the device has given back all frames.</summary>
    public void WaitForTransmitted() => Check(vd_transmit_done(_driver, Patience), nameof(vd_transmit_done));

    /// <summary>Sends a frame many times, and waits until the device has given back the last.</summary>
    public VhostFigures TransmitMany(long frames, ReadOnlySpan<byte> frame, params ReadOnlySpan<uint> lengths)
    {
        fixed (byte* bytes = frame)
        fixed (uint* pieces = lengths)
        {
            int result = vd_transmit_many(_driver, bytes, (uint)frame.Length, pieces, (uint)lengths.Length, (ulong)frames, Patience, out VhostFigures figures);
            Check(result, nameof(vd_transmit_many));
            return figures;
        }
    }

    /// <summary>Takes what is there, without waiting, and adds it to the figures.</summary>
    public void ReceiveBurst(ref VhostFigures figures) => Check(vd_receive_burst(_driver, uint.MaxValue, ref figures), nameof(vd_receive_burst));

    /// <summary>Writes a frame into all slots, for <see cref="TransmitBurst"/>.</summary>
    public void Prepare(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            Check(vd_prepare(_driver, bytes, (uint)frame.Length), nameof(vd_prepare));
        }
    }

    /// <summary>Takes back what the device has done with, and sends the prepared frame as often as there is room, without waiting.</summary>
    /// <returns>How often.</returns>
    public int TransmitBurst(int size, ReadOnlySpan<uint> lengths, int atMost = int.MaxValue)
    {
        fixed (uint* pieces = lengths)
        {
            return (int)Check(vd_transmit_burst(_driver, (uint)size, pieces, (uint)lengths.Length, (ulong)atMost), nameof(vd_transmit_burst));
        }
    }

    /// <summary>The same as <see cref="ReceiveMany"/> on a thread of the driver's.</summary>
    public void StartReceive(long frames, TimeSpan pause) =>
        Check(vd_receive_start(_driver, (ulong)frames, (uint)pause.TotalMilliseconds), nameof(vd_receive_start));

    /// <summary>The same as <see cref="TransmitMany"/> on a thread of the driver's.</summary>
    public void StartTransmit(long frames, ReadOnlySpan<byte> frame, params ReadOnlySpan<uint> lengths)
    {
        fixed (byte* bytes = frame)
        fixed (uint* pieces = lengths)
        {
            Check(vd_transmit_start(_driver, bytes, (uint)frame.Length, pieces, (uint)lengths.Length, (ulong)frames, Patience), nameof(vd_transmit_start));
        }
    }

    /// <summary>Ends the loop of a queue.</summary>
    public void Cancel(VhostDirection queue) => vd_cancel(_driver, (uint)queue);

    /// <summary>Waits for the end of the loop of a queue, which a pause or <see cref="Cancel"/> may have brought.</summary>
    public VhostFigures Join(VhostDirection queue)
    {
        int result = vd_join(_driver, (uint)queue, out VhostFigures figures);
        return result == -(int)VhostError.Canceled ? figures : AfterPause(result, figures);
    }

    /// <summary>Kicks so far.</summary>
    public long Kicks(VhostDirection queue) => (long)vd_kicks(_driver, (uint)queue);

    /// <summary>Interrupts so far.</summary>
    public long Interrupts(VhostDirection queue) => (long)vd_interrupts(_driver, (uint)queue);

    public void Dispose() => _driver.Dispose();

    private static uint Patience => (uint)Timeouts.Arrival.TotalMilliseconds;

    private static VhostFigures AfterPause(int result, VhostFigures figures)
    {
        if (result != -(int)VhostError.TimedOut)
        {
            Check(result, "the loop");
        }

        return figures;
    }

    private static int Check(int result, string call) => (int)Check((long)result, call);

    private static long Check(long result, string call) =>
        result >= 0 ? result : throw new VhostDriverException(call, (VhostError)(-result));
}

/// <summary>Numbers of errno(3) that the driver answers with.</summary>
public enum VhostError
{
    None = 0,
    NotFound = 2,

    /// <summary>No descriptor is free; nothing is used.</summary>
    Again = 11,
    Busy = 16,
    Invalid = 22,

    /// <summary>The back end broke a rule.</summary>
    Protocol = 71,
    NotSupported = 95,

    /// <summary>The back end closed the socket.</summary>
    ConnectionReset = 104,
    TimedOut = 110,

    /// <summary>The back end says that it could not.</summary>
    RemoteIo = 121,
    Canceled = 125,
}

/// <summary>A call of the driver that failed.</summary>
public sealed class VhostDriverException(string call, VhostError error)
    : IOException($"{call}: {error}: {Marshal.GetPInvokeErrorMessage((int)error)}")
{
    public VhostError Error { get; } = error;
}
