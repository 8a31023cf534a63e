// SPDX-License-Identifier: GPL-2.0-or-later
using static TestKit.VhostDriverLibrary;

namespace TestKit;

/// <summary>Single messages, single chains, and what no guest should do.</summary>
public sealed unsafe partial class VhostDriver
{
    /// <summary>A request without a payload.</summary>
    public void Set(VhostUserRequest request) => Check(vd_set_nothing(_driver, (uint)request), request.ToString());

    /// <summary>A request with a number.</summary>
    public void Set(VhostUserRequest request, ulong value) => Check(vd_set_number(_driver, (uint)request, value), request.ToString());

    /// <summary>A request with a ring and a number.</summary>
    public void Set(VhostUserRequest request, VhostDirection queue, uint value) =>
        Check(vd_set_state(_driver, (uint)request, (uint)queue, value), request.ToString());

    /// <summary>A request with a ring and a descriptor; -1: none.</summary>
    public void SetFile(VhostUserRequest request, VhostDirection queue, int descriptor) =>
        Check(vd_set_file(_driver, (uint)request, (uint)queue, descriptor), request.ToString());

    /// <summary>SET_VRING_ADDR.</summary>
    public void SetAddress(VhostDirection queue) => Check(vd_set_address(_driver, (uint)queue), nameof(vd_set_address));

    public void SetMemoryTable() => Check(vd_set_memory_table(_driver), nameof(vd_set_memory_table));

    public void AddRegion(int region) => Check(vd_add_region(_driver, (uint)region), nameof(vd_add_region));

    public void RemoveRegion(int region) => Check(vd_remove_region(_driver, (uint)region), nameof(vd_remove_region));

    /// <summary>Asks for a number.</summary>
    public ulong Get(VhostUserRequest request)
    {
        Check(vd_get_number(_driver, (uint)request, out ulong value), request.ToString());
        return value;
    }

    /// <summary>Asks for a number of a ring.</summary>
    public uint Get(VhostUserRequest request, VhostDirection queue)
    {
        Check(vd_get_state(_driver, (uint)request, (uint)queue, out uint value), request.ToString());
        return value;
    }

    public void StartLog() => Check(vd_log_start(_driver), nameof(vd_log_start));

    public void StopLog() => Check(vd_log_stop(_driver), nameof(vd_log_stop));

    /// <summary>Whether the page of a guest address is dirty.</summary>
    public bool IsDirty(ulong guestAddress) => vd_log_test(_driver, guestAddress, clean: false);

    /// <summary>The same, and cleans it.</summary>
    public bool Clean(ulong guestAddress) => vd_log_test(_driver, guestAddress, clean: true);

    /// <summary>Of all pages.</summary>
    public long DirtyPages => (long)vd_log_count(_driver);

    /// <summary>The back end's record of what is in flight; empty: there is none.</summary>
    public Span<byte> Inflight
    {
        get
        {
            byte* bytes = vd_inflight(_driver, out ulong size);
            return new Span<byte>(bytes, bytes == null ? 0 : (int)size);
        }
    }

    /// <summary>Any bytes, any descriptors.</summary>
    public void Send(ReadOnlySpan<byte> message, params ReadOnlySpan<int> descriptors)
    {
        fixed (byte* bytes = message)
        fixed (int* fds = descriptors)
        {
            Check(vd_send(_driver, bytes, (nuint)message.Length, fds, (uint)descriptors.Length), nameof(vd_send));
        }
    }

    /// <summary>What the back end says next; empty: it has closed the socket; null: nothing within a time. Descriptors are closed.</summary>
    public byte[]? ReceiveMessage(TimeSpan timeout)
    {
        fixed (byte* bytes = _buffer)
        {
            long size = vd_receive_message(_driver, bytes, (nuint)_buffer.Length, null, null, (uint)timeout.TotalMilliseconds);
            return size == -(long)VhostError.TimedOut ? null : _buffer[..(int)Check(size, nameof(vd_receive_message))];
        }
    }

    /// <summary>The head of the chain that is added next; its slot is free for what that chain points to.</summary>
    public int NextHead(VhostDirection queue) => Check(vd_next_head(_driver, (uint)queue), nameof(vd_next_head));

    /// <summary>Makes a chain available.</summary>
    /// <returns>Its head.</returns>
    public int Add(VhostDirection queue, params ReadOnlySpan<VhostPiece> chain)
    {
        fixed (VhostPiece* pieces = chain)
        {
            return Check(vd_add(_driver, (uint)queue, pieces, (uint)chain.Length), nameof(vd_add));
        }
    }

