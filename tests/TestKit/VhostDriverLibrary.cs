// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Runtime.InteropServices;

namespace TestKit;

/// <summary>The functions of tests/vhost-driver/vhost-driver.h under their own names; compiled at the first call.</summary>
internal static unsafe partial class VhostDriverLibrary
{
    private const string Name = "vhostdriver";

    private static readonly Lazy<nint> s_library = new(() => NativeLibrary.Load(Build()));

    static VhostDriverLibrary() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), Resolve);

    /// <summary>Where its sources are.</summary>
    public static string Sources { get; } = Path.Combine(Plugin.RepositoryRoot, "tests", "vhost-driver");

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths) =>
        string.Equals(name, Name, StringComparison.Ordinal) ? s_library.Value : nint.Zero;

    /// <summary>Takes two seconds, once a process. Several test programs may do so at a time: the last one's file is as good as the first's.</summary>
    private static string Build()
    {
        string folder = Path.Combine(Plugin.RepositoryRoot, "artifacts", "vhost-driver");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "libvhostdriver.so");
        string own = $"{path}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        ProcessRunner.Check("gcc", ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden", "-o", own, .. Directory.GetFiles(Sources, "*.c"), "-lpthread"]);
        File.Move(own, path, overwrite: true);
        return path;
    }

    // life.c
    [LibraryImport(Name)]
    public static partial void vd_defaults(out VhostOptions options);

    [LibraryImport(Name)]
    public static partial int vd_open(in VhostOptions options, out VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial void vd_close(nint driver);

    [LibraryImport(Name)]
    public static partial int vd_negotiate(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_start(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_stop(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial void vd_reset(VhostDriverHandle driver);

    // answers.c
    [LibraryImport(Name)]
    public static partial ulong vd_features(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial ulong vd_protocol_features(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial ulong vd_offered(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial ulong vd_offered_protocol(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial ulong vd_queue_num(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial ulong vd_memory_slots(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial uint vd_header_size(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial uint vd_base(VhostDriverHandle driver, uint queue);

    // connect.c, channel.c
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vd_connect(VhostDriverHandle driver, string path);

    [LibraryImport(Name)]
    public static partial int vd_connect_fd(VhostDriverHandle driver, int fd);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vd_listen(VhostDriverHandle driver, string path);

    [LibraryImport(Name)]
    public static partial int vd_accept(VhostDriverHandle driver, uint timeout);

    [LibraryImport(Name)]
    public static partial void vd_disconnect(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_send(VhostDriverHandle driver, byte* bytes, nuint size, int* fds, uint fdCount);

    [LibraryImport(Name)]
    public static partial long vd_receive_message(VhostDriverHandle driver, byte* bytes, nuint size, int* fds, uint* fdCount, uint timeout);

    // messages.c
    [LibraryImport(Name)]
    public static partial int vd_set_nothing(VhostDriverHandle driver, uint request);

    [LibraryImport(Name)]
    public static partial int vd_set_number(VhostDriverHandle driver, uint request, ulong value);

    [LibraryImport(Name)]
    public static partial int vd_get_number(VhostDriverHandle driver, uint request, out ulong value);

    [LibraryImport(Name)]
    public static partial int vd_set_state(VhostDriverHandle driver, uint request, uint queue, uint value);

    [LibraryImport(Name)]
    public static partial int vd_get_state(VhostDriverHandle driver, uint request, uint queue, out uint value);

    [LibraryImport(Name)]
    public static partial int vd_set_file(VhostDriverHandle driver, uint request, uint queue, int fd);

    [LibraryImport(Name)]
    public static partial int vd_set_address(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial int vd_set_memory_table(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_add_region(VhostDriverHandle driver, uint region);

    [LibraryImport(Name)]
    public static partial int vd_remove_region(VhostDriverHandle driver, uint region);

    // log.c
    [LibraryImport(Name)]
    public static partial int vd_log_start(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_log_stop(VhostDriverHandle driver);

    [LibraryImport(Name)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool vd_log_test(VhostDriverHandle driver, ulong guestAddress, [MarshalAs(UnmanagedType.U1)] bool clean);

    [LibraryImport(Name)]
    public static partial ulong vd_log_count(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_get_inflight(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial int vd_set_inflight(VhostDriverHandle driver);

    [LibraryImport(Name)]
    public static partial byte* vd_inflight(VhostDriverHandle driver, out ulong size);

    // ring.c, queue.c, wait.c
    [LibraryImport(Name)]
    public static partial int vd_next_head(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial int vd_add(VhostDriverHandle driver, uint queue, VhostPiece* pieces, uint count);

    [LibraryImport(Name)]
    public static partial int vd_publish(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial int vd_take(VhostDriverHandle driver, uint queue, out uint length);

    [LibraryImport(Name)]
    public static partial int vd_wait(VhostDriverHandle driver, uint queue, uint timeout);

    [LibraryImport(Name)]
    public static partial int vd_kick(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial byte* vd_slot(VhostDriverHandle driver, uint queue, uint head);

    [LibraryImport(Name)]
    public static partial uint vd_free(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial ulong vd_kicks(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial ulong vd_interrupts(VhostDriverHandle driver, uint queue);

    // receive.c
    [LibraryImport(Name)]
    public static partial int vd_post(VhostDriverHandle driver, uint buffers);

    [LibraryImport(Name)]
    public static partial void vd_repost(VhostDriverHandle driver, [MarshalAs(UnmanagedType.U1)] bool on);

    [LibraryImport(Name)]
    public static partial long vd_receive(VhostDriverHandle driver, byte* bytes, nuint size, out uint buffers, uint timeout);

    [LibraryImport(Name)]
    public static partial int vd_receive_many(VhostDriverHandle driver, ulong frames, uint timeout, out VhostFigures figures);

    [LibraryImport(Name)]
    public static partial int vd_receive_burst(VhostDriverHandle driver, ulong frames, ref VhostFigures figures);

    // transmit.c
    [LibraryImport(Name)]
    public static partial int vd_prepare(VhostDriverHandle driver, byte* bytes, uint size);

    [LibraryImport(Name)]
    public static partial long vd_transmit_burst(VhostDriverHandle driver, uint size, uint* lengths, uint count, ulong frames);

    [LibraryImport(Name)]
    public static partial int vd_transmit(VhostDriverHandle driver, byte* bytes, uint size, uint* lengths, uint count);

    [LibraryImport(Name)]
    public static partial int vd_transmit_done(VhostDriverHandle driver, uint timeout);

    [LibraryImport(Name)]
    public static partial int vd_transmit_many(VhostDriverHandle driver, byte* bytes, uint size, uint* lengths, uint count, ulong frames, uint timeout, out VhostFigures figures);

    // thread.c
    [LibraryImport(Name)]
    public static partial int vd_receive_start(VhostDriverHandle driver, ulong frames, uint timeout);

    [LibraryImport(Name)]
    public static partial int vd_transmit_start(VhostDriverHandle driver, byte* bytes, uint size, uint* lengths, uint count, ulong frames, uint timeout);

    [LibraryImport(Name)]
    public static partial void vd_cancel(VhostDriverHandle driver, uint queue);

    [LibraryImport(Name)]
    public static partial int vd_join(VhostDriverHandle driver, uint queue, out VhostFigures figures);

    // memory.c, hostile.c
    [LibraryImport(Name)]
    public static partial int vd_ring(VhostDriverHandle driver, uint queue, out VhostRing ring);

    [LibraryImport(Name)]
    public static partial int vd_region(VhostDriverHandle driver, uint index, out VhostRegion region);

    [LibraryImport(Name)]
    public static partial ulong vd_guest_address(VhostDriverHandle driver, void* pointer);

    [LibraryImport(Name)]
    public static partial int vd_offer(VhostDriverHandle driver, uint queue, uint head);

    [LibraryImport(Name)]
    public static partial int vd_scribble(VhostDriverHandle driver, uint queue, uint parts, ulong seed, uint milliseconds);

    [LibraryImport(Name)]
    public static partial long vd_scribble_end(VhostDriverHandle driver);
}
