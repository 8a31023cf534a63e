// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Vhost.Rings;

namespace Fuzz.Tests.Targets;

/// <summary>
/// What a device must make of a ring (virtio 1.2, 2.7), read descriptor by descriptor from a copy of the memory: a chain after the other, until there is none or
/// one is wrong.
/// </summary>
internal sealed class RingModel(RingMemory memory, RingView ring, bool isWritten)
{
    /// <summary>What a chain may have, and an indirect table.</summary>
    public const int MaximumPieces = 1024;

    private const int Next = 1;
    private const int Write = 2;
    private const int Indirect = 4;

    private readonly List<(ushort Head, uint Length)> _used = [];
    private ushort _next;
    private ushort _offered;
    private ushort _usedIndex;
    private ushort _signalled;
    private bool _hasSignalled;
    private bool _wasEnabled;

    /// <summary>VIRTIO_F_INDIRECT_DESC.</summary>
    public bool TakesIndirect { get; set; }

    /// <summary>Frames may pass, once it runs.</summary>
    public bool IsEnabled
    {
        get;
        set
        {
            field = value;
            _wasEnabled |= value;
        }
    }

    /// <summary>It has begun.</summary>
    public bool IsStarted { get; private set; }

    public RingFault Fault { get; private set; }

    /// <summary>It has begun, and nothing is wrong with it.</summary>
    public bool IsRunning => IsStarted && Fault == RingFault.None;

    /// <summary>The guest's frames are taken: sent while it is enabled, dropped when it no longer is.</summary>
    public bool IsTaken => IsRunning && _wasEnabled;

    /// <summary>Frames may pass.</summary>
    public bool IsOpen => IsRunning && IsEnabled;

    /// <summary>The indirect tables that were read since <see cref="Begin"/>.</summary>
    public List<RingPiece> TablesRead { get; } = [];

    /// <summary>SET_VRING_KICK, with a ring that is where a ring may be. It goes on behind what was used.</summary>
    public void Start()
    {
        IsStarted = ring.IsSound;
        if (IsStarted)
        {
            _usedIndex = _next = _offered = ring.UsedIndex;
            Fault = RingFault.None;
            _hasSignalled = false;
        }
    }

    /// <summary>GET_VRING_BASE.</summary>
    /// <param name="set">What SET_VRING_BASE has said last.</param>
    public ushort Stop(ushort set)
    {
        ushort answer = IsStarted ? _next : set;
        IsStarted = false;
        return answer;
    }

    /// <summary>Some rounds of the device begin.</summary>
    public void Begin()
    {
        _used.Clear();
        TablesRead.Clear();
    }

    /// <summary>The next chain.</summary>
    /// <param name="image">The memory.</param>
    /// <param name="pieces">Its pieces are added here.</param>
    /// <param name="head">Its head.</param>
    /// <param name="isTooMuch">It has too many pieces for what was there already.</param>
    /// <returns>False: there is none, or the ring is broken.</returns>
    public bool TryTake(byte[] image, List<RingPiece> pieces, out ushort head, out bool isTooMuch)
    {
        head = 0;
        isTooMuch = false;
        if (_next == _offered)
        {
            ushort index = Half(image, ring.Available + 2);
            if ((ushort)(index - _usedIndex) > ring.Size)
            {
                Fault = RingFault.AvailableIndex;
                return false;
            }

            _offered = index;
            if (index == _next)
            {
                return false;
            }
        }

        head = Half(image, ring.Available + 4 + (2 * (_next % ring.Size)));
        int before = pieces.Count;
        Fault = head >= ring.Size ? RingFault.DescriptorIndex : Walk(image, ring.Descriptors, ring.Size, head, pieces);
        if (Fault == RingFault.TooLong && before != 0)
        {
            Fault = RingFault.None;
            isTooMuch = true;
        }

        if (Fault != RingFault.None || isTooMuch)
        {
            pieces.RemoveRange(before, pieces.Count - before);
            return false;
        }

        _next++;
        return true;
    }

    /// <summary>The chains that were taken last have not been used.</summary>
    public void GiveBack(int count) => _next -= (ushort)count;

    /// <summary>A chain is the guest's again.</summary>
    public void Use(ushort head, uint length)
    {
        _usedIndex++;
        _used.Add((head, length));
    }