    /// <summary>Shows what was added, and kicks if the device wants that.</summary>
    public void Publish(VhostDirection queue) => Check(vd_publish(_driver, (uint)queue), nameof(vd_publish));

    /// <summary>Waits for the next used element.</summary>
    /// <returns>Its head, and how many bytes the device has written.</returns>
    public (int Head, int Length) Take(VhostDirection queue)
    {
        Check(vd_wait(_driver, (uint)queue, Patience), nameof(vd_wait));
        int head = Check(vd_take(_driver, (uint)queue, out uint length), nameof(vd_take));
        return (head, (int)length);
    }

    /// <summary>Kicks, whether the device wants that or not.</summary>
    public void Kick(VhostDirection queue) => Check(vd_kick(_driver, (uint)queue), nameof(vd_kick));

    /// <summary>Descriptors that are free.</summary>
    public int Free(VhostDirection queue) => (int)vd_free(_driver, (uint)queue);

    /// <summary>The ring's descriptors, as the device sees them.</summary>
    public Span<VringDescriptor> Descriptors(VhostDirection queue)
    {
        VhostRing ring = Ring(queue);
        return new Span<VringDescriptor>(ring.Descriptors, (int)ring.Size);
    }

    /// <summary>The indirect table of a descriptor.</summary>
    public Span<VringDescriptor> Table(VhostDirection queue, int head)
    {
        VhostRing ring = Ring(queue);
        return new Span<VringDescriptor>(ring.Tables + (head * ring.TableLength), (int)ring.TableLength);
    }

    /// <summary>Flags, index, heads, and the event index.</summary>
    public Span<ushort> Available(VhostDirection queue)
    {
        VhostRing ring = Ring(queue);
        return new Span<ushort>(ring.Available, (int)ring.Size + 3);
    }

    /// <summary>Flags, index, elements of four each, and the event index.</summary>
    public Span<ushort> Used(VhostDirection queue)
    {
        VhostRing ring = Ring(queue);
        return new Span<ushort>(ring.Used, (4 * (int)ring.Size) + 3);
    }

    /// <summary>All bytes of a region of memory.</summary>
    public Span<byte> Memory(int region)
    {
        VhostRegion memory = Region(region);
        return new Span<byte>(memory.Base, (int)memory.Size);
    }

    /// <summary>The bytes of a region that are the test's own, and their guest address.</summary>
    public Span<byte> Spare(int region, out ulong guestAddress)
    {
        VhostRegion memory = Region(region);
        guestAddress = memory.GuestAddress + memory.SpareOffset;
        return new Span<byte>(memory.Base + memory.SpareOffset, (int)_options.Spare);
    }

    /// <summary>The file behind a region.</summary>
    public int RegionDescriptor(int region) => Region(region).Descriptor;

    /// <summary>The guest address of a region.</summary>
    public ulong RegionAddress(int region) => Region(region).GuestAddress;

    /// <summary>The guest address of a byte or descriptor in one of the spans.</summary>
    public ulong GuestAddress<T>(ref T place)
        where T : unmanaged
    {
        // The place is in a mapping of the driver's, which no collector moves.
        fixed (T* pointer = &place)
        {
            return vd_guest_address(_driver, pointer);
        }
    }

    /// <summary>The slot of a head: memory for its frame.</summary>
    public Span<byte> Slot(VhostDirection queue, int head)
    {
        uint size = queue == VhostDirection.Receive ? _options.ReceiveSize : _options.TransmitSize;
        return new Span<byte>(vd_slot(_driver, (uint)queue, (uint)head), (int)size);
    }

    /// <summary>Makes any head available and shows it, without a kick.</summary>
    public void Offer(VhostDirection queue, int head) => Check(vd_offer(_driver, (uint)queue, (uint)head), nameof(vd_offer));

    /// <summary>A thread writes into the ring for a time.</summary>
    public void Scribble(VhostDirection queue, VhostParts parts, ulong seed, TimeSpan time) =>
        Check(vd_scribble(_driver, (uint)queue, (uint)parts, seed, (uint)time.TotalMilliseconds), nameof(vd_scribble));

    /// <summary>Waits until that time is over.</summary>
    /// <returns>How many values were written.</returns>
    public long EndScribble() => Check(vd_scribble_end(_driver), nameof(vd_scribble_end));

    private VhostRing Ring(VhostDirection queue)
    {
        Check(vd_ring(_driver, (uint)queue, out VhostRing ring), nameof(vd_ring));
        return ring;
    }

    private VhostRegion Region(int index)
    {
        Check(vd_region(_driver, (uint)index, out VhostRegion region), nameof(vd_region));
        return region;
    }
}