    /// <summary>What the device has written to the ring is what it must have written.</summary>
    /// <param name="eventIndex">VIRTIO_F_EVENT_IDX.</param>
    /// <param name="interrupts">Whether there was one.</param>
    public void Compare(bool eventIndex, bool interrupts)
    {
        if (!IsStarted)
        {
            return;
        }

        Check.Equal(_usedIndex, ring.UsedIndex);
        for (int i = Math.Max(0, _used.Count - ring.Size); i < _used.Count; i++)
        {
            (uint head, uint length) = ring.Element((ushort)(_usedIndex - _used.Count + i));
            Check.Equal(_used[i].Head, head);
            Check.Equal(_used[i].Length, length);
        }

        Check.That(!interrupts || _used.Count != 0, "an interrupt for nothing");
        if (_used.Count != 0)
        {
            bool wanted = eventIndex ? IsPassed(ring.UsedEvent) : (ring.AvailableFlags & 1) == 0;
            Check.That(wanted == interrupts, wanted ? "no interrupt, though one was wanted" : "an interrupt that nobody wanted");
            (_signalled, _hasSignalled) = (_usedIndex, true);
        }
    }

    /// <summary>The device sleeps, and must hear of the next chain.</summary>
    public void CompareKick(bool eventIndex)
    {
        if (eventIndex)
        {
            Check.Equal(ring.AvailableIndex, ring.AvailableEvent);
        }
        else
        {
            Check.That((ring.UsedFlags & 1) == 0, "no kick is wanted by a device that sleeps");
        }
    }

    /// <summary>virtio 1.2, 2.7.7.2. The first time there is none before.</summary>
    private bool IsPassed(ushort wanted)
    {
        for (ushort index = _signalled; _hasSignalled && index != _usedIndex; index++)
        {
            if (index == wanted)
            {
                return true;
            }
        }

        return !_hasSignalled;
    }

    private RingFault Walk(byte[] image, int table, int size, int head, List<RingPiece> pieces)
    {
        int read = 0;
        bool isIndirect = false;
        for (int index = head; ;)
        {
            if (index >= size)
            {
                return RingFault.DescriptorIndex;
            }

            if (read++ == size)
            {
                return RingFault.Loop;
            }

            int place = table + (RingView.DescriptorSize * index);
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(place));
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(place + 8));
            int flags = Half(image, place + 12);
            if ((flags & Indirect) != 0)
            {
                RingFault refusal = CheckTable(address, length, flags, isIndirect, out table);
                if (refusal != RingFault.None)
                {
                    return refusal;
                }

                TablesRead.Add(new RingPiece(table, (int)length));
                (isIndirect, size, index, read) = (true, (int)length / RingView.DescriptorSize, 0, 0);
                continue;
            }

            RingFault fault = AddPieces(address, length, flags, pieces);
            if (fault != RingFault.None || (flags & Next) == 0)
            {
                return fault;
            }

            index = Half(image, place + 14);
        }
    }

    private RingFault CheckTable(ulong address, uint length, int flags, bool isIndirect, out int table)
    {
        ulong room = memory.Find(address, out table);
        return isIndirect ? RingFault.IndirectInIndirect
            : !TakesIndirect ? RingFault.IndirectUnasked
            : (flags & Next) != 0 ? RingFault.IndirectWithNext
            : length == 0 || length % RingView.DescriptorSize != 0 || length / RingView.DescriptorSize > MaximumPieces || length > room ? RingFault.IndirectTable
            : RingFault.None;
    }

    private RingFault AddPieces(ulong address, uint length, int flags, List<RingPiece> pieces)
    {
        if ((flags & Write) != 0 != isWritten)
        {
            return RingFault.Direction;
        }

        if (length == 0)
        {
            return RingFault.ZeroLength;
        }

        for (ulong left = length; left != 0;)
        {
            ulong room = memory.Find(address, out int offset);
            if (room == 0)
            {
                return RingFault.Address;
            }

            if (pieces.Count == MaximumPieces)
            {
                return RingFault.TooLong;
            }

            ulong part = Math.Min(room, left);
            pieces.Add(new RingPiece(offset, (int)part));
            address += part;
            left -= part;
        }

        return RingFault.None;
    }

    private static ushort Half(byte[] image, int place) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(place));
}
